"""The tokens of a query, with what closes which bracket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.store.tokens import CLOSED_BY, Token, TokenKind, split_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

ELEMENTS: Final = ("FILTER", "OPTIONAL", "MINUS", "UNION", "GRAPH", "SERVICE", "BIND", "VALUES", "LATERAL")
"""The keywords that the parts of a group begin with, triple patterns and groups without a keyword excepted."""


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
        self._made = 0
        opened: list[int] = []
        for position, token in enumerate(self.found):
            if token.kind is not TokenKind.PUNCTUATION:
                continue
            if token.text in CLOSED_BY:
                opened.append(position)
            elif token.text in CLOSED_BY.values():
                if not opened or CLOSED_BY[self.found[opened[-1]].text] != token.text:
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

    def first_group(self, start: int, end: int) -> int | None:
        """The place of the first opening brace outside of parentheses, where EXISTS may have its own."""
        while start < end and not self.is_mark(start, "{"):
            start = self.after(start) if self.is_mark(start, "(") else start + 1
        return start if start < end else None

    def end_of_clause(self, position: int) -> int:
        """The place behind a clause that begins with a keyword."""
        if self.is_at(position, "FILTER"):
            return self.end_of_condition(position + 1)
        position += 1
        if self.is_at(position - 1, "VALUES"):
            position = self.after(position) if self.is_mark(position, "(") else position + 1
        elif self.is_at(position - 1, "GRAPH", "SERVICE"):
            position += 1 + self.is_at(position, "SILENT")
        return self.after(position)

    def end_of_condition(self, position: int) -> int:
        """The place behind what stands behind FILTER."""
        if self.is_at(position, "NOT"):
            position += 1
        if self.is_at(position, "EXISTS") or not self.is_mark(position, "("):
            position += 1
        return self.after(position)

    def end_of_block(self, position: int, end: int) -> int:
        """The place behind a block of triple patterns within a group that ends before ``end``."""
        while position < end:
            token = self[position]
            if token.is_word(*ELEMENTS) or (token.text == "{" and not self.is_mark(position + 1, "|")):
                break
            position = self.after(position) if token.text in {"(", "[", "{"} else position + 1
        return position

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
        while f"_{self._made}" in self._names:
            self._made += 1
        self._names.add(f"_{self._made}")
        return f"?_{self._made}"

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
