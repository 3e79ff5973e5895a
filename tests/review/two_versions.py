"""Two versions of the plan in tests/data/small-plan.ttl, with a second objective so that things can move."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.formats import rdf
from stratgraph.review.changes import changes
from stratgraph.review.things import Things

if TYPE_CHECKING:
    from stratgraph.review import Change
    from stratgraph.statements import StatedPlan

PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
NORTH = "agency/plan/1/north"
IN_NORTH = "sg:inPlan <agency/plan/1> ; sg:ofUnit <agency/north>"

OLD = (
    (Path(__file__).parents[1] / "data/small-plan.ttl").read_text("utf-8")
    + f"""
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<{NORTH}/objective/2> a sg:Objective ;
    {IN_NORTH} ; sg:text "To build a harbour."@en ; sg:position 2 ;
    sg:notation "2" ; sg:contributesTo <{NORTH}/goal> .
<{NORTH}/objective/2/output/1> a sg:Output ;
    {IN_NORTH} ; sg:text "A pier"@en ; sg:position 1 ; sg:supportsObjective <{NORTH}/objective/2> .
<{NORTH}/objective/2/output/2> a sg:Output ;
    {IN_NORTH} ; sg:text "A crane"@en ; sg:position 2 ; sg:supportsObjective <{NORTH}/objective/2> .
<{NORTH}/objective/2/output/3> a sg:Output ;
    {IN_NORTH} ; sg:text "A light"@en ; sg:position 3 ; sg:supportsObjective <{NORTH}/objective/2> .
<{NORTH}/objective/2/result/1> a sg:ExpectedResult ;
    {IN_NORTH} ; sg:text "Ships land."@en ; sg:position 1 ; sg:expectedFor <{NORTH}/objective/2> .
<{NORTH}/objective/2/kpi/1> a sg:KPI ;
    {IN_NORTH} ; sg:text "Ships a year"@en ; sg:position 1 ; sg:indicatorOf <{NORTH}/objective/2> .
"""
)

PARTS = """
<agency/plan/1/text/section/2> a sg:Section ; sg:notation "2" ; sg:position 2 ; rdfs:label "2 Outlook"@en .
<agency/plan/1/text/paragraph/2.1> a sg:Paragraph ; rdfs:label "Paragraph 2.1"@en ; sg:text "It is cold."@en ;
    sg:notation "2.1" ; sg:position 1 ; dcterms:isPartOf <agency/plan/1/text/section/2> .
<agency/plan/1/text/paragraph/2.2> a sg:Paragraph ; rdfs:label "Paragraph 2.2"@en ; sg:text "It snows."@en ;
    sg:notation "2.2" ; sg:position 2 ; dcterms:isPartOf <agency/plan/1/text/section/2> .
"""


def plan(turtle: str, file: str = "new.ttl") -> StatedPlan:
    return rdf.read(turtle.encode(), file=file, max_bytes=1_000_000)


def edited(*pairs: tuple[str, str], source: str = OLD) -> str:
    """The Turtle with pieces of it exchanged, each of which stands there once."""
    for old, new in pairs:
        assert source.count(old) == 1, f"{source.count(old)} times {old!r}"
        source = source.replace(old, new)
    return source


def found(new: str, old: str = OLD) -> tuple[Change, ...]:
    return changes(Things(plan(new)), Things(plan(old, "old.ttl")))


def briefly(changed: tuple[Change, ...]) -> list[tuple[str, str, str, str, str]]:
    """Of each change what happened to what: kind, place in the plan, local name of the property, old, new."""
    return [
        (
            change.kind.value,
            change.subject.removeprefix(f"{PLAN}/"),
            change.property.replace("#", "/").rpartition("/")[2],
            change.old,
            change.new,
        )
        for change in changed
    ]
