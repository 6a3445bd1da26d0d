/** The parts of fp-ts that the module uses: the one place that names its version. */
export * as E from "npm:fp-ts@2.16.11/lib/Either.js";
export * as TE from "npm:fp-ts@2.16.11/lib/TaskEither.js";
export { pipe } from "npm:fp-ts@2.16.11/lib/function.js";
