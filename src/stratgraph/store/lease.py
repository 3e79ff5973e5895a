"""A worker that is lent to a question, with the place that was taken for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratgraph.store.admission import Admission
    from stratgraph.store.generation import Ending, Generation, Worker


@dataclass(frozen=True, slots=True, eq=False)
class Lease:
    """Ends exactly once, by one of its methods; the next in line may then ask.

    Args:
        generation: where the worker is from.
        worker: the worker.
        admission: where the place is given back.
        client: whose place it is.
    """

    generation: Generation
    worker: Worker
    admission: Admission
    client: str

    def give_back(self) -> None:
        """The worker has answered and is ready for the next question."""
        self.generation.give_back(self.worker)
        self.admission.leave(self.client)

    def dismiss(self) -> None:
        """The worker has answered and ends itself."""
        self.generation.dismiss(self.worker)
        self.admission.leave(self.client)

    def kill(self) -> None:
        """Ends the worker, whatever it does; its socket is the caller's to close."""
        self.generation.kill(self.worker)
        self.admission.leave(self.client)

    def lose(self) -> Ending | None:
        """The worker has ended before its time: how; None where its keeper has ended too."""
        ending = self.generation.lose(self.worker)
        self.admission.leave(self.client)
        return ending


@dataclass(frozen=True, slots=True, eq=False)
class Sublease:
    """A lease that a reading lends on to each of its questions.

    Args:
        lease: of the reading.
        keep: takes the lease back where the worker is ready for the reading's next question.
    """

    lease: Lease
    keep: Callable[[Lease], None]

    @property
    def worker(self) -> Worker:
        """The worker."""
        return self.lease.worker

    def give_back(self) -> None:
        """The worker has answered, and waits for the reading's next question."""
        self.keep(self.lease)

    def dismiss(self) -> None:
        """See :class:`Lease`."""
        self.lease.dismiss()

    def kill(self) -> None:
        """See :class:`Lease`."""
        self.lease.kill()

    def lose(self) -> Ending | None:
        """See :class:`Lease`."""
        return self.lease.lose()
