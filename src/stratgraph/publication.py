"""From a source to a published snapshot: check, entail, write, make current; and what a store holds stays in it.

What a snapshot holds is said in docs/reference/model.md: of each version of each plan its asserted graph, provenance,
view and report; the ontology; and the default graph with the current view.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from stratgraph import __version__
from stratgraph.assets import read_asset
from stratgraph.errors import PublicationRefused
from stratgraph.history import graph_quads, newest_versions, versions_of
from stratgraph.plan_graph import version_quads
from stratgraph.reasoning import entailments
from stratgraph.store import Entry, publish
from stratgraph.terms import DCTERMS, ONTOLOGY, PROV, RDF, RDFS, SG, SHAPES_NS, XSD
from stratgraph.validation import validate_graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from stratgraph.identifiers import VersionIdentifiers
    from stratgraph.proposal import Proposal
    from stratgraph.review.model import Review
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Published, RemoteAccess, Store
    from stratgraph.validation import Report

_ONTOLOGY_FILES: Final = ("stratgraph.ttl", "concepts.ttl")


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
class Build:
    """What a build came to.

    Args:
        plan: what was read.
        report: what the shapes found in it.
        snapshot: what was published; None where the report has Violations, or the store has later versions of the plan.
        quads: how many it has.
    """

    plan: StatedPlan
    report: Report
    snapshot: Published | None
    quads: int

    @property
    def title(self) -> str:
        """Of the plan."""
        return _title(self.plan)


def build(
    plan: StatedPlan,
    location: str | Path,
    store: Store | None,
    act: Act,
    *,
    kept_snapshots: int,
    remote: RemoteAccess | None = None,
) -> Build:
    """Publishes the first version of a plan, unless the shapes find a Violation; the other plans of the store stay.

    A first version that is there already is written anew, from the same source by the program of today.

    Args:
        plan: to publish.
        location: of the store: a folder, or the address of a SPARQL server.
        store: what is published there, or None.
        act: when and by whom.
        kept_snapshots: the setting of that name.
        remote: how a server is reached beside its address.

    Raises:
        PublicationRefused: the store has a version of the plan that was made of another source.
        StoreError: the store cannot be written, or someone else publishes.
        RemoteError: the server cannot be reached, refuses or fails.
    """
    report = validate_graph(plan.statements)
    if not report.conforms:
        return Build(plan, report, None, 0)
    published = versions_of(store, plan.identifiers.plan_iri) if store else ()
    if published:
        assert store is not None  # noqa: S101 - it has versions
        _refuse_other_source(store, plan)
        if len(published) > 1:
            return Build(plan, report, None, 0)
    written = version_graphs(plan, 1, act)
    quads = tuple(snapshot_quads(written, plan.identifiers.plan_iri, store))
    snapshot = publish(
        str(location),
        quads,
        name=_title(plan),
        created=act.created,
        kept=kept_snapshots,
        remote=remote,
        expected=store.state if store else None,
        entry=_entry(plan, 1, act),
    )
    return Build(plan, report, snapshot, snapshot.quads)


def publish_proposal(
    location: str | Path,
    store: Store | None,
    proposal: Proposal,
    act: Act,
    *,
    kept_snapshots: int,
    remote: RemoteAccess | None = None,
) -> Published:
    """Publishes a reviewed revision as the next version of its plan; all that is published stays.

    Args:
        location: of the store: a folder, or the address of a SPARQL server.
        store: what is published there, or None.
        proposal: to publish.
        act: when, by whom, why, and what is let pass.
        kept_snapshots: the setting of that name.
        remote: how a server is reached beside its address.

    Raises:
        PublicationRefused: it has Violations that are not allowed, or matches that nobody has decided, changes nothing,
            was not compared with the newest version; or rules are allowed without a reason.
        Overtaken: somebody published since the proposal was reviewed.
        StoreError: the store cannot be written.
        RemoteError: the server cannot be reached, refuses or fails.
    """
    _refuse(store, proposal, act)
    former = proposal.former.iris.graph if proposal.former else ""
    written = version_graphs(proposal.plan, proposal.number, act, former=former, review=proposal.review)
    return publish(
        str(location),
        snapshot_quads(written, proposal.plan.identifiers.plan_iri, store),
        name=f"{_title(proposal.plan)}, version {proposal.number}",
        created=act.created,
        kept=kept_snapshots,
        remote=remote,
        expected=proposal.state,
        entry=_entry(proposal.plan, proposal.number, act),
    )


def refused_by(review: Review, allowed: Iterable[str]) -> tuple[str, ...]:
    """The names of the rules whose Violations keep a revision from publication, sorted."""
    return tuple(sorted({finding.rule for finding in review.violations} - set(allowed)))


def _refuse(store: Store | None, proposal: Proposal, act: Act) -> None:
    review = proposal.review
    rules = refused_by(review, act.allowed)
    if rules:
        raise PublicationRefused(
            f"The revision has Violations of {', '.join(rules)}.",
            mend="Mend them, or name the rules that are to be let pass (--allow) and why (--reason).",
        )
    if act.allowed and not act.reason.strip():
        raise PublicationRefused("Rules are let pass without a reason.", mend="Say why, with --reason.")
    if review.doubtful:
        places = ", ".join(match.new or match.old for match in review.doubtful)
        raise PublicationRefused(
            f"Nobody has decided which elements these are: {places}.",
            mend="Decide with --ask, accept what is proposed with --accept, or give a file of decisions (--decisions).",
        )
    if store is not None and proposal.former is not None:
        newest = versions_of(store, review.plan)[-1]
        if newest.number != proposal.former.number:
            raise PublicationRefused(
                f"The revision was compared with version {proposal.former.number}, and {newest.number} is the newest.",
                mend="Compare it with the newest version: leave --against out.",
            )
        stated = {quad.triple for quad in graph_quads(store, proposal.former.iris.graph)}
        if stated == set(proposal.plan.statements):
            raise PublicationRefused(f"The revision states what version {newest.number} states: nothing changed.")


def _refuse_other_source(store: Store, plan: StatedPlan) -> None:
    first = versions_of(store, plan.identifiers.plan_iri)[0]
    known = {
        quad.object.value
        for quad in graph_quads(store, first.iris.provenance)
        if quad.predicate.value == SG.SHA256 and isinstance(quad.object, Literal)
    }
    if plan.source.sha256 not in known:
        raise PublicationRefused(
            f"The store has the plan <{plan.identifiers.plan_iri}> already, made of another source.",
            mend="Publish this one as its next version (stratgraph publish), or build into another store.",
        )


# --- what is written -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VersionGraphs:
    """The graphs of one version.

    Args:
        iris: of the version.
        quads: of all of its named graphs.
        view: its asserted triples and what follows from them.
    """

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
    """
    iris = plan.identifiers.version(number)
    stated = version_quads(plan, version=number, software=__version__)
    record = _record(plan, number, act, former, has_report=review is not None) if act else ()
    provenance = NamedNode(iris.provenance)
    view = tuple(chain(plan.statements, entailments(plan.statements)))
    named = chain(
        stated,
        (Quad(t.subject, t.predicate, t.object, provenance) for t in record),
        (Quad(t.subject, t.predicate, t.object, NamedNode(iris.view)) for t in view),
        _report(review, iris) if review else (),
    )
    return VersionGraphs(iris, tuple(dict.fromkeys(named)), view)


