/** Stores a span where code cannot be made of texts, as in Cloudflare's workers. */

import { say } from "../process.ts";
import { place, receiver, spanWith, tracesOf } from "./receiver.ts";

try {
  new Function("return 1")();
  say("allowed");
} catch {
  say("forbidden");
}

const { send, start, spans } = receiver();
const ids = await start();
const { status } = await send("protobuf", tracesOf(place(ids), spanWith("01")));
say(`${status} ${(await spans(ids)).length}`);
