/** Why a file or a folder cannot be read, in words. */

import { type Failure, trouble } from "./failure.ts";

/** What a flag names on the disk cannot be read. */
export const unreadable = (source: string, kind: "file" | "folder", cause: unknown): Failure =>
  trouble(`${source}: ${reasonOf(kind, cause)}`);

const reasonOf = (kind: "file" | "folder", cause: unknown): string => {
  if (cause instanceof Deno.errors.NotFound) return `there is no such ${kind}`;
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (cause instanceof Deno.errors.NotADirectory) return "it is no folder";
  return `it cannot be read: ${cause instanceof Error ? cause.message : cause}`;
};
