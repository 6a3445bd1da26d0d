/** The programs of other runtimes' users. */

import { BETTER_SQLITE_VERSION } from "../../src/deps/better_sqlite.ts";
import { MONGO_VERSION } from "../../src/deps/mongo.ts";
import { noBrowser } from "../display/chromium.ts";
import { needing, type Register } from "../needs.ts";
import { npmFolder } from "./npm.ts";

const PACKAGES = [
  "@types/node@20.19.43",
  "bun@1.4.5",
  "esbuild@0.28.2",
  "node@22.23.3",
  "typescript@5.9.3",
];

/** The folder with the programs' packages. */
export const programs = (): Promise<string> => npmFolder("package-programs", PACKAGES);

/** A program of these, or the Node of this machine. */
export const program = async (name: "bun" | "esbuild" | "node22" | "tsc"): Promise<string> => {
  const modules = `${await programs()}/node_modules`;
  return name === "node22" ? `${modules}/node/bin/node` : `${modules}/.bin/${name}`;
};

/** better-sqlite3, built for the Node of this machine; without optimizations that is soon done. */
export const betterSqlite = (): Promise<string> =>
  npmFolder("package-better-sqlite3", [`better-sqlite3@${BETTER_SQLITE_VERSION}`], [
    "CFLAGS=-O0",
    "CXXFLAGS=-O0",
    "MAKEFLAGS=-j2",
  ]);

/** MongoDB's driver. */
export const mongodb = (): Promise<string> =>
  npmFolder("package-mongodb", [`mongodb@${MONGO_VERSION}`]);

/** Why something cannot be had; null where it can. */
const problemOf = (have: () => Promise<unknown>) => (): Promise<string | null> =>
  have().then(
    () => null,
    (error) => `It takes Node 20 and an npm registry. It was tried: ${error}`,
  );

/** Registers a test that needs the programs. */
export const packageTest: Register = await needing({
  tests: "THE NPM PACKAGE",
  known: "LIGHTNING_NO_NPM",
  missing: problemOf(programs),
});

/** Registers a test that needs a browser, too. */
export const browserTest: Register = await needing({
  tests: "THE NPM PACKAGE IN A BROWSER",
  known: "LIGHTNING_NO_NPM_IN_BROWSER",
  missing: async () => noBrowser() ?? await problemOf(programs)(),
});

/** Registers a test that needs better-sqlite3, too. */
export const betterSqliteTest: Register = await needing({
  tests: "BETTER-SQLITE3",
  known: "LIGHTNING_NO_BETTER_SQLITE",
  missing: problemOf(() => Promise.all([programs(), betterSqlite()])),
});
