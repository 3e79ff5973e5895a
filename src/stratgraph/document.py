"""A plan as read from a document: frozen, typed; every text knows the span of the source that it came from.

Places are strings relative to the plan's IRI (``itu-d/objective/3/output/2``), so that a document refers
to its own parts without knowing where it will be published. :func:`in_order` puts the sequences of a document in the
one order that two equal documents share.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import Enum
from textwrap import shorten
from typing import Final, Self
from urllib.parse import quote

from stratgraph.identifiers import natural_key
from stratgraph.terms import SG

_LABEL_LENGTH: Final = 100

PLAIN_TEXT: Final = "text/plain"
"""The media type of a source that says no other."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``start`` up to, not including, ``end`` of the source, counted from 0 in Unicode code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a source between newlines and tabs; line and cell count from 1."""

    start: int
    end: int
    line: int
    cell: int


def label(text: str) -> str:
    """A short name: the beginning of a long text, up to a blank; of a script without blanks, up to any character."""
    short = shorten(text, _LABEL_LENGTH, placeholder=" …")
    return f"{' '.join(text.split())[: _LABEL_LENGTH - 1]}…" if short == "…" else short


def segments(text: str) -> tuple[Segment, ...]:
    """Every segment of a text in order; empty ones too, so that with their breaks they are the text."""
    found = []
    start = 0
    for number, line in enumerate(text.split("\n"), start=1):
        for cell, piece in enumerate(line.split("\t"), start=1):
            found.append(Segment(start, start + len(piece), number, cell))
            start += len(piece) + 1
    return tuple(found)


@dataclass(frozen=True, slots=True, order=True)
class Derivation:
    """How a value was made that does not stand in the source as it is.

    Args:
        name: of this way of making one; stands in its IRI.
        how: in English.
    """

    name: str
    how: str


COUNTED: Final = Derivation("position", "Counted from 1, in the order of the source, within the same parent.")
"""How a position is made, whatever the form of the source."""

SHORTENED: Final = Derivation("beginning", "The beginning of the text in one line, up to 100 characters.")
"""How a label is made that nobody gave."""

NUMBER: Final = Derivation("number", "The number, written as a store writes one.")
"""How a number is made that the source writes in another way: 12500.0, +3."""


@dataclass(frozen=True, slots=True, order=True)
class EarlierSpan:
    """Characters of the source of an earlier version, on which something rests that a later source does not say again.

    Args:
        iri: of the span; that of the source where it is the source as a whole.
        source: IRI of that source.
        line: from 1; 0 where it is the source as a whole.
        cell: from 1; 0 where it is the source as a whole.
        characters: as they stand there; empty where it is the source as a whole.
    """

    iri: str
    source: str
    line: int
    cell: int
    characters: str

    @classmethod
    def of_source(cls, source: str) -> EarlierSpan:
        """A source as a whole."""
        return cls(source, source, 0, 0, "")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a fact rests on: places in the source, and editorial decisions where reading alone did not give it.

    A text whose evidence has no derivation stands at its spans word for word, and nothing else does but markup and
    marks of footnotes. An evidence without a span rests on the decisions and on the source as a whole.

    Args:
        spans: in the order of the source, each once.
        decisions: names, sorted.
        derivations: how the value was made of what stands there, sorted.
        earlier: places in the sources of earlier versions, sorted.
    """

    spans: tuple[Span, ...] = ()
    decisions: tuple[str, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    earlier: tuple[EarlierSpan, ...] = ()

    def __or__(self, other: Evidence) -> Evidence:
        """Both together."""
        return Evidence(
            tuple(sorted({*self.spans, *other.spans})),
            tuple(sorted({*self.decisions, *other.decisions})),
            tuple(sorted({*self.derivations, *other.derivations})),
            tuple(sorted({*self.earlier, *other.earlier})),
        )

    def made_by(self, derivation: Derivation) -> Evidence:
        """That of a value which is made of what stands here."""
        return self | Evidence(derivations=(derivation,))


@dataclass(frozen=True, slots=True)
class Quote:
    """A short text, such as a title, a number or a label, and what it rests on."""

    text: str
    evidence: Evidence = Evidence()


SUCCESSION: Final = "succession-"
"""What the names of decisions begin with that say which element of the plan before an element carries on."""


def succession_name(place: str) -> str:
    """The name of the decision on what an element carries on, by its place; of the plan itself where that is empty.

    It is a part of a path, and each place has another.
    """
    parts = (quote(part, safe="").replace("~", "%7E") for part in place.split("/"))
    return f"{SUCCESSION}{'~'.join(parts) if place else '(plan)'}"


@dataclass(frozen=True, slots=True)
class Decision:
    """An editorial decision.

    Args:
        name: unique in the document; stands in its IRI.
        reason: what was decided and why, in English.
        by_rule: true where a rule of the reader decided, false where a person did.
        confidence: how sure it is, from 0 to 1; None where that is no question.
    """

    name: str
    reason: str
    by_rule: bool = True
    confidence: float | None = None


OWNED: Final = {
    SG.MENTION: ("mention", SG.HAS_MENTION),
    SG.BASELINE: ("baseline", SG.HAS_BASELINE),
    SG.TARGET: ("target", SG.HAS_TARGET),
    SG.ACTUAL_VALUE: ("actual", SG.HAS_ACTUAL_VALUE),
}
"""The classes of what is there only because of an element: how its place goes on from there, and what leads to it."""

OWNING: Final = tuple(relation for _, relation in OWNED.values())
"""From an element to what is there only because of it."""

VALUES: Final = (SG.BASELINE, SG.TARGET, SG.ACTUAL_VALUE)
"""The classes of values."""


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What the program knows of a class of plan elements; its label and definition are the ontology's.

    Args:
        segment: how the places of its elements begin below their parent's (docs/reference/model.md).
        plural: what several are called; so is their sheet in a workbook.
        parents: the properties, of either direction, between an element and what it is counted within, the nearest
            first. It is counted within its unit where it has none of them.
        segment_of_unit: its segment directly below a unit, where it is another one there.
        is_single: whether a unit has one as a rule, whose place has no number.
        is_cited: whether people cite one by its number; that of an item in a list only says where it stands.
        is_named_by_notation: whether its place ends in the number of the source, and not in one of our own.
    """

    segment: str
    plural: str
    parents: tuple[SG, ...] = ()
    segment_of_unit: str = ""
    is_single: bool = False
    is_cited: bool = False
    is_named_by_notation: bool = False


