"""An answer that is written whole before its first byte is given out, so that a too large one is refused, never cut."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final

from stratgraph.store.evaluation import result_too_large
from stratgraph.store.protocol import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stratgraph.results import ResultForm
    from stratgraph.serialisation import RdfForm

CHUNK_BYTES: Final = 65_536
_IN_MEMORY_BYTES: Final = 1_048_576
"""A larger answer waits on the disk."""


class Spool:
    """A file that refuses to grow beyond a limit: what an engine writes into, and what an answer reads from."""

    form: ResultForm | RdfForm

    def __init__(self, max_result_bytes: int) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - the answer closes it
        self._size = 0
        self._max_result_bytes = max_result_bytes

    def begin(self, form: ResultForm | RdfForm) -> None:
        """The answer comes in this form."""
        self.form = form

    def write(self, data: bytes) -> int:
        """Takes a piece of it; raises ResultTooLarge where it is one too many."""
        self._size += len(data)
        if self._size > self._max_result_bytes:
            raise result_too_large(self._max_result_bytes)
        return self._file.write(data)

    def flush(self) -> None:
        """The engine calls it at the end; nothing waits here."""

    def chunks(self) -> Iterator[bytes]:
        """What was written, in pieces."""
        self._file.seek(0)
        while chunk := self._file.read(CHUNK_BYTES):
            yield chunk

    def close(self) -> None:
        """Gives its place back."""
        self._file.close()


def taken(answer: Answer, max_result_bytes: int) -> Answer:
    """An answer that has come whole, with its source closed; raises what reading it raises."""

    def take(spool: Spool) -> None:
        spool.begin(answer.form)
        with answer:
            for chunk in answer:
                spool.write(chunk)

    return written(take, max_result_bytes)


def written(write: Callable[[Spool], None], max_result_bytes: int) -> Answer:
    """The answer that a function writes; raises what it raises, and ResultTooLarge."""
    spool = Spool(max_result_bytes)
    try:
        write(spool)
    except BaseException:
        spool.close()
        raise
    return Answer(spool.form, spool.chunks(), spool.close)
