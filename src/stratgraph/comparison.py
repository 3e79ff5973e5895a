"""A proposal: a revision that was read, whose elements were recognised, and that was reviewed against a version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from stratgraph.asking import triples
from stratgraph.document import Evidence
from stratgraph.errors import Location
from stratgraph.history import (
    chosen_version,
    graph_quads,
    read_version,
    used_places,
    versions_of,
)
from stratgraph.identifiers import published_name, whole_number
from stratgraph.matching import (
    Outline,
    accepted,
    completed,
    identified,
    is_in_another_language,
    match,
    questions,
    read_decisions,
    read_successions,
    with_other_languages,
    with_unsaid,
    write_decisions,
)
from stratgraph.matching.decisions import NO_SUCCESSIONS
from stratgraph.ownership import (
    refuse_claimed,
    refuse_of_another_publisher,
    refuse_slip_in_name,
    refuse_translation_of_another_name,
)
from stratgraph.plan_files import check_whole, has_one_language, told_in_form_of
from stratgraph.review import Base, Predecessor, review
from stratgraph.review.fixes import fixes
from stratgraph.review.model import Standing
from stratgraph.statements import Notice, in_language_of
from stratgraph.succession import (
    facts_of,
    languages_apart,
    no_such_plan,
    predecessor_of,
    replaced_by,
    successions,
    unknown_predecessors,
    with_successions,
)
from stratgraph.terms import DCTERMS
from stratgraph.validation import DEFAULT_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from pyoxigraph import Triple

    from stratgraph.document import Source
    from stratgraph.history import Version
    from stratgraph.matching import Match, Question
    from stratgraph.review.fixes import Fixed, Mended
    from stratgraph.review.model import Review
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Entry, Reading, Store
    from stratgraph.validation import Ruleset

_NEAREST: Final = 20
"""So many versions back a revision that does not say what it was made from is looked for."""

_ROUNDS: Final = 10
"""How often a plan is mended and looked at again; two or three do."""


@dataclass(frozen=True)
class Comparison:
    """A revision beside what it is compared with.

    Args:
        plan: the revision as it was read.
        former: the version that it is compared with; None where the plan is new.
        old: what that version states.
        told: what of it the form of the revision can say; None where that is all of it.
        number: that the revision would get.
        used: the places of all elements that the plan ever had.
        links: the mappings of its elements in the current view.
        state: of the store when it was looked at; empty where nothing is published.
        earlier: the versions before the one that it is compared with of which it may have been made, each with what it
            states; that one alone where the file names it, none where somebody said what to compare with.
        rules: that both are held against.
        predecessor: the version in force of the plan of the period before, and what it states; None where there is
            none.
    """

    plan: StatedPlan
    former: Version | None
    old: StatedPlan | None
    number: int
    told: StatedPlan | None = None
    used: frozenset[str] = frozenset()
    links: tuple[Triple, ...] = ()
    state: str = ""
    earlier: tuple[tuple[Version, frozenset[Triple]], ...] = ()
    rules: Ruleset = DEFAULT_RULES
    predecessor: tuple[Version, StatedPlan] | None = None

    @cached_property
    def outlines(self) -> tuple[Outline, Outline] | None:
        """The elements of the revision and of the version before, as matching sees them; None of a new plan."""
        return (Outline(self.plan), Outline(self.told or self.old)) if self.old else None

    def matches(self, decided: Mapping[str, str]) -> tuple[Match, ...]:
        """How the elements that the revision does not name are recognised, after what somebody decided."""
        return match(*self.outlines, used=self.used, decided=decided) if self.outlines else ()

    def decided_in(self, file: tuple[bytes, str] | None) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
        """What a file decided on doubtful matches, and on the elements of the plan before: what :func:`propose` takes.

        Args:
            file: its content and its name; None decides nothing.

        Raises:
            SourceError: it is not of the form, or names what is not there; says the line.
        """
        if file is None:
            return {}, {}
        data, name = file
        decided = read_decisions(data, file=name, new=self.plan, old=self.old) if self.old else {}
        return decided, read_successions(data, file=name) if self.predecessor else {}

    def decisions(
        self,
        decided: Mapping[str, str],
        *,
        unseen: Collection[str] = (),
        followed: Mapping[str, Collection[str]] = NO_SUCCESSIONS,
    ) -> bytes:
        """The file of what somebody decided; empty where the plan is new, or nothing was decided.

        Args:
            decided: on doubtful matches.
            unseen: places in the revision that were accepted as proposed, without a question.
            followed: what was decided on the plan before.
        """
        if self.former is None or not (decided or followed):
            return b""
        header = f"Which elements of {published_name(self.plan.file)} are which of <{self.former.iris.graph}>."
        return write_decisions(self.matches(decided), header=header, unseen=unseen, successions=followed)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A revision, ready to be published if its review allows it.

    Args:
        plan: what it states, its elements with the IRIs that they keep.
        review: of it.
        former: the version that it was compared with; None where the plan is new.
        number: that it would get.
        state: of the store when it was compared.
    """

    plan: StatedPlan
    review: Review
    former: Version | None
    number: int
    state: str


