"""Servers that end well what they have not said: an error of ours, in each way of asking."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

import stratgraph
from stratgraph.errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = b'{"head":{},"boolean":true}'
ROW = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"%s","value":"not an IRI"}}'


@contextmanager
def answering(content: bytes) -> Iterator[str]:
    """An endpoint that says so to what has BROKEN in it, and yes to all else."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            said = content if b"BROKEN" in asked else WHOLE
            self.send_response(200)
            self.send_header("Content-Type", self.headers["Accept"])
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/sparql"
        finally:
            server.shutdown()


@pytest.mark.parametrize("content", [b"", b"busy", ROW % b"literal", ROW % b"uri" + b"]}}"])
def test_an_answer_that_is_no_result_is_the_servers_fault(content: bytes) -> None:
    with answering(content) as address, stratgraph.connect(address) as graph:
        with pytest.raises(RemoteError, match=r"is no result of SPARQL: .*that server's log"):
            graph.query("SELECT ?s { ?s ?BROKEN ?o }")
        with pytest.raises(RemoteError, match="is no result"), graph.stream("SELECT ?s { ?s ?BROKEN ?o }") as rows:
            list(rows)


def test_also_where_it_is_no_truth_and_no_graph() -> None:
    with answering(b"busy") as address, stratgraph.connect(address) as graph:
        with pytest.raises(RemoteError, match="is no result"):
            graph.ask("ASK { ?s ?BROKEN ?o }")
        with pytest.raises(RemoteError, match="is no result"):
            graph.construct("CONSTRUCT WHERE { ?s ?BROKEN ?o }")
