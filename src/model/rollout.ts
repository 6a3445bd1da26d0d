/** A unit of work: its task, its limits and where it is in its life. */

import { Attempt, AttemptStatus } from "./attempt.ts";
import {
  type Codec,
  codec,
  FAULT,
  Float,
  integerFrom,
  list,
  nullable,
  oneOf,
  orElse,
  record,
  Text,
  withDefault,
} from "./codec.ts";
import { Json, JsonObject } from "./json.ts";

/** Where a rollout is in its life. */
export type RolloutStatus =
  | "queuing"
  | "preparing"
  | "running"
  | "failed"
  | "succeeded"
  | "cancelled"
  | "requeuing";

/**
 * The codec of {@linkcode RolloutStatus}.
 *
 * @example
 * ```ts
 * import { decode, RolloutStatus } from "@lightning/store";
 *
 * const decoded = decode(RolloutStatus, "queuing");
 * console.log(decoded._tag); // Right
 * ```
 */
export const RolloutStatus: Codec<RolloutStatus> = oneOf(
  "queuing",
  "preparing",
  "running",
  "failed",
  "succeeded",
  "cancelled",
  "requeuing",
);

/** What a rollout is for. */
export type RolloutMode = "train" | "val" | "test";

/**
 * The codec of {@linkcode RolloutMode}.
 *
 * @example
 * ```ts
 * import { decode, RolloutMode } from "@lightning/store";
 *
 * const decoded = decode(RolloutMode, "train");
 * console.log(decoded._tag); // Right
 * ```
 */
export const RolloutMode: Codec<RolloutMode> = oneOf("train", "val", "test");

/** When attempts expire, and when a rollout is tried again. */
export interface RolloutConfig {
  /** Longest time of one attempt from its start, in seconds; null for no limit. */
  readonly timeout_seconds: number | null;
  /** Longest silence of an attempt, in seconds; null for no limit. */
  readonly unresponsive_seconds: number | null;
  /** How many attempts there may be, the first included; at least 1. */
  readonly max_attempts: number;
  /** After which ends of an attempt the rollout is tried again. */
  readonly retry_condition: readonly AttemptStatus[];
}

/** A {@linkcode RolloutConfig} as a caller may write it: what is left out takes its default. */
export interface RolloutConfigInput {
  /** Longest time of one attempt from its start, in seconds. Default: null, no limit. */
  readonly timeout_seconds?: number | null;
  /** Longest silence of an attempt, in seconds. Default: null, no limit. */
  readonly unresponsive_seconds?: number | null;
  /** How many attempts there may be, the first included; at least 1. Default: 1. */
  readonly max_attempts?: number;
  /** After which ends of an attempt the rollout is tried again. Default: none. */
  readonly retry_condition?: readonly AttemptStatus[];
}

/**
 * The codec of {@linkcode RolloutConfig}.
 *
 * @example
 * ```ts
 * import { decode, RolloutConfig } from "@lightning/store";
 *
 * const decoded = decode(RolloutConfig, { max_attempts: 3, retry_condition: ["timeout"] });
 * console.log(decoded._tag); // Right
 * ```
 */
export const RolloutConfig: Codec<RolloutConfig, RolloutConfigInput> = record<
  RolloutConfig,
  RolloutConfigInput
>("a rollout config", {
  timeout_seconds: withDefault(nullable(Float), () => null),
  unresponsive_seconds: withDefault(nullable(Float), () => null),
  max_attempts: withDefault(integerFrom(1), () => 1),
  retry_condition: withDefault(list(AttemptStatus), () => []),
});

/**
 * The config of a rollout that was given none: it never expires and is never tried again.
 *
 * @example
 * ```ts
 * import { DEFAULT_CONFIG } from "@lightning/store";
 *
 * console.log(DEFAULT_CONFIG.max_attempts); // 1
 * ```
 */
export const DEFAULT_CONFIG: RolloutConfig = Object.freeze({
  timeout_seconds: null,
  unresponsive_seconds: null,
  max_attempts: 1,
  retry_condition: Object.freeze([]),
});

/** A unit of work. */
export interface Rollout {
  /** `ro-` and 12 hex digits; unique in its store. */
  readonly rollout_id: string;
  /** The task, any JSON value. */
  readonly input: Json;
  /** Creation, in seconds since the epoch; a claim does not move it. */
  readonly start_time: number;
  /** When a terminal status was last written, in seconds since the epoch. */
  readonly end_time: number | null;
  /** What it is for. */
  readonly mode: RolloutMode | null;
  /** The resources that were the latest at its creation, or that its creator chose. */
  readonly resources_id: string | null;
  /** Where it is in its life. */
  readonly status: RolloutStatus;
  /** Its limits. */
  readonly config: RolloutConfig;
  /** Whatever its creator attached. */
  readonly metadata: JsonObject | null;
}

