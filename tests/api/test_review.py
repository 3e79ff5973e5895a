"""``/review``: what comes back for the constructed revision of the annex, in each form; and what is refused."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import shutil
import subprocess
import tomllib
import zipfile
from contextlib import ExitStack
from pathlib import Path

import httpx
import jsonschema
import pytest
from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from test_pages import Page

import next_period
import small_plan
from revision import NAME, description, revised_text, write_revision
from stratgraph.report_forms import REPORT_FORMS, forms_of
from stratgraph.review.outputs import schema
from stratgraph.settings import Settings
from stratgraph_api.app import create_app
from stratgraph_api.work.revisions import SentRevision

PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
SMALL = Path(__file__).parents[1] / "data" / "small-plan.ttl"
XLSX = forms_of(["xlsx"])[0].media_types[0]
CURL = shutil.which("curl")

# Two edits of tests/data/revision/edits.toml, and what it says of them.
EDITS = ("an indicator is removed", "an objective contributes to the goal of another unit")
REVISED = revised_text(*EDITS)
CHANGES = [("removed", f"{PLAN}/gs/objective/6/kpi/5"), ("relinked", f"{PLAN}/itu-t/objective/4")]
RULE = "ObjectiveContributesToOwnGoal"


@pytest.fixture(scope="module")
def reviewer(annex_store, serve):
    """A client of a server that has the annex published."""
    with ExitStack() as stack:
        found = stack.enter_context(serve(create_app(Settings(store=str(annex_store)))))
        yield stack.enter_context(httpx.Client(base_url=found, timeout=60))


@pytest.fixture(scope="module")
def small_reviewer(small_store, serve):
    """A client of a server that has a small plan published: for what any plan shows."""
    with ExitStack() as stack:
        found = stack.enter_context(serve(create_app(Settings(store=str(small_store)))))
        yield stack.enter_context(httpx.Client(base_url=found, timeout=60))


def send(client, text=REVISED, name=NAME, media_type="application/json", **fields):
    parts = [("file", (name, text)), ("description", ("description.toml", description()))]
    return client.post("/review", files=parts, data=fields, headers={"Accept": media_type})


def send_small(client, media_type="application/json", **fields):
    text = small_plan.revised_text(small_plan.REMOVED, small_plan.ELSEWHERE)
    return client.post("/review", files={"file": (NAME, text)}, data=fields, headers={"Accept": media_type})


def problem(response, status, name):
    body = response.json()
    assert (response.status_code, body["type"]) == (status, f"/problems/{name}"), body
    return body


@pytest.fixture(scope="module")
def found(reviewer):
    """The review of the revision as JSON."""
    response = send(reviewer)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    return response.json()


def test_the_changes_are_those_that_were_made(found):
    assert sorted((c["kind"], c["subject"]) for c in found["changes"]) == sorted(CHANGES)
    assert (found["against"], found["version"]) == (f"{PLAN}/version/1", 2)


def test_the_finding_that_came_in_is_new_and_has_its_place(found):
    (new,) = [f for f in found["findings"] if f["standing"] == "new"]
    assert (new["rule"], new["focus"]) == (RULE, f"{PLAN}/itu-t/objective/4")
    # The X that moved in Table 8.1, in the rows of ITU-T, which stand before those of ITU-D.
    line = next(n for n, text in enumerate(REVISED.splitlines(), 1) if text.startswith("Objective 4\t\t\tX"))
    where = new["where"]
    assert (where["file"], where["line"], where["column"]) == (NAME, line, len("Objective 4\t\t\tX"))
    assert found["fit"] is False


def test_the_json_is_valid_by_its_schema(found):
    jsonschema.validate(found, json.loads(schema()))


def read_html(content):
    assert content.lower().startswith(b"<!doctype html>")
    return html.unescape(content.decode())


def read_turtle(content):
    triples = list(parse(content, RdfFormat.TURTLE))
    conforms = NamedNode("http://www.w3.org/ns/shacl#conforms")
    assert [t.object for t in triples if t.predicate == conforms] == [Literal(False)]
    return content.decode()


def read_workbook(content):
    rows = [row for sheet in load_workbook(io.BytesIO(content), read_only=True) for row in sheet.values]
    return " ".join(str(cell) for row in rows for cell in row)


READERS = {
    "html": read_html,
    "json": lambda content: json.dumps(json.loads(content)),
    "sarif": lambda content: json.dumps(json.loads(content)),
    "junit": lambda content: " ".join(str(dict(e.attrib)) for e in fromstring(content).iter()),
    "turtle": read_turtle,
    "xlsx": read_workbook,
}


@pytest.mark.parametrize("form", REPORT_FORMS, ids=lambda form: form.name)
def test_accept_says_the_form_of_the_review(small_reviewer, form):
    media_type = form.media_types[0]
    response = send_small(small_reviewer, media_type=media_type)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].partition(";")[0] == media_type
    told = READERS.get(form.name, bytes.decode)(response.content)
    assert (RULE in told) is not form.is_of_changes


def test_a_browser_gets_a_page_that_loads_nothing_and_sends_to_this_server_alone(small_reviewer):
    response = send_small(small_reviewer, media_type="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    (style,) = re.findall(rb"<style>(.*?)</style>", response.content, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    policy = response.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert policy.endswith("form-action 'self'; frame-ancestors 'none'")
    assert response.headers["x-content-type-options"] == "nosniff"


def test_it_is_compared_with_the_version_that_is_named(small_reviewer):
    first = f"{small_plan.PLAN}/version/1"
    for against in ("1", first, " 1 "):
        assert send_small(small_reviewer, against=against).json()["against"] == first
    assert "version 7" in problem(send_small(small_reviewer, against="7"), 404, "not-found")["detail"]
    for against in ("x", first.removesuffix("1"), "http://example.org/version/1", "-1"):
        assert first.removesuffix("1") in problem(send_small(small_reviewer, against=against), 400, "usage")["mend"]


def test_it_is_compared_with_the_plan_of_the_period_before(reviewer):
    # By what other names that plan is known: tests/test_next_period.py.
    text = next_period.FILE.read_text("utf-8")
    response = reviewer.post("/review", files={"file": ("next.ttl", text)}, data={"against": "2012-2015"})
    before = response.json()["predecessor"]
    assert (before["plan"], before["is_stated"]) == (next_period.ANNEX, True)
    (split,) = (one for one in before["successions"] if one["relation"] == "split")
    ((old, new),) = next_period.SPLIT.items()
    assert ([o["place"] for o in split["old"]], tuple(n["place"] for n in split["new"])) == ([old], new)


def test_the_published_plan_itself_changes_nothing(small_reviewer):
    exported = small_reviewer.get("/export", params={"plan": small_plan.PLAN, "format": "turtle"})
    response = small_reviewer.post("/review", content=exported.content, headers={"Content-Type": "text/turtle"})
    assert (response.json()["against"], response.json()["changes"]) == (f"{small_plan.PLAN}/version/1", [])


def test_a_plan_that_is_not_published_is_a_first_version(reviewer):
    response = reviewer.post(
        "/review?file=small.ttl", content=SMALL.read_bytes(), headers={"Content-Type": "text/turtle"}
    )
    found = response.json()
    assert (found["against"], found["version"], found["file"]) == ("", 1, "small.ttl")


def test_where_nothing_is_published_everything_is_new(served, tmp_path):
    client = served(create_app(Settings(store=str(tmp_path / "store"))))
    response = client.post("/review", content=SMALL.read_bytes(), headers={"Content-Type": "text/turtle"})
    assert (response.json()["against"], response.json()["version"]) == ("", 1)


KPI = "agy-w/objective/1/kpi/1"


def doubtful_text():
    """The small plan with an indicator half of whose words are others: nobody but a person knows whether it is one."""
    text = small_plan.revised_text(small_plan.REMOVED)
    assert text.count("Number of plans") == 1
    return text.replace("Number of plans", "Plans approved by number")


def carried(page):
    """The fields of the form with which the page of a review sends the revision again."""
    (form,) = page.of("form")
    assert (form["action"], form["method"], form["enctype"]) == ("/review", "post", "multipart/form-data")
    return {attrs["name"]: attrs["value"] for attrs in page.of("input") if attrs["type"] == "hidden"}


def decided(client, fields, **answers):
    """Sends the form again, with answers: of a place in the revision what it is."""
    # Each a part of its own, as a browser sends them.
    parts = {name: (None, value) for name, value in (fields | answers).items()}
    return client.post("/review", files=parts, headers={"Accept": "text/html"})


def test_a_doubtful_match_is_decided_on_the_page_that_carries_the_revision(small_reviewer):
    sent = small_reviewer.post(
        "/review", files={"file": (NAME, doubtful_text())}, data={"against": "1"}, headers={"Accept": "text/html"}
    )
    page = Page(sent.text)
    radios = [attrs for attrs in page.of("input") if attrs["type"] == "radio"]
    assert {attrs["form"] for attrs in radios} == {page.of("form")[0]["id"]}
    assert [(attrs["name"], attrs["value"], "checked" in attrs) for attrs in radios] == [
        (f"decide:{KPI}", KPI, False),
        (f"decide:{KPI}", "", False),
        (f"decide:{KPI}", "?", True),
    ]
    fields = carried(page)
    assert base64.b64decode(fields["file.base64"]).decode() == doubtful_text()
    assert (fields["file.name"], fields["against"]) == (NAME, "1")
    assert "1 doubtful match" in decided(small_reviewer, fields, **{f"decide:{KPI}": "?"}).text

    same = decided(small_reviewer, fields, **{f"decide:{KPI}": KPI})
    assert "Fit for publication." in same.text
    # What was decided is a file that can be saved, that the command line reads, and that the page carries on.
    (saved,) = [attrs for attrs in Page(same.text).of("a") if "download" in attrs]
    decisions = base64.b64decode(saved["href"].removeprefix("data:application/toml;base64,"))
    assert [(one["new"], one["old"]) for one in tomllib.loads(decisions.decode())["match"]] == [(KPI, KPI)]
    again = carried(Page(same.text))
    assert base64.b64decode(again["decisions.base64"]) == decisions
    assert "Fit for publication." in decided(small_reviewer, again).text
    twice = decided(small_reviewer, again, **{f"decide:{KPI}": ""})
    assert (twice.status_code, f"Another decision is on '{KPI}' already" in html.unescape(twice.text)) == (422, True)


def test_a_file_of_decisions_is_carried_as_it_came_where_no_match_was_decided():
    sent = SentRevision("a.ttl", b"x", decisions=(b"[[succession]]", "before.toml"))
    fields = dict(sent.fields(b""))
    assert (base64.b64decode(fields["decisions.base64"]), fields["decisions.name"]) == (
        b"[[succession]]",
        "before.toml",
    )


def test_links_of_the_page_lead_to_this_server_and_to_nothing_that_is_not_published(small_reviewer):
    data = {f"decide:{KPI}": "", "format": "html"}
    response = small_reviewer.post("/review", files={"file": (NAME, doubtful_text())}, data=data)
    links = {href for href in Page(response.text).values("href") if href.startswith(("/", "http"))}
    here = f"/doc/agy/plan/2030-2034/{KPI}"
    assert here in links  # the one before, which is removed
    assert not any(href.startswith((f"{small_plan.PLAN}/", f"{here.removesuffix('1')}2")) for href in links)
    assert [href for href in links if small_reviewer.get(href, follow_redirects=True).status_code != 200] == []


def test_a_revision_that_is_too_large_to_be_carried_is_reviewed_all_the_same(served, small_store):
    text = doubtful_text()
    client = served(create_app(Settings(store=str(small_store), max_upload_bytes=len(text.encode()) + 1000)))
    page = client.post("/review", files={"file": (NAME, text)}, headers={"Accept": "text/html"}).text
    assert "1 doubtful match" in page
    assert Page(page).of("form") == []
    assert f"stratgraph review {NAME} --ask --decisions decisions.toml" in page


def test_decisions_are_read(reviewer):
    parts = [
        *(("file", (NAME, REVISED)), ("description", ("description.toml", description()))),
        ("decisions", ("decisions.toml", "this is = = no TOML")),
    ]
    body = problem(reviewer.post("/review", files=parts), 422, "invalid-input")
    assert body["file"] == "decisions.toml"


@pytest.mark.parametrize(("field", "value"), [("accept", "maybe"), ("all", "x"), ("format", "png")])
def test_a_parameter_that_means_nothing_is_refused(small_reviewer, field, value):
    problem(send_small(small_reviewer, **{field: value}), 400, "usage")


def test_a_request_without_one_file_is_refused(reviewer):
    assert "no file" in problem(reviewer.post("/review", files=[("other", ("a.ttl", "x"))]), 400, "usage")["detail"]
    two = [("file", ("a.ttl", "x")), ("file", ("b.ttl", "x"))]
    assert "2 files" in problem(reviewer.post("/review", files=two), 400, "usage")["detail"]


def as_text(client, text, **fields):
    """Sends a text as the form of the page does, beside a file field where nothing was chosen."""
    parts = {"file": ("", b"", "application/octet-stream"), "decisions": ("", b"", "application/octet-stream")}
    return client.post("/review", data={"text": text, **fields}, files=parts, headers={"Accept": "application/json"})


def test_a_pasted_text_is_reviewed_as_a_file_is(small_reviewer):
    text = small_plan.revised_text(small_plan.REMOVED, small_plan.ELSEWHERE)
    # Browsers send CRLF.
    pasted = as_text(small_reviewer, text.replace("\n", "\r\n"), text_name=NAME).json()
    assert pasted["changes"]
    assert pasted == send_small(small_reviewer).json() | {"created": pasted["created"]}


def test_a_text_whose_form_nobody_can_tell_is_refused(small_reviewer):
    for fields in ({}, {"text_name": "plan.docx"}):
        assert "text_name" in problem(as_text(small_reviewer, "x", **fields), 415, "unsupported-media-type")["mend"]
    assert "no file" in problem(as_text(small_reviewer, " \r\n", text_name=NAME), 400, "usage")["detail"]
    both = small_reviewer.post("/review", data={"text": "x", "text_name": "a.txt"}, files={"file": (NAME, "x")})
    assert "2 files" in problem(both, 400, "usage")["detail"]


def test_a_file_that_is_no_plan_is_refused(reviewer):
    problem(send(reviewer, name="plan.docx"), 415, "unsupported-media-type")
    problem(send(reviewer, "", name="plan.ttl"), 422, "invalid-input")
    body = problem(send(reviewer, "<http://a>\n  ;", name="plan.ttl"), 422, "invalid-input")
    assert (body["file"], body["line"]) == ("plan.ttl", 2)
    problem(send(reviewer, b"\xff\xfe", name="plan.txt"), 422, "invalid-input")


def workbook_bomb():
    """A workbook whose sheet is a hundred times as large as the file that it is in."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
        )
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    return out.getvalue()


