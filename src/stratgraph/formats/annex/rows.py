"""A unit's objectives with their rows in both tables: wordings, outputs, expected results, indicators."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from stratgraph.document import Element, ElementKind, Evidence, Mention, Relation, Span, Unit, label
from stratgraph.formats.annex.draft import OBJECTIVE, evidence
from stratgraph.formats.annex.lists import read_cell
from stratgraph.formats.annex.outputs import LEAST_SIMILARITY, Pair, pair_outputs, words
from stratgraph.formats.annex.prose import section_wording, without_marks
from stratgraph.formats.annex.tables import marked_column, read_items, read_objective_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratgraph.formats.annex.draft import Draft
    from stratgraph.formats.annex.outline import Block, Row
    from stratgraph.formats.annex.tables import Item, ObjectiveCell, Table

_RESULTS: Final = (
    (2, ElementKind.EXPECTED_RESULT, "result", Relation.EXPECTED_FOR),
    (3, ElementKind.KPI, "kpi", Relation.INDICATOR_OF),
)


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective with all places of the text that speak of it.

    Args:
        heading: of its section.
        row: in ``details``.
        outputs: Table n.1.
        details: Table n.2.
    """

    unit: Unit
    number: str
    position: int
    heading: Block
    row: Row
    cell: ObjectiveCell
    outputs: Table
    details: Table

    @property
    def place(self) -> str:
        """The objective's place in the plan."""
        return f"{self.unit.slug}/objective/{self.number}"


@dataclass(frozen=True, slots=True)
class _OutputRow:
    """A row of Table n.1; ``mark`` is its X and ``column`` the header above that."""

    name: str
    qualifier: str | None
    spans: tuple[Span, ...]
    mark: Span
    column: Span


def read_objectives(draft: Draft, unit: Unit, headings: Mapping[str, Block], outputs: Table, details: Table) -> None:
    """All objectives of a unit and what their rows hold.

    Raises:
        SourceError: prose and tables do not have the same objectives, or a row is not of the form.
    """
    for index, number in enumerate(outputs.columns[1:], start=2):
        draft.known(headings, number, f"objective {number} of {unit.notation}", outputs.header, index)
    rows: dict[str, tuple[Row, ObjectiveCell]] = {}
    for row in details.rows:
        cell = read_objective_cell(draft.reading, row)
        draft.known(headings, cell.number, f"objective {cell.number} of {unit.notation}", row, 1)
        if cell.number in rows:
            draft.reading.fail(
                f"Objective {cell.number} has a row already, in line {rows[cell.number][0].line}.",
                line=row.line,
                cell=1,
                mend="Number each row of the table with an objective of its own.",
            )
        rows[cell.number] = (row, cell)
    for position, (number, heading) in enumerate(headings.items(), start=1):
        if number not in rows:
            draft.reading.fail(
                f"Objective {number} of {unit.notation} has no row in Table {details.block.number} "
                f"(line {details.block.line}).",
                line=heading.line,
                mend="Restore its row.",
            )
        objective = Objective(unit, number, position, heading, *rows[number], outputs, details)
        _add_objective(draft, objective)
        _add_outputs(draft, objective)
        _add_results(draft, objective)


def _add_objective(draft: Draft, objective: Objective) -> None:
    match = OBJECTIVE.fullmatch(objective.heading.text)
    title = match["title"] if match else None
    cell, details = objective.cell, objective.details.block
    prose = replace(section_wording(draft.reading, objective.heading), part=objective.heading.place)
    table_text = without_marks(cell.text)
    note = None
    if prose.text != table_text or (title and title != cell.title):
        degree = "in words" if words(prose.text) != words(table_text) else "in punctuation or case only"
        if prose.text == table_text:
            degree = "in its title only"
        note = (
            f"Section {objective.heading.number} and Table {details.number} word this objective differently, {degree}."
        )
    draft.elements.append(
        Element(
            kind=ElementKind.OBJECTIVE,
            place=objective.place,
            unit=objective.unit.slug,
            position=objective.position,
            text=prose.text,
            label=label(f"{objective.unit.notation} objective {objective.number}: {title or cell.title or prose.text}"),
            part=prose.part,
            evidence=evidence(prose.spans),
            kind_evidence=Evidence(tuple(objective.heading.spans)),
            notation=objective.number,
            title=title or cell.title,
            mentions=(
                Mention(prose.text, prose.part, evidence(prose.spans), title=title),
                Mention(table_text, details.place, evidence(cell.spans), title=cell.title),
            ),
            note=note,
        )
    )


# --- expected results and indicators ------------------------------------------------------------------------------


def _add_results(draft: Draft, objective: Objective) -> None:
    cell = objective.cell.label
    for column, kind, name, relation in _RESULTS:
        said = evidence([objective.details.header.cells[column], cell])
        items = read_items(draft.reading, objective.row, column, draft.find_split)
        for position, item in enumerate(items, start=1):
            place = f"{objective.place}/{name}/{position}"
            _add_item(draft, objective, kind, place, position, item, said)
            decision = draft.decision_of(item, place)
            draft.link(place, relation, objective.place, [cell, *item.spans], decision)


