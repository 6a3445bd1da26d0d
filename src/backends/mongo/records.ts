/** Reading rollouts, and writing them on the condition that nobody else has. */

import type { Changed, ChangeRequest, PortError } from "../../backend.ts";
import type { Change, RolloutRecord } from "../../core/record.ts";
import type { AttemptIds, WorkerEffect } from "../../core/worker.ts";
import { E } from "../../deps/fp.ts";
import {
  backendError,
  type BackendFailure,
  rolloutNotFound,
  type StoreError,
} from "../../model/errors.ts";
import { refusalsOf } from "./bulk.ts";
import { type Write, writeOf, writesNothing } from "./carrying.ts";
import type { Collections } from "./collections.ts";
import {
  addressesLatest,
  type AttemptDocument,
  keysOf,
  LISTED_FIELDS,
  type ListedDocument,
  STATE_FIELDS,
  type StateDocument,
} from "./documents.ts";
import { isTooLarge, surviving } from "./failing.ts";
import type { Order } from "./order.ts";
import type { Readers } from "./reading.ts";
import type { Seen } from "./seen.ts";
import { payloadTooLarge, tooLarge } from "./sizes.ts";
import { linesOf, type Turns } from "./turns.ts";

/** What became of a write: it was carried out, somebody else was first, or it cannot be. */
export type Fate = "done" | "lost" | Failed;

/** Why a write cannot be carried out. */
export interface Failed {
  readonly failed: BackendFailure;
  /** Whether it is that the document has no room for it. */
  readonly isFull: boolean;
}

/** Reads and writes the records of one partition. */
export interface Records {
  /** Looks for attempts, each by both of its ids; what was there once is there for good. */
  readonly presence: (
    ids: readonly AttemptIds[],
  ) => Promise<(rollout_id: string, attempt_id: string) => Presence>;
  /** Carries writes out, each or not at all; no two of them concern the same document. */
  readonly write: (writes: readonly Write[]) => Promise<readonly Fate[]>;
  /** Makes decisions and carries them out, in their order, with what they do to workers. */
  readonly change: (
    requests: readonly ChangeRequest[],
  ) => Promise<readonly Decided["outcome"][]>;
}

/** Whether an attempt is stored, and if not, what of it is missing. */
export type Presence = "stored" | "no rollout" | "no attempt";

/** The outcome of a change, with what it does to workers. */
interface Decided {
  readonly outcome: E.Either<PortError, Changed>;
  readonly effects: readonly WorkerEffect[];
}

