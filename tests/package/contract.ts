/** A script that proves two stores in its runtime by the package's own kit; it says what fails. */

import {
  type Backend,
  connectStore,
  createStore,
  httpApp,
  type LightningStore,
  sqlite,
} from "../../mod.ts";
import { contractSuite, type MakeOptions, type StoreUnderTest } from "../../src/testing/mod.ts";

const opened = async (path: string, partition: string): Promise<Backend> => {
  const backend = await sqlite({ path, partition })();
  if (backend._tag === "Left") throw new Error(backend.left.message);
  return backend.right;
};

/** The same store as its client has it. */
const served = (store: LightningStore): LightningStore => {
  const connected = connectStore("http://127.0.0.1", { fetch: httpApp(store) });
  if (connected._tag === "Left") throw new Error(connected.left.message);
  const { close } = connected.right;
  return { ...connected.right, close: () => async () => (await close()(), await store.close()()) };
};

const under = async (
  path: string,
  partition: string,
  face: (store: LightningStore) => LightningStore,
  options: MakeOptions,
): Promise<StoreUnderTest> => {
  const backend = await opened(path, partition);
  const { clock, scanDebounceSeconds, log } = options;
  const store = face(createStore(backend, { clock, scanDebounceSeconds, log }));
  return {
    store,
    strand: async (rollout) => {
      await backend.insert([[{ rollout, attempt: null, queued: false, workers: [] }]]);
    },
    beside: (which) => under(path, which === "same" ? partition : "other", face, options),
    close: async () => void await store.close()(),
  };
};

const FACES = { sqlite: (store: LightningStore) => store, "http (sqlite)": served };

const [folder = "."] = Deno.args;
const tests: (readonly [name: string, run: () => Promise<void>])[] = [];
let files = 0;
for (const [name, face] of Object.entries(FACES)) {
  const make = (options: MakeOptions) =>
    under(`${folder}/${name}-${files++}.db`, "default", face, options);
  contractSuite({ name, evicts: false, make }, (name, run) => tests.push([name, run]));
}
for (const [name, run] of tests) {
  try {
    await run();
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.stack : error}`);
  }
}
console.log(`${tests.length} done`);
