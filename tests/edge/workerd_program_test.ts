/**
 * The program that runs workerd has packages of its own, which the root's commands do not fetch.
 * They leave out its folder; these tests look at it in their place.
 */

import { assert, assertEquals } from "@std/assert";
import root from "../../deno.json" with { type: "json" };
import { workerdTest } from "./needs_workerd.ts";
import own from "./workerd/deno.json" with { type: "json" };

Deno.test("workerd: its program is held to the root's rules", () => {
  const { compilerOptions, fmt: { lineWidth }, lint } = root;
  const { imports: _, ...rules } = own;
  assertEquals(rules, { compilerOptions, fmt: { lineWidth }, lint });
});

const passes = (command: string) => async (): Promise<void> => {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: command.split(" "),
    cwd: new URL("workerd", import.meta.url),
  }).output();
  assert(success, new TextDecoder().decode(stderr));
};

Deno.test("workerd: its program passes the formatter", passes("fmt --check"));

Deno.test("workerd: its program passes the linter", passes("lint"));

workerdTest("workerd: its program passes the type checker", passes("check"));