def _add_item(
    draft: Draft, objective: Objective, kind: ElementKind, place: str, position: int, item: Item, column: Evidence
) -> None:
    text = without_marks(item.text)
    draft.elements.append(
        Element(
            kind=kind,
            place=place,
            unit=objective.unit.slug,
            position=position,
            text=text,
            label=label(text),
            part=objective.details.block.place,
            evidence=evidence(item.spans, draft.decision_of(item, place)),
            kind_evidence=column,
            notation=item.number,
        )
    )
    for index, child in enumerate(item.children, start=1):
        nested = f"{place}/{index}"
        _add_item(draft, objective, kind, nested, index, child, column)
        decision = draft.decision_of(child, nested)
        draft.link(nested, Relation.PART_OF, place, [*item.spans, *child.spans], decision)


# --- outputs ------------------------------------------------------------------------------------------------------


def _add_outputs(draft: Draft, objective: Objective) -> None:
    rows = _output_rows(draft, objective)
    items = read_items(draft.reading, objective.row, 1, draft.find_split)
    pairs = pair_outputs([row.name for row in rows], [item.text for item in items])
    for position, pair in enumerate(pairs, start=1):
        place = f"{objective.place}/output/{position}"
        row = rows[pair.row] if pair.row is not None else None
        item = items[pair.item] if pair.item is not None else None
        _add_output(
            draft, objective, place, position, row, item, _decide_pair(draft, objective, place, pair, row, item)
        )


def _output_rows(draft: Draft, objective: Objective) -> list[_OutputRow]:
    table = objective.outputs
    found = []
    for row in table.rows:
        column = marked_column(draft.reading, table, row)
        if table.columns[column] != objective.number:
            continue
        blocks = read_cell(draft.reading, row.cells[0].start, row.cells[0].end)
        name = " ".join(block.text for block in blocks if block.text)
        if not name:
            draft.reading.fail("The row names no output.", line=row.line, cell=1, mend="Name the output.")
        qualifier = " ".join(block.italic for block in blocks if block.italic).strip("()") or None
        spans = tuple(block.span for block in blocks)
        found.append(_OutputRow(name, qualifier, spans, row.cells[column], table.header.cells[column]))
    return found


def _decide_pair(
    draft: Draft, objective: Objective, place: str, pair: Pair, row: _OutputRow | None, item: Item | None
) -> str | None:
    """The decision that a row and an item are one output, or that one stands alone; None for the same words."""
    short, long = f"Table {objective.outputs.block.number}", f"Table {objective.details.block.number}"
    name = place.replace("/", "-")
    if row is None or item is None:
        here, there = (long, short) if row is None else (short, long)
        return draft.decide(
            f"separate-output-{name}",
            f"Stands in {here} only: no other output of this objective in {there} is alike enough to be the same "
            f"(the nearest has {pair.similarity} of 100, {LEAST_SIMILARITY} are needed).",
        )
    if words(row.name) == words(item.text):
        return None
    because = "since one has every word of the other"
    if pair.similarity < 100:  # noqa: PLR2004 - the measure's own end
        because = f"since they are alike ({pair.similarity} of 100 by token set ratio)"
    return draft.decide(
        f"same-output-{name}",
        f"{short} has “{row.name}”, {long} has “{item.text}”: taken as one output of this objective, {because}.",
    )


def _add_output(
    draft: Draft,
    objective: Objective,
    place: str,
    position: int,
    row: _OutputRow | None,
    item: Item | None,
    decision: str | None,
) -> None:
    """One output with a wording for each table that has it; Table n.2's is its text."""
    mentions = []
    kind = evidence([objective.outputs.header.cells[0]])
    if row:
        said = evidence(row.spans, decision)
        mentions.append(Mention(without_marks(row.name), objective.outputs.block.place, said, qualifier=row.qualifier))
        spans = [*row.spans, row.mark, row.column]
        draft.link(place, Relation.SUPPORTS_OBJECTIVE, objective.place, spans, decision)
    if item:
        kind = evidence([objective.details.header.cells[1], objective.cell.label])
        by = draft.decision_of(item, place) or (None if row else decision)
        said = evidence(item.spans, by)
        mentions.append(Mention(without_marks(item.text), objective.details.block.place, said, lead_in=item.lead_in))
        draft.link(place, Relation.SUPPORTS_OBJECTIVE, objective.place, [objective.cell.label, *item.spans], by)
    note = draft.decisions[decision].reason if decision else None
    if note is None and len({mention.text for mention in mentions}) > 1:
        note = "The two tables word this output differently, in punctuation or case only."
    draft.elements.append(
        Element(
            kind=ElementKind.OUTPUT,
            place=place,
            unit=objective.unit.slug,
            position=position,
            text=mentions[-1].text,
            label=label(mentions[-1].text),
            part=mentions[-1].part,
            evidence=mentions[-1].evidence,
            kind_evidence=kind,
            mentions=tuple(mentions),
            note=note,
        )
    )
