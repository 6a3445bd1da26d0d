"""A toy agent, and what it works with."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from agentlightning import LitAgentRunner, OtelTracer, PromptTemplate, emit_reward


def said(task: int, prompt_template: PromptTemplate) -> float:
    """Fills the prompt in, and is paid by its version and by the task: 203 for task 3 at v2."""
    text = prompt_template.format(task=task)
    emit_reward(0.25, attributes={"said": text})
    version, number = text.removeprefix("v").split(": ")
    return float(version) * 100 + float(number)


def prompt(version: int) -> dict[str, PromptTemplate]:
    return {"prompt": PromptTemplate(template=f"v{version}: {{task}}", engine="f-string")}


def eager_runner(tracer: OtelTracer) -> LitAgentRunner[Any]:
    """A runner that asks for work and reports itself many times a second."""
    return LitAgentRunner(
        tracer, poll_interval=0.05, heartbeat_interval=0.5, interval_jitter=0.01
    )


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Waits for something that will be; a minute is long enough for a machine that is busy."""
    end = time.monotonic() + 60
    while not await is_so():
        assert time.monotonic() < end, "it never was so"
        await asyncio.sleep(0.05)
