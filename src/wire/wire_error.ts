/** Errors of the store on the wire, beside what agent-lightning's clients read. */

import { AnyString, type Codec, list, oneOf, record, tagged } from "../model/codec.ts";
import { type Fault, invalidArgument, type StoreError, validation } from "../model/errors.ts";

const Message = AnyString;

const FaultCodec: Codec<Fault> = record<Fault>("a fault", {
  path: AnyString,
  expected: AnyString,
  actual: AnyString,
});

/** What an error has besides its tag and its message; what the engine raised stays where it is. */
const MEMBERS = {
  NotFound: record("an error", {
    _tag: oneOf("NotFound"),
    message: Message,
    kind: oneOf("rollout", "attempt"),
    id: AnyString,
  }),
  Validation: record("an error", {
    _tag: oneOf("Validation"),
    message: Message,
    faults: list(FaultCodec),
  }),
  InvalidArgument: record("an error", {
    _tag: oneOf("InvalidArgument"),
    message: Message,
    argument: AnyString,
  }),
  SpansEvicted: record("an error", {
    _tag: oneOf("SpansEvicted"),
    message: Message,
    rollout_id: AnyString,
  }),
  Unsupported: record("an error", { _tag: oneOf("Unsupported"), message: Message }),
};

/** The errors that tell a caller something to act on. */
export type WireError = Extract<StoreError, { readonly _tag: keyof typeof MEMBERS }>;

/** The codec of {@linkcode WireError}. */
export const WireError: Codec<WireError> = tagged<WireError>("_tag", MEMBERS);

/** An error as it is sent; null for one that is the server's own business. */
export const wireErrorOf = (error: StoreError): WireError | null =>
  WireError.is(error) ? error : null;

/** What a null is where a field may only be left out (section 0.5). */
export const nullRefused = (field: string): StoreError =>
  field === "heartbeat_stats"
    ? invalidArgument(field, "expected a JSON object, got null")
    : validation([{ path: field, expected: "a value, or nothing", actual: "null" }]);