class ElementKind(Enum):
    """The classes of plan elements, in the order in which people list them; the value is the class."""

    MISSION = SG.MISSION, KindFacts("mission", "Missions", is_single=True)
    VISION = SG.VISION, KindFacts("vision", "Visions", is_single=True)
    GOAL = SG.GOAL, KindFacts("goal", "Goals", is_single=True, is_cited=True)
    GOAL_STATEMENT = (
        SG.GOAL_STATEMENT,
        KindFacts("statement", "Goal statements", (SG.HAS_STATEMENT,), segment_of_unit="goal/statement"),
    )
    OBJECTIVE = SG.OBJECTIVE, KindFacts("objective", "Objectives", is_cited=True)
    OUTPUT = SG.OUTPUT, KindFacts("output", "Outputs", (SG.SUPPORTS_OBJECTIVE,))
    EXPECTED_RESULT = SG.EXPECTED_RESULT, KindFacts("result", "Expected results", (SG.PART_OF, SG.EXPECTED_FOR))
    KPI = SG.KPI, KindFacts("kpi", "KPIs", (SG.INDICATOR_OF,))
    SITUATIONAL_FACTOR = (
        SG.SITUATIONAL_FACTOR,
        KindFacts("factor", "Situational factors", is_cited=True, is_named_by_notation=True),
    )

    facts: KindFacts

    def __new__(cls, iri: SG, facts: KindFacts) -> Self:
        """A member whose value is the class alone."""
        member = object.__new__(cls)
        member._value_ = iri
        member.facts = facts
        return member


class PartKind(Enum):
    """What a part of the document is; the value is the class."""

    SECTION = SG.SECTION
    PARAGRAPH = SG.PARAGRAPH
    TABLE = SG.TABLE
    FOOTNOTE = SG.FOOTNOTE


class Relation(Enum):
    """How one element or part relates to another; the value is the property."""

    SERVES_MISSION = SG.SERVES_MISSION
    HAS_STATEMENT = SG.HAS_STATEMENT
    CONTRIBUTES_TO = SG.CONTRIBUTES_TO
    SUPPORTS_OBJECTIVE = SG.SUPPORTS_OBJECTIVE
    EXPECTED_FOR = SG.EXPECTED_FOR
    INDICATOR_OF = SG.INDICATOR_OF
    RESULT_OF = SG.RESULT_OF
    MEASURES = SG.MEASURES
    PART_OF = SG.PART_OF
    HAS_FOOTNOTE = SG.HAS_FOOTNOTE


