"""A query's text cut into the terminals of SPARQL 1.1 (Query Language, section 19.8), without parsing it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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


AGGREGATES: Final = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT")
CLOSED_BY: Final = {"{": "}", "(": ")", "[": "]"}
_ESCAPES: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ESCAPED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPE = r"\\(?:[tbnrf\\\"']|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_LOCAL = r"(?:[\w:·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
# A name of a namespace, or a keyword and what stands without a blank behind it.
_NAME: Final = re.compile(r"[^\W\d_][\w.·-]*+")
_LOCAL_NAME: Final = re.compile(rf":(?:{_LOCAL}(?>{_LOCAL}|-|\.++(?={_LOCAL}|-))*+)?")
# Each alternative is linear: what it has taken it does not give back. A full stop is no end of a name.
_PATTERN: Final = re.compile(
    rf"""
    (?P<skipped> [ \t\r\n]++ | \#[^\r\n]*+ )
  | (?P<iri> <(?>[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+> )
  | (?P<string> '''(?>'{{0,2}}(?:[^'\\]|{_ESCAPE}))*+''' | \"\"\"(?>"{{0,2}}(?:[^"\\]|{_ESCAPE}))*+\"\"\"
              | '(?>[^'\\\r\n]|{_ESCAPE})++' | "(?>[^"\\\r\n]|{_ESCAPE})++" | ''(?!') | ""(?!") )
  | (?P<open_string> '''[\s\S]*+ | \"\"\"[\s\S]*+ | ['"][^\r\n]*+ )
  | (?P<variable> [?$]\w++ )
  | (?P<blank_node> _:\w(?>[\w·-]|\.++(?=[\w·-]))*+ )
  | (?P<prefixed_name> {_LOCAL_NAME.pattern} )
  | (?P<language_tag> @[A-Za-z]++(?>-[A-Za-z0-9]++)*+ )
  | (?P<number> [0-9]++\.[eE][+-]?[0-9]++ | (?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)? )
  | (?P<word> [^\W\d]\w*+ )
  | (?P<punctuation> \^\^ | && | \|\| | != | <= | >= | [\s\S] )
    """,
    re.VERBOSE,
)


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query in their order; blanks and comments are left out, nothing is refused.

    Where a grammar is needed to tell a comparison from an IRI (``1<?x && ?y>2``) the longest terminal is taken, as the
    specification says in section 19.8; engines differ there.
    """
    position = known_to = 0
    while position < len(query):
        # What looks like a name is measured once: were each of its words asked anew whether a colon stands at the end
        # of it all, `a-a-a-…` would cost the square of its length.
        if position >= known_to and (name := _NAME.match(query, position)):
            known_to = name.end()
            local = _LOCAL_NAME.match(query, known_to) if not name[0].endswith(".") else None
            if local:
                yield Token(TokenKind.PREFIXED_NAME, name[0] + local[0], position)
                position = local.end()
                continue
        match = _PATTERN.match(query, position)
        if match is None:  # the last alternative takes any character
            return
        if match.lastgroup != "skipped":
            yield Token(TokenKind(match.lastgroup), match[0], position)
        position = match.end()


# Behind these the engine takes another word without a blank: FILTERREGEX, NOTEXISTS, FROMNAMED.
_JOINED: Final = re.compile(
    "|".join(
        sorted(
            [
                "AS",
                "ASC",
                "BASE",
                "BY",
                "CONSTRUCT",
                "DESC",
                "DESCRIBE",
                "DISTINCT",
                "EXISTS",
                "FALSE",
                "FILTER",
                "FROM",
                "GRAPH",
                "GROUP",
                "HAVING",
                "IN",
                "MINUS",
                "NAMED",
                "NOT",
                "OPTIONAL",
                "ORDER",
                "REDUCED",
                "SELECT",
                "SERVICE",
                "SILENT",
                "TRUE",
                "UNION",
                "VALUES",
                "WHERE",
            ],
            key=len,
            reverse=True,
        )
    ),
    re.IGNORECASE | re.ASCII,
)
# All others of SPARQL 1.2.
_WORDS: Final = re.compile(
    "A|ABS|ADD|ADJUST|ALL|ASK|AVG|BIND|BNODE|BOUND|CEIL|CLEAR|COALESCE|CONCAT|CONTAINS|COPY|COUNT|CREATE|DATA"
    "|DATATYPE|DAY|DEFAULT|DELETE|DROP|ENCODE_FOR_URI|FLOOR|GROUP_CONCAT|HASLANG|HASLANGDIR|HOURS|IF"
    "|INSERT|INTO|IRI|ISBLANK|ISIRI|ISLITERAL|ISNUMERIC|ISTRIPLE|ISURI|LANG|LANGDIR|LANGMATCHES|LATERAL|LCASE"
    "|LIMIT|LOAD|MAX|MD5|MIN|MINUTES|MONTH|MOVE|NOW|OBJECT|OFFSET|PREDICATE|PREFIX|RAND|REGEX|REPLACE|ROUND"
    "|SAMETERM|SAMPLE|SECONDS|SEPARATOR|SHA1|SHA256|SHA384|SHA512|STR|STRAFTER|STRBEFORE|STRDT|STRENDS|STRLANG"
    "|STRLANGDIR|STRLEN|STRSTARTS|STRUUID|SUBJECT|SUBSTR|SUM|TIMEZONE|TO|TRIPLE|TZ|UCASE|UNDEF|URI|USING"
    "|UUID|VERSION|WITH|YEAR",
    re.IGNORECASE | re.ASCII,
)

KEYWORDS: Final = frozenset((*_JOINED.pattern.split("|"), *_WORDS.pattern.split("|")))
"""All keywords and names of functions of SPARQL 1.2, in capitals."""

QUERY_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
NAMES: Final = frozenset({TokenKind.IRI, TokenKind.PREFIXED_NAME})

_IRIS: Final = re.compile(r"<[^<>\"{}|^`\s]*>")


def without_iris(query: str) -> str:
    """A query without its IRIs, which have words in them that are no keywords: ``w3id.org/stratgraph``."""
    return _IRIS.sub("", query)


def split_tokens(query: str) -> list[Token]:
    """The tokens of a query as the engine cuts them, which does without blanks between words: ``FILTERNOT EXISTS``.

    A name such as ``FROM:one`` is two tokens where its prefix is not declared.
    """
    found: list[Token] = []
    declared: set[str] = set()
    for token in tokens(query):
        if token.kind is TokenKind.WORD and not _WORDS.fullmatch(token.text):
            found += _split(token, TokenKind.WORD)
        elif token.kind is TokenKind.PREFIXED_NAME and not token.text.startswith(":"):
            prefix = token.text.partition(":")[0]
            if found and found[-1].is_word("PREFIX"):
                declared.add(prefix)
            found += [token] if prefix in declared else _split(token, TokenKind.PREFIXED_NAME)
        else:
            found.append(token)
    return found


def _split(token: Token, last: TokenKind) -> Iterator[Token]:
    """The words that a token begins with, and what is left of it."""
    start = 0
    while (word := _JOINED.match(token.text, start)) and word.end() < len(token.text):
        yield Token(TokenKind.WORD, word[0], token.start + start)
        start = word.end()
        if _WORDS.fullmatch(token.text, start):
            break
    yield replace(token, kind=last, text=token.text[start:], start=token.start + start)


def string_value(text: str) -> str:
    """What a string of a query says: without its quotation marks and escapes."""
    marks = 3 if text.startswith(("'''", '"""')) else 1
    return _ESCAPED.sub(_unescaped, text[marks:-marks])


def _unescaped(found: re.Match[str]) -> str:
    short, long, letter = found.groups()
    return _ESCAPES.get(letter, letter) if letter else chr(int(short or long, 16))
