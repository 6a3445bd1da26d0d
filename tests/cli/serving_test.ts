/** The service as its users meet it: a process that is started, asked and started again. */

import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openStore } from "../../mod.ts";
import { explained } from "../../src/cli/store_choice.ts";
import { backendError } from "../../src/model/errors.ts";
import { ROOT } from "../docs/pages.ts";
import { eventually } from "../eventually.ts";
import { output } from "../process.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { failing, serving, until } from "./service.ts";

/** Asks for a path of the API; answers with the status. */
const statusOf = async (address: string, path: string, headers: HeadersInit = {}) => {
  const answer = await fetch(`${address}/v1/agl${path}`, { headers });
  await answer.body?.cancel();
  return answer.status;
};

Deno.test("serve: it tells how to use it, and keeps what it holds", async () => {
  await using folder = await temporaryFolder();
  const settings = { cwd: folder.path };
  const held = await (async () => {
    await using service = await serving([], settings);
    assertStringIncludes(service.banner, "Serving sqlite:./lightning.db at http://127.0.0.1:");
    assertStringIncludes(service.banner, `LightningStoreClient("${service.address}")`);
    assertStringIncludes(service.banner, `openStore("${service.address}")`);
    assertStringIncludes(service.banner, `curl ${service.address}/v1/agl/statistics`);
    assertEquals(await statusOf(service.address, "/health"), 200);
    const store = await openStore(service.address);
    const rollout = await store.enqueueRollout({ input: "2 + 2" });
    service.kill("SIGTERM");
    assertEquals((await service.end()).code, 0);
    return rollout;
  })();
  await using service = await serving([], settings);
  const store = await openStore(service.address);
  const claimed = await store.dequeueRollout({ worker_id: "Worker-0" });
  assertEquals([claimed?.rollout_id, claimed?.input], [held.rollout_id, "2 + 2"]);
});

Deno.test("serve: the README's backup is whole, whatever is written meanwhile", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const [, sql = ""] = /`sqlite3 lightning\.db "(.+)"`/.exec(readme) ?? [];
  await using folder = await temporaryFolder();
  const settings = { cwd: folder.path };
  await using service = await serving(["--log-level", "WARNING"], settings);
  const store = await openStore(service.address);
  const input = "x".repeat(10_000);
  const acknowledged = new Set<string>();
  let isOver = false;
  const write = async () => {
    while (!isOver) {
      const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input });
      await store.updateAttempt({ rollout_id, attempt_id, status: "succeeded" });
      acknowledged.add(rollout_id);
    }
  };
  const writers = Array.from({ length: 8 }, write);
  await eventually(() => acknowledged.size > 500);
  const before = [...acknowledged];
  await output({ script: new URL("run_sql.ts", import.meta.url), args: [sql], ...settings });
  const { size } = acknowledged;
  await eventually(() => acknowledged.size > size);
  isOver = true;
  await Promise.all(writers);

  using database = new DatabaseSync(`${folder.path}/copy.db`);
  assertEquals(Object(database.prepare("PRAGMA integrity_check").get()).integrity_check, "ok");
  const copy = await openStore(`sqlite:${folder.path}/copy.db`);
  const { items } = await copy.queryRollouts();
  const succeeded = new Set(
    items.flatMap(({ rollout_id, status }) => status === "succeeded" ? [rollout_id] : []),
  );
  assertEquals(before.filter((rollout_id) => !succeeded.has(rollout_id)), []);
  assert(items.every((it) => it.input === input));
  assertEquals((await copy.statistics()).total_rollouts, items.length);
  await copy.close();
});

Deno.test("serve: partitions of one file do not meet", async () => {
  await using folder = await temporaryFolder();
  const settings = { cwd: folder.path };
  await using one = await serving(["--partition", "one"], settings);
  await using two = await serving(["--partition", "two"], settings);
  await (await openStore(one.address)).enqueueRollout({ input: 1 });
  assertEquals(await (await openStore(two.address)).dequeueRollout(), null);
});