def test_a_workbook_that_grows_beyond_measure_is_refused(served):
    client = served(create_app(Settings(store="nowhere", max_expanded_bytes=1_000_000)))
    response = client.post("/review", content=workbook_bomb(), headers={"Content-Type": XLSX})
    assert response.status_code in {413, 422}
    assert response.json()["mend"]


def test_a_workbook_that_is_none_is_refused(reviewer):
    response = reviewer.post("/review", content=b"PK\x03\x04 no archive", headers={"Content-Type": XLSX})
    problem(response, 422, "invalid-input")


@pytest.mark.parametrize("root", ["StrategicPlan", "rdf:RDF"])
def test_xml_with_entities_that_multiply_or_lead_elsewhere_is_refused(served, root):
    client = served(create_app(Settings(store="nowhere", review_memory_mb=300)))
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {new} "{10 * f"&{old};"}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for inside in (entities, '<!ENTITY i SYSTEM "file:///etc/hostname">'):
        document = (
            f"<!DOCTYPE x [{inside}]>\n"
            f'<{root} xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
            f'<rdf:Description rdf:about="http://x"><e:p>&i;</e:p></rdf:Description></{root}>'
        )
        response = client.post("/review", content=document, headers={"Content-Type": "application/xml"})
        assert response.status_code in {413, 422}, response.text
        assert response.json()["mend"]


