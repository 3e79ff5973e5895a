"""The index of the words of the state that is asked: the one that was published with it, or one that is made now."""

from __future__ import annotations

import logging
import os
import tempfile
import weakref
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from stratgraph.graph import text_of
from stratgraph.search.word_file import INDEXED, has_full_text, write_words
from stratgraph.search.word_index import WordIndex
from stratgraph.store import file_of_snapshot, unfinished_store
from stratgraph.terms import OWL, RDF, SSSOM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

    from stratgraph.store import Reading, Since

_log: Final = logging.getLogger(__name__)

FILE: Final = "words.sqlite"
"""Of a snapshot, beside the engine's folder."""


_LINKS: Final = frozenset((SSSOM.MAPPING_SET, OWL.AXIOM))
"""The classes of the records of links, in which nothing is found."""


def index_snapshot(folder: Path, since: Since | None = None) -> None:
    """Writes the index of the words of a snapshot that is being published; without FTS5 only a line of the log.

    Args:
        folder: of the snapshot.
        since: what it differs by from another one, whose index is its own where only links have changed.

    Raises:
        StoreError: it cannot be written.
    """
    if not has_full_text():
        _log.warning("The snapshot has no index of its words: the SQLite of this Python has no FTS5.")
        return
    if since and not _changes_words(since.changed) and WordIndex(since.folder / FILE, "").is_readable:
        # The file never changes; where the disk has no links it is written anew.
        with suppress(OSError):
            os.link(since.folder / FILE, folder / FILE)
            return
    with closing(unfinished_store(folder)) as store:
        write_words(store, folder / FILE)


def _changes_words(changed: Iterable[Quad]) -> bool:
    """Whether the index may be another one after a change."""
    told: set[object] = set()
    links: set[object] = set()
    for quad in changed:
        if quad.predicate.value in INDEXED:
            told.add(quad.subject)
        if quad.predicate.value == RDF.TYPE and text_of(quad.object) in _LINKS:
            links.add(quad.subject)
    return not told <= links


class CurrentWords:
    """Gives the index of the state of a reading; may be called from several threads.

    A snapshot has its index from its publication on. A store that is a server has none, nor has a snapshot that an
    earlier program wrote: then one is made in a temporary file, and kept until another state is asked for. That takes a
    second for one plan with the vocabularies that come with the program.

    Args:
        location: of the store: a folder of snapshots, or the address of a server.
    """

    def __init__(self, location: str) -> None:
        self._location = location
        self._lock = Lock()
        self._index: WordIndex | None = None

    def of(self, reading: Reading) -> WordIndex:
        """The index of what is read.

        Raises:
            LimitError: one has to be made, and there is more than the store gives out, or it takes too long.
            StoreError: one has to be made, and cannot be written.
        """
        with self._lock:  # one makes it, and the others wait for that
            if self._index is None or self._index.state != reading.state:
                self._index = self._published(reading.state) or _made(reading)
            return self._index

    def _published(self, state: str) -> WordIndex | None:
        file = file_of_snapshot(self._location, state, FILE)
        index = WordIndex(file, state) if file else None
        return index if index and index.is_readable else None


def _made(reading: Reading) -> WordIndex:
    descriptor, name = tempfile.mkstemp(prefix="stratgraph-words-", suffix=".sqlite")
    os.close(descriptor)
    file = Path(name)
    try:
        write_words(reading, file)
    except BaseException:
        file.unlink()
        raise
    index = WordIndex(file, reading.state)
    weakref.finalize(index, file.unlink, missing_ok=True)
    return index
