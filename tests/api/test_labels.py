"""One thing is called the same wherever it is named: on its page, in findings, in a review of every form."""

from __future__ import annotations

import io
import json
import re
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.publication import Target, build
from stratgraph.report_forms import REPORT_FORMS
from stratgraph.settings import Settings
from stratgraph.store_contents import Act
from stratgraph_api.app import create_app

SOUND = (Path(__file__).parents[1] / "shapes/base.ttl").read_text("utf-8")
THING = "id/agency/plan/1/north/objective/1"
LABEL = 'rdfs:label "To build one road."@en'
LABELS = 'rdfs:label "Strada"@ar , "Road"@en , "Route A"@fr'
LINK = " ;\n    sg:contributesTo <agency/plan/1/north/goal> ."
TEXT = 'sg:text "To build one road."'
TURTLE = {"Content-Type": "text/turtle"}


def plan_in(language: str) -> str:
    """The sound plan in a language, with one of its objectives called three ways."""
    assert SOUND.count(LABEL) == 1
    return SOUND.replace(LABEL, "LABEL").replace("@en", f"@{language}").replace("LABEL", LABELS)


def revised(text: str) -> str:
    """The objective contributes to no goal, and has other words."""
    assert text.count(LINK) == text.count(TEXT) == 1
    return text.replace(LINK, " .").replace(TEXT, 'sg:text "To build one good road."')


@pytest.fixture(scope="module", params=[("fr", "Route A"), ("de", "Road")], ids=["French", "German"])
def site(request, serve, tmp_path_factory):
    """A client of a server with the plan in a language, the plan's text, and what the thing is to be called."""
    language, name = request.param
    text, folder, settings = plan_in(language), tmp_path_factory.mktemp(language), Settings()
    plan = read_revision(text.encode(), file="plan.ttl", limits=settings.part(ReadingLimits))
    assert build(plan, Target(folder, None, 2), Act(datetime(2030, 1, 2, tzinfo=UTC))).snapshot is not None
    with ExitStack() as stack:
        address = stack.enter_context(serve(create_app(Settings(store=str(folder)))))
        yield stack.enter_context(httpx.Client(base_url=address, timeout=60)), text, name


def words(content: bytes, form: str) -> str:
    """What a report says, as one text."""
    if form != "xlsx":
        return content.decode()
    sheets = load_workbook(io.BytesIO(content)).worksheets
    return "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)


def test_on_its_page_and_where_another_page_leads_to_it(site):
    client, _, name = site
    page = client.get(f"/{THING}", headers={"Accept": "text/html"}, follow_redirects=True).text
    assert f"<title>{name} – stratgraph</title>" in page
    goal = client.get("/id/agency/plan/1/north/goal", headers={"Accept": "text/html"}, follow_redirects=True).text
    assert {word for word in ("Strada", "Road", "Route A") if f">{word}<" in goal} == {name}


def test_in_reconciliation(site):
    client, _, name = site
    found = client.get("/reconcile", params={"queries": json.dumps({"q": {"query": "Strada"}})}).json()
    assert [one["name"] for one in found["q"]["result"] if one["id"].endswith(THING)] == [name]


def test_in_findings(site):
    client, text, name = site
    report = client.post("/validate", content=revised(text), headers=TURTLE | {"Accept": "application/json"}).json()
    found = {one["label"] for one in report["findings"] if one["focus"].endswith(THING)}
    assert found == {name}


@pytest.mark.parametrize("form", [one for one in REPORT_FORMS if not one.is_of_changes], ids=lambda form: form.name)
def test_in_a_review_of_every_form(site, form):
    client, text, name = site
    parts = [("file", ("revised.ttl", revised(text)))]
    response = client.post("/review", files=parts, headers={"Accept": form.media_types[0]})
    assert response.status_code == 200, response.text
    found = re.findall(r"Strada|\bRoad\b|Route A", words(response.content, form.name))
    assert set(found) == {name}


def test_in_a_review_it_is_called_as_it_was_where_it_vanished(site):
    client, text, name = site
    start = text.index("<agency/plan/1/north/objective/1> a sg:Objective")
    gone = text[:start] + text[text.index("\n\n", start) :]
    parts = [("file", ("revised.ttl", gone))]
    review = client.post("/review", files=parts, headers={"Accept": "application/json"}).json()
    (vanished,) = [one for one in review["findings"] if one["rule"] == "ElementIsNotDroppedSilently"]
    assert vanished["label"] == vanished["value"] == name
    assert {one["label"] for one in review["changes"] if one["subject"].endswith(THING)} == {name}
