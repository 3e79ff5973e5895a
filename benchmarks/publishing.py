"""What a publication costs that changes a store, beside one that writes the same store anew; and what is read there.

The store is that of `stratgraph build`: the annex, vocabularies and links. Both ways get the same contents, in turn,
and come to the same quads; then the same questions are asked of both stores, in turn. Times are of the processor.

    .venv/bin/python benchmarks/publishing.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.links import shipped
from stratgraph.plan_files import read_annex
from stratgraph.plan_graph import to_statements
from stratgraph.results import JSON
from stratgraph.store import Change, Forms, Snapshot, open_store, publish_snapshot, snapshot_store
from stratgraph.store_contents import Act, Contents, contents, version_graphs

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratgraph.store import Store

PROGRAM = Path(sys.executable).with_name("stratgraph")
CREATED = datetime(2030, 1, 2, tzinfo=UTC)
QUESTIONS = {
    "triples of each graph": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "things of each class": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
    "texts with a word": 'SELECT ?s ?o { ?s ?p ?o FILTER (isLiteral(?o) && CONTAINS(STR(?o), "radio")) }',
    "labels of narrower concepts": "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "SELECT ?l ?m { ?a skos:broader ?b . ?a skos:prefLabel ?l . ?b skos:prefLabel ?m }",
}


def asked(store: Store, question: str) -> float:
    """Processor seconds of one question, to the end of its answer."""
    start = time.process_time()
    store.answer(question, Forms(solutions=JSON, graph=None)).read()
    return time.process_time() - start


def compared(name: str, pairs: list[tuple[float, float]]) -> None:
    """Prints medians in milliseconds, and the median of the ratios, pair by pair."""
    one, other = (1000 * statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(first / second for first, second in pairs)
    print(f"  {name:32} {one:9.1f} {other:9.1f} {ratio:8.2f}")


def main(runs: int) -> None:
    """Prints both tables."""
    plan = to_statements(read_annex(5_000_000), file="annex.txt")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "store"
        subprocess.run([str(PROGRAM), "build", "--store", str(folder)], check=True, capture_output=True)

        def written(what: Contents, change: Change | None) -> tuple[float, Snapshot]:
            start = time.process_time()
            snapshot = publish_snapshot(folder, what, name="x", created=CREATED, change=change)
            return time.process_time() - start, snapshot

        def in_turn(name: str, what: Callable[[Store], Contents]) -> tuple[Snapshot, Snapshot]:
            pairs = []
            for _ in range(runs):
                with closing(open_store(str(folder), max_result_bytes=sys.maxsize)) as store:
                    given = what(store)
                    (short, first), (long, second) = written(given, given.change), written(given, None)
                if first.quads != second.quads:
                    sys.exit(f"Two ways, two results: {first.quads} and {second.quads} quads.")
                pairs.append((short, long))
            compared(name, pairs)
            return first, second

        print(f"{runs} runs in turn, medians: milliseconds changing it, writing it anew, ratio")
        in_turn("links", lambda store: contents(store, graphs=dict(shipped()[:2])))
        snapshots = in_turn("a next version", lambda store: contents(store, version_graphs(plan, 2, Act(CREATED))))
        print(f"\nthe same questions of both, {snapshots[0].quads:,} quads")
        for name, question in QUESTIONS.items():
            pairs = []
            for _ in range(runs):
                pair = []
                for snapshot in snapshots:
                    with closing(snapshot_store(folder, snapshot.id)) as store:
                        asked(store, question)
                        pair.append(asked(store, question))
                pairs.append((pair[0], pair[1]))
            compared(name, pairs)
        for word, snapshot in zip(("changed", "anew"), snapshots, strict=True):
            size = sum(path.stat().st_size for path in snapshot.store_folder.glob("*.sst"))
            print(f"  {word:32} {size / 1e6:9.1f} MB of tables")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
