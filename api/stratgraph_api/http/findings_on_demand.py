"""What the rules found in versions of plans, worked out once for each."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache

from stratgraph.sheets import findings_of

if TYPE_CHECKING:
    from stratgraph.history import Version
    from stratgraph.sheets import Findings
    from stratgraph.store.protocol import Reading

_KEPT: Final = 64


class FindingsOnDemand:
    """The findings of versions, kept: a version does not change, and to validate one takes half a second."""

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[str, str], Findings] = LRUCache(_KEPT)
        self._lock = Lock()

    def of(self, reading: Reading, version: Version) -> Findings:
        """The findings of a version."""
        key = reading.state, version.iris.graph
        with self._lock:
            if found := self._kept.get(key):
                return found
        found = findings_of(reading, version)
        with self._lock:
            self._kept[key] = found
        return found
