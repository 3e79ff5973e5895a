"""The built wheel: all that it should hold and nothing else, and at work in an environment that has no checkout.

The environment holds the wheel and what requirements/runtime.txt locks, each package linked from the environment that
runs the tests, so that no network is needed and a package that only development has is missing there as it would be
at a user's.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT_OBJECTIVES = """
PREFIX sg: <https://w3id.org/stratgraph/ontology#>
SELECT (COUNT(DISTINCT ?objective) AS ?objectives) WHERE { ?objective a sg:Objective }
"""
OBJECTIVES = "21"
"""R 5, T 4, D 6, GS 6: the rows of Table 8.1."""


@pytest.fixture(scope="module")
def wheel(top: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sdist, as an index's users get it."""
    folder = tmp_path_factory.mktemp("dist")
    run = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, top],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_both_packages_and_the_assets_and_nothing_else(
    wheel: Path, top: Path, project_files: tuple[Path, ...]
) -> None:
    places = {
        "src/stratgraph/": "stratgraph/",
        "api/stratgraph_api/": "stratgraph_api/",
        "ontology/": "stratgraph/_assets/ontology/",
        "shapes/": "stratgraph/_assets/shapes/",
        "data/": "stratgraph/_assets/data/",
    }
    expected = {
        name.replace(place, within, 1): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in project_files
        for place, within in places.items()
        if (name := path.relative_to(top).as_posix()).startswith(place)
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {
            name: hashlib.sha256(archive.read(name)).hexdigest()
            for name in archive.namelist()
            if ".dist-info/" not in name
        }
    assert held == expected
    assert held.keys() >= {
        "stratgraph/py.typed",
        "stratgraph/queries/entail-chains.rq",
        "stratgraph/_assets/ontology/stratgraph.ttl",
        "stratgraph/_assets/shapes/required.ttl",
        "stratgraph/_assets/data/sources/resolution-71-annex.txt",
        "stratgraph_api/py.typed",
        "stratgraph_api/templates/base.html",
        "stratgraph_api/static/style.css",
    }


def test_the_wheel_brings_the_licence_and_the_rights_of_the_source(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        licences = {name.partition(".dist-info/licenses/")[2] for name in archive.namelist()}
    assert licences >= {"LICENSE", "data/sources/RIGHTS.md"}


class Installation:
    """An environment with the wheel and the packages that running needs."""

    def __init__(self, folder: Path, wheel: Path, lock: str) -> None:
        self.environment = folder / "environment"
        self.work = folder / "elsewhere"
        self.work.mkdir()
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.environment], check=True)
        (self.packages,) = (self.environment / "lib").glob("python*/site-packages")
        for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE):
            self.link(name)
        self.pip("install", "--no-index", "--no-deps", "--quiet", wheel)

    def link(self, name: str) -> None:
        """Link one distribution; a lock names some that other platforms or Pythons need."""
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            return
        for entry in {file.parts[0] for file in distribution.files or () if file.parts[0] not in {"..", "__pycache__"}}:
            if not (self.packages / entry).exists():
                (self.packages / entry).symlink_to(Path(str(distribution.locate_file(entry))))

    def pip(self, *arguments: str | Path) -> None:
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", self.environment]
        run = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr

    @property
    def variables(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.work)}

    def run(self, command: str, *arguments: str) -> str:
        run = subprocess.run(
            [self.environment / "bin" / command, *arguments],
            cwd=self.work,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    @contextmanager
    def serve(self) -> Iterator[str]:
        """The address of a server that is ready."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        command = [self.environment / "bin" / "stratgraph", "serve", "--host", "127.0.0.1", "--port", str(port)]
        with (self.work / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=self.work, env=self.variables, stdout=log, stderr=log)
        try:
            wait_until_ready(f"{address}/health/ready", server)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server stopped by itself"
        try:
            fetch(address)
        except URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server was not ready in half a minute")


def fetch(address: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        body: bytes = response.read()
        return body


def number_of_objectives(answer: str | bytes) -> str:
    (row,) = json.loads(answer)["results"]["bindings"]
    number: str = row["objectives"]["value"]
    return number


@pytest.fixture(scope="module")
def installation(wheel: Path, top: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    lock = (top / "requirements" / "runtime.txt").read_text("utf-8")
    return Installation(tmp_path_factory.mktemp("installation"), wheel, lock)


@pytest.fixture(scope="module")
def built(installation: Installation) -> Installation:
    """With the annex's snapshot published."""
    installation.run("stratgraph", "build")
    return installation


def test_a_plan_of_ones_own_begins_and_works_at_once(installation: Installation) -> None:
    installation.run("stratgraph", "new", "crossings")
    path = f"{installation.environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        ["make", "test"],
        cwd=installation.work / "crossings",
        env=installation.variables | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "| Villages within an hour of a bridge | 40 | 75 | villages |" in run.stdout


def test_the_locked_packages_are_all_that_the_wheel_asks_for(installation: Installation) -> None:
    installation.pip("check")


def test_the_installed_package_uses_its_own_assets(installation: Installation) -> None:
    program = (
        "import stratgraph.assets as a, stratgraph_api.app as b; print(a.asset('ontology'), b.__file__, sep='\\n')"
    )
    ontology, application = installation.run("python", "-c", program).splitlines()
    assert Path(ontology) == installation.packages / "stratgraph" / "_assets" / "ontology"
    assert Path(application).is_relative_to(installation.packages)


def test_the_installed_command_answers_from_the_graph_that_it_built(built: Installation) -> None:
    answer = built.run("stratgraph", "query", "--format", "json", COUNT_OBJECTIVES)
    assert number_of_objectives(answer) == OBJECTIVES


def test_the_installed_server_answers_and_shows_its_page(built: Installation) -> None:
    with built.serve() as address:
        query = urlencode({"query": COUNT_OBJECTIVES})
        answer = fetch(f"{address}/sparql?{query}", "application/sparql-results+json")
        assert number_of_objectives(answer) == OBJECTIVES
        page = fetch(f"{address}/", "text/html").decode()
        styles = re.findall(r'href="(/[^"]+\.css)"', page)
        assert len(styles) >= 1
        for file in (*styles, "/static/editor.js"):
            assert fetch(f"{address}{file}")
