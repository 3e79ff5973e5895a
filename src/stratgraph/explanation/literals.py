"""Literals as a query writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.store.tokens import TokenKind, string_value, tokens
from stratgraph.terms import XSD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratgraph.explanation.outline import Outline
    from stratgraph.store.tokens import Token

_NUMERIC: Final = frozenset(
    {XSD.INTEGER, XSD.DECIMAL, XSD.DOUBLE, *(f"{XSD.INTEGER.removesuffix('integer')}{one}" for one in ("float", "int"))}
)


@dataclass(frozen=True, slots=True)
class Written:
    """A literal.

    Args:
        text: what it says.
        language: its tag, or empty.
        datatype: the IRI of its datatype; empty of a text with a language.
        at: the offset of its first character.
        source: as it is written.
    """

    text: str
    language: str
    datatype: str
    at: int
    source: str

    @property
    def is_number(self) -> bool:
        """Whether its datatype is one of numbers."""
        return self.datatype in _NUMERIC


def is_numeric(datatype: str) -> bool:
    """Whether values of a datatype are numbers."""
    return datatype in _NUMERIC


def literal_at(outline: Outline, found: Sequence[Token], position: int) -> Written | None:
    """The literal that begins at one of some tokens; None where another term does."""
    token = found[position]
    following = list(found[position + 1 : position + 3])
    if token.kind is TokenKind.NUMBER:
        kind = XSD.DOUBLE if "e" in token.text.lower() else XSD.DECIMAL if "." in token.text else XSD.INTEGER
        return Written(token.text, "", kind, token.start, token.text)
    if token.is_word("TRUE", "FALSE"):
        return Written(token.text.lower(), "", XSD.BOOLEAN, token.start, token.text)
    if token.kind is not TokenKind.STRING:
        return None
    text = string_value(token.text)
    if following and following[0].kind is TokenKind.LANGUAGE_TAG:
        return Written(text, following[0].text[1:], "", token.start, token.text + following[0].text)
    if len(following) > 1 and following[0].text == "^^":
        source = f"{token.text}^^{following[1].text}"
        return Written(text, "", outline.iri(following[1].text), token.start, source)
    return Written(text, "", XSD.STRING, token.start, token.text)


def literal_in(outline: Outline, text: str, at: int) -> Written | None:
    """The literal that a piece of the query is, which begins at an offset; None where it is another term."""
    found = list(tokens(text))
    written = literal_at(outline, found, 0) if found else None
    if written is None:
        return None
    return Written(written.text, written.language, written.datatype, at, text)


def quoted(text: str) -> str:
    """A text as a string of SPARQL."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
