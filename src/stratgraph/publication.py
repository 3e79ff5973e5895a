"""What may be published is published: a first version, a revision, a graph of something else; the rest is refused."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from stratgraph.errors import PublicationRefused, StoreError, Superseded, UsageError
from stratgraph.history import chosen_version, graph_quads, versions_of
from stratgraph.identifiers import is_address, is_record, vocabulary_graph
from stratgraph.matching import completed
from stratgraph.ownership import refuse_claimed, refuse_describing
from stratgraph.review import review
from stratgraph.review.periods import with_plan_before
from stratgraph.store import (
    Entry,
    RemoteAccess,
    current_id,
    journal_of,
    publish,
    publish_snapshot,
    read_snapshot,
    snapshot_folder,
    snapshot_store,
    wanted_snapshot,
)
from stratgraph.store import roll_back as switch_back
from stratgraph.store_contents import NO_GRAPHS, Act, Contents, contents, counted, restored, taken_back, version_graphs
from stratgraph.succession import carrying_on, facts_of, predecessor_of
from stratgraph.terms import DCTERMS, SG
from stratgraph.validation import DEFAULT_RULES, SHAPE_SETS, validate_graph
from stratgraph.validation.rules import LINK_SETS, TRANSITION_SETS, load_shapes, no_such_rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from pyoxigraph import Triple

    from stratgraph.comparison import Proposal
    from stratgraph.history import Version
    from stratgraph.review.model import Meanwhile, Review
    from stratgraph.settings import Settings
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Published, Since, Store
    from stratgraph.validation import Report, Ruleset
    from stratgraph.validation.rules import ShapesGraph

__all__ = [
    "Act",
    "Build",
    "RolledBack",
    "Target",
    "build",
    "publish_graphs",
    "publish_proposal",
    "refused_by",
    "roll_back",
]

_log: Final = logging.getLogger(__name__)
_NAMED: Final = 5
"""So many elements an error names."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where something is published.

    Args:
        location: of the store: a folder, or the address of a SPARQL server.
        store: what is published there, or None.
        kept_snapshots: the setting of that name.
        remote: how a server is reached beside its address.

    It is made before anything is looked at: what is published comes on top of what was there then, or is refused.
    """

    location: str | Path
    store: Store | None
    kept_snapshots: int
    remote: RemoteAccess | None = None
    state: str = field(init=False)
    """Of the store when this was made; empty where nothing is published."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", self.store.state if self.store else "")

    @classmethod
    def of(cls, settings: Settings, store: Store | None) -> Target:
        """The place that the settings name, with what is published there."""
        return cls(settings.store, store, settings.kept_snapshots, RemoteAccess.of(settings))

    def publish(self, written: Contents, name: str, *, expected: str | None, entry: Entry) -> Published:
        """Publishes there; arguments and errors as of :func:`stratgraph.store.publish`."""
        return publish(
            str(self.location),
            written,
            name=name,
            created=entry.time,
            kept=self.kept_snapshots,
            remote=self.remote,
            expected=expected,
            entry=entry,
            complete=_write_index,
            change=written.change,
            describe=counted,
        )


@dataclass(frozen=True, slots=True)
class Build:
    """What a build came to.

    Args:
        plan: what was read.
        report: what the shapes found in it.
        snapshot: what was published; None where the report has Violations, or the store has later versions of the plan.
        quads: how many it has.
        left: names of the graphs that were to be published with it and were not: in the store they are others, or gone.
    """

    plan: StatedPlan
    report: Report
    snapshot: Published | None
    quads: int
    left: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Of the plan."""
        return _title(self.plan)


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What a roll-back came to.

    Args:
        id: of the snapshot that is in force now.
        name: what people call it.
        restores: id of the snapshot whose state it has.
        taken_back: the versions of plans that do not count any more, by their IRIs.
    """

    id: str
    name: str
    restores: str
    taken_back: tuple[str, ...]


