"""From outline and tables to the plan document.

The order of work is that of dependence: the front chapters, each unit's chapter and tables, the table of goals, the
terms, and the footnotes last, since they point into all of these.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from stratgraph.document import ElementKind, PlanDocument, Relation, Source, Term, in_order
from stratgraph.formats.annex.chapters import front_goals, read_front, read_unit, read_unit_chapter
from stratgraph.formats.annex.draft import Draft
from stratgraph.formats.annex.notes import link_footnotes, parts
from stratgraph.formats.annex.outline import BlockKind, Outline
from stratgraph.formats.annex.phrases import language_of_captions
from stratgraph.formats.annex.prose import group_quote, quote, unit_name
from stratgraph.formats.annex.rows import read_objectives
from stratgraph.formats.annex.segments import Reading
from stratgraph.formats.annex.tables import Role, marked_column, read_table
from stratgraph.identifiers import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratgraph.document import Quote, Unit
    from stratgraph.formats.annex.description import AnnexDescription
    from stratgraph.formats.annex.outline import Block
    from stratgraph.formats.annex.tables import Table

_YEARS: Final = re.compile(r"(?P<start>\d{4})\s*[-–—]\s*(?P<end>\d{4})")


def read_text(text: str, *, file: str, description: AnnexDescription) -> PlanDocument:
    """The plan document of a decoded text.

    Raises:
        SourceError: it is not of the form.
    """
    reading = Reading(text, file, description.language)
    if other := language_of_captions(text.split("\n"), description.language):
        language, line = other
        reading.fail(
            f"The headings of the text are in the language {language}, and it is read as {description.language}.",
            line=line,
            mend=f'Say language = "{language}" in its description, {PurePath(file).stem}.toml.',
        )
    outline = Outline(reading)
    draft = Draft(reading, description)
    title, years = _title(reading, outline)
    chapters = _chapters(reading, outline)
    tables = [read_table(reading, block) for block in outline.blocks if block.kind is BlockKind.TABLE]
    front = [block for block in outline.roots if block.kind is BlockKind.HEADING]
    organisation = read_front(draft, front)
    units = [read_unit(draft, chapter) for chapter in chapters]
    draft.check_abbreviations(unit.notation.text for unit in (organisation, *units))
    goals = front_goals(draft, front, [unit.notation.text for unit in units])
    for chapter, unit in zip(chapters, units, strict=True):
        headings = read_unit_chapter(draft, chapter, unit, goals.get(unit.notation.text))
        outputs = _table_of(reading, tables, chapter, Role.OUTPUTS)
        read_objectives(draft, unit, headings, outputs, _table_of(reading, tables, chapter, Role.DETAILS))
    _read_contributions(draft, outline, tables, units)
    link_footnotes(draft, outline)
    draft.rule()
    draft.check_splits()
    citation = quote(outline.titles[0].text, *outline.titles[0].words)
    document = PlanDocument(
        organisation=organisation.slug,
        plan=f"{years[0].text}-{years[1].text}",
        title=title,
        citation=citation,
        start_year=years[0],
        end_year=years[1],
        language=description.language,
        units=(organisation, *units),
        parts=tuple(parts(draft, outline)),
        elements=tuple(draft.elements),
        links=tuple(draft.links),
        terms=_terms(reading, tables),
        decisions=tuple(draft.decisions.values()),
        source=Source(
            text=text,
            title=description.title or f"{citation.text}: {title.text}",
            publisher=organisation.name.text,
            issued=description.issued,
            rights=description.rights,
        ),
        profile=draft.profile(title),
    )
    return in_order(document)


def _title(reading: Reading, outline: Outline) -> tuple[Quote, tuple[Quote, Quote]]:
    for block in outline.titles:
        (span,) = block.words
        if match := _YEARS.search(reading.at(span)):
            return quote(block.text, span), (group_quote(span, match, "start"), group_quote(span, match, "end"))
    return reading.fail(
        "No title with the plan's years stands before the first section; expected, for example, “Strategic plan for "
        "the Union for 2012-2015”.",
        line=outline.titles[0].line if outline.titles else 1,
        mend="Put the plan's title before its first numbered section.",
    )


def _chapters(reading: Reading, outline: Outline) -> list[Block]:
    """The chapters of units: those below a part whose headings end in an abbreviation in brackets."""
    for section in outline.blocks:
        if section.is_section and not section.children:
            reading.fail(
                f"Nothing stands below the heading “{section.text}”.",
                line=section.line,
                mend="Restore the text or table that belongs below it, or remove the heading.",
            )
    in_parts = [block for part in outline.roots if part.kind is BlockKind.PART for block in part.children]
    found = [block for block in in_parts if block.kind is BlockKind.HEADING and unit_name(block.text)]
    if not found:
        reading.fail(
            "No chapter of a unit was found; expected a line “PART I – …” and below it headings such as “4 "
            "Radiocommunication Sector (ITU-R)”.",
            line=in_parts[0].line if in_parts else outline.titles[0].line,
            mend="Give each unit its chapter.",
        )
    return found


def _table_of(reading: Reading, tables: Sequence[Table], chapter: Block, role: Role) -> Table:
    own = [t for t in tables if t.role is role and t.block.number.split(".")[0] == chapter.number]
    if len(own) != 1:
        reading.fail(
            f"Chapter {chapter.number} “{chapter.text}” has {len(own) or 'no'} table of {role.value}; expected exactly "
            "one.",
            line=own[1].block.line if own else chapter.line,
            mend=f"Put it below a caption such as “Table {chapter.number}.1 - …”, with its header row.",
        )
    return own[0]


def _read_contributions(draft: Draft, outline: Outline, tables: Sequence[Table], units: Sequence[Unit]) -> None:
    """Table 8.1: rows of objectives below their units, one X a row in the column of a goal."""
    found = [table for table in tables if table.role is Role.GOALS]
    if len(found) != 1:
        draft.reading.fail(
            f"The text has {len(found) or 'no'} table that links objectives with goals; expected exactly one.",
            line=found[1].block.line if found else outline.blocks[-1].line,
            mend="Put it below a caption such as “Table 8.1 - …”, with the header “ | Goal UNIT | …”.",
        )
    (table,) = found
    by_notation = {unit.notation.text: unit for unit in units}
    goals = {e.unit: e.place for e in draft.elements if e.kind is ElementKind.GOAL}
    for index, notation in enumerate(table.columns[1:], start=2):
        unit = draft.known(by_notation, notation, f"the unit {notation}", table.header, index)
        draft.known(goals, unit.slug, f"the goal of {notation}", table.header, index)
    rows: Counter[str] = Counter()
    current: Unit | None = None
    for row in table.rows:
        first = draft.reading.at(row.cells[0])
        match = draft.reading.phrases.objective.fullmatch(first)
        if match is None:
            current = draft.known(by_notation, first, f"the unit “{first[:40]}”", row, 1)
            heading = row.cells[0]
            continue
        if current is None:
            draft.reading.fail(
                "An objective stands before the first unit of the table.",
                line=row.line,
                cell=1,
                mend="Begin with a row that names the unit.",
            )
        objectives = {
            e.notation.text: e.place
            for e in draft.elements
            if e.kind is ElementKind.OBJECTIVE and e.unit == current.slug and e.notation
        }
        number = match["number"]
        place = draft.known(objectives, number, f"objective {number} of {current.notation.text}", row, 1)
        column = marked_column(draft.reading, table, row)
        goal = goals[by_notation[table.columns[column]].slug]
        spans = [row.cells[column], row.cells[0], heading, table.header.cells[column]]
        draft.link(place, Relation.CONTRIBUTES_TO, goal, spans)
        rows[place] += 1
    for element in draft.elements:
        if element.kind is ElementKind.OBJECTIVE and rows[element.place] != 1:
            draft.reading.fail(
                f"“{element.label.text[:60]}” has {rows[element.place] or 'no'} row in this table; expected one.",
                line=table.block.line,
                mend="Give each objective of each unit its row with one X.",
            )


def _terms(reading: Reading, tables: Sequence[Table]) -> tuple[Term, ...]:
    return tuple(
        Term(
            place=f"term/{slug(reading.at(row.cells[0]))}",
            label=quote(reading.at(row.cells[0]), row.cells[0]),
            definition=quote(reading.at(row.cells[1]), row.cells[1]),
        )
        for table in tables
        if table.role is Role.TERMS
        for row in table.rows
    )
