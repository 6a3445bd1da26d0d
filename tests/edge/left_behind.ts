/** A process that runs a Worker, tells its address, and does not end it. */

import { say } from "../process.ts";
import { runWorker } from "./workerd.ts";

const { address } = await runWorker({
  script: "export default { fetch: () => new Response() };",
});
say(address);
await new Promise(() => setInterval(() => {}, 1000));
