"""Tables on a terminal of 40 and of 80 columns, labels, and queries out of files."""

from __future__ import annotations

import csv
import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest

from program import PROGRAM, run, warm
from stratgraph.query import examples


def on_terminal(columns: int, *words: str | Path, store: Path) -> list[str]:
    """The lines that a terminal of this width shows, without colours and blanks at their ends."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    environment |= {"STRATGRAPH_STORE": str(store), "TERM": "xterm"}
    shown = b""
    with subprocess.Popen([warm(), *words], stdout=theirs, stderr=theirs, env=environment) as command:
        os.close(theirs)
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:
            pass  # so a terminal ends on Linux
        assert command.wait() == 0, shown
    os.close(ours)
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r", "").split("\n")]


@pytest.mark.parametrize("columns", [40, 80])
def test_no_name_that_one_has_to_type_is_cut(annex_store: Path, columns: int) -> None:
    lines = on_terminal(columns, "query", "--list", store=annex_store)
    names = {line.split("  ")[0] if columns == 40 else line.strip().partition("  ")[0] for line in lines}
    assert {one.name for one in examples()} <= names


@pytest.mark.parametrize("columns", [40, 80])
def test_rows_keep_what_tells_them_apart_and_what_they_share_is_said_once(annex_store: Path, columns: int) -> None:
    lines = on_terminal(columns, "query", "objectives-at-a-glance", store=annex_store)
    text = "\n".join(lines)
    for place in ("gs/objective/6", "itu-d/objective/6", "itu-t/objective/1"):
        assert place in text
    assert text.count("2012-2015") == 1
    assert "?objective begins with itu/plan/2012-2015/" in " ".join(lines)
    assert "…" not in text


def test_labels_stand_beside_iris_in_the_language_that_is_asked_for(annex_store: Path, tmp_path: Path) -> None:
    done = run("query", "units", "--labels", "--lang", "fr", "--format", "csv", store=annex_store, program=PROGRAM)
    rows = {row["notation"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert rows["ITU-D"]["unitLabel"] == "Telecommunication Development Sector"
    assert rows["ITU-D"]["partOfLabel"] == "International Telecommunication Union"
    assert list(rows["GS"]) == ["notation", "name", "kind", "unit", "unitLabel", "partOf", "partOfLabel"]
    assert rows["ITU"]["partOfLabel"] == ""
    refused = run("query", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "--labels", store=annex_store)
    assert (refused.returncode, refused.stdout) == (2, "")
    file = tmp_path / "answer.html"
    assert run("query", "units", "--labels", "-o", file, store=annex_store).returncode == 0
    page = file.read_text("utf-8")
    assert '<a href="https://w3id.org/stratgraph/id/itu/itu-d">itu/itu-d</a>' in page
    assert "<script" not in page


def test_a_query_is_read_from_a_file_that_is_named_in_its_place(small_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "my question.rq"
    file.write_text("SELECT (1 AS ?one) {}", "utf-8")
    assert run("query", file, store=small_store).stdout == "?one\n1\n"
    for missing in (tmp_path / "none.rq", Path("none.sparql"), Path("none/at/all")):
        done = run("query", missing, store=small_store)
        assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"Error: There is no file {missing}.")


def test_an_answer_in_a_pipe_ends_with_a_newline_and_a_table_there_has_its_heading(small_store: Path) -> None:
    assert run("query", "ASK {}", store=small_store).stdout == "true\n"
    assert run("query", "ASK {}", "--format", "json", store=small_store).stdout.endswith("}\n")
    table = run("query", "SELECT ?a { VALUES ?a { 1 2 } }", "--format", "table", store=small_store)
    assert [line.strip() for line in table.stdout.splitlines() if line.strip()][::2] == ["?a", "1"]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["units", "-o", "answer.ods"], "The ending of answer.ods says no form of an answer."),
        (["kpis-of-objective", "-p", "objective"], "The parameter objective has no value."),
        (["units", "--labels", "--compare", "1", "1"], "Compared rows have no labels."),
    ],
)
def test_what_cannot_be_is_refused(small_store: Path, words: list[str], what: str) -> None:
    done = run("query", *words, store=small_store)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"Error: {what}")


def test_several_reports_are_written_in_one_run(small_store: Path, tmp_path: Path) -> None:
    plan = Path(__file__).parent / "data/small-plan.ttl"
    files = [tmp_path / f"review{ending}" for ending in (".md", ".sarif", ".rdfp")]
    words = [word for file in files for word in ("-o", file)]
    done = run("review", plan, *words, "-o", "-", store=small_store)
    assert done.stdout.startswith("Plan 1\n"), "the text stands on standard output"
    assert [file.read_text("utf-8")[:4] for file in files] == ["### ", "{\n  ", "H id"]
    for words_, what in (
        (["--format", "json", "-o", "a.json", "-o", "b.json"], "Several files are named, and one form."),
        (["-o", "review.pdf"], "The ending of review.pdf says no form of a report."),
    ):
        refused = run("review", plan, *words_, store=small_store)
        assert (refused.returncode, refused.stderr.splitlines()[0]) == (2, f"Error: {what}")
