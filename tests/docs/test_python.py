"""What the pages for Python and R show is what Python, Jupyter and R print."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from sparql_servers import stratgraph as stratgraph_server

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
    # Where Jupyter runs a notebook that is opened from the top of the checkout.
    beside = Path("docs/tutorial")
    beside.mkdir(parents=True)
    NotebookClient(run, timeout=120, resources={"metadata": {"path": str(beside)}}).execute()
    cells = [(one, other) for one, other in zip(kept.cells, run.cells, strict=True) if one.cell_type == "code"]
    assert len(cells) == 12
    assert sum("image/png" in output.get("data", ()) for _, cell in cells for output in cell.outputs) == 6
    for shown, made in cells:
        assert texts(shown) == texts(made), shown.source


def texts(cell: nbformat.NotebookNode) -> list[str]:
    """What a cell prints, without the addresses of objects."""
    return [output.get("text") or output.data["text/plain"] for output in cell.outputs]


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_the_page_for_r_runs_line_by_line(tmp_path: Path, linked_folder: Path) -> None:
    page = (TOP / "docs/how-to/r-and-spreadsheets.md").read_text("utf-8")
    lines = "\n".join(re.findall(r"^```r\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    with stratgraph_server(tmp_path, {"STRATGRAPH_STORE": str(linked_folder)}) as address:
        script = lines.replace("http://127.0.0.1:8000", address)
        done = subprocess.run(["Rscript", "-e", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shown = re.findall(r"^```\n(  .*?)^```", page, re.DOTALL | re.MULTILINE)[0]
    assert [line.split() for line in shown.splitlines()] == [line.split() for line in done.stdout.splitlines()[:4]]
    # Table 8.1 and Tables n.1: 23, 34, 13 and 13 outputs.
    assert [line.split()[-1] for line in done.stdout.splitlines()[-4:]] == ["23", "34", "13", "13"]
    assert (tmp_path / "indicators.png").read_bytes().startswith(b"\x89PNG")
