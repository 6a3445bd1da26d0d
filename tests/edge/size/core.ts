/** What a function at the edge needs to hold a store in memory, and to use one that a server has. */

export { memory } from "../../../src/backends/memory/memory.ts";
export { connectStore } from "../../../src/client/connect.ts";
export { promises } from "../../../src/store/promises.ts";
export { createStore } from "../../../src/store/store.ts";
