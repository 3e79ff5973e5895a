"""What several tests need: the annex, read once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stratgraph.contents import Act
from stratgraph.formats import annex
from stratgraph.plan_graph import to_statements
from stratgraph.publication import build

if TYPE_CHECKING:
    from stratgraph.document import PlanDocument

TOP = Path(__file__).parents[1]
SOURCE = TOP / "data/sources/resolution-71-annex.txt"
DESCRIPTION = SOURCE.with_suffix(".toml")


@pytest.fixture(scope="session")
def annex_bytes() -> bytes:
    return SOURCE.read_bytes()


@pytest.fixture(scope="session")
def annex_document(annex_bytes: bytes) -> PlanDocument:
    description = annex.read_description(DESCRIPTION.read_bytes(), file=DESCRIPTION.name)
    return annex.read(annex_bytes, file=SOURCE.name, max_bytes=5_000_000, description=description)


@pytest.fixture(scope="session")
def annex_store(tmp_path_factory: pytest.TempPathFactory, annex_document: PlanDocument) -> Path:
    """The folder of the annex's published snapshot."""
    folder = tmp_path_factory.mktemp("store")
    plan = to_statements(annex_document, file=SOURCE.name)
    done = build(plan, folder, None, Act(datetime(2030, 1, 2, tzinfo=UTC)), kept_snapshots=2)
    assert done.snapshot is not None
    return folder
