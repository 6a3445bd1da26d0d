/** `deno task pack [FOLDER]`: makes the npm package's tarball, in `.cache/package` by default. */

import { pack } from "./pack.ts";

const [folder = new URL("../../.cache/package", import.meta.url).pathname] = Deno.args;
await Deno.mkdir(folder, { recursive: true });
console.log(await pack(folder));
