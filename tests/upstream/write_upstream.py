"""Writes a history with the unmodified Mongo store of agentlightning 0.3.0 and prints what it reads back.

    python write_upstream.py MONGO_URI DATABASE PARTITION > oracle.json

The partition must be empty. Some records with the same ids go to the partition `PARTITION-other`,
which no reader of PARTITION may return. Ids and times of rollouts and attempts are the store's own and
differ between runs; `names` in the output maps the names used below to ids.
"""

import argparse
import asyncio
import json
import sys
from typing import Any

sys.dont_write_bytecode = True  # No cache folder in the repository.

from load_store import (
    LLM,
    EnqueueRolloutRequest,
    Event,
    Link,
    MongoLightningStore,
    OtelResource,
    PromptTemplate,
    ProxyLLM,
    RolloutConfig,
    Span,
    SpanContext,
    TraceStatus,
)
from opentelemetry.sdk.resources import Resource as SdkResource
from opentelemetry.sdk.trace import Event as SdkEvent
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import Link as SdkLink
from opentelemetry.trace import SpanContext as SdkContext
from opentelemetry.trace import SpanKind, TraceFlags, TraceState
from opentelemetry.trace.status import Status as SdkStatus
from opentelemetry.trace.status import StatusCode as SdkStatusCode
from pymongo import AsyncMongoClient

EPOCH = 1_700_000_000.25
TRACE = "0af7651916cd43dd8448eb211c80319c"
OTHER_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
NO_SCAN_SECONDS = 3600.0


def plain_span(rollout_id: str, attempt_id: str, span_id: str, sequence_id: int, **fields: Any) -> Span:
    """A span with the fewest fields the model allows; `fields` replace or add."""
    values: dict[str, Any] = {
        "rollout_id": rollout_id,
        "attempt_id": attempt_id,
        "sequence_id": sequence_id,
        "trace_id": TRACE,
        "span_id": span_id,
        "parent_id": None,
        "name": "plain",
        "status": TraceStatus(status_code="UNSET"),
        "attributes": {},
        "events": [],
        "links": [],
        "start_time": None,
        "end_time": None,
        "context": None,
        "parent": None,
        "resource": OtelResource(attributes={}, schema_url=""),
    }
    values.update(fields)
    return Span(**values)


def rich_span(rollout_id: str, attempt_id: str, span_id: str, sequence_id: int, parent_id: str) -> Span:
    """A span with something in every field, and extra fields wherever the model keeps them."""
    return plain_span(
        rollout_id,
        attempt_id,
        span_id,
        sequence_id,
        parent_id=parent_id,
        name="chat.completion — 会話 🌩",
        status=TraceStatus(status_code="ERROR", description="näh: timed out", vendor_code={"a.b": [1, None]}),
        attributes={
            "gen_ai.response.id": "resp-1",
            "gen_ai.usage.total.tokens": 42,
            "$price": 0.25,
            "a.$b.c": "dollar and dot",
            "": "empty name",
            "__proto__": "plain data",
            "constructor": "plain data",
            "schlüssel": "grüße",
            "bool": True,
            "zero": 0,
            "minus": -7,
            "int64": 9_007_199_254_740_993,
            "int64.max": 9_223_372_036_854_775_807,
            "int64.min": -9_223_372_036_854_775_808,
            "whole.float": 3.0,
            "tiny": 5e-324,
            "large": 1.7976931348623157e308,
            "strings": ["x", "", "ÿ"],
            "bools": [True, False],
            "ints": [1, 2**40],
            "floats": [0.1, 2.0],
            "empty": [],
        },
        events=[
            Event(name="exception", attributes={"exception.type": "ValueError", "$n": 1}, timestamp=EPOCH + 1),
            Event(name="no time", attributes={}, dropped_attributes=3, nested={"x.y": {"$z": [[]]}}),
        ],
        links=[
            Link(
                context=SpanContext(
                    trace_id=OTHER_TRACE,
                    span_id="00f067aa0ba902b7",
                    is_remote=True,
                    trace_state={"vendor.a": "1", "b@c": "2"},
                ),
                attributes={"link.kind": "follows"},
            ),
            Link(
                context=SpanContext(
                    trace_id=OTHER_TRACE, span_id="00f067aa0ba902b8", is_remote=False, trace_state={}, trace_flags=1
                ),
                note=None,
            ),
        ],
        start_time=EPOCH,
        end_time=EPOCH + 1.5,
        context=SpanContext(trace_id=TRACE, span_id=span_id, is_remote=False, trace_state={"k": "v"}, extra=[1, "2"]),
        parent=SpanContext(trace_id=TRACE, span_id=parent_id, is_remote=True, trace_state={}),
        resource=OtelResource(
            attributes={"service.name": "rünner", "process.pid": 4711, "host.tags": ["a", "b"]},
            schema_url="https://opentelemetry.io/schemas/1.21.0",
        ),
        kind="SpanKind.CLIENT",
        instrumentation_scope={"name": "openai.v1", "version": None, "attributes": {"$a": {"b.c": [1, {"d": None}]}}},
        extra_null=None,
    )


