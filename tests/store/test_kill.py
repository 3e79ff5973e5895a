"""``kill -9`` at 50 random instants of publications and builds: the store opens and serves the old snapshot or the new.

``test_snapshot`` kills a publisher at each of its steps; here the instants are random, within a step too. They are
spread evenly over the phases of a publication, each of which the publisher tells as it begins, since most of its time
is reading and loading, and the few milliseconds of renaming would hardly ever be met.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

import stratgraph
from stratgraph.store import Store, current_id, list_snapshots, open_store, publish_snapshot, solutions

if TYPE_CHECKING:
    from collections.abc import Iterator

TIME = datetime(2030, 1, 2, tzinfo=UTC)
SMALL_SOURCE = Path(__file__).parents[1] / "data/other-plan.txt"
PROGRAM = Path(sys.executable).with_name("stratgraph")
SEED = 2012
QUADS = 10_000
PUBLICATIONS = 40
BUILDS = 10

PHASES = ("reading", "loading", "checking", "syncing", "renaming", "switching", "pruning", "done")

# Publishes quads whose numbers add up to a sum that tells the content by its name, and tells each phase as it begins.
PUBLISHER = """
import pathlib, sys
from datetime import UTC, datetime
from pyoxigraph import Literal, NamedNode, Quad
import stratgraph.store.snapshot as snapshot
import stratgraph.store.writing as writing

folder, number, quads = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

def tell(phase):
    sys.stdout.write(phase + "\\n")
    sys.stdout.flush()

def content():
    tell("reading")
    predicate = NamedNode("http://example.org/p")
    for one in range(quads):
        yield Quad(NamedNode(f"http://example.org/{one}"), predicate, Literal(number * one))
    tell("loading")

def telling(owner, name, phase):
    real = getattr(owner, name)

    def told(*arguments, **more):
        tell(phase)
        return real(*arguments, **more)

    setattr(owner, name, told)

