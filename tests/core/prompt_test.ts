import { assertEquals } from "@std/assert";
import { renderPrompt } from "../../src/core/prompt.ts";
import type { PromptTemplate } from "../../src/model/resources.ts";

const template = (text: string, engine: PromptTemplate["engine"] = "f-string") =>
  ({ resource_type: "prompt_template", template: text, engine }) as const;

const outcome = (text: string, values = {}) => {
  const rendered = renderPrompt(template(text), values);
  return rendered._tag === "Right" ? rendered.right : rendered.left.message;
};

for (
  const { text, values, expected } of [
    { text: "no place", values: {}, expected: "no place" },
    { text: "{a} and {b}, {a}", values: { a: 1, b: "two" }, expected: "1 and two, 1" },
    { text: "{{a}} {a}", values: { a: "$&" }, expected: "{a} $&" },
    {
      text: "{a}",
      values: {},
      expected: "values.a: expected a value for this place, got nothing",
    },
    {
      text: "{toString}",
      values: {},
      expected: "values.toString: expected a value for this place, got nothing",
    },
    {
      text: "open {",
      values: {},
      expected: "template: expected a place such as {name}, got a lone {",
    },
  ]
) {
  Deno.test(`renderPrompt: "${text}" with ${JSON.stringify(values)} gives "${expected}"`, () => {
    assertEquals(outcome(text, values), expected);
  });
}

Deno.test("renderPrompt: other engines are Unsupported", () => {
  for (const engine of ["jinja", "poml"] as const) {
    const rendered = renderPrompt(template("{a}", engine), { a: 1 });
    assertEquals(rendered._tag === "Left" && rendered.left._tag, "Unsupported");
  }
});
