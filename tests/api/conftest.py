"""A small plan, published and served by the real server on a free port of 127.0.0.1."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from sparql_servers import serving as serve
from stores import once
from stratgraph.assets import read_asset
from stratgraph.settings import Settings
from stratgraph.store import publish_snapshot
from stratgraph_api.app import create_app

EDITOR = Path(__file__).parents[2] / "api" / "editor"
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SMALL_PLAN = Path(__file__).parents[1] / "data" / "small-plan.ttl"


def small_quads():
    """The small plan and the ontology as the current view, and two graphs of one triple each."""
    for source in (SMALL_PLAN.read_bytes(), read_asset("ontology", "stratgraph.ttl")):
        for triple in parse(source, RdfFormat.TURTLE):
            yield Quad(triple.subject, triple.predicate, triple.object)
    for name in ("one", "two"):
        yield Quad(
            NamedNode(f"http://example.org/{name}/s"),
            NamedNode("http://example.org/p"),
            Literal(f"in {name}"),
            NamedNode(f"http://example.org/{name}"),
        )


def publish(folder, quads):
    """Publishes a snapshot at a fixed time; its folder."""
    publish_snapshot(folder, quads, name="test", created=datetime(2030, 1, 2, tzinfo=UTC))
    return folder


@pytest.fixture(name="serve", scope="session")
def _serve():
    return serve


@pytest.fixture(name="publish", scope="session")
def _publish():
    return publish


@pytest.fixture(scope="session")
def elsewhere():
    """Quads of a snapshot whose current view, the default graph, is empty."""
    return [Quad(NamedNode("a:s"), NamedNode("a:p"), Literal("o"), NamedNode("a:g"))]


@pytest.fixture(scope="session")
def quads():
    return tuple(small_quads())


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory, quads):
    return publish(tmp_path_factory.mktemp("published") / "store", quads)


@pytest.fixture(scope="session")
def settings(snapshots):
    return Settings(store=str(snapshots))


@pytest.fixture(scope="session")
def address(settings):
    with serve(create_app(settings)) as found:
        yield found


@pytest.fixture(scope="session")
def client(address):
    with httpx.Client(base_url=address) as found:
        yield found


@pytest.fixture
def changed():
    """Asks until the entity tag is another one: a new snapshot is loaded beside the old one, and then served."""

    def ask(get, tag):
        end = time.monotonic() + 20
        while (response := get()).headers.get("etag") == tag:
            assert time.monotonic() < end, "the new snapshot is not served"
            time.sleep(0.02)
        return response

    return ask


@pytest.fixture
def served():
    """A client of an application of the test's own; everything is stopped when the test ends."""
    with ExitStack() as stack:

        def start(app, **options):
            found = stack.enter_context(serve(app, **options))
            return stack.enter_context(httpx.Client(base_url=found, timeout=30))

        yield start


@pytest.fixture(scope="session")
def editor(tmp_path_factory):
    """The sources of the pages' editor, with the packages that their lock names."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")

    def make(folder):
        shutil.copytree(EDITOR, folder, ignore=shutil.ignore_patterns("node_modules"))
        subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True)

    return once(tmp_path_factory, "editor", make)


@pytest.fixture(scope="module")
def browser():
    """Chromium; of a module, since while it runs no other event loop can."""
    if not CHROMIUM:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()
