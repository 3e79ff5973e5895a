"""Where published graphs are: one protocol, snapshots on disk, and the store that serves them in this process."""

from __future__ import annotations

from pathlib import Path

from stratgraph.store.embedded import memory_store, published_store
from stratgraph.store.protocol import WHOLE, Answer, Dataset, Forms, Solutions, Store, Term, solutions
from stratgraph.store.snapshot import Snapshot, current_id, list_snapshots, publish_snapshot, roll_back

__all__ = [
    "WHOLE",
    "Answer",
    "Dataset",
    "Forms",
    "Snapshot",
    "Solutions",
    "Store",
    "Term",
    "current_id",
    "list_snapshots",
    "memory_store",
    "open_store",
    "publish_snapshot",
    "roll_back",
    "solutions",
]


def open_store(location: str, *, max_result_bytes: int) -> Store:
    """The store at a location: a folder of published snapshots.

    Raises:
        StoreError: nothing was published there, or it cannot be opened.
    """
    return published_store(Path(location), max_result_bytes=max_result_bytes)
