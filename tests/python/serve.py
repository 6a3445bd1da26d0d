"""Servers of agentlightning 0.3 in memory, at the time of whoever asks.

Each line of standard input asks for a server before an empty store; its address is the answer.
"""

import asyncio
import contextvars
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

from agentlightning import InMemoryLightningStore, LightningStoreServer
from portpicker import pick_unused_port

# The time in seconds at which a request was made, by its maker's clock.
ASKED_AT = b"x-asked-at"

real_time = time.time

clock: contextvars.ContextVar[Callable[[], float]] = contextvars.ContextVar(
    "clock", default=real_time
)


class AtTheTimeOfTheRequest:
    """Time stands still for a request, but for one that waits."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope.get("headers", []))
        if ASKED_AT in headers:
            now = float(headers[ASKED_AT])
            begun = real_time()
            waits = scope["path"].endswith("/waits/rollouts")
            clock.set(lambda: now + real_time() - begun if waits else now)
        await self._app(scope, receive, send)


async def serve() -> None:
    lines = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(lines)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while await lines.readline():
        store = InMemoryLightningStore(thread_safe=True, scan_debounce_seconds=0)
        port = pick_unused_port()
        server = LightningStoreServer(store, host="127.0.0.1", port=port, launch_mode="asyncio")
        assert server.app is not None
        server.app.add_middleware(AtTheTimeOfTheRequest)
        await server.start()
        print(server.endpoint, flush=True)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    time.time = lambda: clock.get()()
    asyncio.run(serve())
