/** The suites inside Cloudflare's runtime: each test here asks for the one of its name there. */

import { assertEquals } from "@std/assert";
import { bundle } from "./bundle.ts";
import { workerdTest } from "./needs_workerd.ts";
import type { Namespace } from "./objects.ts";
import { suites } from "./suites.ts";
import { type RunningWorker, runWorker } from "./workerd.ts";

let running: Promise<RunningWorker> | undefined;

/** It starts at its first use and ends after the last test. */
const worker = (): Promise<RunningWorker> => running ??= startWorker();

const startWorker = async (): Promise<RunningWorker> =>
  await runWorker({
    script: await bundle(new URL("suites_worker.ts", import.meta.url)),
    objects: { OBJECTS: "ObjectUnderTest" },
  });

Deno.test.afterAll(async () => {
  await (await running)?.[Symbol.asyncDispose]();
});

const NOWHERE: Namespace = {
  getByName: () => {
    throw new Error("The objects are inside the runtime");
  },
};

const names = new Set<string>();

suites(NOWHERE, (name) => {
  if (names.has(name)) throw new Error(`Two tests are called ${name}`);
  names.add(name);
  workerdTest(name, async () => {
    const { address } = await worker();
    const answer = await fetch(address, { method: "POST", body: name });
    assertEquals([answer.status, await answer.text()], [200, ""]);
  });
});
