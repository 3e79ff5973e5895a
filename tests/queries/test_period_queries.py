"""The documented queries about two periods, asked of the annex and the constructed plan that replaces it.

The answers are those decided by hand from both texts (``next_period.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import QuerySolutions, Store

import next_period
import six_languages
from program import run
from stores import copied
from stratgraph.query import examples, fill
from stratgraph.terms import SG_NS

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = {example.name: example for example in examples()}
RELATIONS = {
    **dict.fromkeys(next_period.CONTINUED, "continued"),
    **dict.fromkeys(next_period.SPLIT, "split"),
    **{old: "merged" for parts in next_period.MERGED for old in parts},
}


@pytest.fixture(scope="module")
def both(annex_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Both plans, the later one in two versions, as they are published."""
    folder = copied(annex_store, tmp_path_factory.mktemp("periods") / "store")
    text = next_period.FILE.read_text("utf-8")
    next_period.publish(folder, text)
    next_period.publish(folder, text.replace("Nobody is left", "None is left"))
    (snapshot,) = (folder / "current").resolve().glob("store")
    return Store.read_only(str(snapshot))


def rows(store: Store, name: str, plan: str = next_period.PLAN) -> list[tuple[str, ...]]:
    answer = store.query(fill(EXAMPLES[name], {"plan": plan}))
    assert isinstance(answer, QuerySolutions)
    found = []
    for solution in answer:
        values = (solution[variable] for variable in answer.variables)
        texts = ("" if value is None else value.value for value in values)
        found.append(
            tuple(
                text.removeprefix(f"{next_period.PLAN}/").removeprefix(f"{next_period.ANNEX}/").removeprefix(SG_NS)
                for text in texts
            )
        )
    return found


def test_what_was_carried_over_is_told_once_with_how_sure(both: Store) -> None:
    found = rows(both, "carried-over")
    assert len(found) == len(next_period.PAIRS)
    assert {(successor, old) for old, _, successor, _, _ in found} == next_period.PAIRS
    assert {old: relation for old, relation, *_ in found} == RELATIONS
    sure = {old for old, _, _, confidence, _ in found if float(confidence) == 1.0}
    assert sure == next_period.CONTINUED.keys() - next_period.REWORDED
    assert all(f"confidence {float(confidence):.2f}" in how for _, _, _, confidence, how in found)


def test_what_ended_and_what_is_new(both: Store) -> None:
    ended = rows(both, "ended-with-period")
    assert len(ended) == next_period.ENDED
    assert ("Vision", "itu-t/vision", "Vision of ITU-T") in ended
    assert not {place for _, place, _ in ended} & RELATIONS.keys()
    assert {place for _, place, _ in rows(both, "new-in-period")} == next_period.NEW


def test_of_a_plan_that_replaces_none_nothing_is_said(both: Store) -> None:
    assert [rows(both, name, next_period.ANNEX) for name in ("carried-over", "ended-with-period", "new-in-period")] == [
        [],
        [],
        [],
    ]


def test_both_directions_are_there(both: Store) -> None:
    element = f"<{next_period.ANNEX}/itu-d/objective/6>"
    answer = both.query(f"SELECT ?x {{ {element} <http://purl.org/dc/terms/isReplacedBy> ?x }}")
    assert isinstance(answer, QuerySolutions)
    assert {s["x"].value.removeprefix(f"{next_period.PLAN}/") for s in answer} == set(
        next_period.SPLIT["itu-d/objective/6"]
    )


def test_of_a_plan_in_several_languages_each_element_is_told_once_in_the_main_one(tmp_path: Path) -> None:
    """Constructed: the indicator of the first plan ends, and the next one has another; the rest goes on."""
    languages = ("ar", "en", "fr")
    first = six_languages.turtle(main="fr", languages=languages)
    following = six_languages.next_of(six_languages.turtle(main="ar", languages=languages))
    for tag in languages:
        following = following.replace(six_languages.wording("8.2", tag), six_languages.wording("17.19", tag))
    for number, text in enumerate((first, following)):
        file = tmp_path / f"{number}.ttl"
        file.write_text(text, "utf-8")
        done = run("publish", file, store=tmp_path / "store")
        assert done.returncode == 0, done.stderr
    (snapshot,) = (tmp_path / "store/current").resolve().glob("store")
    store = Store.read_only(str(snapshot))
    before, plan = six_languages.PLAN, six_languages.PLAN.replace("2030", "2034")
    kpi = "objective/1/kpi/1"
    assert rows(store, "ended-with-period", plan) == [("KPI", f"{before}/{kpi}", six_languages.wording("8.2", "fr"))]
    assert rows(store, "new-in-period", plan) == [("KPI", f"{plan}/{kpi}", six_languages.wording("17.19", "ar"))]
    assert [row[:3] for row in rows(store, "carried-over", plan)] == [
        (f"{before}/{place}", "continued", f"{plan}/{place}") for place in sorted({*six_languages.ELEMENTS} - {kpi})
    ]