def compare(
    store: Store | None,
    new: StatedPlan,
    *,
    against: int | None = None,
    predecessor: str = "",
    journal: Iterable[Entry] = (),
    rules: Ruleset = DEFAULT_RULES,
) -> Comparison:
    """A revision beside a version of its plan; nothing but what belongs to this plan is looked at.

    Args:
        store: where the plan is published; None where nothing is.
        new: the revision.
        against: number of the version to compare with; the newest where None; 0 of a new plan that is none of those
            published. Who names it knows what the revision is
            to replace: what it was made from is not asked then, nor whether its publisher is the same.
        predecessor: name of the plan of the period before (:func:`stratgraph.succession.named_plan`); where it is
            empty, the one that the plan says it replaces.
        journal: of the store: a number that was given once, and rolled back from, is not given again.
        rules: that both versions are held against.

    Raises:
        NotFound: the plan has no version of that number.
        UsageError: ``predecessor`` names no plan, several, or this one; the store has a plan of this IRI that is
            another publisher's; or none, and one of another name that says the same; or another plan has IRIs that
            this one claims.
        SourceError: a part of the revision's form is missing, of which that version says something.
    """
    given = [entry.version for entry in journal if entry.plan == new.identifiers.plan_iri]
    if store is None:
        if against:
            chosen_version((), against)
        if predecessor:
            raise no_such_plan(predecessor, (), new)
        new = replace(new, notices=(*new.notices, *unknown_predecessors(new, "")))
        return Comparison(new, None, None, max(given, default=0) + 1, rules=rules)
    with store.reading() as reading:
        before = predecessor_of(reading, new, predecessor)
        known = before[0].identifiers.plan_iri if before else ""
        new = replace(new, notices=(*new.notices, *unknown_predecessors(new, known)))
        compared = _compared(reading, new, against, given, known)
        if before is None and compared.old:
            # What the form of the revision cannot say stays: the plan still replaces what it replaced.
            before = predecessor_of(reading, compared.old if compared.told else compared.plan)
        return replace(compared, rules=rules, predecessor=before)


def against_of(named: str, new: StatedPlan) -> tuple[int | None, str]:
    """What somebody named to compare with: the number of a version of the plan, or else the name of the plan before.

    Args:
        named: a number, the IRI of a version of the plan, or what names another plan; nothing where empty.
        new: the plan.
    """
    named = named.strip()
    number = whole_number(named)
    number = new.identifiers.version_number(named) if number is None else number
    return (number, "") if number is not None else (None, named)


def _compared(reading: Reading, new: StatedPlan, against: int | None, given: list[int], before: str) -> Comparison:
    plan = new.identifiers.plan_iri
    versions = versions_of(reading, plan)
    number = max((*given, *(version.number for version in versions)), default=0) + 1
    refuse_claimed(reading, new, is_new=not versions)
    if against or any(not version.is_taken_back for version in versions):
        former = chosen_version(versions, against)
        old, used = read_version(reading, former), used_places(reading, versions)
        new = in_language_of(new, old)
        is_edition = has_one_language(new) and is_in_another_language(new, old)
        sayable = told(new, old, used)
        if is_edition:
            # Its publisher has another name in another language; another's plan has other elements, and is refused.
            new = with_other_languages(new, old, sayable or old, former.iris)
        elif against is None:
            refuse_of_another_publisher(new, old, former.number)
        check_whole(new, old, former.number)
        source = new.source if new.source.rights else _with_rights_of(old, new)
        notices = new.notices if is_edition else (*new.notices, *_missing_description(new, old))
        return Comparison(
            replace(new, source=source, notices=notices),
            former,
            old,
            number,
            None if is_edition else sayable,
            used,
            _links(reading, plan),
            reading.state,
            _earlier(reading, new, former, versions) if against is None else (),
        )
    if against is None and not versions:
        refuse_slip_in_name(reading, new, before)
        refuse_translation_of_another_name(reading, new, before)
    return Comparison(new, None, None, number, state=reading.state)