def build(
    plan: StatedPlan,
    target: Target,
    act: Act,
    *,
    graphs: Mapping[str, Collection[Triple]] = NO_GRAPHS,
    rules: Ruleset = DEFAULT_RULES,
) -> Build:
    """Publishes the first version of a plan, unless the shapes find a Violation; the other plans of the store stay.

    A first version that is there already is written anew, from the same source by the program of today; who published
    it, when and why stays as it is.

    Args:
        plan: to publish.
        target: where.
        act: when and by whom.
        graphs: to publish with it, by their names: vocabularies and links. One that somebody has published or removed
            otherwise is left as it is.
        rules: that the plan is held against.

    Raises:
        Overtaken: somebody published since the target was made.
        PublicationRefused: the store has a version of the plan that was made of another source; or what the plan
            states contradicts the ontology.
        UsageError: the plan claims an element of another one in the store, or its IRI is below that of another one.
        StoreError: the store cannot be written, or someone else publishes.
        RemoteError: the server cannot be reached, refuses or fails.
    """
    if plan.headings:  # a form of rows, whose author need not write all
        plan = completed(plan, None)
    report, store = validate_graph(plan.statements, rules=rules), target.store
    if not report.conforms:
        return Build(plan, report, None, 0)
    published = versions_of(store, plan.identifiers.plan_iri) if store else ()
    if store:
        refuse_claimed(store, plan, is_new=not published)
    if published:
        assert store is not None  # noqa: S101 - it has versions
        _refuse_other_source(store, plan)
        if published[0].is_taken_back:
            raise PublicationRefused(
                f"The plan <{plan.identifiers.plan_iri}> was published, and taken back.",
                mend="Publish it as its next version (stratgraph publish), or roll back to a state that has it.",
            )
        if len(published) > 1 or published[0].rollbacks:
            return Build(plan, report, None, 0)
    if store and (before := predecessor_of(store, plan)):
        report = with_plan_before(report, plan, facts_of(before[1]))
        if not report.conforms:
            return Build(plan, report, None, 0)
        plan = carrying_on(plan, before[1])
    recorded = _as_recorded(published[0], act) if published else act
    left = _left_alone(target, graphs, is_again=bool(published))
    found = frozenset(finding.result for finding in report.findings)
    reviewed = review(plan, None, against="", version=1, rules=rules, found=found)
    written = contents(
        store,
        version_graphs(plan, 1, recorded, review=reviewed),
        {name: of for name, of in graphs.items() if name not in left},
    )
    snapshot = target.publish(written, _title(plan), expected=target.state, entry=_entry(plan, 1, act))
    return Build(plan, report, snapshot, snapshot.quads, left)


def publish_proposal(target: Target, proposal: Proposal, act: Act) -> Published:
    """Publishes a reviewed revision as the next version of its plan; all that is published stays.

    Args:
        target: where.
        proposal: to publish.
        act: when, by whom, why, and what is let pass.

    Raises:
        PublicationRefused: it has Violations that are not allowed, or matches that nobody has decided, or changes
            nothing; or rules are allowed without a reason; or what it states contradicts the ontology.
        Superseded: it was made from an earlier version and would undo what was published since, or was not compared
            with the newest version.
        Overtaken: somebody published since the proposal was reviewed.
        StoreError: the store cannot be written.
        RemoteError: the server cannot be reached, refuses or fails.
    """
    _refuse(target.store, proposal, act)
    former = proposal.former.iris.graph if proposal.former else ""
    written = version_graphs(proposal.plan, proposal.number, act, former=former, review=proposal.review)
    name, entry = f"{_title(proposal.plan)}, version {proposal.number}", _entry(proposal.plan, proposal.number, act)
    return target.publish(contents(target.store, written), name, expected=proposal.state, entry=entry)


def publish_graphs(
    target: Target, graphs: Mapping[str, Collection[Triple]], act: Act, *, name: str, action: str = "publish"
) -> Published:
    """Publishes graphs that are no plan's, such as a vocabulary or links, each in place of one of its name.

    Args:
        target: where.
        graphs: by their names; an empty one goes.
        act: when, by whom and why.
        name: what people call the publication.
        action: what the journal calls it: ``remove`` where all graphs are empty.

    Raises:
        SourceError: a vocabulary among them describes what is of a published plan.
        Overtaken: somebody published since the target was made.
        StoreError: the store cannot be written.
        RemoteError: the server cannot be reached, refuses or fails.
    """
    for graph, triples in graphs.items():
        if target.store and graph.startswith(vocabulary_graph("")) and not is_record(graph):
            refuse_describing(target.store, graph, triples)
    entry = Entry(action, act.created, act.by, act.reason, name=name, graphs=tuple(graphs))
    return target.publish(contents(target.store, graphs=graphs), name, expected=target.state, entry=entry)


def roll_back(target: Target, act: Act, identifier: str | None = None) -> RolledBack:
    """Brings the state of an earlier snapshot back, in a snapshot of its own: every version that was published stays.

    Args:
        target: a folder of snapshots.
        act: when, by whom and why.
        identifier: of the snapshot; None is the one before the state that is in force.

    Raises:
        NotFound: there is no such snapshot, or none before.
        UsageError: the store is a server, or is in that state already.
        Overtaken: somebody published meanwhile.
        StoreError: the snapshot is damaged, or the store cannot be written.
    """
    folder = snapshot_folder(str(target.location))
    wanted = wanted_snapshot(folder, identifier)
    entry = Entry("rollback", act.created, act.by, act.reason, name=f"snapshot {wanted.id}")
    try:
        current = current_id(folder)
        now = snapshot_store(folder, current)
    except StoreError as error:
        # What is in force cannot be read: nothing can be carried forward. It stays, since it alone has its versions.
        _log.warning("The snapshot in force cannot be read, and another one comes into force as it is: %s", error)
        done = switch_back(folder, wanted.id, entry=entry)
        return RolledBack(done.id, done.name, wanted.id, ())
    with closing(now), closing(snapshot_store(folder, wanted.id)) as then:
        if wanted.id in {current, read_snapshot(folder, current).restores}:
            raise UsageError(f"The state of snapshot {wanted.id} is in force already.")
        with now.reading() as present, then.reading() as former:
            gone = taken_back(former, present)
            written = restored(former, present, act)
            done = publish_snapshot(
                folder,
                written,
                name=wanted.name,
                created=act.created,
                kept=target.kept_snapshots,
                expected=current,
                entry=entry,
                restores=wanted.restores or wanted.id,
                complete=_write_index,
                change=written.change,
                describe=counted,
            )
    return RolledBack(done.id, done.name, wanted.id, gone)


