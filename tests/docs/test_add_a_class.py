"""The page that adds a class of elements, followed in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "how-to" / "add-a-class.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[str]:
    return [block for name, block in BLOCKS if name == language]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("src", "ontology", "shapes", "data", "docs/reference"):
        shutil.copytree(TOP / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    return tmp_path


def run(copy: Path, *words: str) -> str:
    path = os.pathsep.join(map(str, (copy / "src", TOP / "api")))
    done = subprocess.run(
        [sys.executable, *words],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def stratgraph(copy: Path, *words: str) -> str:
    return run(copy, "-c", "from stratgraph.cli import main; main()", *words)


def test_a_class_that_is_added_as_the_page_says_is_known_everywhere(copy: Path) -> None:
    for patch in blocks("diff"):
        subprocess.run(["git", "apply", "-"], cwd=copy, input=patch, text=True, check=True)
    rule, plan = blocks("turtle")
    with (copy / "shapes" / "recommended.ttl").open("a", encoding="utf-8") as shapes:
        shapes.write(f"\n{rule}")
    (copy / "risk.ttl").write_text(plan, "utf-8")
    (copy / "untitled.ttl").write_text(plan.replace('dcterms:title "Flood"@en ; ', ""), "utf-8")
    commands = [line.split() for line in blocks("sh")[0].splitlines()]
    assert [words[0] for words in commands] == [".venv/bin/python"] * 2 + [".venv/bin/stratgraph"] * 5
    for _, script in commands[:2]:
        assert run(copy, script) == ""
    assert '"Risk": "sg:Risk"' in (copy / "ontology" / "context.jsonld").read_text("utf-8")
    validated, built, exported, reviewed = (stratgraph(copy, *words[1:]) for words in commands[2:6])
    assert "agency/plan/1 conforms: nothing found." in validated
    assert "2 elements" in built, built
    assert "RiskHasTitle" in stratgraph(copy, "validate", "untitled.ttl")
    sheet = openpyxl.load_workbook(copy / "risk.xlsx")["Risks"]
    assert {"risk/1", "risk/2"} <= {cell.value for cell in sheet["A"]}, exported
    assert "Changes: none" in reviewed
    assert "Risk: The river may rise." in stratgraph(copy, "export", "--format", "stratml", "--store", "risk-store")
    # Without an IRI it is named by its place.
    unnamed = plan.replace("<agency/plan/1/risk/2>", "[]")
    (copy / "unnamed.ttl").write_text(unnamed, "utf-8")
    assert "Changes: none" in stratgraph(copy, "review", "unnamed.ttl", "--store", "risk-store", "--accept")
