/**
 * The JSON API, route by route: which operation of the store answers, and how its argument is made
 * of the request. Source: http-api.md, section 1.
 */

import { E } from "../deps/fp.ts";
import {
  type InvalidArgument,
  invalidArgument,
  type StoreError,
  validation,
} from "../model/errors.ts";
import type { LightningStore, StoreTask } from "../store/lightning_store.ts";
import type { Locate } from "./faults.ts";
import { asName, asNull, finite } from "./lenient_json.ts";

/** What a request brings, after its bytes have been read. */
export interface Parts {
  /** The ids in its path. */
  readonly path: Readonly<Record<string, string>>;
  /** The fields of its query. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Its body; `undefined` for none. */
  readonly body: unknown;
  /** Ends when the caller is gone. */
  readonly signal: AbortSignal;
}

/** One route. */
export interface Route {
  /** Its number in the specification. */
  readonly id: string;
  readonly method: "GET" | "POST";
  /** Its path below `/v1/agl`, with the names of its ids. */
  readonly path: string;
  readonly summary: string;
  readonly success: 200 | 201;
  /** Whether it takes a body: `required`, or one that may be left out. */
  readonly body?: "required" | "optional";
  /** Fields that may be left out, but not be null (section 0.5). */
  readonly notNull?: readonly string[];
  /** Whether a `limit` of 0 is refused (H-18). */
  readonly pages?: true;
  /** Whether a second time with the same key gets the first answer (H-11). */
  readonly keyed?: true;
  /** Whether its answer may be held. */
  readonly waits?: true;
  /** The part of the operation's argument that the whole body is. */
  readonly wrapped?: string;
  readonly run: (store: LightningStore, parts: Parts) => StoreTask<unknown>;
}

/** The fields of a body, with every number one of JSON's. */
const fieldsOf = (body: unknown, substitute = asNull): Record<string, unknown> => ({
  ...Object(finite(body ?? {}, substitute)),
});

/**
 * The argument of an operation, which judges it: the types of the store say what callers in
 * TypeScript may write, and this is what anybody wrote.
 */
const judged = <A>(argument: unknown): A => argument as A;

const ofBody = <A>({ path, body }: Parts): A => judged({ ...fieldsOf(body), ...path });

const ofQuery = <A>({ path, query }: Parts): A => judged({ ...query, ...path });

/** The older names of two filters are none of the wire's, which ignores what it does not know. */
const withoutOlderNames = ({ path, query, body, signal }: Parts): Parts => {
  const { status: _, rollout_ids: __, ...fields } = body === undefined ? query : fieldsOf(body);
  return { path, signal, query: fields, body: body === undefined ? undefined : fields };
};

const ofPath = <A>({ path }: Parts): A => judged(path);

/** A span, in which null would break every reader. */
const ofSpan = <A>({ body }: Parts): A => judged({ span: finite(body, asName) });

const resourcesOf = <A>({ path, body }: Parts): A =>
  judged({ resources: finite(body, asNull), ...path });

