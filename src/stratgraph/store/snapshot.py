"""Published snapshots: folders that are written beside the current one, checked, and made current by one rename.

    FOLDER/lock                     held while a process publishes or rolls back
    FOLDER/journal.jsonl            what was done, and by whom
    FOLDER/current                  a relative symbolic link to the snapshot in force
    FOLDER/snapshots/ID/store/      Oxigraph's files; never changed again
    FOLDER/snapshots/ID/manifest.json
    FOLDER/snapshots/ID/…           what else was written with it, such as an index; made anew where it is missing
    FOLDER/snapshots/ID.unfinished  of a publication that runs or was interrupted; the next one removes it

A publication that changes a snapshot takes over its tables by links to them, and writes what is new beside: the engine
never writes to a table again. The next to the last step, ``optimize``, merges both, so that reading is as fast as of
tables that were written at once, and the snapshots share what is the same.

A crash at any instant leaves the old or the new snapshot current and whole: everything is on the disk before the link
is switched. Between the two last steps, the renaming of the finished folder and the switch, a crash leaves a whole
snapshot that is not current, as rolling back from it would; of the very first one, rolling back to it makes it so.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from stratgraph.errors import Location, NotFound, NothingPublished, Overtaken, StoreError
from stratgraph.store.damage import ENGINE_ERRORS, MEND, is_damage, store_error
from stratgraph.store.journal import append
from stratgraph.store.pruning import UNFINISHED, prune
from stratgraph.store.writing import REBUILD, open_checked, write_store
from stratgraph.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad

    from stratgraph.store.journal import Entry
    from stratgraph.store.writing import Change, Complete, Describe

_ID: Final = re.compile(r"\d{6}-\d{8}T\d{6}Z")
_RELINK: Final = "Name a snapshot to be in force (stratgraph rollback ID)."
_READ_AT_ONCE_BYTES: Final = 100_000_000
"""Tables of up to so many bytes together, of 350,000 to 700,000 quads, are read and compared when they are opened."""

_Kind = TypeVar("_Kind", str, int)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published snapshot.

    Args:
        id: its number and time, ``000012-20300102T030405Z``; snapshots are in its order.
        name: what it was called at publication.
        created: when, with its time zone.
        quads: how many it holds.
        version: of stratgraph, which wrote it.
        folder: where it is.
        is_current: whether it was in force when this was read.
        digest: of the engine's files; empty where it was written before that was noted.
        restores: id of the earlier one whose state it brought back; empty where it is none of a roll-back.
    """

    id: str
    name: str
    created: datetime
    quads: int
    version: str
    folder: Path
    is_current: bool
    digest: str = ""
    restores: str = ""

    @property
    def store_folder(self) -> Path:
        """Oxigraph's folder."""
        return self.folder / "store"


def publish_snapshot(
    folder: Path,
    quads: Iterable[Quad],
    *,
    name: str,
    created: datetime,
    kept: int = sys.maxsize,
    expected: str | None = None,
    entry: Entry | None = None,
    restores: str = "",
    complete: Complete | None = None,
    change: Change | None = None,
    describe: Describe | None = None,
) -> Snapshot:
    """Writes a snapshot and makes it current; readers go on meanwhile.

    Args:
        folder: where snapshots are; made where it is missing.
        quads: what it holds; read once, as a stream. An error that it raises ends the publication without a trace.
        name: what people call it.
        created: the time of publication, with its time zone.
        kept: how many snapshots stay, the current one included; all where left out. One that a reader holds stays
            until the next time; so does one that alone has a version of a plan.
        expected: id of the snapshot that is to be current, empty where there is to be none; None where that does not
            matter.
        entry: what is written to the journal.
        restores: id of the snapshot whose state it brings back, of a roll-back.
        complete: writes what else belongs into the snapshot's folder; an error of it ends the publication without a
            trace.
        change: the same in comparison with a snapshot that is there: what that is not, is then taken over from it and
            the quads are not read. One of another release is left: what its default graph is made of may differ.
        describe: gives what is said of the default graph that is written, and belongs into the store too.

    Raises:
        Overtaken: another one is current.
        StoreError: somebody else publishes, or the disk failed.
    """
    with _exclusively(folder), _written("The snapshot could not be written", folder):
        _expect(folder, expected)
        snapshots = folder / "snapshots"
        snapshots.mkdir(exist_ok=True)
        _remove_leftovers(folder)
        number = max((int(other[:6]) for other in _ids(folder)), default=0) + 1
        identifier = f"{number:06d}-{created.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        unfinished = snapshots / f"{identifier}{UNFINISHED}"
        try:
            unfinished.mkdir()
            base = _base(folder, change) if change else None
            count, since = write_store(unfinished / "store", quads, change, base, describe)
            if complete:
                complete(unfinished, since)
            _write_manifest(unfinished, identifier, name=name, created=created, quads=count, restores=restores)
            _sync_tree(unfinished)
            unfinished.rename(snapshots / identifier)
            _sync(snapshots)
            if entry:
                append(folder, entry, snapshot=identifier)
            _switch(folder, identifier)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        prune(folder, _ids(folder), current=identifier, kept=kept)
        return read_snapshot(folder, identifier)


