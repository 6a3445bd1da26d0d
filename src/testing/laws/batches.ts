/** Laws 2 and 5: what a batch is, and what a decision is. */

import type { ChangeRequest } from "../../backend.ts";
import { assert, assertEquals } from "../../deps/assert.ts";
import { E } from "../../deps/fp.ts";
import type { Json } from "../../model/json.ts";
import { type Act, ACTS } from "./acts.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Law } from "./law.ts";
import { peopled } from "./peopled.ts";
import { newAttempt, tagOf, valueOf } from "./records.ts";

/** A span's item beats its attempt once a batch, so the items of a batch of spans share an instant. */
const asOneByOne = ({ intent, together, oneByOne }: Act): Law => ({
  name: `2: a batch for ${intent} is as its items one after another`,
  run: async (open) => {
    const [batched] = await open();
    const [single] = await open();
    assertEquals(await together(await peopled(batched)), await oneByOne(await peopled(single)));
    assertEquals(await fingerprint(batched), await fingerprint(single));
  },
});

/** A change of the metadata of `ro-b`, which tells how often it was decided. */
const counting = (): ChangeRequest => {
  let made = 0;
  return {
    rollout_id: "ro-b",
    attempt_id: null,
    now: 3,
    payload: true,
    decide: () => E.right({ rollout: { metadata: { made: ++made } } }),
  };
};

/** How often a change was decided, as a record tells. */
const madeOf = (record: { readonly metadata?: unknown } | null | undefined): Json =>
  Reflect.get(Object(record?.metadata), "made");

export const batches: readonly Law[] = [
  ...ACTS.map(asOneByOne),
  {
    name: "2: a batch of nothing does nothing",
    run: async (open) => {
      const [untouched] = await open();
      const [backend] = await open();
      await peopled(backend);
      for (const { intent, none } of ACTS) assertEquals(await none(backend), [], intent);
      assertEquals(await fingerprint(backend), await fingerprint(await peopled(untouched)));
    },
  },
  {
    name: "5: of the times that a decision is made, the last one counts",
    run: async (open) => {
      const [backend] = await open();
      await peopled(backend);
      // The second item fails, which may have the engine begin again with the first.
      const [counted, taken] = await backend.change([counting(), newAttempt("ro-a", "at-1")]);
      assertEquals(tagOf(taken), "Taken");
      const { change, payload } = valueOf(counted);
      const [stored] = valueOf(await backend.rollouts(["ro-b"]));
      const made = madeOf(stored);
      assert(typeof made === "number" && made > 0);
      assertEquals([madeOf(change.rollout), madeOf(payload)], [made, made]);
    },
  },
];
