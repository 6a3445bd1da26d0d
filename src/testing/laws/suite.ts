/** The laws of the port (`src/backend.ts`), checked on a backend. */

import type { Backend } from "../../backend.ts";
import { batches } from "./batches.ts";
import { carryingOut } from "./carrying_out.ts";
import { deadlines } from "./deadlines.ts";
import { failures } from "./failures.ts";
import type { Law } from "./law.ts";
import { listing } from "./listing.ts";
import { queue } from "./queue.ts";
import { sharing } from "./sharing.ts";

/** How the suite gets its backends. */
export interface BackendMaker {
  /** The first word of every test's name. */
  readonly name: string;
  /**
   * Makes a backend, fresh and empty; `beside` opens another on the same data, for engines that
   * several may use at once.
   */
  readonly make: () => Promise<
    { readonly backend: Backend; readonly beside?: () => Promise<Backend> }
  >;
}

/** All laws that a test can check; the ninth is one of cost, and a matter of benchmarks. */
export const laws: readonly Law[] = [
  ...failures,
  ...batches,
  ...queue,
  ...deadlines,
  ...listing,
  ...sharing,
  ...carryingOut,
];

/**
 * Registers every law of the port as a test of a backend, named `<backend>: law <name>`.
 *
 * @example
 * ```ts
 * import { memory } from "@lightning/store";
 * import { lawSuite } from "@lightning/store/testing";
 *
 * const names: string[] = [];
 * const maker = { name: "mine", make: () => Promise.resolve({ backend: memory() }) };
 * lawSuite(maker, (name) => names.push(name)); // Deno.test in earnest
 * console.log(names[0]?.startsWith("mine: law 1")); // true
 * ```
 */
export const lawSuite = (
  maker: BackendMaker,
  test: (name: string, run: () => Promise<void>) => void,
): void => {
  for (const { name, run } of laws) {
    test(`${maker.name}: law ${name}`, async () => {
      const opened: Backend[] = [];
      try {
        await run(async () => {
          const { backend, beside } = await maker.make();
          opened.push(backend);
          const other = await beside?.() ?? backend;
          if (other !== backend) opened.push(other);
          return [backend, other];
        });
      } finally {
        // The last to come is the first to go: it may live on the data of the one before it.
        for (const backend of opened.reverse()) await backend.close();
      }
    });
  }
};
