"""What a store holds, put together anew for each publication (docs/reference/model.md).

Of each version of each plan its asserted graph, provenance, view and report; the ontology; vocabularies and links; and
the default graph with the current view. What is published stays, except what is replaced by a graph of the same name.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad

from stratgraph import __version__
from stratgraph.asking import text_rows
from stratgraph.errors import PublicationRefused
from stratgraph.graph import moment, said, words
from stratgraph.history import graph_quads, newest_versions
from stratgraph.identifiers import VersionIdentifiers, is_in_current_view, plan_of
from stratgraph.plan_graph import version_quads
from stratgraph.reasoning import conclusions, read_ontology
from stratgraph.terms import ONTOLOGY, OWL, PROV, RDF, RDFS, SG, SHAPES_NS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from pyoxigraph import Triple

    from stratgraph.review.model import Review
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Reading


_NAMED: Final = 5
"""So many contradictions a refusal names."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act of publishing.

    Args:
        created: when, with its time zone.
        by: who publishes; empty where nobody says.
        reason: why; empty where nobody says.
        allowed: names of the rules whose Violations are let pass.
    """

    created: datetime
    by: str = ""
    reason: str = ""
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionGraphs:
    """The graphs of one version.

    Args:
        plan: IRI of its plan.
        iris: of the version.
        quads: of all of its named graphs.
        view: its asserted triples and what follows from them.
    """

    plan: str
    iris: VersionIdentifiers
    quads: tuple[Quad, ...]
    view: tuple[Triple, ...]


def version_graphs(
    plan: StatedPlan, number: int, act: Act | None = None, *, former: str = "", review: Review | None = None
) -> VersionGraphs:
    """The graphs of one version: asserted triples, provenance with the record of the publication, view, report.

    Args:
        plan: what the version states.
        number: its number.
        act: of publishing it; without it there is no record.
        former: IRI of the version that it revises; empty for a first one.
        review: of it, which is recorded in its report graph.

    Raises:
        PublicationRefused: what the plan states contradicts the ontology.
    """
    iris = plan.identifiers.version(number)
    stated = version_quads(plan, version=number, software=__version__)
    record = _record(plan, number, act, former, has_report=review is not None) if act else ()
    provenance = NamedNode(iris.provenance)
    found = conclusions(plan.statements)
    if found.contradictions:
        raise PublicationRefused(
            f"What the plan states contradicts the ontology. {' '.join(found.contradictions[:_NAMED])}",
            mend="Mend what is stated: no rule that is let pass makes it true. `stratgraph reason FILE` proves it.",
        )
    view = tuple(chain(plan.statements, found.entailed))
    named = chain(
        stated,
        (Quad(t.subject, t.predicate, t.object, provenance) for t in record),
        (Quad(t.subject, t.predicate, t.object, NamedNode(iris.view)) for t in view),
        _report(review, iris) if review else (),
    )
    return VersionGraphs(plan.identifiers.plan_iri, iris, tuple(dict.fromkeys(named)), view)


NO_GRAPHS: Final[Mapping[str, Collection[Triple]]] = MappingProxyType({})


def contents(
    reading: Reading | None, version: VersionGraphs | None = None, graphs: Mapping[str, Iterable[Triple]] = NO_GRAPHS
) -> Iterator[Quad]:
    """Everything that a publication holds: what the store has with what is new, and the current view anew.

    Args:
        reading: what is published; None where that is nothing.
        version: of a plan, the newest from now on; it replaces one of the same number.
        graphs: others by their names, such as a vocabulary's; each replaces one of the same name, and an empty one is
            one that goes.
    """
    view = _CurrentView()
    for quad in _ontology_quads():
        yield quad
        yield from view.quads((quad.triple,))
    replaced = {ONTOLOGY, *graphs}
    newest = newest_versions(reading) if reading else {}
    if version:
        replaced |= set(_graphs_of(version.iris))
        newest[version.plan] = version.iris.graph
        yield from version.quads
        yield from view.quads(version.view, of_plan=version.plan)
    for name, triples in graphs.items():
        node = NamedNode(name)
        for triple in triples:
            yield Quad(triple.subject, triple.predicate, triple.object, node)
            if is_in_current_view(name):
                yield from view.quads((triple,))
    in_force = {VersionIdentifiers(graph).view: plan for plan, graph in newest.items()}
    if reading is None:
        return
    for name in reading.graph_names():
        if name in replaced:
            continue
        quads = graph_quads(reading, name)
        yield from quads
        if name in in_force or is_in_current_view(name):
            yield from view.quads((quad.triple for quad in quads), of_plan=in_force.get(name, ""))


def restored(then: Reading, now: Reading, act: Act) -> Iterator[Quad]:
    """Everything that a publication holds which brings an earlier state back: no version is lost by it.

    Args:
        then: the state to bring back.
        now: the one in force.
        act: of rolling back.

    Returns:
        What was published then, the versions of plans that came since, which are marked as taken back, and the records
        of earlier roll-backs. A version that was taken back since is reinstated.
    """
    earlier, present = _standing(then), _standing(now)
    counting = {version: not earlier.get(version, True) for version in (*earlier, *present)}
    newest = {plan_of(version): version for version, counts in counting.items() if counts}
    in_force = {VersionIdentifiers(version).view: plan for plan, version in newest.items()}
    view = _CurrentView()
    for quad in _ontology_quads():
        yield quad
        yield from view.quads((quad.triple,))
    of_versions = {graph: version for version in counting for graph in _graphs_of(VersionIdentifiers(version))}
    was, names = set(now.graph_names()), set(then.graph_names())
    for name in sorted((names | (was & of_versions.keys())) - {ONTOLOGY}):
        quads = graph_quads(then if name in names else now, name)
        version = of_versions.get(name, "")
        if version and name == VersionIdentifiers(version).provenance:
            known = graph_quads(now, name) if name in was else quads
            is_turned = version in present and present[version] == counting[version]
            quads = _with_rollbacks(version, quads, known, act if is_turned else None, counts=counting[version])
        yield from quads
        if name in in_force or is_in_current_view(name):
            yield from view.quads((quad.triple for quad in quads), of_plan=in_force.get(name, ""))


def taken_back(then: Reading, now: Reading) -> tuple[str, ...]:
    """The versions of plans that count now and did not in an earlier state, which :func:`restored` marks so."""
    earlier = _standing(then)
    return tuple(version for version, gone in _standing(now).items() if not gone and earlier.get(version, True))


def _standing(reading: Reading) -> dict[str, bool]:
    """The versions of all plans, those of one plan the oldest first, each with whether it is taken back."""
    return {row["version"]: bool(row["deprecated"]) for row in text_rows(reading, "versions")}


def _with_rollbacks(version: str, quads: list[Quad], known: list[Quad], act: Act | None, *, counts: bool) -> list[Quad]:
    """The provenance of a version with the records of all roll-backs of it, the newest included, and its mark.

    Args:
        version: its IRI.
        quads: of its provenance.
        known: of its provenance as it is in force, which has the roll-backs so far.
        act: of a roll-back that changes whether the version counts; None where none does.
        counts: whether it counts from now on.
    """
    iris = VersionIdentifiers(version)
    graph = NamedNode(iris.provenance)
    records = [quad for quad in known if str(quad.subject).startswith(f"<{iris.rollbacks}")]
    mark = NamedNode(OWL.DEPRECATED)
    kept = [quad for quad in quads if quad.predicate != mark]
    triples: list[Triple] = [] if counts else [*said(version, (OWL.DEPRECATED, True))]
    if act:
        number = sum(quad.predicate == NamedNode(PROV.ENDED_AT_TIME) for quad in records) + 1
        one = iris.rollback(number)
        agent = f"{one}/agent"
        triples += said(
            one,
            (RDF.TYPE, SG.ROLLBACK),
            (SG.REINSTATES if counts else SG.TAKES_BACK, version),
            (PROV.ENDED_AT_TIME, moment(act.created.replace(microsecond=0))),
            (PROV.WAS_ASSOCIATED_WITH, agent if act.by else None),
            (RDFS.COMMENT, words(act.reason)),
        )
        if act.by:
            triples += said(agent, (RDF.TYPE, PROV.AGENT), (RDFS.LABEL, words(act.by)))
    made = (Quad(t.subject, t.predicate, t.object, graph) for t in triples)
    return list(dict.fromkeys((*kept, *records, *made)))


class _CurrentView:
    """The default graph as it comes together; what several plans say, of units and of our own terms, is said once."""

    def __init__(self) -> None:
        self._shared: set[Triple] = set()

    def quads(self, triples: Iterable[Triple], *, of_plan: str = "") -> Iterator[Quad]:
        """Of these triples those that were not given yet.

        Args:
            triples: of one graph.
            of_plan: IRI of the plan whose view that graph is: what is named below it no other plan says.
        """
        own = f"<{of_plan}/" if of_plan else "/plan/"
        for triple in triples:
            if own not in str(triple.subject):
                if triple in self._shared:
                    continue
                self._shared.add(triple)
            yield Quad(triple.subject, triple.predicate, triple.object)


def _graphs_of(iris: VersionIdentifiers) -> tuple[str, ...]:
    return iris.graph, iris.provenance, iris.view, iris.report


def _record(plan: StatedPlan, number: int, act: Act, former: str, *, has_report: bool) -> Iterator[Triple]:
    """Who published the version, when and why."""
    iris = plan.identifiers.version(number)
    yield from said(
        iris.graph,
        (SG.VERSION_NUMBER, number),
        (SG.HAS_VIEW, iris.view),
        (SG.HAS_REPORT, iris.report if has_report else None),
        (PROV.WAS_GENERATED_BY, iris.publication),
        (PROV.WAS_REVISION_OF, former),
    )
    yield from said(
        iris.publication,
        (RDF.TYPE, SG.PUBLICATION),
        (PROV.ENDED_AT_TIME, moment(act.created.replace(microsecond=0))),
        (PROV.WAS_ASSOCIATED_WITH, iris.publisher if act.by else None),
        (RDFS.COMMENT, words(act.reason)),
        *((SG.ALLOWED_RULE, f"{SHAPES_NS}{rule}") for rule in act.allowed),
    )
    if act.by:
        yield from said(iris.publisher, (RDF.TYPE, PROV.AGENT), (RDFS.LABEL, words(act.by)))


def _report(review: Review, iris: VersionIdentifiers) -> Iterator[Quad]:
    from stratgraph.review.outputs import triples as report_triples  # noqa: PLC0415

    graph = NamedNode(iris.report)
    for triple in report_triples(review, iris.report):
        yield Quad(triple.subject, triple.predicate, triple.object, graph)


def _ontology_quads() -> list[Quad]:
    return [Quad(t.subject, t.predicate, t.object, NamedNode(ONTOLOGY)) for t in read_ontology()]
