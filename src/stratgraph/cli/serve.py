"""``stratgraph serve``."""

from __future__ import annotations

import importlib
import socket
from typing import Annotated, Final

import typer

from stratgraph.assets import query_text
from stratgraph.cli.terminal import StoreOption, app, ending, opened_store, say
from stratgraph.errors import StoreError
from stratgraph.settings import forget_secrets, read_settings

_BACKLOG: Final = 1024

_SERVING: Final = """\
Serving at {address}/ (SPARQL at {address}/sparql). One query to try:

  curl -G {address}/sparql -H 'Accept: text/csv' --data-urlencode \\
    'query={query}'

Stop with Ctrl-C."""


@app.command(epilog=ending("stratgraph serve", "stratgraph serve --port 9000 --processes 2"))
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes any that is free.")] = None,
    store: StoreOption = None,
    processes: Annotated[int | None, typer.Option(help="How many processes serve HTTP.")] = None,
) -> None:
    """Serve the SPARQL endpoint and the pages."""
    from stratgraph.federation import open_gateway  # noqa: PLC0415 - other commands do without

    settings = read_settings(host=host, port=port, store=store, processes=processes)
    with opened_store(settings), open_gateway(settings):
        pass  # an error of the store or of the allow-list ends the command before the server starts
    listener = _listener(settings.host, settings.port, stall_s=settings.stall_s)
    forget_secrets()
    address = f"http://{_in_url(settings.host)}:{listener.getsockname()[1]}"
    say(_SERVING.format(address=address, query=query_text("try-first").strip()), markup=False)
    # By name: nothing else in the library knows that there is HTTP.
    importlib.import_module("stratgraph_api.serving").run(settings, listener)


def _listener(host: str, port: int, *, stall_s: float) -> socket.socket:
    """A listening socket; it gives a connection up whose client takes nothing, some time after the answer was sent."""
    # Its protocol is named: only then asyncio sets TCP_NODELAY, without which each answer waits for 40 ms.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(2000 * stall_s))
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise StoreError(
            f"Cannot listen on {host} port {port}: {error.strerror or error}.",
            mend="Stop what listens there, or choose another address or --port.",
        ) from error
    return listener


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
