"""Characters that XML cannot hold, or would change, in the cells of a workbook (ECMA-376 part 1, section 22.9.2.19)."""

from __future__ import annotations

import re
from typing import Final

MOST_UNITS: Final = 32_767
"""What a cell can hold, in UTF-16 code units: Excel's own limit."""

# Control characters, a carriage return among them, which XML turns into a newline; and what looks like an escape.
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