def _with_rights_of(old: StatedPlan, new: StatedPlan) -> Source:
    """The source of a revision that says nothing of rights: what the former document says goes wherever the text goes.

    In its own language: that of an edition is another one.
    """
    said = old.source
    tag = said.rights_language or said.language or old.language
    is_same = tag == (new.source.language or new.language)
    return replace(new.source, rights=said.rights, rights_language="" if is_same else tag)


def told(new: StatedPlan, old: StatedPlan, used: frozenset[str]) -> StatedPlan | None:
    """What the form of a revision can say of the version before; its elements under the IRIs that they have there.

    Args:
        new: the revision.
        old: the version before.
        used: the places of all elements that the plan ever had.

    Returns:
        None where the form can say all of it.
    """
    found = told_in_form_of(new, old)
    return found and identified(found, old, match(found, old, used=used), is_revision=False)


def _earlier(
    reading: Reading, new: StatedPlan, former: Version, versions: tuple[Version, ...]
) -> tuple[tuple[Version, frozenset[Triple]], ...]:
    if new.made_from == former.number:
        return ()
    said = [version for version in versions if version.number == new.made_from]
    # A file that says nothing, or was made from a version of another store, is nearest to one of these.
    asked = said or [version for version in versions if version.number < former.number][-_NEAREST:]
    return tuple(
        (version, frozenset(quad.triple for quad in graph_quads(reading, version.iris.graph))) for version in asked
    )


def _base(comparison: Comparison, plan: StatedPlan) -> Base | None:
    """The earlier version that the revision was made from; None where that is the one that it is compared with."""
    old, former = comparison.old, comparison.former
    if old is None or former is None or not comparison.earlier:
        return None
    stated = {version.number: triples for version, triples in comparison.earlier}
    is_said = plan.made_from in stated
    if not is_said:
        stated[former.number] = frozenset(old.statements)
    # What the form does not say stays as it is in force, and does not tell which version somebody had at hand.
    unsaid = old.statements.keys() - (comparison.told or old).statements.keys()
    # Of several that are as near, the newest.
    number = min(sorted(stated, reverse=True), key=lambda one: len((plan.statements.keys() ^ stated[one]) - unsaid))
    if number == former.number:
        return None
    return Base(number, replace(old, statements=dict.fromkeys(sorted(stated[number], key=str), Evidence())), is_said)


def decide(
    comparison: Comparison, decided: Mapping[str, str], ask: Callable[[Question], str] | None = None
) -> dict[str, str]:
    """What is decided when every doubtful match was asked about, or accepted as proposed.

    Args:
        comparison: whose matches.
        decided: before.
        ask: gives the place of the option that somebody chose, empty for a new element; None accepts what is proposed.
    """
    complete = dict(decided)
    if comparison.outlines is None:
        return complete
    while asked := questions(comparison.matches(complete), *comparison.outlines):
        if ask is None:
            complete |= accepted(comparison.matches(complete))
        else:
            # One by one: an answer can settle others.
            complete[asked[0].match.new] = ask(asked[0])
    return complete


def propose(
    comparison: Comparison,
    decided: Mapping[str, str] | None = None,
    *,
    followed: Mapping[str, Collection[str]] = NO_SUCCESSIONS,
    engine: str = "shacl",
) -> Proposal:
    """Recognises the elements of a revision, and reviews it.

    Where the plan says that it replaces one that is published, it states which elements of that it carries on.

    Args:
        comparison: of the revision with a version.
        decided: what somebody decided of doubtful matches (:mod:`stratgraph.matching`).
        followed: what somebody decided of the elements of the plan before.
        engine: that validates.

    Raises:
        UsageError: a decision is about a place that is not there.
    """
    matches = comparison.matches(decided or {})
    plan = identified(*comparison.outlines, matches) if comparison.outlines else comparison.plan
    if comparison.told and comparison.old:
        # A plan that is compared without a store is compared with the version before the one that it would be.
        last = comparison.old.identifiers.version(comparison.number - 1)
        iris = comparison.former.iris if comparison.former else last
        plan = with_unsaid(plan, comparison.told, comparison.old, iris)
    if plan.headings:
        plan = completed(plan, comparison.old)
    plan, before = _with_predecessor(comparison, plan, followed)
    return _reviewed(comparison, plan, matches, before, engine)


