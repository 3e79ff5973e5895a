"""The examples of docs/how-to/python.md, as Python prints them; the notebook, as Jupyter runs it."""

from __future__ import annotations

import doctest
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

TOP = Path(__file__).parents[2]


@pytest.fixture
def workplace(tmp_path: Path, linked_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with what a checkout has after ``make build``."""
    (tmp_path / ".stratgraph").symlink_to(linked_folder)
    (tmp_path / "data").symlink_to(TOP / "data")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("workplace")
def test_the_how_to_prints_what_it_shows() -> None:
    found = doctest.testfile(str(TOP / "docs/how-to/python.md"), module_relative=False, encoding="utf-8")
    assert found.attempted > 20
    assert found.failed == 0


@pytest.mark.usefixtures("workplace")
# Of the libraries between us and the kernel.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_the_notebook_prints_and_draws_what_it_shows() -> None:
    kept = nbformat.read(TOP / "docs/tutorial/ten-questions.ipynb", as_version=4)
    run = nbformat.read(TOP / "docs/tutorial/ten-questions.ipynb", as_version=4)
    NotebookClient(run, timeout=120).execute()
    cells = [(one, other) for one, other in zip(kept.cells, run.cells, strict=True) if one.cell_type == "code"]
    assert len(cells) == 12
    assert sum("image/png" in output.get("data", ()) for _, cell in cells for output in cell.outputs) == 6
    for shown, made in cells:
        assert texts(shown) == texts(made), shown.source


def texts(cell: nbformat.NotebookNode) -> list[str]:
    """What a cell prints, without the addresses of objects."""
    return [output.get("text") or output.data["text/plain"] for output in cell.outputs]
