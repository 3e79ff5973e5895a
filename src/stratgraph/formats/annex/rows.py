"""A unit's objectives with their rows in both tables: wordings, outputs, expected results, indicators."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from stratgraph.document import Element, ElementKind, Evidence, Mention, Quote, Relation, Unit, label
from stratgraph.formats.annex.draft import COMPARED, NAMED_BY_NUMBER, beginning, evidence
from stratgraph.formats.annex.objective import Objective
from stratgraph.formats.annex.outputs import OutputTables, add_outputs, ruled
from stratgraph.formats.annex.pairing import difference
from stratgraph.formats.annex.prose import group_quote, group_quotes, section_wording, without_marks
from stratgraph.formats.annex.tables import read_items, read_objective_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stratgraph.formats.annex.draft import Draft
    from stratgraph.formats.annex.outline import Block, Row
    from stratgraph.formats.annex.prose import Wording
    from stratgraph.formats.annex.tables import Item, ObjectiveCell, Table

_RESULTS: Final = (
    (2, ElementKind.EXPECTED_RESULT, "result", Relation.EXPECTED_FOR),
    (3, ElementKind.KPI, "kpi", Relation.INDICATOR_OF),
)


BASELINE: Final = re.compile(r"\(baseline:\s*(?P<value>[^()\s](?:[^()]*[^()\s])?)\s*\)", re.IGNORECASE)
"""What a wording says in brackets of where counting begins."""


def read_objectives(draft: Draft, unit: Unit, headings: Mapping[str, Block], outputs: Table, details: Table) -> None:
    """All objectives of a unit and what their rows hold.

    Raises:
        SourceError: prose and tables do not have the same objectives, or a row is not of the form.
    """
    for index, number in enumerate(outputs.columns[1:], start=2):
        draft.known(headings, number, f"objective {number} of {unit.notation.text}", outputs.header, index)
    rows: dict[str, tuple[Row, ObjectiveCell]] = {}
    for row in details.rows:
        cell = read_objective_cell(draft.reading, row)
        number = cell.number.text
        draft.known(headings, number, f"objective {number} of {unit.notation.text}", row, 1)
        if number in rows:
            draft.reading.fail(
                f"Objective {number} has a row already, in line {rows[number][0].line}.",
                line=row.line,
                cell=1,
                mend="Number each row of the table with an objective of its own.",
            )
        rows[number] = (row, cell)
    tables = OutputTables(draft, outputs, details)
    for position, (number, heading) in enumerate(headings.items(), start=1):
        if number not in rows:
            draft.reading.fail(
                f"Objective {number} of {unit.notation.text} has no row in Table {details.block.number} "
                f"(line {details.block.line}).",
                line=heading.line,
                mend="Restore its row.",
            )
        objective = Objective(unit, number, position, heading, *rows[number], outputs, details)
        _add_objective(draft, objective)
        add_outputs(draft, objective, tables)
        _add_results(draft, objective)


def _add_objective(draft: Draft, objective: Objective) -> None:
    (span,) = objective.heading.words
    found = group_quotes(draft.reading, span, objective.heading.text, draft.reading.phrases.objective.fullmatch) or {}
    number, title = found["number"], found.get("title")
    cell, details = objective.cell, objective.details
    prose = replace(section_wording(draft.reading, objective.heading), part=objective.heading.place)
    table_text = without_marks(cell.text)
    named = title or cell.title or Quote(prose.text, evidence(prose.spans))
    unit, name = objective.unit.notation, draft.reading.phrases.name_of_objective
    draft.elements.append(
        Element(
            kind=ElementKind.OBJECTIVE,
            place=objective.place,
            unit=objective.unit.slug,
            position=objective.position,
            text=prose.text,
            label=Quote(
                label(f"{name.format(unit=unit.text, number=objective.number)}: {named.text}"),
                (unit.evidence | number.evidence | named.evidence).made_by(NAMED_BY_NUMBER),
            ),
            part=prose.part,
            evidence=evidence(prose.spans),
            kind_evidence=Evidence(tuple(objective.heading.spans)),
            notation=number,
            title=title or cell.title,
            mentions=(
                Mention(prose.text, prose.part, evidence(prose.spans), title=title),
                Mention(
                    table_text,
                    details.block.place,
                    evidence(cell.spans),
                    title=cell.title,
                    row=details.rows.index(objective.row) + 1,
                ),
            ),
            note=_note(objective, prose, title),
        )
    )


def _note(objective: Objective, prose: Wording, title: Quote | None) -> Quote | None:
    """What differs between the section and the table that word an objective."""
    cell = objective.cell
    places = f"Section {objective.heading.number} and Table {objective.details.block.number}"
    said = []
    if degree := difference((prose.text, without_marks(cell.text))):
        said.append(f"{places} word this objective differently, {degree}.")
    titles = [one for one in (title, cell.title) if one]
    if degree := difference(one.text for one in titles):
        both = " and ".join(f"“{one.text}”" for one in titles)
        whose = "Their titles" if said else f"The titles of {places}"
        said.append(f"{whose} differ {degree}: {both}.")
    elif len(titles) == 1:
        where = places.split(" and ")[0 if title else 1]
        said.append(f"Its title, “{titles[0].text}”, stands in {where} only.")
    spans = [*prose.spans, *cell.spans, *(span for one in titles for span in one.evidence.spans)]
    return Quote(" ".join(said), evidence(spans).made_by(COMPARED)) if said else None


# --- expected results and indicators ------------------------------------------------------------------------------


def _add_results(draft: Draft, objective: Objective) -> None:
    cell = objective.cell.label
    for column, kind, name, relation in _RESULTS:
        said = evidence([objective.details.header.cells[column], cell])
        what = "result" if kind is ElementKind.EXPECTED_RESULT else "indicator"
        items = ruled(draft, objective, read_items(draft.reading, objective.row, column, draft.find_split), what)
        for position, item in enumerate(items, start=1):
            place = f"{objective.place}/{name}/{position}"
            _add_item(draft, objective, kind, place, position, item, said)
            decision = draft.decision_of(item, place)
            draft.link(place, relation, objective.place, [cell, *item.spans], decision)


def _add_item(
    draft: Draft, objective: Objective, kind: ElementKind, place: str, position: int, item: Item, column: Evidence
) -> None:
    text = without_marks(item.text)
    said = evidence(item.spans, draft.decision_of(item, place))
    draft.elements.append(
        Element(
            kind=kind,
            place=place,
            unit=objective.unit.slug,
            position=position,
            text=text,
            label=beginning(text, said),
            part=objective.details.block.place,
            evidence=said,
            kind_evidence=column,
            notation=item.number,
            lead_in=item.lead_in,
            baselines=_baselines(draft, item),
        )
    )
    for index, child in enumerate(item.children, start=1):
        nested = f"{place}/{index}"
        _add_item(draft, objective, kind, nested, index, child, column)
        decision = draft.decision_of(child, nested)
        draft.link(nested, Relation.PART_OF, place, [*item.spans, *child.spans], decision)


def _baselines(draft: Draft, item: Item) -> tuple[Quote, ...]:
    """What a wording says in brackets of where counting begins: “… (baseline: 2011 value)”."""
    return tuple(
        group_quote(span, match, "value") for span in item.spans for match in BASELINE.finditer(draft.reading.at(span))
    )
