"""The process that jobs are done in: it can be killed, has a memory limit, and answers in bytes and plain JSON.

``stratgraph_api.work.jobs`` starts it as ``python -m stratgraph_api.work.job_process CHANNEL MEMORY_MB PARENT``.
It does one job after the other until there will be none, or until one has made it large.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stratgraph.confinement import confine_memory, die_with, lower_limit, peak_kb
from stratgraph.errors import StratgraphError
from stratgraph.store.wire import pack_error

if TYPE_CHECKING:
    import io
    from collections.abc import Mapping

JOB: Final = struct.Struct("!Qd")
"""Before a job: how many bytes it has, and for how many seconds it may run. The job is a call, pickled."""

REPLY: Final = struct.Struct("!c?QQ")
"""Before a reply: its kind, whether the process takes no more, how many bytes of facts and of body follow."""

DONE: Final = b"d"
REFUSED: Final = b"r"
"""The facts are an error, packed."""
OUT_OF_MEMORY: Final = b"m"
FAILED: Final = b"f"
"""The body is the traceback."""

_OPEN_FILES: Final = 512
_GROWN_KB: Final = 65_536


@dataclass(frozen=True, slots=True)
class Document:
    """What a job gives.

    Args:
        body: the document.
        facts: about it, as JSON has them.
    """

    body: bytes
    facts: Mapping[str, object] = field(default_factory=dict)


def main(channel: int, memory_mb: int, parent: int) -> None:
    """Does jobs until there will be none, or until the process of this number, which started this one, has ended."""
    die_with(parent)
    with socket.socket(fileno=channel) as connection, connection.makefile("rwb") as stream:
        _confine(memory_mb)
        most_kb = peak_kb() + _GROWN_KB
        while len(head := stream.read(JOB.size)) == JOB.size:
            size, deadline_s = JOB.unpack(head)
            # The server kills this process at the deadline; when it is gone itself the signal does.
            signal.setitimer(signal.ITIMER_REAL, deadline_s)
            kind, facts, body = _do(stream.read(size))
            signal.setitimer(signal.ITIMER_REAL, 0)
            is_last = kind != DONE or peak_kb() > most_kb
            _reply(stream, kind, facts, body, is_last=is_last)
            if is_last:
                return


def _do(job: bytes) -> tuple[bytes, bytes, bytes]:
    try:
        document: Document = pickle.loads(job)()  # noqa: S301 - the server's own
        return DONE, json.dumps(dict(document.facts)).encode(), document.body
    except StratgraphError as error:
        return REFUSED, pack_error(error), b""
    except MemoryError:
        return OUT_OF_MEMORY, b"", b""
    except BaseException:  # noqa: BLE001 - a panic of an engine is one; the server logs it
        return FAILED, b"", traceback.format_exc().encode("utf-8", "replace")


def _reply(stream: io.BufferedRWPair, kind: bytes, facts: bytes, body: bytes, *, is_last: bool) -> None:
    try:
        stream.write(REPLY.pack(kind, is_last, len(facts), len(body)))
        stream.write(facts)
        stream.write(body)
        stream.flush()
    except OSError:
        # The server has gone.
        os._exit(0)


def _confine(memory_mb: int) -> None:
    """Takes from this process what no job needs. What is written to may be so much more than now."""
    lower_limit(resource.RLIMIT_CORE, 0)
    lower_limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    confine_memory(memory_mb)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
