"""Validation reports of others: what any SHACL engine found in any data, as findings with places in its files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode

from stratgraph.errors import Location, SourceError
from stratgraph.graph import Graph
from stratgraph.serialisation import read_rdf
from stratgraph.terms import SH, SH_NS, shortened
from stratgraph.validation.engines import Result
from stratgraph.validation.findings import SEVERITIES, SHOWN, Report, to_findings
from stratgraph.validation.paths import path_text
from stratgraph.validation.rules import Rule, ShapesGraph
from stratgraph.validation.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stratgraph.graph import Term

_RELATED: Final = "/#"
"""Behind the last of these stands the local name of an IRI."""


def read_report_of_others(report: bytes, *, file: str, data: Mapping[str, bytes]) -> Report:
    """A validation report that any engine wrote, of data that it was given.

    What a report may leave out is made up for: a severity is that of a Violation, a message says which constraint was
    broken, a shape without a name is known by its constraint. Results that others hold (``sh:detail``) are not among
    the findings.

    Args:
        report: in any form of RDF.
        file: its name, which says the form.
        data: the files that were validated, by their names, in the order in which they were read.

    Raises:
        SourceError: a file is not of its form, or the report has neither ``sh:conforms`` nor a result.
        UsageError: a name says no form of RDF.
    """
    graph = Graph(quad.triple for quad in read_rdf(report, file=file))
    reports = dict.fromkeys((*graph.of_type(SH.VALIDATION_REPORT), *graph.subjects(SH.CONFORMS)))
    if not reports:
        raise SourceError(
            "The file has no validation report.",
            where=Location(file=file),
            mend="Give the report first, with its sh:conforms and its results, and then the data.",
        )
    nodes = dict.fromkeys(node for one in reports for node in graph.objects(one, SH.RESULT))
    results = [_result(node, graph) for node in nodes if not isinstance(node, Literal)]
    trace = Trace.of_files(results, data) if results else None
    found = to_findings(results, _rules(results), _said_of(results, data) if results else Graph(()), trace)
    shapes = ShapesGraph((), (), _rules(results))
    return Report(found, tuple(data), "", shapes)


def _said_of(results: Iterable[Result], data: Mapping[str, bytes]) -> Graph:
    """What the data calls the things of the results."""
    named = {one for result in results for one in (result.focus, result.value)}
    quads = (quad for name, content in data.items() for quad in read_rdf(content, file=name))
    return Graph(quad.triple for quad in quads if quad.subject in named and quad.predicate.value in SHOWN)


def _result(node: Term, graph: Graph) -> Result:
    focus, path = graph.value(node, SH.FOCUS_NODE), graph.value(node, SH.RESULT_PATH)
    component = graph.iri(node, SH.SOURCE_CONSTRAINT_COMPONENT)
    shape = graph.iri(node, SH.SOURCE_SHAPE) or component or SH.VALIDATION_RESULT
    severity = graph.iri(node, SH.RESULT_SEVERITY) or f"{SH_NS}{SEVERITIES[0]}"
    message = graph.text(node, SH.RESULT_MESSAGE) or f"{_local(component or shape)} is not met."
    if severity.removeprefix(SH_NS) not in SEVERITIES:
        message, severity = f"{message} Its severity is <{severity}>.", f"{SH_NS}{SEVERITIES[1]}"
    route = path_text(path, graph) if path is not None else ""
    if route and route not in message:
        message = f"{message} Property: {shortened(route)}."
    value = graph.value(node, SH.VALUE)
    return Result(
        shape=shape,
        # A result without its focus node is no result by the specification, and is shown all the same.
        focus=focus if isinstance(focus, NamedNode | BlankNode | Literal) else BlankNode("unknown"),
        path=path.value if isinstance(path, NamedNode) else None,
        value=value if isinstance(value, NamedNode | BlankNode | Literal) else None,
        component=component,
        severity=severity,
        message=message,
        route=route,
    )


def _rules(results: Iterable[Result]) -> dict[str, Rule]:
    """A rule for each shape, by the local name of its IRI, or by all of it where several have that name."""
    first = {result.shape: result for result in reversed(list(results))}
    names = Counter(map(_local, first))
    return {
        iri: Rule(
            iri=iri,
            name=_local(iri) if names[_local(iri)] == 1 else iri,
            label="",
            severity=result.severity.removeprefix(SH_NS),
            message=result.message,
            mend="",
            explanation="",
            source="",
            path=result.route,
            path_triples=(),
            path_node=None,
            fixes=(),
            is_of_the_whole=False,
        )
        for iri, result in first.items()
    }


def _local(iri: str) -> str:
    return iri[max(map(iri.rfind, _RELATED)) + 1 :] or iri
