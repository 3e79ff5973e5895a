"""Published snapshots: folders that are written beside the current one, checked, and made current by one rename.

    FOLDER/lock                     held by whoever publishes or rolls back
    FOLDER/journal.jsonl            what was done, and by whom
    FOLDER/current                  a relative symbolic link to the snapshot in force
    FOLDER/snapshots/ID/store/      Oxigraph's files; never changed again
    FOLDER/snapshots/ID/manifest.json
    FOLDER/snapshots/ID.unfinished  of a publication that runs or was interrupted; the next one removes it

A crash at any instant leaves the old or the new snapshot current and whole: everything is on the disk before the link
is switched. Between the two last steps, the renaming of the finished folder and the switch, a crash leaves a whole
snapshot that is not current, as rolling back from it would.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pyoxigraph import Store  # noqa: TID251 - this package is where stores are written and opened

from stratgraph import __version__
from stratgraph.errors import NotFound, NothingPublished, Overtaken, StoreError
from stratgraph.store.journal import append

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad

    from stratgraph.store.journal import Entry

KEPT_SNAPSHOTS: Final = 5
_UNFINISHED: Final = ".unfinished"
_ID: Final = re.compile(r"\d{6}-\d{8}T\d{6}Z")
_BUILD: Final = "Run stratgraph build."


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
    """

    id: str
    name: str
    created: datetime
    quads: int
    version: str
    folder: Path
    is_current: bool

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
    kept: int = KEPT_SNAPSHOTS,
    expected: str | None = None,
    entry: Entry | None = None,
) -> Snapshot:
    """Writes a snapshot and makes it current; readers go on meanwhile.

    Args:
        folder: where snapshots are; made where it is missing.
        quads: what it holds; read once, as a stream. An error that it raises ends the publication without a trace.
        name: what people call it.
        created: the time of publication, with its time zone.
        kept: how many snapshots stay, the current one included. One that a reader holds stays until the next time.
        expected: id of the snapshot that is to be current, empty where there is to be none; None where that does not
            matter.
        entry: what is written to the journal.

    Raises:
        Overtaken: another one is current.
        StoreError: somebody else publishes, or the disk failed.
    """
    with _exclusively(folder):
        _expect(folder, expected)
        snapshots = folder / "snapshots"
        snapshots.mkdir(exist_ok=True)
        _remove_leftovers(folder)
        number = max((int(other[:6]) for other in _ids(folder)), default=0) + 1
        identifier = f"{number:06d}-{created.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        unfinished = snapshots / f"{identifier}{_UNFINISHED}"
        try:
            unfinished.mkdir()
            count = _write_store(unfinished / "store", quads)
            _write_manifest(unfinished, identifier, name=name, created=created, quads=count)
            _sync_tree(unfinished)
            unfinished.rename(snapshots / identifier)
            _sync(snapshots)
            if entry:
                append(folder, entry, snapshot=identifier)
            _switch(folder, identifier)
        except OSError as error:
            raise StoreError(f"The snapshot could not be written: {error}.", mend="The old one is in force.") from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        _prune(folder, kept)
        return read_snapshot(folder, identifier)


def list_snapshots(folder: Path) -> tuple[Snapshot, ...]:
    """The snapshots, the oldest first; empty where there is none.

    Raises:
        StoreError: a manifest is damaged.
    """
    return tuple(read_snapshot(folder, identifier) for identifier in _ids(folder))


def roll_back(folder: Path, identifier: str | None = None, *, entry: Entry | None = None) -> Snapshot:
    """Makes an earlier snapshot current.

    Args:
        folder: where snapshots are.
        identifier: which one, a later one too; None is the one before the current one.
        entry: what is written to the journal.

    Raises:
        NotFound: there is no such snapshot, or none before the current one.
        StoreError: somebody publishes, or that snapshot is damaged.
    """
    with _exclusively(folder):
        ids = _ids(folder)
        if identifier is None:
            earlier = [other for other in ids if other < current_id(folder)]
            if not earlier:
                raise NotFound("There is no snapshot before the current one.")
            identifier = earlier[-1]
        if identifier not in ids:
            raise NotFound(
                f"There is no snapshot {identifier!r} in {folder}.", mend=f"Use one of {', '.join(ids) or 'none'}."
            )
        wanted = read_snapshot(folder, identifier)
        _open_checked(wanted.store_folder, wanted.quads)
        if entry:
            append(folder, entry, snapshot=identifier)
        _switch(folder, identifier)
        return read_snapshot(folder, identifier)


