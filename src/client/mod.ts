/**
 * A store that a server has, over HTTP, without the code of a store of one's own.
 *
 * @example
 * ```ts
 * import { connectStore, promises } from "@lightning/store/client";
 *
 * const connected = connectStore("http://127.0.0.1:4747", { token: "…" });
 * if (connected._tag === "Right") {
 *   const store = promises(connected.right); // nothing is sent yet
 *   await store.close();
 * }
 * ```
 *
 * @module
 */

export { connectStore } from "./connect.ts";
export type { ConnectOptions } from "./options.ts";
export type {
  CallOptions,
  LightningStore,
  PromiseStore,
  StoreTask,
} from "../store/lightning_store.ts";
export { promises, StoreException } from "../store/promises.ts";
