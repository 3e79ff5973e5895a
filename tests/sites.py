"""A site with all that there can be: the annex, a constructed revision of it, vocabularies and links."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from revision import write_revision
from stores import copied
from stratgraph.comparison import compare, propose
from stratgraph.plan_files import ReadingLimits, read_file
from stratgraph.publication import Target, publish_proposal
from stratgraph.settings import Settings
from stratgraph.store import open_store
from stratgraph.store_contents import Act

if TYPE_CHECKING:
    from pathlib import Path

EDITS = ("an indicator is removed", "a result is reworded", "an output moves to another objective")
"""Those of tests/data/revision/edits.toml that the second version makes."""

REMOVED = "gs/objective/6/kpi/5"
REWORDED = "gs/objective/4/result/4"


def revise(store: Path, folder: Path) -> None:
    """Publishes the revision beside what a store has, in a copy of it."""
    place = copied(store, folder)
    file = write_revision(folder.parent, *EDITS)
    with closing(open_store(str(store), max_result_bytes=1_000_000_000)) as published:
        proposal = propose(compare(published, read_file(file, Settings().part(ReadingLimits))), {})
        act = Act(datetime(2031, 2, 3, tzinfo=UTC), "Ann", "for a test")
        publish_proposal(Target(place, published, 2), proposal, act)
