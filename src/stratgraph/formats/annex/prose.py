"""What the sections say: wordings of elements in running text, with their spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.document import Evidence, Quote, Span
from stratgraph.formats.annex.outline import SUPERSCRIPTS, BlockKind, plain
from stratgraph.formats.annex.segments import group_span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stratgraph.formats.annex.outline import Block
    from stratgraph.formats.annex.phrases import Phrases
    from stratgraph.formats.annex.segments import Reading

_MARKS: Final = re.compile(f"[{SUPERSCRIPTS}]+")
_UNIT: Final = re.compile(r"(?:the\s+|le\s+|la\s+)?(?P<name>\S(?:.*\S)?)\s*\((?P<notation>[^()]+)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of an element as one place of the text has them.

    Args:
        spans: where they stand, and nothing else but markup.
        part: place of the part of the document where they stand.
        lead_in: the line that introduces them.
    """

    text: str
    spans: tuple[Span, ...]
    part: str
    lead_in: Quote | None = None


@dataclass(frozen=True, slots=True)
class GoalWording:
    """A goal as a section words it, and its statements."""

    whole: Wording
    statements: tuple[Wording, ...]


def without_marks(text: str) -> str:
    """A wording without the marks of footnotes."""
    return _MARKS.sub("", text)


def quote(text: str, *spans: Span) -> Quote:
    """Words as they stand at these spans, without markup and marks of footnotes."""
    return Quote(without_marks(plain(text)), Evidence(tuple(sorted(set(spans)))))


def group_quote(span: Span, match: re.Match[str], group: str) -> Quote:
    """What a group of a match has, which was looked for in the characters of a span."""
    return quote(match[group], group_span(span, match, group))


def group_quotes(
    reading: Reading, span: Span, text: str, find: Callable[[str], re.Match[str] | None]
) -> dict[str, Quote] | None:
    """What the groups of a match have, each where it stands; where markup is in between, all of them at the whole span.

    Args:
        reading: of the source.
        span: of a line.
        text: the line without its markup.
        find: looks for them; None where they are not there.
    """
    if match := find(reading.at(span)):
        return {group: group_quote(span, match, group) for group, found in match.groupdict().items() if found}
    match = find(text)
    return {group: quote(found, span) for group, found in match.groupdict().items() if found} if match else None


def unit_name(heading: str) -> re.Match[str] | None:
    """The groups ``name`` and ``notation`` of a heading such as “Radiocommunication Sector (ITU-R)”, if it is one."""
    return _UNIT.fullmatch(heading)


def paragraph_wording(block: Block) -> Wording:
    """The wording of one paragraph."""
    return Wording(without_marks(block.text), tuple(block.words), block.place)


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
        tuple(span for block in paragraphs for span in block.words),
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
    leads = [block for block in section.paragraphs() if block.kind is not BlockKind.ITEM]
    statements = tuple(paragraph_wording(item) for item in items)
    text = "\n".join(statement.text for statement in statements)
    spans = tuple(span for statement in statements for span in statement.spans)
    lead_in = without_marks("\n".join(block.text for block in leads))
    said = Evidence(tuple(span for block in leads for span in block.words))
    return GoalWording(Wording(text, spans, section.place, Quote(lead_in, said) if lead_in else None), statements)


def sentences_in(text: str, phrases: Phrases) -> Iterator[re.Match[str]]:
    """The sentences of a text, each with the blanks before it; what follows the last one is left out."""
    return (match for match in phrases.sentence.finditer(text) if match["end"])


def sentences(reading: Reading, block: Block) -> Iterator[Wording]:
    """The sentences of a paragraph, each with its span."""
    for span in block.words:
        for match in sentences_in(reading.at(span), reading.phrases):
            raw = match[0]
            start = span.start + match.start() + len(raw) - len(raw.lstrip())
            yield Wording(
                without_marks(plain(raw)),
                (Span(start, span.start + match.end()),),
                block.place,
            )
