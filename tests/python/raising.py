"""What the client raises."""

from collections.abc import Awaitable
from typing import Any

from aiohttp import ClientResponseError


async def refused(status: int, call: Awaitable[Any]) -> None:
    """The server refuses a call, with a status after which the client does not try again."""
    assert 400 <= status < 500 and status != 408
    try:
        answer = await call
    except ClientResponseError as error:
        assert error.status == status, error
    else:
        raise AssertionError(f"expected status {status}, got {answer}")
