"""A small directed graph in layers, from left to right.

The steps are those of Sugiyama, Tagawa and Toda (1981): circles are opened, each box gets the layer behind the last of
those that lead to it, layers are put in an order with few crossings, and boxes beside the middle of their neighbours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from stratgraph_api.drawings import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

_WIDTH: Final = 250.0
_GAP: Final = 12
_BETWEEN: Final = 140
_MOST_LINES: Final = 2
_SWEEPS: Final = 8
_MARGIN: Final = 4
_HEAD: Final = 9
_LABEL: Final = 22
_CHARACTERS: Final = int((_WIDTH - 2 * svg.PADDING) / svg.CHARACTER)


@dataclass(frozen=True, slots=True)
class Box:
    """A node.

    Args:
        key: by which arrows name it.
        label: in full; what is too long for the box is cut there, and whole as its title.
        address: where it leads; empty where nowhere.
        kind: a class for its looks, such as ``self``.
    """

    key: str
    label: str
    address: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An edge, by the keys of its boxes; one whose box is not given is not drawn."""

    source: str
    target: str
    label: str = ""


def network(nodes: Sequence[Box], edges: Sequence[Arrow], title: str = "Network", description: str = "") -> Markup:
    """The picture of a graph. The same nodes and edges in the same order give the same picture.

    Args:
        nodes: each once; some dozens at most are legible.
        edges: between them.
        title: what it shows.
        description: the same in a sentence or two.
    """
    lines = {node.key: svg.wrapped(node.label, _CHARACTERS, _MOST_LINES) for node in nodes}
    layers, ways = _layered(list(lines), edges)
    heights = {key: svg.height_of(lines[key]) if key in lines else svg.LINE for layer in layers for key in layer}
    middles = _middles(layers, [way for _, way in ways], heights)
    left, widths, width = _columns(layers, lines)
    painted: list[Markup] = []
    # A label stands at the end where fewer lines meet, and once where several lines there have it.
    meeting = Counter(key for _, way in ways for key in (way[0], way[-1]))
    words: dict[tuple[str, str, bool], Markup] = {}
    taken: list[tuple[float, float]] = []
    for edge, way in ways:
        # At a box the line ends at its edges; at a place between boxes it goes through.
        sides = [(left[key] + side, middles[key]) for key in way for side in (0.0, widths[key])][1:-1]
        (x, y), (to_x, to_y) = sides[0], sides[-1]
        is_forward = way[0] == edge.source
        head = svg.arrowhead(to_x, to_y) if is_forward else svg.arrowhead(x, y, turned=True)
        painted += [svg.curve(sides), head]
        is_first = meeting[way[0]] < meeting[way[-1]]
        name = (edge.label, way[0] if is_first else way[-1], is_first)
        if name not in words:
            word_x, gap, height = (x + _HEAD, x, y) if is_first else (to_x - _HEAD, to_x - _BETWEEN, to_y)
            # Where a line begins as high as another one ends, two labels have no room beside each other.
            is_taken = any(abs(one - gap) < 1 and abs(other - height) < svg.LINE for one, other in taken)
            taken.append((gap, height))
            (label,) = svg.wrapped(edge.label, _LABEL, 1)
            kind = "word" if is_first else "word last"
            words[name] = svg.element("text", label, x=word_x, y=height + (12 if is_taken else -4), class_=kind)
    boxes = [
        svg.box(
            left[node.key], middles[node.key] - heights[node.key] / 2, widths[node.key], lines[node.key],
            kind=node.kind, address=node.address, full=node.label,
        )
        for node in nodes
    ]  # fmt: skip
    height = _MARGIN + max((middles[key] + heights[key] / 2 for key in heights), default=0.0)
    return svg.drawing("network", title, description, max(width, 1), height, [*painted, *words.values(), *boxes])


def _columns(
    layers: list[list[str]], lines: dict[str, tuple[str, ...]]
) -> tuple[dict[str, float], dict[str, float], float]:
    """Left edge and width of each place, those of a layer as wide as its longest line wants; and the width of all."""
    left: dict[str, float] = {}
    widths: dict[str, float] = {}
    edge = float(_MARGIN)
    for layer in layers:
        width = min(_WIDTH, max(svg.width_of(lines[key]) for key in layer if key in lines))
        left |= dict.fromkeys(layer, edge)
        widths |= dict.fromkeys(layer, width)
        edge += width + _BETWEEN
    return left, widths, edge - _BETWEEN + _MARGIN