@dataclass(frozen=True, slots=True)
class Unit:
    """The organisation itself or one of its units.

    Args:
        slug: as it stands in IRIs, ``itu-r``; the organisation's own slug for the organisation.
        notation: as the source abbreviates it, ``ITU-R``.
        name: as the source names it.
        is_sector: a Sector, as against another kind of unit.
        evidence: what says that there is such a unit.
    """

    slug: str
    notation: Quote
    name: Quote
    is_sector: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Part:
    """A section, paragraph, table or footnote of the document.

    Args:
        place: ``text/section/6.1.2``.
        notation: the source's own number, or None.
        label: what people call it: its heading or caption as it stands, or ``Paragraph 2.1.12``.
        text: the wording; None for a section or table, whose wording is in what it contains.
        parent: place of the part that contains it.
        position: order within its parent, from 1.
        evidence: where it begins.
    """

    kind: PartKind
    place: str
    notation: Quote | None
    label: Quote
    text: Quote | None
    parent: str | None
    position: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Mention:
    """One wording of an element at one place of the document.

    Args:
        text: that wording.
        part: place of the part where it stands.
        evidence: where the text stands.
        title: the short title that it has there.
        qualifier: words in brackets that belong to the row and not to the name.
        lead_in: the line that introduces the list it stands in.
        row: the row of the table that it heads, from 1, header rows left out; None where it heads none.
    """

    text: str
    part: str
    evidence: Evidence
    title: Quote | None = None
    qualifier: Quote | None = None
    lead_in: Quote | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the plan.

    Args:
        place: its place in the plan, which is its identity; never its text.
        unit: slug of the unit it belongs to.
        position: order within its parent, from 1.
        text: its wording, without bullet, number or markup.
        label: a short name for people.
        part: place of the part of the document where that wording stands.
        evidence: where the text stands.
        kind_evidence: the heading or column that says what kind of element it is.
        notation: the number that the source gives it.
        title: the short title that the source gives it.
        mentions: every wording, where the source has or could have more than one.
        note: an oddity of the source that a reader of the data should know.
        lead_in: the line that introduces the list it stands in, where it has no mentions.
        baselines: values that progress is counted from, as the wording states them.
    """

    kind: ElementKind
    place: str
    unit: str
    position: int
    text: str
    label: Quote
    part: str
    evidence: Evidence
    kind_evidence: Evidence
    notation: Quote | None = None
    title: Quote | None = None
    mentions: tuple[Mention, ...] = ()
    note: Quote | None = None
    lead_in: Quote | None = None
    baselines: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """That one place relates to another, and what says so."""

    subject: str
    relation: Relation
    object: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Term:
    """A term that the document defines; ``place`` is ``term/…``."""

    place: str
    label: Quote
    definition: Quote


@dataclass(frozen=True, slots=True)
class Beside:
    """The file beside a source that says what it does not say of itself.

    Args:
        file: its name.
        sha256: hexadecimal digest of its bytes.
    """

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """The document itself.

    Args:
        text: every character of it; of a workbook, the text of its sheets.
        title: what it is.
        publisher: the organisation's full name; empty where it does not say.
        issued: year; 0 where it does not say.
        rights: the statement of rights that goes wherever the text goes; empty where there is none.
        media_type: of the text.
        beside: the description that was read with it, if there was one.
        language: BCP 47 tag of it; empty where it is that in which the plan is shown.
        rights_language: BCP 47 tag of the statement of rights; empty where it is that of the document.
    """

    text: str
    title: str
    publisher: str
    issued: int
    rights: str
    media_type: str = PLAIN_TEXT
    beside: Beside | None = None
    language: str = ""
    rights_language: str = ""

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the text in UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A whole plan.

    Args:
        organisation: slug.
        plan: the plan's name in its IRI, ``2012-2015``.
        citation: what the document calls itself, ``ANNEX TO RESOLUTION 71 …``.
        start_year: digits.
        end_year: digits.
        language: BCP 47 tag of all its texts, in lower case.
        units: the organisation first.
        profile: name of the one that it conforms to; None where nothing says so.
    """

    organisation: str
    plan: str
    title: Quote
    citation: Quote
    start_year: Quote
    end_year: Quote
    language: str
    units: tuple[Unit, ...]
    parts: tuple[Part, ...]
    elements: tuple[Element, ...]
    links: tuple[Link, ...]
    terms: tuple[Term, ...]
    decisions: tuple[Decision, ...]
    source: Source
    profile: Quote | None = None


def in_order(document: PlanDocument) -> PlanDocument:
    """The same plan with its sequences in order, and links that say the same made one.

    Units, parts and terms stand in the order of the source, the organisation first; elements by their place, with
    ``objective/10`` after ``objective/9``; links by subject, relation and object; decisions by name.
    """
    links: dict[tuple[str, str, str], Link] = {}
    for link in document.links:
        key = (link.subject, link.relation.value, link.object)
        known = links.get(key)
        links[key] = replace(link, evidence=known.evidence | link.evidence) if known else link
    return replace(
        document,
        units=tuple(sorted(document.units, key=lambda u: (u.slug != document.organisation, u.evidence.spans, u.slug))),
        parts=tuple(sorted(document.parts, key=lambda p: (p.evidence.spans, natural_key(p.place)))),
        elements=tuple(sorted(document.elements, key=lambda e: natural_key(e.place))),
        links=tuple(links[key] for key in sorted(links, key=lambda k: [natural_key(word) for word in k])),
        terms=tuple(sorted(document.terms, key=lambda t: (t.label.evidence.spans, t.place))),
        decisions=tuple(sorted(document.decisions, key=lambda d: natural_key(d.name))),
    )
