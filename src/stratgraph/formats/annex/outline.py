"""Lines to structure: parts, chapters, sections, numbered paragraphs, tables and footnotes, in order.

What a line is follows from its form alone; what it means is ``chapters.py``'s business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from stratgraph.formats.annex.segments import group_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratgraph.document import Segment, Span
    from stratgraph.formats.annex.segments import Reading

SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FOOTNOTE = re.compile(rf"(?P<number>[{SUPERSCRIPTS}]+)\s+(?P<title>.+)")
_ITEM = re.compile(r"-\s+(?P<text>.+)")
_NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+)*)\s+(?P<title>.+)")
_MARKUP = re.compile(r"\*([^*]+)\*")
_SENTENCE_END = (".", ";", ":", "!", "?")


class BlockKind(Enum):
    """What a block of the document is by its form."""

    TITLE = "title"
    PART = "part"
    HEADING = "heading"
    NUMBERED = "numbered paragraph"
    ITEM = "list item"
    PLAIN = "paragraph"
    TABLE = "table"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: one trimmed span and its segment a cell."""

    line: int
    cells: tuple[Span, ...]
    segments: tuple[Segment, ...]


@dataclass(slots=True, eq=False)
class Block:
    """A block of the document.

    Args:
        number: the source's number, or mark of a footnote; empty where it has none.
        text: heading, caption or wording, without number, bullet and markup.
        spans: the lines that it stands in; two where a page break cut it.
        words: where the text stands, in each of these lines.
        mark: where the number stands; None where it has none.
        rows: of a table, its header rows included, its rule rows not.
        place: set when the outline is complete.
    """

    kind: BlockKind
    line: int
    number: str
    text: str
    spans: list[Span]
    words: list[Span]
    mark: Span | None = None
    rows: list[Row] = field(default_factory=list)
    place: str = ""
    parent: Block | None = None
    position: int = 0
    children: list[Block] = field(default_factory=list)

    @property
    def is_section(self) -> bool:
        """A heading of any rank."""
        return self.kind in {BlockKind.PART, BlockKind.HEADING}

    def paragraphs(self) -> list[Block]:
        """The paragraphs and items directly in it."""
        wanted = {BlockKind.PLAIN, BlockKind.ITEM, BlockKind.NUMBERED}
        return [child for child in self.children if child.kind in wanted]


def descendants(blocks: Iterable[Block]) -> Iterator[Block]:
    """These blocks and all below them, in the order of the source."""
    for block in blocks:
        yield block
        yield from descendants(block.children)


def plain(text: str) -> str:
    """A wording without the emphasis marks around words and with single spaces."""
    return " ".join(_MARKUP.sub(r"\1", text).split())


def _is_rule(cells: list[str]) -> bool:
    return len(cells) > 1 and all(cell and not cell.strip("-: \r") for cell in cells)


def _block(kind: BlockKind, line: int, span: Span, match: re.Match[str]) -> Block:
    """The block of a line that is of a form with a number and a title."""
    words, number = group_span(span, match, "title"), group_span(span, match, "number")
    return Block(kind, line, match["number"], plain(match["title"]), [span], [words], number)


def _classify(reading: Reading, line: int, span: Span, *, before_first: bool) -> Block:
    text = reading.at(span)
    part, caption = reading.phrases.part, reading.phrases.caption
    for kind, form in ((BlockKind.PART, part), (BlockKind.TABLE, caption), (BlockKind.FOOTNOTE, _FOOTNOTE)):
        if match := form.fullmatch(text):
            return _block(kind, line, span, match)
    if match := _ITEM.fullmatch(text):
        inner = group_span(span, match, "text")
        if numbered := _NUMBERED.fullmatch(match["text"]):
            item = _block(BlockKind.NUMBERED, line, inner, numbered)
            item.spans = [span]
            return item
        return Block(BlockKind.ITEM, line, "", plain(match["text"]), [span], [inner])
    if match := _NUMBERED.fullmatch(text):
        # A heading is a numbered line that is not a sentence.
        kind = BlockKind.NUMBERED if text.endswith((".", ";")) else BlockKind.HEADING
        return _block(kind, line, span, match)
    return Block(BlockKind.TITLE if before_first else BlockKind.PLAIN, line, "", plain(text), [span], [span])


def _continues(previous: Block | None, block: Block) -> bool:
    """A paragraph that a page break cut: the first half ends in no sentence end, the second begins small."""
    return (
        previous is not None
        and previous.kind in {BlockKind.PLAIN, BlockKind.NUMBERED, BlockKind.ITEM}
        and block.kind is BlockKind.PLAIN
        and not previous.text.endswith(_SENTENCE_END)
        and block.text[:1].islower()
    )