def refused_by(review: Review, allowed: Iterable[str]) -> tuple[str, ...]:
    """The names of the rules whose Violations keep a revision from publication, sorted."""
    return tuple(sorted({finding.rule for finding in review.violations} - set(allowed)))


def _write_index(folder: Path, since: Since | None) -> None:
    """Writes the index of the words of a snapshot into its folder."""
    from stratgraph.search import index_snapshot  # noqa: PLC0415 - a wing, which reads need nothing of

    index_snapshot(folder, since)


def _check_names(allowed: Iterable[str], asked: ShapesGraph) -> None:
    """That rules have these names: one that is misspelt would stand in the record as if it had been let pass."""
    all_rules = (asked, load_shapes((*SHAPE_SETS, *TRANSITION_SETS, *LINK_SETS)))
    known = {rule.name for shapes in all_rules for rule in shapes.rules.values()}
    for name in allowed:
        if name not in known:
            raise no_such_rule(name, known)


def _refuse(store: Store | None, proposal: Proposal, act: Act) -> None:
    if act.allowed:
        _check_names(act.allowed, proposal.review.shapes)
    review = proposal.review
    if review.origin and review.undone:
        raise Superseded(
            f"The revision was made from version {review.origin.version}, and would undo what was published since: "
            f"{_named(review.undone)}.",
            mend="Put it into the revision; or name the version in force as the one that is to be replaced (against).",
        )
    rules = refused_by(review, act.allowed)
    if rules:
        raise PublicationRefused(
            f"The revision has Violations of {', '.join(rules)}.",
            mend="Mend them, or name the rules that are to be let pass (allow) and why (reason).",
        )
    if act.allowed and not act.reason.strip():
        raise PublicationRefused("Rules are let pass without a reason.", mend="Say why (reason).")
    if review.doubtful:
        places = ", ".join(match.new or match.old for match in review.doubtful)
        raise PublicationRefused(
            f"Nobody has decided which elements these are: {places}.",
            mend="Accept what is proposed (accept), or give a file of decisions (decisions).",
        )
    if store is not None and proposal.former is not None:
        newest = chosen_version(versions_of(store, review.plan))
        if newest.number != proposal.former.number:
            raise Superseded(
                f"The revision was compared with version {proposal.former.number}, and {newest.number} is the newest.",
                mend="Compare it with the newest version.",
            )
        stated = {quad.triple for quad in graph_quads(store, proposal.former.iris.graph)}
        if stated == set(proposal.plan.statements):
            raise PublicationRefused(f"The revision states what version {newest.number} states: nothing changed.")


def _named(undone: Sequence[Meanwhile]) -> str:
    """The first few of the changes, by what people call the elements."""
    named = list(dict.fromkeys(f"{one.change.type} “{one.change.label}”" for one in undone))
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return f"{', '.join(named[:_NAMED])}{more}"


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


def _as_recorded(version: Version, act: Act) -> Act:
    """The act by which a version was published, as far as it is on record."""
    if version.time is None:
        return act
    return Act(version.time, version.by, version.reason, version.allowed)


def _left_alone(target: Target, graphs: Mapping[str, Collection[Triple]], *, is_again: bool) -> tuple[str, ...]:
    """The names of those graphs that are not as in the store, where somebody may have published or removed them.

    Args:
        target: where they would be published.
        graphs: by their names.
        is_again: the plan was built before, and they with it.
    """
    store = target.store
    there = set(store.graph_names()) if store else set[str]()
    acts = [entry for entry in journal_of(str(target.location)) if not entry.plan and entry.action != "rollback"]
    if is_address(str(target.location)) or not all(act.graphs for act in acts):
        # A server has no journal, and that of an older release does not name graphs: what is there may be anybody's.
        may_be_others = {name for name in graphs if is_again or name in there}
    else:
        may_be_others = {name for act in acts for name in act.graphs}

    def is_other(name: str) -> bool:
        if store is None or name not in there:
            return bool(graphs[name])
        return {quad.triple for quad in graph_quads(store, name)} != set(graphs[name])

    return tuple(name for name in graphs if name in may_be_others and is_other(name))


def _entry(plan: StatedPlan, number: int, act: Act) -> Entry:
    return Entry("publish", act.created, act.by, act.reason, plan=plan.identifiers.plan_iri, version=number)


def _title(plan: StatedPlan) -> str:
    iri = plan.identifiers.plan_iri
    return plan.graph.text(iri, DCTERMS.TITLE) or iri
