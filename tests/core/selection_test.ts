import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { compareText, select } from "../../src/core/select.ts";
import {
  attemptSelection,
  resourcesSelection,
  rolloutSelection,
  type Selection,
  spanSelection,
  workerSelection,
} from "../../src/core/selection.ts";
import { decode } from "../../src/model/codec.ts";
import {
  AttemptQuery,
  ResourcesQuery,
  RolloutQuery,
  SpanQuery,
  WorkerQuery,
} from "../../src/model/query.ts";

interface Row {
  readonly id: string;
  readonly text: string | null;
  readonly time: number | null;
  readonly number: number | null;
}

const ALL: Selection<keyof Row> = {
  criteria: [],
  logic: "and",
  order: null,
  limit: -1,
  offset: 0,
};

const row = (id: string, fields: Partial<Row> = {}): Row => ({
  id,
  text: null,
  time: null,
  number: null,
  ...fields,
});

const idsOf = (rows: readonly Row[], selection: Partial<Selection<keyof Row>>): string =>
  select(rows, { ...ALL, ...selection }).items.map(({ id }) => id).join("");

const by = (kind: "text" | "time" | "number", descending = false) => ({
  order: { kind, value: { path: [kind] }, descending } as const,
});

Deno.test("selection: without order and criteria, everything as it was inserted", () => {
  const rows = [row("b"), row("a"), row("c")];
  assertEquals(idsOf(rows, {}), "bac");
  assertEquals(idsOf(rows, { logic: "or" }), "bac");
});

Deno.test("selection: null is last among times, empty among texts, zero among numbers", () => {
  const times = [row("a"), row("b", { time: 5 }), row("c", { time: 1 })];
  assertEquals(idsOf(times, by("time")), "cba");
  assertEquals(idsOf(times, by("time", true)), "abc");
  const texts = [
    row("a", { text: "x" }),
    row("b"),
    row("c", { text: "" }),
    row("d", { text: "A" }),
  ];
  assertEquals(idsOf(texts, by("text")), "bcda");
  assertEquals(idsOf(texts, by("text", true)), "adbc");
  const numbers = [row("a", { number: 1 }), row("b"), row("c", { number: -1 })];
  assertEquals(idsOf(numbers, by("number")), "cba");
  assertEquals(idsOf(numbers, by("number", true)), "abc");
});

Deno.test("selection: keys that are made of others", () => {
  const records = [
    { id: "a", start_time: 0, end_time: 5, attempt: { worker_id: "w2" } },
    { id: "b", start_time: 3, end_time: 4, attempt: { worker_id: null } },
    { id: "c", start_time: 1, end_time: null },
    { id: "d", start_time: 2, end_time: 3, attempt: { worker_id: "w1" } },
  ];
  const sorted = (order: Selection<"id">["order"]) =>
    select(records, { ...ALL, criteria: [], order }).items.map(({ id }) => id).join("");
  const duration = { kind: "time", value: { since: "start_time", until: "end_time" } } as const;
  assertEquals(sorted({ ...duration, descending: false }), "bdac");
  assertEquals(sorted({ ...duration, descending: true }), "cabd");
  const worker = { kind: "text", value: { path: ["attempt", "worker_id"] } } as const;
  assertEquals(sorted({ ...worker, descending: false }), "bcda");
  assertEquals(sorted({ ...worker, descending: true }), "adbc");
});

Deno.test("selection: records that tie keep their order, descending too", () => {
  const rows = [
    row("a", { text: "val" }),
    row("b", { text: "train" }),
    row("c"),
    row("d", { text: "train" }),
  ];
  assertEquals(idsOf(rows, by("text")), "cbda");
  assertEquals(idsOf(rows, by("text", true)), "abdc");
});

Deno.test("selection: text is ordered by code point", () => {
  const texts = ["", "A", "B", "a", "ab", "b", "é", "\uE000", "\uFFFD", "\u{10000}", "\u{1F600}"];
  assertEquals(texts.toReversed().toSorted(compareText), texts);
});

