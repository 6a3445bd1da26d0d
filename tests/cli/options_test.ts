/** What a command line and an environment mean. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FLAGS } from "../../src/cli/flags.ts";
import { help } from "../../src/cli/help.ts";
import { readOptions } from "../../src/cli/options.ts";

const reading = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  readOptions(args, (name) => env[name]);

/** What is to be served. */
const served = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const read = reading(args, env);
  if (read._tag === "Right" && read.right._tag === "serve") return read.right;
  throw new Error(JSON.stringify(read));
};

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

Deno.test("options: without any, an SQLite file is served to this machine", () => {
  assertEquals(served([]), {
    _tag: "serve",
    hostname: "127.0.0.1",
    port: 4747,
    store: {
      url: "sqlite:./lightning.db",
      source: "--store",
      partition: "default",
      scanDebounceSeconds: 10,
      scanIntervalSeconds: 5,
    },
    token: null,
    http: {
      origins: [],
      hosts: LOOPBACK,
      maxBodyBytes: 67_108_864,
      bodySeconds: 30,
      maxRequests: 1000,
      maxWaits: 10_000,
    },
    hasMetrics: false,
    dashboard: null,
    level: "info",
    stopSeconds: 10,
    warnings: [],
  });
  assertEquals(served(["serve"]), served([]));
});

Deno.test("options: each flag says what it says", () => {
  const { hostname, port, store, token, http, hasMetrics, dashboard, level, stopSeconds } = served([
    ...["--host", "192.0.2.1", "--port=0", "--store", "sqlite:a.db", "--partition", "p"],
    ...["--cors-origin", "http://a:1", "--cors-origin", "https://b"],
    ...["--log-level", "warning", "--token-file", "t.txt", "--tracker", "prometheus"],
    ...["--allowed-host", "Store.Example", "--allowed-host", "fd00::1"],
    ...["--max-body-bytes", "1000", "--max-body-seconds", "0.5"],
    ...["--max-requests", "5", "--max-waits", "6", "--stop-seconds", "3"],
    ...["--scan-debounce-seconds", "0", "--scan-interval-seconds", ".5"],
    ...["--dashboard", "./pages"],
  ]);
  assertEquals([hostname, port, level, stopSeconds], ["192.0.2.1", 0, "warn", 3]);
  assertEquals(store, {
    url: "sqlite:a.db",
    source: "--store",
    partition: "p",
    scanDebounceSeconds: 0,
    scanIntervalSeconds: 0.5,
  });
  assertEquals(token, { file: "t.txt" });
  assertEquals(dashboard, "./pages");
  assertEquals(http, {
    origins: ["http://a:1", "https://b"],
    hosts: ["192.0.2.1", "store.example", "[fd00::1]"],
    maxBodyBytes: 1000,
    bodySeconds: 0.5,
    maxRequests: 5,
    maxWaits: 6,
  });
  assert(hasMetrics);
});

Deno.test("options: --backend is the short form of --store", () => {
  const url = (...args: readonly string[]) => served(args).store.url;
  assertEquals(url("--backend", "memory"), "memory:");
  assertEquals(url("--backend", "sqlite"), "sqlite:./lightning.db");
  assertEquals(url("--backend", "mongo"), "mongodb://localhost:27017/?replicaSet=rs0");
  assertEquals(url("--backend", "mongo", "--mongo-uri", "mongodb://a/"), "mongodb://a/");
});

Deno.test("options: the environment counts where no flag does", () => {
  const env = {
    LIGHTNING_STORE: "mongodb://u:p@a/",
    LIGHTNING_TOKEN: "s3cret",
    AGL_SCAN_DEBOUNCE_SECONDS: "0",
  };
  const { store, token } = served([], env);
  assertEquals([store.url, store.scanDebounceSeconds], ["mongodb://u:p@a/", 0]);
  assertEquals(store.source, "LIGHTNING_STORE");
  assertEquals(token, { text: "s3cret" });
  const typed = served(
    ["--backend", "memory", "--scan-debounce-seconds", "2", "--token-file", "t"],
    env,
  );
  assertEquals([typed.store.url, typed.store.scanDebounceSeconds], ["memory:", 2]);
  assertEquals(typed.store.source, "--backend");
  assertEquals(typed.token, { file: "t" });
  const empty = { LIGHTNING_STORE: "", LIGHTNING_TOKEN: "", AGL_SCAN_DEBOUNCE_SECONDS: "" };
  assertEquals(served([], empty), served([]));
});

Deno.test("options: only at a loopback address, or a name that may lead to one, do names count unasked", () => {
  const hosts = (...args: readonly string[]) => served(args).http.hosts;
  for (const host of ["127.0.0.1", "localhost", "::1", "[::1]", "0::1"]) {
    assertEquals(hosts("--host", host), LOOPBACK);
    assertEquals(hosts("--host", host, "--allowed-host", "a"), [...LOOPBACK, "a"]);
  }
  for (const host of ["127.1.2.3", "[::ffff:7f00:1]", "127.0.0.1.example", "vm"]) {
    assertEquals(hosts("--host", host), [...LOOPBACK, host]);
  }
  assertEquals(hosts("--host", "::ffff:127.0.0.1"), [...LOOPBACK, "[::ffff:7f00:1]"]);
  for (const host of ["0.0.0.0", "::", "::ffff:0.0.0.0", "192.0.2.1", "2001:DB8::1"]) {
    assertEquals(hosts("--host", host), undefined);
  }
});

