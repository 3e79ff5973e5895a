"""Search for people: what is found of the annex and the vocabularies, by words, forms, codes and places.

What is to be found was read in data/sources/resolution-71-annex.txt and in the vocabularies, by hand.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

import six_languages
from program import run
from stores import opened
from stratgraph.errors import DeadlineExceeded, StoreError, UsageError
from stratgraph.search import CurrentWords, excerpt, index_snapshot, read_typed, word_index
from stratgraph.search.words import folded, placed_words, words
from stratgraph.searching import search
from stratgraph.store import Change, list_snapshots, memory_store, publish_snapshot
from stratgraph.terms import DCTERMS, OWL, RDF, RDFS, SG, SKOS, SSSOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stratgraph.searching import Results

PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015/"
ITU_D = "https://w3id.org/stratgraph/id/itu/itu-d"
SDG = "http://metadata.un.org/sdg/"
AGENCY = "https://w3id.org/stratgraph/id/agy/plan/2030"

WITH_CYBERSECURITY = {
    "factor/2.3", "text/paragraph/2.3", "itu-d/factor/6.1.8", "text/section/6.1.8/paragraph/1",
    "itu-d/objective/3/output/1", "itu-d/objective/3/result/1", "itu-d/objective/3/kpi/1", "gs/objective/2/kpi/8",
}  # fmt: skip
"""Lines 42 and 298, each an element and the paragraph that it stands in, 374, 412 and 498 of the source."""

Find: TypeAlias = "Callable[..., Results]"


@pytest.fixture(scope="module")
def find(linked_store: Path) -> Iterator[Find]:
    current = CurrentWords(str(linked_store))
    with opened(linked_store) as store:
        yield lambda text, **rest: search(store, current, text, **rest)


def things(found: Results) -> list[str]:
    return [one.named.iri.removeprefix(PLAN) for one in found.results]


def marked(found: Results) -> set[str]:
    runs = (run for one in found.results for run in (*one.label, *one.words))
    return {run.text for run in runs if run.is_marked}


def test_a_word_is_found_in_all_that_has_it(find: Find) -> None:
    found = find("Cybersecurity")
    assert set(things(found)) == WITH_CYBERSECURITY
    assert marked(found) == {"cybersecurity"}
    assert (found.is_any, found.suggestion, found.leads_to) == (False, "", "")


def test_a_result_says_kind_unit_plan_and_the_line_of_the_source(find: Find) -> None:
    found = {one.named.iri.removeprefix(PLAN): one for one in find("cybersecurity").results}
    one = found["gs/objective/2/kpi/8"]
    assert one.unit
    assert one.plan
    assert (one.kind.label, one.unit.label) == ("key performance indicator", "General Secretariat")
    assert one.plan.title == "Strategic plan for the Union for 2012-2015"
    lines = {name: result.place.where.line for name, result in found.items() if result.place}
    assert (lines["gs/objective/2/kpi/8"], lines["factor/2.3"]) == (498, 42)


def test_things_are_counted_by_kind_and_unit_and_chosen_by_them(find: Find) -> None:
    found = find("cybersecurity")
    assert {one.named.label: one.count for one in found.kinds} == {
        "key performance indicator": 2, "paragraph": 2, "situational factor": 2, "expected result": 1, "output": 1,
    }  # fmt: skip
    assert next(one.count for one in found.units if one.named.iri == ITU_D) == 4
    assert set(things(find("cybersecurity", kind="sg:KPI"))) == {"itu-d/objective/3/kpi/1", "gs/objective/2/kpi/8"}
    assert things(find("cybersecurity", kind=SG.KPI, unit=ITU_D)) == ["itu-d/objective/3/kpi/1"]
    with pytest.raises(UsageError, match="kind"):
        find("cybersecurity", kind="sg:Nothing")


def test_other_forms_of_a_word_are_found_but_not_for_a_phrase(find: Find) -> None:
    """Line 412 speaks of cyberthreats in the second and in the third of its results, and nowhere else."""
    assert set(things(find("Cyberthreat"))) == {"itu-d/objective/3/result/2", "itu-d/objective/3/result/3"}
    assert find('"cyberthreat"').total == 0


def test_a_phrase_is_found_as_it_stands(find: Find) -> None:
    """The titles of two groups of outputs and results, lines 134 and 174: the words stand apart in other texts."""
    found = find('"bridging the standardization gap"')
    assert found.total
    said = ["".join(run.text for run in (*one.label, *one.words)) for one in found.results]
    assert all("bridging the standardization gap" in " ".join(text.lower().split()) for text in said)
    assert find('"gap standardization the bridging"').total == 0


def test_french_is_found_without_accents_and_in_other_forms(find: Find) -> None:
    as_written = find("développement durable")
    otherwise = find("DEVELOPPEMENT durables")
    assert as_written.total == otherwise.total > 10
    assert {one.language for one in as_written.results} == {"fr"}


@pytest.mark.parametrize("typed", ["SDG 9.c", "sdg:9.c", "SDG 9c", "target 9.c", "Sdg 9.C", "SDG 09.0c"])
def test_a_code_comes_first_in_each_of_its_spellings(find: Find, typed: str) -> None:
    assert things(find(typed))[0] == f"{SDG}9.c"


def test_codes_of_other_kinds_come_first_too(find: Find) -> None:
    assert things(find("SDG13")) == [f"{SDG}13"]
    assert things(find("ITU-D objective 3"))[0] == "itu-d/objective/3"
    assert things(find("section 6.1.8"))[0] == "text/section/6.1.8"
    assert things(find("UNBIS 1003661"))[0] == "http://metadata.un.org/thesaurus/1003661"


@pytest.mark.parametrize(
    "typed",
    [
        "itu-d/objective/3",
        "itu/plan/2012-2015/itu-d/objective/3",
        f"{PLAN}itu-d/objective/3",
        f" <{PLAN}itu-d/objective/3> ",
    ],
)
def test_an_iri_or_a_place_leads_to_its_thing(find: Find, typed: str) -> None:
    assert find(typed).leads_to == f"{PLAN}itu-d/objective/3"


def test_what_nobody_wrote_is_told_with_what_may_have_been_meant(find: Find) -> None:
    found = find("cybersecuritty")
    assert (found.total, found.suggestion) == (0, "cybersecurity")
    some = find("cybersecurity xylophone")
    assert some.is_any
    assert set(things(some)) == WITH_CYBERSECURITY


def test_what_a_search_may_have_is_bounded(find: Find) -> None:
    with pytest.raises(UsageError, match="17 words"):
        find(" ".join(f"word{number}" for number in range(17)))
    with pytest.raises(UsageError, match="301 characters"):
        find("x" * 301)
    assert find("?!").total == 0
    assert find('" NOT name : * NEAR( ^ {').is_any  # words, and none of the index's own language


def test_more_than_is_ranked_is_said_and_chosen_kinds_are_still_whole(
    find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_index, "MOST_RANKED", 3)
    found = find("cybersecurity")
    assert (found.is_cut, found.total) == (True, 3)
    assert len(find("cybersecurity", kind="sg:KPI").results) == 2


def test_a_search_ends_at_its_deadline(find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_index, "_STEP", 1)
    with pytest.raises(DeadlineExceeded, match="longer"):
        find("cybersecurity", deadline_s=0)


@pytest.mark.parametrize("language", six_languages.LANGUAGES)
def test_a_plan_is_found_in_each_language_of_the_united_nations(language: str) -> None:
    """From a store that has no index: one is made."""
    store = memory_store(Quad(t.subject, t.predicate, t.object) for t in _entailed(six_languages.turtle()))
    with closing(store):
        current = CurrentWords("")
        for place, (_, code, _) in six_languages.ELEMENTS.items():
            said = six_languages.wording(code, language)
            # Some words, or of Chinese some signs, from within the text.
            piece = said[10:18] if language == "zh" else " ".join(said.split()[2:7])
            found = search(store, current, piece.upper(), languages=(language,))
            assert f"{six_languages.PLAN}/{place}" in [one.named.iri for one in found.results], piece
            assert any(folded(mark) in folded(piece) for mark in marked(found))


def _entailed(turtle: str) -> list[Quad]:
    """The triples, with what a publication adds to the class of an element."""
    triples = [*parse(turtle.encode(), format=RdfFormat.TURTLE)]
    element, kind = NamedNode(SG.PLAN_ELEMENT), NamedNode(RDF.TYPE)
    return triples + [Quad(t.subject, kind, element) for t in triples if t.predicate.value == SG.IN_PLAN]


def said_of(name: str, text: str) -> list[Quad]:
    thing = NamedNode(f"{AGENCY}/{name}")
    kinds = (SG.PLAN_ELEMENT, SG.OBJECTIVE)
    return [
        Quad(thing, NamedNode(RDFS.LABEL), Literal(text, language="en")),
        *(Quad(thing, NamedNode(RDF.TYPE), NamedNode(kind)) for kind in kinds),
    ]


def test_what_a_publication_changes_is_found_after_it(tmp_path: Path) -> None:
    def published(text: str) -> None:
        publish_snapshot(
            tmp_path,
            said_of("objective/1", text),
            name=text,
            created=datetime(2030, 1, 1, tzinfo=UTC),
            complete=index_snapshot,
        )

    current = CurrentWords(str(tmp_path))
    published("Build bridges")
    with opened(tmp_path) as store:
        with store.reading() as reading:
            assert search(reading, current, "bridge").total == 1
        published("Build tunnels")
        with store.reading() as reading:
            assert (search(reading, current, "bridge").total, search(reading, current, "tunnel").total) == (0, 1)


LINKS = "https://w3id.org/stratgraph/links/to-roads"


def in_graph(name: str, quads: list[Quad]) -> list[Quad]:
    return [Quad(q.subject, q.predicate, q.object, NamedNode(name)) for q in quads]


@pytest.mark.parametrize(
    ("said", "is_as_before"),
    [
        # A set, a record of it, and a link: nothing is found in them.
        ([(LINKS, RDF.TYPE, SSSOM.MAPPING_SET), (LINKS, DCTERMS.TITLE, "Links to roads")], True),
        ([(f"{LINKS}/1", RDF.TYPE, OWL.AXIOM), (f"{LINKS}/1", RDFS.COMMENT, "Both speak of roads")], True),
        ([("objective/1", SG.IS_ABOUT, "https://example.org/roads")], True),
        # Somebody's words of what is found.
        ([("objective/1", RDFS.LABEL, "Build roads")], False),
        ([("objective/1", DCTERMS.IDENTIFIER, "R 1")], False),
        ([(f"{LINKS}/roads", RDF.TYPE, SKOS.CONCEPT), (f"{LINKS}/roads", SKOS.PREF_LABEL, "Roads")], False),
        ([(f"{LINKS}/mention", SG.MENTION_OF, f"{AGENCY}/objective/1")], False),
    ],
)
def test_the_index_is_written_anew_where_words_may_have_changed(
    tmp_path: Path, said: list[tuple[str, str, str]], *, is_as_before: bool
) -> None:
    view = f"{AGENCY}/version/1/view"
    there = said_of("objective/1", "Build bridges")
    first = publish_snapshot(
        tmp_path, [*there, *in_graph(view, there)], name="1", created=datetime(2030, 1, 1, tzinfo=UTC),
        complete=index_snapshot,
    )  # fmt: skip
    quads = [
        Quad(
            NamedNode(one if ":" in one else f"{AGENCY}/{one}"),
            NamedNode(name),
            NamedNode(value) if ":" in value else Literal(value, language="en"),
        )
        for one, name, value in said
    ]
    change = Change(first.id, {LINKS: in_graph(LINKS, quads)}, frozenset((view,)), frozenset((view, LINKS)))
    second = publish_snapshot(
        tmp_path, (), name="2", created=datetime(2030, 1, 2, tzinfo=UTC), complete=index_snapshot, change=change
    )

    assert (second.folder / "words.sqlite").samefile(first.folder / "words.sqlite") == is_as_before
    anew = tmp_path / "anew"
    anew.mkdir()
    (anew / "store").symlink_to(second.store_folder)
    index_snapshot(anew)
    assert found_in(second.folder / "words.sqlite") == found_in(anew / "words.sqlite")


def found_in(index: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(index)) as connection:
        return connection.execute(
            "SELECT thing, kinds.iri, name, text, language, size FROM entries "
            "JOIN texts USING (id) JOIN kinds ON kinds.id = kind ORDER BY thing, language"
        ).fetchall()


def test_a_damaged_index_is_an_error_and_an_older_one_is_made_anew(tmp_path: Path) -> None:
    publish_snapshot(
        tmp_path, said_of("objective/1", "Build bridges"), name="a", created=datetime(2030, 1, 1, tzinfo=UTC)
    )
    file = list_snapshots(tmp_path)[0].folder / "words.sqlite"
    with opened(tmp_path) as store, store.reading() as reading:
        file.write_bytes(b"")  # SQLite takes it for a database without a format
        assert search(reading, CurrentWords(str(tmp_path)), "bridge").total == 1
        file.write_bytes(b"no database" * 100)
        with pytest.raises(StoreError, match="cannot be read"):
            search(reading, CurrentWords(str(tmp_path)), "bridge")


def test_the_command_finds_the_same(linked_store: Path) -> None:
    done = run("search", "cybersecurity", "--kind", "sg:KPI", store=linked_store)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert {row[-1].removeprefix(PLAN): row[-2] for row in rows} == {
        "itu-d/objective/3/kpi/1": "line 412",
        "gs/objective/2/kpi/8": "line 498",
    }
    assert "2 things found" in done.stderr


@pytest.mark.parametrize("languages", [(), ("de",), ("en-GB",)])
def test_a_text_is_english_where_no_language_that_is_asked_for_has_the_words(
    find: Find, languages: tuple[str, ...]
) -> None:
    found = find("2.1", languages=languages).results[0]
    assert (found.named.language, found.language) == ("en", "en")


@pytest.mark.parametrize(
    ("main", "titles", "asked", "expected"),
    [
        ("fr", six_languages.LANGUAGES, (), "fr"),  # what the plan says
        ("fr", six_languages.LANGUAGES, ("de",), "fr"),
        ("fr", six_languages.LANGUAGES, ("ru",), "ru"),  # who asks comes first
        ("", six_languages.LANGUAGES, (), "en"),  # the title that is shown
        ("", ("es", "fr", "ru"), (), "es"),  # without English by tag
    ],
)
@pytest.mark.parametrize("plan", [six_languages.PLAN, "https://data.example.org/plans/2030"])
def test_a_hit_in_several_languages_is_shown_in_the_main_one_of_its_plan(
    plan: str, main: str, titles: tuple[str, ...], asked: tuple[str, ...], expected: str
) -> None:
    """A place is found in all languages; the words that stand below it are those of its name above."""
    text = six_languages.turtle(main=main, languages=titles).replace(six_languages.PLAN, plan)
    store = memory_store(Quad(t.subject, t.predicate, t.object) for t in _entailed(text))
    with closing(store):
        found = search(store, CurrentWords(""), "objective/1/output/1", languages=asked).results[0]
    assert (found.named.iri, found.named.language, found.language) == (
        f"{plan}/objective/1/output/1",
        expected,
        expected,
    )


def test_a_place_in_a_workbook_is_its_sheet_and_cell(typed_store: Path) -> None:
    done = run("search", "visits", "site", store=typed_store)
    assert done.stdout.split("\t")[-2] == "sheet KPIs, cell E2"


def test_context_has_the_words_and_says_where_it_is_cut() -> None:
    text = f"{'before ' * 60}the bridge{' after' * 60}"
    runs = excerpt(text, frozenset({("bridge",)}), 100)
    assert [run.text for run in runs if run.is_marked] == ["bridge"]
    said = "".join(run.text for run in runs)
    assert said.startswith("… before ")
    assert said.endswith(" after …")
    assert len(said) < 130


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "Z", "P"])))
@example("0\u0e480")
@example("\u0e480\u0e01\u0e480")
def test_words_are_those_of_the_text_and_stand_where_they_say(text: str) -> None:
    placed = placed_words(text)
    assert all(one.word in words(text[one.start : one.end]) for one in placed)
    assert [one.word for one in placed if one.word.isascii()] == [one for one in words(text) if one.isascii()]


def test_what_was_typed_is_read_as_words_phrases_and_words_with_parts() -> None:
    typed = read_typed('the l’accès "à l\'eau" ITU-D 9.c, de\u0301veloppement/TIC')
    assert [one.words for one in typed.sought] == [
        ("acces",), ("a", "l", "eau"), ("itu", "d"), ("9", "c"), ("developpement",), ("tic",),
    ]  # fmt: skip
    assert [one.is_exact for one in typed.sought] == [False, True, False, False, False, False]
    assert [one.words for one in read_typed("the").sought] == [("the",)]
