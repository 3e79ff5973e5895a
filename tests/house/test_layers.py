"""The contracts of pyproject.toml hold, and each of them is able to fail."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint_imports(checkout: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{checkout / 'src'}{os.pathsep}{checkout / 'api'}", "COLUMNS": "200"}
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(top: Path, tmp_path: Path) -> Path:
    for folder in ("src", "api"):
        shutil.copytree(top / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "queries"))
    shutil.copy(top / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(top: Path) -> None:
    run = lint_imports(top)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("src/stratgraph/utils.py", "", "stratgraph.utils"),
        ("api/stratgraph_api/services.py", "", "stratgraph_api.services"),
        ("api/stratgraph_api/http/tools.py", "", "stratgraph_api.http.tools"),
        ("src/stratgraph/errors.py", "import stratgraph.terms", "stratgraph.errors -> stratgraph.terms"),
        ("src/stratgraph/formats/__init__.py", "import stratgraph.store", "stratgraph.formats -> stratgraph.store"),
        ("src/stratgraph/query.py", "import fastapi", "stratgraph.query -> fastapi"),
        (
            "src/stratgraph/query.py",
            "import stratgraph.store.embedded",
            "stratgraph.query -> stratgraph.store.embedded",
        ),
        ("src/stratgraph/document.py", "import pydantic", "stratgraph.document -> pydantic"),
        ("src/stratgraph/publication.py", "import stratgraph.links", "stratgraph.publication -> stratgraph.links"),
        (
            "src/stratgraph/store/wire.py",
            "import stratgraph.store.remote.clauses",
            "store.wire -> stratgraph.store.remote",
        ),
        (
            "api/stratgraph_api/doors/pages.py",
            "import stratgraph_api.doors.sparql",
            "stratgraph_api.doors.pages -> stratgraph_api.doors.sparql",
        ),
        (
            "api/stratgraph_api/work/jobs.py",
            "import stratgraph_api.doors.pages",
            "stratgraph_api.work.jobs -> stratgraph_api.doors.pages",
        ),
        (
            "api/stratgraph_api/http/parameters.py",
            "import stratgraph_api.work.jobs",
            "stratgraph_api.http.parameters -> stratgraph_api.work.jobs",
        ),
    ],
)
def test_a_breach_is_reported_by_name(copy: Path, file: str, line: str, expected: str) -> None:
    with (copy / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    run = lint_imports(copy)
    assert run.returncode != 0
    assert expected in run.stdout


HOLDING_BOTH = {
    "stratgraph", "stratgraph.__main__", "stratgraph.cli", "stratgraph.formats", "stratgraph.store",
    "stratgraph_api", "stratgraph_api.app", "stratgraph_api.doors", "stratgraph_api.serving",
}  # fmt: skip
"""Packages that have rooms of the core and wings, and the modules that put commands and routes together."""


@pytest.fixture(scope="module")
def wings(top: Path) -> dict[str, list[str]]:
    project = tomllib.loads((top / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (found,) = (one for one in contracts if one["name"] == "The core knows no wing")
    return found


def test_every_module_is_of_the_core_or_of_a_wing(
    top: Path, modules: tuple[Path, ...], wings: dict[str, list[str]]
) -> None:
    placed = [f"{name}." for name in (*wings["source_modules"], *wings["forbidden_modules"])]
    parts = [path.relative_to(top).with_suffix("").parts[1:] for path in modules]
    names = {".".join(one[:-1] if one[-1] == "__init__" else one) for one in parts}
    assert {name for name in names if not f"{name}.".startswith(tuple(placed))} == HOLDING_BOTH


def test_the_page_of_the_house_names_every_wing_and_exception(top: Path, wings: dict[str, list[str]]) -> None:
    page = (top / "docs/reference/house.md").read_text("utf-8")
    section = page.partition("## Core and wings")[2].partition("\n## ")[0]
    folders = ["/".join(name.split(".")[1:]) for name in wings["forbidden_modules"]]
    assert [name for name in folders if f"`{name}/`" not in section and f"`{name}.py`" not in section] == []
    shown = re.findall(r"`([a-z_/]+/|[a-z]+/[a-z]+\.py)`", section)
    homes = (top / "src/stratgraph", top / "api/stratgraph_api")
    assert [name for name in shown if not any((home / name).exists() for home in homes)] == []
    assert re.findall(r"^\| `(.* -> .*)` \|", section, re.MULTILINE) == wings["ignore_imports"]


def test_importing_the_library_stays_light() -> None:
    heavy = "'fastapi', 'openpyxl', 'owlready2', 'pyshacl', 'rdflib', 'shacl', 'typer'"
    program = f"import sys, stratgraph.store; print([name for name in ({heavy}) if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
