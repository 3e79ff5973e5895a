"""The SHACL engines behind one function: the fast one, and the reference that it is compared with.

``shacl`` (Rust) is the default; ``pyshacl`` on rdflib is the reference and is imported only when it is asked for. Both
get the same triples, and nothing is inferred. Why these two: docs/decisions/0003-shacl-engine.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import shacl
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from stratgraph.errors import UsageError
from stratgraph.terms import SH, XSD
from stratgraph.validation.rules import ShapesGraph, load_shapes, superclasses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

ENGINES: Final = ("shacl", "pyshacl")
"""The default first."""


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result.

    Args:
        shape: IRI of the shape that raised it.
        focus: the node that it is about.
        path: IRI of the property; None where the shape has no path, or one of more than one property (its rule has it).
        value: the value at fault, where the constraint names one.
        component: IRI of the constraint component.
        severity: IRI.
        message: of the shape, its variables filled in.
    """

    shape: str
    focus: NamedNode | BlankNode | Literal
    path: str | None
    value: NamedNode | BlankNode | Literal | None
    component: str
    severity: str
    message: str


def validate(triples: Iterable[Triple], shapes: ShapesGraph, *, engine: str = ENGINES[0]) -> frozenset[Result]:
    """The results of these shapes on these triples and the ontology's superclasses.

    Args:
        triples: asserted data, without blank nodes: engines rename them, and a result could not be found again.
        shapes: of which sets.
        engine: one of ``ENGINES``.

    Raises:
        UsageError: there is no such engine.
    """
    if engine not in ENGINES:
        raise UsageError(f"There is no SHACL engine {engine!r}.", mend=f"Use one of {', '.join(ENGINES)}.")
    run = _run_shacl if engine == "shacl" else _run_pyshacl
    return frozenset(run([*triples, *superclasses()], shapes))


@cache
def _compiled(sets: tuple[str, ...]) -> Any:
    return shacl.Shapes.from_text(_n_triples(load_shapes(sets).triples), format="ntriples")


def _run_shacl(triples: list[Triple], shapes: ShapesGraph) -> Iterable[Result]:
    for found in _compiled(shapes.sets).validate_text(_n_triples(triples), format="ntriples").results:
        yield Result(
            shape=found.source_shape.strip("<>"),
            focus=_term(found.focus_node),
            path=_simple_path(found.path),
            value=_term(found.value) if found.value is not None else None,
            component=found.component_iri.strip("<>"),
            severity=found.severity_iri.strip("<>"),
            message=found.message or "",
        )


def _n_triples(triples: Iterable[Triple]) -> str:
    return (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode("utf-8")


def _simple_path(path: str | None) -> str | None:
    """The IRI, if the engine's rendering of a path is one property, ``<iri>``; others begin with ``^`` or ``(``."""
    if path is None or not path.startswith("<") or path.count("<") > 1 or not path.endswith(">"):
        return None
    return path[1:-1]


def _term(text: str) -> Any:
    """A term from its N-Triples syntax."""
    if text.startswith("<"):
        return NamedNode(text[1:-1])
    if text.startswith("_:"):
        return BlankNode(text[2:])
    (quad,) = parse(f"<{SH.VALUE}> <{SH.VALUE}> {text} .", format=RdfFormat.N_TRIPLES)
    return quad.object


def _run_pyshacl(triples: list[Triple], shapes: ShapesGraph) -> Iterable[Result]:
    # Imported here because rdflib and pyshacl take longer to import than a plan takes to validate.
    import pyshacl  # noqa: PLC0415
    from rdflib import Graph, URIRef  # noqa: PLC0415, TID251

    data, rules = _prepared_graph(), Graph()
    for graph, content in ((data, triples), (rules, shapes.triples)):
        for triple in content:
            graph.add((_to_rdflib(triple.subject), _to_rdflib(triple.predicate), _to_rdflib(triple.object)))
    # In place: a clone would be a plain graph, which parses each query again for each focus node.
    _, report, _ = pyshacl.validate(data, shacl_graph=rules, inference="none", do_owl_imports=False, inplace=True)

    def one(node: Any, predicate: str) -> Any:
        return report.value(node, URIRef(predicate))

    for node in report.objects(None, URIRef(SH.RESULT)):
        path, value = one(node, SH.RESULT_PATH), one(node, SH.VALUE)
        yield Result(
            shape=str(one(node, SH.SOURCE_SHAPE)),
            focus=_from_rdflib(one(node, SH.FOCUS_NODE)),
            path=str(path) if isinstance(path, URIRef) else None,
            value=_from_rdflib(value) if value is not None else None,
            component=str(one(node, SH.SOURCE_CONSTRAINT_COMPONENT)),
            severity=str(one(node, SH.RESULT_SEVERITY)),
            message=str(one(node, SH.RESULT_MESSAGE) or ""),
        )


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
