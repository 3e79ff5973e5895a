"""Mistakes in what stands around the patterns of a query: its prefixes, SELECT, GROUP BY, ORDER BY, LIMIT."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from stratgraph.store.mistakes.broken import MODIFIERS, TERM_KINDS, Broken, Mistake, is_name, is_near_keyword
from stratgraph.store.tokens import KEYWORDS, NAMES, Token, TokenKind
from stratgraph.terms import COMMON_PREFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

_ELEMENTS: Final = ("FILTER", "BIND", "OPTIONAL", "UNION", "MINUS", "GRAPH")
_SCHEMES: Final = ("http", "https", "urn", "mailto", "ftp")
# A word that runs on with what an IRI may have; the marks that end a pattern are no part of it.
_RUN: Final = re.compile(r"[^\s<>\"{}|^`\\]+")


def _bare_iri(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    if wrong is None or wrong.kind is not TokenKind.PREFIXED_NAME or wrong.text.partition(":")[0] not in _SCHEMES:
        return None
    run = _RUN.match(broken.query, wrong.start)
    iri = (run[0] if run else wrong.text).rstrip(".,;)")
    return Mistake("An IRI stands in angle brackets.", wrong.start, f"Write <{iri}>.")


def _prologue(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    if wrong is None:
        return None
    if wrong.text.lower() in {"@prefix", "@base"}:
        what = f"{wrong.text} is how Turtle writes it."
        return Mistake(what, wrong.start, f"Write {wrong.text[1:].upper()}, and no full stop at the end of the line.")
    if broken.follows("PREFIX"):
        mend = f"Write PREFIX {wrong.text}: and the namespace in angle brackets."
        return Mistake("The name of a prefix ends with a colon.", wrong.start, mend) if is_name(wrong) else None
    in_declaration = [t for t in broken.before[-3:] if t.is_word("PREFIX", "BASE")]
    if in_declaration and wrong.text in {".", ";", ","}:
        what = f"No {wrong.text} stands behind {in_declaration[-1].text.upper()}."
        return Mistake(what, wrong.start, "Delete it.")
    return None


def _undeclared_prefix(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    if wrong is None or wrong.kind is not TokenKind.PREFIXED_NAME:
        return None
    prefix = wrong.text.partition(":")[0]
    declared = [
        name.text.removesuffix(":")
        for word, name in zip(broken.before, broken.before[1:], strict=False)
        if word.is_word("PREFIX")
    ]
    if prefix in declared:
        return None
    what, at = f"The prefix {prefix}: is not declared.", wrong.start
    if prefix in COMMON_PREFIXES:
        return Mistake(what, at, f"Add PREFIX {prefix}: <{COMMON_PREFIXES[prefix]}> at the beginning.")
    if close := difflib.get_close_matches(prefix, declared, n=1):
        return Mistake(what, at, f"Did you mean {close[0]}:, which is declared?")
    if close := difflib.get_close_matches(prefix, COMMON_PREFIXES, n=1):
        return Mistake(
            what, at, f"Did you mean {close[0]}:? That needs PREFIX {close[0]}: <{COMMON_PREFIXES[close[0]]}>."
        )
    return Mistake(what, at, f"Add PREFIX {prefix}: <…> at the beginning, with the namespace that it stands for.")


def _select(broken: Broken) -> Mistake | None:
    """What SQL writes behind SELECT, or nothing."""
    wrong = broken.wrong
    if wrong is None or broken.clause != "SELECT" or broken.innermost not in {"", "{"}:
        return None
    if wrong.text == ",":
        return Mistake("SELECT has no commas between its variables.", wrong.start, "Leave them out: ?x ?y.")
    if wrong.is_word("TOP"):
        return Mistake("SPARQL has no TOP.", wrong.start, "Write LIMIT and the number at the end of the query.")
    if wrong.is_word("WHERE", "FROM") or wrong.text == "{":
        return Mistake("SELECT names no variable.", wrong.start, "Name those to be shown, or write * for all.")
    return None


def _select_words(broken: Broken) -> Mistake | None:
    """What stands among the variables of SELECT and is none."""
    wrong = broken.wrong
    if wrong is None or broken.clause != "SELECT" or broken.innermost not in {"", "{"}:
        return None
    if wrong.text == "a" or wrong.kind in NAMES:
        return Mistake("The patterns of a query stand between { and }.", wrong.start, "Add { before them and } behind.")
    if is_name(wrong) and not is_near_keyword(broken):
        return Mistake(f"{wrong.text} is no variable: those begin with ? or $.", wrong.start, f"Write ?{wrong.text}.")
    return None


def _bare_expression(broken: Broken) -> Mistake | None:
    """What SELECT computes without parentheses."""
    wrong, following = broken.wrong, next(iter(broken.behind), None)
    if wrong is None or broken.clause != "SELECT" or broken.innermost not in {"", "{"}:
        return None
    if following is None or following.text != "(" or not (is_name(wrong) or wrong.kind in NAMES):
        return None
    call = _balanced(broken.query, (wrong, *broken.behind))
    return Mistake("What SELECT computes has parentheses and a name.", wrong.start, f"Write ({call} AS ?n).")


def _nameless(broken: Broken) -> Mistake | None:
    """What SELECT or BIND computes, and gives no name."""
    wrong = broken.wrong
    outer = broken.before[broken.open[-2][0]].text if len(broken.open) > 1 else ""
    if wrong is None or broken.innermost != "(" or outer == "(":
        return None
    position, clause = broken.open[-1]
    opening = broken.before[position]
    if clause not in {"SELECT", "BIND"} or (clause == "SELECT" and position and _is_call(broken.before[position - 1])):
        return None
    content = broken.query[opening.end : broken.end].strip()
    if wrong.kind is TokenKind.VARIABLE and broken.goes_on(f"AS {wrong.text}"):
        return Mistake(f"AS is missing before {wrong.text}.", wrong.start, f"Write ({content} AS {wrong.text}).")
    if wrong.text != ")":
        return None
    if broken.before[position + 1 :] == broken.before[-1:] and broken.before[-1].kind is TokenKind.VARIABLE:
        return Mistake("A variable alone has no parentheses.", opening.start, f"Write {content}.")
    call = "BIND" if clause == "BIND" else ""
    return Mistake(f"{content} has no name.", wrong.start, f"Write {call}({content} AS ?n).")


def _order_of_modifiers(broken: Broken) -> Mistake | None:
    wrong = broken.wrong
    if wrong is None or not wrong.is_word("GROUP", "HAVING", "ORDER") or broken.clause not in MODIFIERS:
        return None
    late = wrong.text.upper()
    if MODIFIERS.index(broken.clause) <= MODIFIERS.index(late):
        return None
    names = {"GROUP": "GROUP BY", "ORDER": "ORDER BY"}
    late, early = names.get(late, late), names.get(broken.clause, broken.clause)
    what = f"{late} stands behind {early}, and has to stand before it."
    return Mistake(what, wrong.start, "The order is GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET.")


def _modifier(broken: Broken) -> Mistake | None:
    """What is wrong within GROUP BY, ORDER BY and LIMIT."""
    wrong, at = broken.wrong, broken.at
    if broken.innermost == "(":
        return None
    if broken.follows("GROUP", "ORDER") and broken.previous and wrong and not wrong.is_word("BY"):
        word = broken.previous.text.upper()
        return Mistake(f"BY is missing behind {word}.", at, f"Write {word} BY.")
    if broken.follows("ASC", "DESC") and broken.previous and not broken.is_wrong("("):
        word = broken.previous.text.upper()
        near = (wrong, broken.before[-2]) if len(broken.before) > 1 else (wrong,)
        variable = next((t.text for t in near if t and t.kind is TokenKind.VARIABLE), "?x")
        what = f"{word} stands before what it sorts by, in parentheses."
        return Mistake(what, broken.previous.start, f"Write {word}({variable}).")
    if broken.clause in {"GROUP", "ORDER"} and broken.is_wrong(","):
        return Mistake(f"{broken.clause} BY has no commas.", at, "Leave them out: ?x ?y.")
    if broken.clause == "LIMIT" and broken.is_wrong(","):
        return Mistake("LIMIT takes one number.", at, "Write LIMIT with how many rows, OFFSET with how many to skip.")
    return None


def _behind_the_pattern(broken: Broken) -> Mistake | None:
    wrong, previous = broken.wrong, broken.previous
    if wrong is None or broken.open or previous is None:
        return None
    if wrong.text in {";", "."} and (previous.text == "}" or broken.clause in MODIFIERS):
        return Mistake(f"No {wrong.text} stands at the end of a query.", wrong.start, "Delete it.")
    is_part = wrong.is_word(*_ELEMENTS) or (previous.text == "}" and wrong.kind in TERM_KINDS)
    if not is_part or not any(t.text == "}" for t in broken.before):
        return None
    what = f"{wrong.text} stands behind the }} that ends the pattern."
    return Mistake(what, wrong.start, "Move it, and what belongs to it, before that }.")


def _is_call(token: Token) -> bool:
    return token.is_word(*KEYWORDS - {"SELECT", "DISTINCT", "REDUCED"}) or token.kind in NAMES


def _balanced(query: str, found: Sequence[Token]) -> str:
    """The text of tokens up to where their first parenthesis closes."""
    depth = 0
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == ")" and depth == 0:
            return query[found[0].start : token.end]
    return f"{found[0].text}(…)"


LOOKS: Final = (
    *(_bare_iri, _prologue, _undeclared_prefix),
    *(_nameless, _bare_expression, _select, _select_words, _order_of_modifiers, _modifier, _behind_the_pattern),
)
