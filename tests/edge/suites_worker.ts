/** A Worker that runs the test whose name a request brings. */

import type { Namespace } from "./objects.ts";
import { suites } from "./suites.ts";

export { ObjectUnderTest } from "./object_under_test.ts";

export default {
  fetch: async (request: Request, { OBJECTS }: { OBJECTS: Namespace }): Promise<Response> => {
    const tests = new Map<string, () => Promise<void>>();
    suites(OBJECTS, (name, run) => tests.set(name, run));
    const run = tests.get(await request.text());
    if (run === undefined) return new Response("There is no such test", { status: 404 });
    try {
      await run();
      return new Response();
    } catch (error) {
      return new Response(told(error), { status: 500 });
    }
  },
};

/** An error with its causes, as text. */
const told = (error: unknown): string =>
  error instanceof Error
    ? `${error.stack}${error.cause === undefined ? "" : `\nCaused by: ${told(error.cause)}`}`
    : String(error);
