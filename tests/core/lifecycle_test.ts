import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  claim,
  enqueue,
  expire,
  heartbeat,
  start,
  startAttempt,
  updateAttempt,
  updateRollout,
} from "../../src/core/lifecycle.ts";
import {
  applyChange,
  type CarriedChange,
  type Change,
  type RolloutRecord,
} from "../../src/core/record.ts";
import type { AttemptStatus } from "../../src/model/attempt.ts";
import type { AttemptPatch, RolloutPatch } from "../../src/model/requests.ts";
import type { NewRollout, RolloutStatus } from "../../src/model/rollout.ts";
import {
  anyAttemptStatus,
  anyConfig,
  anyRecord,
  anyRolloutStatus,
  ATTEMPT_STATUSES,
  attemptWith,
  CONFIG,
  recordOf,
  ROLLOUT_STATUSES,
  rolloutWith,
} from "./records.ts";

const NOW = 500;

/** Attempt before, rollout before, attempt after, rollout after: contract 3.4. */
type Row = readonly [
  readonly AttemptStatus[],
  readonly RolloutStatus[],
  AttemptStatus | "same",
  RolloutStatus | "same",
];

const OF_LATEST: readonly Row[] = [
  [["preparing"], ["preparing"], "running", "running"],
  [["preparing", "running"], ["requeuing"], "running", "running"],
  [["preparing", "running"], ["queuing"], "running", "queuing"],
  [["running"], ["running"], "running", "running"],
  [["preparing", "running"], ["succeeded", "failed"], "running", "same"],
  [["unresponsive"], ["requeuing"], "running", "running"],
  [["unresponsive"], ["failed"], "running", "failed"],
  [["timeout", "failed", "succeeded"], ["requeuing"], "same", "requeuing"],
  [["timeout", "failed"], ["failed"], "same", "failed"],
  [["succeeded"], ["succeeded"], "same", "succeeded"],
  [["preparing", "running", "unresponsive"], ["cancelled"], "running", "cancelled"],
  [["timeout", "failed", "succeeded"], ["cancelled"], "same", "cancelled"],
];

const OF_AN_OLDER_ONE: readonly Row[] = [
  [["preparing", "unresponsive"], ROLLOUT_STATUSES, "running", "same"],
  [["running", "timeout", "failed", "succeeded"], ROLLOUT_STATUSES, "same", "same"],
];

const check = (
  [attempts, rollouts, attemptAfter, rolloutAfter]: Row,
  recordWith: (attempt: AttemptStatus, rollout: RolloutStatus) => RolloutRecord,
) => {
  for (const attempt of attempts) {
    for (const rollout of rollouts) {
      const record = recordWith(attempt, rollout);
      const change = heartbeat(NOW)(record);
      const after = applyChange(record, change);
      const at = `${attempt} attempt, ${rollout} rollout`;
      assertEquals(after.attempt?.status, attemptAfter === "same" ? attempt : attemptAfter, at);
      assertEquals(after.rollout.status, rolloutAfter === "same" ? rollout : rolloutAfter, at);
      assertEquals(after.attempt?.last_heartbeat_time, NOW, at);
      assertEquals(change.queue, undefined, at);
    }
  }
};

for (const row of OF_LATEST) {
  Deno.test(`lifecycle: a span of the latest, ${row[0]} attempt of a ${row[1]} rollout`, () => {
    check(
      row,
      (attempt, rollout) =>
        recordOf(rolloutWith({ status: rollout }), attemptWith({ status: attempt })),
    );
  });
}

for (const row of OF_AN_OLDER_ONE) {
  Deno.test(`lifecycle: a span of an older, ${row[0]} attempt`, () => {
    check(row, (attempt, rollout) => ({
      ...recordOf(
        rolloutWith({ status: rollout }),
        attemptWith({ attempt_id: "at-2", sequence_id: 2 }),
      ),
      attempt: attemptWith({ status: attempt }),
    }));
  });
}

Deno.test("lifecycle: a span that wakes an attempt tells its worker, another one does not", () => {
  for (const status of ATTEMPT_STATUSES) {
    const attempt = attemptWith({ status, worker_id: "w1" });
    const { workers = [] } = heartbeat(NOW)(recordOf(rolloutWith(), attempt));
    const awakes = status === "preparing" || status === "unresponsive";
    assertEquals(workers.map(({ worker_id }) => worker_id), awakes ? ["w1"] : [], status);
  }
});

Deno.test("lifecycle: a new rollout is queued, a started one is with its attempt", () => {
  const request: NewRollout = {
    input: { task: 1 },
    mode: "train",
    resources_id: "rs-1",
    config: CONFIG,
    metadata: {},
  };
  const queued = enqueue(request, "ro-1", NOW);
  assertEquals(queued, {
    rollout: {
      ...request,
      rollout_id: "ro-1",
      start_time: NOW,
      end_time: null,
      status: "queuing",
    },
    attempt: null,
    queued: true,
    workers: [],
  });
  const started = start(request, "ro-1", { attempt_id: "at-1", worker_id: null, now: NOW });
  assertEquals(started.rollout, { ...queued.rollout, status: "preparing" });
  assertEquals(started.attempt, attemptWith({ start_time: NOW }));
  assertEquals(started.queued, false);
});

const PATCH: fc.Arbitrary<AttemptPatch> = fc.record<Required<AttemptPatch>, never>({
  status: anyAttemptStatus,
  worker_id: fc.option(fc.constantFrom("w1", "w2", "")),
  last_heartbeat_time: fc.option(fc.constantFrom(0, 50)),
  metadata: fc.option(fc.constant({ new: true })),
}, { requiredKeys: [] });

