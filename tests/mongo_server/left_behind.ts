/** A process that starts a server, tells its port, and does not stop it. */

import { say } from "../process.ts";
import { startMongoServer } from "./server.ts";

const { kind, uri } = await startMongoServer("replica set");
say(kind === "given" ? "given" : new URL(uri).port);
await new Promise(() => setInterval(() => {}, 1000));
