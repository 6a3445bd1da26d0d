/** SecantusDB, a server from PyPI that speaks MongoDB's protocol: where its Python is. */

import { pythonEnvironment } from "../python_environment.ts";

/** The Python that can run `-m secantus`; rejects with what stands in the way. */
export const secantusPython = (): Promise<string> =>
  pythonEnvironment("secantusdb-0.7.0b3", ["SecantusDB==0.7.0b3"]);
