"""What a command does where its streams or files fail it: an error in its three parts, and never exit code 1.

Continuous integration takes 1 for "this plan is not fit" (``docs/how-to/check-in-ci.md``).
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

import small_plan
from program import PROGRAM, run, warm
from stores import copied

TOP = Path(__file__).parents[1]
PLAN = TOP / "tests/data/small-plan.ttl"

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has /dev/full")


def shell(command: str, store: Path, program: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a shell's command comes to, in which ``stratgraph`` is the program."""
    return subprocess.run(
        ["bash", "-c", f"stratgraph() {{ '{program or warm()}' \"$@\"; }}; {command}"],
        env={**os.environ, "STRATGRAPH_STORE": str(store), "PLAN": str(PLAN), **variables},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


@pytest.mark.parametrize(
    "command",
    [
        "query 'SELECT * { ?s ?p ?o } LIMIT 3'",
        "query --list",
        "query --show units",
        "review $PLAN",
        "validate $PLAN",
        "log",
        "export --format turtle",
        "--version",
        "--help",
    ],
)
def test_an_output_that_is_full_is_an_error(small_store: Path, command: str) -> None:
    done = shell(f"stratgraph {command} > /dev/full", small_store)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_interpreter_says_nothing_more_of_an_output_that_is_full(small_store: Path) -> None:
    done = shell("stratgraph query 'ASK {}' > /dev/full", small_store, PROGRAM)
    assert (done.returncode, done.stderr.splitlines()) == (
        2,
        ["Error: Standard output cannot be written: No space left on device.", "Mend:  Look at where it leads."],
    )


def test_a_full_output_beside_a_full_standard_error_is_an_error_too(small_store: Path) -> None:
    assert shell("stratgraph query --list > /dev/full 2> /dev/full", small_store).returncode == 2


def test_an_output_that_is_closed_is_an_error_where_there_is_a_result(small_store: Path, tmp_path: Path) -> None:
    done = shell("stratgraph query 'ASK {}' >&-", small_store, PROGRAM)
    assert (done.returncode, done.stderr.partition(":")[0]) == (2, "Error")
    file = tmp_path / "template.xlsx"
    assert shell(f"stratgraph template {file} >&- 2>&- <&-", small_store, PROGRAM).returncode == 0
    assert file.exists()


@pytest.mark.parametrize("command", ["query 'SELECT * { ?s ?p ?o }'", "--help", "review $PLAN", "log"])
def test_a_reader_that_has_gone_ends_a_command_as_sigpipe_would(small_store: Path, command: str) -> None:
    # Each writes when nobody reads any more, whoever is quicker.
    done = shell(f"(sleep 0.5; stratgraph {command}; echo $? >&2) | true", small_store)
    assert done.stderr.split() == ["141"]


def test_messages_to_a_reader_that_has_gone_are_no_finding(small_store: Path, tmp_path: Path) -> None:
    command = f"(sleep 0.5; stratgraph template {tmp_path}/t.xlsx 2>&1; echo $? >&3) 3>&2 | true"
    assert shell(command, small_store).stderr.split() == ["141"]


@pytest.mark.parametrize("command", ["export --format turtle -o", "review $PLAN --fix", "review $PLAN -o", "template"])
def test_a_file_that_cannot_be_written_is_an_error_that_names_it(small_store: Path, command: str) -> None:
    done = shell(f"stratgraph {command} /nowhere/at/all.xlsx", small_store)
    assert done.returncode == 2
    assert "Error: /nowhere/at/all.xlsx: The file cannot be written: No such file or directory." in done.stderr


@pytest.mark.parametrize(
    ("words", "of"),
    [
        (["query", "--file", "FILE"], "FILE, line 1, column 10"),
        (["query", "-"], "standard input, line 1, column 10"),
        (["validate", "FILE"], "FILE, line 1, column 10"),
        (["review", "FILE"], "FILE, line 1, column 10"),
        (["publish", "FILE"], "FILE, line 1, column 10"),
        (["build", "FILE"], "FILE, line 1, column 10"),
        (["reason", "FILE"], "FILE, line 1, column 10"),
        (["import", "vocabulary", "mine", "--file", "FILE"], "FILE, line 1, column 10"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("locale", ["C.UTF-8", "POSIX"])
def test_text_of_another_encoding_is_an_error_with_its_place(
    small_store: Path, tmp_path: Path, words: list[str], of: str, locale: str
) -> None:
    store = copied(small_store, tmp_path / "store")
    file = tmp_path / "latin.ttl"
    file.write_bytes('<a> <b> "é" .'.encode("latin-1"))
    given = [str(file) if word == "FILE" else word for word in words]
    done = subprocess.run(
        [warm(), *given],
        input=file.read_bytes(),
        env={**os.environ, "STRATGRAPH_STORE": str(store), "LC_ALL": locale},
        capture_output=True,
        check=False,
    )
    told = done.stderr.decode()
    assert done.returncode == 2, told
    assert f"{of.replace('FILE', str(file))}: The file is not UTF-8: byte 0xe9." in told


def test_a_question_that_nobody_answers_is_an_error(small_store: Path, tmp_path: Path) -> None:
    revised = tmp_path / "revised.txt"
    text = small_plan.SOURCE.read_text("utf-8")
    assert text.count("Number of plans") == 1
    revised.write_text(text.replace("Number of plans", "Plans approved by number"), "utf-8")
    done = run("review", revised, "--ask", store=small_store)
    assert done.returncode == 2
    assert "Standard input ended" in done.stderr


NAMELESS = """
import os, pwd

def unknown(number):
    raise KeyError(f"getpwuid(): uid not found: {number}")

pwd.getpwuid = unknown
assert os.path.expanduser("~") == "~"
from stratgraph.cli import main
main()
"""


@pytest.mark.parametrize(
    "command", [["query", "ASK {}"], ["review", str(small_plan.SOURCE)], ["log"], ["template", "template.xlsx"]]
)
def test_a_user_without_a_name_or_a_home_meets_no_error(small_store: Path, tmp_path: Path, command: list[str]) -> None:
    """As in a container: a number that no file knows, and no environment."""
    options = ["--store", str(small_store)] if command[0] != "template" else []
    done = subprocess.run(
        [sys.executable, "-c", NAMELESS, *command, *options],
        env={},
        cwd=tmp_path,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert (done.returncode, "Error" in done.stderr) == (0, False), done.stderr


def test_control_characters_of_a_reason_are_escaped_in_a_pipe_and_named_on_a_terminal(
    small_store: Path, tmp_path: Path
) -> None:
    store = copied(small_store, tmp_path / "store")
    reason = "one\ttwo\nthree\x1b[31m\\n"
    revised = small_plan.write_revision(tmp_path, small_plan.REMOVED)
    done = run("publish", revised, "--reason", reason, store=store)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "1 change." in done.stderr
    lines = run("log", store=store).stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].split("\t")[4] == "one\\ttwo\\nthree\\x1b[31m\\\\n"

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [warm(), "log", "--store", str(store)], stdout=theirs, stderr=theirs, env={**os.environ, "COLUMNS": "300"}
    ) as command:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:
            pass  # so a terminal ends on Linux
        assert command.wait() == 0
    os.close(ours)
    assert b"three[U+001B ESCAPE][31m" in shown
    assert b"\x1b[31m" not in shown


@pytest.mark.parametrize(("rows", "said"), [("1", "1 row"), ("1 2", "2 rows"), ("", "0 rows")])
def test_one_row_is_a_row(small_store: Path, rows: str, said: str) -> None:
    ours, theirs = pty.openpty()
    words = [warm(), "query", "--store", str(small_store), f"SELECT ?a {{ VALUES ?a {{ {rows} }} }}"]
    done = subprocess.run(words, stdout=theirs, stderr=subprocess.PIPE, check=False, encoding="utf-8")
    os.close(theirs)
    os.close(ours)
    # Behind it an empty answer is explained.
    assert (done.returncode, done.stderr.splitlines()[0]) == (0, said)