export const records = (
  { rollouts }: Pick<Collections, "rollouts">,
  partition: string,
  { readers, order, seen, turns, token, follow }: {
    readonly readers: Pick<Readers, "record" | "payload">;
    readonly order: Order;
    readonly seen: Seen;
    readonly turns: Turns;
    readonly token: () => string;
    /** Carries out what changes do to workers; it never rejects. */
    readonly follow: (effects: readonly WorkerEffect[]) => Promise<void>;
  },
): Records => {
  const key = keysOf(partition);

  /** Documents by their rollouts' ids. */
  const among = (rollout_ids: readonly string[]) => ({
    partition,
    _id: { $in: rollout_ids.map((id) => key(id)._id) },
  });

  /** Which of the writes have left their mark. */
  const marked = async (writes: readonly Write[]): Promise<ReadonlySet<Write>> => {
    const documents = await surviving(() =>
      rollouts.find(among(writes.map(({ before }) => before.rollout_id)), {
        projection: { rollout_id: 1, revs: 1 },
        readConcern: { level: "local" },
      }).toArray()
    );
    const marks = new Map(documents.map((it) => [it.rollout_id, it.revs]));
    return new Set(
      writes.filter(({ before, token }) => marks.get(before.rollout_id)?.includes(token)),
    );
  };

  const write: Records["write"] = async (writes) => {
    const failures = new Map<number, Failed>();
    const isWhole = await surviving(async (again) => {
      failures.clear();
      let matched = 0;
      const refused = await refusalsOf(writes, async (part) => {
        const { matchedCount } = await rollouts.bulkWrite(
          part.map(({ filter, update }) => ({ updateOne: { filter, update } })),
          { ordered: false },
        );
        matched += matchedCount;
      });
      refused.forEach(({ code, message, cause }, i) =>
        failures.set(i, {
          failed: backendError(`MongoDB refused a change: ${message}`, cause),
          isFull: isTooLarge({ code }),
        })
      );
      return matched === writes.length && !again;
    });
    const done = isWhole ? null : await marked(writes);
    return writes.map((write, i) => {
      const failed = failures.get(i);
      const isDone = done === null || done.has(write);
      if (isDone) seen.put(write.document);
      else seen.forget(write.before.rollout_id);
      return failed !== undefined ? failed : isDone ? "done" : "lost";
    });
  };

  /** Documents by their rollout's id. */
  const load = async (
    rollout_ids: readonly string[],
    { payload, level }: { readonly payload: boolean; readonly level: "local" | "majority" },
  ): Promise<ReadonlyMap<string, ListedDocument>> => {
    if (rollout_ids.length === 0) return new Map();
    const documents = await surviving(() =>
      rollouts.find(among(rollout_ids), {
        projection: payload ? LISTED_FIELDS : STATE_FIELDS,
        readConcern: { level },
      }).toArray()
    );
    return new Map(documents.map((it) => [it.rollout_id, it]));
  };

  /** An attempt that is not the latest. */
  const earlierAttempt = async (
    document: StateDocument,
    attempt_id: string | null,
  ): Promise<AttemptDocument | null> => {
    if (attempt_id === null || addressesLatest(document, attempt_id)) return null;
    if (document.attempts < 2) return null;
    const found = await surviving(() =>
      rollouts.findOne({ ...key(document.rollout_id), "earlier.attempt_id": attempt_id }, {
        projection: { "earlier.$": 1 },
      })
    );
    return found?.earlier[0] ?? null;
  };

  const presence: Records["presence"] = async (ids) => {
    const idOf = ({ rollout_id, attempt_id }: AttemptIds) => `${rollout_id}\0${attempt_id}`;
    const isSeen = ({ rollout_id, attempt_id }: AttemptIds): boolean =>
      seen.get(rollout_id)?.attempt?.attempt_id === attempt_id;
    const stored = new Set(ids.filter(isSeen).map(idOf));
    const unseen = new Set(
      ids.filter((it) => !stored.has(idOf(it))).map(({ rollout_id }) => rollout_id),
    );
    const documents = unseen.size === 0
      ? []
      : await surviving(() =>
        rollouts.find(among([...unseen]), {
          projection: { ...STATE_FIELDS, "earlier.attempt_id": 1 },
        }).toArray()
      );
    for (const { earlier, ...state } of documents) {
      const { rollout_id, attempt } = state;
      seen.put(state);
      unseen.delete(rollout_id);
      for (const it of [...earlier, attempt]) {
        if (it !== null) stored.add(idOf({ rollout_id, attempt_id: it.attempt_id }));
      }
    }
    return (rollout_id, attempt_id) =>
      stored.has(idOf({ rollout_id, attempt_id }))
        ? "stored"
        : unseen.has(rollout_id)
        ? "no rollout"
        : "no attempt";
  };

  /** What is remembered of an item's rollout, if that is all that the item needs. */
  const rememberedFor = (
    { request: { rollout_id, payload, attempt_id }, tries }: Item,
  ): StateDocument | undefined => {
    const document = payload || tries > 0 ? undefined : seen.get(rollout_id);
    return document !== undefined &&
        (attempt_id === null || addressesLatest(document, attempt_id))
      ? document
      : undefined;
  };

  const answer = (
    { request }: Item,
    record: RolloutRecord,
    change: Change,
    document: ListedDocument | undefined,
  ): Decided => ({
    outcome: E.right({
      record,
      change,
      payload: request.payload && document !== undefined ? readers.payload(document) : null,
    }),
    effects: change.workers ?? [],
  });

  /** One item for each rollout, decided and carried out together. */
  const wave = async (items: readonly Item[]): Promise<readonly Item[]> => {
    const remembered = new Map(
      items.flatMap((item) => {
        const document = rememberedFor(item);
        return document === undefined ? [] : [[item, document] as const];
      }),
    );
    const unknown = items.filter((item) => !remembered.has(item));
    const loaded = await load(unknown.map(({ request }) => request.rollout_id), {
      payload: unknown.some(({ request }) => request.payload),
      // Whoever lost to somebody must see what that one has just written.
      level: unknown.some(({ tries }) => tries > 0) ? "local" : "majority",
    });
    const lost: Item[] = [];
    const writes: Write[] = [];
    const writers: Writer[] = [];
    for (const item of items) {
      const { request, tail } = item;
      const known = remembered.get(item);
      const document = known ?? loaded.get(request.rollout_id) ?? null;
      const decision = await decide(item, document);
      if (E.isLeft(decision)) {
        // What is only remembered may be old, and a refusal is not put to the test by a write.
        if (known !== undefined) lost.push({ ...item, tries: item.tries + 1 });
        else item.settle({ outcome: decision, effects: [] });
        continue;
      }
      const { record, change } = decision.right;
      const written = document === null || writesNothing(document, record, change, request.now)
        ? null
        : writeOf(document, record, change, { now: request.now, token: token(), tail });
      const oversized = written === null
        ? null
        : payloadTooLarge(written.payload.input, written.payload.metadata) ??
          tooLarge("metadata", [written.attemptMetadata]);
      if (oversized !== null) {
        item.settle({ outcome: E.left(oversized), effects: [] });
      } else if (written === null) {
        if (known !== undefined) lost.push({ ...item, tries: item.tries + 1 });
        else item.settle(answer(item, record, change, loaded.get(request.rollout_id)));
      } else {
        writes.push(written);
        writers.push({ item, change });
      }
    }
    const fates = writes.length === 0 ? [] : await write(writes);
    fates.forEach((fate, i) => {
      const written = writes[i];
      const writer = writers[i];
      if (written === undefined || writer === undefined) return;
      const { item, change } = writer;
      const { rollout_id } = item.request;
      if (fate === "lost") {
        lost.push({ ...item, tries: item.tries + 1 });
      } else if (fate === "done") {
        const document = loaded.get(rollout_id);
        item.settle(
          answer(item, written.record, change, document && { ...document, ...written.payload }),
        );
      } else {
        item.settle({ outcome: E.left(fate.failed), effects: [] });
      }
    });
    return lost;
  };

  const decide = async (
    { request: { rollout_id, attempt_id, decide } }: Item,
    document: StateDocument | null,
  ): Promise<E.Either<PortError, Move>> => {
    const record = document === null
      ? null
      : readers.record(document, attempt_id, await earlierAttempt(document, attempt_id));
    const decision = attempting(() => decide(record));
    if (E.isLeft(decision)) return decision;
    if (record === null || document === null) return E.left(rolloutNotFound(rollout_id));
    const { attempt } = decision.right;
    const taken = attempt !== undefined && "append" in attempt &&
      await isTaken(document, attempt.append.attempt_id);
    return taken
      ? E.left({ _tag: "Taken", id: attempt.append.attempt_id })
      : E.right({ record, change: decision.right });
  };

  const isTaken = async (document: StateDocument, attempt_id: string): Promise<boolean> =>
    addressesLatest(document, attempt_id) ||
    await earlierAttempt(document, attempt_id) !== null;

  const change: Records["change"] = (requests) => {
    const decided: Decided[] = [];
    const items = requests.map((request, i): Item => ({
      request,
      tail: order(),
      tries: 0,
      settle: (outcome) => {
        decided[i] = outcome;
      },
    }));
    return turns(requests.map(({ rollout_id }) => rollout_id), async () => {
      for (const line of linesOf(items.filter(isAskable), ({ request }) => request.rollout_id)) {
        let left: readonly Item[] = line;
        for (let tries = 0; left.length > 0; tries++) {
          await pauseAfter(tries);
          left = await wave(left);
        }
      }
      // Within the turn, since what the next change does to a worker must come after it.
      await follow(decided.flatMap(({ effects }) => effects));
      return decided.map(({ outcome }) => outcome);
    });
  };

  return { presence, write, change };
};

