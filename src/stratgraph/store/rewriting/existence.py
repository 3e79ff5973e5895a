"""EXISTS with a join is asked step by step.

The engine evaluates ``EXISTS { ?x :p ?y . ?y :q ?z }`` for each solution by joining all ``:p`` with all ``:q``: 5.8 s
at 100 plans. ``EXISTS { ?x :p ?y FILTER EXISTS { ?y :q ?z } }`` looks up instead: 0.03 s, and answers the same.

Proof. Let P1 and P2 be triple patterns (or paths, which are evaluated as such), and s the solution that EXISTS is
asked for. By section 18.6, EXISTS{P1 . P2} holds where Join(s(P1), s(P2)) has a solution: where s(P1) has a solution
m1 and s(P2) has one, m2, that is compatible. m2 is compatible with m1 where m2, on the variables that m1 binds, has
its values: where m1(s(P2)) has a solution. All variables of P1 are bound in m1, so that is what EXISTS{P2} says of m1
within s. It holds whatever s binds, so nothing need be known of the query around. By induction it holds for more
patterns in any order, and for steps ``p/q``, which are a join over a new variable. A FILTER of the group is put in
behind the pattern with which the last of its variables that the group binds is bound: from there on its variables
have the values that they have in the end. Blank nodes become variables that only this group has.

Only groups of triple patterns and FILTER are rewritten, since substitution and join differ for others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.store.rewriting.triples import Pattern, Steps, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stratgraph.store.rewriting.source import Source

MOST_PATTERNS: Final = 12
"""How many patterns are taken apart: to the engine each lies within the one before."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A FILTER of a group: its text, and the variables in it."""

    text: str
    variables: frozenset[str]


def single_steps(source: Source, patterns: Iterable[Pattern]) -> list[Pattern]:
    """The patterns with paths of several steps taken apart, over new variables."""
    found = []
    for pattern in patterns:
        if not isinstance(pattern.path, Steps):
            found.append(pattern)
            continue
        ends = [pattern.subject, *(source.fresh() for _ in pattern.path.parts[1:]), pattern.object]
        steps = zip(ends, pattern.path.parts, ends[1:], strict=False)
        found += [Pattern(subject, path, value) for subject, path, value in steps]
    return found


def nested(patterns: Sequence[Pattern], conditions: Sequence[Condition], outside: set[str]) -> str:
    """The group as one pattern, in which EXISTS has the others, with its braces.

    Args:
        patterns: at least one.
        conditions: of the group.
        outside: the names of variables that stand elsewhere in the query, which are likely bound.
    """
    ordered = _ordered(patterns, outside)
    bound_later = [_variables(ordered[index + 1 :]) for index in range(len(ordered))]
    left, text, closing = list(conditions), "", ""
    for index, pattern in enumerate(ordered):
        text += f"{{ {pattern.subject} {written(pattern.path)} {pattern.object} . "
        ready = [c for c in left if not c.variables & (bound_later[index] - _variables(ordered[: index + 1]))]
        left = [c for c in left if c not in ready]
        text += "".join(f"{condition.text} " for condition in ready)
        closing += " }"
        if index + 1 < len(ordered):
            text += "FILTER EXISTS "
    return text.rstrip() + closing


def _ordered(patterns: Sequence[Pattern], outside: set[str]) -> list[Pattern]:
    """The patterns from what is bound outwards, so that each is a lookup where that can be had."""
    known, left, found = set(outside), list(patterns), []
    while left:
        best = max(left, key=lambda pattern: _ends_bound(pattern, known))
        left.remove(best)
        found.append(best)
        known |= _variables([best])
    return found


def _ends_bound(pattern: Pattern, known: set[str]) -> tuple[int, int]:
    ends = (pattern.subject, pattern.object)
    return sum(_name(end) in known for end in ends), sum(not _name(end) for end in ends)


def _variables(patterns: Iterable[Pattern]) -> set[str]:
    ends = {_name(end) for pattern in patterns for end in (pattern.subject, written(pattern.path), pattern.object)}
    return ends - {""}


def _name(term: str) -> str:
    return term[1:] if term[0] in "?$" else ""
