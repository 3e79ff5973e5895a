"""A plan that comes in another language: its words beside those that are there, each with its own place in a source.

The French of ``tests/data/other-plan.txt`` is constructed; what a review has to report was written from the two texts.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from program import run
from small_plan import PLAN, SOURCE
from stores import copied, opened
from stratgraph.asking import text_rows
from stratgraph.catalogue import dcat, read_catalogue
from stratgraph.entities import describe, evidence_of
from stratgraph.history import read_version, versions_of
from stratgraph.terms import DCTERMS, SG

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

FRENCH = SOURCE.with_name("other-plan-fr.txt")
OUTPUT = f"{PLAN}/agy-w/objective/2/output/2"


def write(folder: Path, text: str) -> Path:
    """A French text with the description beside it."""
    shutil.copy(FRENCH.with_suffix(".toml"), folder / "french.toml")
    file = folder / "french.txt"
    file.write_text(text, "utf-8", newline="\n")
    return file


def reviewed(file: Path, store: Path) -> tuple[CompletedProcess[str], dict[str, object]]:
    done = run("review", "--format", "json", file, store=store)
    return done, json.loads(done.stdout) if done.stdout else {}


@pytest.fixture(scope="module")
def store(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan in English, and its French published after it."""
    folder = copied(small_store, tmp_path_factory.mktemp("editions") / "store")
    done = run("publish", FRENCH, "--by", "Ann", "--reason", "The French text.", store=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_it_is_the_french_of_the_same_plan_and_takes_nothing_away(small_store: Path) -> None:
    done, found = reviewed(FRENCH, small_store)
    assert done.returncode == 0
    assert found["findings"] == []
    kinds = {(one["kind"], one["property"]) for one in found["changes"]}
    assert {kind for kind, _ in kinds} == {"translated", "amended"}
    assert [one["new"] for one in found["changes"] if one["kind"] == "amended"] == ["en"]
    # Each of the 27 elements, told by its text.
    told = {one["subject"]: one["new"] for one in found["changes"] if one["property"] == SG.TEXT}
    of_elements = {iri.removeprefix(f"{PLAN}/"): text for iri, text in told.items() if "/text/" not in iri}
    assert len(of_elements) == 27
    assert of_elements["agy-w/objective/2/output/2"] == "Ponts d'acier, route"
    assert of_elements["mission"] == "La mission de l'AGC est de construire des ponts."
    assert of_elements["factor/2.1.2"] == "l'argent manque."
    assert of_elements["off/objective/1/kpi/1"] == "Jours de retard"


def test_each_language_rests_on_its_own_source(store: Path) -> None:
    with opened(store) as graph, graph.reading() as reading:
        found = describe(reading, OUTPUT)
        assert found is not None
        texts = {one.language: one.value for one in found.of(SG.TEXT)}
        assert texts == {"en": "Steel bridges, road", "fr": "Ponts d'acier, route"}
        assert found.label == "Steel bridges, road"
        second = versions_of(reading, PLAN)[-1]
        rows = list(text_rows(reading, "entity-evidence", entity=[OUTPUT], provenance=[second.iris.provenance]))
        rests = {row["value"]: (row["span"].partition("#")[0], row["line"], row["characters"]) for row in rows}
        shown = evidence_of(reading, OUTPUT, second.iris.provenance)
        plan = read_version(reading, second)
    # Line 67 of either text: the row of objective 2 in Table 4.2.
    english, french = "Steel bridges, road", "Ponts d'acier, route"
    assert rests[english] == (f"{PLAN}/version/1/source", "67", english)
    assert rests[french] == (f"{PLAN}/version/2/source", "67", french)
    assert {english, french} <= {one.characters for one in shown.rests}
    assert plan.language == "en"
    assert plan.source.language == "fr"
    assert plan.source.text == FRENCH.read_text("utf-8")


def test_a_translation_whose_abbreviations_nobody_explains_is_no_other_plan_in_silence(
    small_store: Path, tmp_path: Path
) -> None:
    file = write(tmp_path, FRENCH.read_text("utf-8"))
    file.with_suffix(".toml").write_text('language = "fr"\n', "utf-8")
    for command in ("review", "publish"):
        done = run(command, file, store=small_store)
        assert (done.returncode, done.stdout) == (2, "")
        said = " ".join(done.stderr.split())
        assert f"<{PLAN}>, of the same years and in another language (en), has as many elements of each kind" in said
        assert '[abbreviations] with AGC = "AGY" and so on' in said
    # Whoever means a plan of its own says so.
    assert "a first version with 27 elements" in run("review", file, "--against", "0", store=small_store).stdout


def test_a_french_text_without_a_description_is_told_as_such(small_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "french.txt"
    shutil.copy(FRENCH, file)
    done = run("review", file, store=small_store)
    said = " ".join(done.stderr.split())
    assert done.returncode == 2
    # Line 33 is the heading of its first part.
    assert "french.txt, line 33: The headings of the text are in the language fr, and it is read as en." in said
    assert 'Say language = "fr" in its description, french.toml.' in said


def test_notes_of_a_french_plan_are_in_english_and_tagged_so(tmp_path: Path) -> None:
    store = tmp_path / "store"
    file = write(tmp_path, FRENCH.read_text("utf-8"))
    assert run("publish", file, "--reason", "It is new.", store=store).returncode == 0
    done, found = reviewed(file, store)
    assert (done.returncode, found["changes"]) == (0, [])
    query = "SELECT ?note { ?thing <http://www.w3.org/2004/02/skos/core#editorialNote> ?note }"
    said = run("query", query, store=store).stdout.splitlines()[1:]
    assert said == ['"The two tables word this output differently, in punctuation or case only."@en']
    # A note whose reason is mended goes with it.
    text = FRENCH.read_text("utf-8")
    assert text.count("Ponts d'acier (route)") == 1
    done, found = reviewed(write(tmp_path, text.replace("Ponts d'acier (route)", "Ponts d'acier, route")), store)
    gone = [one["old"] for one in found["changes"] if one["property"].endswith("editorialNote")]
    assert gone == ["The two tables word this output differently, in punctuation or case only."]


def test_the_catalogue_gives_each_version_its_own_languages(store: Path) -> None:
    with opened(store) as graph, graph.reading() as reading:
        said = list(dcat(read_catalogue(reading), "http://example.org"))
    spoken: dict[str, set[str]] = {}
    for triple in said:
        if triple.predicate.value == DCTERMS.LANGUAGE:
            spoken.setdefault(triple.subject.value, set()).add(triple.object.value.rpartition("/")[2])
    first, second = (f"{PLAN}/version/{number}" for number in (1, 2))
    assert (spoken[first], spoken[second]) == ({"ENG"}, {"ENG", "FRA"})
    files = {iri.rpartition("#")[2].partition("/version/")[2]: tags for iri, tags in spoken.items() if "#" in iri}
    assert (files["1/turtle"], files["2/turtle"], files["2/xlsx"]) == ({"ENG"}, {"ENG", "FRA"}, {"ENG", "FRA"})
    # StratML has one language.
    assert files["2/stratml"] == {"ENG"}


@pytest.mark.parametrize("name", ["other-plan-fr.txt", "other-plan.txt"])
def test_neither_text_unedited_changes_anything_after_that(store: Path, name: str) -> None:
    done, found = reviewed(SOURCE.with_name(name), store)
    assert (done.returncode, found["changes"], found["findings"]) == (0, [], [])


@pytest.mark.parametrize(("form", "ending"), [("turtle", "ttl"), ("xlsx", "xlsx"), ("stratml", "stratml")])
def test_what_is_exported_changes_nothing_either(store: Path, tmp_path: Path, form: str, ending: str) -> None:
    file = tmp_path / f"export.{ending}"
    assert run("export", "--format", form, "--output", file, store=store).returncode == 0
    done, found = reviewed(file, store)
    assert (done.returncode, found["changes"]) == (0, [])


def test_another_word_in_french_is_one_change_of_the_french(store: Path, tmp_path: Path) -> None:
    text = FRENCH.read_text("utf-8")
    assert text.count("Jours de retard") == 1
    done, found = reviewed(write(tmp_path, text.replace("Jours de retard", "Jours perdus")), store)
    assert done.returncode == 0
    (change,) = found["changes"]
    assert (change["kind"], change["subject"]) == ("reworded", f"{PLAN}/off/objective/1/kpi/1")
    assert (change["old"], change["new"]) == ("Jours de retard", "Jours perdus")


def test_a_revision_in_english_keeps_the_french_of_what_stays(store: Path, tmp_path: Path) -> None:
    folder = copied(store, tmp_path / "store")
    text = SOURCE.read_text("utf-8")
    file = tmp_path / "english.txt"
    assert text.count("Number of plans") == 1
    file.write_text(text.replace("Number of plans", "Number of all plans"), "utf-8", newline="\n")
    assert run("publish", file, store=folder).returncode == 0
    with opened(folder) as graph, graph.reading() as reading:
        found = describe(reading, f"{PLAN}/agy-w/objective/1/kpi/1")
    assert found is not None
    texts = {one.language: one.value for one in found.of(SG.TEXT)}
    assert texts == {"en": "Number of all plans", "fr": "Nombre de plans"}


def test_a_translation_of_what_changed_is_told_until_it_is_translated(store: Path, tmp_path: Path) -> None:
    folder = copied(store, tmp_path / "store")
    kpi, plan = f"{PLAN}/agy-w/objective/1/kpi/1", f"plan={PLAN}"
    english = tmp_path / "english.txt"
    text = SOURCE.read_text("utf-8")
    assert text.count("Building") == 2  # objective 2 in its chapter, and in the table
    text = text.replace("Number of plans", "Number of all plans").replace("Building", "Raising")
    english.write_text(text, "utf-8", newline="\n")
    done, found = reviewed(english, folder)
    assert done.returncode == 0
    told = {(one["focus"], one["path"], one["value"]) for one in found["findings"]}
    assert told == {
        (kpi, SG.TEXT, "Nombre de plans"),
        (f"{PLAN}/agy-w/objective/2", DCTERMS.TITLE, "Construction"),
    }
    assert {(one["rule"], one["severity"], one["standing"]) for one in found["findings"]} == {
        ("TranslationFollowsText", "Warning", "new")
    }
    for form, mark in (("text", "new Warning"), ("markdown", "Nombre de plans"), ("html", "Nombre de plans")):
        report = run("review", "--format", form, english, store=folder).stdout
        assert mark in report
        assert "TranslationFollowsText" in report
    sarif = json.loads(run("review", "--format", "sarif", english, store=folder).stdout)
    assert "TranslationFollowsText" in {one["ruleId"] for one in sarif["runs"][0]["results"]}
    assert run("publish", english, store=folder).returncode == 0
    ask = ("query", "older-translations", "-p", plan, "--format", "csv")
    rows = run(*ask, store=folder).stdout.splitlines()[1:]
    assert rows == [
        f"{kpi},fr,Nombre de plans,2,Number of plans,Number of all plans",
        f"{PLAN}/agy-w/objective/2,fr,Construction,2,Building,Raising",
    ]
    assert run("review", english, store=folder).stdout.count("TranslationFollowsText") == 0
    french = FRENCH.read_text("utf-8")
    assert french.count("Nombre de plans") == 1
    file = write(tmp_path, french.replace("Nombre de plans", "Nombre de tous les plans"))
    assert run("publish", file, store=folder).returncode == 0
    assert run(*ask, store=folder).stdout.splitlines()[1:] == rows[1:]


def test_rights_that_an_edition_says_nothing_of_keep_their_language(tmp_path: Path) -> None:
    english = tmp_path / "english.txt"
    shutil.copy(SOURCE, english)
    english.with_suffix(".toml").write_text('rights = "Free to copy."\n', "utf-8")
    french = write(tmp_path, FRENCH.read_text("utf-8"))
    folder = tmp_path / "store"
    changes = (("", ""), ("", ""), ("Number of plans", "Number of all plans"), ("Nombre de plans", "Nombre des plans"))
    for file, change in zip((english, french, english, french), changes, strict=True):
        file.write_text(file.read_text("utf-8").replace(*change), "utf-8")
        done = run("publish", file, "--reason", "x", store=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    question = "SELECT ?v ?rights { GRAPH ?g { ?v <http://purl.org/dc/terms/rights> ?rights } } ORDER BY ?v"
    rows = [line.split("\t") for line in run("query", question, store=folder).stdout.splitlines()[1:]]
    said = [rights for source, rights in rows if "/version/" in source]
    assert said == ['"Free to copy."@en'] * 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (" • les routes", "", "1 Expected results of “Plans for:”"),
        ("Traversées par jour Traversées par nuit", "Traversées par jour • Traversées par nuit", "2 KPIs of “AGY-W"),
        ("\nObjectif 2\tX\t", "\nObjectif 2\t\tX", "“AGY-W objective 2: Building” with contributesTo “Goal of OFF”"),
    ],
)
def test_what_is_no_translation_is_refused_and_says_what_differs(
    small_store: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = FRENCH.read_text("utf-8")
    assert text.count(old) == 1
    done, _ = reviewed(write(tmp_path, text.replace(old, new)), small_store)
    assert done.returncode == 2
    assert said in done.stderr
    assert "french.txt, line " in done.stderr
    assert "Publish what changed in en first" in done.stderr


def test_an_abbreviation_that_the_text_has_not_is_told(small_store: Path, tmp_path: Path) -> None:
    file = write(tmp_path, FRENCH.read_text("utf-8"))
    beside = file.with_suffix(".toml")
    beside.write_text(beside.read_text("utf-8").replace("BUR =", "BURX ="), "utf-8")
    done, _ = reviewed(file, small_store)
    assert done.returncode == 2
    assert "says what BURX is, and" in done.stderr
    assert "it has AGC, AGC-T, BUR" in done.stderr


def test_stratml_in_another_language_is_the_same_plan_too(tmp_path: Path) -> None:
    english = SOURCE.with_name("stratml-sc-commerce.xml")
    store, plan = tmp_path / "store", "https://w3id.org/stratgraph/id/scdc/plan/fy2023"
    assert run("publish", english, "--profile", "core", store=store).returncode == 0
    file = tmp_path / "french.xml"
    text = english.read_text("utf-8")
    # No word of it is French: what is looked at is where its words go.
    file.write_text(re.sub(r"<(Name|Description)>(?=\w)", r"<\1>Fr. ", text), "utf-8")
    file.with_suffix(".toml").write_text(f'language = "fr"\n{english.with_suffix(".toml").read_text("utf-8")}', "utf-8")
    done, found = reviewed(file, store)
    assert done.returncode == 0, done.stderr
    assert {one["kind"] for one in found["changes"]} == {"translated", "amended"}
    told = {(one["subject"], one["property"]): one["new"] for one in found["changes"]}
    assert told[plan, DCTERMS.TITLE] == "Fr. Fiscal Year 2023 Accountability Report"
    assert told[plan, SG.MAIN_LANGUAGE] == "en"
    goal = "Attract capital investment and job creation throughout South Carolina"
    assert told[f"{plan}/goal/1", SG.TEXT] == f"Fr. {goal}"
    assert run("publish", file, store=store).returncode == 0
    for one in (file, english):
        done, found = reviewed(one, store)
        assert (done.returncode, found["changes"]) == (0, [])


def test_what_rests_on_a_whole_source_rests_on_the_one_that_said_it(store: Path) -> None:
    with opened(store) as graph, graph.reading() as reading:
        first, second = versions_of(reading, PLAN)
        before, after = read_version(reading, first), read_version(reading, second)
    without = [triple for triple, evidence in before.statements.items() if not evidence.spans]
    places = {place.iri for triple in without for place in after.statements[triple].earlier}
    assert places <= {f"{PLAN}/version/1/source"}
    # Each decision and each way of making a value stands in the new record as in the old one.
    for triple, evidence in before.statements.items():
        now = after.statements[triple]
        assert set(evidence.decisions) < set(now.decisions), triple
        assert evidence.derivations == now.derivations, triple
        assert not now.spans, triple
        characters = sorted(before.source.text[span.start : span.end] for span in evidence.spans)
        assert sorted(place.characters for place in now.earlier if place.line) == characters, triple
    reasons = {decision.name: decision.reason for decision in after.decisions}
    assert {decision.name: decision.reason for decision in before.decisions}.items() <= reasons.items()


def test_a_revision_in_english_leaves_the_french_on_its_own_characters(store: Path, tmp_path: Path) -> None:
    folder = copied(store, tmp_path / "store")
    file = tmp_path / "english.txt"
    file.write_text(SOURCE.read_text("utf-8").replace("Number of plans", "Number of all plans"), "utf-8", newline="\n")
    assert run("publish", file, store=folder).returncode == 0
    with opened(folder) as graph, graph.reading() as reading:
        third = versions_of(reading, PLAN)[-1]
        rows = list(text_rows(reading, "entity-evidence", entity=[OUTPUT], provenance=[third.iris.provenance]))
    rests = {row["value"]: (row["span"].partition("#")[0], row["line"]) for row in rows}
    assert rests["Steel bridges, road"] == (f"{PLAN}/version/3/source", "67")
    assert rests["Ponts d'acier, route"] == (f"{PLAN}/version/2/source", "67")


def test_a_form_that_cannot_say_all_of_a_plan_can_translate_what_it_says(small_store: Path, tmp_path: Path) -> None:
    # StratML has no element for the factors and the statements of goals.
    file = tmp_path / "french.stratml"
    assert run("export", "--format", "stratml", "--output", file, store=small_store).returncode == 0
    text = file.read_text("utf-8")
    assert text.count("Paid staff") == 1
    file.write_text(text.replace("Paid staff", "Personnel payé"), "utf-8")
    file.with_suffix(".toml").write_text('language = "fr"\n', "utf-8")
    done, found = reviewed(file, small_store)
    assert done.returncode == 0, done.stderr
    told = {one["subject"]: one["new"] for one in found["changes"] if one["kind"] == "translated"}
    assert told[f"{PLAN}/off/objective/1/result/1"] == "Personnel payé"
    assert {one["kind"] for one in found["changes"]} == {"translated", "amended"}


def test_a_translation_with_another_figure_is_refused(tmp_path: Path) -> None:
    english = SOURCE.with_name("stratml-sc-commerce.xml")
    store = tmp_path / "store"
    assert run("publish", english, "--profile", "core", store=store).returncode == 0
    file = tmp_path / "french.xml"
    text = english.read_text("utf-8")
    figure = "<NumberOfUnits>45000</NumberOfUnits>"
    assert text.count(figure) == 1
    file.write_text(text.replace(figure, figure.replace("45000", "54000")), "utf-8")
    file.with_suffix(".toml").write_text(f'language = "fr"\n{english.with_suffix(".toml").read_text("utf-8")}', "utf-8")
    done, _ = reviewed(file, store)
    assert done.returncode == 2
    assert "with numericValue “54000”" in done.stderr


def test_a_translation_does_not_say_what_the_plan_replaces(small_store: Path, tmp_path: Path) -> None:
    file = write(tmp_path, FRENCH.read_text("utf-8"))
    beside = file.with_suffix(".toml")
    beside.write_text(f'replaces = "https://data.example.org/plans/1"\n{beside.read_text("utf-8")}', "utf-8")
    done, _ = reviewed(file, small_store)
    assert done.returncode == 2
    assert "with replaces “https://data.example.org/plans/1”" in done.stderr


def test_what_somebody_decided_of_a_period_stays_decided_after_a_translation(annex_store: Path, tmp_path: Path) -> None:
    folder = copied(annex_store, tmp_path / "published")
    english = tmp_path / "english.txt"
    shutil.copy(SOURCE, english)
    english.with_suffix(".toml").write_text(
        'replaces = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"\n'
        '[[succession]]\nnew = "off/objective/1"\nold = "itu-d/objective/1"\n',
        "utf-8",
    )
    assert run("publish", english, store=folder).returncode == 0
    asked = ("query", "carried-over", "-p", f"plan={PLAN}", "--format", "csv")
    before = run(*asked, store=folder).stdout
    assert "itu-d/objective/1,continued," in before
    assert "english.toml says so" in before
    assert run("publish", FRENCH, store=folder).returncode == 0
    assert run(*asked, store=folder).stdout == before
