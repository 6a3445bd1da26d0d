/** Laws 1 to 3: failures are answers, and what fails leaves no trace. */

import type { Backend, Batch, ChangeRequest, SpansRequest } from "../../backend.ts";
import { assertEquals } from "../../deps/assert.ts";
import { E } from "../../deps/fp.ts";
import { attemptNotFound } from "../../model/errors.ts";
import type { NewSpan } from "../../model/span.ts";
import { spanOf } from "../span_of.ts";
import { READS, WRITES } from "./calls.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Law } from "./law.ts";
import { LIVE, peopled, prompts } from "./peopled.ts";
import {
  newAttempt,
  type Outcome,
  queued,
  rolloutChange,
  started,
  tagOf,
  valueOf,
  wish,
  wishFor,
} from "./records.ts";

/** An item that fails, and two that do not, which come before and after it. */
interface Failure {
  readonly what: string;
  readonly error: "NotFound" | "Backend" | { readonly taken: string };
  /** Does some of the items as one batch. */
  readonly send: (backend: Backend, parts: readonly Part[]) => Promise<readonly Outcome[]>;
}

type Part = "before" | "failing" | "after";

const among =
  <I, A>(batchOf: (backend: Backend) => Batch<I, A>, before: () => I, after: () => I) =>
  (what: string, error: Failure["error"], failing: () => I): Failure => {
    const items = { before, failing, after };
    return {
      what,
      error,
      send: (backend, parts) => batchOf(backend)(parts.map((part) => items[part]())),
    };
  };

const insert = among((it) => it.insert, () => [queued("ro-1")], () => [queued("ro-3")]);

const claim = among(
  (it) => it.claim,
  () => wishFor("at-x", "w-1"),
  () => wishFor("at-y", "w-3"),
);

const change = among(
  (it) => it.change,
  () => rolloutChange("ro-b", { mode: "val" }),
  () => rolloutChange("ro-b", { metadata: { n: 1 } }),
);

const addSpans = among(
  (it) => it.addSpans,
  (): SpansRequest => ({ spans: [unnumbered("s-1")], now: 11 }),
  (): SpansRequest => ({ spans: [unnumbered("s-3")], now: 13 }),
);

const put = (resources_id: string, fresh: boolean) => ({
  resources_id,
  resources: prompts(resources_id),
  now: 6,
  fresh,
});

const putResources = among(
  (it) => it.putResources,
  () => put("rs-1", true),
  () => put("rs-3", true),
);

/** A span of the attempt that runs, which wants the next sequence id. */
const unnumbered = (span_id: string): NewSpan => ({ ...spanOf(LIVE, span_id), sequence_id: null });

const raise = (): never => {
  throw new Error("no");
};

/** Draws an id, and then does something else each time. */
const drawsOnce = (then: () => string): () => string => {
  let drawn = 0;
  return () => drawn++ === 0 ? "at-x" : then();
};

/** A change that touches whatever a change can, and appends an attempt. */
const sweeping = (rollout_id: string, attempt_id: string): ChangeRequest => ({
  ...newAttempt(rollout_id, attempt_id),
  decide: (record) =>
    E.map((decided: object) => ({
      ...decided,
      rollout: { status: "requeuing", input: "new", metadata: { n: 1 }, end_time: 9 } as const,
      queue: "enter" as const,
      workers: [{ worker_id: "w-2", when: { is: "always" }, set: { status: "busy" } }] as const,
    }))(newAttempt(rollout_id, attempt_id).decide(record)),
});

const FAILURES: readonly Failure[] = [
  insert(
    "an insert of rollouts of which one is known",
    { taken: "ro-c" },
    () => [started("ro-2", "at-2", "w-2"), queued("ro-c")],
  ),
  insert(
    "an insert that has one rollout twice",
    { taken: "ro-2" },
    () => [started("ro-2", "at-2", "w-2"), queued("ro-2")],
  ),
  claim(
    "a claim that draws the id of an earlier attempt",
    { taken: "at-1" },
    () => wishFor("at-1", "w-2"),
  ),
  claim(
    "a claim that cannot draw an id",
    "Backend",
    () => ({ ...wish(2, "w-2"), attemptId: raise }),
  ),
  change(
    "a change of an unknown rollout",
    "NotFound",
    () => rolloutChange("ro-none", { mode: "test" }),
  ),
  change("a decision for an error", "NotFound", () => ({
    ...rolloutChange("ro-b", {}),
    decide: () => E.left(attemptNotFound("ro-b", "at-none")),
  })),
  change("a decision that throws", "Backend", () => ({
    ...rolloutChange("ro-b", {}),
    decide: raise,
  })),
  change(
    "a change that appends an attempt whose id is known",
    { taken: "at-1" },
    () => sweeping("ro-a", "at-1"),
  ),
  addSpans("an item with a span of an unknown rollout", "NotFound", () => ({
    spans: [
      unnumbered("s-2"),
      { ...unnumbered("s-2"), rollout_id: "ro-none" },
    ],
    now: 12,
  })),
  addSpans("an item with a span of an unknown attempt", "NotFound", () => ({
    spans: [
      unnumbered("s-2"),
      { ...unnumbered("s-2"), attempt_id: "at-none" },
    ],
    now: 12,
  })),
  addSpans("an item with a span of an attempt called `latest`", "NotFound", () => ({
    spans: [
      unnumbered("s-2"),
      { ...unnumbered("s-2"), attempt_id: "latest" },
    ],
    now: 12,
  })),
  putResources(
    "a write of resources that must be new and are not",
    { taken: "rs-a" },
    () => put("rs-a", true),
  ),
];

