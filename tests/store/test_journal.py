"""What a folder of snapshots remembers of what was done to it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode, Quad

from stratgraph.errors import Overtaken, UsageError
from stratgraph.store import Entry, current_id, journal_of, publish_snapshot, roll_back, snapshot_folder
from stratgraph.store.journal import JOURNAL, append, read_journal

if TYPE_CHECKING:
    from pathlib import Path

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
NODE = NamedNode("https://example.org/a")
QUADS = [Quad(NODE, NODE, NODE)]


def test_entries_come_back_in_order_with_the_snapshot_that_came_into_force(tmp_path: Path) -> None:
    first = publish_snapshot(
        tmp_path,
        QUADS,
        name="a",
        created=TIME,
        entry=Entry("publish", TIME, "Ann", "first", "https://example.org/p", 1),
    )
    publish_snapshot(tmp_path, QUADS, name="b", created=TIME, entry=Entry("publish", TIME, "Bob", version=2))
    roll_back(tmp_path, entry=Entry("rollback", TIME, "Ann", "“b” was wrong"))
    entries = journal_of(str(tmp_path))
    assert [(e.action, e.by, e.version) for e in entries] == [
        ("publish", "Ann", 1),
        ("publish", "Bob", 2),
        ("rollback", "Ann", 0),
    ]
    assert entries[0] == Entry("publish", TIME, "Ann", "first", "https://example.org/p", 1, first.id)
    assert entries[2].snapshot == first.id == current_id(tmp_path)


def test_an_entry_is_on_the_disk_before_what_it_tells_of_comes_into_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole, and while the snapshot before it is still in force: that a number was given outlives a loss of power."""
    first = publish_snapshot(tmp_path, QUADS, name="a", created=TIME)
    journal, synced = tmp_path / JOURNAL, list[tuple[bytes, str]]()
    sync = os.fsync

    def noting(descriptor: int) -> None:
        sync(descriptor)
        if os.path.sameopenfile(descriptor, opened.fileno()):
            synced.append((journal.read_bytes(), current_id(tmp_path)))

    monkeypatch.setattr(os, "fsync", noting)
    journal.touch()
    with journal.open("rb") as opened:
        second = publish_snapshot(tmp_path, QUADS, name="b", created=TIME, entry=Entry("publish", TIME, "Ann"))
        published = journal.read_bytes()
        roll_back(tmp_path, entry=Entry("rollback", TIME, "Bob"))
    assert b"Ann" in published
    assert synced == [(published, first.id), (journal.read_bytes(), second.id)]


def test_a_line_that_a_crash_left_unfinished_is_passed_over_and_spoils_nothing(tmp_path: Path) -> None:
    append(tmp_path, Entry("publish", TIME, version=1), snapshot="one")
    with (tmp_path / JOURNAL).open("ab") as journal:
        journal.write(b'{"action": "publ')
    append(tmp_path, Entry("publish", TIME, version=2), snapshot="two")
    assert [entry.version for entry in read_journal(tmp_path)] == [1, 2]


def test_a_server_has_no_folder_of_snapshots_and_its_address_is_not_told() -> None:
    with pytest.raises(UsageError, match="is a server") as raised:
        snapshot_folder("http://someone:secret@db.example/sparql")
    assert "secret" not in str(raised.value)


def test_a_server_and_an_empty_folder_have_no_journal(tmp_path: Path) -> None:
    assert journal_of("http://localhost:1/query") == ()
    assert journal_of(str(tmp_path)) == ()


@pytest.mark.parametrize("expected", ["", "000009-20300102T030405Z"])
def test_who_expected_another_state_is_told_and_nothing_is_written(tmp_path: Path, expected: str) -> None:
    first = publish_snapshot(tmp_path, QUADS, name="a", created=TIME, expected="")
    with pytest.raises(Overtaken, match=first.id):
        publish_snapshot(tmp_path, QUADS, name="b", created=TIME, expected=expected, entry=Entry("publish", TIME))
    assert current_id(tmp_path) == first.id
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [first.id]
    assert journal_of(str(tmp_path)) == ()
    assert publish_snapshot(tmp_path, QUADS, name="c", created=TIME, expected=first.id).is_current
