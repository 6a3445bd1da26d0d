/** Lines that are written together: to write takes far longer than to log. */

import { setImmediate } from "node:timers";

/**
 * Takes lines, and writes those that came in one turn of the event loop at its end, or when the
 * process exits.
 */
export const onceATurn = (write: (lines: string) => void): (line: string) => void => {
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length === 0) return;
    const all = lines.join("\n");
    lines = [];
    write(all);
  };
  globalThis.addEventListener("unload", flush);
  return (line) => {
    if (lines.push(line) === 1) setImmediate(flush);
  };
};
