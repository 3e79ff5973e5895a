"""What the tests of links share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from stratgraph.store_contents import Act

ACT = Act(datetime(2030, 1, 3, tzinfo=UTC))
TABLES = Path(__file__).parents[2] / "data/links"