def test_a_store_that_cannot_be_read_is_a_problem_of_the_operator(served, tmp_path, annex_store):
    store = shutil.copytree(annex_store, tmp_path / "store", symlinks=True)
    shutil.rmtree(store / "current" / "store")
    client = served(create_app(Settings(store=str(store))))
    response = client.post("/review", content=SMALL.read_bytes(), headers={"Content-Type": "text/turtle"})
    problem(response, 503, "store")


def test_the_form_works_without_a_script(reviewer):
    response = reviewer.get("/review")
    page = Page(response.text)
    _, form = page.of("form")  # behind the search
    assert (form["action"], form["method"], form["enctype"]) == ("/review", "post", "multipart/form-data")
    assert {form.name for form in REPORT_FORMS} < {attrs.get("value") for attrs in page.of("option")}
    assert [attrs["value"] for attrs in page.of("option") if "selected" in attrs] == ["html"]
    labelled = {attrs.get("for") for attrs in page.of("label")}
    fields = [
        attrs for tag in ("input", "select", "textarea") for attrs in page.of(tag) if attrs.get("type") != "checkbox"
    ]
    assert {attrs["id"] for attrs in fields if "aria-label" not in attrs} <= labelled
    for href in page.values("href"):
        assert href.startswith("#") or reviewer.get(href).status_code == 200, href
    assert Page(reviewer.get("/").text).values("href").count("/review") == 1


