/**
 * Claims in MongoDB. One caller's claim is one round trip to the head of the queue. Claims that
 * come together take what stands there in three: they read the heads, claim each on the condition
 * that it is as it was read, and look which ones they got if others were there too.
 */

import type { Batch, ClaimRequest, PortError } from "../../backend.ts";
import { type Birth, claim, statusBeforeClaim } from "../../core/lifecycle.ts";
import { isQueued, QUEUE_STATUSES } from "../../core/status.ts";
import { E } from "../../deps/fp.ts";
import type { Document } from "../../deps/mongo.ts";
import { backendError } from "../../model/errors.ts";
import type { AttemptedRollout } from "../../model/rollout.ts";
import { type Write, writeOf } from "./carrying.ts";
import { type Collections, IN_QUEUE } from "./collections.ts";
import {
  type AttemptDocument,
  attemptDocument,
  isDropped,
  LISTED_FIELDS,
  type ListedDocument,
  markedBy,
  markingBy,
} from "./documents.ts";
import { literal, literals } from "./expressions.ts";
import { type Failing, surviving } from "./failing.ts";
import type { Readers } from "./reading.ts";
import type { Records } from "./records.ts";
import type { Seen } from "./seen.ts";
import { tooLarge } from "./sizes.ts";

/** Claims for the callers of a batch; it may throw what the driver throws. */
export type Claims = Batch<ClaimRequest, readonly AttemptedRollout[]>;