def snapshot_quads(written: VersionGraphs, plan: str, store: Store | None = None) -> Iterator[Quad]:
    """Everything that a snapshot holds: what the store has, with one version more, and the current view anew.

    Args:
        written: the version, which replaces one of the same number.
        plan: IRI of its plan.
        store: what is published; None where that is nothing.
    """
    ontology = _ontology_quads()
    yield from ontology
    yield from written.quads
    shared: set[Triple] = set()

    def current(triples: Iterable[Triple]) -> Iterator[Quad]:
        # What several plans say, of units and of our own terms, is said once.
        for triple in triples:
            if "/plan/" not in str(triple.subject):
                if triple in shared:
                    continue
                shared.add(triple)
            yield Quad(triple.subject, triple.predicate, triple.object)

    yield from current(quad.triple for quad in ontology)
    yield from current(written.view)
    if store is None:
        return
    in_force = {f"{graph}/view" for iri, graph in newest_versions(store).items() if iri != plan}
    replaced = {ONTOLOGY, *_graphs_of(written.iris)}
    for name in store.graph_names():
        if name in replaced:
            continue
        quads = graph_quads(store, name)
        yield from quads
        if name in in_force:
            yield from current(quad.triple for quad in quads)


def _graphs_of(iris: VersionIdentifiers) -> tuple[str, ...]:
    return iris.graph, iris.provenance, iris.view, iris.report


