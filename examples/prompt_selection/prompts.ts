/** The prompts that compete, by name. */

import type { PromptTemplate } from "../../mod.ts";

const template = (text: string): PromptTemplate => ({
  resource_type: "prompt_template",
  engine: "f-string",
  template: text,
});

/** The prompts that compete, by name. */
export const PROMPTS: Readonly<Record<string, PromptTemplate>> = {
  guess: template("Answer at once with a number.\n\n{question}"),
  steps: template("Think step by step, then answer with a number.\n\n{question}"),
  check: template("Think step by step, check your work, then answer with a number.\n\n{question}"),
};
