"""How a process that answers somebody is kept from taking all that the machine has."""

from __future__ import annotations

import resource
import sys


def confine_memory(memory_mb: int) -> None:
    """Lets this process have what it has now and so much more; the addresses count that may be written to, used or not.

    Linux only: elsewhere nothing is confined.
    """
    if sys.platform == "linux":
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - a tenth of pathlib's time
            has_kb = next(int(line.split()[1]) for line in status if line.startswith("VmData:"))
        lower_limit(resource.RLIMIT_DATA, has_kb * 1024 + memory_mb * 1_000_000)


def lower_limit(limit: int, value: int) -> None:
    """Lowers one of the limits of ``resource`` for this process, for good; a lower one stays."""
    _, hard = resource.getrlimit(limit)
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (most, most))


def peak_kb() -> int:
    """The most that this process ever had in memory; 0 where its memory is not confined either."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if sys.platform == "linux" else 0
