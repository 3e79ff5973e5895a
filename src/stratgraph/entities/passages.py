"""The passages of the source in which an element is worded, with its words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.asking import text_rows
from stratgraph.entities.places import locations_of
from stratgraph.identifiers import parse_span

if TYPE_CHECKING:
    from stratgraph.errors import Location
    from stratgraph.store import Reading

_AROUND: Final = 280
"""So many characters of a piece are shown before and behind the words; a cell of a table may have thousands."""

_MARKUP: Final = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
"""Tags of HTML, which stand in the cells of the annex; the page of the source shows them."""

_QUOTED: Final = re.compile("“([^”]+)”")


@dataclass(frozen=True, slots=True)
class MarkedRun:
    """Characters, and whether they are the ones that matter."""

    characters: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the source with the words of an element in it.

    Args:
        iri: of the first words.
        where: line and cell; of a workbook sheet, row and column.
        runs: what stands there, without markup; what is left out at either end is told by “…”.
    """

    iri: str
    where: Location
    runs: tuple[MarkedRun, ...]


def passages_of(reading: Reading, iri: str, provenance: str) -> tuple[Passage, ...]:
    """The passages that the text of an element rests on, in the order of the source; empty where it rests on none.

    Args:
        reading: to ask.
        iri: of the element.
        provenance: the graph of its version's record.
    """
    by_piece: dict[str, list[dict[str, str]]] = {}
    for row in text_rows(reading, "entity-passages", entity=[iri], provenance=[provenance]):
        by_piece.setdefault(row["segment"], []).append(row)
    firsts = ((rows[0]["span"], rows[0]["line"], rows[0]["cell"]) for rows in by_piece.values())
    where = locations_of(reading, firsts)
    found = []
    for piece, rows in by_piece.items():
        whole = parse_span(piece)
        spans = [span for row in rows if (span := parse_span(row["span"]))]
        if whole and spans:
            first, places = rows[0], sorted((start - whole[0], end - whole[0]) for start, end in spans)
            found.append(Passage(first["span"], where[first["span"]], _runs(first["characters"], places)))
    return tuple(found)


def marked_words(comment: str, text: str) -> tuple[MarkedRun, ...]:
    """What somebody says of a text, with the words marked that it quotes from it: in “ ”, and word for word there."""
    runs: list[MarkedRun] = []
    at = 0
    for quoted in _QUOTED.finditer(comment):
        if quoted[1].casefold() in text.casefold():
            runs += [MarkedRun(comment[at : quoted.start(1)], is_marked=False), MarkedRun(quoted[1], is_marked=True)]
            at = quoted.end(1)
    return tuple(run for run in (*runs, MarkedRun(comment[at:], is_marked=False)) if run.characters)


def _runs(text: str, places: list[tuple[int, int]]) -> tuple[MarkedRun, ...]:
    """A text in runs.

    Args:
        text: a piece of the source.
        places: of the words in it, in their order.
    """
    cuts: list[MarkedRun] = []
    at = 0
    for start, end in places:
        cuts += [MarkedRun(_plain(text[at:start]), is_marked=False), MarkedRun(_plain(text[start:end]), is_marked=True)]
        at = max(at, end)
    cuts.append(MarkedRun(_plain(text[at:]), is_marked=False))
    before, *middle, behind = cuts
    shown = (
        MarkedRun(_tail(before.characters), is_marked=False),
        *middle,
        MarkedRun(_head(behind.characters), is_marked=False),
    )
    return tuple(run for run in shown if run.characters.strip() or run.is_marked)


def _plain(text: str) -> str:
    return _MARKUP.sub(" ", text)


def _tail(text: str) -> str:
    return text if len(text) <= _AROUND else f"… {text[-_AROUND:].partition(' ')[2]}"


def _head(text: str) -> str:
    return text if len(text) <= _AROUND else f"{text[:_AROUND].rpartition(' ')[0]} …"
