/** Integers of 64 bits that no double holds come over with all their digits. */

import { assertEquals } from "@std/assert";
import { type Document, Long } from "mongodb";
import { openStore } from "../../mod.ts";
import { COLLECTION_NAMES } from "../../src/backends/mongo/collections.ts";
import { freshDatabase, mongoTest } from "../mongo_server/needs_mongo.ts";
import { contentsOf } from "./contents.ts";
import { imported } from "./imported.ts";
import { attempt, PARTITION, planted, resources, rollout, span, worker } from "./planted.ts";

const MOST = "9223372036854775807";
const LEAST = "-9223372036854775808";
const ABOVE = "9007199254740993";

/** As Python's driver writes them, among numbers that a double holds. */
const WIDE = {
  ids: [Long.fromString(MOST), Long.fromString(LEAST)],
  "gpu.bytes": Long.fromString(ABOVE),
  small: Long.fromNumber(7),
  half: 0.5,
};

const WIDE_JSON = `{"ids":[${MOST},${LEAST}],"gpu.bytes":${ABOVE},"small":7,"half":0.5}`;

mongoTest(
  "importUpstream: integers beyond 2^53 keep their digits in all that is opaque",
  async () => {
    const source = await planted({
      rollouts: [rollout("ro-1", { input: { deep: [WIDE] }, metadata: WIDE })],
      attempts: [
        attempt("ro-1", "at-1", { metadata: WIDE }),
        attempt("ro-1", "at-2", { metadata: WIDE, sequence_id: 2 }),
      ],
      spans: [
        span("ro-1", "at-1", "s-1", {
          attributes: WIDE,
          extra: [WIDE],
          sequence_id: Long.fromString(ABOVE),
        }),
      ],
      resources: [
        resources("rs-1", {
          resources: {
            main: { resource_type: "llm", endpoint: "", model: "m", sampling_parameters: WIDE },
          },
        }),
      ],
      workers: [worker("Worker-1", { heartbeat_stats: WIDE })],
    });
    const target = await freshDatabase("replica set");
    await imported(source, target);

    const stored = await contentsOf(target);
    const only = (kind: keyof typeof COLLECTION_NAMES): Document =>
      stored.get(COLLECTION_NAMES[kind])?.[0] ?? {};
    const { input, metadata, attempt: latest, earlier } = only("rollouts");
    assertEquals(input, `{"deep":[${WIDE_JSON}]}`);
    assertEquals([metadata, latest.metadata, earlier[0].metadata], Array(3).fill(WIDE_JSON));
    assertEquals(only("workers").heartbeat_stats, WIDE_JSON);
    assertEquals(only("spans").body.split(WIDE_JSON).length, 3);
    assertEquals(JSON.parse(only("spans").body).sequence_id, Number(ABOVE));
    assertEquals(only("spans").body.includes('"sequence_id":9007199254740992,'), true);
    assertEquals(only("resources").resources.split(WIDE_JSON).length, 2);

    const store = await openStore(target, {
      mongo: { partition: PARTITION },
      scanDebounceSeconds: 1e9,
    });
    const nearest = JSON.parse(WIDE_JSON);
    assertEquals((await store.getRolloutById({ rollout_id: "ro-1" }))?.metadata, nearest);
    await store.close();
  },
);
