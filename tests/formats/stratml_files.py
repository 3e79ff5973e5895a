"""Files of StratML that several tests read, and how their statements are looked at."""

from __future__ import annotations

import html
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.formats import stratml
from stratgraph.terms import SG

if TYPE_CHECKING:
    from stratgraph.statements import StatedPlan

DATA = Path(__file__).parents[1] / "data"
BRIDGES = (DATA / "stratml-bridges.xml").read_bytes()
SHARED = Path(os.environ["W3C_TESTS"]).parent / "stratml" if os.environ.get("W3C_TESTS") else None

needs_shared = pytest.mark.skipif(
    SHARED is None or not SHARED.is_dir(), reason="The folder beside W3C_TESTS holds no files of StratML."
)


def shared(name: str) -> Path:
    assert SHARED is not None
    return SHARED / name


def read(
    data: bytes | str, *, file: str = "plan.xml", description: stratml.StratmlDescription | None = None
) -> StatedPlan:
    raw = data.encode() if isinstance(data, str) else data
    return stratml.read(raw, file=file, max_bytes=5_000_000, max_depth=100, max_nodes=200_000, description=description)


def plan(core: str, *, head: str = "<Name>Plan of Us 2030-2034</Name>", tail: str = "") -> str:
    """A plan of an organisation called US."""
    organisation = "<Organization><Name>Us</Name></Organization>"
    return (
        '<PerformancePlanOrReport xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport" xml:lang="en">'
        f"{head}<StrategicPlanCore>{organisation}{core}</StrategicPlanCore>{tail}</PerformancePlanOrReport>"
    )


def read_oecd() -> StatedPlan:
    description = stratml.read_description((DATA / "oecd-ai.toml").read_bytes(), file="oecd-ai.toml")
    return read(shared("oecd-ai.xml").read_bytes(), file="oecd-ai.xml", description=description)


def read_cnxt() -> StatedPlan:
    return read(shared("cnxt.xml").read_bytes(), file="cnxt.xml")


class Facts:
    """What a plan says, by places relative to it."""

    def __init__(self, stated: StatedPlan) -> None:
        self.plan = stated
        self.base = stated.identifiers.plan_iri
        self.said: dict[str, list[Triple]] = defaultdict(list)
        for triple in stated.statements:
            self.said[triple.subject.value].append(triple)

    def short(self, iri: str) -> str:
        return iri.removeprefix(self.base).removeprefix("/") if iri.startswith(self.base) else iri

    def values(self, place: str, predicate: str) -> list[str]:
        """Literals, or places."""
        subject = place if ":" in place else f"{self.base}/{place}".rstrip("/")
        return sorted(
            t.object.value if isinstance(t.object, Literal) else self.short(t.object.value)
            for t in self.said[subject]
            if t.predicate.value == predicate
        )

    def places(self, kind: SG | None = None) -> set[str]:
        """Of the elements, or of those of a kind."""
        elements = {t.subject.value for t in self.plan.statements if t.predicate.value == SG.IN_PLAN}
        return {
            self.short(t.subject.value)
            for t in self.plan.statements
            if t.subject.value in elements and (kind is None or t.object == NamedNode(kind))
        }

    def evidence(self, place: str, predicate: str) -> list[str]:
        """The characters of the source that a property rests on."""
        return [
            self.plan.source.text[span.start : span.end]
            for t, evidence in self.plan.statements.items()
            if self.short(t.subject.value) == place and t.predicate.value == predicate
            for span in evidence.spans
        ]

    def kept(self) -> dict[str, str]:
        """The paragraphs by their labels."""
        return {
            self.values(place, LABEL)[0]: self.values(place, SG.TEXT)[0]
            for place in sorted({self.short(t.subject.value) for t in self.plan.statements})
            if self.values(place, TYPE) == [SG.PARAGRAPH]
        }

    def told(self) -> list[str]:
        return [notice.what for notice in self.plan.notices]


TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


# --- files that anybody might have made -------------------------------------------------------------------------------

NAMES = [
    "Goal", "Objective", "PerformanceIndicator", "Name", "Description", "OtherInformation", "Identifier", "Mission",
    "SequenceIndicator", "MeasurementInstance", "TargetResult", "ActualResult", "Descriptor", "DescriptorName",
    "DescriptorValue", "NumberOfUnits", "UnitOfMeasurement", "MeasurementDimension", "Stakeholder", "Relationship",
    "ReferentIdentifier", "Organization", "Acronym", "AdministrativeInformation", "StartDate", "Source", "Paragraph",
    "StrategicPlanCore", "Value", "Role", "Submitter", "EndDate", "Ελ",
]  # fmt: skip
WORDS = st.sampled_from(
    ["", " ", "Baseline", "part of", "[TBD]", "2030-2034", "\u1680", "a&b", "é\n  f\tg", "stratgraph.us"]
) | st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=5)
ATTRIBUTE = st.tuples(
    st.sampled_from(["Type", "ValueChainStage", "id", "xml:lang", "xsi:type"]), WORDS | st.just("Output")
)


@st.composite
def xml(draw: st.DrawFn, depth: int = 3) -> str:
    name = draw(st.sampled_from(NAMES))
    attributes = dict(draw(st.lists(ATTRIBUTE, max_size=2)))
    tag = " ".join([name, *(f'{key}="{html.escape(value)}"' for key, value in attributes.items())])
    below = draw(st.lists(xml(depth=depth - 1), max_size=4)) if depth else []
    words = html.escape(draw(WORDS))
    return f"<{tag}>{words}{''.join(below)}</{name}>"


def flat(text: str) -> str:
    return " ".join(re.sub("[\u200b\ufeff]", " ", text).split())


def said_in(source: str) -> list[str]:
    """Every text and attribute in some XML, by another way than the reader's."""
    bare = re.sub(r"<[^<>]*>", lambda m: "\0" + "\0".join(re.findall(r'[\w:]+="([^"]*)"', m.group())) + "\0", source)
    return [flat(html.unescape(piece)) for piece in bare.split("\0") if flat(html.unescape(piece))]


def missing(stated: StatedPlan, said: list[str]) -> set[str]:
    graph = {flat(t.object.value) for t in stated.statements} | {flat(notice.what) for notice in stated.notices}
    everything = "\0".join(graph) + stated.identifiers.plan_iri
    return {piece for piece in said if piece not in everything}


def written(elements: list[str], name: str) -> str:
    return f"<StrategicPlan><Name>{html.escape(name)}</Name>{''.join(elements)}</StrategicPlan>"