def sdk_span(span_id: int, name: str, *, start_ns: int | None, parent: SdkContext | None = None) -> ReadableSpan:
    """A span as the OpenTelemetry SDK hands it over, with times in nanoseconds."""
    context = SdkContext(
        trace_id=int(TRACE, 16),
        span_id=span_id,
        is_remote=False,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
        trace_state=TraceState([("vendor", "x")]),
    )
    end_ns = None if start_ns is None else start_ns + 123_456_789
    return ReadableSpan(
        name=name,
        context=context,
        parent=parent,
        resource=SdkResource({"service.name": "sdk"}, schema_url="https://example.org/schema"),
        attributes={"agentlightning.reward.0.value": 0.5, "tags": ("a", "b")},
        events=[SdkEvent("event", attributes={"a.b": 1}, timestamp=start_ns)],
        links=[SdkLink(SdkContext(int(OTHER_TRACE, 16), 5, True), {"l": 1})],
        kind=SpanKind.SERVER,
        status=SdkStatus(SdkStatusCode.ERROR, "broken"),
        start_time=start_ns,
        end_time=end_ns,
    )


async def write_history(store: MongoLightningStore) -> dict[str, str]:
    """Writes the history; every call of `store` also scans for unhealthy attempts."""
    names: dict[str, str] = {}

    # Rollouts before any resources exist, claimed in order.
    first = await store.enqueue_rollout(input="a string — ünïcode 🌩")
    names["succeeded"] = first.rollout_id
    claimed = await store.dequeue_rollout(worker_id="Worker-1")
    assert claimed is not None and claimed.rollout_id == first.rollout_id
    attempt_id = claimed.attempt.attempt_id

    assert await store.dequeue_rollout(worker_id="Worker-idle") is None
    await store.update_worker("Worker-idle")
    await store.update_worker(
        "Worker-1",
        {"cpu.percent": 12.5, "$gpu": [{"name": "A100", "mem": 2**35}], "rss": 1024, "none": None, "ünï": {"": True}},
    )
    await store.update_worker("Worker-heartbeat-only", {})

    # Spans: explicit ids, issued ids, repeated ids, a dropped duplicate.
    rollout_id = first.rollout_id
    issued = await store.get_next_span_sequence_id(rollout_id, attempt_id)
    await store.add_span(plain_span(rollout_id, attempt_id, "00000000000000a1", issued))
    await store.add_span(rich_span(rollout_id, attempt_id, "00000000000000a2", 100, "00000000000000a1"))
    await store.add_span(plain_span(rollout_id, attempt_id, "00000000000000a3", 100, start_time=0.0, end_time=-1.5))
    await store.add_span(plain_span(rollout_id, attempt_id, "00000000000000a2", 101, name="dropped duplicate"))
    await store.add_otel_span(rollout_id, attempt_id, sdk_span(0xB1, "issued by the store", start_ns=None))
    parent = SdkContext(int(TRACE, 16), 0xB1, False)
    given = sdk_span(0xB2, "given", start_ns=1_700_000_000_123_456_789, parent=parent)
    await store.add_otel_span(rollout_id, attempt_id, given, sequence_id=7)
    many = await store.get_many_span_sequence_ids([(rollout_id, attempt_id)] * 3)
    await store.add_many_spans(
        [plain_span(rollout_id, attempt_id, f"00000000000000c{n}", issued) for n, issued in enumerate(many)]
    )
    await store.add_span(
        Span.from_attributes(
            attributes={"match.$reward": 1.0},
            rollout_id=rollout_id,
            attempt_id=attempt_id,
            sequence_id=0,
            trace_id=OTHER_TRACE,
            span_id="00000000000000d1",
            parent_id="00000000000000a1",
        )
    )
    metadata = {"exit.code": 0, "$note": "ok", "deep": {"a": [{"b.c": None}]}}
    await store.update_attempt(rollout_id, attempt_id, status="succeeded", metadata=metadata)

    # Resources: two versions of one id, one id chosen by the store, a last write to the older id.
    llm = LLM(
        endpoint="http://localhost:1/v1",
        model="modèle",
        api_key="key",
        sampling_parameters={"temperature": 0.7, "stop": ["\n"], "logit.bias": {"$1": -100}, "top_p": None},
    )
    prompt = PromptTemplate(template="Hello {name}, { braces } 👋", engine="f-string")
    await store.update_resources("resources-é", {"main.llm": llm})
    added = await store.add_resources(
        {"proxy": ProxyLLM(endpoint="http://localhost:2/v1/", model="m"), "prompt": prompt}
    )
    names["resources added"] = added.resources_id
    await store.update_resources("rs-empty", {})
    await store.update_resources(
        "resources-é",
        {"main.llm": llm, "$prompt": PromptTemplate(template="{{ x }}", engine="jinja")},
    )

    # Failed at once, failed after two retries, one of them with a worker.
    rollout = await store.enqueue_rollout(input=None, mode="train", metadata={"split": "a"})
    names["failed"] = rollout.rollout_id
    claimed = await store.dequeue_rollout(worker_id="Worker-2")
    assert claimed is not None
    await store.update_attempt(rollout.rollout_id, "latest", status="failed")

    retrying = RolloutConfig(max_attempts=3, retry_condition=["failed", "timeout", "unresponsive"])
    rollout = await store.enqueue_rollout(input=["a", 1, 2.5, None, {"x.y": {"$z": []}}], mode="val", config=retrying)
    names["failed after retries"] = rollout.rollout_id
    for number in range(3):
        claimed = await store.dequeue_rollout(worker_id=None if number == 1 else f"Worker-{number}")
        assert claimed is not None and claimed.rollout_id == rollout.rollout_id
        attempt_id = claimed.attempt.attempt_id
        # The same span id in every attempt.
        issued = await store.get_next_span_sequence_id(rollout.rollout_id, attempt_id)
        await store.add_span(plain_span(rollout.rollout_id, attempt_id, "00000000000000e1", issued))
        await store.update_attempt(rollout.rollout_id, attempt_id, status="failed", metadata={"number": number})
    # A late span of a finished attempt: heartbeat only.
    await store.add_span(plain_span(rollout.rollout_id, attempt_id, "00000000000000e2", 50))

    # Time out, no retry.
    rollout_id = (
        await store.start_rollout(
            input={"question": "?"}, mode="test", config=RolloutConfig(timeout_seconds=0.05), worker_id="Worker-timeout"
        )
    ).rollout_id
    names["timeout"] = rollout_id
    await asyncio.sleep(0.1)
    await store.query_rollouts(limit=0)

    # Unresponsive, then retried by hand and succeeded; the end time of the first end is replaced.
    started = await store.start_rollout(
        input={"nested": {"a.b": [1, {"$c": None}], "": {}}},
        config=RolloutConfig(unresponsive_seconds=0.05, max_attempts=2, retry_condition=["timeout"]),
        resources_id="missing resources",
        metadata={"dotted.key": 1, "$k": {"list": [[], {}]}},
    )
    names["unresponsive, then succeeded"] = started.rollout_id
    await store.add_span(
        plain_span(started.rollout_id, started.attempt.attempt_id, "00000000000000f1", -5, name="negative id")
    )
    await asyncio.sleep(0.1)
    await store.query_rollouts(limit=0)
    await store.update_rollout(started.rollout_id, config=RolloutConfig(timeout_seconds=1e6, max_attempts=2))
    await store.start_attempt(started.rollout_id, worker_id="Worker-2")
    await store.update_attempt(started.rollout_id, "latest", status="running", last_heartbeat_time=EPOCH)
    # A whole number is stored as an integer: the store checks a copy and keeps what it was given.
    await store.update_attempt(started.rollout_id, "latest", status="succeeded", last_heartbeat_time=1_700_000_000)

    # Claimed from the queue by a process that ended before it made the attempt: in no queue any more.
    rollout = await store.enqueue_rollout(input={"lost": True})
    names["queuing, entry consumed"] = rollout.rollout_id
    assert list(await store.collections.rollout_queue.dequeue(1)) == [rollout.rollout_id]

    # A batch; two are claimed by one worker.
    batch = await store.enqueue_many_rollouts(
        [
            EnqueueRolloutRequest(input=1, mode="train"),
            EnqueueRolloutRequest(input=-0.5, resources_id=added.resources_id),
            EnqueueRolloutRequest(input=True, metadata={}),
            EnqueueRolloutRequest(input="", config=RolloutConfig(timeout_seconds=3600, unresponsive_seconds=1800.5)),
        ]
    )
    claimed_batch = await store.dequeue_many_rollouts(limit=2, worker_id="Worker-batch")
    assert [item.rollout_id for item in claimed_batch] == [item.rollout_id for item in batch[:2]]
    names["preparing"], names["running"] = (item.rollout_id for item in claimed_batch)
    running = claimed_batch[1]
    await store.add_span(plain_span(running.rollout_id, running.attempt.attempt_id, "0000000000000101", 2**40))
    names["queuing in front"], names["queuing second"] = (item.rollout_id for item in batch[2:])

    # Cancelled while it waits: its entry stays in the queue.
    rollout = await store.enqueue_rollout(input="to cancel", config=retrying)
    names["cancelled, entry unconsumed"] = rollout.rollout_id
    await store.update_rollout(rollout.rollout_id, status="cancelled", metadata=None)

    # Cancelled while it runs.
    started = await store.start_rollout(input=[], worker_id="Worker-cancelled")
    names["cancelled while running"] = started.rollout_id
    await store.add_span(plain_span(started.rollout_id, started.attempt.attempt_id, "0000000000000102", 1))
    await store.update_rollout(started.rollout_id, status="cancelled")

    # Requeuing after a failure.
    started = await store.start_rollout(input={}, config=retrying, worker_id="Worker-3")
    names["requeuing"] = started.rollout_id
    await store.update_attempt(started.rollout_id, "latest", status="failed")

    # Requeuing after silence, then revived by a span: running, its entry stays in the queue.
    patient = RolloutConfig(unresponsive_seconds=1e6, max_attempts=5, retry_condition=["unresponsive"])
    started = await store.start_rollout(input=0, config=patient.model_copy(update={"unresponsive_seconds": 0.05}))
    names["revived, entry unconsumed"] = started.rollout_id
    await asyncio.sleep(0.1)
    await store.query_rollouts(limit=0)
    await store.update_rollout(started.rollout_id, config=patient)
    await store.add_span(plain_span(started.rollout_id, started.attempt.attempt_id, "0000000000000103", 1))

    # Requeuing after a timeout.
    started = await store.start_rollout(
        input={"timeout": 1}, config=RolloutConfig(timeout_seconds=0.05, max_attempts=2, retry_condition=["timeout"])
    )
    names["requeuing after timeout"] = started.rollout_id
    await asyncio.sleep(0.1)
    await store.query_rollouts(limit=0)

    # Put back by hand after it ended: queuing with an end time and an attempt.
    await store.update_rollout(names["failed"], status="queuing", input={"replaced": True}, mode=None)
    names["queuing again"] = names.pop("failed")
    started = await store.start_rollout(input=None)
    names["failed"] = started.rollout_id
    await store.update_attempt(started.rollout_id, "latest", status="failed")

    # Twice in the queue, as two processes leave it that requeue at once.
    rollout = await store.enqueue_rollout(input="twice", resources_id="resources-é")
    names["queuing, two entries"] = rollout.rollout_id
    await store.collections.rollout_queue.enqueue([rollout.rollout_id])

    # An attempt made by hand while it waits, then finished; another one that still waits.
    rollout = await store.enqueue_rollout(input="by hand")
    names["succeeded by hand, entry unconsumed"] = rollout.rollout_id
    await store.start_attempt(rollout.rollout_id)
    await store.update_attempt(rollout.rollout_id, "latest", status="succeeded", worker_id="Worker-by-hand")
    names["queuing at the end"] = (await store.enqueue_rollout(input="last")).rollout_id

    # A counter of a rollout that does not exist.
    await store.get_many_span_sequence_ids([("ro-unknown", "at-unknown"), ("ro-unknown", "at-unknown")])
    return names


