/** Packages of npm's, which tests install for themselves. */

import { run } from "../python_environment.ts";

const CACHE = new URL("../../.cache/", import.meta.url).pathname;

/**
 * The folder with some packages under `.cache`, which is made where there is none; rejects with what
 * stands in the way. It is made beside its place and moved there whole, so that nobody sees half.
 */
export const npmFolder = async (
  name: string,
  packages: readonly string[],
  environment: readonly string[] = [],
): Promise<string> => {
  const place = `${CACHE}${name}`;
  if (await exists(place)) return place;
  await Deno.mkdir(CACHE, { recursive: true });
  const making = await Deno.makeTempDir({ dir: CACHE, prefix: `making-${name}-` });
  try {
    await installIn(making, packages, environment);
    await Deno.rename(making, place).catch(async (error) => {
      // Another process was first.
      if (!await exists(place)) throw error;
    });
  } finally {
    await Deno.remove(making, { recursive: true }).catch(() => {});
  }
  return place;
};

/** Installs packages in a folder, as a user does. */
export const installIn = async (
  folder: string,
  packages: readonly string[],
  environment: readonly string[] = [],
): Promise<void> => {
  await Deno.writeTextFile(`${folder}/package.json`, `{ "private": true, "type": "module" }`);
  const npm = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--save-exact"];
  await run("env", [...environment, ...npm, ...packages]);
};

const exists = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);
