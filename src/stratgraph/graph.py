"""A graph in hand: triples, looked up by subject, predicate, object and class, always in the same order.

IRIs go in and come out as strings, so a term of ``stratgraph.terms`` is an argument as it stands. A blank node is the
string ``_:`` and its label. :func:`said` writes triples in the same terms.

**Which of several texts is shown** is one rule for the whole house. The languages that the caller names come first, in
their order; then those of the graph, which are its plan's; then English; then all others by their tag, a text without a
tag before them; texts in one language by their characters. Tags compare without regard to case. A language that is
asked for is met first by its own tag, then by longer ones (``en`` by ``en-GB``), then by what is left when its last
subtags are taken away one by one (``fr-CH`` by ``fr``, then by ``fr-CA``), as in the lookup of RFC 4647. The empty
language stands for texts without a tag.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph.assets import read_asset
from stratgraph.errors import UsageError
from stratgraph.identifiers import natural_key, plans_above
from stratgraph.terms import BASE, DCTERMS, RDF, RDFS, SG, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyoxigraph import Quad

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Node: TypeAlias = str | Term
"""How a graph is asked about something: by its IRI as a string, or by the term."""

LABELS: Final = (RDFS.LABEL, SKOS.PREF_LABEL, DCTERMS.TITLE, SG.TEXT)
"""What a thing is called: the first of these properties that it has."""

ENGLISH: Final = "en"
"""The language of what the program says itself."""


class Fact(NamedTuple):
    """A triple without blank nodes and quoted triples."""

    subject: NamedNode
    predicate: NamedNode
    object: NamedNode | Literal


def facts(triples: Iterable[Triple | Quad]) -> Iterator[Fact]:
    """The triples as facts, in their order.

    Raises:
        UsageError: one has a blank node or a quoted triple.
    """
    for triple in triples:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
            raise _not_ground(str(triple))
        yield Fact(subject, triple.predicate, value)


def _not_ground(what: str) -> UsageError:
    return UsageError(
        f"A blank node or quoted triple has no place in a plan: {what}.", mend="Give every node of the plan an IRI."
    )


def text_of(term: object) -> str:
    """The IRI or the text of a term; empty for a blank node, a quoted triple, and None."""
    return term.value if isinstance(term, NamedNode | Literal) else ""


def is_iri(text: str) -> bool:
    """Whether a text is an IRI, with a scheme."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def said(subject: str, *pairs: tuple[str, str | int | NamedNode | Literal | None]) -> Iterator[Triple]:
    """The triples by which something is said of a subject.

    Args:
        subject: its IRI.
        pairs: a property and its value each: an IRI as a string, a number, or a term. Where the value is None or an
            empty string, nothing is said.
    """
    node = NamedNode(subject)
    for predicate, value in pairs:
        if value is None or value == "":
            continue
        term = NamedNode(value) if isinstance(value, str) else Literal(value) if isinstance(value, int) else value
        yield Triple(node, NamedNode(predicate), term)


def words(text: str | None, language: str = "") -> Literal | None:
    """A text as a value; None where there is none, or an empty one. Without a language it is a plain string."""
    return Literal(text, language=language or None) if text else None


def listed(
    members: Sequence[NamedNode | BlankNode], cell: Callable[[], BlankNode] = BlankNode
) -> tuple[NamedNode | BlankNode, tuple[Triple, ...]]:
    """An RDF list: its head, which of an empty one is ``rdf:nil``, and its triples (RDF Schema 1.1, section 5.2).

    Args:
        members: in their order.
        cell: makes the node of each.
    """
    nodes = [cell() for _ in members]
    ends: list[NamedNode | BlankNode] = [*nodes, NamedNode(RDF.NIL)]
    cells = zip(nodes, members, ends[1:], strict=True)
    return ends[0], tuple(
        triple
        for node, member, rest in cells
        for triple in (Triple(node, NamedNode(RDF.FIRST), member), Triple(node, NamedNode(RDF.REST), rest))
    )


def english(text: str) -> Literal | None:
    """A text in English as a value; None where it is empty."""
    return words(text, ENGLISH)


def moment(time: date | None) -> Literal | None:
    """A time or a day as a value; None where it is not known."""
    if time is None:
        return None
    return Literal(time.isoformat(), datatype=NamedNode(XSD.DATE_TIME if isinstance(time, datetime) else XSD.DATE))