export const claims = (
  { rollouts }: Pick<Collections, "rollouts">,
  partition: string,
  { readers, records, seen, token, failing }: {
    readonly readers: Pick<Readers, "record" | "rollout">;
    readonly records: Pick<Records, "write">;
    readonly seen: Seen;
    readonly token: () => string;
    readonly failing: Failing;
  },
): Claims => {
  const queue = { partition, ...IN_QUEUE };

  /** The attempts whose claims were sent, without any answer. */
  const unsettled: Birth[] = [];

  /** The claim of a head. */
  const claimOf = (head: HeadDocument, birth: Birth): Write =>
    writeOf(head, readers.record(head, null, null), claim(head.rollout_id, head.attempts, birth), {
      now: birth.now,
      token: token(),
      tail: 0,
    });

  /** The end of a stale entry. */
  const dropOf = (head: HeadDocument): Write =>
    writeOf(head, readers.record(head, null, null), { queue: "leave" }, {
      now: -Infinity,
      token: token(),
      tail: 0,
    });

  const attemptedOf = (document: ListedDocument): AttemptedRollout => {
    const rollout = readers.rollout(document);
    // The claim has made one.
    if (!("attempt" in rollout)) throw new Error(`${rollout.rollout_id} has no attempt`);
    return rollout;
  };

  /** Claims the head of the queue, past all stale entries before it. */
  const claimHead = async (
    request: ClaimRequest,
  ): Promise<E.Either<PortError, readonly AttemptedRollout[]>> => {
    const drawn = birthOf(request);
    if (E.isLeft(drawn)) return drawn;
    const birth = drawn.right;
    const dropped: ListedDocument[] = [];
    for (;;) {
      const document = await settling([birth], () => turnOfHead(birth));
      if (document === null) return E.right([]);
      if (isDropped(document)) {
        dropped.push(document);
      } else if (document.place !== null) {
        await putBack(dropped);
        return E.left({ _tag: "Taken", id: birth.attempt_id });
      } else {
        seen.put(document);
        return E.right([attemptedOf(document)]);
      }
    }
  };

  /** The head after its turn; or, where the answer to that was lost, what was claimed. */
  const turnOfHead = (birth: Birth): Promise<ListedDocument | null> =>
    surviving(async (again) =>
      again && await claimedWith(birth) ||
      await rollouts.findOneAndUpdate(queue, claimOfHead(birth, token()), {
        sort: { place: 1 },
        projection: LISTED_FIELDS,
        returnDocument: "after",
      })
    );

  /** Restores entries that a claim dropped which then came to nothing. */
  const putBack = async (dropped: readonly ListedDocument[]): Promise<void> => {
    if (dropped.length === 0) return;
    await surviving(() =>
      rollouts.bulkWrite(
        dropped.map(({ _id, revs, place }) => ({
          updateOne: {
            filter: { _id, partition, revs },
            update: {
              $set: { place: place === null ? null : -place, revs: markedBy(revs, token()) },
            },
          },
        })),
        { ordered: false },
      )
    );
  };

  /** The document of a claim whose answer was lost. */
  const claimedWith = (birth: Birth): Promise<ListedDocument | null> =>
    rollouts.findOne({
      partition,
      status: claim("", 0, birth).rollout.status,
      "attempt.attempt_id": birth.attempt_id,
      "attempt.start_time": birth.now,
      "attempt.worker_id": birth.worker_id,
    }, { projection: LISTED_FIELDS, readConcern: { level: "local" } });

  /** Remembers the attempts of a claim that fails, since the server may have made them all the same. */
  const settling = async <A>(births: readonly Birth[], run: () => Promise<A>): Promise<A> => {
    try {
      return await run();
    } catch (cause) {
      unsettled.push(...births);
      throw cause;
    }
  };

  /** Gives what such claims took back to the queue: nobody knows of the attempt, so nobody runs it. */
  const settle = async (): Promise<void> => {
    for (let lost = unsettled.pop(); lost !== undefined; lost = unsettled.pop()) {
      const birth = lost;
      await settling([birth], () =>
        surviving(async () => {
          const document = await claimedWith(birth);
          if (document === null) return;
          await rollouts.updateOne(
            { _id: document._id, partition, revs: document.revs },
            undoneClaim(document, token()),
          );
        }));
    }
  };

  const claimMany = async (
    requests: readonly ClaimRequest[],
  ): ReturnType<Claims> => {
    const takers = requests.map(takerOf);
    try {
      await serve(takers);
    } catch (cause) {
      const failed = failing("Cannot claim", cause);
      takers.forEach((taker) => taker.error ??= failed);
    }
    // Whatever befell it later, one that got something has it.
    return takers.map(({ error, got }) =>
      error === null || got.length > 0 ? E.right(got) : E.left(error)
    );
  };

  const serve = async (takers: readonly Taker[]): Promise<void> => {
    let losses = 0;
    for (;;) {
      const wanted = takers.reduce((sum, taker) => sum + missing(taker), 0);
      if (wanted === 0) return;
      // Whoever lost to others looks further on, at random, where they are not.
      const skipped = Math.floor(Math.random() * 2 * losses);
      const heads: HeadDocument[] = await surviving(() =>
        rollouts.find(queue, {
          projection: HEAD_FIELDS,
          sort: { place: 1 },
          limit: wanted + skipped,
          readConcern: { level: "local" },
        }).toArray()
      );
      const isAll = heads.length < wanted + skipped;
      const { choices, stale } = share(heads.slice(isAll ? 0 : skipped), takers);
      const writes = [
        ...choices.map(({ head, birth }) => claimOf(head, birth)),
        ...stale.map((head) => dropOf(head)),
      ];
      const fates = writes.length === 0
        ? []
        : await settling(choices.map(({ birth }) => birth), () => records.write(writes));
      losses = 0;
      fates.forEach((fate, i) => {
        const { head, taker } = choices[i] ?? {};
        const written = writes[i];
        if (written === undefined || head === undefined || taker === undefined) return;
        if (fate === "done") taker.got.push(attemptedOf({ ...head, ...written.document }));
        else if (fate === "lost") losses++;
        else taker.error ??= fate.failed;
      });
      if (isAll && losses === 0) return;
    }
  };

  return async (requests) => {
    await settle();
    const [only] = requests;
    return requests.length === 1 && only?.limit === 1
      ? [await claimHead(only)]
      : await claimMany(requests);
  };
};

/** A document at the head of the queue, with the ids of its earlier attempts. */
interface HeadDocument extends ListedDocument {
  readonly earlier: readonly Pick<AttemptDocument, "attempt_id">[];
}

const HEAD_FIELDS = { ...LISTED_FIELDS, "earlier.attempt_id": 1 } as const;

/** A request on its way. */
interface Taker {
  readonly request: ClaimRequest;
  readonly got: AttemptedRollout[];
  error: PortError | null;
}

/** A head that somebody is to get. */
interface Choice {
  readonly head: HeadDocument;
  readonly taker: Taker;
  readonly birth: Birth;
}

