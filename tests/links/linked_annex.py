"""What the tests of links share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.store import open_store
from stratgraph.store_contents import Act

if TYPE_CHECKING:
    from stratgraph.store import Store

ACT = Act(datetime(2030, 1, 3, tzinfo=UTC))
TABLES = Path(__file__).parents[2] / "data/links"


def opened(folder: Path) -> Store:
    return open_store(str(folder), max_result_bytes=1_000_000_000)
