"""The command line: words, calls, tables and exit codes. It holds no knowledge of its own.

Exit codes: 0 fine, 1 findings, 2 wrong use or an error. Results go to standard output and nothing else does.
"""

from __future__ import annotations

import gc
import sys

from stratgraph.cli import (  # noqa: F401 - each adds its command to the application
    build,
    export,
    imports,
    links,
    publish,
    query,
    reason,
    review,
    serve,
    suggest,
    template,
    validate,
)
from stratgraph.cli.terminal import WRONG, app, tell
from stratgraph.errors import StratgraphError


def main() -> None:
    """Runs the command line; an error of ours is shown in its three parts, without a traceback."""
    if sys.argv[1:2] != ["serve"]:
        # A command reads much, keeps it and ends: looking for cycles in it took a tenth of a review.
        gc.set_threshold(100_000, 50, 50)
    try:
        app()
    except StratgraphError as error:
        tell(error)
        sys.exit(WRONG)
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        sys.stderr.close()
        sys.exit(0)
