"""A query under explanation, and what the store is asked about it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.assets import query_text
from stratgraph.explanation.findings import finding
from stratgraph.explanation.outline import Group, Kind, Triple, properties, walk
from stratgraph.explanation.vocabulary import vocabulary
from stratgraph.graph import is_iri, text_of
from stratgraph.query import with_values
from stratgraph.results import TSV
from stratgraph.store import Forms, Screen, solutions
from stratgraph.store.tokens import NAMES, Token, tokens
from stratgraph.terms import RDF, prefixed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratgraph.explanation.findings import Finding, FindingKind
    from stratgraph.explanation.outline import Element, Outline
    from stratgraph.query import Value
    from stratgraph.store import Dataset, Reading, Term

    Row = dict[str, Term]

_SHOWN: Final = 80
_IN_GRAPH: Final = " in a graph"


class Question:
    """A query with what is known of it; each thing is asked of the store once.

    Args:
        outline: of the query.
        reading: is asked.
        dataset: that the query was asked of.
        base: the IRI that its relative IRIs are relative to.
    """

    def __init__(self, outline: Outline, reading: Reading, dataset: Dataset, base: str | None) -> None:
        self.outline = outline
        self.reading = reading
        self.vocabulary = vocabulary()
        self._dataset = dataset
        # SERVICE is refused.
        self._screen = Screen(base)
        self._uses: dict[str, frozenset[str]] = {}
        self._types: dict[str, frozenset[str]] = {}
        self._in_use: dict[str, frozenset[str]] = {}

    @cached_property
    def elements(self) -> tuple[tuple[tuple[Group, ...], Element], ...]:
        """Every element with the groups that it is in, from the outside; without what another server is asked."""
        found = walk(self.outline.body)
        return tuple((chain, one) for chain, one in found if all(group.kind is not Kind.SERVICE for group in chain))

    @cached_property
    def triples(self) -> tuple[tuple[tuple[Group, ...], Triple], ...]:
        """Every triple pattern with the groups that it is in."""
        return tuple((chain, one) for chain, one in self.elements if isinstance(one, Triple))

    # --- words

    def found(self, kind: FindingKind, at: int, text: str, what: str, mend: str = "", replacement: str = "") -> Finding:
        """A finding about what stands at an offset of the query."""
        return finding(self.outline.text, kind, at, text, what, mend, replacement=replacement)

    def name(self, iri: str) -> str:
        """An IRI as it can be written in this query: with a prefix that it declares, or in full."""
        for prefix, namespace in self.outline.prefixes.items():
            local = iri.removeprefix(namespace)
            if namespace and iri != local and local.replace("_", "").isalnum():
                return f"{prefix}:{local}"
        return f"<{iri}>"

    def called(self, iri: str) -> str:
        """An IRI in a sentence: with a prefix where there is one."""
        name = self.name(iri)
        return prefixed(iri) or name if name.startswith("<") else name

    # --- what the store is asked

    def uses(self, iri: str, *, in_graph: bool = False) -> frozenset[str]:
        """How a term is used: as a ``property``, a ``class``, a ``thing``; empty where it is not.

        Args:
            iri: of the term.
            in_graph: in named graphs, otherwise in the default graph.
        """
        if iri not in self._uses:
            self.look_up((iri,))
        found = self._uses[iri]
        if in_graph:
            return frozenset(one.removesuffix(_IN_GRAPH) for one in found if one.endswith(_IN_GRAPH))
        return frozenset(one for one in found if not one.endswith(_IN_GRAPH))

    def look_up(self, iris: Iterable[str]) -> None:
        """Asks of several terms at once how they are used."""
        fresh = [iri for iri in dict.fromkeys(iris) if iri not in self._uses]
        self._uses |= dict.fromkeys(fresh, frozenset())
        if fresh:
            for row in self.rows("explain-uses", term=nodes(fresh)):
                iri = text_of(row["term"])
                self._uses[iri] |= {text_of(row["use"])}

    def types(self, iri: str) -> frozenset[str]:
        """The classes of a thing that the query names."""
        if iri not in self._types:
            named = dict.fromkeys(
                one for _, triple in self.triples for name in (triple.subject, triple.object) if (one := self.iri(name))
            )
            self._types |= dict.fromkeys((*named, iri), frozenset())
            for row in self.rows("explain-types", thing=nodes(self._types)):
                thing = text_of(row["thing"])
                self._types[thing] |= {text_of(row["class"])}
        return self._types[iri]

    def terms_in_use(self, role: str) -> frozenset[str]:
        """The IRIs that triples have as a ``property``, or as a ``class``: a look at every triple, or at every type."""
        if role not in self._in_use:
            query = "explain-properties" if role == "property" else "explain-classes"
            self._in_use[role] = frozenset(text_of(row["term"]) for row in self.rows(query))
        return self._in_use[role]

    def rows(self, query: str, **values: Iterable[Value]) -> Iterator[Row]:
        """The solutions of a query of ours, asked of what the query itself was asked of."""
        text = query_text(query)
        for name, terms in values.items():
            text = with_values(text, name, terms)
        answer = solutions(self.reading, text, self._dataset)
        for row in answer.rows:
            yield {v: term for v, term in zip(answer.variables, row, strict=True) if term is not None}

    def has_solution(self, part: str) -> bool:
        """Whether a part of the query has one by itself; in it nothing is asked of another server."""
        text = self.outline.prologue + query_text("explain-step").replace("FILTER(true)", part)
        forms = Forms(solutions=TSV, graph=None)
        with self.reading.answer(text, forms, self._dataset, screen=self._screen) as answer:
            return b"true" in answer.read()

    # --- terms of the query

    def iri(self, name: str) -> str:
        """The IRI that a name in the query stands for; empty where it is a variable or a literal."""
        return self.outline.iri(name)

    def property_of(self, triple: Triple) -> str:
        """The IRI of the last property of a pattern, which its value is the value of; empty where that is not one."""
        parts = list(properties(triple.path))
        return self.iri(parts[-1].text) if all(one.is_plain for one in parts) else ""

    def is_type(self, triple: Triple) -> bool:
        """Whether a pattern says of which class something is."""
        return self.property_of(triple) == RDF.TYPE


def nodes(iris: Iterable[str]) -> list[NamedNode]:
    """IRIs as terms, without those that are none."""
    return [NamedNode(iri) for iri in iris if is_iri(iri)]


def strings(texts: Iterable[str]) -> list[Literal]:
    """Texts as terms."""
    return [Literal(text) for text in texts]


def names_in(text: str, at: int) -> Iterator[Token]:
    """The names in a piece of the query that begins at an offset, with their offsets in the query."""
    found = list(tokens(text))
    for before, token in zip((None, *found), found, strict=False):
        if token.kind in NAMES and not (before and before.text == "^^"):
            yield Token(token.kind, token.text, token.start + at)


def short(text: str) -> str:
    """A piece of a query in a sentence: on one line, and cut where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"
