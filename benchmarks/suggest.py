"""How many of the curated links are among the first ten proposals, beside rapidfuzz on the concepts' labels.

For each linked element its own links are unseen, and those of all that belongs to the same objective or goal. The
weights in ``links/suggest.py`` were chosen on one half of these families; the other half and all are printed beside it.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process, utils

from stratgraph.assets import read_asset
from stratgraph.formats import annex
from stratgraph.identifiers import natural_key, parse_place
from stratgraph.links import graphs_of_set, shipped_sets
from stratgraph.links.suggest import Suggestions
from stratgraph.plan_graph import to_statements
from stratgraph.search import read_lexicon
from stratgraph.store import memory_store
from stratgraph.store_contents import contents, version_graphs
from stratgraph.vocabularies import SHIPPED, read_vocabulary

if TYPE_CHECKING:
    from stratgraph.search import Lexicon
    from stratgraph.store import Store

Rank = Callable[[str, str], list[str]]

FIRST = 10
DEEP = 100
SOURCE = "resolution-71-annex"
SCORERS = (fuzz.WRatio, fuzz.token_set_ratio, fuzz.token_sort_ratio, fuzz.partial_ratio)


@dataclass
class Tally:
    """What was found of what is curated."""

    hits: int = 0
    links: int = 0
    reciprocals: list[float] = field(default_factory=list)

    def add(self, curated: set[str], ranked: list[str]) -> None:
        """Counts what was found for one element."""
        self.hits += len(curated & set(ranked[:FIRST]))
        self.links += len(curated)
        self.reciprocals.append(next((1 / rank for rank, iri in enumerate(ranked, 1) if iri in curated), 0.0))

    def __str__(self) -> str:
        return f"{self.hits / (self.links or 1):.3f}  {statistics.fmean(self.reciprocals or [0]):.3f}"


def published() -> Store:
    """The annex with the vocabularies and links that come with the program, in memory."""
    description = annex.read_description(read_asset("data", "sources", f"{SOURCE}.toml"), file=f"{SOURCE}.toml")
    text = read_asset("data", "sources", f"{SOURCE}.txt")
    document = annex.read(text, file=f"{SOURCE}.txt", max_bytes=5_000_000, description=description)
    graphs = {}
    for name in SHIPPED:
        graphs |= read_vocabulary(name).graphs
    for mappings in shipped_sets():
        graphs |= graphs_of_set(mappings)
    plan = version_graphs(to_statements(document, file=f"{SOURCE}.txt"), 1)
    return memory_store(contents(None, plan, graphs))


def curated_links() -> dict[str, set[str]]:
    """The concepts that each element is linked to by the sets of mappings that come with the program."""
    found: dict[str, set[str]] = defaultdict(set)
    for mappings in shipped_sets():
        for mapping in mappings.mappings:
            if not mapping.is_negative:
                found[mapping.subject].add(mapping.object)
    return found


def family(element: str) -> str:
    """The objective, goal, mission or paragraph that an element belongs to, by its IRI."""
    place = parse_place(element)[1].split("/")
    whole = 1 + next((at for at, part in enumerate(place) if part in {"objective", "factor"}), len(place) - 1)
    return "/".join(place[: place.index("goal") + 1 if "goal" in place else whole + 1])


def ranked(links: dict[str, set[str]], lexicon: Lexicon, rank: Rank) -> dict[tuple[str, str], list[str]]:
    """What is proposed for each element, for each vocabulary that it is linked to."""
    return {
        (element, name): rank(element, name)
        for element, concepts in links.items()
        for name in sorted({lexicon.entries[iri].vocabulary for iri in concepts})
    }


def tally(
    elements: list[str],
    vocabulary: str,
    links: dict[str, set[str]],
    found: dict[tuple[str, str], list[str]],
    lexicon: Lexicon,
) -> Tally:
    total = Tally()
    for element in elements:
        if (element, vocabulary) in found:
            curated = {iri for iri in links[element] if lexicon.entries[iri].vocabulary == vocabulary}
            total.add(curated, found[element, vocabulary])
    return total


def by_labels(lexicon: Lexicon, scorer: Callable[..., float]) -> Rank:
    labels = {
        name: {e.iri: utils.default_process(e.label) for e in lexicon.entries.values() if e.vocabulary == name}
        for name in lexicon.vocabularies
    }

    def rank(element: str, vocabulary: str) -> list[str]:
        said = utils.default_process(lexicon.entries[element].text or lexicon.entries[element].label)
        return [iri for *_, iri in process.extract(said, labels[vocabulary], scorer=scorer, limit=DEEP)]

    return rank


def ours(suggestions: Suggestions, unseen_with: Callable[[str], frozenset[str]]) -> Rank:
    def rank(element: str, vocabulary: str) -> list[str]:
        found = suggestions.propose(
            element, vocabulary, limit=DEEP, with_linked=True, unseen=unseen_with(element), least=0
        )
        return [proposal.iri for proposal in found]

    return rank


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    lexicon = read_lexicon(published())
    links = {e: iris for e, iris in curated_links().items() if e in lexicon.entries}
    elements = sorted(links, key=natural_key)
    families = list(dict.fromkeys(map(family, elements)))
    tuned = set(families[::2])
    halves = {
        "tuned on": [e for e in elements if family(e) in tuned],
        "held out": [e for e in elements if family(e) not in tuned],
        "all": elements,
    }
    print(f"Python {platform.python_version()}, rapidfuzz {version('rapidfuzz')}, PyStemmer {version('PyStemmer')}")
    print(f"{sum(map(len, links.values()))} links of {len(links)} elements in {len(families)} families")
    everything = frozenset(elements)
    same = {e: frozenset(o for o in elements if family(o) == family(e)) for e in elements}
    held = frozenset(halves["held out"])
    suggestions = Suggestions(lexicon)
    ways: dict[str, Rank] = {
        **{f"rapidfuzz {scorer.__name__}": by_labels(lexicon, scorer) for scorer in SCORERS},
        "ours, by text alone": ours(suggestions, lambda _: everything),
        "ours, with links of the tuned half": ours(suggestions, lambda e: held | same[e]),
        "ours, with links of other families": ours(suggestions, same.__getitem__),
    }
    found = {way: ranked(links, lexicon, rank) for way, rank in ways.items()}
    for name in sorted({name for _, name in found["ours, by text alone"]}):
        print(f"\n{name:<36}" + "".join(f"{half:<18}" for half in halves) + "\n" + " " * 36 + "hits@10  MRR       " * 3)
        for way in ways:
            row = [tally(half, name, links, found[way], lexicon) for half in halves.values()]
            print(f"{way:<36}" + "".join(f"{one!s:<18}" for one in row))
    start = time.perf_counter()
    whole = Suggestions(lexicon)
    for name in lexicon.vocabularies:
        whole.propose(elements[0], name)
    first = time.perf_counter() - start
    start = time.perf_counter()
    for element in elements[:20]:
        for name in lexicon.vocabularies:
            whole.propose(element, name)
    print(
        f"\nIndexes and first proposals: {first * 1e3:.0f} ms; then "
        f"{(time.perf_counter() - start) * 50:.0f} ms an element for all vocabularies"
    )


if __name__ == "__main__":
    main()
