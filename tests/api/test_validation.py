"""``POST /validate``: the report in each form, and each way in which what is sent can be wrong."""

from __future__ import annotations

import html
import itertools
import json
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize
from test_pages import Page

from stratgraph.settings import Settings
from stratgraph_api.app import create_app

ANNEX = Path(__file__).parents[2] / "data" / "plans" / "itu-2012-2015.ttl"
SMALL = (Path(__file__).parents[1] / "data" / "small-plan.ttl").read_text("utf-8")
CURL = shutil.which("curl")

# An objective that contributes to no goal; the line where it is said to be one.
LINKED = 'sg:notation "1" ; sg:contributesTo <agency/plan/1/north/goal> .'
UNLINKED = SMALL.replace(LINKED, 'sg:notation "1" .')
OBJECTIVE = "https://w3id.org/stratgraph/id/agency/plan/1/north/objective/1"
LINE = next(n for n, line in enumerate(SMALL.splitlines(), 1) if line.startswith("<agency/plan/1/north/objective/1> "))

TURTLE = {"Content-Type": "text/turtle"}
BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {n} "{10 * ("&" + m + ";")}">' for m, n in itertools.pairwise("abcdefghij"))
    + ']>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    '<rdf:Description rdf:about="http://x"><e:p>&j;</e:p></rdf:Description></rdf:RDF>'
)


def send(client, content, headers=TURTLE, **parameters):
    return client.post("/validate", content=content, headers=headers, params=parameters)


def send_form(client, *files, accept="application/json", **fields):
    parts = [("file", (name, content)) for name, content in files]
    return client.post("/validate", files=parts, data=fields, headers={"Accept": accept})


def problem(response, status, name):
    body = response.json()
    assert (response.status_code, body["type"]) == (status, f"/problems/{name}"), body
    assert response.headers["content-type"] == "application/problem+json"
    return body


@pytest.fixture
def limited(served):
    """Starts a server with these settings; its client."""

    def start(**settings):
        return served(create_app(Settings(store="nowhere", **settings)))

    return start


def test_the_annex_conforms(client):
    report = send(client, ANNEX.read_bytes()).json()
    assert (report["conforms"], report["counts"]["Violation"]) == (True, 0)
    assert report["plans"] == ["https://w3id.org/stratgraph/id/itu/plan/2012-2015"]


def test_a_finding_has_rule_element_file_line_and_mend(client):
    for response in (send(client, UNLINKED, file="revised.ttl"), send_form(client, ("revised.ttl", UNLINKED))):
        report = response.json()
        assert (response.status_code, report["conforms"]) == (200, False)
        (finding,) = [f for f in report["findings"] if f["rule"] == "ObjectiveContributesToGoal"]
        assert (finding["severity"], finding["focus"]) == ("Violation", OBJECTIVE)
        assert (finding["file"], finding["line"]) == ("revised.ttl", LINE)
        assert finding["mend"]


