"""One plan in several languages: what is shown, asked, reviewed and missed in each of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from program import run
from six_languages import ELEMENTS, LANGUAGES, PLAN, turtle, wording
from stores import opened
from stratgraph.document import label
from stratgraph.entities import describe, names_of
from stratgraph.search import read_lexicon
from stratgraph.terms import SG

if TYPE_CHECKING:
    from pathlib import Path

OUTPUT = f"{PLAN}/objective/1/output/1"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("six")
    (folder / "six.ttl").write_text(turtle(), "utf-8")
    done = run("publish", folder / "six.ttl", "--profile", "core", store=folder / "store")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "store"


def findings(tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    """Rule, severity and place of all that is found in a plan."""
    file = tmp_path / "plan.ttl"
    file.write_text(text, "utf-8")
    done = run("validate", "--profile", "core", "--format", "json", file)
    found = json.loads(done.stdout)["findings"]
    return [(one["rule"], one["severity"], one["focus"].removeprefix(f"{PLAN}/")) for one in found]


def test_a_plan_that_is_whole_in_six_languages_has_nothing_to_mend(tmp_path: Path) -> None:
    assert findings(tmp_path, turtle()) == []


def test_what_is_missing_in_the_main_language_is_a_violation_and_in_another_a_warning(tmp_path: Path) -> None:
    place = "objective/1/output/1"
    lacking = {tag: tuple(one for one in LANGUAGES if one != tag) for tag in ("ar", "zh")}
    assert findings(tmp_path, turtle(only={place: lacking["ar"]})) == [("WordingIsInMainLanguage", "Violation", place)]
    assert findings(tmp_path, turtle(only={place: lacking["zh"]})) == [("WordingIsInEachLanguage", "Warning", place)]
    # Without a word of the plan its main language is English, for it has a title in that.
    said = turtle(main="", only={place: tuple(one for one in LANGUAGES if one != "en")})
    assert findings(tmp_path, said) == [
        ("WordingIsInMainLanguage", "Violation", place),
        ("PlanSaysItsMainLanguage", "Warning", PLAN),
    ]


@pytest.mark.parametrize("main", ["de", "fr"])
def test_english_of_any_country_leads_where_nothing_is_said(tmp_path: Path, main: str) -> None:
    text = turtle(main="", languages=("en", "fr")).replace("@en", "@en-GB").replace("@fr", f"@{main}")
    found = findings(tmp_path, text)
    assert found == [("PlanSaysItsMainLanguage", "Warning", PLAN)]
    goal = wording(ELEMENTS["goal"][1], "fr")
    gone = text.replace(f' , "{goal}"@{main} .', " .")
    assert gone != text
    assert set(findings(tmp_path, gone)) == {*found, ("WordingIsInEachLanguage", "Warning", "goal")}


def test_a_text_in_a_language_that_the_plan_has_no_title_in_is_asked_about(tmp_path: Path) -> None:
    languages = ("ar", "en")
    assert findings(tmp_path, turtle(languages=languages)) == []
    assert findings(tmp_path, turtle(languages=languages, only={"goal": ("ar", "en", "fr")})) == [
        ("LanguageIsOneOfThePlan", "Warning", "goal")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_element_is_called_and_worded_as_was_asked(store: Path, language: str) -> None:
    code = ELEMENTS["objective/1/output/1"][1]
    with opened(store) as graph, graph.reading() as reading:
        found = describe(reading, OUTPUT, (language,))
        assert found is not None
        assert (found.label, found.language) == (wording(code, language), language)
        assert found.text(SG.TEXT) == wording(code, language)
        assert found.spoken == LANGUAGES
        named = names_of(reading, [f"{PLAN}/goal"], (language,))[f"{PLAN}/goal"]
        # Long labels are cut at a blank, and Chinese has none.
        assert named.label == label(wording("9.c", language))


def test_a_long_text_without_blanks_has_a_label_all_the_same() -> None:
    text = wording("9.c", "zh") * 3
    assert len(text) > 100
    assert label(text) == f"{text[:99]}…"
    assert label(wording("9.c", "en")).endswith(" …")


def test_who_asks_for_no_language_or_one_that_is_not_there_gets_the_main_one(store: Path) -> None:
    with opened(store) as graph, graph.reading() as reading:
        for asked in ((), ("de",)):
            found = describe(reading, OUTPUT, asked)
            assert found is not None
            assert found.language == "ar"
        lexicon = read_lexicon(reading)
    assert lexicon.label(OUTPUT) == wording("17.8", "ar")
    assert {name.language for name in lexicon.entries[OUTPUT].names} == set(LANGUAGES)


@pytest.mark.parametrize(("form", "ending"), [("turtle", "ttl"), ("jsonld", "jsonld"), ("xlsx", "xlsx")])
def test_an_export_has_all_languages_and_comes_back_unchanged(
    store: Path, tmp_path: Path, form: str, ending: str
) -> None:
    file = tmp_path / f"export.{ending}"
    assert run("export", "--format", form, "--output", file, store=store).returncode == 0
    done = run("review", "--format", "json", file, store=store)
    assert (done.returncode, json.loads(done.stdout)["changes"]) == (0, [])


def test_stratml_has_the_main_language_and_takes_no_other_away(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "export.stratml"
    assert run("export", "--format", "stratml", "--output", file, store=store).returncode == 0
    text = file.read_text("utf-8")
    assert wording("17.8", "ar") in text
    assert wording("17.8", "fr") not in text
    done = run("review", "--format", "json", file, store=store)
    assert (done.returncode, json.loads(done.stdout)["changes"]) == (0, [])


def test_another_word_in_one_language_is_one_change_of_that_text(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "export.ttl"
    assert run("export", "--format", "turtle", "--output", file, store=store).returncode == 0
    old = wording("17.8", "fr")
    new = old.replace("pleinement opérationnels", "opérationnels")
    text = file.read_text("utf-8")
    # The last of the two places that have these words: the label keeps them, for it is not what the element says.
    head, found, tail = text.rpartition(f'"{old}"@fr')
    assert found
    file.write_text(f'{head}"{new}"@fr{tail}', "utf-8")
    done = run("review", "--format", "json", file, store=store)
    (change,) = json.loads(done.stdout)["changes"]
    assert (change["kind"], change["subject"]) == ("reworded", OUTPUT)
    assert (change["old"], change["new"]) == (old, new)
