/** The schemas that the document names. */

import { Attempt, AttemptStatus } from "../../model/attempt.ts";
import type { Decoder } from "../../model/codec.ts";
import { LLM, PromptTemplate, ProxyLLM, ResourcesUpdate } from "../../model/resources.ts";
import {
  AttemptedRollout,
  EnqueueRolloutRequest,
  Rollout,
  RolloutConfig,
  RolloutMode,
  RolloutStatus,
} from "../../model/rollout.ts";
import {
  Attributes,
  AttributeValue,
  NewSpan,
  OtelResource,
  Span,
  SpanContext,
  SpanEvent,
  SpanLink,
  StatusCode,
  TraceStatus,
} from "../../model/span.ts";
import { Statistics } from "../../model/statistics.ts";
import { Worker, WorkerStatus } from "../../model/worker.ts";
import {
  AttemptPage,
  NextId,
  ResourcesPage,
  RolloutPage,
  SpanPage,
  WorkerPage,
} from "../../wire/answers.ts";
import { WireError } from "../../wire/wire_error.ts";
import { definitionOf, type Named, type Schema, type Side } from "./schema.ts";

type Names = Readonly<Record<string, Decoder<unknown>>>;

/** Codecs without defaults, which are the same on both sides. */
const EITHER: Names = {
  RolloutStatus,
  RolloutMode,
  AttemptStatus,
  WorkerStatus,
  PromptTemplate,
  StatusCode,
  AttributeValue,
  Attributes,
  SpanContext,
  OtelResource,
};

const SIDES: Readonly<Record<Side, Names>> = {
  input: {
    ...EITHER,
    EnqueueRolloutRequest,
    RolloutConfigInput: RolloutConfig,
    LLMInput: LLM,
    ProxyLLMInput: ProxyLLM,
    SpanInput: Span,
    NewSpanInput: NewSpan,
    TraceStatusInput: TraceStatus,
    SpanEventInput: SpanEvent,
    SpanLinkInput: SpanLink,
  },
  output: {
    ...EITHER,
    Rollout,
    AttemptedRollout,
    RolloutConfig,
    RolloutPage,
    Attempt,
    AttemptPage,
    Worker,
    WorkerPage,
    LLM,
    ProxyLLM,
    ResourcesUpdate,
    ResourcesPage,
    Span,
    SpanPage,
    TraceStatus,
    SpanEvent,
    SpanLink,
    NextId,
    Statistics,
    StoreError: WireError,
  },
};

const namedOn = (side: Side): Named =>
  new Map(Object.entries(SIDES[side]).map(([name, part]) => [part, name]));

/** The codecs that are named, on each side. */
export const NAMED: Readonly<Record<Side, Named>> = {
  input: namedOn("input"),
  output: namedOn("output"),
};

const definitionsOn = (side: Side): Schema =>
  Object.fromEntries(
    Object.entries(SIDES[side]).map(([name, part]) => [
      name,
      definitionOf(part, side, NAMED[side]),
    ]),
  );

/** The schemas of all named codecs. */
export const SCHEMAS: Schema = { ...definitionsOn("input"), ...definitionsOn("output") };
