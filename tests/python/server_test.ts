/** Our client on the unmodified server of agent-lightning 0.3: the contract, as far as it goes. */

import { assertRejects } from "@std/assert";
import { contractSuite } from "../../src/testing/mod.ts";
import { pythonTest } from "./needs_python.ts";
import { upstreamMaker, type UpstreamServers, upstreamServers } from "./upstream_servers.ts";

/** The cases that fail there, and why no client can help it. */
const FAIL: Readonly<Record<string, string>> = {
  "020": "nothing on the wire leaves a rollout half done",
  "036": "it sorts nothing by a field that has no order (B-23)",
  "046": "a rollout that is requeued keeps its end (B-05)",
  "069": "any update of a failed attempt fails its rollout again (B-04)",
  "070": "an attempt's heartbeat brings a cancelled rollout back (B-02)",
  "079": "a late span takes a rollout out of the queue (B-01)",
  "083": "a span that comes again is a heartbeat",
  "084": "a refused span moves the counter (B-16)",
  "092": "it takes one span a request, so that those before the refused one are stored (H-13)",
  "097": "`or` without filters finds nothing (B-20)",
  "101": "spans without an order come by their numbers (B-35)",
  "108": "the counter follows a negative number (B-16)",
  "117": "its log stays with it",
  "118": "its log stays with it",
  "120": "its watchdog ends an attempt that has succeeded (B-12)",
  "121": "a heartbeat at 0 is none (B-19)",
  "142": "an attempt that ends takes a worker's other work away (B-08, B-10)",
  "143": "a worker whose attempt is given to another stays busy (B-11)",
  "145": "what it evicts is set where it is started",
  "146": "what it evicts is set where it is started",
  "148": "its log stays with it",
};

let servers: Promise<UpstreamServers> | undefined;

const start = async (): Promise<string> => await (await (servers ??= upstreamServers())).start();

contractSuite(upstreamMaker(start), (name, run) => {
  const [, number = ""] = /: (\d{3}) /.exec(name) ?? [];
  const reason = FAIL[number];
  if (reason === undefined) pythonTest(name, run);
  // One that passes does not belong into the list.
  else pythonTest(`${name}: fails, since ${reason}`, () => assertRejects(run));
});

Deno.test.afterAll(async () => {
  await (await servers)?.[Symbol.asyncDispose]();
});
