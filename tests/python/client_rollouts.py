"""The client's methods of rollouts."""

import math
import re
from typing import Any

from agentlightning import EnqueueRolloutRequest, RolloutConfig
from raising import refused

ODD_INPUT = {
    "text": "naïve \U0001fab6 \u2028 \x00",
    "": [1, 1.0, -0.0, True, None, 12345678901234567890, 1e300, 5e-324],
    "a.b": {"$set": {"__proto__": 1}},
}


async def creating(store: Any) -> None:
    """What is asked for is stored as it is; what is left out has its default."""
    config = RolloutConfig(
        timeout_seconds=60,
        unresponsive_seconds=1.5,
        max_attempts=2,
        retry_condition=["failed", "timeout"],
    )
    queued = await store.enqueue_rollout(
        ODD_INPUT, mode="train", resources_id="nope", config=config, metadata=ODD_INPUT
    )
    assert re.fullmatch(r"ro-[0-9a-f]{12}", queued.rollout_id)
    assert (queued.status, queued.mode, queued.resources_id) == ("queuing", "train", "nope")
    assert queued.config == config and queued.end_time is None
    # An integer and a float are equal in Python, but are not written in the same way.
    assert repr(queued.input) == repr(queued.metadata) == repr(ODD_INPUT), queued
    stored = await store.get_rollout_by_id(queued.rollout_id)
    assert stored == queued and not hasattr(stored, "attempt")

    plain = await store.enqueue_rollout(None)
    assert (plain.input, plain.mode, plain.resources_id, plain.metadata) == (None, None, None, {})
    assert plain.config == RolloutConfig()

    lost = await store.enqueue_rollout({"nan": math.nan, "list": [math.inf, -math.inf]})
    assert lost.input == {"nan": None, "list": [None, None]}

    started = await store.start_rollout(
        ODD_INPUT, mode="val", config=config, metadata={"k": 1}, worker_id="w 1"
    )
    assert (started.status, started.mode, started.metadata) == ("preparing", "val", {"k": 1})
    assert repr(started.input) == repr(ODD_INPUT) and started.config == config
    attempt = started.attempt
    assert re.fullmatch(r"at-[0-9a-f]{8}", attempt.attempt_id)
    assert (attempt.sequence_id, attempt.worker_id, attempt.status) == (1, "w 1", "preparing")
    assert attempt.start_time == started.start_time
    assert await store.get_rollout_by_id(started.rollout_id) == started
    assert (await store.start_rollout(0)).attempt.worker_id is None
    await _drained(store)


async def queue(store: Any) -> None:
    """First come, first served, each to one."""
    assert await store.dequeue_rollout() is None
    assert await store.dequeue_many_rollouts(limit=3, worker_id="w 1") == []
    assert await store.enqueue_many_rollouts([]) == []
    made = await store.enqueue_many_rollouts(
        [
            EnqueueRolloutRequest(input=i, mode="test" if i == 1 else None, metadata={"i": i})
            for i in range(5)
        ]
    )
    assert [it.input for it in made] == [0, 1, 2, 3, 4] and made[1].mode == "test"

    first = await store.dequeue_rollout(worker_id="w 1")
    assert first.rollout_id == made[0].rollout_id and first.status == "preparing"
    assert first.start_time == made[0].start_time < first.attempt.start_time
    assert first.attempt.worker_id == "w 1" and first.attempt.rollout_id == first.rollout_id
    assert await store.dequeue_many_rollouts(limit=0) == []
    more = await store.dequeue_many_rollouts(limit=3)
    assert [it.input for it in more] == [1, 2, 3] and more[0].attempt.worker_id is None
    await store.update_rollout(made[4].rollout_id, status="cancelled")
    assert await store.dequeue_rollout() is None