@pytest.mark.parametrize(
    ("accept", "media_type", "begins"),
    [
        ("*/*", "application/json", "{"),
        ("application/json", "application/json", "{"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8", "<!doctype"),
        ("text/plain", "text/plain; charset=utf-8", ""),
        ("text/turtle", "text/turtle; charset=utf-8", ""),
    ],
)
def test_accept_says_the_form_of_the_report(client, accept, media_type, begins):
    response = send(client, UNLINKED, TURTLE | {"Accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert response.text.startswith(begins)
    assert "ObjectiveContributesToGoal" in response.text
    assert "Accept" in response.headers["vary"]
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


def test_the_report_as_turtle_is_the_w3cs(client):
    triples = list(parse(send(client, UNLINKED, format="turtle").content, RdfFormat.TURTLE))
    conforms = [t.object for t in triples if t.predicate == NamedNode("http://www.w3.org/ns/shacl#conforms")]
    assert conforms == [Literal(False)]


def test_format_overrides_accept_in_the_url_and_in_the_form(client):
    assert send(client, SMALL, format="text").headers["content-type"].startswith("text/plain")
    response = send_form(client, ("a.ttl", SMALL), format="turtle")
    assert response.headers["content-type"].startswith("text/turtle")
    assert 'filename="report.ttl"' in response.headers["content-disposition"]


def test_the_page_shows_what_is_wrong_where_and_how_to_mend_it(client):
    response = send(client, UNLINKED, TURTLE | {"Accept": "text/html"}, file="<i>x</i>.ttl")
    text = html.unescape(response.text)
    (finding,) = [f for f in send(client, UNLINKED).json()["findings"] if f["rule"] == "ObjectiveContributesToGoal"]
    for shown in (finding["message"], finding["mend"], OBJECTIVE, f"line {LINE}", "does not conform"):
        assert shown in text
    assert "<i>" not in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'self'")


@pytest.mark.parametrize(
    ("media_type", "form"),
    [
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json; charset=utf-8", RdfFormat.JSON_LD),
        ("application/trig", RdfFormat.TRIG),
        ("application/n-quads", RdfFormat.N_QUADS),
    ],
)
def test_the_media_type_says_the_format(client, media_type, form):
    triples = [quad.triple for quad in parse(UNLINKED, RdfFormat.TURTLE)]
    report = send(client, serialize(triples, format=form), {"Content-Type": media_type}).json()
    assert "ObjectiveContributesToGoal" in {finding["rule"] for finding in report["findings"]}


def test_in_a_form_the_name_says_the_format_and_else_the_media_type_of_the_part(client):
    parts = [("file", ("plan.TTL", SMALL, "application/octet-stream")), ("file", ("more", "", "text/turtle"))]
    body = problem(client.post("/validate", files=parts), 422, "invalid-input")
    assert body["file"] == "more.ttl"
    assert "empty" in body["detail"]


def test_several_files_are_one_graph(client):
    head, _, rest = SMALL.partition("<agency/plan/1> a sg:StrategicPlan")
    prefixes = "".join(line for line in head.splitlines(keepends=True) if line.startswith("@"))
    one, other = head, f"{prefixes}<agency/plan/1> a sg:StrategicPlan{rest}"
    rules = [
        {finding["rule"] for finding in send_form(client, *files).json()["findings"]}
        for files in ([("one.ttl", one), ("other.ttl", other)], [("whole.ttl", SMALL)], [("other.ttl", other)])
    ]
    assert rules[0] == rules[1]
    assert rules[0] != rules[2]


def test_sets_say_which_shapes_are_asked(client):
    assert send(client, SMALL, sets=["required", "itu"]).json()["shapes"] == ["required", "itu"]
    assert send_form(client, ("a.ttl", SMALL), sets="recommended, required").json()["shapes"] == [
        *("recommended", "required")
    ]
    assert "required" in problem(send(client, SMALL, sets="none"), 400, "usage")["mend"]


def test_broken_turtle_is_a_problem_with_file_line_and_column(client):
    broken = '@prefix sg: <http://example.org/> .\nsg:a sg:b "c" ;;\n  sg:d sg:e sg:f .\n'
    body = problem(send(client, broken, file="broken.ttl"), 422, "invalid-input")
    assert (body["file"], body["line"], body["column"]) == ("broken.ttl", 3, 13)
    page = send(client, broken, TURTLE | {"Accept": "text/html"}, file="broken.ttl")
    assert (page.status_code, page.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "broken.ttl" in page.text
    assert "Line 3, column 13" in page.text


@pytest.mark.parametrize("media_type", ["image/png", "application/x-www-form-urlencoded", "text/html", "x", ""])
def test_a_body_that_is_no_rdf_is_refused(client, media_type):
    response = send(client, "x", {"Content-Type": media_type})
    body = problem(response, 415, "unsupported-media-type")
    assert "text/turtle" in body["supported"]
    assert "multipart/form-data" in response.headers["accept"]
    assert ".ttl" in body["mend"]


def test_a_part_that_is_no_rdf_is_refused(client):
    assert "plan.docx" in problem(send_form(client, ("plan.docx", "x")), 415, "unsupported-media-type")["detail"]


def test_a_name_is_taken_without_its_folders_and_without_what_nobody_sees(client):
    name = "../../etc/\u202ea\u0000b\r\n.ttl"
    assert problem(send(client, "x", file=name), 422, "invalid-input")["file"] == "ab.ttl"


@pytest.mark.parametrize("content", ["", "   \n", "# nothing\n"])
def test_an_empty_file_is_refused(client, content):
    problem(send(client, content), 422, "invalid-input")


def test_a_file_without_a_plan_is_refused(client):
    body = problem(send(client, "<http://a> <http://b> <http://c> ."), 422, "invalid-input")
    assert "no plan" in body["detail"]


def test_a_form_without_a_file_or_with_one_name_twice_is_refused(client):
    assert "no file" in problem(send_form(client, ("", ""), sets="required"), 400, "usage")["detail"]
    assert "same name" in problem(send_form(client, ("a.ttl", SMALL), ("a.ttl", "")), 400, "usage")["detail"]


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n' * 50),
    ],
)
def test_a_form_that_is_none_is_refused(client, media_type, content):
    problem(send(client, content, {"Content-Type": media_type}), 400, "usage")


def test_a_format_that_there_is_not_is_refused(client):
    body = problem(send(client, SMALL, TURTLE | {"Accept": "image/png"}), 406, "not-acceptable")
    assert "application/json" in body["available"]["reports"]
    assert "turtle" in problem(send(client, SMALL, format="png"), 400, "usage")["mend"]


def test_what_is_put_there_is_refused(client):
    response = client.put("/validate")
    problem(response, 405, "method-not-allowed")
    assert set(response.headers["allow"].split(", ")) >= {"GET", "POST"}


def test_what_is_too_large_is_refused_whatever_its_length_is_said_to_be(limited):
    client = limited(max_upload_bytes=1000)
    for content in (b"#" * 1001, iter([b"#" * 600, b"#" * 401])):
        body = problem(send(client, content), 413, "limit")
        assert (body["setting"], body["value"]) == ("max_upload_bytes", 1000)
    problem(send_form(client, ("a.ttl", "#" * 1000)), 413, "limit")
    problem(send(client, b"#" * 1000), 422, "invalid-input")


def test_an_entity_bomb_is_refused_by_name(client):
    body = problem(send(client, BOMB, {"Content-Type": "application/rdf+xml"}), 422, "invalid-input")
    assert "declares the entity" in body["detail"]


def test_a_file_takes_no_more_memory_than_it_may(limited):
    client = limited(review_memory_mb=16)
    many = "".join(f"<a:s{number}> <a:p> <a:o{number}> .\n" for number in range(200_000)).encode()
    body = problem(send(client, many), 413, "memory")
    assert (body["setting"], body["value"]) == ("review_memory_mb", 16)
    assert send(client, SMALL).status_code == 200


@pytest.mark.parametrize(
    ("name", "content"), [("a.jsonld", "[" * 100_000), ("a.ttl", "<http://a> <http://b> " + "(" * 100_000)]
)
def test_what_is_nested_without_an_end_is_refused(client, name, content):
    problem(send_form(client, (name, content)), 422, "invalid-input")


def test_what_takes_too_long_is_stopped(limited):
    client = limited(review_deadline_s=0.01)
    for _ in range(3):
        body = problem(send(client, SMALL), 504, "deadline")
        assert (body["setting"], body["value"]) == ("review_deadline_s", 0.01)
    assert client.get("/health/live").status_code == 200


def test_a_file_that_comes_too_slowly_is_refused(limited):
    client = limited(stall_s=0.3)
    with slow_sender(client) as connection:
        answer = connection.recv(10_000)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"/problems/upload-stalled" in answer


def slow_sender(client, source="127.0.0.1"):
    """A connection that sends a part of a file, and no more."""
    url = client.base_url
    connection = socket.create_connection((url.host, url.port), source_address=(source, 0), timeout=30)
    head = f"POST /validate HTTP/1.1\r\nHost: {url.host}\r\nContent-Type: text/turtle\r\nContent-Length: 100\r\n\r\n<"
    connection.sendall(head.encode())
    return connection


def test_many_at_once_are_refused_and_told_when_to_come_again(limited):
    client = limited(reviews_at_once=1)
    # Eight are taken in, four of one client, and of the next ones half of what is left.
    with httpx.Client(base_url=client.base_url, transport=httpx.HTTPTransport(local_address="127.0.0.3")) as third:
        held = [slow_sender(client) for _ in range(4)]
        try:
            answer = until_refused(client)
            assert problem(answer, 429, "too-many-queries")["setting"] == "reviews_at_once"
            assert int(answer.headers["retry-after"]) > 0
            held += [slow_sender(client, f"127.0.0.{n}") for n in (2, 2, 4, 5)]
            answer = until_refused(third)
            assert problem(answer, 503, "overloaded")["setting"] == "reviews_at_once"
            assert int(answer.headers["retry-after"]) > 0
            assert client.get("/health/live").status_code == 200
        finally:
            for connection in held:
                connection.close()
        end = time.monotonic() + 20
        while send(third, SMALL).status_code != 200:
            assert time.monotonic() < end, "the places are not free again"


def until_refused(client):
    """The first answer that is a refusal; the server reads what the others sent some time after they sent it."""
    end = time.monotonic() + 20
    while (answer := send(client, SMALL)).status_code == 200:
        assert time.monotonic() < end
    return answer


@pytest.mark.skipif(CURL is None, reason="no curl on this machine: apt-get install curl")
def test_curl_sends_files(address):
    command = [CURL, "-sS", "-F", f"file=@{ANNEX}", f"{address}/validate"]
    assert json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)["conforms"] is True
    command = [CURL, "-sS", "--data-binary", f"@{ANNEX}", "-H", "Content-Type: text/turtle", f"{address}/validate"]
    assert json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)["conforms"] is True


