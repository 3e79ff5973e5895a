"""The queries about links: what they answer of every element, and of records that are not as ours are.

What is expected comes from the tables in ``data/links/``, read here line by line, and from graphs written out below.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from stratgraph.query import example, fill
from stratgraph.terms import IDENTIFIERS, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection

LINKS = Path(__file__).parents[2] / "data/links"
PLAN = f"{IDENTIFIERS}itu/plan/2012-2015"
SDG = "http://metadata.un.org/sdg/"
UNBIS = "http://metadata.un.org/thesaurus/"
SHORT = PREFIXES | {"plan": f"{PLAN}/", "sdg": SDG, "unbis": UNBIS}
OBJECTIVES = [
    f"{unit}/objective/{number}"
    for unit, count in (("itu-r", 5), ("itu-t", 4), ("itu-d", 6), ("gs", 6))
    for number in range(1, count + 1)
]


def table(name: str) -> list[dict[str, str]]:
    lines = (LINKS / f"itu-2012-2015-{name}.sssom.tsv").read_text("utf-8").splitlines()
    # What all rows have stands in the head (SSSOM/TSV, "Condensation").
    shared = dict(re.findall(r"^#(\w+): (\S+)$", "\n".join(lines), re.MULTILINE))
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    return [shared | row for row in rows]


def full(short: str) -> str:
    prefix, _, local = short.partition(":")
    return f"{SHORT[prefix]}{local}"


def ask(store: Store, name: str, columns: Collection[str], **values: str) -> list[tuple[str, ...]]:
    """Some columns of an answer."""
    solutions = store.query(fill(example(name), values))
    return [tuple(str(s[c].value) if s[c] else "" for c in columns) for s in solutions]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_targets_of_an_objective_are_those_of_the_table(current_view: Store, objective: str) -> None:
    is_under = re.compile(rf"plan:{objective}(/.+)?")
    is_target = re.compile(r"sdg:\d+\.\w+")
    expected = [
        (
            full(row["subject_id"]),
            full(row["object_id"]),
            full(row["predicate_id"]),
            float(row["confidence"]),
            row["author_label"],
            row["mapping_date"],
            row["comment"],
        )
        for row in table("sdg")
        if is_under.fullmatch(row["subject_id"]) and is_target.fullmatch(row["object_id"])
    ]
    columns = ("element", "target", "relation", "confidence", "author", "date", "comment")
    found = ask(current_view, "sdg-targets-of-objective", columns, objective=f"{PLAN}/{objective}")
    assert sorted((*row[:3], float(row[3]), *row[4:]) for row in found) == sorted(expected)


@pytest.mark.parametrize(
    ("concept", "words"),
    [("1001197", "cyber"), ("1001652", "digital divide"), ("1006167", "standardization"), ("1003348", "internet")],
)
def test_what_speaks_of_a_subject_by_link_is_in_the_table(current_view: Store, concept: str, words: str) -> None:
    found = ask(current_view, "speaks-of", ("element", "way"), subject=f"{UNBIS}{concept}", words=words)
    expected = {full(row["subject_id"]) for row in table("unbis") if row["object_id"] == f"unbis:{concept}"}
    assert {element for element, way in found if way == "link"} == expected
    assert {way for _, way in found} >= {"link", "text"}


def test_a_rejected_link_is_on_record_and_nowhere_else(current_view: Store) -> None:
    rejected = table("rejected")
    assert rejected
    for row in rejected:
        subject, target = NamedNode(full(row["subject_id"])), NamedNode(full(row["object_id"]))
        assert not list(current_view.quads_for_pattern(subject, None, target, None)), row
    found = ask(current_view, "rejected-links", ("element", "concept"))
    assert sorted(found) == sorted((full(row["subject_id"]), full(row["object_id"])) for row in rejected)


# --- other people's records, and other plans ------------------------------------------------------------------------

VIEW = f"""\
PREFIX : <https://example.org/>
PREFIX owl: <{PREFIXES["owl"]}>
PREFIX sdg: <{SDG}>
PREFIX sdgo: <{SDG}ontology#>
PREFIX sg: <{PREFIXES["sg"]}>
PREFIX skos: <{PREFIXES["skos"]}>
PREFIX sssom: <https://w3id.org/sssom/>
:objective a sg:Objective ; sg:inPlan :plan ; sg:contributesToTarget sdg:9.c ; sg:linkedTo sdg:9.c .
:result a sg:ExpectedResult ; sg:inPlan :plan ; sg:expectedFor :objective .
:part a sg:ExpectedResult ; sg:inPlan :plan ; sg:partOf :result ; sg:isAbout sdg:9.c ; sg:linkedTo sdg:9.c .
:other a sg:Objective ; sg:inPlan :other-plan ; sg:contributesToTarget sdg:9.c ; sg:linkedTo sdg:9.c .
sdg:9.c a sdgo:Target ; skos:notation "09.0c"^^sdgo:SDGCode , "9.c"^^sdgo:SDGCodeCompact ;
  skos:prefLabel "Access"@en , "Accès"@fr ; skos:inScheme <http://metadata.un.org/sdg> .