def test_a_browser_sends_the_form_and_shows_the_review(reviewer, browser, tmp_path):
    path = write_revision(tmp_path, *EDITS)
    view = browser.new_page(java_script_enabled=False)
    said = []
    view.on("console", lambda message: said.append(message.text))

    def fits():
        """Whether nothing sticks out to the side, on a small and on a wide screen."""
        for width, scheme in ((360, "dark"), (1280, "light")):
            view.emulate_media(color_scheme=scheme)
            view.set_viewport_size({"width": width, "height": 800})
            yield view.locator("body").bounding_box()["width"] <= width

    view.goto(f"{reviewer.base_url}/review")
    assert all(fits())
    view.get_by_label("Revised plan", exact=True).set_input_files(path)
    view.get_by_text("Where the file does not name").click()
    view.get_by_label("Description of the document").set_input_files(path.with_suffix(".toml"))
    view.get_by_role("button", name="Review").click()
    assert RULE in view.content()
    assert all(fits())
    # The style of the page is allowed by its own policy.
    assert said == []


@pytest.mark.parametrize("is_scripted", [True, False])
def test_a_person_drops_or_pastes_a_revision_and_decides(small_reviewer, browser, is_scripted):
    text = doubtful_text().replace("Objective 1\tX\t\nObjective 2", "Objective 1\t\tX\nObjective 2")
    view = browser.new_page(java_script_enabled=is_scripted)
    said = []
    view.on("console", lambda message: said.append(message.text))
    view.goto(f"{small_reviewer.base_url}/review")
    if is_scripted:
        script = "([name, text]) => { const d = new DataTransfer(); d.items.add(new File([text], name)); return d; }"
        view.dispatch_event("form[enctype]", "drop", {"dataTransfer": view.evaluate_handle(script, [NAME, text])})
        assert view.get_by_text(f"Dropped: {NAME}.").is_visible()
    else:
        view.get_by_label("Or its text").fill(text)
        view.get_by_label("The text is").select_option("text of the annex’s form")
    view.get_by_role("button", name="Review", exact=True).click()
    view.get_by_role("group", name=KPI).get_by_label("Number of plans").check()
    view.get_by_role("button", name="Review again").click()
    assert view.get_by_role("group", name=KPI).count() == 0
    assert view.get_by_text("Not fit for publication: 1 Violation.").is_visible()
    # The review is kept nowhere, so what it leads to opens beside it.
    with view.expect_popup() as opened:
        view.get_by_role("link", name="Steel bridges, road").click()
    assert opened.value.url == f"{small_reviewer.base_url}/doc/agy/plan/2030-2034/agy-w/objective/2/output/2"
    with view.expect_popup() as opened:
        view.get_by_role("button", name="json").click()
    assert json.loads(opened.value.locator("pre").inner_text())["fit"] is False
    assert said == []


