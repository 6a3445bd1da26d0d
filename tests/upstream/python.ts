/** The Pythons that have agent-lightning 0.3, each in a virtual environment of its own. */

import { pinnedEnvironment } from "../python_environment.ts";

/** The one in which its Mongo store works (see load_store.py). */
export const upstreamPython = (): Promise<string> =>
  pinnedEnvironment("agentlightning-0.3.0", new URL("requirements.txt", import.meta.url));

/** The one in which all of it imports: clients, runners, trainers and the server. */
export const wholeUpstreamPython = (): Promise<string> =>
  pinnedEnvironment(
    "agentlightning-0.3.0-whole",
    new URL("../python/requirements.txt", import.meta.url),
  );
