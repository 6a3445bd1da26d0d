/** The doors through which what a caller chooses enters a store, and where it is seen again. */

import { assert } from "@std/assert";
import { spanOf } from "../../src/testing/mod.ts";
import { call, type Prepared, valueOf } from "./prepared.ts";
import { withKey } from "./values.ts";

/** Stores a value and answers with what is read back, by the matching read. */
export type Door<A> = (prepared: Prepared, value: A) => Promise<unknown>;

/** The part of a value that a path of keys leads to. */
const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce((part, key) => {
    assert(Object.hasOwn(Object(part), key), `no ${key} came back`);
    return Reflect.get(Object(part), key);
  }, value);

const idOf = (record: unknown): string => String(at(record, "rollout_id"));

const stored = async ({ store }: Prepared, rollout_id: string): Promise<unknown> =>
  valueOf(await store.getRolloutById({ rollout_id })());

/** Stores a span with some fields, and reads it back. */
const throughSpan = async (
  { store, ids }: Prepared,
  fields: Readonly<Record<string, unknown>>,
  operation: "addSpan" | "addManySpans" = "addSpan",
): Promise<unknown> => {
  const span_id = crypto.randomUUID();
  const span = { ...spanOf(ids, span_id), ...fields };
  valueOf(await call(store, operation, { span, spans: [span] }));
  return at(valueOf(await store.querySpans({ ...ids, span_id: span.span_id })()), "items", 0);
};

const throughResources = async (
  { store }: Prepared,
  resources: unknown,
  resources_id = "r",
): Promise<unknown> => {
  valueOf(await call(store, "updateResources", { resources_id, resources }));
  const known = valueOf(await store.getResourcesById({ resources_id })());
  return at(known, "resources");
};

const CONTEXT = { trace_id: "t", span_id: "s", is_remote: false, trace_state: {} };

const LLM = { resource_type: "llm", endpoint: "http://h", model: "m" };

/** Doors for any JSON value. */
export const VALUE_DOORS: Readonly<Record<string, Door<unknown>>> = {
  "the input of a queued rollout": async (it, input) =>
    at(
      await stored(it, idOf(valueOf(await call(it.store, "enqueueRollout", { input })))),
      "input",
    ),
  "the input of one of many": async (it, input) => {
    const rollouts = [{ input: 1 }, { input }];
    const made = valueOf(await call(it.store, "enqueueManyRollouts", { rollouts }));
    return at(await stored(it, idOf(at(made, 1))), "input");
  },
  "the input of a claim": async (it, input) => {
    valueOf(await call(it.store, "enqueueRollout", { input }));
    const claimed = valueOf(await it.store.dequeueManyRollouts({ limit: 1000 })());
    return at(claimed.at(-1), "input");
  },
  "the input of an update": async (it, input) => {
    valueOf(await call(it.store, "updateRollout", { ...it.ids, input }));
    return at(await stored(it, it.ids.rollout_id), "input");
  },
  "the metadata of a started rollout": async (it, value) => {
    const request = { input: 1, metadata: { value } };
    const made = valueOf(await call(it.store, "startRollout", request));
    return at(await stored(it, idOf(made)), "metadata", "value");
  },
  "the metadata of an update": async (it, value) => {
    valueOf(await call(it.store, "updateRollout", { ...it.ids, metadata: { value } }));
    return at(await stored(it, it.ids.rollout_id), "metadata", "value");
  },
  "the metadata of an attempt": async (it, value) => {
    valueOf(await call(it.store, "updateAttempt", { ...it.ids, metadata: { value } }));
    return at(valueOf(await it.store.getLatestAttempt(it.ids)()), "metadata", "value");
  },
  "an extra of a span": async (it, extra) =>
    at(await throughSpan(it, { extra }, "addManySpans"), "extra"),
  "an extra of a status": async (it, extra) =>
    at(await throughSpan(it, { status: { status_code: "OK", extra } }), "status", "extra"),
  "an extra of a context": async (it, extra) =>
    at(await throughSpan(it, { context: { ...CONTEXT, extra } }), "context", "extra"),
  "an extra of an event": async (it, extra) => {
    const events = [{ name: "e", attributes: {}, extra }];
    return at(await throughSpan(it, { events }), "events", 0, "extra");
  },
  "an extra of a link's context": async (it, extra) => {
    const links = [{ context: { ...CONTEXT, extra } }];
    return at(await throughSpan(it, { links }), "links", 0, "context", "extra");
  },
  "the report of a worker": async (it, value) => {
    const report = { worker_id: "w", heartbeat_stats: { value } };
    valueOf(await call(it.store, "updateWorker", report));
    const worker = valueOf(await it.store.getWorkerById({ worker_id: "w" })());
    return at(worker, "heartbeat_stats", "value");
  },
  "a sampling parameter": async (it, value) => {
    const model = { ...LLM, sampling_parameters: { value } };
    return at(await throughResources(it, { model }), "model", "sampling_parameters", "value");
  },
};

