/**
 * A program that makes stores and serves each at an address of its own. It takes orders by HTTP, and
 * ends with whoever has started it.
 */

import { httpApp } from "../../mod.ts";
import type { StoreUnderTest } from "../../src/testing/mod.ts";
import { say } from "../process.ts";
import { type Received, receiving } from "./along.ts";
import type { Order, Outcomes, Served } from "./orders.ts";
import { makeStore } from "./stores.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0 };

interface Opened {
  readonly under: StoreUnderTest;
  readonly received: Received;
  readonly server: Deno.HttpServer<Deno.NetAddr>;
}

const stores = new Map<number, Opened>();

const serve = (under: StoreUnderTest, received: Received): Served => {
  const app = httpApp(under.store);
  const server = Deno.serve({ ...LOCAL, onListen: () => {} }, async (request) => {
    received.take(request);
    return received.give(await app(request));
  });
  const store = stores.size;
  stores.set(store, { under, received, server });
  return { store, address: `http://${server.addr.hostname}:${server.addr.port}` };
};

const opened = (store: number): Opened => {
  const found = stores.get(store);
  if (found === undefined) throw new Error(`There is no store ${store}`);
  return found;
};

const obey = async (order: Order, request: Request): Promise<Outcomes[Order["order"]]> => {
  switch (order.order) {
    case "make": {
      const received = receiving(request);
      const made = await makeStore(order.url, { ...order, ...received });
      return "_tag" in made ? made : serve(made, received);
    }
    case "beside": {
      const { under, received } = opened(order.store);
      return serve(await under.beside(order.partition), received);
    }
    case "strand":
      await opened(order.store).under.strand(order.rollout);
      return null;
    case "close": {
      const { under, server } = opened(order.store);
      await server.shutdown();
      await under.close();
      return null;
    }
  }
};

Deno.serve(
  { ...LOCAL, onListen: ({ hostname, port }) => say(`http://${hostname}:${port}`) },
  async (request) => Response.json(await obey(await request.json(), request)),
);
for await (const _ of Deno.stdin.readable);
Deno.exit();
