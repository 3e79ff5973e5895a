"""Jobs: what they give, and that each limit ends the process and nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from stratgraph.errors import (
    Cancelled,
    DeadlineExceeded,
    Location,
    MemoryExceeded,
    Overloaded,
    ResultTooLarge,
    SourceError,
    TooManyQueries,
    WorkerLost,
)
from stratgraph.settings import Settings
from stratgraph.validation import validate_contents
from stratgraph_api.work.job_process import Document
from stratgraph_api.work.jobs import Jobs

LIMITS = {
    "review_deadline_s": 60,
    "review_memory_mb": 500,
    "reviews_at_once": 2,
    "queue_wait_s": 60,
    "max_result_bytes": 100_000_000,
}
WELCOME = partial(Document, b"welcome", {"a": 1})
ENDLESS = partial(time.sleep, 1000)
OTHERS = set()
"""The processes of servers that other tests have left running."""


class Client:
    """What a request shows of whoever sent it; it goes away when told so."""

    def __init__(self, host="203.0.113.1"):
        self.scope = {"client": (host, 1)}
        self.gone = asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}


def processes():
    """The processes for jobs that a test has started and that have not ended."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if b"stratgraph_api.work.job_process" in words and parent == os.getpid():
            found.add(int(folder.name))
    return found - OTHERS


def run(scenario, **limits):
    """What a coroutine makes of jobs with these limits, all of which are over in the end."""

    async def inside():
        jobs = Jobs(Settings(**LIMITS | limits))
        try:
            return await scenario(jobs)
        finally:
            await jobs.close()
            assert processes() == set()

    OTHERS.clear()
    OTHERS.update(processes())
    return asyncio.run(inside())


def one(work, **limits):
    return run(lambda jobs: jobs.run(Client(), work), **limits)


def test_a_job_gives_a_document():
    assert one(WELCOME) == Document(b"welcome", {"a": 1})


def test_a_large_document_comes_whole():
    assert one(partial(Document, b"\0\n" * 5_000_000)).body == b"\0\n" * 5_000_000


def test_a_document_beyond_the_limit_is_refused():
    with pytest.raises(ResultTooLarge) as raised:
        one(partial(Document, b"x" * 1001), max_result_bytes=1000)
    assert (raised.value.setting, raised.value.value) == ("max_result_bytes", 1000)


def test_an_error_comes_back_as_itself():
    with pytest.raises(SourceError) as raised:
        one(partial(validate_contents, {"a.ttl": b"<http://a>\n  ;"}))
    assert raised.value.where == Location(file="a.ttl", line=2, column=3)
    assert raised.value.mend


def test_an_error_of_the_program_is_one_of_the_server():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        one(partial(divmod, 1, 0))


def test_a_process_is_used_again():
    async def twice(jobs):
        await jobs.run(Client(), WELCOME)
        first = processes()
        await jobs.run(Client(), WELCOME)
        return first, processes()

    first, second = run(twice)
    assert len(first) == 1
    assert first == second


def test_a_process_that_was_killed_while_idle_is_replaced():
    async def killed_between(jobs):
        await jobs.run(Client(), WELCOME)
        (pid,) = processes()
        os.kill(pid, signal.SIGKILL)
        while processes():  # noqa: ASYNC110 - it is not ours to be told
            await asyncio.sleep(0.01)
        return await jobs.run(Client(), WELCOME)

    assert run(killed_between).body == b"welcome"


def test_a_process_that_ends_before_it_reads_a_job_is_replaced():
    async def killed_unread(jobs):
        await jobs.run(Client(), WELCOME)
        (pid,) = processes()
        os.kill(pid, signal.SIGSTOP)
        job = asyncio.ensure_future(jobs.run(Client(), WELCOME))
        await asyncio.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
        return await job

    assert run(killed_unread).body == b"welcome"


