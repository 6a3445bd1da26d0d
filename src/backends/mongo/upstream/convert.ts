/** Documents of agent-lightning as documents of this store, or why they cannot be. */

import { sequence } from "../../../core/sequence.ts";
import { deadlineOf, patienceOf } from "../../../core/watchdog.ts";
import { E, pipe } from "../../../deps/fp.ts";
import { Attempt } from "../../../model/attempt.ts";
import { type Codec, decode } from "../../../model/codec.ts";
import { type InvalidArgument, validation } from "../../../model/errors.ts";
import { ResourcesUpdate } from "../../../model/resources.ts";
import { Rollout, type RolloutStatus } from "../../../model/rollout.ts";
import { Span } from "../../../model/span.ts";
import { Worker } from "../../../model/worker.ts";
import { indexedDeadline } from "../collections.ts";
import {
  type AttemptDocument,
  attemptDocument,
  type CounterDocument,
  keysOf,
  type ResourcesDocument,
  type RolloutDocument,
  type SpanDocument,
  spanDocument,
  type WorkerDocument,
} from "../documents.ts";
import { documentTooLarge, tooLarge } from "../sizes.ts";
import { Counter, fieldsOf, QueueEntry, type UpstreamDocument } from "./documents.ts";
import { conversionOf, fieldOf, jsonText, type NonFinite } from "./json.ts";

/** A document for this store. */
export interface Converted<D> {
  readonly document: D;
  /** How many values within it have another form than they had. */
  readonly converted: number;
}

/** A document, or one sentence why it cannot be one. */
export type Outcome<A> = E.Either<string, A>;

/** A rollout with its attempts. */
export interface ConvertedRollout extends Converted<RolloutDocument> {
  /** How many of the converted values are the attempts'. */
  readonly convertedInAttempts: number;
  /** Whether its attempts had other numbers. */
  readonly renumbered: boolean;
}

/** The change of a document's last writer: nobody's of this store yet. */
const IMPORTED = "imported";

/**
 * A rollout. Its attempts become 1, 2, 3 … in the order of what numbers they had: this store counts
 * on from how many there are, and finds each by its number.
 */
export const convertRollout = (
  document: UpstreamDocument,
  attempts: readonly UpstreamDocument[],
  { partition, inserted, placeOf }: {
    readonly partition: string;
    readonly inserted: number;
    readonly placeOf: (rollout_id: string, status: RolloutStatus) => number | null;
  },
): Outcome<ConvertedRollout> => {
  const decoded = decoding(Rollout, document, "null");
  if (E.isLeft(decoded)) return decoded;
  const { record: rollout, exact, converted } = decoded.right;
  const read = readAttempts(attempts);
  if (E.isLeft(read)) return read;
  const { latest, documents, renumbered, convertedInAttempts } = read.right;
  const { rollout_id, start_time, end_time, mode, resources_id, status, config } = rollout;
  const input = jsonText(rollout.input, fieldOf(exact, "input"));
  const metadata = textOrNull(rollout.metadata, fieldOf(exact, "metadata"));
  // What is not text of an attempt takes about as much in BSON as in JSON.
  const tries = documents.flatMap(({ metadata, ...rest }) => [metadata, JSON.stringify(rest)]);
  return fitting(tooLarge("a rollout with its attempts", [input, metadata, ...tries]), {
    document: {
      ...keysOf(partition)(rollout_id),
      inserted,
      revs: [IMPORTED],
      rollout_id,
      start_time,
      end_time,
      mode,
      resources_id,
      status,
      config,
      attempts: documents.length,
      attempt: documents.at(-1) ?? null,
      earlier: documents.slice(0, -1),
      place: placeOf(rollout_id, status),
      deadline: indexedDeadline(deadlineOf({ rollout, latest })),
      patience: patienceOf(config),
      input,
      metadata,
    },
    converted,
    convertedInAttempts,
    renumbered,
  });
};

interface ReadAttempts {
  readonly latest: Attempt | null;
  /** The first one first. */
  readonly documents: readonly AttemptDocument[];
  readonly renumbered: boolean;
  readonly convertedInAttempts: number;
}

const readAttempts = (attempts: readonly UpstreamDocument[]): Outcome<ReadAttempts> => {
  const read: Read<Attempt>[] = [];
  for (const document of attempts) {
    const decoded = decoding(Attempt, document, "null", "attempt");
    if (E.isLeft(decoded)) return decoded;
    read.push(decoded.right);
  }
  if (new Set(read.map(({ record }) => record.attempt_id)).size < read.length) {
    return E.left("attempt.attempt_id: expected one that no other attempt of the rollout has");
  }
  // They come as they were inserted, which decides where two have one number.
  const sorted = read.toSorted((a, b) => a.record.sequence_id - b.record.sequence_id);
  const numbered = sorted.map(({ record, exact }, i) => {
    const attempt = { ...record, sequence_id: i + 1 };
    const metadata = textOrNull(attempt.metadata, fieldOf(exact, "metadata"));
    return { attempt, document: { ...attemptDocument(attempt), metadata } };
  });
  return E.right({
    latest: numbered.at(-1)?.attempt ?? null,
    documents: numbered.map(({ document }) => document),
    renumbered: sorted.some(({ record }, i) => record.sequence_id !== i + 1),
    convertedInAttempts: read.reduce((sum, { converted }) => sum + converted, 0),
  });
};

