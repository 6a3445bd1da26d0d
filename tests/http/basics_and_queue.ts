/** Cases C01 to C19: basics, and the queue. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { enqueued, expecting, started, type WireCase } from "./wire.ts";

export const basicsAndQueue: readonly WireCase[] = [
  {
    number: "C01",
    sentence: 'GET /health → 200 {"status":"ok"}, JSON content type',
    run: async ({ get }) => {
      const answer = await get("/health");
      assertEquals(expecting(answer, 200), { status: "ok" });
      assertMatch(answer.headers.get("content-type"), /^application\/json/);
    },
  },
  {
    number: "C02",
    sentence: 'GET /nothing → 404 {"detail":"Not Found"}; DELETE /rollouts/x → 405',
    run: async ({ get, send }) => {
      assertEquals(expecting(await get("/nothing"), 404), { detail: "Not Found" });
      const answer = await send("DELETE", "/rollouts/x");
      assertEquals(expecting(answer, 405), { detail: "Method Not Allowed" });
      assertEquals(answer.headers.get("allow"), "GET, POST");
    },
  },
  {
    number: "C03",
    sentence:
      "POST /rollouts body {bad → 422, detail is a list; POST /rollouts/search as text/plain → 422",
    run: async ({ post }) => {
      assert(Array.isArray(expecting(await post("/rollouts", "{bad"), 422).detail));
      expecting(
        await post("/rollouts/search", "{}", { headers: { "content-type": "text/plain" } }),
        422,
      );
    },
  },
  {
    number: "C04",
    sentence: 'POST /rollouts {} → 422, detail[0].loc = ["body","input"]',
    run: async ({ post }) => {
      assertEquals(expecting(await post("/rollouts", {}), 422).detail[0].loc, ["body", "input"]);
    },
  },
  {
    number: "C05",
    sentence: 'POST /rollouts {"input":1,"zz":2} → 201; zz gone',
    run: async ({ post }) => {
      const made = expecting(await post("/rollouts", { input: 1, zz: 2 }), 201);
      assertEquals([made.input, "zz" in made], [1, false]);
    },
  },
  {
    number: "C06",
    sentence: 'POST /rollouts {"input":{"v":NaN}} (bare token) → 201, input.v null, never 422',
    run: async ({ post }) => {
      const body = '{"input":{"v":NaN,"w":[-Infinity,"NaN, \\"Infinity\\""]}}';
      assertEquals(expecting(await post("/rollouts", body), 201).input, {
        v: null,
        w: [null, 'NaN, "Infinity"'],
      });
    },
  },
  {
    number: "C07",
    sentence:
      'POST /rollouts {"input":{"n":12345678901234567890,"f":1.0}}, then GET it → both numbers come back with the same text',
    run: async ({ get, post }) => {
      const input = '{"n":12345678901234567890,"f":1.0}';
      const made = await post("/rollouts", `{"input":${input},"config":{"timeout_seconds":30.0}}`);
      const { rollout_id, config } = expecting(made, 201);
      assertEquals(config.timeout_seconds, 30);
      assertStringIncludes(made.text, input);
      assertStringIncludes((await get(`/rollouts/${rollout_id}`)).text, input);
    },
  },
  {
    number: "C08",
    sentence:
      "GET /statistics → 200 with name, five total_* counts, uptime; a second call has a larger uptime",
    run: async ({ get }) => {
      const first = expecting(await get("/statistics"), 200);
      assertEquals(typeof first.name, "string");
      for (const kind of ["rollouts", "attempts", "spans", "resources", "workers"]) {
        assertEquals(first[`total_${kind}`], 0);
      }
      assert(expecting(await get("/statistics"), 200).uptime > first.uptime);
    },
  },
  {
    number: "C09",
    sentence: 'POST enqueue {"rollouts":[]} → 201 []; {} → 422 loc ["body","rollouts"]',
    run: async ({ post }) => {
      assertEquals(expecting(await post("/queues/rollouts/enqueue", { rollouts: [] }), 201), []);
      const { detail } = expecting(await post("/queues/rollouts/enqueue", {}), 422);
      assertEquals(detail[0].loc, ["body", "rollouts"]);
    },
  },
  {
    number: "C10",
    sentence:
      "enqueue two → 201, same order, status queuing, metadata {}, full config, no key attempt",
    run: async ({ post }) => {
      const rollouts = [{ input: "a" }, { input: "b", config: { max_attempts: 2 } }];
      const made = expecting(await post("/queues/rollouts/enqueue", { rollouts }), 201);
      assertEquals(
        made.map((it: Record<string, unknown>) => [it.input, it.status, it.metadata, it.config]),
        ["a", "b"].map((input, i) => [input, "queuing", {}, {
          timeout_seconds: null,
          unresponsive_seconds: null,
          max_attempts: i + 1,
          retry_condition: [],
        }]),
      );
      assertEquals(made.some((it: object) => "attempt" in it), false);
    },
  },
  {
    number: "C11",
    sentence:
      'enqueue with input null → 201, input null; without input → 422 loc ["body","rollouts",0,"input"]',
    run: async ({ post }) => {
      const enqueue = (rollout: unknown) =>
        post("/queues/rollouts/enqueue", { rollouts: [rollout] });
      assertEquals(expecting(await enqueue({ input: null }), 201)[0].input, null);
      assertEquals(expecting(await enqueue({}), 422).detail[0].loc, [
        "body",
        "rollouts",
        0,
        "input",
      ]);
    },
  },
  {
    number: "C12",
    sentence:
      'enqueue with config.max_attempts 0, or mode x, or config.retry_condition "failed" → 422',
    run: async ({ post }) => {
      for (
        const fields of [
          { config: { max_attempts: 0 } },
          { mode: "x" },
          { config: { retry_condition: "failed" } },
        ]
      ) {
        const rollouts = [{ input: 1, ...fields }];
        expecting(await post("/queues/rollouts/enqueue", { rollouts }), 422);
      }
    },
  },
  {
    number: "C12",
    sentence: "a number that is kept as it was written is no object: config or metadata 1.0 → 422",
    run: async ({ post }) => {
      for (const field of ["config", "metadata"]) {
        expecting(await post("/rollouts", `{"input":1,"${field}":1.0}`), 422);
      }
    },
  },
  {
    number: "C13",
    sentence: "enqueue with resources_id nope → 201, stored",
    run: async (wire) => {
      const [id] = await enqueued(wire, { input: 1, resources_id: "nope" });
      assertEquals(expecting(await wire.get(`/rollouts/${id}`), 200).resources_id, "nope");
    },
  },
  {
    number: "C14",
    sentence:
      "dequeue with an empty body and Content-Type: application/octet-stream → 200, one entry, worker_id null; bodies null and {} → the same",
    run: async (wire) => {
      await enqueued(wire, { input: 1 }, { input: 2 }, { input: 3 });
      const headers = { "content-type": "application/octet-stream" };
      for (
        const answer of [
          await wire.send("POST", "/queues/rollouts/dequeue", { headers }),
          await wire.post("/queues/rollouts/dequeue", "null"),
          await wire.post("/queues/rollouts/dequeue", {}),
        ]
      ) {
        const claimed = expecting(answer, 200);
        assertEquals([claimed.length, claimed[0].attempt.worker_id], [1, null]);
      }
    },
  },
  {
    number: "C15",
    sentence:
      'dequeue {"limit":9,"worker_id":"w"} on three → three, FIFO, each with its own attempt and worker_id w; then []',
    run: async (wire) => {
      const ids = await enqueued(wire, { input: 1 }, { input: 2 }, { input: 3 });
      const body = { limit: 9, worker_id: "w" };
      const claimed = expecting(await wire.post("/queues/rollouts/dequeue", body), 200);
      assertEquals(claimed.map((it: { rollout_id: string }) => it.rollout_id), ids);
      for (const { attempt } of claimed) assertEquals(attempt.worker_id, "w");
      assertEquals(
        new Set(
          claimed.map(({ attempt }: { attempt: { attempt_id: string } }) => attempt.attempt_id),
        )
          .size,
        3,
      );
      assertEquals(expecting(await wire.post("/queues/rollouts/dequeue", body), 200), []);
    },
  },
  {
    number: "C16",
    sentence:
      'dequeue {"limit":0} and {"limit":-1} → 200 [], queue untouched; {"limit":null} → 422',
    run: async (wire) => {
      await enqueued(wire, { input: 1 });
      for (const limit of [0, -1]) {
        assertEquals(expecting(await wire.post("/queues/rollouts/dequeue", { limit }), 200), []);
      }
      expecting(await wire.post("/queues/rollouts/dequeue", { limit: null }), 422);
      assertEquals(expecting(await wire.post("/queues/rollouts/dequeue"), 200).length, 1);
    },
  },
  {
    number: "C16",
    sentence: 'dequeue {"wait_seconds":[[1.0]]} → 422',
    run: async ({ post }) => {
      expecting(await post("/queues/rollouts/dequeue", '{"wait_seconds":[[1.0]]}'), 422);
    },
  },
  {
    number: "C17",
    sentence: "dequeue on empty with worker_id z → [], and GET /workers/z → idle",
    run: async ({ get, post }) => {
      assertEquals(expecting(await post("/queues/rollouts/dequeue", { worker_id: "z" }), 200), []);
      assertEquals(expecting(await get("/workers/z"), 200).status, "idle");
    },
  },
  {
    number: "C18",
    sentence: "enqueue, set cancelled, dequeue → []",
    run: async (wire) => {
      const [id] = await enqueued(wire, { input: 1 });
      expecting(await wire.post(`/rollouts/${id}`, { status: "cancelled" }), 200);
      assertEquals(expecting(await wire.post("/queues/rollouts/dequeue"), 200), []);
    },
  },
  {
    number: "C19",
    sentence:
      'max_attempts 2, retry_condition ["failed"]: dequeue, attempt failed → rollout requeuing; dequeue again → same rollout, sequence_id 2',
    run: async (wire) => {
      const config = { max_attempts: 2, retry_condition: ["failed"] };
      const [id] = await enqueued(wire, { input: 1, config });
      expecting(await wire.post("/queues/rollouts/dequeue"), 200);
      expecting(await wire.post(`/rollouts/${id}/attempts/latest`, { status: "failed" }), 200);
      assertEquals(expecting(await wire.get(`/rollouts/${id}`), 200).status, "requeuing");
      const [again] = expecting(await wire.post("/queues/rollouts/dequeue"), 200);
      assertEquals([again.rollout_id, again.attempt.sequence_id], [id, 2]);
    },
  },
  {
    number: "C20",
    sentence:
      'POST /rollouts {"input":1,"worker_id":"w"} → 201, preparing, attempt.sequence_id 1; worker w busy with both current ids',
    run: async (wire) => {
      const { RO, AT } = await started(wire, { worker_id: "w" });
      const rollout = expecting(await wire.get(`/rollouts/${RO}`), 200);
      assertEquals([rollout.status, rollout.attempt.sequence_id], ["preparing", 1]);
      const worker = expecting(await wire.get("/workers/w"), 200);
      assertEquals(
        [worker.status, worker.current_rollout_id, worker.current_attempt_id],
        ["busy", RO, AT],
      );
    },
  },
];
