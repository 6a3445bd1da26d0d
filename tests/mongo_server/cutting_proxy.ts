/** A bad network between a driver and a server: connections that are cut, messages that are late. */

import { setTimeout as delay } from "node:timers/promises";
import type { MongoServer } from "./server.ts";
import { type Message, messages } from "./wire.ts";

/** Which messages meet with a fault, and when. */
export interface Plan {
  /** The names of their commands: `insert`, `update`, `findAndModify`, ... */
  readonly commands: readonly string[];
  /**
   * `before` the server has seen the message; or `after` it has carried it out, before the client
   * has seen the answer. A write that wants no answer knows no `after`.
   */
  readonly when: "before" | "after";
  /** How many of them. Default: all, until the network is healed. */
  readonly times?: number;
  /** Only each n-th of them. Default: each. */
  readonly every?: number;
}

/** A network that is good until it is told otherwise. */
export interface CuttingProxy extends AsyncDisposable {
  /** The server's address through this network; a driver does not look for a way around it. */
  readonly uri: string;
  /** From now on the connections of such messages are closed. Plans add up; the first one acts. */
  readonly cut: (plan: Plan) => void;
  /** From now on such messages, or their answers, are late. */
  readonly delay: (plan: Plan, milliseconds: number) => void;
  /** Forgets all plans. */
  readonly heal: () => void;
  /** How many connections plans have cut so far. */
  readonly cuts: () => number;
  /** Closes all connections that there are. */
  readonly close: () => Promise<void>;
}

/** What becomes of a message. */
type Fault =
  & { readonly when: Plan["when"] }
  & ({ readonly kind: "cut" } | { readonly kind: "delay"; readonly milliseconds: number });

/** A plan at work: the fault of the messages that it is about, null of the others. */
type Faults = (message: Message) => Fault | null;

const faultsOf = ({ commands, times = Infinity, every = 1 }: Plan, fault: Fault): Faults => {
  let [seen, left] = [0, times];
  return ({ command, wantsAnswer }) => {
    if (command === null || !commands.includes(command)) return null;
    if (fault.when === "after" && !wantsAnswer) return null;
    if (left === 0 || ++seen % every !== 0) return null;
    left -= 1;
    return fault;
  };
};

/** Puts a network before a server. */
export const cuttingProxy = (server: Pick<MongoServer, "uri">): CuttingProxy => {
  const { host, uri } = throughProxy(server.uri);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Promise<void>>();
  const closers = new Set<() => void>();
  let plans: readonly Faults[] = [];
  let cuts = 0;

  const faultOf = (message: Message): Fault | null => {
    for (const faults of plans) {
      const fault = faults(message);
      if (fault !== null) return fault;
    }
    return null;
  };

  /** Carries messages both ways until one side closes, or until a plan cuts. */
  const carry = async (client: Deno.TcpConn): Promise<void> => {
    using upstream = await Deno.connect(host);
    using _client = client;
    client.setNoDelay();
    upstream.setNoDelay();
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    /** The faults of the answers that are to come. */
    const answers = new Map<number, Fault>();

    /** False where the connection is cut. */
    const suffer = async (fault: Fault | null | undefined): Promise<boolean> => {
      if (fault?.kind === "cut") cuts += 1;
      if (fault?.kind === "delay") await delay(fault.milliseconds);
      return fault?.kind !== "cut";
    };
    const forward = async () => {
      for await (const message of messages(client)) {
        const fault = faultOf(message);
        if (fault?.when === "before" && !await suffer(fault)) return;
        if (fault?.when === "after") answers.set(message.requestId, fault);
        await write(upstream, message.bytes);
      }
    };
    const backward = async () => {
      for await (const message of messages(upstream)) {
        if (!await suffer(answers.get(message.responseTo))) return;
        answers.delete(message.responseTo);
        await write(client, message.bytes);
      }
    };

    closers.add(close);
    // A side that closes in the middle of a message is one way to end.
    forward().catch(() => {}).finally(close);
    backward().catch(() => {}).finally(close);
    await closed;
    closers.delete(close);
  };

  const accept = async () => {
    for await (const client of listener) {
      const connection = carry(client).catch(() => {
        // The server is not there; the client sees the same.
        client.close();
      });
      connections.add(connection);
      connection.finally(() => connections.delete(connection));
    }
  };
  const accepting = accept();

  const close = async () => {
    listener.close();
    await accepting;
    closers.forEach((close) => close());
    await Promise.all(connections);
  };
  return {
    uri: uri(listener.addr.port),
    cut: (plan) => plans = [...plans, faultsOf(plan, { kind: "cut", when: plan.when })],
    delay: (plan, milliseconds) =>
      plans = [...plans, faultsOf(plan, { kind: "delay", when: plan.when, milliseconds })],
    heal: () => plans = [],
    cuts: () => cuts,
    close,
    [Symbol.asyncDispose]: close,
  };
};

/** Where the server is, and its address with the proxy in its place. */
const throughProxy = (
  address: string,
): { readonly host: Deno.ConnectOptions; readonly uri: (port: number) => string } => {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.protocol !== "mongodb:") {
    throw new Error(`a proxy takes the address of one host, mongodb://host:port/, not ${address}`);
  }
  const host = { hostname: url.hostname, port: Number(url.port || 27017) };
  // A driver follows the hosts that a member of a replica set names, unless it is told not to.
  url.searchParams.delete("replicaSet");
  url.searchParams.set("directConnection", "true");
  const uri = (port: number) => {
    url.hostname = "127.0.0.1";
    url.port = String(port);
    if (url.pathname === "") url.pathname = "/";
    return url.href;
  };
  return { host, uri };
};

const write = async (connection: Deno.Conn, bytes: Uint8Array): Promise<void> => {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
};
