/** Tests that need Jupyter, in a virtual environment of its own. */

import { needing, type Register } from "../needs.ts";
import { pinnedEnvironment } from "../python_environment.ts";

/** The Python that has `jupyter_client` and `nbconvert`; rejects with what stands in the way. */
export const jupyterPython = (): Promise<string> =>
  pinnedEnvironment("nbconvert-7.17.2", new URL("requirements.txt", import.meta.url));

const WHAT_WOULD_DO = `\
There is no Jupyter for the tests. They install it by themselves where there are python3 with its
venv module (Debian: python3-venv), and PyPI in reach.`;

/** Registers a test that needs it. */
export const jupyterTest: Register = await needing({
  tests: "NOTEBOOKS",
  known: "LIGHTNING_NO_JUPYTER",
  missing: () =>
    jupyterPython().then(
      () => null,
      (error) =>
        `${WHAT_WOULD_DO}\nIt was tried: ${error instanceof Error ? error.message : error}`,
    ),
});
