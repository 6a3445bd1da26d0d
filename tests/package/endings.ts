/**
 * A script that says how calls of a client end at a server that never answers, while garbage is
 * collected as in any program that works: by their deadline, and by the caller's signal.
 */

import { createServer } from "node:http";
import { type ConnectOptions, connectStore, type LightningStore } from "../../mod.ts";

const server = createServer(() => {});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

const connected = (options: ConnectOptions): LightningStore => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  const connection = connectStore(`http://127.0.0.1:${address.port}`, options);
  if (connection._tag === "Left") throw new Error(connection.left.message);
  return connection.right;
};

let garbage: unknown[] = [];
const littering = setInterval(() => {
  for (let i = 0; i < 100; i++) garbage.push(new Array(10_000).fill({ i }));
  if (garbage.length > 2000) garbage = [];
}, 10);

const leaving = new AbortController();
const { signal } = leaving;
setTimeout(() => leaving.abort(), 1500);
const hasty = connected({ timeoutSeconds: 1.5, retries: 0 });
const patient = connected({ timeoutSeconds: 60 });
const calls = {
  deadline: hasty.statistics()(),
  "deadline of a claim": hasty.dequeueRollout({}, { signal: new AbortController().signal })(),
  claim: patient.dequeueRollout({}, { signal })(),
  wait: patient.waitForRollouts({ rollout_ids: [] }, { signal })(),
};
let patience: ReturnType<typeof setTimeout> | undefined;
const never = new Promise<null>((resolve) => {
  patience = setTimeout(() => resolve(null), 20_000);
});
const ends = Object.entries(calls).map(async ([name, call]) => {
  const outcome = await Promise.race([call, never]);
  return [name, outcome === null ? "never" : outcome._tag === "Left" ? outcome.left._tag : "Right"];
});
console.log(JSON.stringify(Object.fromEntries(await Promise.all(ends))));
clearInterval(littering);
clearTimeout(patience);
server.closeAllConnections();
server.close();
