"""What an identifier and a text may hold, in words and as shapes; characters that nobody sees are told by name.

The names are Unicode's; what an address does with each mark is RFC 3986's.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.graph import Graph
from stratgraph.identifiers import NAME_CHARACTERS, NOT_ENDINGS, fault_of
from stratgraph.review.fixes import fixes
from stratgraph.serialisation import RDF_FORMS
from stratgraph.terms import IDENTIFIERS, RDF, RDFS, SG
from stratgraph.validation import validate_files
from stratgraph.validation.engines import ENGINES, validate
from stratgraph.validation.findings import to_findings
from stratgraph.validation.outputs import render
from stratgraph.validation.rules import load_shapes
from stratgraph.wording import name_of, unseen, visible

CASES = Path(__file__).parent / "shapes"
PLACES = {
    "9#a": "It has “#”, which ends an address.",
    "9?x": "It has “?”, which ends a path.",
    "9%2F1": "It has “%”, which is decoded on its way.",
    "9/": "It has a slash too many, or ends in one.",
    "/9": "It has a slash too many, or ends in one.",
    "x/../9z": "It has a part “.” or “..”, which clients take away.",
    "./9": "It has a part “.” or “..”, which clients take away.",
    "9.ttl": "It ends in “.ttl”, as the address of a document does.",
    "99\u00a0": "It has U+00A0 NO-BREAK SPACE.",
    "99\u200b": "It has U+200B ZERO WIDTH SPACE.",
    "99\u3000": "It has U+3000 IDEOGRAPHIC SPACE.",
    "9\u00ad9": "It has U+00AD SOFT HYPHEN.",
    "9\u202e9": "It has U+202E RIGHT-TO-LEFT OVERRIDE.",
    "9\ufeff": "It has U+FEFF ZERO WIDTH NO-BREAK SPACE.",
    "9\ue000": "It has U+E000 PRIVATE CHARACTER.",
    "[9]": "It has U+005B LEFT SQUARE BRACKET, U+005D RIGHT SQUARE BRACKET.",
}
"""Ends of places that are none, and why."""
SOUND = ("9", "1.1", "3bis", "9–2", "member’s", "когда", "气候", "a:b@c", "e\u0301", "9.txt", "v2.0")


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_no_address_can_have_is_told_with_what_is_wrong(place: str) -> None:
    assert fault_of(f"{IDENTIFIERS}itu/plan/1/gs/kpi/{place}") == PLACES[place]


@pytest.mark.parametrize("place", SOUND)
def test_a_place_in_any_script_is_an_identifier(place: str) -> None:
    assert fault_of(f"{IDENTIFIERS}itu/plan/1/gs/kpi/{place}") == ""


def test_the_rule_is_for_identifiers_of_ours() -> None:
    assert fault_of("https://e.example/a?b#c") == ""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_shapes_find_the_same_places_as_the_rule_in_words(engine: str) -> None:
    # The others are no IRIs: no graph has them.
    places = [*SOUND, *(place for place in PLACES if not {"[", "\u202e", "\ue000"} & set(place))]
    iris = [f"{IDENTIFIERS}itu/plan/1/gs/kpi/{place}" for place in places]
    triples = [Triple(NamedNode(iri), NamedNode(RDF.TYPE), NamedNode(SG.MENTION)) for iri in iris]
    shapes = load_shapes(("required",))
    found = validate(triples, shapes, engine=engine)
    about = {one.focus.value for one in found if shapes.rules[one.shape].name in {"NameIsAddress", "NameShowsItself"}}
    assert about == {iri for iri in iris if fault_of(iri)}


def test_the_shapes_have_the_ranges_and_the_endings_of_the_rule() -> None:
    patterns = {
        str(t.object.value) for t in load_shapes(("required",)).triples if t.predicate.value.endswith("pattern")
    }
    assert f"^[?#%/{NAME_CHARACTERS}]*$" in patterns
    assert any(rf"\.({NOT_ENDINGS})$" in pattern for pattern in patterns)
    assert {form.extensions[0].removeprefix(".") for form in RDF_FORMS} < set(NOT_ENDINGS.split("|"))


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u00ad", "U+00AD SOFT HYPHEN"),
        ("\x0b", "U+000B LINE TABULATION"),
        ("\x01", "U+0001 CONTROL CHARACTER"),
        ("\ufffe", "U+FFFE NONCHARACTER"),
        ("\U0001f6b2", "U+1F6B2 BICYCLE"),
    ],
)
def test_a_character_is_told_by_number_and_name(character: str, name: str) -> None:
    assert name_of(character) == name


def test_what_is_not_seen_is_shown_and_what_belongs_to_a_script_or_between_words_is_left() -> None:
    assert visible("ser\u00adved") == "ser[U+00AD SOFT HYPHEN]ved"
    assert visible("10\u00a0%, \u0645\u06cc\u200c\u062e") == "10\u00a0%, \u0645\u06cc\u200c\u062e"
    assert visible("10\u00a0%", is_changed=True) == "10[U+00A0 NO-BREAK SPACE]%"
    assert unseen(" a\u00a0b\u200bc\u00a0") == ("U+00A0 NO-BREAK SPACE", "U+200B ZERO WIDTH SPACE")


def test_a_finding_names_the_characters(tmp_path: Path) -> None:
    base = (CASES / "base.ttl").read_text("utf-8")
    path = tmp_path / "plan.ttl"
    path.write_text(base.replace('"Carts a day"@en ; sg:inPlan', '"Carts\\u000B a\\uFFFE day"@en ; sg:inPlan'), "utf-8")
    found = {one.rule: one for one in validate_files([path], max_plan_bytes=1_000_000).findings}
    # The label is the text's no more, of which another rule tells.
    assert set(found) == {"TextCanBeWritten", "LabelFitsItsElement"}
    finding = found["TextCanBeWritten"]
    assert finding.severity == "Violation"
    assert finding.message.endswith("There is U+000B LINE TABULATION, U+FFFE NONCHARACTER.")


def test_a_table_of_findings_shows_characters_and_obeys_none(tmp_path: Path) -> None:
    path = tmp_path / "plan.ttl"
    path.write_text((CASES / "base.ttl").read_text("utf-8").replace('"Carts a day"', '"\\u001B[31mday"'), "utf-8")
    table = render(validate_files([path], max_plan_bytes=1_000_000), width=300)
    assert "[U+001B ESCAPE][31mday" in table
    assert "\x1b" not in table


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Num\u00adber", "Number"),
        ("\u00a0Number\u200b\u3000", "Number"),
        ("Num\u202eber", None),
        ("\u200fNumber", None),
    ],
)
def test_fix_takes_away_what_nobody_sees_and_leaves_what_turns_the_reading(text: str, mended: str | None) -> None:
    said = Triple(NamedNode(f"{IDENTIFIERS}a/plan/1/x"), NamedNode(RDFS.LABEL), Literal(text, language="en"))
    shapes = load_shapes(("recommended",))
    findings = to_findings(validate([said], shapes), shapes.rules, Graph([said]), None)
    assert [finding.rule for finding in findings] == ["TextShowsItself"]
    after = [t.object.value for t in fixes([said], findings).triples]
    assert after == [mended if mended is not None else text]
