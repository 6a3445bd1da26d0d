/** A Worker that holds a store in its memory, made before any request comes. */

import { createStore, httpApp, memory } from "../../mod.ts";

const app = httpApp(createStore(memory()), { token: "secret" });

export default { fetch: (request: Request): Promise<Response> => app(request) };
