"""Workers asked from an event loop: the same answers and errors, nothing that waits holds the loop or keeps a place."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar, cast

import pytest
import uvloop
from pools import (
    BOTH,
    ENDLESS,
    LIGHT,
    LONG_STREAM,
    PREFIX,
    TABLE,
    children,
    keepers,
    note_others,
    publish,
    stop_workers,
    wait_for,
)

from stratgraph.errors import (
    Cancelled,
    DeadlineExceeded,
    Overloaded,
    QuerySyntaxError,
    StoreError,
    TooManyQueries,
    WorkerLost,
)
from stratgraph.settings import Settings
from stratgraph.store import WHOLE, Caller, PoolLimits, Stop, open_store
from stratgraph.store.protocol import ANYBODY, Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from stratgraph.store import Answer, Forms
    from stratgraph.store.protocol import StoreOnLoop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")

T = TypeVar("T")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("on-loop")
    publish(found)
    return found


@pytest.fixture
def pool(folder: Path) -> Iterator[Callable[..., StoreOnLoop]]:
    """Opens pools; at the end they are closed, and their processes have to be gone."""
    before = children()
    note_others()
    with ExitStack() as stack:

        def start(**limits: float) -> StoreOnLoop:
            store = open_store(str(folder), max_result_bytes=1_000_000_000, pool=Settings(**limits).part(PoolLimits))
            stack.callback(store.close)
            return cast("StoreOnLoop", store)

        yield start
    wait_for(lambda: children() == before)


@pytest.fixture(params=[uvloop.new_event_loop, asyncio.new_event_loop], ids=["uvloop", "asyncio"])
def run(request: pytest.FixtureRequest) -> Callable[[Coroutine[object, object, T]], T]:
    def run_on_loop(work: Coroutine[object, object, T]) -> T:
        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(work)

    return run_on_loop


def ask(
    store: StoreOnLoop, query: str, caller: Caller = ANYBODY, forms: Forms = BOTH
) -> Coroutine[object, object, Answer]:
    return store.answer_on_loop(query, forms, WHOLE, caller, Screen())


async def label(store: StoreOnLoop, caller: Caller = ANYBODY) -> str:
    answer = await ask(store, LIGHT, caller)
    return json.loads(answer.read())["results"]["bindings"][0]["label"]["value"]


async def is_fine(store: StoreOnLoop) -> bool:
    return await label(store) == "element number 7"


def test_a_short_answer_is_whole_and_one_worker_serves_the_next(pool, run) -> None:
    store = pool()

    async def work() -> None:
        answer = await ask(store, LIGHT)
        assert json.loads(answer.whole)["results"]["bindings"]
        workers = children(*keepers())
        assert all([await is_fine(store) for _ in range(20)])
        assert children(*keepers()) == workers

    run(work())
    # A worker that an event loop has watched serves a thread as before.
    assert store.answer(LIGHT, BOTH).read()


def test_errors_are_those_of_the_store(pool, run) -> None:
    store = pool()

    async def work() -> None:
        with pytest.raises(QuerySyntaxError) as raised:
            await ask(store, "SELECT ?s\nWHERE {\n  ?s ?p ] }")
        assert (raised.value.where.line, raised.value.where.column) == (3, 9)
        assert await is_fine(store)

    run(work())


def test_a_long_request_and_a_long_answer_come_through(pool, run) -> None:
    store = pool()

    async def work() -> Answer:
        long = f"# {'x' * 90_000}\n{LIGHT}"
        assert (await ask(store, long)).read() == (await ask(store, LIGHT)).read()
        return await ask(store, f"{PREFIX}SELECT * {{ ?s :label ?o . ?t :number ?n FILTER(?n < 20) }}", forms=TABLE)

    answer = run(work())
    assert answer.whole is None
    # A line for the names, one for each of 4,000 labels and 20 numbers.
    assert answer.read().count(b"\n") == 1 + 80_000
    assert run(is_fine(store))


def test_the_loop_goes_on_while_a_query_runs_to_its_deadline(pool, run) -> None:
    store = pool(deadline_s=1)

    async def work() -> None:
        heavy = asyncio.create_task(ask(store, ENDLESS))
        ticks = 0
        while not heavy.done():
            await asyncio.sleep(0.01)
            ticks += 1
        assert ticks > 20
        with pytest.raises(DeadlineExceeded):
            await heavy
        assert await is_fine(store)

    run(work())


def test_shares_and_waits_are_those_of_threads(pool, run) -> None:
    store = pool(workers=3, queries_per_client=2, queue_length=2, queue_wait_s=0.3, deadline_s=60)

    async def work() -> None:
        heavy = [asyncio.create_task(ask(store, ENDLESS, Caller("one"))) for _ in range(2)]
        await asyncio.sleep(0.1)
        with pytest.raises(TooManyQueries) as raised:
            await label(store, Caller("one"))
        assert raised.value.setting == "queries_per_client"
        assert await label(store, Caller("other")) == "element number 7"
        heavy.append(asyncio.create_task(ask(store, ENDLESS, Caller("other"))))
        await asyncio.sleep(0.1)
        with pytest.raises(Overloaded) as refused:
            await label(store, Caller("third"))
        assert refused.value.setting == "queue_wait_s"
        for task in heavy:
            task.cancel()
        assert await asyncio.gather(*heavy, return_exceptions=True)

    run(work())
    wait_for(lambda: run(is_fine(store)))


def test_many_at_once_take_turns_with_few_workers(pool, run) -> None:
    store = pool(workers=2, queries_per_client=1, queue_length=400, queue_wait_s=60)

    async def work() -> None:
        answers = await asyncio.gather(*(label(store, Caller(str(number % 3))) for number in range(150)))
        assert set(answers) == {"element number 7"}

    run(work())


def test_a_question_can_be_taken_back_while_it_runs_or_waits(pool, run) -> None:
    store = pool(workers=1, deadline_s=60, queue_wait_s=60)

    async def work() -> None:
        stops = [Stop(), Stop()]
        asked = [asyncio.create_task(ask(store, ENDLESS, Caller(stop=stop))) for stop in stops]
        await asyncio.sleep(0.2)
        for stop in reversed(stops):
            await asyncio.to_thread(stop.set)
        errors = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(error) for error in errors] == [Cancelled] * 2
        assert await is_fine(store)

    run(work())


@pytest.mark.parametrize("number", [1, 2])
def test_a_task_that_is_cancelled_gives_its_place_back(pool, run, number: int) -> None:
    store = pool(workers=1, deadline_s=60, queue_wait_s=20)

    async def work() -> None:
        asked = [asyncio.create_task(ask(store, ENDLESS)) for _ in range(number)]
        await asyncio.sleep(0.2)
        for task in asked:
            task.cancel()
        assert {type(error) for error in await asyncio.gather(*asked, return_exceptions=True)} == {
            asyncio.CancelledError
        }
        assert await is_fine(store)

    run(work())


def test_a_worker_that_is_killed_is_told_and_costs_no_other(pool, run) -> None:
    store = pool(deadline_s=60)

    async def work() -> None:
        asked = asyncio.create_task(ask(store, ENDLESS))
        await asyncio.sleep(0.3)
        for pid in children(*keepers()):
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(WorkerLost, match="signal 9"):
            await asked
        assert await is_fine(store)

    run(work())


def test_a_worker_that_says_nothing_is_given_up_some_time_after_its_deadline(pool, run) -> None:
    store = pool(deadline_s=0.5, workers=1)

    async def work() -> None:
        assert await is_fine(store)
        stopped = stop_workers()
        started_s = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            await label(store)
        assert time.monotonic() - started_s >= 0.5
        for pid in stopped & children(*keepers()):
            # The one that was given up is ended at any moment now.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        assert await is_fine(store)

    run(work())


def test_an_answer_that_is_dropped_half_way_gives_its_worker_back(pool, run) -> None:
    store = pool(workers=1, queue_wait_s=20)

    async def work() -> None:
        answer = await ask(store, LONG_STREAM, forms=TABLE)
        next(iter(answer))
        answer.close()
        assert await is_fine(store)

    run(work())


def test_a_closed_store_is_asked_no_more(pool, run) -> None:
    store = pool()
    store.close()
    with pytest.raises(StoreError):
        run(ask(store, LIGHT))
