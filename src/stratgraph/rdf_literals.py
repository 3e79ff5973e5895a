"""Where the text of RDF writes its literals: of a statement its parser says only the line where it ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Area = tuple[int, int]
"""From a character up to, not including, another."""

Written = tuple[str, tuple[Area, ...]]
"""What a literal says, and where it stands without its quotation marks: in pieces where something is between them."""

# Each alternative takes what it begins with for good, closed or not: none is ever tried twice at the same characters.
_TURTLE: Final = re.compile(
    r'"""(?P<long>(?>[^"\\]++|\\.|"(?!""))*+)(?:""")?'
    r"|'''(?P<other_long>(?>[^'\\]++|\\.|'(?!''))*+)(?:''')?"
    r'|"(?P<short>(?>[^"\\]++|\\.)*+)"?'
    r"|'(?P<other_short>(?>[^'\\]++|\\.)*+)'?"
    r"|<[^>]*+>?"
    r"|\#[^\r\n]*+"
    r"|(?P<bare>[^\s\"'<>(){}\[\];,#]++)",
    re.DOTALL,
)
"""Strings of each kind, IRIs, comments, and what stands between blanks and marks: names, tags, numbers."""

_BARE: Final = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?|true|false")
"""Literals without quotation marks; a full stop may follow that ends the statement."""

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

_XML: Final = re.compile(
    r"<!--(?>[^-]++|-(?!->))*+(?:-->)?"
    r"|<!\[CDATA\[(?P<data>(?>[^\]]++|\](?!\]>))*+)(?:\]\]>)?"
    r"|<\?(?>[^?]++|\?(?!>))*+(?:\?>)?"
    r"|</(?P<end>[^<>]*+)>?"
    r"|<(?P<tag>(?>[^<>\"']++|\"[^\"]*+\"?|'[^']*+'?)*+)>?"
    r"|(?P<words>[^<]++)"
)
ATTRIBUTE: Final = re.compile(r"""\s([^\s=<>"'/]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
"""An attribute within a tag of XML: its name, and its value in either kind of quotation marks."""

_SYNTAX: Final = re.compile(r"xml.*|(?:.*:)?(?:about|resource|ID|nodeID|datatype|parseType)")
"""Attributes that are no properties: those of XML, and the syntax terms of RDF/XML, section 6.2."""

_REFERENCE: Final = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(\w+));")
_ENTITIES: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class WrittenLiterals:
    """The literals of a text, each to be found once.

    A parser gives statements in the order of the text, so that each literal is looked for behind the one before.

    Args:
        written: the literals in the order of the text.
    """

    def __init__(self, written: Iterable[Written]) -> None:
        self._areas: dict[str, list[tuple[Area, ...]]] = defaultdict(list)
        for value, areas in written:
            self._areas[value].append(areas)
        self._from = 0

    def take(self, value: str, end: int) -> tuple[Area, ...]:
        """Where the next literal that says this stands; empty where none does before a character of the text.

        Args:
            value: what it says.
            end: the offset of that character.
        """
        known = self._areas.get(value, [])
        at = bisect_left(known, self._from, key=lambda areas: areas[0][0])
        if at == len(known) or known[at][0][0] >= end:
            return ()
        self._from = known[at][-1][1]
        return known[at]


def in_turtle(text: str) -> Iterator[Written]:
    """The literals of Turtle, TriG, N-Triples or N-Quads.

    Args:
        text: of the file, well-formed or not.
    """
    for token in _TURTLE.finditer(text):
        kind = token.lastgroup
        if kind == "bare":
            if match := _BARE.match(text, *token.span()):
                yield match.group(), (match.span(),)
        elif kind:
            words = token[kind]
            yield (_ESCAPE.sub(_unescaped, words) if "\\" in words else words), (token.span(kind),)


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return _character(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF else ""  # noqa: PLR2004 - the last one of Unicode


def in_xml(text: str) -> Iterator[Written]:
    """The literals of RDF/XML: the text of elements that hold nothing else, and attributes that are properties.

    Args:
        text: of the file, well-formed or not.
    """
    words: list[str] = []
    areas: list[Area] = []
    is_leaf = False
    for token in _XML.finditer(text):
        kind = token.lastgroup
        if kind in {"words", "data"}:
            piece = token[kind]
            words.append(_REFERENCE.sub(_referred, piece) if kind == "words" else piece)
            areas.append(token.span(kind))
        elif kind:
            if kind == "end" and is_leaf and areas:
                yield "".join(words), tuple(areas)
            is_leaf = kind == "tag" and not token["tag"].endswith("/")
            words, areas = [], []
            for match in ATTRIBUTE.finditer(text, *token.span(kind)) if kind == "tag" else ():
                if not _SYNTAX.fullmatch(match[1]):
                    group = 2 if match[2] is not None else 3
                    yield _REFERENCE.sub(_referred, match[group]), (match.span(group),)


def _referred(match: re.Match[str]) -> str:
    if match[3]:
        return _ENTITIES.get(match[3], match.group())
    return _character(int(match[1], 16) if match[1] else int(match[2]))