Deno.test("selection: the order of text is that of its code points", () => {
  const pointsOf = (text: string) => Array.from(text, (char) => char.codePointAt(0) ?? 0);
  /** Texts of few characters from both sides of the surrogates, so that prefixes are shared. */
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\uE000", "\u{10000}", "\u{1F600}") });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [left, right] = [pointsOf(a), pointsOf(b)];
      const at = left.findIndex((point, i) => point !== right[i]);
      const expected = at === -1 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
      assertEquals(Math.sign(compareText(a, b)), Math.sign(expected));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("selection: what each criterion matches", () => {
  const rows = [row("a", { text: "alpha" }), row("b", { text: "" }), row("c")];
  const matching = (test: "equals" | "contains", value: string) =>
    idsOf(rows, { criteria: [{ field: "text", test, value }] });
  assertEquals(matching("equals", "alpha"), "a");
  assertEquals(matching("equals", "alph"), "");
  assertEquals(matching("equals", ""), "b");
  assertEquals(matching("contains", "lph"), "a");
  assertEquals(matching("contains", "LPH"), "");
  assertEquals(matching("contains", ""), "ab");
  const among = (value: readonly string[]) =>
    idsOf(rows, { criteria: [{ field: "text", test: "in", value }] });
  assertEquals(among(["", "other", ""]), "b");
  assertEquals(among([]), "");
});

Deno.test("selection: all criteria must hold, or one", () => {
  const rows = [row("a", { text: "xy" }), row("b", { text: "x" }), row("c", { text: "y" })];
  const criteria: Selection<"text">["criteria"] = [
    { field: "text", test: "contains", value: "x" },
    { field: "text", test: "in", value: ["xy", "y"] },
  ];
  assertEquals(idsOf(rows, { criteria, logic: "and" }), "a");
  assertEquals(idsOf(rows, { criteria, logic: "or" }), "abc");
});

Deno.test("selection: pages concatenate to the whole, and count it", () => {
  const rows = fc.array(fc.record({
    id: fc.string({ maxLength: 2 }),
    text: fc.option(fc.constantFrom("", "a", "b")),
    time: fc.option(fc.nat(3)),
    number: fc.option(fc.integer({ min: -2, max: 2 })),
  }));
  const order = fc.option(
    fc.tuple(
      fc.constantFrom<("text" | "time" | "number")[]>("text", "time", "number"),
      fc.boolean(),
    )
      .map(([kind, descending]) => by(kind, descending).order),
  );
  const criteria = fc.constantFrom<Selection<"text">["criteria"][]>(
    [],
    [{ field: "text", test: "contains", value: "" }],
    [{ field: "text", test: "in", value: ["a", "b"] }, {
      field: "text",
      test: "equals",
      value: "a",
    }],
  );
  const logic = fc.constantFrom<("and" | "or")[]>("and", "or");
  const size = fc.integer({ min: 1, max: 4 });
  fc.assert(
    fc.property(rows, order, criteria, logic, size, (rows, order, criteria, logic, limit) => {
      const wish = { ...ALL, order, criteria, logic };
      const whole = select(rows, wish);
      assertEquals(whole.total, whole.items.length);
      const pages = Array.from(
        { length: Math.ceil(whole.total / limit) + 1 },
        (_, i) => select(rows, { ...wish, limit, offset: i * limit }),
      );
      assertEquals(pages.flatMap(({ items }) => items), whole.items);
      pages.forEach(({ total, limit: echoed }) =>
        assertEquals([total, echoed], [whole.total, limit])
      );
    }),
  );
});

Deno.test("selection: a page of none still counts", () => {
  const rows = [row("a"), row("b"), row("c")];
  assertEquals(select(rows, { ...ALL, limit: 0 }), { items: [], limit: 0, offset: 0, total: 3 });
  assertEquals(select(rows, { ...ALL, offset: 10 }), {
    items: [],
    limit: -1,
    offset: 10,
    total: 3,
  });
});

const SCOPE = { rollout_id: "ro-1" };

/** Each kind of query, from what a caller writes to what is selected. */
const KINDS = {
  rollout: {
    selected: (query: object) => via(decode(RolloutQuery, query), rolloutSelection),
    fields: "rollout_id start_time end_time mode resources_id status " +
      "attempt_id worker_id last_heartbeat_time duration",
  },
  attempt: {
    selected: (query: object) =>
      via(decode(AttemptQuery, { ...SCOPE, ...query }), attemptSelection),
    fields:
      "rollout_id attempt_id sequence_id start_time end_time status worker_id last_heartbeat_time",
  },
  span: {
    selected: (query: object) => via(decode(SpanQuery, { ...SCOPE, ...query }), spanSelection),
    fields:
      "rollout_id attempt_id sequence_id trace_id span_id parent_id name start_time end_time " +
      "status_code duration",
  },
  resources: {
    selected: (query: object) => via(decode(ResourcesQuery, query), resourcesSelection),
    fields: "resources_id create_time update_time version",
  },
  worker: {
    selected: (query: object) => via(decode(WorkerQuery, query), workerSelection),
    fields: "worker_id status last_heartbeat_time last_dequeue_time last_busy_time " +
      "last_idle_time current_rollout_id current_attempt_id",
  },
} as const;

type Decoded<A> = { readonly _tag: "Left"; readonly left: { readonly _tag: string } } | {
  readonly _tag: "Right";
  readonly right: A;
};

/** The selection of a query, or the tag of its error. */
const via = <Q, S>(query: Decoded<Q>, selection: (query: Q) => Decoded<S>): S | string => {
  if (query._tag === "Left") return query.left._tag;
  const selected = selection(query.right);
  return selected._tag === "Left" ? selected.left._tag : selected.right;
};

const ANY_FIELD =
  "rollout_id attempt_id sequence_id start_time end_time mode resources_id status " +
  "worker_id last_heartbeat_time trace_id span_id parent_id name create_time update_time version " +
  "last_dequeue_time last_busy_time last_idle_time current_rollout_id current_attempt_id " +
  "status_code duration config input metadata attributes resources heartbeat_stats nosuch nosuch_time toString __proto__";

for (const [kind, { selected, fields }] of Object.entries(KINDS)) {
  Deno.test(`selection: what ${kind} queries can be sorted by`, () => {
    const sortable = ANY_FIELD.split(" ").filter((sort_by) =>
      selected({ sort_by }) !== "InvalidArgument"
    );
    assertEquals(sortable.toSorted(), fields.split(" ").toSorted());
  });

  Deno.test(`selection: words and bounds that ${kind} queries refuse`, () => {
    const [sort_by] = fields.split(" ");
    assertEquals(selected({ sort_by, sort_order: "up" }), "InvalidArgument");
    assertEquals(selected({ limit: -2 }), "InvalidArgument");
    assertEquals(selected({ offset: -1 }), "InvalidArgument");
    assertEquals(selected({ limit: 1.5 }), "Validation");
  });
}

Deno.test("selection: queries with filters refuse another logic", () => {
  for (const kind of ["rollout", "span", "worker"] as const) {
    assertEquals(KINDS[kind].selected({ filter_logic: "xor" }), "InvalidArgument");
  }
});

Deno.test("selection: attempts and spans go by sequence id unless null is said", () => {
  const order = { kind: "number", value: { path: ["sequence_id"] }, descending: false };
  for (const kind of ["attempt", "span"] as const) {
    const plain = KINDS[kind].selected({});
    assertEquals(typeof plain === "string" ? plain : plain.order, order);
    const unordered = KINDS[kind].selected({ sort_by: null });
    assertEquals(typeof unordered === "string" ? unordered : unordered.order, null);
  }
});

Deno.test("selection: newer names of rollout filters win over the older ones", () => {
  const selection = KINDS.rollout.selected({
    status: ["failed"],
    status_in: ["queuing"],
    rollout_ids: ["ro-1"],
    rollout_id_in: null,
  });
  assertEquals(typeof selection === "string" ? selection : selection.criteria, [
    { field: "status", test: "in", value: ["queuing"] },
    { field: "rollout_id", test: "in", value: ["ro-1"] },
  ]);
});
