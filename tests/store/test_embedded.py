"""The embedded store passes the contract, on disk and in memory."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from contract import MakeStore, StoreContract

from stratgraph.store import Store, memory_store, open_store, publish_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyoxigraph import Quad

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


class TestOnDisk(StoreContract):
    @pytest.fixture
    def make_store(self, tmp_path: Path) -> MakeStore:
        numbers = itertools.count(1)

        def make(quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
            number = next(numbers)
            folder = tmp_path / str(number)
            publish_snapshot(folder, quads, name="a test", created=TIME.replace(year=2030 + number))
            return open_store(str(folder), max_result_bytes=max_result_bytes)

        return make


class TestInMemory(StoreContract):
    @pytest.fixture
    def make_store(self) -> MakeStore:
        return memory_store
