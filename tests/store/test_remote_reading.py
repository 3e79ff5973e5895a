"""Reading queries in processes of their own, where the store is another server."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from stratgraph.errors import DeadlineExceeded, QueryError, QuerySyntaxError, TooManyQueries, WorkerLost
from stratgraph.settings import Settings
from stratgraph.store import ANYBODY, Caller, Dataset, PoolLimits, Screen
from stratgraph.store.remote.reading import ReaderHere, ReaderInProcesses

if TYPE_CHECKING:
    from collections.abc import Iterator

# The engine looks so long for what is wrong, in a text that must be tried again and again.
SLOW = "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 900 + "BIND(1 AS ?x) " * 90 + "} LIMIT x"


@pytest.fixture
def reader() -> Iterator[ReaderInProcesses]:
    opened = ReaderInProcesses(Settings(deadline_s=20, queue_wait_s=0.5).part(PoolLimits))
    yield opened
    opened.close()


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_query_is_read_alike_here_and_there(reader: ReaderInProcesses, where: str) -> None:
    chosen = reader if where == "there" else ReaderHere()
    read = chosen.read("CONSTRUCT { ?s ?p ?o } FROM <a:g> { ?s ?p ?o }", Screen(), ANYBODY)
    assert (read.is_of_graph_kind, read.is_open, read.dataset) == (True, False, Dataset(("a:g",), ()))
    assert "FROM" not in read.text
    # The engine reads two words; that it makes a graph is seen so too.
    assert chosen.read("CONSTRUCTWHERE { ?s ?p ?o }", Screen(), ANYBODY).is_of_graph_kind
    with pytest.raises(QuerySyntaxError) as raised:
        chosen.read("SELECT * {\n ?s ?p ! }", Screen(base="http://a.example/"), ANYBODY)
    assert raised.value.where is not None
    assert (raised.value.where.line, raised.value.where.column) == (2, 8)
    assert raised.value.expected
    with pytest.raises(QueryError, match="more than 5000") as refused:
        chosen.read("ASK{FILTER(" + "!" * 9000 + "1)}", Screen(), ANYBODY)
    assert type(refused.value) is QueryError
    assert type(chosen.explain("ASK { FILTER(1 = ) }", Screen(), ANYBODY, "no")) is QuerySyntaxError


def test_one_that_takes_too_long_costs_nobody_else_anything() -> None:
    reader = ReaderInProcesses(Settings(deadline_s=0.001, queue_wait_s=5).part(PoolLimits))
    with pytest.raises(DeadlineExceeded):
        reader.read(SLOW, Screen(), ANYBODY)
    reader.close()
    patient = ReaderInProcesses(Settings(deadline_s=20).part(PoolLimits))
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(lambda n: patient.read("ASK {}", Screen(), Caller(f"client {n % 3}")).text, range(40)))
    assert set(read) == {"ASK {}"}
    patient.close()


def test_a_process_that_is_killed_costs_its_reading_alone(reader: ReaderInProcesses) -> None:
    reader.read("ASK {}", Screen(), ANYBODY)
    (process,) = reader._idle
    pid = process._process.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    process._process.join()
    with pytest.raises(WorkerLost):
        reader.read("ASK {}", Screen(), ANYBODY)
    assert reader.read("ASK {}", Screen(), ANYBODY).text == "ASK {}"


def test_one_client_leaves_a_place_for_others(reader: ReaderInProcesses) -> None:
    reader._admission.enter(Caller("one"))
    with pytest.raises(TooManyQueries):
        reader.read("ASK {}", Screen(), Caller("one"))
    assert reader.read("ASK {}", Screen(), Caller("other")).text == "ASK {}"
    reader._admission.leave("one")


def test_no_process_is_left(reader: ReaderInProcesses) -> None:
    reader.read("ASK {}", Screen(), ANYBODY)
    (process,) = reader._idle
    reader.close()
    assert not process._process.is_alive()
    end = time.monotonic() + 5
    while reader._idle:
        assert time.monotonic() < end
