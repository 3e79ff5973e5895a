"""What assistants that speak the Model Context Protocol ask of a graph: a few tools that read, and short answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stratgraph.assistants.checks import Checks, LocalChecks
from stratgraph.assistants.tools import Tools
from stratgraph.errors import NotAcceptable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server import MCPServer

    from stratgraph.library import KnowledgeGraph

__all__ = ["Checks", "LocalChecks", "Tools", "assistant_server"]


def assistant_server(graph_of: Callable[[Any], KnowledgeGraph], checks: Checks) -> MCPServer[Any]:
    """The server of the protocol.

    Args:
        graph_of: gives the graph that is asked, by the context of a tool's call.
        checks: validates and reviews.

    Raises:
        NotAcceptable: the protocol's SDK is not installed.
    """
    try:
        from stratgraph.assistants.server import made  # noqa: PLC0415 - its SDK is an extra
    except ImportError as error:
        raise NotAcceptable(
            "The Model Context Protocol is spoken by mcp, which is not installed here.", mend="Install stratgraph[mcp]."
        ) from error
    return made(graph_of, checks)
