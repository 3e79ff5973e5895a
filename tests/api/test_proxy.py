"""The server behind nginx, with the configuration that docs/how-to/serve.md shows."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from stratgraph.settings import Settings
from stratgraph_api.app import create_app

PAGE = Path(__file__).parents[2] / "docs/how-to/serve.md"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx on this machine: apt-get install nginx-light")


@pytest.fixture
def proxied(snapshots, served, tmp_path):
    """Starts the server and nginx in front of it; a client of the proxy."""
    running, clients = [], []

    def start(**settings):
        behind = served(create_app(Settings(store=str(snapshots), **settings))).base_url
        (shown,) = re.findall(r"^```nginx\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        shown = shown.replace("127.0.0.1:8443", f"127.0.0.1:{port}")
        shown = shown.replace("127.0.0.1:8000", f"127.0.0.1:{behind.port}")
        places = "".join(
            f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration = tmp_path / "nginx.conf"
        configuration.write_text(
            f"daemon off;\nmaster_process off;\npid {tmp_path}/pid;\nerror_log {tmp_path}/errors;\n"
            f"events {{}}\nhttp {{\naccess_log off;\n{places}{shown}}}\n"
        )
        running.append(subprocess.Popen([NGINX, "-c", str(configuration)], stderr=subprocess.PIPE))
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        clients.append(client)
        end = time.monotonic() + 20
        while True:
            try:
                client.get("/health/live")
            except httpx.TransportError:
                assert running[-1].poll() is None, running[-1].stderr.read()
                assert time.monotonic() < end
                time.sleep(0.05)
            else:
                return client

    yield start
    for client in clients:
        client.close()
    for process in running:
        process.terminate()
        process.communicate(timeout=20)


def test_what_the_server_answers_comes_through_the_proxy(proxied):
    client = proxied(max_requests=2)
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    large = client.get("/sparql", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 50000"})
    assert len(large.json()["results"]["bindings"]) == 50_000
    long = "ASK { FILTER(1 IN (" + ",".join("1" * 30_000) + ")) }"
    body = client.post("/sparql", content=long, headers={"Content-Type": "application/sparql-query"})
    assert body.json()["boolean"] is True
    assert client.get("/sparql", params={"query": "ASK {} #" + "a" * 50_000}).json()["boolean"] is True
    address = str(client.base_url).rstrip("/")
    assert f"<{address}/" in client.get("/void", headers={"Accept": "text/turtle"}).text


def test_the_proxy_says_who_asks_and_not_what_they_say_of_themselves(proxied, caplog):
    client = proxied(publish_token="a-token-of-this-test")  # noqa: S106 - it opens nothing
    headers = {"Authorization": "Bearer wrong", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    assert client.post("/publish", headers=headers).status_code == 401
    (line,) = (record.getMessage() for record in caplog.records if "wrong token" in record.getMessage())
    assert line.endswith("from 127.0.0.1.")
