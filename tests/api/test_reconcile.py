"""The Reconciliation Service API 0.2 over HTTP, with the annex and the vocabularies that come with the program."""

from __future__ import annotations

import json
import os
import re
import shlex
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from pyoxigraph import Literal, NamedNode, Quad
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from stratgraph.settings import Settings
from stratgraph_api.app import create_app
from stratgraph_api.doors import reconcile

SDG = "http://metadata.un.org/sdg/"
UNBIS = "http://metadata.un.org/thesaurus/"
SG = "https://w3id.org/stratgraph/ontology#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

SCHEMA = json.loads((Path(__file__).parents[1] / "data/schemas/reconciliation/answers.json").read_text("utf-8"))
# A folder of the schemas that the report publishes (tests/data/schemas/reconciliation/README.md); none by default.
PUBLISHED = os.environ.get("RECONCILIATION_SCHEMAS", "")
NAMES = {
    "results": "reconciliation-result-batch",
    "entities": "suggest-entities-response",
    "properties": "suggest-properties-response",
    "types": "suggest-types-response",
    "proposal": "data-extension-property-proposal",
    "extension": "data-extension-response",
}


@pytest.fixture(scope="module")
def service(linked_store, serve):
    with (
        serve(create_app(Settings(store=str(linked_store)))) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def valid(response, kind):
    """The JSON of an answer that is as the specification says."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{kind}"}).validate(answer)
    if PUBLISHED:
        schemas = [json.loads(file.read_text("utf-8")) for file in Path(PUBLISHED).glob("*.json")]
        named = {schema["$id"]: schema for schema in schemas if "$id" in schema}
        registry = Registry().with_resources(
            (iri, Resource.from_contents(schema, default_specification=DRAFT7)) for iri, schema in named.items()
        )
        ending = f"/{NAMES.get(kind, kind)}.json"
        (schema,) = (schema for iri, schema in named.items() if iri.endswith(ending))
        Draft7Validator(schema, registry=registry).validate(answer)
    return answer


def problem(response, status, name):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == f"/problems/{name}"
    assert body["detail"]
    assert body["mend"]
    return body


def ask(client, field, content):
    return client.post("/reconcile", data={field: content if isinstance(content, str) else json.dumps(content)})


# --- the manifest, and the addresses in it


def test_the_manifest_leads_to_services_that_answer(service):
    manifest = valid(service.get("/reconcile"), "manifest")
    assert manifest["versions"] == ["0.2"]
    assert manifest["batchSize"] == 100
    assert {kind["id"] for kind in manifest["defaultTypes"]} >= {"sg:Objective", "sg:KPI", "skos:Concept"}
    objective = f"{PLAN}itu-d/objective/5"
    for template in (manifest["preview"]["url"], manifest["view"]["url"]):
        page = httpx.get(
            template.replace("{{id}}", quote(objective, safe="")),
            follow_redirects=True,
            headers={"Accept": "text/html"},
        )
        assert page.status_code == 200
        assert objective in page.text
    for place in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        found = httpx.get(place["service_url"] + place["service_path"], params={"prefix": "a", "type": f"{SG}KPI"})
        assert found.status_code == 200


def test_addresses_are_those_that_the_client_used(tmp_path, served, publish):
    store = publish(tmp_path / "store", agency("Agency", f"{SDG}9.c"))
    client = served(create_app(Settings(store=str(store))), root_path="/plans")
    manifest = client.get("/reconcile", headers={"Host": "data.example"}).json()
    assert manifest["suggest"]["type"]["service_url"] == "http://data.example/plans/reconcile"
    view = client.get("/reconcile/view", params={"id": f"{SDG}9.c"})
    assert (view.status_code, view.headers["location"]) == (303, f"/plans/doc?iri={quote(f'{SDG}9.c', safe='')}")
    preview = client.get("/reconcile/preview", params={"id": f"{SDG}9.c"}).text
    assert 'href="/plans/static/preview.css"' in preview


def test_view_leads_nowhere_else(service):
    for iri in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        assert service.get("/reconcile/view", params={"id": iri}).headers["location"].startswith("/doc?iri=")
    problem(service.get("/reconcile/view"), 400, "usage")


# --- candidates

TEN = {
    "climate": {"query": "Climate change", "type": f"{UNBIS}00"},
    "factor": {"query": "Climate change", "type": [f"{SG}SituationalFactor"], "type_strict": "any"},
    "target": {"query": "Target 9.c", "limit": 3},
    "goal": {"query": "采取紧急行动应对气候变化及其影响"},
    "objective": {"query": "ITU-D objective 5"},
    "output": {"query": f"{PLAN}itu-d/objective/3/output/2"},
    "line": {"query": "C5"},
    "typo": {"query": "brodband", "limit": 1},
    "condition": {"properties": [{"pid": f"{SKOS}notation", "v": "9.c"}]},
    "nothing": {"query": "zzzzqqqq"},
}
FIRST = {
    "climate": f"{UNBIS}1001030",
    "factor": f"{PLAN}itu-d/factor/6.1.12",
    "target": f"{SDG}9.c",
    "goal": f"{SDG}13",
    "objective": f"{PLAN}itu-d/objective/5",
    "output": f"{PLAN}itu-d/objective/3/output/2",
    "line": "https://w3id.org/stratgraph/vocabulary/wsis/c5",
    "typo": f"{UNBIS}1000701",
    "condition": f"{SDG}9.c",
}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_batch_of_ten_is_answered_by_name(service, method):
    text = json.dumps(TEN)
    response = service.get("/reconcile", params={"queries": text}) if method == "GET" else ask(service, "queries", text)
    answer = valid(response, "results")
    assert set(answer) == set(TEN)
    assert {name: one["result"][0]["id"] for name, one in answer.items() if one["result"]} == FIRST
    assert answer["nothing"] == {"result": []}
    assert len(answer["target"]["result"]) <= 3
    assert answer["objective"]["result"][0]["match"] is True


def test_an_unknown_type_has_no_candidates_and_an_unknown_property_changes_none(service):
    text = "ITU-D objective 5"
    unknown = [{"pid": "http://example.org/p", "v": "x"}]
    queries = {
        "plain": {"query": text},
        "type": {"query": text, "type": "http://example.org/NoSuchType"},
        "property": {"query": text, "properties": unknown},
        "alone": {"properties": unknown},
    }
    answer = valid(ask(service, "queries", queries), "results")
    assert answer["type"] == answer["alone"] == {"result": []}
    assert answer["property"]["result"][0]["id"] == answer["plain"]["result"][0]["id"] == f"{PLAN}itu-d/objective/5"


def test_no_query_gets_more_candidates_than_are_given(service):
    answer = valid(ask(service, "queries", {"a": {"query": "development", "limit": 10_000}}), "results")
    assert len(answer["a"]["result"]) == 25


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE--",
        '"}{"',
        "<script>alert(1)</script>",
        "%00%ff%",
        "\x00\x07",
        "\ud800",
        "a" * 20_000,
        "((((((((((((((((((((" * 50,
        "\u202e\u200f",
        "é" * 500,
        "{{id}}",
        "?x . } UNION { ?s ?p ?o",
    ],
    ids=range(12),
)
def test_hostile_names_are_names(service, text):
    answer = valid(ask(service, "queries", {text[:9]: {"query": text}}), "results")
    assert list(answer) == [text[:9]]
    assert all(one["score"] < 95 for one in answer[text[:9]]["result"])
    values = ask(service, "extend", {"ids": [text], "properties": [{"id": text}]})
    assert (values.status_code, values.json()["rows"]) == (200, {text: {text: []}})


# --- what is refused


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "null",
        '{"q": {"query": 1}}',
        '{"q": {"query": "x", "type_strict": "x"}}',
        "[" * 9999,
    ],
    ids=range(7),
)
def test_what_is_no_batch_is_refused(service, text):
    problem(ask(service, "queries", text), 400, "usage")
    problem(service.get("/reconcile", params={"queries": text}), 400, "usage")


def test_one_request_has_one_question_in_a_form(service):
    problem(service.post("/reconcile", data={"queries": "{}", "extend": "{}"}), 400, "usage")
    problem(service.post("/reconcile", data={"other": "x"}), 400, "usage")
    problem(service.get("/reconcile?queries=%7B%7D&queries=%7B%7D"), 400, "usage")
    refused = problem(service.post("/reconcile", json={"queries": {}}), 415, "unsupported-media-type")
    assert refused["supported"] == ["application/x-www-form-urlencoded"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    problem(service.post("/reconcile", content="queries=%ff", headers=form), 400, "usage")
    assert service.put("/reconcile").status_code == 405


def test_too_much_at_once_names_the_limit(tmp_path, served, publish):
    store = str(publish(tmp_path / "store", agency("Agency")))
    client = served(create_app(Settings(store=store, max_reconciled=2, max_query_bytes=500)))
    assert client.get("/reconcile").json()["batchSize"] == 2
    value = {"pid": "p", "v": ["x", "y", "z"]}
    for field, content in (
        ("queries", {str(number): {"query": "x"} for number in range(3)}),
        ("queries", {"a": {"query": "x", "properties": [value]}}),
        ("extend", {"ids": ["a", "b", "c"], "properties": []}),
        ("extend", {"ids": [], "properties": [{"id": one} for one in "abc"]}),
    ):
        refused = problem(client.post("/reconcile", data={field: json.dumps(content)}), 413, "limit")
        assert (refused["setting"], refused["value"]) == ("max_reconciled", 2)
    refused = problem(client.post("/reconcile", data={"queries": "x" * 2_000}), 413, "query-length")
    assert (refused["setting"], refused["value"]) == ("max_query_bytes", 500)
    assert client.post("/reconcile", data={"queries": '{"0": {"query": "x"}, "1": {"query": "x"}}'}).is_success


def test_a_batch_is_given_up_at_the_deadline(tmp_path, served, publish):
    client = served(create_app(Settings(store=str(publish(tmp_path / "store", agency("Agency"))), deadline_s=1e-9)))
    queries = json.dumps({str(number): {"query": "development"} for number in range(10)})
    refused = problem(client.post("/reconcile", data={"queries": queries}), 504, "deadline")
    assert refused["setting"] == "deadline_s"


def test_without_a_snapshot_it_says_what_is_missing(tmp_path, served):
    client = served(create_app(Settings(store=str(tmp_path / "none"))))
    assert "stratgraph build" in problem(client.get("/reconcile"), 503, "store")["mend"]


# --- the how-to page


def agrees(shown, answer):
    """Whether an answer has all that a shortened one shows."""
    if isinstance(shown, dict):
        return all(name in answer and agrees(value, answer[name]) for name, value in shown.items())
    if isinstance(shown, list):
        return len(shown) == len(answer) and all(map(agrees, shown, answer))
    return shown == answer


def test_the_examples_of_the_how_to_page_are_answered_as_it_says(service):
    page = (Path(__file__).parents[2] / "docs/how-to/reconcile.md").read_text("utf-8")
    commands = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    answers = re.findall(r"^```json\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(commands) == len(answers) == 2
    for command, shown in zip(commands, answers, strict=True):
        program, address, option, data = shlex.split(command)
        assert (program, address, option) == ("curl", "http://127.0.0.1:8000/reconcile", "--data-urlencode")
        field, _, content = data.partition("=")
        answer = ask(service, field, content).json()
        assert agrees(json.loads(shown), answer), answer


# --- suggest, preview, extend


def test_entities_properties_and_types_are_suggested(service):
    def suggested(kind, schema, **parameters):
        found = valid(service.get(f"/reconcile/suggest/{kind}", params=parameters), schema)["result"]
        return [one["id"] for one in found]

    assert suggested("entity", "entities", prefix="climate ch")[0] == f"{UNBIS}1001030"
    assert suggested("type", "types", prefix="obj") == ["sg:Objective"]
    assert "sg:supportsObjective" in suggested("property", "properties", prefix="supports")
    whole = suggested("entity", "entities", prefix="edu")
    assert len(whole) == 20
    assert suggested("entity", "entities", prefix="edu", cursor=15)[:5] == whole[15:]
    assert suggested("entity", "entities", prefix="qqqq") == suggested("entity", "entities", prefix="") == []


def test_a_suggestion_needs_a_prefix_a_number_and_a_kind(service):
    problem(service.get("/reconcile/suggest/entity"), 400, "usage")
    for cursor in ("-1", "x", "1.5", "٣", "9" * 5000):
        problem(service.get("/reconcile/suggest/entity", params={"prefix": "a", "cursor": cursor}), 400, "usage")
    problem(service.get("/reconcile/suggest/flyout", params={"prefix": "a"}), 404, "not-found")


class Marks(HTMLParser):
    """The elements of a page."""

    def __init__(self, page):
        super().__init__()
        self.names = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.names.append((tag, dict(attrs)))


def test_a_preview_may_be_framed_and_nothing_else(service):
    page = service.get("/reconcile/preview", params={"id": f"{SDG}9.c"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    marks = Marks(page.text).names
    assert not {"script", "style", "img", "form"} & {name for name, _ in marks}
    assert {attributes["lang"] for name, attributes in marks if name == "li"} == {"ar", "es", "fr", "ru", "zh"}
    for other in (
        service.get("/reconcile"),
        service.get("/reconcile/suggest/type?prefix=a"),
        service.get("/reconcile/view?id=a:b"),
    ):
        assert "frame-ancestors 'none'" in other.headers["content-security-policy"]
    for iri in ("http://example.org/nothing", "<script>", "\x00"):
        problem(service.get("/reconcile/preview", params={"id": iri}), 404, "not-found")


def test_names_in_a_preview_are_text(tmp_path, served, publish):
    iri = "https://w3id.org/stratgraph/id/x"
    quads = agency('<script>alert("1")</script>', iri)
    client = served(create_app(Settings(store=str(publish(tmp_path / "store", quads)))))
    page = client.get("/reconcile/preview", params={"id": iri}).text
    assert "script" not in {name for name, _ in Marks(page).names}
    assert "&lt;script&gt;" in page


def test_properties_are_proposed_and_their_values_given(service):
    proposed = valid(service.get("/reconcile/propose", params={"type": f"{SG}Output"}), "proposal")
    assert proposed["type"] == f"{SG}Output"
    assert "sg:supportsObjective" in {one["id"] for one in proposed["properties"]}
    few = valid(service.get("/reconcile/propose", params={"type": f"{SG}Output", "limit": 2}), "proposal")
    assert (len(few["properties"]), few["limit"]) == (2, 2)
    none = valid(service.get("/reconcile/propose", params={"type": "http://example.org/NoSuchType"}), "proposal")
    assert none["properties"] == []
    element = f"{PLAN}itu-d/objective/3/output/2"
    question = {
        "ids": [element, f"{SDG}9.c", "http://example.org/nothing"],
        "properties": [
            {"id": f"{SG}supportsObjective"},
            {"id": f"{SKOS}prefLabel", "settings": {"language": "fr", "limit": "1"}},
            {"id": "http://example.org/p"},
        ],
    }
    for response in (
        ask(service, "extend", question),
        service.get("/reconcile", params={"extend": json.dumps(question)}),
    ):
        answer = valid(response, "extension")
        assert [one["id"] for one in answer["meta"]] == [one["id"] for one in question["properties"]]
        (objective,) = answer["rows"][element][f"{SG}supportsObjective"]
        assert objective["id"] == f"{PLAN}itu-d/objective/3"
        (french,) = answer["rows"][f"{SDG}9.c"][f"{SKOS}prefLabel"]
        assert french["str"].startswith("Accroître nettement")
        assert set(map(len, answer["rows"]["http://example.org/nothing"].values())) == {0}


# --- CORS, entity tags, the index


def test_pages_of_any_origin_may_ask(service):
    headers = {"Origin": "https://refine.example"}
    preflight = headers | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = service.options("/reconcile", headers=preflight)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert "content-type" in allowed.headers["access-control-allow-headers"].lower()
    for response in (
        service.get("/reconcile", headers=headers),
        service.post("/reconcile", data={"queries": "{}"}, headers=headers),
        service.get("/reconcile/suggest/entity?prefix=a", headers=headers),
        service.get("/reconcile/propose", headers=headers),
        service.get(f"/reconcile/preview?id={SDG}1", headers=headers),
        service.get("/reconcile/suggest/entity", headers=headers),
    ):
        assert response.headers["access-control-allow-origin"] == "*"


def test_what_a_client_has_is_not_sent_again(service):
    for path in ("", f"/preview?id={SDG}1", "/suggest/type?prefix=a"):
        first = service.get(f"/reconcile{path}")
        again = service.get(f"/reconcile{path}", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert "etag" not in ask(service, "queries", {}).headers
    assert service.head("/reconcile").status_code == 200


def agency(name, iri="https://w3id.org/stratgraph/id/agency"):
    """Quads of an organisation of this name."""
    thing = NamedNode(iri)
    return [
        Quad(
            thing, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(f"{ORG}FormalOrganization")
        ),
        Quad(thing, NamedNode(LABEL), Literal(name, language="en")),
    ]


ORG = "http://www.w3.org/ns/org#"


def test_a_new_snapshot_gives_new_answers(tmp_path, served, publish):
    folder = publish(tmp_path / "store", agency("Agency for Roads"))
    client = served(create_app(Settings(store=str(folder))))

    def found(name):
        answer = client.post("/reconcile", data={"queries": json.dumps({"q": {"query": name}})}).json()
        return [(one["name"], one["match"]) for one in answer["q"]["result"]]

    assert found("Agency for Roads") == [("Agency for Roads", True)]
    publish(folder, agency("Bureau of Bridges"))
    end = time.monotonic() + 20
    while found("Bureau of Bridges") != [("Bureau of Bridges", True)]:
        assert time.monotonic() < end, "the new snapshot is not asked"
        time.sleep(0.02)
    assert found("Roads") == []


def test_those_who_come_together_wait_for_one_index(tmp_path, served, publish, monkeypatch):
    made = []

    def counted(store):
        made.append(store)
        time.sleep(0.2)
        return read(store)

    read = reconcile.read_lexicon
    monkeypatch.setattr(reconcile, "read_lexicon", counted)
    client = served(create_app(Settings(store=str(publish(tmp_path / "store", agency("Agency"))))))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(client.get, ["/reconcile/suggest/entity?prefix=ag"] * 8))
    assert [answer.json()["result"][0]["name"] for answer in answers] == ["Agency"] * 8
    assert len(made) == 1


def test_whoever_waits_too_long_is_told_to_come_again(tmp_path, served, publish, monkeypatch):
    class Slow(reconcile.Reconciler):
        def suggest_entities(self, prefix, **page):
            time.sleep(0.5)
            return super().suggest_entities(prefix, **page)

    monkeypatch.setattr(reconcile, "Reconciler", Slow)
    store = publish(tmp_path / "store", agency("Agency"))
    client = served(create_app(Settings(store=str(store), queue_wait_s=0.05)))
    client.get("/reconcile")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(client.get, ["/reconcile/suggest/entity?prefix=ag"] * 6))
    assert {answer.status_code for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    body = problem(refused, 429, "too-many-queries")
    assert (body["setting"], body["value"]) == ("queue_wait_s", 0.05)
    assert refused.headers["retry-after"]


# --- as OpenRefine asks


def test_openrefine_gets_the_properties_of_each_type_by_the_id_that_it_was_given(service):
    """``add-column-by-reconciliation.js`` asks ``url + "?type=" + typeID``, and a browser cuts that at ``#``."""
    said = valid(service.get("/reconcile"), "manifest")
    proposing = said["extend"]["propose_properties"]
    assert len(said["defaultTypes"]) == 6
    for kind in said["defaultTypes"]:
        address = f"{proposing['service_url']}{proposing['service_path']}?type={kind['id']}".partition("#")[0]
        properties = valid(service.get(address), "proposal")["properties"]
        assert properties, kind
        (thing,) = service.get("/reconcile/suggest/entity", params={"prefix": "a"}).json()["result"][:1]
        asked = {"ids": [thing["id"]], "properties": [{"id": one["id"]} for one in properties[:3]]}
        extended = valid(service.post("/reconcile", data={"extend": json.dumps(asked)}), "extension")
        assert [one["id"] for one in extended["meta"]] == [one["id"] for one in properties[:3]]


def test_a_cell_of_blanks_fails_no_other(service):
    queries = {"q0": {"query": "Climate change", "limit": 1}, "q1": {"query": "   "}}
    answer = valid(service.post("/reconcile", data={"queries": json.dumps(queries)}), "results")
    assert len(answer["q0"]["result"]) == 1
    assert answer["q1"]["result"] == []
