"""What keeps a question on the command line from taking all time and memory, and lets Ctrl-C end it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from program import PROGRAM, run, warm
from stores import copied

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d"

linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="Linux alone lists processes there")


@pytest.mark.parametrize(
    "words",
    [
        ["--deadline", "1", ENDLESS],
        ["--deadline", "1", "--version", "1", ENDLESS],
        ["--deadline", "1", "--compare", "1", "1", ENDLESS],
    ],
)
def test_a_question_ends_at_its_deadline(small_store: Path, words: list[str]) -> None:
    done = run("query", *words, store=small_store)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Error: The query took longer than 1 seconds.\n"
        "Mend:  Ask for less, or have deadline_s raised (now 1).\n"
    )  # fmt: skip


def test_the_deadline_is_the_setting_of_the_server(small_store: Path) -> None:
    done = run("query", ENDLESS, store=small_store, program=PROGRAM, STRATGRAPH_DEADLINE_S="0.5")
    assert done.returncode == 2
    assert "longer than 0.5 seconds" in done.stderr


@linux
def test_a_question_has_no_more_memory_than_one_of_a_server(small_store: Path) -> None:
    done = run("query", LARGE, store=small_store, STRATGRAPH_QUERY_MEMORY_MB="64")
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs more than 64 megabytes of memory" in done.stderr


def test_an_answer_that_is_too_large_is_refused_whole(small_store: Path) -> None:
    done = run("query", "SELECT * { ?a ?b ?c . ?d ?e ?f }", store=small_store, STRATGRAPH_MAX_RESULT_BYTES="3000000")
    assert (done.returncode, done.stdout) == (2, "")
    assert "max_result_bytes" in done.stderr


def children(process: int) -> set[int]:
    """The processes that a process has started, and those that these have."""
    found = {int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()}
    return found.union(*map(children, found))


@linux
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)])
def test_an_interrupt_ends_a_question_with_its_processes(small_store: Path, sent: signal.Signals, code: int) -> None:
    words = [PROGRAM, "query", "--store", small_store, "--deadline", "1000", ENDLESS]
    started: list[int] = []
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        try:
            # The keeper, and the worker that it has forked.
            while len(found := children(command.pid)) < 2:
                assert command.poll() is None
                time.sleep(0.01)
            started = [os.pidfd_open(pid) for pid in found]
            command.send_signal(sent)
            said = command.communicate(timeout=20)
            assert (command.returncode, *said) == (code, b"", b"")
            for one in started:
                assert select.select([one], [], [], 20)[0], "it does not end by itself"
        finally:
            command.kill()
            for one in started:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(one, signal.SIGKILL)
                os.close(one)


IN_NATIVE_CODE = """
import sys
from stratgraph import cli, history
from stratgraph.store import solutions

question = sys.argv.pop()

def endless(reading):
    print("asked", file=sys.stderr, flush=True)
    return solutions(reading, question)

history.plans = endless
cli.main()
"""

IGNORED = """
import os, signal
from stratgraph import cli, history

plans = history.plans

def interrupted(reading):
    os.kill(os.getpid(), signal.SIGINT)
    return plans(reading)

history.plans = interrupted
signal.signal(signal.SIGINT, signal.SIG_IGN)
cli.main()
"""

WHILE_PUBLISHING = """
import itertools, sys
from pyoxigraph import Literal, NamedNode, Quad
from stratgraph import cli, publication

class Endless:
    change = None  # in comparison with what is there: all is written

    def __iter__(self):
        print("writes", file=sys.stderr, flush=True)
        for number in itertools.count():
            # As text: an interrupt while the engine makes text of a number is lost in it, "Exception ignored in: 14".
            yield Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/p"), Literal(str(number)))

publication.contents = lambda *_, **__: Endless()
cli.main()
"""


def interrupted(script: str, *words: str | Path) -> tuple[int, bytes, bytes]:
    """The exit code and the output of a command, to which Ctrl-C was sent once it had said its first line."""
    command = [sys.executable, "-c", script, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        try:
            assert running.stderr
            assert running.stderr.readline() in {b"asked\n", b"writes\n"}
            running.send_signal(signal.SIGINT)
            said = running.communicate(timeout=20)
        finally:
            running.kill()
    return running.returncode, *said


def test_an_interrupt_ends_a_command_while_the_engine_works_in_its_process(small_store: Path) -> None:
    # As the shell has it, that is 130.
    assert interrupted(IN_NATIVE_CODE, "log", "--store", small_store, ENDLESS) == (-signal.SIGINT, b"", b"")


def test_an_interrupt_ends_a_command_while_it_imports(tmp_path: Path) -> None:
    # In the place of a library that the command line imports: Ctrl-C at that moment, as the installed program meets it.
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n", "utf-8")
    done = run("log", program=PROGRAM, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_an_interrupted_publication_leaves_nothing_half_written(small_store: Path, tmp_path: Path) -> None:
    store = copied(small_store, tmp_path / "store")
    before = {path.name for path in (store / "snapshots").iterdir()}, os.readlink(store / "current")  # noqa: PTH115
    assert interrupted(WHILE_PUBLISHING, "build", "--store", store) == (130, b"", b"")
    after = {path.name for path in (store / "snapshots").iterdir()}, os.readlink(store / "current")  # noqa: PTH115
    assert after == before


def test_an_interrupt_that_the_caller_ignores_is_ignored(small_store: Path) -> None:
    words = [sys.executable, "-c", IGNORED, "log", "--store", small_store]
    done = subprocess.run(words, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


def test_whoever_reads_an_answer_slowly_gets_all_of_it(annex_store: Path) -> None:
    words = [warm(), "query", "--store", str(annex_store), "--format", "csv", "SELECT * { ?a ?b ?c }"]
    limits = {"STRATGRAPH_STALL_S": "0.2", "STRATGRAPH_MIN_CLIENT_BYTES_PER_S": "1000000000"}
    command = f"'{words[0]}' \"$@\" | (sleep 1; wc -l)"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command, "bash", *map(str, words[1:])],
        env={**os.environ, **limits},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    counted = run("query", "--format", "csv", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c }", store=annex_store)
    assert (done.returncode, done.stderr) == (0, "")
    # A line a row, one of names; and no text of the annex's statements has a line of its own.
    assert int(done.stdout) >= 1 + int(counted.stdout.split()[1])


@contextmanager
def endpoint() -> Iterator[str]:
    """An endpoint that gives one row, whatever it is asked."""
    content = json.dumps(
        {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "far"}}]}}
    )

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()


def test_service_reaches_an_endpoint_of_the_list_from_the_process_that_answers(small_store: Path) -> None:
    with endpoint() as address:
        question = f"SELECT ?x {{ SERVICE <{address}> {{ ?s ?p ?x }} }}"
        done = run("query", question, store=small_store, program=PROGRAM, STRATGRAPH_SERVICE_ALLOW_LIST=address)
        assert (done.returncode, done.stdout, done.stderr) == (0, '?x\n"far"\n', "")
        assert run("query", question, store=small_store).returncode == 2


def test_a_damaged_snapshot_is_told_as_such(small_store: Path, tmp_path: Path) -> None:
    store = copied(small_store, tmp_path / "store")
    (manifest,) = store.glob("current/store/MANIFEST-*")
    manifest.unlink()
    done = run("query", "ASK {}", store=store)
    assert done.returncode == 2
    assert "cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr
