/** The dashboard that agent-lightning 0.3 brings along, on our server and in a browser. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { createStore, httpApp, memory, promises, type RequestLog } from "../../mod.ts";
import { dashboardIn } from "../../src/cli/dashboard.ts";
import { spanOf } from "../../src/testing/mod.ts";
import { noBrowser, visited } from "../display/chromium.ts";
import { needing } from "../needs.ts";
import { wholeUpstreamPython } from "../upstream/python.ts";

const dashboardTest = await needing({
  tests: "AGENT-LIGHTNING'S DASHBOARD",
  known: "LIGHTNING_NO_DASHBOARD",
  missing: async () =>
    noBrowser() ?? await wholeUpstreamPython().then(() => null, (error) => String(error)),
});

/** Where the installed package keeps it. */
const folder = async (): Promise<string> => {
  const { stdout } = await new Deno.Command(await wholeUpstreamPython(), {
    args: [
      "-c",
      "from importlib.util import find_spec; print(find_spec('agentlightning').submodule_search_locations[0])",
    ],
  }).output();
  return `${new TextDecoder().decode(stdout).trim()}/dashboard`;
};

/** A page is taken as it is at some moment, which may come before what it asks for. */
const shows = async (url: string, texts: readonly string[], looks = 10): Promise<void> => {
  const page = await visited(url);
  if (looks > 1 && !texts.every((text) => page.includes(text))) {
    return await shows(url, texts, looks - 1);
  }
  for (const text of texts) assertStringIncludes(page, text);
};

dashboardTest("dashboard: agent-lightning's own shows what is in the store", async () => {
  const pages = await dashboardIn(await folder())();
  if (pages._tag === "Left") throw new Error(pages.left.message);
  const lightning = createStore(memory());
  const store = promises(lightning);
  const { rollout_id, attempt } = await store.startRollout({
    input: "2 + 2",
    mode: "train",
    worker_id: "Worker-7",
  });
  await store.addSpan({ span: spanOf(attempt, "span-1", { name: "agent.work" }) });
  const { resources_id } = await store.addResources({ resources: {} });
  const requests: RequestLog[] = [];
  const app = httpApp(lightning, { pages: pages.right, log: (line) => requests.push(line) });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app);
  try {
    for (
      const [path, ...shown] of [
        ["/rollouts", rollout_id],
        ["/traces", rollout_id, "agent.work"],
        ["/resources", resources_id],
        ["/runners", "Worker-7"],
      ]
    ) {
      const url = `http://127.0.0.1:${server.addr.port}${path}`;
      await shows(url, shown);
    }
  } finally {
    await server.shutdown();
  }
  assertEquals(requests.filter(({ status }) => status >= 400), []);
});
