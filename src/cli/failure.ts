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
