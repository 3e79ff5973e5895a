"""A worker that is lent to a question, or to a reading for all of its questions, with the place taken for it."""

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
        keep: of a reading, takes the lease where the worker is ready for the reading's next question.
    """

    generation: Generation
    worker: Worker
    admission: Admission
    client: str
    keep: Callable[[Lease], None] | None = None

    def give_back(self) -> None:
        """The worker has answered and is ready for the next question."""
        if self.keep:
            self.keep(self)
        else:
            self.return_worker()

    def return_worker(self) -> None:
        """The worker is ready for somebody else's question."""
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
