import { assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { jsonLog, requestEvent, writingTo } from "../../src/cli/log.ts";
import { heldClaim, serving } from "./service.ts";

const REQUEST = {
  request_id: "a",
  method: "GET",
  route: "/v1/agl/health",
  status: 200,
  milliseconds: 0.1,
};

Deno.test("log: an event is one line of JSON, with its time and its details", async () => {
  const lines: string[] = [];
  const log = jsonLog("info", (line) => lines.push(line));
  for (let i = 0; i < 3; i++) {
    const before = Date.now();
    log(requestEvent(REQUEST));
    log(requestEvent(REQUEST));
    const after = Date.now();
    for (const line of lines.splice(0)) {
      const { time, ...event } = JSON.parse(line);
      assertEquals(event, { level: "info", message: "Request", ...REQUEST });
      assertEquals(new Date(time).toISOString(), time);
      assertGreaterOrEqual(Date.parse(time), before);
      assertLessOrEqual(Date.parse(time), after);
    }
    await delay(3);
  }
});

Deno.test("log: what is below its level is left out, and an error has words", () => {
  const lines: string[] = [];
  const log = jsonLog("warn", (line) => lines.push(line));
  log(requestEvent(REQUEST));
  log({ level: "error", message: "No", details: { cause: new Error("words") } });
  assertEquals(lines.map((line) => JSON.parse(line).cause), ["words"]);
});

Deno.test("log: a file that takes a part of the lines is given the rest", () => {
  const taken: number[] = [];
  const write = writingTo({
    writeSync: (bytes) => {
      const some = bytes.subarray(0, 3);
      taken.push(...some);
      return some.length;
    },
  });
  write("a line\nand ünother");
  assertEquals(new TextDecoder().decode(Uint8Array.from(taken)), "a line\nand ünother\n");
});

Deno.test("log: a service writes JSON and nothing else", async () => {
  await using service = await serving(["--store", "memory:"]);
  assertEquals(await heldClaim(service.address), []);
  service.kill("SIGTERM");
  const { problems } = await service.end();
  const messages = problems.trim().split("\n").map((line) => JSON.parse(line).message);
  assertEquals(messages, ["Request", "Stopping"]);
});

Deno.test("log: a service whose log nobody reads any more goes on serving", async () => {
  const main = new URL("../../main.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", main, "serve", "--port", "0", "--store", "memory:"],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stderr.cancel();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let said = "";
    while (!said.includes("Ctrl+C")) {
      const { value } = await reader.read();
      if (value === undefined) throw new Error(`It ends before it serves: ${said}`);
      said += value;
    }
    const [, address = ""] = /at (http:\S+)/.exec(said) ?? [];
    for (let i = 0; i < 3; i++) {
      const answer = await fetch(`${address}/v1/agl/health`);
      assertEquals(await answer.json(), { status: "ok" });
      await delay(20);
    }
  } finally {
    await reader.cancel();
    child.kill();
    await child.status;
  }
});
