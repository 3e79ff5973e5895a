"""Stores: built once in a run of the tests, however many workers it has, and copied by the tests that change them."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from stratgraph.store import Store


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that is made by the first worker that wants it, and is the same for all; not to be written to."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    place = base / name
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            unfinished = base / f"{name}.unfinished"
            # Another worker may have failed here.
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(place)
    return place


def opened(folder: Path) -> closing[Store]:
    """The store in this process that a folder of snapshots is, closed at the end of a with statement."""
    return closing(open_store(str(folder), max_result_bytes=1_000_000_000))


def copied(store: Path, folder: Path) -> Path:
    """A copy of a store that may be changed; its snapshots share the engine's files, which nobody writes to again."""

    def copy(source: str, target: str) -> str:
        # A snapshot is held by a lock on its manifest, and the journal is written on: each has its own.
        if Path(source).parent.name == "store" and Path(source).parent != store:
            os.link(source, target)
            return target
        return shutil.copy2(source, target)

    return Path(shutil.copytree(store, folder, symlinks=True, copy_function=copy))
