"""Who may have how many of a number of places, and who is next: so that no client takes all, wherever places are given.

Here are the rules; ``store.admission`` keeps them among threads, and the HTTP server on its event loop.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Shares:
    """Places, and who has them; not safe to use from several threads at once.

    A client that has some gets another one only where more are free than it has: so the first client gets half of
    them, the next one half of what is left, and there is one for a client that has none until many clients have come
    (of 8 places: 4, 2, 1, 1). The program itself, the client without a name, may have all.

    Args:
        places: how many there are.
        of_one: how many of them one client may have at the most, where that is less than half.
    """

    def __init__(self, places: int, of_one: int | None = None) -> None:
        self._places = places
        self._of_one = places if of_one is None else of_one
        self._taken: Counter[str] = Counter()
        self._sum = 0

    def has_room(self, client: str) -> bool:
        """Whether this client may take a place now."""
        free = self._places - self._sum
        return free > 0 and not self.is_at_limit(client) and (not client or free > self._taken[client])

    def is_at_limit(self, client: str) -> bool:
        """Whether this client has as many as one may have at the most."""
        return bool(client) and self._taken[client] >= self._of_one

    def taken_by(self, client: str) -> int:
        """How many this client has."""
        return self._taken[client]

    def take(self, client: str) -> None:
        """Takes a place, which there is."""
        self._sum += 1
        self._taken[client] += 1

    def give_back(self, client: str) -> None:
        """Gives one of this client's places back."""
        self._sum -= 1
        self._taken[client] -= 1
        if not self._taken[client]:
            del self._taken[client]


@dataclass(slots=True, eq=False)
class Waiting:
    """One who waits for a place.

    Args:
        client: whose share the place is of.
        wake: is called when there is one.
    """

    client: str
    wake: Callable[[], None]
    is_admitted: bool = False


class Line:
    """Those who wait for places; not safe to use from several threads at once.

    A client that stands here cannot be let in: there is no place, or it has its share. Of the clients that may be, one
    with fewer places comes first; among equals the one that came first, and one that was let in goes behind the others.

    Args:
        shares: of the places.
    """

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        # In the order in which clients are served.
        self._waiting: dict[str, deque[Waiting]] = {}

    def join(self, waiting: Waiting) -> None:
        """Goes to the end of the line."""
        self._waiting.setdefault(waiting.client, deque()).append(waiting)

    def leave(self, waiting: Waiting) -> None:
        """Waits no longer."""
        self._waiting[waiting.client].remove(waiting)
        self._tidy(waiting.client)

    def admit(self) -> list[Waiting]:
        """Gives places to those who may have one now, wakes them, and says who they are."""
        admitted = []
        while able := [client for client in self._waiting if self._shares.has_room(client)]:
            client = min(able, key=self._shares.taken_by)
            following = self._waiting[client].popleft()
            # Behind the others.
            self._waiting[client] = self._waiting.pop(client)
            self._tidy(client)
            self._shares.take(client)
            following.is_admitted = True
            admitted.append(following)
            following.wake()
        return admitted

    def _tidy(self, client: str) -> None:
        if not self._waiting[client]:
            del self._waiting[client]
