/** The contract suite: every case of the contract, run against a store. */

import type { StoreError } from "../../model/errors.ts";
import { promises } from "../../store/promises.ts";
import type { LogEvent } from "../../store/log.ts";
import { tickingClock } from "../fake_clock.ts";
import type {
  ContractCase,
  MakeOptions,
  SceneOptions,
  Stage,
  StoreMaker,
  StoreUnderTest,
} from "../kit.ts";
import { attempts } from "./attempts.ts";
import { creating } from "./creating.ts";
import { propagation } from "./propagation.ts";
import { queue } from "./queue.ts";
import { resourcesAndWorkers } from "./resources_and_workers.ts";
import { rollouts } from "./rollouts.ts";
import { sequenceIds } from "./sequence_ids.ts";
import { spans } from "./spans.ts";
import { stores } from "./stores.ts";
import { waiting } from "./waiting.ts";
import { watchdog } from "./watchdog.ts";

/** All cases, by number. */
export const contractCases: readonly ContractCase[] = [
  ...creating,
  ...queue,
  ...rollouts,
  ...attempts,
  ...propagation,
  ...spans,
  ...sequenceIds,
  ...watchdog,
  ...waiting,
  ...resourcesAndWorkers,
  ...stores,
];

/**
 * Registers every case of the contract as a test of a store, named
 * `<store>: <three-digit number> <sentence>`.
 *
 * @example Prove a backend of your own
 * ```ts
 * import { createStore, memory } from "@lightning/store";
 * import { contractSuite, type StoreUnderTest } from "@lightning/store/testing";
 *
 * const under = (backend = memory()): StoreUnderTest => {
 *   const store = createStore(backend);
 *   return {
 *     store,
 *     strand: async (rollout) => {
 *       await backend.insert([[{ rollout, attempt: null, queued: false, workers: [] }]]);
 *     },
 *     beside: (partition) => Promise.resolve(under(partition === "same" ? backend : memory())),
 *     close: async () => void await store.close()(),
 *   };
 * };
 * const names: string[] = [];
 * const maker = { name: "mine", evicts: true, make: () => Promise.resolve(under()) };
 * contractSuite(maker, (name) => names.push(name)); // Deno.test in earnest
 * console.log(names.length); // 148
 * ```
 */
export const contractSuite = (
  maker: StoreMaker,
  test: (name: string, run: () => Promise<void>) => void,
): void => {
  for (const { number, sentence, run } of contractCases) {
    const name = `${maker.name}: ${String(number).padStart(3, "0")} ${sentence}`;
    test(name, () => onStage(maker, run));
  }
};

const onStage = async (
  maker: StoreMaker,
  run: (stage: Stage) => Promise<void>,
): Promise<void> => {
  const opened: StoreUnderTest[] = [];
  const keep = (under: StoreUnderTest): StoreUnderTest => {
    opened.push(under);
    return under;
  };
  try {
    await run({
      evicts: maker.evicts,
      scene: async (options = {}) => {
        const events: LogEvent[] = [];
        const clock = options.clock ?? tickingClock();
        const made = await maker.make(makeOptions(options, clock.now, events));
        if (isError(made)) throw new Error(`The store was not made: ${made.message}`);
        const { store, strand, beside } = keep(made);
        return {
          store: promises(store),
          clock,
          events,
          strand,
          beside: async (partition) => promises(keep(await beside(partition)).store),
        };
      },
      refusal: async (options) => {
        const made = await maker.make(makeOptions(options, tickingClock().now, []));
        if (isError(made)) return made;
        keep(made);
        return null;
      },
    });
  } finally {
    // The last to come is the first to go: a store's neighbors live on its data.
    for (const { close } of opened.reverse()) await close();
  }
};

const isError = (made: StoreUnderTest | StoreError): made is StoreError => "_tag" in made;

const makeOptions = (
  { scanDebounceSeconds = 0, eviction }: SceneOptions,
  clock: MakeOptions["clock"],
  events: LogEvent[],
): MakeOptions => ({
  clock,
  scanDebounceSeconds,
  log: (event) => void events.push(event),
  ...eviction === undefined ? {} : { eviction },
});
