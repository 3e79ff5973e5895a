"""What can be named: elements of plans, their units and terms, concepts of vocabularies, with what is said of each.

Read from a store as a whole; whoever asks again and again keeps it for as long as the store's ``state`` is the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.asking import graph_triples, triples
from stratgraph.identifiers import record_graph, vocabulary_graph
from stratgraph.terms import DCTERMS, ONTOLOGY, OWL, RDF, RDFS, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import Quad, Triple

    from stratgraph.store import Store, Term

_NAMES: Final = (SKOS.PREF_LABEL, RDFS.LABEL, DCTERMS.TITLE, SKOS.ALT_LABEL, SKOS.HIDDEN_LABEL)
_TEXTS: Final = (SG.TEXT, SKOS.DEFINITION)
_INNER_CAPITAL: Final = re.compile(r"(?<=[a-z])[A-Z](?=[a-z])")
_LANGUAGES: Final = ("en", "")
"""A name in one of these is the first to be shown."""


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
        values: what is said of it, by property, each value once.
    """

    iri: str
    vocabulary: str
    values: Mapping[str, tuple[Term, ...]]

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All of its names, those that are preferred first, and among them those in English."""
        found = (
            Name(value.value.strip(), value.language or "")
            for property_ in _NAMES
            for value in sorted(self.values.get(property_, ()), key=_by_language)
            if isinstance(value, Literal)
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

    def texts(self, *properties: str) -> tuple[str, ...]:
        """The literal values of some properties, English or of no language before the others."""
        found = (value for name in properties for value in sorted(self.values.get(name, ()), key=_by_language))
        return tuple(value.value for value in found if isinstance(value, Literal))

    def things(self, *properties: str) -> tuple[str, ...]:
        """The IRIs that are values of some properties."""
        found = (value for name in properties for value in self.values.get(name, ()))
        return tuple(value.value for value in found if isinstance(value, NamedNode))


@dataclass(frozen=True)
class Lexicon:
    """What can be named, and what classes and properties are called.

    Args:
        entries: by their IRIs, sorted.
        labels: of classes, properties and concept schemes, in English where they are.
        broader: for a class the classes that it is a direct subclass of.
    """

    entries: Mapping[str, Entry]
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    broader: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def vocabularies(self) -> tuple[str, ...]:
        """The names of the vocabularies whose concepts it has, sorted."""
        return tuple(sorted({entry.vocabulary for entry in self.entries.values()} - {""}))

    def label(self, iri: str) -> str:
        """What anything is called: an entry, a class, a property; the end of its IRI where nobody says."""
        if iri in self.entries:
            return self.entries[iri].label
        if iri in self.labels:
            return self.labels[iri]
        ending = iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2]
        return _INNER_CAPITAL.sub(lambda capital: f" {capital[0].lower()}", ending)


def read_lexicon(store: Store) -> Lexicon:
    """The lexicon of what a store has in force; of a store with very many plans it is a large one.

    Raises:
        LimitError: there is more than the store gives out in one answer.
    """
    prefix = vocabulary_graph("")
    graphs = [name for name in store.graph_names() if name.startswith(prefix) and not name.endswith(record_graph(""))]
    vocabularies = {name.removeprefix(prefix): graph_triples(store, name) for name in graphs}
    plans = triples(store, "search-plans")
    ontology = graph_triples(store, ONTOLOGY) if ONTOLOGY in store.graph_names() else []
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
    entries: dict[str, Entry] = {}
    others: dict[str, Mapping[str, tuple[Term, ...]]] = {}
    for iri, values in _described(plans):
        entries[iri] = Entry(iri, "", values)
    for name in sorted(vocabularies):
        for iri, values in _described(vocabularies[name]):
            if NamedNode(SKOS.CONCEPT) in values.get(RDF.TYPE, ()):
                entries[iri] = Entry(iri, name, values)
            else:
                others[iri] = values
    others |= dict(_described(ontology))
    labels = {iri: entry.label for iri, values in others.items() if (entry := Entry(iri, "", values)).names}
    broader = {
        iri: above for iri, values in others.items() if (above := Entry(iri, "", values).things(RDFS.SUB_CLASS_OF))
    }
    return Lexicon({iri: entries[iri] for iri in sorted(entries) if entries[iri].names}, labels, broader)


def _described(triples: Iterable[Triple | Quad]) -> Iterator[tuple[str, Mapping[str, tuple[Term, ...]]]]:
    found: dict[str, dict[str, dict[Term, None]]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            values = found.setdefault(triple.subject.value, defaultdict(dict))
            values[triple.predicate.value][triple.object] = None
    for iri, values in found.items():
        yield iri, {name: tuple(said) if len(said) == 1 else _sorted(said) for name, said in values.items()}


def _sorted(values: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(sorted(values, key=str))


def _by_language(value: Term) -> tuple[int, str]:
    language = (value.language or "") if isinstance(value, Literal) else ""
    return _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES), language