_DECIMAL: Final = re.compile(r"(?P<sign>[+-]?)0*(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*?)0*)?")


def decimal(text: str) -> Literal | None:
    """A number as an xsd:decimal, as a store writes it: ``12500``, ``0.5``; None where the text is no decimal.

    XML Schema 1.1 part 2, section 3.3.3: digits with a point at most, without exponent and without separators.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None or not any(map(str.isdigit, text)):
        return None
    digits = f"{match['whole'] or '0'}.{match['part'] or ''}".rstrip(".")
    sign = "-" if match["sign"] == "-" and digits != "0" else ""
    return Literal(f"{sign}{digits}", datatype=NamedNode(XSD.DECIMAL))


def day(text: str) -> Literal | None:
    """A day as an xsd:date, from ``2014-12-31``; None where the text is no day of the calendar."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return moment(found) if found.isoformat() == text else None


def best_first(literals: Iterable[Literal], languages: Iterable[str] = ()) -> list[Literal]:
    """Literals in the order in which they are shown; the first is the one to show where there is room for one.

    Args:
        literals: in any order; each is given once.
        languages: tags, the preferred one first; English comes after them.
    """
    wanted = tuple(languages)
    return sorted(set(literals), key=lambda literal: _literal_key(literal, wanted))


def primary(tag: str | None) -> str:
    """The primary subtag of a language, in lower case: ``en`` of ``en-GB``; empty where there is no tag."""
    return (tag or "").partition("-")[0].lower()


def is_in(literal: Literal, language: str) -> bool:
    """Whether a text is in a language, or in a kind of it: the primary subtags are the same."""
    return primary(literal.language) == primary(language)


def is_made_of(label: str, texts: Iterable[str]) -> bool:
    """Whether a label is the beginning of one of the texts, perhaps behind a kind and number with a colon."""
    stem = " ".join(label.removesuffix("…").split())
    return any(" ".join(text.split()).startswith((stem, stem.partition(": ")[2] or stem)) for text in texts)


