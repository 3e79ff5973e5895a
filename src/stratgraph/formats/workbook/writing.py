"""From the statements of a plan to tables: which statement stands in which cell.

What no cell can hold in such a way that it is read back as it was stands on the sheet of other statements: nothing is
lost, nothing is bent to fit.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.errors import UsageError
from stratgraph.formats.workbook.layout import (
    IRI_DATATYPE,
    ORGANISATIONS,
    PLAN,
    WITHDRAWN,
    Column,
    ColumnKind,
    Sheet,
    sheets,
)
from stratgraph.formats.workbook.names import written
from stratgraph.graph import Fact, day, decimal, facts
from stratgraph.identifiers import natural_key
from stratgraph.terms import IDENTIFIERS, OWL, RDF, SG, XSD
from stratgraph.xlsx import MOST_UNITS, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import Triple

    from stratgraph.identifiers import PlanIdentifiers

_INTEGER: Final = re.compile(r"-?[1-9][0-9]{0,14}|0")
TRUE: Final = Literal("true", datatype=NamedNode(XSD.BOOLEAN))


Slot = tuple[Column, str | None]
"""A column of properties and the language of its texts; None where they are in none."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing: its place, its kind where its sheet has several, and what its columns hold."""

    place: str
    kind: str
    cells: Mapping[Slot, str | int | float]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet's rows, in the order of their places, and the columns that they need beside the usual ones."""

    sheet: Sheet
    slots: tuple[Slot, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """Every sheet, and the other statements: a row of ``layout.OTHER_COLUMNS`` each."""

    tables: tuple[Table, ...]
    other: tuple[tuple[str, ...], ...]


def place_base(sheet: str, identifiers: PlanIdentifiers) -> str:
    """What the places of a sheet's rows are below."""
    return IDENTIFIERS if sheet == ORGANISATIONS else f"{identifiers.plan_iri}/"


def empty_tables(language: str) -> Tables:
    """Every sheet without rows."""
    return Tables(tuple(Table(sheet, _slots(sheet, language, ()), ()) for sheet in sheets()), ())


def to_tables(triples: Iterable[Triple], *, identifiers: PlanIdentifiers, language: str) -> Tables:
    """The tables that hold the statements of one plan.

    Args:
        triples: without blank nodes, in any order; doubles do not matter.
        identifiers: of the plan that they describe.
        language: whose columns stand first; empty for texts in no language.

    Raises:
        UsageError: there is a blank node or a quoted triple; the plan itself is not described; a text is longer than a
            cell.
    """
    return _Tables(sorted(set(facts(triples)), key=_order), identifiers, language).made()


def _order(fact: Fact) -> tuple[object, ...]:
    subject, predicate, value = fact
    rest = (value.language or "", value.datatype.value, str(value)) if isinstance(value, Literal) else ("", "", "")
    return (natural_key(subject.value), predicate.value, isinstance(value, Literal), natural_key(value.value), *rest)


@dataclass(slots=True)
class _Draft:
    """A row that is being filled."""

    sheet: Sheet
    kind: str
    texts: dict[Slot, str | int | float] = field(default_factory=dict)
    references: dict[Slot, list[tuple[str, Fact]]] = field(default_factory=lambda: defaultdict(list))


class _Tables:
    def __init__(self, facts: list[Fact], identifiers: PlanIdentifiers, language: str) -> None:
        self.facts = facts
        self.identifiers = identifiers
        self.language = language
        self.base = place_base("", identifiers)
        self.implied: set[Fact] = set()
        self.drafts: dict[str, _Draft] = {}
        self.other: list[Fact] = []

    def made(self) -> Tables:
        self.find_rows()
        plan = self.drafts.get(self.identifiers.plan_iri)
        if plan is None or plan.sheet.name != PLAN:
            raise UsageError(
                f"The statements do not describe the plan <{self.identifiers.plan_iri}>.",
                mend="Say that it is an sg:StrategicPlan.",
            )
        for fact in self.facts:
            if fact not in self.implied and not self.is_placed(fact):
                self.other.append(fact)
        rows: dict[str, list[Row]] = defaultdict(list)
        for iri, draft in self.drafts.items():
            rows[draft.sheet.name].append(self.row(iri, draft))
        tables = [(sheet, tuple(rows[sheet.name])) for sheet in sheets()]
        return Tables(
            tuple(Table(sheet, _slots(sheet, self.language, found), found) for sheet, found in tables),
            tuple(self.statement(fact) for fact in sorted(self.other, key=_order)),
        )

    # --- which things have a row ---

    def find_rows(self) -> None:
        """A thing has one row, on the first sheet that is for one of its types and takes it."""
        stated = set(self.facts)
        types: dict[NamedNode, set[str]] = defaultdict(set)
        for fact in self.facts:
            if fact.predicate.value == RDF.TYPE and isinstance(fact.object, NamedNode):
                types[fact.subject].add(fact.object.value)
        for subject in dict.fromkeys(fact.subject for fact in self.facts):
            for sheet, kind, implied in self.candidates(subject, types[subject]):
                if stated.issuperset(implied):
                    self.drafts[subject.value] = _Draft(sheet, kind)
                    self.implied.update(implied)
                    break

    def candidates(self, subject: NamedNode, types: set[str]) -> Iterator[tuple[Sheet, str, tuple[Fact, ...]]]:
        """Where the row of a thing could be, with what a row there says of it by standing there."""
        plan = self.identifiers.plan_iri
        for sheet in sheets():
            if sheet.name == WITHDRAWN:
                yield sheet, "", (Fact(subject, NamedNode(OWL.DEPRECATED), TRUE),)
            for word, class_iri in sheet.kinds:
                if class_iri in types and (sheet.name == PLAN) == (subject.value == plan):
                    yield sheet, word, tuple(said_by_row(subject, sheet, class_iri, plan))

    # --- where a statement stands ---

    def is_placed(self, fact: Fact) -> bool:
        """Whether it found a cell."""
        value, predicate = fact.object, fact.predicate.value
        draft = self.drafts.get(fact.subject.value)
        if isinstance(value, Literal):
            return draft is not None and self.is_text_placed(draft, predicate, value)
        if draft and (self.is_choice_placed(draft, predicate, value) or self.is_name_placed(draft, fact)):
            return True
        target = self.drafts.get(value.value)
        if draft is None or target is None:
            return False
        for holder, name, is_turned in ((draft, value.value, False), (target, fact.subject.value, True)):
            for column in holder.sheet.columns:
                is_meant = column.property == predicate and column.is_turned == is_turned
                if is_meant and column.kind is ColumnKind.REFERENCES:
                    base = place_base(column.targets[0], self.identifiers)
                    holder.references[column, None].append((written(name, base), fact))
                    return True
        return False

    def is_choice_placed(self, draft: _Draft, predicate: str, value: NamedNode) -> bool:
        for column in draft.sheet.columns:
            words = [word for word, iri in column.choices if iri == value.value and column.property == predicate]
            if words and (column, None) not in draft.texts:
                draft.texts[column, None] = words[0]
                return True
        return False

    @staticmethod
    def is_name_placed(draft: _Draft, fact: Fact) -> bool:
        for column in draft.sheet.columns:
            if column.kind is ColumnKind.NAMES and column.property == fact.predicate.value:
                draft.references[column, None].append((written(fact.object.value, ""), fact))
                return True
        return False

    def is_text_placed(self, draft: _Draft, predicate: str, value: Literal) -> bool:
        for column in draft.sheet.columns:
            slot = (column, value.language)
            if column.property != predicate or slot in draft.texts:
                continue
            held = _held(column, value)
            if held is not None:
                draft.texts[slot] = held
                return True
        return False

    def row(self, iri: str, draft: _Draft) -> Row:
        cells = dict(draft.texts)
        for slot, named in draft.references.items():
            # What is beyond the end of the cell goes with the other statements.
            lines, room = [], MOST_UNITS
            for words, fact in named:
                room -= units(words) + 1
                if room >= 0:
                    lines.append(words)
                else:
                    self.other.append(fact)
            cells[slot] = "\n".join(lines)
        return Row(written(iri, place_base(draft.sheet.name, self.identifiers)), draft.kind, cells)

    def statement(self, fact: Fact) -> tuple[str, ...]:
        """A row of the sheet of other statements."""
        value = fact.object
        words = [written(fact.subject.value, self.base), written(fact.predicate.value, "")]
        if isinstance(value, NamedNode):
            return (*words, written(value.value, self.base), IRI_DATATYPE, "")
        if value.language:
            direction = f"--{value.direction}" if value.direction else ""
            return (*words, value.value, "", f"{value.language}{direction}")
        is_string = value.datatype.value == XSD.STRING
        return (*words, value.value, "" if is_string else written(value.datatype.value, ""), "")


def _held(column: Column, value: Literal) -> str | int | float | None:
    """What a cell of a column holds for a value; None where it would not be read back as it was."""
    if column.kind is ColumnKind.INTEGER:
        is_whole = value.datatype.value == XSD.INTEGER and _INTEGER.fullmatch(value.value)
        return int(value.value) if is_whole else None
    if column.kind is ColumnKind.DECIMAL:
        is_exact = sum(map(str.isdigit, value.value)) <= sys.float_info.dig and decimal(value.value) == value
        return None if not is_exact else float(value.value) if "." in value.value else int(value.value)
    if column.kind is ColumnKind.DATE:
        return value.value if day(value.value) == value else None
    return value.value if column.kind is ColumnKind.TEXT and _is_plain(value) else None


def _is_plain(value: Literal) -> bool:
    """Whether a literal is a text that people see, in a language or in none, and nothing more."""
    is_text = bool(value.language) or value.datatype.value == XSD.STRING
    return is_text and value.direction is None and bool(value.value.strip())


def said_by_row(subject: NamedNode, sheet: Sheet, class_iri: str, plan: str) -> Iterator[Fact]:
    """What a row says of its thing by standing on its sheet: its class, and that an element is in the plan."""
    yield Fact(subject, NamedNode(RDF.TYPE), NamedNode(class_iri))
    if sheet.is_of_elements:
        yield Fact(subject, NamedNode(SG.IN_PLAN), NamedNode(plan))


def _slots(sheet: Sheet, language: str, rows: Iterable[Row]) -> tuple[Slot, ...]:
    """Each column as it usually is, and after it those of further languages that the rows need."""
    needed = {slot for row in rows for slot in row.cells}
    found: list[Slot] = []
    for column in sheet.columns:
        usual: Slot = (column, language if column.kind is ColumnKind.TEXT and column.is_tagged and language else None)
        others = sorted(
            (slot for slot in needed if slot[0] is column and slot != usual), key=lambda slot: slot[1] or ""
        )
        found += [usual, *others]
    return tuple(found)
