"""Publishing, reviewing and mending from Python, in a folder of one's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import stratgraph
from small_plan import ELSEWHERE, PLAN, REMOVED, SOURCE, write_revision
from stratgraph.errors import NothingPublished, PublicationRefused, SourceError, UsageError
from stratgraph.publication import Target, roll_back
from stratgraph.store_contents import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = Path(__file__).parents[2]


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[stratgraph.KnowledgeGraph]:
    with stratgraph.open(tmp_path / "store", create=True) as found:
        found.publish(SOURCE, reason="first", by="Ann")
        yield found


def test_nothing_published_is_an_error_unless_it_is_to_be_begun(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished):
        stratgraph.open(tmp_path / "store")
    with stratgraph.open(tmp_path / "store", create=True) as graph, pytest.raises(NothingPublished, match="publish"):
        graph.plan()


def test_a_revision_is_reviewed_and_published(graph: stratgraph.KnowledgeGraph, tmp_path: Path) -> None:
    before = graph.plan()
    revision = graph.review(write_revision(tmp_path, REMOVED))
    (change,) = revision.changes
    assert (str(change.kind), change.subject) == ("removed", f"{PLAN}/agy-w/objective/2/output/2")
    assert revision.is_fit
    assert json.loads(revision.report("json"))["changes"][0]["kind"] == "removed"
    revision.save(tmp_path / "report.sarif", "sarif")
    assert json.loads((tmp_path / "report.sarif").read_text())["version"] == "2.1.0"
    after = revision.publish(reason="it was built", by="Bo")
    assert (before.version, after.version) == (1, 2)
    assert len(before) - len(after) == 1
    assert len(before.outputs) == len(graph.plan(version=1).outputs) == len(after.outputs) + 1
    assert [(one.number, one.by, one.reason) for one in graph.versions()] == [
        (1, "Ann", "first"),
        (2, "Bo", "it was built"),
    ]
    count = "SELECT (COUNT(?o) AS ?n) WHERE { ?o a <https://w3id.org/stratgraph/ontology#Output> }"
    assert (graph.query(count, version=1)[0].n, graph.query(count)[0].n) == (4, 3)


def test_violations_refuse_a_publication(graph: stratgraph.KnowledgeGraph, tmp_path: Path) -> None:
    revision = graph.review(write_revision(tmp_path, ELSEWHERE))
    assert not revision.is_fit
    broken = [one.finding for one in revision.findings if one.standing == "new"]
    assert [finding.rule for finding in broken] == ["ObjectiveContributesToOwnGoal"]
    assert broken[0].mend
    with pytest.raises(PublicationRefused, match="ObjectiveContributesToOwnGoal"):
        revision.publish()
    assert graph.plan().version == 1
    assert revision.publish(allow="ObjectiveContributesToOwnGoal", reason="agreed").version == 2


def test_files_are_validated_without_a_graph(tmp_path: Path) -> None:
    wrong = tmp_path / "plan.ttl"
    wrong.write_text("@prefix sg: <https://w3id.org/stratgraph/ontology#> .\n<a> a sg:Plan ;\n", "utf-8")
    with pytest.raises(SourceError) as caught:
        stratgraph.validate(wrong)
    assert caught.value.where is not None
    assert caught.value.where.line == 3
    report = stratgraph.validate(TOP / "data/plans/itu-2012-2015.ttl")
    assert (report.conforms, report.counts["Violation"]) == (True, 0)


def test_a_graph_on_another_server_is_only_asked(address: str) -> None:
    with stratgraph.connect(address) as graph:
        revision = graph.review(TOP / "data/plans/itu-2012-2015.ttl")
        assert (revision.changes, revision.is_fit) == ((), True)
        with pytest.raises(UsageError, match="only asked from here"):
            revision.publish()


def test_what_others_publish_is_asked_at_once(graph: stratgraph.KnowledgeGraph, tmp_path: Path) -> None:
    assert graph.plan().version == 1
    with stratgraph.open(tmp_path / "store") as other:
        other.review(write_revision(tmp_path, REMOVED)).publish(reason="elsewhere")
    assert graph.plan().version == 2
    roll_back(Target(tmp_path / "store", None, 5), Act(datetime(2031, 1, 2, tzinfo=UTC)))
    assert graph.plan().version == 1


def test_a_revision_is_compared_with_what_others_have_published(
    graph: stratgraph.KnowledgeGraph, tmp_path: Path
) -> None:
    assert graph.plan().version == 1
    with stratgraph.open(tmp_path / "store") as other:
        other.review(write_revision(tmp_path, REMOVED)).publish(reason="elsewhere")
    revision = graph.review(write_revision(tmp_path, REMOVED))
    assert (revision.review.against, revision.changes) == (f"{PLAN}/version/2", ())
