"""The SHACL engines behind one function: the fast one, and the reference that it is compared with.

``shacl`` (Rust) is the default; ``pyshacl`` on rdflib is the reference and is imported only when it is asked for. Both
get the same N-Triples, nothing is inferred, and what both give is a validation report of the W3C's, read by the same
function. Why these two: docs/decisions/0003-shacl-engine.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

import shacl
from cachetools import LRUCache
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph.errors import SourceError, UsageError
from stratgraph.graph import Graph
from stratgraph.terms import SH, XSD
from stratgraph.validation.paths import path_text
from stratgraph.validation.reading import n_triples
from stratgraph.validation.rules import ShapesGraph, superclasses
from stratgraph.validation.shape_queries import located

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.graph import Term

ENGINES: Final = ("shacl", "pyshacl")
"""The default first."""

_PREPARING: Final = Lock()

_KEPT: Final = 16
"""Of how many texts the results are kept, and, below, how many of one text."""

_MOST_RESULTS: Final = 1000

_MOST_PREPARED: Final = 32
"""So many shapes graphs are kept compiled: somebody may send one of their own each time."""

_last: LRUCache[tuple[str, ShapesGraph, bytes], frozenset[Result]] = LRUCache(_KEPT)
_LOOKING: Final = Lock()


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result.

    Args:
        shape: IRI of the shape that raised it; ``_:`` and a name where the shape has none.
        focus: the node that it is about.
        path: IRI of the property; None where the shape has no path, or one of more than one property (its rule has it).
        value: the value at fault, where the constraint names one.
        component: IRI of the constraint component.
        severity: IRI.
        message: of the shape, its variables filled in.
        route: the path as SPARQL writes it, whatever it is made of (``paths.path_text``); empty where there is none.
    """

    shape: str
    focus: NamedNode | BlankNode | Literal
    path: str | None
    value: NamedNode | BlankNode | Literal | None
    component: str
    severity: str
    message: str
    route: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a validation report says.

    Args:
        conforms: whether nothing was found, of whatever severity.
        results: all of them, in no order; some may be equal.
    """

    conforms: bool
    results: tuple[Result, ...]


class Engine(Protocol):
    """An engine that holds some shapes; may be used by several threads at once."""

    def outcome(self, data: str) -> Outcome:
        """What these shapes find in N-Triples.

        Raises:
            SourceError: the engine refuses the shapes or the data, or gives up.
        """


def validate(triples: Iterable[Triple], shapes: ShapesGraph, *, engine: str = ENGINES[0]) -> frozenset[Result]:
    """The results of these shapes on these triples and the ontology's superclasses.

    Args:
        triples: asserted data, without blank nodes: engines rename them, and a result could not be found again.
        shapes: of which sets.
        engine: one of ``ENGINES``.

    Raises:
        UsageError: there is no such engine.
    """
    return validate_text(n_triples(triples), shapes, engine=engine)


def validate_text(data: str, shapes: ShapesGraph, *, engine: str = ENGINES[0]) -> frozenset[Result]:
    """As ``validate``, of N-Triples.

    The last results are kept: each review of a plan asks again what is the matter with the version before.
    """
    key = engine, shapes, sha256(data.encode()).digest()
    with _LOOKING:
        kept = _last.get(key)
    if kept is not None:
        return kept
    results = frozenset(prepared(engine, shapes).outcome(data + _superclasses()).results)
    if len(results) <= _MOST_RESULTS:
        with _LOOKING:
            _last[key] = results
    return results


def prepared(engine: str, shapes: ShapesGraph) -> Engine:
    """An engine that holds these shapes, made once, however many threads ask for it at once.

    Raises:
        UsageError: there is no such engine.
        SourceError: it refuses the shapes, which are then the house's own.
    """
    with _PREPARING:
        try:
            return _prepared(engine, shapes)
        except SourceError as error:
            if not shapes.files:
                raise
            raise located(error, shapes.files, shapes.triples) from error


@lru_cache(_MOST_PREPARED)
def _prepared(engine: str, shapes: ShapesGraph) -> Engine:
    return engine_with(shapes.triples, engine=engine)


def engine_with(shapes: Iterable[Triple], *, engine: str) -> Engine:
    """An engine that holds any shapes.

    Raises:
        UsageError: there is no such engine.
        SourceError: it refuses the shapes; some do so only when they validate.
    """
    if engine not in ENGINES:
        raise UsageError(f"There is no SHACL engine {engine!r}.", mend=f"Use one of {', '.join(ENGINES)}.")
    return _Shacl(shapes) if engine == "shacl" else _Pyshacl(shapes)


@cache
def _superclasses() -> str:
    return n_triples(superclasses())


def named_in(results: Iterable[Result]) -> set[str]:
    """The IRIs of what the results are about and of their values."""
    return {n.value for result in results for n in (result.focus, result.value) if isinstance(n, NamedNode)}


def read_report(triples: Iterable[Triple]) -> Outcome:
    """What a validation report in RDF says; of several messages of one result the first."""
    graph = Graph(triples)
    (report,) = graph.subjects(SH.CONFORMS)
    results = tuple(_result(node, graph) for node in graph.objects(report, SH.RESULT))
    return Outcome(graph.text(report, SH.CONFORMS) == "true", results)


def _result(node: Term, graph: Graph) -> Result:
    def one(predicate: str) -> Any:
        return graph.value(node, predicate)

    path = one(SH.RESULT_PATH)
    return Result(
        shape=_text(one(SH.SOURCE_SHAPE)),
        focus=one(SH.FOCUS_NODE),
        path=path.value if isinstance(path, NamedNode) else None,
        value=one(SH.VALUE),
        component=_text(one(SH.SOURCE_CONSTRAINT_COMPONENT)),
        severity=_text(one(SH.RESULT_SEVERITY)),
        message=_text(one(SH.RESULT_MESSAGE)),
        route=path_text(path, graph) if path is not None else "",
    )


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term or "")


def _refused(engine: str, error: Exception) -> SourceError:
    return SourceError(f"The SHACL engine {engine} gave up: {error}.", mend="Look at the shapes, then at the data.")


class _Shacl:
    """The fast engine; the shapes are compiled once, and it lets other threads run while it validates."""

    def __init__(self, shapes: Iterable[Triple]) -> None:
        try:
            self._shapes = shacl.Shapes.from_text(n_triples(shapes), format="ntriples")
        except ValueError as error:
            raise _refused("shacl", error) from error

    def outcome(self, data: str) -> Outcome:
        try:
            report = self._shapes.validate_text(data, format="ntriples")
        except ValueError as error:
            raise _refused("shacl", error) from error
        if not len(report):
            return Outcome(bool(report.conforms), ())
        written = report.serialize("ntriples")
        return read_report(quad.triple for quad in parse(written, format=RdfFormat.N_TRIPLES))


class _Pyshacl:
    """The reference."""

    def __init__(self, shapes: Iterable[Triple]) -> None:
        from rdflib import Graph  # noqa: PLC0415, TID251 - as below

        self._shapes = _filled(Graph(), shapes)

    def outcome(self, data: str) -> Outcome:
        # Imported here because rdflib and pyshacl take longer to import than a plan takes to validate.
        import pyshacl  # noqa: PLC0415

        graph = _filled(_prepared_graph(), (quad.triple for quad in parse(data, format=RdfFormat.N_TRIPLES)))
        try:
            # In place: a clone would be a plain graph, which parses each query again for each focus node.
            _, report, _ = pyshacl.validate(
                graph, shacl_graph=self._shapes, inference="none", do_owl_imports=False, inplace=True
            )
        except Exception as error:  # rdflib raises it bare, where a query is not SPARQL
            raise _refused("pyshacl", error) from error
        if isinstance(report, Exception):
            raise _refused("pyshacl", report) from report
        return read_report(Triple(*map(_from_rdflib, triple)) for triple in report)


@cache
def _prepared_query(text: str) -> Any:
    from rdflib.plugins.sparql import prepareQuery  # noqa: PLC0415, TID251

    return prepareQuery(text)


def _prepared_graph() -> Any:
    """An rdflib graph that parses each query once, by rdflib's own prepared queries.

    pySHACL hands over a constraint's text for each focus node, and parsing it takes most of its time.
    """
    from rdflib import Graph  # noqa: PLC0415, TID251

    class PreparedGraph(Graph):
        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:
            query = _prepared_query(query_object) if isinstance(query_object, str) else query_object
            return super().query(query, *args, **kwargs)

    return PreparedGraph()


def _filled(graph: Any, triples: Iterable[Triple]) -> Any:
    for triple in triples:
        graph.add(tuple(map(_to_rdflib, triple)))
    return graph


def _to_rdflib(term: Any) -> Any:
    from rdflib import BNode, URIRef  # noqa: PLC0415, TID251
    from rdflib import Literal as RdflibLiteral  # noqa: PLC0415, TID251

    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if term.language:
        return RdflibLiteral(term.value, lang=term.language)
    # rdflib gives a plain literal no datatype, and would otherwise rewrite "01" as "1".
    datatype = None if term.datatype.value == XSD.STRING else URIRef(term.datatype.value)
    return RdflibLiteral(term.value, datatype=datatype, normalize=False)


def _from_rdflib(term: Any) -> Any:
    from rdflib import BNode, URIRef  # noqa: PLC0415, TID251

    if isinstance(term, URIRef):
        return NamedNode(str(term))
    if isinstance(term, BNode):
        return BlankNode(str(term))
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype or XSD.STRING)))
