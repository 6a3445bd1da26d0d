/** Tests that need a Python which has agent-lightning 0.3, as it is published. */

import { needing, type Register } from "../needs.ts";
import { wholeUpstreamPython } from "../upstream/python.ts";

const WHAT_WOULD_DO = `\
There is no Python with agent-lightning for the tests. They make one by themselves where there are
python3 (3.11) with its venv module (Debian: python3-venv), and PyPI in reach.`;

const problem = (): Promise<string | null> =>
  wholeUpstreamPython().then(
    () => null,
    (error) => `${WHAT_WOULD_DO}\nIt was tried: ${error instanceof Error ? error.message : error}`,
  );

/** Registers a test that needs it. */
export const pythonTest: Register = await needing({
  tests: "THE PYTHON CLIENTS",
  known: "LIGHTNING_NO_PYTHON",
  missing: problem,
});
