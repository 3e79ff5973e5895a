"""Parts of the text, and which of them, and which elements, each footnote belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stratgraph.document import Evidence, Part, PartKind, Relation, Span
from stratgraph.formats.annex.outline import SUPERSCRIPTS, BlockKind
from stratgraph.formats.annex.prose import without_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.formats.annex.draft import Draft
    from stratgraph.formats.annex.outline import Block, Outline

_MARKS: Final = re.compile(f"[{SUPERSCRIPTS}]+")
_DIGITS: Final = str.maketrans(SUPERSCRIPTS, "0123456789")
_KINDS: Final = {
    BlockKind.PART: PartKind.SECTION,
    BlockKind.HEADING: PartKind.SECTION,
    BlockKind.TABLE: PartKind.TABLE,
    BlockKind.FOOTNOTE: PartKind.FOOTNOTE,
}


def parts(outline: Outline) -> Iterator[Part]:
    """Every section, paragraph, table and footnote, in the order of the source."""
    for block in outline.blocks:
        kind = _KINDS.get(block.kind, PartKind.PARAGRAPH)
        yield Part(
            kind=kind,
            place=block.place,
            notation=block.number.translate(_DIGITS) or None,
            label=_label(block),
            text=without_marks(block.text) if kind in {PartKind.PARAGRAPH, PartKind.FOOTNOTE} else "",
            parent=block.parent.place if block.parent else None,
            position=block.position,
            # A table without a caption is known by its first cell.
            evidence=Evidence(tuple(block.spans) or block.rows[0].cells[:1]),
        )


def link_footnotes(draft: Draft, outline: Outline) -> None:
    """Links each place that has a mark with the next footnote of that mark.

    Raises:
        SourceError: a mark without a note, or a note without a mark.
    """
    own = {note.spans[0].start for note in outline.footnotes}
    used: set[str] = set()
    for match in _MARKS.finditer(draft.reading.text):
        if match.start() in own:
            continue
        line = draft.reading.location(match.start()).line or 0
        note = next((n for n in outline.footnotes if n.number == match[0] and n.line >= line), None)
        if note is None:
            draft.reading.fail(
                f"The mark {match[0]} has no footnote after it.",
                at=match.start(),
                mend=f"Restore the line that begins with {match[0]}, or remove the mark.",
            )
        used.add(note.place)
        span = Span(match.start(), match.end())
        for place in (*_parts_at(outline, span, line), *_elements_at(draft, span)):
            draft.link(place, Relation.HAS_FOOTNOTE, note.place, [span])
    for note in outline.footnotes:
        if note.place not in used:
            draft.reading.fail(
                f"No place in the text before it has the mark {note.number} of this footnote.",
                line=note.line,
                mend="Restore the mark where it belongs, or remove the note.",
            )


def _holds(spans: tuple[Span, ...] | list[Span], inner: Span) -> bool:
    return any(span.start <= inner.start < span.end for span in spans)


def _parts_at(outline: Outline, span: Span, line: int) -> list[str]:
    return [
        block.place
        for block in outline.blocks
        if block.kind is not BlockKind.FOOTNOTE
        and (_holds(block.spans, span) or any(row.line == line for row in block.rows))
    ]


def _elements_at(draft: Draft, span: Span) -> list[str]:
    return [
        element.place
        for element in draft.elements
        if _holds(element.evidence.spans, span) or any(_holds(m.evidence.spans, span) for m in element.mentions)
    ]


def _label(block: Block) -> str:
    number = block.number
    match block.kind:
        case BlockKind.PART:
            return f"Part {number} – {block.text}"
        case BlockKind.HEADING:
            return f"{number} {block.text}"
        case BlockKind.NUMBERED:
            return f"Paragraph {number}"
        case BlockKind.TABLE:
            return f"Table {number} – {block.text}" if number else f"Table “{block.text}”"
        case BlockKind.FOOTNOTE:
            return f"Footnote {block.position}, marked {number}"
        case _:
            above = f"Section {block.parent.number}, paragraph" if block.parent else "Paragraph"
            return f"{above} {block.place.rpartition('/')[2]}"
