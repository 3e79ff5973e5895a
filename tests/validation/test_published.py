"""Plans are validated where they are published, graph by graph, and several at once."""

from __future__ import annotations

import io
import json
import threading
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from rich.console import Console

from program import run
from stratgraph.cli.validate import progress_bar
from stratgraph.errors import NotFound, SourceError
from stratgraph.store import memory_store
from stratgraph.terms import SG
from stratgraph.validation import Report, validate_graph, validate_published
from stratgraph.validation.runs import in_turn

BASE = (Path(__file__).parents[1] / "shapes" / "base.ttl").read_text("utf-8")
ID = "https://w3id.org/stratgraph/id/agency/plan"


def graph(number: int) -> str:
    return f"{ID}/{number}/version/1"


def quads(number: int, text: str = BASE) -> list[Quad]:
    """A plan of the same agency in its named graph."""
    found = parse(text.replace("plan/1", f"plan/{number}"), format=RdfFormat.TURTLE)
    return [Quad(*quad.triple, NamedNode(graph(number))) for quad in found]


def fact(number: int, subject: str, predicate: str, value: str) -> Quad:
    return Quad(
        NamedNode(f"{ID}/{subject}"), NamedNode(predicate), NamedNode(f"{ID}/{value}"), NamedNode(graph(number))
    )


def broken(number: int) -> list[Quad]:
    return [quad for quad in quads(number) if quad.predicate.value != SG.INDICATOR_OF]


def found(report: Report) -> set[tuple[str, str]]:
    return {(f.rule, f.focus.removeprefix(f"{ID}/")) for f in report.findings}


class Recording:
    """A store that remembers which graphs were read, and answers nothing else."""

    def __init__(self, content: list[Quad]) -> None:
        self._store = memory_store(content)
        self.read: list[str] = []

    def read_graph(self, name: str, form: object) -> object:
        self.read.append(name)
        return self._store.read_graph(name, form)


@pytest.mark.parametrize("jobs", [1, 3])
def test_each_plan_is_validated_by_itself_however_many_at_once(jobs: int) -> None:
    content = [quad for number in range(1, 8) for quad in (broken if number % 3 == 0 else quads)(number)]
    store, progress = Recording(content), []
    graphs = [graph(number) for number in range(1, 8)]
    report = validate_published(store, graphs, jobs=jobs, progress=lambda done, total: progress.append((done, total)))
    assert sorted(store.read) == graphs
    assert progress == [(done, 7) for done in range(1, 8)]
    assert found(report) == {
        (rule, f"{number}/north/objective/1{place}")
        for number in (3, 6)
        for rule, place in (("ObjectiveHasIndicator", ""), ("KpiIsIndicatorOfOneObjective", "/kpi/1"))
    }
    assert report.plans == tuple(f"{ID}/{number}" for number in range(1, 8))
    assert report.findings == validate_graph(content).findings
    assert {f.label for f in report.findings} == {"To build one road.", "Carts a day"}
    assert {f.paragraph for f in report.findings} == {"1 The north", "Table 1.2 – Results"}


def test_of_one_plan_nothing_else_is_read() -> None:
    store = Recording([*quads(1), *broken(2)])
    assert validate_published(store, [graph(1)]).findings == ()
    assert store.read == [graph(1)]


def test_plans_that_refer_to_each_other_are_looked_at_together() -> None:
    # To the rule that finds it the mission of the other plan has to be there.
    link = fact(2, "2/north/objective/1", SG.SERVES_MISSION, "1/mission")
    content = [*quads(1), *quads(2), link, *quads(3)]
    report = validate_published(memory_store(content), [graph(n) for n in (1, 2, 3)], jobs=2)
    assert found(report) == {("MissionIsServedByGoals", "1/mission"), ("LinkStaysInPlanAndUnit", "1/mission")}
    assert report.findings == validate_graph(content).findings


def test_what_two_plans_state_is_looked_at_together() -> None:
    claimed = [fact(2, "1/vision", SG.IN_PLAN, "2")]
    content = [*quads(1), *quads(2), *claimed]
    report = validate_published(memory_store(content), [graph(1), graph(2)])
    assert ("ElementIsInOnePlan", "1/vision") in found(report)
    assert report.findings == validate_graph(content).findings


def test_an_empty_graph_and_one_without_a_plan_are_errors_and_no_pass() -> None:
    store = memory_store([fact(1, "x", SG.IN_PLAN, "1")])
    with pytest.raises(SourceError, match="describes no plan"):
        validate_published(store, [graph(1)])
    with pytest.raises(NotFound):
        validate_published(store, [graph(2)])
    with pytest.raises(SourceError, match="Nothing is published"):
        validate_published(store, [])


def test_several_are_worked_on_at_once() -> None:
    # Each waits for the other: one after the other they would never be done.
    barrier = threading.Barrier(2, timeout=20)
    assert in_turn(lambda item: (barrier.wait(), item)[1], [1, 2], jobs=2, progress=None) == [1, 2]


def test_an_error_in_one_ends_the_others() -> None:
    begun: list[int] = []

    def work(item: int) -> None:
        begun.append(item)
        raise SourceError(f"No {item}.")

    with pytest.raises(SourceError, match=r"No 0\."):
        in_turn(work, range(1000), jobs=2, progress=None)
    assert len(begun) < 1000


def test_the_command_validates_the_plan_that_is_named(annex_store: Path) -> None:
    plan = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
    done = run("validate", "--plan", plan, "--jobs", "1", "--format", "json", store=annex_store)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["plans"] == [plan]
    assert done.stderr == ""  # no bar in a pipe
    done = run("validate", "--plan", plan.replace("2012", "2011"), store=annex_store)
    assert done.returncode == 2
    assert plan in done.stderr
    done = run("validate", "--plan", plan, "plan.ttl", store=annex_store)
    assert done.returncode == 2


def test_a_bar_is_shown_on_a_terminal_where_there_is_more_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {}
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    for total in (1, 3):
        console = Console(file=io.StringIO(), force_terminal=True, width=80)
        monkeypatch.setattr("stratgraph.cli.console.words", console)
        with progress_bar() as progress:
            assert progress
            progress(1, total)
        shown[total] = console.file.getvalue()
    assert "Validating" in shown[3]
    assert "1/3" in shown[3]
    assert "Validating" not in shown[1]
