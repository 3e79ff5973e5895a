"""What is said of a thing, and how it stands: in force, withdrawn, or only in an earlier version or a record."""

from __future__ import annotations

import difflib
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.asking import rows, triples
from stratgraph.document import VALUES
from stratgraph.document import label as shortened
from stratgraph.graph import LABELS, Graph, best_first, is_in, is_made_of, text_of
from stratgraph.identifiers import names_above, natural_key, plans_above, vocabulary_graph, whole_number
from stratgraph.terms import BASE, COMMON_PREFIXES, DCTERMS, IDENTIFIERS, ORG, OWL, PROV, RDF, SG, SKOS, prefixed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stratgraph.store import Reading, Term

MOST_INCOMING: Final = 200
"""How many things that lead to one are given; one more is asked for, to know whether there are more."""

_GENERAL: Final = frozenset(
    (SG.PLAN_ELEMENT, SG.VALUE, SG.DOCUMENT_PART, SG.SPAN, ORG.ORGANIZATION, PROV.ENTITY, PROV.ACTIVITY)
)
"""Classes that say little of a thing which is of another one too."""

_VERSION: Final = re.compile(r"(?P<plan>.+)/version/(?P<number>\d+)(?P<part>/.+)?")
_VIEW: Final = "/view"
_NEAR: Final = 3
_MOST_ABOVE: Final = 8
"""How many wholes of an unknown IRI are looked at, a query for each: anybody may send one of a thousand slashes, and no
element lies so deep below what is known."""
_LIKE: Final = 0.6


class Standing(StrEnum):
    """How a thing stands."""

    CURRENT = "current"
    """The current view describes it."""
    WITHDRAWN = "withdrawn"
    """A version has dropped it; its name stays its own."""
    FORMER = "former"
    """Only earlier versions state it."""
    RECORDED = "recorded"
    """It belongs to a record: a version, a source, a statement, a decision, a report."""
    GRAPH = "graph"
    """It is the name of a graph, and nothing more is said of it."""
    MENTIONED = "mentioned"
    """Something leads to it, and nothing is said of it here."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as it is shown where something leads to it.

    Args:
        iri: of the thing.
        label: what it is called; made of its IRI where nothing says it.
        kinds: the labels of its classes, sorted.
        position: among its like; 0 where there is none.
        language: of its label; empty where it has none.
        code: of a concept, as people write it: ``SDG 9.c``; empty where it has none.
        when: of a baseline, target or actual value, and of which part of the whole it is: ``by 2030, Sex: female``;
            empty where neither is said.
        has_title: whether it is called by a title, and has a text beside.
    """

    iri: str
    label: str
    kinds: tuple[str, ...] = ()
    position: int = 0
    language: str = ""
    code: str = ""
    when: str = ""
    has_title: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """Sorts by class, place among its like, and IRI."""
        return self.kinds, self.position, natural_key(self.iri)