def _record(plan: StatedPlan, number: int, act: Act, former: str, *, has_report: bool) -> Iterator[Triple]:
    """Who published the version, when and why."""
    iris = plan.identifiers.version(number)
    version, publication, agent = NamedNode(iris.graph), NamedNode(iris.publication), NamedNode(iris.publisher)
    time = Literal(act.created.isoformat(timespec="seconds"), datatype=NamedNode(XSD.DATE_TIME))
    yield Triple(version, NamedNode(SG.VERSION_NUMBER), Literal(number))
    yield Triple(version, NamedNode(SG.HAS_VIEW), NamedNode(iris.view))
    yield Triple(version, NamedNode(PROV.WAS_GENERATED_BY), publication)
    yield Triple(publication, NamedNode(RDF.TYPE), NamedNode(SG.PUBLICATION))
    yield Triple(publication, NamedNode(PROV.ENDED_AT_TIME), time)
    if former:
        yield Triple(version, NamedNode(PROV.WAS_REVISION_OF), NamedNode(former))
    if act.by:
        yield Triple(publication, NamedNode(PROV.WAS_ASSOCIATED_WITH), agent)
        yield Triple(agent, NamedNode(RDF.TYPE), NamedNode(PROV.AGENT))
        yield Triple(agent, NamedNode(RDFS.LABEL), Literal(act.by))
    if act.reason:
        yield Triple(publication, NamedNode(RDFS.COMMENT), Literal(act.reason))
    for rule in act.allowed:
        yield Triple(publication, NamedNode(SG.ALLOWED_RULE), NamedNode(f"{SHAPES_NS}{rule}"))
    if has_report:
        yield Triple(version, NamedNode(SG.HAS_REPORT), NamedNode(iris.report))


def _report(review: Review, iris: VersionIdentifiers) -> Iterator[Quad]:
    from stratgraph.review.outputs import triples as report_triples  # noqa: PLC0415

    graph = NamedNode(iris.report)
    for triple in report_triples(review, iris.report):
        yield Quad(triple.subject, triple.predicate, triple.object, graph)


def _entry(plan: StatedPlan, number: int, act: Act) -> Entry:
    return Entry("publish", act.created, act.by, act.reason, plan=plan.identifiers.plan_iri, version=number)


def _title(plan: StatedPlan) -> str:
    node = NamedNode(plan.identifiers.plan_iri)
    titles = (t.object for t in plan.statements if t.subject == node and t.predicate.value == DCTERMS.TITLE)
    return next((title.value for title in titles if isinstance(title, Literal)), plan.identifiers.plan_iri)


def _ontology_quads() -> list[Quad]:
    return [
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(ONTOLOGY))
        for name in _ONTOLOGY_FILES
        for quad in parse(read_asset("ontology", name), format=RdfFormat.TURTLE)
    ]
