/** Text that means something to an engine: to the store it is text, in each field of each route. */

import { assert, assertEquals } from "@std/assert";
import { ID_DOORS, STRING_DOORS, VALUE_DOORS } from "../bad_input/doors.ts";
import { type Place, placesOf } from "../bad_input/places.ts";
import { onEachStore } from "./each_store.ts";
import { type Argument, everyRoute, requestOf } from "./requests.ts";

const INJECTIONS: readonly string[] = [
  // SQL
  "'; DROP TABLE rollout; --",
  "' OR '1'='1",
  '" OR ""="',
  "1; DELETE FROM span",
  "' UNION SELECT * FROM sqlite_master --",
  "somebody'/*",
  "?1 :a @b $c",
  // What LIKE and GLOB take for any text.
  "%",
  "somebod_",
  "[a-z]*",
  // MongoDB, as text and as what text is parsed to.
  '{"$gt": ""}',
  '[{"$ne": null}]',
  "$where",
  "$rollout_id",
  "somebody.*",
  "^(",
  "'; return true; var x = '",
  "a.$[].b",
];

/** A third of them, so that each comes to fields of each kind, and not each to each. */
const shareOf = (n: number): readonly string[] => INJECTIONS.filter((_, i) => i % 3 === n % 3);

/** Operators where a query has a text. */
const OPERATORS: readonly unknown[] = [
  { $ne: null },
  { $gt: "" },
  { $regex: ".*" },
  { $where: "sleep(10000)" },
  [{ $exists: true }],
];

onEachStore("what looks like a command comes back as it went in", async (attacked) => {
  const before = await attacked.others();
  for (const doors of [VALUE_DOORS, STRING_DOORS, ID_DOORS]) {
    for (const [n, [door, through]] of Object.entries(doors).entries()) {
      for (const text of shareOf(n)) {
        assertEquals(await through(attacked, text), text, `${text} through ${door}`);
      }
    }
  }
  assertEquals(await attacked.others(), before);
});

onEachStore("operators in opaque values come back as they went in", async (attacked) => {
  const before = await attacked.others();
  const value = { ...Object(OPERATORS[0]), OPERATORS, $set: { a: 1 }, "a.b": { $inc: 1 } };
  for (const [door, through] of Object.entries(VALUE_DOORS)) {
    assertEquals(await through(attacked, value), value, door);
  }
  assertEquals(await attacked.others(), before);
});

onEachStore("no text in any field of any route finds or changes what is another's", async (it) => {
  const before = await it.others();
  let sent = 0;
  for (const { route, argument } of everyRoute(it.ids)) {
    const plain = await it.app(requestOf({ route, argument }));
    assertEquals(plain.status, route.success, await plain.text());
    for (const [n, place] of placesOf(argument).filter(isOfText).entries()) {
      for (const value of [...shareOf(n), ...OPERATORS]) {
        // It is the argument with another value in one place.
        const request = requestOf({ route, argument: place.with(value) as Argument });
        const name = `${JSON.stringify(value)} in ${place.path} of ${route.operationId}`;
        const answer = await it.app(request);
        const body = await answer.text();
        sent++;
        assert([route.success, 400, 404, 422].includes(answer.status), `${name}: ${body}`);
        assert(!body.includes("somebody") || `${value}`.includes("somebody"), `${name}: ${body}`);
      }
    }
  }
  assert(sent > 1000, `${sent}`);
  assertEquals(await it.others(), before);
});

const isOfText = ({ held }: Place): boolean => typeof held === "string";
