"""The dataset that a query is asked of: by the protocol, by its FROM clauses, or the store's own.

SPARQL 1.1 Query, section 13.2, makes of several graphs one default graph, their RDF merge: a set of triples, in which
the blank nodes of two graphs stay apart. The engine asks such graphs one after the other instead, and counts a triple
of two of them twice (https://github.com/oxigraph/oxigraph/issues/1919, mended after its release 0.5.13). So the merge
is made here, in memory, and the engine is asked of that: nothing in the query has to change.

A query with GRAPH would need its named graphs there too, which may be all that there are. Where no triple and no blank
node stands in two of the default graphs, one after the other is their merge, and the engine is asked as it is.
"""

from __future__ import annotations

from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store, Triple  # noqa: TID251 - a merge

from stratgraph.assets import query_text
from stratgraph.errors import UsageError
from stratgraph.store.protocol import WHOLE, Dataset
from stratgraph.store.tokens import QUERY_FORMS, Token, split_tokens, without_iris

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

NO_FUNCTIONS: Final[Mapping[str, Any]] = MappingProxyType({})


class Datasets:
    """What queries of one store are asked of; may be used from several threads.

    The merge that was made last is kept, for the next query of the same dataset.

    Args:
        store: whose content does not change.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = Lock()
        self._merged: tuple[tuple[NamedNode, ...], tuple[NamedNode, ...], Store] | None = None
        self._apart: tuple[tuple[NamedNode, ...], bool] = ((), True)

    def evaluate(
        self, query: str, dataset: Dataset, functions: Mapping[str, Any] = NO_FUNCTIONS
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """The engine's answer to a query; ``dataset`` goes before FROM clauses (SPARQL 1.1 Protocol, section 2.1.4).

        Args:
            query: its text.
            dataset: by the protocol.
            functions: that the query calls beside SPARQL's, as the engine takes them.

        Raises:
            UsageError: the name of a graph is no IRI.
        """
        asked = _asked(query, dataset)
        if asked == WHOLE:
            return self.store.query(query, **functions)
        default = tuple(dict.fromkeys(map(named_node, asked.default_graphs)))
        named = tuple(dict.fromkeys(map(named_node, asked.named_graphs)))
        if len(default) > 1:
            # Without the word nothing reaches a named graph.
            reached = named if "GRAPH" in without_iris(query).upper() else ()
            if not reached or not self._are_apart(default):
                return self._merge(default, reached).query(
                    query, default_graph=DefaultGraph(), named_graphs=list(named), **functions
                )
        # Both lists, also an empty one: to the engine None is "all there are", and an empty list "none".
        return self.store.query(query, default_graph=list(default), named_graphs=list(named), **functions)

    def named_graphs(self, query: str, dataset: Dataset) -> tuple[str, ...]:
        """The IRIs of the named graphs that GRAPH reaches in a query, as :meth:`evaluate` would ask it."""
        asked = _asked(query, dataset)
        if asked != WHOLE:
            return tuple(dict.fromkeys(asked.named_graphs))
        return tuple(sorted(graph.value for graph in self.store.named_graphs() if isinstance(graph, NamedNode)))

    def _are_apart(self, graphs: tuple[NamedNode, ...]) -> bool:
        """Whether no triple and no blank node stands in two of them; False also where that is not found out."""
        with self._lock:
            if self._apart[0] != graphs:
                asked = query_text("graphs-apart")
                found = self.store.query(asked, default_graph=list(graphs), named_graphs=list(graphs))
                self._apart = graphs, bool(cast("QueryBoolean", found))
            return self._apart[1]

    def _merge(self, default: tuple[NamedNode, ...], named: tuple[NamedNode, ...]) -> Store:
        """A store whose default graph is the merge of some graphs, and which has some named graphs."""
        with self._lock:
            if self._merged is not None and self._merged[0] == default and (not named or self._merged[1] == named):
                return self._merged[2]
            self._merged = None  # its room is given back before another is taken
            store = Store()
            store.bulk_extend(self._merged_quads(default))
            for name in named:
                store.bulk_extend(self.store.quads_for_pattern(None, None, None, name))
            self._merged = default, named, store
            return store

    def _merged_quads(self, graphs: Iterable[NamedNode]) -> Iterator[Quad]:
        """The quads of some graphs in one, where a blank node that stands in two of them is two blank nodes."""
        seen: set[BlankNode] = set()
        for graph in graphs:
            apart = _Apart(seen)
            for quad in self.store.quads_for_pattern(None, None, None, graph):
                subject, value = quad.subject, quad.object
                if not isinstance(subject, NamedNode) or isinstance(value, (BlankNode, Triple)):
                    subject, value = apart.term(subject), apart.term(value)
                yield Quad(subject, quad.predicate, value)
            seen |= apart.met


class _Apart:
    """Gives blank nodes of one graph other labels where they stand in a graph before it.

    Args:
        taken: those of the graphs before it.
    """

    def __init__(self, taken: set[BlankNode]) -> None:
        self._taken = taken
        self._fresh: dict[BlankNode, BlankNode] = {}
        self.met: set[BlankNode] = set()

    def term(self, term: Any) -> Any:
        """The term as it stands in the merge."""
        if isinstance(term, BlankNode):
            self.met.add(term)
            return self._fresh.setdefault(term, BlankNode()) if term in self._taken else term
        if isinstance(term, Triple):
            return Triple(self.term(term.subject), term.predicate, self.term(term.object))
        return term


def _asked(query: str, dataset: Dataset) -> Dataset:
    return dataset if dataset != WHOLE else dataset_of(query)


def dataset_of(query: str) -> Dataset:
    """The dataset that the FROM clauses of a query make; the whole where it has none, or is not SPARQL."""
    return _said(query, split_tokens(query))[0] if "FROM" in query.upper() else WHOLE


def take_dataset(query: str, found: Sequence[Token]) -> tuple[str, Dataset]:
    """The query with blanks for its FROM clauses, and what they said; the whole dataset where there are none.

    Args:
        query: one that the engine has read.
        found: its tokens.
    """
    said, clauses = _said(query, found)
    kept = list(query)
    for start, end in clauses:
        kept[start:end] = [c if c == "\n" else " " for c in kept[start:end]]
    return "".join(kept), said


def in_full(prologue: str, names: Sequence[str]) -> tuple[str, ...] | None:
    """The IRIs that names in a query stand for, as the engine reads them: by PREFIX, BASE and escapes.

    Args:
        prologue: what stands before SELECT, ASK, CONSTRUCT or DESCRIBE.
        names: IRIs in angle brackets, and prefixed names.

    Returns:
        None where one of them is no name, or its prefix is not declared.
    """
    try:
        found = Store().query(f"{prologue}\n{query_text('names-in-full').replace('UNDEF', ' '.join(names))}")
    except SyntaxError:
        return None
    iris = tuple(row["iri"].value for row in cast("QuerySolutions", found) if isinstance(row["iri"], NamedNode))
    return iris if len(iris) == len(names) else None


def named_node(iri: str) -> NamedNode:
    """The node of an IRI that somebody gave; raises UsageError where it is none."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{iri!r} is not an IRI: {error}.", mend="Write it from its scheme on, https://…") from error


