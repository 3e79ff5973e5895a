"""What a pool of worker processes is opened with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """What queries may take together and each; the settings of the same names explain them."""

    workers: int
    queries_per_client: int
    queue_length: int
    queue_wait_s: float
    deadline_s: float
    query_memory_mb: int
    stall_s: float
    min_client_bytes_per_s: int
    max_memory_quads: int
