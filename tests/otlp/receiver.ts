/** A receiver before a store, and how a test talks to it. */

import {
  createStore,
  type LightningStore,
  memory,
  promises,
  type PromiseStore,
  RESOURCE_ATTRIBUTE,
  type Span,
} from "../../mod.ts";
import { responseOf } from "../../src/http/answer.ts";
import { headOf } from "../../src/http/head.ts";
import { limit } from "../../src/http/limit.ts";
import { otlpTraces } from "../../src/http/otlp/receive.ts";
import { type Message, partialSuccessOf, protobufOf, statusMessageOf } from "./encoding.ts";

/** The two forms of a request. */
export const ENCODINGS = ["protobuf", "json"] as const;

export type Encoding = typeof ENCODINGS[number];

export const TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

/** An answer, as a sender reads it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** How many spans were rejected; 0 for an answer of failure. */
  readonly rejected: number;
  /** Why: of the first rejected span, or of the whole request. */
  readonly reason: string;
}

/** The ids of an attempt. */
export interface Ids {
  readonly rollout_id: string;
  readonly attempt_id: string;
}

export interface Receiver {
  readonly store: PromiseStore;
  /** How many calls of `addManySpans` there were. */
  readonly adds: () => number;
  readonly receive: (request: Request) => Promise<Response>;
  /** Starts a rollout. */
  readonly start: () => Promise<Ids>;
  /** Sends traces in one encoding. */
  readonly send: (
    encoding: Encoding,
    traces: Message,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  /** Sends any body. */
  readonly post: (
    body: BodyInit | null,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  /** The spans of an attempt, in the order of their insertion. */
  readonly spans: (ids: Ids) => Promise<readonly Span[]>;
}

/** A receiver before an empty store, or before another one. */
export const receiver = (
  { maxBytes = 64 * 2 ** 20 }: { readonly maxBytes?: number } = {},
  given: LightningStore = createStore(memory(), { log: () => {} }),
): Receiver => {
  let adds = 0;
  const store: LightningStore = {
    ...given,
    addManySpans: (args) => {
      adds++;
      return given.addManySpans(args);
    },
  };
  const promising = promises(store);
  const all = limit(Infinity);
  const traces = otlpTraces(store, {
    body: { bytes: maxBytes, seconds: 30, stopping: undefined, coming: all },
    inWork: all,
  });
  const receive: Receiver["receive"] = async (request) =>
    responseOf(await traces({ request, head: headOf(request) }));

  const post: Receiver["post"] = async (body, headers = {}) => {
    // Some types of bodies bring a content type of their own.
    const request = new Request("http://localhost/v1/traces", { method: "POST", body });
    if (headers["content-type"] === undefined) request.headers.delete("content-type");
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
    return answerOf(await receive(request));
  };

  return {
    store: promising,
    adds: () => adds,
    receive,
    post,
    start: async () => {
      const { rollout_id, attempt } = await promising.startRollout({ input: 1 });
      return { rollout_id, attempt_id: attempt.attempt_id };
    },
    send: (encoding, traces, headers = {}) =>
      post(encoding === "json" ? JSON.stringify(traces) : protobufOf(traces), {
        "content-type": TYPES[encoding],
        ...headers,
      }),
    spans: async (ids) => (await promising.querySpans({ ...ids, sort_by: null })).items,
  };
};

const answerOf = async (response: Response): Promise<Answer> => {
  const { status, headers } = response;
  const bytes = await response.bytes();
  const shared = { status, headers, bytes };
  if (headers.get("content-type") === TYPES.json) {
    const { message = "", partialSuccess = {} } = JSON.parse(new TextDecoder().decode(bytes));
    const { rejectedSpans = "0", errorMessage = message } = partialSuccess;
    return { ...shared, rejected: Number(rejectedSpans), reason: errorMessage };
  }
  return status === 200
    ? { ...shared, ...partialSuccessOf(bytes) }
    : { ...shared, rejected: 0, reason: statusMessageOf(bytes) };
};

/** Attributes with texts as values. */
export const texts = (attributes: Readonly<Record<string, string>>): readonly Message[] =>
  Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));

/** The attributes that say where spans belong. */
export const place = ({ rollout_id, attempt_id }: Ids): readonly Message[] =>
  texts({
    [RESOURCE_ATTRIBUTE.rollout_id]: rollout_id,
    [RESOURCE_ATTRIBUTE.attempt_id]: attempt_id,
  });

/** One span; other fields than these are the same each time. */
export const spanWith = (spanId: string, fields: Message = {}): Message => ({
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId,
  name: "step",
  startTimeUnixNano: "1700000001500000000",
  endTimeUnixNano: "1700000002000000000",
  ...fields,
});

/** A request of one resource. */
export const tracesOf = (
  attributes: readonly Message[],
  ...spans: readonly Message[]
): Message => ({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] });

/** The attribute of a number. */
export const numbered = (text: string): Message => ({
  key: RESOURCE_ATTRIBUTE.span_sequence_id,
  value: { stringValue: text },
});

/** A body in gzip or deflate. */
export const compressed = (
  body: Uint8Array<ArrayBuffer>,
  coding: "gzip" | "deflate" = "gzip",
): Promise<Uint8Array<ArrayBuffer>> =>
  new Response(new Blob([body]).stream().pipeThrough(new CompressionStream(coding))).bytes();
