"""Completion as people meet it: a real bash with its line editor; zsh and fish where they are installed."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import termios
from typing import TYPE_CHECKING

import pytest

from program import PROGRAM, run, warm

if TYPE_CHECKING:
    from pathlib import Path


def typed(keys: str, store: Path) -> str:
    """The line that bash has after these keys, in place of a command that is run."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 300, 0, 0))
    folder = warm().parent
    environment = {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "STRATGRAPH_STORE": str(store),
        "TERM": "dumb",
        "PS1": "",
    }
    shown = b""
    with subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as shell:
        os.close(theirs)
        # Escape and # make a comment of the line; the marks come out of commands, and are not what was typed.
        for line in ('eval "$(stratgraph completion bash)"\n', "echo re''ady\n"):
            os.write(ours, line.encode())
        while b"ready" not in shown:
            shown += os.read(ours, 65536)
        os.write(ours, f"{keys}\x1b#echo do''ne\nexit\n".encode())
        try:
            while b"done" not in shown.partition(b"ready")[2]:
                shown += os.read(ours, 65536)
        except OSError:
            pass  # so a terminal ends on Linux
        shell.wait(30)
    os.close(ours)
    lines = shown.partition(b"ready")[2].decode().replace("\r", "\n").split("\n")
    return next(line.partition("#")[2].rstrip() for line in lines if line.lstrip().startswith("#stratgraph"))


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_completes_commands_queries_parameters_and_places(annex_store: Path) -> None:
    done = typed("stratgraph que\tkpis-of-o\t--par\tobj\titu-d/o\t5", annex_store)
    assert done == "stratgraph query kpis-of-objective --param objective=itu-d/objective/5"


def words_for(line: str, store: Path, program: Path | None = None) -> list[str]:
    """What a shell is given for a line, by the protocol of the scripts."""
    done = run(
        store=store,
        program=program or warm(),
        COLUMNS="10000",
        _STRATGRAPH_COMPLETE="complete_fish",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
        _TYPER_COMPLETE_ARGS=line,
    )
    assert done.stderr == ""
    return [word.partition("\t")[0] for word in done.stdout.splitlines() if word]


def test_places_are_completed_step_by_step(annex_store: Path) -> None:
    assert words_for("stratgraph links list itu-d/obj", annex_store, PROGRAM) == ["itu-d/objective/"]
    objectives = words_for("stratgraph links list itu-d/objective/", annex_store)
    assert objectives[:4] == ["itu-d/objective/1", "itu-d/objective/1/", "itu-d/objective/2", "itu-d/objective/2/"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("stratgraph links list ", []),
        ("stratgraph query kpis-of-objective -p ", ["objective="]),
        ("stratgraph query kpis-of-objective -p objective=", []),
        ("stratgraph query no-such-query -p ", []),
        ("stratgraph validate --profile ", ["core", "results", "itu"]),
    ],
)
def test_without_a_store_nothing_fails(tmp_path: Path, line: str, words: list[str]) -> None:
    assert words_for(line, tmp_path / "none") == words


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_one_that_it_reads(shell: str) -> None:
    script = run("completion", shell).stdout
    assert "stratgraph" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, encoding="utf-8", check=True)
