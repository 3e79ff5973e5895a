"""A query's kind, and the dataset that its FROM clauses make, taken out of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from stratgraph.store.protocol import WHOLE, Dataset
from stratgraph.store.remote.quirks import unescaped
from stratgraph.store.tokens import Token, TokenKind

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOCAL_ESCAPE: Final = re.compile(r"\\([_~.\-!$&'()*+,;=/?#@%])")
GRAPH_KINDS: Final = ("CONSTRUCT", "DESCRIBE")


def is_of_graph_kind(found: Sequence[Token]) -> bool:
    """Whether the answer is a graph: the query is a CONSTRUCT or a DESCRIBE."""
    kind = next((t for t in found if t.is_word("SELECT", "ASK", *GRAPH_KINDS)), None)
    return kind is not None and kind.is_word(*GRAPH_KINDS)


def is_open(found: Sequence[Token]) -> bool:
    """Whether a bracket is not closed: the query ends too early."""
    return sum({"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(t.text, 0) for t in found) > 0


def take_dataset(query: str, found: Sequence[Token]) -> tuple[str, Dataset]:
    """The query with blanks for its FROM clauses, and what they said; the whole dataset where there are none.

    Args:
        query: one that the engine has read.
        found: its tokens.
    """
    base, prefixes = "", dict[str, str]()
    default: list[str] = []
    named: list[str] = []
    kept = list(query)
    for position, token in enumerate(found):
        if token.is_word("BASE"):
            base = urljoin(base, _iri(found[position + 1]))
        elif token.is_word("PREFIX"):
            prefixes[found[position + 1].text] = urljoin(base, _iri(found[position + 2]))
        elif token.is_word("FROM"):
            is_named = found[position + 1].is_word("NAMED")
            graph = found[position + 1 + is_named]
            (named if is_named else default).append(_resolved(graph, base, prefixes))
            kept[token.start : graph.end] = [c if c == "\n" else " " for c in kept[token.start : graph.end]]
    if not default and not named:
        return query, WHOLE
    return "".join(kept), Dataset(tuple(default), tuple(named))


def _iri(token: Token) -> str:
    return unescaped(token.text[1:-1])


def _resolved(token: Token, base: str, prefixes: dict[str, str]) -> str:
    if token.kind is TokenKind.IRI:
        return urljoin(base, _iri(token)) if base else _iri(token)
    prefix, _, local = token.text.partition(":")
    return prefixes.get(f"{prefix}:", "") + _LOCAL_ESCAPE.sub(r"\1", local)