:ours {{
  :1 owl:annotatedSource :objective ; owl:annotatedProperty sg:contributesToTarget ; owl:annotatedTarget sdg:9.c ;
    sssom:author_label "Ada" ; sssom:confidence 0.9e0 .
  :2 owl:annotatedSource :part ; owl:annotatedProperty sg:isAbout ; owl:annotatedTarget sdg:9.c .
}}
:theirs {{
  :3 owl:annotatedSource :objective ; owl:annotatedProperty sg:contributesToTarget ; owl:annotatedTarget sdg:9.c ;
    sssom:author_label "Bob" ; sssom:confidence 0.29e0 .
  :4 owl:annotatedSource :objective ; owl:annotatedProperty sg:contributesToTarget ; owl:annotatedTarget sdg:9.c ;
    sssom:author_label "Eve" ; sssom:predicate_modifier sssom:NegatedPredicate .
  :5 owl:annotatedSource :objective ; owl:annotatedProperty sg:isAbout ; owl:annotatedTarget sdg:9.c ;
    sssom:author_label "Mallory" .
}}
"""


@pytest.fixture(scope="module")
def small_view() -> Store:
    store = Store()
    store.load(VIEW.encode(), RdfFormat.TRIG)
    return store


def test_each_author_has_a_row_and_a_part_of_a_result_counts(small_view: Store) -> None:
    columns = ("element", "author", "confidence")
    found = ask(small_view, "sdg-targets-of-objective", columns, objective="https://example.org/objective")
    # Eve says that it is not so, and what Mallory says is no link that was published.
    assert found == [
        ("https://example.org/objective", "Ada", "0.9"),
        ("https://example.org/objective", "Bob", "0.29"),
        ("https://example.org/part", "", ""),
    ]


@pytest.mark.parametrize(("percent", "expected"), [("28", []), ("29", ["0.29"]), ("90", ["0.29", "0.9"])])
def test_a_percentage_is_compared_as_people_do(small_view: Store, percent: str, expected: list[str]) -> None:
    values = {"plan": "https://example.org/plan", "percent": percent}
    assert [row[0] for row in ask(small_view, "doubtful-links", ("confidence",), **values)] == expected


def test_what_is_shared_is_counted_within_a_plan(small_view: Store) -> None:
    values = {"plan": "https://example.org/plan", "scheme": "http://metadata.un.org/sdg"}
    assert ask(small_view, "objectives-sharing-subject", ("objective",), **values) == []


def test_a_language_that_there_is_not_gives_the_label_in_english(small_view: Store) -> None:
    values = {"element": "https://example.org/objective"}
    for language, expected in (("fr", "Accès"), ("ru", "Access")):
        found = ask(small_view, "linked-labels", ("label",), language=language, **values)
        assert found == [(expected,)]


OLD_VIEW = f"""\
PREFIX : <https://example.org/>
PREFIX sg: <{PREFIXES["sg"]}>
PREFIX skos: <{PREFIXES["skos"]}>
:objective sg:inPlan :plan ; skos:closeMatch <{SDG}9.c> ; skos:relatedMatch <{SDG}9.1> , <{UNBIS}1001652> .
:concept skos:closeMatch <{UNBIS}1001652> .
"""


def test_matches_of_elements_are_read_as_what_they_were_meant_to_say() -> None:
    store = Store()
    store.load(OLD_VIEW.encode(), RdfFormat.TURTLE)
    found = store.query(fill(example("links-from-matches"), {"plan": "https://example.org/plan"}))
    # A concept that matches another one stays as it is.
    assert {(t.subject.value, t.predicate.value, t.object.value) for t in found} == {
        ("https://example.org/objective", f"{PREFIXES['sg']}contributesToTarget", f"{SDG}9.c"),
        ("https://example.org/objective", f"{PREFIXES['sg']}isAbout", f"{SDG}9.1"),
        ("https://example.org/objective", "http://purl.org/dc/terms/subject", f"{UNBIS}1001652"),
    }
