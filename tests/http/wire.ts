/** Talking to the HTTP face of a store, as the cases of the wire specification do. */

import { assertEquals } from "@std/assert";
import { createStore, httpApp, type HttpOptions, memory } from "../../mod.ts";

/** An answer, with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, for a test to look into. */
  // deno-lint-ignore no-explicit-any
  readonly json: any;
}

/** A request; its body is sent as JSON unless it is text already. */
export interface Call {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A server on an empty store, whose watchdog scans before each operation that may. */
export interface Wire {
  readonly get: (path: string, call?: Call) => Promise<Answer>;
  readonly post: (path: string, body?: unknown, call?: Call) => Promise<Answer>;
  readonly send: (method: string, path: string, call?: Call) => Promise<Answer>;
}

/** Where the server is. */
export const HOST = "http://localhost";

/** Opens one. Paths are relative to `/v1/agl` unless they start with `/v1` or with the host. */
export const wire = (options: HttpOptions = {}): Wire => {
  const app = httpApp(
    createStore(memory({ numbers: "exact" }), {
      scanDebounceSeconds: 0,
      log: () => {},
      ...options.metrics === undefined ? {} : { onFinish: options.metrics.finished },
    }),
    options,
  );
  const send: Wire["send"] = async (method, path, { body, headers = {}, signal } = {}) => {
    const url = path.startsWith(HOST)
      ? path
      : `${HOST}${path.startsWith("/v1") ? path : `/v1/agl${path}`}`;
    const answer = await app(
      new Request(url, {
        method,
        headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
        ...body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) },
        ...signal === undefined ? {} : { signal },
      }),
    );
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  return {
    send,
    get: (path, call) => send("GET", path, call),
    post: (path, body, call) => send("POST", path, { ...call, body }),
  };
};

/** One case of the wire specification. */
export interface WireCase {
  readonly number: string;
  /** The specification's own sentence. */
  readonly sentence: string;
  /** What its server is given. */
  readonly options?: HttpOptions;
  readonly run: (wire: Wire) => Promise<void>;
}

/** Checks an answer's status, and gives its body. */
// deno-lint-ignore no-explicit-any
export const expecting = (answer: Answer, status: number): any => {
  assertEquals(answer.status, status, answer.text);
  return answer.json;
};

/** Puts rollouts into the queue; answers with their ids. */
export const enqueued = async (
  { post }: Wire,
  ...rollouts: readonly Readonly<Record<string, unknown>>[]
): Promise<readonly string[]> => {
  const made = expecting(await post("/queues/rollouts/enqueue", { rollouts }), 201);
  return made.map(({ rollout_id }: { readonly rollout_id: string }) => rollout_id);
};

/** Starts a rollout; answers with its ids. */
export const started = async (
  { post }: Wire,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly RO: string; readonly AT: string }> => {
  const made = expecting(await post("/rollouts", { input: 1, ...fields }), 201);
  return { RO: made.rollout_id, AT: made.attempt.attempt_id };
};

/** A whole span of an attempt. */
export const spanWith = (
  { RO, AT }: { readonly RO: string; readonly AT: string },
  fields: Readonly<Record<string, unknown>> = {},
) => ({
  rollout_id: RO,
  attempt_id: AT,
  sequence_id: 1,
  trace_id: "0af7651916cd43dd8448eb211c80319c",
  span_id: "00f067aa0ba902b7",
  parent_id: null,
  name: "step",
  status: { status_code: "OK", description: null },
  attributes: {},
  events: [],
  links: [],
  start_time: 1,
  end_time: 2,
  context: null,
  parent: null,
  resource: { attributes: {}, schema_url: "" },
  ...fields,
});
