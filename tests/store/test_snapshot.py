"""Publication: whole or not at all, at any instant, beside readers and other publishers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

import stratgraph
from stratgraph.errors import NotFound, StoreError
from stratgraph.results import JSON
from stratgraph.store import (
    Forms,
    Snapshot,
    Store,
    current_id,
    list_snapshots,
    open_store,
    publish_snapshot,
    roll_back,
    solutions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
P = NamedNode("http://example.org/p")


def content(word: str, number: int = 3) -> Iterator[Quad]:
    for position in range(number):
        yield Quad(NamedNode(f"http://example.org/{position}"), P, Literal(word))


def publish(folder: Path, word: str, kept: int = 5) -> Snapshot:
    return publish_snapshot(folder, content(word), name=word, created=TIME, kept=kept)


def served(store: Store) -> set[str]:
    return {row[0].value for row in solutions(store, "SELECT DISTINCT ?o WHERE { ?s ?p ?o }").rows}


def reader(folder: Path) -> Store:
    return open_store(str(folder), max_result_bytes=10_000_000)


def names(folder: Path) -> list[str]:
    return [s.name for s in list_snapshots(folder)]


def test_a_snapshot_says_what_it_is(tmp_path: Path) -> None:
    quads = [*content("x"), *content("x"), Quad(P, P, Literal("y"), P), Quad(P, P, Literal("y"), DefaultGraph())]
    created = TIME.astimezone(timezone(timedelta(hours=2)))
    snapshot = publish_snapshot(tmp_path / "a" / "b", quads, name="Pläne", created=created)
    assert snapshot.id == "000001-20300102T030405Z"
    assert (snapshot.name, snapshot.created, snapshot.is_current) == ("Pläne", TIME, True)
    assert snapshot.quads == 5  # three of them twice
    assert snapshot.version == "0.1.0"
    assert list_snapshots(tmp_path / "a" / "b") == (snapshot,)
    assert reader(tmp_path / "a" / "b").state == snapshot.id == current_id(tmp_path / "a" / "b")


def test_the_link_is_relative_so_that_the_folder_can_be_moved(tmp_path: Path) -> None:
    publish(tmp_path / "here", "x")
    (tmp_path / "here").rename(tmp_path / "there")
    assert served(reader(tmp_path / "there")) == {"x"}


def test_without_a_snapshot_the_error_says_what_to_run(tmp_path: Path) -> None:
    assert list_snapshots(tmp_path / "none") == ()
    with pytest.raises(StoreError, match="no published snapshot") as raised:
        reader(tmp_path / "none")
    assert "stratgraph build" in raised.value.mend


def test_a_reader_sees_the_new_snapshot_from_the_next_query_on(tmp_path: Path) -> None:
    publish(tmp_path, "old")
    store = reader(tmp_path)
    before = store.state

    def new_quads() -> Iterator[Quad]:
        assert served(store) == {"old"}  # while it is being written
        yield from content("new")
        assert served(store) == {"old"}

    publish_snapshot(tmp_path, new_quads(), name="new", created=TIME)
    assert served(store) == {"new"}
    assert store.state != before
    assert served(reader(tmp_path)) == {"new"}


def test_an_answer_goes_on_while_its_snapshot_is_replaced_and_removed(tmp_path: Path) -> None:
    publish_snapshot(tmp_path, content("old", 5000), name="old", created=TIME)
    store = reader(tmp_path)
    with store.answer("SELECT * WHERE { ?s ?p ?o }", Forms(solutions=JSON, graph=None)) as answer:
        chunks = iter(answer)
        head = next(chunks)
        publish(tmp_path, "new", kept=1)
        assert served(store) == {"new"}
        publish(tmp_path, "newer", kept=1)
        assert names(tmp_path) == ["new", "newer"]  # the reader has seen new, and lets go of it at its next query
        bindings = json.loads(head + b"".join(chunks))["results"]["bindings"]
    assert [b["o"]["value"] for b in bindings] == ["old"] * 5000


def test_a_snapshot_that_a_reader_holds_is_not_removed(tmp_path: Path) -> None:
    publish(tmp_path, "1")
    store = reader(tmp_path)
    publish(tmp_path, "2", kept=1)
    assert names(tmp_path) == ["1", "2"]
    store.close()
    del store
    publish(tmp_path, "3", kept=1)
    assert names(tmp_path) == ["3"]


def test_as_many_snapshots_are_kept_as_asked_for(tmp_path: Path) -> None:
    for word in "abcde":
        publish(tmp_path, word, kept=3)
    assert names(tmp_path) == ["c", "d", "e"]
    assert [s.id[:6] for s in list_snapshots(tmp_path)] == ["000003", "000004", "000005"]
    assert [s.is_current for s in list_snapshots(tmp_path)] == [False, False, True]


def test_rolling_back_serves_the_one_before_and_publishing_goes_on_after_the_last(tmp_path: Path) -> None:
    for word in "abc":
        publish(tmp_path, word)
    store = reader(tmp_path)
    assert roll_back(tmp_path).name == "b"
    assert served(store) == {"b"}
    assert roll_back(tmp_path).name == "a"
    with pytest.raises(NotFound, match="before the current"):
        roll_back(tmp_path)
    assert roll_back(tmp_path, list_snapshots(tmp_path)[2].id).is_current
    assert served(store) == {"c"}
    roll_back(tmp_path)
    assert publish(tmp_path, "d").id.startswith("000004")
    assert served(store) == {"d"}


def test_rolling_back_to_what_is_not_there_changes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    for wanted in ("000009-20300102T030405Z", "../..", ""):
        with pytest.raises(NotFound):
            roll_back(tmp_path, wanted)
    assert served(reader(tmp_path)) == {"a"}


def test_two_publishers_exclude_each_other(tmp_path: Path) -> None:
    publish(tmp_path, "old")

    def while_publishing() -> Iterator[Quad]:
        for attempt in (lambda: publish(tmp_path, "other"), lambda: roll_back(tmp_path)):
            with pytest.raises(StoreError, match="Somebody else is publishing"):
                attempt()
        yield from content("first")

    publish_snapshot(tmp_path, while_publishing(), name="first", created=TIME)
    assert names(tmp_path) == ["old", "first"]
    assert publish(tmp_path, "other").is_current


def test_an_error_in_what_is_published_leaves_no_trace(tmp_path: Path) -> None:
    publish(tmp_path, "old")

    def broken() -> Iterator[Quad]:
        yield from content("new")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_snapshot(tmp_path, broken(), name="new", created=TIME)
    assert names(tmp_path) == ["old"]
    assert [p.name for p in (tmp_path / "snapshots").iterdir()] == [current_id(tmp_path)]


# --- crashes ---------------------------------------------------------------------------------------------------------

# Publishes, and is killed just before the named call, or in the middle of the quads.
PUBLISHER = """
import os, pathlib, signal, sys
from datetime import UTC, datetime
from pyoxigraph import Literal, NamedNode, Quad
import stratgraph.store.snapshot as snapshot
import stratgraph.store.writing as writing

