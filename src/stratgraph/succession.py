"""The plan of the period before a plan: which it is, what became of its elements, and the record of that.

A plan says by ``dcterms:replaces`` which plan it replaces, and each of its elements which elements of that plan it
carries on. What nobody says matching finds, and a decision says how and how sure (docs/decisions/0028).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Triple

from stratgraph.document import SUCCESSION, Decision, Evidence, label, succession_name
from stratgraph.errors import Location, UsageError
from stratgraph.graph import text_of
from stratgraph.history import in_force, newest_versions, read_version, versions_by_plan
from stratgraph.identifiers import may_be_plan
from stratgraph.matching import Relation, succession
from stratgraph.matching.succession import DECIDED, shared_language
from stratgraph.statements import Notice
from stratgraph.terms import DCTERMS, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from stratgraph.history import Version
    from stratgraph.matching import Succession
    from stratgraph.matching.succession import Named
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Reading

_REPLACES: Final = NamedNode(DCTERMS.REPLACES)


def no_such_plan(name: str, known: Iterable[str], plan: StatedPlan) -> UsageError:
    """The error of a name that is neither that of a version of a plan nor that of another plan.

    Args:
        name: what somebody gave.
        known: IRIs of the plans that are published.
        plan: that is compared.
    """
    listed = ", ".join(map(shortened, known)) or "none"
    return UsageError(
        f"{name!r} names no version of this plan and no published plan.",
        mend=f"Published plans are: {listed}. {_names_of_versions(plan)}",
    )


def no_such_version(name: str, plan: StatedPlan) -> UsageError:
    """The error of a name that is not that of a version of a plan, where it cannot be that of another plan.

    Args:
        name: what somebody gave.
        plan: that is published.
    """
    return UsageError(
        f"{name!r} names no version of this plan.",
        mend=f"{_names_of_versions(plan)}. A plan that is published says itself which plan it replaces "
        "(dcterms:replaces).",
    )


def _names_of_versions(plan: StatedPlan) -> str:
    return f"A version is named by its number, or by its IRI, which begins with {plan.identifiers.versions}"


def named_plan(reading: Reading, name: str, plan: StatedPlan) -> str:
    """The IRI of the published plan of a name: its IRI, or the end of that from a slash on, such as ``2012-2015``.

    Args:
        reading: of the store.
        name: what somebody gave.
        plan: that is compared with it.

    Raises:
        UsageError: there is none, or there are several.
    """
    known = sorted(newest_versions(reading))
    fitting = [name] if name in known else [iri for iri in known if iri.endswith(f"/{name.strip('/')}")]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise UsageError(
            f"{name!r} may be each of {len(fitting)} plans.", mend=f"Name one by its IRI: {', '.join(fitting)}."
        )
    raise no_such_plan(name, known, plan)


def predecessor_of(reading: Reading, plan: StatedPlan, named: str = "") -> tuple[Version, StatedPlan] | None:
    """The version in force of the plan that a plan replaces, and what it states; None where it replaces none.

    Args:
        reading: of the store.
        plan: the plan that follows.
        named: the name of that plan, where somebody says it; else it is the one that the plan states.

    Raises:
        UsageError: there is no plan of that name, or there are several; or it is this one.
    """
    own = plan.identifiers.plan_iri
    if not named:
        # Only these plans are looked at, however many the store has.
        stated = [iri for iri in replaced_by(plan) if iri != own and may_be_plan(iri)]
    elif (before := named_plan(reading, named, plan)) == own:
        raise UsageError(
            f"<{own}> is this plan itself, and not the one before it.",
            mend="To compare it with a version of its own, give the number of that.",
        )
    else:
        stated = [before]
    version = next(filter(None, map(in_force, versions_by_plan(reading, stated).values())), None)
    return (version, read_version(reading, version)) if version else None


def replaced_by(plan: StatedPlan) -> tuple[str, ...]:
    """The IRIs of the plans that a plan says it replaces, sorted."""
    return tuple(sorted(plan.graph.iris(plan.identifiers.plan_iri, DCTERMS.REPLACES)))


def unknown_predecessors(plan: StatedPlan, known: str) -> Iterator[Notice]:
    """That a plan replaces others of whose elements nothing is said; ``known`` is the IRI of the one of which it is."""
    for iri in replaced_by(plan):
        if iri != known:
            told = "is not looked at beside the other one" if known else "is not published here"
            what = f"What this plan carries over from <{iri}> is not said: that plan {told}."
            yield Notice(what, Location(file=plan.file))


def languages_apart(plan: StatedPlan, before: StatedPlan) -> tuple[Notice, ...]:
    """That a plan and the one before have no language in common, so that their words say nothing; else nothing."""
    if shared_language(plan, before) is not None:
        return ()
    iri = before.identifiers.plan_iri
    what = (
        f"This plan and <{iri}> have titles in no language in common: their words are not compared, and only what is "
        "stated or decided is said of what this one carries over. Publish one of them in a language of the other."
    )
    return (Notice(what, Location(file=plan.file)),)


def successions(
    plan: StatedPlan,
    before: StatedPlan,
    *,
    earlier: StatedPlan | None = None,
    decided: Mapping[str, Collection[str]] | None = None,
) -> tuple[Succession, ...]:
    """What became of the elements of the plan before, and which are new.

    Args:
        plan: that follows, its elements under the IRIs that they have for good.
        before: the plan before.
        earlier: the version before of the plan that follows; what matching found for that is found anew.
        decided: by place in the plan the places in the one before, as a person decided.

    Raises:
        UsageError: something decided names no place.
    """
    only_found = _only_found(plan, before, _found(earlier))
    stated: dict[str, list[str]] = {}
    for triple in plan.statements:
        if triple.predicate == _REPLACES and triple not in only_found:
            stated.setdefault(text_of(triple.subject), []).append(text_of(triple.object))
    return succession(plan, before, stated=stated, decided=decided)


def with_successions(
    plan: StatedPlan, before: StatedPlan, found: Iterable[Succession], *, earlier: StatedPlan | None = None
) -> StatedPlan:
    """A plan that states which elements of the plan before its own carry on.

    Args:
        plan: as :func:`successions` was given it.
        before: the plan before.
        found: what that gave.
        earlier: the version before of the plan that follows.

    Returns:
        The plan with ``dcterms:replaces`` from each element to those that it carries on. What matching found rests on
        a decision with how and how sure; what the plan states rests on what it rested on, and on the decision that
        ``earlier`` had for it; what somebody decided beside the plan rests on that, also where it was recorded before.
    """
    found_before = _found(earlier)
    only_found, by_person = _only_found(plan, before, found_before), _by_person(plan)
    kept: dict[Triple, Evidence] = {}
    of_subject: dict[str, list[Triple]] = defaultdict(list)
    for triple, evidence in plan.statements.items():
        if triple in only_found:
            continue
        if triple.predicate == _REPLACES:
            of_subject[text_of(triple.subject)].append(triple)
        is_decided_anew = triple not in found_before or not by_person.isdisjoint(evidence.decisions)
        kept[triple] = evidence if is_decided_anew else evidence | found_before[triple][1]
    decisions = {one.name: one for one in plan.decisions}
    for one in found:
        for new in one.new:
            pairs = (pair for pair in one.pairs if pair[0] == new.iri)
            missing = [Triple(NamedNode(iri), _REPLACES, NamedNode(old)) for iri, old in pairs]
            if new.iri in one.decided:
                # What a person decides beside the plan goes before what that states.
                for triple in set(of_subject[new.iri]).difference(missing):
                    del kept[triple]
            else:
                missing = [triple for triple in missing if triple not in kept]
            if missing:
                decision = _decision(one, new, before)
                decisions[decision.name] = decision
                kept |= {triple: _resting_on(decision, kept.get(triple, Evidence())) for triple in missing}
    carried = (
        one for triple, (one, _) in found_before.items() if triple in kept and one.name in kept[triple].decisions
    )
    decisions = {decision.name: decision for decision in carried} | decisions
    return replace(plan, statements=kept, decisions=tuple(decisions.values()))


def carrying_on(plan: StatedPlan, before: StatedPlan) -> StatedPlan:
    """A plan that is published as it was read, with what it carries on of the published plan that it replaces."""
    plan = replace(plan, notices=(*plan.notices, *languages_apart(plan, before)))
    return with_successions(plan, before, successions(plan, before))


def facts_of(before: StatedPlan) -> tuple[Triple, ...]:
    """What the rules on a plan and the one before need to know of that one: what it says of itself."""
    iri = NamedNode(before.identifiers.plan_iri)
    return tuple(triple for triple in before.statements if triple.subject == iri)


def _only_found(
    plan: StatedPlan, before: StatedPlan, found_before: Mapping[Triple, tuple[Decision, Evidence]]
) -> frozenset[Triple]:
    """The successions that are there because a rule had found them, and that no person has said since.

    An export has them as any other statement, and a form that cannot say them lets them stay: they are found anew.
    """
    by_person = _by_person(plan)
    return frozenset(
        triple
        for triple, evidence in plan.statements.items()
        if triple in found_before
        and found_before[triple][0].by_rule
        and text_of(triple.object) in before.graph
        and by_person.isdisjoint(evidence.decisions)
    )


def _by_person(plan: StatedPlan) -> frozenset[str]:
    """The names of the decisions of persons on what elements carry on, as the plan's own source has them."""
    return frozenset(one.name for one in plan.decisions if one.name.startswith(SUCCESSION) and not one.by_rule)


