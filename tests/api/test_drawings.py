"""Pictures: what is where is told from their geometry; orders and layers are worked out by hand."""

from __future__ import annotations

import re
from itertools import combinations

from defusedxml import ElementTree

from stratgraph_api.drawings import Arrow, Box, Flow, flow, network

SVG = "{http://www.w3.org/2000/svg}"


def read(picture):
    """The picture as XML."""
    return ElementTree.fromstring(str(picture).replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1))


def boxes(picture):
    """Label, left and upper edge, width and height of each box."""
    found = {}
    for one in read(picture).iter():
        if one.get("class", "").startswith("box"):
            rect = one.find(f"{SVG}rect")
            found[one.findtext(f"{SVG}title")] = tuple(float(rect.get(name)) for name in ("x", "y", "width", "height"))
    return found


def lefts(picture):
    return {label: x for label, (x, *_) in boxes(picture).items()}


def drawn(*pairs, nodes=""):
    keys = dict.fromkeys([key for pair in pairs for key in pair] + list(nodes))
    return network([Box(key, key) for key in keys], [Arrow(*pair) for pair in pairs])


def test_a_box_stands_behind_all_that_lead_to_it():
    x = lefts(drawn("ab", "bc", "ac", "cd", nodes="e"))
    assert x["a"] == x["e"] < x["b"] < x["c"] < x["d"]


def test_a_circle_is_opened_at_the_edge_that_is_given_last():
    x = lefts(drawn("ab", "bc", "ca"))
    assert x["a"] < x["b"] < x["c"]
    assert lefts(drawn("aa", "ab")).keys() == {"a", "b"}


def test_no_box_covers_another_and_all_are_within_the_picture():
    picture = drawn(*(f"{a}{b}" for a in "abc" for b in "defgh"), *(f"{a}{b}" for a in "dh" for b in "ijklmnop"))
    found = boxes(picture).values()
    for (x, y, width, height), (to_x, to_y, _, other) in combinations(found, 2):
        assert x != to_x or y + height <= to_y or to_y + other <= y, "boxes of a layer"
        assert abs(x - to_x) >= width or x == to_x
    _, _, width, height = map(float, read(picture).get("viewBox").split())
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in found)


def test_lines_do_not_cross_where_they_need_not():
    found = boxes(drawn("ad", "be", "cf", "dc"))
    # The straight lines a to d and b to e end in the order in which they begin.
    assert (found["a"][1] < found["b"][1]) == (found["d"][1] < found["e"][1])


def test_the_same_graph_gives_the_same_picture_and_labels_are_no_markup():
    nodes = [Box("a", 'A <b> & "c"', "/doc?iri=1&x=2"), Box("b", "word " * 60, "javascript:alert(1)", "self")]
    picture = network(nodes, [Arrow("a", "b", "x < y")], "T <1>", "D")
    assert picture == network(nodes, [Arrow("a", "b", "x < y")], "T <1>", "D")
    tree = read(picture)
    assert [one.get("href") for one in tree.iter(f"{SVG}a")] == ["/doc?iri=1&x=2"]
    assert [one.text for one in tree.iter(f"{SVG}title")] == ["T <1>", 'A <b> & "c"', "word " * 60]
    assert [one.text for one in tree.iter(f"{SVG}text") if one.get("class", "").startswith("word")] == ["x < y"]
    assert tree.get("aria-label") == "T <1>"
    assert not re.search(r"\s(style|id|on\w+)=", picture)


def test_no_label_lies_over_another_one():
    """Two lines begin together, and one ends as high as another begins, as with the classes of the annex."""
    pairs = (
        ("result", "objective", "is expected for"),
        ("output", "objective", "supports objective"),
        ("indicator", "objective", "is indicator of"),
        ("indicator", "goal", "is indicator of goal"),
        ("result", "baseline", "has baseline"),
        ("objective", "goal", "contributes to"),
    )
    keys = ("result", "output", "indicator", "baseline", "objective", "goal")
    picture = network([Box(key, key) for key in keys], [Arrow(*pair) for pair in pairs], "T", "D")
    words = [one for one in read(picture).iter(f"{SVG}text") if one.get("class", "").startswith("word")]
    assert len(words) == len(pairs)
    for one, other in combinations(words, 2):
        is_beside = abs(float(one.get("x")) - float(other.get("x"))) > 140  # another gap between boxes
        assert is_beside or abs(float(one.get("y")) - float(other.get("y"))) >= 11, (one.text, other.text)


def test_boxes_of_a_layer_are_as_wide_as_the_longest_label_wants_up_to_a_limit():
    labels = {"a": "Goal", "b": "Goal statement", "c": "A text that is far longer than any box may be wide" * 2}
    picture = read(network([Box(key, label) for key, label in labels.items()], [Arrow("a", "c"), Arrow("b", "c")]))
    widths = [float(one.get("width")) for one in picture.iter(f"{SVG}rect")]
    assert widths[0] == widths[1] < 150
    assert 200 < widths[2] <= 250


def test_an_empty_graph_and_an_edge_to_nowhere_are_pictures_too():
    assert boxes(network([], [])) == {}
    assert boxes(network([Box("a", "a")], [Arrow("a", "nowhere")])).keys() == {"a"}


def test_a_flow_has_a_figure_for_each_count_and_says_where_there_is_none():
    goals = [Box("g", "Goal", "#g"), Box("h", "Other goal")]
    flows = [Flow(Box("o", "First", "#o"), ("g", "h"), (2, 0)), Flow(Box("p", "Second"), (), (4, 1))]
    picture = flow(goals, flows, ["Outputs", "Indicators"], "Flow")
    tree = read(picture)
    figures = [one.text for one in tree.iter(f"{SVG}text") if one.get("class", "").startswith("figure")]
    assert figures == ["2", "none", "4", "1"]
    widths = [float(one.get("width")) for one in tree.iter(f"{SVG}rect") if one.get("class") == "bar"]
    assert [round(widths[1] / width) for width in widths] == [2, 1, 4]
    assert len([one for one in tree.iter(f"{SVG}path") if one.get("class") == "line"]) == 2
