/** JSON Schema, from the shapes of codecs. */

import type { Decoder } from "../../model/codec.ts";
import type { Slot } from "../../model/shape.ts";

/** A schema, or another part of an OpenAPI document. */
export type Schema = Readonly<Record<string, unknown>>;

/** Whether it tells what a caller may write, or what comes back: a default is in what comes back. */
export type Side = "input" | "output";

/** The codecs that have a schema of their own on a side, by its name. */
export type Named = ReadonlyMap<Decoder<unknown>, string>;

/** The schema of a codec; a reference for one that is named. */
export const schemaOf = (part: Decoder<unknown>, side: Side, named: Named): Schema => {
  const name = named.get(part);
  return name === undefined ? definitionOf(part, side, named) : reference("schemas", name);
};

/** The schema of a codec, written out. */
export const definitionOf = ({ shape }: Decoder<unknown>, side: Side, named: Named): Schema => {
  const within = (part: Decoder<unknown>): Schema => schemaOf(part, side, named);
  switch (shape._tag) {
    case "leaf":
      return { ...shape.schema };
    case "nullable":
      return { anyOf: [within(shape.part), { type: "null" }] };
    case "list":
      return { type: "array", items: within(shape.item) };
    case "dictionary":
      return { type: "object", additionalProperties: within(shape.item) };
    case "one of":
      return { anyOf: shape.members.map(within) };
    case "record":
      return objectOf(Object.entries(shape.fields), side, named);
  }
};

/** The schema of an object with some fields; others are passed over. */
export const objectOf = (
  fields: readonly (readonly [string, Slot])[],
  side: Side,
  named: Named,
): Schema => {
  const required = fields.filter(([, slot]) => isRequired(slot, side)).map(([key]) => key);
  return {
    type: "object",
    properties: Object.fromEntries(
      fields.map(([key, { part, absent }]) => [key, {
        ...schemaOf(part, side, named),
        ...side === "input" && typeof absent === "function" ? { default: absent() } : {},
      }]),
    ),
    ...required.length === 0 ? {} : { required },
  };
};

const isRequired = ({ absent }: Slot, side: Side): boolean =>
  absent === null || side === "output" && absent !== "stays absent";

/** Points to a component. */
export const reference = (kind: "schemas" | "responses", name: string): Schema => ({
  $ref: `#/components/${kind}/${name}`,
});
