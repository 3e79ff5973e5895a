"""The graph that the documented queries are asked of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Store

from stratgraph.links import shipped
from stratgraph.plan_graph import to_statements
from stratgraph.store_contents import contents, version_graphs
from stratgraph.vocabularies import SHIPPED, read_vocabulary

if TYPE_CHECKING:
    from stratgraph.document import PlanDocument


@pytest.fixture(scope="session")
def current_view(annex_document: PlanDocument) -> Store:
    """The annex as it is published: the current view in the default graph, version and provenance in named graphs.

    With the vocabularies and the links that are published beside it: what is asked of the plan is to leave them out.
    """
    store = Store()
    written = version_graphs(to_statements(annex_document, file="annex"), 1)
    graphs = {name: triples for one in SHIPPED for name, triples in read_vocabulary(one).graphs.items()}
    store.extend(contents(None, written, {**graphs, **dict(shipped())}))
    return store
