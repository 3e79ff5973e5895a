"""The place where a query stops being SPARQL, as the looks at it need it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.store.tokens import CLOSED_BY, NAMES, Token, TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CLAUSES: Final = (
    *("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT"),
    *("OFFSET", "VALUES", "FILTER", "BIND", "OPTIONAL", "UNION", "MINUS", "GRAPH", "SERVICE"),
)
MODIFIERS: Final = ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET")
"""In the order in which they stand behind the pattern; LIMIT and OFFSET may change places."""
TERM_KINDS: Final = frozenset(
    {*NAMES, TokenKind.VARIABLE, TokenKind.STRING, TokenKind.NUMBER, TokenKind.BLANK_NODE, TokenKind.LANGUAGE_TAG}
)
PATTERN_ENDS: Final = frozenset({".", ";", ",", "{", "}", ")"})
_PROBED: Final = (*CLAUSES, "BY", "AS", "DISTINCT", "EXISTS", "NOT", "IN")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, the offset of the place, and how to mend it."""

    what: str
    at: int
    mend: str


class Broken:
    """The place where a query stops being SPARQL.

    Args:
        query: its text.
        found: its tokens.
        index: of the one that cannot stand there; as many as there are tokens where the query ends too early.
        goes_on: says whether a text can be the beginning of a query.
    """

    def __init__(self, query: str, found: Sequence[Token], index: int, goes_on: Callable[[str], bool]) -> None:
        self.query = query
        self.before = found[:index]
        self.behind = found[index + 1 :]
        self.wrong = found[index] if index < len(found) else None
        self.previous = self.before[-1] if self.before else None
        self._goes_on = goes_on
        # The brackets that are open, from the outside, each with its place among the tokens and its clause.
        self.open: list[tuple[int, str]] = []
        self.clause = ""
        for position, token in enumerate(self.before):
            if token.is_word(*CLAUSES):
                self.clause = token.text.upper()
            elif token.text in CLOSED_BY:
                self.open.append((position, self.clause))
                self.clause = "" if token.text == "{" else self.clause
            elif token.text in CLOSED_BY.values() and self.open:
                self.clause = self.open.pop()[1]

    @property
    def at(self) -> int:
        """The offset of the token that cannot stand there; of an end that comes too early, behind the last token."""
        return self.wrong.start if self.wrong else self.end

    @property
    def end(self) -> int:
        """The offset behind the last token that can stand there."""
        return self.previous.end if self.previous else 0

    @property
    def innermost(self) -> str:
        """The innermost bracket that is open; empty outside of all."""
        return self.before[self.open[-1][0]].text if self.open else ""

    @property
    def closing(self) -> str:
        """What closes all brackets that are open."""
        return " ".join(CLOSED_BY[self.before[position].text] for position, _ in reversed(self.open))

    def is_wrong(self, *marks: str) -> bool:
        """Whether one of these marks is what cannot stand there."""
        return self.wrong is not None and self.wrong.text in marks

    def follows(self, *words: str) -> bool:
        """Whether the token before is one of these keywords."""
        return self.previous is not None and self.previous.is_word(*words)

    def goes_on(self, with_text: str) -> bool:
        """Whether the query could go on there with this text."""
        return self._goes_on(f"{self.query[: self.end]} {with_text}")

    def place(self, position: int) -> str:
        """A token before, with its line and column, in words."""
        token = self.before[position]
        line = self.query.count("\n", 0, token.start) + 1
        return f"{token.text} of line {line}, column {token.start - self.query.rfind(chr(10), 0, token.start)}"

    def pattern(self) -> list[Token]:
        """The tokens since the last mark that ends a pattern, or a part of one."""
        start = len(self.before)
        while start and self.before[start - 1].text not in PATTERN_ENDS:
            start -= 1
        return list(self.before[start:])

    def condition(self) -> str:
        """The text from the wrong token to where a condition may end."""
        end = self.wrong.end if self.wrong else self.end
        for token in self.behind:
            if token.text in {".", "{", "}", ";"} or token.is_word(*CLAUSES):
                break
            end = token.end
        return self.query[self.at : end]


def is_name(token: Token) -> bool:
    """Whether it is a keyword, or what looks like one."""
    return token.kind is TokenKind.WORD


def is_near_keyword(broken: Broken) -> bool:
    """Whether the wrong word is a slip of the pen for a keyword that could stand there."""
    word = broken.wrong.text.upper() if broken.wrong else ""
    return any(broken.goes_on(one) for one in difflib.get_close_matches(word, _PROBED, n=2, cutoff=0.75))
