/** A user's project, far from this repository, in which the tarball is installed. */

import { pack } from "../../tools/package/pack.ts";
import { run } from "../python_environment.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { forUsers, MAIN_JOB } from "./scripts.ts";
import { installIn } from "./npm.ts";
import { program, programs } from "./programs.ts";

/** What the tests share. */
let made: ReturnType<typeof temporaryFolder> | undefined;

/** The folder of the project, which is made when it is first asked for. */
export const project = async (): Promise<string> => (await (made ??= make())).path;

Deno.test.afterAll(async () => {
  const [outcome] = await Promise.allSettled([made]);
  if (outcome.status === "fulfilled") await outcome.value?.[Symbol.asyncDispose]();
});

/** What is compiled there, and then runs in each runtime. */
const SCRIPTS = {
  job: MAIN_JOB,
  contract: new URL("contract.ts", import.meta.url),
  endings: new URL("endings.ts", import.meta.url),
};

const make = async () => {
  const folder = await temporaryFolder();
  await installIn(folder.path, [await pack(folder.path)]);
  for (const [name, script] of Object.entries(SCRIPTS)) {
    await Deno.writeTextFile(
      `${folder.path}/${name}.mts`,
      await forUsers(script, "process.argv.slice(2)"),
    );
  }
  await compile(folder.path, Object.keys(SCRIPTS).map((name) => `${name}.mts`), "nodenext");
  return folder;
};

/** Compiles TypeScript of the project as its users do who let nothing pass. */
export const compile = async (
  folder: string,
  files: readonly string[],
  moduleResolution: "nodenext" | "bundler",
): Promise<void> => {
  const config = `${folder}/${moduleResolution}.json`;
  const forNode = {
    module: "nodenext",
    lib: ["es2024"],
    types: ["node"],
    typeRoots: [`${await programs()}/node_modules/@types`],
  };
  const forBrowsers = { module: "esnext", moduleResolution, lib: ["es2024", "dom"], types: [] };
  await Deno.writeTextFile(
    config,
    JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        target: "es2022",
        ...moduleResolution === "nodenext" ? forNode : forBrowsers,
      },
      files,
    }),
  );
  await run(await program("tsc"), ["-p", config]);
};

/** Runs something while a package is installed that another folder has. */
export const withPackage = async (
  name: string,
  from: string,
  body: () => Promise<void>,
): Promise<void> => {
  const place = `${await project()}/node_modules/${name}`;
  await Deno.symlink(`${from}/node_modules/${name}`, place);
  try {
    await body();
  } finally {
    await Deno.remove(place);
  }
};
