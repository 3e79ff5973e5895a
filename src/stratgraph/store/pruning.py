"""Which snapshots of a folder go when there are more than are kept, and how."""

from __future__ import annotations

import fcntl
import logging
import shutil
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Store  # noqa: TID251 - looks into snapshots before they go

from stratgraph.identifiers import is_version
from stratgraph.store.damage import ENGINE_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

UNFINISHED: Final = ".unfinished"
"""The ending of a folder that is no snapshot yet, or none any more."""

_log: Final = logging.getLogger(__name__)


def prune(folder: Path, ids: Iterable[str], *, current: str, kept: int) -> None:
    """Removes the oldest snapshots but for the current one, those that readers hold, and only copies of versions.

    Args:
        folder: where snapshots are; the caller holds its lock.
        ids: of all of them, the oldest first.
        current: id of the one in force.
        kept: how many stay, the current one included.
    """
    others = [identifier for identifier in ids if identifier != current]
    old = others[: max(0, len(others) + 1 - kept)]
    present = _versions(folder, current) if old else set[str]()
    for identifier in old:
        try:
            if _versions(folder, identifier) - present:
                _log.warning("Snapshot %s stays: it alone has a version of a plan.", identifier)
                continue
            _remove_unless_held(folder / "snapshots" / identifier)
        except OSError as error:
            # The new one is in force whatever becomes of the old ones; the next publication tries again.
            _log.warning("Snapshot %s cannot be removed: %s", identifier, error)


def _versions(folder: Path, identifier: str) -> set[str]:
    """The versions of plans that a snapshot has, by the names of their graphs; none where it cannot be read."""
    try:
        store = Store.read_only(str(folder / "snapshots" / identifier / "store"))
        return {name.value for name in store.named_graphs() if isinstance(name, NamedNode) and is_version(name.value)}
    except ENGINE_ERRORS as error:
        _log.warning("Snapshot %s cannot be read, and is no copy of anything: %s", identifier, error)
        return set()


def _remove_unless_held(home: Path) -> None:
    try:
        manifest = (home / "manifest.json").open("rb")
    except FileNotFoundError:
        shutil.rmtree(home)
        return
    with manifest:
        try:
            fcntl.flock(manifest, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        # Renamed first, so that an interruption leaves a leftover and not half a snapshot.
        gone = home.with_name(f"{home.name}{UNFINISHED}")
        home.rename(gone)
        shutil.rmtree(gone)
