"""``POST /publish`` and ``/log``: who may, what comes into force, and what the log says of it."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from test_pages import Page

from small_plan import ELSEWHERE, PLAN, REMOVED, SOURCE, revised_text
from stores import copied
from stratgraph.setting_kinds import Secret
from stratgraph.settings import Settings
from stratgraph.store import journal_of
from stratgraph_api.app import create_app

TOKEN = "a-token-of-this-test"  # noqa: S105 - it opens nothing
RULE = "ObjectiveContributesToOwnGoal"
DESCRIPTION = 'issued = 2029\nrights = "None reserved."\n'


@pytest.fixture
def publisher(served, small_store, tmp_path):
    """A client of a server that lets publish whoever has the token, with a small plan as the first version."""
    store = copied(small_store, tmp_path / "store")
    return served(create_app(Settings(store=str(store), publish_token=Secret(TOKEN))))


def send(client, *edits, token=TOKEN, **fields):
    parts = [("file", (SOURCE.name, revised_text(*edits))), ("description", ("description.toml", DESCRIPTION))]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post("/publish", files=parts, data=fields, headers=headers)


def publish(client, *edits, **fields):
    """Publishes, and waits until it is served: a new snapshot is loaded beside the old one."""
    response = send(client, *edits, **fields)
    assert response.status_code == 201, response.text
    end = time.monotonic() + 30
    while client.get("/health/ready").json()["snapshot"] != response.json()["snapshot"]:
        assert time.monotonic() < end, "what was published is not served"
        time.sleep(0.05)
    return response.json()


def problem(response, status, name):
    body = response.json()
    assert (response.status_code, body["type"]) == (status, f"/problems/{name}"), body
    return body


def log(client, **parameters):
    return client.get("/log", params=parameters).json()["versions"]


def test_a_server_without_a_token_publishes_nothing(served, small_store):
    client = served(create_app(Settings(store=str(small_store))))
    for token in (None, "", TOKEN):
        assert problem(send(client, REMOVED, token=token), 403, "publishing-off")["setting"] == "publish_token"
    assert [version["version"] for version in log(client)] == [1]


def test_a_wrong_token_is_slowed_and_a_line_in_the_log(publisher, caplog):
    start = time.monotonic()
    problem(send(publisher, REMOVED, token=TOKEN[::-1]), 401, "not-authorized")
    assert time.monotonic() - start >= 1
    (line,) = (record.getMessage() for record in caplog.records if "wrong token" in record.getMessage())
    assert line == "A wrong token for POST /publish from 127.0.0.1."


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer \xe9"],
)
def test_without_the_token_nothing_is_published(publisher, authorization):
    headers = [] if authorization is None else [("Authorization", authorization.encode("latin-1"))]
    response = publisher.post("/publish", headers=headers, content=b"x")
    problem(response, 401, "not-authorized")
    assert response.headers["www-authenticate"] == "Bearer"
    assert len(log(publisher)) == 1


def test_a_revision_is_published_as_the_next_version(publisher):
    before = datetime.now(UTC).replace(microsecond=0)
    done = publish(publisher, REMOVED, reason="Nobody counts them.", by="Somebody")
    assert (done["plan"], done["version"], done["iri"]) == (PLAN, 2, f"{PLAN}/version/2")
    assert done["changes"] == 1
    elements = f"SELECT ?one {{ GRAPH <{done['iri']}> {{ ?one <https://w3id.org/stratgraph/ontology#inPlan> ?plan }} }}"
    assert done["elements"] == len(publisher.get("/sparql", params={"query": elements}).json()["results"]["bindings"])
    newest, first = log(publisher)
    assert (newest["version"], newest["by"], newest["reason"]) == (2, "Somebody", "Nobody counts them.")
    assert (newest["revises"], newest["allowed"]) == (f"{PLAN}/version/1", [])
    assert before <= datetime.fromisoformat(newest["published"]) <= datetime.now(UTC)
    assert (first["version"], first["revises"]) == (1, None)
    assert publisher.head(f"/data?graph={quote(done['iri'])}").status_code == 200


def test_shapes_are_refused_where_a_revision_is_published(publisher):
    parts = {"file": (SOURCE.name, revised_text(REMOVED)), "shapes": ("house.ttl", "<a:b> <a:c> <a:d> .")}
    response = publisher.post("/publish", files=parts, headers={"Authorization": f"Bearer {TOKEN}"})
    assert "rules of this server" in problem(response, 400, "usage")["detail"]
    assert len(log(publisher)) == 1


def test_a_revision_with_a_violation_is_refused_until_the_rule_is_let_pass_for_a_reason(publisher):
    assert RULE in problem(send(publisher, ELSEWHERE), 409, "publication-refused")["detail"]
    problem(send(publisher, ELSEWHERE, allow=RULE), 409, "publication-refused")
    assert len(log(publisher)) == 1
    publish(publisher, ELSEWHERE, allow=RULE, reason="It is so.")
    assert log(publisher)[0]["allowed"] == [RULE]


def test_a_revision_that_changes_nothing_is_refused(publisher):
    publish(publisher, REMOVED)
    problem(send(publisher, REMOVED), 409, "publication-refused")
    assert len(log(publisher)) == 2


def test_a_pasted_text_is_published_as_the_file_that_it_is(publisher):
    text = revised_text(REMOVED)
    # Browsers send CRLF; the file field, where nothing was chosen, is there too.
    parts = {"description": ("description.toml", DESCRIPTION), "file": ("", b"", "application/octet-stream")}
    fields = {"text": text.replace("\n", "\r\n"), "text_name": SOURCE.name}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    response = publisher.post("/publish", data=fields, files=parts, headers=headers)
    assert (response.status_code, response.json()["version"], response.json()["changes"]) == (201, 2, 1)
    source = until_served(publisher, f"/export?{urlencode({'plan': PLAN, 'version': 2, 'format': 'source'})}")
    assert source.content == text.encode()
    nameless = publisher.post("/publish", data={"text": text}, files=parts, headers=headers)
    assert "text_name" in problem(nameless, 415, "unsupported-media-type")["mend"]


def until_served(client, address):
    """What is at an address as soon as the snapshot that has it is served."""
    end = time.monotonic() + 30
    while (response := client.get(address)).status_code != 200:
        assert time.monotonic() < end, "what was published is not served"
        time.sleep(0.05)
    return response


def test_what_cannot_be_read_is_a_problem_as_everywhere(publisher):
    headers = {"Authorization": f"bearer {TOKEN}", "Content-Type": "text/turtle"}
    problem(publisher.post("/publish", content=b"<a", headers=headers), 422, "invalid-input")


def test_a_folder_that_cannot_be_written_is_a_problem_of_the_operator(served, small_store, tmp_path):
    if not os.geteuid():
        (tmp_path / "store").write_text("no folder")
        store = tmp_path / "store"
    else:
        store = copied(small_store, tmp_path / "store")
        store.chmod(0o500)
    client = served(create_app(Settings(store=str(store), publish_token=Secret(TOKEN))))
    problem(send(client, REMOVED), 503, "store")


def test_the_log_is_of_all_plans_or_of_one(publisher):
    assert [version["plan"] for version in log(publisher)] == [PLAN]
    assert [version["plan"] for version in log(publisher, plan=PLAN)] == [PLAN]
    assert log(publisher, plan="https://w3id.org/stratgraph/id/nobody/plan/1") == []


def test_the_log_is_a_page_too(publisher):
    reason = "<b>Nobody</b> counts them & nobody asks."
    publish(publisher, REMOVED, reason=reason, by="Somebody")
    response = publisher.get("/log", headers={"Accept": "text/html"})
    assert "<b>" not in response.text
    page = Page(response.text)
    assert [row[:1] + row[2:4] for row in page.rows[1:]] == [["2", "Somebody", reason], ["1", "", ""]]
    links = [href for href in page.values("href") if not href.startswith("#")]
    assert all(publisher.get(href).status_code == 200 for href in links)
    # A version leads to its page, which has the files of it.
    (second,) = (href for href in links if href.endswith("/version/2"))
    assert "version 2</h1>" in publisher.get(second, headers={"Accept": "text/html"}).text


def test_the_token_is_in_the_openapi_document(publisher):
    document = publisher.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["publish_token"]["scheme"] == "bearer"
    assert document["paths"]["/publish"]["post"]["security"] == [{"publish_token": []}]
    assert TOKEN not in publisher.get("/openapi.json").text


def test_what_was_published_is_rolled_back_and_the_journal_says_by_whom(publisher, tmp_path):
    first = publisher.get("/health/ready").json()["snapshot"]
    publish(publisher, REMOVED, by="Ann")
    problem(publisher.post("/rollback"), 401, "not-authorized")
    headers = {"Authorization": f"Bearer {TOKEN}"}
    done = publisher.post("/rollback", params={"by": "Bob", "reason": "too soon"}, headers=headers)
    assert (done.status_code, done.json()["restores"]) == (200, first)
    assert done.json()["taken_back"] == [f"{PLAN}/version/2"]
    end = time.monotonic() + 30
    while publisher.get("/health/ready").json()["snapshot"] != done.json()["snapshot"]:
        assert time.monotonic() < end, "what was rolled back to is not served"
        time.sleep(0.05)
    assert [(version["version"], version["taken_back"]) for version in log(publisher)] == [(2, True), (1, False)]
    (act,) = log(publisher)[0]["rollbacks"]
    assert (act["action"], act["by"], act["reason"]) == ("take back", "Bob", "too soon")
    assert [(entry.action, entry.by, entry.reason) for entry in journal_of(str(tmp_path / "store"))][-1] == (
        "rollback",
        "Bob",
        "too soon",
    )
    problem(publisher.post("/rollback", headers=headers), 404, "not-found")
    problem(publisher.post("/rollback", params={"snapshot": "x"}, headers=headers), 404, "not-found")


def test_a_revision_of_an_earlier_version_is_refused_unless_the_one_in_force_is_named(publisher):
    first = publisher.get("/export", params={"plan": PLAN, "format": "turtle"}).text
    publish(publisher, REMOVED)

    def sent(file, headers=None, **fields):
        headers = {"Authorization": f"Bearer {TOKEN}"} | (headers or {})
        return publisher.post("/publish", files=[("file", ("plan.ttl", file))], data=fields, headers=headers)

    assert "made from version 1" in problem(sent(first), 409, "superseded")["detail"]
    problem(sent(first, against="1"), 409, "superseded")
    # A plan says itself which one it replaces.
    assert "dcterms:replaces" in problem(sent(first, against="2012-2015"), 400, "usage")["mend"]
    problem(sent(first, {"If-Match": '"1"'}), 412, "precondition-failed")
    problem(sent(first, {"If-Match": "*"}), 400, "usage")
    problem(sent(first, {"If-Match": '"1"'}, against="2"), 400, "usage")
    assert len(log(publisher)) == 2
    # What version 2 has withdrawn comes back under its old number, which is to be allowed by name.
    fields = {"allow": "NumberIsNotReused", "reason": "It was no mistake."}
    assert sent(first, {"If-Match": '"2"'}, **fields).status_code == 201
