"""A store as ``stratgraph build`` leaves it: the annex, the vocabularies, the links."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.contents import Act
from stratgraph.links import shipped
from stratgraph.publication import publish_graphs
from stratgraph.store import open_store
from stratgraph.vocabularies import SHIPPED, read_vocabulary

if TYPE_CHECKING:
    from stratgraph.store import Store

ACT = Act(datetime(2030, 1, 3, tzinfo=UTC))
TABLES = Path(__file__).parents[2] / "data/links"


def opened(folder: Path) -> Store:
    return open_store(str(folder), max_result_bytes=1_000_000_000)


def with_links(annex_store: Path, folder: Path) -> Path:
    """A copy of the annex's store, with the vocabularies and the links."""
    shutil.copytree(annex_store, folder, symlinks=True)
    graphs = {one.graph: one.triples for one in map(read_vocabulary, SHIPPED)} | dict(shipped())
    with closing(opened(folder)) as store:
        publish_graphs(str(folder), store, graphs, ACT, name="links", kept_snapshots=2)
    return folder