@pytest.mark.skipif(CURL is None, reason="no curl on this machine: apt-get install curl")
def test_curl_sends_a_revision(small_reviewer, tmp_path):
    path = small_plan.write_revision(tmp_path, small_plan.REMOVED, small_plan.ELSEWHERE)
    command = [CURL, "-sS", "-F", f"file=@{path}", f"{small_reviewer.base_url}/review"]
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert sorted((c["kind"], c["subject"].removeprefix(f"{small_plan.PLAN}/")) for c in found["changes"]) == [
        ("relinked", "agy-w/objective/1"),
        ("removed", "agy-w/objective/2/output/2"),
    ]


def test_the_schema_of_a_review_is_served(client: httpx.Client) -> None:
    answer = client.get("/schemas/review.json")
    assert answer.headers["content-type"].startswith("application/schema+json")
    assert answer.json()["$id"] == "https://w3id.org/stratgraph/schemas/review.json"


def test_shapes_that_are_sent_hold_for_both_versions_and_the_page_carries_them(small_reviewer):
    shapes = (
        b"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix sg: <https://w3id.org/stratgraph/ontology#> ."
        b"<https://house.example/Brief> a sh:NodeShape ; sh:targetClass sg:KPI ;"
        b" sh:property [ sh:path sg:text ; sh:maxLength 15 ] ."
    )
    text = small_plan.revised_text(small_plan.REMOVED, small_plan.ELSEWHERE)
    parts = {"file": (NAME, text), "shapes": ("house.ttl", shapes)}
    found = small_reviewer.post("/review", files=parts, headers={"Accept": "application/json"}).json()
    standings = {(one["rule"], one["standing"]) for one in found["findings"] if one["rule"].startswith("Brief")}
    assert standings == {("Brief/text", "unchanged")}
    page = small_reviewer.post("/review", files=parts, headers={"Accept": "text/html"}).text
    assert 'name="shapes.base64"' in page
    assert 'name="shapes.name"' in page
