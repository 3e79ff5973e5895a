"""The links that are on record as a table: those of some plan, unit, vocabulary, relation, at least so sure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from stratgraph.asking import text_rows
from stratgraph.assets import query_text
from stratgraph.entities.description import Named, names_of
from stratgraph.graph import text_of
from stratgraph.identifiers import natural_key
from stratgraph.paging import FORMS, Page, read_page
from stratgraph.query import with_values

if TYPE_CHECKING:
    from stratgraph.store import Reading


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which links; what is empty does not matter.

    Args:
        plan: IRI of the plan of their elements.
        unit: IRI of the unit of their elements.
        vocabulary: IRI of that of their other ends.
        relation: IRI of it.
        least: the least confidence, from 0 to 1.
    """

    plan: str = ""
    unit: str = ""
    vocabulary: str = ""
    relation: str = ""
    least: float = 0

    @property
    def query(self) -> str:
        """The query that they are the answer of."""
        text = query_text("link-table")
        chosen = {"plan": self.plan, "unit": self.unit, "vocabulary": self.vocabulary, "chosen": self.relation}
        for name, iri in chosen.items():
            if iri:
                text = with_values(text, name, [NamedNode(iri)])
        return with_values(text, "least", [Literal(self.least)]) if self.least else text


@dataclass(frozen=True, slots=True)
class Row:
    """One link.

    Args:
        element: where it begins.
        units: of the element, as they are abbreviated.
        relation: of the mapping.
        other: the thing at the other end.
        confidence: as it is written; empty where that is not said.
        comment: why; empty where that is not said.
        author: whose word it is; empty where that is not said.
        date: when it was made; empty where that is not said.
        is_negative: it says that the two do not match.
        record: IRI of the mapping's record.
    """

    element: Named
    units: tuple[str, ...]
    relation: Named
    other: Named
    confidence: str
    comment: str
    author: str
    date: str
    is_negative: bool
    record: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the links that are on record can be chosen by, by label."""

    plans: tuple[Named, ...]
    units: tuple[Named, ...]
    vocabularies: tuple[Named, ...]
    relations: tuple[Named, ...]


def link_rows(
    reading: Reading, wanted: Wanted, languages: tuple[str, ...] = (), *, before: int = 0, size: int
) -> tuple[tuple[Row, ...], Page]:
    """Some links, and how many there are.

    Args:
        reading: to ask.
        wanted: which.
        languages: in which things are called so.
        before: how many are passed over.
        size: how many are taken at most.
    """
    page = read_page(reading.answer(wanted.query, FORMS), before=before, size=size)
    found = [dict(zip(page.variables, map(text_of, row), strict=True)) for row in page.rows]
    elements = dict.fromkeys(row["element"] for row in found)
    units: dict[str, list[str]] = defaultdict(list)
    for row in text_rows(reading, "link-units", element=elements):
        units[row["element"]].append(row["notation"])
    names = names_of(reading, [row[key] for row in found for key in ("element", "relation", "other")], languages)
    rows = (
        Row(
            names[row["element"]],
            tuple(units[row["element"]]),
            names[row["relation"]],
            names[row["other"]],
            row["confidence"],
            row["comment"],
            row["author"],
            row["date"],
            bool(row["modifier"]),
            row["record"],
        )
        for row in found
    )
    return tuple(rows), page


def link_choices(reading: Reading, languages: tuple[str, ...] = ()) -> Choices:
    """What links can be chosen by.

    Args:
        reading: to ask.
        languages: in which things are called so.
    """
    found = list(text_rows(reading, "link-choices"))
    names = names_of(reading, [iri for row in found for iri in row.values() if iri], languages)

    def choices(name: str) -> tuple[Named, ...]:
        iris = {row[name] for row in found if row[name]}
        return tuple(sorted((names[iri] for iri in iris), key=lambda one: (one.label.casefold(), natural_key(one.iri))))

    return Choices(choices("plan"), choices("unit"), choices("vocabulary"), choices("relation"))
