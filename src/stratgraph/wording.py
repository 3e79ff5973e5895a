"""How sentences for people write what comes from outside: numbers of things, and texts that hide nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_PART_OF_A_CELL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029]")

_CONTROLS: Final = {
    "\0": "NULL",
    "\a": "BELL",
    "\b": "BACKSPACE",
    "\t": "TAB",
    "\n": "LINE FEED",
    "\v": "LINE TABULATION",
    "\f": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
}
"""Names of those that people meet; Unicode gives control characters none of their own."""

_SCRIPT_MARKS: Final = "\u061c\u200c\u200d\u200e\u200f"
"""Belong to the spelling of Persian and of Indic scripts, and to Arabic and Hebrew text beside Latin one."""

_CLASSES: Final = {"Cc": "CONTROL CHARACTER", "Cn": "NONCHARACTER", "Co": "PRIVATE CHARACTER", "Cs": "HALF A CHARACTER"}

_UNSEEN: Final = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Categories of Unicode: control, format, private use, half a character, separators of lines and paragraphs."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number of things: ``1 row``, ``1,234 rows``, ``2 doubtful matches``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def listing(parts: Iterable[str]) -> str:
    """``a, b and c``; the empty ones are left out."""
    *first, last = filter(None, parts)
    return f"{', '.join(first)} and {last}" if first else last


def visible(text: str, *, is_changed: bool = False) -> str:
    """The text with each character that would act instead of showing itself as ``[U+202E RIGHT-TO-LEFT OVERRIDE]``.

    Control characters move a terminal's cursor and are not allowed in XML, those that turn the reading direction make a
    text look like another one, soft hyphens and characters without width are not seen, and half a character (of a
    file's name) cannot be written.

    Args:
        text: to be shown.
        is_changed: whether it is what a revision took away or added. Then blanks that look like others, and the marks
            of scripts, are shown by name too, for they may be all that changed.
    """
    return "".join(f"[{name_of(c)}]" if _is_unseen(c, also_marks=is_changed) else c for c in text)


def name_of(character: str) -> str:
    """``U+00AD SOFT HYPHEN``: number and name."""
    known = unicodedata.name(character, "") or _CONTROLS.get(character, "")
    return f"U+{ord(character):04X} {known or _CLASSES.get(unicodedata.category(character), 'CHARACTER')}"


def unseen(text: str) -> tuple[str, ...]:
    """The names of the characters that nobody sees in a text, each once, in its order; blanks at its ends too."""
    ends = {*text[: len(text) - len(text.lstrip())], *text[len(text.rstrip()) :]}
    found = (c for c in text if _is_unseen(c, also_marks=True) and (not _is_blank(c) or c in ends))
    return tuple(dict.fromkeys(map(name_of, found)))


def cell(text: str) -> str:
    r"""The text as a cell of tab-separated lines: control characters and backslashes as ``\t``, ``\x1b``, ``\\``."""
    return _NO_PART_OF_A_CELL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _is_unseen(character: str, *, also_marks: bool) -> bool:
    if character in "\t\n " or (character.isascii() and character.isprintable()):
        return False
    if character in _SCRIPT_MARKS or _is_blank(character):
        return also_marks
    return unicodedata.category(character) in _UNSEEN or _is_noncharacter(ord(character))


def _is_noncharacter(number: int) -> bool:
    """Unicode, section 23.7: 66 numbers that will never be characters."""
    return number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF  # noqa: PLR2004 - as the standard has them


def _is_blank(character: str) -> bool:
    return unicodedata.category(character) == "Zs"
