/** Answers that are kept for whoever asks again since theirs was lost (H-11). */

import type { Answer } from "./answer.ts";

/** What an answer takes besides its characters, in as many more. */
const OVERHEAD = 256;

/** How long one is kept, in milliseconds: ten minutes. */
const LASTING = 600_000;

/** An answer that is kept. */
interface Kept {
  readonly until: number;
  readonly answer: Promise<Answer>;
  /** 0 until it is known. */
  size: number;
}

/** Answers once for each key; whoever comes again with it gets the same answer. */
export type Replay = (
  key: string | Promise<string>,
  answer: () => Promise<Answer>,
) => Promise<Answer>;

/** Keeps answers of so many characters together; one that has more by itself is not kept. */
export const replay = (largest: number): Replay => {
  const answers = new Map<string, Kept>();
  let size = 0;

  const drop = (key: string): void => {
    size -= answers.get(key)?.size ?? 0;
    answers.delete(key);
  };

  const forget = (): void => {
    const now = Date.now();
    // The first one is the oldest.
    for (const [key, { until }] of answers) {
      if (until > now && size <= largest) return;
      drop(key);
    }
  };

  return async (given, make) => {
    const key = await given;
    const known = answers.get(key);
    if (known !== undefined && known.until > Date.now()) return await known.answer;
    drop(key);
    const kept: Kept = { until: Date.now() + LASTING, answer: make(), size: 0 };
    answers.set(key, kept);
    const answer = await kept.answer;
    if (answers.get(key) === kept) {
      kept.size = OVERHEAD + key.length + sizeOf(answer);
      size += kept.size;
      // What failed has changed nothing: it may be tried again, with other words too.
      if (answer.status >= 400 || kept.size > largest) drop(key);
      forget();
    }
    return answer;
  };
};

/** How many characters it has. */
const sizeOf = ({ body }: Answer): number => typeof body === "string" ? body.length : 0;
