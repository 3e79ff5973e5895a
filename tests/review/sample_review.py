"""A review written by hand, in which every field and every case of each form stands once."""

from __future__ import annotations

from dataclasses import replace

from pyoxigraph import BlankNode, Literal, NamedNode

from stratgraph.errors import Location
from stratgraph.matching import Match, Named, Relation, Succession
from stratgraph.review.model import (
    Change,
    ChangeKind,
    Effect,
    EffectKind,
    Fate,
    Meanwhile,
    Origin,
    Predecessor,
    Review,
    Reviewed,
    Standing,
    Words,
)
from stratgraph.statements import Notice
from stratgraph.terms import RDFS, SG, SH_NS, SHAPES_NS
from stratgraph.validation import Finding
from stratgraph.validation.engines import Result
from stratgraph.validation.rules import load_shapes

PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
FILE = "plans/the plan.ttl"
HOSTILE = "</style><script>alert(\"1\")</script> & 'it' \u202egnp.exe\u2069\x1b[31m"
"""Closes a tag, runs a script, quotes, turns the reading direction, colours a terminal."""


OBJECTIVE = "Objective 1: To build a road."


def iri(place: str) -> str:
    return f"{PLAN}/{place}"


def finding(
    rule: str,
    severity: str,
    focus: str,
    *,
    where: Location | None = None,
    label: str = "",
    path: str | None = None,
    value: str = "",
    message: str = "Something is wrong.",
    reason: str = "Because.",
    paragraph: str | None = None,
) -> Finding:
    place = where or Location()
    return Finding(
        rule=rule,
        severity=severity,
        focus=focus,
        label=label,
        path=path or "",
        value=value,
        message=message,
        mend="Mend it.",
        reason=reason,
        file=place.file,
        sheet=place.sheet,
        line=place.line,
        column=place.column,
        paragraph=paragraph,
        result=Result(
            shape=f"{SHAPES_NS}{rule}",
            focus=NamedNode(focus) if "://" in focus else BlankNode(focus.removeprefix("_:")),
            path=path,
            value=Literal(value, language="en") if value else None,
            component=f"{SH_NS}MinCountConstraintComponent",
            severity=f"{SH_NS}{severity}",
            message=message,
        ),
    )


CHANGES = (
    Change(ChangeKind.AMENDED, PLAN, "Strategic plan", "Plan 1", property=RDFS.LABEL, property_label="label",
           new="Plan 1"),
    Change(
        ChangeKind.ADDED, iri("north/objective/1/output/2"), "Output", "A bridge", "AG-N", OBJECTIVE,
        new="A bridge of stone", where=Location(file=FILE, line=12, column=3), paragraph="Table 1",
    ),
    Change(
        ChangeKind.REMOVED, iri("north/objective/1/output/3"), "Output", "A ferry", "AG-N", OBJECTIVE,
        old="A ferry", paragraph="Table 2",
    ),
    Change(
        ChangeKind.REWORDED, iri("north/objective/1/output/4"), "Output", "Two roads", "AG-N", OBJECTIVE,
        SG.TEXT, "text", "A road of stone", "Two roads of stone",
        (Words("A road ", "removed"), Words("Two roads ", "added"), Words("of stone", "same")),
        Location(file="plan.xlsx", sheet="Outputs", line=12, column=3),
    ),
    Change(
        ChangeKind.RENUMBERED, iri("north/objective/1/output/4"), "Output", "Two roads", "AG-N",
        OBJECTIVE, SG.NOTATION, "number", "3", "4",
    ),
    Change(
        ChangeKind.MOVED, iri("south/objective/2/kpi/1"), "KPI", "Carts", "AG-S", "", SG.INDICATOR_OF, "indicator of",
        "Objective 1", "Objective 2", where=Location(file=FILE, line=40, column=2, cell=True),
    ),
    Change(
        ChangeKind.RELINKED, iri("south/objective/2/kpi/2"), "KPI", HOSTILE, "AG-S", HOSTILE, SG.MEASURES, "measures",
        HOSTILE, "",
    ),
    Change(
        ChangeKind.REVALUED, iri("south/objective/2/kpi/1/target/1"), "Target", "Carts", "AG-S", "", SG.NUMERIC_VALUE,
        "number", "12500 carts", "13000 carts",
    ),
    Change(
        ChangeKind.TRANSLATED, iri("south/objective/2/kpi/1"), "KPI", "Carts", "AG-S", "", SG.TEXT, "text", "",
        "Charrettes",
    ),
)  # fmt: skip