def list_snapshots(folder: Path) -> tuple[Snapshot, ...]:
    """The snapshots, the oldest first; empty where there is none.

    Raises:
        StoreError: a manifest is damaged.
    """
    return tuple(read_snapshot(folder, identifier) for identifier in _ids(folder))


def roll_back(folder: Path, identifier: str | None = None, *, entry: Entry | None = None) -> Snapshot:
    """Makes an earlier snapshot current as it is, so that later versions are in the later snapshots alone.

    For a store whose snapshot in force cannot be read: :func:`stratgraph.publication.roll_back` carries versions on.

    Args:
        folder: where snapshots are.
        identifier: which one, a later one too; None is the one before the current one.
        entry: what is written to the journal.

    Raises:
        NotFound: there is no such snapshot, or none before the current one.
        StoreError: somebody publishes, that snapshot is damaged, or the disk failed.
    """
    with _exclusively(folder), _written("Another snapshot could not be made current", folder):
        wanted = wanted_snapshot(folder, identifier)
        identifier = wanted.id
        _check_files(wanted)
        open_checked(wanted.store_folder, wanted.quads)
        if entry:
            append(folder, entry, snapshot=identifier)
        _switch(folder, identifier)
        return read_snapshot(folder, identifier)


def wanted_snapshot(folder: Path, identifier: str | None) -> Snapshot:
    """The snapshot that is to be rolled back to: that of the id, or the one before the state that is in force.

    Raises:
        NotFound: there is no such snapshot, or none before.
        StoreError: its manifest is damaged.
    """
    ids = _ids(folder)
    if identifier is None:
        current = current_id(folder)
        in_force = (read_snapshot(folder, current).restores if current in ids else "") or current
        earlier = [other for other in ids if other < in_force]
        if not earlier:
            raise NotFound("There is no snapshot before the current one.")
        identifier = earlier[-1]
    if identifier not in ids:
        raise NotFound(
            f"There is no snapshot {identifier!r}.",
            where=Location(file=str(folder)),
            mend=f"Use one of {', '.join(ids) or 'none'}.",
        )
    return read_snapshot(folder, identifier)


def current_id(folder: Path) -> str:
    """The id of the snapshot in force: one reading of a link, so cheap enough for each query.

    Raises:
        NothingPublished: there is none.
        StoreError: what should say so is no link to a snapshot, or cannot be read.
    """
    try:
        name = os.path.basename(os.readlink(f"{folder}/current"))  # noqa: PTH115, PTH119 - a third of pathlib's time
    except FileNotFoundError as error:
        # A publication that took this for an empty store would be without all that is there.
        if _ids(folder):
            raise store_error("Nothing says which snapshot is in force", folder, error, _RELINK) from error
        where = Location(file=str(folder))
        raise NothingPublished("There is no published snapshot.", where=where, mend=REBUILD) from error
    except OSError as error:
        raise store_error("What says which snapshot is in force cannot be read", folder, error, _RELINK) from error
    if not _ID.fullmatch(name):
        raise store_error(
            "What says which snapshot is in force leads to none", folder / "current", f"a link to {name}", _RELINK
        )
    return name


