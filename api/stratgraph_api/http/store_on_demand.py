"""The store that is served: opened when it can be, and asked on the event loop where that is possible."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, cast

from stratgraph.store import PoolLimits, RemoteAccess, open_store

if TYPE_CHECKING:
    from stratgraph.settings import Settings
    from stratgraph.store.protocol import Store, StoreOnLoop


class StoreOnDemand:
    """Opens the store at the first call that succeeds; until then each call says anew what is missing.

    So a server can start before its first snapshot is published. Safe to call from several threads.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._store: Store | None = None

    def __call__(self) -> Store:
        """The open store.

        Raises:
            StoreError: there is no snapshot, or it is damaged.
            RemoteError: the store is a server, and it cannot be reached or refuses.
        """
        if self._store is not None:
            return self._store
        with self._lock:
            if self._store is None:
                self._store = open_store(
                    self._settings.store,
                    max_result_bytes=self._settings.max_result_bytes,
                    pool=self._settings.part(PoolLimits),
                    remote=RemoteAccess.of(self._settings),
                )
            return self._store

    @property
    def opened(self) -> StoreOnLoop | None:
        """The store where it is open and can be asked on the event loop."""
        return cast("StoreOnLoop", self._store) if hasattr(self._store, "on_loop") else None

    def abort(self) -> None:
        """Closes the store if it is open, and ends what is still asked there."""
        with self._lock:
            if self._store is not None:
                self._store.abort()
                self._store = None


def opened_store(opener: object) -> StoreOnLoop | None:
    """The store of what opens one, where it can be asked on the event loop; None also for other openers."""
    found: StoreOnLoop | None = getattr(opener, "opened", None)
    return found
