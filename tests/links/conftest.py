"""The annex with its links, opened once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stores import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stratgraph.store import Store


@pytest.fixture(scope="session")
def linked_store(linked_folder: Path) -> Iterator[Store]:
    with opened(linked_folder) as store:
        yield store
