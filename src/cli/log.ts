/** The service's log: one line of JSON for each event, on the standard error. */

import type { RequestLog } from "../http/app.ts";
import { harmless, type Log, type LogEvent } from "../store/log.ts";
import { onceATurn } from "./once_a_turn.ts";

/** Writes events of a level and above. */
export const jsonLog = (
  least: LogEvent["level"],
  write: (line: string) => void = onceATurn(console.error),
): Log => {
  const written = new Set(LEVELS.slice(LEVELS.indexOf(least)));
  return harmless(({ level, message, details }) => {
    if (!written.has(level)) return;
    const time = new Date().toISOString();
    const event = { time, level, message, ...details };
    // A request is logged with plain values, and a function that looks at each takes its time.
    write(JSON.stringify(event, Object.values(details).some(isObject) ? withWords : undefined));
  });
};

/** What became of a request, as an event. */
export const requestEvent = (line: RequestLog): LogEvent => ({
  level: line.fault !== undefined ? "error" : line.status >= 500 ? "warn" : "info",
  message: "Request",
  details: { ...line },
});

const LEVELS: readonly LogEvent["level"][] = ["debug", "info", "warn", "error"];

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

/** JSON knows nothing of an error. */
const withWords = (_: string, value: unknown): unknown =>
  value instanceof Error ? value.message : value;
