/**
 * A server whose claims pass through some of the service's layers, as many as its argument says; the
 * service itself answers whatever else is asked. It says where it is.
 */

import { setImmediate } from "node:timers";
import { createStore, httpApp, memory, newMetrics } from "../../mod.ts";
import { jsonLog, requestEvent, writingTo } from "../../src/cli/log.ts";
import { onceATurn } from "../../src/cli/once_a_turn.ts";
import { E } from "../../src/deps/fp.ts";
import { responseOf, written } from "../../src/http/answer.ts";
import type { RequestLog } from "../../src/http/app.ts";
import { type Head, headOf } from "../../src/http/head.ts";
import { limit } from "../../src/http/limit.ts";
import { readJson } from "../../src/http/reading.ts";
import { DequeueManyRollouts } from "../../src/model/requests.ts";
import { coerced } from "../../src/wire/coercion.ts";
import { PROTOCOL, PROTOCOL_HEADER, ROOT } from "../../src/wire/protocol.ts";
import { say } from "../../tests/process.ts";

const store = createStore(memory({ numbers: "exact", frozen: false }), {
  coalesce: (run) => void setImmediate(run),
});

const service = httpApp(store);

// Nobody reads it: who loads the server would have to.
const write = onceATurn(writingTo(await Deno.open("/dev/null", { write: true })));
const lines = jsonLog("info", write);
const log = (line: RequestLog) => lines(requestEvent(line));

/** Rollouts as JSON. */
const claimed = async (argument: DequeueManyRollouts): Promise<string> => {
  const outcome = await store.dequeueManyRollouts(argument)();
  if (E.isLeft(outcome)) throw new Error(outcome.left.message);
  return JSON.stringify(outcome.right);
};

const answered = (body: string): Response =>
  responseOf(written(200, body), {
    [PROTOCOL_HEADER]: PROTOCOL,
    "x-request-id": crypto.randomUUID(),
  });

const LIMITS = {
  bytes: 2 ** 26,
  seconds: 30,
  stopping: undefined,
  coming: limit(1000),
};

const bodyOf = async (request: Request, head: Head): Promise<DequeueManyRollouts> => {
  const read = await readJson({ request, head }, LIMITS, { isPlain: true });
  if (E.isLeft(read)) throw new Error(JSON.stringify(read.left));
  // The store judges it.
  return coerced(DequeueManyRollouts, read.right) as DequeueManyRollouts;
};

const LAYERS: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
  store: async (request) =>
    new Response(await claimed(await request.json()), {
      headers: { "content-type": "application/json" },
    }),
  answers: async (request) => answered(await claimed(await request.json())),
  heads: async (request) => {
    headOf(request);
    return answered(await claimed(await request.json()));
  },
  bodies: async (request) => answered(await claimed(await bodyOf(request, headOf(request)))),
  service,
  log: httpApp(store, { log }),
  metrics: httpApp(store, { log, metrics: newMetrics() }),
};

const claim = LAYERS[Deno.args[0] ?? ""] ?? service;

Deno.serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => say(`http://127.0.0.1:${port}`),
  },
  (request) =>
    request.url.endsWith(`${ROOT}/queues/rollouts/dequeue`) ? claim(request) : service(request),
);
