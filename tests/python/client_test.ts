/** The unmodified Python clients of agent-lightning 0.3, on our server. */

import { pythonTest } from "./needs_python.ts";
import { passes } from "./script.ts";
import { servers } from "./served.ts";

const SCRIPTS = {
  "every method of the client": "client.py",
  "spans of the SDK, by OTLP and by the client": "tracing.py",
  "a training loop with two runners, and resources that change": "training.py",
  "a killed runner's rollout is taken over": "killed_runner.py",
};

for (const [name, script] of Object.entries(SCRIPTS)) {
  pythonTest(`python: ${name}`, async () => {
    await using served = await servers();
    await passes(script, served.urls);
  });
}
