"""Draws docs/images/house.svg, the picture of the architecture, from the imports and the contracts of pyproject.toml.

Run from anywhere: ``python docs/reference/generate_house.py``. ``tests/house/test_picture.py`` compares the picture
with a fresh one. It shows which floors use which, and not how often: so it changes when the architecture does.
"""
# ruff: noqa: INP001 - a script beside the page that it draws for, no package

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import grimp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TOP = Path(__file__).parents[2]
PICTURE = TOP / "docs" / "images" / "house.svg"
LIBRARY, HTTP = "stratgraph", "stratgraph_api"

WIDTH, ROOMS_FROM, ROOMS_TO, LIFTS_FROM, LIFT = 1000, 68, 640, 668, 16.5
ROOM, GAP, FLOOR_GAP, LETTER = 24, 6, 12, 7.85
"""Height of a room, between rooms, between floors; width of a letter."""

STYLE = """
    svg {
      --ground: #ffffff; --band: #f2f5f8; --ink: #16202a; --quiet: #55636f;
      --core: #1f4e79; --core-room: #e3edf6; --wing: #b35900; --wing-room: #fdeedd
    }
    @media (prefers-color-scheme: dark) {
      svg {
        --ground: #12171c; --band: #1b2229; --ink: #e8edf2; --quiet: #9fb0bf;
        --core: #7db7e8; --core-room: #1d3347; --wing: #f0a35e; --wing-room: #3d2a17
      }
    }
    text { fill: var(--ink); font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
    .title { font: 600 17px system-ui, sans-serif }
    .words { font: 13px system-ui, sans-serif; fill: var(--quiet) }
    .house { font: 600 14px system-ui, sans-serif }
    .number { text-anchor: end; fill: var(--quiet) }
    .room { fill: var(--core-room); stroke: var(--core) }
    .room.wing { fill: var(--wing-room); stroke: var(--wing); stroke-dasharray: 4 2 }
    .band { fill: var(--band) }
    .lift { stroke: var(--core); stroke-width: 1.5 }
    .lift.wing { stroke: var(--wing) }
    .stop { fill: var(--core) }
    .stop.wing { fill: var(--wing) }
    .both { fill: var(--core); stroke: var(--wing); stroke-width: 2 }
"""


@dataclass(frozen=True, slots=True)
class Room:
    """A module or package that the picture names, and whether it is a wing."""

    module: str
    is_wing: bool

    @property
    def label(self) -> str:
        """Its name below its package; a package ends in a slash, as in house.md."""
        parts = self.module.split(".")[1:]
        own = parts[1:] if parts[0] in {"doors", "http", "work"} and len(parts) > 1 else parts
        folder = TOP / ("src" if self.module.startswith(f"{LIBRARY}.") else "api") / Path(*self.module.split("."))
        return "/".join(own) + ("/" if folder.is_dir() else "")


@dataclass(frozen=True, slots=True)
class Floor:
    """The rooms of one station."""

    name: str
    rooms: tuple[Room, ...]

    @property
    def is_wing(self) -> bool:
        """Whether nothing of the core is on it."""
        return all(room.is_wing for room in self.rooms)


def contracts() -> list[dict[str, list[str]]]:
    """The import contracts of pyproject.toml."""
    return tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


def floors(modules: set[str]) -> tuple[list[Floor], list[Floor]]:
    """The floors of the HTTP package and of the library, the highest first."""
    layers = {one["containers"][0]: one["layers"] for one in contracts() if one.get("containers")}
    (wings,) = (set(one["forbidden_modules"]) for one in contracts() if one.get("name") == "The core knows no wing")

    def rooms(names: Sequence[str]) -> Iterator[Room]:
        for name in names:
            if name not in wings:
                yield Room(name, is_wing=False)
            yield from (Room(wing, is_wing=True) for wing in sorted(wings) if f"{wing}.".startswith(f"{name}."))

    library = [
        Floor(str(number), tuple(rooms([f"{LIBRARY}.{name}" for name in layer.split(" | ")])))
        for number, layer in zip(reversed(range(len(layers[LIBRARY]))), layers[LIBRARY], strict=True)
    ]
    http = []
    for name in layers[HTTP]:
        inside = sorted(one for one in modules if one.rpartition(".")[0] == f"{HTTP}.{name}")
        http.append(Floor(name, tuple(rooms(inside or [f"{HTTP}.{name}"]))))
    return http, library


def imports(graph: grimp.ImportGraph, all_floors: Sequence[Floor]) -> dict[tuple[int, int], set[bool]]:
    """Which floor imports which, by their places; and whether a wing, the core, or both of it."""
    places = {room.module: (place, room.is_wing) for place, floor in enumerate(all_floors) for room in floor.rooms}

    def home(module: str) -> tuple[int, bool] | None:
        while module and module not in places:
            module = module.rpartition(".")[0]
        return places.get(module)

    found: dict[tuple[int, int], set[bool]] = {}
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            start, end = home(importer), home(imported)
            if start and end and start[0] != end[0]:
                found.setdefault((start[0], end[0]), set()).add(end[1])
    return found