class Graph:
    """Triples in hand. It does not change; what is not in it has no values, and is no error.

    Args:
        triples: in any order; doubles do not matter.
        languages: tags of the languages of the plan that the triples are of. Of several texts they are shown first.
    """

    def __init__(self, triples: Iterable[Triple | Quad | Fact], *, languages: Iterable[str] = ()) -> None:
        self.languages = tuple(languages)
        # Values as they came. A lookup puts the several values of a property in order, and keeps them so.
        self._said: dict[str, dict[str, list[Term]]] = {}
        self._ordered: dict[tuple[str, str], tuple[Term, ...]] = {}
        self._leading: dict[str, dict[str, list[str]]] = {}
        said = self._said
        for triple in triples:
            subject = triple.subject
            name = subject.value if isinstance(subject, NamedNode) else str(subject)
            said.setdefault(name, {}).setdefault(triple.predicate.value, []).append(triple.object)

    @classmethod
    def ground(cls, triples: Iterable[Triple | Quad], *, languages: Iterable[str] = ()) -> Self:
        """The graph of triples that have no blank nodes: where data enters, so that nobody has to ask again.

        Raises:
            UsageError: one has a blank node or a quoted triple.
        """
        graph = cls(triples, languages=languages)
        for name, said in graph._said.items():
            for predicate, objects in said.items():
                for value in objects:
                    if name.startswith("_:") or not isinstance(value, NamedNode | Literal):
                        raise _not_ground(f"{name} {predicate} {value}")
        return graph

    def __iter__(self) -> Iterator[str]:
        """Its subjects in the order in which the triples came, for files whose order says something."""
        return iter(self._said)

    def __contains__(self, subject: Node) -> bool:
        """Whether anything is said of it."""
        return node_name(subject) in self._said

    def subjects(self, predicate: str = "", value: Node | None = None) -> tuple[str, ...]:
        """What something is said of, in natural order.

        Args:
            predicate: only where it is said by this property.
            value: only where this is its value.
        """
        if value is None:
            found = (name for name, said in self._said.items() if not predicate or predicate in said)
            return tuple(sorted(found, key=natural_key))
        if predicate not in self._leading:
            self._leading[predicate] = self._by_value(predicate)
        return tuple(sorted(self._leading[predicate].get(node_name(value), ()), key=natural_key))

    def of_type(self, *classes: str) -> tuple[str, ...]:
        """What is of one of the classes, in natural order."""
        if len(classes) == 1:
            return self.subjects(RDF.TYPE, classes[0])
        found = {name for class_iri in classes for name in self.subjects(RDF.TYPE, class_iri)}
        return tuple(sorted(found, key=natural_key))

    def predicates(self, subject: Node) -> tuple[str, ...]:
        """The properties by which something is said of it, sorted."""
        return tuple(sorted(self._said.get(node_name(subject), ())))

    def objects(self, subject: Node, predicate: str) -> tuple[Term, ...]:
        """The values of a property: IRIs in natural order, literals as they are shown, then all others."""
        name = subject if isinstance(subject, str) else node_name(subject)
        said = self._said.get(name)
        found = said.get(predicate) if said else None
        if not found:
            return ()
        if len(found) == 1:
            return (found[0],)
        if (name, predicate) not in self._ordered:
            self._ordered[name, predicate] = tuple(sorted(set(found), key=self._key))
        return self._ordered[name, predicate]

    def values(self, subject: Node, predicate: str) -> tuple[NamedNode | Literal, ...]:
        """The IRIs and literals among the values of a property; in a ground graph these are all."""
        return tuple(one for one in self.objects(subject, predicate) if isinstance(one, NamedNode | Literal))

    def value(self, subject: Node, predicate: str) -> Term | None:
        """The first value of a property; None where it has none."""
        return next(iter(self.objects(subject, predicate)), None)

    def members(self, head: Node) -> Iterator[Term]:
        """The members of the RDF list that begins at a node."""
        cell: Node | None = head
        while cell is not None and (member := self.value(cell, RDF.FIRST)) is not None:
            yield member
            cell = self.value(cell, RDF.REST)

    def has(self, subject: Node, predicate: str, *values: Node) -> bool:
        """Whether a property has one of these values; without any, whether it has a value at all."""
        found = self._said.get(node_name(subject), {}).get(predicate, ())
        wanted = set(map(node_name, values))
        return any(node_name(one) in wanted for one in found) if values else bool(found)

    def is_a(self, subject: Node, *classes: str) -> bool:
        """Whether it is of one of the classes."""
        return self.has(subject, RDF.TYPE, *classes)

    def iris(self, subject: Node, *predicates: str) -> tuple[str, ...]:
        """The IRIs that properties lead to: those of the first property first, each in natural order."""
        # Lists: a generator for each of some ten thousand questions takes as long as the answers.
        return tuple(
            [one.value for name in predicates for one in self.objects(subject, name) if isinstance(one, NamedNode)]
        )

    def iri(self, subject: Node, predicate: str) -> str:
        """The first IRI that a property leads to; empty where there is none."""
        return next(iter(self.iris(subject, predicate)), "")

    def literals(self, subject: Node, predicate: str, languages: Iterable[str] = ()) -> tuple[Literal, ...]:
        """The literals of a property in the order in which they are shown.

        Args:
            subject: of which it is said.
            predicate: the property.
            languages: tags that come before those of the graph.
        """
        found = tuple([one for one in self.objects(subject, predicate) if isinstance(one, Literal)])
        return tuple(best_first(found, (*languages, *self.languages))) if languages and len(found) > 1 else found

    def texts(self, subject: Node, *predicates: str, languages: Iterable[str] = ()) -> tuple[str, ...]:
        """The texts of properties as :meth:`literals` has them, those of the first property first."""
        return tuple(one.value for name in predicates for one in self.literals(subject, name, languages))

    def text(self, subject: Node, *predicates: str, languages: Iterable[str] = ()) -> str:
        """The text to show: of the first property that has one; empty where none has."""
        shown = self.shown(subject, *predicates, languages=languages)
        return shown.value if shown else ""

    def shown(self, subject: Node, *predicates: str, languages: Iterable[str] = ()) -> Literal | None:
        """As :meth:`text`, with its language; None where none has one."""
        for name in predicates:
            for literal in self.literals(subject, name, languages)[:1]:
                if literal.value:
                    return literal
        return None

    def label(self, subject: Node, languages: Iterable[str] = ()) -> str:
        """What it is called (:data:`LABELS`), of a value without words its number; empty where nothing says it.

        Args:
            subject: the thing.
            languages: tags that come before those of the graph.
        """
        return self.text(subject, *LABELS, languages=languages) or self.figure(subject, languages)

    def figure(self, subject: Node, languages: Iterable[str] = ()) -> str:
        """The number of a value and its unit, ``12500 jobs``; empty where it has no number."""
        number = self.text(subject, SG.NUMERIC_VALUE)
        unit = self.text(subject, SG.UNIT_OF_MEASURE, languages=languages)
        return " ".join(filter(None, (number, unit))) if number else ""

    def period(self, subject: Node) -> str:
        """When a value is of, in whole years as far as it goes: ``2028``, ``2026–2030``, of a target ``by 2030``.

        Empty where it says no day.
        """
        start, end = (self.text(subject, name) for name in (SG.START_DATE, SG.END_DATE))
        if end and not start:
            day = end.removesuffix("-12-31")
            return f"by {day}" if self.is_a(subject, SG.TARGET) else day
        if start and not end:
            return f"from {start}"
        if start.endswith("-01-01") and end.endswith("-12-31"):
            start, end = start.removesuffix("-01-01"), end.removesuffix("-12-31")
        return "–".join(dict.fromkeys(filter(None, (start, end))))

    def languages_of(self, thing: Node) -> tuple[str, ...]:
        """The main language of the plan that a thing belongs to, by its IRI or by what it says; of several, of each.

        It is the one that the plan says, or that of the title which is shown where nobody asks for a language. For
        graphs of several plans; a graph of one plan has its languages itself. Above an IRI of others there may be
        anything: only what the graph calls a plan is one.
        """
        name = node_name(thing)
        above = plans_above(name)
        if not name.startswith(BASE):
            above = tuple(one for one in above if self.is_a(one, SG.STRATEGIC_PLAN))
        plans = dict.fromkeys((*above, *self.iris(thing, SG.IN_PLAN)))
        found = (self.main_language(plan) for plan in plans)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def main_language(self, plan: Node) -> str | None:
        """The tag of the language that a plan is shown in, in lower case; None where it has no title."""
        if said := self.text(plan, SG.MAIN_LANGUAGE):
            return said.lower()
        titles = self.literals(plan, DCTERMS.TITLE)
        return (titles[0].language or "") if titles else None

    def _by_value(self, predicate: str) -> dict[str, list[str]]:
        """The subjects of a property by its values; made when somebody asks from that side."""
        found: dict[str, list[str]] = {}
        for subject, said in self._said.items():
            for value in dict.fromkeys(said.get(predicate, ())):
                found.setdefault(node_name(value), []).append(subject)
        return found

    def _key(self, term: Term) -> tuple[object, ...]:
        if isinstance(term, NamedNode):
            return 0, natural_key(term.value)
        return (1, *_literal_key(term, self.languages)) if isinstance(term, Literal) else (2, str(term))


