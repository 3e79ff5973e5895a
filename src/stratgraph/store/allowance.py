"""The time that a caller has for several questions together."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from stratgraph.errors import Cancelled, DeadlineExceeded

if TYPE_CHECKING:
    from stratgraph.store.protocol import Caller


class Allowance:
    """Counts down a caller's deadline from now on.

    Args:
        caller: who asks, and how many seconds all its questions may take.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._end = None if caller.deadline_s is None else time.monotonic() + caller.deadline_s

    def caller(self) -> Caller:
        """The caller, with the time that is left to it.

        Raises:
            Cancelled: its ``stop`` was set.
            DeadlineExceeded: none is left.
        """
        caller = self._caller
        if caller.stop and caller.stop.is_set:
            raise Cancelled("The question was taken back.")
        if self._end is None or caller.deadline_s is None:
            return caller
        left_s = self._end - time.monotonic()
        if left_s <= 0:
            raise DeadlineExceeded(
                f"What is asked for here took longer than {caller.deadline_s:g} seconds.",
                setting="deadline_s",
                value=caller.deadline_s,
                mend="Ask for less.",
            )
        return replace(caller, deadline_s=left_s)
