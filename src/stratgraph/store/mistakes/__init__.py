"""The mistakes that people make in SPARQL, each told in one sentence, with how to mend it.

``stratgraph.store.syntax`` finds the first token that a query cannot go on with. Here that token, and what stands
around it, are looked at as a person would. Where none of these mistakes is seen, ``syntax`` lists what could stand
there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.store.mistakes import characters, clauses, patterns
from stratgraph.store.mistakes.broken import Broken, Mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stratgraph.store.tokens import Token


def find_mistake(query: str, found: Sequence[Token], index: int, goes_on: Callable[[str], bool]) -> Mistake | None:
    """The mistake that was made in a query, where it is one of those that are known.

    Args:
        query: its text.
        found: its tokens.
        index: of the one that cannot stand there; as many as there are tokens where the query ends too early.
        goes_on: says whether a text can be the beginning of a query.
    """
    broken = Broken(query, found, index, goes_on)
    looks = (*characters.LOOKS, *clauses.LOOKS, *patterns.LOOKS)
    return next((seen for look in looks if (seen := look(broken))), None)
