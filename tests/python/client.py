"""Every method of the Python client, with checked results."""

import inspect
from typing import Any

from agentlightning import LightningStoreClient
from client_attempts import attempts, spans
from client_records import resources, workers
from client_rollouts import creating, finding, queue, updating, waiting
from each_server import on_each_server, with_client

CHECKS = [creating, queue, updating, finding, waiting, attempts, spans, resources, workers]


class Noting:
    """A client, and the names of what was asked of it."""

    def __init__(self, store: LightningStoreClient) -> None:
        self._store = store
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return getattr(self._store, name)


async def every_method(client: LightningStoreClient) -> None:
    store = Noting(client)
    for check in CHECKS:
        await check(store)
    counts = await store.statistics()
    rollouts = await client.query_rollouts()
    found = await client.query_workers()
    assert counts["total_rollouts"] == rollouts.total > 0
    assert counts["total_workers"] == found.total == 3
    assert counts["total_resources"] == 2 and counts["total_spans"] == 6, counts
    assert counts["total_attempts"] >= 7, counts
    assert (await store.statistics())["uptime"] > counts["uptime"]
    assert store.otlp_traces_endpoint() == f"{client.server_address_root}/v1/traces"
    assert store.capabilities["otlp_traces"] is True
    await store.close()
    assert store.names == PUBLIC, store.names ^ PUBLIC


PUBLIC = {name for name, _ in inspect.getmembers(LightningStoreClient) if not name.startswith("_")}

if __name__ == "__main__":
    on_each_server(with_client(every_method))
