"""Processes come and go with snapshots and servers, and leave nothing behind."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pools import BOTH, LIGHT, LONG_STREAM, TABLE, children, keepers, note_others, parents, publish, wait_for

from stratgraph.errors import StoreError
from stratgraph.settings import Settings
from stratgraph.store import PoolLimits, Store, open_store, roll_back

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    note_others()
    before = children(), open_files()
    yield
    gc.collect()
    wait_for(lambda: (children(), open_files()) == before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path)
    return tmp_path


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def opened(folder: Path, **limits: float) -> closing[Store]:
    return closing(open_store(str(folder), max_result_bytes=1_000_000_000, pool=Settings(**limits).part(PoolLimits)))


def label(store: Store) -> str:
    return json.loads(store.answer(LIGHT, BOTH).read())["results"]["bindings"][0]["label"]["value"]


@pytest.mark.parametrize("max_memory_quads", [0, 1_000_000])
def test_a_closed_store_leaves_no_process_and_no_file(folder: Path, max_memory_quads: int) -> None:
    with opened(folder, max_memory_quads=max_memory_quads) as store:
        assert label(store) == "element number 7"
        (keeper,) = keepers()
        assert len(children(keeper)) == 2
    assert not keepers()


def test_a_store_that_nobody_refers_to_any_more_ends_its_processes(folder: Path) -> None:
    store = open_store(str(folder), max_result_bytes=1000, pool=Settings().part(PoolLimits))
    assert keepers()
    del store
    gc.collect()
    wait_for(lambda: not keepers())


def test_an_answer_that_is_dropped_half_way_gives_its_worker_back(folder: Path) -> None:
    with opened(folder, workers=1) as store:
        chunks = iter(store.answer(LONG_STREAM, TABLE))
        next(chunks)
        del chunks
        gc.collect()
        assert label(store) == "element number 7"


def test_an_idle_worker_that_is_killed_is_not_missed(folder: Path) -> None:
    with opened(folder) as store:
        (keeper,) = keepers()
        for pid in children(keeper):
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not children(keeper))  # no zombie either
        assert label(store) == "element number 7"


def test_a_new_snapshot_is_served_and_answers_that_have_begun_go_on(folder: Path) -> None:
    with opened(folder) as store:
        old = store.state
        (keeper,) = keepers()
        with store.answer("SELECT * { ?s ?p ?o . ?s ?q ?r }", TABLE) as answer:
            chunks = iter(answer)
            begin = next(chunks)
            new = publish(folder, " of the second")
            wait_for(lambda: store.state == new)
            assert label(store) == "element number 7 of the second"
            assert keeper in keepers()
            # Each element has five properties, so 25 rows.
            assert (begin + b"".join(chunks)).count(b"\n") == 4_000 * 25 + 1
        wait_for(lambda: keeper not in keepers())
        roll_back(folder)
        wait_for(lambda: store.state == old)
        assert label(store) == "element number 7"
        wait_for(lambda: len(keepers()) == 1)


@pytest.mark.parametrize("max_memory_quads", [0, 1_000_000])
def test_a_new_snapshot_that_is_damaged_is_told_in_the_log_and_the_old_one_stays(
    folder: Path, max_memory_quads: int, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(folder, max_memory_quads=max_memory_quads) as store, caplog.at_level(logging.ERROR):
        old = store.state
        new = publish(folder, " of the second")
        (folder / "snapshots" / new / "store" / "CURRENT").unlink()
        wait_for(lambda: label(store) and caplog.records)
        assert f"The snapshot {new}" in caplog.text
        assert "cannot be opened" in caplog.text
        assert store.state == old
        for _ in range(20):
            assert label(store) == "element number 7"
        assert len(caplog.records) == 1
        last = publish(folder, " of the third")
        wait_for(lambda: store.state == last)


def test_a_snapshot_that_cannot_be_opened_is_told(folder: Path) -> None:
    (folder / "current" / "store" / "CURRENT").unlink()
    with pytest.raises(StoreError, match=r"The snapshot 000001-\S+ cannot be opened"):
        opened(folder)
    with pytest.raises(StoreError, match="no published snapshot"):
        opened(folder / "nothing")


def test_a_snapshot_with_fewer_quads_than_were_written_is_not_served(folder: Path) -> None:
    manifest = folder / "current" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"quads": 20000', '"quads": 20001'), "utf-8")
    with pytest.raises(StoreError, match="20000 quads where 20001 were written"):
        opened(folder)


# Opens a store, has two queries run, and says so.
SERVER = """
import sys, threading
from contextlib import suppress
from stratgraph.settings import Settings
from stratgraph.store import Forms, PoolLimits, open_store
from stratgraph.results import JSON

pool = Settings(max_memory_quads=int(sys.argv[2])).part(PoolLimits)
store = open_store(sys.argv[1], max_result_bytes=1000, pool=pool)

def ask():
    with suppress(Exception):
        store.answer(sys.argv[3], Forms(JSON, None))

for _ in range(2):
    threading.Thread(target=ask, daemon=True).start()
with suppress(KeyboardInterrupt):
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("max_memory_quads", [0, 1_000_000])
def test_the_processes_of_a_server_that_ends_in_any_way_end_with_it(
    folder: Path, number: signal.Signals, max_memory_quads: int
) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder), str(max_memory_quads), endless],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        (keeper,) = children(server.pid)
        wait_for(lambda: len(children(keeper)) >= 2)
        everyone = {keeper, *children(keeper)}
        # As a terminal does: to the whole group of the server.
        os.killpg(server.pid, number)
        _, said = server.communicate()
    wait_for(lambda: not everyone & set(parents()))
    assert said == ""
