/** A process that may not open a file, or cannot: it says how it is told so. */

import { sqlite } from "../../mod.ts";
import { say } from "../process.ts";

const [path = ""] = Deno.args;
const opened = await sqlite({ path })();
say(opened._tag === "Left" ? `${opened.left._tag}: ${opened.left.message}` : "opened");
