/**
 * The agent: it reads a prompt, does as the prompt says, and answers.
 *
 * Its model is a stand-in that needs no network: it can add, but it slips now and then. Whether it
 * slips hangs on a hash of what it reads, so the same prompt and attempt always end the same way.
 */

/** One thing that the agent did on the way to its answer. */
export interface Step {
  readonly name: "guess" | "add" | "compare";
  /** The value that it held afterwards. */
  readonly value: number;
}

/** What the agent did, and how it ended: with an answer or with an error. */
export interface Trajectory {
  readonly steps: readonly Step[];
  readonly outcome: { readonly answer: number } | { readonly error: string };
}

/** Works on a prompt. An attempt that ends with an error may go well the next time. */
export const work = (prompt: string, attempt: number): Trajectory => {
  const { steps, answer } = strategyOf(prompt)(prompt, termsOf(prompt));
  return chance(`${prompt} breaks on attempt ${attempt}`) < ODDS.error
    ? {
      steps: steps.slice(0, Math.ceil(steps.length / 2)),
      outcome: { error: "The model stopped in the middle of its answer" },
    }
    : { steps, outcome: { answer } };
};

/** How likely the model is to go wrong. */
const ODDS = { error: 0.08, slipWhenAdding: 0.07, slipWhenGuessing: 0.12 } as const;

type Strategy = (
  prompt: string,
  terms: readonly number[],
) => { readonly steps: readonly Step[]; readonly answer: number };

/** A guess is one step, and the more terms it swallows at once the less it is worth. */
const guess: Strategy = (prompt, terms) => {
  const total = terms.reduce((sum, term) => sum + term, 0);
  const answer = total + slip(`${prompt} guess`, ODDS.slipWhenGuessing * terms.length);
  return { steps: [{ name: "guess", value: answer }], answer };
};

/** Each step adds one term, and a slip stays in the sum. */
const addUp = (prompt: string, terms: readonly number[]): ReturnType<Strategy> => {
  const steps = terms.reduce<readonly Step[]>((before, term, i) => {
    const sum = (before.at(-1)?.value ?? 0) + term;
    return [...before, { name: "add", value: sum + slip(`${prompt} ${i}`, ODDS.slipWhenAdding) }];
  }, []);
  return { steps, answer: steps.at(-1)?.value ?? 0 };
};

/** Two sums that agree are an answer; if they do not, a third one decides. */
const check: Strategy = (prompt, terms) => {
  const pass = (n: number) => addUp(`${prompt} pass ${n}`, terms);
  const [first, second] = [pass(1), pass(2)] as const;
  const agree = first.answer === second.answer;
  const last = agree ? second : pass(3);
  return {
    steps: [
      ...first.steps,
      ...second.steps,
      ...agree ? [] : last.steps,
      { name: "compare", value: last.answer },
    ],
    answer: last.answer,
  };
};

/** The first entry that the prompt asks for. */
const STRATEGIES: readonly { readonly asked: RegExp; readonly strategy: Strategy }[] = [
  { asked: /check your work/, strategy: check },
  { asked: /step by step/, strategy: addUp },
];

const strategyOf = (prompt: string): Strategy =>
  STRATEGIES.find(({ asked }) => asked.test(prompt))?.strategy ?? guess;

/** What is to be added: the lengths of quoted words, or the numbers, those that go away negative. */
const termsOf = (prompt: string): readonly number[] => {
  const quoted = /"(.*)"/.exec(prompt)?.[1];
  return quoted !== undefined ? quoted.split(" ").map((word) => word.length) : Array.from(
    prompt.matchAll(/(- |loses )?(\d+)/g),
    ([, away, digits]) => away === undefined ? Number(digits) : -Number(digits),
  );
};

/** How far a step goes wrong: mostly not at all. */
const slip = (seed: string, odds: number): number => {
  const drawn = chance(seed);
  return drawn < odds ? 1 + Math.floor(3 * drawn / odds) : 0;
};

/** A number from 0 up to 1 that looks random but is always the same for a text: FNV-1a, stirred. */
const chance = (text: string): number => {
  const hash = [...text].reduce(
    (h, letter) => Math.imul(h ^ letter.charCodeAt(0), 0x01000193),
    0x811c9dc5,
  );
  const stirred = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  return ((stirred ^ stirred >>> 13) >>> 0) / 2 ** 32;
};