def _with_predecessor(
    comparison: Comparison, plan: StatedPlan, followed: Mapping[str, Collection[str]]
) -> tuple[StatedPlan, Predecessor | None]:
    """The plan with what it carries on where it says what it replaces, and that for the review."""
    if comparison.predecessor is None:
        return plan, None
    version, before = comparison.predecessor
    iri = before.identifiers.plan_iri
    found = successions(plan, before, earlier=comparison.old, decided=followed)
    plan = replace(plan, notices=(*plan.notices, *languages_apart(plan, before)))
    is_stated = iri in replaced_by(plan)
    if is_stated:
        plan = with_successions(plan, before, found, earlier=comparison.old)
    return plan, Predecessor(
        iri, version.iris.graph, before.graph.text(iri, DCTERMS.TITLE), is_stated, found, facts_of(before)
    )


def mend(comparison: Comparison, proposal: Proposal, *, engine: str = "shacl") -> tuple[Proposal, tuple[Mended, ...]]:
    """A revision with what can be mended without knowing the plan (:mod:`stratgraph.review.fixes`), reviewed again.

    Args:
        comparison: that it was proposed from.
        proposal: to mend.
        engine: that validates.

    Returns:
        The mended one, and what was mended; the same one and nothing where there is nothing to be done.
    """
    done: list[Mended] = []
    # To mend one thing may show another, such as a gap where something was withdrawn.
    for _ in range(_ROUNDS):
        findings = (one.finding for one in proposal.review.findings if one.standing is not Standing.FIXED)
        fixed = fixes(proposal.plan.statements, findings)
        if not fixed.mended:
            break
        done += fixed.mended
        plan = replace(proposal.plan, statements=_with_evidence(proposal.plan, fixed))
        last = proposal.review
        proposal = _reviewed(comparison, plan, last.matches, last.predecessor, engine)
    return proposal, tuple(done)


def _with_evidence(plan: StatedPlan, fixed: Fixed) -> dict[Triple, Evidence]:
    """The mended statements; what was added rests on what it replaces, or on what its subject rests on."""
    known = plan.statements
    by_subject: dict[object, Evidence] = {}
    for triple, evidence in known.items():
        by_subject.setdefault(triple.subject, evidence)
    replaced = {
        added: reduce(or_, (known.get(removed, Evidence()) for removed in mended.removed), Evidence())
        for mended in fixed.mended
        for added in mended.added
    }
    return {
        triple: known.get(triple) or replaced.get(triple) or by_subject.get(triple.subject, Evidence())
        for triple in fixed.triples
    }


def _reviewed(
    comparison: Comparison, plan: StatedPlan, matches: tuple[Match, ...], before: Predecessor | None, engine: str
) -> Proposal:
    former = comparison.former
    found = review(
        plan,
        comparison.old,
        against=former.iris.graph if former else "",
        version=comparison.number,
        matches=matches,
        links=comparison.links,
        base=_base(comparison, plan),
        predecessor=before,
        engine=engine,
        rules=comparison.rules,
    )
    return Proposal(plan, found, former, comparison.number, comparison.state)


def _missing_description(new: StatedPlan, old: StatedPlan) -> tuple[Notice, ...]:
    """Tells who revises a text and leaves out what was said beside it: what it decided would seem to be changed."""
    if new.source.media_type != old.source.media_type or all(decision.by_rule for decision in old.decisions):
        return ()
    if not all(decision.by_rule for decision in new.decisions):
        return ()
    what = (
        f"{old.file} was read with a description beside it (publisher, editorial decisions), and this file without: "
        "changes below may come from that. Put the description beside it as NAME.toml, or send it with it."
    )
    return (Notice(what, Location(file=new.file)),)


def _links(reading: Reading, plan: str) -> tuple[Triple, ...]:
    """The mappings that elements of the plan have in the current view."""
    return tuple(triples(reading, "review-links", plan=[plan]))
