"""How a process that answers somebody is kept from taking all that the machine has."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import threading
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_PR_SET_PDEATHSIG: Final = 1
_DEEP_STACK_BYTES: Final = 64 << 20
_stack_size: Final = threading.Lock()


def confine_memory(memory_mb: int) -> None:
    """Lets this process have what it has now and so much more; the addresses count that may be written to, used or not.

    Linux only: elsewhere nothing is confined.
    """
    if sys.platform == "linux":
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - a tenth of pathlib's time
            has_kb = next(int(line.split()[1]) for line in status if line.startswith("VmData:"))
        lower_limit(resource.RLIMIT_DATA, has_kb * 1024 + memory_mb * 1_000_000)


def die_with(parent: int) -> None:
    """Ends this process when the one that started it ends; on Linux only.

    Args:
        parent: the number of that process, which may have ended in the meantime.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


def lower_limit(limit: int, value: int) -> None:
    """Lowers one of the limits of ``resource`` for this process, for good; a lower one stays."""
    _, hard = resource.getrlimit(limit)
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (most, most))


def peak_kb() -> int:
    """The most that this process ever had in memory; 0 where its memory is not confined either."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if sys.platform == "linux" else 0


def run_deep(work: Callable[[], T]) -> T:
    """What a function returns or raises that may descend further than a process's own stack reaches.

    It runs in a thread with a stack of 64 MB, of which the system gives out what is used. A caller that is interrupted
    while it runs, by Ctrl-C for example, need not wait for it.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it was asked for
            errors.append(error)

    # Python has one size for all threads that are started from now on.
    with _stack_size:
        before = threading.stack_size(_DEEP_STACK_BYTES)
        try:
            thread = threading.Thread(target=run, name="stratgraph-deep", daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    if errors:
        raise errors.pop()
    return results.pop()