async def write_other_partition(store: MongoLightningStore) -> None:
    """Records of another partition, with ids the first one also has."""
    await store.update_resources("resources-é", {"other": PromptTemplate(template="other", engine="poml")})
    await store.update_worker("Worker-1", {"other": True})
    await store.enqueue_rollout(input="other partition")
    started = await store.start_rollout(input="other partition", worker_id="Worker-2")
    await store.add_span(plain_span(started.rollout_id, started.attempt.attempt_id, "00000000000000a1", 1))
    await store.get_next_span_sequence_id("ro-unknown", "at-unknown")


def items(page: Any) -> list[Any]:
    return [item.model_dump(mode="json") for item in page.items]


async def read_back(store: MongoLightningStore, uri: str, database: str, partition: str) -> dict[str, Any]:
    """Everything the store's own queries return, plus the queue and the counters, which have no query."""
    rollouts = items(await store.query_rollouts())
    rollout_ids = [rollout["rollout_id"] for rollout in rollouts]
    status_of = {rollout["rollout_id"]: rollout["status"] for rollout in rollouts}
    latest = await store.get_latest_resources()

    client: AsyncMongoClient[Any] = AsyncMongoClient(uri)
    try:
        entries = [
            {"rollout_id": entry["value"], "consumed": entry["consumed"]}
            async for entry in client[database]["rollout_queue"].find({"partition_id": partition}).sort("_id", 1)
        ]
        counters = {
            counter["key"]: counter["value"]
            async for counter in client[database]["span_sequence_ids"].find({"partition_id": partition})
        }
    finally:
        await client.close()

    # A claim takes the oldest unconsumed entry and passes over rollouts that no longer wait.
    # The first entry of a rollout makes it `preparing`, so a second one is passed over as well.
    waiting = [
        entry["rollout_id"]
        for entry in entries
        if not entry["consumed"] and status_of.get(entry["rollout_id"]) in ("queuing", "requeuing")
    ]
    return {
        "rollouts": rollouts,
        "attempts": {rollout_id: items(await store.query_attempts(rollout_id)) for rollout_id in rollout_ids},
        "spans": {rollout_id: items(await store.query_spans(rollout_id)) for rollout_id in rollout_ids},
        "resources": items(await store.query_resources()),
        "latest_resources_id": None if latest is None else latest.resources_id,
        "workers": items(await store.query_workers()),
        "statistics": await store.statistics(),
        "queue_entries": entries,
        "dequeue_order": list(dict.fromkeys(waiting)),
        "span_counters": {rollout_id: counters.get(rollout_id, 0) for rollout_id in rollout_ids},
        "orphan_counters": {key: value for key, value in counters.items() if key not in status_of},
    }


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mongo_uri")
    parser.add_argument("database")
    parser.add_argument("partition")
    options = parser.parse_args()

    def open_store(partition: str, scan_debounce_seconds: float) -> MongoLightningStore:
        return MongoLightningStore(
            mongo_uri=options.mongo_uri,
            database_name=options.database,
            partition_id=partition,
            scan_debounce_seconds=scan_debounce_seconds,
        )

    writer = open_store(options.partition, 0)
    try:
        before = await writer.statistics()
        if before["total_rollouts"] > 0:
            raise SystemExit(f"partition {options.partition} of {options.database} is not empty")
        names = await write_history(writer)
    finally:
        await writer.close()

    other = open_store(f"{options.partition}-other", NO_SCAN_SECONDS)
    try:
        await write_other_partition(other)
    finally:
        await other.close()

    reader = open_store(options.partition, NO_SCAN_SECONDS)
    try:
        oracle = await read_back(reader, options.mongo_uri, options.database, options.partition)
    finally:
        await reader.close()
    json.dump({"names": names, **oracle}, sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
    print()


asyncio.run(main())
