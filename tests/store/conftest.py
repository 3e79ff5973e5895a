"""What the tests of stores share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.register_assert_rewrite("contract", "pools")

from sparql_servers import Server, oxigraph_program, virtuoso, virtuoso_program  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests: it takes seconds to start. Each test publishes what it needs, in place of what is there."""
    if not virtuoso_program():
        pytest.skip("virtuoso-t is not installed (Debian: virtuoso-opensource-7-bin)")
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture(scope="session")
def has_oxigraph() -> None:
    if not oxigraph_program():
        pytest.skip("the native Oxigraph server is not installed (PyPI: oxigraph)")
