"""Every console example in the README and the how-to pages is run, and what it prints compared."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import openpyxl
import pytest

from program import PROGRAM, warm

TOP = Path(__file__).parents[2]
PAGES = [TOP / "README.md", *sorted((TOP / "docs/how-to").glob("*.md")), *sorted((TOP / "docs/tutorial").glob("*.md"))]
AS_INSTALLED = ("README.md",)
"""Pages whose commands are run as they were installed: what a reader tries first. The others' run warm."""


def examples(page: Path) -> list[tuple[str, str]]:
    """The commands of a page's console blocks with what each prints; a line that begins with > goes on with one."""
    found: list[tuple[str, str]] = []
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        for piece in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = piece.partition("\n")
            while output.startswith("> "):
                more, _, output = output.removeprefix("> ").partition("\n")
                command += f"\n{more}"
            found.append((command, output))
    return found


def typed(page: Path) -> list[tuple[str, list[str], list[list[str]]]]:
    """The tables of a page that are to be typed into a workbook: sheet, headings, rows."""
    found = []
    table = re.compile(r"^\*\*Sheet (.+)\*\*\n\n((?:\|.*\n)+)", re.MULTILINE)
    for sheet, text in table.findall(page.read_text("utf-8")):
        head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines())
        found.append((sheet, head, [[cell.replace("<br>", "\n") for cell in row] for row in rows]))
    return found


def type_into(workbook: Path, page: Path) -> None:
    """As somebody would, who opens the template in a spreadsheet program: a number is typed as a number."""
    book = openpyxl.load_workbook(workbook)
    for name, head, rows in typed(page):
        sheet = book[name]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for line, row in enumerate(rows, start=2):
            for heading, words in zip(head, row, strict=True):
                if words:
                    is_year = heading.endswith(" year")
                    sheet.cell(line, columns[heading]).value = int(words) if is_year else words
    book.save(workbook)


def test_there_are_examples() -> None:
    assert sum(len(examples(page)) for page in PAGES) >= 15


@pytest.mark.parametrize("page", [p for p in PAGES if examples(p)], ids=lambda page: page.name)
def test_what_a_page_shows_is_what_is_printed(page: Path, annex_store: Path, tmp_path: Path) -> None:
    program = PROGRAM if page.name in AS_INSTALLED else warm()
    for name in ("data", "tests"):
        (tmp_path / name).symlink_to(TOP / name)
    environment = {
        **os.environ,
        "STRATGRAPH_STORE": str(annex_store),
        "PATH": f"{program.parent}{os.pathsep}{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}",
        "TERM": "dumb",
    }
    for command, expected in examples(page):
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.stdout == expected, f"{page.name}: {shlex.quote(command)}"
        if command.startswith("stratgraph template"):
            type_into(tmp_path / command.split()[2], page)
