/** Runs a statement on `lightning.db`, as `sqlite3` does; a process of its own. */

import { DatabaseSync } from "node:sqlite";

using database = new DatabaseSync("lightning.db");
database.exec(Deno.args.join(" "));
