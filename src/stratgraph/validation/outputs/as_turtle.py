"""A report as RDF: the W3C's ``sh:ValidationReport``, and beside it what we know more: place and mend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from stratgraph.identifiers import published_name
from stratgraph.terms import DCTERMS, PREFIXES, RDF, RDFS, SG, SH, XSD
from stratgraph.validation.rules import load_shapes

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
    written = serialize(_triples(report), format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    # The engine writes its prefixes in the order of a hash table.
    lines = written.decode("utf-8").split("\n")
    prefixes = sorted(line for line in lines if line.startswith("@prefix"))
    return "\n".join([*prefixes, *(line for line in lines if not line.startswith("@prefix"))]).rstrip() + "\n"


def _triples(report: Report) -> Iterator[Triple]:
    node = BlankNode("report")
    conforms = Literal(str(report.conforms).lower(), datatype=NamedNode(XSD.BOOLEAN))
    yield Triple(node, NamedNode(RDF.TYPE), NamedNode(SH.VALIDATION_REPORT))
    yield Triple(node, NamedNode(SH.CONFORMS), conforms)
    results = [(BlankNode(f"result{number}"), finding) for number, finding in enumerate(report.findings, 1)]
    for result, _ in results:
        yield Triple(node, NamedNode(SH.RESULT), result)
    rules = load_shapes(report.sets).rules
    for result, finding in results:
        rule = rules[finding.result.shape]
        yield from _result(result, finding)
        yield from _path(result, finding, rule)


def _result(node: BlankNode, finding: Finding) -> Iterator[Triple]:
    found = finding.result
    # By the name of its file alone: where that lies is nobody's business.
    place = str(replace(finding.where, file=published_name(finding.file))) if finding.file else ""
    yield Triple(node, NamedNode(RDF.TYPE), NamedNode(SH.VALIDATION_RESULT))
    facts: list[tuple[str, Term | None]] = [
        (SH.FOCUS_NODE, found.focus),
        (SH.VALUE, found.value),
        (SH.RESULT_SEVERITY, NamedNode(found.severity)),
        (SH.RESULT_MESSAGE, Literal(found.message, language="en")),
        (SH.SOURCE_CONSTRAINT_COMPONENT, NamedNode(found.component)),
        (SH.SOURCE_SHAPE, NamedNode(found.shape)),
        (SG.MEND, Literal(finding.mend, language="en")),
        (RDFS.LABEL, Literal(finding.label) if finding.label else None),
        (
            DCTERMS.SOURCE,
            Literal(place) if place else None,
        ),
        (DCTERMS.BIBLIOGRAPHIC_CITATION, Literal(finding.paragraph) if finding.paragraph else None),
    ]
    for predicate, value in facts:
        if value is not None:
            yield Triple(node, NamedNode(predicate), value)


def _path(node: BlankNode, finding: Finding, rule: Rule) -> Iterator[Triple]:
    if finding.result.path:
        yield Triple(node, NamedNode(SH.RESULT_PATH), NamedNode(finding.result.path))
    elif rule.path_node is not None:
        # A path of more than one property is a tree of blank nodes, and each result has its own.
        names = {cell: BlankNode(f"{node.value}path{number}") for number, cell in enumerate(_cells(rule), 1)}
        yield Triple(node, NamedNode(SH.RESULT_PATH), names[rule.path_node])
        for triple in rule.path_triples:
            value = names.get(triple.object, triple.object)
            yield Triple(names[triple.subject], triple.predicate, value)


def _cells(rule: Rule) -> list[Term]:
    return list(dict.fromkeys(triple.subject for triple in rule.path_triples))
