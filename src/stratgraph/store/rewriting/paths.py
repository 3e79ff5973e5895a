"""Alternative paths keep their duplicates.

Where a pair of nodes is joined by ``p`` and by ``q``, ``p|q`` has it twice: the evaluation of an alternative is the
multiset union of its two sides (SPARQL 1.1 Query, section 18.4), as UNION is (section 18.5). The engine has it once
(https://github.com/oxigraph/oxigraph/pull/351).

Proof. ``X p|q Y`` is by definition Union(Path(X, p, Y), Path(X, q, Y)), which is the algebra of ``{ X p Y } UNION { X
q Y }``. A step is the join of two paths over a new variable, and an inverse exchanges the ends; Join distributes over
Union, also in the number of solutions, so ``r/(p|q)`` is ``(r/p)|(r/q)`` and ``^(p|q)`` is ``^p|^q``. A set
``!(p|^q)`` is ``!p|^(!q)`` (section 18.2.2.3). What is repeated with ``*``, ``+`` or ``?`` is a set by definition and
stays. A block of triple patterns is the join of its patterns, in any order, so those with alternatives may stand
behind the others. Blank nodes of the block become variables: they count as often, and only ``*`` could show them;
with ``*`` the query is refused.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from stratgraph.store.rewriting.triples import Alternatives, Inverse, Path, Pattern, Single, Steps, written

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_WAYS: Final = 64
"""Into how many ways a path may fall apart."""


def ways(path: Path) -> list[Path]:
    """The paths without alternatives that a path falls apart into, each as often as it is one."""
    match path:
        case Alternatives(parts):
            return [way for part in parts for way in ways(part)]
        case Steps(parts):
            # Not all of a product that nobody could write out.
            found: list[tuple[Path, ...]] = [()]
            for part in map(ways, parts):
                found = [(*before, way) for before, way in product(found, part)]
                if len(found) > MOST_WAYS:
                    break
            return [Steps(steps) for steps in found]
        case Inverse(of):
            return [Inverse(way) for way in ways(of)]
        case Single():
            return [path]


def block(patterns: Sequence[Pattern]) -> str:
    """A block of triple patterns with its alternatives as UNION, to stand in place of the block."""
    plain, unions = [], []
    for pattern in patterns:
        of_pattern = [f"{pattern.subject} {written(way)} {pattern.object}" for way in ways(pattern.path)]
        if len(of_pattern) == 1:
            plain.append(f"{of_pattern[0]} .")
        else:
            unions.append(" UNION ".join(f"{{ {way} }}" for way in of_pattern))
    return " ".join([*plain, *unions])
