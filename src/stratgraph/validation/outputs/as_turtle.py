"""A report as RDF: the W3C's ``sh:ValidationReport``, and beside it what we know more: place and mend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stratgraph.identifiers import published_name
from stratgraph.serialisation import turtle_in_order
from stratgraph.terms import DCTERMS, RDF, RDFS, SG, SH, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.validation.findings import Finding, Report
    from stratgraph.validation.rules import Rule

    Term = NamedNode | BlankNode | Literal | Triple


def render(report: Report) -> str:
    """The report in Turtle; two runs over the same files give the same bytes.

    A result has, beside SHACL's own properties, ``sg:mend`` and ``rdfs:label``, ``dcterms:source`` (file and line) and
    ``dcterms:bibliographicCitation`` (part of the document), where these are known.
    """
    return turtle_in_order(_triples(report)).decode("utf-8")


def _triples(report: Report) -> Iterator[Triple]:
    node = BlankNode("report")
    # SHACL, section 3.6.1.1: true if and only if there is no result; Report.conforms lets Warnings pass.
    conforms = Literal(str(not report.findings).lower(), datatype=NamedNode(XSD.BOOLEAN))
    yield Triple(node, NamedNode(RDF.TYPE), NamedNode(SH.VALIDATION_REPORT))
    yield Triple(node, NamedNode(SH.CONFORMS), conforms)
    nodes = [BlankNode(f"result{number}") for number in range(1, len(report.findings) + 1)]
    yield from (Triple(node, NamedNode(SH.RESULT), result) for result in nodes)
    rules = report.shapes.rules
    for result, finding in zip(nodes, report.findings, strict=True):
        # By the name of its file alone: where that lies is nobody's business.
        place = str(replace(finding.where, file=published_name(finding.file))) if finding.file else ""
        yield from result_triples(result, finding, rules[finding.result.shape], place)


def result_triples(node: NamedNode | BlankNode, finding: Finding, rule: Rule, place: str) -> Iterator[Triple]:
    """One ``sh:ValidationResult``; below a node with an IRI everything has one, and there are no blank nodes.

    Args:
        node: of the result.
        finding: that it says.
        rule: that the finding breaks.
        place: in a file, as people read it; empty where it is not known.
    """
    found = finding.result
    facts: tuple[tuple[str, Term | None], ...] = (
        (RDF.TYPE, NamedNode(SH.VALIDATION_RESULT)),
        (SH.FOCUS_NODE, _named(found.focus, node, "focus")),
        (SH.VALUE, _named(found.value, node, "value")),
        (SH.RESULT_SEVERITY, NamedNode(found.severity)),
        (SH.RESULT_MESSAGE, Literal(found.message, language="en")),
        (SH.SOURCE_CONSTRAINT_COMPONENT, NamedNode(found.component)),
        (SH.SOURCE_SHAPE, NamedNode(found.shape)),
        (SG.MEND, Literal(finding.mend, language="en") if finding.mend else None),
        (RDFS.LABEL, Literal(finding.label) if finding.label else None),
        (DCTERMS.SOURCE, Literal(place) if place else None),
        (DCTERMS.BIBLIOGRAPHIC_CITATION, Literal(finding.paragraph) if finding.paragraph else None),
    )
    yield from (Triple(node, NamedNode(predicate), value) for predicate, value in facts if value is not None)
    if found.path:
        yield Triple(node, NamedNode(SH.RESULT_PATH), NamedNode(found.path))
    elif rule.path_node is not None:
        # A path of more than one property is a tree of nodes, and each result has its own.
        cells = dict.fromkeys(triple.subject for triple in rule.path_triples)
        names: dict[Term, NamedNode | BlankNode] = {
            cell: _part(node, f"path/{number}") for number, cell in enumerate(cells, 1)
        }
        yield Triple(node, NamedNode(SH.RESULT_PATH), names.get(rule.path_node, rule.path_node))
        for triple in rule.path_triples:
            yield Triple(names[triple.subject], triple.predicate, names.get(triple.object, triple.object))


def _named(term: Term | None, node: NamedNode | BlankNode, role: str) -> Term | None:
    """The term; one without a name in the data is named by its role in a result that has an IRI."""
    return _part(node, role) if isinstance(term, BlankNode) and isinstance(node, NamedNode) else term


def _part(node: NamedNode | BlankNode, name: str) -> NamedNode | BlankNode:
    if isinstance(node, NamedNode):
        return NamedNode(f"{node.value}/{name}")
    return BlankNode(f"{node.value}{name.replace('/', '')}")
