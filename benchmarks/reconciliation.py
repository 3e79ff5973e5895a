"""A batch of ten reconciliation queries, beside rapidfuzz over all names one by one; and what building the index takes.

The names are those of the annex and of the vocabularies that come with the program, and as many made-up ones as are
missing to 10,000 concepts. Queries are names with faults, in another order, in other languages, and codes. In turn.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
import tracemalloc
from importlib.metadata import version
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple
from rapidfuzz import fuzz, process
from suggest import published

from stratgraph.reconciliation import Query, Reconciler
from stratgraph.search import Document, TextIndex, lexicon, read_lexicon
from stratgraph.search.words import folded
from stratgraph.terms import RDF, SKOS

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratgraph.search import Lexicon

CONCEPTS = 10_000
BATCH = 10
FAULT = 3
KINDS = ("as it is", "a letter left out", "another order", "its first half")


def enlarged(found: Lexicon) -> Lexicon:
    """A lexicon with concepts added until there are as many as are wanted, named by words of the others."""
    labels = [entry.label for entry in found.entries.values() if entry.vocabulary == "unbis"]
    missing = CONCEPTS - sum(bool(entry.vocabulary) for entry in found.entries.values())
    made = []
    for number in range(missing):
        label = f"{labels[number * 7 % len(labels)]} {labels[number * 11 % len(labels)]}"
        concept = NamedNode(f"http://example.org/concept/{number}")
        made.append(Triple(concept, NamedNode(RDF.TYPE), NamedNode(SKOS.CONCEPT)))
        made.append(Triple(concept, NamedNode(SKOS.PREF_LABEL), Literal(label, language="en")))
    return type(found)({**found.entries, **lexicon((), {"made": made}).entries}, found.labels, found.broader)


def altered(name: str, kind: str) -> str:
    match kind:
        case "a letter left out":
            return name[:FAULT] + name[FAULT + 1 :]
        case "another order":
            return " ".join(reversed(name.split()))
        case "its first half":
            return name[: max(len(name) // 2, FAULT)]
    return name


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=40)
    batches = parser.parse_args().batches
    store = published()
    reading = milliseconds(lambda: read_lexicon(store))
    whole = enlarged(read_lexicon(store))
    building = statistics.median(milliseconds(lambda: Reconciler(whole)) for _ in range(3))
    tracemalloc.start()
    reconciler = Reconciler(whole)
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    names = [(entry.iri, name.text) for entry in whole.entries.values() for name in entry.names]
    keys = [folded(name) for _, name in names]
    print(f"Python {platform.python_version()}, rapidfuzz {version('rapidfuzz')}, PyStemmer {version('PyStemmer')}")
    print(f"{CONCEPTS:,} concepts and {len(whole.entries) - CONCEPTS:,} things of plans with {len(names):,} names")
    documents = [Document(iri, ((f"{entry.label} {entry.text}", 1.0),)) for iri, entry in whole.entries.items()]
    indexing = statistics.median(milliseconds(lambda: TextIndex(documents)) for _ in range(3))
    print(f"an index of all labels and texts {indexing:.0f} ms")
    print(f"reading them from the store {reading:.0f} ms, building {building:.0f} ms, {megabytes:.0f} MB\n")
    print(f"{'ten queries, median of ' + str(batches):<30}ours, ms   found first   rapidfuzz, ms   found first   ratio")
    for kind in KINDS:
        ours, theirs, hits, peer_hits = [], [], 0, 0
        for number in range(batches):
            chosen = [names[(number * BATCH + at) * 7_919 % len(names)] for at in range(BATCH)]
            asked = [altered(name, kind) for _, name in chosen]
            queries = {str(at): Query(text, limit=5) for at, text in enumerate(asked)}
            ours.append(milliseconds(lambda queries=queries: reconciler.reconcile(queries)))
            theirs.append(milliseconds(lambda asked=asked: [plain(text, keys) for text in asked]))
            found = reconciler.reconcile(queries).values()
            hits += sum(iri in {one.id for one in best[:1]} for best, (iri, _) in zip(found, chosen, strict=True))
            peer_hits += sum(
                names[plain(text, keys)[0][2]][0] == iri for text, (iri, _) in zip(asked, chosen, strict=True)
            )
        total = batches * BATCH
        middle, other = statistics.median(ours), statistics.median(theirs)
        print(
            f"{kind:<30}{middle:<11.1f}{hits / total:<14.2f}{other:<16.1f}{peer_hits / total:<14.2f}"
            f"{other / middle:.1f}"
        )


def plain(text: str, keys: list[str]) -> list[tuple[str, float, int]]:
    return process.extract(folded(text), keys, scorer=fuzz.ratio, limit=5)


if __name__ == "__main__":
    main()
