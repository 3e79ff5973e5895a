"""What a pool of worker processes is opened with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """What queries may take together and each; the settings of the same names explain them."""

    workers: int = 8
    queries_per_client: int = 4
    queue_length: int = 64
    queue_wait_s: float = 10
    deadline_s: float = 30
    query_memory_mb: int = 1000
    stall_s: float = 20
    min_client_bytes_per_s: int = 50_000
    max_memory_quads: int = 1_000_000