def node_name(term: Node) -> str:
    """What a term is known by in a graph: its IRI, ``_:`` and the label of a blank node, or as N-Triples writes it."""
    if isinstance(term, str):
        return term
    return term.value if isinstance(term, NamedNode) else str(term)


def _literal_key(literal: Literal, languages: tuple[str, ...]) -> tuple[object, ...]:
    # The datatype comes last: two literals of one text are still two.
    return (*language_rank(literal.language or "", languages), literal.value, str(literal))


@lru_cache(maxsize=1024)
def language_rank(tag: str, languages: tuple[str, ...]) -> tuple[int, int, int, str]:
    """Sorts tags: by the first language that one meets, how much that is shortened, how much longer the tag is.

    English comes after the languages, and then all others by their tags.
    """
    tag = tag.lower()
    subtags = tag.split("-")
    for place, language in enumerate((*languages, ENGLISH)):
        wanted = language.lower().split("-")
        shared = next((n for n, pair in enumerate(zip(subtags, wanted, strict=False)) if pair[0] != pair[1]), None)
        shared = min(len(subtags), len(wanted)) if shared is None else shared
        if shared:
            return place, len(wanted) - shared, len(subtags) - shared, tag
    return len(languages) + 1, 0, 0, tag


@cache
def ontology() -> Graph:
    """What our ontology says of its classes and properties."""
    return Graph(parse(read_asset("ontology", "stratgraph.ttl"), format=RdfFormat.TURTLE))
