"""What was published stays, whatever is rolled back and pruned: versions, their records, and who took them back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stores import copied, once, opened
from stratgraph.comparison import compare, propose
from stratgraph.errors import NotFound, UsageError
from stratgraph.formats import rdf
from stratgraph.history import chosen_version, graph_quads, newest_versions, read_version, versions_of
from stratgraph.publication import Target, build, publish_proposal, roll_back
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import journal_of, list_snapshots
from stratgraph.store import roll_back as switch_back
from stratgraph.store_contents import Act

BASE = (Path(__file__).parent / "shapes/base.ttl").read_text("utf-8")
PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
START = datetime(2030, 1, 1, tzinfo=UTC)
KEPT = 2


def act(hour: int, by: str = "Ann", reason: str = "") -> Act:
    return Act(START + timedelta(hours=hour), by, reason)


def publish(folder: Path, text: str, hour: int) -> str:
    """Publishes the plan with this wording of its output, and returns the snapshot's id."""
    data = BASE.replace('"A road of stone"', f'"{text}"').encode()
    with opened(folder) as store:
        plan = rdf.read(data, file="plan.ttl", max_bytes=1_000_000)
        (newest,) = newest_versions(store).values()
        proposal = propose(
            compare(store, plan, against=int(newest.rpartition("/")[2]), journal=journal_of(str(folder)))
        )
        return publish_proposal(Target(folder, store, kept_snapshots=KEPT), proposal, act(hour)).id


@pytest.fixture(scope="module")
def three_versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Versions 1 to 3, published at 0, 1 and 2 o'clock."""

    def make(folder: Path) -> None:
        build(rdf.read(BASE.encode(), file="plan.ttl", max_bytes=1_000_000), Target(folder, None, KEPT), act(0))
        for hour, text in ((1, "A road of sand"), (2, "A road of gravel")):
            publish(folder, text, hour)

    return once(tmp_path_factory, "three-versions", make)


@pytest.fixture
def folder(three_versions: Path, tmp_path: Path) -> Path:
    return copied(three_versions, tmp_path / "store")


def standing(folder: Path) -> list[tuple[int, bool]]:
    with opened(folder) as store:
        return [(one.number, one.is_taken_back) for one in versions_of(store, PLAN)]


def test_a_version_that_was_rolled_back_from_is_there_after_all_its_snapshots_are_pruned(folder: Path) -> None:
    done = roll_back(Target(folder, None, KEPT), act(3, "Bob", "too soon"))
    assert done.taken_back == (f"{PLAN}/version/3",)
    for hour in range(4, 9):
        publish(folder, f"A road of type {hour}", hour)
    assert len(list_snapshots(folder)) == KEPT
    assert standing(folder) == [(n, n == 3) for n in range(1, 9)]
    with opened(folder) as store:
        third = versions_of(store, PLAN)[2]
        assert (third.by, third.time) == ("Ann", START + timedelta(hours=2))
        (taken,) = third.rollbacks
        assert (taken.by, taken.reason, taken.time, taken.reinstates) == (
            "Bob", "too soon", START + timedelta(hours=3), False,
        )  # fmt: skip
        texts = {triple.object.value for triple in read_version(store, third).statements}
        assert "A road of gravel" in texts


def test_the_current_view_is_that_of_the_version_in_force(folder: Path) -> None:
    roll_back(Target(folder, None, KEPT), act(3))
    with opened(folder) as store:
        assert newest_versions(store) == {PLAN: f"{PLAN}/version/2"}
        assert chosen_version(versions_of(store, PLAN)).number == 2
        names = store.graph_names()
        with store.read_graph(None, N_TRIPLES) as answer:
            view = answer.read()
        assert (b"A road of sand" in view, b"A road of gravel" in view) == (True, False)
        assert all(graph_quads(store, name) for name in names)


def test_what_was_in_force_at_a_time_takes_roll_backs_into_account(folder: Path) -> None:
    newest = list_snapshots(folder)[-1].id
    roll_back(Target(folder, None, 5), act(3))
    roll_back(Target(folder, None, 5), act(5), newest)
    with opened(folder) as store:
        versions = versions_of(store, PLAN)
    in_force = [chosen_version(versions, as_of=START + timedelta(hours=hour, minutes=30)).number for hour in range(6)]
    assert in_force == [1, 2, 3, 2, 2, 3]
    assert [one.reinstates for one in versions[2].rollbacks] == [False, True]
    assert standing(folder) == [(1, False), (2, False), (3, False)]


def test_one_roll_back_after_another_goes_further_back_and_none_to_what_is_in_force(tmp_path: Path) -> None:
    build(rdf.read(BASE.encode(), file="plan.ttl", max_bytes=1_000_000), Target(tmp_path, None, 9), act(0))
    for hour in (1, 2):
        with opened(tmp_path) as store:
            data = BASE.replace('"A road of stone"', f'"A road of type {hour}"').encode()
            plan = rdf.read(data, file="plan.ttl", max_bytes=1_000_000)
            publish_proposal(Target(tmp_path, store, 9), propose(compare(store, plan, against=hour)), act(hour))
    first, second, _ = list_snapshots(tmp_path)
    target = Target(tmp_path, None, 9)
    assert roll_back(target, act(3)).restores == second.id
    with pytest.raises(UsageError, match="in force already"):
        roll_back(target, act(4), second.id)
    assert roll_back(target, act(4)).restores == first.id
    with pytest.raises(NotFound):
        roll_back(target, act(5))
    assert standing(tmp_path) == [(1, False), (2, True), (3, True)]


def test_pruning_keeps_a_snapshot_that_alone_has_a_version(folder: Path) -> None:
    """As a store has that was rolled back before roll-backs carried versions on."""
    before, alone = list_snapshots(folder)
    switch_back(folder, before.id)
    for hour in range(4, 8):
        publish(folder, f"A road of type {hour}", hour)
    assert alone.id in {one.id for one in list_snapshots(folder)}
    assert before.id not in {one.id for one in list_snapshots(folder)}


def test_a_store_that_an_older_release_rolled_back_is_rolled_back_and_forth_with_all_that_its_snapshots_have(
    folder: Path,
) -> None:
    """Its roll-back switched the link: version 3 is in a later snapshot alone."""
    (second, third) = list_snapshots(folder)
    switch_back(folder, second.id)
    assert roll_back(Target(folder, None, 9), act(3), third.id).taken_back == ()
    assert standing(folder) == [(1, False), (2, False), (3, False)]
    assert roll_back(Target(folder, None, 9), act(4)).restores == second.id
    assert standing(folder) == [(1, False), (2, False), (3, True)]
    with opened(folder) as store:
        assert versions_of(store, PLAN)[2].taken_back_by is not None


def test_a_file_that_names_no_version_is_not_taken_for_one_made_from_a_later_version(folder: Path) -> None:
    # Version 2 is in force again; what was version 3 comes once more, from a text that says nothing of that.
    roll_back(Target(folder, None, KEPT), act(3))
    data = BASE.replace('"A road of stone"', '"A road of gravel"').encode()
    with opened(folder) as store:
        plan = rdf.read(data, file="plan.ttl", max_bytes=1_000_000)
        done = propose(compare(store, plan, journal=journal_of(str(folder)))).review
    assert done.origin is None
    assert done.undone == ()
