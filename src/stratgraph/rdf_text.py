"""What the text of RDF is looked at for before a parser gets it: nesting, entities of XML, contexts of JSON-LD.

pyoxigraph's parsers call themselves for what stands in something else: a text that nests deep enough ends the process,
and before that takes time that grows faster than the text. Each look here is one walk over the bytes, whatever they
hold. It stays in step with a parser up to the first error, where a parser stops.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from stratgraph.assets import read_asset
from stratgraph.errors import SourceError
from stratgraph.files import location
from stratgraph.terms import CONTEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_NESTING: Final = 1_000
"""How deep Turtle and its kin, and RDF/XML, may nest; the parser needs some 10,000 levels to run out of stack."""

MAX_JSON_NESTING: Final = 200
"""How deep JSON-LD may nest: its parser takes ten times as much of the stack, and time at each level for all above."""

_MAX_ENTITY: Final = 500
"""An entity of RDF/XML is a shorthand for the beginning of an IRI, which is never as long as this."""

_MAX_GROWTH: Final = 10
_SMALL: Final = 1_000_000
"""Expanded bytes below which the growth says nothing."""

# Each alternative takes what it begins with for good, closed or not: none is ever tried twice at the same characters.
_TURTLE: Final = re.compile(
    rb'"""(?>[^"\\]++|\\.|"(?!""))*+(?:""")?'
    rb"|'''(?>[^'\\]++|\\.|'(?!''))*+(?:''')?"
    rb'|"(?>[^"\\]++|\\.)*+"?'
    rb"|'(?>[^'\\]++|\\.)*+'?"
    rb"|<(?!<)[^>]*+>?"
    rb"|\#[^\r\n]*+"
    rb"|\\."
    rb"|(?P<opens><<|[\[({])|(?P<closes>>>|[\])}])",
    re.DOTALL,
)
"""Strings, IRIs, comments and escaped characters, which hide what is in them; what opens and what closes."""

_JSON: Final = re.compile(rb'"(?>[^"\\]++|\\.)*+"?|(?P<opens>[\[{])|(?P<closes>[\]}])', re.DOTALL)

_XML: Final = re.compile(
    rb"<!--(?!-?>)(?>[^-]++|-(?!->))*+-->"
    rb"|<!\[CDATA\[(?>[^\]]++|\](?!\]>))*+\]\]>"
    rb"|<\?(?>[^?]++|\?(?!>))*+\?>"
    rb"|(?P<closes></[^<>]*+>)"
    rb"|(?P<opens><(?![!?/\s])(?>[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>)"
    rb"|(?P<other><)"
)
"""Comments, CDATA, processing instructions, tags; ``other`` is the beginning of something else."""

_QUOTED: Final = rb"(?:\"[^\"<>\[\]]*+\"|'[^'<>\[\]]*+')"
_DOCUMENT_TYPE: Final = re.compile(
    rb"<!DOCTYPE\s++[^\s<>\[\]\"']++\s*+"
    rb"(?:(?:PUBLIC\s++" + _QUOTED + rb"\s++|SYSTEM\s++)" + _QUOTED + rb"\s*+)?(?:\[\s*+)?"
)
_DOCUMENT_TYPE_END: Final = re.compile(rb"(?:\]\s*+)?>")
_ENTITY: Final = re.compile(
    rb"<!ENTITY\s++(?P<name>[^\s<>\"'&;%]++)\s++(?:\"(?P<value>(?>[^\"<>\[\]&]|&\#x?[0-9A-Fa-f]++;)*+)\""
    rb"|'(?P<other>(?>[^'<>\[\]&]|&\#x?[0-9A-Fa-f]++;)*+)')\s*+>\s*+"
)
_BETWEEN_ENTITIES: Final = re.compile(rb"(?><!--(?>[^-<>]++|-(?!-))*+-->\s*+|<\?(?>[^?<>]++|\?(?!>))*+\?>\s*+)*+")
"""Comments and instructions; what opens or closes in them a parser may take for its own."""

_ENTITY_NAME: Final = re.compile(rb"<!ENTITY\s*+(?:%\s++)?(?P<name>[^\s<>\"'&;]*+)")
_REFERENCE: Final = re.compile(rb"&([^;&<\s]++);")


def check_turtle(data: bytes, file: str) -> None:
    """Refuses Turtle, TriG, N-Triples or N-Quads that nests deeper than :data:`MAX_NESTING`.

    Args:
        data: the text, UTF-8.
        file: its name, for errors.

    Raises:
        SourceError: it does; says line and column of what opens too deep.
    """
    if sum(map(data.count, (b"[", b"(", b"{", b"<<"))) > MAX_NESTING:
        _check_nesting(_TURTLE.finditer(data), data, file, MAX_NESTING)


def check_json(data: bytes, file: str) -> None:
    """Refuses JSON that nests deeper than :data:`MAX_JSON_NESTING`.

    Args:
        data: the text, UTF-8.
        file: its name, for errors.

    Raises:
        SourceError: it does; says line and column of what opens too deep.
    """
    if data.count(b"[") + data.count(b"{") > MAX_JSON_NESTING:
        _check_nesting(_JSON.finditer(data), data, file, MAX_JSON_NESTING)


def check_xml(data: bytes, file: str) -> None:
    """Refuses RDF/XML that nests deeper than :data:`MAX_NESTING`, or declares more than short entities.

    Args:
        data: the text, UTF-8.
        file: its name, for errors.

    Raises:
        SourceError: it does, or is not well-formed; says line and column.
    """
    _check_nesting(_tags(data, file), data, file, MAX_NESTING)


def _check_nesting(tokens: Iterator[re.Match[bytes]], data: bytes, file: str, most: int) -> None:
    depth = 0
    for token in tokens:
        if token.lastgroup == "opens":
            depth += 1
            if depth > most:
                raise SourceError(
                    f"The file nests too deep: more than {most:,} things stand in each other here.",
                    where=location(data, token.start(), file),
                    mend="Give what stands inside a name, and describe it on its own.",
                )
        elif token.lastgroup == "closes" and depth:
            depth -= 1


# --- JSON-LD ---------------------------------------------------------------------------------------------------------

# An unescaped string and a colon: it is a member's name, for in a string its marks would be escaped.
_NAMED_CONTEXT: Final = re.compile(r'(?<!\\)"@(?:context|import)"\s*+:\s*+["\[]')
# RFC 8259, section 7: any character may be escaped; nobody does so with these but to say "@context" otherwise.
_ESCAPED_LETTER: Final = re.compile(r"\\u00([4-7][0-9A-Fa-f])")
_JSON_SIGN: Final = re.compile(r'"(?>[^"\\]++|\\.)*+"|[\[\]{}:,]')
_CONTEXT_MEMBERS: Final = {"@context", "@import"}


def with_contexts(text: str, file: str) -> str:
    """JSON-LD with our context in place of its IRI, in as many lines; nothing is ever fetched.

    Args:
        text: the JSON.
        file: its name, for errors.

    Raises:
        SourceError: it names another context; says line and column.
    """
    parts, at = [], 0
    for start, end in _named_contexts(text):
        iri = _string(text[start:end])
        # A literal of JSON may hold what looks like a context and is none.
        if iri != CONTEXT or '"@json"' in _ESCAPED_LETTER.sub(lambda found: chr(int(found[1], 16)), text):
            raise SourceError(
                f"The file takes its context from <{iri}>, and contexts are not fetched.",
                where=location(text.encode(), len(text[:start].encode()), file),
                mend=f"Put the context itself in the place of its address, or expand the file. <{CONTEXT}> is known.",
            )
        parts += [text[at:start], json.dumps(own_context())]
        at = end
    return "".join([*parts, text[at:]])


def _named_contexts(text: str) -> Iterator[tuple[int, int]]:
    """Where contexts are named by strings, alone or in an array, in their order."""
    has_escapes = _ESCAPED_LETTER.search(text) is not None
    if not has_escapes and not _NAMED_CONTEXT.search(text):
        return
    arrays: list[bool] = []
    before, is_value = "", False
    for match in _JSON_SIGN.finditer(text):
        sign = match.group()
        if sign[0] == '"':
            if is_value or (arrays and arrays[-1]):
                yield match.span()
        elif sign in "[{":
            arrays.append(is_value and sign == "[")
        elif sign in "]}" and arrays:
            arrays.pop()
        is_value = sign == ":" and (_string(before) if has_escapes else before[1:-1]) in _CONTEXT_MEMBERS
        before = sign


def _string(written: str) -> str:
    try:
        return str(json.loads(written))
    except ValueError:  # a control character, or an escape that is none
        return written[1:-1]


@cache
def own_context() -> dict[str, Any]:
    """What our context says, term by term; not to be changed."""
    context: dict[str, Any] = json.loads(read_asset("ontology", "context.jsonld"))["@context"]
    return context


# --- XML -------------------------------------------------------------------------------------------------------------


def _tags(data: bytes, file: str) -> Iterator[re.Match[bytes]]:
    """What a file of XML is made of, tags that open and close at once left out."""
    at = 0
    while token := _XML.search(data, at):
        at = token.end()
        if token.lastgroup == "other":
            at = _after_document_type(data, token.start(), file)
        elif token.lastgroup != "opens" or not token.group().endswith(b"/>"):
            yield token


def _after_document_type(data: bytes, start: int, file: str) -> int:
    """Where the document type ends that begins at ``start``; it may declare short entities, and nothing else."""
    head = _DOCUMENT_TYPE.match(data, start)
    if not head:
        raise SourceError(
            "The file is not well-formed XML: what begins here is no tag, comment or document type, or does not end.",
            where=location(data, start, file),
            mend="Mend the file there; an editor for XML shows the place.",
        )
    at, entities = _after_comments(data, head.end()), {}
    while entity := _ENTITY.match(data, at):
        value = entity["value"] or entity["other"] or b""
        if len(value) > _MAX_ENTITY:
            break
        entities[entity["name"]] = len(value)
        at = _after_comments(data, entity.end())
    end = _DOCUMENT_TYPE_END.match(data, at)
    if not end:
        name = _ENTITY_NAME.match(data, at)
        called = f"the entity {name['name'].decode('utf-8', 'replace')[:100]}" if name else "what is no entity"
        raise SourceError(
            f"The file declares {called}; an entity that a file of RDF declares is read where it is short, and holds "
            "no other and no markup.",
            where=location(data, at, file),
            mend="Write its text where it is used, and remove the declaration.",
        )
    grown = sum(entities.get(reference[1], 0) for reference in _REFERENCE.finditer(data)) if entities else 0
    if grown > max(_SMALL, _MAX_GROWTH * len(data)):
        raise SourceError(
            f"The entities that the file declares make it more than {_MAX_GROWTH} times as long.",
            where=location(data, start, file),
            mend="Write their texts where they are used, and remove the declarations.",
        )
    return end.end()


def _after_comments(data: bytes, start: int) -> int:
    found = _BETWEEN_ENTITIES.match(data, start)
    return found.end() if found else start