def _said(query: str, found: Sequence[Token]) -> tuple[Dataset, list[tuple[int, int]]]:
    """What the FROM clauses say, and where each begins and ends."""
    kinds: list[bool] = []
    clauses: list[tuple[int, int]] = []
    names: list[str] = []
    form: Token | None = None
    depth = 0
    for position, token in enumerate(found):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if token.text == "{" and depth == 1 and not found[position - 1].is_word("CONSTRUCT"):
            break  # FROM stands before the pattern, and behind a template
        if form is None and token.is_word(*QUERY_FORMS):
            form = token
        if token.is_word("FROM") and form is not None:
            is_named = position + 1 < len(found) and found[position + 1].is_word("NAMED")
            graph = next(iter(found[position + 1 + is_named :]), None)
            if graph is None:
                return WHOLE, []
            kinds.append(is_named)
            names.append(graph.text)
            clauses.append((token.start, graph.end))
    if form is None or not names:
        return WHOLE, []
    iris = in_full(query[: form.start], names)
    if iris is None:
        return WHOLE, []
    default = tuple(iri for iri, is_named in zip(iris, kinds, strict=True) if not is_named)
    named = tuple(iri for iri, is_named in zip(iris, kinds, strict=True) if is_named)
    return Dataset(default, named), clauses
