"""What was done to a folder of snapshots: a line for each publication and each rolling back, kept when snapshots go.

``FOLDER/journal.jsonl``, an entry a line as JSON. An entry is written before what it tells of comes into force, so that
a number that was given once is known for good; a line that a crash left unfinished is passed over.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from stratgraph.errors import Location, StoreError
from stratgraph.identifiers import is_record

if TYPE_CHECKING:
    from pathlib import Path

JOURNAL: Final = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act.

    Args:
        action: ``publish``, ``remove`` or ``rollback``.
        time: when, with its time zone.
        by: name of the person who did it; empty where it was not given.
        reason: why; empty where it was not given.
        plan: IRI of the plan that was published; empty of a rollback.
        version: its number; 0 of a rollback.
        snapshot: id of the snapshot that came into force; known when it is written.
        name: what people call what was published or removed, where that is no plan.
        graphs: the names of the graphs that it was, where that is no plan.
    """

    action: str
    time: datetime
    by: str = ""
    reason: str = ""
    plan: str = ""
    version: int = 0
    snapshot: str = ""
    name: str = ""
    graphs: tuple[str, ...] = ()

    @property
    def things(self) -> tuple[str, ...]:
        """What was published or removed, where that is no plan: the graphs without those of their records."""
        return tuple(graph for graph in self.graphs if not is_record(graph))


def append(folder: Path, entry: Entry, *, snapshot: str) -> None:
    """Adds an entry; on the disk when this returns.

    Args:
        folder: of the snapshots; the caller holds its lock.
        entry: what was done.
        snapshot: id of the snapshot that comes into force.
    """
    content = asdict(replace(entry, snapshot=snapshot)) | {"time": entry.time.isoformat()}
    descriptor = os.open(folder / JOURNAL, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    with os.fdopen(descriptor, "r+b") as journal:
        # What a crash left of a line is closed first.
        size = journal.seek(0, os.SEEK_END)
        is_broken = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        journal.write(b"\n" * is_broken + json.dumps(content, ensure_ascii=False).encode() + b"\n")
        journal.flush()
        os.fsync(descriptor)


def read_journal(folder: Path) -> tuple[Entry, ...]:
    """The entries, the oldest first; empty where there are none.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        content = (folder / JOURNAL).read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StoreError(
            f"The journal cannot be read: {error.strerror}.", where=Location(file=str(folder / JOURNAL))
        ) from error
    return tuple(entry for line in content.splitlines() if (entry := _entry(line)))


def _entry(line: str) -> Entry | None:
    try:
        content = json.loads(line)
        time, graphs = datetime.fromisoformat(content["time"]), tuple(map(str, content.get("graphs", ())))
        return Entry(**content | {"time": time, "graphs": graphs})
    except (ValueError, TypeError, KeyError):
        return None
