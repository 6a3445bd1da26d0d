/** Why the command ends badly, for the person who gave it. */

/** Sentences, and the exit code that goes with them. */
export interface Failure {
  /** 1: it could not be done. 2: it cannot be asked for so. */
  readonly code: 1 | 2;
  readonly message: string;
}

/** Something stands in the way of what was asked for. */
export const trouble = (message: string): Failure => ({ code: 1, message });

/** What was asked for makes no sense. */
export const misuse = (message: string): Failure => ({ code: 2, message });

/** What a flag names on the disk cannot be read. */
export const unreadable = (source: string, kind: "file" | "folder", cause: unknown): Failure =>
  trouble(`${source}: ${reasonOf(kind, cause)}`);

const reasonOf = (kind: "file" | "folder", cause: unknown): string => {
  if (cause instanceof Deno.errors.NotFound) return `there is no such ${kind}`;
  if (cause instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (cause instanceof Deno.errors.NotADirectory) return "it is no folder";
  return `it cannot be read: ${cause instanceof Error ? cause.message : cause}`;
};
