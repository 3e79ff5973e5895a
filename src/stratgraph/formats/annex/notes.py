"""Parts of the text, and which of them, and which elements, each footnote belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stratgraph.document import Evidence, Part, PartKind, Quote, Relation, Span
from stratgraph.formats.annex.draft import FIGURE, NAMED_BY_PLACE, evidence
from stratgraph.formats.annex.outline import SUPERSCRIPTS, BlockKind
from stratgraph.formats.annex.prose import quote, without_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.document import Element
    from stratgraph.formats.annex.draft import Draft
    from stratgraph.formats.annex.outline import Block, Outline
    from stratgraph.formats.annex.segments import Reading

_MARKS: Final = re.compile(f"[{SUPERSCRIPTS}]+")
_DIGITS: Final = str.maketrans(SUPERSCRIPTS, "0123456789")
_KINDS: Final = {
    BlockKind.PART: PartKind.SECTION,
    BlockKind.HEADING: PartKind.SECTION,
    BlockKind.TABLE: PartKind.TABLE,
    BlockKind.FOOTNOTE: PartKind.FOOTNOTE,
}


def parts(draft: Draft, outline: Outline) -> Iterator[Part]:
    """Every section, paragraph, table and footnote, in the order of the source."""
    for block in outline.blocks:
        kind = _KINDS.get(block.kind, PartKind.PARAGRAPH)
        yield Part(
            kind=kind,
            place=block.place,
            notation=_notation(block),
            label=_label(draft.reading, block),
            text=_text(draft, block) if kind in {PartKind.PARAGRAPH, PartKind.FOOTNOTE} else None,
            parent=block.parent.place if block.parent else None,
            position=block.position,
            # A table without a caption is known by its first cell.
            evidence=Evidence(tuple(block.spans) or block.rows[0].cells[:1]),
        )


def _notation(block: Block) -> Quote | None:
    if block.mark is None:
        return None
    said = evidence([block.mark])
    figures = block.number.translate(_DIGITS)
    return Quote(figures, said if figures == block.number else said.made_by(FIGURE))


def _text(draft: Draft, block: Block) -> Quote:
    decision = None
    if len(block.words) > 1:
        lines = [draft.reading.location(span.start).line for span in block.words]
        decision = draft.decide(
            f"one-paragraph-{block.place.replace('/', '-')}",
            f"Line {lines[0]} ends in no full stop, and line {lines[-1]} begins with a small letter: read as one "
            "paragraph, which the end of a page cut.",
        )
    return Quote(without_marks(block.text), evidence(block.words, decision))


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
        element.place for element in draft.elements if any(_holds(said.spans, span) for said in _evidence_of(element))
    ]


def _evidence_of(element: Element) -> Iterator[Evidence]:
    """What the words of an element rest on, in each of its wordings."""
    yield element.evidence
    quotes = [element.title, element.lead_in]
    for mention in element.mentions:
        yield mention.evidence
        quotes += [mention.title, mention.qualifier, mention.lead_in]
    yield from (quote.evidence for quote in quotes if quote)


def _label(reading: Reading, block: Block) -> Quote:
    number, said = block.number, evidence(block.spans or block.words)
    names = reading.phrases.name_of_part
    match block.kind:
        case BlockKind.PART | BlockKind.HEADING | BlockKind.TABLE if block.spans:
            return quote(reading.at(block.spans[0]), block.spans[0])
        case BlockKind.TABLE:
            name = names["table"].format(name=block.text)
        case BlockKind.NUMBERED:
            name = names["paragraph"].format(number=number)
        case BlockKind.FOOTNOTE:
            name = names["footnote"].format(position=block.position, number=number)
        case _:
            name = names["paragraph of section" if block.parent else "paragraph"].format(
                section=block.parent.number if block.parent else "", number=block.place.rpartition("/")[2]
            )
            said |= evidence([block.parent.mark] if block.parent and block.parent.mark else [])
    return Quote(name, said.made_by(NAMED_BY_PLACE))
