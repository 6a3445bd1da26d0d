/**
 * Tests that need something of the machine: registered where it is there, ignored with a loud reason
 * where it is not. With `CI` set they fail there instead.
 */

/** Registers a test. */
export type Register = (
  name: string,
  run: (t: Deno.TestContext) => void | Promise<void>,
) => void;

/** What tests need. */
export interface Need {
  /** Whose tests these are, for people. */
  readonly tests: string;
  /**
   * A variable of the environment that takes the reason. Each test file is a module context of its
   * own; the environment is what they share, so that one file of a run looks and tells, and the
   * others know.
   */
  readonly known: string;
  /** Why it is not there; null where it is. */
  readonly missing: () => Promise<string | null>;
}

/** How a test that needs something is registered. */
export const needing = async ({ tests, known, missing }: Need): Promise<Register> => {
  const isNews = Deno.env.get(known) === undefined;
  const reason = Deno.env.get(known) ?? await missing();
  if (reason !== null && isNews) {
    Deno.env.set(known, reason);
    const line = "!".repeat(100);
    console.warn(`${line}\nTESTS OF ${tests} DO NOT RUN.\n${reason}\n${line}`);
  }
  return (name, run) =>
    reason !== null && isRequired()
      ? Deno.test(name, () => Promise.reject(new Error(reason)))
      : Deno.test({ name, ignore: reason !== null, fn: run });
};

/** Whether what is missing is a failure. */
const isRequired = (): boolean => (Deno.env.get("CI") ?? "") !== "";
