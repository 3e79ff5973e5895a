"""Characters that look right and are not: quotation marks, blanks and dashes of word processors."""

from __future__ import annotations

import unicodedata
from typing import Final

from stratgraph.store.mistakes.broken import Broken, Mistake
from stratgraph.store.tokens import TokenKind
from stratgraph.wording import name_of

_LOOK_LIKE: Final = {"≠": "!=", "≤": "<=", "≥": ">=", "×": "*", "÷": "/", "¬": "!", "∧": "&&", "∨": "||"}
_DOUBLE_QUOTES: Final = "“”„‟«»〝〞＂"
_SINGLE_QUOTES: Final = "‘’‚‛‹›′`´"


def _strange_character(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    if wrong is None or wrong.kind is not TokenKind.PUNCTUATION or (wrong.text.isascii() and wrong.text != "`"):
        return None
    character, named = wrong.text, name_of(wrong.text)
    category, plain = unicodedata.category(character), unicodedata.normalize("NFKC", character)
    if character in _DOUBLE_QUOTES + _SINGLE_QUOTES:
        straight = '"' if character in _DOUBLE_QUOTES else "'"
        what = f"The quotation mark {character} ({named}) is none of SPARQL's."
        return Mistake(what, wrong.start, f"Write {straight} for it; word processors change one into the other.")
    if category == "Zs":
        what = f"A blank of another kind stands here ({named}), which is none to SPARQL."
        return Mistake(what, wrong.start, "Write an ordinary blank for it; pages and documents have such ones.")
    if category in {"Cf", "Cc"}:
        return Mistake(f"A character that nobody sees stands here ({named}).", wrong.start, "Delete it.")
    instead = _LOOK_LIKE.get(character) or ("-" if category == "Pd" or character == "−" else "")
    instead = instead or (plain if plain.isascii() and plain.isprintable() and plain.strip() else "")
    mend = f"Write {instead} for it." if instead else "Delete it, or put it into a string."
    return Mistake(f"The character {character} ({named}) means nothing to SPARQL.", wrong.start, mend)


def _hyphen_in_variable(broken: Broken) -> Mistake | None:
    previous, wrong = broken.previous, broken.wrong
    if not (previous and wrong and previous.kind is TokenKind.VARIABLE and wrong.text == "-"):
        return None
    following = broken.behind[0] if broken.behind else None
    if previous.end != wrong.start or following is None or following.start != wrong.end:
        return None
    what = f"The name of a variable has no hyphen: {previous.text}-{following.text}."
    return Mistake(what, wrong.start, f"Write {previous.text}_{following.text}, in each place.")


LOOKS: Final = (_strange_character, _hyphen_in_variable)
