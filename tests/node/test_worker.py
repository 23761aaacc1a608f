"""The worker: goes on whatever happens, stops when told, waits for nobody twice."""

import asyncio
import json
from collections.abc import Callable
from time import monotonic

import pytest
from starlette.applications import Starlette

from interop.errors import StoreLocked
from interop.node import doorbell
from interop.node import rounds as module
from interop.node.app import create_node
from interop.store.reasons import STORE_LOCKED
from tests.node.stand import KEY, Lone, told

WAIT_S = 5.0
EVERY_S = 0.01


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE_S", EVERY_S)


def node_of(lone: Lone) -> Starlette:
    return create_node(lone.gateway, api_key=KEY, work_every_s=EVERY_S)


async def until(ready: Callable[[], bool]) -> None:
    end = monotonic() + WAIT_S
    while not ready():
        assert monotonic() < end
        await asyncio.sleep(EVERY_S)


@pytest.mark.parametrize(
    ("fault", "event"),
    [
        (StoreLocked(STORE_LOCKED.of()), "work-failed"),
        (RuntimeError("13912345678"), "work-crashed"),
    ],
    ids=repr,
)
def test_the_worker_outlives_any_fault(lone: Lone, fault: Exception, event: str) -> None:
    clock = lone.clock

    async def live() -> None:
        node = node_of(lone)
        async with node.router.lifespan_context(node):
            with clock.broken(fault):
                await until(lambda: log.getvalue().count(event) > 1)
            seen = clock.asked
            await until(lambda: clock.asked > seen)

    with told("json") as log:
        asyncio.run(live())
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["event"] for line in lines} == {event}
    assert "13912345678" not in log.getvalue()
    if event == "work-failed":
        assert {line["code"] for line in lines} == {"store-locked"}


def test_a_node_lives_more_than_once(lone: Lone) -> None:
    node, clock = node_of(lone), lone.clock

    async def live() -> None:
        async with node.router.lifespan_context(node):
            seen = clock.asked
            await until(lambda: clock.asked > seen)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    for _ in range(2):
        asyncio.run(live())


def test_a_node_that_is_cancelled_leaves_no_worker_behind(lone: Lone) -> None:
    node, clock = node_of(lone), lone.clock

    async def live() -> None:
        async with node.router.lifespan_context(node):
            await asyncio.sleep(WAIT_S)

    async def cut() -> None:
        task = asyncio.create_task(live())
        seen = clock.asked
        await until(lambda: clock.asked > seen)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(cut())


def test_a_commit_wakes_the_worker_before_its_time(lone: Lone) -> None:
    node, clock = create_node(lone.gateway, api_key=KEY, work_every_s=60), lone.clock

    async def live() -> None:
        seen = clock.asked
        async with node.router.lifespan_context(node):
            await until(lambda: clock.asked > seen)
            await asyncio.sleep(10 * EVERY_S)
            seen_first = clock.asked
            with lone.gateway._desk.sit() as at:
                at.tx.wake()
            await until(lambda: clock.asked > seen_first)

    asyncio.run(live())


def test_a_bell_that_breaks_is_no_end_and_no_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "LISTEN_S", EVERY_S)
    calls: list[float] = []

    def broken(timeout_s: float) -> bool:
        calls.append(timeout_s)
        if len(calls) == 1:
            raise RuntimeError
        return len(calls) > 4

    async def live() -> None:
        bell = doorbell.Doorbell(broken)
        began, rung = monotonic(), bell.next
        listening = asyncio.create_task(bell.listen())
        await doorbell.heard(rung, WAIT_S)
        assert rung.is_set()
        assert bell.next is not rung
        # A timer of the loop may go off a little early.
        assert monotonic() - began >= 3 * EVERY_S
        bell.stop()
        await listening
        assert not bell.listening

    with told("json") as log:
        asyncio.run(live())
    assert log.getvalue().count("doorbell-crashed") == 1


def test_work_may_be_left_to_others(lone: Lone) -> None:
    node = create_node(lone.gateway, api_key=KEY, work_every_s=None)

    async def live() -> None:
        async with node.router.lifespan_context(node):
            assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(live())
