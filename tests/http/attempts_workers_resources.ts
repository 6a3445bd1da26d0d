/** Cases C46 to C68: attempts, workers and resources. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { expecting, started, type WireCase } from "./wire.ts";

export const attemptsWorkersResources: readonly WireCase[] = [
  {
    number: "C46",
    sentence: "POST /rollouts/RO/attempts with empty body → 201, sequence_id +1, status preparing",
    run: async (wire) => {
      const { RO } = await started(wire);
      const { status, attempt } = expecting(await wire.post(`/rollouts/${RO}/attempts`), 201);
      assertEquals([status, attempt.sequence_id], ["preparing", 2]);
    },
  },
  {
    number: "C47",
    sentence: 'POST /rollouts/RO/attempts {"worker_id":"w"} → attempt and worker w linked, busy',
    run: async (wire) => {
      const { RO } = await started(wire);
      const body = { worker_id: "w" };
      const { attempt } = expecting(await wire.post(`/rollouts/${RO}/attempts`, body), 201);
      const worker = expecting(await wire.get("/workers/w"), 200);
      assertEquals(
        [attempt.worker_id, worker.status, worker.current_attempt_id],
        ["w", "busy", attempt.attempt_id],
      );
    },
  },
  {
    number: "C48",
    sentence:
      'POST /rollouts/nope/attempts → 404; POST /rollouts/RO/attempts/nope {"status":"failed"} → 404',
    run: async (wire) => {
      const { RO } = await started(wire);
      expecting(await wire.post("/rollouts/nope/attempts"), 404);
      expecting(await wire.post(`/rollouts/${RO}/attempts/nope`, { status: "failed" }), 404);
    },
  },
  {
    number: "C49",
    sentence: "GET /rollouts/RO/attempts → env sorted by sequence_id; unknown rollout → empty env",
    run: async (wire) => {
      const { RO } = await started(wire);
      expecting(await wire.post(`/rollouts/${RO}/attempts`), 201);
      const { items, total } = expecting(await wire.get(`/rollouts/${RO}/attempts`), 200);
      assertEquals(items.map((it: { sequence_id: number }) => it.sequence_id), [1, 2]);
      assertEquals(total, 2);
      assertEquals(expecting(await wire.get("/rollouts/nope/attempts"), 200).items, []);
    },
  },
  {
    number: "C50",
    sentence: "GET /rollouts/nope/attempts/latest → 200 null",
    run: async ({ get }) =>
      assertEquals(expecting(await get("/rollouts/nope/attempts/latest"), 200), null),
  },
  {
    number: "C51",
    sentence:
      'POST /rollouts/RO/attempts/latest {"status":"succeeded"} → attempt end_time set; rollout succeeded; worker idle, current ids null',
    run: async (wire) => {
      const { RO } = await started(wire, { worker_id: "w" });
      const path = `/rollouts/${RO}/attempts/latest`;
      const attempt = expecting(await wire.post(path, { status: "succeeded" }), 200);
      assertEquals(typeof attempt.end_time, "number");
      assertEquals(expecting(await wire.get(`/rollouts/${RO}`), 200).status, "succeeded");
      const worker = expecting(await wire.get("/workers/w"), 200);
      assertEquals(
        [worker.status, worker.current_rollout_id, worker.current_attempt_id],
        ["idle", null, null],
      );
    },
  },
  {
    number: "C52",
    sentence: "POST /rollouts/RO/attempts/AT with any of the four fields null → 400; {} → 200",
    run: async (wire) => {
      const { RO, AT } = await started(wire);
      const path = `/rollouts/${RO}/attempts/${AT}`;
      for (const field of ["status", "worker_id", "last_heartbeat_time", "metadata"]) {
        expecting(await wire.post(path, { [field]: null }), 400);
      }
      expecting(await wire.post(path, {}), 200);
    },
  },
  {
    number: "C53",
    sentence: 'POST …/attempts/latest {"worker_id":"","metadata":{}} → stored as given',
    run: async (wire) => {
      const { RO } = await started(wire);
      const fields = { worker_id: "", metadata: {} };
      const attempt = expecting(await wire.post(`/rollouts/${RO}/attempts/latest`, fields), 200);
      assertEquals({ ...attempt, ...fields }, attempt);
    },
  },
  {
    number: "C54",
    sentence: 'POST …/attempts/AT {"status":"cancelled"} → 422',
    run: async (wire) => {
      const { RO, AT } = await started(wire);
      expecting(await wire.post(`/rollouts/${RO}/attempts/${AT}`, { status: "cancelled" }), 422);
    },
  },
  {
    number: "C55",
    sentence: "older attempt set to failed → rollout unchanged",
    run: async (wire) => {
      const { RO, AT } = await started(wire);
      expecting(await wire.post(`/rollouts/${RO}/attempts`), 201);
      const { attempt: _, ...before } = expecting(await wire.get(`/rollouts/${RO}`), 200);
      expecting(await wire.post(`/rollouts/${RO}/attempts/${AT}`, { status: "failed" }), 200);
      const { attempt: __, ...after } = expecting(await wire.get(`/rollouts/${RO}`), 200);
      assertEquals(after, before);
    },
  },
  {
    number: "C56",
    sentence:
      'POST …/attempts/latest {"status":"timeout"} → attempt end_time null; its worker unknown',
    run: async (wire) => {
      const { RO } = await started(wire, { worker_id: "w" });
      const path = `/rollouts/${RO}/attempts/latest`;
      assertEquals(expecting(await wire.post(path, { status: "timeout" }), 200).end_time, null);
      assertEquals(expecting(await wire.get("/workers/w"), 200).status, "unknown");
    },
  },
  {
    number: "C57",
    sentence:
      "two attempts without and one with worker_id: ?sort_by=worker_id&sort_order=asc → nulls first",
    run: async (wire) => {
      const { RO } = await started(wire);
      expecting(await wire.post(`/rollouts/${RO}/attempts`, { worker_id: "w" }), 201);
      expecting(await wire.post(`/rollouts/${RO}/attempts`), 201);
      const path = `/rollouts/${RO}/attempts?sort_by=worker_id&sort_order=asc`;
      const { items } = expecting(await wire.get(path), 200);
      assertEquals(
        items.map((it: { worker_id: string | null }) => it.worker_id),
        [null, null, "w"],
      );
    },
  },
  {
    number: "C58",
    sentence:
      "POST /workers/w with empty body → 200, unknown, heartbeat_stats null, last_heartbeat_time set",
    run: async ({ send }) => {
      const headers = { "content-type": "application/octet-stream" };
      const worker = expecting(await send("POST", "/workers/w", { headers }), 200);
      assertEquals(
        [worker.status, worker.heartbeat_stats, typeof worker.last_heartbeat_time],
        ["unknown", null, "number"],
      );
    },
  },
  {
    number: "C59",
    sentence:
      'POST /workers/w {"heartbeat_stats":{"cpu":1}}, then empty body → stats kept, time not smaller',
    run: async ({ post }) => {
      const first = expecting(await post("/workers/w", { heartbeat_stats: { cpu: 1 } }), 200);
      const second = expecting(await post("/workers/w"), 200);
      assertEquals(second.heartbeat_stats, { cpu: 1 });
      assert(second.last_heartbeat_time >= first.last_heartbeat_time);
    },
  },
  {
    number: "C60",
    sentence: 'POST /workers/w {"heartbeat_stats":null} → 400 and no worker created; 5 → 422',
    run: async ({ get, post }) => {
      expecting(await post("/workers/w", { heartbeat_stats: null }), 400);
      expecting(await post("/workers/w", { heartbeat_stats: 5 }), 422);
      assertEquals(expecting(await get("/workers/w"), 200), null);
    },
  },
  {
    number: "C61",
    sentence: 'POST /workers/search {"filter_logic":"and"} → env of all, limit -1',
    run: async ({ post }) => {
      expecting(await post("/workers/a"), 200);
      expecting(await post("/workers/b"), 200);
      const page = expecting(await post("/workers/search", { filter_logic: "and" }), 200);
      assertEquals([page.total, page.items.length, page.limit], [2, 2, -1]);
    },
  },
  {
    number: "C62",
    sentence:
      "GET /workers?status_in=busy&worker_id_contains=worker&sort_by=worker_id&sort_order=desc → filtered, ordered",
    run: async (wire) => {
      for (const worker_id of ["worker-1", "worker-2", "other"]) await started(wire, { worker_id });
      expecting(await wire.post("/workers/worker-3"), 200);
      const query = "status_in=busy&worker_id_contains=worker&sort_by=worker_id&sort_order=desc";
      const { items } = expecting(await wire.get(`/workers?${query}`), 200);
      assertEquals(
        items.map((it: { worker_id: string }) => it.worker_id),
        ["worker-2", "worker-1"],
      );
    },
  },
  {
    number: "C63",
    sentence: "POST /workers/a%20b → worker_id a b; POST /workers/a%2Fb → a/b",
    run: async ({ post }) => {
      assertEquals(expecting(await post("/workers/a%20b"), 200).worker_id, "a b");
      assertEquals(expecting(await post("/workers/a%2Fb"), 200).worker_id, "a/b");
    },
  },
  {
    number: "C64",
    sentence: "on empty: GET /resources/latest, /resources/none, /workers/missing → 200 null",
    run: async ({ get }) => {
      for (const path of ["/resources/latest", "/resources/none", "/workers/missing"]) {
        assertEquals(expecting(await get(path), 200), null);
      }
    },
  },
  {
    number: "C65",
    sentence:
      'POST /resources {"m":{"resource_type":"llm","endpoint":"e","model":"m"}} → 201, id rs-…, version 1, api_key null, sampling_parameters {}',
    run: async ({ post }) => {
      const body = { m: { resource_type: "llm", endpoint: "e", model: "m" } };
      const made = expecting(await post("/resources", body), 201);
      assertMatch(made.resources_id, /^rs-[0-9a-f]{12}$/);
      assertEquals(
        [made.version, made.resources.m.api_key, made.resources.m.sampling_parameters],
        [1, null, {}],
      );
    },
  },
  {
    number: "C66",
    sentence: "POST /resources with unknown or missing resource_type → 422; {} → 201",
    run: async ({ post }) => {
      expecting(await post("/resources", { m: { resource_type: "x" } }), 422);
      expecting(await post("/resources", { m: { endpoint: "e" } }), 422);
      expecting(await post("/resources", {}), 201);
    },
  },
  {
    number: "C67",
    sentence:
      "POST /resources/my-id twice → 200; versions 1, 2; same create_time; GET /resources/latest → my-id",
    run: async ({ get, post }) => {
      const first = expecting(await post("/resources/my-id", {}), 200);
      const second = expecting(await post("/resources/my-id", {}), 200);
      assertEquals([first.version, second.version], [1, 2]);
      assertEquals(second.create_time, first.create_time);
      assertEquals(expecting(await get("/resources/latest"), 200).resources_id, "my-id");
    },
  },
  {
    number: "C68",
    sentence:
      "GET /resources?resources_id_contains=prod-&sort_by=resources_id&limit=2&offset=2 of three → one item, total 3",
    run: async ({ get, post }) => {
      for (const id of ["prod-b", "prod-a", "prod-c", "test"]) {
        expecting(await post(`/resources/${id}`, {}), 200);
      }
      const query = "resources_id_contains=prod-&sort_by=resources_id&limit=2&offset=2";
      const { items, total } = expecting(await get(`/resources?${query}`), 200);
      assertEquals(items.map((it: { resources_id: string }) => it.resources_id), ["prod-c"]);
      assertEquals(total, 3);
    },
  },
];
