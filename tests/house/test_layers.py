"""The contracts of pyproject.toml hold, and each of them is able to fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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


def test_importing_the_library_stays_light() -> None:
    heavy = "'fastapi', 'owlready2', 'pyshacl', 'rdflib', 'shacl', 'typer'"
    program = f"import sys, stratgraph; print([name for name in ({heavy}) if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
