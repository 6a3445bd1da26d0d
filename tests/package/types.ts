/** The package's types, checked by TypeScript as strictly as it can. */

import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { run } from "../python_environment.ts";
import { packageTest } from "./programs.ts";
import { compile, project } from "./project.ts";

/** Wrong uses are errors, so that no type is `any` unnoticed. */
const USES = `
import { createStore, httpApp, memory, openStore } from "@lightning/store";
import { durableObject, type DurableObjectState } from "@lightning/store/durable-object";
import { rewardCurve, rewardPoints, waterfall } from "@lightning/store/display";

const store = await openStore("memory:");
const { rollout_id } = await store.enqueueRollout({ input: "2 + 2", mode: "train" });
const id: string = rollout_id;
// @ts-expect-error: an id is text
const number: number = rollout_id;
// @ts-expect-error: there is no such mode
await store.enqueueRollout({ input: id, mode: "play" });
// @ts-expect-error: records are never changed in place
(await store.queryRollouts()).items.push(number);

// Options may be given, or left out.
export const app = ({ token }: { readonly token?: string }) =>
  httpApp(createStore(memory()), { token });
createStore(memory({ threadSafe: true }));
export const object = (state: DurableObjectState) =>
  [durableObject(state), durableObject(state, { http: { token: "secret" } })];
const points = await rewardPoints(store);
const texts: readonly string[] = [
  (await rewardCurve(points)).text,
  (await rewardCurve(points, { latest: 5 })).text,
  waterfall([]).text,
  waterfall([], { total: 5 }).text,
];
// @ts-expect-error: a drawing has words
const words: number = waterfall([]).text;
`;

for (const resolution of ["nodenext", "bundler"] as const) {
  packageTest(`package: its types pass tsc --strict (${resolution})`, async () => {
    const folder = await project();
    await Deno.writeTextFile(`${folder}/uses.mts`, USES);
    await Deno.writeTextFile(`${folder}/entries.mts`, await entries(folder));
    await compile(folder, ["uses.mts", "entries.mts"], resolution);
    // Node loads every entry, without any optional package.
    const counts: readonly number[] = JSON.parse(await run("node", [`${folder}/entries.mjs`]));
    assert(counts.every((count) => count > 0), String(counts));
  });
}

packageTest(
  "package: it has the entries of deno.json but the service, and its version",
  async () => {
    const { name, version, exports } = await manifest(await project());
    assertEquals({ name, version }, { name: config.name, version: config.version });
    const { "./main": _, ...expected } = config.exports;
    assertEquals(
      new Set(Object.keys(exports)),
      new Set([...Object.keys(expected), "./package.json"]),
    );
  },
);

/** A script that imports every entry and says how much each has. */
const entries = async (folder: string): Promise<string> => {
  const { name, exports } = await manifest(folder);
  const specifiers = Object.keys(exports)
    .filter((entry) => !entry.endsWith(".json"))
    .map((entry) => name + entry.slice(1));
  return specifiers
    .map((specifier, i) => `import * as entry${i} from ${JSON.stringify(specifier)};\n`)
    .concat(`const entries = [${specifiers.map((_, i) => `entry${i}`)}];\n`)
    .concat("console.log(JSON.stringify(entries.map((it) => Object.keys(it).length)));\n")
    .join("");
};

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const manifest = async (folder: string): Promise<Manifest> =>
  JSON.parse(await Deno.readTextFile(`${folder}/node_modules/${config.name}/package.json`));
