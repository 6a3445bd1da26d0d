"""The client's methods of attempts and spans."""

import math
from typing import Any

from agentlightning import OtelResource, RolloutConfig, Span, SpanContext, TraceStatus
from agentlightning.types import Event, Link
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link as SdkLink
from opentelemetry.trace import SpanKind, Status, StatusCode
from raising import refused


async def attempts(store: Any) -> None:
    """Tries of a rollout, and what becomes of it by them."""
    config = RolloutConfig(max_attempts=3, retry_condition=["failed"])
    rollout_id = (await store.enqueue_rollout("try", config=config)).rollout_id
    assert await store.get_latest_attempt(rollout_id) is None
    assert (await store.query_attempts(rollout_id)).items == []
    first = (await store.dequeue_rollout(worker_id="w 2")).attempt
    assert await store.get_latest_attempt(rollout_id) == first

    assert await store.update_attempt(rollout_id, "latest") == first
    changed = await store.update_attempt(
        rollout_id,
        first.attempt_id,
        status="running",
        worker_id="",
        last_heartbeat_time=1.5,
        metadata={"a": [1, 1.0]},
    )
    assert (changed.status, changed.worker_id, changed.last_heartbeat_time) == ("running", "", 1.5)
    assert repr(changed.metadata) == "{'a': [1, 1.0]}"
    failed = await store.update_attempt(rollout_id, "latest", status="failed")
    assert failed.end_time is not None and failed.metadata == changed.metadata
    assert (await store.get_rollout_by_id(rollout_id)).status == "requeuing"

    second = await store.dequeue_rollout()
    assert (second.rollout_id, second.attempt.sequence_id) == (rollout_id, 2)
    third = await store.start_attempt(rollout_id, worker_id="w 2")
    assert (third.attempt.sequence_id, third.attempt.worker_id) == (3, "w 2")
    assert (await store.start_attempt(rollout_id)).attempt.worker_id is None

    def numbers(page: Any) -> list[int]:
        return [it.sequence_id for it in page.items]

    everything = await store.query_attempts(rollout_id)
    assert (numbers(everything), everything.total) == ([1, 2, 3, 4], 4)
    page = await store.query_attempts(
        rollout_id, sort_by="sequence_id", sort_order="desc", limit=2, offset=1
    )
    assert (numbers(page), page.total, page.limit, page.offset) == ([3, 2], 4, 2, 1)
    assert numbers(await store.query_attempts(rollout_id, sort_by=None)) == [1, 2, 3, 4]

    await store.update_attempt(rollout_id, "latest", status="succeeded")
    assert (await store.get_rollout_by_id(rollout_id)).status == "succeeded"
    for field in ["status", "worker_id", "last_heartbeat_time", "metadata"]:
        await refused(400, store.update_attempt(rollout_id, "latest", **{field: None}))
    await refused(422, store.update_attempt(rollout_id, "latest", status="cancelled"))
    await refused(404, store.update_attempt(rollout_id, "at-none", status="failed"))
    await refused(404, store.update_attempt("ro-none", "latest", status="failed"))
    await refused(404, store.start_attempt("ro-none"))
    assert await store.get_latest_attempt("ro-none") is None


