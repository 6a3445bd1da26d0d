/** A change of the core as one write to a rollout's document. */

import { applyChange, type CarriedChange, type RolloutRecord } from "../../core/record.ts";
import { deadlineOf, patienceOf, rearm } from "../../core/watchdog.ts";
import { indexedDeadline } from "./collections.ts";
import {
  addressesLatest,
  type AttemptDocument,
  attemptDocument,
  isDropped,
  type Key,
  markedBy,
  type StateDocument,
  text,
} from "./documents.ts";

/** A write to a document, on the condition that nobody has changed it. */
export interface Write {
  /** The document as it was read. */
  readonly before: StateDocument;
  /** What it applies to: the document that was read, or nothing. */
  readonly filter: Key & Pick<StateDocument, "revs">;
  readonly update: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The document as it will be. */
  readonly document: StateDocument;
  /** The record as it will be. */
  readonly record: RolloutRecord;
  /** The mark that it leaves. */
  readonly token: string;
  /** What it sets of the opaque values, as JSON. */
  readonly payload: { readonly input?: string; readonly metadata?: string | null };
  /** What it sets of an attempt's metadata, as JSON. */
  readonly attemptMetadata: string | null;
}

/** What makes a write of a change. */
export interface Writing {
  readonly now: number;
  /** The mark that the write leaves. */
  readonly token: string;
  /** The tail of the queue. */
  readonly tail: number;
}

/** The write of a change. */
export const writeOf = (
  before: StateDocument,
  record: RolloutRecord,
  change: CarriedChange,
  { now, token, tail }: Writing,
): Write => {
  const after = applyChange(record, change);
  const { input, metadata, config, ...fields } = change.rollout ?? {};
  const appended = change.attempt !== undefined && "append" in change.attempt
    ? change.attempt.append
    : null;
  const state = {
    ...fields,
    ...config === undefined ? {} : { config, patience: patienceOf(config) },
    ...placeAfter(before, change, tail),
    ...appended === null ? {} : { attempts: after.attempts, attempt: attemptDocument(appended) },
    deadline: deadlineAfter(before, after, now),
    revs: markedBy(before.revs, token),
  };
  const payload = {
    ...input === undefined ? {} : { input: JSON.stringify(input) },
    ...metadata === undefined ? {} : { metadata: text(metadata) },
  };
  const set = attemptFields(change);
  const isLatest = record.attempt !== null && addressesLatest(before, record.attempt.attempt_id);
  return {
    before,
    filter: { _id: before._id, partition: before.partition, revs: before.revs },
    update: {
      $set: { ...state, ...payload, ...prefixed(pathOf(record, isLatest), set) },
      ...appended === null || before.attempt === null ? {} : { $push: { earlier: before.attempt } },
    },
    document: {
      ...before,
      ...state,
      ...isLatest && before.attempt !== null && appended === null
        ? { attempt: { ...before.attempt, ...set } }
        : {},
    },
    record: after,
    token,
    payload,
    attemptMetadata: set.metadata ?? null,
  };
};

/** Whether a change has nothing to write, not even another deadline to look at. */
export const writesNothing = (
  before: StateDocument,
  record: RolloutRecord,
  { rollout, attempt, queue }: CarriedChange,
  now: number,
): boolean =>
  Object.keys(rollout ?? {}).length === 0 && queue === undefined &&
  (attempt === undefined || "set" in attempt && Object.keys(attempt.set).length === 0) &&
  deadlineAfter(before, record, now) === before.deadline;

/** The deadline of a record as it is, or will be. */
const deadlineAfter = (
  { deadline }: StateDocument,
  record: RolloutRecord,
  now: number,
): number | null => rearm(deadline, indexedDeadline(deadlineOf(record)), now);

/** One that is in the queue keeps its place (K-11). */
const placeAfter = (
  before: StateDocument,
  { queue }: CarriedChange,
  tail: number,
): Partial<Pick<StateDocument, "place">> =>
  queue === "leave"
    ? { place: null }
    : queue === "enter" && (before.place === null || isDropped(before))
    ? { place: tail }
    : {};

/** What the change sets of the command's attempt. */
const attemptFields = ({ attempt }: CarriedChange): Partial<AttemptDocument> => {
  if (attempt === undefined || "append" in attempt) return {};
  const { metadata, ...fields } = attempt.set;
  return { ...fields, ...metadata === undefined ? {} : { metadata: text(metadata) } };
};

/** Where the command's attempt stands in the document. */
const pathOf = ({ attempt }: RolloutRecord, isLatest: boolean): string =>
  isLatest || attempt === null ? "attempt" : `earlier.${attempt.sequence_id - 1}`;

const prefixed = (
  path: string,
  fields: object,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${path}.${name}`, value]));
