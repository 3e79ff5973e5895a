"""A query as an outline: its groups, and within them patterns, conditions, values, each with its place in the text.

What is read here is what :mod:`stratgraph.store.rewriting` reads to rewrite a query; the engine has said before that it
is SPARQL. Every step goes over the tokens from the front to the back, so that the time is that of the length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from stratgraph.store.rewriting.source import ELEMENTS, Source, UnreadError
from stratgraph.store.rewriting.triples import Alternatives, Inverse, Path, Single, Steps, Triples, written
from stratgraph.store.tokens import AGGREGATES, NAMES, QUERY_FORMS, Token, TokenKind
from stratgraph.terms import RDF

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPED: Final = re.compile(r"\\(.)")


class Kind(Enum):
    """What a group is to the one around it."""

    QUERY = "query"
    PLAIN = "plain"
    OPTIONAL = "OPTIONAL"
    BRANCH = "UNION"
    MINUS = "MINUS"
    GRAPH = "GRAPH"
    SERVICE = "SERVICE"
    EXISTS = "EXISTS"
    SELECT = "SELECT"


@dataclass(frozen=True, slots=True)
class Triple:
    """A triple pattern; subject and object as they are written, the offsets of all three."""

    subject: str
    path: Path
    object: str
    subject_at: int
    object_at: int

    @property
    def text(self) -> str:
        """As SPARQL writes it."""
        return f"{self.subject} {written(self.path)} {self.object}"

    @property
    def at(self) -> int:
        """The offset of the property; of a pattern of which nothing stands in the text, 0."""
        places = (*(one.at for one in properties(self.path)), self.subject_at, self.object_at)
        return next((one for one in places if one >= 0), 0)

    def place(self, query: str) -> tuple[int, str]:
        """Where it stands in the query, and what stands there: behind a semicolon without the subject."""
        start, end = self.at, self.object_at + len(self.object)
        if 0 <= self.subject_at < start and query[self.subject_at : start].split() == [self.subject]:
            start = self.subject_at
        return (start, query[start:end]) if query[self.object_at : end] == self.object else (start, "")

    @property
    def variables(self) -> frozenset[str]:
        """The names of its variables."""
        found = (self.subject, self.object, *(one.text for one in properties(self.path)))
        return frozenset(one[1:] for one in found if one[:1] in {"?", "$"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A FILTER.

    Args:
        text: with the keyword.
        tokens: of it.
        variables: the names of those that stand outside of an EXISTS.
        groups: those of EXISTS.
    """

    text: str
    at: int
    tokens: tuple[Token, ...]
    variables: frozenset[str]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A BIND: the variable that it names, and those that it needs."""

    text: str
    at: int
    tokens: tuple[Token, ...]
    variable: str
    variables: frozenset[str]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """A VALUES clause."""

    text: str
    at: int
    variables: frozenset[str]


@dataclass(frozen=True, slots=True)
class Union:
    """Groups of which each solution is one of the whole; there are at least two."""

    text: str
    at: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two braces.

    Args:
        kind: to the group around it.
        text: with the keyword before it, and the braces.
        name: the graph or the endpoint, as it is written.
        head: of a sub-select.
        elements: in their order.
    """

    kind: Kind
    text: str
    at: int
    elements: tuple[Element, ...]
    name: str = ""
    name_at: int = -1
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the pattern of a query or sub-select.

    Args:
        shown: the names of the variables that SELECT shows by themselves, with their offsets; None is a star.
        named: those that AS names, in SELECT and GROUP BY.
        used: every other variable outside of the pattern, with its offset.
        is_one_row: it has aggregates, and no GROUP BY.
    """

    shown: tuple[tuple[str, int], ...] | None
    named: frozenset[str]
    used: tuple[tuple[str, int], ...]
    is_one_row: bool


Element: TypeAlias = Triple | Condition | Assignment | Data | Union | Group


@dataclass(frozen=True, slots=True)
class Outline:
    """A query.

    Args:
        text: of it.
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        prologue: what stands before that.
        prefixes: the namespaces of its prefixes.
        body: its pattern.
        head: what stands around it.
        sources: the names of graphs behind FROM, with their offsets, and whether NAMED stands before.
        described: the names behind DESCRIBE, with their offsets.
    """

    text: str
    form: str
    prologue: str
    prefixes: dict[str, str]
    body: Group
    head: Head
    sources: tuple[tuple[str, int, bool], ...]
    described: tuple[tuple[str, int], ...] = ()

    def iri(self, name: str) -> str:
        """The IRI that a name in the query stands for; empty where it is none."""
        if name == "a":
            return RDF.TYPE
        if name.startswith("<"):
            return name[1:-1]
        prefix, colon, local = name.partition(":")
        return self.prefixes[prefix] + _ESCAPED.sub(r"\1", local) if colon and prefix in self.prefixes else ""


def read_outline(query: str) -> Outline | None:
    """The outline of a query that the engine has read; None where it is of a form that is not read here.

    Drafts of SPARQL 1.2 have such: triples within triples, LATERAL.
    """
    try:
        return _Reader(Source(query)).outline()
    except (UnreadError, RecursionError):
        return None


def visible(group: Group) -> frozenset[str]:
    """The names of the variables that come out of a group (SPARQL 1.1 Query, section 18.2.1)."""
    inner = frozenset[str]().union(*map(given, group.elements))
    if group.head and group.head.shown is not None:
        return frozenset(name for name, _ in group.head.shown) | group.head.named
    return inner | (frozenset({group.name[1:]}) if group.name[:1] in {"?", "$"} else frozenset())


def given(element: Element) -> frozenset[str]:
    """The names of the variables that an element gives values."""
    match element:
        case Triple() | Data():
            return element.variables
        case Assignment():
            return frozenset({element.variable})
        case Union():
            return frozenset[str]().union(*map(visible, element.groups))
        case Group(kind=kind):
            return frozenset() if kind is Kind.MINUS else visible(element)
    return frozenset()


def properties(path: Path) -> Iterator[Single]:
    """The single properties of a path, in their order."""
    match path:
        case Single():
            yield path
        case Inverse(of):
            yield from properties(of)
        case Steps(parts) | Alternatives(parts):
            for part in parts:
                yield from properties(part)


def inner_groups(element: Element) -> tuple[Group, ...]:
    """The groups that an element consists of, or has within."""
    match element:
        case Group():
            return (element,)
        case Union() | Condition() | Assignment():
            return element.groups
    return ()


def walk(group: Group, around: tuple[Group, ...] = ()) -> Iterator[tuple[tuple[Group, ...], Element]]:
    """Every element of a group and of those within it, each with the groups that it is in, from the outside."""
    chain = (*around, group)
    for element in group.elements:
        yield chain, element
        for inner in inner_groups(element):
            yield from walk(inner, chain)


class _Reader:
    """Reads one query."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._blank_nodes: dict[str, str] = {}

    def outline(self) -> Outline:
        source, size = self._source, len(self._source.found)
        start = next((p for p, t in enumerate(source.found) if t.is_word(*QUERY_FORMS)), None)
        if start is None:
            raise UnreadError
        after_head = start + 1
        is_template = source.is_at(start, "CONSTRUCT") and source.is_mark(after_head, "{")
        brace = source.first_group(source.after(after_head) if is_template else after_head, size)
        is_described = source.is_at(start, "DESCRIBE")
        if brace is None and not is_described:
            raise UnreadError
        brace, end = (size, size) if brace is None else (brace, source.after(brace))
        body = self._group(Kind.QUERY, brace, brace) if brace < size else Group(Kind.QUERY, "", len(source.text), ())
        sources = tuple(self._sources(start, brace))
        names = [(t.text, t.start) for t in source.found[start:brace] if is_described and t.kind in NAMES]
        return Outline(
            source.text,
            source[start].text.upper(),
            source.text[: source[start].start],
            self._prefixes(start),
            body,
            self._head(start, brace, end, size),
            sources,
            tuple(one for one in names if one[1] not in {at for _, at, _ in sources}),
        )

    def _prefixes(self, end: int) -> dict[str, str]:
        found = self._source.found[:end]
        return {
            name.text.removesuffix(":"): iri.text[1:-1]
            for (word, name), (_, iri) in pairwise(pairwise(found))
            if word.is_word("PREFIX") and iri.kind is TokenKind.IRI
        }

    def _sources(self, start: int, end: int) -> Iterator[tuple[str, int, bool]]:
        for position in range(start, end):
            if self._source.is_at(position, "FROM"):
                is_named = self._source.is_at(position + 1, "NAMED")
                name = self._source[position + 1 + is_named]
                yield name.text, name.start, is_named

    def _head(self, start: int, brace: int, tail: int, end: int) -> Head:
        """The head of a query or sub-select between two places, whose pattern is between two others."""
        source = self._source
        places = [*range(start, brace), *range(tail, end)]
        named = {
            source[p + 1].text[1:] for p in places if source.is_at(p, "AS") and source[p + 1].kind is TokenKind.VARIABLE
        }
        shown, used = list[tuple[str, int]](), list[tuple[str, int]]()
        is_star = any(
            source.is_mark(p, "*") and source.is_at(p - 1, *QUERY_FORMS, "DISTINCT", "REDUCED") for p in places
        )
        values = next((p for p in range(tail, end) if source.is_at(p, "VALUES")), end)
        depth = 0
        for place in places:
            token = source[place]
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.kind is not TokenKind.VARIABLE or source.is_at(place - 1, "AS"):
                continue
            if place >= values:
                named.add(token.text[1:])
            elif depth == 0 and place < brace and not source.is_at(start, "CONSTRUCT"):
                shown.append((token.text[1:], token.start))
            else:
                used.append((token.text[1:], token.start))
        has_aggregate = any(source.is_at(p, *AGGREGATES) for p in places)
        is_one_row = has_aggregate and not any(source.is_at(p, "GROUP") for p in places)
        return Head(None if is_star else tuple(shown), frozenset(named), tuple(used), is_one_row)

    def _group(self, kind: Kind, start: int, brace: int, name: int | None = None) -> Group:
        """The group of a brace; its text begins at another place."""
        source, end = self._source, self._source.after(brace)
        text, at = source.words(start, end), source[start].start
        if source.is_at(brace + 1, "SELECT"):
            return self._sub_select(kind, text, at, brace, end)
        elements, position = list[Element](), brace + 1
        while position < end - 1:
            if source.is_mark(position, "."):
                position += 1
                continue
            found, position = self._element(position, end - 1)
            elements += found
        named = source[name] if name is not None else None
        return Group(kind, text, at, tuple(elements), named.text if named else "", named.start if named else -1)

    def _sub_select(self, kind: Kind, text: str, at: int, brace: int, end: int) -> Group:
        source = self._source
        inner = source.first_group(brace + 1, end - 1)
        if inner is None:
            raise UnreadError
        body = self._group(Kind.PLAIN, inner, inner)
        head = self._head(brace + 1, inner, source.after(inner), end - 1)
        select = Group(Kind.SELECT, text, at, body.elements, head=head)
        # { SELECT … } alone is the sub-select; behind OPTIONAL, MINUS or GRAPH it is the only part of a group.
        return select if kind in {Kind.PLAIN, Kind.BRANCH} else Group(kind, text, at, (select,))

    def _element(self, position: int, end: int) -> tuple[list[Element], int]:
        """The elements that begin at a place, and the place behind them."""
        source, token = self._source, self._source[position]
        if token.text == "{" and not source.is_mark(position + 1, "|"):
            return self._union(position, end)
        if not token.is_word(*ELEMENTS):
            after = source.end_of_block(position, end)
            block = Triples(source, position, after, self._blank_nodes).read()
            return [Triple(p.subject, p.path, p.object, p.subject_at, p.object_at) for p in block], after
        return self._clause(position)

    def _clause(self, position: int) -> tuple[list[Element], int]:
        """The element that begins with a keyword at a place, and the place behind it."""
        source, token = self._source, self._source[position]
        after = source.end_of_clause(position)
        text, tokens = source.words(position, after), tuple(source.found[position:after])
        if token.is_word("FILTER"):
            groups = tuple(self._exists(position, after))
            return [Condition(text, token.start, tokens, self._outside(position, after), groups)], after
        if token.is_word("BIND"):
            named = source[after - 2].text[1:]
            needed = self._outside(position, after - 2)
            return [Assignment(text, token.start, tokens, named, needed, tuple(self._exists(position, after)))], after
        if token.is_word("VALUES"):
            stop = source.after(position + 1) if source.is_mark(position + 1, "(") else position + 2
            return [Data(text, token.start, frozenset(source.variables(position, stop)))], after
        if token.is_word("GRAPH", "SERVICE"):
            name = position + 1 + source.is_at(position + 1, "SILENT")
            return [self._group(Kind(token.text.upper()), position, name + 1, name)], after
        if not token.is_word("OPTIONAL", "MINUS"):
            raise UnreadError
        return [self._group(Kind(token.text.upper()), position, position + 1)], after

    def _union(self, position: int, end: int) -> tuple[list[Element], int]:
        source, start, braces = self._source, position, [position]
        position = source.after(position)
        while position < end and source.is_at(position, "UNION"):
            braces.append(position + 1)
            position = source.after(position + 1)
        if len(braces) == 1:
            return [self._group(Kind.PLAIN, start, start)], position
        branches = tuple(self._group(Kind.BRANCH, brace, brace) for brace in braces)
        return [Union(source.words(start, position), source[start].start, branches)], position

    def _exists(self, start: int, end: int) -> Iterator[Group]:
        """The groups of EXISTS between two places, without those within them."""
        position = start
        while position < end:
            if self._source.is_at(position, "EXISTS") and self._source.is_mark(position + 1, "{"):
                yield self._group(Kind.EXISTS, position, position + 1)
                position = self._source.after(position + 1)
            else:
                position += 1

    def _outside(self, start: int, end: int) -> frozenset[str]:
        """The names of the variables between two places, without those in a group."""
        found, position = set[str](), start
        while position < end:
            if self._source.is_mark(position, "{"):
                position = self._source.after(position)
                continue
            found |= self._source.variables(position, position + 1)
            position += 1
        return frozenset(found)
