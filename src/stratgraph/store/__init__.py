"""Where published graphs are: one protocol; snapshots on disk, and the stores that serve them; remote servers."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from stratgraph.errors import NothingPublished, RemoteError, UsageError
from stratgraph.identifiers import is_address
from stratgraph.store.embedded import memory_store, published_store, snapshot_store, unfinished_store
from stratgraph.store.journal import Entry, read_journal
from stratgraph.store.limits import PoolLimits
from stratgraph.store.protocol import (
    ANYBODY,
    WHOLE,
    Answer,
    Caller,
    Dataset,
    Forms,
    Reading,
    Screen,
    Solutions,
    Stop,
    Store,
    Term,
    parsed_solutions,
    solutions,
    solutions_of,
)
from stratgraph.store.remote.access import RemoteAccess
from stratgraph.store.snapshot import (
    Snapshot,
    current_id,
    file_of_snapshot,
    list_snapshots,
    publish_snapshot,
    read_snapshot,
    roll_back,
    wanted_snapshot,
)
from stratgraph.store.writing import Change, Complete, Describe, Since, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pyoxigraph import Quad

    from stratgraph.settings import Settings

__all__ = [
    "ANYBODY",
    "WHOLE",
    "Answer",
    "Caller",
    "Change",
    "Complete",
    "Dataset",
    "Describe",
    "Entry",
    "Forms",
    "PoolLimits",
    "Published",
    "Reading",
    "RemoteAccess",
    "Screen",
    "Since",
    "Snapshot",
    "Solutions",
    "Stop",
    "Store",
    "Term",
    "View",
    "current_id",
    "file_of_snapshot",
    "journal_of",
    "limited_store_of",
    "list_snapshots",
    "memory_store",
    "open_store",
    "parsed_solutions",
    "publish",
    "publish_snapshot",
    "read_snapshot",
    "roll_back",
    "snapshot_folder",
    "snapshot_store",
    "solutions",
    "solutions_of",
    "store_if_published",
    "store_of",
    "unfinished_store",
    "wanted_snapshot",
]


class Published(Protocol):
    """What a publication came to: a snapshot on disk, or what a server holds."""

    @property
    def id(self) -> str:
        """Its number and time."""

    @property
    def quads(self) -> int:
        """How many it holds."""


def open_store(
    location: str,
    *,
    max_result_bytes: int,
    pool: PoolLimits | None = None,
    remote: RemoteAccess | None = None,
    is_single: bool = False,
) -> Store:
    """The store at a location: a folder of published snapshots, or the address of a SPARQL server.

    Args:
        location: the folder or the address.
        max_result_bytes: how large an answer may be.
        pool: where there are any, queries run in processes that keep these limits; otherwise in this one, without a
            deadline, which is for the program's own queries. Of these limits a server keeps the deadline.
        remote: how a server is reached beside its address.
        is_single: this process has one thread and asks for one person, so that the processes are forked from it; what
            a server of ours reads of a query in another process is read in this one.

    Raises:
        StoreError: nothing was published there, or it cannot be opened.
        RemoteError: the server cannot be reached, or refuses.
    """
    if is_address(location):
        from stratgraph.store.remote.asking import RemoteStore  # noqa: PLC0415 - HTTP, which a folder does without
        from stratgraph.store.remote.reading import ReaderInProcesses  # noqa: PLC0415 - likewise

        return RemoteStore(
            location,
            remote or RemoteAccess(),
            max_result_bytes=max_result_bytes,
            deadline_s=pool.deadline_s if pool else None,
            reader=ReaderInProcesses(pool) if pool and not is_single else None,
        )
    if pool is None:
        return published_store(Path(location), max_result_bytes=max_result_bytes)
    from stratgraph.store.workers import WorkerStore  # noqa: PLC0415 - a single query does without

    return WorkerStore(Path(location), pool, max_result_bytes=max_result_bytes, is_forked=is_single)


def store_of(settings: Settings) -> Store:
    """The store of the settings, asked in this process by the program itself. Errors as of :func:`open_store`.

    A server that nothing is published to from here (``remote_update``) need not hold a publication of ours: then it is
    asked as it is, another stratgraph or any SPARQL endpoint.
    """
    return _store_of(settings, None, is_single=True)


def limited_store_of(settings: Settings, *, is_single: bool = True) -> Store:
    """As :func:`store_of`, with the deadline and the memory limit of a server, for questions that somebody words.

    Args:
        settings: that name the store.
        is_single: this process has one thread, from which the one that answers is forked.
    """
    # Loading the snapshot into memory takes longer than most questions.
    pool = replace(settings.part(PoolLimits), workers=1, max_memory_quads=0)
    return _store_of(settings, pool, is_single=is_single)


def _store_of(settings: Settings, pool: PoolLimits | None, *, is_single: bool) -> Store:
    access, most = RemoteAccess.of(settings), settings.max_result_bytes
    try:
        return open_store(settings.store, max_result_bytes=most, pool=pool, remote=access, is_single=is_single)
    except (NothingPublished, RemoteError):
        if settings.remote_update or not is_address(settings.store):
            raise
    from stratgraph.store.remote.plain import PlainStore  # noqa: PLC0415 - HTTP, which a folder does without

    return PlainStore(settings.store, access, max_result_bytes=most, deadline_s=settings.deadline_s if pool else None)


@contextmanager
def store_if_published(settings: Settings) -> Iterator[Store | None]:
    """As :func:`store_of`, closed at the end of the with statement; None where nothing is published there yet."""
    try:
        opened = store_of(settings)
    except NothingPublished:
        yield None
        return
    with closing(opened):
        yield opened


def journal_of(location: str) -> tuple[Entry, ...]:
    """What was done at a location, the oldest first; empty for a server, which keeps no journal."""
    return () if is_address(location) else read_journal(Path(location))


def snapshot_folder(location: str) -> Path:
    """The folder of snapshots at a location.

    Raises:
        UsageError: it is a server's address.
    """
    if is_address(location):
        raise UsageError(
            "The store is a server, which keeps only the publication in force.",
            mend="The log of plans lists their versions; export the one that is to be in force again, and publish that "
            "against the one in force.",
        )
    return Path(location)


def publish(
    location: str,
    quads: Iterable[Quad],
    *,
    name: str,
    created: datetime,
    kept: int = sys.maxsize,
    remote: RemoteAccess | None = None,
    expected: str | None = None,
    entry: Entry | None = None,
    complete: Complete | None = None,
    change: Change | None = None,
    describe: Describe | None = None,
) -> Published:
    """Publishes to a location, in place of what is in force there, which readers have until it is done.

    Args:
        location: a folder of snapshots, or the address of a SPARQL server.
        quads: what is published; read once, as a stream.
        name: what people call it.
        created: the time of publication, with its time zone.
        kept: how many snapshots stay in a folder, all where left out; a server has only the one in force.
        remote: how a server is reached beside its address.
        expected: the state that is to be in force when the new one comes into force; empty where nothing is. None
            where that does not matter.
        entry: what is written to the journal of a folder; a server has none.
        complete: writes what else belongs into the folder of a snapshot; a server has none.
        change: the same in comparison with a snapshot of the folder; then only what changes is written.
        describe: gives what is said of the default graph of a snapshot, and belongs into it too; a server is not asked.

    Raises:
        Overtaken: another state is in force than the expected one.
        StoreError: somebody else publishes, the disk failed, or the server takes no updates.
        RemoteError: the server cannot be reached, refuses or fails.
    """
    if is_address(location):
        from stratgraph.store.remote.publishing import publish_remotely  # noqa: PLC0415 - HTTP, as above

        return publish_remotely(
            location, remote or RemoteAccess(), quads, name=name, created=created, expected=expected
        )
    return publish_snapshot(
        Path(location),
        quads,
        name=name,
        created=created,
        kept=kept,
        expected=expected,
        entry=entry,
        complete=complete,
        change=change,
        describe=describe,
    )
