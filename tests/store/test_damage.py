"""A store whose files are damaged, cut short or gone: a clear error each time, and never a wrong answer."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pools import BOTH, PREFIX, QUADS, publish

from stratgraph.errors import DeadlineExceeded, NothingPublished, StoreError, StratgraphError
from stratgraph.serialisation import N_TRIPLES
from stratgraph.settings import Settings
from stratgraph.store import (
    Entry,
    PoolLimits,
    current_id,
    journal_of,
    list_snapshots,
    open_store,
    publish_snapshot,
    roll_back,
    solutions,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
# Each asks another index of the engine, and the last one reads the texts.
QUESTIONS = (
    f"{PREFIX}SELECT * {{ :element7 ?p ?o }}",
    f"{PREFIX}SELECT * {{ ?s :number ?o }}",
    f"{PREFIX}SELECT * {{ ?s ?p :element7 }}",
    f"{PREFIX}SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * { ?s ?p ?o }",
)


def spoil(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = b"\xff" * len(content[middle : middle + 64])
    file.write_bytes(content)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def halve(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def become_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    publish(folder)
    publish(folder, " of the second")
    return folder


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    return shutil.copytree(published, tmp_path / "store", symlinks=True)


def engine_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "current" / "store").iterdir() if path.stat().st_size)


def answers(folder: Path, pool: PoolLimits | None = None) -> list[object]:
    """What all is answered, in an order of its own; raises what is raised."""
    store = open_store(str(folder), max_result_bytes=100_000_000, pool=pool)
    try:
        tables = [sorted(map(str, solutions(store, question).rows)) for question in QUESTIONS]
        with store.read_graph(None, N_TRIPLES) as graph:
            return [*tables, sorted(graph.read().splitlines()), store.graph_names()]
    finally:
        store.close()


@pytest.mark.parametrize("damage", [spoil, empty, halve, Path.unlink, become_a_folder])
def test_whichever_file_is_damaged_the_answers_are_right_or_the_store_is_told(
    folder: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    right = answers(folder)
    assert len(right[4]) == QUADS  # type: ignore[arg-type]
    told: dict[str, StoreError] = {}
    for number, file in enumerate(engine_files(folder)):
        copy = shutil.copytree(folder, tmp_path / str(number), symlinks=True)
        damage(copy / file.relative_to(folder))
        try:
            assert answers(copy) == right, file.name
        except StoreError as error:
            told[file.name] = error
        shutil.rmtree(copy)
    for error in told.values():
        assert str(tmp_path) not in error.what + error.mend
        assert str(tmp_path) in str(error.where)
    # The others are the engine's own notes, which it can do without.
    needed = {file.name for file in engine_files(folder) if file.name.endswith(".sst")}
    needed |= {file.name for file in engine_files(folder) if file.name.startswith(("CURRENT", "MANIFEST-"))}
    assert needed <= set(told)


@pytest.mark.parametrize("max_memory_quads", [0, 1_000_000])
@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("CURRENT", spoil),
        ("CURRENT", Path.unlink),
        ("MANIFEST-*", spoil),
        ("MANIFEST-*", halve),
        ("MANIFEST-*", Path.unlink),
        ("*.sst", spoil),
        ("*.sst", halve),
        ("*.sst", Path.unlink),
    ],
)
def test_workers_do_not_start_over_damaged_files(
    folder: Path, name: str, damage: Callable[[Path], None], max_memory_quads: int
) -> None:
    for file in (folder / "current" / "store").glob(name):
        damage(file)
    with pytest.raises(StoreError, match=r"The snapshot 000002-\S+ cannot be opened") as raised:
        open_store(
            str(folder), max_result_bytes=1_000_000, pool=Settings(max_memory_quads=max_memory_quads).part(PoolLimits)
        )
    assert str(folder) not in raised.value.what + raised.value.mend


def test_a_block_that_a_query_of_a_worker_finds_damaged_is_the_store_s_fault(folder: Path) -> None:
    store = open_store(str(folder), max_result_bytes=100_000_000, pool=Settings(max_memory_quads=0).part(PoolLimits))
    try:
        assert store.graph_names() == ()
        for file in (folder / "current" / "store").glob("*.sst"):
            spoil(file)
        with pytest.raises(StoreError, match="The store cannot be read") as raised:
            solutions(store, QUESTIONS[4])
        assert type(raised.value) is StoreError
        assert str(folder) not in raised.value.what + raised.value.mend
    finally:
        store.close()


def test_files_that_go_while_they_are_served_are_the_store_s_fault(folder: Path) -> None:
    store = open_store(
        str(folder), max_result_bytes=1_000_000, pool=Settings(max_memory_quads=0, deadline_s=0.2).part(PoolLimits)
    )
    try:
        for file in (folder / "current" / "store").glob("*"):
            file.unlink()
        endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        kinds = set()
        # Those that were there before have the files open; each is ended, and another one is forked.
        for _ in range(8):
            with pytest.raises(StratgraphError) as raised:
                solutions(store, endless)
            kinds.add(type(raised.value))
        assert kinds <= {DeadlineExceeded, StoreError}
        with pytest.raises(StoreError, match="cannot be read any more") as raised:
            solutions(store, "SELECT * {}")
        assert type(raised.value) is StoreError
        assert str(folder) not in raised.value.what + raised.value.mend
    finally:
        store.close()


def test_a_function_that_does_not_exist_is_still_the_query_s_fault(folder: Path) -> None:
    store = open_store(str(folder), max_result_bytes=1_000_000)
    with pytest.raises(StratgraphError, match="custom function") as raised:
        store.answer("SELECT (<http://example.org/f>(1) AS ?x) {}", BOTH)
    assert not isinstance(raised.value, StoreError)


def test_a_damaged_snapshot_is_not_rolled_back_to_and_leaves_no_entry(folder: Path) -> None:
    first, second = list_snapshots(folder)
    for file in (first.store_folder).glob("MANIFEST-*"):
        halve(file)
    with pytest.raises(StoreError, match=r"The snapshot 000001-\S+ cannot be opened"):
        roll_back(folder, entry=Entry("rollback", TIME))
    assert current_id(folder) == second.id
    assert journal_of(str(folder)) == ()


@pytest.mark.parametrize(
    "member",
    [
        {"quads": "20000"},
        {"quads": None},
        {"quads": 1.5},
        {"name": ["x"]},
        {"created": 5},
        {"created": "yesterday"},
        {"version": {}},
        {"id": "000009-20300102T030405Z"},
        {"digest": 3},
    ],
)
def test_a_manifest_with_a_member_of_another_kind_is_damaged(folder: Path, member: dict[str, object]) -> None:
    manifest = folder / "current" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | member), "utf-8")
    with pytest.raises(StoreError, match="is missing or damaged"):
        answers(folder)


def test_a_manifest_that_was_written_before_digests_were_noted_is_read(folder: Path) -> None:
    manifest = folder / "current" / "manifest.json"
    members = json.loads(manifest.read_text("utf-8"))
    del members["digest"]
    manifest.write_text(json.dumps(members), "utf-8")
    assert len(answers(folder)) == len(QUESTIONS) + 2


def replaced(link: Path, to: str | None) -> None:
    link.unlink()
    if to is None:
        return
    if to:
        link.symlink_to(to)
    else:
        link.write_text("000001-20300102T030405Z", "utf-8")


@pytest.mark.parametrize("to", [None, "", "snapshots/000007-20300102T030405Z", "snapshots", ".."])
def test_what_is_in_force_and_cannot_be_read_is_told_and_is_not_taken_for_an_empty_store(
    folder: Path, to: str | None
) -> None:
    replaced(folder / "current", to)
    with pytest.raises(StoreError) as raised:
        answers(folder)
    assert not isinstance(raised.value, NothingPublished)
    assert str(folder) not in raised.value.what + raised.value.mend
    with pytest.raises(StoreError):
        publish_snapshot(folder, (), name="x", created=TIME, expected="")
    # And is mended by naming a snapshot.
    first = list_snapshots(folder)[0].id
    assert roll_back(folder, first).id == current_id(folder) == first


def test_a_snapshot_that_is_a_file_is_told(folder: Path) -> None:
    home = (folder / "current").resolve()
    shutil.rmtree(home)
    home.write_bytes(b"")
    with pytest.raises(StoreError):
        answers(folder)


@pytest.mark.parametrize("name", ["journal.jsonl", "lock", "current.new"])
def test_a_folder_in_the_place_of_a_file_is_told_when_something_is_to_be_written(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    before = current_id(folder)
    with pytest.raises(StoreError, match="Is a directory") as raised:
        roll_back(folder, entry=Entry("rollback", TIME))
    assert str(folder) not in raised.value.what + raised.value.mend
    assert raised.value.where
    assert str(folder) in str(raised.value.where)
    assert current_id(folder) == before


@pytest.mark.parametrize(
    "attempt",
    [
        lambda folder: current_id(folder / "nothing"),
        lambda folder: current_id(folder / "lock"),
        lambda folder: roll_back(folder, "000009-20300102T030405Z"),
        lambda folder: publish_snapshot(folder, (), name="x", created=TIME, expected=""),
        lambda folder: publish_snapshot(folder / "lock", (), name="x", created=TIME),
    ],
)
def test_the_sentences_of_an_error_do_not_name_the_folder_and_its_place_does(
    folder: Path, attempt: Callable[[Path], object]
) -> None:
    with pytest.raises(StratgraphError) as raised:
        attempt(folder)
    assert str(folder) not in raised.value.what + raised.value.mend
    assert raised.value.where
    assert str(folder) in str(raised.value.where)
