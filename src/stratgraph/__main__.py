"""Where the program begins: from here on Ctrl-C ends it at once, also while the command line is imported."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Runs the command line (:func:`stratgraph.cli.main`), and exits.

    Importing takes most of a second, in which Python would answer Ctrl-C with a traceback. Who started us may have told
    us to ignore it, as a shell does in the background; ``serve`` gets what it was, for it has handlers of its own.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from stratgraph import cli  # noqa: PLC0415 - after that

    if sys.argv[1:2] == ["serve"]:
        signal.signal(signal.SIGINT, before)
    cli.main()


if __name__ == "__main__":
    main()
