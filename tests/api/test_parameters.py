"""Declared parameters: each may be given once, is read where it is declared, and is refused in the same words."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from stratgraph.errors import UsageError
from stratgraph_api.http.parameters import Parameters, parse_parameters, words

PLAN = b"<http://a> <http://b> <http://c> ."
ONCE = [
    ("/doc", "iri"),
    ("/doc", "format"),
    ("/id/itu", "format"),
    ("/doc/agency", "format"),
    ("/export", "format"),
    ("/export?format=turtle", "plan"),
    ("/export?format=turtle", "version"),
    ("/catalogue", "format"),
    ("/void", "format"),
    ("/ontology", "format"),
    ("/shapes", "format"),
    ("/sitemap.xml", "page"),
    ("/queries/acronyms", "plan"),
    ("/reconcile", "queries"),
    ("/reconcile", "extend"),
    ("/reconcile/suggest/entity?prefix=a", "cursor"),
    ("/reconcile/suggest/entity", "prefix"),
    ("/reconcile/propose", "type"),
    ("/reconcile/propose", "limit"),
    ("/reconcile/preview", "id"),
    ("/reconcile/view", "id"),
]


@pytest.fixture
def refused(client):
    def refused(path):
        response = client.get(path)
        body = response.json()
        assert (response.status_code, body["type"], bool(body["mend"])) == (400, "/problems/usage", True), path
        return body

    return refused


def with_parameters(path, encoded):
    return f"{path}{'&' if '?' in path else '?'}{encoded}"


@pytest.mark.parametrize(("path", "name"), ONCE)
def test_a_parameter_given_twice_is_refused(refused, path, name):
    assert f"{name} is given 2 times" in refused(with_parameters(path, f"{name}=1&{name}=1"))["detail"]


@pytest.mark.parametrize(("path", "name"), ONCE)
def test_a_parameter_that_is_no_utf_8_is_refused(refused, path, name):
    assert "UTF-8" in refused(with_parameters(path, f"{name}=%FF"))["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/doc", "iri"),
        ("/export", "format"),
        ("/reconcile/suggest/entity", "prefix"),
        ("/reconcile/preview", "id"),
        ("/reconcile/view", "id"),
    ],
)
def test_a_parameter_that_is_missing_is_named(refused, path, name):
    body = refused(path)
    assert (body["detail"], body["mend"]) == (f"There is no parameter {name}.", f"Give it once: {name}=…")


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "1_0", "%2B1", "%D9%A3", "9" * 5_000])
@pytest.mark.parametrize(
    "number",
    ["/export?format=turtle&version=", "/reconcile/suggest/entity?prefix=a&cursor=", "/reconcile/propose?limit="],
)
def test_what_is_no_whole_number_is_refused_and_not_said_at_length(refused, number, value):
    body = refused(f"{number}{value}")
    assert body["mend"] == "Give a whole number."
    assert len(body["detail"]) < 100


def test_an_empty_text_is_no_thing(refused):
    assert "iri" in refused("/doc?iri=")["detail"]


@pytest.mark.parametrize("path", ["/catalogue?a=1&a=2", "/catalogue?format=", "/reconcile/propose?limit=&type="])
def test_what_is_unknown_is_ignored_and_what_is_empty_is_not_given(client, path):
    assert client.get(path).status_code == 200


def test_the_first_format_of_a_query_that_is_known_counts(client):
    response = client.get("/queries/acronyms?format=none&format=csv&format=json")
    assert response.headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("path", "data", "detail"),
    [
        ("/validate?format=json", {"format": "json"}, "format is given 2 times"),
        ("/review?accept=true", {"accept": "true"}, "accept is given 2 times"),
        ("/review", {"accept": "maybe"}, "accept cannot be 'maybe'"),
        ("/review?all=x", {}, "all cannot be 'x'"),
    ],
)
def test_parameters_of_a_form_are_refused_in_the_same_words(client, path, data, detail):
    response = client.post(path, data=data, files={"file": ("a.ttl", PLAN)})
    assert (response.status_code, response.json()["type"]) == (400, "/problems/usage")
    assert detail in response.json()["detail"]


def test_a_file_that_is_the_body_is_named_once(client):
    response = client.post("/validate?file=a.ttl&file=b.ttl", content=PLAN)
    assert (response.status_code, response.json()["type"]) == (400, "/problems/usage")


class Model(BaseModel):
    one: str = "none"
    yes: bool = False
    many: tuple[str, ...] = ()


def test_a_model_is_read_of_the_parameters_that_it_declares():
    found = parse_parameters(b"many=a&other=x&one=&yes=true&many=b&many=").read(Model)
    assert found == Model(one="none", yes=True, many=("a", "b"))
    with pytest.raises(UsageError, match="one is given 2 times"):
        parse_parameters(b"one=a&one=").read(Model)
    with pytest.raises(UsageError, match="yes cannot be 'perhaps'") as refusal:
        Parameters((("yes", "perhaps"),)).read(Model)
    assert refusal.value.mend == "Give true or false."


def test_names_stand_in_one_text_or_in_several():
    assert words(["a,b  c", "d"]) == ("a", "b", "c", "d")
