/** The example for Cloudflare, as Wrangler would build and run it. */

import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { assertEquals } from "@std/assert";
import wrangler from "../../examples/cloudflare/wrangler.json" with { type: "json" };
import { openStore, RESOURCE_ATTRIBUTE } from "../../mod.ts";
import { snapshot } from "../sqlite_file/snapshot.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { mainJob, statusWithoutToken } from "./main_job.ts";
import { workerdTest } from "./needs_workerd.ts";
import { type RunningWorker, runWorker, type Worker } from "./workerd.ts";

const EXAMPLE = new URL("../../examples/cloudflare/", import.meta.url);

/** Runs the build command of its configuration, by the Deno that is here. */
const build = async (): Promise<string> => {
  const [, args = ""] = /^npx -y deno@\S+ (.+)$/.exec(wrangler.build.command) ?? [];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: args.split(" "),
    cwd: EXAMPLE,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return await Deno.readTextFile(new URL(wrangler.main, EXAMPLE));
};

const OBJECTS = Object.fromEntries(
  wrangler.durable_objects.bindings.map(({ name, class_name }) => [name, class_name]),
);

const TOKEN = "secret";

const example = async (options: Pick<Worker, "folder" | "bindings"> = {}): Promise<RunningWorker> =>
  await runWorker({
    script: await build(),
    objects: OBJECTS,
    bindings: { LIGHTNING_TOKEN: TOKEN },
    ...options,
  });

workerdTest(
  "Cloudflare: the example does the main job, for those who bring its token",
  async () => {
    await using worker = await example();
    assertEquals(await statusWithoutToken(worker.address), 401);
    await mainJob(worker.address, TOKEN);
  },
);

workerdTest("Cloudflare: without a token of its own the example answers nobody", async () => {
  await using worker = await example({ bindings: {} });
  for (const path of ["", "/v1/agl/health", "/v1/agl/statistics", "/openapi.json"]) {
    const answer = await fetch(`${worker.address}${path}`);
    await answer.body?.cancel();
    assertEquals(answer.status, 503, path);
  }
});

workerdTest("Cloudflare: the example takes traces of the OpenTelemetry SDK", async () => {
  await using worker = await example();
  const store = await openStore(worker.address, { http: { token: TOKEN } });
  const { rollout_id, attempt: { attempt_id } } = await store.startRollout({ input: 1 });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      [RESOURCE_ATTRIBUTE.rollout_id]: rollout_id,
      [RESOURCE_ATTRIBUTE.attempt_id]: attempt_id,
    }),
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({
          url: `${worker.address}/v1/traces`,
          headers: { authorization: `Bearer ${TOKEN}` },
          // Its type names the compression by an enumeration of a package that it keeps to itself.
          ...Object({ compression: "gzip" }),
        }),
      ),
    ],
  });
  const tracer = provider.getTracer("agent");
  const root = tracer.startSpan("root", {}, ROOT_CONTEXT);
  tracer.startSpan("step", { attributes: { half: 0.5 } }, trace.setSpan(ROOT_CONTEXT, root)).end();
  root.end();
  await provider.shutdown();
  const { items: [step, parent] } = await store.querySpans({ rollout_id });
  assertEquals([step?.name, step?.attributes, parent?.name], ["step", { half: 0.5 }, "root"]);
  assertEquals(step?.parent_id, parent?.span_id);
  await store.close();
});

workerdTest("Cloudflare: what the example holds survives a restart of the runtime", async () => {
  await using folder = await temporaryFolder();
  const inputs = Array.from({ length: 30 }, (_, i) => i);
  const claimed: unknown[] = [];

  /** Claims in one life of the runtime, and gives what is stored at its end. */
  const live = async (claims: number) => {
    await using worker = await example({ folder: folder.path });
    const store = await openStore(worker.address, { http: { token: TOKEN } });
    const before = await snapshot(store);
    if (before.rollouts.total === 0) {
      await store.enqueueManyRollouts({ rollouts: inputs.map((input) => ({ input })) });
    }
    for (let i = 0; i < claims; i++) {
      claimed.push((await store.dequeueRollout({ worker_id: "w" }))?.input);
    }
    const after = await snapshot(store);
    await store.close();
    return { before, after };
  };

  const first = await live(10);
  const second = await live(10);
  assertEquals(second.before, first.after);
  await live(10);
  assertEquals(claimed, inputs);
});