/** Gives the heads to the takers, in order. Entries that are stale go, as far as anybody reaches. */
const share = (
  heads: readonly HeadDocument[],
  takers: readonly Taker[],
): { readonly choices: readonly Choice[]; readonly stale: readonly HeadDocument[] } => {
  const valid = heads.filter(({ status }) => isQueued(status));
  const choices: Choice[] = [];
  for (const taker of takers) {
    const mine = valid
      .slice(choices.length, choices.length + missing(taker))
      .map((head) => choiceFor(head, taker));
    // One that cannot have all of its attempts has none, and leaves its share to the next.
    if (taker.error === null) choices.push(...mine.flatMap((choice) => choice ?? []));
  }
  const isLeft = takers.some((taker) =>
    missing(taker) > choices.filter((choice) => choice.taker === taker).length
  );
  const last = isLeft ? heads.length : heads.findIndex((it) => it === choices.at(-1)?.head);
  return { choices, stale: heads.slice(0, Math.max(last, 0)).filter((it) => !isQueued(it.status)) };
};

/** The claim of a head; null, and an error of the taker, where there is no attempt for it. */
const choiceFor = (head: HeadDocument, taker: Taker): Choice | null => {
  if (taker.error !== null) return null;
  const drawn = birthOf(taker.request);
  if (E.isLeft(drawn)) {
    taker.error = drawn.left;
    return null;
  }
  const { attempt_id } = drawn.right;
  if (hasAttempt(head, attempt_id)) {
    taker.error = { _tag: "Taken", id: attempt_id };
    return null;
  }
  return { head, taker, birth: drawn.right };
};

const hasAttempt = ({ attempt, earlier }: HeadDocument, attempt_id: string): boolean =>
  [attempt, ...earlier].some((it) => it?.attempt_id === attempt_id);

const takerOf = (request: ClaimRequest): Taker => ({ request, got: [], error: null });

const missing = ({ request, got, error }: Taker): number =>
  error === null ? request.limit - got.length : 0;

/** What an attempt is born with. */
const birthOf = ({ attemptId, worker_id, now }: ClaimRequest): E.Either<PortError, Birth> => {
  const oversized = tooLarge("worker_id", [worker_id]);
  if (oversized !== null) return E.left(oversized);
  try {
    return E.right({ attempt_id: attemptId(), worker_id, now });
  } catch (cause) {
    return E.left(backendError("No id could be drawn", cause));
  }
};

/**
 * The claim of the head of the queue as an update that needs no reading. It leaves a document alone
 * whose attempts have the drawn id, and takes a stale entry out of the queue.
 */
const claimOfHead = (birth: Birth, token: string): Document[] => {
  // What a claim makes of a record depends on nothing in it but the number of its attempts.
  const { rollout, attempt: { append } } = claim("", 0, birth);
  const { sequence_id: _, ...attempt } = attemptDocument(append);
  const isStale = { $not: [{ $in: ["$status", [...QUEUE_STATUSES]] }] };
  const isTaken = {
    $or: [
      { $eq: ["$attempt.attempt_id", literal(birth.attempt_id)] },
      {
        $in: [
          literal(birth.attempt_id),
          { $map: { input: "$earlier", as: "attempt", in: "$$attempt.attempt_id" } },
        ],
      },
    ],
  };
  const claimed = {
    revs: markingBy(token),
    status: literal(rollout.status),
    place: null,
    deadline: { $add: [birth.now, "$patience"] },
    earlier: {
      $concatArrays: ["$earlier", { $cond: [{ $gt: ["$attempts", 0] }, ["$attempt"], []] }],
    },
    attempts: { $add: ["$attempts", 1] },
    attempt: { ...literals(attempt), sequence_id: { $add: ["$attempts", 1] } },
  };
  return [{
    $replaceWith: {
      $mergeObjects: [
        "$$ROOT",
        {
          $switch: {
            branches: [
              {
                case: isStale,
                then: { revs: markingBy(token), place: { $multiply: ["$place", -1] } },
              },
              { case: isTaken, then: {} },
            ],
            default: claimed,
          },
        },
      ],
    },
  }];
};

/** The undoing of a claim that nobody got to know of: back to the head of the queue. */
const undoneClaim = ({ attempts }: ListedDocument, token: string): Document[] => [{
  $set: {
    revs: markingBy(token),
    place: 1,
    status: literal(statusBeforeClaim(attempts - 1)),
    deadline: null,
    attempts: attempts - 1,
    attempt: { $ifNull: [{ $last: "$earlier" }, null] },
    earlier: attempts > 2 ? { $slice: ["$earlier", attempts - 2] } : [],
  },
}];
