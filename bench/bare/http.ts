/**
 * The least that a server can do for a claim: it parses what is asked for, and answers with as many
 * rollouts as that says, of the usual size. It runs in a process of its own, and says where it is.
 */

import { say } from "../../tests/process.ts";
import { attemptOf, rolloutOf } from "./records.ts";

const claimedOf = (i: number, worker_id: string) => {
  const rollout = rolloutOf(i);
  return { ...rollout, status: "preparing", attempt: attemptOf(rollout.rollout_id, worker_id) };
};

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => say(`http://127.0.0.1:${port}`),
}, async (request) => {
  const { limit, worker_id } = await request.json();
  const rollouts = Array.from({ length: limit }, (_, i) => claimedOf(i, worker_id));
  return new Response(JSON.stringify(rollouts), {
    headers: { "content-type": "application/json" },
  });
});
