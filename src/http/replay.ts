/** Answers that are kept for whoever asks again since theirs was lost (H-11). */

/** How many answers are kept, and for how long in milliseconds. */
const KEPT = 10_000;
const MINUTES_10 = 600_000;

/** An answer that can be given more than once, as a response cannot. */
export type Answer = () => Response;

/** Answers once for each key; whoever comes again with it gets the same answer. */
export type Replay = (key: string | null, answer: () => Promise<Answer>) => Promise<Response>;

export const replay = (): Replay => {
  const answers = new Map<string, { readonly until: number; readonly answer: Promise<Answer> }>();

  const forget = (): void => {
    const now = Date.now();
    // The first one is the oldest.
    for (const [key, { until }] of answers) {
      if (until > now && answers.size <= KEPT) return;
      answers.delete(key);
    }
  };

  return async (key, make) => {
    if (key === null) return (await make())();
    const known = answers.get(key);
    if (known !== undefined && known.until > Date.now()) return (await known.answer)();
    const answer = make();
    answers.set(key, { until: Date.now() + MINUTES_10, answer });
    forget();
    const response = (await answer)();
    // What failed has changed nothing: it may be tried again, with other words too.
    if (!response.ok) answers.delete(key);
    return response;
  };
};