const rolloutFields = {
  rollout_id: Text,
  input: Json,
  start_time: Float,
  end_time: nullable(Float),
  mode: nullable(RolloutMode),
  resources_id: nullable(Text),
  status: RolloutStatus,
  config: RolloutConfig,
  metadata: nullable(JsonObject),
};

/**
 * The codec of {@linkcode Rollout}.
 *
 * @example
 * ```ts
 * import { createStore, memory, Rollout } from "@lightning/store";
 *
 * const queued = await createStore(memory()).enqueueRollout({ input: "2 + 2" })();
 * console.log(queued._tag === "Right" && Rollout.is(queued.right)); // true
 * ```
 */
export const Rollout: Codec<Rollout> = record<Rollout>("a rollout", rolloutFields);

/** A rollout with one of its attempts: the one just made, or the latest. */
export interface AttemptedRollout extends Rollout {
  /** The attempt; its `rollout_id` is the rollout's. */
  readonly attempt: Attempt;
}

const attemptedRollout = record<AttemptedRollout>("a rollout with an attempt", {
  ...rolloutFields,
  attempt: Attempt,
});

const attemptIsOwn = ({ rollout_id, attempt }: AttemptedRollout) =>
  attempt.rollout_id === rollout_id;

/**
 * The codec of {@linkcode AttemptedRollout}.
 *
 * @example
 * ```ts
 * import { AttemptedRollout, createStore, memory } from "@lightning/store";
 *
 * const started = await createStore(memory()).startRollout({ input: "2 + 2" })();
 * console.log(started._tag === "Right" && AttemptedRollout.is(started.right)); // true
 * ```
 */
export const AttemptedRollout: Codec<AttemptedRollout> = codec({
  name: "a rollout with an attempt of its own",
  shape: attemptedRollout.shape,
  is: (u): u is AttemptedRollout => attemptedRollout.is(u) && attemptIsOwn(u),
  read: (u) => {
    const value = attemptedRollout.read(u);
    return value === FAULT || attemptIsOwn(value) ? value : FAULT;
  },
  explain: (u, context) => {
    const faults = attemptedRollout.explain(u, context);
    return faults.length > 0 ? faults : [{ value: u, context }];
  },
});

/** What `enqueueRollout` needs to know of a new rollout. */
export interface EnqueueRolloutRequest {
  /** The task, any JSON value. */
  readonly input: Json;
  /** What it is for. Default: null. */
  readonly mode?: RolloutMode | null;
  /** Its resources; not checked to exist. Default: the latest resources, or null where none are. */
  readonly resources_id?: string | null;
  /** Its limits. Default: it never expires and is never tried again. */
  readonly config?: RolloutConfigInput | null;
  /** Whatever its creator attaches. Default: `{}`. */
  readonly metadata?: JsonObject | null;
}

/** An {@linkcode EnqueueRolloutRequest} with its defaults filled in. */
export interface NewRollout {
  /** The task, any JSON value. */
  readonly input: Json;
  /** What it is for. */
  readonly mode: RolloutMode | null;
  /** Its resources; null asks for the latest. */
  readonly resources_id: string | null;
  /** Its limits. */
  readonly config: RolloutConfig;
  /** Whatever its creator attaches. */
  readonly metadata: JsonObject;
}

const newRolloutFields = {
  input: Json,
  mode: orElse(nullable(RolloutMode), () => null),
  resources_id: orElse(nullable(Text), () => null),
  config: orElse(RolloutConfig, () => DEFAULT_CONFIG),
  metadata: orElse(JsonObject, () => NO_METADATA),
};

const NO_METADATA: JsonObject = Object.freeze({});

/**
 * The codec of {@linkcode EnqueueRolloutRequest}.
 *
 * @example
 * ```ts
 * import { decode, EnqueueRolloutRequest } from "@lightning/store";
 *
 * const decoded = decode(EnqueueRolloutRequest, { input: "2 + 2", mode: "train" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const EnqueueRolloutRequest: Codec<NewRollout, EnqueueRolloutRequest> = record<
  NewRollout,
  EnqueueRolloutRequest
>("a request for a rollout", newRolloutFields);

/** A new rollout that goes to its runner at once. */
export interface StartRollout extends EnqueueRolloutRequest {
  /** Who tries it. Default: null. */
  readonly worker_id?: string | null;
}

/**
 * The codec of {@linkcode StartRollout}.
 *
 * @example
 * ```ts
 * import { decode, StartRollout } from "@lightning/store";
 *
 * const decoded = decode(StartRollout, { input: "2 + 2", worker_id: "Worker-0" });
 * console.log(decoded._tag); // Right
 * ```
 */
export const StartRollout: Codec<
  NewRollout & { readonly worker_id: string | null },
  StartRollout
> = record<NewRollout & { readonly worker_id: string | null }, StartRollout>(
  "a request to start a rollout",
  { ...newRolloutFields, worker_id: orElse<string | null>(nullable(Text), () => null) },
);
