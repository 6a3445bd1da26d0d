/** What passes at the edge: the suites that pass elsewhere, and the platform's own cases. */

import { contractSuite, type StoreMaker } from "../../src/testing/mod.ts";
import { makeStore } from "../contract/stores.ts";
import { CASES } from "../http/cases.ts";
import { wire } from "../http/wire.ts";
import { durableObjectMaker } from "./durable_object_maker.ts";
import type { Namespace } from "./objects.ts";
import { PLATFORM_CASES } from "./platform_cases.ts";

const memoryMaker: StoreMaker = {
  name: "memory (workerd)",
  evicts: true,
  make: (options) => makeStore("memory:", options),
};

/** Registers each test, by a name that no other one has. */
export const suites = (
  objects: Namespace,
  test: (name: string, run: () => Promise<void>) => void,
): void => {
  contractSuite(durableObjectMaker(objects), test);
  contractSuite(memoryMaker, test);
  for (const { number, sentence, options, run } of CASES) {
    test(`wire (workerd) ${number}: ${sentence}`, () => run(wire(options)));
  }
  for (const [name, run] of Object.entries(PLATFORM_CASES)) {
    test(`durable-object: ${name}`, () => run(objects));
  }
};