def test_its_page_sends_a_file_or_a_text_and_a_browser_gets_the_report_as_a_page(client):
    page = Page(client.get("/validate").text)
    _, form = page.of("form")  # behind the search
    assert (form["action"], form["method"], form["enctype"]) == ("/validate", "post", "multipart/form-data")
    named = {attrs["name"] for tag in ("input", "select", "textarea") for attrs in page.of(tag)}
    assert named >= {"file", "text", "text_name", "profile", "format"}
    assert {"pasted.ttl", "pasted.jsonld"} <= {attrs.get("value") for attrs in page.of("option")}
    empty = ("", b"", "application/octet-stream")
    fields = {"text": UNLINKED.replace("\n", "\r\n"), "text_name": "pasted.ttl", "profile": "", "format": "html"}
    response = client.post("/validate", data=fields, files={"file": empty}, headers={"Accept": "text/html"})
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert f"pasted.ttl, line {LINE}<" in response.text
    assert "ObjectiveContributesToGoal" in response.text


BRIEF = b"""@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
@prefix ex: <https://house.example/rules#> .
ex:Brief a sh:NodeShape ; sh:targetClass sg:Vision ; sh:message "Too long." ;
    sh:property [ sh:path sg:text ; sh:maxLength 5 ] .
"""
ASKING = BRIEF.replace(
    b"sh:property [ sh:path sg:text ; sh:maxLength 5 ]",
    b'''sh:sparql [ sh:prefixes <https://w3id.org/stratgraph/shapes> ; sh:select """
SELECT $this WHERE {
  QUERY
}""" ]''',
)