async def updating(store: Any) -> None:
    """What is left out stays, None is stored as null, and a value replaces all that was there."""
    config = RolloutConfig(max_attempts=3, timeout_seconds=9)
    made = await store.start_rollout({"a": 1}, mode="train", config=config, metadata={"a": 1})
    rollout_id = made.rollout_id
    assert (await store.update_rollout(rollout_id)).model_dump() == made.model_dump(
        exclude={"attempt"}
    )
    changed = await store.update_rollout(
        rollout_id,
        input={"b": [2]},
        mode="test",
        resources_id="rs",
        config=RolloutConfig(unresponsive_seconds=2),
        metadata={"b": 2},
    )
    assert (changed.input, changed.mode, changed.resources_id) == ({"b": [2]}, "test", "rs")
    assert changed.config == RolloutConfig(unresponsive_seconds=2)
    assert changed.metadata == {"b": 2} and changed.status == "preparing"
    emptied = await store.update_rollout(
        rollout_id, input=None, mode=None, resources_id=None, metadata=None
    )
    assert (emptied.input, emptied.mode, emptied.resources_id) == (None, None, None)
    assert emptied.metadata is None and emptied.config == changed.config
    await refused(400, store.update_rollout(rollout_id, status=None))
    ended = await store.update_rollout(rollout_id, status="succeeded")
    assert ended.status == "succeeded" and ended.end_time > ended.start_time
    await refused(422, store.update_rollout(rollout_id, status="bogus"))
    await refused(404, store.update_rollout("ro-none", status="failed"))
    assert await store.get_rollout_by_id("ro-none") is None


async def finding(store: Any) -> None:
    """Filters, order and pages."""
    made = [await store.enqueue_rollout(i, mode=mode) for i, mode in enumerate(MODES)]
    ids = [it.rollout_id for it in made]
    await store.update_rollout(ids[0], status="failed")
    mine = {"rollout_id_in": ids}

    def found(page: Any) -> list[int]:
        return [it.input for it in page.items]

    everything = await store.query_rollouts(**mine)
    assert (found(everything), everything.total) == ([0, 1, 2, 3], 4)
    assert (everything.limit, everything.offset) == (-1, 0)
    assert found(await store.query_rollouts(**mine, status_in=["failed"])) == [0]
    assert found(await store.query_rollouts(**mine, status_in=[])) == []
    either = {"rollout_id_in": ids[:1], "rollout_id_contains": ids[2][3:], "filter_logic": "or"}
    assert found(await store.query_rollouts(**either)) == [0, 2]
    assert found(await store.query_rollouts(rollout_id_contains=ids[3])) == [3]
    page = await store.query_rollouts(**mine, sort_by="mode", sort_order="asc", limit=2, offset=1)
    assert (found(page), page.total, page.limit, page.offset) == ([1, 2], 4, 2, 1)
    assert found(await store.query_rollouts(**mine, sort_by="mode", sort_order="desc")) == [
        0,
        2,
        1,
        3,
    ]
    assert found(await store.query_rollouts(**mine, sort_by="end_time")) == [0, 1, 2, 3]
    claimed = await store.dequeue_rollout()
    [item] = (await store.query_rollouts(rollout_id_in=[claimed.rollout_id])).items
    assert item == claimed, "a rollout that was tried comes with its attempt"
    for wrong in [{"sort_by": "nosuch"}, {"limit": 0}, {"limit": -2}, {"offset": -1}]:
        await refused(400, store.query_rollouts(**wrong))
    await refused(422, store.query_rollouts(filter_logic="xor"))
    await _drained(store)


MODES = ["val", "test", "train", None]


async def waiting(store: Any) -> None:
    """The finished ones, in the order of the list, at once or within the time."""
    made = [await store.start_rollout(i) for i in range(2)]
    done, going = [it.rollout_id for it in made]
    await store.update_attempt(done, "latest", status="succeeded")
    wanted = [going, done, "ro-none", done]
    for timeout in [-1, 0, 0.05, 0.1]:
        finished = await store.wait_for_rollouts(rollout_ids=wanted, timeout=timeout)
        assert [it.rollout_id for it in finished] == [done, done]
        assert finished[0].status == "succeeded" and not hasattr(finished[0], "attempt")
    assert await store.wait_for_rollouts(rollout_ids=[going], timeout=0.01) == []
    # Without a timeout the server holds the answer; here it has nothing to wait for.
    [finished] = await store.wait_for_rollouts(rollout_ids=[done])
    assert finished.end_time is not None
    assert await store.wait_for_rollouts(rollout_ids=[]) == []
    try:
        await store.wait_for_rollouts(rollout_ids=[done], timeout=0.2)
    except ValueError:
        return
    raise AssertionError("the client takes no longer timeouts")


async def _drained(store: Any) -> None:
    await store.dequeue_many_rollouts(limit=1000)
