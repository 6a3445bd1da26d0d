/** Stores that another process serves, and that a test speaks to in the words of the wire. */

import { connectStore } from "../../mod.ts";
import type { MakeOptions, StoreMaker, StoreUnderTest } from "../../src/testing/mod.ts";
import { firstLine, type Running, start } from "../process.ts";
import { sending } from "./along.ts";
import type { Order, Outcomes, Served } from "./orders.ts";

/** Makes stores in the one process that all tests of a file share. */
export const served = (
  name: string,
  evicts: boolean,
  url: () => Promise<string>,
): StoreMaker => ({
  name,
  evicts,
  make: async (options) => {
    const { scanDebounceSeconds, eviction } = options;
    const made = await tell(options, {
      order: "make",
      url: await url(),
      scanDebounceSeconds,
      ...eviction === undefined ? {} : { eviction },
    });
    return "_tag" in made ? made : connected(made, options);
  },
});

const connected = ({ store, address }: Served, options: MakeOptions): StoreUnderTest => {
  const connection = connectStore(address, { fetch: sending(options) });
  if (connection._tag === "Left") throw new Error(connection.left.message);
  return {
    store: connection.right,
    strand: async (rollout) => void await tell(options, { order: "strand", store, rollout }),
    beside: async (partition) =>
      connected(await tell(options, { order: "beside", store, partition }), options),
    close: async () => void await tell(options, { order: "close", store }),
  };
};

const tell = async <O extends Order>(
  options: MakeOptions,
  order: O,
): Promise<Outcomes[O["order"]]> => {
  const { address } = await server();
  const body = JSON.stringify(order);
  const answer = await sending(options)(new Request(address, { method: "POST", body }));
  if (!answer.ok) throw new Error(`${order.order}: ${await answer.text()}`);
  return await answer.json();
};

let running: Promise<{ readonly address: string; readonly process: Running }> | undefined;

/** It starts at its first use and ends after the last test. */
const server = () => running ??= startServer();

const startServer = async () => {
  const process = start({
    script: new URL("server.ts", import.meta.url),
  });
  return { address: await firstLine(process), process };
};

Deno.test.afterAll(async () => {
  if (running === undefined) return;
  const { process } = await running;
  process.kill();
  await process.end();
});
