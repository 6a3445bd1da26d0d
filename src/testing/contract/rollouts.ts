/** Contract section 12.3: reading and updating rollouts. */

import { assert, assertEquals } from "../../deps/assert.ts";
import type { RolloutSortField } from "../../model/query.ts";
import type { Rollout, RolloutMode, RolloutStatus } from "../../model/rollout.ts";
import type { PromiseStore } from "../../store/lightning_store.ts";
import { fails } from "../failure.ts";
import type { ContractCase } from "../kit.ts";

const enqueued = (store: PromiseStore, count: number): Promise<readonly Rollout[]> =>
  store.enqueueManyRollouts({
    rollouts: Array.from({ length: count }, (_, i) => ({ input: i })),
  });

const idsOf = (rollouts: readonly Rollout[]) => rollouts.map(({ rollout_id }) => rollout_id);

/** One rollout in each of these statuses. */
const inStatuses = async (
  store: PromiseStore,
  ...statuses: readonly RolloutStatus[]
): Promise<readonly string[]> => {
  const ids = idsOf(await enqueued(store, statuses.length));
  for (const [i, rollout_id] of ids.entries()) {
    const status = statuses[i];
    if (status !== undefined) await store.updateRollout({ rollout_id, status });
  }
  return ids;
};

export const rollouts: readonly ContractCase[] = [
  {
    number: 27,
    sentence:
      "unknown id; queued rollout; rollout with two attempts / get (and query) / null; no `attempt` key; carries attempt 2",
    run: async ({ scene }) => {
      const { store } = await scene();
      assertEquals(await store.getRolloutById({ rollout_id: "ro-unknown" }), null);
      const queued = await store.enqueueRollout({ input: 1 });
      const tried = await store.startRollout({ input: 2 });
      await store.startAttempt(tried);
      const get = (rollout_id: string) => store.getRolloutById({ rollout_id });
      const plain = await get(queued.rollout_id);
      const attempted = await get(tried.rollout_id);
      assert(plain !== null && !("attempt" in plain));
      assert(attempted !== null && "attempt" in attempted);
      assertEquals(attempted.attempt.sequence_id, 2);
      assertEquals((await store.queryRollouts()).items, [plain, attempted]);
      const unknown = await store.queryRollouts({ rollout_id_in: ["ro-unknown"] });
      assertEquals(unknown.items, []);
    },
  },
  {
    number: 28,
    sentence: "three rollouts in three statuses / `status_in` one of them / just that one",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = await inStatuses(store, "queuing", "running", "failed");
      for (const [i, status] of (["queuing", "running", "failed"] as const).entries()) {
        const { items, total } = await store.queryRollouts({ status_in: [status] });
        assertEquals(idsOf(items), [ids[i]]);
        assertEquals(total, 1);
      }
    },
  },
  {
    number: 29,
    sentence: "any / `status_in: []`, or an unknown `rollout_id_in` / no items, total 0",
    run: async ({ scene }) => {
      const { store } = await scene();
      await enqueued(store, 2);
      for (const query of [{ status_in: [] }, { rollout_id_in: ["ro-unknown"] }]) {
        const { items, total } = await store.queryRollouts(query);
        assertEquals(items, []);
        assertEquals(total, 0);
      }
    },
  },
  {
    number: 30,
    sentence:
      "two ids in reverse order, one repeated / `rollout_id_in` / insertion order, no repeats",
    run: async ({ scene }) => {
      const { store } = await scene();
      const [a = "", b = ""] = idsOf(await enqueued(store, 3));
      const { items, total } = await store.queryRollouts({ rollout_id_in: [b, a, b] });
      assertEquals(idsOf(items), [a, b]);
      assertEquals(total, 2);
    },
  },
  {
    number: 31,
    sentence:
      "failed f, queued q / `status_in` failed + contains part of q / nothing with and; f and q with or",
    run: async ({ scene }) => {
      const { store } = await scene();
      const [f = "", q = ""] = await inStatuses(store, "failed", "queuing", "running");
      const query = { status_in: ["failed"], rollout_id_contains: q.slice(3) } as const;
      const both = await store.queryRollouts({ ...query, filter_logic: "and" });
      assertEquals(both.items, []);
      const either = await store.queryRollouts({ ...query, filter_logic: "or" });
      assertEquals(idsOf(either.items), [f, q]);
    },
  },
  {
    number: 32,
    sentence:
      "`status` and `status_in` both given, `rollout_ids` and `rollout_id_in` both given / query / the `_in` forms win",
    run: async ({ scene }) => {
      const { store } = await scene();
      const [f = "", q = ""] = await inStatuses(store, "failed", "queuing");
      const byStatus = await store.queryRollouts({ status: ["queuing"], status_in: ["failed"] });
      assertEquals(idsOf(byStatus.items), [f]);
      const byId = await store.queryRollouts({ rollout_ids: [f], rollout_id_in: [q] });
      assertEquals(idsOf(byId.items), [q]);
      const older = await store.queryRollouts({ status: ["queuing"], rollout_ids: [f, q] });
      assertEquals(idsOf(older.items), [q]);
    },
  },
  {
    number: 33,
    sentence:
      "three rollouts / sort by id desc, limit 2, offset 1 / right slice; limit 2, offset 1, total 3 echoed",
    run: async ({ scene }) => {
      const { store } = await scene();
      const ids = idsOf(await enqueued(store, 3));
      const page = await store.queryRollouts({
        sort_by: "rollout_id",
        sort_order: "desc",
        limit: 2,
        offset: 1,
      });
      assertEquals(idsOf(page.items), ids.toSorted().reverse().slice(1, 3));
      assertEquals([page.limit, page.offset, page.total], [2, 1, 3]);
    },
  },
  {
    number: 34,
    sentence:
      "modes val, train, null, train / sort by mode / asc null, train 1st, train 2nd, val; desc val, train 1st, train 2nd, null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const modes: readonly (RolloutMode | null)[] = ["val", "train", null, "train"];
      const [val, train1, none, train2] = idsOf(
        await store.enqueueManyRollouts({
          rollouts: modes.map((mode) => ({ input: mode, mode })),
        }),
      );
      const sorted = async (sort_order: "asc" | "desc") =>
        idsOf((await store.queryRollouts({ sort_by: "mode", sort_order })).items);
      assertEquals(await sorted("asc"), [none, train1, train2, val]);
      assertEquals(await sorted("desc"), [val, train1, train2, none]);
    },
  },
  {
    number: 35,
    sentence: "one of three finished / sort by `end_time` / asc finished first, desc finished last",
    run: async ({ scene }) => {
      const { store } = await scene();
      const [a, b, c] = await inStatuses(store, "queuing", "succeeded", "queuing");
      const sorted = async (sort_order: "asc" | "desc") =>
        idsOf((await store.queryRollouts({ sort_by: "end_time", sort_order })).items);
      assertEquals(await sorted("asc"), [b, a, c]);
      assertEquals(await sorted("desc"), [a, c, b]);
    },
  },
  {
    number: 36,
    sentence:
      "any data or none / sort by `nosuch`, `nosuch_time`, `config` / `InvalidArgument` (B-23)",
    run: async ({ scene }) => {
      const { store } = await scene();
      for (const count of [0, 1]) {
        await enqueued(store, count);
        for (const name of ["nosuch", "nosuch_time", "config"]) {
          // What a caller without types may send.
          const sort_by = name as RolloutSortField;
          await fails(store.queryRollouts({ sort_by }), "InvalidArgument", "sort_by");
        }
      }
    },
  },
  {
    number: 37,
    sentence: "any / limit -2, or offset -1 / `InvalidArgument` (B-24)",
    run: async ({ scene }) => {
      const { store } = await scene();
      await enqueued(store, 1);
      await fails(store.queryRollouts({ limit: -2 }), "InvalidArgument", "limit");
      await fails(store.queryRollouts({ offset: -1 }), "InvalidArgument", "offset");
    },
  },
  {
    number: 38,
    sentence: "three rollouts / limit 0; offset 10 / no items, total 3",
    run: async ({ scene }) => {
      const { store } = await scene();
      await enqueued(store, 3);
      for (const query of [{ limit: 0 }, { offset: 10 }]) {
        const { items, total } = await store.queryRollouts(query);
        assertEquals(items, []);
        assertEquals(total, 3);
      }
    },
  },
  {
    number: 39,
    sentence:
      "queued / update mode, resources id, config, metadata, status at once / all replaced, input untouched",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout = await store.enqueueRollout({ input: "kept", metadata: { old: 1 } });
      const fields = {
        mode: "val",
        resources_id: "rs-other",
        config: { timeout_seconds: 5 },
        metadata: { new: 2 },
        status: "running",
      } as const;
      const { rollout_id, start_time } = rollout;
      const expected = {
        ...fields,
        rollout_id,
        input: "kept",
        start_time,
        end_time: null,
        config: {
          timeout_seconds: 5,
          unresponsive_seconds: null,
          max_attempts: 1,
          retry_condition: [],
        },
      };
      assertEquals(await store.updateRollout({ rollout_id, ...fields }), expected);
      assertEquals(await store.getRolloutById({ rollout_id }), expected);
    },
  },
  {
    number: 40,
    sentence: "rollout / explicit nulls for input, mode, resources_id, metadata / all null",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.enqueueRollout({
        input: 1,
        mode: "train",
        resources_id: "rs-x",
        metadata: { a: 1 },
      });
      const nulls = { input: null, mode: null, resources_id: null, metadata: null };
      await store.updateRollout({ rollout_id, ...nulls });
      const { input, mode, resources_id, metadata } = (await store.getRolloutById({
        rollout_id,
      })) ?? {};
      assertEquals({ input, mode, resources_id, metadata }, nulls);
    },
  },
  {
    number: 41,
    sentence: "rollout / status null, or config null / `Validation`, record unchanged",
    run: async ({ scene }) => {
      const { store } = await scene();
      const rollout = await store.enqueueRollout({ input: 1 });
      const { rollout_id } = rollout;
      // What a caller without types may send.
      const nothing = null as never;
      await fails(store.updateRollout({ rollout_id, status: nothing }), "Validation", "status");
      await fails(store.updateRollout({ rollout_id, config: nothing }), "Validation", "config");
      assertEquals(await store.getRolloutById({ rollout_id }), rollout);
    },
  },
  {
    number: 42,
    sentence: 'unknown id / update_rollout / `NotFound`, message has "does not exist"',
    run: async ({ scene }) => {
      const { store } = await scene();
      await fails(
        store.updateRollout({ rollout_id: "ro-unknown", mode: "val" }),
        "NotFound",
        "does not exist",
      );
    },
  },
  {
    number: 43,
    sentence: "rollout / update with no fields / unchanged record, no `attempt` key",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { attempt: _, ...plain } = await store.startRollout({ input: 1 });
      const { rollout_id } = plain;
      assertEquals(await store.updateRollout({ rollout_id }), plain);
    },
  },
  {
    number: 44,
    sentence: "queued / set `succeeded` / `end_time` strictly after `start_time`",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.enqueueRollout({ input: 1 });
      const { start_time, end_time } = await store.updateRollout({
        rollout_id,
        status: "succeeded",
      });
      assert(end_time !== null && end_time > start_time);
    },
  },
  {
    number: 45,
    sentence: "failed / set `failed` again later / `end_time` is the later time",
    run: async ({ scene }) => {
      const { store, clock } = await scene();
      const { rollout_id } = await store.enqueueRollout({ input: 1 });
      const fail = () => store.updateRollout({ rollout_id, status: "failed" });
      const first = (await fail()).end_time;
      clock.advance(5);
      const second = (await fail()).end_time;
      assert(first !== null && second !== null && second >= first + 5);
      assertEquals((await store.getRolloutById({ rollout_id }))?.end_time, second);
    },
  },
  {
    number: 46,
    sentence: "succeeded / set `requeuing` / `end_time` null (B-05)",
    run: async ({ scene }) => {
      const { store } = await scene();
      const { rollout_id } = await store.enqueueRollout({ input: 1 });
      await store.updateRollout({ rollout_id, status: "succeeded" });
      const reopened = await store.updateRollout({ rollout_id, status: "requeuing" });
      assertEquals(reopened.end_time, null);
      assertEquals((await store.getRolloutById({ rollout_id }))?.end_time, null);
    },
  },
];
