"""One thing in the middle, what it belongs to on its left, what belongs to it on its right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph_api.drawings.network import Arrow, Box, network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

_MOST_BOXES: Final = 20


@dataclass(frozen=True, slots=True)
class Bunch:
    """Neighbours of one kind.

    Args:
        boxes: of each of them.
        label: of the arrows.
        whole: the box that stands for all where there are too many.
    """

    boxes: tuple[Box, ...]
    label: str
    whole: Box


def neighbourhood(
    centre: Box, above: Sequence[Bunch], below: Sequence[Bunch], title: str, description: str = ""
) -> Markup:
    """The picture. Where there would be too many boxes, the largest bunches are one box each.

    Args:
        centre: the thing.
        above: what it belongs to.
        below: what belongs to it.
        title: what the picture shows.
        description: the same in a sentence or two.
    """
    sizes = [len(bunch.boxes) for bunch in (*above, *below)]
    fitting = (most for most in range(max(sizes, default=0), 0, -1) if _shown(sizes, most) <= _MOST_BOXES)
    most = next(fitting, 0)
    boxes = {centre.key: centre}
    arrows = []
    for bunches, is_above in ((above, True), (below, False)):
        for bunch in bunches:
            for box in bunch.boxes if len(bunch.boxes) <= most else (bunch.whole,):
                boxes.setdefault(box.key, box)
                ends = (box.key, centre.key) if is_above else (centre.key, box.key)
                arrows.append(Arrow(*ends, bunch.label))
    return network(tuple(boxes.values()), arrows, title, description)


def _shown(sizes: Sequence[int], most: int) -> int:
    return sum(size if size <= most else 1 for size in sizes)
