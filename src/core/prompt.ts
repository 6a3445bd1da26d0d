/** Filling in prompt templates. Contract section 1.9. */

import { E } from "../deps/fp.ts";
import {
  type InvalidArgument,
  invalidArgument,
  type Unsupported,
  unsupported,
} from "../model/errors.ts";
import type { PromptTemplate } from "../model/resources.ts";

/** A brace that is written twice, a name in braces, or a brace that is neither. */
const PLACE = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

/**
 * Fills the places of a template. `Unsupported` for engines other than `f-string`;
 * `InvalidArgument` for a place that has no value, and for a brace that opens or closes nothing.
 * `{{` and `}}` stand for single braces, as in Python.
 *
 * @example
 * ```ts
 * import { renderPrompt } from "@lightning/store";
 *
 * const template = {
 *   resource_type: "prompt_template",
 *   template: "Answer {question}",
 *   engine: "f-string",
 * } as const;
 * const prompt = renderPrompt(template, { question: "2 + 2" });
 * if (prompt._tag === "Right") console.log(prompt.right); // Answer 2 + 2
 * ```
 */
export const renderPrompt = (
  { template, engine }: PromptTemplate,
  values: Readonly<Record<string, string | number | boolean>>,
): E.Either<Unsupported | InvalidArgument, string> => {
  if (engine !== "f-string") {
    return E.left(unsupported(`A ${engine} template is rendered by its own engine`));
  }
  const bad = [...template.matchAll(PLACE)].find(([place, name]) =>
    name === undefined ? place.length === 1 : !Object.hasOwn(values, name)
  );
  if (bad !== undefined) {
    const [place, name] = bad;
    return E.left(
      name === undefined
        ? invalidArgument("template", `expected a place such as {name}, got a lone ${place}`)
        : invalidArgument(`values.${name}`, "expected a value for this place, got nothing"),
    );
  }
  return E.right(
    template.replaceAll(
      PLACE,
      (place, name?: string) => name === undefined ? place.slice(0, 1) : String(values[name]),
    ),
  );
};
