"""The line before the workers: who waits, who is refused, who is next, by docs/reference/settings.md."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from pools import wait_for

from stratgraph.errors import Overloaded, TooManyQueries
from stratgraph.store import Caller
from stratgraph.store.admission import Admission

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAVY, LIGHT = "192.0.2.1", "192.0.2.2"


class Door:
    """One worker, taken by a client that asks on, and those who wait for it, each in a thread."""

    def __init__(self, *, queue_length: int) -> None:
        self.admission = Admission(workers=1, queries_per_client=1, queue_length=queue_length, queue_wait_s=20)
        self.admission.enter(Caller(client=HEAVY))
        self.entered: list[str] = []
        self._threads: list[threading.Thread] = []

    def wait(self, client: str) -> None:
        """Lets a client stand in the line; returns when it does."""

        def stand() -> None:
            self.admission.enter(Caller(client=client))
            self.entered.append(client)

        before = self.admission._waiting.taken_by(client)
        self._threads.append(threading.Thread(target=stand, daemon=True))
        self._threads[-1].start()
        wait_for(lambda: self.admission._waiting.taken_by(client) > before)

    def end(self) -> None:
        """Gives the place on until nobody waits."""
        while len(self.entered) < len(self._threads):
            number = len(self.entered)
            self.admission.leave(self.entered[-1] if number else HEAVY)
            wait_for(lambda number=number: len(self.entered) > number)  # type: ignore[misc]


@pytest.fixture
def door() -> Iterator[Door]:
    found = Door(queue_length=8)
    yield found
    found.end()


def test_one_client_fills_half_of_the_queue_and_the_next_one_half_of_what_is_left(door: Door) -> None:
    for _ in range(4):
        door.wait(HEAVY)
    with pytest.raises(TooManyQueries, match="4 wait already"):
        door.admission.enter(Caller(client=HEAVY))
    for _ in range(2):
        door.wait(LIGHT)
    with pytest.raises(TooManyQueries, match="2 wait already"):
        door.admission.enter(Caller(client=LIGHT))


def test_a_queue_that_is_full_refuses_who_has_no_place_in_it_as_overloaded(door: Door) -> None:
    for client in (HEAVY, HEAVY, HEAVY, HEAVY, LIGHT, LIGHT, "192.0.2.3", "192.0.2.4"):
        door.wait(client)
    with pytest.raises(Overloaded) as refused:
        door.admission.enter(Caller(client="192.0.2.5"))
    assert not isinstance(refused.value, TooManyQueries)
    assert (refused.value.setting, refused.value.value) == ("queue_length", 8)


def test_a_client_that_came_later_is_not_behind_all_of_one_that_came_often(door: Door) -> None:
    for client in (HEAVY, HEAVY, HEAVY, LIGHT):
        door.wait(client)
    door.end()
    assert door.entered == [HEAVY, LIGHT, HEAVY, HEAVY]
