"""A publication that changes a snapshot comes to what one does that writes everything anew; the snapshot stays."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

import stratgraph
from stratgraph.errors import StoreError
from stratgraph.store import Change, Snapshot, publish_snapshot, snapshot_store

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
P = NamedNode("http://example.org/p")
NAMES = [f"http://example.org/graph/{letter}" for letter in "abcd"]
Graphs = dict[str, set[int]]

contents = st.dictionaries(st.sampled_from(NAMES), st.sets(st.integers(0, 4), min_size=1))
names = st.frozensets(st.sampled_from(NAMES))


def triple(number: int) -> Triple:
    return Triple(P, P, Literal(str(number)))


def quads_of(graph: str, numbers: set[int]) -> list[Quad]:
    return [Quad(P, P, triple(number).object, NamedNode(graph)) for number in sorted(numbers)]


def quads(graphs: Graphs, view: frozenset[str]) -> set[Quad]:
    """Those of a state, as the definition says: each graph, and as the default graph the union of some of them."""
    named = {quad for name, numbers in graphs.items() for quad in quads_of(name, numbers)}
    return named | {Quad(q.subject, q.predicate, q.object) for q in named if q.graph_name in map(NamedNode, view)}


@given(
    there=contents,
    before=names,
    new=st.dictionaries(st.sampled_from(NAMES), st.sets(st.integers(0, 4))),
    after=names,
)
def test_a_change_comes_to_the_state_that_its_definition_says(
    there: Graphs, before: frozenset[str], new: Graphs, after: frozenset[str]
) -> None:
    store = Store()
    store.extend(quads(there, before))
    of_new = {name: quads_of(name, numbers) for name, numbers in new.items()}
    changed = Change("", of_new, before, after).apply(store)
    expected = {name: numbers for name, numbers in (there | new).items() if numbers}
    assert set(store) == quads(expected, after)
    if changed is not None:
        # Nothing else makes the default graphs differ.
        differ = {q for q in quads(there, before) ^ quads(expected, after) if q.graph_name == DefaultGraph()}
        assert differ <= {Quad(q.subject, q.predicate, q.object) for q in changed}
    assert {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)} == expected.keys()


# --- on the disk -----------------------------------------------------------------------------------------------------

A, B = NAMES[:2]
THERE: Graphs = {A: {1, 2}, B: {2, 3}}
VIEW = frozenset((A, B))
CHANGE = {A: quads_of(A, {4})}


def first(folder: Path) -> Snapshot:
    return publish_snapshot(folder, quads(THERE, VIEW), name="first", created=TIME)


def changed(folder: Path, base: Snapshot, stream: set[Quad] | None = None) -> Snapshot:
    change = Change(base.id, CHANGE, VIEW, VIEW)
    return publish_snapshot(folder, stream or (), name="second", created=TIME, change=change)


def held(snapshot: Snapshot) -> set[Quad]:
    return set(Store.read_only(str(snapshot.store_folder)))


def files(snapshot: Snapshot) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(snapshot.store_folder.iterdir())
    }


def test_the_changed_snapshot_is_whole_and_the_one_before_has_the_same_bytes(tmp_path: Path) -> None:
    base = first(tmp_path)
    before = files(base)
    second = changed(tmp_path, base)
    assert held(second) == quads({A: {4}, B: {2, 3}}, VIEW)
    assert second.quads == len(held(second)) == 6
    assert files(base) == before
    # What is taken over does not rest on the snapshot that it came from.
    for path in base.store_folder.iterdir():
        path.unlink()
    assert held(second) == quads({A: {4}, B: {2, 3}}, VIEW)


@pytest.mark.parametrize("reason", ["another release", "gone", "no snapshot"])
def test_without_a_snapshot_of_this_release_everything_is_written_from_the_stream(tmp_path: Path, reason: str) -> None:
    base = first(tmp_path)
    manifest = base.folder / "manifest.json"
    change = Change(base.id, CHANGE, VIEW, VIEW)
    if reason == "another release":
        manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | {"version": "0.0.1"}), "utf-8")
    else:
        change = Change("000007-20300102T030405Z" if reason == "gone" else "a digest", CHANGE, VIEW, VIEW)
    stream = quads({B: {1}}, frozenset())
    assert held(publish_snapshot(tmp_path, stream, name="second", created=TIME, change=change)) == stream


def test_a_damaged_snapshot_is_not_taken_over(tmp_path: Path) -> None:
    base = first(tmp_path)
    table = max(base.store_folder.glob("*.sst"), key=lambda path: path.stat().st_size)
    data = bytearray(table.read_bytes())
    data[len(data) // 3] ^= 255
    table.write_bytes(data)
    with pytest.raises(StoreError, match="cannot be opened"):
        changed(tmp_path, base)
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [base.id]


# Publishes a change, and is killed just before or after the named step.
PUBLISHER = """
import os, pathlib, signal, sys
from datetime import UTC, datetime
from pyoxigraph import DefaultGraph, NamedNode, Quad
import stratgraph.store.snapshot as snapshot
from stratgraph.store.writing import Change

folder, base, graph, instant = pathlib.Path(sys.argv[1]), *sys.argv[2:]
apply = Change.apply

def dying(change, store):
    if instant == "when it is applied":
        apply(change, store)
    os.kill(os.getpid(), signal.SIGKILL)

Change.apply = dying
p = NamedNode("http://example.org/p")
change = Change(base, {graph: [Quad(p, p, p, NamedNode(graph))]}, frozenset(), frozenset((graph,)))
snapshot.publish_snapshot(folder, (), name="new", created=datetime(2030, 1, 2, tzinfo=UTC), change=change)
"""


@pytest.mark.parametrize("instant", ["when the files are taken over", "when it is applied"])
def test_a_publisher_that_is_killed_in_a_change_leaves_the_snapshot_as_it_was(tmp_path: Path, instant: str) -> None:
    base = first(tmp_path)
    before = files(base)
    done = subprocess.run(
        [sys.executable, "-c", PUBLISHER, str(tmp_path), base.id, A, instant],
        env={**os.environ, "PYTHONPATH": str(Path(stratgraph.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert files(base) == before
    with snapshot_store(tmp_path, base.id).reading() as reading:
        assert reading.graph_names() == (A, B)
    second = changed(tmp_path, base)
    assert held(second) == quads({A: {4}, B: {2, 3}}, VIEW)
    assert {path.name for path in (tmp_path / "snapshots").iterdir()} == {base.id, second.id}
