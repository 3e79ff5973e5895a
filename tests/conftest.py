"""What several tests need: the annex, read once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stratgraph.formats import annex

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