/** Doors for any string, as a value or as a key. */
export const STRING_DOORS: Readonly<Record<string, Door<string>>> = {
  "the key of an extra": async (it, key) => at(await throughSpan(it, withKey(key, key)), key),
  "an attribute": async (it, text) =>
    at(await throughSpan(it, { attributes: { a: [text] } }), "attributes", "a", 0),
  "the key of an attribute": async (it, key) =>
    at(await throughSpan(it, { attributes: withKey(key, key) }), "attributes", key),
  "the key of an attribute of the resource": async (it, key) => {
    const resource = { attributes: withKey(key, key), schema_url: "" };
    return at(await throughSpan(it, { resource }), "resource", "attributes", key);
  },
  "the schema of the resource": async (it, schema_url) => {
    const resource = { attributes: {}, schema_url };
    return at(await throughSpan(it, { resource }), "resource", "schema_url");
  },
  "the name of an event": async (it, name) =>
    at(await throughSpan(it, { events: [{ name, attributes: {} }] }), "events", 0, "name"),
  "the description of a status": async (it, description) =>
    at(
      await throughSpan(it, { status: { status_code: "OK", description } }),
      "status",
      "description",
    ),
  "a trace state": async (it, key) => {
    const context = { ...CONTEXT, trace_state: withKey(key, key) };
    return at(await throughSpan(it, { context }), "context", "trace_state", key);
  },
  "the name of a resource": async (it, name) => {
    const resources = withKey(name, { ...LLM, model: name });
    return at(await throughResources(it, resources), name, "model");
  },
  "a template": async (it, template) => {
    const prompt = { resource_type: "prompt_template", template, engine: "jinja" };
    return at(await throughResources(it, { prompt }), "prompt", "template");
  },
  "the key of an LLM": async (it, api_key) =>
    at(await throughResources(it, { model: { ...LLM, api_key } }), "model", "api_key"),
};

/** Doors for any id by which a record is asked for. */
export const NAME_DOORS: Readonly<Record<string, Door<string>>> = {
  "the id of a worker": async ({ store }, worker_id) => {
    valueOf(await store.updateWorker({ worker_id })());
    return at(valueOf(await store.getWorkerById({ worker_id })()), "worker_id");
  },
  "the id of resources": async (it, resources_id) => {
    await throughResources(it, {}, resources_id);
    return at(valueOf(await it.store.getLatestResources()()), "resources_id");
  },
};

/** Doors for any other id that the caller chooses. */
export const ID_DOORS: Readonly<Record<string, Door<string>>> = {
  "the worker of an attempt": async ({ store, ids }, worker_id) => {
    valueOf(await store.updateAttempt({ ...ids, worker_id })());
    return at(valueOf(await store.getLatestAttempt(ids)()), "worker_id");
  },
  "the resources of a rollout": async (it, resources_id) => {
    const made = valueOf(await it.store.enqueueRollout({ input: 1, resources_id })());
    return at(await stored(it, made.rollout_id), "resources_id");
  },
  "the id of a span": async (it, span_id) => at(await throughSpan(it, { span_id }), "span_id"),
  "the trace of a span": async (it, trace_id) => {
    valueOf(await it.store.addSpan({ span: spanOf(it.ids, crypto.randomUUID(), { trace_id }) })());
    return at(
      valueOf(await it.store.querySpans({ ...it.ids, trace_id })()),
      "items",
      0,
      "trace_id",
    );
  },
  "the parent of a span": async (it, parent_id) =>
    at(await throughSpan(it, { parent_id }), "parent_id"),
  "the name of a span": async (it, name) => at(await throughSpan(it, { name }), "name"),
};