/** What may come between a claim and the second of its ids. */
const HALF_WAY: readonly {
  readonly what: string;
  readonly then: () => string;
  readonly error: string;
}[] = [
  { what: "draws the id of an earlier attempt", then: () => "at-1", error: "Taken" },
  { what: "cannot draw an id", then: raise, error: "Backend" },
];

/** Which law a failure belongs to. */
const lawOf = ({ error }: Failure): number => typeof error === "object" ? 3 : 2;

const assertFails = ({ error }: Failure, outcome: Outcome | undefined): void => {
  if (typeof error === "string") return assertEquals(tagOf(outcome), error);
  assertEquals(outcome, E.left({ _tag: "Taken", id: error.taken }));
};

const failureLaws = (failure: Failure): readonly Law[] => [
  {
    name: `${lawOf(failure)}: ${failure.what} leaves no trace`,
    run: async (open) => {
      const [untouched] = await open();
      const [backend] = await open();
      const [outcome] = await failure.send(await peopled(backend), ["failing"]);
      assertFails(failure, outcome);
      assertEquals(await fingerprint(backend), await fingerprint(await peopled(untouched)));
    },
  },
  {
    name: `${lawOf(failure)}: ${failure.what} leaves the others of its batch alone`,
    run: async (open) => {
      const [without] = await open();
      const [backend] = await open();
      const outcomes = await failure.send(await peopled(backend), ["before", "failing", "after"]);
      assertEquals(outcomes.length, 3);
      assertFails(failure, outcomes[1]);
      const tags = [tagOf(outcomes[0]), tagOf(outcomes[2])];
      // A failure of the engine may fail them all.
      const allFailed = failure.error === "Backend" && tags.includes("Backend");
      assertEquals(tags, allFailed ? ["Backend", "Backend"] : ["ok", "ok"]);
      await peopled(without);
      if (!allFailed) (await failure.send(without, ["before", "after"])).forEach(valueOf);
      assertEquals(await fingerprint(backend), await fingerprint(without));
    },
  },
];

export const failures: readonly Law[] = [
  {
    name: "1: after close, every function answers Backend and none rejects",
    run: async (open) => {
      const [backend] = await open();
      valueOf(await (await peopled(backend)).close());
      const close = async (it: Backend) => [await it.close()];
      const version = async (it: Backend) => it.version ? [await it.version()] : [];
      for (const [name, call] of Object.entries({ ...WRITES, ...READS, close, version })) {
        for (const outcome of await call(backend)) {
          assertEquals(tagOf(outcome), "Backend", name);
        }
      }
    },
  },
  ...FAILURES.flatMap(failureLaws),
  {
    name: "3: a claim takes no id that an attempt of its rollout has, the latest or one before it",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[queued("ro-a")]]);
      for (const attempt_id of ["at-1", "at-2"]) {
        await backend.claim([wishFor(attempt_id, "w-1")]);
        await backend.change([rolloutChange("ro-a", { status: "requeuing" })]);
      }
      for (const taken of ["at-1", "at-2"]) {
        for (const claim of [wishFor(taken, "w-1"), { ...wishFor(taken, "w-1"), limit: 2 }]) {
          const [outcome] = await backend.claim([claim]);
          assertEquals(outcome, E.left({ _tag: "Taken", id: taken }));
        }
      }
      assertEquals(valueOf((await backend.claim([wishFor("at-3", "w-1")]))[0]).length, 1);
    },
  },
  ...HALF_WAY.map(({ what, then, error }): Law => ({
    name: `2: a claim that ${what} half-way claims what came before that, or nothing`,
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      const [outcome] = await backend.claim([
        { ...wish(5, "w-1"), attemptId: drawsOnce(then) },
      ]);
      const claimed = outcome?._tag === "Right" ? outcome.right : [];
      assertEquals(
        claimed.map(({ rollout_id, attempt }) => [rollout_id, attempt.attempt_id]),
        [["ro-c", "at-x"]].slice(0, claimed.length),
      );
      if (claimed.length === 0) assertEquals(tagOf(outcome), error);
      const [last] = claimed;
      const worker = valueOf(await backend.worker("w-1"));
      assertEquals(worker?.current_attempt_id, last?.attempt.attempt_id);
      const [rest] = await backend.claim([wish(5, "w-2")]);
      assertEquals(
        valueOf(rest).map(({ rollout_id }) => rollout_id),
        ["ro-c", "ro-a", "ro-b"].slice(claimed.length),
      );
    },
  })),
];
