"""``stratgraph mcp``."""

from __future__ import annotations

from stratgraph.cli.terminal import StoreOption, app, ending


@app.command(epilog=ending("stratgraph mcp", "stratgraph mcp --store plans"))
def mcp(store: StoreOption = None) -> None:
    """Let an assistant ask the published graph by the Model Context Protocol, on standard input and output."""
    import stratgraph  # noqa: PLC0415 - other commands do without
    from stratgraph.assistants import LocalChecks, assistant_server  # noqa: PLC0415 - likewise
    from stratgraph.identifiers import is_address  # noqa: PLC0415 - likewise

    opened = stratgraph.connect(store) if store and is_address(store) else stratgraph.open(store)
    with opened as graph:
        assistant_server(lambda _: graph, LocalChecks(graph)).run("stdio")
