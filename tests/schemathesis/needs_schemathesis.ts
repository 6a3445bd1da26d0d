/** Tests that need Schemathesis, in a virtual environment of its own. */

import { needing, type Register } from "../needs.ts";
import { pinnedEnvironment } from "../python_environment.ts";

/** The Python that can run `-m schemathesis.cli`; rejects with what stands in the way. */
export const schemathesisPython = (): Promise<string> =>
  pinnedEnvironment("schemathesis-4.32.5", new URL("requirements.txt", import.meta.url));

/** Registers a test that needs it. */
export const schemathesisTest: Register = await needing({
  tests: "THE OPENAPI DOCUMENT, BY SCHEMATHESIS,",
  known: "LIGHTNING_NO_SCHEMATHESIS",
  missing: () =>
    schemathesisPython().then(
      () => null,
      (error) =>
        `${WHAT_WOULD_DO}\nIt was tried: ${error instanceof Error ? error.message : error}`,
    ),
});

const WHAT_WOULD_DO = `\
There is no Schemathesis for the tests. They install it by themselves where there are python3 with
its venv module (Debian: python3-venv), and PyPI in reach.`;
