"""Bytes to text, and a text with its lines, cells and places."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from stratgraph.document import Segment, Span, segments
from stratgraph.errors import Location, SourceError
from stratgraph.files import check_size, decoded
from stratgraph.formats.annex.phrases import phrases_of

# Tab, line feed and carriage return are the only controls that a text of this form holds.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARGIN: Final = " \r\u00a0"


def decode(data: bytes, *, file: str, max_bytes: int) -> str:
    """The characters of a file.

    Raises:
        LimitError: it is larger than ``max_bytes``.
        SourceError: it is empty, not UTF-8, or holds control characters.
    """
    check_size(len(data), max_bytes, setting="max_source_bytes", file=file)
    text = decoded(data, file)
    if not text.strip():
        raise SourceError("The file is empty.", where=Location(file=file), mend="Give the text of the annex.")
    if control := _CONTROL.search(text):
        before_text = text[: control.start()]
        raise SourceError(
            f"There is a control character U+{ord(control[0]):04X}; a document of this form is plain text.",
            where=Location(
                file=file,
                line=before_text.count("\n") + 1,
                column=control.start() - before_text.rfind("\n"),
            ),
            mend="Remove it, or check that this is the right file.",
        )
    return text


def group_span(span: Span, match: re.Match[str], group: str) -> Span:
    """Where a group of a match stands, which was looked for in the characters of a span."""
    return Span(span.start + match.start(group), span.start + match.end(group))


class Reading:
    """A text being read: its lines as segments, and errors that know where they are.

    Args:
        text: the whole source.
        file: its name, for errors.
        language: BCP 47 tag.
    """

    def __init__(self, text: str, file: str, language: str = "en") -> None:
        self.text = text
        self.file = file
        self.phrases = phrases_of(language)
        self.lines: list[list[Segment]] = []
        for segment in segments(text):
            if segment.cell == 1:
                self.lines.append([])
            self.lines[-1].append(segment)

    def trimmed(self, segment: Segment) -> Span:
        """The span of a segment without the spaces around it."""
        piece = self.text[segment.start : segment.end]
        start = segment.start + len(piece) - len(piece.lstrip(_MARGIN))
        return Span(start, max(start, segment.start + len(piece.rstrip(_MARGIN))))

    def at(self, span: Span) -> str:
        """The characters of a span."""
        return self.text[span.start : span.end]

    def location(self, position: int) -> Location:
        """Line and column of an offset."""
        return Location(
            file=self.file,
            line=self.text.count("\n", 0, position) + 1,
            column=position - self.text.rfind("\n", 0, position),
        )

    def fail(
        self, what: str, *, line: int | None = None, cell: int | None = None, at: int | None = None, mend: str = ""
    ) -> NoReturn:
        """Raise SourceError at a line, a cell of a line, or an offset."""
        where = self.location(at) if at is not None else Location(self.file, line, cell, cell is not None)
        raise SourceError(what, where=where, mend=mend)
