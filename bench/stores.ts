/** The stores that `deno bench` compares, each opened when it is first asked for. */

import { openStore, type PromiseStore } from "../mod.ts";

const directory = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));

const once = <A>(make: () => Promise<A>): () => Promise<A> => {
  let made: Promise<A> | undefined;
  return () => made ??= make();
};

const onFile = (durability: "normal" | "full") =>
  once(() => openStore(`sqlite:${directory}/${durability}.db`, { sqlite: { durability } }));

/** Stores by the name of their backend. */
export const STORES: Readonly<Record<string, () => Promise<PromiseStore>>> = {
  memory: once(() => openStore("memory:")),
  "sqlite-normal": onFile("normal"),
  "sqlite-full": onFile("full"),
};
