"""The command line as tests run it: ``PROGRAM`` is the installed one, ``warm()`` one that starts in no time.

Each command of the warm one is a real process with its own streams, exit code and signals, but it is forked from a
process that has imported everything (``warm_server.py``). Its imports cost a second of processor time otherwise, and
the tests run hundreds of commands. Where it matters how the program starts, a test takes the installed one.
"""

from __future__ import annotations

import atexit
import functools
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("stratgraph")
"""As it was installed."""

SHIM = """#!{python} -IS
import _socket, os, signal, struct, sys

connection = _socket.socket(_socket.AF_UNIX)
connection.connect({address!r})
for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1):
    signal.signal(one, lambda number, _: connection.send(bytes([number])))
variables = (name + b"=" + value for name, value in os.environb.items())
words = [os.fsencode(word) for word in sys.argv]
request = b"\\0".join([os.getcwdb(), str(len(words)).encode(), *words, *variables])
files = struct.pack("3i", 0, 1, 2)
connection.sendmsg([struct.pack("!I", len(request))], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
sent = 0
while sent < len(request):
    sent += connection.send(request[sent:])
for one in (0, 1, 2):
    os.close(one)
status = connection.recv(4)
code = struct.unpack("!i", status)[0] if status else -signal.SIGKILL
if code < 0:
    signal.signal(-code, signal.SIG_DFL) if -code not in (signal.SIGKILL, signal.SIGSTOP) else None
    os.kill(os.getpid(), -code)
os._exit(code)
"""


@functools.cache
def warm() -> Path:
    """The program that asks the warm server, which is started for the first who calls and ends with this process.

    It is called ``stratgraph`` too, so that its folder can stand in the PATH. Elsewhere than on Linux, where a process
    cannot tell how many threads it has, it is the installed one.
    """
    if sys.platform != "linux":
        return PROGRAM
    folder = Path(tempfile.mkdtemp(prefix="stratgraph-warm-"))
    address = folder / "socket"
    server = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("warm_server.py"), address],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )

    @atexit.register
    def end() -> None:
        assert server.stdin
        server.stdin.close()
        server.wait()
        for file in (address, folder / "stratgraph"):
            file.unlink(missing_ok=True)
        folder.rmdir()

    while not address.exists():
        assert server.poll() is None, "the warm server did not start"
        time.sleep(0.01)
    program = folder / "stratgraph"
    program.write_text(SHIM.format(python=sys.executable, address=str(address)), "utf-8")
    program.chmod(0o700)
    return program


def run(
    *words: str | Path, store: Path | None = None, program: Path | None = None, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs a command on a store, warm unless another program is named; the variables come beside those of the tests."""
    named = {"STRATGRAPH_STORE": str(store)} if store else {}
    return subprocess.run(
        [program or warm(), *words],
        input=stdin,
        env={**os.environ, "COLUMNS": "100", **named, **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