def with_shapes(client, shapes, door="/validate", name="house.ttl"):
    parts = {"file": ("plan.ttl", SMALL), "shapes": (name, shapes)}
    return client.post(door, files=parts, headers={"Accept": "application/json"})


def test_shapes_that_are_sent_are_asked_beside_the_others_of_this_request_alone(client):
    report = with_shapes(client, BRIEF).json()
    assert "house.ttl" in report["shapes"]
    found = [one for one in report["findings"] if one["rule"] == "Brief/text"]
    # "All are served." is longer than five characters.
    assert [(one["focus"].rpartition("/")[2], one["file"]) for one in found] == [("vision", "plan.ttl")]
    plain = send(client, SMALL).json()
    assert "house.ttl" not in plain["shapes"]
    assert [one for one in report["findings"] if one not in found] == plain["findings"]


@pytest.mark.parametrize(
    ("shapes", "said", "line", "column"),
    [
        (BRIEF.replace(b"ex:Brief a", b"ex:Brief aa"), "The file is no Turtle", 4, None),
        (ASKING.replace(b"QUERY", b"$this sg:text ?text FILER(?text)"), "'FILER' cannot stand here", 7, 23),
        (ASKING.replace(b"QUERY", b"SERVICE <http://a.example/> { ?s ?p ?o }"), "has SERVICE", 7, 3),
        (ASKING.replace(b"QUERY", b"SERVICE SILENT <http://a.example/> { }"), "has SERVICE", 7, 3),
        (BRIEF.replace(b"ex:Brief a", b"[ ex:a " * 5_000 + b"a"), "nests", 4, None),
        (b"<a:b> <a:c> <a:d> .", "has no shape", None, None),
    ],
)
def test_what_is_wrong_with_shapes_is_told_with_its_place(client, shapes, said, line, column):
    found = problem(with_shapes(client, shapes), 422, "invalid-input")
    assert said in found["detail"]
    assert (found["file"], found.get("line")) == ("house.ttl", line)
    assert column is None or found["column"] == column
    assert found["mend"]


