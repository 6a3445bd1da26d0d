/** The npm package: what `deno pack` compiles, made fit for Node, Bun and bundlers. */

import { manifest } from "./manifest.ts";
import { NOT_FOR_NPM, rewritten } from "./modules.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** Makes the tarball in a folder, and answers with its path. */
export const pack = async (folder: string): Promise<string> => {
  const work = await Deno.makeTempDir();
  try {
    const compiled = `${work}/compiled.tgz`;
    const flags = ["--quiet", "--allow-dirty", "--no-source-maps", "--output", compiled];
    await run(Deno.execPath(), ["pack", ...flags], ROOT);
    await run("tar", ["-xzf", compiled], work);
    await Deno.copyFile(`${ROOT}/CHANGELOG.md`, `${work}/package/CHANGELOG.md`);
    await fit(`${work}/package`);
    return `${folder}/${await run("npm", ["pack", "--silent", `${work}/package`], folder)}`;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
};

/** Makes a compiled package fit. */
const fit = async (path: string): Promise<void> => {
  for (const name of NOT_FOR_NPM) await Deno.remove(`${path}/${name}`, { recursive: true });
  await change(`${path}/package.json`, (text) => `${JSON.stringify(manifest(text), null, 2)}\n`);
  for (const { name } of Deno.readDirSync(`${path}/src/deps`)) {
    await change(`${path}/src/deps/${name}`, rewritten);
  }
};

const change = async (path: string, changed: (text: string) => string): Promise<void> =>
  await Deno.writeTextFile(path, changed(await Deno.readTextFile(path)));

/** Runs a program, and answers with what it says; throws what it complains of, if it fails. */
const run = async (program: string, args: readonly string[], cwd: string): Promise<string> => {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], cwd })
    .output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${text.decode(stderr)}`);
  return text.decode(stdout).trim();
};
