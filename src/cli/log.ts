/** The service's log: one line of JSON for each event, on the standard error. */

import type { RequestLog } from "../http/app.ts";
import { harmless } from "../core/harmless.ts";
import type { Log, LogEvent } from "../store/log.ts";
import { onceATurn } from "./once_a_turn.ts";

/** Writes events of a level and above. */
export const jsonLog = (
  least: LogEvent["level"],
  write: (line: string) => void = onceATurn(writingTo(Deno.stderr)),
): Log => {
  const written = new Set(LEVELS.slice(LEVELS.indexOf(least)));
  const time = timeInWords();
  return harmless(({ level, message, details }) => {
    if (!written.has(level)) return;
    const event = { time: time(), level, message, ...details };
    // A request is logged with plain values, and a function that looks at each takes its time.
    write(JSON.stringify(event, holdsObject(details) ? withWords : undefined));
  });
};

/** The time in ISO 8601. Lines of one millisecond share it: to write it takes as long as a line. */
const timeInWords = (): () => string => {
  let at = NaN;
  let words = "";
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      words = new Date(now).toISOString();
    }
    return words;
  };
};

/** Writes lines to a file, in a quarter of the time that the console takes. */
export const writingTo =
  (file: { readonly writeSync: (bytes: Uint8Array) => number }) => (lines: string): void => {
    try {
      let left = encoder.encode(`${lines}\n`);
      while (left.length > 0) left = left.subarray(file.writeSync(left));
    } catch {
      // Nobody reads it any more, and there is nowhere else to say so.
    }
  };

const encoder = new TextEncoder();

/** What became of a request, as an event. */
export const requestEvent = (line: RequestLog): LogEvent => ({
  level: line.fault !== undefined ? "error" : line.status >= 500 ? "warn" : "info",
  message: "Request",
  details: { ...line },
});

const LEVELS: readonly LogEvent["level"][] = ["debug", "info", "warn", "error"];

const holdsObject = (details: LogEvent["details"]): boolean => {
  for (const name in details) {
    if (typeof details[name] === "object" && details[name] !== null) return true;
  }
  return false;
};

/** JSON knows nothing of an error. */
const withWords = (_: string, value: unknown): unknown =>
  value instanceof Error ? value.message : value;
