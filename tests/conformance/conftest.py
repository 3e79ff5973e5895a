"""The endpoint that the cases are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from servers import Endpoint, listening, serving

from stratgraph.settings import Settings
from stratgraph_api.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Endpoint]:
    found = Endpoint()
    with listening() as (listener, address), serving(create_app(Settings(), store=found), listener), found.client:
        found.client.base_url = address
        yield found
