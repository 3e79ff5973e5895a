"""Plans of two periods in several languages: compared in one that both have; expected is what both texts say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import six_languages
from program import run
from stratgraph.matching import Relation, succession
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from stratgraph.statements import StatedPlan

LIMITS = Settings().part(ReadingLimits)
PLAN = six_languages.PLAN
NEXT = PLAN.replace("2030", "2034")


def read(text: str) -> StatedPlan:
    return read_revision(text.encode(), file="plan.ttl", limits=LIMITS)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (("fr", "en"), ("en",)),
        (("en",), ("fr", "en")),
        (("fr", "en"), ("ar", "en")),
        (("fr",), ("fr", "en", "ar")),
    ],
)
def test_they_are_compared_in_a_language_that_both_have(new: tuple[str, ...], old: tuple[str, ...]) -> None:
    after = read(six_languages.next_of(six_languages.turtle(main=new[0], languages=new)))
    before = read(six_languages.turtle(main=old[0], languages=old))
    found = succession(after, before)
    assert {(one.old[0].place, one.new[0].place) for one in found if one.old and one.new} == {
        (place, place) for place in six_languages.ELEMENTS
    }
    assert {(one.relation, one.confidence) for one in found} == {(Relation.CONTINUED, 1.0)}


def test_the_main_language_of_the_newer_plan_comes_first() -> None:
    """The English of both is the same; their French is that of two other plans."""
    english = six_languages.turtle(main="en", languages=("en", "fr"))
    french = {place: f"mot{number}" for number, place in enumerate(six_languages.ELEMENTS)}
    other = english
    for place, (_, code, _) in six_languages.ELEMENTS.items():
        other = other.replace(f'"{six_languages.wording(code, "fr")}"@fr', f'"{french[place]}"@fr')
    for main, relations in (("en", {Relation.CONTINUED}), ("fr", {Relation.ENDED, Relation.NEW})):
        after = read(six_languages.next_of(other.replace('mainLanguage "en"', f'mainLanguage "{main}"')))
        found = [one for one in succession(after, read(english)) if "objective" in (one.old or one.new)[0].place]
        assert {one.relation for one in found} == relations


def test_words_of_another_language_are_not_looked_at() -> None:
    """The indicator has words in French alone, in one that leads with English: there it has none."""
    only = {"objective/1/kpi/1": ("fr",)}
    after = read(six_languages.next_of(six_languages.turtle(main="en", languages=("en", "fr"), only=only)))
    found = succession(after, read(six_languages.turtle(main="en", languages=("en", "fr"))))
    assert {one.relation for one in found if "kpi" in (one.old or one.new)[0].place} == {Relation.ENDED, Relation.NEW}
    assert {one.new[0].text for one in found if one.new and "kpi" in one.new[0].place} == {
        six_languages.wording("8.2", "fr")
    }


def test_without_a_language_in_common_words_say_nothing() -> None:
    after = read(six_languages.next_of(six_languages.turtle(main="fr", languages=("fr",))))
    before = read(six_languages.turtle(main="en", languages=("en",)))
    assert succession(after, before) == ()
    stated = {f"{NEXT}/goal": [f"{PLAN}/goal"]}
    found = succession(after, before, stated=stated, decided={"mission": {"mission"}, "objective/1": ()})
    assert [(one.relation, one.how) for one in found] == [
        (Relation.CONTINUED, "as the plan states"),
        (Relation.CONTINUED, "as a person decided"),
        (Relation.NEW, "as a person decided"),
    ]


def test_that_is_told_and_nothing_is_recorded(tmp_path: Path) -> None:
    store = tmp_path / "store"
    old, new = tmp_path / "old.ttl", tmp_path / "new.ttl"
    old.write_text(six_languages.turtle(main="en", languages=("en",)), "utf-8")
    new.write_text(six_languages.next_of(six_languages.turtle(main="fr", languages=("fr",))), "utf-8")
    assert run("publish", old, store=store).returncode == 0
    review = json.loads(run("review", new, "--format", "json", store=store).stdout)
    assert review["predecessor"]["successions"] == []
    assert [one for one in review["notices"] if "titles in no language in common" in str(one)]
    assert run("publish", new, store=store).returncode == 0
    asked = run("query", "carried-over", "--param", f"plan={NEXT}", "--format", "tsv", store=store)
    assert asked.stdout.splitlines()[1:] == []
