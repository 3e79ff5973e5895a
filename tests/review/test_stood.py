"""What a revision has no more stands in each form of report where it stood in the version before, as data."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import openpyxl
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from two_versions import OLD, PLAN, plan

from stratgraph.review import review
from stratgraph.review.outputs import render
from stratgraph.terms import SG, SKOS_NS

if TYPE_CHECKING:
    from stratgraph.review import Review

PIER = f"{PLAN}/north/objective/2/output/1"
MENTION = f"{PLAN}/north/objective/1/output/1/mention/1"
HOME = f"{PLAN}/north/objective/1/output/1"


def line_of(words: str) -> int:
    return OLD[: OLD.index(words)].count("\n") + 1


@pytest.fixture(scope="module")
def done() -> Review:
    """A linked output is dropped without a trace, and a lead-in; an output has lost its mark of a footnote."""
    start = OLD.index("<agency/plan/1/north/objective/2/output/1> a ")
    new = OLD.replace(OLD[start : OLD.index(" .\n", start) + 3], "")
    for words in ('sg:leadIn "Works:"@en ; ', "sg:hasFootnote <agency/plan/1/text/footnote/1> ;"):
        assert words in new
        new = new.replace(words, "")
    link = Triple(NamedNode(PIER), NamedNode(f"{SKOS_NS}closeMatch"), NamedNode("http://metadata.un.org/sdg/9"))
    # The revision is longer above, so that no line of it is the one of before.
    old = plan(OLD, "old.ttl")
    return review(plan(f"\n\n\n{new}", "new.ttl"), old, against=f"{PLAN}/version/1", version=2, links=[link])


def test_json_has_the_place(done: Review) -> None:
    said = json.loads(render(done, "json"))
    changes = {(one["kind"], one["subject"], one["property"]): one["stood"] for one in said["changes"]}
    pier = {"file": "old.ttl", "line": line_of('"A pier"'), "sheet": None, "is_cell": False, "element": None}
    assert changes["removed", PIER, ""].items() >= pier.items()
    assert changes["amended", HOME, SG.LEAD_IN]["line"] == line_of('"Works:"')
    assert changes["relinked", HOME, SG.HAS_FOOTNOTE]["line"] == line_of("sg:hasFootnote")
    (finding,) = (one for one in said["findings"] if one["rule"] == "ElementIsNotDroppedSilently")
    assert finding["where"] is None
    assert finding["stood"].items() >= pier.items()
    (effect,) = (one for one in said["effects"] if one["kind"] == "link")
    assert (effect["where"], effect["stood"]["line"]) == (None, line_of('"A pier"'))
    # What is still there has a place in the revision, and none before.
    assert {one["stood"] is None for one in said["effects"] if one["kind"] != "link"} <= {True}


def test_sarif_has_it_as_a_location_beside_the_results_own(done: Review) -> None:
    (run,) = json.loads(render(done, "sarif"))["runs"]
    of_rule = {one["ruleId"]: one for one in run["results"]}
    for rule in ("ElementIsNotDroppedSilently", "LinkIsLookedAtAgain"):
        assert "region" not in of_rule[rule]["locations"][0]["physicalLocation"]
        (stood,) = of_rule[rule]["relatedLocations"]
        assert stood["physicalLocation"]["artifactLocation"]["uri"] == "old.ttl"
        assert stood["physicalLocation"]["region"]["startLine"] == line_of('"A pier"')
        assert stood["message"]["text"] == "It stood here in version 1."
        assert stood["logicalLocations"][0]["fullyQualifiedName"] == PIER


def test_rdf_has_it_of_changes_and_results(done: Review) -> None:
    said = list(parse(render(done, "turtle"), format=RdfFormat.TURTLE))
    stood = {quad.subject.value.rsplit("/", 2)[1]: quad.object for quad in said if quad.predicate.value == SG.STOOD_AT}
    assert stood.keys() == {"change", "result"}
    places = {quad.object.value for quad in said if quad.predicate.value == SG.STOOD_AT}
    assert any(place.startswith(f"old.ttl:{line_of('A pier')}") for place in places)


def test_the_workbook_has_a_column_for_it(done: Review) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(done, "xlsx")))
    for name, wanted in ("Changes", "removed"), ("Findings", "ElementIsNotDroppedSilently"), ("Effects", "link"):
        head, *rows = book[name].iter_rows(values_only=True)
        (row,) = (row for row in rows if wanted in row)
        assert str(row[head.index("stood")]).startswith(f"old.ttl:{line_of('A pier')}"), name


def test_the_page_says_it_as_the_terminal_does(done: Review) -> None:
    said = render(done, "html").decode()
    assert f"stood in version 1: old.ttl:{line_of('A pier')}" in said
    assert f"stood in version 1: old.ttl:{line_of('Works:')}" in said


@pytest.mark.parametrize("form", ["text", "junit"])
def test_forms_for_people_say_it(done: Review, form: str) -> None:
    said = " ".join(render(done, form).decode().split())
    assert f"It stood in old.ttl, line {line_of('A pier')}" in said
    if form == "text":
        # Once with the change, once with the effect on the link.
        assert said.count(f"stood in version 1: old.ttl:{line_of('A pier')}") == 2
        assert f"stood in version 1: old.ttl:{line_of('Works:')}" in said
