/** Why a whole request is refused, as data. */

/** The HTTP status, and one sentence for people. */
export interface Failure {
  readonly status: 400 | 408 | 413 | 415 | 500 | 503;
  readonly message: string;
}

export const failure = (status: Failure["status"], message: string): Failure => ({
  status,
  message: shortened(message),
});

/** The words that senders' tests look for. */
export const unparsable = (why: string): Failure => failure(400, `Unable to parse: ${why}`);

const LONGEST = 1000;

/** A sentence in which what a sender wrote cannot grow without bound. */
export const shortened = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}...` : text;