def _resting_on(decision: Decision, evidence: Evidence) -> Evidence:
    """The evidence with that decision in place of any other on what an element carries on."""
    others = (name for name in evidence.decisions if not name.startswith(SUCCESSION))
    return replace(evidence, decisions=tuple(sorted({*others, decision.name})))


def _found(earlier: StatedPlan | None) -> dict[Triple, tuple[Decision, Evidence]]:
    """What an earlier version says of successions because matching found it, with the decision that says so."""
    if earlier is None:
        return {}
    decisions = {one.name: one for one in earlier.decisions if one.name.startswith(SUCCESSION)}
    return {
        triple: (decisions[name], Evidence(decisions=(name,)))
        for triple, evidence in earlier.statements.items()
        if triple.predicate == _REPLACES
        for name in evidence.decisions
        if name in decisions
    }


def _decision(found: Succession, new: Named, before: StatedPlan) -> Decision:
    said = {
        Relation.CONTINUED: "carries on",
        Relation.SPLIT: "is a part of what was",
        Relation.MERGED: "puts together",
        Relation.REGROUPED: "carries on, with others,",
    }[found.relation]
    olds = " and ".join(f"{old.place}, “{label(old.text)}”" for old in found.old)
    doubt = "; nobody has decided it" if found.is_doubtful else ""
    plan = before.identifiers.plan
    how = DECIDED if new.iri in found.decided else found.how
    reason = f"“{label(new.text)}” {said} {olds} of {plan}: {how}, confidence {found.confidence:.2f}{doubt}."
    return Decision(succession_name(new.place), reason, by_rule=not found.is_decided, confidence=found.confidence)