const ROLLOUT_PATCH: fc.Arbitrary<RolloutPatch> = fc.record({
  input: fc.constant(7),
  mode: fc.constantFrom("val", null),
  resources_id: fc.constantFrom("rs-9", null),
  status: anyRolloutStatus,
  config: anyConfig,
  metadata: fc.constant(null),
}, { requiredKeys: [] });

const birth = { attempt_id: "at-new", worker_id: "w1", now: NOW };

type Decided = ReturnType<ReturnType<typeof updateAttempt>>;

const changeOf = (decided: Decided): Change => {
  if (decided._tag === "Left") throw new Error(decided.left.message);
  return decided.right;
};

/** Any change of a record that has what the command is about. */
const anyChange: fc.Arbitrary<{ readonly record: RolloutRecord; readonly change: CarriedChange }> =
  fc
    .tuple(anyRecord, PATCH, ROLLOUT_PATCH, fc.nat(5)).map((
      [record, patch, rolloutPatch, kind],
    ) => ({
      record,
      change: kind === 0
        ? heartbeat(NOW)(record)
        : kind === 1
        ? expire(NOW)({ ...record, attempt: record.latest })
        : kind === 2
        ? claim("ro-1", record.attempts, birth)
        : kind === 3
        ? changeOf(startAttempt("ro-1", birth)(record))
        : kind === 4 && record.attempt !== null
        ? changeOf(updateAttempt("ro-1", record.attempt.attempt_id, patch, NOW)(record))
        : changeOf(updateRollout("ro-1", rolloutPatch, NOW)(record)),
    }));

const TERMINAL: readonly RolloutStatus[] = ["succeeded", "failed", "cancelled"];

Deno.test("lifecycle: a terminal status sets the end and wakes waiters, another clears it", () => {
  fc.assert(
    fc.property(anyChange, ({ change }) => {
      const { status, end_time } = change.rollout ?? {};
      const isClaim = change.queue === "leave";
      if (status === undefined) assertEquals(end_time, undefined);
      else if (TERMINAL.includes(status)) assertEquals([end_time, change.wakes], [NOW, true]);
      // A claim leaves the end alone: what is in the queue has none.
      else assertEquals([end_time, change.wakes], [isClaim ? undefined : null, undefined]);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("lifecycle: only a queue status enters the queue", () => {
  fc.assert(
    fc.property(anyChange, ({ change }) => {
      const status = change.rollout?.status;
      assertEquals(change.queue === "enter", status === "queuing" || status === "requeuing");
    }),
    { numRuns: 1000 },
  );
});

Deno.test("lifecycle: an update of an attempt changes what it names and what follows from it", () => {
  fc.assert(
    fc.property(anyRecord, PATCH, (record, patch) => {
      if (record.attempt === null) return;
      const decided = updateAttempt("ro-1", record.attempt.attempt_id, patch, NOW)(record);
      const { attempt, rollout } = applyChange(record, changeOf(decided));
      const ends = patch.status === "succeeded" || patch.status === "failed";
      assertEquals(attempt, { ...record.attempt, ...patch, ...ends ? { end_time: NOW } : {} });
      const { status, end_time } = rollout;
      assertEquals(rollout, { ...record.rollout, status, end_time });
      const moves = patch.status !== undefined && record.rollout.status !== "cancelled" &&
        record.attempt === record.latest;
      if (!moves) assertEquals(rollout, record.rollout);
      if (status === record.rollout.status) assertEquals(end_time, record.rollout.end_time);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("lifecycle: an update of a rollout changes what it names and touches no attempt", () => {
  fc.assert(
    fc.property(anyRecord, ROLLOUT_PATCH, (record, patch) => {
      const change = changeOf(updateRollout("ro-1", patch, NOW)(record));
      const end = patch.status === undefined
        ? {}
        : { end_time: TERMINAL.includes(patch.status) ? NOW : null };
      assertEquals(change.rollout, { ...patch, ...end });
      assertEquals([change.attempt, change.workers], [undefined, undefined]);
    }),
  );
});

Deno.test("lifecycle: a new attempt comes after the others and leaves them as they are", () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      for (
        const change of [
          claim("ro-1", record.attempts, birth),
          changeOf(startAttempt("ro-1", birth)(record)),
        ]
      ) {
        const after = applyChange(record, change);
        assertEquals(after.attempts, record.attempts + 1);
        assertEquals(
          after.latest,
          attemptWith({
            attempt_id: "at-new",
            sequence_id: record.attempts + 1,
            start_time: NOW,
            worker_id: "w1",
          }),
        );
        assertEquals(after.rollout.status, "preparing");
      }
    }),
  );
});

Deno.test("lifecycle: what a command is about must exist", () => {
  const messageOf = (decided: Decided) => decided._tag === "Left" ? decided.left.message : null;
  const untried = { rollout: rolloutWith(), attempts: 0, latest: null, attempt: null };
  const tried = { ...untried, attempts: 1, latest: attemptWith() };
  const update = updateAttempt("ro-1", "at-9", { status: "failed" }, NOW);

  assertEquals(messageOf(startAttempt("ro-1", birth)(null)), "Rollout ro-1 not found");
  assertEquals(
    messageOf(updateRollout("ro-1", {}, NOW)(null)),
    "Item with rollout_id=ro-1 does not exist",
  );
  assertEquals(messageOf(update(null)), "Rollout ro-1 not found");
  assertEquals(messageOf(update(untried)), "No attempts found for rollout ro-1");
  assertEquals(messageOf(update(tried)), "Attempt at-9 not found for rollout ro-1");
});
