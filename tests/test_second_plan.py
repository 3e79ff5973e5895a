"""A real plan of another organisation, from StratML, beside the annex: published, asked, reviewed, exported.

The file is “About OECD.AI” of the StratML collection; its three objectives are blank in the source.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from program import run
from stores import copied
from stratgraph.query import ask, examples
from stratgraph.results import JSON
from stratgraph.serialisation import TURTLE
from stratgraph.store import Forms, open_store

HERE = Path(__file__).parent
PLAN = "https://w3id.org/stratgraph/id/oecd-ai/plan/2020"
ANNEX = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with its description beside it."""
    suites = os.environ.get("W3C_TESTS")
    file = Path(suites or "/").parent / "stratml/oecd-ai.xml"
    if not suites or not file.is_file():
        pytest.skip("The StratML files are not here: they lie beside the suites that W3C_TESTS names.")
    folder = tmp_path_factory.mktemp("source")
    shutil.copy(HERE / "data/oecd-ai.toml", folder)
    return Path(shutil.copy(file, folder))


@pytest.fixture(scope="module")
def store(source: Path, annex_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the annex and that plan, which no rule had to be let pass for: its objectives are blank."""
    folder = copied(annex_store, tmp_path_factory.mktemp("second") / "store")
    refused = run("publish", source, "--profile", "results", store=folder)
    assert refused.returncode == 1
    assert refused.stdout.count("new Violation GoalHasObjective") == 3
    assert "new Violation" not in refused.stdout.replace("new Violation GoalHasObjective", "")
    done = run("publish", source, "--reason", "As it was submitted.", "--by", "Ann", store=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_both_plans_are_there_and_each_has_its_own(store: Path) -> None:
    rows = [line.split("\t") for line in run("log", store=store).stdout.splitlines()]
    assert [row[0] for row in rows] == [ANNEX, PLAN]
    assert rows[1][4:6] == ["As it was submitted.", ""]
    goals = run(
        "query",
        "PREFIX sg: <https://w3id.org/stratgraph/ontology#> "
        f"SELECT ?title {{ ?goal a sg:Goal ; sg:inPlan <{PLAN}> ; <http://purl.org/dc/terms/title> ?title }} "
        "ORDER BY ?goal",
        store=store,
    ).stdout.splitlines()
    assert goals == ["?title", '"Multidisciplinarity"@en', '"Analysis"@en', '"Partnerships"@en']


def test_a_command_that_needs_one_plan_asks_which(store: Path) -> None:
    done = run("export", "--format", "turtle", store=store)
    assert done.returncode == 2
    assert f"(plan): {ANNEX}, {PLAN}" in done.stderr


def test_the_file_comes_back_byte_for_byte(store: Path, source: Path) -> None:
    done = run("export", "--format", "source", "--plan", PLAN, "--output", source.with_suffix(".out"), store=store)
    assert done.returncode == 0, done.stderr
    assert source.with_suffix(".out").read_bytes() == source.read_bytes()


@pytest.mark.parametrize(("form", "ending"), [("turtle", "ttl"), ("xlsx", "xlsx"), ("stratml", "stratml")])
def test_its_own_export_says_what_it_says(store: Path, tmp_path: Path, form: str, ending: str) -> None:
    file = tmp_path / f"plan.{ending}"
    assert run("export", "--format", form, "--plan", PLAN, "--output", file, store=store).returncode == 0
    reviewed = run("review", file, "--format", "json", store=store)
    found = json.loads(reviewed.stdout)
    assert found["plan"] == PLAN
    lost = [change for change in found["changes"] if change["kind"] in {"added", "removed", "moved", "reworded"}]
    assert [change for change in lost if "/text/" not in change["subject"]] == []


def test_every_documented_query_is_answered(store: Path) -> None:
    answered = 0
    with closing(open_store(str(store), max_result_bytes=10_000_000)) as opened:
        for example in examples():
            with ask(opened, example.text, Forms(JSON, TURTLE), max_query_bytes=100_000) as answer:
                answered += answer.form in {JSON, TURTLE} and answer.read() is not None
    assert answered == len(examples())


def test_the_annex_is_as_it_was(store: Path) -> None:
    exported = run("export", "--format", "turtle", "--plan", ANNEX, store=store).stdout
    published = (HERE.parent / "data/plans/itu-2012-2015.ttl").read_bytes()
    assert set(parse(exported.encode(), format=RdfFormat.TURTLE)) == set(parse(published, format=RdfFormat.TURTLE))


@pytest.mark.parametrize("name", ["stratml/cnxt.xml", "stratml/oecd-ai.xml", "cases/revisions/sc-commerce-fy2023.xml"])
def test_a_real_plan_is_published_with_no_rule_let_pass_and_comes_back_unchanged(
    name: str, annex_store: Path, tmp_path: Path
) -> None:
    suites = os.environ.get("W3C_TESTS")
    file = Path(suites or "/").parent / name
    if not suites or not file.is_file():
        pytest.skip("The StratML files are not here: they lie beside the suites that W3C_TESTS names.")
    folder = copied(annex_store, tmp_path / "store")
    done = run("publish", file, store=folder)
    assert done.returncode == 0, done.stdout
    plan = next(one for one in run("log", store=folder).stdout.split() if one.startswith("https://") and one != ANNEX)
    exported = tmp_path / "exported.xml"
    assert run("export", "--format", "stratml", "--plan", plan, "--output", exported, store=folder).returncode == 0
    review = run("review", exported, store=folder)
    assert review.returncode == 0, review.stdout
    assert review.stdout.splitlines()[-1].startswith("No change; findings: ")
    assert " new" not in review.stdout.splitlines()[-1]
