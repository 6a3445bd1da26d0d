/** Commands of the documentation are there: tasks in deno.json, flags in the table of the service. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { FLAGS } from "../../src/cli/flags.ts";
import { codeOf, pageAt, pages, ROOT } from "./pages.ts";

/** A task, whether `deno` is there or fetched. */
const TASK = /\bdeno(?:@[\d.]+)? task ([\w:-]+)/g;

/** A flag, its value aside. */
const FLAG = /(?<=^|\s)--([a-z][\w-]*)/g;

for (const page of pages()) {
  Deno.test(`docs: tasks that ${page.path} names are in deno.json`, () => {
    const named = codeOf(page).flatMap((code) => [...code.matchAll(TASK)].map(([, name]) => name));
    assertEquals(named.filter((name) => !Object.hasOwn(config.tasks, name ?? "")), []);
  });

  Deno.test(`docs: flags that ${page.path} names are those of the service`, () => {
    const named = codeOf(page).flatMap(serviceLines).flatMap((line) =>
      [...line.matchAll(FLAG)].map(([, name]) => name)
    );
    assertEquals(named.filter((name) => !Object.hasOwn(FLAGS, name ?? "")), []);
  });
}

/** What is said to the service: the lines that start it, and flags by themselves but Deno's own. */
const serviceLines = (code: string): readonly string[] =>
  code.split("\n").filter((line) => / task start\b/.test(line) || /^--(?!allow-)/.test(line));

Deno.test("docs: what a supervisor is to run is what the task runs", () => {
  const blocks = pageAt("README.md").tokens.flatMap((it) => it.type === "code" ? [it.text] : []);
  assert(blocks.includes(config.tasks.start));
});

Deno.test("docs: contributors and readers of figures are told of every benchmark", () => {
  const benchmarks = Object.entries(config.tasks)
    .flatMap(([name, command]) => command.includes(" bench/") ? [`deno task ${name}`] : []);
  for (const path of ["CONTRIBUTING.md", "docs/performance.md"]) {
    const codes = codeOf(pageAt(path)).flatMap((code) => code.split("\n"));
    const isTold = (task: string) => codes.some((it) => it === task || it.startsWith(`${task} `));
    assertEquals(benchmarks.filter((task) => !isTold(task)), [], path);
  }
});

for (const [name, command] of Object.entries(config.tasks)) {
  if (!command.startsWith("deno run ") || !command.includes(" bench/")) continue;
  Deno.test(`docs: deno task ${name} refuses a word that names no job`, async () => {
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", name, "nonsense"],
      cwd: ROOT,
      stdout: "null",
      stderr: "null",
    }).output();
    assertEquals(code, 2);
  });
}

Deno.test("docs: tasks and flags are found where there are some", () => {
  const all = pages().flatMap(codeOf);
  assertNotEquals(all.filter((code) => code.match(TASK) !== null), []);
  assertNotEquals(all.flatMap(serviceLines), []);
});
