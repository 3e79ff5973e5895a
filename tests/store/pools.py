"""A snapshot of generated quads, queries that are too much, and the processes that serve them."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from stratgraph.results import JSON, TSV
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import Forms, publish_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EX = "http://example.org/"
PREFIX = f"PREFIX : <{EX}> "
TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
ELEMENTS = 4_000
QUADS = 5 * ELEMENTS
BOTH = Forms(solutions=JSON, graph=N_TRIPLES)
TABLE = Forms(solutions=TSV, graph=None)

LIGHT = f"{PREFIX}SELECT ?label {{ :element7 :label ?label }}"
ENDLESS = f"{PREFIX}SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}"
# Some megabytes a second, for a minute or so.
LONG_STREAM = f"""{PREFIX}SELECT ?n ?d ?e ?f {{
  {{ SELECT ?n {{ ?a :number ?n }} ORDER BY ?n }} ?d ?e ?f FILTER(IF(STRLEN(STR(?d)) > 0, ?n < 100, false)) }}"""
LARGE = f"{PREFIX}SELECT ?a ?b ?c ?d ?e ?f {{ ?a :label ?b . ?d :label ?e . ?d :next ?f . ?a :other ?c }} LIMIT %d"

TOO_LONG = {
    "a cross product": ENDLESS,
    "a deep property path": f"""{PREFIX}SELECT (COUNT(*) AS ?n) {{
        ?a (:next|:other|!:label)* ?b . ?c (:next|:other|!:part)* ?d }}""",
    "expressions that are compiled for each row": f"""{PREFIX}SELECT (COUNT(*) AS ?n) {{ ?a :label ?l . ?b :label ?m
        FILTER(REGEX(CONCAT(?l, ?m), CONCAT("((a{{0,50}}){{0,50}}){{0,9}}", ?l, ?m))) }}""",
}
# Backtracking engines need time that doubles with each letter here; Rust's does not.
BACKTRACKING = 'ASK { FILTER(REGEX("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|a|aa|a?)*$")) }'
TOO_BIG = {
    "one text of a cross product": f"""{PREFIX}SELECT (GROUP_CONCAT(CONCAT(?b, ?d)) AS ?x) {{
        ?a :label ?b . ?c :label ?d }}""",
    "the distinct rows of a cross product": f"{PREFIX}SELECT DISTINCT * {{ ?a :label ?b . ?c :label ?d }}",
    "a cross product in order": f"{PREFIX}SELECT * {{ ?a :label ?b . ?c :label ?d }} ORDER BY ?d ?b",
    "a text that grows": "SELECT (STRLEN(?x16) AS ?n) { BIND('0123456789abcdef' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}, ?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(16))
    + " }",
}


def quads(word: str = "") -> Iterator[Quad]:
    """Elements in rings, each with a label; the word stands in the label of the seventh."""
    for number in range(ELEMENTS):
        element = NamedNode(f"{EX}element{number}")
        for name, other in (("next", number + 1), ("other", number * 7 + 3), ("part", number // 10)):
            yield Quad(element, NamedNode(EX + name), NamedNode(f"{EX}element{other % ELEMENTS}"))
        yield Quad(element, NamedNode(f"{EX}label"), Literal(f"element number {number}{word if number == 7 else ''}"))
        yield Quad(element, NamedNode(f"{EX}number"), Literal(number))


def publish(folder: Path, word: str = "") -> str:
    return publish_snapshot(folder, quads(word), name="a test", created=TIME).id


def parents() -> dict[int, int]:
    """Of each process that runs or is a zombie, its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text("utf-8", "replace")
            except OSError:
                continue
            found[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return found


def children(pid: int | None = None) -> set[int]:
    """The processes that this one or another one has started, of a keeper its workers; zombies too."""
    parent = pid or os.getpid()
    return {child for child, of in parents().items() if of == parent}


OTHERS: set[int] = set()
"""Keepers of servers that other tests have left running, as :func:`note_others` found them."""


def note_others() -> None:
    """What runs now is not the caller's. Numbers noted before are forgotten: other processes get them again."""
    OTHERS.clear()
    OTHERS.update(keepers())


def keepers() -> set[int]:
    """The keepers of this process, but for the others."""
    found = set()
    for pid in children():
        with suppress(OSError):
            if b"stratgraph.store.keeper" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(pid)
    return found - OTHERS


def memory_kb(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{name}:"))


def stop_workers() -> set[int]:
    """Stops all workers, so that each says nothing; once they have stopped, their numbers."""
    workers = {worker for keeper in keepers() for worker in children(keeper)}
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: all(_state(pid) in "TZ" for pid in workers))
    return workers


def _state(pid: int) -> str:
    """T where it is stopped, Z where it has ended: man page proc(5)."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    """Generous: it says that something happens at all."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
