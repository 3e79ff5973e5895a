"""A review as RDF: changes, and the W3C's ``sh:ValidationReport`` of the revision, all named by IRIs.

So it can be published as the named graph that it is: the nodes are below one IRI, and there are no blank ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stratgraph.identifiers import VersionIdentifiers, plan_identifiers, published_name
from stratgraph.profiles import profile
from stratgraph.review.model import ChangeKind, Standing
from stratgraph.review.outputs import phrases
from stratgraph.serialisation import turtle
from stratgraph.terms import DCTERMS, PROV, RDF, RDFS, SG, SH, XSD
from stratgraph.validation.outputs.as_turtle import result_triples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.errors import Location
    from stratgraph.review.model import Change, Review

    Term = NamedNode | BlankNode | Literal | Triple

_CLASSES: Final = {
    ChangeKind.ADDED: SG.ADDITION,
    ChangeKind.REMOVED: SG.REMOVAL,
    ChangeKind.MOVED: SG.MOVE,
    ChangeKind.REWORDED: SG.REWORDING,
    ChangeKind.TRANSLATED: SG.TRANSLATION,
    ChangeKind.REVALUED: SG.REVALUATION,
    ChangeKind.RELINKED: SG.RELINKING,
    ChangeKind.RENUMBERED: SG.RENUMBERING,
    ChangeKind.AMENDED: SG.AMENDMENT,
}


def render(review: Review) -> bytes:
    """The review in Turtle, below the IRI that its version's report would have."""
    base = report_iri(review)
    return turtle(triples(review, base), base=f"{review.plan}/", comment="The review of a revised plan, by stratgraph.")


def report_iri(review: Review) -> str:
    """The IRI of the report of the version that the revision would be."""
    version: VersionIdentifiers = plan_identifiers(review.plan).version(review.version)
    return version.report


def triples(review: Review, base: str) -> Iterator[Triple]:
    """The review, without blank nodes, in the same order each time.

    A result has, beside SHACL's own properties, ``sg:standing``, ``sg:mend`` and ``rdfs:label``, ``dcterms:source``
    (file and line), ``dcterms:bibliographicCitation`` (part of the document) and ``sg:stoodAt`` (the place in the
    version before of what the revision has no more), where these are known. What is
    fixed is part of the review (``dcterms:hasPart``) and no result of its report: the revision does not have it.

    Args:
        review: whose.
        base: IRI of the report; its changes are ``base/change/1`` and so on, its results ``base/result/1``.
    """
    node = NamedNode(base)
    # SHACL, section 3.6.1.1: true if and only if there is no result, of whatever severity.
    has_results = any(reviewed.standing is not Standing.FIXED for reviewed in review.findings)
    yield from _facts(
        node,
        [
            (RDF.TYPE, NamedNode(SG.REVIEW)),
            (RDF.TYPE, NamedNode(SH.VALIDATION_REPORT)),
            (RDFS.LABEL, Literal(f"Review of {review.title or review.plan}, version {review.version}", language="en")),
            (SH.CONFORMS, Literal(str(not has_results).lower(), datatype=NamedNode(XSD.BOOLEAN))),
            (PROV.WAS_DERIVED_FROM, NamedNode(review.against) if review.against else None),
            *((DCTERMS.CONFORMS_TO, NamedNode(profile(name.split()[0]).iri)) for name in review.shapes.profiles),
        ],
    )
    for number, change in enumerate(review.changes, 1):
        named = NamedNode(f"{base}/change/{number}")
        yield Triple(node, NamedNode(SG.HAS_CHANGE), named)
        yield from _change(named, change)
    rules = review.shapes.rules
    for number, reviewed in enumerate(review.findings, 1):
        named = NamedNode(f"{base}/result/{number}")
        is_fixed = reviewed.standing is Standing.FIXED
        yield Triple(node, NamedNode(DCTERMS.HAS_PART if is_fixed else SH.RESULT), named)
        yield Triple(named, NamedNode(SG.STANDING), Literal(reviewed.standing.value))
        finding = reviewed.finding
        yield from result_triples(named, finding, rules[finding.result.shape], _place(finding.where))
        yield from _facts(named, [(SG.STOOD_AT, _text(_place(reviewed.stood)))])


def _facts(node: NamedNode, facts: list[tuple[str, Term | None]]) -> Iterator[Triple]:
    for predicate, value in facts:
        if value is not None:
            yield Triple(node, NamedNode(predicate), value)


def _text(value: str | None, language: str | None = None) -> Literal | None:
    return Literal(value, language=language) if value else None


def _change(node: NamedNode, change: Change) -> Iterator[Triple]:
    yield from _facts(
        node,
        [
            (RDF.TYPE, NamedNode(_CLASSES[change.kind])),
            (SG.CHANGE_OF, NamedNode(change.subject)),
            (RDFS.LABEL, _text(change.label)),
            (SG.CHANGED_PROPERTY, NamedNode(change.property) if change.property else None),
            (SG.BEFORE, _text(change.old)),
            (SG.AFTER, _text(change.new)),
            (DCTERMS.SOURCE, _text(_place(change.where))),
            (SG.STOOD_AT, _text(_place(change.stood))),
            (DCTERMS.BIBLIOGRAPHIC_CITATION, _text(change.paragraph)),
        ],
    )


def _place(where: Location | None) -> str:
    """A place by the name of its file alone, for the report is published; empty where it is not known."""
    return phrases.place(where and replace(where, file=published_name(where.file or "")))
