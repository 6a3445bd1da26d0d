/**
 * Claims in MongoDB. One caller's claim is one round trip to the head of the queue. Claims that
 * come together take what stands there in three: they read the heads, claim each on the condition
 * that it is as it was read, and look which ones they got if others were there too. Where the head
 * is stale, or its document is full, they look for what is in the way first: stale entries go,
 * hundreds at a time, and full ones are passed over.
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
  type RolloutDocument,
  STATE_FIELDS,
  type StateDocument,
} from "./documents.ts";
import { literal, literals } from "./expressions.ts";
import { type Failing, isRefusal, surviving } from "./failing.ts";
import { fullDocuments } from "./full.ts";
import type { Readers } from "./reading.ts";
import type { Records } from "./records.ts";
import type { Seen } from "./seen.ts";
import { tooLarge } from "./sizes.ts";

/** Claims for the callers of a batch; it may throw what the driver throws. */
export type Claims = Batch<ClaimRequest, readonly AttemptedRollout[]>;

export const claims = (
  { rollouts }: Pick<Collections, "rollouts">,
  partition: string,
  { readers, records, seen, token, failing, warn }: {
    readonly readers: Pick<Readers, "record" | "rollout">;
    readonly records: Pick<Records, "write">;
    readonly seen: Seen;
    readonly token: () => string;
    readonly failing: Failing;
    /** Takes what somebody must look after. */
    readonly warn: (message: string) => void;
  },
): Claims => {
  const queue = { partition, ...IN_QUEUE };
  const full = fullDocuments();

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
  const dropOf = (head: StateDocument): Write =>
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

  /** Claims the head of the queue; where it is stale or full, what comes after it. */
  const claimHead = async (
    request: ClaimRequest,
  ): Promise<E.Either<PortError, readonly AttemptedRollout[]>> => {
    const drawn = birthOf(request);
    if (E.isLeft(drawn)) return drawn;
    const birth = drawn.right;
    const dropped: ListedDocument[] = [];
    while (dropped.length < MOST_MET) {
      const head = await settling([birth], () => turnOfHead(birth));
      if (head === null) return E.right([]);
      if (head === "refused") break;
      if (head.place === null) {
        seen.put(head);
        return E.right([attemptedOf(head)]);
      }
      if (!isDropped(head)) {
        await putBack(dropped);
        return E.left({ _tag: "Taken", id: birth.attempt_id });
      }
      dropped.push(head);
    }
    const again = { ...request, attemptId: () => birth.attempt_id };
    const [outcome = E.right([])] = await claimMany([again], AHEAD);
    if (isTaken(outcome)) await putBack(dropped);
    return outcome;
  };

  /**
   * The head after its turn; or, where the answer to that was lost, what was claimed. A server that
   * refuses does not say which document it is about.
   */
  const turnOfHead = async (birth: Birth): Promise<ListedDocument | "refused" | null> => {
    try {
      return await surviving(async (again) =>
        again && await claimedWith(birth) ||
        await rollouts.findOneAndUpdate(
          { ...queue, ...full.passedOver() },
          claimOfHead(birth, token()),
          {
            sort: { place: 1 },
            projection: LISTED_FIELDS,
            returnDocument: "after",
          },
        )
      );
    } catch (cause) {
      if (!isRefusal(cause)) throw cause;
      return "refused";
    }
  };

  /** Restores entries that a claim dropped which then came to nothing. */
  const putBack = async (dropped: readonly ListedDocument[]): Promise<void> => {
    for (const { _id, revs, place } of dropped) {
      await surviving(() =>
        rollouts.updateOne({ _id, partition, revs }, {
          $set: { place: place === null ? null : -place, revs: markedBy(revs, token()) },
        })
      );
    }
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
    ahead: number,
  ): ReturnType<Claims> => {
    const takers = requests.map(takerOf);
    try {
      await serve(takers, ahead);
    } catch (cause) {
      const failed = failing("Cannot claim", cause);
      takers.forEach((taker) => taker.error ??= failed);
    }
    // Whatever befell it later, one that got something has it.
    return takers.map(({ error, got }) =>
      error === null || got.length > 0 ? E.right(got) : E.left(error)
    );
  };

  /** The first entries of the queue but these, and what is full, in their order. */
  const first = (
    limit: number,
    projection: Readonly<Record<string, 1>>,
    without: readonly StateDocument[] = [],
  ): Promise<readonly RolloutDocument[]> =>
    surviving(() =>
      rollouts.find(
        {
          ...queue,
          ...full.passedOver(),
          ...without.length === 0 ? {} : { _id: { $nin: without.map(({ _id }) => _id) } },
        },
        {
          projection,
          sort: { place: 1 },
          limit,
          // All in one answer, as far as one holds them.
          batchSize: limit,
          readConcern: { level: "local" },
        },
      ).toArray()
    );

  /** What is in the way of a claim: the entries before the first that it can take. */
  const obstacles = async (limit: number): Promise<readonly StateDocument[]> => {
    const entries = await first(limit, STATE_FIELDS);
    const end = entries.findIndex(({ status }) => isQueued(status));
    return end === -1 ? entries : entries.slice(0, end);
  };

  /** Leaves an entry where it is, for somebody to make room in its document. */
  const passOver = (entry: StateDocument): void => {
    full.put(entry);
    if (!isQueued(entry.status)) return;
    warn(
      `Rollout ${entry.rollout_id} stays in the queue, where claims pass over it: its document has no room for another attempt`,
    );
  };

  /** Claims what was chosen, and drops what is stale; answers how often others were first at a claim. */
  const carryOut = async (
    choices: readonly Choice[],
    stale: readonly StateDocument[],
    takers: readonly Taker[],
  ): Promise<number> => {
    const writes = [
      ...choices.map(({ head, birth }) => claimOf(head, birth)),
      ...stale.map((entry) => dropOf(entry)),
    ];
    if (writes.length === 0) return 0;
    const fates = await settling(
      choices.map(({ birth }) => birth),
      () => records.write(writes),
    );
    fates.forEach((fate, i) => {
      const [written, choice] = [writes[i], choices[i]];
      if (written === undefined || fate === "lost") return;
      if (fate === "done") {
        choice?.taker.got.push(attemptedOf({ ...choice.head, ...written.document }));
        return;
      }
      const isFull = fate.isFull && (choice === undefined || !hasLongName(choice.taker));
      const concerned = choice === undefined ? takers : [choice.taker];
      if (isFull) passOver(written.before);
      else concerned.forEach((taker) => taker.error ??= fate.failed);
    });
    return fates.slice(0, choices.length).filter((fate) => fate === "lost").length;
  };

  /** Gives the takers what they miss, as far as there is something. */
  const serve = async (takers: readonly Taker[], lookAhead: number): Promise<void> => {
    let ahead = lookAhead;
    let losses = 0;
    for (;;) {
      const wanted = takers.reduce((sum, taker) => sum + missing(taker), 0);
      if (wanted === 0) return;
      const inTheWay = ahead === 0 ? [] : await obstacles(ahead + wanted);
      // Whoever lost to others looks further on, at random, where they are not.
      const skipped = Math.floor(Math.random() * 2 * losses);
      const heads: readonly HeadDocument[] = await first(wanted + skipped, HEAD_FIELDS, inTheWay);
      const isAll = heads.length < wanted + skipped;
      const { choices, stale } = share(inTheWay, heads.slice(isAll ? 0 : skipped), takers);
      if (stale.length > 0) ahead = AHEAD;
      losses = await carryOut(choices, stale, takers);
      if (isAll && losses === 0) return;
    }
  };

  return async (requests) => {
    await settle();
    const [only] = requests;
    return requests.length === 1 && only?.limit === 1
      ? [await claimHead(only)]
      : await claimMany(requests, 0);
  };
};

