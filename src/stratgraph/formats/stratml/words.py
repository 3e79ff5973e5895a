"""What StratML calls what rules name: its tags, and which stands in which."""

from __future__ import annotations

from typing import Final

from stratgraph.formats.stratml.measures import BASELINE, MEASURE_KIND
from stratgraph.formats.stratml.reader import RELATIONSHIPS
from stratgraph.formats.stratml.schema import STAGE
from stratgraph.formats.words import FormWords
from stratgraph.terms import DCTERMS, ORG, RDFS, SG

_ITEM: Final = "PerformanceIndicator"
_ITEMS: Final = (SG.KPI, SG.OUTPUT, SG.EXPECTED_RESULT)

_THINGS: Final[dict[str, str]] = {
    SG.MISSION: "<Mission>",
    SG.VISION: "<Vision>",
    SG.GOAL: "<Goal>",
    SG.OBJECTIVE: "<Objective>",
    SG.KPI: f"<{_ITEM}>",
    SG.OUTPUT: f'<{_ITEM} {STAGE}="Output">',
    SG.EXPECTED_RESULT: f'<{_ITEM} {STAGE}="Outcome">',
    SG.TARGET: "<TargetResult>",
    SG.BASELINE: f"<ActualResult> with the descriptor {BASELINE}",
    SG.ACTUAL_VALUE: "<ActualResult>",
    ORG.FORMAL_ORGANIZATION: "<Organization>",
    ORG.ORGANIZATIONAL_UNIT: "<Organization>",
    SG.SECTOR: "<Organization>",
}

_WITHIN_OBJECTIVE: Final = "the <Objective> that it stands in"
_PROPERTIES: Final[dict[str, str]] = {
    RDFS.LABEL: "<Name>",
    DCTERMS.TITLE: "<Name>",
    DCTERMS.SOURCE: "<Source>",
    DCTERMS.PUBLISHER: "the first <Organization>",
    SG.START_YEAR: "<StartDate>",
    SG.END_YEAR: "<EndDate>",
    SG.NOTATION: "<SequenceIndicator>",
    SG.POSITION: "the order of the elements",
    SG.OF_UNIT: "the unit in the <Identifier>, or the <Stakeholder> that is the performer",
    SG.SERVES_MISSION: "<Mission>",
    SG.CONTRIBUTES_TO: "the <Goal> that it stands in",
    SG.SUPPORTS_OBJECTIVE: _WITHIN_OBJECTIVE,
    SG.EXPECTED_FOR: _WITHIN_OBJECTIVE,
    SG.INDICATOR_OF: _WITHIN_OBJECTIVE,
    SG.HAS_TARGET: "<TargetResult>",
    SG.HAS_BASELINE: f"<ActualResult> with the descriptor {BASELINE}",
    SG.HAS_ACTUAL_VALUE: "<ActualResult>",
    SG.NUMERIC_VALUE: "<NumberOfUnits>",
    SG.UNIT_OF_MEASURE: "<UnitOfMeasurement>",
    SG.START_DATE: "<StartDate>",
    SG.END_DATE: "<EndDate>",
    SG.BREAKDOWN: "<Descriptor>",
    SG.MEASURE_KIND: MEASURE_KIND,
    **{relation.value: f"a <Relationship> called “{name}”" for name, relation in RELATIONSHIPS.items()},
}


def _tag(iri: str, kind: str) -> str:
    if iri == SG.TEXT:
        return f"<{'MeasurementDimension' if kind in _ITEMS else 'Description'}>"
    if iri == SG.NOTATION and kind in {ORG.FORMAL_ORGANIZATION, ORG.ORGANIZATIONAL_UNIT, SG.SECTOR}:
        return "<Acronym>"
    return _PROPERTIES.get(iri, "")


WORDS: Final = FormWords(
    property=_tag,
    thing=lambda iri: _THINGS.get(iri, ""),
    elsewhere="StratML has no place for {}: mend that in a workbook or in Turtle.",
    identifier="<Identifier>",
    tag='xml:lang="en"',
)