@dataclass(frozen=True, slots=True)
class Property:
    """A property and its values: of the thing, or the things that lead to it by the property."""

    iri: str
    label: str
    values: tuple[Named | Literal, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """What is published of a thing.

    Args:
        iri: of the thing.
        standing: how it stands.
        label: what it is called.
        language: of its label; empty where it has none.
        code: of a concept, as people write it; empty where it has none.
        languages: in which its texts are shown: those that were asked for, then that of its plan.
        when: of a baseline, target or actual value, and of which part of the whole it is: ``by 2030, Sex: female``;
            empty where neither is said.
        classes: of which it is, the telling ones first.
        ancestors: what it is a part of, the outermost first.
        properties: what is said of it, by the properties' labels; values in the order in which they are shown.
        incoming: what leads to it.
        is_cut: whether more leads to it than is given.
        graphs: the names of the graphs that say something of it.
        triples: the same as RDF, what leads to it included, with the labels of what it leads to.
    """

    iri: str
    standing: Standing
    label: str
    language: str
    code: str
    languages: tuple[str, ...]
    when: str
    classes: tuple[Named, ...]
    ancestors: tuple[Named, ...]
    properties: tuple[Property, ...]
    incoming: tuple[Property, ...]
    is_cut: bool
    graphs: tuple[str, ...]
    triples: tuple[Triple, ...] = field(repr=False)

    def of(self, property_iri: str) -> tuple[Named | Literal, ...]:
        """The values of a property."""
        return next((one.values for one in self.properties if one.iri == property_iri), ())

    def text(self, property_iri: str) -> str:
        """The first text among the values of a property; empty where there is none."""
        literal = self.literal(property_iri)
        return literal.value if literal else ""

    def literal(self, property_iri: str) -> Literal | None:
        """As :meth:`text`, with its language; None where there is none."""
        return next((value for value in self.of(property_iri) if isinstance(value, Literal)), None)

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages that something is said of it in, sorted."""
        values = (value for one in self.properties for value in one.values)
        return tuple(sorted({one.language for one in values if isinstance(one, Literal) and one.language}))

    def first(self, property_iri: str) -> Named | None:
        """The first thing that a property leads to."""
        return next((value for value in self.of(property_iri) if isinstance(value, Named)), None)

    def is_a(self, *classes: str) -> bool:
        """Whether it is of one of these classes."""
        return any(one.iri in classes for one in self.classes)


def describe(reading: Reading, iri: str, languages: tuple[str, ...] = ()) -> Description | None:
    """What is published of a thing; None where nothing is said of it and nothing leads to it.

    Args:
        reading: to ask.
        iri: of the thing.
        languages: in which its texts are shown, before that of its plan.

    Raises:
        UsageError: that is no IRI.
        StoreError, LimitError, RemoteError: as with ``Store.answer``.
    """
    said = triples(reading, "entity-description", entity=[iri])
    graph = Graph(said)
    if iri in graph:
        graphs = tuple(text_of(row["graph"]) for row in rows(reading, "entity-graphs", entity=[iri]))
        # A concept that its vocabulary has deprecated is described like others.
        is_withdrawn = "true" in graph.texts(iri, OWL.DEPRECATED) and not graph.has(iri, RDF.TYPE)
        standing = Standing.WITHDRAWN if is_withdrawn else Standing.CURRENT
        incoming = _incoming(reading, "entity-incoming", iri)
    else:
        said, standing, graphs = _elsewhere(reading, iri)
        incoming = _incoming(reading, "entity-incoming-elsewhere", iri)
    if not said and not incoming and standing is not Standing.GRAPH:
        said = triples(reading, "entity-uses", entity=[iri])
        if not said:
            return None
    return _described(reading, iri, standing, said, incoming, graphs, languages)


def is_known(reading: Reading, iri: str) -> bool:
    """Whether :func:`describe` has something to say, which is sooner told of what is in force."""
    return iri in Graph(triples(reading, "entity-description", entity=[iri])) or describe(reading, iri) is not None


def near_names(reading: Reading, iri: str) -> tuple[str, ...]:
    """IRIs like one that is unknown: it without a slash at its end or in small letters, or what it would stand beside.

    Of these there are others of the whole that it would be a part of, then that whole.
    """
    whole = iri.rstrip("/")
    variants = dict.fromkeys(one for one in (whole, iri.lower(), whole.lower()) if one != iri)
    if written := tuple(one for one in variants if is_known(reading, one)):
        return written
    for above in itertools.islice((one for one in names_above(whole) if not one.endswith("/")), _MOST_ABOVE):
        known = {text_of(row["neighbour"]) for row in rows(reading, "entity-neighbours", entity=[above])} - {iri}
        if known:
            # A number that is wrong is a smaller difference than a word.
            close = difflib.get_close_matches(iri, sorted(known, key=natural_key), n=_NEAR, cutoff=_LIKE)
            return (*close, above)[:_NEAR]
    return ()


def own_names(reading: Reading, own_base: str = "") -> tuple[str, ...]:
    """The IRIs of our own that the current view describes, sorted; without those with a fragment.

    Args:
        reading: to ask.
        own_base: what those of the operator begin with, which count among them; empty where there is none.
    """
    homes = (BASE, own_base) if own_base else (BASE,)
    return tuple(text_of(row["entity"]) for row in rows(reading, "entity-list", home=homes))


def names_of(reading: Reading, iris: Iterable[str], languages: tuple[str, ...] = ()) -> dict[str, Named]:
    """The things of these IRIs as they are shown, in the languages that are asked for before those of their plans."""
    wanted = tuple(dict.fromkeys(iris))
    return _names(_labels(reading, wanted), wanted, languages)


def texts_of(reading: Reading, iris: Iterable[str], languages: tuple[str, ...] = ()) -> dict[str, Literal]:
    """The texts of things in full, by their IRIs; what has none is left out. Languages as with :func:`names_of`."""
    wanted = tuple(dict.fromkeys(iris))
    labels = _labels(reading, wanted)
    found = {iri: labels.shown(iri, SG.TEXT, languages=(*languages, *labels.languages_of(iri))) for iri in wanted}
    return {iri: text for iri, text in found.items() if text}


def _labels(reading: Reading, iris: Iterable[str]) -> Graph:
    """What things, their plans and their classes are called."""
    wanted = tuple(dict.fromkeys(one for iri in iris for one in (iri, *plans_above(iri))))
    said = triples(reading, "entity-labels", thing=wanted) if wanted else []
    graph = Graph(said)
    # What is neither ours nor below a plan is in the current view or nowhere.
    homes = (BASE, *(f"{plan}/" for plan in graph.of_type(SG.STRATEGIC_PLAN)))
    if unknown := [iri for iri in wanted if iri not in graph and iri.startswith(homes)]:
        said += triples(reading, "entity-labels-elsewhere", thing=unknown)
        graph = Graph(said)
    if kinds := sorted({kind for iri in wanted for kind in graph.iris(iri, RDF.TYPE) if kind not in graph}):
        graph = Graph([*said, *triples(reading, "entity-labels", thing=kinds)])
    return graph


def _names(labels: Graph, iris: Iterable[str], languages: tuple[str, ...]) -> dict[str, Named]:
    return {iri: _named(iri, labels, languages) for iri in iris}


def short_name(iri: str) -> str:
    """What a thing is called whose label nobody says: a prefixed name, or the end of its IRI."""
    for prefix, namespace in COMMON_PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    version = _VERSION.fullmatch(iri)
    if version and not version["part"]:
        return f"Version {version['number']} of {version['plan'].removeprefix(IDENTIFIERS)}"
    return iri.removeprefix(IDENTIFIERS).removeprefix(BASE)


def _named(iri: str, labels: Graph, languages: tuple[str, ...]) -> Named:
    kinds = sorted({labels.label(kind) or short_name(kind) for kind in _telling(labels.iris(iri, RDF.TYPE))})
    positions = (whole_number(one) for one in labels.texts(iri, SG.POSITION))
    position = min((one for one in positions if one is not None), default=0)
    label, language = _called(iri, labels, languages, labels.languages_of(iri))
    of = (labels.period(iri), *labels.texts(iri, SG.BREAKDOWN)) if labels.is_a(iri, *VALUES) else ()
    when = ", ".join(filter(None, of))
    has_title = labels.has(iri, SG.TEXT) and label in labels.texts(iri, DCTERMS.TITLE)
    return Named(iri, shortened(label), tuple(kinds), position, language, _code(iri, labels), when, has_title)


def _code(iri: str, labels: Graph) -> str:
    """The shortest of its notations (``9.c`` of ``09.0c``), after its vocabulary's prefix, or name if ours."""
    code = min(labels.texts(iri, SKOS.NOTATION), key=lambda one: (len(one), one), default="")
    prefix, known, _ = prefixed(iri, COMMON_PREFIXES).partition(":")
    if iri.startswith(home := vocabulary_graph("")):
        prefix, known, _ = iri.removeprefix(home).partition("/")
    return f"{prefix.upper()} {code}" if code and known else code


def _called(iri: str, labels: Graph, asked: tuple[str, ...], languages: tuple[str, ...]) -> tuple[str, str]:
    """What it is called, and in which language; of a name that is made of its IRI that is empty.

    A name in a language that somebody asks for comes before a better kind of name in another one. A label that is the
    beginning of the text gives way to a title that says more.
    """
    for tag in asked:
        for name in LABELS:
            first = next(iter(labels.literals(iri, name, (tag,))), None)
            if first and first.value and is_in(first, tag):
                return _title_before(iri, labels, first)
    if shown := labels.shown(iri, *LABELS, languages=languages):
        return _title_before(iri, labels, shown)
    return labels.figure(iri, languages) or short_name(iri), ""


def _title_before(iri: str, labels: Graph, label: Literal) -> tuple[str, str]:
    """The title of an element, where its label in that language is made of its text; else the label."""
    language = label.language or ""
    texts, titles = (
        [one.value for one in labels.literals(iri, name) if (one.language or "") == language]
        for name in (SG.TEXT, DCTERMS.TITLE)
    )
    if texts and is_made_of(label.value, texts):
        return next((one for one in titles if not is_made_of(one, texts)), label.value), language
    return label.value, language


def _telling(classes: Iterable[str]) -> tuple[str, ...]:
    """The classes without those that are general, where there are others."""
    known = tuple(classes)
    return tuple(one for one in known if one not in _GENERAL) or known


def _elsewhere(reading: Reading, iri: str) -> tuple[list[Triple], Standing, tuple[str, ...]]:
    """What the named graphs say of a thing that the current view does not know; of versions the newest."""
    by_graph: dict[str, list[Triple]] = defaultdict(list)
    for row in rows(reading, "entity-elsewhere", entity=[iri]):
        property_node = NamedNode(text_of(row["property"]))
        by_graph[text_of(row["graph"])].append(Triple(NamedNode(iri), property_node, row["value"]))
    if not by_graph:
        return [], Standing.GRAPH if iri in reading.graph_names() else Standing.MENTIONED, ()
    stating = [name for name in by_graph if (match := _VERSION.fullmatch(name)) and not match["part"]]
    if stating:
        newest = max(stating, key=natural_key)
        return by_graph[newest], Standing.FORMER, (newest,)
    chosen = tuple(name for name in by_graph if not name.endswith(_VIEW))
    return [triple for name in chosen for triple in by_graph[name]], Standing.RECORDED, chosen


def _incoming(reading: Reading, query: str, iri: str) -> list[tuple[str, str]]:
    found = ((text_of(row["property"]), row["subject"]) for row in rows(reading, query, entity=[iri]))
    return [(name, subject.value) for name, subject in found if isinstance(subject, NamedNode)]


def _described(
    reading: Reading,
    iri: str,
    standing: Standing,
    said: list[Triple],
    incoming: list[tuple[str, str]],
    graphs: tuple[str, ...],
    asked: tuple[str, ...],
) -> Description:
    graph = Graph(said)
    ancestors = [text_of(row["ancestor"]) for row in rows(reading, "entity-ancestors", entity=[iri])]
    shown = incoming[:MOST_INCOMING]
    own = {name: graph.objects(iri, name) for name in graph.predicates(iri)}
    back: dict[str, list[Term]] = defaultdict(list)
    for property_iri, subject in shown:
        back[property_iri].append(NamedNode(subject))
    wanted = (iri, *ancestors, *own, *graph.iris(iri, *own), *(one for pair in shown for one in pair))
    labels = _labels(reading, wanted)
    names = _names(labels, wanted, asked)
    languages = (*asked, *labels.languages_of(iri))
    label, language = _called(iri, graph, asked, languages)
    kinds = graph.iris(iri, RDF.TYPE)
    telling = _telling(kinds)
    return Description(
        iri=iri,
        standing=standing,
        label=label,
        language=language,
        code=names[iri].code,
        languages=languages,
        when=names[iri].when,
        classes=tuple(sorted((names[one] for one in kinds), key=lambda one: (one.iri not in telling, one.label))),
        ancestors=tuple(names[one] for one in ancestors),
        properties=_properties(own, names, languages),
        incoming=_properties(back, names),
        is_cut=len(incoming) > MOST_INCOMING,
        graphs=graphs,
        triples=(*said, *(Triple(NamedNode(one), NamedNode(name), NamedNode(iri)) for name, one in shown)),
    )


def _properties(
    values: Mapping[str, Iterable[Term]], names: dict[str, Named], languages: tuple[str, ...] = ()
) -> tuple[Property, ...]:
    found: list[Property] = []
    for property_iri, terms in values.items():
        # A blank node has no name to be shown by: it is in the RDF.
        shown: tuple[Named | Literal, ...] = (
            *sorted((names[term.value] for term in terms if isinstance(term, NamedNode)), key=lambda one: one.key),
            *best_first((term for term in terms if isinstance(term, Literal)), languages),
        )
        if shown:
            found.append(Property(property_iri, names[property_iri].label, shown))
    return tuple(sorted(found, key=lambda one: (one.iri != RDF.TYPE, one.label.casefold(), one.iri)))
