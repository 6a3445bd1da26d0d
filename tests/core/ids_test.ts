import { assertEquals, assertMatch } from "@std/assert";
import * as fc from "fast-check";
import { idsFrom } from "../../src/core/ids.ts";

Deno.test("ids: their forms", () => {
  fc.assert(fc.property(fc.uuid({ version: 4 }), (uuid) => {
    const ids = idsFrom(() => uuid);
    assertMatch(ids.rollout(), /^ro-[0-9a-f]{12}$/);
    assertMatch(ids.attempt(), /^at-[0-9a-f]{8}$/);
    assertMatch(ids.resources(), /^rs-[0-9a-f]{12}$/);
  }));
});

Deno.test("ids: the digits that a UUID fixes are not among theirs", () => {
  // Digit 13 is the version, digit 17 holds the variant; here they alone are x.
  const ids = idsFrom(() => "01234567-89ab-xcde-xf01-23456789abcd");
  assertEquals(ids.rollout(), "ro-23456789abcd");
  assertEquals(ids.attempt(), "at-01234567");
  assertEquals(ids.resources(), "rs-23456789abcd");
});

Deno.test("ids: each is drawn anew", () => {
  let draws = 0;
  const ids = idsFrom(() => `${draws++}0000000-0000-4000-8000-000000000000`);
  assertEquals([ids.attempt(), ids.attempt()], ["at-00000000", "at-10000000"]);
});