async def spans(store: Any) -> None:
    """Spans, their numbers, and where they are found again."""
    started = await store.start_rollout("spans")
    ids = started.rollout_id, started.attempt.attempt_id
    assert await store.get_next_span_sequence_id(*ids) == 1
    assert await store.get_many_span_sequence_ids([ids, (ids[0], "latest")]) == [2, 3]
    span = _span(ids, "0000000000000001", 5)
    assert await store.add_span(span) == span
    assert await store.add_span(span.model_copy(update={"name": "again"})) is None
    assert await store.get_next_span_sequence_id(*ids) == 6
    rollout = await store.get_rollout_by_id(ids[0])
    assert (rollout.status, rollout.attempt.status) == ("running", "running")
    assert rollout.attempt.last_heartbeat_time is not None

    others = [_span(ids, f"000000000000000{i}", 10 - i, name=f"step {i}") for i in [1, 2, 3]]
    assert await store.add_many_spans(others) == others[1:]
    odd = _span(ids, "0000000000000004", 8, attributes={"nan": math.nan, "list": [1, 2.5]})
    stored = await store.add_span(odd)
    assert stored.attributes == {"nan": "NaN", "list": [1, 2.5]}

    sdk = _sdk_span()
    numbered = await store.add_otel_span(*ids, sdk, sequence_id=20)
    expected = Span.from_opentelemetry(sdk, *ids, sequence_id=20).model_dump(mode="json")
    assert numbered.model_dump(mode="json") == expected, (numbered, expected)
    next_one = await store.add_otel_span(*ids, _sdk_span())
    assert next_one.sequence_id == 21

    def numbers(page: Any) -> list[int]:
        return [it.sequence_id for it in page.items]

    everything = await store.query_spans(ids[0])
    assert (numbers(everything), everything.total) == ([5, 7, 8, 8, 20, 21], 6)
    assert numbers(await store.query_spans(*ids)) == numbers(everything)
    assert numbers(await store.query_spans(ids[0], "latest")) == numbers(everything)
    assert everything.items[0] == span and everything.items[-1] == next_one
    for filters, expected in [
        ({"name": "step 2"}, [8]),
        ({"name_contains": "step "}, [7, 8]),
        ({"trace_id": span.trace_id}, [5, 7, 8, 8]),
        ({"trace_id_contains": span.trace_id[:31], "span_id": span.span_id}, [5]),
        ({"span_id": span.span_id, "name": "step 3", "filter_logic": "or"}, [5, 7]),
        ({"span_id_contains": "0000003"}, [7]),
        ({"parent_id": "00000000000000ff"}, [5, 7, 8, 8]),
        ({"parent_id_contains": "0000ff", "name": "sdk"}, []),
        ({"limit": 2, "offset": 1, "sort_order": "desc"}, [20, 8]),
        ({"limit": 2, "sort_by": "name", "sort_order": "desc"}, [7, 8]),
        ({"limit": 1, "sort_by": None}, [5]),
    ]:
        assert numbers(await store.query_spans(ids[0], **filters)) == expected, filters
    assert (await store.query_spans("ro-none")).total == 0

    await refused(404, store.add_span(_span(("ro-none", ids[1]), "0000000000000009", 1)))
    await refused(404, store.add_span(_span((ids[0], "latest"), "0000000000000009", 1)))
    await refused(400, store.query_spans(ids[0], sort_by="attributes"))


def _span(ids: tuple[str, str], span_id: str, sequence_id: int, **fields: Any) -> Span:
    context = SpanContext(
        trace_id="0af7651916cd43dd8448eb211c80319c",
        span_id=span_id,
        is_remote=False,
        trace_state={"vendor": "x"},
    )
    parent = context.model_copy(update={"span_id": "00000000000000ff", "is_remote": True})
    return Span(
        **{
            "rollout_id": ids[0],
            "attempt_id": ids[1],
            "sequence_id": sequence_id,
            "trace_id": context.trace_id,
            "span_id": span_id,
            "parent_id": parent.span_id,
            "name": "step",
            "status": TraceStatus(status_code="ERROR", description="naïve"),
            "attributes": {"text": "\U0001fab6", "yes": True, "number": 2, "list": ["a"]},
            "events": [Event(name="e", attributes={"x": 0.5}, timestamp=1.25)],
            "links": [Link(context=context, attributes=None)],
            "start_time": 1.0,
            "end_time": None,
            "context": context,
            "parent": parent,
            "resource": OtelResource(attributes={"service.name": "s"}, schema_url="u"),
            "extra": {"kept": [1, 1.0, {}]},
            **fields,
        }
    )


def _sdk_span() -> Any:
    tracer = TracerProvider().get_tracer("toy")
    with tracer.start_as_current_span("parent") as parent:
        link = SdkLink(parent.get_span_context(), {"why": "kin"})
        with tracer.start_as_current_span("sdk", kind=SpanKind.CLIENT, links=[link]) as span:
            span.set_attributes({"text": "naïve", "list": [1, 2], "share": 0.5})
            span.add_event("begun", {"n": 1})
            span.set_status(Status(StatusCode.ERROR, "no luck"))
    return span