def read_blocks(reading: Reading) -> list[Block]:
    """Every block of the document in order.

    Raises:
        SourceError: a table's row outside of a table, or a line in a table that is none of its rows.
    """
    blocks: list[Block] = []
    table: Block | None = None
    previous: Block | None = None
    structured = False
    for line, segments in enumerate(reading.lines, start=1):
        raw = [reading.text[s.start : s.end] for s in segments]
        if not "".join(raw).strip():
            continue
        if len(segments) > 1:
            if _is_rule(raw):
                continue
            if table is None:
                if previous is None or previous.kind is not BlockKind.PART:
                    reading.fail(
                        "A table's row stands outside of a table.",
                        line=line,
                        mend="Put the caption “Table N.N - …” before the table's header row.",
                    )
                # Without a caption, it is called by the heading of its part.
                table = Block(BlockKind.TABLE, line, "", previous.text, [], previous.words)
                blocks.append(table)
            # Split before stripping: a row may begin with a tab.
            table.rows.append(Row(line, tuple(reading.trimmed(s) for s in segments), tuple(segments)))
            continue
        block = _classify(reading, line, reading.trimmed(segments[0]), before_first=not structured)
        structured = structured or block.kind is not BlockKind.TITLE
        if block.kind is BlockKind.FOOTNOTE:
            # A note stands where the page ended, which may be inside a table or a paragraph.
            blocks.append(block)
            continue
        if table is not None and block.kind in {BlockKind.PLAIN, BlockKind.ITEM, BlockKind.TITLE}:
            width = len(table.rows[0].cells) if table.rows else 2
            reading.fail(
                f"{'Table ' + table.number if table.number else 'The table'} is open here: expected a row of {width} "
                f"cells separated by tabs, a heading or a caption, and found {reading.at(block.spans[0])[:60]!r}.",
                line=line,
                mend="Restore the row's tabs, or put a heading before the text.",
            )
        table = block if block.kind is BlockKind.TABLE else None
        if _continues(previous, block) and previous is not None:
            previous.text += f" {block.text}"
            previous.spans += block.spans
            previous.words += block.words
            continue
        blocks.append(block)
        previous = block
    return blocks


def _roman(number: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[c] for c in number]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def _adopt(parent: Block | None, block: Block, roots: list[Block]) -> None:
    siblings = parent.children if parent else roots
    siblings.append(block)
    block.parent = parent
    block.position = len(siblings)


class Outline:
    """The document as a tree of blocks; ``blocks`` is every block but titles in the order of the source."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        found = read_blocks(reading)
        self.titles = [b for b in found if b.kind is BlockKind.TITLE]
        self.blocks = [b for b in found if b.kind is not BlockKind.TITLE]
        self.roots: list[Block] = []
        self.footnotes = [b for b in self.blocks if b.kind is BlockKind.FOOTNOTE]
        self._numbered: dict[str, Block] = {}
        self._current_part: Block | None = None
        current: Block | None = None
        for block in self.blocks:
            parent = self._parent_of(block, current)
            if block.kind is BlockKind.FOOTNOTE:
                # Notes are one series for the whole text: where one stands says only where a page ended.
                continue
            _adopt(parent, block, self.roots)
            block.place = self._place_of(block)
            if block.kind is BlockKind.PART:
                self._current_part = block
            if block.number and block.kind in {BlockKind.HEADING, BlockKind.NUMBERED}:
                self._remember(block)
            if block.is_section:
                current = block
        for position, note in enumerate(self.footnotes, start=1):
            note.position = position
            note.place = f"text/footnote/{position}"

    def _remember(self, block: Block) -> None:
        if known := self._numbered.get(block.number):
            self.reading.fail(
                f"The number {block.number} stands here again; line {known.line} has it too.",
                line=block.line,
                mend="Give each section and paragraph a number of its own.",
            )
        self._numbered[block.number] = block

    def _parent_of(self, block: Block, current: Block | None) -> Block | None:
        if block.kind is BlockKind.PART:
            return None
        if block.kind is BlockKind.TABLE:
            chapter = self._numbered.get(block.number.split(".")[0]) if block.number else None
            return chapter or self._current_part
        if block.number:
            prefix = block.number.rpartition(".")[0]
            return self._numbered.get(prefix) or (self._current_part if not prefix else current)
        return current

    def _place_of(self, block: Block) -> str:
        match block.kind:
            case BlockKind.PART:
                return f"text/part/{_roman(block.number)}"
            case BlockKind.HEADING:
                return f"text/section/{block.number}"
            case BlockKind.NUMBERED:
                return f"text/paragraph/{block.number}"
            case BlockKind.TABLE if block.number:
                return f"text/table/{block.number}"
            case _:
                # Without a number of its own: counted among its like.
                alike = {BlockKind.TABLE} if block.kind is BlockKind.TABLE else {BlockKind.PLAIN, BlockKind.ITEM}
                siblings = block.parent.children if block.parent else self.roots
                above = block.parent.place if block.parent else "text"
                name = "table" if block.kind is BlockKind.TABLE else "paragraph"
                return f"{above}/{name}/{sum(b.kind in alike for b in siblings)}"