def test_shapes_that_are_no_file_are_refused_and_not_passed_over(client):
    response = client.post("/validate", files={"file": ("plan.ttl", SMALL)}, data={"shapes": BRIEF.decode()})
    assert "no file" in problem(response, 400, "usage")["detail"]


def test_shapes_without_end_are_stopped_and_the_next_request_is_answered(limited):
    endless = b"SELECT ?this ?a ?d ?g ?j { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    shapes = ASKING.replace(b"SELECT $this WHERE {\n  QUERY\n}", endless)
    client = limited(review_deadline_s=2.0)
    assert with_shapes(client, shapes).status_code in {504, 507, 413}
    assert send(client, SMALL).status_code == 200


def test_the_page_sends_shapes(client):
    assert 'name="shapes"' in client.get("/validate", headers={"Accept": "text/html"}).text
    assert 'name="shapes"' in client.get("/review", headers={"Accept": "text/html"}).text


def test_the_page_carries_the_files_and_sends_them_again_for_another_form(client):
    head, _, rest = UNLINKED.partition("<agency/plan/1> a sg:StrategicPlan")
    prefixes = "".join(line for line in head.splitlines(keepends=True) if line.startswith("@"))
    files = [("one.ttl", head), ("other.ttl", f"{prefixes}<agency/plan/1> a sg:StrategicPlan{rest}")]
    page = Page(send_form(client, *files, accept="text/html", sets="required").text)
    _, form = page.of("form")  # behind the search
    assert (form["action"], form["method"], form["enctype"]) == ("/validate", "post", "multipart/form-data")
    forms = {attrs["value"] for attrs in page.of("button") if attrs.get("name") == "format"}
    assert forms == {"html", "text", "markdown", "json", "sarif", "junit", "xlsx", "turtle"}
    fields = [(attrs["name"], attrs["value"]) for attrs in page.of("input") if attrs.get("type") == "hidden"]
    # Each a part of its own, as a browser sends them.
    again = client.post("/validate", files=[(name, (None, value)) for name, value in fields], params={"format": "json"})
    assert again.json() == send_form(client, *files, sets="required").json()


