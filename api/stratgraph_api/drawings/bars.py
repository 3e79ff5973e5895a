"""Numbers of a table as bars: a line for each row, a panel for each column of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph_api.drawings import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

_HEAD: Final = 26
_ROW: Final = 22
_BAR: Final = 14
_LENGTH: Final = 220
_FIGURE: Final = 70
_NAMED: Final = 44
"""So many characters of a name are shown."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A column of numbers.

    Args:
        name: of the column.
        values: of each row; None where there is none.
        figures: the same as the table writes them.
    """

    name: str
    values: tuple[float | None, ...]
    figures: tuple[str, ...]


def bars(title: str, description: str, names: Sequence[str], panels: Sequence[Panel]) -> Markup:
    """The bars. Each panel has a scale of its own, from 0 or the least to the most; a bar has its figure beside it.

    Args:
        title: what is shown.
        description: in a sentence.
        names: of the rows.
        panels: one at least, each with a value for each row.
    """
    shown = [svg.wrapped(name, _NAMED, 1)[0] for name in names]
    start = svg.CHARACTER * max(map(len, shown)) + svg.PADDING
    parts = [
        svg.element("text", name, x=start - svg.PADDING, y=_middle(row) + 5, class_="last")
        for row, name in enumerate(shown)
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, start + number * (_LENGTH + _FIGURE))
    width = start + len(panels) * (_LENGTH + _FIGURE)
    return svg.drawing("bars", title, description, width, _HEAD + _ROW * len(shown), parts)


def _panel(panel: Panel, left: float) -> list[Markup]:
    known = [value for value in panel.values if value is not None]
    least, most = min(0, *known), max(0, *known)
    scale = _LENGTH / ((most - least) or 1)
    zero = left - least * scale
    parts = [svg.element("text", panel.name, x=left, y=_HEAD - 10, class_="column")]
    for row, (value, figure) in enumerate(zip(panel.values, panel.figures, strict=True)):
        middle = _middle(row)
        if value is None:
            continue
        end = zero + value * scale
        parts.append(
            svg.element("rect", x=min(zero, end), y=middle - _BAR / 2, width=abs(end - zero), height=_BAR, class_="bar")
        )
        parts.append(svg.element("text", figure, x=max(zero, end) + 6, y=middle + 5, class_="figure"))
    return parts


def _middle(row: int) -> float:
    return _HEAD + _ROW * (row + 0.5)
