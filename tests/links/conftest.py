"""The annex with its links, published once."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from linked_annex import opened, with_links

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stratgraph.store import Store


@pytest.fixture(scope="session")
def linked_folder(tmp_path_factory: pytest.TempPathFactory, annex_store: Path) -> Path:
    """The folder of that store; not to be written to."""
    return with_links(annex_store, tmp_path_factory.mktemp("linked") / "store")


@pytest.fixture(scope="session")
def linked_store(linked_folder: Path) -> Iterator[Store]:
    with closing(opened(linked_folder)) as store:
        yield store
