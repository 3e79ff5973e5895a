"""How sentences for people write what comes from outside: numbers of things, and texts that hide nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# These turn the reading direction of what follows; the marks of Arabic and Hebrew text (U+200E, U+200F) do not.
_TURNING: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_BLANKS: Final = "\t\n"
_NO_PART_OF_A_CELL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029]")


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number of things: ``1 row``, ``1,234 rows``, ``2 doubtful matches``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def visible(text: str) -> str:
    """The text with each character that would act instead of showing itself as ``[U+202E]``.

    Control characters move a terminal's cursor and are not allowed in XML, those that turn the reading direction make a
    text look like another one, and half a character (of a file's name) cannot be written.
    """
    return "".join(f"[U+{ord(c):04X}]" if _acts(c) else c for c in text)


def cell(text: str) -> str:
    r"""The text as a cell of tab-separated lines: control characters and backslashes as ``\t``, ``\x1b``, ``\\``."""
    return _NO_PART_OF_A_CELL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _acts(character: str) -> bool:
    if character in _BLANKS:
        return False
    return character in _TURNING or character in "\ufffe\uffff" or unicodedata.category(character) in {"Cc", "Cs"}
