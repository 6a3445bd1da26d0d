/** The demo as its user meets it: a process that is started, killed and started again. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { makeTasks } from "../examples/prompt_selection/make_tasks.ts";
import tasks from "../examples/prompt_selection/tasks.json" with { type: "json" };
import { openStore } from "../mod.ts";
import { serving } from "./cli/service.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const TOTAL = 720;

const PROMPTS = ["check", "steps", "guess"];

Deno.test("demo: killed part-way, it carries on and does everything once", async () => {
  await using folder = await temporaryFolder();
  await carriesOn(`sqlite:${folder.path}/demo.db`);
});

Deno.test("demo: killed part-way, it carries on with the store of a server", async () => {
  await using folder = await temporaryFolder();
  await using service = await serving(
    ["--scan-debounce-seconds", "0.25", "--log-level", "WARNING"],
    { cwd: folder.path },
  );
  await carriesOn(service.address);
});

/** Kills the demo on a new store, starts it again, and holds what it tells against the store. */
const carriesOn = async (url: string): Promise<void> => {
  const told = await killPartWay(start("--store", url));
  const kept = (await readPairs(url)).filter(({ terminal }) => terminal).length;
  assert(told <= kept && kept < TOTAL, `${told} told, ${kept} kept`);

  const { code, stdout } = await output(start("--store", url));
  assertEquals(code, 0);
  assert(parseInt(stdout) >= kept, "the second run does not start where the first one ended");
  const pairs = await readPairs(url);
  assertEquals(
    pairs.map(({ pair }) => pair).toSorted(),
    tasks.flatMap(({ id }) => PROMPTS.map((prompt) => `${id} ${prompt}`)).toSorted(),
  );
  assert(pairs.every(({ terminal }) => terminal));
  assert(pairs.every(({ succeeded, status }) => succeeded === (status === "succeeded" ? 1 : 0)));

  const rows = readTable(stdout);
  assertEquals(rows.map(({ prompt }) => prompt), PROMPTS);
  for (const { prompt, rollouts, retries, timeouts } of rows) {
    const own = pairs.filter(({ pair }) => pair.endsWith(` ${prompt}`));
    assertEquals(rollouts, own.length);
    assertEquals(retries, sum(own.map(({ attempts }) => attempts - 1)));
    assertEquals(timeouts, sum(own.map(({ expired }) => expired)));
  }

  const again = await output(start("--store", url));
  assertEquals(readTable(again.stdout), rows);
  assertStringIncludes(again.stdout, "Nothing was left to do");
};

Deno.test("demo: on memory, the best prompt wins and the dead runner's work is retried", async () => {
  const { code, stdout } = await output(start("--backend", "memory"));
  assertEquals(code, 0);
  const rows = readTable(stdout);
  assertEquals(rows.map(({ prompt }) => prompt), PROMPTS);
  assertEquals(sum(rows.map(({ rollouts }) => rollouts)), TOTAL);
  assert(sum(rows.map(({ timeouts }) => timeouts)) >= 1);
  assert(sum(rows.map(({ retries }) => retries)) > sum(rows.map(({ timeouts }) => timeouts)));
  assertStringIncludes(stdout, "Best prompt: check");
});

for (
  const [args, problem] of [
    [["--bogus"], "--bogus"],
    [["--backend", "paper"], 'not "paper"'],
    [["--backend", "memory", "--store", "memory:"], "not both"],
    [["--store", "paper:demo"], "paper"],
    [["--fresh", "--store", "http://127.0.0.1:4747"], "--fresh"],
  ] as const
) {
  Deno.test(`demo: ${args.join(" ")} is refused in words`, async () => {
    const { code, stdout, stderr } = await output(start(...args));
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, problem);
    assert(!stderr.includes("    at "), "a stack trace is no message");
  });
}

Deno.test("demo: a server that is not there is told in words", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(),
  );
  await server.shutdown();
  const url = `http://127.0.0.1:${server.addr.port}`;
  const { code, stdout, stderr } = await output(start("--store", url));
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, url);
  assert(!stderr.includes("    at "), "a stack trace is no message");
});

Deno.test("demo: tasks.json is what make_tasks.ts makes", () => {
  assertEquals<unknown>(tasks, makeTasks());
  assertEquals(new Set(tasks.map(({ id }) => id)).size, 240);
});

/** Runs the `demo` task's own command line, with no shell between. */
const start = (...args: readonly string[]): Deno.ChildProcess => {
  const [, ...command] = config.tasks.demo.replaceAll("'", "").split(" ");
  return new Deno.Command(Deno.execPath(), {
    args: [...command, ...args],
    cwd: new URL("..", import.meta.url),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
};

const output = async (process: Deno.ChildProcess) => {
  const { code, stdout, stderr } = await process.output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
};

/** Kills the process once it tells that rollouts are finished, and answers with how many. */
const killPartWay = async (process: Deno.ChildProcess): Promise<number> => {
  const problems = process.stderr.text();
  let told = "";
  let finished = 0;
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    told += text;
    finished = Number(/^([1-9]\d*) of/m.exec(told)?.[1] ?? 0);
    if (finished > 0) break;
  }
  process.kill("SIGKILL");
  const { signal } = await process.status;
  assertEquals(signal, "SIGKILL", `${told}${await problems}`);
  return finished;
};

/** What a store file holds of each pair of task and prompt. */
const readPairs = async (url: string) => {
  const store = await openStore(url);
  const { items } = await store.queryRollouts();
  const pairs = await Promise.all(items.map(async ({ rollout_id, status, metadata }) => {
    const { items: attempts } = await store.queryAttempts({ rollout_id });
    return {
      pair: `${metadata?.task} ${metadata?.prompt}`,
      status,
      terminal: ["succeeded", "failed", "cancelled"].includes(status),
      attempts: attempts.length,
      succeeded: attempts.filter(({ status }) => status === "succeeded").length,
      expired: attempts.filter(({ status }) => ["unresponsive", "timeout"].includes(status)).length,
    };
  }));
  await store.close();
  return pairs;
};

const readTable = (stdout: string) =>
  Array.from(
    stdout.matchAll(/^(\w+) +(\d+) +([\d.]+) +(\d+) +(\d+)$/gm),
    ([, prompt, rollouts, meanReward, retries, timeouts]) => ({
      prompt,
      rollouts: Number(rollouts),
      meanReward: Number(meanReward),
      retries: Number(retries),
      timeouts: Number(timeouts),
    }),
  );

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
