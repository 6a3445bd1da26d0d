/** What codecs are made of, as data: for whoever describes values, or prepares them, by their codec. */

import type { Decoder, Field } from "./codec.ts";

/** What a codec is made of. */
export type Shape =
  | Leaf
  | Nullable
  | List
  | Dictionary
  | Fielded
  | OneOf;

/** A value that is judged as a whole. */
export interface Leaf {
  readonly _tag: "leaf";
  /** As much of its rule as JSON Schema can say. */
  readonly schema: LeafSchema;
}

/** A part or null. */
export interface Nullable {
  readonly _tag: "nullable";
  readonly part: Decoder<unknown>;
}

/** An array. */
export interface List {
  readonly _tag: "list";
  readonly item: Decoder<unknown>;
}

/** An object from any key to a part. */
export interface Dictionary {
  readonly _tag: "dictionary";
  readonly item: Decoder<unknown>;
}

/** An object with known fields. */
export interface Fielded {
  readonly _tag: "record";
  readonly fields: Readonly<Record<string, Slot>>;
}

/** One of several. */
export interface OneOf {
  readonly _tag: "one of";
  readonly members: readonly Decoder<unknown>[];
}

/** A field of a record: `absent` is null for one that is required. */
export interface Slot {
  readonly part: Decoder<unknown>;
  readonly absent: Field<unknown>["absent"] | null;
}

/** A value as JSON Schema says it. */
export interface LeafSchema {
  readonly type?: "string" | "boolean" | "number" | "integer" | "object" | "array";
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: LeafSchema;
  readonly anyOf?: readonly LeafSchema[];
}