folder, instant = pathlib.Path(sys.argv[1]), sys.argv[2]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def quads():
    for number in range(3):
        yield Quad(NamedNode(f"http://example.org/{number}"), NamedNode("http://example.org/p"), Literal("new"))
    if instant == "in the middle of the quads":
        die()

steps = {
    "before the store is checked": (writing, "open_checked"),
    "before the manifest": (snapshot, "_write_manifest"),
    "before the files are synced": (snapshot, "_sync_tree"),
    "before the folder is renamed": (pathlib.Path, "rename"),
    "before the switch": (snapshot, "_switch"),
    "in the middle of the switch": (pathlib.Path, "replace"),
    "after the switch": (snapshot, "prune"),
}
if instant in steps:
    owner, name = steps[instant]
    assert callable(getattr(owner, name))
    setattr(owner, name, die)
snapshot.publish_snapshot(folder, quads(), name="new", created=datetime(2030, 1, 2, tzinfo=UTC))
print("survived")
"""


@pytest.mark.parametrize(
    ("instant", "serves"),
    [
        ("in the middle of the quads", "old"),
        ("before the store is checked", "old"),
        ("before the manifest", "old"),
        ("before the files are synced", "old"),
        ("before the folder is renamed", "old"),
        ("before the switch", "old"),
        ("in the middle of the switch", "old"),
        ("after the switch", "new"),
    ],
)
def test_a_publisher_that_is_killed_leaves_the_old_or_the_new_snapshot_whole(
    tmp_path: Path, instant: str, serves: str
) -> None:
    publish(tmp_path, "old")
    store = reader(tmp_path)
    source = str(Path(stratgraph.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", PUBLISHER, str(tmp_path), instant],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, ""), done.stderr
    assert served(store) == served(reader(tmp_path)) == {serves}
    for snapshot in list_snapshots(tmp_path):  # each that is listed is whole
        roll_back(tmp_path, snapshot.id)
        assert served(store) == {snapshot.name}
    publish(tmp_path, "next")
    assert served(store) == {"next"}
    leftovers = {p.name for p in (tmp_path / "snapshots").iterdir()} - {s.id for s in list_snapshots(tmp_path)}
    assert leftovers == set()
    assert {p.name for p in tmp_path.iterdir()} == {"current", "lock", "snapshots"}


# --- damage ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"name": "x"}', b"\xff", None])
def test_a_damaged_manifest_is_told_with_its_folder(tmp_path: Path, damage: bytes | None) -> None:
    home = publish(tmp_path, "a").folder
    manifest = home / "manifest.json"
    if damage is None:
        manifest.unlink()
    else:
        manifest.write_bytes(damage)
    for attempt in (lambda: reader(tmp_path), lambda: list_snapshots(tmp_path)):
        with pytest.raises(StoreError, match=r"manifest .* damaged") as raised:
            attempt()
        assert raised.value.where
        assert raised.value.where.file == str(home)
    assert publish(tmp_path, "b").is_current
    assert served(reader(tmp_path)) == {"b"}


def test_a_store_whose_files_are_gone_is_told(tmp_path: Path) -> None:
    publish(tmp_path, "a")
    (publish(tmp_path, "b").store_folder / "CURRENT").unlink()
    with pytest.raises(StoreError, match="cannot be opened"):
        reader(tmp_path)
    assert roll_back(tmp_path).name == "a"
    with pytest.raises(StoreError, match="cannot be opened"):
        roll_back(tmp_path, list_snapshots(tmp_path)[1].id)
    assert served(reader(tmp_path)) == {"a"}


def test_a_store_with_fewer_triples_than_were_written_is_not_made_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, "a")
    written = []

    class Lossy:
        """Stands for files that do not hold what the writer counted."""

        @staticmethod
        def read_only(path: str) -> list[int]:
            written.append(path)
            return [1, 2]

    real = stratgraph.store.writing.Store
    monkeypatch.setattr(
        stratgraph.store.writing,
        "Store",
        type("Store", (), {"__new__": lambda _, p: real(p), "read_only": Lossy.read_only}),
    )
    with pytest.raises(StoreError, match="It holds 2 triples where 3 were written"):
        publish(tmp_path, "b")
    assert written
    assert names(tmp_path) == ["a"]
