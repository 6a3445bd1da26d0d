/** The wire specification, case by case. */

import { CASES } from "./cases.ts";
import { wire } from "./wire.ts";

for (const { number, sentence, options, run } of CASES) {
  Deno.test(`wire ${number}: ${sentence}`, () => run(wire(options)));
}
