"""What a table says by the form of its header: its rows, its one X a row, the items of its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

from stratgraph.document import Quote, Span
from stratgraph.formats.annex.lists import Block as CellBlock
from stratgraph.formats.annex.lists import read_cell
from stratgraph.formats.annex.prose import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stratgraph.formats.annex.description import Split
    from stratgraph.formats.annex.outline import Block, Row
    from stratgraph.formats.annex.phrases import Phrases
    from stratgraph.formats.annex.segments import Reading

MARK: Final = "X"
_NUMBERED: Final = re.compile(r"(?P<number>\d+)\s+(?P<text>.+)", re.DOTALL)
_SHORT_TITLE: Final = re.compile(r"(?P<title>.+?(?:\.\.\.|…))\s+(?P<text>\S.*)")


class Role(Enum):
    """What a table is for, by its header."""

    OUTPUTS = "outputs by objective"
    DETAILS = "objectives with outputs, results and indicators"
    GOALS = "objectives by goal"
    TERMS = "terms"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its header understood.

    Args:
        columns: of OUTPUTS the number of each column's objective, of GOALS the notation of its unit, else the words of
            the header; the first column's is always its words.
        rows: without header rows.
    """

    block: Block
    role: Role
    columns: tuple[str, ...]
    header: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An output, result or indicator as its cell states it.

    Args:
        spans: where it stands, and nothing else but markup.
        number: before a numbered result.
        lead_in: the line that introduces its list.
        qualifier: words in brackets that belong to it and not to its name.
        split: the decision that says where it ends, where its bullet was lost and a person decided.
        has_bullet: false where it should have one and does not.
        children: items nested in it.
    """

    text: str
    spans: tuple[Span, ...]
    number: Quote | None = None
    lead_in: Quote | None = None
    qualifier: Quote | None = None
    split: Split | None = None
    has_bullet: bool = True
    children: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectiveCell:
    """The first cell of a row of DETAILS: an objective in its table wording.

    Args:
        number: of the objective.
        title: in this table, if it has one here.
        label: the words “Objective N”.
        spans: where the text stands, and nothing else but markup.
    """

    number: Quote
    title: Quote | None
    text: str
    label: Span
    spans: tuple[Span, ...]


def read_table(reading: Reading, block: Block) -> Table:
    """A table with its header understood and its rows of one length.

    Raises:
        SourceError: it has no rows, its header is of no known form, or a row has too few or too many cells.
    """
    name = f"Table {block.number}" if block.number else "The table"
    if not block.rows:
        reading.fail(
            f"{name} has no rows; expected a header row and rows of cells separated by tabs.",
            line=block.line,
            mend="Put the rows below the caption.",
        )
    header = block.rows[0]
    words = [reading.at(cell) for cell in header.cells]
    role, columns = _understand(words, reading.phrases) or reading.fail(
        f"The header of {name[0].lower()}{name[1:]} is of no known form: {' | '.join(words)[:120]}.",
        line=header.line,
        mend="Expected “Outputs | Objective 1 | …”, “Objectives | Outputs | Expected results | KPIs”, "
        "“ | Goal UNIT | …” or “Term | Description”.",
    )
    folded = [word.casefold() for word in words]
    # A page break repeats the header, once in capitals. Whole rows are compared: a term may be called "Outputs".
    rows = [row for row in block.rows[1:] if [reading.at(c).casefold() for c in row.cells] != folded]
    for row in rows:
        _check_width(reading, row, header)
    return Table(block, role, columns, header, tuple(rows))


def _understand(words: Sequence[str], phrases: Phrases) -> tuple[Role, tuple[str, ...]] | None:
    first, *others = words
    folded = [word.casefold() for word in words]
    if len(folded) == len(phrases.details) and all(
        re.fullmatch(expected, word) for expected, word in zip(phrases.details, folded, strict=True)
    ):
        return Role.DETAILS, tuple(words)
    if tuple(folded) == phrases.terms:
        return Role.TERMS, tuple(words)
    for role, pattern, fits in (
        (Role.OUTPUTS, phrases.objective_column, folded[0].endswith(phrases.outputs)),
        (Role.GOALS, phrases.goal_column, not first),
    ):
        matches = [pattern.fullmatch(word) for word in others]
        found = [match[1] for match in matches if match]
        if fits and others and len(found) == len(others) == len(set(found)):
            return role, (first, *found)
    return None


def _check_width(reading: Reading, row: Row, header: Row) -> None:
    width, has = len(header.cells), len(row.cells)
    if has < width:
        reading.fail(
            f"The row has {has} cells; the header in line {header.line} has {width}.",
            line=row.line,
            cell=has,
            mend="Restore the missing cells, empty ones too: each is set off by a tab.",
        )
    for number, cell in enumerate(row.cells[width:], start=width + 1):
        if words := reading.at(cell):
            reading.fail(
                f"“{words[:40]}” stands in a column that the header in line {header.line} does not name; "
                f"it has {width}.",
                line=row.line,
                cell=number,
                mend="Move it into its column.",
            )


def marked_column(reading: Reading, table: Table, row: Row) -> int:
    """Index of the one column that has the X.

    Raises:
        SourceError: there is none, more than one, or something else than an X.
    """
    marked = []
    for index, cell in enumerate(row.cells[1 : len(table.columns)], start=1):
        words = reading.at(cell)
        if words == MARK:
            marked.append(index)
        elif words:
            reading.fail(
                f"“{words[:40]}” stands where a column of marks has {MARK} or nothing.",
                line=row.line,
                cell=index + 1,
                mend=f"Write {MARK} or leave the cell empty.",
            )
    if len(marked) != 1:
        where = " and ".join(str(index + 1) for index in marked)
        reading.fail(
            f"The row has {len(marked)} marks{f', in cells {where}' if where else ''}; each has exactly one {MARK}.",
            line=row.line,
            cell=marked[1] + 1 if marked else 2,
            mend=f"Leave the {MARK} in the column that the row belongs to.",
        )
    return marked[0]


def read_objective_cell(reading: Reading, row: Row) -> ObjectiveCell:
    """Number, short title and wording of the objective that a row of DETAILS is for.

    Raises:
        SourceError: the cell does not begin with “Objective N”, or says nothing after it.
    """
    blocks = read_cell(reading, row.cells[0].start, row.cells[0].end)
    match = reading.phrases.objective_cell.fullmatch(blocks[0].text) if blocks else None
    if match is None:
        reading.fail(
            "The first cell of this row does not begin with “Objective” and a number.",
            line=row.line,
            cell=1,
            mend="Begin it with, for example, “Objective 3”.",
        )
    head = blocks[0]
    title, rest = "", match["rest"]
    if match["separator"] and (short := _SHORT_TITLE.fullmatch(rest)):
        # "Objective 1: Coordinating... To promote": the dots end the title.
        title, rest = short["title"], short["text"]
    elif match["separator"] and blocks[1:]:
        title, rest = rest, ""
    texts = [text for text in (rest, *(block.text for block in blocks[1:])) if text]
    if not texts:
        reading.fail(f"Objective {match['number']} has no wording.", line=row.line, cell=1, mend="Write what it is.")
    begin = match.start("rest")
    own = [head.span_of(len(head.text) - len(rest), len(head.text))] if rest else []
    return ObjectiveCell(
        number=quote(match["number"], head.span_of(*match.span("number"))),
        title=quote(title, head.span_of(begin, begin + len(title))) if title else None,
        text="\n".join(texts),
        label=head.span_of(0, match.end("number")),
        spans=(*own, *(span for block in blocks[1:] for span in block.spans)),
    )


def read_items(reading: Reading, row: Row, column: int, find_split: Callable[[str], Split | None]) -> tuple[Item, ...]:
    """The items of one cell of DETAILS, nested as they stand.

    Args:
        reading: the source.
        row: of DETAILS.
        column: index of the cell.
        find_split: the editorial decision for the text of a list without bullets, if there is one.

    Raises:
        SourceError: the cell is empty, or a decision does not fit the text.
    """
    cell = row.cells[column]
    blocks = read_cell(reading, cell.start, cell.end)
    items: list[Item] = []
    lead_in: Quote | None = None
    for index, block in enumerate(blocks):
        followed_by_item = index + 1 < len(blocks) and blocks[index + 1].is_item
        numbered = None if block.is_item else _NUMBERED.fullmatch(block.text)
        if not block.text and items:
            items[-1] = replace(items[-1], qualifier=_qualifier(block))
        elif numbered:
            lead_in = None
            number = quote(numbered["number"], block.span_of(*numbered.span("number")))
            text = block.span_of(*numbered.span("text"))
            items.append(Item(numbered["text"], (text,), number=number, qualifier=_qualifier(block)))
        elif not block.is_item and block.text.endswith(":") and followed_by_item:
            lead_in = quote(block.text, *block.spans)
        elif not block.is_item:
            lead_in = None
            items.append(Item(block.text, block.spans, qualifier=_qualifier(block)))
        else:
            found = [replace(item, lead_in=lead_in) for item in _list_items(reading, block, find_split)]
            if items and items[-1].number:
                items[-1] = replace(items[-1], children=(*items[-1].children, *found))
            else:
                items += found
    if not items:
        reading.fail("The cell is empty; expected at least one item.", line=row.line, cell=column + 1)
    return tuple(items)


def _qualifier(block: CellBlock) -> Quote | None:
    return quote(block.italic, *block.italic_spans) if block.italic else None


def _list_items(reading: Reading, block: CellBlock, find_split: Callable[[str], Split | None]) -> list[Item]:
    if block.has_bullet:
        return [Item(block.text, block.spans, qualifier=_qualifier(block))]
    split = find_split(block.text)
    if split is None:
        return [Item(block.text, block.spans, qualifier=_qualifier(block), has_bullet=False)]
    items = []
    start = block.start
    for text in split.items:
        start = reading.text.find(text, start, block.spans[-1].end)
        if start < 0:
            reading.fail(
                f"The decision {split.name} names the item “{text[:60]}”, which does not stand here as it is written.",
                at=block.start,
                mend="Write the items in the description as the source has them.",
            )
        items.append(Item(text, (Span(start, start + len(text)),), split=split, has_bullet=False))
        start += len(text)
    return items
