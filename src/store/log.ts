/** What the store tells of itself, as data. */

/** One line of the store's log. */
export interface LogEvent {
  /** How much it matters. */
  readonly level: "debug" | "info" | "warn" | "error";
  /** What happened, in words that do not change. */
  readonly message: string;
  /** The particulars. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Takes the store's log. */
export type Log = (event: LogEvent) => void;

/**
 * Writes warnings and errors to the console: what a store does with its log unless told otherwise.
 *
 * @example
 * ```ts
 * import { consoleLog } from "@lightning/store";
 *
 * consoleLog({ level: "warn", message: "The disk is nearly full", details: { left: "1 MB" } });
 * ```
 */
export const consoleLog: Log = ({ level, message, details }) => {
  if (level === "warn" || level === "error") console[level](`lightning-store: ${message}`, details);
};