def read_snapshot(folder: Path, identifier: str) -> Snapshot:
    """What the manifest of one snapshot says.

    Raises:
        StoreError: it is missing or damaged.
    """
    home = folder / "snapshots" / identifier
    link = folder / "current"
    try:
        manifest = json.loads((home / "manifest.json").read_bytes())
        return Snapshot(
            id=_member(manifest, "id", str, identifier),
            name=_member(manifest, "name", str),
            created=datetime.fromisoformat(_member(manifest, "created", str)),
            quads=_member(manifest, "quads", int),
            version=_member(manifest, "version", str),
            folder=home,
            is_current=link.is_symlink() and link.readlink().name == identifier,
            digest=_member(manifest, "digest", str) if "digest" in manifest else "",
            restores=_member(manifest, "restores", str) if "restores" in manifest else "",
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoreError(
            f"The manifest of snapshot {identifier} is missing or damaged.",
            where=Location(file=str(home), said=repr(error)),
            mend="Remove that folder and run stratgraph build, or roll back to an earlier snapshot.",
        ) from error


def file_of_snapshot(location: str, identifier: str, name: str) -> Path | None:
    """Where a file is that was written with a snapshot; None where it is not there, or the state is no snapshot's.

    Args:
        location: the folder of the snapshots, or whatever else a store is in.
        identifier: the snapshot's, or any other word that tells a state.
        name: of the file.
    """
    file = Path(location, "snapshots", identifier, name)
    return file if _ID.fullmatch(identifier) and file.is_file() else None


def _member(manifest: dict[str, object], name: str, kind: type[_Kind], expected: _Kind | None = None) -> _Kind:
    """A member of a manifest; raises ValueError where it is of another kind, or another one than expected."""
    value = manifest[name]
    if type(value) is not kind or (expected is not None and value != expected):
        raise ValueError(f"{name} is {value!r}")
    return value


def hold(folder: Path, identifier: str) -> int | None:
    """Keeps a snapshot from being removed: a file descriptor to close afterwards; None where it has just been removed.

    Held by the descriptor, so that processes forked from this one hold it too, and a killed one holds nothing.

    Raises:
        StoreError: its manifest cannot be opened or locked.
    """
    try:
        descriptor = os.open(folder / "snapshots" / identifier / "manifest.json", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise store_error("The manifest of the snapshot cannot be opened", folder, error, MEND) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        is_there = os.fstat(descriptor).st_nlink > 0
    except BlockingIOError:
        is_there = False
    except OSError as error:
        os.close(descriptor)
        raise store_error("The snapshot cannot be held", folder, error, "Put it on a disk that has locks.") from error
    if is_there:
        return descriptor
    os.close(descriptor)
    return None


def hold_current(folder: Path) -> tuple[Snapshot, int]:
    """The snapshot in force, held: a file descriptor to close afterwards.

    Raises:
        StoreError: nothing was published there, or its manifest or a file of the engine is damaged.
    """
    return hold_snapshot(folder, current_id(folder), is_current=True)


def hold_snapshot(folder: Path, identifier: str, *, is_current: bool = False) -> tuple[Snapshot, int]:
    """A snapshot, held: a file descriptor to close afterwards.

    Args:
        folder: where snapshots are.
        identifier: its id.
        is_current: it is the one in force, and another one is held where that has come into force meanwhile.

    Raises:
        StoreError: it is gone, or its manifest or a file of the engine is damaged.
    """
    held = hold(folder, identifier)
    while held is None:
        # Removed since the link was read, or the link leads nowhere.
        before, identifier = identifier, current_id(folder) if is_current else identifier
        if identifier == before:
            read_snapshot(folder, identifier)
        held = hold(folder, identifier)
    try:
        snapshot = read_snapshot(folder, identifier)
        _check_files(snapshot)
    except StoreError:
        os.close(held)
        raise
    return snapshot, held


def _check_files(snapshot: Snapshot) -> None:
    """Compares the engine's files with those that were written.

    The engine checks its tables itself, but not all of it: where its list of them is cut short it takes what is left
    for the whole and finds nothing, or less than there was; and where it meets a damaged block while it counts or sums
    up, it does not come to an end.

    Raises:
        StoreError: they are others, or cannot be read.
    """
    try:
        is_same = snapshot.digest in {"", _digest(snapshot.store_folder)}
    except OSError as error:
        raise cannot_be_opened(snapshot, error) from error
    if not is_same:
        raise cannot_be_opened(snapshot, "its files are not those that were written")


def cannot_be_opened(snapshot: Snapshot, reason: object) -> StoreError:
    """The error of a snapshot whose files cannot be read."""
    return store_error(f"The snapshot {snapshot.id} cannot be opened", snapshot.folder, reason, MEND)


def _expect(folder: Path, expected: str | None) -> None:
    if expected is None:
        return
    try:
        current = current_id(folder)
    except NothingPublished:
        current = ""
    if current != expected:
        raise Overtaken(
            f"Snapshot {current or 'none'} is in force, where {expected or 'none'} was.",
            where=Location(file=str(folder)),
            mend="Somebody else has published or rolled back: look at what is in force now, and try again.",
        )


def _ids(folder: Path) -> list[str]:
    snapshots = folder / "snapshots"
    try:
        return sorted(p.name for p in snapshots.iterdir() if _ID.fullmatch(p.name)) if snapshots.is_dir() else []
    except OSError as error:
        raise store_error("The snapshots cannot be listed", snapshots, error, "Look at its permissions.") from error


@contextmanager
def _exclusively(folder: Path) -> Iterator[None]:
    """Nobody else publishes or rolls back meanwhile; the lock ends with the process, however that ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("ab")
    except OSError as error:
        raise store_error("The store cannot be written to", folder, error, "Look at its permissions.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(
                "Somebody else is publishing.",
                where=Location(file=str(folder)),
                mend="Wait until that is done, then try again.",
            ) from error
        except OSError as error:
            raise store_error(
                "The store cannot be locked", folder, error, "Put it on a disk that has locks."
            ) from error
        yield


@contextmanager
def _written(sentence: str, folder: Path) -> Iterator[None]:
    """What keeps the disk or the engine from writing, as an error of ours; until the switch nothing has changed."""
    try:
        yield
    except ENGINE_ERRORS as error:
        # What is written is read as a stream, and may have an error of its own.
        if not (isinstance(error, OSError) or is_damage(error)):
            raise
        raise store_error(sentence, folder, error, "What was in force still is.") from error


def _remove_leftovers(folder: Path) -> None:
    (folder / "current.new").unlink(missing_ok=True)
    for leftover in (folder / "snapshots").glob(f"*{UNFINISHED}"):
        shutil.rmtree(leftover)


def _base(folder: Path, change: Change) -> Path | None:
    """The engine's folder of the snapshot that is changed; None where there is none of this release.

    Raises:
        StoreError: it is damaged.
    """
    if change.base not in _ids(folder):
        return None
    base = read_snapshot(folder, change.base)
    if base.version != __version__:
        return None
    _check_files(base)
    return base.store_folder


def _digest(store_folder: Path) -> str:
    """A digest of the engine's list of its tables, and of the tables where they can be read in no time."""
    files = [store_folder / "CURRENT", *sorted(store_folder.glob("MANIFEST-*"))]
    tables = sorted(store_folder.glob("*.sst"))
    if sum(table.stat().st_size for table in tables) <= _READ_AT_ONCE_BYTES:
        files += tables
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _write_manifest(folder: Path, identifier: str, *, name: str, created: datetime, quads: int, restores: str) -> None:
    manifest = {
        "id": identifier,
        "name": name,
        "created": created.isoformat(),
        "quads": quads,
        "version": __version__,
        "digest": _digest(folder / "store"),
    } | ({"restores": restores} if restores else {})
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """On the disk, not only on its way there; of a folder, the names in it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _switch(folder: Path, identifier: str) -> None:
    """The one step that readers see."""
    new = folder / "current.new"
    new.unlink(missing_ok=True)
    new.symlink_to(f"snapshots/{identifier}")
    new.replace(folder / "current")
    _sync(folder)
