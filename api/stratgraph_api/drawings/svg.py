"""What every picture is made of: elements, wrapped texts, boxes, arrows."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from markupsafe import Markup, escape

from stratgraph_api.http.rendering import is_followed

if TYPE_CHECKING:
    from collections.abc import Iterable

CHARACTER: Final = 7.7
"""The width of a character of the labels; theirs vary, and most are narrower."""
LINE: Final = 17
PADDING: Final = 8
_WIDE: Final = "WF"


def element(name: str, *children: str, **attributes: object) -> Markup:
    """An element of SVG. Children that are no markup are escaped, as are attributes; one without a value is left out.

    Args:
        name: of the element.
        children: in their order.
        attributes: by their names, with ``_`` for ``-``; a final one is dropped, for words of Python.
    """
    said = Markup().join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _number(value))
        for key, value in attributes.items()
        if value not in {None, ""}
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, said, Markup().join(map(escape, children)))


def drawing(kind: str, title: str, description: str, width: float, height: float, parts: Iterable[Markup]) -> Markup:
    """A whole picture with its text alternative.

    Args:
        kind: its class.
        title: what it shows.
        description: the same in a sentence or two; empty where the page says it.
        width: in pixels.
        height: in pixels.
        parts: in the order in which they are painted.
    """
    # No image to a screen reader: the links in it are to be reached.
    return element(
        "svg",
        element("title", title),
        element("desc", description) if description else Markup(),
        *parts,
        class_=f"drawing {kind}",
        role="group",
        aria_label=title,
        width=width,
        height=height,
        viewBox=f"0 0 {_number(width)} {_number(height)}",
    )


def wrapped(text: str, characters: int, most: int) -> tuple[str, ...]:
    """A text in lines of so many characters, ideographs for two; what is more than the most ends in “…”."""
    width = max(1, characters // 2) if any(east_asian_width(one) in _WIDE for one in text) else characters
    lines = textwrap.wrap(" ".join(text.split()), width) or [""]
    return (*lines[: most - 1], f"{lines[most - 1][: width - 1]}…") if len(lines) > most else tuple(lines)


def box(x: float, y: float, width: float, lines: tuple[str, ...], *, kind: str, address: str, full: str) -> Markup:
    """A box with lines of text, which leads somewhere.

    Args:
        x: its left edge.
        y: its upper edge.
        width: of the box; its height is :func:`height_of`.
        lines: of text.
        kind: its class.
        address: where it leads; empty, or one that no page links to, where nowhere.
        full: the whole text, where the lines are cut.
    """
    spans = [
        element("tspan", line, x=x + PADDING, y=y + PADDING + LINE * (number + 0.75))
        for number, line in enumerate(lines)
    ]
    parts = (
        element("title", full),
        element("rect", x=x, y=y, width=width, height=height_of(lines), rx=3, fill="none", stroke="currentColor"),
        element("text", *spans),
    )
    if address and is_followed(address):
        return element("a", *parts, href=address, class_=f"box {kind}".strip())
    return element("g", *parts, class_=f"box {kind}".strip())


def height_of(lines: tuple[str, ...]) -> float:
    """The height of a box with these lines."""
    return 2 * PADDING + LINE * len(lines)


def width_of(lines: tuple[str, ...]) -> float:
    """The width that a box wants for these lines, ideographs counted twice."""
    characters = max(sum(2 if east_asian_width(one) in _WIDE else 1 for one in line) for line in lines)
    return 2 * PADDING + CHARACTER * characters


def curve(points: list[tuple[float, float]]) -> Markup:
    """A line through points from left to right, level at each of them."""
    (x, y), *others = points
    path = f"M{_number(x)} {_number(y)}"
    for to_x, to_y in others:
        half = (x + to_x) / 2
        path += f" C{_number(half)} {_number(y)} {_number(half)} {_number(to_y)} {_number(to_x)} {_number(to_y)}"
        x, y = to_x, to_y
    return element("path", d=path, class_="line", fill="none", stroke="currentColor")


def arrowhead(x: float, y: float, *, turned: bool = False) -> Markup:
    """The end of a line that comes from the left; turned, of one that comes from the right."""
    back = 7 if turned else -7
    path = " L".join(
        f"{_number(to_x)} {_number(to_y)}" for to_x, to_y in ((x + back, y - 4), (x, y), (x + back, y + 4))
    )
    return element("path", d=f"M{path} Z", class_="head")


def _number(value: object) -> object:
    """A number with one digit at most, so that pictures are small and the same everywhere."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, int | float) else value
