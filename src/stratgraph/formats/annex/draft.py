"""The plan document while it is being read. Each step adds to it, so that no half-read document leaves the reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from stratgraph.document import (
    SHORTENED,
    Decision,
    Derivation,
    Element,
    ElementKind,
    Evidence,
    Link,
    Mention,
    Quote,
    Relation,
    Span,
    Unit,
    label,
)
from stratgraph.errors import Location, SourceError
from stratgraph.formats.described import PROFILE, profile_decision
from stratgraph.identifiers import published_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stratgraph.formats.annex.description import AnnexDescription, Split
    from stratgraph.formats.annex.outline import Row
    from stratgraph.formats.annex.prose import Wording
    from stratgraph.formats.annex.segments import Reading
    from stratgraph.formats.annex.tables import Item

_Value = TypeVar("_Value")

NAMED_BY_UNIT: Final = Derivation("name-by-unit", "What it is, and the abbreviation of its unit.")
NAMED_BY_NUMBER: Final = Derivation(
    "name-by-number",
    "The abbreviation of its unit, what it is, its number, and its title or the beginning of its text.",
)
NAMED_BY_PLACE: Final = Derivation("name-by-place", "What part of the text it is, and its number there.")
FIGURE: Final = Derivation("figure", "The figure of a superscript mark.")
COMPARED: Final = Derivation(
    "comparison", "The wordings of two places were compared by their characters, then by their words without case."
)

FAMILY: Final = Derivation(
    "family", "The form of the text, a chapter for each unit with its Tables n.1 and n.2, is that of this profile."
)

FULL_NAME: Final = "full-name-of-the-organisation"
"""The decision of the description on it."""


def beginning(text: str, said: Evidence) -> Quote:
    """A label: the text, where it is short and of one line, or its beginning."""
    short = label(text)
    return Quote(short, said if short == text else said.made_by(SHORTENED))


def evidence(spans: Iterable[Span], decision: str | None = None) -> Evidence:
    """Evidence of spans, each once, in the order of the source, and of the decision if there is one."""
    return Evidence(tuple(sorted(set(spans))), (decision,) if decision else ())


class Draft:
    """Elements, links and decisions found so far.

    Args:
        reading: the source.
        description: what the source does not say of itself.
    """

    def __init__(self, reading: Reading, description: AnnexDescription) -> None:
        self.reading = reading
        self.description = description
        self.elements: list[Element] = []
        self.links: list[Link] = []
        self.decisions: dict[str, Decision] = {}
        self._splits = {" ".join(split.items): split for split in description.splits}

    def add(
        self,
        kind: ElementKind,
        place: str,
        unit: Unit,
        wording: Wording,
        kind_evidence: Evidence,
        *,
        name: Quote | None = None,
        position: int = 1,
        notation: Quote | None = None,
        title: Quote | None = None,
        mentions: Sequence[Wording] = (),
        note: Quote | None = None,
        said: Evidence | None = None,
    ) -> None:
        """Adds an element; its label is ``name``, or else the beginning of its text.

        ``said`` is what the text rests on where that is more than its spans.
        """
        said = said or evidence(wording.spans)
        self.elements.append(
            Element(
                kind=kind,
                place=place,
                unit=unit.slug,
                position=position,
                text=wording.text,
                label=name or beginning(wording.text, said),
                part=wording.part,
                evidence=said,
                kind_evidence=kind_evidence,
                notation=notation,
                title=title,
                mentions=tuple(Mention(m.text, m.part, evidence(m.spans), lead_in=m.lead_in) for m in mentions),
                note=note,
            )
        )

    def name_of(self, part: str) -> str:
        """What people call a part of the text by its place: “paragraph 3.1”."""
        kind, _, number = part.removeprefix("text/").partition("/")
        return f"{kind} {number.replace('/', ', ').replace('paragraph, ', 'paragraph ')}"

    def full_name(self, notation: Quote) -> Quote:
        """The organisation's name: as the description says it, or else its abbreviation."""
        name = self.description.publisher
        if not name:
            return notation
        where = published_name(self.description.file) if self.description.file else "The description"
        reason = f"{where} says so: “{notation.text}” is the {name}, whose full name the text has nowhere."
        self.decisions.setdefault(FULL_NAME, Decision(FULL_NAME, reason, by_rule=False))
        return Quote(name, evidence(notation.evidence.spans, FULL_NAME))

    def profile(self, title: Quote) -> Quote:
        """The profile that the plan conforms to: as the description says it, or else that of the form."""
        name = self.description.profile
        if not name:
            return Quote("itu", title.evidence.made_by(FAMILY))
        self.decisions.setdefault(PROFILE, profile_decision(name, self.description.file))
        return Quote(name, evidence(title.evidence.spans, PROFILE))

    def link(
        self, subject: str, relation: Relation, value: str, spans: Iterable[Span], decision: str | None = None
    ) -> None:
        """Adds a relation, with the spans that state it."""
        self.links.append(Link(subject, relation, value, evidence(spans, decision)))

    def decide(self, name: str, reason: str) -> str:
        """Records a decision that a rule of the reader took, and returns its name."""
        self.decisions.setdefault(name, Decision(name, reason))
        return name

    def known(self, among: Mapping[str, _Value], key: str, what: str, row: Row, cell: int) -> _Value:
        """What a cell names.

        Raises:
            SourceError: the text does not have it.
        """
        if key not in among:
            self.reading.fail(
                f"This names {what}, which the text does not have; there are {', '.join(among)}.",
                line=row.line,
                cell=cell,
                mend="Mend the name here, or add what it names to its section.",
            )
        return among[key]

    def find_split(self, text: str) -> Split | None:
        """A person's decision on where the items of a list without bullets end."""
        split = self._splits.get(text)
        if split:
            self.decisions.setdefault(split.name, Decision(split.name, split.reason, by_rule=False))
        return split

    def decision_of(self, item: Item, place: str) -> str | None:
        """The decision that an item's limits rest on: a person's, or the reader's where a bullet is missing."""
        if item.split:
            return item.split.name
        if item.has_bullet:
            return None
        return self.decide(
            f"one-item-{place.replace('/', '-')}",
            "The list has no bullets and the description does not say where its items end: read as one item.",
        )

    def rule(self) -> None:
        """Lets the elements that the description rules on rest on its decisions too.

        Raises:
            SourceError: a ruling is on none of the elements, or on several.
        """
        for ruling in self.description.rulings:
            found = [
                (index, element)
                for index, element in enumerate(self.elements)
                if element.text == ruling.text and element.place.startswith(f"{ruling.objective}/")
            ]
            if len(found) != 1:
                raise SourceError(
                    f"The decision {ruling.name} is on {len(found) or 'none'} of the elements of {self.reading.file} "
                    f"below {ruling.objective}; it has to be on one.",
                    where=Location(file=self.description.file or None),
                    mend="Its text has to be that of one element, without markup and marks of footnotes.",
                )
            ((index, element),) = found
            self.decisions.setdefault(ruling.name, Decision(ruling.name, ruling.reason, by_rule=False))
            ruled = Evidence(decisions=(ruling.name,))
            self.elements[index] = replace(element, evidence=element.evidence | ruled)
            self.links = [
                replace(one, evidence=one.evidence | ruled) if one.subject == element.place else one
                for one in self.links
            ]

    def check_splits(self) -> None:
        """Raises SourceError for a decision of the description that fits nothing in the source."""
        for split in self.description.splits:
            if split.name not in self.decisions:
                raise SourceError(
                    f"The decision {split.name} fits no list without bullets in {self.reading.file}.",
                    where=Location(file=self.description.file or None),
                    mend="Its items, joined with single spaces, have to be the text of the list.",
                )

    def check_abbreviations(self, known: Iterable[str]) -> None:
        """Raises SourceError for an abbreviation of the description that is none of the text's."""
        there = tuple(known)
        for name in self.description.abbreviations:
            if name not in there:
                raise SourceError(
                    f"The description says what {name} is, and {self.reading.file} has no such unit; it has "
                    f"{', '.join(there)}.",
                    where=Location(file=self.description.file or None),
                    mend="Write it as the text has it: the text's abbreviation first, then the plan's.",
                )
