"""What can be named: elements of plans, their units and terms, concepts of vocabularies, with what is said of each.

Read from a store as a whole. A caller that asks often keeps it for as long as the store's ``state`` is the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from stratgraph.asking import graph_triples, triples
from stratgraph.graph import Graph
from stratgraph.identifiers import is_record, vocabulary_graph
from stratgraph.terms import DCTERMS, ONTOLOGY, OWL, RDF, RDFS, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import Quad, Triple

    from stratgraph.graph import Term
    from stratgraph.store import Reading

NAMES: Final = (RDFS.LABEL, SKOS.PREF_LABEL, DCTERMS.TITLE, SKOS.ALT_LABEL, SKOS.HIDDEN_LABEL)
_TEXTS: Final = (SG.TEXT, SKOS.DEFINITION)
_INNER_CAPITAL: Final = re.compile(r"(?<=[a-z])[A-Z](?=[a-z])")


@dataclass(frozen=True, slots=True)
class Name:
    """What something is called.

    Args:
        text: without blanks at its ends.
        language: its tag; empty where it has none.
    """

    text: str
    language: str


@dataclass(frozen=True)
class Entry:
    """A thing with a name.

    Args:
        iri: of it.
        vocabulary: the name of the vocabulary that it is a concept of; empty for what belongs to plans.
        graph: what is said of it and of others.
        languages: of the plan that it belongs to.
    """

    iri: str
    vocabulary: str
    graph: Graph = field(repr=False)
    languages: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All of its names, those that are preferred first, and among them the one to show."""
        found = (
            Name(name.value.strip(), name.language or "")
            for property_ in NAMES
            for name in self.graph.literals(self.iri, property_, self.languages)
        )
        return tuple(dict.fromkeys(name for name in found if name.text))

    @property
    def label(self) -> str:
        """The name that is shown."""
        return self.names[0].text if self.names else self.iri

    @cached_property
    def text(self) -> str:
        """What it says itself, where that is more than its name: the text of an element, the definition of a term."""
        return next(iter(self.texts(*_TEXTS)), "")

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The IRIs of its classes."""
        return self.things(RDF.TYPE)

    @property
    def is_deprecated(self) -> bool:
        """Whether it is no longer to be used."""
        return "true" in self.texts(OWL.DEPRECATED)

    @property
    def properties(self) -> tuple[str, ...]:
        """The IRIs of the properties by which something is said of it, sorted."""
        return self.graph.predicates(self.iri)

    def values(self, property_: str) -> tuple[Term, ...]:
        """All values of a property."""
        return self.graph.objects(self.iri, property_)

    def texts(self, *properties: str) -> tuple[str, ...]:
        """The literal values of some properties, of each the one to show first."""
        return self.graph.texts(self.iri, *properties, languages=self.languages)

    def things(self, *properties: str) -> tuple[str, ...]:
        """The IRIs that are values of some properties."""
        return self.graph.iris(self.iri, *properties)


@dataclass(frozen=True)
class Lexicon:
    """What can be named, and what classes and properties are called.

    Args:
        entries: by their IRIs, sorted.
        labels: of classes, properties and concept schemes.
        broader: for a class the classes that it is a direct subclass of.
    """

    entries: Mapping[str, Entry]
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    broader: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def vocabularies(self) -> tuple[str, ...]:
        """The names of the vocabularies whose concepts it has, sorted."""
        return tuple(sorted({entry.vocabulary for entry in self.entries.values()} - {""}))

    def in_language(self, language: str) -> Lexicon:
        """The same, where names and texts in a language are shown before others."""
        entries = {iri: replace(one, languages=(language, *one.languages)) for iri, one in self.entries.items()}
        return replace(self, entries=entries)

    def label(self, iri: str) -> str:
        """What anything is called: an entry, a class, a property; the end of its IRI where nobody says."""
        if iri in self.entries:
            return self.entries[iri].label
        if iri in self.labels:
            return self.labels[iri]
        ending = iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2]
        return _INNER_CAPITAL.sub(lambda capital: f" {capital[0].lower()}", ending)


def vocabulary_graphs(reading: Reading) -> dict[str, str]:
    """The graphs of the vocabularies that are published, each with the name of its vocabulary."""
    prefix = vocabulary_graph("")
    graphs = (graph for graph in reading.graph_names() if graph.startswith(prefix) and not is_record(graph))
    return {graph: graph.removeprefix(prefix) for graph in graphs}


def read_lexicon(reading: Reading) -> Lexicon:
    """The lexicon of what a store has in force; of a store with very many plans it is a large one.

    Raises:
        LimitError: there is more than the store gives out in one answer.
    """
    vocabularies = {name: graph_triples(reading, graph) for graph, name in vocabulary_graphs(reading).items()}
    plans = triples(reading, "search-plans")
    ontology = graph_triples(reading, ONTOLOGY) if ONTOLOGY in reading.graph_names() else []
    return lexicon(plans, vocabularies, ontology)


def lexicon(
    plans: Iterable[Triple | Quad],
    vocabularies: Mapping[str, Iterable[Triple | Quad]],
    ontology: Iterable[Triple | Quad] = (),
) -> Lexicon:
    """The lexicon of some triples.

    Args:
        plans: what is said of elements of plans, of units and of terms.
        vocabularies: the triples of each vocabulary by its name.
        ontology: the labels of classes and properties, and which are subclasses of which.
    """
    graph = Graph(plans)
    entries = {iri: Entry(iri, "", graph, graph.languages_of(iri)) for iri in _things(graph)}
    others: dict[str, Entry] = {}
    for name in sorted(vocabularies):
        graph = Graph(vocabularies[name])
        for iri in _things(graph):
            (entries if graph.is_a(iri, SKOS.CONCEPT) else others)[iri] = Entry(iri, name, graph)
    graph = Graph(ontology)
    others |= {iri: Entry(iri, "", graph) for iri in _things(graph)}
    return Lexicon(
        {iri: entries[iri] for iri in sorted(entries) if entries[iri].names},
        {iri: entry.label for iri, entry in others.items() if entry.names},
        {iri: above for iri, entry in others.items() if (above := entry.things(RDFS.SUB_CLASS_OF))},
    )


def _things(graph: Graph) -> Iterator[str]:
    """The subjects that have IRIs."""
    return (iri for iri in graph.subjects() if not iri.startswith("_:"))
