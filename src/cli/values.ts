/** What may stand behind a flag. */

import type { LogEvent } from "../store/log.ts";
import { ANY } from "./hosts.ts";

/** Reads the text behind a flag; null where it does not fit. */
export interface Value<A> {
  /** What it reads, in words. */
  readonly expected: string;
  readonly read: (text: string) => A | null;
}

/** Any text but none. */
export const Word: Value<string> = {
  expected: "a value",
  read: (text) => text === "" ? null : text,
};

/** The port of a server; 0 lets the system choose one. */
export const Port: Value<number> = {
  expected: "a whole number from 0 to 65535",
  read: (text) => wholeNumber(text, 0, 65_535),
};

/** How many of something. */
export const Count: Value<number> = {
  expected: "a whole number of at least 1",
  read: (text) => wholeNumber(text, 1, Number.MAX_SAFE_INTEGER),
};

/** A span of time; none is longer than a day. */
export const Seconds: Value<number> = {
  expected: "seconds from 0 to 86400",
  read: (text) => /^\d*\.?\d+$/.test(text) && Number(text) <= 86_400 ? Number(text) : null,
};

/** A span of time that something may take. */
export const Patience: Value<number> = {
  expected: "seconds above 0 and up to 86400",
  read: (text) => Seconds.read(text) || null,
};

/** Where pages come from, or `*`. */
export const Origin: Value<string> = {
  expected: "an origin such as http://localhost:3000, without a path, or *",
  read: (text) =>
    text === "*" || (URL.canParse(text) && new URL(text).origin === text) ? text : null,
};

/** Where a server listens, as it stands in a URL. */
export const Address: Value<string> = {
  expected: "an address of this machine or a name of one, such as 0.0.0.0",
  read: (text) => hostIn(text),
};

/** A name under which a server is asked, as it stands in a URL, or `*`. */
export const HostName: Value<string> = {
  expected: "a host's name without scheme and port, such as store.example.com, or *",
  read: (text) => text === ANY ? ANY : hostIn(text),
};

/** A level of the log, by its name in Python. */
export const Level: Value<LogEvent["level"]> = {
  expected: "DEBUG, INFO, WARNING or ERROR",
  read: (text) => LEVELS.get(text.toUpperCase()) ?? null,
};

const LEVELS: ReadonlyMap<string, LogEvent["level"]> = new Map([
  ["DEBUG", "debug"],
  ["INFO", "info"],
  ["WARNING", "warn"],
  ["ERROR", "error"],
]);

/** A backend by its short name. */
export const BackendName: Value<"memory" | "sqlite" | "mongo"> = {
  expected: "memory, sqlite or mongo",
  read: (text) => text === "memory" || text === "sqlite" || text === "mongo" ? text : null,
};

/** Who is told the figures. */
export const TrackerName: Value<"prometheus" | "console"> = {
  expected: "prometheus or console",
  read: (text) => text === "prometheus" || text === "console" ? text : null,
};

/** A host's name or address in the form of URLs: in lower case, that of IPv6 in brackets. */
const hostIn = (text: string): string | null => {
  const name = isIpv6(text) ? `[${text}]` : text.toLowerCase();
  if (name === ANY || !URL.canParse(`http://${name}`)) return null;
  const { hostname } = new URL(`http://${name}`);
  return hostname === name || /^\[[^\]]*\]$/.test(name) ? hostname : null;
};

/** An IPv6 address without its brackets: nothing else of a host has two colons. */
const isIpv6 = (text: string): boolean => /^[^[]*:.*:/.test(text);

const wholeNumber = (text: string, least: number, most: number): number | null =>
  /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : null;
