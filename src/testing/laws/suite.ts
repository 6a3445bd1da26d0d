/** The laws of the port (`src/backend.ts`), checked on a backend. */

import type { Backend } from "../../backend.ts";
import { expire, startAttempt } from "../../core/lifecycle.ts";
import { assertEquals } from "../../deps/assert.ts";
import { E } from "../../deps/fp.ts";
import { rolloutNotFound } from "../../model/errors.ts";
import { spanOf } from "../span_of.ts";
import {
  attemptChange,
  claimedIds,
  EVERYTHING,
  queued,
  rolloutChange,
  storedIds,
  tagOf,
  valueOf,
  wish,
} from "./records.ts";

/** How the suite gets its backends. */
export interface BackendMaker {
  /** The first word of every test's name. */
  readonly name: string;
  /** Makes a backend, fresh and empty. */
  readonly make: () => Promise<Backend>;
}

/** One law, or a part of one. */
export interface Law {
  /** What must hold. */
  readonly law: string;
  /** Rejects when it does not. */
  readonly check: (backend: Backend) => Promise<void>;
}

const PROMPT = { resource_type: "prompt_template", template: "hi", engine: "f-string" } as const;

/** An effect on the worker `w`. */
const report = (at: number) =>
  ({ worker_id: "w", when: { is: "always" }, set: { last_heartbeat_time: at } }) as const;

/** Every function of the port, called with something that fits. */
const CALLS: readonly ((backend: Backend) => Promise<readonly E.Either<unknown, unknown>[]>)[] = [
  (it) => it.insert([[queued("ro-x")]]),
  (it) => it.claim([wish(1)]),
  (it) => it.change([rolloutChange("ro-a", { mode: "val" })]),
  (it) => it.addSpans([{ spans: [], now: 1 }]),
  (it) => it.allocate([["ro-a"]]),
  (it) => it.affect([report(1)]),
  (it) => it.putResources([{ resources_id: "r", resources: {}, now: 1, fresh: false }]),
  async (it) => [await it.overdue(1, 1)],
  async (it) => [await it.statuses(["ro-a"])],
  async (it) => [await it.rollouts(["ro-a"])],
  async (it) => [await it.queryRollouts(EVERYTHING)],
  async (it) => [await it.latestAttempt("ro-a")],
  async (it) => [await it.queryAttempts("ro-a", EVERYTHING)],
  async (it) => [await it.querySpans("ro-a", null, EVERYTHING)],
  async (it) => [await it.worker("w")],
  async (it) => [await it.queryWorkers(EVERYTHING)],
  async (it) => [await it.resources("r")],
  async (it) => [await it.latestResources()],
  async (it) => [await it.queryResources(EVERYTHING)],
  async (it) => [await it.statistics()],
];

