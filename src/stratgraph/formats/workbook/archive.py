"""Opens the archive that a workbook is, safely: looked at before anything is unpacked, bounded while it is.

Refused are: more bytes or parts than there may be, bytes packed beyond what a workbook can be (a bomb), parts that lie
over each other, names that lead out of the archive, encryption, an unusual packing; XML with a document type, hence
with entities of any kind; elements nested without end.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Final, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from stratgraph.errors import LimitError, Location, SourceError
from stratgraph.files import check_size

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_PARTS: Final = 2_000
_MOST_DEPTH: Final = 40
"""Of elements within elements; a sheet has seven."""

_HIGHEST_RATIO: Final = 200
_SMALL: Final = 10_000_000
"""Expanded bytes below which the ratio says nothing: a sheet of equal rows packs very well."""

_CHUNK: Final = 1 << 16
_CENTRAL_ENTRY: Final = b"PK\x01\x02"
_OLD_FORM: Final = bytes.fromhex("d0cf11e0")
"""How a workbook of Excel 97 begins, and one with a password of any Excel."""

_ENCRYPTED: Final = 0x1


class Target(Protocol):
    """What the elements of a part are handed to, without their namespaces; nothing else is kept of them."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Characters in the element that began last."""


class Archive:
    """The parts of a workbook's archive.

    Args:
        data: the file's bytes.
        file: its name, for errors.
        max_bytes: the setting ``max_plan_bytes``.
        max_expanded_bytes: the setting of that name: what all parts together may have when they are unpacked.

    Raises:
        LimitError: it is larger than it may be.
        SourceError: it is no archive of a workbook, or one that is not safe to open.
    """

    def __init__(self, data: bytes, *, file: str, max_bytes: int, max_expanded_bytes: int) -> None:
        self._where = Location(file=file)
        check_size(len(data), max_bytes, setting="max_plan_bytes", file=file)
        if data.startswith(_OLD_FORM):
            raise self._refused("It is a workbook with a password, or one of the old form (.xls).")
        # Counted in the bytes: the list of parts would take memory for each of them before it could be counted.
        if data.count(_CENTRAL_ENTRY) > _MOST_PARTS:
            raise self._refused(f"It has more than {_MOST_PARTS:,} parts.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise self._refused("It is no workbook: an XLSX file is a ZIP archive, and this is none.") from error
        self._check(len(data), max_expanded_bytes)

    def _refused(self, what: str) -> SourceError:
        return SourceError(
            what, where=self._where, mend="Save it in a spreadsheet program as XLSX, without a password."
        )

    def _check(self, size: int, max_expanded_bytes: int) -> None:
        parts = self._zip.infolist()
        names = [part.filename for part in parts]
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise self._refused("It is encrypted.")
        for name in names:
            if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
                raise self._refused(f"Its part {name!r} has a name that leads out of the archive.")
        if len(set(names)) != len(names):
            raise self._refused("Two of its parts have the same name.")
        if any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts):
            raise self._refused("It is packed in a way that no spreadsheet program uses.")
        expanded = sum(part.file_size for part in parts)
        if expanded > max_expanded_bytes:
            raise LimitError(
                f"The workbook has {expanded:,} bytes when it is unpacked; it may have {max_expanded_bytes:,}.",
                setting="max_expanded_bytes",
                value=max_expanded_bytes,
                where=self._where,
            )
        if sum(part.compress_size for part in parts) > size:
            raise self._refused("Its parts lie over each other.")
        if expanded > _SMALL and expanded > size * _HIGHEST_RATIO:
            raise self._refused(f"It unpacks to {expanded // size} times its size, as no workbook does.")

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def parse(self, name: str, target: Target) -> None:
        """Hands the elements of a part to ``target``, one by one, so that memory does not grow with the part.

        Raises:
            SourceError: there is no such part, it is damaged, or it is not XML that is safe to read.
        """
        parser = DefusedXMLParser(target=_Plain(target), forbid_dtd=True)
        try:
            # No part gives more than the bytes it declares, which were counted.
            with self._zip.open(name) as stream:
                _feed(parser, stream)
        except KeyError as error:
            raise self._refused(f"It is no workbook: its part {name} is missing.") from error
        except DefusedXmlException as error:
            raise self._refused(f"Its part {name} has a document type or entities, as no workbook has.") from error
        except (ParseError, LookupError, ValueError) as error:
            raise self._refused(f"Its part {name} is not well-formed XML: {error}.") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise self._refused(f"Its part {name} is damaged: {error}.") from error


def _feed(parser: DefusedXMLParser, stream: IO[bytes]) -> None:
    while chunk := stream.read(_CHUNK):
        parser.feed(chunk)
    parser.close()


class _Plain:
    """Takes the namespaces off, so that both forms of the standard are read alike, and bounds the depth."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._depth = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise ValueError("too many elements within elements")
        self._target.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self._target.end(_local(name))

    def data(self, text: str) -> None:
        self._target.data(text)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
