"""A store that cannot be read or written: the errors of the engine and of the operating system as ours.

No sentence made here names a folder, because sentences reach clients over HTTP. The place and the words of the
engine, which name files, are in ``where``, which is the operator's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stratgraph.errors import Location, StoreError

if TYPE_CHECKING:
    from pathlib import Path

ENGINE_ERRORS: Final = (RuntimeError, OSError)
"""What Oxigraph raises where its files are damaged or missing; which of the two depends on the file."""

MEND: Final = "Roll back to an earlier one, or run stratgraph build."
"""What helps where a snapshot is damaged."""

# How the statuses of RocksDB begin that speak of its files; errors of a query have none.
_STATUS: Final = re.compile(r"(?:Corruption|IO error|Invalid argument|Not implemented): ")


def store_error(sentence: str, place: Path | None, reason: object, mend: str) -> StoreError:
    """The error of a store whose files cannot be read or written.

    Args:
        sentence: what is wrong, without a full stop.
        place: the file or folder that it is about; None where only the engine knows.
        reason: an exception, or words.
        mend: how to mend it.
    """
    file = None if place is None else str(place)
    # The system's own words name no file, and the exception says apart which one it was.
    if isinstance(reason, OSError) and reason.errno and reason.strerror:
        named = reason.filename if isinstance(reason.filename, str) else file
        return StoreError(f"{sentence}: {reason.strerror}.", where=Location(file=named), mend=mend)
    return StoreError(f"{sentence}.", where=Location(file=file, said=str(reason)), mend=mend)


def is_damage(error: Exception) -> bool:
    """Whether an error of the engine is about the files of its store, and not about the query."""
    return isinstance(error, ENGINE_ERRORS) and _STATUS.match(str(error)) is not None