FINDINGS = (
    Reviewed(
        Standing.NEW,
        finding(
            "ObjectiveHasIndicator", "Violation", iri("north/objective/1"), label=OBJECTIVE,
            where=Location(file=FILE, line=7), message="The objective has no indicator.", paragraph="1 The north",
            reason="https://w3id.org/stratgraph/id/itu/plan/2012-2015/term/outputs",
        ),
    ),
    Reviewed(
        Standing.NEW,
        finding(
            "ThingHasLabel", "Violation", "_:b1", path=RDFS.LABEL,
            where=Location(file="plan.xlsx", sheet="KPI's list", line=4, column=28),
        ),
    ),
    Reviewed(
        Standing.NEW,
        finding("WordingIsTidy", "Info", iri("vision"), label=HOSTILE, path=SG.TEXT, value=HOSTILE, message=HOSTILE,
                reason=HOSTILE),
    ),
    Reviewed(
        Standing.UNCHANGED,
        finding("ThingHasLabel", "Violation", iri("vision"), where=Location(file=FILE, line=9, column=5)),
    ),
    Reviewed(Standing.UNCHANGED, finding("WordingIsTidy", "Warning", iri("mission"), path=SG.TEXT, value="• A")),
    Reviewed(Standing.FIXED, finding("PlanHasTitle", "Violation", PLAN, where=Location(file="old.ttl", line=3))),
)  # fmt: skip

EFFECTS = (
    Effect(
        EffectKind.LINK, iri("north/objective/1/output/4"), "Two roads",
        "The output that the mapping is of was reworded.",
        "Look at the mapping again.", ("http://metadata.un.org/sdg/9.1",), Location(file=FILE, line=12), "Table 1",
    ),
    Effect(EffectKind.COVERAGE, iri("north/objective/1"), "Objective 1", "It lost its last indicator.", "Add one."),
)  # fmt: skip

MATCHES = (
    Match("north/objective/1/output/1", "north/objective/1/output/1", "north/objective/1/output/1", "A road",
          "same place and text", 1.0),
    Match("north/objective/1/output/2", "north/objective/1/output/4", "north/objective/1/output/4", "Two roads",
          "similar text", 0.61, is_doubtful=True, alternatives=("north/objective/1/output/3",)),
    Match("north/objective/1/output/3", "", "north/objective/1/output/5", "A canal",
          "decided", 1.0, is_decided=True),
    Match("", "north/objective/1/output/3", "north/objective/1/output/3", "A ferry",
          "not in the revision any more", 0.9),
)  # fmt: skip


def named(place: str) -> Named:
    """An element of one of two plans."""
    return Named(iri(place), place, SG.OBJECTIVE, f"Label of {place} {HOSTILE}", HOSTILE)


REVIEW = Review(
    plan=PLAN,
    title="Plan 1",
    file=FILE,
    against=f"{PLAN}/version/1",
    version=2,
    elements=12,
    changes=CHANGES,
    findings=FINDINGS,
    effects=EFFECTS,
    matches=MATCHES,
    notices=(Notice("A picture; it stays in the source.", Location(file=FILE, line=90, column=1)),),
    shapes=load_shapes(("required", "recommended", "results")),
    engine="shacl",
)

FIRST = replace(REVIEW, against="", version=1, changes=(), findings=(), effects=(), matches=(), notices=())
"""A first version, with which all is well."""

NEXT = replace(
    FIRST,
    predecessor=Predecessor(
        f"{PLAN}/before",
        f"{PLAN}/before/version/3",
        HOSTILE,
        is_stated=True,
        successions=(
            Succession(Relation.SPLIT, (named("objective/1"),), (named("objective/2"), named("objective/3")),
                       "their words together", 0.87, is_doubtful=True),
            Succession(Relation.ENDED, (named("objective/4"),), (), "nothing like it follows", 1.0),
            Succession(Relation.ENDED, (named("objective/4/output/1"),), (), "nothing like it follows", 0.6),
            Succession(Relation.NEW, (), (named("goal/1"),), "nothing like it before", 0.75),
        ),
    ),
)  # fmt: skip
"""A first version of a plan that follows another: one element is split, two ended, one of them below the other."""

SUPERSEDED = replace(
    FIRST,
    against=f"{PLAN}/version/2",
    version=3,
    origin=Origin(
        1,
        f"{PLAN}/version/1",
        is_said=True,
        meanwhile=(
            Meanwhile(CHANGES[3], Fate.UNDONE, "A road of stone"),
            Meanwhile(CHANGES[4], Fate.COLLIDES, "5"),
            Meanwhile(CHANGES[1], Fate.KEPT),
        ),
    ),
)
"""Made from version 1 while 2 is in force: of three changes since, it undoes one, collides with one, and has one."""
