/** Cases C21 to C45: rollouts and their queries. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { enqueued, expecting, started, type Wire, type WireCase } from "./wire.ts";

const RESOURCES = { m: { resource_type: "llm", endpoint: "e", model: "m" } };

/** The ids of a page. */
const idsOf = (page: { readonly items: readonly { readonly rollout_id: string }[] }) =>
  page.items.map(({ rollout_id }) => rollout_id);

/** Ends a rollout. */
const end = async ({ post }: Wire, id: string | undefined, status: string): Promise<void> => {
  expecting(await post(`/rollouts/${id}`, { status }), 200);
};

export const rolloutsAndQueries: readonly WireCase[] = [
  {
    number: "C21",
    sentence: "start after a resource was added → resources_id = latest",
    run: async (wire) => {
      const { resources_id } = expecting(await wire.post("/resources", RESOURCES), 201);
      assertEquals(
        expecting(await wire.post("/rollouts", { input: 1 }), 201).resources_id,
        resources_id,
      );
    },
  },
  {
    number: "C22",
    sentence: "GET /rollouts/RO of a queued rollout → no key attempt; after dequeue → key present",
    run: async (wire) => {
      const [id] = await enqueued(wire, { input: 1 });
      assertEquals("attempt" in expecting(await wire.get(`/rollouts/${id}`), 200), false);
      expecting(await wire.post("/queues/rollouts/dequeue"), 200);
      assertEquals("attempt" in expecting(await wire.get(`/rollouts/${id}`), 200), true);
    },
  },
  {
    number: "C23",
    sentence: "GET /rollouts/nope → 200 null",
    run: async ({ get }) => assertEquals(expecting(await get("/rollouts/nope"), 200), null),
  },
  {
    number: "C24",
    sentence: "POST /rollouts/RO {} → 200 unchanged; no body → 422",
    run: async (wire) => {
      const [id] = await enqueued(wire, { input: 1, metadata: { a: 1 } });
      const before = expecting(await wire.get(`/rollouts/${id}`), 200);
      assertEquals(expecting(await wire.post(`/rollouts/${id}`, {}), 200), before);
      expecting(await wire.post(`/rollouts/${id}`), 422);
    },
  },
  {
    number: "C25",
    sentence:
      'POST /rollouts/RO {"status":null} → 400, detail is a string naming status; same for config',
    run: async (wire) => {
      const { RO } = await started(wire);
      for (const field of ["status", "config"]) {
        const { detail } = expecting(await wire.post(`/rollouts/${RO}`, { [field]: null }), 400);
        assertStringIncludes(detail, field);
      }
    },
  },
  {
    number: "C26",
    sentence:
      'POST /rollouts/RO {"mode":null,"input":null,"resources_id":null,"metadata":null} → 200, all null',
    run: async (wire) => {
      const { RO } = await started(wire, { mode: "train", resources_id: "r" });
      const nulls = { mode: null, input: null, resources_id: null, metadata: null };
      const updated = expecting(await wire.post(`/rollouts/${RO}`, nulls), 200);
      assertEquals({ ...updated, ...nulls }, updated);
    },
  },
  {
    number: "C27",
    sentence: 'POST /rollouts/RO {"metadata":{"b":1}} over {"a":1} → {"b":1}',
    run: async (wire) => {
      const { RO } = await started(wire, { metadata: { a: 1 } });
      const updated = expecting(await wire.post(`/rollouts/${RO}`, { metadata: { b: 1 } }), 200);
      assertEquals(updated.metadata, { b: 1 });
    },
  },
  {
    number: "C28",
    sentence:
      'POST /rollouts/RO {"config":{"timeout_seconds":5}} → other config fields at defaults',
    run: async (wire) => {
      const { RO } = await started(wire, { config: { max_attempts: 4 } });
      const body = { config: { timeout_seconds: 5 } };
      assertEquals(expecting(await wire.post(`/rollouts/${RO}`, body), 200).config, {
        timeout_seconds: 5,
        unresponsive_seconds: null,
        max_attempts: 1,
        retry_condition: [],
      });
    },
  },
  {
    number: "C29",
    sentence: 'POST /rollouts/RO {"status":"succeeded"} → 200, end_time set, no key attempt',
    run: async (wire) => {
      const { RO } = await started(wire);
      const updated = expecting(await wire.post(`/rollouts/${RO}`, { status: "succeeded" }), 200);
      assertEquals([typeof updated.end_time, "attempt" in updated], ["number", false]);
    },
  },
  {
    number: "C30",
    sentence: 'POST /rollouts/RO {"status":"bogus"} → 422',
    run: async (wire) => {
      const { RO } = await started(wire);
      expecting(await wire.post(`/rollouts/${RO}`, { status: "bogus" }), 422);
    },
  },
  {
    number: "C31",
    sentence: 'POST /rollouts/nope {"status":"running"} → 404',
    run: async ({ post }) => {
      const { error_type } = expecting(await post("/rollouts/nope", { status: "running" }), 404);
      assertEquals(error_type, "ValueError");
    },
  },
  {
    number: "C32",
    sentence: 'POST /rollouts/nope {"status":null} → 400',
    run: async ({ post }) => {
      expecting(await post("/rollouts/nope", { status: null }), 400);
    },
  },
  {
    number: "C33",
    sentence:
      "GET /rollouts on empty → env [], -1, 0, 0; /rollouts?limit=3&offset=3 of 10 → 3 items, limit 3, offset 3, total 10; offset=99 → no items, total 10",
    run: async (wire) => {
      assertEquals(expecting(await wire.get("/rollouts"), 200), {
        items: [],
        limit: -1,
        offset: 0,
        total: 0,
      });
      const ids = await enqueued(wire, ...Array.from({ length: 10 }, (_, input) => ({ input })));
      const { items: _, ...page } = expecting(await wire.get("/rollouts?limit=3&offset=3"), 200);
      assertEquals(page, { limit: 3, offset: 3, total: 10 });
      assertEquals(
        idsOf(expecting(await wire.get("/rollouts?limit=3&offset=3"), 200)),
        ids.slice(3, 6),
      );
      const beyond = expecting(await wire.get("/rollouts?offset=99"), 200);
      assertEquals([beyond.items, beyond.total], [[], 10]);
    },
  },
  {
    number: "C34",
    sentence: "GET ?limit=0, ?limit=-2 → 400; ?offset=-1 → 400; ?limit=abc → 422",
    run: async ({ get }) => {
      for (const query of ["limit=0", "limit=-2", "offset=-1"]) {
        assertEquals(typeof expecting(await get(`/rollouts?${query}`), 400).detail, "string");
      }
      assertEquals(expecting(await get("/rollouts?limit=abc"), 422).detail[0].loc, [
        "query",
        "limit",
      ]);
    },
  },
  {
    number: "C35",
    sentence:
      "GET ?sort_by=nonexistent_field → 400, detail starts Invalid sort_by: nonexistent_field, allowed fields are: ",
    run: async ({ get }) => {
      const { detail } = expecting(await get("/rollouts?sort_by=nonexistent_field"), 400);
      assert(detail.startsWith("Invalid sort_by: nonexistent_field, allowed fields are: "), detail);
    },
  },
  {
    number: "C36",
    sentence: "GET ?sort_order=up, ?filter_logic=xor, ?status_in=bogus → 422",
    run: async ({ get }) => {
      for (const query of ["sort_order=up", "filter_logic=xor", "status_in=bogus"]) {
        expecting(await get(`/rollouts?${query}`), 422);
      }
    },
  },
  {
    number: "C37",
    sentence:
      "GET ?status_in=succeeded&status_in=failed → union; ?status_in=succeeded,failed → 422",
    run: async (wire) => {
      const [a, b, c] = await enqueued(wire, { input: 1 }, { input: 2 }, { input: 3 });
      await end(wire, a, "succeeded");
      await end(wire, c, "failed");
      assertEquals(
        idsOf(expecting(await wire.get("/rollouts?status_in=succeeded&status_in=failed"), 200)),
        [a, c],
      );
      assert(b !== undefined);
      expecting(await wire.get("/rollouts?status_in=succeeded,failed"), 422);
    },
  },
  {
    number: "C38",
    sentence:
      'POST search {"status_in":["succeeded"],"rollout_id_in":["A","B"]} with A succeeded, B failed → A; with filter_logic or and rollout_id_in ["C"], C queued → A and C',
    run: async (wire) => {
      const [a, b, c] = await enqueued(wire, { input: 1 }, { input: 2 }, { input: 3 });
      await end(wire, a, "succeeded");
      await end(wire, b, "failed");
      const both = { status_in: ["succeeded"], rollout_id_in: [a, b] };
      assertEquals(idsOf(expecting(await wire.post("/rollouts/search", both), 200)), [a]);
      const either = { status_in: ["succeeded"], rollout_id_in: [c], filter_logic: "or" };
      assertEquals(idsOf(expecting(await wire.post("/rollouts/search", either), 200)), [a, c]);
    },
  },
  {
    number: "C39",
    sentence:
      'POST search {"rollout_id_in":[]} → total 0; {"rollout_id_in":null,"status_in":null} → all',
    run: async (wire) => {
      await enqueued(wire, { input: 1 });
      const none = { rollout_id_in: [] };
      assertEquals(expecting(await wire.post("/rollouts/search", none), 200).total, 0);
      const all = { rollout_id_in: null, status_in: null };
      assertEquals(expecting(await wire.post("/rollouts/search", all), 200).total, 1);
    },
  },
  {
    number: "C40",
    sentence: "GET ?rollout_id_contains= → all; GET ?rollout_id_in= → none",
    run: async (wire) => {
      await enqueued(wire, { input: 1 });
      assertEquals(expecting(await wire.get("/rollouts?rollout_id_contains="), 200).total, 1);
      assertEquals(expecting(await wire.get("/rollouts?rollout_id_in="), 200).total, 0);
    },
  },
  {
    number: "C41",
    sentence: "modes null, train, test: sort by mode asc → null first; desc → null last",
    run: async (wire) => {
      const [none, train, test] = await enqueued(
        wire,
        { input: 1 },
        { input: 2, mode: "train" },
        { input: 3, mode: "test" },
      );
      const sorted = async (order: string) =>
        idsOf(expecting(await wire.get(`/rollouts?sort_by=mode&sort_order=${order}`), 200));
      assertEquals(await sorted("asc"), [none, test, train]);
      assertEquals(await sorted("desc"), [train, test, none]);
    },
  },
  {
    number: "C42",
    sentence: "sort by end_time asc → unfinished last; desc → unfinished first",
    run: async (wire) => {
      const [open, ended] = await enqueued(wire, { input: 1 }, { input: 2 });
      await end(wire, ended, "succeeded");
      const sorted = async (order: string) =>
        idsOf(expecting(await wire.get(`/rollouts?sort_by=end_time&sort_order=${order}`), 200));
      assertEquals(await sorted("asc"), [ended, open]);
      assertEquals(await sorted("desc"), [open, ended]);
    },
  },
  {
    number: "C43",
    sentence: "GET ?sort_by=config → 400",
    run: async ({ get }) => {
      expecting(await get("/rollouts?sort_by=config"), 400);
    },
  },
  {
    number: "C44",
    sentence: "GET ?mode_in=train&mode_in=val → only those; GET ?sort_by=duration → 200",
    run: async (wire) => {
      const { get, post } = wire;
      const modes = ["train", "test", "val", null];
      const [train, test, val, none] = await enqueued(
        wire,
        ...modes.map((mode) => ({ input: 1, mode })),
      );
      assertEquals(idsOf(expecting(await get("/rollouts?mode_in=train&mode_in=val"), 200)), [
        train,
        val,
      ]);
      const body = { mode_in: ["test"] };
      assertEquals(idsOf(expecting(await post("/rollouts/search", body), 200)), [test]);
      expecting(await get("/rollouts?mode_in=x"), 422);
      await end(wire, none, "succeeded");
      assertEquals(idsOf(expecting(await get("/rollouts?sort_by=duration"), 200)), [
        none,
        train,
        test,
        val,
      ]);
      for (const key of ["attempt_id", "worker_id", "last_heartbeat_time"]) {
        expecting(await get(`/rollouts?sort_by=${key}`), 200);
      }
      for (const key of ["status_code", "duration"]) {
        expecting(await get(`/spans?rollout_id=${none}&sort_by=${key}`), 200);
      }
      expecting(await get("/rollouts?sort_by=durations"), 400);
    },
  },
  {
    number: "C45",
    sentence:
      'GET ?limit=1&limit=2 → limit 2; GET ?limit=1&foo=bar → 200; POST search {"limit":"1"} → 200, limit 1',
    run: async ({ get, post }) => {
      assertEquals(expecting(await get("/rollouts?limit=1&limit=2"), 200).limit, 2);
      assertEquals(expecting(await get("/rollouts?limit=1&foo=bar"), 200).limit, 1);
      assertEquals(expecting(await post("/rollouts/search", { limit: "1" }), 200).limit, 1);
    },
  },
];
