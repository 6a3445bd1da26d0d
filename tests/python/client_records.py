"""The client's methods of resources and workers."""

import re
from typing import Any

from agentlightning import LLM, PromptTemplate, ProxyLLM
from raising import refused

NAMED = {
    "model": LLM(endpoint="http://h/v1", model="m", sampling_parameters={"t": 1.0, "k": [1]}),
    "proxy": ProxyLLM(endpoint="http://p", model="m", api_key="key"),
    "prompt: naïve": PromptTemplate(template="{question} \U0001fab6", engine="f-string"),
}


async def resources(store: Any) -> None:
    """Versions under ids, and the latest of all."""
    assert await store.get_latest_resources() is None
    assert await store.get_resources_by_id("none") is None
    first = await store.add_resources(NAMED)
    assert re.fullmatch(r"rs-[0-9a-f]{12}", first.resources_id) and first.version == 1
    assert first.create_time == first.update_time
    assert first.resources == NAMED
    assert repr(first.resources["model"].sampling_parameters) == "{'t': 1.0, 'k': [1]}"
    assert await store.get_latest_resources() == first
    assert (await store.enqueue_rollout("with resources")).resources_id == first.resources_id

    prompt = {"prompt": PromptTemplate(template="v2", engine="jinja")}
    named = await store.update_resources("prod-a b", prompt)
    assert (named.resources_id, named.version) == ("prod-a b", 1)
    again = await store.update_resources("prod-a b", {})
    assert (again.version, again.resources) == (2, {})
    assert again.create_time == named.create_time < again.update_time
    assert await store.get_latest_resources() == again
    assert await store.get_resources_by_id("prod-a b") == again
    assert await store.get_resources_by_id(first.resources_id) == first

    def ids(page: Any) -> list[str]:
        return [it.resources_id for it in page.items]

    everything = await store.query_resources()
    assert (everything.items, everything.total) == ([first, again], 2)
    assert ids(await store.query_resources(resources_id=first.resources_id)) == [first.resources_id]
    assert ids(await store.query_resources(resources_id_contains="d-a b")) == ["prod-a b"]
    page = await store.query_resources(sort_by="version", sort_order="desc", limit=1, offset=1)
    assert (ids(page), page.total, page.limit, page.offset) == ([first.resources_id], 2, 1, 1)
    await refused(400, store.query_resources(sort_by="resources"))


async def workers(store: Any) -> None:
    """Workers: those that were busy before, and one that reports itself."""
    assert await store.get_worker_by_id("nobody") is None
    odd = "wörker 3"
    made = await store.update_worker(odd)
    assert (made.worker_id, made.status, made.heartbeat_stats) == (odd, "unknown", None)
    told = await store.update_worker(odd, {"cpu": [0.5, 1.0, 1], "": None})
    assert repr(told.heartbeat_stats) == "{'cpu': [0.5, 1.0, 1], '': None}"
    kept = await store.update_worker(odd)
    assert kept.heartbeat_stats == told.heartbeat_stats
    assert kept.last_heartbeat_time >= told.last_heartbeat_time
    assert (await store.update_worker(odd, {})).heartbeat_stats == {}
    await refused(400, store.update_worker(odd, None))

    assert await store.dequeue_rollout(worker_id=odd) is not None
    busy = await store.get_worker_by_id(odd)
    assert busy.status == "busy" and busy.current_rollout_id is not None
    await store.update_attempt(busy.current_rollout_id, "latest", status="succeeded")
    idle = await store.get_worker_by_id(odd)
    assert (idle.status, idle.current_rollout_id, idle.current_attempt_id) == ("idle", None, None)

    def ids(page: Any) -> list[str]:
        return [it.worker_id for it in page.items]

    everything = await store.query_workers(sort_by="worker_id")
    assert (ids(everything), everything.total) == (["w 1", "w 2", odd], 3)
    assert ids(await store.query_workers(status_in=["idle"], worker_id_contains="ker")) == [odd]
    either = {"status_in": [], "worker_id_contains": "w 1", "filter_logic": "or"}
    assert ids(await store.query_workers(**either)) == ["w 1"]
    last = await store.query_workers(sort_by="worker_id", sort_order="desc")
    assert ids(last) == [odd, "w 2", "w 1"]
    await refused(400, store.query_workers(sort_by="nosuch"))
