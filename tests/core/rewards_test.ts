import { assertEquals } from "@std/assert";
import { attributesOfRewards, rewardsOf } from "../../src/core/rewards.ts";
import { virtualSpan } from "../../src/core/virtual_span.ts";
import { parseExact } from "../../src/model/numbers.ts";
import { Span } from "../../src/model/span.ts";

const rewards = [{ name: "accuracy", value: 1 }, { name: "style", value: 0.25 }];

Deno.test("rewards come back from the attributes that tell them, in order", () => {
  assertEquals(rewardsOf({ attributes: attributesOfRewards(rewards) }), rewards);
  assertEquals(rewardsOf({ attributes: { other: 1 } }), []);
});

Deno.test("rewards count by their value, however their number was written", () => {
  const [name, value] = ["agentlightning.reward.0.name", "agentlightning.reward.0.value"];
  const attributes = parseExact<Span["attributes"]>(`{"${name}": "accuracy", "${value}": 1.0}`);
  assertEquals(rewardsOf({ attributes }), [{ name: "accuracy", value: 1 }]);
});

Deno.test("virtualSpan: attributes alone make a whole span", () => {
  const attributes = attributesOfRewards(rewards);
  const span = virtualSpan({ attributes }, () => "01234567-89ab-4def-8123-456789abcdef");
  assertEquals(Span.is(span), true);
  assertEquals(span.name, "agentlightning.virtual");
  assertEquals(span.trace_id, "0123456789ab4def8123456789abcdef");
  assertEquals(span.span_id, "8123456789abcdef");
  assertEquals(span.context?.span_id, span.span_id);
  assertEquals(span.parent, null);
});

Deno.test("virtualSpan: a parent is in the same trace", () => {
  const span = virtualSpan(
    { attributes: {}, trace_id: "t", parent_id: "p" },
    () => crypto.randomUUID(),
  );
  assertEquals(span.parent, { trace_id: "t", span_id: "p", is_remote: false, trace_state: {} });
});
