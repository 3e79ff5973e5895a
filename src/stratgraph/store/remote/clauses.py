"""What a query is, by its tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratgraph.store.tokens import Token

GRAPH_KINDS: Final = ("CONSTRUCT", "DESCRIBE")


def is_of_graph_kind(found: Sequence[Token]) -> bool:
    """Whether the answer is a graph: the query is a CONSTRUCT or a DESCRIBE."""
    kind = next((t for t in found if t.is_word("SELECT", "ASK", *GRAPH_KINDS)), None)
    return kind is not None and kind.is_word(*GRAPH_KINDS)


def is_open(found: Sequence[Token]) -> bool:
    """Whether a bracket is not closed: the query ends too early."""
    return sum({"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(t.text, 0) for t in found) > 0
