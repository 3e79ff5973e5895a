"""From goals over objectives to what is counted below each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph_api.drawings import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from stratgraph_api.drawings.network import Box

_GOAL: Final = 200
_OBJECTIVE: Final = 285
_BETWEEN: Final = 70
_COLUMN: Final = 165
_GAP: Final = 10
_HEAD: Final = 30
_MOST_LINES: Final = 2
_MOST_OF_GOAL: Final = 4
_BAR: Final = 16
_MARGIN: Final = 4


@dataclass(frozen=True, slots=True)
class Flow:
    """An objective, the keys of its goals, and how many things of each kind there are below it."""

    objective: Box
    goals: tuple[str, ...]
    counts: tuple[int, ...]


def flow(
    goals: Sequence[Box], flows: Sequence[Flow], kinds: Sequence[str], title: str, description: str = ""
) -> Markup:
    """The picture.

    Args:
        goals: each once.
        flows: the objectives in their order, those of one goal together.
        kinds: what the counts are of.
        title: what it shows.
        description: the same in a sentence or two.
    """
    inner = 2 * svg.PADDING
    words = {goal.key: svg.wrapped(goal.label, int((_GOAL - inner) / svg.CHARACTER), _MOST_OF_GOAL) for goal in goals}
    middles: dict[str, float] = {}
    boxes: list[Markup] = []
    bars: list[Markup] = []
    left = _MARGIN + _GOAL + _BETWEEN
    y = float(_HEAD)
    most = max((count for one in flows for count in one.counts), default=1) or 1
    for one in flows:
        lines = svg.wrapped(one.objective.label, int((_OBJECTIVE - inner) / svg.CHARACTER), _MOST_LINES)
        height = svg.height_of(lines)
        middles[one.objective.key] = y + height / 2
        boxes.append(
            svg.box(
                left,
                y,
                _OBJECTIVE,
                lines,
                kind=one.objective.kind,
                address=one.objective.address,
                full=one.objective.label,
            )
        )
        bars += _bars(left + _OBJECTIVE + _GAP, y + height / 2, one.counts, most)
        y += height + _GAP
    bottom = y
    y = float(_HEAD)
    for goal in goals:
        height = svg.height_of(words[goal.key])
        own = [middles[one.objective.key] for one in flows if goal.key in one.goals]
        middle = max(y + height / 2, sum(own) / len(own) if own else 0)
        middles[goal.key] = middle
        boxes.append(
            svg.box(
                _MARGIN,
                middle - height / 2,
                _GOAL,
                words[goal.key],
                kind=goal.kind,
                address=goal.address,
                full=goal.label,
            )
        )
        y = middle + height / 2 + _GAP
    lines_ = [
        svg.curve([(_MARGIN + float(_GOAL), middles[goal]), (float(left), middles[one.objective.key])])
        for one in flows
        for goal in one.goals
    ]
    starts = [left + _OBJECTIVE + _GAP + number * _COLUMN for number in range(len(kinds))]
    heads = [
        svg.element("text", kind, x=start, y=_HEAD - 12, class_="column")
        for kind, start in zip(kinds, starts, strict=True)
    ]
    width = left + _OBJECTIVE + _GAP + len(kinds) * _COLUMN + _MARGIN
    return svg.drawing("flow", title, description, width, max(y, bottom) + _MARGIN, [*lines_, *heads, *bars, *boxes])


def _bars(x: float, middle: float, counts: Sequence[int], most: int) -> list[Markup]:
    """A bar for each count, as long as it is large, with its figure; nothing is a figure too."""
    parts = []
    for number, count in enumerate(counts):
        start, length = x + number * _COLUMN, count / most * (_COLUMN - 50)
        if count:
            parts.append(svg.element("rect", x=start, y=middle - _BAR / 2, width=length, height=_BAR, class_="bar"))
        text = str(count) if count else "none"
        kind = "figure" if count else "figure none"
        parts.append(svg.element("text", text, x=start + (length + 6 if count else 0), y=middle + 5, class_=kind))
    return parts
