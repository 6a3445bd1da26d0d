"""Spans of the real SDK, by both of the ways in which agent-lightning's tracers send them."""

import os
from typing import Any

from agentlightning import LightningStoreClient
from agentlightning.tracer.otel import LightningSpanProcessor
from agentlightning.types import AttemptedRollout
from agentlightning.utils.otlp import LightningStoreOTLPExporter
from each_server import on_each_server, with_client
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Link, Status, StatusCode


async def by_otlp(store: LightningStoreClient) -> None:
    """The exporter posts protobuf, one request a span."""
    rollout = await store.start_rollout("otlp")
    # The exporter of today's SDK keeps the address that it finds when it is made.
    os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = store.otlp_traces_endpoint()
    exporter = LightningStoreOTLPExporter()
    exporter.enable_store_otlp(
        store.otlp_traces_endpoint(), rollout.rollout_id, rollout.attempt.attempt_id
    )
    provider = _provider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    parent, child = _traced(provider, {"agentlightning.span_sequence_id": "40"})

    first, second = await _stored(store, rollout)
    # The child ends first. Its own number counts, and lifts that of the next one.
    assert (first.name, first.sequence_id) == ("child", 40)
    assert (second.name, second.sequence_id) == ("parent", 41)
    assert first.resource.attributes["agentlightning.rollout_id"] == rollout.rollout_id
    assert first.resource.attributes["agentlightning.attempt_id"] == rollout.attempt.attempt_id
    assert first.parent_id == second.span_id and first.parent is None
    _is_same(first, child)
    _is_same(second, parent)


async def by_client(store: LightningStoreClient) -> None:
    """The processor hands each span to the client, from a thread of its own."""
    rollout = await store.start_rollout("client")
    processor = LightningSpanProcessor()
    provider = _provider()
    provider.add_span_processor(processor)
    with processor.with_context(store, rollout.rollout_id, rollout.attempt.attempt_id):
        parent, child = _traced(provider, {})
    assert [span.name for span in processor.spans()] == ["child", "parent"]
    processor.shutdown()

    first, second = await _stored(store, rollout)
    assert (first.sequence_id, second.sequence_id) == (1, 2)
    assert first.parent is not None and first.parent.span_id == first.parent_id == second.span_id
    _is_same(first, child)
    _is_same(second, parent)


def _provider() -> TracerProvider:
    return TracerProvider(resource=Resource({"toy.kind": "cat"}, schema_url="http://schema"))


def _traced(provider: TracerProvider, numbered: dict[str, Any]) -> tuple[Any, Any]:
    """Two spans, the second one within the first."""
    tracer = provider.get_tracer("toy", "1")
    with tracer.start_as_current_span("parent") as parent:
        links = [Link(parent.get_span_context(), {"why": "kin"}), Link(parent.get_span_context())]
        with tracer.start_as_current_span("child", links=links) as child:
            child.set_attributes({"text": "naïve \U0001fab6", "yes": True, "share": 0.5, "n": 2**53})
            child.set_attributes({"texts": ["a", "b"], "numbers": [1, 2], **numbered})
            child.add_event("begun", {"n": 1}, timestamp=1_700_000_001_500_000_000)
            child.set_status(Status(StatusCode.ERROR, "no luck"))
    return parent, child


async def _stored(store: LightningStoreClient, rollout: AttemptedRollout) -> list[Any]:
    page = await store.query_spans(rollout.rollout_id, "latest")
    assert page.total == 2, page
    now = await store.get_rollout_by_id(rollout.rollout_id)
    assert now is not None and now.status == "running"
    return list(page.items)


def _is_same(stored: Any, sdk: Any) -> None:
    """What is stored is what the SDK has."""
    context = sdk.get_span_context()
    assert stored.trace_id == f"{context.trace_id:032x}" == stored.context.trace_id
    assert stored.span_id == f"{context.span_id:016x}" == stored.context.span_id
    assert stored.attributes == {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in sdk.attributes.items()
    }
    assert isinstance(stored.attributes.get("n", 0), int)
    assert stored.status.status_code == sdk.status.status_code.name
    assert stored.status.description == sdk.status.description
    # Microseconds survive in a double.
    assert abs(stored.start_time - sdk.start_time / 1e9) < 1e-6
    assert abs(stored.end_time - sdk.end_time / 1e9) < 1e-6
    events = [(it.name, it.attributes, it.timestamp) for it in stored.events]
    assert events == [(it.name, dict(it.attributes), it.timestamp / 1e9) for it in sdk.events]
    links = [(it.context.span_id, it.attributes) for it in stored.links]
    expected = [(f"{it.context.span_id:016x}", dict(it.attributes) or None) for it in sdk.links]
    assert links == expected, (links, expected)
    assert stored.resource.attributes["toy.kind"] == "cat"
    assert stored.resource.schema_url == "http://schema"


async def both(store: LightningStoreClient) -> None:
    await by_otlp(store)
    await by_client(store)


if __name__ == "__main__":
    on_each_server(with_client(both))
