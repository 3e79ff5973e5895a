"""What the sections say: wordings of elements in running text, with their spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.document import Span
from stratgraph.formats.annex.outline import SUPERSCRIPTS, BlockKind, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.formats.annex.outline import Block
    from stratgraph.formats.annex.segments import Reading

_MARKS: Final = re.compile(f"[{SUPERSCRIPTS}]+")
_SENTENCE: Final = re.compile(r".(?>[^.!?:]++|[.!?:](?!\s+[A-Z]|$))*+(?P<end>[.!?:])?", re.DOTALL)
"""A sentence, or, without an ``end``, what is left at the end of a text and is none."""

_UNIT: Final = re.compile(r"(?:the\s+)?(?P<name>\S(?:.*\S)?)\s*\((?P<notation>[^()]+)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of an element as one place of the text has them.

    Args:
        part: place of the part of the document where they stand.
        lead_in: the line that introduces them.
    """

    text: str
    spans: tuple[Span, ...]
    part: str
    lead_in: str | None = None


@dataclass(frozen=True, slots=True)
class GoalWording:
    """A goal as a section words it, and its statements."""

    whole: Wording
    statements: tuple[Wording, ...]


def without_marks(text: str) -> str:
    """A wording without the marks of footnotes."""
    return _MARKS.sub("", text)


def unit_name(heading: str) -> tuple[str, str] | None:
    """Name and notation in a heading such as “Radiocommunication Sector (ITU-R)”, if it is of that form."""
    match = _UNIT.fullmatch(heading)
    return (match["name"], match["notation"]) if match else None


def paragraph_wording(block: Block) -> Wording:
    """The wording of one paragraph."""
    return Wording(without_marks(block.text), tuple(block.spans), block.place)


def section_wording(reading: Reading, section: Block) -> Wording:
    """All paragraphs of a section together; the part is the paragraph where there is only one.

    Raises:
        SourceError: the section has no paragraph.
    """
    paragraphs = section.paragraphs()
    if not paragraphs:
        reading.fail(
            f"Section {section.number} “{section.text}” has no text; expected a paragraph below its heading.",
            line=section.line,
            mend="Restore its text, or remove the heading.",
        )
    return Wording(
        without_marks("\n".join(block.text for block in paragraphs)),
        tuple(span for block in paragraphs for span in block.spans),
        paragraphs[0].place if len(paragraphs) == 1 else section.place,
    )


def goal_wording(reading: Reading, section: Block) -> GoalWording:
    """A goal: its list of statements with the line that leads it, or one paragraph that is its only statement.

    Raises:
        SourceError: the section has no paragraph.
    """
    whole = section_wording(reading, section)
    items = [block for block in section.paragraphs() if block.kind is BlockKind.ITEM]
    if not items:
        return GoalWording(whole, (whole,))
    leads = [block.text for block in section.paragraphs() if block.kind is not BlockKind.ITEM]
    statements = tuple(paragraph_wording(item) for item in items)
    text = "\n".join(statement.text for statement in statements)
    lead_in = without_marks("\n".join(leads)) or None
    return GoalWording(Wording(text, whole.spans, section.place, lead_in), statements)


def sentences_in(text: str) -> Iterator[re.Match[str]]:
    """The sentences of a text, each with the blanks before it; what follows the last one is left out."""
    return (match for match in _SENTENCE.finditer(text) if match["end"])


def sentences(reading: Reading, block: Block) -> Iterator[Wording]:
    """The sentences of a paragraph, each with its span."""
    for span in block.spans:
        for match in sentences_in(reading.at(span)):
            raw = match[0]
            start = span.start + match.start() + len(raw) - len(raw.lstrip())
            yield Wording(
                without_marks(plain(_without_number(raw.strip(), block))),
                (Span(start, span.start + match.end()),),
                block.place,
            )


def _without_number(sentence: str, block: Block) -> str:
    return re.sub(rf"^(?:-\s+)?{re.escape(block.number)}\s+", "", sentence) if block.number else sentence