def test_a_job_is_ended_at_its_deadline():
    async def too_long(jobs):
        with pytest.raises(DeadlineExceeded) as raised:
            await jobs.run(Client(), ENDLESS)
        assert (raised.value.setting, raised.value.value) == ("review_deadline_s", 0.5)
        assert processes() == set()

    run(too_long, review_deadline_s=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
def test_a_job_that_needs_too_much_memory_is_ended():
    async def too_much(jobs):
        with pytest.raises(MemoryExceeded) as raised:
            await jobs.run(Client(), partial(bytearray, 200_000_000))
        assert (raised.value.setting, raised.value.value) == ("review_memory_mb", 100)
        assert processes() == set()

    run(too_much, review_memory_mb=100)


def test_a_process_that_ends_by_itself_is_told(caplog):
    with pytest.raises(WorkerLost):
        one(partial(os._exit, 3))
    assert "ended with 3" in caplog.text


def test_a_job_ends_when_its_client_goes_away():
    async def leave(jobs):
        client = Client()
        job = asyncio.create_task(jobs.run(client, ENDLESS))
        while not processes():  # noqa: ASYNC110 - it is not ours to be told
            await asyncio.sleep(0.01)
        client.gone.set()
        with pytest.raises(Cancelled):
            await job
        assert processes() == set()
        return await jobs.run(Client(), WELCOME)

    assert run(leave, reviews_at_once=1).body == b"welcome"


def test_the_next_ones_wait_and_are_refused_after_some_time():
    async def wait(jobs):
        first = asyncio.create_task(jobs.run(Client(), ENDLESS))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded) as raised:
            await jobs.run(Client(), WELCOME)
        assert (raised.value.setting, raised.value.value) == ("reviews_at_once", 1)
        assert len(processes()) == 1
        first.cancel()
        await asyncio.wait({first})
        return await jobs.run(Client(), WELCOME)

    assert run(wait, reviews_at_once=1, queue_wait_s=0.2).body == b"welcome"


def test_many_jobs_share_the_processes():
    async def many(jobs):
        clients = [Client(f"203.0.113.{n % 7}") for n in range(30)]
        found = await asyncio.gather(*(jobs.run(one, partial(Document, b"%d" % n)) for n, one in enumerate(clients)))
        return [int(document.body) for document in found], len(processes())

    assert run(many) == (list(range(30)), 2)


def test_one_client_leaves_places_for_others_and_the_operator_has_one_beside():
    async def crowd(jobs):
        busy = [asyncio.create_task(jobs.run(Client(), ENDLESS)) for _ in range(10)]
        while len(processes()) < 2:  # noqa: ASYNC110 - it is not ours to be told
            await asyncio.sleep(0.01)
        other = await jobs.run(Client("203.0.113.2"), WELCOME)
        busy += [asyncio.create_task(jobs.run(Client(f"203.0.113.{n}"), ENDLESS)) for n in (3, 4)]
        while len(processes()) < 4:  # noqa: ASYNC110 - likewise
            await asyncio.sleep(0.01)
        operators = await jobs.run(Client(), WELCOME, is_operators=True)
        with pytest.raises(Overloaded):
            await jobs.run(Client("203.0.113.5"), WELCOME)
        for task in busy:
            task.cancel()
        await asyncio.wait(busy)
        return other.body, operators.body

    assert run(crowd, reviews_at_once=4, queue_wait_s=1) == (b"welcome", b"welcome")


@contextmanager
def admitted(jobs, clients):
    with ExitStack() as stack:
        for client in clients:
            stack.enter_context(jobs.admitted(client))
        yield


def test_so_many_are_taken_in_and_half_as_many_of_one_client():
    async def crowd(jobs):
        one, two, three, four = (Client(f"203.0.113.{n}") for n in range(4))
        with admitted(jobs, [one] * 4):
            with pytest.raises(TooManyQueries), jobs.admitted(one):
                pass
            with admitted(jobs, [two, two, three, four]):
                with pytest.raises(Overloaded) as raised, jobs.admitted(Client("203.0.113.9")):
                    pass
                assert (type(raised.value), raised.value.setting) == (Overloaded, "reviews_at_once")
            with jobs.admitted(two):
                pass
        with admitted(jobs, [one] * 4):
            pass

    run(crowd, reviews_at_once=1)
