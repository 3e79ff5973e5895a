"""The plan document while it is being read. Each step adds to it, so that no half-read document leaves the reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from stratgraph.document import Decision, Element, ElementKind, Evidence, Link, Mention, Relation, Span, Unit, label
from stratgraph.errors import Location, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stratgraph.formats.annex.description import AnnexDescription, Split
    from stratgraph.formats.annex.outline import Row
    from stratgraph.formats.annex.prose import Wording
    from stratgraph.formats.annex.segments import Reading
    from stratgraph.formats.annex.tables import Item

_Value = TypeVar("_Value")

OBJECTIVE: Final = re.compile(
    r"Objective\s+(?P<number>\d+)\s*(?:[:–—-]\s*(?P<title>[^:\s](?:[^:]*[^:\s])?))?\s*:?", re.IGNORECASE
)
"""The heading of an objective, and the first cell of its row in the table of goals."""


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
        name: str | None = None,
        position: int = 1,
        notation: str | None = None,
        title: str | None = None,
        mentions: Sequence[Wording] = (),
        note: str | None = None,
    ) -> None:
        """Adds an element; its label is ``name``, or else the beginning of its text."""
        self.elements.append(
            Element(
                kind=kind,
                place=place,
                unit=unit.slug,
                position=position,
                text=wording.text,
                label=name or label(wording.text),
                part=wording.part,
                evidence=evidence(wording.spans),
                kind_evidence=kind_evidence,
                notation=notation,
                title=title,
                mentions=tuple(Mention(m.text, m.part, evidence(m.spans), lead_in=m.lead_in) for m in mentions),
                note=note,
            )
        )

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

    def check_splits(self) -> None:
        """Raises SourceError for a decision of the description that fits nothing in the source."""
        for split in self.description.splits:
            if split.name not in self.decisions:
                raise SourceError(
                    f"The decision {split.name} fits no list without bullets in {self.reading.file}.",
                    where=Location(file=self.description.file or None),
                    mend="Its items, joined with single spaces, have to be the text of the list.",
                )
