"""What a store holds, counted: plans with their versions, vocabularies, links, and the figures of each graph."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stratgraph.asking import text_rows, triples
from stratgraph.graph import Graph
from stratgraph.history import versions_by_plan
from stratgraph.identifiers import PlanIdentifiers, is_in_current_view, may_be_plan, plan_identifiers, record_graph
from stratgraph.terms import DCTERMS, RDFS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pyoxigraph import Literal

    from stratgraph.history import Version
    from stratgraph.store import Reading


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one graph.

    Args:
        subjects: how many things it describes.
        properties: how many triples it has of each property.
        classes: how many things it has of each class.
    """

    subjects: int
    properties: dict[str, int]
    classes: dict[str, int]

    @property
    def triples(self) -> int:
        """How many triples it has."""
        return sum(self.properties.values())


@dataclass(frozen=True, slots=True)
class Plan:
    """A published plan.

    Args:
        identifiers: of the plan.
        titles: of the plan, that in its main language first.
        publisher: IRI of its organisation.
        organisation: what that is called.
        years: the first and the last one, as they are written; empty where they are not said.
        example: IRI of one of its objectives; empty where it has none.
        versions: the oldest first.
        spoken: the languages of each version, as BCP 47 tags, by the name of its graph.
    """

    identifiers: PlanIdentifiers
    titles: tuple[Literal, ...]
    publisher: str
    organisation: str
    years: tuple[str, str]
    example: str
    versions: tuple[Version, ...]
    spoken: Mapping[str, tuple[str, ...]]

    @property
    def title(self) -> str:
        """The one to show where there is room for one."""
        return self.titles[0].value if self.titles else self.identifiers.plan_iri

    @property
    def language(self) -> str:
        """The plan's main language, a BCP 47 tag; empty where its title has none."""
        return next((title.language or "" for title in self.titles), "")

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that the plan is in, as BCP 47 tags, its main one first."""
        return tuple(dict.fromkeys(title.language for title in self.titles if title.language))


@dataclass(frozen=True, slots=True)
class Dataset:
    """A vocabulary or a set of mappings, as its record describes it; each other text may be empty.

    Args:
        graph: the name of its graph.
        data: the graph that has the data: the same, or that of the record where there is nothing but records.
        title: what it is called; its name where its record does not say.
        description: what is in it.
        rights: on what terms, in words.
        licence: IRI of the licence.
        version: which version it is.
        origin: IRI of where it comes from.
    """

    graph: str
    data: str
    title: str
    description: str
    rights: str
    licence: str
    version: str
    origin: str


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one graph to things below one IRI.

    Args:
        graph: that has them.
        space: what the IRIs of the things begin with.
        target: the graph of the vocabulary that has these things; empty where the store has none.
        counts: how many there are, by property.
    """

    graph: str
    space: str
    target: str
    counts: dict[str, int]

    @property
    def triples(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a store holds.

    Args:
        plans: in the order of their IRIs.
        datasets: vocabularies and sets of mappings, in the order of their graphs.
        links: by graph and target.
        spaces: what the IRIs of a vocabulary's concepts begin with, by its graph, the most frequent one first.
        current: the figures of the current view.
        graphs: those of each named graph.
    """

    plans: tuple[Plan, ...]
    datasets: tuple[Dataset, ...]
    links: tuple[Links, ...]
    spaces: dict[str, tuple[str, ...]]
    current: Figures
    graphs: dict[str, Figures] = field(repr=False)

    @property
    def triples(self) -> int:
        """Of the current view and all graphs."""
        return self.current.triples + sum(figures.triples for figures in self.graphs.values())


def read_catalogue(reading: Reading) -> Catalogue:
    """Counts what a store holds.

    Raises:
        StoreError, LimitError, RemoteError: as with ``Store.answer``.
    """
    figures = _figures(reading)
    spaces: dict[str, list[str]] = defaultdict(list)
    for row in text_rows(reading, "catalogue-spaces"):
        spaces[row["graph"]].append(row["space"])
    return Catalogue(
        plans=tuple(_plans(reading)),
        datasets=tuple(_datasets(reading, figures)),
        links=_links(reading, spaces),
        spaces={graph: tuple(found) for graph, found in spaces.items()},
        current=figures.pop("", Figures(0, {}, {})),
        graphs=figures,
    )


def triples_by_property(reading: Reading) -> dict[str, dict[str, int]]:
    """How many triples of each property each graph has; the current view has the empty name."""
    return _counts(reading, "catalogue-properties")


def things_by_class(reading: Reading) -> dict[str, dict[str, int]]:
    """How many things of each class each graph has; the current view has the empty name."""
    return _counts(reading, "catalogue-classes")


def _counts(reading: Reading, query: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in text_rows(reading, query):
        graph, name, count = row.values()
        found[graph][name] = int(count)
    return found


def _figures(reading: Reading) -> dict[str, Figures]:
    """The figures of each graph by its name; the current view has the empty name."""
    properties, classes = triples_by_property(reading), things_by_class(reading)
    return {
        row["graph"]: Figures(int(row["subjects"]), properties[row["graph"]], classes[row["graph"]])
        for row in text_rows(reading, "catalogue-subjects")
    }


def _plans(reading: Reading) -> Iterator[Plan]:
    found: dict[str, dict[str, str]] = {}
    for row in text_rows(reading, "catalogue-plans"):
        found.setdefault(row["plan"], row)
    graph = Graph(triples(reading, "entity-plan", plan=tuple(found)) if found else ())
    # Somebody's plan that cannot be published here is left out.
    published = versions_by_plan(reading, filter(may_be_plan, found))
    for iri, of_plan in published.items():
        row, languages = found[iri], graph.languages_of(iri)
        versions = tuple(version for version in of_plan if not version.is_taken_back)
        spoken: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for told in text_rows(reading, "catalogue-titles", version=[one.iris.graph for one in versions]):
            spoken[told["version"]] += (told["language"],)
        yield Plan(
            plan_identifiers(iri),
            graph.literals(iri, DCTERMS.TITLE, languages),
            row["publisher"],
            graph.text(row["publisher"], RDFS.LABEL, languages=languages),
            (row["start"], row["end"]),
            row["example"],
            versions,
            spoken,
        )


def _datasets(reading: Reading, figures: Collection[str]) -> Iterator[Dataset]:
    found: dict[str, dict[str, str]] = {}
    for row in text_rows(reading, "catalogue-datasets"):
        found.setdefault(row["record"].removesuffix(record_graph("")), row)
    for graph, row in found.items():
        if is_in_current_view(graph):
            told = (row[name] for name in ("description", "rights", "licence", "version", "origin"))
            title = row["title"] or graph.rpartition("/")[2]
            yield Dataset(graph, graph if graph in figures else record_graph(graph), title, *told)


def _links(reading: Reading, spaces: dict[str, list[str]]) -> tuple[Links, ...]:
    targets = {space: graph for graph, found in spaces.items() for space in found}
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in text_rows(reading, "void-links"):
        # A vocabulary's relations between its own concepts are no links with others.
        if targets.get(row["space"]) != row["graph"]:
            counts[row["graph"], row["space"]][row["property"]] = int(row["links"])
    return tuple(Links(graph, space, targets.get(space, ""), found) for (graph, space), found in counts.items())
