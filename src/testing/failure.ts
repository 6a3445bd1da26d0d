/** Expectations of errors. */

import { assert, assertEquals, assertStringIncludes } from "../deps/assert.ts";
import type { StoreError } from "../model/errors.ts";
import { StoreException } from "../store/promises.ts";

/** Waits for a promise to reject with an error of this tag, whose message has the fragment. */
export const fails = async (
  promise: Promise<unknown>,
  tag: StoreError["_tag"],
  fragment = "",
): Promise<void> => {
  const problem = await promise.then(
    (value) => new Error(`expected ${tag}, got a result: ${JSON.stringify(value)}`),
    (cause: unknown) => cause,
  );
  assert(problem instanceof StoreException, String(problem));
  assertEquals(problem.error._tag, tag, problem.message);
  assertStringIncludes(problem.message, fragment);
};
