/** What our client makes of what agent-lightning's servers say of an error. */

import { assertEquals } from "@std/assert";
import { valueOf } from "../../src/store/promises.ts";
import { client, type Fetch } from "./counted_client.ts";

/** An answer of failure, as agent-lightning 0.3 gives it. */
const failing = (status: number, body: unknown): Fetch => () =>
  Promise.resolve(Response.json(body, { status }));

const raised = (error_type: string, words: string) =>
  failing(500, {
    detail: "Internal server error",
    error_type,
    traceback:
      `Traceback (most recent call last):\n  raise ${error_type}()\n${error_type}: ${words}\n`,
  });

const refused = (detail: unknown) => failing(Array.isArray(detail) ? 422 : 400, { detail });

const PROSE: Readonly<Record<string, readonly [Fetch, Readonly<Record<string, unknown>>]>> = {
  "an unknown rollout": [
    raised("ValueError", "Rollout ro-1 not found"),
    { _tag: "NotFound", kind: "rollout", id: "ro-1" },
  ],
  "an unknown attempt": [
    raised("ValueError", "Attempt at-1 not found for rollout ro-1"),
    { _tag: "NotFound", kind: "attempt", id: "at-1" },
  ],
  "a rollout without attempts": [
    raised("ValueError", "No attempts found for rollout ro-1"),
    { _tag: "NotFound", kind: "attempt", id: "latest" },
  ],
  "an update of an unknown rollout, in memory": [
    raised("ValueError", "Item does not exist with primary key(s): rollout_id='ro-1'"),
    { _tag: "NotFound", kind: "rollout", id: "ro-1" },
  ],
  "an update of an unknown rollout, on MongoDB": [
    raised(
      "ValueError",
      "Item with primary key(s) {'partition_id': 'pt', 'rollout_id': 'ro-1'} does not exist",
    ),
    { _tag: "NotFound", kind: "rollout", id: "ro-1" },
  ],
  "evicted spans": [
    raised("RuntimeError", "Spans for rollout ro-1 have been evicted"),
    { _tag: "SpansEvicted", rollout_id: "ro-1" },
  ],
  "a field without an order": [
    raised("ValueError", "Failed to sort items by 'config': unsupported field type 'object'"),
    { _tag: "InvalidArgument", argument: "sort_by" },
  ],
  "an unknown field": [
    refused("Invalid sort_by: x, allowed fields are: a, b"),
    {
      _tag: "InvalidArgument",
      argument: "sort_by",
      message: "Invalid sort_by: x, allowed fields are: a, b",
    },
  ],
  "a limit of none": [
    refused("Limit must be greater than 0 or -1 for no limit"),
    { _tag: "InvalidArgument", argument: "limit" },
  ],
  "a misplaced null": [
    refused("status is invalid; it cannot be a null value."),
    {
      _tag: "Validation",
      faults: [{ path: "status", expected: "a value, or nothing", actual: "null" }],
    },
  ],
  "a report that is null": [
    refused("heartbeat_stats is invalid; it cannot be a null value."),
    { _tag: "InvalidArgument", argument: "heartbeat_stats" },
  ],
  "a word that is none of a few": [
    refused([{
      type: "literal_error",
      loc: ["body", "sort_order"],
      msg: "Input should be 'asc' or 'desc'",
      input: "up",
    }]),
    {
      _tag: "InvalidArgument",
      argument: "sort_order",
      message: "sort_order: expected 'asc' or 'desc'",
    },
  ],
  "a value that does not fit": [
    refused([{
      type: "literal_error",
      loc: ["body", "rollouts", 0, "mode"],
      msg: "Input should be 'train'",
      input: "foo",
    }]),
    {
      _tag: "Validation",
      faults: [{ path: "rollouts[0].mode", expected: "'train'", actual: '"foo"' }],
    },
  ],
  "anything else": [
    raised("KeyError", "'x'"),
    { _tag: "Backend", message: "http://localhost/v1/agl answered 500: 'x'" },
  ],
};

for (const [what, [server, expected]] of Object.entries(PROSE)) {
  Deno.test(`client: understands agent-lightning's server on ${what}, and asks once`, async () => {
    const { store, sent } = client(server);
    const outcome = await store.queryRollouts()();
    if (outcome._tag === "Right") throw new Error("no error");
    const fields = Object.keys(expected);
    assertEquals(
      Object.fromEntries(fields.map((field) => [field, Reflect.get(outcome.left, field)])),
      expected,
    );
    assertEquals(sent.length, 1);
  });
}

Deno.test("client: an answer that its server's types do not allow is an unknown rollout", async () => {
  const { store } = client(raised("ResponseValidationError", "1 validation error"));
  assertEquals(valueOf(await store.getRolloutById({ rollout_id: "ro-1" })()), null);
});
