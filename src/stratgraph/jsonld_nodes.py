"""Where the text of JSON-LD says what: its parser reads an object to its end before it says anything of it."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import chain
from os.path import commonprefix
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_JSON_LD_NODE: Final = re.compile(r'"@?id"\s*:\s*"(?P<id>[^"]+)"(?!\s*\})')
"""A node object's own identifier, as against a reference, which has nothing but the identifier."""

_JSON_TOKEN: Final = re.compile(
    r'"(?P<text>(?>[^"\\]++|\\.)*+)"(?P<is_key>\s*+:)?|(?P<brace>[{}])|(?P<other>[-+.\w]++)', re.DOTALL
)
"""A string, a brace, or a number, true, false, null."""


_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")


class JsonLdNodes:
    """Where the text of JSON-LD describes nodes; its parser reads an object to its end before it says anything of it.

    Args:
        text: of the file.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[tuple[str, str], dict[str, re.Match[str]]] = {}
        found: dict[str, re.Match[str]] = {}
        self._named: dict[int, str] = {}
        for match in _JSON_LD_NODE.finditer(text):
            name = match["id"]
            scheme, colon, rest = name.partition(":")
            # Written short, what stands behind the prefix is what the full IRI ends in.
            tail = name if not colon or rest.startswith("//") or not scheme else rest
            found.setdefault(tail[::-1], match)
            self._named[match.start()] = tail[::-1]
        # Backwards and sorted: what one ends in stands before it.
        self._tails = sorted(found)
        self._firsts = found
        # Of each the next shorter one that it ends in, and one far shorter: few steps lead to any (a skip list).
        self._shorter: list[int] = []
        self._far: list[int] = []
        depths: list[int] = []
        for number, tail in enumerate(self._tails):
            one = number - 1
            while one >= 0 and not tail.startswith(self._tails[one]):
                one = self._shorter[one]
            self._shorter.append(one)
            far = self._far[one] if one >= 0 else -1
            further = self._far[far] if far >= 0 else -1
            is_even = far >= 0 and depths[one] - depths[far] == depths[far] - (depths[further] if further >= 0 else -1)
            self._far.append(further if is_even else one)
            depths.append(depths[one] + 1 if one >= 0 else 0)

    def find(self, name: str) -> re.Match[str] | None:
        """Where a node is first described: the member with its identifier (group ``id``); None where it is not.

        Args:
            name: its IRI, or ``_:`` and the label of a blank node. It may be written short, with a prefix or relative
                to a base: the longest identifier that it ends in is meant.
        """
        tail = self._tail(name)
        return self._firsts[tail] if tail else None

    def _tail(self, name: str) -> str:
        """The longest identifier that an IRI ends in, backwards; empty where there is none."""
        backwards = name[::-1]
        at = bisect_right(self._tails, backwards) - 1
        if at < 0:
            return ""
        common = len(commonprefix((self._tails[at], backwards)))  # noqa: RUF071 - characters are meant
        while at >= 0 and len(self._tails[at]) > common:
            far = self._far[at]
            at = far if far >= 0 and len(self._tails[far]) > common else self._shorter[at]
        return self._tails[at] if at >= 0 else ""

    def find_value(self, name: str, predicate: str, value: str | None = None) -> tuple[int, int] | None:
        """Where a node's object says something, without quotation marks; None where it does not.

        Args:
            name: of the node, as in :meth:`find`.
            predicate: IRI of a property, whose key is that IRI, or ends as it does.
            value: that it has: the words of a literal, a number however it is written, or an IRI, which may be written
                short; None for the key.
        """
        tail = self._tail(name)
        members = self._members.get(tail, {})
        key = next((key for key in (predicate, re.split("[#/]", predicate)[-1]) if key in members), None)
        if key is None:
            return None
        if value is None:
            return members[key][0][0].span("text")
        said = self._said(tail, key)
        token = next((said[one] for one in _endings(value) if one in said), None)
        return token.span("other" if token["text"] is None else "text") if token else None

    def _said(self, tail: str, name: str) -> dict[str, re.Match[str]]:
        """The values of a node's member, each where it first stands; of short IRIs what is behind the prefix."""
        if (tail, name) not in self._known:
            said: dict[str, re.Match[str]] = {}
            for token in chain.from_iterable(
                self._values[bisect_left(self._starts, key.end()) : bisect_left(self._starts, end)]
                for key, end in self._members[tail][name]
            ):
                words = token["other"] or _unescaped(token["text"])
                said.setdefault(words, token)
                if token["other"] and (number := _number(words)):
                    said.setdefault(number, token)
                prefix, colon, rest = words.partition(":")
                if colon and prefix.isalnum() and not rest.startswith("//"):
                    said.setdefault(rest, token)
            self._known[tail, name] = said
        return self._known[tail, name]

    @cached_property
    def _tokens(self) -> list[re.Match[str]]:
        return list(_JSON_TOKEN.finditer(self._text))

    @cached_property
    def _values(self) -> list[re.Match[str]]:
        return [token for token in self._tokens if token["is_key"] is None and token["brace"] is None]

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start() for token in self._values]

    @cached_property
    def _members(self) -> dict[str, dict[str, list[tuple[re.Match[str], int]]]]:
        """The keys of the objects that have an identifier, each with where its value ends, by that one's tail.

        A key is known by itself, and by what is behind its prefix. Several objects may describe one node.
        """
        found: dict[str, dict[str, list[tuple[re.Match[str], int]]]] = {}
        stack: list[list[re.Match[str]]] = []
        for token in self._tokens:
            if token["brace"] == "{":
                stack.append([])
            elif token["brace"] and stack:
                keys = stack.pop()
                own = next((key.start() for key in keys if key["text"] in {"@id", "id"}), None)
                if own in self._named:
                    ends = [*(key.start() for key in keys[1:]), token.start()]
                    members = found.setdefault(self._named[own], {})
                    for key, end in zip(keys, ends, strict=True):
                        for name in {key["text"], key["text"].lstrip("@").rpartition(":")[2]}:
                            members.setdefault(name, []).append((key, end))
            elif token["is_key"] and stack:
                stack[-1].append(token)
        return found


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


def _number(text: str) -> str:
    """A number in one way of writing, whatever its own is; empty where it is none, or one that nobody writes."""
    return repr(float(text)) if _NUMBER.fullmatch(text) else ""


def _endings(value: str) -> Iterator[str]:
    """A value, of a number its one way of writing, and of an IRI what it may be written as relative to a base."""
    yield value
    yield _number(value)
    if "://" in value:
        for match in re.finditer("[/#]", value):
            yield value[match.end() :]
