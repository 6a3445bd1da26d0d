/** The contract, case by case, on every store. */

import { assertEquals } from "@std/assert";
import { contractCases, contractSuite } from "../../src/testing/mod.ts";
import { MAKERS } from "./makers.ts";

Deno.test("the suite has the cases 1 to 148, each once and in order", () => {
  assertEquals(
    contractCases.map(({ number }) => number),
    Array.from({ length: 148 }, (_, i) => i + 1),
  );
});

for (const { maker, register } of MAKERS) contractSuite(maker, register);
