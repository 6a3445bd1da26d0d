"""Runs a scenario against every server that the command line names."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable

from agentlightning import LightningStoreClient


def on_each_server(scenario: Callable[[str], None]) -> None:
    """Says a line for each server against which the scenario ends well."""
    for url in sys.argv[1:]:
        scenario(url)
        print("passed", flush=True)


def with_client(use: Callable[[LightningStoreClient], Awaitable[None]]) -> Callable[[str], None]:
    """A scenario of one client. What the client complains of fails it: it hides many failures, and
    tries again after many, both of which only its log tells."""

    async def scenario(url: str) -> None:
        store = LightningStoreClient(url)
        try:
            await use(store)
        finally:
            await store.close()

    def watched(url: str) -> None:
        complaints: list[str] = []
        handler = _Complaints(complaints)
        logger = logging.getLogger("agentlightning.store.client")
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        try:
            asyncio.run(scenario(url))
        finally:
            logger.removeHandler(handler)
        assert complaints == [], complaints

    return watched


class _Complaints(logging.Handler):
    def __init__(self, complaints: list[str]) -> None:
        super().__init__()
        self._complaints = complaints

    def emit(self, record: logging.LogRecord) -> None:
        self._complaints.append(record.getMessage())