def lines_of(rooms: Sequence[Room]) -> list[list[tuple[Room, float, float]]]:
    """Rooms in lines, each with where it begins and how wide it is."""
    lines: list[list[tuple[Room, float, float]]] = [[]]
    x: float = ROOMS_FROM
    for room in rooms:
        wide = round(len(room.label) * LETTER + 16, 1)
        if x + wide > ROOMS_TO and lines[-1]:
            lines.append([])
            x = ROOMS_FROM
        lines[-1].append((room, x, wide))
        x += wide + GAP
    return lines


def draw(http: Sequence[Floor], library: Sequence[Floor], used: Mapping[tuple[int, int], set[bool]]) -> str:
    """The picture."""
    everything = [*http, *library]
    body, y, middles = [], 86.0, []
    for place, floor in enumerate(everything):
        if place in {0, len(http)}:
            name = "api/stratgraph_api: HTTP and pages" if place == 0 else "src/stratgraph: the library, by station"
            y += 14 if place else 0
            body.append(f'<text class="house" x="{ROOMS_FROM}" y="{y + 14:g}">{name}</text>')
            y += 26
        lines = lines_of(floor.rooms)
        high = len(lines) * (ROOM + GAP) - GAP + FLOOR_GAP
        if place % 2 == 0:
            body.append(f'<rect class="band" x="0" y="{y:g}" width="{WIDTH}" height="{high:g}"/>')
        middles.append(y + high / 2)
        body.append(f'<text class="number" x="{ROOMS_FROM - 8}" y="{y + high / 2 + 4.5:g}">{floor.name}</text>')
        for number, line in enumerate(lines):
            top = y + FLOOR_GAP / 2 + number * (ROOM + GAP)
            for room, x, wide in line:
                kind = "room wing" if room.is_wing else "room"
                body.append(f'<rect class="{kind}" x="{x:g}" y="{top:g}" width="{wide:g}" height="{ROOM}" rx="3"/>')
                body.append(f'<text x="{x + 8:g}" y="{top + 16.5:g}">{room.label}</text>')
        y += high
    for place, floor in enumerate(everything):
        stops = sorted(end for start, end in used if start == place)
        if not stops:
            continue
        x = LIFTS_FROM + (len(everything) - 1 - place) * LIFT
        kind = " wing" if floor.is_wing else ""
        body.append(f'<path class="lift{kind}" d="M{x:g} {middles[place]:g}V{middles[stops[-1]]:g}"/>')
        body.append(f'<circle class="stop{kind}" cx="{x:g}" cy="{middles[place]:g}" r="4"/>')
        for end in stops:
            kinds = used[place, end]
            kind = "both" if len(kinds) > 1 else "stop wing" if True in kinds else "stop"
            body.append(f'<path class="{kind}" d="M{x - 5:g} {middles[end] - 5:g}h10l-5 9z"/>')
    return page(body, y + 12)


def page(body: Sequence[str], height: float) -> str:
    """The SVG round it: title, and how to read it."""
    drawn = "\n  ".join(body)
    x = ROOMS_FROM
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img"
     aria-labelledby="t d">
  <!-- Generated by docs/reference/generate_house.py from the imports; do not edit. -->
  <title id="t">The house, drawn from its imports</title>
  <desc id="d">Floors of rooms, the HTTP package above the library; each floor imports only from floors below it.</desc>
  <style>{STYLE}  </style>
  <rect width="{WIDTH}" height="{height:g}" style="fill:var(--ground)"/>
  <text class="title" x="{x}" y="30">The house, drawn from its imports</text>
  <rect class="room" x="{x}" y="44" width="26" height="18" rx="3"/>
  <text class="words" x="{x + 34}" y="58">core</text>
  <rect class="room wing" x="{x + 78}" y="44" width="26" height="18" rx="3"/>
  <text class="words" x="{x + 112}" y="58">wing: could be dropped whole</text>
  <text class="words" x="{LIFTS_FROM - 8}" y="30">A lift starts at its floor (●) and stops (▼)</text>
  <text class="words" x="{LIFTS_FROM - 8}" y="48">at each floor that it imports from: all below.</text>
  <text class="words" x="{LIFTS_FROM - 8}" y="66">Orange stop: at a wing. Orange edge: at both.</text>
  {drawn}
</svg>
"""


def render() -> str:
    """The picture of the code as it is."""
    graph = grimp.build_graph(LIBRARY, HTTP, cache_dir=None)
    http, library = floors(graph.modules)
    return draw(http, library, imports(graph, [*http, *library]))


if __name__ == "__main__":
    PICTURE.write_text(render(), "utf-8")