/** A change to be made. */
interface Item {
  readonly request: ChangeRequest;
  /** Where it enters the queue, if it does. */
  readonly tail: number;
  /** How often it was tried in vain. */
  readonly tries: number;
  readonly settle: (decided: Decided) => void;
}

/** An item whose change is being written. */
interface Writer {
  readonly item: Item;
  readonly change: Change;
}

/** Whether an item's ids can be asked for; one whose ids no document holds is settled. */
const isAskable = ({ request: { rollout_id, attempt_id }, settle }: Item): boolean => {
  const oversized = tooLarge("rollout_id and attempt_id", [rollout_id, attempt_id]);
  if (oversized !== null) settle({ outcome: E.left(oversized), effects: [] });
  return oversized === null;
};

/** A decision, and what it was made on. */
interface Move {
  readonly record: RolloutRecord;
  readonly change: Change;
}

/** A decision that throws is a failure of its own, and no other's. */
const attempting = (
  decide: () => E.Either<StoreError, Change>,
): E.Either<StoreError, Change> => {
  try {
    return decide();
  } catch (cause) {
    return E.left(backendError("The decision failed", cause));
  }
};

/** Whoever lost twice lets others go first, for up to 4, 8, … 256 ms. */
const pauseAfter = async (tries: number): Promise<void> => {
  if (tries < 2) return;
  const longest = 2 ** Math.min(tries, 8);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
};
