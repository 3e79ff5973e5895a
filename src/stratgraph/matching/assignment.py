"""The best pairs out of many possible ones."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_EXACT: Final = 100
"""Of more that could all be each other the pairs are taken one by one, the best first: the exact way is cubic."""

Pair = tuple[str, str]


def best_pairs(scores: Mapping[Pair, float]) -> set[Pair]:
    """The pairs, each side in one pair at most, that are the best together.

    Args:
        scores: of the possible pairs, from above 0 to 1; pairs that are not in it are impossible.

    The cubes of the scores are added up, so that one pair that is sure weighs more than two that are not: a list that
    was shifted by one has a run of middling pairs beside the good ones.
    """
    found: set[Pair] = set()
    for rows, columns in _components(scores):
        if max(len(rows), len(columns)) > MOST_EXACT:
            some = set(rows)
            found |= _one_by_one({pair: score for pair, score in scores.items() if pair[0] in some})
        elif len(rows) <= len(columns):
            weights = [[-(scores.get((row, column), 0.0) ** 3) for column in columns] for row in rows]
            found |= {(rows[r], columns[c]) for r, c in enumerate(_cheapest(weights))}
        else:
            weights = [[-(scores.get((row, column), 0.0) ** 3) for row in rows] for column in columns]
            found |= {(rows[r], columns[c]) for c, r in enumerate(_cheapest(weights))}
    return found & scores.keys()


def _components(scores: Mapping[Pair, float]) -> Iterator[tuple[list[str], list[str]]]:
    """What hangs together by possible pairs; both sides in the order of the scores."""
    across: tuple[dict[str, list[str]], dict[str, list[str]]] = (defaultdict(list), defaultdict(list))
    for row, column in scores:
        across[0][row].append(column)
        across[1][column].append(row)
    orders = tuple({name: number for number, name in enumerate(side)} for side in across)
    seen: set[tuple[int, str]] = set()
    for first in across[0]:
        sides: tuple[list[str], list[str]] = ([], [])
        open_ends = [(0, first)]
        while open_ends:
            end = side, name = open_ends.pop()
            if end in seen:
                continue
            seen.add(end)
            sides[side].append(name)
            open_ends += [(1 - side, other) for other in across[side][name]]
        if sides[0]:
            yield sorted(sides[0], key=orders[0].__getitem__), sorted(sides[1], key=orders[1].__getitem__)


def _one_by_one(scores: Mapping[Pair, float]) -> set[Pair]:
    rows: dict[str, str] = {}
    columns: set[str] = set()
    for row, column in sorted(scores, key=lambda pair: -scores[pair]):
        if row not in rows and column not in columns:
            rows[row] = column
            columns.add(column)
    return set(rows.items())


def _cheapest(costs: list[list[float]]) -> list[int]:
    """For each row its column, each column once, so that the sum of the costs is the least.

    The Hungarian method with potentials; there are at least as many columns as rows.
    """
    state = _State([0.0] * (len(costs) + 1), [0.0] * (len(costs[0]) + 1), [0] * (len(costs[0]) + 1))
    for row in range(1, len(costs) + 1):
        _add_row(row, costs, state)
    columns = [0] * len(costs)
    for column, row in enumerate(state.holders[1:]):
        if row:
            columns[row - 1] = column
    return columns


@dataclass(frozen=True, slots=True)
class _State:
    """Rows and columns count from 1; column 0 holds the row that is being added, and row 0 means none."""

    row_potentials: list[float]
    potentials: list[float]
    holders: list[int]


def _add_row(row: int, costs: list[list[float]], state: _State) -> None:
    """Gives one more row a column, by the shortest way of moving others to other columns."""
    width = len(state.holders)
    least, done, way = [float("inf")] * width, [False] * width, [0] * width
    state.holders[0], column = row, 0
    while holder := state.holders[column]:
        done[column] = True
        open_columns = [other for other in range(1, width) if not done[other]]
        for other in open_columns:
            reduced = costs[holder - 1][other - 1] - state.row_potentials[holder] - state.potentials[other]
            if reduced < least[other]:
                least[other], way[other] = reduced, column
        following = min(open_columns, key=least.__getitem__)
        step = least[following]
        for other in range(width):
            if done[other]:
                state.row_potentials[state.holders[other]] += step
                state.potentials[other] -= step
            else:
                least[other] -= step
        column = following
    while column:
        state.holders[column] = state.holders[way[column]]
        column = way[column]
