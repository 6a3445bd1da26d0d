/** How values are written for people: times, durations, numbers and payloads, each of bounded length. */

import { prettyMilliseconds } from "../deps/units.ts";

/** A moment in UTC, to the second. */
export const moment = (seconds: number): string => {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? String(seconds)
    : `${date.toISOString().slice(0, 19).replace("T", " ")}Z`;
};

/** A length of time, given in seconds. */
export const duration = (seconds: number): string => {
  const milliseconds = Math.min(Math.abs(seconds) * 1000, Number.MAX_SAFE_INTEGER);
  const sign = seconds < 0 ? "-" : "";
  return sign + prettyMilliseconds(milliseconds, {
    unitCount: 2,
    millisecondsDecimalDigits: milliseconds < 10 ? 1 : 0,
    secondsDecimalDigits: milliseconds < 60_000 ? 1 : 0,
  });
};

/** The time from one moment to another; null where one of them is missing. */
export const between = (from: number | null, to: number | null): string | null =>
  from === null || to === null ? null : duration(to - from);

/** How many. */
export const count = (number: number): string => number.toLocaleString("en-US");

/** A measured value, to four digits. */
export const measure = (value: number): string => String(Number(value.toPrecision(4)));

/** A payload: text as it is, and other values as JSON. */
export const payload = (value: unknown, space?: number): string =>
  typeof value === "string" ? value : JSON.stringify(value, null, space) ?? String(value);

/** A text on one line. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

/** The start of a text that is longer than `most`; no character is cut in two. */
export const cut = (text: string, most: number): string =>
  text.length <= most
    ? text
    : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;

/** The start of a text that is longer than `most`, and how much more there is. */
export const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${cut(text, most + 1)} (${count(text.length - most)} more)`;
