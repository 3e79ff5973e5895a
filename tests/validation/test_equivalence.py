"""Whatever goes wrong in a plan, wherever: both engines report the same, and the rule that is meant for it is there."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from faulty_plans import FAULTS, NO_YEAR, Fault, sound_plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stratgraph.errors import SourceError
from stratgraph.terms import SHAPES_NS
from stratgraph.validation.engines import ENGINES, validate
from stratgraph.validation.rules import load_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import NamedNode, Triple

    from stratgraph.validation.engines import Result

    Injected = tuple[Fault, NamedNode]

SHAPES = load_shapes()
SIZES = ((1, 1), (1, 2), (2, 1))
BY_RULE: dict[str, list[Fault]] = defaultdict(list)
for fault in FAULTS:
    BY_RULE[fault.rule].append(fault)


def both_engines(triples: list[Triple]) -> frozenset[Result]:
    fast, reference = (validate(triples, SHAPES, engine=engine) for engine in ENGINES)
    assert fast == reference
    return fast


def rules(results: frozenset[Result]) -> set[str]:
    return {result.shape.removeprefix(SHAPES_NS) for result in results}


def test_there_is_a_fault_for_every_rule() -> None:
    assert set(BY_RULE) == {rule.name for rule in SHAPES.rules.values()}


@pytest.mark.parametrize(("units", "objectives"), [(1, 1), (2, 2)])
def test_the_plans_are_sound(units: int, objectives: int) -> None:
    assert both_engines(sound_plan(units, objectives).triples) == frozenset()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.rule}: {fault.name}".replace(" ", "-"))
def test_a_fault_is_found_by_its_rule_at_every_place(fault: Fault) -> None:
    plan = sound_plan()
    places = fault.places(plan)
    assert places
    for place in places:
        damaged = fault.inject(plan, place)
        assert fault.rule in rules(validate(damaged.triples, SHAPES)), place


AT_ONCE = 16
"""Faults of so many rules are put into one plan: the reference engine takes as long for one as for all of them."""

GROUPS = [list(BY_RULE)[start : start + AT_ONCE] for start in range(0, len(BY_RULE), AT_ONCE)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
@settings(max_examples=1, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_engines_report_a_fault_of_every_rule_alike(group: list[str], data: st.DataObject) -> None:
    left: dict[str, Injected] = {}
    for rule in group:
        fault = data.draw(st.sampled_from(BY_RULE[rule]), "fault")
        left[rule] = fault, data.draw(st.sampled_from(fault.places(sound_plan())), "place")
    # A fault may undo another one: rules that are not told of are asked together again, and at last each alone.
    told = told_by_both(list(left.values()))
    if again := [left[rule] for rule in group if rule not in told]:
        told |= told_by_both(again)
    for rule in group:
        assert rule in told or rule in told_by_both([left[rule]])


def told_by_both(faults: list[Injected]) -> set[str]:
    """The rules that both engines tell of alike, of a plan with these faults.

    The reference gives up on some faults where they meet, as on two dates of which one is a year; then of each half.
    """
    try:
        return rules(both_engines(damaged(faults)))
    except SourceError as error:
        if len(faults) == 1 or "pyshacl gave up" not in error.what:
            raise
        half = len(faults) // 2
        return told_by_both(faults[:half]) | told_by_both(faults[half:])


def damaged(faults: Iterable[Injected]) -> list[Triple]:
    """A sound plan with these faults, but for what an earlier one of them leaves no place for."""
    plan = sound_plan()
    for fault, place in faults:
        with suppress(AssertionError, ValueError, LookupError, StopIteration):
            plan = fault.inject(plan, place)
    return plan.triples


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_engines_report_several_faults_alike(data: st.DataObject) -> None:
    plan = sound_plan(*data.draw(st.sampled_from(SIZES), "units and objectives"))
    for fault in data.draw(
        st.lists(st.sampled_from(FAULTS), min_size=2, max_size=6, unique_by=lambda one: one.rule), "faults"
    ):
        if places := fault.places(plan):
            plan = fault.inject(plan, data.draw(st.sampled_from(places), "place"))
    both_engines(plan.triples)  # of different rules, for one fault may undo another of its own


# What the two are known to differ in. Were one of these mended, it could be one of the faults.


def test_the_reference_gives_up_where_the_fast_engine_reports() -> None:
    plan = sound_plan()
    damaged = NO_YEAR.inject(plan, NO_YEAR.places(plan)[0]).triples
    assert rules(validate(damaged, SHAPES)) == {"YearIsGivenOnce", "PlanEndsAfterItStarts"}
    with pytest.raises(SourceError, match="pyshacl gave up"):
        validate(damaged, SHAPES, engine="pyshacl")
