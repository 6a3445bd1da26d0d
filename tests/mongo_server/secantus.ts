/** SecantusDB, a server from PyPI that speaks MongoDB's protocol: where its Python is. */

const PACKAGE = "SecantusDB==0.7.0b3";

const CACHE = new URL("../../.cache/", import.meta.url);

const ENVIRONMENT = new URL("secantusdb-0.7.0b3/", CACHE).pathname;

/**
 * The Python that can run `-m secantus`, in a virtual environment that is made where there is none;
 * throws what stands in the way.
 *
 * The environment is made beside its place and moved there whole: several processes may do it at
 * once, and none sees half of it. Its scripts know only the old path, its Python the new one too.
 */
export const secantusPython = async (): Promise<string> => {
  const python = `${ENVIRONMENT}bin/python3`;
  if (await exists(python)) return python;
  await Deno.mkdir(CACHE, { recursive: true });
  const making = await Deno.makeTempDir({ dir: CACHE.pathname, prefix: "making-secantusdb-" });
  try {
    await run("python3", ["-m", "venv", making]);
    await run(`${making}/bin/python3`, ["-m", "pip", "install", "--quiet", PACKAGE]);
    await Deno.rename(making, ENVIRONMENT).catch(async (error) => {
      // Another process was first.
      if (!await exists(python)) throw error;
    });
  } finally {
    await Deno.remove(making, { recursive: true }).catch(() => {});
  }
  return python;
};

const run = async (program: string, args: readonly string[]): Promise<void> => {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  if (success) return;
  const said = [stderr, stdout].map((bytes) => new TextDecoder().decode(bytes).trim());
  throw new Error(`${[program, ...args].join(" ")} fails: ${said.join("\n")}`);
};

const exists = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);
