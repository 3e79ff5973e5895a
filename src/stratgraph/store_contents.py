"""What a store holds, put together anew for each publication (docs/reference/model.md).

Of each version of each plan its asserted graph, provenance, view and report; the ontology; vocabularies and links; the
description of the store for tools; and the default graph with the current view. What is published stays, except what is
replaced by a graph of the same name.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad

from stratgraph.asking import text_rows
from stratgraph.catalogue import how_to_ask, partitions_of
from stratgraph.errors import PublicationRefused
from stratgraph.graph import moment, said, words
from stratgraph.history import graph_quads, newest_versions, plans, versions_by_plan
from stratgraph.identifiers import VersionIdentifiers, is_in_current_view, plan_of
from stratgraph.plan_graph import version_quads
from stratgraph.reasoning import conclusions, read_ontology
from stratgraph.store import Change
from stratgraph.terms import ONTOLOGY, OWL, PROV, RDF, RDFS, SELF_DESCRIPTION, SG, SHAPES_NS
from stratgraph.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from pyoxigraph import Triple

    from stratgraph.history import Rollback
    from stratgraph.review.model import Review
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Reading, View


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
    """

    plan: str
    iris: VersionIdentifiers
    quads: tuple[Quad, ...]


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
    found = conclusions(plan.statements)
    if found.contradictions:
        raise PublicationRefused(
            f"What the plan states contradicts the ontology. {' '.join(found.contradictions[:_NAMED])}",
            mend="Mend what is stated: no rule that is let pass makes it true. `stratgraph reason FILE` proves it.",
        )
    named = chain(
        stated,
        _quads(iris.provenance, record),
        _quads(iris.view, chain(plan.statements, found.entailed)),
        _report(review, iris) if review else (),
    )
    return VersionGraphs(plan.identifiers.plan_iri, iris, tuple(dict.fromkeys(named)))


NO_GRAPHS: Final[Mapping[str, Collection[Triple]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a publication holds: its quads, to be read as often as wanted while what is there can be read.

    Args:
        there: what stays is in it; None where nothing is.
        graphs: what is new, by the names of its graphs, each in place of one of its name; an empty one goes.
        before: names of the graphs whose union is the current view of what is there.
        after: names of the graphs whose union the current view is from now on.
    """

    there: Reading | None
    graphs: Mapping[str, Collection[Quad]]
    before: frozenset[str]
    after: frozenset[str]

    def __iter__(self) -> Iterator[Quad]:
        """Those of the default graph, which has the current view, more than once where several graphs have them."""
        names = {*self.graphs, *(self.there.graph_names() if self.there else ())}
        for name in sorted(names):
            quads = self.graphs.get(name)
            if quads is None and self.there:
                quads = graph_quads(self.there, name)
            for quad in quads or ():
                yield quad
                if name in self.after:
                    yield Quad(quad.subject, quad.predicate, quad.object)

    @property
    def change(self) -> Change | None:
        """In comparison with what is there."""
        return Change(self.there.state, self.graphs, self.before, self.after) if self.there else None


def contents(
    reading: Reading | None, version: VersionGraphs | None = None, graphs: Mapping[str, Iterable[Triple]] = NO_GRAPHS
) -> Contents:
    """Everything that a publication holds: what the store has with what is new, and the current view anew.

    Args:
        reading: what is published; None where that is nothing.
        version: of a plan, the newest from now on; it replaces one of the same number.
        graphs: others by their names, such as a vocabulary's; each replaces one of the same name, and an empty one is
            one that goes.
    """
    newest = newest_versions(reading) if reading else {}
    names = reading.graph_names() if reading else ()
    written = _of_the_program()
    in_force = dict(newest)
    if version:
        in_force[version.plan] = version.iris.graph
        # Its report too, where one that is built again has none any more.
        for name in _graphs_of(version.iris):
            graph = NamedNode(name)
            written[name] = [quad for quad in version.quads if quad.graph_name == graph]
    written |= {name: _quads(name, triples) for name, triples in graphs.items()}
    return Contents(reading, written, _in_view(names, newest.values()), _in_view((*names, *written), in_force.values()))


def restored(then: Reading, now: Reading, act: Act) -> Contents:
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
    written = _of_the_program()
    was, names = set(now.graph_names()), set(then.graph_names())
    known, recorded = _rollbacks(now), _rollbacks(then)
    for version, counts in counting.items():
        iris = VersionIdentifiers(version)
        written |= {name: graph_quads(now, name) for name in _graphs_of(iris) if name in was - names}
        is_turned = version in present and present[version] == counts
        if is_turned or (version in known and known[version] != recorded.get(version)):
            graph = iris.provenance
            present_quads = written.get(graph) or graph_quads(now, graph)
            quads = graph_quads(then, graph) if graph in names else present_quads
            written[graph] = _with_rollbacks(version, quads, present_quads, act if is_turned else None, counts=counts)
    before = {plan_of(version): version for version, is_gone in earlier.items() if not is_gone}
    return Contents(then, written, _in_view(names, before.values()), _in_view((*names, *written), newest.values()))


def counted(view: View) -> list[Quad]:
    """What is said of a current view in the store's description of itself: figures by class and property."""
    return _quads(SELF_DESCRIPTION, partitions_of(view))


def taken_back(then: Reading, now: Reading) -> tuple[str, ...]:
    """The versions of plans that count now and did not in an earlier state, which :func:`restored` marks so."""
    earlier = _standing(then)
    return tuple(version for version, gone in _standing(now).items() if not gone and earlier.get(version, True))


def _standing(reading: Reading) -> dict[str, bool]:
    """The versions of all plans, those of one plan the oldest first, each with whether it is taken back."""
    return {row["version"]: bool(row["deprecated"]) for row in text_rows(reading, "versions")}


def _rollbacks(reading: Reading) -> dict[str, tuple[Rollback, ...]]:
    """The roll-backs of each version of each plan."""
    versions = versions_by_plan(reading, plans(reading)).values()
    return {one.iris.graph: one.rollbacks for of_plan in versions for one in of_plan}


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


def _of_the_program() -> dict[str, list[Quad]]:
    """The graphs that are this program's own in every publication."""
    return {
        ONTOLOGY: _quads(ONTOLOGY, read_ontology()),
        SELF_DESCRIPTION: _quads(SELF_DESCRIPTION, how_to_ask()),
    }


def _in_view(names: Iterable[str], in_force: Iterable[str]) -> frozenset[str]:
    """Of these graphs those that the current view is the union of.

    Args:
        names: of all graphs.
        in_force: IRIs of the versions of plans that are in force.
    """
    views = {VersionIdentifiers(version).view for version in in_force}
    return frozenset(name for name in names if name == ONTOLOGY or name in views or is_in_current_view(name))


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


def _quads(graph: str, triples: Iterable[Triple]) -> list[Quad]:
    node = NamedNode(graph)
    return [Quad(triple.subject, triple.predicate, triple.object, node) for triple in triples]
