/** Schemathesis asks a server whatever its OpenAPI document allows, and what it does not. */

import { assertEquals } from "@std/assert";
import { createStore, httpApp, type LightningStore, memory, newMetrics } from "../../mod.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { schemathesisPython, schemathesisTest } from "./needs_schemathesis.ts";

/** How many requests at least; the task asks for more. */
const REQUESTS = Number(Deno.env.get("SCHEMATHESIS_REQUESTS") ?? 500);

/** How many examples of an operation at most, in one run. */
const EXAMPLES = REQUESTS > 500 ? 100 : 3;

const TOKEN = "s3cret";

schemathesisTest(
  "schemathesis: nothing that is asked breaks the server or its document",
  async () => {
    const faults: unknown[] = [];
    let requests = 0;
    const store = impatient(createStore(memory(), { log: () => {} }));
    const app = httpApp(store, {
      token: TOKEN,
      metrics: newMetrics(),
      log: ({ method, route, fault }) => {
        requests++;
        if (fault !== undefined) faults.push({ method, route, fault });
      },
    });
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app);
    const url = `http://127.0.0.1:${server.addr.port}/openapi.json`;
    for (let seed = 1; requests < REQUESTS; seed++) await runSchemathesis(url, seed);
    assertEquals(faults, []);
  },
);

/** One run; rejects with its report if it finds something. */
const runSchemathesis = async (url: string, seed: number): Promise<void> => {
  await using folder = await temporaryFolder();
  const { success, stdout, stderr } = await new Deno.Command(await schemathesisPython(), {
    cwd: folder.path,
    args: [
      ...["-m", "schemathesis.cli"],
      ...["--config-file", new URL("schemathesis.toml", import.meta.url).pathname],
      ...["run", url, "--header", `Authorization: Bearer ${TOKEN}`],
      ...["--seed", String(seed), "--generation-database", "none", "--no-color"],
      ...["--phases", "coverage,fuzzing", "--max-examples", String(EXAMPLES)],
      ...["--suppress-health-check", "all", "--continue-on-failure"],
    ],
  }).output();
  if (success) return;
  const [report, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  throw new Error(`Schemathesis, with seed ${seed}, says:\n${report}\n${complaint}`);
};

/** The same store; nobody waits for long, since what is waited for may never come. */
const impatient = (store: LightningStore): LightningStore => ({
  ...store,
  waitForRollouts: ({ timeout, ...args }, options) =>
    store.waitForRollouts({ ...args, timeout: shortened(timeout ?? Infinity) }, options),
  dequeueManyRollouts: (args = {}, options) =>
    store.dequeueManyRollouts(
      args.wait_seconds === undefined
        ? args
        : { ...args, wait_seconds: shortened(args.wait_seconds) },
      options,
    ),
});

/** A long time, or one without end, as a short one. */
const shortened = <A>(seconds: A): A | number =>
  typeof seconds === "number" && seconds > LONGEST_WAIT ? LONGEST_WAIT : seconds;

/** In seconds. */
const LONGEST_WAIT = 0.1;
