"""Expectations are the rules and examples of RFC 9110 section 12.5.1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratgraph_api.http.negotiation import accepted_forms, choose, content_type, parse_accept, quality

# The field of the RFC's example of precedence, and its table of qualities.
RFC_PRECEDENCE = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("text/plain;format=flowed", 1),
        ("text/plain", 0.7),
        ("text/html", 0.3),
        ("image/jpeg", 0.5),
        ("text/plain;format=fixed", 0.4),
        ("text/html;level=3", 0.3),
    ],
)
def test_the_most_specific_range_decides_as_in_the_rfc(media_type, expected):
    assert quality(media_type, parse_accept(RFC_PRECEDENCE)) == expected


def test_the_rfcs_first_example_prefers_basic_audio():
    assert choose("audio/*; q=0.2, audio/basic", ["audio/mp4", "audio/basic"]) == "audio/basic"
    assert choose("audio/*; q=0.2, audio/basic", ["audio/mp4"]) == "audio/mp4"


def test_the_rfcs_second_example_orders_four_types():
    field = "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c"
    types = ["text/plain", "text/x-dvi", "text/html"]
    assert choose(field, types) == "text/html"
    assert choose(field, types[:2]) == "text/x-dvi"


def test_no_field_and_an_empty_field_accept_everything():
    assert choose(None, ["a/b", "c/d"]) == "a/b"
    assert choose("", ["a/b", "c/d"]) == "a/b"


def test_a_weight_of_zero_means_not_acceptable_also_below_a_wildcard():
    assert choose("text/csv;q=0, */*;q=0.1", ["text/csv"]) is None
    assert choose("text/csv;q=0, */*;q=0.1", ["text/csv", "a/b"]) == "a/b"
    assert choose("*/*;q=0", ["text/csv"]) is None


def test_the_order_of_the_field_does_not_matter():
    assert choose("*/*, text/csv;q=0.1", ["text/csv", "a/b"]) == "a/b"
    assert choose("text/csv;q=0.1, */*", ["text/csv", "a/b"]) == "a/b"


def test_types_and_parameters_are_compared_without_case():
    assert choose("TEXT/Turtle;Charset=UTF-8", ["a/b", "text/turtle"]) == "text/turtle"


def test_a_comma_in_a_quoted_string_does_not_separate():
    (found,) = parse_accept('application/ld+json;profile="http://a/,b";q=0.5')
    assert (found.sub, found.quality) == ("ld+json", 0.5)


def test_a_parameter_we_do_not_have_counts_only_where_nothing_else_matches():
    assert choose("application/ld+json;profile=x, text/csv;q=0.1", ["application/ld+json", "text/csv"]) == "text/csv"
    assert choose("application/ld+json;profile=x", ["text/csv", "application/ld+json"]) == "application/ld+json"


@pytest.mark.parametrize("malformed", ["text", "*/xml", "text/csv;q=2", "text/csv;q=a", "text/csv;q=0.1234", ","])
def test_a_malformed_element_is_left_out(malformed):
    assert choose(f"{malformed}, a/b;q=0.1", ["text/csv", "a/b"]) == "a/b"


@given(st.text(alphabet='ab/*;,q=01.\\" ', max_size=200))
def test_whatever_is_sent_is_read(field):
    assert choose(field, ["a/b"]) in {"a/b", None}


def test_a_quote_that_is_never_closed_is_read_in_one_pass():
    # Each element is looked at once: with a second look for each quote this would not come back.
    assert choose('"' + '\\"' * 500_000, ["a/b"]) == "a/b"


@pytest.mark.parametrize(
    ("field", "solutions", "graph"),
    [
        (None, ("json", "application/sparql-results+json"), ("turtle", "text/turtle")),
        ("*/*", ("json", "application/sparql-results+json"), ("turtle", "text/turtle")),
        ("application/json", ("json", "application/json"), ("jsonld", "application/json")),
        ("text/csv", ("csv", "text/csv"), None),
        ("application/n-quads", None, ("nquads", "application/n-quads")),
        ("application/xml", ("xml", "application/xml"), ("rdfxml", "application/xml")),
        ("text/turtle;q=0.1, application/n-triples", None, ("ntriples", "application/n-triples")),
        ("image/png", None, None),
    ],
)
def test_each_kind_of_query_gets_its_own_form(field, solutions, graph):
    accepted = accepted_forms(field, ())
    found = [choice and (choice.form.name, choice.media_type) for choice in (accepted.solutions, accepted.graph)]
    assert found == [solutions, graph]


def test_a_named_format_overrides_the_field():
    accepted = accepted_forms("text/csv", ("tsv",))
    assert accepted.solutions.form.name == "tsv"
    assert accepted.graph is None


def test_the_first_known_spelling_of_a_format_counts():
    # SPARQLWrapper sends both spellings.
    assert accepted_forms(None, ("rdf+xml", "application/rdf+xml")).graph.form.name == "rdfxml"


def test_an_unknown_format_leaves_the_choice_to_accept():
    assert accepted_forms("text/csv", ("yaml",)).solutions.form.name == "csv"
    assert accepted_forms("image/png", ("yaml",)).solutions is None


def test_texts_say_their_character_set():
    assert content_type("text/csv") == "text/csv; charset=utf-8"
    assert content_type("application/n-triples") == "application/n-triples"
