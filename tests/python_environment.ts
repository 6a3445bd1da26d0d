/** Virtual environments of Python, which tests make for themselves. */

const CACHE = new URL("../.cache/", import.meta.url);

/**
 * The Python that has some packages, in a virtual environment of that name under `.cache`, which is
 * made where there is none; rejects with what stands in the way.
 *
 * The environment is made beside its place and moved there whole: several processes may do it at
 * once, and none sees half of it. Its scripts know only the old path, its Python the new one too.
 */
export const pythonEnvironment = async (
  name: string,
  packages: readonly string[],
): Promise<string> => {
  const place = new URL(`${name}/`, CACHE).pathname;
  const python = `${place}bin/python3`;
  if (await exists(python)) return python;
  await Deno.mkdir(CACHE, { recursive: true });
  const making = await Deno.makeTempDir({ dir: CACHE.pathname, prefix: `making-${name}-` });
  try {
    await run("python3", ["-m", "venv", making]);
    const install = () =>
      run(`${making}/bin/python3`, ["-m", "pip", "install", "--quiet", ...packages]);
    // An index that does not answer now may do so in a moment.
    await install().catch(install);
    await Deno.rename(making, place).catch(async (error) => {
      // Another process was first.
      if (!await exists(python)) throw error;
    });
  } finally {
    await Deno.remove(making, { recursive: true }).catch(() => {});
  }
  return python;
};

/** The same from a file that lists every package, so that nothing is resolved. */
export const pinnedEnvironment = (name: string, requirements: URL): Promise<string> =>
  pythonEnvironment(name, ["--no-deps", "-r", requirements.pathname]);

/** Runs a program to its end; answers with what it says. */
export const run = async (
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], env })
    .output();
  const [said, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  if (!success) throw new Error(`${[program, ...args].join(" ")} fails: ${complaint}\n${said}`);
  return said ?? "";
};

const exists = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);
