/** What a user's script does: rollouts are queued, claimed at once by several runners, and awaited. */

import { openStore, type Span } from "../../mod.ts";

const ROLLOUTS = 20;

const RUNNERS = 4;

const [url = "memory:"] = Deno.args;
const store = await openStore(url);
const { resources_id } = await store.addResources({
  resources: { prompt: { resource_type: "prompt_template", template: "{q}", engine: "f-string" } },
});
const rollouts = await store.enqueueManyRollouts({
  rollouts: Array.from({ length: ROLLOUTS }, (_, question) => ({ input: { question } })),
});

const spanOf = (rollout_id: string, attempt_id: string, sequence_id: number): Span => ({
  rollout_id,
  attempt_id,
  sequence_id,
  trace_id: "0af7651916cd43dd8448eb211c80319c",
  span_id: "b7ad6b7169203331",
  parent_id: null,
  name: "answer",
  status: { status_code: "OK" },
  attributes: { "agentlightning.reward.0.value": 1 },
  events: [],
  links: [],
  start_time: 1,
  end_time: 2,
  context: null,
  parent: null,
  resource: { attributes: {}, schema_url: "" },
});

const run = async (worker_id: string): Promise<number> => {
  for (let claims = 0;; claims++) {
    const claimed = await store.dequeueRollout({ worker_id });
    if (claimed === null) return claims;
    const { rollout_id, attempt: { attempt_id } } = claimed;
    const sequence_id = await store.getNextSpanSequenceId({ rollout_id, attempt_id });
    await store.addSpan({ span: spanOf(rollout_id, attempt_id, sequence_id) });
    await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
  }
};

const claims = await Promise.all(Array.from({ length: RUNNERS }, (_, i) => run(`Worker-${i}`)));
const finished = await store.waitForRollouts({
  rollout_ids: rollouts.map(({ rollout_id }) => rollout_id),
});
const { total_spans, total_workers } = await store.statistics();
await store.close();
console.log(JSON.stringify({
  claims: claims.reduce((sum, it) => sum + it, 0),
  succeeded: finished.filter(({ status }) => status === "succeeded").length,
  tuned: finished.filter((rollout) => rollout.resources_id === resources_id).length,
  total_spans,
  total_workers,
}));