/** The routes; of two that fit a path, the first one counts. */
export const ROUTES: readonly Route[] = [
  {
    id: "R02",
    method: "GET",
    path: "/statistics",
    summary: "How much the store holds",
    success: 200,
    run: (store) => store.statistics(),
  },
  {
    id: "R03",
    method: "POST",
    path: "/queues/rollouts/enqueue",
    keyed: true,
    summary: "Puts rollouts at the end of the queue",
    success: 201,
    body: "required",
    run: (store, parts) => store.enqueueManyRollouts(ofBody(parts)),
  },
  {
    id: "R04",
    method: "POST",
    path: "/queues/rollouts/dequeue",
    summary: "Claims the oldest queued rollouts",
    success: 200,
    body: "optional",
    run: (store, parts) => store.dequeueManyRollouts(ofBody(parts)),
  },
  {
    id: "R05",
    method: "POST",
    path: "/rollouts",
    keyed: true,
    summary: "Starts a rollout past the queue",
    success: 201,
    body: "required",
    run: (store, parts) => store.startRollout(ofBody(parts)),
  },
  {
    id: "R06",
    method: "GET",
    path: "/rollouts",
    summary: "Lists rollouts",
    success: 200,
    pages: true,
    run: (store, parts) => store.queryRollouts(ofQuery(withoutOlderNames(parts))),
  },
  {
    id: "R07",
    method: "POST",
    path: "/rollouts/search",
    summary: "Lists rollouts",
    success: 200,
    body: "required",
    pages: true,
    run: (store, parts) => store.queryRollouts(ofBody(withoutOlderNames(parts))),
  },
  {
    id: "R08",
    method: "GET",
    path: "/rollouts/:rollout_id",
    summary: "A rollout with its latest attempt, or null",
    success: 200,
    run: (store, parts) => store.getRolloutById(ofPath(parts)),
  },
  {
    id: "R09",
    method: "POST",
    path: "/rollouts/:rollout_id",
    summary: "Replaces fields of a rollout",
    success: 200,
    body: "required",
    notNull: ["status", "config"],
    run: (store, parts) => store.updateRollout(ofBody(parts)),
  },
  {
    id: "R10",
    method: "POST",
    path: "/rollouts/:rollout_id/attempts",
    keyed: true,
    summary: "Starts another attempt",
    success: 201,
    body: "optional",
    run: (store, parts) => store.startAttempt(ofBody(parts)),
  },
  {
    id: "R11",
    method: "GET",
    path: "/rollouts/:rollout_id/attempts",
    summary: "Lists the attempts of a rollout",
    success: 200,
    pages: true,
    run: (store, parts) => store.queryAttempts(ofQuery(parts)),
  },
  {
    id: "R12",
    method: "POST",
    path: "/rollouts/:rollout_id/attempts/search",
    summary: "Lists the attempts of a rollout",
    success: 200,
    body: "required",
    pages: true,
    run: (store, parts) => store.queryAttempts(ofBody(parts)),
  },
  {
    id: "R13",
    method: "GET",
    path: "/rollouts/:rollout_id/attempts/latest",
    summary: "The latest attempt, or null",
    success: 200,
    run: (store, parts) => store.getLatestAttempt(ofPath(parts)),
  },
  {
    id: "R14",
    method: "POST",
    path: "/rollouts/:rollout_id/attempts/:attempt_id",
    summary: "Replaces fields of an attempt",
    success: 200,
    body: "required",
    notNull: ["status", "worker_id", "last_heartbeat_time", "metadata"],
    run: (store, parts) => store.updateAttempt(ofBody(parts)),
  },
  {
    id: "R15",
    method: "GET",
    path: "/workers",
    summary: "Lists workers",
    success: 200,
    pages: true,
    run: (store, parts) => store.queryWorkers(ofQuery(parts)),
  },
  {
    id: "R16",
    method: "POST",
    path: "/workers/search",
    summary: "Lists workers",
    success: 200,
    body: "required",
    pages: true,
    run: (store, parts) => store.queryWorkers(ofBody(parts)),
  },
  {
    id: "R17",
    method: "GET",
    path: "/workers/:worker_id",
    summary: "A worker, or null",
    success: 200,
    run: (store, parts) => store.getWorkerById(ofPath(parts)),
  },
  {
    id: "R18",
    method: "POST",
    path: "/workers/:worker_id",
    summary: "Takes a worker's report",
    success: 200,
    body: "optional",
    notNull: ["heartbeat_stats"],
    run: (store, parts) => store.updateWorker(ofBody(parts)),
  },
  {
    id: "R19",
    method: "GET",
    path: "/resources",
    summary: "Lists resources",
    success: 200,
    pages: true,
    run: (store, parts) => store.queryResources(ofQuery(parts)),
  },
  {
    id: "R20",
    method: "POST",
    path: "/resources",
    keyed: true,
    summary: "Stores resources under a new id",
    success: 201,
    body: "required",
    wrapped: "resources",
    run: (store, parts) => store.addResources(resourcesOf(parts)),
  },
  {
    id: "H-17",
    method: "POST",
    path: "/resources/search",
    summary: "Lists resources",
    success: 200,
    body: "required",
    pages: true,
    run: (store, parts) => store.queryResources(ofBody(parts)),
  },
  {
    id: "R21",
    method: "GET",
    path: "/resources/latest",
    summary: "The resources that were written last, or null",
    success: 200,
    run: (store) => store.getLatestResources(),
  },
  {
    id: "R22",
    method: "GET",
    path: "/resources/:resources_id",
    summary: "Resources by their id, or null",
    success: 200,
    run: (store, parts) => store.getResourcesById(ofPath(parts)),
  },
  {
    id: "R23",
    method: "POST",
    path: "/resources/:resources_id",
    keyed: true,
    summary: "Stores resources under an id",
    success: 200,
    body: "required",
    wrapped: "resources",
    run: (store, parts) => store.updateResources(resourcesOf(parts)),
  },
  {
    id: "R24",
    method: "POST",
    path: "/spans",
    summary: "Stores a span; null for one whose id is taken",
    success: 201,
    body: "required",
    wrapped: "span",
    run: (store, parts) => store.addSpan(ofSpan(parts)),
  },
  {
    id: "R25",
    method: "GET",
    path: "/spans",
    summary: "Lists the spans of a rollout",
    success: 200,
    pages: true,
    run: (store, parts) => store.querySpans(ofQuery(parts)),
  },
  {
    id: "R26",
    method: "POST",
    path: "/spans/search",
    summary: "Lists the spans of a rollout",
    success: 200,
    body: "required",
    pages: true,
    run: (store, parts) => store.querySpans(ofBody(parts)),
  },
  {
    id: "R27",
    method: "POST",
    path: "/spans/next",
    keyed: true,
    summary: "Allocates the next sequence id of a rollout",
    success: 200,
    body: "required",
    run: (store, parts) => async () => {
      const next = await store.getNextSpanSequenceId(ofBody(parts))();
      return E.isLeft(next) ? next : E.right({ sequence_id: next.right });
    },
  },
  {
    id: "H-13",
    method: "POST",
    path: "/spans/batch",
    summary: "Stores spans; answers with those that are new",
    success: 201,
    body: "required",
    run: (store, { body }) => store.addManySpans(judged(finite(body, asName))),
  },
  {
    id: "H-13",
    method: "POST",
    path: "/spans/next/batch",
    keyed: true,
    summary: "Allocates one sequence id for each pair",
    success: 200,
    body: "required",
    run: (store, parts) => async () => {
      const ids = await store.getManySpanSequenceIds(ofBody(parts))();
      return E.isLeft(ids) ? ids : E.right(ids.right.map((sequence_id) => ({ sequence_id })));
    },
  },
  {
    id: "R28",
    method: "POST",
    path: "/waits/rollouts",
    waits: true,
    summary: "Waits for rollouts to finish",
    success: 200,
    body: "required",
    run: (store, parts) => store.waitForRollouts(ofBody(parts), { signal: parts.signal }),
  },
];

