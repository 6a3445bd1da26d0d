/** A question with a known answer. It travels as the input of a rollout. */

import type { Json } from "../../mod.ts";

/** A question with a known answer. A type and not an interface, so that it is a `Json` as it is. */
export type Task = {
  readonly id: string;
  readonly question: string;
  readonly answer: number;
};

/** Whether a rollout's input is a task. */
export const isTask = (input: Json): input is Task =>
  typeof input === "object" && input !== null && "id" in input && "question" in input &&
  "answer" in input && typeof input.id === "string" && typeof input.question === "string" &&
  typeof input.answer === "number";