def _layered(keys: Sequence[str], edges: Sequence[Arrow]) -> tuple[list[list[str]], list[tuple[Arrow, list[str]]]]:
    """The layers, and the way of each edge: its two boxes with a place of its own in each layer between them."""
    known = dict.fromkeys(keys)
    drawn = [
        edge
        for edge in dict.fromkeys(edges)
        if {edge.source, edge.target} <= known.keys() and edge.source != edge.target
    ]
    ranks = _ranks(keys, [(edge.source, edge.target) for edge in drawn])
    layers: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for key in keys:
        layers[ranks[key]].append(key)
    ways = []
    for number, edge in enumerate(drawn):
        first, last = sorted((edge.source, edge.target), key=ranks.__getitem__)
        between = [f"\0{number} {rank}" for rank in range(ranks[first] + 1, ranks[last])]
        for rank, key in enumerate(between, ranks[first] + 1):
            layers[rank].append(key)
        ways.append((edge, [first, *between, last]))
    _put_in_order(layers, [way for _, way in ways])
    return layers, ways


def _ranks(keys: Sequence[str], pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The layer of each box: behind all that lead to it. Of a circle the edge that is given last does not count."""
    above: dict[str, dict[str, None]] = {key: {} for key in keys}
    for source, target in pairs:
        above[target][source] = None
    while True:
        try:
            order = tuple(TopologicalSorter(above).static_order())
            break
        except CycleError as error:
            source, target = max(pairwise(error.args[1]), key=pairs.index)
            del above[target][source]
    ranks: dict[str, int] = {}
    for key in order:
        ranks[key] = max((ranks[one] + 1 for one in above[key]), default=0)
    return ranks


def _put_in_order(layers: list[list[str]], ways: Sequence[list[str]]) -> None:
    """Sorts each layer by the middle of what its places are joined to, from the left and from the right in turn."""
    before, behind = _neighbours(ways)
    for sweep in range(_SWEEPS):
        neighbours, turn = (before, layers[1:]) if sweep % 2 == 0 else (behind, layers[-2::-1])
        for layer in turn:
            place = {key: number for one in layers for number, key in enumerate(one)}
            # What is joined to nothing stays where it is.
            layer.sort(key=lambda key: _mean([place[one] for one in neighbours[key]], place[key]))


def _middles(layers: list[list[str]], ways: Sequence[list[str]], heights: dict[str, float]) -> dict[str, float]:
    """The height at which the middle of each place is: beside those of its neighbours, as far as the order allows."""
    before, behind = _neighbours(ways)
    middles: dict[str, float] = {}
    for layer in layers:
        y = float(_MARGIN)
        for key in layer:
            middles[key] = y + heights[key] / 2
            y += heights[key] + _GAP
    for sweep in range(_SWEEPS):
        neighbours, turn = (behind, layers[::-1]) if sweep % 2 == 0 else (before, layers)
        for layer in turn:
            wanted = {key: _mean([middles[one] for one in neighbours[key]], middles[key]) for key in layer}
            _spread(layer, wanted, heights)
            middles |= wanted
    top = min((middles[key] - heights[key] / 2 for key in middles), default=0.0)
    return {key: middle - top + _MARGIN for key, middle in middles.items()}


def _spread(layer: list[str], wanted: dict[str, float], heights: dict[str, float]) -> None:
    """Moves the places of a layer apart until none covers another: downwards, then half of that back."""
    moved = 0.0
    for first, second in pairwise(layer):
        least = wanted[first] + (heights[first] + heights[second]) / 2 + _GAP
        if wanted[second] < least:
            moved = max(moved, least - wanted[second])
            wanted[second] = least
    for key in layer:
        wanted[key] -= moved / 2


def _neighbours(ways: Sequence[list[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = defaultdict(list)
    behind: dict[str, list[str]] = defaultdict(list)
    for left, right in (pair for way in ways for pair in pairwise(way)):
        before[right].append(left)
        behind[left].append(right)
    return before, behind


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
