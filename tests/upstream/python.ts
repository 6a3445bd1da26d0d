/** The Python that has the store of agent-lightning 0.3, in a virtual environment of its own. */

const CACHE = new URL("../../.cache/", import.meta.url);
const ENVIRONMENT = new URL("agentlightning-0.3.0/", CACHE).pathname;
const REQUIREMENTS = new URL("requirements.txt", import.meta.url).pathname;

/** Where it is; it is made where there is none, beside its place, and moved there whole. */
export const upstreamPython = async (): Promise<string> => {
  const python = `${ENVIRONMENT}bin/python3`;
  if (await exists(python)) return python;
  await Deno.mkdir(CACHE, { recursive: true });
  const making = await Deno.makeTempDir({ dir: CACHE.pathname, prefix: "making-upstream-" });
  try {
    await run("python3", ["-m", "venv", making]);
    const pip = ["-m", "pip", "install", "--quiet", "--no-deps", "-r", REQUIREMENTS];
    await run(`${making}/bin/python3`, pip);
    await Deno.rename(making, ENVIRONMENT).catch(async (error) => {
      // Another process was first.
      if (!await exists(python)) throw error;
    });
  } finally {
    await Deno.remove(making, { recursive: true }).catch(() => {});
  }
  return python;
};

/** Runs a program to its end; answers with what it says. */
export const run = async (program: string, args: readonly string[]): Promise<string> => {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
};

const exists = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);
