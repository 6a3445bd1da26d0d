/** The example for Deno Deploy, served as it is there: with the network and its own variables alone. */

import { assertEquals } from "@std/assert";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { linesOf } from "../process.ts";
import { mainJob, statusWithoutToken } from "./main_job.ts";

const EXAMPLE = new URL("../../examples/deno-deploy/main.ts", import.meta.url);

const FLAGS = ["--allow-net", "--allow-env=LIGHTNING_TOKEN,LIGHTNING_STORE"];

/** An instance that runs. */
type Served = AsyncDisposable & { readonly address: string };

/** Serves it at any free port. */
const served = async (
  env: Readonly<Record<string, string>>,
  flags: readonly string[] = FLAGS,
): Promise<Served> => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["serve", "--host=127.0.0.1", "--port=0", "--no-prompt", ...flags, EXAMPLE.pathname],
    env: { NO_COLOR: "1", ...env },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = linesOf(child.stderr);
  const problems: string[] = [];
  // What it says afterwards stays unread, so that it has somebody to say it to.
  for (let line = await said.next(); !line.done; line = await said.next()) {
    const [address] = /http:\S+\d/.exec(line.value) ?? [];
    if (address === undefined) {
      problems.push(line.value);
      continue;
    }
    return {
      address,
      [Symbol.asyncDispose]: async () => {
        child.kill("SIGKILL");
        await child.status;
      },
    };
  }
  throw new Error(problems.join("\n"));
};

Deno.test("Deno Deploy: the example does the main job, for those who bring its token", async () => {
  await using server = await served({ LIGHTNING_TOKEN: "secret" });
  assertEquals(await statusWithoutToken(server.address), 401);
  await mainJob(server.address, "secret");
});

Deno.test("Deno Deploy: instances share the store that a server of another place has", async () => {
  await using central = await served({ LIGHTNING_TOKEN: "central" });
  const { host } = new URL(central.address);
  const env = { LIGHTNING_TOKEN: "secret", LIGHTNING_STORE: `http://any:central@${host}` };
  await using here = await served(env);
  await using there = await served(env);
  await shared(here, there);
});

mongoTest("Deno Deploy: instances share a MongoDB, by what its page says", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", EXAMPLE));
  const [, flags = ""] = /deno serve (.+) main\.ts/.exec(readme) ?? [];
  const env = { LIGHTNING_TOKEN: "secret", LIGHTNING_STORE: await freshDatabase("replica set") };
  await using here = await served(env, flags.split(" "));
  await using there = await served(env, flags.split(" "));
  await shared(here, there);
});

/** Does the main job by one instance, and finds what it left by another. */
const shared = async (here: Served, there: Served): Promise<void> => {
  await mainJob(here.address, "secret");
  const answer = await fetch(`${there.address}/v1/agl/statistics`, {
    headers: { authorization: "Bearer secret" },
  });
  assertEquals((await answer.json()).total_rollouts, 20);
};

Deno.test("Deno Deploy: without a token of its own the example answers nobody", async () => {
  await using server = await served({ LIGHTNING_TOKEN: "" });
  assertEquals(await statusWithoutToken(server.address), 503);
});
