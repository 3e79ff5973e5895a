"""The picture of the architecture is the one that its script draws of the code as it is."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import pytest
from defusedxml import ElementTree

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def script(top: Path) -> dict[str, Any]:
    return runpy.run_path(str(top / "docs/reference/generate_house.py"))


@pytest.fixture(scope="module")
def fresh(script: dict[str, Any]) -> str:
    return script["render"]()


def test_the_picture_is_a_fresh_one(top: Path, fresh: str) -> None:
    assert (top / "docs/images/house.svg").read_text("utf-8") == fresh, "run docs/reference/generate_house.py"


def test_every_station_and_wing_is_on_the_picture(fresh: str) -> None:
    texts = [element.text for element in ElementTree.fromstring(fresh).iter(f"{SVG}text")]
    assert {str(number) for number in range(15)} <= set(texts)
    assert {"errors", "cli/", "review/", "store/", "store/remote/", "reconcile", "sparql", "negotiation"} <= set(texts)


def test_a_lift_stops_where_its_floor_imports(script: dict[str, Any]) -> None:
    room, floor = script["Room"], script["Floor"]
    floors = [
        floor("2", (room("stratgraph.high", is_wing=False),)),
        floor("1", (room("stratgraph.middle", is_wing=False), room("stratgraph.side", is_wing=True))),
        floor("0", (room("stratgraph.low", is_wing=False),)),
    ]
    graph = script["grimp"].ImportGraph()
    for name in ("high", "middle", "side", "low", "high.inside"):
        graph.add_module(f"stratgraph.{name}")
    graph.add_import(importer="stratgraph.high.inside", imported="stratgraph.side")
    graph.add_import(importer="stratgraph.high", imported="stratgraph.high.inside")
    graph.add_import(importer="stratgraph.middle", imported="stratgraph.low")
    assert script["imports"](graph, floors) == {(0, 1): {True}, (1, 2): {False}}


def test_no_lift_goes_up(script: dict[str, Any]) -> None:
    graph = script["grimp"].build_graph("stratgraph", "stratgraph_api", cache_dir=None)
    http, library = script["floors"](graph.modules)
    assert all(start < end for start, end in script["imports"](graph, [*http, *library]))


def test_no_room_is_wider_than_its_part_of_the_picture(fresh: str) -> None:
    rooms = [one for one in ElementTree.fromstring(fresh).iter(f"{SVG}rect") if "room" in one.get("class", "")]
    assert max(float(one.attrib["x"]) + float(one.attrib["width"]) for one in rooms) <= 640
