"""Counts the database commands of the unmodified Mongo store of agentlightning 0.3.0, and times its queue.

    python count_commands.py MONGO_URI DATABASE [--calls 50]

Prints `{"commands": {operation: {"total", "commands": {name: count}}}, "per_second": {...}}`.
A count is that of one call on a store whose collections exist; connection upkeep does not count.
The watchdog, which every operation runs at most once in ten seconds, is counted apart.
"""

import argparse
import asyncio
import json
import sys
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

sys.dont_write_bytecode = True  # No cache folder in the repository.

from load_store import LLM, MongoLightningStore, OtelResource, RolloutConfig, Span, TraceStatus
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

UPKEEP = {"hello", "ismaster", "isMaster", "ping", "endSessions", "buildInfo", "saslStart", "saslContinue"}
NO_SCAN_SECONDS = 1e9


class Recorder(CommandListener):
    """Counts the commands that start."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in UPKEEP:
            self.counts[event.command_name] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def span(rollout_id: str, attempt_id: str, sequence_id: int) -> Span:
    return Span(
        rollout_id=rollout_id,
        attempt_id=attempt_id,
        sequence_id=sequence_id,
        trace_id=uuid.uuid4().hex,
        span_id=uuid.uuid4().hex[:16],
        parent_id=None,
        name="span",
        status=TraceStatus(status_code="OK"),
        attributes={"gen_ai.response.id": "r"},
        events=[],
        links=[],
        start_time=1.0,
        end_time=2.0,
        context=None,
        parent=None,
        resource=OtelResource(attributes={}, schema_url=""),
    )


async def count(store: MongoLightningStore, recorder: Recorder) -> dict[str, Any]:
    results: dict[str, Any] = {}

    async def record(operation: str, call: Callable[[], Awaitable[Any]]) -> Any:
        recorder.counts.clear()
        value = await call()
        counts = dict(sorted(recorder.counts.items()))
        results[operation] = {"total": sum(counts.values()), "commands": counts}
        return value

    resources = {"main": LLM(endpoint="http://localhost:1", model="m")}

    # The first call creates collections and indexes, and scans.
    await record("first call: collections, indexes, scan, enqueue_rollout", lambda: store.enqueue_rollout(input=0))
    await store.dequeue_rollout()

    await record("update_resources: new id", lambda: store.update_resources("resources", resources))
    await record("update_resources: known id", lambda: store.update_resources("resources", resources))
    await record("add_resources", lambda: store.add_resources(resources))
    await record("get_latest_resources", store.get_latest_resources)

    await record("enqueue_rollout: resources_id given", lambda: store.enqueue_rollout(1, resources_id="resources"))
    await record("enqueue_rollout: resources_id not given", lambda: store.enqueue_rollout(input=2))
    claimed = await record("dequeue_rollout: hit, worker_id", lambda: store.dequeue_rollout(worker_id="w"))
    await record("dequeue_rollout: hit, no worker_id", lambda: store.dequeue_rollout())
    await record("dequeue_rollout: empty, no worker_id", lambda: store.dequeue_rollout())
    await record("dequeue_rollout: empty, worker_id, worker busy", lambda: store.dequeue_rollout(worker_id="w"))
    await record("dequeue_rollout: empty, worker_id, worker idle", lambda: store.dequeue_rollout(worker_id="w"))

    rollout_id, attempt_id = claimed.rollout_id, claimed.attempt.attempt_id
    await record("get_next_span_sequence_id", lambda: store.get_next_span_sequence_id(rollout_id, attempt_id))
    await record("add_span: attempt preparing", lambda: store.add_span(span(rollout_id, attempt_id, 1)))
    await record("add_span: attempt running", lambda: store.add_span(span(rollout_id, attempt_id, 2)))
    await record(
        "add_many_spans: 8 of one attempt",
        lambda: store.add_many_spans([span(rollout_id, attempt_id, number) for number in range(3, 11)]),
    )
    await record("query_spans: 10 found", lambda: store.query_spans(rollout_id))
    await record(
        "update_attempt: succeeded, worker known",
        lambda: store.update_attempt(rollout_id, attempt_id, status="succeeded"),
    )

    # A failed attempt puts the rollout back in the queue.
    retrying = RolloutConfig(max_attempts=2, retry_condition=["failed"])
    started = await record("start_rollout: no worker_id", lambda: store.start_rollout(input=3, config=retrying))
    await record(
        "update_attempt: failed, to be retried",
        lambda: store.update_attempt(started.rollout_id, started.attempt.attempt_id, status="failed"),
    )
    await store.dequeue_rollout()

    for number in range(8):
        await store.enqueue_rollout(input=number)
    await record(
        "dequeue_many_rollouts: 8 of 8, worker_id", lambda: store.dequeue_many_rollouts(limit=8, worker_id="w")
    )
    await record("query_rollouts: 12 found", lambda: store.query_rollouts())
    await record("query_rollouts: limit 1", lambda: store.query_rollouts(limit=1))
    await record("update_worker", lambda: store.update_worker("w", {"cpu": 1}))
    await record("statistics", store.statistics)
    return results


async def count_scan(store: MongoLightningStore, recorder: Recorder) -> dict[str, Any]:
    """What a scan adds to a call, when it finds nothing to mark."""
    await store.update_worker("w", {})
    recorder.counts.clear()
    await store.query_workers(limit=0)
    scanned = Counter(recorder.counts)
    store._scan_debounce_seconds = NO_SCAN_SECONDS
    recorder.counts.clear()
    await store.query_workers(limit=0)
    counts = dict(sorted((scanned - recorder.counts).items()))
    return {"total": sum(counts.values()), "commands": counts}


async def per_second(store: MongoLightningStore, calls: int) -> dict[str, float]:
    """One caller, one call after the other."""
    start = time.perf_counter()
    for number in range(calls):
        await store.enqueue_rollout(input={"number": number}, resources_id="resources")
    enqueued = time.perf_counter()
    for _ in range(calls):
        assert await store.dequeue_rollout(worker_id="w") is not None
    dequeued = time.perf_counter()
    return {
        "calls": calls,
        "enqueue_rollout": round(calls / (enqueued - start), 1),
        "dequeue_rollout": round(calls / (dequeued - enqueued), 1),
    }


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mongo_uri")
    parser.add_argument("database")
    parser.add_argument("--calls", type=int, default=50)
    options = parser.parse_args()
    recorder = Recorder()

    def open_store(partition: str, scan_debounce_seconds: float, *, listen: bool) -> MongoLightningStore:
        return MongoLightningStore(
            mongo_uri=options.mongo_uri,
            mongo_client_kwargs={"event_listeners": [recorder]} if listen else {},
            database_name=options.database,
            partition_id=partition,
            scan_debounce_seconds=scan_debounce_seconds,
        )

    run = uuid.uuid4().hex[:8]
    # The first scan is allowed at once, whatever the pause between two.
    counted = open_store(f"count-{run}", NO_SCAN_SECONDS, listen=True)
    scanning = open_store(f"count-{run}", 0, listen=True)
    timed = open_store(f"time-{run}", NO_SCAN_SECONDS, listen=False)
    try:
        commands = await count(counted, recorder)
        commands["scan: nothing to mark"] = await count_scan(scanning, recorder)
        await timed.enqueue_rollout(input=0)
        await timed.dequeue_rollout(worker_id="w")
        rates = await per_second(timed, options.calls)
    finally:
        for store in (counted, scanning, timed):
            await store.close()
    json.dump({"commands": commands, "per_second": rates}, sys.stdout, indent=1)
    print()


asyncio.run(main())
