/** Jupyter with Deno's kernel, which leaves nothing behind in anyone's home. */

import { run } from "../python_environment.ts";
import { jupyterPython } from "./needs_jupyter.ts";

/** Where a run keeps what is its own, and where its kernel works. */
export interface Desk {
  /** For the files of Jupyter, and the temporary ones of the notebook. */
  readonly folder: string;
  /** The folder to which the notebook's imports are relative. */
  readonly cwd: string;
  /** The kernel's cache. Default: that of this process. */
  readonly cache?: string;
}

/** Runs a notebook and writes it with its outputs; rejects with what a cell fails by. */
export const execute = async (
  notebook: string,
  result: string,
  { folder, cwd, cache }: Desk,
): Promise<void> => {
  const kernel = `${folder}/jupyter/kernels/deno`;
  await Deno.mkdir(kernel, { recursive: true });
  await Deno.writeTextFile(`${kernel}/kernel.json`, JSON.stringify(KERNEL));
  const script = new URL("execute.py", import.meta.url).pathname;
  await run(await jupyterPython(), [script, notebook, result, cwd], {
    JUPYTER_PATH: `${folder}/jupyter`,
    JUPYTER_CONFIG_DIR: `${folder}/config`,
    JUPYTER_DATA_DIR: `${folder}/data`,
    JUPYTER_RUNTIME_DIR: `${folder}/runtime`,
    TMPDIR: folder,
    ...cache === undefined ? {} : { DENO_DIR: cache },
  });
};

/** The same that `deno jupyter --install` writes. */
const KERNEL = {
  argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
  display_name: "Deno",
  language: "typescript",
};

/** Writes a page of a notebook beside it. */
export const writePage = async (notebook: string): Promise<void> => {
  const args = ["-m", "nbconvert", "--to", "html", "--log-level", "ERROR", notebook];
  await run(await jupyterPython(), args);
};
