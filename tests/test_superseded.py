"""A revision that was made from a version which is not in force any more undoes nothing in silence."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

import small_plan
from program import run
from stores import copied, once, opened
from stratgraph.comparison import compare, propose
from stratgraph.errors import Superseded
from stratgraph.export import export
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.publication import Target, publish_proposal
from stratgraph.settings import Settings
from stratgraph.store_contents import Act

if TYPE_CHECKING:
    from pathlib import Path

    from stratgraph.comparison import Proposal
    from stratgraph.store import Store

ACT = Act(datetime(2031, 6, 7, tzinfo=UTC), "Anna")
LIMITS = Settings().part(ReadingLimits)
SAID = {
    "turtle": "ttl",
    "ntriples": "nt",
    "rdfxml": "rdf",
    "jsonld": "jsonld",
    "trig": "trig",
    "nquads": "nq",
    "xlsx": "xlsx",
    "stratml": "xml",
}
"""The forms that say which version they are, each with its ending."""
WAS, IS = "Stone bridges", "Bridges of stone"


def proposed(store: Store, data: bytes, name: str, against: int | None = None) -> Proposal:
    return propose(compare(store, read_revision(data, file=name, limits=LIMITS), against=against))


@pytest.fixture(scope="module")
def both_versions(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two versions: in the second Anna has reworded an output."""

    def make(folder: Path) -> None:
        copied(small_store, folder)
        with opened(folder) as store:
            first = export(store, "turtle").decode()
            assert first.count(f'sg:text "{WAS}"') > 0
            anna = first.replace(f'"{WAS}"', f'"{IS}"').encode()
            proposal = proposed(store, anna, "anna.ttl")
            assert proposal.review.origin is None
            publish_proposal(Target(folder, store, kept_snapshots=5), proposal, ACT)

    return once(tmp_path_factory, "superseded", make)


@pytest.fixture
def store(both_versions: Path, tmp_path: Path) -> Path:
    return copied(both_versions, tmp_path / "store")


@pytest.mark.parametrize("form", SAID)
def test_an_export_says_which_version_it_is_and_only_what_it_was_made_of_counts(store: Path, form: str) -> None:
    with opened(store) as both:
        old, new = (export(both, form, number=number) for number in (1, 2))
        outdated = proposed(both, old, f"plan.{SAID[form]}").review
        assert outdated.origin is not None
        assert (outdated.origin.version, outdated.origin.is_said) == (1, True)
        undone = {(one.fate.value, one.change.new, one.here) for one in outdated.undone}
        assert ("undone", IS, WAS) in undone
        assert proposed(both, new, f"plan.{SAID[form]}").review.origin is None


def test_what_an_export_says_of_itself_is_no_statement_of_the_plan(store: Path) -> None:
    with opened(store) as both:
        for form, ending in SAID.items():
            plan = read_revision(export(both, form), file=f"plan.{ending}", limits=LIMITS)
            assert plan.made_from == 2
            assert not any("version/2" in str(triple.object) for triple in plan.statements), form


def test_a_text_that_does_not_say_it_is_nearest_to_the_version_that_it_was_made_from(store: Path) -> None:
    with opened(store) as both:
        text = small_plan.SOURCE.read_text("utf-8").replace("money is short.", "money is scarce.")
        review = proposed(both, text.encode(), "other-plan.txt").review
        assert review.origin is not None
        assert (review.origin.version, review.origin.is_said) == (1, False)
        assert ("undone", IS) in {(one.fate.value, one.change.new) for one in review.undone}


def test_a_revision_that_has_what_was_published_meanwhile_is_published(store: Path) -> None:
    with opened(store) as both:
        first = export(both, "turtle", number=1).decode()
        merged = first.replace(f'"{WAS}"', f'"{IS}"').replace("sg:endYear 2034", "sg:endYear 2035").encode()
        proposal = proposed(both, merged, "bert.ttl")
        assert proposal.review.origin is not None
        assert {one.fate.value for one in proposal.review.origin.meanwhile} == {"kept"}
        assert proposal.review.undone == ()


def test_it_is_refused_unless_the_version_in_force_is_named(store: Path) -> None:
    with opened(store) as both:
        old = export(both, "turtle", number=1)
        target = Target(store, both, kept_snapshots=5)
        with pytest.raises(Superseded, match="made from version 1, and would undo what was published since: Output"):
            publish_proposal(target, proposed(both, old, "bert.ttl"), ACT)
        with pytest.raises(Superseded, match="compared with version 1, and 2 is the newest"):
            publish_proposal(target, proposed(both, old, "bert.ttl", against=1), ACT)
        publish_proposal(target, proposed(both, old, "bert.ttl", against=2), ACT)
    with opened(store) as three:
        assert export(three, "ntriples", number=3).replace(b"version/3", b"version/1") == export(
            three, "ntriples", number=1
        )


def test_the_command_line_shows_what_would_be_undone_and_takes_the_number(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "bert.ttl"
    assert (
        run(
            "export", "--format", "turtle", "--plan", small_plan.PLAN, "--version", "1", "-o", file, store=store
        ).returncode
        == 0
    )
    reviewed = run("review", file, store=store)
    assert reviewed.returncode == 1
    refused = run("publish", file, store=store)
    assert refused.returncode == 1
    for told in (reviewed.stdout, refused.stdout):
        assert re.search(rf"undone {IS}\n", told)
    assert "against: 2" in refused.stderr
    assert run("review", file, "--against", "2", store=store).returncode == 0
    mended = tmp_path / "mended.ttl"
    assert run("review", file, "--fix", mended, store=store).returncode == 1
    # There is nothing to mend, so nothing is written.
    assert not mended.exists()
    done = run("publish", file, "--against", "2", store=store)
    assert done.returncode == 0, done.stderr
