/** The package's `package.json`. */

import { BETTER_SQLITE_VERSION } from "../../src/deps/better_sqlite.ts";
import { MONGO_VERSION } from "../../src/deps/mongo.ts";
import { VEGA_LITE_VERSION, VEGA_VERSION } from "../../src/deps/vega.ts";
import { IMPORTS, NOT_FOR_NPM } from "./modules.ts";

/** What `deno pack` writes, as far as it is changed; name, version and license are `deno.json`'s. */
interface Compiled {
  readonly exports: Readonly<Record<string, { readonly import: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Packages that are loaded on demand: whoever needs one installs it. */
const PEERS: Readonly<Record<string, string>> = {
  "better-sqlite3": BETTER_SQLITE_VERSION,
  mongodb: MONGO_VERSION,
  vega: VEGA_VERSION,
  "vega-lite": VEGA_LITE_VERSION,
};

/** Completes the one that `deno pack` writes. */
export const manifest = (compiled: string): Readonly<Record<string, unknown>> => {
  // The form is that of Deno's exact version, which the tasks and CI name.
  const { exports, dependencies, ...rest } = JSON.parse(compiled) as Compiled;
  return {
    ...rest,
    description: "The store between an RL trainer and its agent runners",
    // The first with `AbortSignal.any`.
    engines: { node: ">=20.3" },
    // Importing a module does nothing, so that bundlers may leave out what is not used.
    sideEffects: false,
    exports: {
      ...mapped(exports, (entry) => isForNpm(entry.import) ? entry : null),
      "./package.json": "./package.json",
    },
    imports: IMPORTS,
    // The tested versions; `deno pack` makes a range of each.
    dependencies: mapped(dependencies, (range) => range.replace(/^\^/, "")),
    peerDependencies: mapped(PEERS, (version) => `^${version}`),
    peerDependenciesMeta: mapped(PEERS, () => ({ optional: true })),
  };
};

const isForNpm = (entry: string): boolean => !NOT_FOR_NPM.includes(entry.replace(/^\.\//, ""));

/** The same names with other values; those with null are left out. */
const mapped = <A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B | null,
): Readonly<Record<string, B>> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      const changed = change(value);
      return changed === null ? [] : [[name, changed]];
    }),
  );
