/** Law 4: the queue. */

import { assertEquals } from "../../deps/assert.ts";
import type { Law } from "./law.ts";
import { claimedIds, newAttempt, queued, rolloutChange, valueOf, wish } from "./records.ts";

export const queue: readonly Law[] = [
  {
    name: "4: a rollout that enters again keeps its place, though its entry was stale meanwhile",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[queued("ro-a")], [queued("ro-b")], [queued("ro-c")]]);
      await backend.change([
        rolloutChange("ro-a", { status: "running" }),
        rolloutChange("ro-a", { status: "queuing" }),
        rolloutChange("ro-a", { status: "requeuing" }),
        newAttempt("ro-b", "at-b"),
        rolloutChange("ro-b", { status: "requeuing" }),
      ]);
      assertEquals(await claimedIds(backend, 5), ["ro-a", "ro-b", "ro-c"]);
      assertEquals(await claimedIds(backend, 5), []);
    },
  },
  {
    name: "4: a rollout has one entry, however often it enters",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[queued("ro-a")], [queued("ro-b")]]);
      await backend.change([
        rolloutChange("ro-a", { status: "requeuing" }),
        rolloutChange("ro-a", { status: "queuing" }),
      ]);
      assertEquals(await claimedIds(backend, 1), ["ro-a"]);
      await backend.insert([[queued("ro-c")]]);
      // An entry that was left over would be ahead of `ro-c`.
      await backend.change([rolloutChange("ro-a", { status: "requeuing" })]);
      assertEquals(await claimedIds(backend, 5), ["ro-b", "ro-c", "ro-a"]);
    },
  },
  {
    name: "4: a stale entry goes when a claim reaches it, and its rollout then enters at the tail",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[queued("ro-a")], [queued("ro-b")], [queued("ro-c")]]);
      await backend.change([rolloutChange("ro-a", { status: "cancelled" })]);
      assertEquals(await claimedIds(backend, 1), ["ro-b"]);
      await backend.change([rolloutChange("ro-a", { status: "queuing" })]);
      assertEquals(await claimedIds(backend, 5), ["ro-c", "ro-a"]);
    },
  },
  {
    name: "4: a claim that finds nothing but stale entries drops them",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[queued("ro-a")], [queued("ro-b")]]);
      await backend.change([
        rolloutChange("ro-a", { status: "failed" }),
        rolloutChange("ro-b", { status: "failed" }),
      ]);
      assertEquals(await claimedIds(backend, 1), []);
      await backend.change([
        rolloutChange("ro-b", { status: "queuing" }),
        rolloutChange("ro-a", { status: "queuing" }),
      ]);
      assertEquals(await claimedIds(backend, 5), ["ro-b", "ro-a"]);
    },
  },
  {
    name: "4: a claim passes over no valid entry and goes no further than it must",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([["ro-a", "ro-b", "ro-c", "ro-d"].map((id) => queued(id))]);
      await backend.change([
        rolloutChange("ro-b", { status: "failed" }),
        rolloutChange("ro-d", { status: "failed" }),
      ]);
      assertEquals(await claimedIds(backend, 2), ["ro-a", "ro-c"]);
      // The claim did not reach the entry of `ro-d`, which is at the head now.
      await backend.insert([[queued("ro-e")]]);
      await backend.change([
        rolloutChange("ro-b", { status: "queuing" }),
        rolloutChange("ro-d", { status: "queuing" }),
      ]);
      assertEquals(await claimedIds(backend, 5), ["ro-d", "ro-e", "ro-b"]);
    },
  },
  {
    name: "4: a rollout that was claimed enters at the tail",
    run: async (open) => {
      const [backend] = await open();
      await backend.insert([[queued("ro-a")], [queued("ro-b")]]);
      assertEquals(await claimedIds(backend, 1), ["ro-a"]);
      await backend.change([rolloutChange("ro-a", { status: "requeuing" })]);
      assertEquals(await claimedIds(backend, 5), ["ro-b", "ro-a"]);
    },
  },
  {
    name: "4: what one claim leaves, the next one gets, in order, for any number",
    run: async (open) => {
      const [backend] = await open();
      const ids = Array.from({ length: 1500 }, (_, i) => `ro-${String(i).padStart(4, "0")}`);
      await backend.insert([ids.map((id) => queued(id))]);
      const first = await claimedIds(backend, 1100);
      const rest = await claimedIds(backend, 10_000);
      assertEquals([...first, ...rest], ids);
    },
  },
  {
    name: "4: claims at once, from all sides, hand each rollout to one caller",
    run: async (open) => {
      const [one, other] = await open();
      const ids = Array.from({ length: 100 }, (_, i) => `ro-${String(i).padStart(4, "0")}`);
      await one.insert([ids.map((id) => queued(id))]);
      const batches = await Promise.all(
        Array.from(
          { length: 20 },
          (_, i) => (i % 2 === 0 ? one : other).claim([wish(2, `w-${i}`), wish(4, `v-${i}`)]),
        ),
      );
      const claimed = batches.flat().flatMap(valueOf).map(({ rollout_id }) => rollout_id);
      assertEquals(claimed.toSorted(), ids);
    },
  },
];
