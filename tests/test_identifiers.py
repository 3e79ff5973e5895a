"""IRIs made from places and read back; expected ones are the tables' of docs/reference/model.md."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratgraph.errors import UsageError
from stratgraph.identifiers import (
    PlanIdentifiers,
    is_address,
    is_in_current_view,
    links_graph,
    natural_key,
    organisation_iri,
    parse_place,
    parse_span,
    published_name,
    record_graph,
    slug,
    software_iri,
    unit_iri,
    uri_of,
    vocabulary_graph,
    whole_number,
)

BASE = "https://w3id.org/stratgraph/"
PLAN = f"{BASE}id/itu/plan/2012-2015"
V1 = f"{PLAN}/version/1"
ITU = PlanIdentifiers("itu", "2012-2015")


def test_an_organisation_is_its_own_unit_and_the_others_are_below_it() -> None:
    assert organisation_iri("itu") == unit_iri("itu", "itu") == f"{BASE}id/itu"
    assert unit_iri("itu", "itu-r") == f"{BASE}id/itu/itu-r"


def test_a_plan_its_places_and_its_terms() -> None:
    assert ITU.plan_iri == PLAN
    assert ITU.place_iri("itu-r/objective/1/result/1/2") == f"{PLAN}/itu-r/objective/1/result/1/2"
    assert ITU.terms_iri == f"{PLAN}/terms"


def test_a_version_and_what_belongs_to_it() -> None:
    version = ITU.version(1)
    assert version.graph == V1
    assert version.provenance == f"{V1}/provenance"
    assert version.view == f"{V1}/view"
    assert version.report == f"{V1}/report"
    assert version.source == f"{V1}/source"
    assert version.reading == f"{V1}/reading"
    assert version.publication == f"{V1}/publication"
    assert version.publisher == f"{V1}/publication/agent"
    assert version.span(120, 250) == f"{V1}/source#char=120,250"
    assert version.selector(120, 250) == f"{V1}/selector/120-250"
    assert version.statement("KEY") == f"{V1}/statement/KEY"
    assert version.decision("NAME") == f"{V1}/decision/NAME"


def test_other_graphs_and_the_program() -> None:
    assert vocabulary_graph("sdg") == f"{BASE}vocabulary/sdg"
    assert links_graph("itu-2012-2015-sdg") == f"{BASE}links/itu-2012-2015-sdg"
    assert record_graph(vocabulary_graph("sdg")) == f"{BASE}vocabulary/sdg/record"
    assert software_iri("1.2") == f"{BASE}software/1.2"


def test_vocabularies_and_links_are_in_the_current_view_and_their_records_are_not() -> None:
    for graph in (vocabulary_graph("sdg"), links_graph("itu-2012-2015-sdg")):
        assert is_in_current_view(graph)
        assert not is_in_current_view(record_graph(graph))
    for graph in (V1, f"{V1}/provenance", "http://example.org/vocabulary/sdg", f"{BASE}vocabulary"):
        assert not is_in_current_view(graph)


# --- read back -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("iri", "organisation", "plan", "place"),
    [
        (f"{PLAN}/itu-d/objective/3", "itu", "2012-2015", "itu-d/objective/3"),
        (PLAN, "itu", "2012-2015", ""),
        (f"{PLAN}/text/section/6.1.2", "itu", "2012-2015", "text/section/6.1.2"),
        (f"{BASE}id/oecd-ai/plan/2020", "oecd-ai", "2020", ""),
    ],
)
def test_a_place_is_read_back_with_its_plan(iri: str, organisation: str, plan: str, place: str) -> None:
    assert parse_place(iri) == (PlanIdentifiers(organisation, plan), place)


@pytest.mark.parametrize(
    "iri",
    [
        "",
        organisation_iri("itu"),
        f"{PLAN}/",
        f"{BASE}id/ITU/plan/1",
        f"{BASE}id/itu/plan/",
        f"{BASE}id/itu/itu-r/plan/1",
        PLAN.replace("https", "http"),
        f"see {PLAN}",
    ],
)
def test_what_names_no_place_in_a_plan_is_refused_with_the_form_of_such_iris(iri: str) -> None:
    with pytest.raises(UsageError, match="does not name a plan") as refused:
        parse_place(iri)
    assert f"{BASE}id/ORGANISATION/plan/NAME" in refused.value.mend


SLUGS = st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True)


@given(SLUGS, st.from_regex(r"[A-Za-z0-9.-]{1,12}", fullmatch=True), st.lists(SLUGS, max_size=5).map("/".join))
def test_any_place_comes_back(organisation: str, plan: str, place: str) -> None:
    found = PlanIdentifiers(organisation, plan)
    assert parse_place(found.place_iri(place) if place else found.plan_iri) == (found, place)


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**18 - 1))
def test_a_span_comes_back(start: int, end: int) -> None:
    assert parse_span(ITU.version(3).span(start, end)) == (start, end)


@pytest.mark.parametrize(
    "iri", [PLAN, "#char=1,2", f"{V1}/source#char=1", f"{V1}/source#char=-1,2", f"{V1}/source#char={'5' * 5_000},9"]
)
def test_what_is_no_span_has_no_offsets(iri: str) -> None:
    assert parse_span(iri) is None


# --- names and numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ITU-R", "itu-r"),
        ("  Key indicators (KPIs) ", "key-indicators-kpis"),
        ("ITU's", "itu-s"),
        ("a__b", "a-b"),
        ("—", ""),
        ("", ""),
        # ISO 9 and others differ; what matters is that nothing is left out, and that it stays as it is.
        ("МСЭ", "mse"),
        ("Объект", "obekt"),
        ("Größe", "grosse"),
        ("E\u0301lan", "elan"),
        ("ΔΟΕ", "doe"),
        ("日本 2020", "riben-2020"),
        ("الاتحاد", "lthd"),
    ],
)
def test_a_slug_has_small_letters_figures_and_single_hyphens(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_numbers_are_sorted_as_numbers_however_long_they_are() -> None:
    long = "9" * 5_000
    names = ["a/2", "a/11", "a/010", "a/٣", f"a/{long}", f"a/1{long}", "a/b"]
    assert sorted(set(names), key=natural_key) == ["a/2", "a/٣", "a/010", "a/11", f"a/{long}", f"a/1{long}", "a/b"]


@given(st.lists(st.integers(0, 10**20)))
def test_places_of_one_list_are_in_the_order_of_their_numbers(numbers: list[int]) -> None:
    places = [f"itu-d/objective/{number}/output" for number in numbers]
    assert sorted(places, key=natural_key) == [f"itu-d/objective/{number}/output" for number in sorted(numbers)]


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("12", 12), ("", None), ("-1", None), ("1.5", None), ("9" * 5_000, None)]
)
def test_a_number_of_thousands_of_digits_counts_nothing(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%")))
def test_a_uri_is_ascii_and_can_be_read_back(rest: str) -> None:
    written = uri_of(f"{PLAN}/{rest}")
    assert written.isascii()
    assert unquote(written) == f"{PLAN}/{rest}"


def test_what_separates_the_parts_of_an_iri_or_is_encoded_already_stays() -> None:
    assert uri_of("http://é.example/a b?q=ü&r=%20#x") == "http://%C3%A9.example/a%20b?q=%C3%BC&r=%20#x"


@pytest.mark.parametrize(
    ("location", "expected"),
    [("http://db.example/query", True), ("HTTPS://db.example", True), ("store", False), ("/http://x", False)],
)
def test_a_store_is_at_an_address_or_in_a_folder(location: str, expected: bool) -> None:  # noqa: FBT001
    assert is_address(location) is expected


@pytest.mark.parametrize(("file", "name"), [("/of/ann/plan.ttl", "plan.ttl"), ("plan.ttl", "plan.ttl"), ("", "")])
def test_a_file_is_published_without_its_folders(file: str, name: str) -> None:
    assert published_name(file) == name