def test_the_page_carries_the_shapes_that_were_sent(client):
    parts = {"file": ("plan.ttl", SMALL), "shapes": ("house.ttl", BRIEF)}
    page = Page(client.post("/validate", files=parts, headers={"Accept": "text/html"}).text)
    fields = [(attrs["name"], attrs["value"]) for attrs in page.of("input") if attrs.get("type") == "hidden"]
    again = client.post("/validate", files=[(name, (None, value)) for name, value in fields], params={"format": "json"})
    assert again.json() == with_shapes(client, BRIEF).json()


def test_files_that_are_too_large_to_be_carried_are_validated_all_the_same(limited):
    client = limited(max_upload_bytes=len(UNLINKED.encode()) + 1000)
    page = send_form(client, ("plan.ttl", UNLINKED), accept="text/html").text
    assert "ObjectiveContributesToGoal" in page
    assert len(Page(page).of("form")) == 1  # the search
    assert "too large to be carried" in page


def test_a_reader_of_the_report_chooses_unit_rule_and_severity_without_a_script(browser, address, client, tmp_path):
    (tmp_path / "plan.ttl").write_text(UNLINKED, "utf-8")
    findings = send(client, UNLINKED).json()["findings"]
    view = browser.new_page(java_script_enabled=False)
    told = []
    view.on("console", lambda message: told.append(message.text))
    view.goto(f"{address}/validate")
    view.set_input_files("#file", tmp_path / "plan.ttl")
    view.get_by_role("button", name="Validate").click()
    shown, headings = view.locator(".findings > li:visible"), view.locator("h3:visible")
    assert shown.count() == len(findings)
    # A count leads to its list.
    of_label = sum(one["rule"] == "ThingHasLabel" for one in findings)
    count = view.locator("tr:has(th:text-is('ThingHasLabel')) a")
    assert count.inner_text().split()[0] == str(of_label)
    count.click()
    assert view.locator("h3:target").inner_text() == f"ThingHasLabel ({of_label})"
    # What stands below agency/north is of the unit whose notation is AG-N.
    of_north = [one for one in findings if "/plan/1/north/" in one["focus"]]
    view.get_by_label("Unit").select_option(label=f"AG-N ({len(of_north)})")
    assert shown.count() == len(of_north)
    heard = view.get_by_role("group", name="Show only").aria_snapshot()
    assert f"Unit AG-N: {len(of_north)} of {len(findings)}." in heard.partition("- status")[2]
    view.get_by_label("Rule of").select_option(label="ObjectiveContributesToGoal (1)")
    assert (shown.count(), headings.all_inner_texts()) == (1, ["ObjectiveContributesToGoal (1)"])
    assert OBJECTIVE in shown.inner_text()
    assert view.get_by_text("is left out below").is_visible()
    warnings = sum(one["severity"] == "Warning" for one in findings)
    view.get_by_label("Severity").select_option(label=f"Warning ({warnings})")
    assert (shown.count(), headings.count()) == (0, 0)
    for name in ("Unit of", "Rule of"):
        view.get_by_label(name).select_option(label="all")
    assert shown.count() == warnings
    assert told == []
    view.close()


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.txt", "plan.stratml", "plan.ods"])
def test_a_form_that_review_reads_is_led_there(client, name):
    review = "review, which makes statements of it and checks them"
    told = send_form(client, (name, b"..."))
    body = problem(told, 415, "unsupported-media-type")
    assert body["detail"] == f"{name} is no RDF, whose statements are checked as they stand."
    assert review in body["mend"]
    assert ("spreadsheet program as XLSX" in body["mend"]) == name.endswith(".ods")
    page = client.post("/validate", files={"file": (name, b"...")}, headers={"Accept": "text/html"})
    assert (page.status_code, review in html.unescape(page.text)) == (415, True)
    pasted = {"text": (None, "..."), "text_name": (None, name)}
    typed = client.post("/validate", files=pasted, headers={"Accept": "application/json"})
    assert review in problem(typed, 415, "unsupported-media-type")["mend"]
