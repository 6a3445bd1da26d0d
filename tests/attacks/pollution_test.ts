/** Keys that would change every object of the program, if anything wrote them as it reads them. */

import { assert, assertEquals } from "@std/assert";
import { STRING_DOORS, VALUE_DOORS } from "../bad_input/doors.ts";
import { withKey } from "../bad_input/values.ts";
import { onEachStore } from "./each_store.ts";

const KEYS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];

const POLLUTED = { polluted: true, limit: 0, wait_seconds: 10 };

/** Values whose keys, one below another, lead to what all objects share. */
const VALUES: readonly unknown[] = [
  withKey("__proto__", POLLUTED),
  withKey("constructor", { prototype: POLLUTED }),
  withKey("__proto__", withKey("__proto__", POLLUTED)),
  [withKey("__proto__", [POLLUTED])],
  withKey("__proto__", null),
];

/** What every object and every function has by birth. */
const shared = (): unknown =>
  [Object, Array, Function, String, Number].map(({ prototype }) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([key, { value }]) => [
      key,
      value,
    ])
  );

onEachStore("keys of all objects come back as data, and change none", async (it) => {
  const before = shared();
  for (const [door, through] of Object.entries(VALUE_DOORS)) {
    for (const value of VALUES) {
      // As text, since keys of all objects are what an equality may pass over.
      assertEquals(JSON.stringify(await through(it, value)), JSON.stringify(value), door);
    }
  }
  for (const [door, through] of Object.entries(STRING_DOORS)) {
    for (const key of KEYS) assertEquals(await through(it, key), key, door);
  }
  assertEquals(shared(), before);
});

onEachStore("keys of all objects stand for no field", async ({ app }) => {
  const before = shared();
  const post = async (path: string, body: string) => {
    const answer = await app(
      new Request(`http://localhost${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      }),
    );
    return { status: answer.status, text: await answer.text() };
  };
  for (const key of ["__proto__", "constructor"]) {
    const inherited = async (path: string, fields: string) =>
      (await post(path, `{"${key}":${fields},"prototype":${fields}}`)).status;
    assertEquals(await inherited("/v1/agl/rollouts", '{"input":1}'), 422);
    assertEquals(await inherited("/v1/agl/queues/rollouts/enqueue", '{"rollouts":[]}'), 422);
    assertEquals(await inherited("/v1/agl/waits/rollouts", '{"rollout_ids":[]}'), 422);
    assertEquals(await inherited("/v1/traces", '{"resourceSpans":7}'), 200);
    const query = await app(new Request(`http://localhost/v1/agl/rollouts?${key}=x&limit=1`));
    assertEquals((await query.json()).limit, 1);
    const word = await app(new Request(`http://localhost/v1/agl/rollouts?sort_by=${key}`));
    assertEquals(word.status, 400);
    await word.body?.cancel();
  }
  const made = await post(
    "/v1/agl/rollouts",
    '{"input":1,"config":{"__proto__":{"max_attempts":9}}}',
  );
  assert(made.text.includes('"max_attempts":1,'), made.text);
  assertEquals(shared(), before);
});
