/** What the memory backend does beyond the contract. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  createStore,
  DEFAULT_CONFIG,
  type Json,
  memory,
  type MemoryOptions,
  promises,
} from "../../mod.ts";
import { parseExact } from "../../src/model/numbers.ts";

const claimed = async (options: MemoryOptions) => {
  const store = promises(createStore(memory(options)));
  const input = { list: [1, { deep: true }] };
  await store.enqueueRollout({ input, config: { retry_condition: ["failed"] } });
  const rollout = await store.dequeueRollout();
  if (rollout === null) throw new Error("Nothing is queued");
  return { store, rollout, input };
};

Deno.test("memory: nobody can write to what comes back", async () => {
  const { rollout } = await claimed({});
  for (const part of [rollout.config, rollout.config.retry_condition, rollout.attempt]) {
    assertThrows(() => Object.assign(part, { 0: "changed" }), TypeError);
  }
  const { list } = Object(rollout.input);
  assertThrows(() => list.push(2), TypeError);
  assertThrows(() => Object.assign(list[1], { deep: false }), TypeError);
});

Deno.test("memory: what comes back is not frozen where that is turned off, and still a copy of what came", async () => {
  for (const numbers of ["double", "exact"] as const) {
    const { store, rollout, input } = await claimed({ frozen: false, numbers });
    assert(!Object.isFrozen(rollout.config.retry_condition));
    const plain = await store.startRollout({ input: 1 });
    assert(!Object.isFrozen(plain.config) && !Object.isFrozen(plain.config.retry_condition));
    assertEquals(plain.config, DEFAULT_CONFIG);
    input.list.push(2);
    const { rollout_id } = rollout;
    assertEquals((await store.getRolloutById({ rollout_id }))?.input, {
      list: [1, { deep: true }],
    });
  }
});

Deno.test("memory: a number as it was written is kept or not, whether frozen or not", async () => {
  for (const frozen of [true, false]) {
    const { rollout_id, store } = await stored({ frozen, numbers: "exact" });
    assertEquals(JSON.stringify((await store.getRolloutById({ rollout_id }))?.input), '{"x":1.0}');
    const other = await stored({ frozen, numbers: "double" });
    const kept = await other.store.getRolloutById({ rollout_id: other.rollout_id });
    assertEquals(JSON.stringify(kept?.input), '{"x":1}');
  }
});

const stored = async (options: MemoryOptions) => {
  const store = promises(createStore(memory(options)));
  const { rollout_id } = await store.enqueueRollout({ input: parseExact<Json>('{"x":1.0}') });
  return { rollout_id, store };
};
