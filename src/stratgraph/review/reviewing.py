"""The review: a revision beside the version before, what changed, what became of the findings, what follows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from stratgraph.plan_files import words_of_form
from stratgraph.review.changes import changes
from stratgraph.review.effects import effects
from stratgraph.review.meanwhile import published_meanwhile
from stratgraph.review.model import Origin, Review, Reviewed, Standing
from stratgraph.review.periods import between_periods
from stratgraph.review.things import Things
from stratgraph.review.transitions import transition_results
from stratgraph.terms import DCTERMS, RDF, RDFS, SG
from stratgraph.validation.engines import ENGINES, validate
from stratgraph.validation.findings import to_findings
from stratgraph.validation.rules import together
from stratgraph.validation.rulesets import DEFAULT_RULES, Ruleset, profiles_of
from stratgraph.validation.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from pyoxigraph import Triple

    from stratgraph.matching import Match
    from stratgraph.review.model import Change, Predecessor
    from stratgraph.statements import StatedPlan
    from stratgraph.validation.engines import Result
    from stratgraph.validation.rules import ShapesGraph


@dataclass(frozen=True, slots=True)
class Base:
    """The earlier version that a revision was made from.

    Args:
        number: its number.
        plan: what it states.
        is_said: the file says so; otherwise it is the nearest one.
    """

    number: int
    plan: StatedPlan
    is_said: bool


def review(
    new: StatedPlan,
    old: StatedPlan | None,
    *,
    against: str,
    version: int,
    matches: tuple[Match, ...] = (),
    links: Iterable[Triple] = (),
    base: Base | None = None,
    predecessor: Predecessor | None = None,
    engine: str = ENGINES[0],
    rules: Ruleset = DEFAULT_RULES,
    found: frozenset[Result] | None = None,
) -> Review:
    """Reviews a revision. Nothing is looked at but the two versions and the links.

    Args:
        new: the revision, its elements under the IRIs that they keep, what it drops withdrawn.
        old: the version before; None where the plan is new: then there are no changes and no effects, and every
            finding is new.
        against: IRI of that version; empty where the plan is new.
        version: number that the revision would get.
        matches: how its elements were recognised.
        base: the earlier version that the revision was made from; None where it was made from ``old``.
        links: mappings of elements of the plan to things outside it, as they are published.
        predecessor: the plan of the period before, with what became of its elements; None where there is none.
        engine: one of ``stratgraph.validation.ENGINES``.
        rules: that both versions are held against, by the profile that the revision names; those between two versions
            come to them where there is a version before.
        found: what the rules find in the revision by itself and beside the plan before, where somebody has asked them
            already; otherwise they are asked here.

    Raises:
        UsageError: there is no such engine, profile or set.
    """
    after = Things(new)
    before = Things(old) if old else None
    changed = changes(after, before) if before else ()
    shapes = rules.shapes(profiles_of(new.statements))
    between = rules.between()
    return Review(
        plan=new.identifiers.plan_iri,
        title=_title(after),
        file=new.file,
        against=against,
        version=version,
        elements=len(new.graph.subjects(SG.IN_PLAN)),
        changes=changed,
        findings=tuple(
            replace(one, unit=after.unit(one.finding.focus) or (before.unit(one.finding.focus) if before else ""))
            for one in _findings(new, old, engine, (shapes, between), predecessor.facts if predecessor else (), found)
        ),
        effects=effects(after, before, changed, links) if before else (),
        matches=matches,
        notices=new.notices,
        shapes=together((shapes, between)) if old else shapes,
        engine=engine,
        origin=_origin(base, before, changed) if base and before else None,
        predecessor=predecessor,
        came=frozenset(new.statements.keys() - (old.statements.keys() if old else ())),
        went=frozenset(old.statements.keys() - new.statements.keys()) if old else frozenset(),
    )


def _origin(base: Base, in_force: Things, changed: tuple[Change, ...]) -> Origin:
    version = base.plan.identifiers.version(base.number)
    found = published_meanwhile(in_force, Things(base.plan), changed)
    return Origin(base.number, version.graph, base.is_said, found)


def _title(things: Things) -> str:
    return things.graph.text(things.plan.identifiers.plan_iri, DCTERMS.TITLE, RDFS.LABEL)


def _findings(
    new: StatedPlan,
    old: StatedPlan | None,
    engine: str,
    asked: tuple[ShapesGraph, ShapesGraph],
    facts: tuple[Triple, ...],
    found: frozenset[Result] | None,
) -> Iterator[Reviewed]:
    shapes, between = asked
    rules = together(asked).rules
    if found is None:
        found = validate(new.statements, shapes, engine=engine) | between_periods(new, facts, shapes, engine=engine)
    after = found
    before = validate(old.statements, shapes, engine=engine) if old else frozenset()
    before |= between_periods(old, facts, shapes, engine=engine) if old else frozenset()
    unchanged, fixed = _compared(after, before)
    came = after - unchanged
    if old:
        came |= transition_results(new.statements, old.statements, between, engine=engine)
    words = words_of_form(new)
    vanished = Trace.of_plan(came, old) if old else Trace()
    for standing, results in ((Standing.NEW, came), (Standing.UNCHANGED, unchanged)):
        for finding in to_findings(
            # Of what vanished the version before alone can say what people call it.
            results,
            rules,
            new.graph,
            Trace.of_plan(results, new),
            before=old.graph if old else None,
        ):
            stood = vanished.place(finding.result) if finding.result.focus not in new.graph else None
            message, mend = finding.message, finding.mend
            if words:
                kind = new.graph.iri(finding.focus, RDF.TYPE)
                message, mend = words.told(message, kind), words.told(mend, kind)
            message = f"{message} It stood in {stood}." if stood else message
            yield Reviewed(standing, replace(finding, message=message, mend=mend), stood)
    if old:
        for finding in to_findings(fixed, rules, old.graph, Trace.of_plan(fixed, old)):
            yield Reviewed(Standing.FIXED, finding, finding.where if str(finding.where) else None)


def _compared(after: frozenset[Result], before: frozenset[Result]) -> tuple[frozenset[Result], frozenset[Result]]:
    """The results after that were there before, and those before that are there no more.

    A result is the same where rule, element, property and value are; then, of what is left, where rule, element and
    property are and the value is a wording: one that was mended in some other place is as wrong as it was.
    """
    unchanged: set[Result] = set()
    gone = set(before)
    for key in (_by_value, _by_property):
        waiting: dict[Hashable, list[Result]] = defaultdict(list)
        for result in sorted(gone, key=str, reverse=True):
            waiting[key(result)].append(result)
        for result in sorted(after - unchanged, key=str):
            if key(result) is not None and waiting[key(result)]:
                unchanged.add(result)
                gone.remove(waiting[key(result)].pop())
    return frozenset(unchanged), frozenset(gone)


def _by_value(result: Result) -> Hashable:
    return (result.shape, result.focus, result.path, result.value)


def _by_property(result: Result) -> Hashable:
    return (result.shape, result.focus, result.path) if isinstance(result.value, Literal) else None