/** Where each part of an operation's argument stood in the request. */
export const locating = ({ body, wrapped, path }: Route): Locate => (keys) => {
  const [first, ...rest] = keys;
  if (typeof first === "string" && path.includes(`:${first}`)) return ["path", ...keys];
  if (first !== undefined && first === wrapped) return ["body", ...rest];
  return [body === undefined ? "query" : "body", ...keys];
};

/** What is wrong with a null that stands where a field may only be absent. */
export const misplacedNull = ({ notNull = [] }: Route, body: unknown): StoreError | null => {
  const field = notNull.find((field) => Object(body)[field] === null);
  return field === undefined
    ? null
    : field === "heartbeat_stats"
    ? invalidArgument(field, "expected a JSON object, got null")
    : validation([{ path: field, expected: "a value, or nothing", actual: "null" }]);
};

/** A page that is refused on the wire though the store would answer it. */
export const refusedPage = (
  { pages, body }: Route,
  { query, body: content }: Parts,
): InvalidArgument | null => {
  if (pages === undefined) return null;
  const { limit, sort_order = "asc" } = Object(body === undefined ? query : content);
  return sort_order !== "asc" && sort_order !== "desc"
    ? invalidArgument("sort_order", 'expected "asc" or "desc"')
    : limit === 0
    ? invalidArgument("limit", "expected -1 for all, or 1 and up, got 0")
    : null;
};