Deno.test("options: beside the names that are allowed, those of the address count", () => {
  const hosts = (...args: readonly string[]) => served([...args, "--allowed-host", "a"]).http.hosts;
  for (const host of ["0.0.0.0", "::"]) assertEquals(hosts("--host", host), [...LOOPBACK, "a"]);
  assertEquals(hosts("--host", "192.0.2.1"), ["192.0.2.1", "a"]);
  assertEquals(hosts("--host", "2001:DB8::1"), ["[2001:db8::1]", "a"]);
  assertEquals(hosts("--host", "Store.example"), [...LOOPBACK, "store.example", "a"]);
});

Deno.test("options: --allowed-host * is any name", () => {
  for (const host of ["127.0.0.1", "0.0.0.0", "192.0.2.1"]) {
    const args = ["--host", host, "--allowed-host", "a", "--allowed-host", "*"];
    assertEquals(served(args).http.hosts, undefined);
  }
});

Deno.test("options: what agl has and this one does not is told", () => {
  assertEquals(served(["--n-workers", "1"]).warnings, []);
  const { warnings } = served(["--n-workers", "4", "--tracker", "prometheus", "console"]);
  assertEquals(warnings.map((it) => it.split(":")[0]), ["--n-workers 4", "--tracker console"]);
});

Deno.test("options: --help shows every flag, whatever else stands there", () => {
  for (const args of [["--help"], ["-h"], ["serve", "--help"], ["--help", "--port", "x"]]) {
    assertEquals(reading(args), { _tag: "Right", right: { _tag: "help" } });
  }
  for (const name of Object.keys(FLAGS)) assertStringIncludes(help(), `\n  --${name}`);
  assert(help().split("\n").every((line) => line.length <= 100));
});

/** Command lines that cannot be, each with what is said of it. */
const WRONG: readonly (readonly [args: readonly string[], sentences: readonly string[]])[] = [
  [["--prot", "1"], ["--prot: there is no such flag; did you mean --port?"]],
  [["--token", "s3cret"], ["--token: there is no such flag; did you mean --token-file?"]],
  [["--zebra"], ["--zebra: there is no such flag"]],
  [["-p", "1"], ["-p: there is no such flag"]],
  [["srve"], ["srve: there is no such command; did you mean serve?"]],
  [["import"], ["import: there is no such command"]],
  [["serve", "4747"], ["4747: expected a flag, such as --port"]],
  [["--port"], ["--port: expected PORT behind it, got nothing"]],
  [["--port", "--host"], ['--port: expected PORT behind it, got "--host"']],
  [["--port", "http"], ['--port: expected a whole number from 0 to 65535, got "http"']],
  [["--port", "65536"], ['--port: expected a whole number from 0 to 65535, got "65536"']],
  [["--port=-1"], ['--port: expected a whole number from 0 to 65535, got "-1"']],
  ...["", "0", "*", "http://127.0.0.1", "127.0.0.1:80", "[::1]:80", "a b"].map((host) =>
    [[`--host=${host}`], [
      `--host: expected an address of this machine or a name of one, such as 0.0.0.0, got "${host}"`,
    ]] as const
  ),
  [["--help=yes"], ['--help: expected nothing behind it, got "yes"']],
  [["--log-level", "loud"], ['--log-level: expected DEBUG, INFO, WARNING or ERROR, got "loud"']],
  [["--backend", "paper"], ['--backend: expected memory, sqlite or mongo, got "paper"']],
  [["--tracker", "paper"], ['--tracker: expected prometheus or console, got "paper"']],
  [["--max-waits", "0"], ['--max-waits: expected a whole number of at least 1, got "0"']],
  [["--max-body-seconds", "0"], [
    '--max-body-seconds: expected seconds above 0 and up to 86400, got "0"',
  ]],
  [["--scan-interval-seconds", "1e9"], [
    '--scan-interval-seconds: expected seconds from 0 to 86400, got "1e9"',
  ]],
  [["--cors-origin", "http://a/b"], [
    '--cors-origin: expected an origin such as http://localhost:3000, without a path, or *, got "http://a/b"',
  ]],
  ...["a:1", "http://a", "a/b", "[::1", "u@a"].map((name) =>
    [["--allowed-host", name], [
      `--allowed-host: expected a host's name without scheme and port, such as store.example.com, or *, got "${name}"`,
    ]] as const
  ),
  [["--store", "memory:", "--backend", "memory"], [
    "--backend: it is the short form of --store; give one of them",
  ]],
  [["--mongo-uri", "mongodb://a/"], ["--mongo-uri: it goes with --backend mongo"]],
  [["--partition", "p", "--store", "memory:"], [
    "--partition: it goes with sqlite:… and mongodb://…",
  ]],
  [["--port", "x", "--max-waits", "y"], [
    '--port: expected a whole number from 0 to 65535, got "x"',
    '--max-waits: expected a whole number of at least 1, got "y"',
  ]],
];

for (const [args, sentences] of WRONG) {
  Deno.test(`options: ${args.join(" ")} is refused in words`, () => {
    assertEquals(reading(args), { _tag: "Left", left: sentences });
  });
}

Deno.test("options: a variable that cannot be is named", () => {
  assertEquals(reading([], { AGL_SCAN_DEBOUNCE_SECONDS: "often" }), {
    _tag: "Left",
    left: ['AGL_SCAN_DEBOUNCE_SECONDS: expected seconds from 0 to 86400, got "often"'],
  });
});