/** A document at the head of the queue, with the ids of its earlier attempts. */
interface HeadDocument extends ListedDocument {
  readonly earlier: readonly Pick<AttemptDocument, "attempt_id">[];
}

/** How many stale entries a claim meets one by one, before it looks on for more. */
const MOST_MET = 3;

/** How far it looks then. */
const AHEAD = 256;

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

/**
 * Gives the heads to the takers, in order. Entries that are stale go, as far as anybody reaches: of
 * the heads, and those before them.
 */
const share = (
  before: readonly StateDocument[],
  heads: readonly HeadDocument[],
  takers: readonly Taker[],
): { readonly choices: readonly Choice[]; readonly stale: readonly StateDocument[] } => {
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
  const reached = isLeft ? heads.length : heads.findIndex((it) => it === choices.at(-1)?.head);
  const passed = reached === -1 ? [] : [...before, ...heads.slice(0, reached)];
  return { choices, stale: passed.filter((it) => !isQueued(it.status)) };
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

const isTaken = (outcome: E.Either<PortError, unknown> | undefined): boolean =>
  outcome !== undefined && E.isLeft(outcome) && outcome.left._tag === "Taken";

/** Whether it may be the name of the worker for which a document has no room. */
const hasLongName = ({ request: { worker_id } }: Taker): boolean =>
  (worker_id?.length ?? 0) > LONGEST_NAME;

const LONGEST_NAME = 1024;

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
