/** Which signal is another one, and which a copy. */

import { assertEquals } from "@std/assert";
import { tellSignals } from "../../src/cli/signals.ts";

Deno.test("signals: within a second of the first they are its copies, and later ones are not", () => {
  let now = 5000;
  const tell = tellSignals(() => now);
  const heard = [5000, 5000, 5001, 5999, 6000, 6001].map((at) => {
    now = at;
    return tell();
  });
  assertEquals(heard, ["first", "copy", "copy", "copy", "second", "second"]);
});
