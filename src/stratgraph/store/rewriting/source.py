"""The tokens of a query, with what closes which bracket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.store.tokens import Token, TokenKind, split_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOSED_BY: Final = {"(": ")", "{": "}", "[": "]"}


class UnreadError(Exception):
    """The query is not of the grammar that is read here."""


class Source:
    """A query as it is rewritten.

    Args:
        text: of the query.

    Raises:
        UnreadError: a bracket is not closed.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = split_tokens(text)
        self._closing: dict[int, int] = {}
        # Variables that the query has, and those that were made here.
        self._names = {token.text[1:] for token in self.found if token.kind is TokenKind.VARIABLE}
        opened: list[int] = []
        for position, token in enumerate(self.found):
            if token.kind is not TokenKind.PUNCTUATION:
                continue
            if token.text in _CLOSED_BY:
                opened.append(position)
            elif token.text in _CLOSED_BY.values():
                if not opened or _CLOSED_BY[self.found[opened[-1]].text] != token.text:
                    raise UnreadError
                self._closing[opened.pop()] = position
        if opened:
            raise UnreadError

    def __getitem__(self, position: int) -> Token:
        """The token at a place.

        Raises:
            UnreadError: there is none.
        """
        if position >= len(self.found):
            raise UnreadError
        return self.found[position]

    def is_at(self, position: int, *words: str) -> bool:
        """Whether one of these keywords, in capitals, stands there."""
        return position < len(self.found) and self.found[position].is_word(*words)

    def is_mark(self, position: int, mark: str) -> bool:
        """Whether this mark of punctuation stands there."""
        return position < len(self.found) and self.found[position].text == mark

    def after(self, position: int) -> int:
        """The place behind the bracket that closes the one there.

        Raises:
            UnreadError: there is none.
        """
        if position not in self._closing:
            raise UnreadError
        return self._closing[position] + 1

    def words(self, start: int, end: int) -> str:
        """The text from one token up to another, which it is without; blanks and comments between them are kept."""
        return self.text[self.found[start].start : self.found[end - 1].end] if start < end else ""

    def before(self, position: int) -> str:
        """The blanks and comments in front of a token."""
        start = self.found[position - 1].end if position else 0
        return self.text[start : self.found[position].start]

    def variables(self, start: int, end: int) -> set[str]:
        """The names of the variables between two places."""
        return {token.text[1:] for token in self.found[start:end] if token.kind is TokenKind.VARIABLE}

    def fresh(self) -> str:
        """A variable that the query does not have."""
        number = next(n for n in range(len(self._names) + 1) if f"_{n}" not in self._names)
        self._names.add(f"_{number}")
        return f"?_{number}"

    def pieces(self, start: int, end: int, mark: str) -> Iterator[tuple[int, int]]:
        """The pieces that a mark cuts the tokens between two places into, outside of brackets."""
        position = begin = start
        while position < end:
            if position in self._closing:
                position = self._closing[position]
            elif self.found[position].text == mark:
                yield begin, position
                begin = position + 1
            position += 1
        yield begin, end
