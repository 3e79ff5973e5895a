"""The content of a table's cell: HTML fragments with lists that are never closed and bullets that are characters.

The tags are read by the standard library's HTMLParser; what is ours is the rule of what a bullet, a paragraph
and an unclosed list mean here.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from typing import TYPE_CHECKING

from stratgraph.document import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratgraph.formats.annex.segments import Reading

BULLET = "•"
_TAGS = frozenset({"p", "ul", "i"})


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list item of a cell.

    Args:
        is_item: an item of a list, as against a paragraph.
        has_bullet: the item has its bullet; a list whose bullets were lost gives one item without.
        text: its words without markup.
        offsets: of each of its characters in the source.
        spans: where the text stands, and nothing else but markup.
        italic: the words of it that stand in italics in brackets, not part of ``text``, and without these brackets.
        italic_spans: where they stand.
    """

    is_item: bool
    has_bullet: bool
    text: str
    offsets: tuple[int, ...]
    spans: tuple[Span, ...]
    italic: str
    italic_spans: tuple[Span, ...]

    @property
    def start(self) -> int:
        """Its first character in the source."""
        return min(span.start for span in (*self.spans, *self.italic_spans))

    def span_of(self, start: int, end: int) -> Span:
        """Where a piece of its text stands, from the first character to the last."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


@dataclass(slots=True)
class _Open:
    is_item: bool
    has_bullet: bool
    pieces: list[tuple[int, str, bool]] = field(default_factory=list)


class _Cell(HTMLParser):
    def __init__(self, reading: Reading, start: int) -> None:
        super().__init__(convert_charrefs=False)
        self.reading = reading
        self.start = start
        self.blocks: list[_Open] = []
        self.open: _Open | None = None
        self.in_list = False
        self.italic = False

    def place(self) -> int:
        # A cell holds no newline, so the column is the offset.
        return self.start + self.getpos()[1]

    def _begin(self, *, is_item: bool, has_bullet: bool) -> _Open:
        self.open = _Open(is_item, has_bullet)
        self.blocks.append(self.open)
        return self.open

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.reading.fail(
                f"A cell holds <{tag}>; <p>, <ul> and <i> are what a cell of this form may hold.",
                at=self.place(),
                mend="Write it with these, or as plain words.",
            )
        if tag == "i":
            self.italic = True
        else:
            # A paragraph ends an open list: "<p>2 …" is not one more bullet.
            self.in_list = tag == "ul"
            self.open = None
            if tag == "p":
                self._begin(is_item=False, has_bullet=False)

    def handle_endtag(self, tag: str) -> None:
        if tag == "i":
            self.italic = False
        else:
            self.open = None
            self.in_list = False

    def handle_data(self, data: str) -> None:
        self._add(data, self.place())

    def handle_entityref(self, name: str) -> None:
        self._add(f"&{name};", self.place())

    def handle_charref(self, name: str) -> None:
        self._add(f"&#{name};", self.place())

    def _add(self, data: str, offset: int) -> None:
        for number, piece in enumerate(data.split(BULLET)):
            if number:
                self.in_list = True
                self._begin(is_item=True, has_bullet=True)
            if self.open is None and piece.strip():
                self._begin(is_item=self.in_list, has_bullet=False)
            if self.open is not None:
                self.open.pieces.append((offset, piece, self.italic))
            offset += len(piece) + 1


def _is_qualifier(italic: str) -> bool:
    return italic.startswith("(") and italic.endswith(")")


def read_cell(reading: Reading, start: int, end: int) -> tuple[Block, ...]:
    """The paragraphs and list items of one cell, in order.

    Args:
        reading: the source.
        start: offset of the cell's first character.
        end: offset after its last one.

    Raises:
        SourceError: a tag that a cell of this form does not hold, or an empty list item.
    """
    parser = _Cell(reading, start)
    parser.feed(reading.text[start:end])
    parser.close()
    blocks = []
    for block in parser.blocks:
        italic, italic_offsets = _joined([piece for piece in block.pieces if piece[2]])
        qualifies = _is_qualifier(italic)
        kept = [piece for piece in block.pieces if not (piece[2] and qualifies)]
        text, offsets = _joined(kept)
        if not text and not italic:
            if block.has_bullet:
                reading.fail(
                    "A bullet has no text after it.",
                    at=block.pieces[0][0] - 1,
                    mend="Write the item, or remove the bullet.",
                )
            continue
        inner = slice(1, -1) if qualifies else slice(0)
        breaks = [piece[0] for piece in block.pieces if piece[2] and qualifies]
        blocks.append(
            Block(
                block.is_item,
                block.has_bullet,
                text,
                offsets,
                _runs(offsets, breaks),
                italic[inner].strip(),
                _runs(italic_offsets[inner], []),
            )
        )
    return tuple(blocks)


def _joined(pieces: list[tuple[int, str, bool]]) -> tuple[str, tuple[int, ...]]:
    """Words with single spaces between them, and the offset of each character."""
    found: list[tuple[str, int]] = []
    for offset, piece, _ in pieces:
        for at, character in enumerate(piece, start=offset):
            if not character.isspace():
                found.append((character, at))
            elif found and found[-1][0] != " ":
                found.append((" ", at))
    if found and found[-1][0] == " ":
        found.pop()
    return "".join(character for character, _ in found), tuple(at for _, at in found)


def _runs(offsets: Sequence[int], breaks: Sequence[int]) -> tuple[Span, ...]:
    """The spans of characters, with a new one behind each break; both are in the order of the source."""
    runs = [list(run) for _, run in groupby(offsets, key=lambda at: bisect_left(breaks, at))]
    return tuple(Span(run[0], run[-1] + 1) for run in runs)
