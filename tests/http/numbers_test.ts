/** Numbers of opaque values: over the wire into each backend, and back. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { httpApp, type LightningStore, openLightningStore, type OpenOptions } from "../../mod.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { spanWith } from "./wire.ts";

const NUMBERS = '{"long":12345678901234567890,"float":1.0,"list":[1,1.0,1e5],"plain":0.5}';

/** Stands for the numbers in what is sent. */
const HERE = "@";

const ATTRIBUTES = '{"float":1.0,"list":[1,2.0]}';

/** Sends the numbers to each place that takes opaque values; answers with what comes back. */
const backAndForth = async (store: LightningStore): Promise<readonly string[]> => {
  const app = httpApp(store);
  const send = async (path: string, body?: unknown): Promise<string> => {
    const url = `http://localhost/v1/agl${path}`;
    const written = JSON.stringify(body)
      ?.replaceAll(JSON.stringify(HERE), NUMBERS)
      .replace('"attributes":{}', `"attributes":${ATTRIBUTES}`);
    const headers = { "content-type": "application/json" };
    const answer = await app(
      new Request(url, written === undefined ? {} : { method: "POST", headers, body: written }),
    );
    const text = await answer.text();
    assertEquals(answer.ok, true, text);
    return text;
  };
  await send("/queues/rollouts/enqueue", { rollouts: [{ input: HERE, metadata: HERE }] });
  const claimed = await send("/queues/rollouts/dequeue", { worker_id: "w" });
  const [{ rollout_id: RO, attempt: { attempt_id: AT } }] = JSON.parse(claimed);
  const llm = { resource_type: "llm", endpoint: "e", model: "m", sampling_parameters: HERE };
  return [
    claimed,
    await send(`/rollouts/${RO}/attempts/${AT}`, { metadata: HERE }),
    await send(`/rollouts/${RO}`),
    await send(`/rollouts/${RO}`, { metadata: HERE }),
    await send("/rollouts"),
    await send(`/rollouts/${RO}/attempts`),
    await send("/workers/w", { heartbeat_stats: HERE }),
    await send("/workers/w"),
    await send("/resources/r", { m: llm }),
    await send("/resources/latest"),
    await send("/spans", spanWith({ RO, AT }, { extra: HERE })),
    await send(`/spans?rollout_id=${RO}`),
  ];
};

const onStore = async (
  url: string,
  options: OpenOptions,
  run: (store: LightningStore) => Promise<void>,
): Promise<void> => {
  const opened = await openLightningStore(url, options)();
  if (opened._tag === "Left") throw new Error(opened.left.message);
  try {
    await run(opened.right);
  } finally {
    await opened.right.close()();
  }
};

const comeBackAsWritten = (url: string, options: OpenOptions = {}): Promise<void> =>
  onStore(url, { ...options, numbers: "exact" }, async (store) => {
    const answers = await backAndForth(store);
    for (const answer of answers) assertStringIncludes(answer, NUMBERS);
    for (const answer of answers.slice(-2)) assertStringIncludes(answer, ATTRIBUTES);
  });

const comeBackAsDoubles = (url: string, options: OpenOptions = {}): Promise<void> =>
  onStore(url, options, async (store) => {
    await backAndForth(store);
    const rollouts = await store.queryRollouts({})();
    if (rollouts._tag === "Left") throw new Error(rollouts.left.message);
    const [rollout] = rollouts.right.items;
    const numbers = { long: 12345678901234567000, float: 1, list: [1, 1, 100000], plain: 0.5 };
    assertEquals([rollout?.input, rollout?.metadata], [numbers, numbers]);
    const spans = await store.querySpans({ rollout_id: rollout?.rollout_id ?? "" })();
    if (spans._tag === "Left") throw new Error(spans.left.message);
    assertEquals(spans.right.items[0]?.attributes, { float: 1, list: [1, 2] });
  });

for (
  const [name, come] of [
    ["exact numbers come back as they were written", comeBackAsWritten],
    ["doubles come back as numbers", comeBackAsDoubles],
  ] as const
) {
  Deno.test(`${name}: memory`, () => come("memory:"));

  Deno.test(`${name}: sqlite`, async () => {
    await using folder = await temporaryFolder();
    await come(`sqlite:${folder.path}/store.db`);
  });

  Deno.test(`${name}: http`, () =>
    onStore("memory:", { numbers: "exact" }, async (store) => {
      await come("http://localhost", { http: { fetch: httpApp(store) } });
    }));

  mongoTest(`${name}: mongo`, async () => {
    await come(await freshDatabase("standalone"), { mongo: { partition: "numbers" } });
  });
}
