"""What every workbook that we write or read needs: characters that XML cannot hold, and the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from openpyxl import Workbook

FIRST_DAY: Final = datetime(1980, 1, 1)  # noqa: DTZ001 - openpyxl adds the zone itself
"""The earliest date that an archive can say, for want of none."""

MOST_UNITS: Final = 32_767
"""What a cell can hold, in UTF-16 code units: Excel's own limit."""

# ECMA-376 part 1, section 22.9.2.19: control characters, a carriage return among them, which XML turns into a newline;
# and what looks like an escape.
_TO_ESCAPE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def escaped(text: str) -> str:
    """The text as a file has it: such a character stands as ``_x000D_``."""
    return _TO_ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescaped(text: str) -> str:
    """The text that a file means."""
    if "_x" not in text:
        return text
    units = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # The numbers are UTF-16 code units: two of them may be one character, and one of those alone is none.
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def units(text: str) -> int:
    """How much of a cell a text takes."""
    return len(escaped(text).encode("utf-16-le")) // 2


class _Archive(zipfile.ZipFile):
    """Takes sheets that are in memory too."""

    def write(self, filename: Any, arcname: Any = None, *rest: Any, **more: Any) -> None:
        if isinstance(filename, io.BytesIO):
            self.writestr(arcname, filename.getvalue())
        else:
            super().write(filename, arcname, *rest, **more)


def keep_in_memory(sheet: Any) -> None:
    """Has the rows of a write-only sheet kept in memory; to be called before the first, when its columns are described.

    The library writes them to a temporary file otherwise, and a process that answers queries may not write files.
    """
    from openpyxl.worksheet._writer import WorksheetWriter  # noqa: PLC0415 - longer than all that a command imports

    class InMemory(WorksheetWriter):
        def cleanup(self) -> None:
            """There is no file to be removed."""

    sheet._writer = InMemory(sheet, io.BytesIO())  # noqa: SLF001 - the library has no other way to say so
    sheet._writer.write_top()  # noqa: SLF001 - likewise


def packed(book: Workbook, made: datetime = FIRST_DAY) -> bytes:
    """A workbook as a file, the same bytes for the same content and time.

    Args:
        book: the workbook.
        made: what its properties say of when; in UTC, without a zone.
    """
    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415 - as above

    book.properties.created = book.properties.modified = made
    written, out = io.BytesIO(), io.BytesIO()
    # Workbook.save would write the time of day into the properties.
    ExcelWriter(book, _Archive(written, "w")).save()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, FIRST_DAY.timetuple()[:6])
            part.create_system = 0
            target.writestr(part, source.read(name), zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()
