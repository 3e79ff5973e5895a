"""Mistakes within the braces of a query: brackets, patterns, conditions, words."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from stratgraph.store.mistakes.broken import (
    CLAUSES,
    MODIFIERS,
    PATTERN_ENDS,
    TERM_KINDS,
    Broken,
    Mistake,
    is_name,
    is_near_keyword,
)
from stratgraph.store.tokens import CLOSED_BY, KEYWORDS, Token, TokenKind
from stratgraph.terms import SG, SG_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMPARING: Final = frozenset({"=", "!=", "<", ">", "<=", ">=", "&&", "||"})
_TRIPLE: Final = 3
_PATH_MARKS: Final = frozenset({"/", "|", "^", "*", "+", "?", "!"})
# What other languages call a function, and what SPARQL does.
_FUNCTIONS: Final = {
    **dict.fromkeys(("LOWER", "TOLOWER", "LOWERCASE"), "LCASE"),
    **dict.fromkeys(("UPPER", "TOUPPER", "UPPERCASE"), "UCASE"),
    **dict.fromkeys(("LEN", "LENGTH", "CHAR_LENGTH"), "STRLEN"),
    **dict.fromkeys(("SUBSTRING", "MID", "LEFT"), "SUBSTR"),
    **dict.fromkeys(("CONTAIN", "INCLUDES", "INSTR", "LIKE"), "CONTAINS"),
    **dict.fromkeys(("STARTSWITH", "STARTS_WITH", "STARTS"), "STRSTARTS"),
    **dict.fromkeys(("ENDSWITH", "ENDS_WITH", "ENDS"), "STRENDS"),
    **dict.fromkeys(("MATCH", "MATCHES", "REGEXP", "REGEXP_LIKE"), "REGEX"),
    **dict.fromkeys(("IFNULL", "NVL", "ISNULL"), "COALESCE"),
    **dict.fromkeys(("AVERAGE", "MEAN"), "AVG"),
    **dict.fromkeys(("STRING", "TOSTRING", "TO_STRING", "TEXT"), "STR"),
    **dict.fromkeys(("GROUPCONCAT", "STRING_AGG", "LISTAGG"), "GROUP_CONCAT"),
    **dict.fromkeys(("LANGUAGE",), "LANG"),
    **dict.fromkeys(("CONCATENATE",), "CONCAT"),
}
# Words of SQL between conditions.
_CONNECTIVES: Final = {"AND": "&&", "OR": "||", "LIKE": 'CONTAINS(?x, "…")', "IS": "BOUND(?x) or !BOUND(?x)"}


def _unclosed(broken: Broken) -> Mistake | None:
    if not broken.open:
        return None
    opening, closing = broken.open[-1][0], CLOSED_BY[broken.innermost]
    wrong = broken.wrong
    if wrong is None:
        if not broken.goes_on(broken.closing):
            return None
        what = f"The query ends too early: the {broken.place(opening)} is not closed."
        return Mistake(what, broken.end, f"Add {broken.closing} at the end.")
    if wrong.is_word(*MODIFIERS) and broken.goes_on(f"{broken.closing} {wrong.text}"):
        what = f"The {broken.place(opening)} is not closed before {wrong.text.upper()}."
        return Mistake(what, wrong.start, f"Add {broken.closing} before {wrong.text.upper()}.")
    if broken.innermost in {"(", "["} and wrong.text != closing and broken.goes_on(f"{closing} {wrong.text}"):
        return Mistake(
            f"The {broken.place(opening)} is not closed.", wrong.start, f"Add {closing} before {wrong.text}."
        )
    return None


def _closes_nothing(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    opening = next((one for one, closing in CLOSED_BY.items() if wrong and closing == wrong.text), "")
    if wrong is None or not opening or broken.innermost == opening:
        return None
    what = f"This {wrong.text} closes nothing: no {opening} is open before it."
    return Mistake(what, wrong.start, f"Delete it, or add the {opening} that it belongs to.")


def _missing_brace(broken: Broken) -> Mistake | None:
    needs = next((t for t in broken.before[-2:] if t.is_word("WHERE", "OPTIONAL", "UNION", "MINUS", "EXISTS")), None)
    if broken.wrong is None or needs is None or needs is not broken.previous or broken.wrong.text == "{":
        return None
    what = f"A {{ is missing behind {needs.text.upper()}."
    return Mistake(what, broken.wrong.start, "Put the patterns between { and }.")


def _condition(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    if wrong is None:
        return None
    if broken.previous and broken.follows("FILTER", "HAVING", "BIND") and wrong.text != "(":
        word = broken.previous.text.upper()
        if word != "BIND" and is_name(wrong):
            return None
        written = "(… AS ?x)" if word == "BIND" else f"({broken.condition()})"
        return Mistake(f"What stands behind {word} has parentheses.", wrong.start, f"Write {word}{written}.")
    return None


def _condition_in_pattern(broken: Broken) -> Mistake | None:
    """A comparison, or a function, among the patterns."""
    wrong = broken.wrong
    if wrong is None or broken.innermost != "{" or broken.previous is None:
        return None
    if wrong.text in _COMPARING and (broken.previous.kind in TERM_KINDS or broken.previous.text == ")"):
        pattern = broken.pattern()
        left = pattern[0].text if len(pattern) == 1 else broken.previous.text
        condition = f"{left} {broken.condition()}"
        return Mistake("A comparison stands in a FILTER.", wrong.start, f"Write FILTER({condition}).")
    if wrong.text.upper() in KEYWORDS and is_name(wrong) and broken.behind and broken.behind[0].text == "(":
        what = f"{wrong.text.upper()} is a function, and stands in a FILTER or a BIND."
        return Mistake(what, wrong.start, f"Write FILTER({broken.condition()}).")
    return None


def _operator(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    if wrong is None:
        return None
    if wrong.text in {"&", "|"} and broken.innermost == "(":
        return Mistake(f"SPARQL has no {wrong.text}.", wrong.start, f"Write {wrong.text * 2}.")
    if wrong.text == "=" and broken.previous and broken.previous.text in {"=", "!="}:
        return Mistake("SPARQL compares with one =.", wrong.start, "Delete this one.")
    if wrong.text == "<>" and broken.innermost == "(":
        return Mistake("SPARQL has no <>.", wrong.start, "Write !=.")
    if (instead := _CONNECTIVES.get(wrong.text.upper())) and is_name(wrong):
        what = f"{wrong.text.upper()} is no word of SPARQL."
        mend = f"Write {instead}." if broken.innermost == "(" else "Patterns and FILTERs follow each other without it."
        return Mistake(what, wrong.start, mend)
    return None


def _separator(broken: Broken) -> Mistake | None:
    """GROUP_CONCAT(?t, ", "), as other languages have it."""
    wrong = broken.wrong
    if wrong is None or wrong.text != "," or broken.innermost != "(":
        return None
    position = broken.open[-1][0]
    if not position or not broken.before[position - 1].is_word("GROUP_CONCAT"):
        return None
    separator = broken.behind[0].text if broken.behind else '", "'
    return Mistake("GROUP_CONCAT names its separator.", wrong.start, f"Write ; SEPARATOR={separator} for the comma.")


def _missing_mark(broken: Broken) -> Mistake | None:
    """A full stop, semicolon or comma that was forgotten between two patterns."""
    wrong, previous = broken.wrong, broken.previous
    if wrong is None or previous is None or broken.innermost != "{":
        return None
    if not (wrong.kind in TERM_KINDS or wrong.text in {"a", "[", "^"}):
        return None
    words = f"{wrong.text} ]" if wrong.text == "[" else wrong.text
    # The wrong token may begin another pattern, or say more of the same subject.
    can_end, can_continue = broken.goes_on(f". {words}"), broken.goes_on(f"; {words}")
    if wrong.kind in {TokenKind.STRING, TokenKind.NUMBER}:  # which the engine reads as subjects too
        what = f"A comma is missing behind {previous.text}."
        mend = "Write , there: the property has another value."
        return Mistake(what, previous.end, mend) if broken.goes_on(f", {words}") else None
    if not (can_end or can_continue):
        return None
    is_same = not can_end or (can_continue and _terms((wrong, *broken.behind)) < _TRIPLE)
    what = f"{'A semicolon' if is_same else 'A full stop'} is missing behind {previous.text}."
    mend = "Write ; there: what follows is of the same subject." if is_same else "Write . there: a new pattern begins."
    return Mistake(what, previous.end, mend)


def _incomplete(broken: Broken) -> Mistake | None:
    """A pattern that ends before it has an object."""
    pattern = broken.pattern()
    if broken.innermost != "{" or not (broken.wrong is None or broken.is_wrong(".", ";", ",", "}")):
        return None
    if not pattern or not all(t.kind in TERM_KINDS or t.text in {"a", *_PATH_MARKS} for t in pattern):
        return None
    start = len(broken.before) - len(pattern)
    goes_on = start > 0 and broken.before[start - 1].text in {";", ","}
    lacks = _TRIPLE - _terms(pattern) - (1 if goes_on else 0)
    if lacks not in {1, 2} or (goes_on and broken.before[start - 1].text == ","):
        return None
    said = " ".join(t.text for t in pattern)
    parts = "its object" if lacks == 1 else "its property and its object"
    mend = "A pattern is a subject, a property and an object: add what is missing, a variable for example."
    return Mistake(f"The pattern {said} ends before {parts}.", broken.at, mend)


def _function(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    if wrong is None or not is_name(wrong) or wrong.text.upper() in KEYWORDS or is_near_keyword(broken):
        return None
    if not broken.behind or broken.behind[0].text != "(":
        return None
    name = wrong.text.upper()
    known = _FUNCTIONS.get(name) or next(iter(difflib.get_close_matches(name, KEYWORDS, n=1)), "")
    mend = f"Write {known}." if known else "Use those of SPARQL 1.1, section 17.4."
    return Mistake(f"There is no function {name}.", wrong.start, mend)


def _word(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    if wrong is None or not is_name(wrong) or wrong.text.upper() in KEYWORDS:
        return None
    if broken.follows("FROM") or (broken.clause == "FROM" and wrong.is_word("JOIN", "INNER", "LEFT")):
        what = "This is how SQL asks; a graph has no tables."
        return Mistake(
            what, wrong.start, "Write patterns between { and }, such as ?x a sg:Objective, for FROM and WHERE."
        )
    if is_near_keyword(broken) or not broken.goes_on("?x"):
        return None
    ours = f"{SG_NS}{wrong.text}" in set(SG)
    mend = (
        f"Write sg:{wrong.text}, or ?{wrong.text} for a variable." if ours else f"Write ?{wrong.text} for a variable."
    )
    return Mistake(f"{wrong.text} is neither a variable nor a name with a prefix.", wrong.start, mend)


def _terms(found: Sequence[Token]) -> int:
    """How many terms stand before the end of a pattern; a path is one."""
    count, is_joined = 0, False
    for token in found:
        if token.text in PATTERN_ENDS or token.is_word(*CLAUSES):
            break
        if token.text in _PATH_MARKS:
            is_joined = token.text in {"/", "|", "^"}
        elif token.text != "^^" and token.kind is not TokenKind.LANGUAGE_TAG:
            count += not is_joined
            is_joined = False
    return count


LOOKS: Final = (
    *(_condition, _condition_in_pattern, _operator, _separator, _function),
    *(_unclosed, _closes_nothing, _missing_brace, _missing_mark, _incomplete, _word),
)
