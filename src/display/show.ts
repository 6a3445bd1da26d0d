/** Shows what a store answers with: one function for all kinds of records. */

import { isObject } from "../model/codec.ts";
import { Attempt } from "../model/attempt.ts";
import type { Page } from "../model/query.ts";
import { ResourcesUpdate } from "../model/resources.ts";
import { type AttemptedRollout, Rollout } from "../model/rollout.ts";
import { Span } from "../model/span.ts";
import type { Statistics } from "../model/statistics.ts";
import { Worker } from "../model/worker.ts";
import {
  ATTEMPT_COLUMNS,
  RESOURCE_COLUMNS,
  RESOURCES_COLUMNS,
  ROLLOUT_COLUMNS,
  STATISTICS_COLUMNS,
  WORKER_COLUMNS,
} from "./columns.ts";
import { type Picture, pictureOf } from "./picture.ts";
import { markup } from "./markup.ts";
import { type Column, listTable, recordTable } from "./table.ts";
import { waterfall } from "./waterfall.ts";
import { count, payload } from "./wording.ts";

/** One record of a store. */
export type Showable =
  | Rollout
  | AttemptedRollout
  | Attempt
  | Span
  | ResourcesUpdate
  | Worker
  | Statistics;

/**
 * A picture of what a store answers with: a table, or a waterfall for spans. One record is told in
 * full; of a page or an array, the first 200. API keys are left out. Text is shown as text,
 * whatever stands in it.
 *
 * In a notebook of Deno, let it be the last value of a cell.
 *
 * @example
 * ```ts
 * import { openStore } from "@lightning/store";
 * import { show } from "@lightning/store/display";
 *
 * const store = await openStore("memory:");
 * const rollout = await store.enqueueRollout({ input: "2 + 2", mode: "train" });
 * console.log(show(rollout).text);
 * console.log(show(await store.queryRollouts({ status_in: ["queuing"] })).text);
 * ```
 */
export const show = (value: Showable | Page<Showable> | readonly Showable[] | null): Picture => {
  const listed = listedIn(value);
  const drawn = listed === null
    ? KINDS.map(({ one }) => one(value))
    : KINDS.map(({ many }) => many(listed.items, listed.total));
  return drawn.find((picture) => picture !== null) ?? shownAsIs(value);
};

/** How a kind of records is drawn; null for what is of another kind. */
interface Kind {
  readonly one: (value: unknown) => Picture | null;
  readonly many: (values: readonly unknown[], total: number) => Picture | null;
}

const kind = <A>(
  is: (value: unknown) => value is A,
  { one, many }: {
    readonly one: (record: A) => Picture;
    readonly many: (records: readonly A[], total: number) => Picture;
  },
): Kind => ({
  one: (value) => is(value) ? one(value) : null,
  many: (values, total) => values.length > 0 && values.every(is) ? many(values, total) : null,
});

/** A kind that tables tell of. */
const inTables = <A>(
  is: (value: unknown) => value is A,
  name: string,
  columns: readonly Column<A>[],
): Kind =>
  kind(is, {
    one: (record) => recordTable(name, columns, record),
    many: (records, total) => listTable(`${name}s`, columns, records, total),
  });

const isStatistics = (value: unknown): value is Statistics =>
  isObject(value) &&
  ["total_rollouts", "total_attempts", "total_spans", "total_resources", "total_workers", "uptime"]
    .every((key) => typeof value[key] === "number");

const KINDS: readonly Kind[] = [
  inTables(Rollout.is, "Rollout", ROLLOUT_COLUMNS),
  kind(Span.is, {
    one: (span) => waterfall([span]),
    many: (spans, total) => waterfall(spans, { total }),
  }),
  inTables(Attempt.is, "Attempt", ATTEMPT_COLUMNS),
  kind(ResourcesUpdate.is, {
    one: ({ resources_id, version, resources }) => {
      const named = Object.entries(resources);
      const title = `Resources ${resources_id}, version ${version}`;
      return listTable(title, RESOURCE_COLUMNS, named, named.length);
    },
    many: (updates, total) => listTable("Resources", RESOURCES_COLUMNS, updates, total),
  }),
  inTables(Worker.is, "Worker", WORKER_COLUMNS),
  inTables(isStatistics, "Statistics", STATISTICS_COLUMNS),
];

const listedIn = (
  value: unknown,
): { readonly items: readonly unknown[]; readonly total: number } | null => {
  if (Array.isArray(value)) return { items: value, total: value.length };
  return isObject(value) && Array.isArray(value.items) && typeof value.total === "number"
    ? { items: value.items, total: value.total }
    : null;
};

/** No records, or what is none of the known kinds and so has no fields to tell of. */
const shownAsIs = (value: unknown): Picture => {
  const listed = listedIn(value);
  if (listed === null || listed.items.length > 0) {
    return recordTable("Value", [{ name: "json", cell: () => payload(value, 2) }], value);
  }
  const words = listed.total === 0 ? "No records" : `None of ${count(listed.total)} records`;
  return pictureOf(words, markup`<span class="note">${words}</span>`);
};