def current_id(folder: Path) -> str:
    """The id of the snapshot in force: one reading of a link, so cheap enough for each query.

    Raises:
        NothingPublished: there is none.
    """
    try:
        return os.path.basename(os.readlink(f"{folder}/current"))  # noqa: PTH115, PTH119 - a third of pathlib's time
    except OSError as error:
        raise NothingPublished(f"There is no published snapshot in {folder}.", mend=_BUILD) from error


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
            id=identifier,
            name=str(manifest["name"]),
            created=datetime.fromisoformat(manifest["created"]),
            quads=int(manifest["quads"]),
            version=str(manifest["version"]),
            folder=home,
            is_current=link.is_symlink() and link.readlink().name == identifier,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"The manifest of snapshot {identifier} is missing or damaged: {error!r}.",
            mend=f"Remove the folder {home} and run stratgraph build.",
        ) from error


def hold(folder: Path, identifier: str) -> int | None:
    """Keeps a snapshot from being removed: a file descriptor to close afterwards; None where it has just been removed.

    Held by the descriptor, so that processes forked from this one hold it too, and a killed one holds nothing.
    """
    try:
        descriptor = os.open(folder / "snapshots" / identifier / "manifest.json", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        is_there = os.fstat(descriptor).st_nlink > 0
    except BlockingIOError:
        is_there = False
    if is_there:
        return descriptor
    os.close(descriptor)
    return None


def hold_current(folder: Path) -> tuple[Snapshot, int]:
    """The snapshot in force, held: a file descriptor to close afterwards.

    Raises:
        StoreError: nothing was published there, or its manifest is damaged.
    """
    identifier = current_id(folder)
    held = hold(folder, identifier)
    while held is None:
        # Removed since the link was read, or the link leads nowhere.
        before, identifier = identifier, current_id(folder)
        if identifier == before:
            read_snapshot(folder, identifier)
        held = hold(folder, identifier)
    try:
        return read_snapshot(folder, identifier), held
    except StoreError:
        os.close(held)
        raise


def cannot_be_opened(snapshot: Snapshot, reason: object) -> StoreError:
    """The error of a snapshot whose files cannot be read."""
    return StoreError(
        f"The snapshot {snapshot.id} in {snapshot.folder.parents[1]} cannot be opened: {reason}.",
        mend="Roll back to an earlier one, or run stratgraph build.",
    )


def _expect(folder: Path, expected: str | None) -> None:
    if expected is None:
        return
    current = current_id(folder) if (folder / "current").is_symlink() else ""
    if current != expected:
        raise Overtaken(
            f"Snapshot {current or 'none'} is in force in {folder}, where {expected or 'none'} was.",
            mend="Somebody else has published or rolled back: look at what is in force now, and try again.",
        )


def _ids(folder: Path) -> list[str]:
    snapshots = folder / "snapshots"
    return sorted(p.name for p in snapshots.iterdir() if _ID.fullmatch(p.name)) if snapshots.is_dir() else []


@contextmanager
def _exclusively(folder: Path) -> Iterator[None]:
    """Nobody else publishes or rolls back meanwhile; the lock ends with the process, however that ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("ab")
    except OSError as error:
        raise StoreError(f"The folder {folder} cannot be written to: {error}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(
                f"Somebody else is publishing to {folder}.", mend="Wait until that is done, then try again."
            ) from error
        yield


def _remove_leftovers(folder: Path) -> None:
    (folder / "current.new").unlink(missing_ok=True)
    for leftover in (folder / "snapshots").glob(f"*{_UNFINISHED}"):
        shutil.rmtree(leftover)


def _write_store(folder: Path, quads: Iterable[Quad]) -> int:
    store = Store(folder)
    store.bulk_extend(quads)
    # Takes no time for one plan and a sixth of the loading of a thousand, whose queries are then two to five times
    # faster: what was loaded piece by piece is merged.
    store.optimize()
    store.flush()
    count = len(store)
    # Oxigraph has no close: the files are closed when nothing refers to the store any more.
    del store
    _open_checked(folder, count)
    return count


def _open_checked(folder: Path, quads: int) -> None:
    """Opens the files as a reader will, and counts."""
    try:
        found = len(Store.read_only(str(folder)))
    except OSError as error:
        raise StoreError(f"The store in {folder} cannot be opened: {error}.", mend=_BUILD) from error
    if found != quads:
        raise StoreError(f"The store in {folder} holds {found} triples where {quads} were written.", mend=_BUILD)


def _write_manifest(folder: Path, identifier: str, *, name: str, created: datetime, quads: int) -> None:
    manifest = {
        "id": identifier,
        "name": name,
        "created": created.isoformat(),
        "quads": quads,
        "version": __version__,
    }
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


def _prune(folder: Path, kept: int) -> None:
    """Removes the oldest snapshots but for the current one and those that readers hold."""
    current = current_id(folder)
    others = [identifier for identifier in _ids(folder) if identifier != current]
    for identifier in others[: max(0, len(others) + 1 - kept)]:
        _remove_unless_held(folder / "snapshots" / identifier)


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
        gone = home.with_name(f"{home.name}{_UNFINISHED}")
        home.rename(gone)
        shutil.rmtree(gone)
