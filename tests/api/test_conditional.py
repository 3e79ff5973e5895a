"""RFC 9110: section 13.1.2 (If-None-Match), 8.8.3 (entity tags), 13.2.1 (when a condition counts), 15.4.5 (304)."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from stratgraph_api.http.conditional import known_tags

QUERY = "SELECT * WHERE { ?s ?p ?o } LIMIT 1"
DOCUMENT = "/catalogue"


def condition(*fields, method="GET"):
    headers = [(b"if-none-match", field.encode("latin-1")) for field in fields]
    return known_tags(Request({"type": "http", "method": method, "headers": headers}))


@pytest.mark.parametrize(
    ("fields", "tags"),
    [
        # The examples of section 13.1.2.
        (('"xyzzy"',), {"xyzzy"}),
        (('W/"xyzzy"',), {"xyzzy"}),
        (('"xyzzy", "r2d2xxxx", "c3piozzzz"',), {"xyzzy", "r2d2xxxx", "c3piozzzz"}),
        (('W/"xyzzy", W/"r2d2xxxx", W/"c3piozzzz"',), {"xyzzy", "r2d2xxxx", "c3piozzzz"}),
        # Section 5.6.1: empty elements and space are no part of a list; 5.3: lines of a field are one list.
        ((', "a" ,\t, W/"b",',), {"a", "b"}),
        (('"a"', 'W/"b"'), {"a", "b"}),
        # Section 8.8.3: a tag may be empty, and hold commas, stars and what is beyond ASCII.
        (('""',), {""}),
        (('"a,b", "*", "\xe9"',), {"a,b", "*", "\xe9"}),
        ((), set()),
        (("xyzzy",), set()),
    ],
)
def test_a_list_of_tags(fields, tags):
    assert condition(*fields) == tags


@pytest.mark.parametrize("field", ["*", '"xyzzy"'])
def test_other_methods_have_no_condition(field):
    assert condition(field, method="POST") == frozenset()


@pytest.fixture(
    params=[f"/sparql?query={QUERY}", "/data?default", DOCUMENT, f"{DOCUMENT}?format=turtle", "/shapes.ttl"]
)
def path(request):
    return request.param


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_any_representation_is_known_by_a_star(client, path, method):
    tag = client.get(path).headers["ETag"]
    response = client.request(method, path, headers={"If-None-Match": "*"})
    assert (response.status_code, response.content) == (304, b"")
    # Section 15.4.5: what a 200 would have had.
    assert response.headers["ETag"] == tag
    assert {"vary", "cache-control"} <= set(response.headers)
    assert "content-type" not in response.headers


WITHOUT_TAG = (
    "/queries",
    "/log",
    "/review",
    "/problems/not-found",
    "/robots.txt",
    "/schemas/review.json",
    "/openapi.json",
)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/static/style.css", "/health/live", *WITHOUT_TAG])
def test_a_star_is_met_by_every_page_also_by_those_without_a_tag(client, path, method):
    response = client.request(method, path, headers={"If-None-Match": "*", "Accept": "text/html, */*;q=0.5"})
    assert (response.status_code, response.content) == (304, b"")
    assert "content-length" not in response.headers


def test_a_star_among_tags_is_no_star(client):
    # Section 13.1.2: the field is either "*" or a list of tags.
    assert client.get("/", headers={"If-None-Match": '"a", *'}).status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/doc/nope", 404), ("/data", 400), ("/void", 303)])
def test_a_star_changes_no_other_answer(client, path, status):
    headers = {"If-None-Match": "*", "Accept": "text/html"}
    assert client.get(path, headers=headers, follow_redirects=False).status_code == status


@pytest.mark.parametrize("pattern", ["{tag}", "{strong}", '"other", {tag}', '{strong}, W/"other"'])
def test_tags_are_compared_weakly(client, path, pattern):
    tag = client.get(path).headers["ETag"]
    assert tag.startswith('W/"')
    field = pattern.format(tag=tag, strong=tag.removeprefix("W/"))
    response = client.get(path, headers={"If-None-Match": field})
    assert (response.status_code, response.headers["ETag"]) == (304, tag)


def test_an_unknown_tag_gets_the_whole(client, path):
    whole = client.get(path)
    response = client.get(path, headers={"If-None-Match": 'W/"other", "*"'})
    assert (response.status_code, response.content) == (200, whole.content)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sparql?query=SELECT", 400),
        ("/data?graph=https://example.org/none", 404),
        ("/doc/none", 404),
        ("/sitemap.xml?page=99", 404),
        ("/ontology.none", 404),
    ],
)
def test_an_error_is_told_whatever_the_condition(client, path, status):
    # Section 13.2.1: a condition is ignored where the answer without it would be no success.
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == status


def test_what_varies_is_known_by_a_star_too(client):
    response = client.get("/sparql?query=SELECT (NOW() AS ?t) {}", headers={"If-None-Match": "*"})
    assert response.status_code == 304
    assert "etag" not in response.headers


def test_a_post_is_answered(client):
    assert client.post("/sparql", data={"query": QUERY}, headers={"If-None-Match": "*"}).status_code == 200


def test_what_is_kept_is_known_by_a_star_and_stays_whole(client):
    # The cache keeps whole responses, and never one to a condition.
    whole = client.get("/sparql", params={"query": QUERY})
    assert client.get("/sparql", params={"query": QUERY}, headers={"If-None-Match": "*"}).status_code == 304
    again = client.get("/sparql", params={"query": QUERY})
    assert (again.status_code, again.content) == (200, whole.content)
