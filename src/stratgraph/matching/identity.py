"""A revision under the IRIs that its elements have for good."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.document import Decision, Evidence, label
from stratgraph.errors import Location, UsageError
from stratgraph.graph import text_of
from stratgraph.matching.model import UNCHANGED
from stratgraph.matching.outline import outline_of
from stratgraph.statements import renamed
from stratgraph.terms import OWL, RDF, RDFS, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from stratgraph.matching.model import Match
    from stratgraph.matching.outline import Outline
    from stratgraph.statements import StatedPlan

CARRIED: Final = "match-dropped-earlier"
"""Name of the decision that marks of elements dropped by earlier versions stay."""

_TRUE: Final = Literal("true", datatype=NamedNode(XSD.BOOLEAN))


def identified(
    new: StatedPlan | Outline, old: StatedPlan | Outline, matches: Iterable[Match], *, is_revision: bool = True
) -> StatedPlan:
    """The revision with nothing provisional in it.

    Args:
        new: as it was read, or its outline.
        old: the version before, or its outline.
        matches: what :func:`stratgraph.matching.match` made of both.
        is_revision: whether what the one has no more is dropped; else the two are one version in two forms.

    Returns:
        Elements have the place of their match, and what is named after them follows. Each match that says more than
        "same place and text" is a decision that the element's type rests on. A source that names none of its elements,
        or whose form withdraws what it leaves out (``StatedPlan.withdraws``), need not say that one is deprecated:
        those that it has no more leave ``owl:deprecated`` and their label, and what earlier versions left stays. Any
        other source has to say so itself.

    Raises:
        UsageError: a provisional element has no match.
    """
    matches = tuple(matches)
    outline, former = outline_of(new), outline_of(old)
    revision = outline.plan
    names = {item.iri: item.iri for item in outline.items.values()}
    for one in matches:
        if one.new:
            known = former.by_place.get(one.old)
            names[outline.by_place[one.new].iri] = known.iri if known else revision.identifiers.place_iri(one.place)
    forgotten = revision.provisional - {outline.by_place[one.new].iri for one in matches if one.new}
    if forgotten:
        raise UsageError(
            f"{len(forgotten)} elements of the revision have no match.",
            where=Location(file=revision.file, element=min(forgotten)),
            mend="Match this revision, and not another one.",
        )
    told = {
        names[outline.by_place[one.new].iri]: Decision(
            _name(one), _reason(one, outline, former), by_rule=not one.is_decided
        )
        for one in matches
        if one.new and (one.how != UNCHANGED or one.is_decided)
    }
    plan = renamed(revision, _renaming(names))
    statements = dict(plan.statements)
    for triple, evidence in plan.statements.items():
        if triple.predicate.value == RDF.TYPE:
            decision = told.get(text_of(triple.subject))
            statements[triple] = evidence | _rests_on(decision) if decision else evidence
    left: dict[Triple, Decision] = {}
    described = {text_of(triple.subject) for triple in statements}
    is_nameless = bool(revision.provisional) and revision.provisional >= outline.items.keys()
    if is_revision and (revision.withdraws or is_nameless):
        dropped = (one for one in matches if not one.new)
        gone = _tombstones(former.plan) | {
            triple: Decision(_name(one), _reason(one, outline, former))
            for one in dropped
            for triple in _tombstone(former.by_place[one.old].iri, former.plan)
        }
        left = {triple: decision for triple, decision in gone.items() if text_of(triple.subject) not in described}
    statements |= {triple: _rests_on(decision) for triple, decision in left.items()}
    return replace(
        plan,
        statements=statements,
        decisions=(*plan.decisions, *dict.fromkeys((*told.values(), *left.values()))),
        provisional=frozenset(),
    )


def _renaming(names: Mapping[str, str]) -> Callable[[str], str]:
    """From each element's IRI to its new one, all at once; what is named below an element goes with the nearest."""

    def name(iri: str) -> str:
        head, tail = iri, ""
        while head:
            if head in names:
                return names[head] + tail
            head, slash, last = head.rpartition("/")
            tail = f"{slash}{last}{tail}"
        return iri

    return name


def _rests_on(decision: Decision) -> Evidence:
    return Evidence(decisions=(decision.name,))


def _name(one: Match) -> str:
    return f"match-{one.place.replace('/', '-')}"


def _reason(one: Match, new: Outline, old: Outline) -> str:
    """How one was recognised, and by which words."""
    sure = f"{one.how}, confidence {one.confidence:.2f}"
    here = label(new.by_place[one.new].text) if one.new else ""
    before = label(old.by_place[one.old].text) if one.old else ""
    if not one.new:
        return f"{one.old}, “{before}”, was dropped: {sure}."
    by = "decided by a person; " if one.is_decided else "accepted though doubtful; " if one.is_doubtful else ""
    if not one.old:
        return f"{one.new} of this source, “{here}”, is a new element, {one.place}: {by}{sure}."
    compared = f"both say “{here}”" if here == before else f"it says “{here}” and said “{before}”"
    return f"{one.new} of this source is {one.old} of the version before: {by}{sure}; {compared}."


def _tombstone(iri: str, old: StatedPlan) -> list[Triple]:
    """What a dropped element leaves: that it is deprecated, and its last labels."""
    node, label = NamedNode(iri), NamedNode(RDFS.LABEL)
    labels = (Triple(node, label, value) for value in old.graph.values(iri, RDFS.LABEL))
    return [Triple(node, NamedNode(OWL.DEPRECATED), _TRUE), *labels]


def _tombstones(old: StatedPlan) -> dict[Triple, Decision]:
    """What elements left that were dropped before: everything that is said of what is deprecated and of no type."""
    graph = old.graph
    dropped = [iri for iri in graph.subjects(OWL.DEPRECATED) if not graph.has(iri, RDF.TYPE)]
    carried = Decision(CARRIED, "What earlier versions dropped stays marked, so that nothing else gets its IRI.")
    return {
        Triple(NamedNode(iri), NamedNode(name), value): carried
        for iri in dropped
        if {"true", "1"} & set(graph.texts(iri, OWL.DEPRECATED))
        for name in graph.predicates(iri)
        for value in graph.values(iri, name)
    }
