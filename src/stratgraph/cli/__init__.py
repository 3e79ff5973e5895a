"""The command line: words, calls, tables and exit codes. It holds no knowledge of its own.

Exit codes: 0 fine, 1 findings, 2 wrong use or an error, 130 after Ctrl-C, 141 where the reader of a pipe has gone.
Results go to standard output and nothing else does.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import traceback
from contextlib import suppress

from stratgraph.cli import (  # noqa: F401 - each adds its command to the application
    build,
    completion,
    export,
    imports,
    links,
    mcp,
    new,
    publish,
    query,
    reason,
    review,
    sarif,
    search,
    serve,
    shapes,
    suggest,
    template,
    validate,
)
from stratgraph.cli.terminal import WRONG, app, end_at_interrupt, tell
from stratgraph.errors import Location, StratgraphError


def main() -> None:
    """Runs the command line and exits; an error of ours is shown in its three parts, without a traceback."""
    if sys.argv[1:2] != ["serve"]:
        # A command reads much, keeps it and ends: looking for cycles in it took a tenth of a review.
        gc.set_threshold(100_000, 50, 50)
        # What the library logs is for the operator of a server; the user of a command gets the error itself.
        logging.getLogger("stratgraph").addHandler(logging.NullHandler())
        end_at_interrupt()
    _open_closed_streams()
    code = _run()
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            # That is told already; the interpreter would try it again, and exit with 120.
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    sys.exit(code)


def _run() -> int:
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else WRONG
    except StratgraphError as error:
        tell(error)
    except OSError as error:
        tell(StratgraphError(f"{error.strerror or error}.", where=Location(file=error.filename)))
    except Exception:  # noqa: BLE001 - with the exit code of an error: 1 is what findings have
        with suppress(OSError):
            traceback.print_exc()
        tell(StratgraphError("This is an error of stratgraph's own.", mend="Report it, with the lines above."))
    return WRONG


def _open_closed_streams() -> None:
    """Lets a standard stream that the caller has closed lead nowhere; writing to standard output is an error then."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            # The lowest number that is free is taken, which is this one.
            os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115