telling(writing, "open_checked", "checking")
telling(snapshot, "_sync_tree", "syncing")
telling(pathlib.Path, "rename", "renaming")
telling(snapshot, "_switch", "switching")
telling(snapshot, "prune", "pruning")
snapshot.publish_snapshot(folder, content(), name=str(number), created=datetime(2030, 1, 2, tzinfo=UTC), kept=2)
tell("done")
"""

CHECK = """
SELECT (COUNT(*) AS ?quads) (COUNT(DISTINCT ?s) AS ?things) (SUM(?o) AS ?sum) WHERE { ?s ?p ?o }
"""

# The lengths of every term of every graph: two builds of one source say the same.
CHECK_OF_BUILD = """
SELECT (COUNT(*) AS ?quads) (SUM(STRLEN(STR(?s))) AS ?a) (SUM(STRLEN(STR(?p))) AS ?b) (SUM(STRLEN(STR(?o))) AS ?c)
WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }
"""


@dataclass(frozen=True)
class Publication:
    """What was seen of one: when each phase began, in seconds from the first, and whether it ended by itself."""

    begins: dict[str, float]
    was_killed: bool


@contextlib.contextmanager
def publishing(folder: Path, number: int) -> Iterator[subprocess.Popen[str]]:
    source = str(Path(stratgraph.__file__).parents[1])
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, str(folder), str(number), str(QUADS)],
        env={**os.environ, "PYTHONPATH": source},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def published(folder: Path, number: int, *, kill_in: str = "", after_s: float = 0) -> Publication:
    """Runs one publication; kills it so many seconds after it began a phase."""
    begins: dict[str, float] = {}
    with publishing(folder, number) as process:
        assert process.stdout
        for line in process.stdout:
            begins[line.strip()] = time.perf_counter()
            if line.strip() == kill_in:
                time.sleep(after_s)
                process.send_signal(signal.SIGKILL)
        code = process.wait()
    assert code in {0, -signal.SIGKILL}
    start = min(begins.values())
    return Publication({phase: at - start for phase, at in begins.items()}, was_killed=code != 0)


def number_served(store: Store) -> int:
    """Which content it is, and that it is whole."""
    ((quads, things, total),) = solutions(store, CHECK).rows
    assert int(quads.value) == int(things.value) == QUADS
    number, rest = divmod(int(total.value), QUADS * (QUADS - 1) // 2)
    assert rest == 0
    return number


def reader(folder: Path) -> Store:
    return open_store(str(folder), max_result_bytes=10_000_000)


def assert_tidy(folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} - {"journal.jsonl"} == {"current", "lock", "snapshots"}
    assert {p.name for p in (folder / "snapshots").iterdir()} == {s.id for s in list_snapshots(folder)}


def test_a_publication_killed_at_forty_random_instants_leaves_the_old_or_the_new_snapshot_whole(tmp_path: Path) -> None:
    whole = published(tmp_path, 1)
    assert not whole.was_killed
    assert tuple(whole.begins) == PHASES
    lasts = {phase: whole.begins[after] - whole.begins[phase] for phase, after in itertools.pairwise(PHASES)}
    served, choice, kills = 1, random.Random(SEED), 0  # noqa: S311 - to be repeated
    stays = reader(tmp_path)
    # One or the other may end before it is killed, and is followed by another.
    for number in range(2, 2 * PUBLICATIONS + 2):
        phase = PHASES[number % (len(PHASES) - 1)]
        seen = published(tmp_path, number, kill_in=phase, after_s=choice.uniform(0, lasts[phase]))
        kills += seen.was_killed
        now = number_served(reader(tmp_path))
        if "pruning" in seen.begins:
            assert now == number
        elif "switching" in seen.begins:
            assert now in {served, number}
        else:
            assert now == served
        # One that was open before sees the same, and each snapshot that is listed is whole.
        assert number_served(stays) == now
        for snapshot in list_snapshots(tmp_path):
            assert len(pyoxigraph.Store.read_only(str(snapshot.store_folder))) == QUADS
        served = now
        if kills == PUBLICATIONS:
            break
    assert kills == PUBLICATIONS
    assert not published(tmp_path, 1000).was_killed
    assert number_served(reader(tmp_path)) == number_served(stays) == 1000
    assert_tidy(tmp_path)


def test_a_build_killed_at_ten_random_instants_leaves_a_snapshot_whole(tmp_path: Path) -> None:
    command = [str(PROGRAM), "build", str(SMALL_SOURCE), "--store", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    lasts = time.perf_counter() - start
    (expected,) = solutions(reader(tmp_path), CHECK_OF_BUILD).rows
    choice, kills = random.Random(SEED), 0  # noqa: S311 - to be repeated
    for _ in range(5 * BUILDS):
        before = current_id(tmp_path)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(choice.uniform(0, lasts))
        finally:
            process.kill()
            kills += process.wait() == -signal.SIGKILL
        store = reader(tmp_path)
        assert store.state == before or store.state == list_snapshots(tmp_path)[-1].id
        assert list(solutions(store, CHECK_OF_BUILD).rows) == [expected]
        if kills == BUILDS:
            break
    assert kills == BUILDS
    subprocess.run(command, check=True, capture_output=True)
    assert list(solutions(reader(tmp_path), CHECK_OF_BUILD).rows) == [expected]
    assert_tidy(tmp_path)


def test_the_check_sees_a_snapshot_that_is_not_whole(tmp_path: Path) -> None:
    def content(quads: int) -> Iterator[Quad]:
        for one in range(quads):
            yield Quad(NamedNode(f"http://example.org/{one}"), NamedNode("http://example.org/p"), Literal(3 * one))

    publish_snapshot(tmp_path, content(QUADS), name="3", created=TIME)
    assert number_served(reader(tmp_path)) == 3
    publish_snapshot(tmp_path, content(QUADS - 1), name="3", created=TIME)
    with pytest.raises(AssertionError):
        number_served(reader(tmp_path))
