/** What codecs are made of, as data: for whoever describes values, or prepares them, by their codec. */

import type { Decoder } from "./codec.ts";

/** What a codec is made of. */
export type Shape =
  /** A value that is judged as a whole; the schema says as much of its rule as JSON Schema can. */
  | { readonly _tag: "leaf"; readonly schema: LeafSchema }
  /** A part or null. */
  | { readonly _tag: "nullable"; readonly part: Decoder<unknown> }
  /** An array. */
  | { readonly _tag: "list"; readonly item: Decoder<unknown> }
  /** An object from any key to a part. */
  | { readonly _tag: "dictionary"; readonly item: Decoder<unknown> }
  /** An object with known fields. */
  | { readonly _tag: "record"; readonly fields: Readonly<Record<string, Slot>> }
  /** One of several. */
  | { readonly _tag: "one of"; readonly members: readonly Decoder<unknown>[] };

/** A field of a record. */
export interface Slot {
  /** What it holds. */
  readonly part: Decoder<unknown>;
  /** What an absent one is: nothing, or what is made then; null for a field that is required. */
  readonly absent: "stays absent" | (() => unknown) | null;
}

/** A value as JSON Schema says it, in JSON Schema's own words. */
export interface LeafSchema {
  /** Its kind. */
  readonly type?: "string" | "boolean" | "number" | "integer" | "object" | "array";
  /** The texts that it may be. */
  readonly enum?: readonly string[];
  /** What a text matches. */
  readonly pattern?: string;
  /** The least number. */
  readonly minimum?: number;
  /** The greatest number. */
  readonly maximum?: number;
  /** What an array holds. */
  readonly items?: LeafSchema;
  /** One of these. */
  readonly anyOf?: readonly LeafSchema[];
}
