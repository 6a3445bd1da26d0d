/** Resources for the cases. */

import type { LLMInput } from "../../model/resources.ts";
import type { PromptTemplate } from "../../model/resources.ts";

/** A prompt. */
export const prompt = (template: string): PromptTemplate => ({
  resource_type: "prompt_template",
  template,
  engine: "f-string",
});

/** A model's endpoint. */
export const llm = (model: string): LLMInput => ({
  resource_type: "llm",
  endpoint: "http://localhost:8000/v1",
  model,
});
