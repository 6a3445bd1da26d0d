"""A runner that is killed in the middle of a rollout: another one takes the rollout over."""

import asyncio
import logging
import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from typing import Any

from agentlightning import (
    LightningStoreClient,
    OtelTracer,
    PromptTemplate,
    RolloutConfig,
    configure_logger,
    find_final_reward,
    rollout,
)
from each_server import on_each_server, with_client
from toy import eager_runner, prompt, said, until


def run(url: str, worker_id: int, trap: Connection | None) -> None:
    """A runner process. With a trap it tells of a rollout when it has its span, and is stuck."""

    @rollout
    def agent(task: int, prompt_template: PromptTemplate) -> float:
        reward = said(task, prompt_template)
        if trap is not None:
            trap.send("in the middle")
            signal.pause()
        return reward

    store = LightningStoreClient(url)
    os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = store.otlp_traces_endpoint()
    runner = eager_runner(OtelTracer())
    runner.init(agent)
    runner.init_worker(worker_id, store)
    asyncio.run(runner.iter())


async def taken_over(store: LightningStoreClient) -> None:
    url = store.server_address_root
    await store.add_resources(prompt(1))
    patient = RolloutConfig(
        unresponsive_seconds=3600, max_attempts=2, retry_condition=["unresponsive"]
    )
    rollout_id = (await store.enqueue_rollout(7, mode="train", config=patient)).rollout_id

    here, there = multiprocessing.Pipe()
    victim = multiprocessing.Process(target=run, args=(url, 0, there))
    victim.start()

    async def is_at_work() -> bool:
        return here.poll()

    await until(is_at_work)
    victim.kill()
    victim.join()
    assert victim.exitcode == -signal.SIGKILL

    # Only the dead one is to be found silent, however slow the other one is.
    hasty = patient.model_copy(update={"unresponsive_seconds": 0.01})
    await store.update_rollout(rollout_id, config=hasty)

    async def is_noticed() -> bool:
        found = await store.get_rollout_by_id(rollout_id)
        return found is not None and found.status == "requeuing"

    await until(is_noticed)
    await store.update_rollout(rollout_id, config=patient)
    heir = multiprocessing.Process(target=run, args=(url, 1, None))
    heir.start()

    async def is_finished() -> bool:
        return await store.wait_for_rollouts(rollout_ids=[rollout_id], timeout=0) != []

    try:
        await until(is_finished)
    finally:
        heir.kill()
        heir.join()

    done: Any = await store.get_rollout_by_id(rollout_id)
    assert done.status == "succeeded" and done.attempt.worker_id == "Worker-1", done
    lost, kept = (await store.query_attempts(rollout_id)).items
    assert (lost.status, lost.worker_id) == ("unresponsive", "Worker-0")
    assert (kept.status, kept.sequence_id) == ("succeeded", 2)
    of_lost = (await store.query_spans(rollout_id, lost.attempt_id)).items
    of_kept = (await store.query_spans(rollout_id, "latest")).items
    assert find_final_reward(of_lost) == 0.25 and find_final_reward(of_kept) == 107
    # One counter numbers the spans of all attempts.
    assert max(it.sequence_id for it in of_lost) < min(it.sequence_id for it in of_kept)
    victims: Any = await store.get_worker_by_id("Worker-0")
    assert (victims.status, victims.current_rollout_id) == ("unknown", None)


if __name__ == "__main__":
    configure_logger(logging.WARNING)
    on_each_server(with_client(taken_over))
