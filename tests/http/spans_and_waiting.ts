/** Cases C69 to C84: spans, and waiting. */

import { assert, assertEquals } from "@std/assert";
import { enqueued, expecting, spanWith, started, type WireCase } from "./wire.ts";

const namesOf = (page: { readonly items: readonly { readonly name: string }[] }) =>
  page.items.map(({ name }) => name);

/** It runs where there are no modules of Node too. */
const delay = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const spansAndWaiting: readonly WireCase[] = [
  {
    number: "C69",
    sentence: "POST /spans/next for unknown ids → 1, then 2; missing attempt_id → 422",
    run: async ({ post }) => {
      const ids = { rollout_id: "ro", attempt_id: "at" };
      assertEquals(expecting(await post("/spans/next", ids), 200), { sequence_id: 1 });
      assertEquals(expecting(await post("/spans/next", ids), 200), { sequence_id: 2 });
      expecting(await post("/spans/next", { rollout_id: "ro" }), 422);
    },
  },
  {
    number: "C70",
    sentence:
      "POST /spans with extras → 201, extras echoed; rollout and attempt running, last_heartbeat_time set",
    run: async (wire) => {
      const ids = await started(wire);
      const span = spanWith(ids, { extra: { deep: [1] }, kind: "SpanKind.CLIENT" });
      assertEquals(expecting(await wire.post("/spans", span), 201), span);
      const { status, attempt } = expecting(await wire.get(`/rollouts/${ids.RO}`), 200);
      assertEquals(
        [status, attempt.status, typeof attempt.last_heartbeat_time],
        ["running", "running", "number"],
      );
    },
  },
  {
    number: "C71",
    sentence: "the same span again → 201 null; query total unchanged",
    run: async (wire) => {
      const ids = await started(wire);
      expecting(await wire.post("/spans", spanWith(ids)), 201);
      assertEquals(expecting(await wire.post("/spans", spanWith(ids)), 201), null);
      assertEquals(expecting(await wire.get(`/spans?rollout_id=${ids.RO}`), 200).total, 1);
    },
  },
  {
    number: "C72",
    sentence: "span with sequence_id 5, then next → 6; span with 2, then next → 7",
    run: async (wire) => {
      const ids = await started(wire);
      const next = async () => {
        const body = { rollout_id: ids.RO, attempt_id: ids.AT };
        return expecting(await wire.post("/spans/next", body), 200).sequence_id;
      };
      expecting(await wire.post("/spans", spanWith(ids, { sequence_id: 5 })), 201);
      assertEquals(await next(), 6);
      const second = spanWith(ids, { sequence_id: 2, span_id: "00f067aa0ba902b8" });
      expecting(await wire.post("/spans", second), 201);
      assertEquals(await next(), 7);
    },
  },
  {
    number: "C73",
    sentence: "span for an unknown rollout, attempt, or attempt latest → 404, counter unchanged",
    run: async (wire) => {
      const { RO, AT } = await started(wire);
      for (const ids of [{ RO: "nope", AT }, { RO, AT: "nope" }, { RO, AT: "latest" }]) {
        expecting(await wire.post("/spans", spanWith(ids, { sequence_id: 9 })), 404);
      }
      const body = { rollout_id: RO, attempt_id: AT };
      assertEquals(expecting(await wire.post("/spans/next", body), 200).sequence_id, 1);
    },
  },
  {
    number: "C74",
    sentence:
      "span without key parent_id or start_time → 422; attribute null or object → 422; status_code X → 422",
    run: async (wire) => {
      const ids = await started(wire);
      const { parent_id: _, ...noParent } = spanWith(ids);
      const { start_time: __, ...noStart } = spanWith(ids);
      for (
        const span of [
          noParent,
          noStart,
          spanWith(ids, { attributes: { a: null } }),
          spanWith(ids, { attributes: { a: {} } }),
          spanWith(ids, { status: { status_code: "X", description: null } }),
        ]
      ) expecting(await wire.post("/spans", span), 422);
    },
  },
  {
    number: "C75",
    sentence: 'attribute [1,2.5] → numbers; "kind":"SpanKind.CLIENT" → string, unparsed',
    run: async (wire) => {
      const ids = await started(wire);
      const span = spanWith(ids, { attributes: { a: [1, 2.5] }, kind: "SpanKind.CLIENT" });
      const stored = expecting(await wire.post("/spans", span), 201);
      assertEquals([stored.attributes.a, stored.kind], [[1, 2.5], "SpanKind.CLIENT"]);
    },
  },
  {
    number: "C76",
    sentence:
      "GET /spans without rollout_id → 422; unknown rollout → empty env; attempt_id=latest without attempts → empty env",
    run: async (wire) => {
      expecting(await wire.get("/spans"), 422);
      assertEquals(expecting(await wire.get("/spans?rollout_id=nope"), 200).total, 0);
      const [id] = await enqueued(wire, { input: 1 });
      const path = `/spans?rollout_id=${id}&attempt_id=latest`;
      assertEquals(expecting(await wire.get(path), 200).total, 0);
    },
  },
  {
    number: "C77",
    sentence:
      "filters trace_id + name_contains: and → intersection, or → union, other rollouts never included",
    run: async (wire) => {
      const ids = await started(wire);
      const other = await started(wire);
      const trace_id = "1".repeat(32);
      const spans = [
        spanWith(ids, { name: "alpha", trace_id, span_id: "1".repeat(16), sequence_id: 1 }),
        spanWith(ids, { name: "beta", trace_id, span_id: "2".repeat(16), sequence_id: 2 }),
        spanWith(ids, { name: "alphabet", span_id: "3".repeat(16), sequence_id: 3 }),
        spanWith(ids, { name: "gamma", span_id: "4".repeat(16), sequence_id: 4 }),
        spanWith(other, { name: "alpha", trace_id }),
      ];
      for (const span of spans) expecting(await wire.post("/spans", span), 201);
      const found = async (logic: string) =>
        namesOf(
          expecting(
            await wire.get(
              `/spans?rollout_id=${ids.RO}&trace_id=${trace_id}&name_contains=alpha&filter_logic=${logic}`,
            ),
            200,
          ),
        );
      assertEquals(await found("and"), ["alpha"]);
      assertEquals(await found("or"), ["alpha", "beta", "alphabet"]);
    },
  },
  {
    number: "C78",
    sentence: 'POST /spans/search {"rollout_id":"RO","filter_logic":"or"} → all spans',
    run: async (wire) => {
      const ids = await started(wire);
      expecting(await wire.post("/spans", spanWith(ids)), 201);
      const body = { rollout_id: ids.RO, filter_logic: "or" };
      assertEquals(expecting(await wire.post("/spans/search", body), 200).total, 1);
    },
  },
  {
    number: "C79",
    sentence:
      "span with attribute NaN (bare token), then search → the value is a string; no null attribute anywhere",
    run: async (wire) => {
      const ids = await started(wire);
      const text = JSON.stringify(spanWith(ids, { attributes: { a: "?", b: "?" } }))
        .replace('"?"', "NaN").replace('"?"', "-Infinity");
      expecting(await wire.post("/spans", text), 201);
      const { items } = expecting(await wire.get(`/spans?rollout_id=${ids.RO}`), 200);
      assertEquals(items[0].attributes, { a: "NaN", b: "-Infinity" });
      // Only there: elsewhere it is null, as for the rest of the API.
      const event = { name: "e", timestamp: "?", attributes: { c: "?" }, more: "?" };
      const odd = JSON.stringify(
        spanWith(ids, {
          span_id: "odd",
          start_time: "?",
          end_time: "?",
          events: [event],
          extra: { v: ["?"] },
        }),
      ).replaceAll('"?"', "NaN");
      const stored = expecting(await wire.post("/spans", odd), 201);
      const { start_time, end_time, events, extra } = stored;
      assertEquals({ start_time, end_time, events, extra }, {
        start_time: null,
        end_time: null,
        events: [{ name: "e", timestamp: null, attributes: { c: "NaN" }, more: null }],
        extra: { v: [null] },
      });
      expecting(await wire.post("/spans", odd.replace('"name":"step"', '"name":NaN')), 422);
    },
  },
  {
    number: "C80",
    sentence:
      'POST /waits/rollouts {"rollout_ids":[done,open,"nope"],"timeout":0} → at once, [done], no key attempt',
    run: async (wire) => {
      const { RO: done } = await started(wire);
      expecting(await wire.post(`/rollouts/${done}`, { status: "succeeded" }), 200);
      const { RO: open } = await started(wire);
      const body = { rollout_ids: [done, open, "nope"], timeout: 0 };
      const finished = expecting(await wire.post("/waits/rollouts", body), 200);
      assertEquals(finished.map((it: { rollout_id: string }) => it.rollout_id), [done]);
      assertEquals("attempt" in finished[0], false);
    },
  },
  {
    number: "C81",
    sentence: '{"rollout_ids":[],"timeout":null} → []; {} → 422; negative timeout → at once',
    run: async (wire) => {
      const none = { rollout_ids: [], timeout: null };
      assertEquals(expecting(await wire.post("/waits/rollouts", none), 200), []);
      expecting(await wire.post("/waits/rollouts", {}), 422);
      const { RO } = await started(wire);
      const past = { rollout_ids: [RO], timeout: -1 };
      assertEquals(expecting(await wire.post("/waits/rollouts", past), 200), []);
    },
  },
  {
    number: "C82",
    sentence:
      "wait 5 s on an open rollout that ends after 0.5 s → answers when it does; same id twice → twice in the answer",
    run: async (wire) => {
      const { RO } = await started(wire);
      const wait = wire.post("/waits/rollouts", { rollout_ids: [RO, RO], timeout: 5 });
      const first = Promise.race([wait.then(() => "answered"), delay(100).then(() => "open")]);
      assertEquals(await first, "open");
      expecting(await wire.post(`/rollouts/${RO}`, { status: "failed" }), 200);
      const finished = expecting(await wait, 200);
      assertEquals(finished.map((it: { rollout_id: string }) => it.rollout_id), [RO, RO]);
    },
  },
  {
    number: "C83",
    sentence: "wait on an open rollout → [] after its timeout, while other requests are served",
    run: async (wire) => {
      const { RO } = await started(wire);
      const wait = wire.post("/waits/rollouts", { rollout_ids: [RO], timeout: 0.3 });
      expecting(await wire.get("/health"), 200);
      expecting(await wire.get("/rollouts"), 200);
      assertEquals(expecting(await wait, 200), []);
    },
  },
  {
    number: "C84",
    sentence: "client drops the connection during a null-timeout wait → server releases it",
    run: async (wire) => {
      const { RO } = await started(wire);
      const gone = new AbortController();
      const wait = wire.post("/waits/rollouts", { rollout_ids: [RO], timeout: null }, {
        signal: gone.signal,
      });
      await delay(50);
      gone.abort();
      const { status } = await wait;
      assert(status === 499, `answered ${status}`);
    },
  },
];