Deno.test("serve: a store that nobody asks notices what has died", async () => {
  await using folder = await temporaryFolder();
  await using service = await serving(
    ["--scan-debounce-seconds", "0", "--scan-interval-seconds", "0.05"],
    { cwd: folder.path },
  );
  const store = await openStore(service.address);
  await store.startRollout({ input: 1, config: { timeout_seconds: 0.01 } });
  using database = new DatabaseSync(`${folder.path}/lightning.db`, { readOnly: true });
  const status = () => Object(database.prepare("SELECT status FROM rollout").get()).status;
  await eventually(() => status() === "failed");
});

Deno.test("serve: a token of a file is asked for, and not shown", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/token.txt`, "s3cret\n");
  await using service = await serving(
    ["--store", "memory:", "--token-file", "token.txt"],
    { cwd: folder.path, env: { LIGHTNING_TOKEN: "another" } },
  );
  const { address, banner } = service;
  assertEquals(await statusOf(address, "/health"), 200);
  assertEquals(await statusOf(address, "/ready"), 401);
  assertEquals(await statusOf(address, "/ready", { authorization: "Bearer s3cret" }), 200);
  assertEquals(await statusOf(address, "/statistics"), 401);
  assertEquals(await statusOf(address, "/statistics", { authorization: "Bearer another" }), 401);
  assertEquals(await statusOf(address, "/statistics", { authorization: "Bearer s3cret" }), 200);
  const store = await openStore(address.replace("//", "//any:s3cret@"));
  assertEquals((await store.statistics()).total_rollouts, 0);
  assert(!banner.includes("s3cret"));
  assertStringIncludes(banner, "any:TOKEN@");
  service.kill("SIGTERM");
  assert(!(await service.end()).problems.includes("s3cret"));
});

Deno.test("serve: a token of the environment is asked for", async () => {
  await using service = await serving(["--store", "memory:"], { env: { LIGHTNING_TOKEN: "t" } });
  assertEquals(await statusOf(service.address, "/statistics"), 401);
  assertEquals(await statusOf(service.address, "/statistics", { authorization: "Bearer t" }), 200);
});

Deno.test("serve: at a loopback address it answers by the names of one alone", async () => {
  await using service = await serving(["--store", "memory:", "--allowed-host", "store.example"]);
  const ask = (host: string) => firstLine(service.address, `GET /v1/agl/statistics`, host);
  for (const host of ["localhost", "127.0.0.1:4747", "[::1]", "store.example"]) {
    assertMatch(await ask(host), / 200 /);
  }
  assertMatch(await ask("evil.example"), / 421 /);
});

/** Whether this machine has an IPv6 address. */
const hasIpv6 = (): boolean => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
};

for (const host of ["127.0.0.1", "127.0.0.2", "localhost", "::1", "0::1", "0.0.0.0", "::"]) {
  for (const allowed of [[], ["--allowed-host", "store.example"]]) {
    const flags = ["--host", host, ...allowed];
    Deno.test({
      name: `serve: ${flags.join(" ")} answers where the banner says`,
      ignore: host.includes(":") && !hasIpv6(),
      fn: async () => {
        await using service = await serving(["--store", "memory:", ...flags]);
        assertEquals(await statusOf(service.address, "/statistics"), 200);
      },
    });
  }
}

for (
  const args of [
    ["--host", "0.0.0.0"],
    ["--cors-origin", "http://localhost:3000", "--cors-origin", "*"],
    ["--allowed-host", "*"],
  ]
) {
  const told = `${args.at(-2)} ${args.at(-1)}: `;
  Deno.test(`serve: ${told}what stands open is told once, and a token closes it`, async () => {
    for (const [env, times] of [[{}, 1], [{ LIGHTNING_TOKEN: "t" }, 0]] as const) {
      await using service = await serving(["--store", "memory:", ...args], { env });
      service.kill("SIGTERM");
      const { problems } = await service.end();
      assertEquals(problems.match(/may read and change all/g)?.length ?? 0, times);
      assertEquals(problems.includes(told), times === 1);
    }
  });
}

Deno.test("serve: the log has a line for each request, from its level on", async () => {
  for (const [level, lines] of [["INFO", 1], ["WARNING", 0]] as const) {
    await using service = await serving(["--store", "memory:", "--log-level", level]);
    await statusOf(service.address, "/workers/Worker-1");
    service.kill("SIGTERM");
    const { problems } = await service.end();
    const logged = problems.trim().split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line))
      .filter(({ message }) => message === "Request");
    assertEquals(logged.length, lines);
    for (const { level, method, status, time } of logged) {
      assertEquals([level, method, status], ["info", "GET", 200]);
      assert(!Number.isNaN(Date.parse(time)));
    }
  }
});

Deno.test("serve: what fails inside is in the log, and not in the answer", async () => {
  const nobody = await unused();
  await using service = await serving(["--store", nobody]);
  const answer = await fetch(`${service.address}/v1/agl/statistics`);
  const { detail, request_id } = await answer.json();
  assertEquals([answer.status, detail], [500, "Internal server error"]);
  const line = await until(service, "Request");
  assertEquals([line.level, line.request_id], ["error", request_id]);
  assertStringIncludes(String(line.fault), nobody);
});

Deno.test("serve: figures are there for whoever wants them", async () => {
  await using service = await serving(["--store", "memory:", "--tracker", "prometheus"]);
  const answer = await fetch(`${service.address}/v1/prometheus/`);
  assertStringIncludes(await answer.text(), "agl_http_total");
});

Deno.test("serve: a body that does not come is answered 408", async () => {
  await using service = await serving(["--store", "memory:", "--max-body-seconds", "0.01"]);
  const line = await firstLine(
    service.address,
    "POST /v1/agl/rollouts",
    "localhost",
    "content-length: 9\r\n",
  );
  assertMatch(line, / 408 /);
});

Deno.test("start: a port that is taken is named", async () => {
  await using service = await serving(["--store", "memory:"]);
  const { port } = new URL(service.address);
  const { code, problems } = await failing(["--store", "memory:", "--port", port]);
  assertEquals(code, 1);
  assertStringIncludes(problems, `${service.address}: something listens there already`);
  assertStringIncludes(problems, "--port");
});

/** Starts that fail, with the exit code and what is said. */
const FAILING: readonly (readonly [
  args: readonly string[],
  code: number,
  said: readonly string[],
])[] = [
  [["--prot", "1"], 2, ["--prot", "--port", "--help"]],
  [["--store", "paper:x"], 2, ["--store paper:x", "sqlite:PATH"]],
  [["--store", "memory:foo"], 2, ["--store memory:foo", "memory:"]],
  [["--store", "sqlite:missing/store.db"], 1, ["missing/store.db", "a folder that is there"]],
  [["--store", "sqlite:folder"], 1, ["file folder: ", "It must be a file"]],
  [["--store", "sqlite:token.txt"], 1, ["token.txt", "another kind"]],
  [["--store", "sqlite:damaged.db"], 1, ["damaged.db", "The file is damaged"]],
  [["--store", "sqlite:other.db"], 1, ["other.db", "another program", "name another file"]],
  [["--store", "mongodb://u:a@s3cret@h/"], 2, ["--store: ", "mongodb://***@h/", "%40"]],
  [["--backend", "mongo", "--mongo-uri", "mongodb://h:p/"], 2, ["--mongo-uri: ", "h:p"]],
  [["--store", "mongodb://u:s3cret@127.0.0.1:9/?serverSelectionTimeoutMS=100"], 1, [
    "mongodb://***@127.0.0.1:9/",
    "Start the server",
  ]],
  [["--store", "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=2000"], 1, [
    '"Still opening the store"',
    "Start the server",
  ]],
  [["--token-file", "missing.txt"], 1, ["--token-file missing.txt: there is no such file"]],
  [["--token-file", "folder"], 1, ["--token-file folder: it is a folder"]],
  [["--token-file", "empty.txt"], 1, ["one word of printable ASCII, got nothing"]],
  [["--token-file", "token.txt"], 1, ["--token-file token.txt: expected one word", "got 45 words"]],
  [["--dashboard", "missing"], 1, ["--dashboard missing: there is no such folder"]],
  [["--dashboard", "token.txt"], 1, ["--dashboard token.txt: it is no folder"]],
  [["--dashboard", "folder"], 1, ["--dashboard folder: there is no index.html in it"]],
  [["--host", "192.0.2.1", "--store", "memory:"], 2, ["--host 192.0.2.1", "no such address"]],
];

for (const [args, code, said] of FAILING) {
  Deno.test(`start: ${args.join(" ")} ends with ${code} and in words`, async () => {
    await using folder = await temporaryFolder();
    await prepare(folder.path);
    const failed = await failing(args, { cwd: folder.path });
    assertEquals(failed.code, code);
    for (const words of said) assertStringIncludes(failed.problems, words);
    assert(!failed.problems.includes("    at "), "a stack trace is no message");
    assert(!failed.problems.includes("s3cret"), "a secret is shown");
  });
}

/** What the command lines above find. */
const prepare = async (folder: string): Promise<void> => {
  await Deno.mkdir(`${folder}/folder`);
  await Deno.writeTextFile(`${folder}/empty.txt`, " \n");
  await Deno.writeTextFile(`${folder}/token.txt`, "five words that are s3cret\n".repeat(9));
  {
    using other = new DatabaseSync(`${folder}/other.db`);
    other.exec("CREATE TABLE customer (name TEXT)");
  }
  const damaged = `${folder}/damaged.db`;
  await (await openStore(`sqlite:${damaged}`)).close();
  using file = await Deno.open(damaged, { write: true });
  const page = 4096;
  await file.seek(page, Deno.SeekMode.Start);
  await file.write(new Uint8Array(20 * page).fill(7));
};

Deno.test("start: what the environment says is blamed on it", async () => {
  const { code, problems } = await failing([], { env: { LIGHTNING_STORE: "paper:x" } });
  assertEquals(code, 2);
  assertStringIncludes(problems, "LIGHTNING_STORE paper:x: ");
  assert(!problems.includes("--store"));
});

Deno.test("start: a disk that is full is told with what to do", () => {
  const choice = { url: "sqlite:a.db", source: "--store" };
  const error = backendError("SQLite failed", new Error("database or disk is full"));
  const { code, message } = explained(choice, error);
  assertEquals(code, 1);
  assertStringIncludes(message, "Make room");
});

/** The first line of the answer to a request, whose headers the test writes itself. */
const firstLine = async (
  address: string,
  methodAndPath: string,
  host: string,
  headers = "",
): Promise<string> => {
  const { hostname, port } = new URL(address);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const head = `${methodAndPath} HTTP/1.1\r\nhost: ${host}\r\n${headers}\r\n`;
  await connection.write(new TextEncoder().encode(head));
  const bytes = new Uint8Array(1000);
  const size = await connection.read(bytes);
  return new TextDecoder().decode(bytes.subarray(0, size ?? 0)).split("\r\n")[0] ?? "";
};

/** The URL of a server that is not there any more. */
const unused = async (): Promise<string> => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => GONE);
  await server.shutdown();
  return `http://127.0.0.1:${server.addr.port}`;
};

const GONE = new Response(null, { status: 410 });

Deno.test("serve: a folder's dashboard, and no file besides", async () => {
  await using folder = await temporaryFolder();
  const pages = `${folder.path}/pages`;
  await Deno.mkdir(`${pages}/assets`, { recursive: true });
  await Deno.writeTextFile(`${folder.path}/secret.txt`, "secret");
  await Deno.writeTextFile(`${pages}/index.html`, "<p>the index");
  await Deno.writeTextFile(`${pages}/assets/a-1b.js`, "let a;");
  await using service = await serving(["--store", "memory:", "--dashboard", pages]);
  const get = async (path: string) => {
    const answer = await fetch(`${service.address}${path}`);
    return [answer.status, answer.headers.get("content-type"), await answer.text()];
  };
  const index = [200, "text/html; charset=utf-8", "<p>the index"];
  assertEquals(await get("/"), index);
  assertEquals(await get("/rollouts"), index);
  assertEquals(await get("/assets/a-1b.js"), [200, "text/javascript; charset=utf-8", "let a;"]);
  for (const path of ["/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/secret.txt"]) {
    assertEquals((await get(path))[0], 404, path);
  }
});
