"""What the rules between a plan and the one that it replaces find, where that one is published.

The rules stand in the sets of any plan: a file may describe both. Where it does not, what the published plan says of
itself is laid beside what the new one says of itself, for one validation; nothing else of either is looked at.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.terms import SHAPES_NS
from stratgraph.validation.engines import ENGINES, validate
from stratgraph.validation.findings import to_findings
from stratgraph.validation.trace import Trace

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from stratgraph.statements import StatedPlan
    from stratgraph.validation.engines import Result
    from stratgraph.validation.findings import Report
    from stratgraph.validation.rules import ShapesGraph

RULES: Final = frozenset(
    f"{SHAPES_NS}{name}"
    for name in ("PlanDoesNotReplaceItself", "ReplacedPlanIsPlan", "PlanFollowsWhatItReplaces", "PeriodsDoNotOverlap")
)
"""The rules on a plan and the one that it replaces."""


def between_periods(
    plan: StatedPlan, facts: tuple[Triple, ...], shapes: ShapesGraph, *, engine: str = ENGINES[0]
) -> frozenset[Result]:
    """What those rules find of a plan beside the one before.

    Args:
        plan: that replaces another.
        facts: what the one before says of itself; empty where it is not known: then there is nothing to find.
        shapes: that the plan is held against.
        engine: one of ``ENGINES``.

    Raises:
        UsageError: there is no such engine.
    """
    if not facts:
        return frozenset()
    own = NamedNode(plan.identifiers.plan_iri)
    said = [triple for triple in plan.statements if triple.subject == own]
    found = validate([*said, *facts], shapes, engine=engine)
    return frozenset(one for one in found if one.shape in RULES and one.focus == own)


def with_plan_before(report: Report, plan: StatedPlan, facts: tuple[Triple, ...]) -> Report:
    """The report on a plan with what those rules find of it beside the one before.

    Args:
        report: on the plan alone; what is found beside the other one is not in it yet, for a file may describe both.
        plan: that replaces another.
        facts: what the one before says of itself.
    """
    known = {finding.result for finding in report.findings}
    results = between_periods(plan, facts, report.shapes, engine=report.engine) - known
    found = to_findings(results, report.shapes.rules, plan.graph, Trace.of_plan(results, plan))
    return replace(report, findings=(*found, *report.findings))
