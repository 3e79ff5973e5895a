"""Files from outside: their bytes within a limit, and what a TOML file says."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from datetime import MAXYEAR
from typing import TYPE_CHECKING, Any, Final, Protocol

from stratgraph.errors import LimitError, Location, SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class Out(Protocol):
    """What is written into."""

    def write(self, data: bytes) -> int:
        """Takes a piece."""


def read_bytes(path: Path, *, most: int | None = None, setting: str = "") -> bytes:
    """The bytes of a file; one that is too large is not taken into memory.

    Args:
        path: of the file.
        most: how many bytes it may have; any number where None.
        setting: that says so.

    Raises:
        UsageError: there is no such file.
        SourceError: it cannot be read.
        LimitError: it is larger.
    """
    try:
        if most is not None:
            check_size(path.stat().st_size, most, setting=setting, file=str(path))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(
            f"There is no file {path}.", where=Location(file=str(path)), mend="Look at its name."
        ) from error
    except OSError as error:
        raise SourceError(
            f"The file cannot be read: {error.strerror}.",
            where=Location(file=str(path)),
            mend="Look at what it is, and who may read it.",
        ) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file, in place of one that is there; whoever is interrupted leaves that one as it was.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        # A link may lead to a pipe; and who may write a file may not be allowed to write one beside it.
        is_plain = not path.is_symlink() and (not path.exists() or (path.is_file() and os.access(path, os.W_OK)))
        if is_plain and os.access(path.parent, os.W_OK):
            _replace(path, data)
        else:
            path.write_bytes(data)
    except OSError as error:
        raise UsageError(
            f"The file cannot be written: {error.strerror}.",
            where=Location(file=str(path)),
            mend="Choose another name or place, or make room.",
        ) from error


def _replace(path: Path, data: bytes) -> None:
    unfinished = path.with_name(f".{os.getpid()}.stratgraph")
    try:
        unfinished.write_bytes(data)
        if path.exists():
            shutil.copymode(path, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def check_size(size: int, most: int, *, setting: str, file: str) -> None:
    """Refuses a file of more bytes than the setting says.

    Raises:
        LimitError: it has more.
    """
    if size > most:
        what = f"The file has {size:,} bytes; it may have {most:,}."
        raise LimitError(what, setting=setting, value=most, where=Location(file=file))


BYTE_ORDER_MARK: Final = "\ufeff"
"""With which some programs begin a text in UTF-8; it is a signature and no part of the text (RFC 3629, section 6)."""


def location(data: bytes, offset: int, file: str) -> Location:
    """File, line and column of a byte of a text in UTF-8."""
    start = data.rfind(b"\n", 0, offset) + 1
    column = len(data[start:offset].decode("utf-8", "replace").removeprefix(BYTE_ORDER_MARK)) + 1
    return Location(file=file, line=data.count(b"\n", 0, offset) + 1, column=column)


def decoded(data: bytes, file: str) -> str:
    """The characters of a file, without a byte order mark at its beginning.

    Raises:
        SourceError: it is not UTF-8; says line and column.
    """
    try:
        return data.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"The file is not UTF-8: byte {data[error.start]:#x}.",
            where=location(data, error.start, file),
            mend="Save it as UTF-8.",
        ) from error


def read_toml(data: bytes, *, file: str) -> dict[str, Any]:
    """What a TOML file says.

    Args:
        data: its bytes.
        file: its name, for errors.

    Raises:
        SourceError: it is no TOML; says line and column, where they are known.
    """
    import tomllib  # noqa: PLC0415 - most commands read none

    try:
        return tomllib.loads(decoded(data, file))
    except (ValueError, RecursionError) as error:  # also of thousands of digits, and of arrays in each other
        at = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = Location(file=file, line=int(at[1]), column=int(at[2])) if at else Location(file=file)
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise SourceError(f"The file is not TOML: {reason}.", where=where, mend="Mend the file there.") from error


@dataclass(frozen=True, slots=True)
class Described:
    """A TOML file that says of a source what the source does not say of itself.

    Args:
        content: what it says.
        file: its name, for errors.
        guide: the page of the documentation that says how it is written.
    """

    content: dict[str, Any]
    file: str
    guide: str

    def expect(self, holds: object, sentence: str) -> None:
        """Refuses the file unless something holds; the sentence says what a description has, beginning with the verb.

        Raises:
            SourceError: it does not hold.
        """
        if not holds:
            where = Location(file=self.file)
            raise SourceError(f"A description {sentence}.", where=where, mend=f"See docs/how-to/{self.guide}.")

    def values(
        self, texts: Collection[str], years: Collection[str] = (), others: Collection[str] = ()
    ) -> dict[str, Any]:
        """The texts and years of these keys, as far as it has them; a tag of a language is in lower case.

        Raises:
            SourceError: one is not of its kind, or there is a key that is in none of the three.
        """
        keys = sorted({*texts, *years, *others})
        self.expect(set(self.content) <= set(keys), f"may have {', '.join(keys)}, and has {', '.join(self.content)}")
        found = {key: value for key, value in self.content.items() if key not in others}
        self.expect(all(isinstance(found.get(key, ""), str) for key in texts), f"has texts as {', '.join(texts)}")
        are_years = all(type(found.get(key, 0)) is int and 0 <= found.get(key, 0) <= MAXYEAR for key in years)
        self.expect(are_years, f"has years as {', '.join(years)}")
        if "language" in found:
            # RDF 1.1 Concepts, section 3.3: tags may be normalised to lower case, and the store does so.
            found["language"] = found["language"].lower()
        return found

    def tables(self, key: str) -> list[dict[str, Any]]:
        """The tables ``[[key]]``, in order; none where it has none.

        Raises:
            SourceError: there is something else under that key.
        """
        found = self.content.get(key, [])
        self.expect(isinstance(found, list) and all(isinstance(one, dict) for one in found), f"has [[{key}]] as tables")
        return list(found)

    def pairs(self, key: str, *names: str) -> tuple[tuple[str, ...], ...]:
        """What the tables ``[[key]]`` give under these names, a text each, in order.

        Raises:
            SourceError: one has other names, or something else than texts that are not empty.
        """
        tables = self.tables(key)
        are_whole = all(
            set(one) == set(names) and all(isinstance(v, str) and v for v in one.values()) for one in tables
        )
        self.expect(are_whole, f"has {' and '.join(names)} in each [[{key}]], a text each")
        return tuple(tuple(one[name] for name in names) for one in tables)


def read_description(data: bytes, *, file: str, guide: str) -> Described:
    """A description as it is written; :class:`Described` says what its arguments are.

    Raises:
        SourceError: it is no TOML.
    """
    return Described(read_toml(data, file=file), file, guide)