/** A span; `NaN` in its attributes becomes a text, as in the JSON of OpenTelemetry's protocol. */
export const convertSpan = (
  document: UpstreamDocument,
  partition: string,
  inserted: number,
): Outcome<Converted<SpanDocument>> =>
  pipe(
    decoding(Span, document, "text"),
    E.chain(({ record: span, exact, converted }): Outcome<Converted<SpanDocument>> => {
      // What is opaque keeps its digits; what puts spans in order is a double here.
      const body = jsonText(span, { ...Object(exact), sequence_id: span.sequence_id });
      const key = keysOf(partition)(span.rollout_id, span.attempt_id, span.span_id);
      const document = spanDocument(key, span, inserted, body);
      return fitting(documentTooLarge("a span", document), { document, converted });
    }),
  );

/** Resources. */
export const convertResources = (
  document: UpstreamDocument,
  partition: string,
  inserted: number,
): Outcome<Converted<ResourcesDocument>> =>
  pipe(
    decoding(ResourcesUpdate, document, "null"),
    E.chain(({ record, exact, converted }): Outcome<Converted<ResourcesDocument>> => {
      const { resources_id, create_time, update_time, version } = record;
      const resources = jsonText(record.resources, fieldOf(exact, "resources"));
      const stored = {
        ...keysOf(partition)(resources_id),
        resources_id,
        inserted,
        written: writtenAt(update_time),
        recent: [],
        create_time,
        update_time,
        version,
        resources,
      };
      return fitting(documentTooLarge("resources", stored), { document: stored, converted });
    }),
  );

/**
 * The number of a write that happened elsewhere: in the order of time, and below those of all writes
 * to this store, which are counted from 1. So the latest of agent-lightning's is the latest here
 * until this store is written to, and no later import changes what is the latest then.
 */
export const writtenAt = (update_time: number): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(0, Math.round(update_time * 1e6) - 2 ** 52));

/** A worker. */
export const convertWorker = (
  document: UpstreamDocument,
  partition: string,
  inserted: number,
): Outcome<Converted<WorkerDocument>> =>
  pipe(
    decoding(Worker, document, "null"),
    E.chain(({ record: worker, exact, converted }): Outcome<Converted<WorkerDocument>> => {
      const stats = textOrNull(worker.heartbeat_stats, fieldOf(exact, "heartbeat_stats"));
      const stored = {
        ...keysOf(partition)(worker.worker_id),
        ...worker,
        inserted,
        heartbeat_stats: stats,
      };
      return fitting(documentTooLarge("heartbeat_stats", stored), { document: stored, converted });
    }),
  );

/** A counter, of a rollout or of none. One below 0 gives the same ids here as one at 0 (B-16). */
export const convertCounter = (
  document: UpstreamDocument,
  partition: string,
): Outcome<Converted<CounterDocument>> =>
  pipe(
    decoding(Counter, document, "null"),
    E.map(({ record: { key, value } }) => ({
      document: { ...keysOf(partition)(key), value: sequence(0, value).counter },
      converted: 0,
    })),
  );

/** An entry of the queue. */
export const readEntry = (document: UpstreamDocument): Outcome<QueueEntry> =>
  pipe(decoding(QueueEntry, document, "null"), E.map(({ record }) => record));

/**
 * Numbers documents in the order that they are read in. They are the times in their ids as far as
 * these go, in microseconds, which is what this store numbers by; a second time they are the same.
 */
export const numbering = (): (_id: unknown) => number => {
  let last = 0;
  return (_id) => last = Math.max(last + 1, secondsOf(_id) * 1e6);
};

/** When an ObjectId was made, in seconds since the epoch; 0 for another id. */
const secondsOf = (_id: unknown): number => {
  const [, seconds] = /^([0-9a-f]{8})[0-9a-f]{16}$/.exec(String(_id)) ?? [];
  return seconds === undefined ? 0 : parseInt(seconds, 16);
};

/** A record as a codec has read it. */
interface Read<A> {
  readonly record: A;
  /** With the digits that the record may lack. */
  readonly exact: unknown;
  readonly converted: number;
}

const decoding = <A, O>(
  codec: Codec<A, O>,
  document: UpstreamDocument,
  nonFinite: NonFinite,
  name = "",
): Outcome<Read<A>> => {
  const { value, exact, converted } = conversionOf(fieldsOf(document), nonFinite);
  return pipe(
    decode(codec, value, name),
    E.bimap(
      // One fault is enough to look for the others.
      ({ faults }) => validation(faults.slice(0, 1)).message,
      (record) => ({ record, exact, converted }),
    ),
  );
};

const textOrNull = (decoded: unknown, exact: unknown): string | null =>
  decoded === null ? null : jsonText(decoded, exact);

/** A value, or that it is more than a document holds. */
const fitting = <A>(oversized: InvalidArgument | null, value: A): Outcome<A> =>
  oversized === null ? E.right(value) : E.left(oversized.message);
