"""A whole training loop: a trainer, an algorithm and two runner processes."""

import asyncio
import logging
import multiprocessing
import os
from typing import Any

from agentlightning import (
    LightningStoreClient,
    OtelTracer,
    PromptTemplate,
    Trainer,
    algo,
    configure_logger,
    find_final_reward,
    find_reward_spans,
    get_reward_value,
    rollout,
)
from agentlightning.execution.client_server import ClientServerExecutionStrategy
from each_server import on_each_server
from toy import eager_runner, prompt, said, until

TASKS = [1, 2, 3, 4]

# Nobody goes on before both runners are at work.
pair = multiprocessing.Barrier(2, timeout=60)


@rollout
def agent(task: int, prompt_template: PromptTemplate) -> float:
    pair.wait()
    return said(task, prompt_template)


@algo
async def two_epochs(*, store: Any, train_dataset: Any) -> None:
    """Tries every task with one version of the prompt, and then with the next."""
    resources_id = (await store.add_resources(prompt(1))).resources_id
    for version in [1, 2]:
        if version == 2:
            await store.update_resources(resources_id, prompt(2))
        made = [await store.enqueue_rollout(task, mode="train") for task in train_dataset]
        assert {it.resources_id for it in made} == {resources_id}
        ids = [it.rollout_id for it in made]

        async def all_are_finished() -> bool:
            return len(await store.wait_for_rollouts(rollout_ids=ids, timeout=0)) == len(ids)

        await until(all_are_finished)
        for it in made:
            await _earned(store, it.rollout_id, version * 100 + it.input)

    async def both_have_reported() -> bool:
        workers = (await store.query_workers()).items
        return len(workers) == 2 and all(it.heartbeat_stats for it in workers)

    await until(both_have_reported)
    await store.close()


async def _earned(store: Any, rollout_id: str, reward: float) -> None:
    """A rollout succeeded, and its spans tell its rewards in their order."""
    done = await store.get_rollout_by_id(rollout_id)
    assert (done.status, done.attempt.status) == ("succeeded", "succeeded"), done
    spans = (await store.query_spans(rollout_id, "latest")).items
    rewards = [get_reward_value(span) for span in find_reward_spans(spans)]
    assert rewards == [0.25, reward], (rewards, spans)
    assert find_final_reward(spans) == reward
    numbers = [span.sequence_id for span in spans]
    assert numbers == sorted(set(numbers)), numbers
    assert {span.attempt_id for span in spans} == {done.attempt.attempt_id}
    assert {span.rollout_id for span in spans} == {rollout_id}


def trained(url: str) -> None:
    store = LightningStoreClient(url)
    # The exporter of today's SDK keeps the address that it finds when a runner makes it.
    os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = store.otlp_traces_endpoint()
    tracer = OtelTracer()
    trainer = Trainer(
        algorithm=two_epochs,
        store=store,
        tracer=tracer,
        runner=eager_runner(tracer),
        strategy=ClientServerExecutionStrategy(n_runners=2),
        n_runners=2,
    )
    trainer.fit(agent, TASKS)
    asyncio.run(_both_worked(url))


async def _both_worked(url: str) -> None:
    store = LightningStoreClient(url)
    counts = await store.statistics()
    assert (counts["total_rollouts"], counts["total_attempts"]) == (8, 8), counts
    tried = (await store.query_rollouts()).items
    workers = sorted(it.attempt.worker_id for it in tried)
    assert workers == ["Worker-0"] * 4 + ["Worker-1"] * 4, workers
    await store.close()


if __name__ == "__main__":
    configure_logger(logging.WARNING)
    on_each_server(trained)
