"""A query's text cut into the terminals of SPARQL 1.1 (Query Language, section 19.8), without parsing it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


class TokenKind(Enum):
    """What a token is; the values are the names of groups in the pattern."""

    IRI = "iri"
    STRING = "string"
    OPEN_STRING = "open_string"
    VARIABLE = "variable"
    PREFIXED_NAME = "prefixed_name"
    BLANK_NODE = "blank_node"
    LANGUAGE_TAG = "language_tag"
    NUMBER = "number"
    WORD = "word"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True, slots=True)
class Token:
    """A terminal; ``text`` is ``query[start:end]``.

    Words are keywords and names of functions. An open string is one that is not closed.
    """

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset of the first character after it."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, given in capitals."""
        return self.kind is TokenKind.WORD and self.text.upper() in words


_ESCAPE = r"\\(?:[tbnrf\\\"']|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_LOCAL = r"(?:[\w:·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
_PATTERN: Final = re.compile(
    rf"""
    (?P<skipped> [ \t\r\n]+ | \#[^\r\n]* )
  | (?P<iri> <(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*> )
  | (?P<string> '''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*''' | \"\"\"(?:"{{0,2}}(?:[^"\\]|{_ESCAPE}))*\"\"\"
              | '(?:[^'\\\r\n]|{_ESCAPE})+' | "(?:[^"\\\r\n]|{_ESCAPE})+" | ''(?!') | ""(?!") )
  | (?P<open_string> '''[\s\S]* | \"\"\"[\s\S]* | ['"][^\r\n]* )
  | (?P<variable> [?$]\w+ )
  | (?P<blank_node> _:\w(?:[\w.·-]*[\w·-])? )
  | (?P<prefixed_name> (?:[^\W\d_](?:[\w.·-]*[\w·-])?)?:(?:{_LOCAL}(?:(?:{_LOCAL}|[.-])*(?:{_LOCAL}|-))?)? )
  | (?P<language_tag> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<number> (?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
  | (?P<word> [^\W\d]\w* )
  | (?P<punctuation> \^\^ | && | \|\| | != | <= | >= | [\s\S] )
    """,
    re.VERBOSE,
)


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query in their order; blanks and comments are left out, nothing is refused.

    Where a grammar is needed to tell a comparison from an IRI (``1<?x && ?y>2``) the longest terminal is taken, as the
    specification says in section 19.8; engines differ there.
    """
    for match in _PATTERN.finditer(query):
        if match.lastgroup != "skipped":
            yield Token(TokenKind(match.lastgroup), match[0], match.start())