/** All laws that a test can check; the ninth is one of cost, and a matter of benchmarks. */
export const laws: readonly Law[] = [
  {
    law: "1: after close, every function answers Backend and none rejects",
    check: async (backend) => {
      await backend.close();
      for (const call of CALLS) {
        for (const outcome of await call(backend)) {
          assertEquals(
            outcome._tag === "Left" && Reflect.get(Object(outcome.left), "_tag"),
            "Backend",
          );
        }
      }
    },
  },
  {
    law: "1: a decision that throws is a Backend error, and changes nothing",
    check: async (backend) => {
      await backend.insert([[queued("ro-a")]]);
      const [outcome] = await backend.change([{
        ...rolloutChange("ro-a", {}),
        decide: () => {
          throw new Error("no");
        },
      }]);
      assertEquals(tagOf(outcome), "Backend");
      assertEquals(await claimedIds(backend, 5), ["ro-a"]);
    },
  },
  {
    law: "2: a change that fails leaves the others of its batch alone",
    check: async (backend) => {
      await backend.insert([[queued("ro-a")], [queued("ro-b")]]);
      const outcomes = await backend.change([
        rolloutChange("ro-a", { mode: "val" }),
        rolloutChange("ro-none", { mode: "val" }),
        rolloutChange("ro-b", { mode: "test" }),
      ]);
      assertEquals(outcomes.map(tagOf), ["ok", "NotFound", "ok"]);
      const rollouts = valueOf(await backend.rollouts(["ro-a", "ro-b"]));
      assertEquals(rollouts.map((rollout) => rollout?.mode), ["val", "test"]);
    },
  },
  {
    law: "2: spans of an item are stored together or not at all",
    check: async (backend) => {
      await backend.insert([[queued("ro-a")]]);
      await backend.claim([wish(1, "w", ["at-a"])]);
      const ids = { rollout_id: "ro-a", attempt_id: "at-a" };
      const lost = spanOf({ rollout_id: "ro-a", attempt_id: "latest" }, "s2");
      const outcomes = await backend.addSpans([
        { spans: [spanOf(ids, "s1"), lost], now: 3 },
        { spans: [spanOf(ids, "s3")], now: 3 },
      ]);
      assertEquals(outcomes.map(tagOf), ["NotFound", "ok"]);
      const { items } = valueOf(await backend.querySpans("ro-a", null, EVERYTHING));
      assertEquals(items.map(({ span_id }) => span_id), ["s3"]);
    },
  },
  {
    law: "2: items take effect in the order of the batch",
    check: async (backend) => {
      await backend.insert([[queued("ro-a")], [queued("ro-b")], [queued("ro-c")]]);
      const claims = await backend.claim([wish(1, "w1"), wish(2, "w2"), wish(1, "w3")]);
      assertEquals(
        claims.map((claim) => valueOf(claim).map(({ rollout_id }) => rollout_id)),
        [["ro-a"], ["ro-b", "ro-c"], []],
      );
      await backend.change([
        rolloutChange("ro-a", { metadata: { n: 1 } }),
        rolloutChange("ro-a", { metadata: { n: 2 } }),
      ]);
      assertEquals(valueOf(await backend.rollouts(["ro-a"]))[0]?.metadata, { n: 2 });
      assertEquals(
        (await backend.allocate([["ro-a", "ro-b"], ["ro-a"]])).map(valueOf),
        [[1, 1], [2]],
      );
    },
  },
  {
    law: "3: a rollout's id that is taken fails its own item, which stores nothing",
    check: async (backend) => {
      await backend.insert([[queued("ro-a")]]);
      const outcomes = await backend.insert([
        [queued("ro-b")],
        [queued("ro-c"), queued("ro-a")],
        [queued("ro-d"), queued("ro-d")],
        [queued("ro-e")],
      ]);
      assertEquals(outcomes.map(tagOf), ["ok", "Taken", "Taken", "ok"]);
      assertEquals(await storedIds(backend), ["ro-a", "ro-b", "ro-e"]);
      assertEquals(await claimedIds(backend, 5), ["ro-a", "ro-b", "ro-e"]);
    },
  },
  {
    law: "3: an attempt's id that is taken fails its own item, which claims nothing",
    check: async (backend) => {
      await backend.insert([[queued("ro-a")]]);
      await backend.claim([wish(1, "w", ["at-1"])]);
      await backend.change([rolloutChange("ro-a", { status: "requeuing" })]);
      const [taken] = await backend.claim([wish(1, "w", ["at-1"])]);
      assertEquals(tagOf(taken), "Taken");
      const start = (attempt_id: string) => ({
        ...rolloutChange("ro-a", {}),
        decide: startAttempt("ro-a", { attempt_id, worker_id: null, now: 4 }),
      });
      const [again] = await backend.change([start("at-1")]);
      assertEquals(tagOf(again), "Taken");
      assertEquals(valueOf(await backend.statuses(["ro-a"])), ["requeuing"]);
      const [claimed] = await backend.claim([wish(1, "w", ["at-2"])]);
      assertEquals(valueOf(claimed).map(({ attempt }) => attempt.sequence_id), [2]);
    },
  },
  {
    law: "3: resources that must be new are Taken where the id is known",
    check: async (backend) => {
      const put = (fresh: boolean, now: number) => ({
        resources_id: "r",
        resources: { p: PROMPT },
        now,
        fresh,
      });
      const outcomes = await backend.putResources([put(true, 1), put(true, 2), put(false, 3)]);
      assertEquals(outcomes.map(tagOf), ["ok", "Taken", "ok"]);
      assertEquals(valueOf(await backend.resources("r")), {
        resources_id: "r",
        create_time: 1,
        update_time: 3,
        version: 2,
        resources: { p: PROMPT },
      });
    },
  },
  {
    law: "4: a rollout that enters again keeps its place, though its entry was stale meanwhile",
    check: async (backend) => {
      await backend.insert([[queued("ro-a")], [queued("ro-b")]]);
      await backend.change([
        rolloutChange("ro-a", { status: "running" }),
        rolloutChange("ro-a", { status: "queuing" }),
        rolloutChange("ro-a", { status: "requeuing" }),
      ]);
      assertEquals(await claimedIds(backend, 5), ["ro-a", "ro-b"]);
      assertEquals(await claimedIds(backend, 5), []);
    },
  },
  {
    law: "4: a stale entry goes when a claim reaches it, and its rollout then enters at the tail",
    check: async (backend) => {
      await backend.insert([[queued("ro-a")], [queued("ro-b")], [queued("ro-c")]]);
      await backend.change([rolloutChange("ro-a", { status: "cancelled" })]);
      assertEquals(await claimedIds(backend, 1), ["ro-b"]);
      await backend.change([rolloutChange("ro-a", { status: "queuing" })]);
      assertEquals(await claimedIds(backend, 5), ["ro-c", "ro-a"]);
    },
  },
  {
    law: "4: what one claim leaves, the next one gets, in order, for any number",
    check: async (backend) => {
      const ids = Array.from({ length: 1500 }, (_, i) => `ro-${String(i).padStart(4, "0")}`);
      await backend.insert([ids.map((id) => queued(id))]);
      const first = await claimedIds(backend, 1100);
      const rest = await claimedIds(backend, 10_000);
      assertEquals([...first, ...rest], ids);
    },
  },
  {
    law: "6: overdue finds what is overdue, and a look at each record settles it",
    check: async (backend) => {
      const config = { timeout_seconds: 10, unresponsive_seconds: 4 };
      await backend.insert([[queued("ro-a", config)], [queued("ro-b", config)], [queued("ro-c")]]);
      await backend.claim([wish(3, "w", ["at-a", "at-b", "at-c"], 0)]);
      const beat = spanOf({ rollout_id: "ro-a", attempt_id: "at-a" }, "s1");
      await backend.addSpans([{ spans: [beat], now: 3 }]);
      const look = async (now: number) => {
        const found = valueOf(await backend.overdue(now, 10));
        await backend.change(found.map((rollout_id) => ({
          rollout_id,
          attempt_id: "latest",
          now,
          payload: false,
          decide: (record) =>
            record === null ? E.left(rolloutNotFound(rollout_id)) : E.right(expire(now)(record)),
        })));
        const statuses = valueOf(await backend.statuses(["ro-a", "ro-b", "ro-c"]));
        assertEquals(valueOf(await backend.overdue(now, 10)), []);
        return statuses;
      };
      assertEquals(await look(4), ["running", "preparing", "preparing"]);
      assertEquals(await look(5), ["running", "failed", "preparing"]);
      assertEquals(await look(7), ["running", "failed", "preparing"]);
      assertEquals(await look(8), ["failed", "failed", "preparing"]);
    },
  },
  {
    law: "6: overdue follows a deadline that moves forward, and gives up what is over",
    check: async (backend) => {
      const config = { timeout_seconds: 100 };
      await backend.insert([[queued("ro-a", config)], [queued("ro-b", config)]]);
      await backend.claim([wish(2, "w", ["at-a", "at-b"], 0)]);
      const sooner = { timeout_seconds: 1, unresponsive_seconds: null };
      await backend.change([
        rolloutChange("ro-a", { config: { ...sooner, max_attempts: 1, retry_condition: [] } }, 0),
        attemptChange("ro-b", "at-b", { status: "succeeded" }, 0),
      ]);
      assertEquals(valueOf(await backend.overdue(2, 10)), ["ro-a"]);
      assertEquals(valueOf(await backend.overdue(200, 10)), ["ro-a"]);
    },
  },
  {
    law: "7: updates do not change the order of insertion",
    check: async (backend) => {
      await backend.insert([[queued("ro-b")], [queued("ro-a")], [queued("ro-c")]]);
      await backend.change([rolloutChange("ro-b", { status: "failed", metadata: { a: 1 } })]);
      assertEquals(await storedIds(backend), ["ro-b", "ro-a", "ro-c"]);
      const put = (resources_id: string) => ({ resources_id, resources: {}, now: 1, fresh: false });
      await backend.putResources([put("y"), put("x"), put("y")]);
      const { items } = valueOf(await backend.queryResources(EVERYTHING));
      assertEquals(items.map(({ resources_id }) => resources_id), ["y", "x"]);
      assertEquals(valueOf(await backend.latestResources())?.resources_id, "y");
    },
  },
  {
    law: "8: nobody can change what is stored by changing what came back",
    check: async (backend) => {
      const record = queued("ro-a");
      await backend.insert([[record]]);
      const [first] = valueOf(await backend.rollouts(["ro-a"]));
      Reflect.set(Object(first), "status", "failed");
      Reflect.set(Object(first?.config), "max_attempts", 9);
      const [second] = valueOf(await backend.rollouts(["ro-a"]));
      assertEquals([second?.status, second?.config.max_attempts], ["queuing", 1]);
    },
  },
  {
    law: "effects on workers hold where their condition does",
    check: async (backend) => {
      const holding = { rollout_id: "ro-a", attempt_id: "at-a" };
      const busy = {
        status: "busy",
        current_rollout_id: "ro-a",
        current_attempt_id: "at-a",
      } as const;
      const apply = async (
        when: Parameters<Backend["affect"]>[0][number]["when"],
        set: Parameters<Backend["affect"]>[0][number]["set"],
      ) => {
        const [worker] = await backend.affect([{ worker_id: "w", when, set }]);
        return valueOf(worker);
      };
      const other = { ...holding, attempt_id: "at-b" };
      assertEquals(await apply({ is: "holding", ...holding }, { status: "idle" }), null);
      assertEquals((await apply({ is: "free or holding", ...holding }, busy))?.status, "busy");
      assertEquals(
        (await apply({ is: "free or holding", ...other }, { status: "idle" }))?.status,
        "busy",
      );
      assertEquals((await apply({ is: "holding", ...other }, { status: "idle" }))?.status, "busy");
      assertEquals((await apply({ is: "not idle" }, { status: "idle" }))?.status, "idle");
      assertEquals((await apply({ is: "not idle" }, { status: "unknown" }))?.status, "idle");
      const kept = await apply({ is: "always" }, { heartbeat_stats: { a: 1 } });
      assertEquals([kept?.status, kept?.heartbeat_stats, kept?.current_attempt_id], [
        "idle",
        { a: 1 },
        "at-a",
      ]);
    },
  },
  {
    law: "rollouts without resources get those that were the latest when they were inserted",
    check: async (backend) => {
      await backend.putResources([{ resources_id: "r", resources: {}, now: 1, fresh: true }]);
      const named = queued("ro-b");
      const [latest] = await backend.insert([[
        queued("ro-a"),
        { ...named, rollout: { ...named.rollout, resources_id: "mine" } },
      ]]);
      assertEquals(valueOf(latest), "r");
      const rollouts = valueOf(await backend.rollouts(["ro-a", "ro-b", "ro-none"]));
      assertEquals(rollouts.map((rollout) => rollout?.resources_id), ["r", "mine", undefined]);
    },
  },
];

/**
 * Registers every law of the port as a test of a backend, named `<backend>: law <sentence>`.
 *
 * @example
 * ```ts
 * import { memory } from "@lightning/store";
 * import { lawSuite } from "@lightning/store/testing";
 *
 * const names: string[] = [];
 * const maker = { name: "mine", make: () => Promise.resolve(memory()) };
 * lawSuite(maker, (name) => names.push(name)); // Deno.test in earnest
 * console.log(names[0]?.startsWith("mine: law 1")); // true
 * ```
 */
export const lawSuite = (
  maker: BackendMaker,
  test: (name: string, run: () => Promise<void>) => void,
): void => {
  for (const { law, check } of laws) {
    test(`${maker.name}: law ${law}`, async () => {
      const backend = await maker.make();
      try {
        await check(backend);
      } finally {
        await backend.close();
      }
    });
  }
};
