"""Where a query stops being SPARQL, and what could stand there.

The engine reports the farthest place that it looked at, which for a keyword lies behind the keyword it looked for, and
lists character classes. Here the place is found by asking the engine how far a beginning of the query can be read, and
what is expected by trying what could follow. Nothing is ever evaluated: each text that the engine is given ends in a
character that is no SPARQL.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pyoxigraph import Store  # noqa: TID251 - an empty one in memory: the engine's parser has no other door

from stratgraph.errors import Location, QuerySyntaxError
from stratgraph.store.mistakes import find_mistake
from stratgraph.store.tokens import AGGREGATES, Token, TokenKind, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

# The engine looks as many characters ahead as its longest keyword has (ENCODE_FOR_URI, 14): blanks keep it from
# reaching the end from a place before them.
_END: Final = "\n" + " " * 40 + "\x01"
_ENGINE_MESSAGE: Final = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)

# What is tried after a beginning, and how it is called.
_TERMS: Final = {"?x": "a variable", "<a:b>": "an IRI", "'x'": "a literal", "1": "a number", "=1": "an operator"}
_MARKS: Final = (".", ",", ";", "{", "}", "(", ")", "[", "]", "*", "a")
_KEYWORDS: Final = (
    *("SELECT", "CONSTRUCT", "DESCRIBE", "ASK", "PREFIX", "BASE", "DISTINCT", "FROM", "WHERE", "GROUP", "ORDER", "BY"),
    *("HAVING", "LIMIT", "OFFSET", "VALUES", "OPTIONAL", "GRAPH", "UNION", "FILTER", "BIND", "MINUS", "NOT", "EXISTS"),
    *("IN", "AS", "UNDEF"),
)
_PROBES: Final = {**_TERMS, **{mark: f"'{mark}'" for mark in _MARKS}, **{word: word for word in _KEYWORDS}}
# The rules that the engine names, by its own words; ours, and how to mend it.
_RULES: Final = {
    "Duplicated variable name in SELECT": ("SELECT gives one variable twice.", "Name one of the two differently."),
    "The SELECT contains a variable that is unbound": (
        "SELECT gives a variable that is neither grouped nor aggregated.",
        "Put it into GROUP BY, or into an aggregate such as SAMPLE.",
    ),
    "The SELECT contains an expression with a variable that is unbound": (
        "An expression of SELECT has a variable that is neither grouped nor aggregated.",
        "Put it into GROUP BY, or into an aggregate such as SAMPLE; what AS names is known in a query around.",
    ),
    "is not authorized with GROUP BY": (
        "A star cannot stand for the variables of a query with GROUP BY.",
        "Name the variables of GROUP BY, and aggregates with AS: ?x (COUNT(*) AS ?n).",
    ),
}
_OVERRIDES: Final = "The SELECT overrides an existing variable"
# Trying takes one reading of the beginning each.
_MAX_PROBED_CHARACTERS: Final = 10_000


def is_beginning(text: str) -> bool:
    """Whether a query can begin with this text, or be it; the text must not end within a token."""
    try:
        Store().query(text + _END)
    except SyntaxError as error:
        match = _ENGINE_MESSAGE.match(str(error))
        return match is not None and _offset(text + _END, int(match[1]), int(match[2])) >= len(text + _END) - 1
    return False


def location(query: str, offset: int) -> Location:
    """The line and column of a character, both counted from 1."""
    return Location(line=query.count("\n", 0, offset) + 1, column=offset - query.rfind("\n", 0, offset))


def explain(query: str, engine_message: str) -> QuerySyntaxError:
    """The error in a query that the engine refused, in words.

    Args:
        query: its text.
        engine_message: what the engine said; only the rules that it names in a sentence are taken from it.
    """
    found = list(tokens(query))
    # The first token that the query cannot go on with; as many as there are when it only lacks an end. An open long
    # string runs to the end, so that the engine has nothing against it.
    index = bisect_left(found, True, key=lambda t: t.kind is TokenKind.OPEN_STRING or not is_beginning(query[: t.end]))
    before, wrong = found[:index], found[index] if index < len(found) else None
    return (
        _broken_rule(query, engine_message, before, wrong)
        or (wrong and _wrong_token(query, before, wrong))
        or _known_mistake(query, found, index)
        or _unexpected(query, before, wrong)
    )


def _offset(text: str, line: int, column: int) -> int:
    """The engine counts lines at line feeds, and columns in characters from 1."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _broken_rule(query: str, engine_message: str, before: list[Token], wrong: Token | None) -> QuerySyntaxError | None:
    """An error in what the query says, not in how: the engine names the rule in a sentence, or we know it."""
    if (named := _broken_name(query, engine_message, before)) is not None:
        return named
    selects = [token.start for token in before if token.is_word("SELECT")]
    for sentence, (what, mend) in _RULES.items():
        if sentence in engine_message and selects:
            # The engine notices where the query or the subquery ends.
            at = selects[0] if wrong is None else selects[-1]
            return QuerySyntaxError(what, where=location(query, at), mend=mend)
    if wrong is None or wrong.text != "}":
        return None
    # What follows the engine only tells when no keyword that it looks for is longer than what is left.
    if (rebound := _bound_twice(before)) is not None:
        return QuerySyntaxError(
            f"{rebound.text} cannot be given a value by AS: it has one already in this group.",
            where=location(query, rebound.start),
            mend="Use another variable, or a FILTER that compares the two.",
        )
    if (row := _uneven_row(before)) is not None:
        return QuerySyntaxError(
            "A row of VALUES has more or fewer values than there are variables.",
            where=location(query, row.start),
            mend="UNDEF stands for no value.",
        )
    return None


def _broken_name(query: str, engine_message: str, before: list[Token]) -> QuerySyntaxError | None:
    """An aggregate where there is no group, or a name that AS gives once more."""
    if "The SELECT contains" in engine_message and (misplaced := _aggregate_in_pattern(before)) is not None:
        aggregate, clause = misplaced
        return QuerySyntaxError(
            f"{aggregate.text} is an aggregate, and cannot stand in {clause.text}.",
            where=location(query, aggregate.start),
            mend="Write the condition as HAVING(…) behind GROUP BY, or the aggregate in the SELECT of a sub-select.",
        )
    if _OVERRIDES in engine_message and (taken := _named_again(before)) is not None:
        return QuerySyntaxError(
            f"{taken.text} cannot be given a value by AS: the pattern of the query has it already.",
            where=location(query, taken.start),
            mend="Choose another name after AS.",
        )
    return None


def _bound_twice(before: list[Token]) -> Token | None:
    """The last variable after AS that stands earlier in the group that is about to end."""
    depth, start = 0, 0
    for position in range(len(before) - 1, -1, -1):
        depth += {"}": 1, "{": -1}.get(before[position].text, 0)
        if depth < 0:
            start = position
            break
    last, seen = None, set[str]()
    for previous, token in pairwise(before[start:]):
        if previous.is_word("AS") and token.text[1:] in seen:
            last = token
        if token.kind is TokenKind.VARIABLE:
            seen.add(token.text[1:])
    return last


def _named_again(before: list[Token]) -> Token | None:
    """The first variable after AS that stands elsewhere too, not behind AS."""
    named = [token for previous, token in pairwise(before) if previous.is_word("AS")]
    others = {t.text[1:] for t in before if t.kind is TokenKind.VARIABLE and t not in named}
    return next((token for token in named if token.text[1:] in others), None)


def _aggregate_in_pattern(before: list[Token]) -> tuple[Token, Token] | None:
    """The first aggregate within the parentheses of FILTER or BIND, and that word."""
    clause, depth = None, 0
    for token in before:
        if clause is None:
            clause = token if token.is_word("FILTER", "BIND") else None
            depth = 0
        elif token.is_word(*AGGREGATES):
            return token, clause
        else:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0 and token.text in {")", "{"}:
                clause = None
    return None


def _uneven_row(before: list[Token]) -> Token | None:
    """The first row of the last VALUES clause, if that is what is about to end, with another number of values."""
    words = [position for position, token in enumerate(before) if token.kind is TokenKind.WORD]
    clause = before[next((p for p in reversed(words) if not before[p].is_word("UNDEF")), len(before)) :]
    if not clause or not clause[0].is_word("VALUES"):
        return None
    counts: list[tuple[Token, int]] = []
    for previous, token in pairwise(clause):
        if token.text == "(":
            counts.append((token, 0))
        elif counts and token.text not in {")", "{", "^^"} and previous.text != "^^" and not token.text.startswith("@"):
            counts[-1] = (counts[-1][0], counts[-1][1] + 1)
    return next((opening for opening, count in counts if count != counts[0][1]), None)


def _wrong_token(query: str, before: list[Token], wrong: Token) -> QuerySyntaxError | None:
    """An error that the token itself tells."""
    where = location(query, wrong.start)
    if wrong.kind is TokenKind.OPEN_STRING:
        return QuerySyntaxError(
            "A string that begins here is not closed, or has an escape that SPARQL does not know.",
            where=where,
            mend="Close it on the same line, or write it between three quotation marks; a backslash is written \\\\.",
        )
    if wrong.kind is TokenKind.IRI and is_beginning(f"{query[: wrong.start]}<a:b>"):
        return QuerySyntaxError(
            f"{wrong.text} is not a full and valid IRI.", where=where, mend="Write it from its scheme on, https://…"
        )
    if wrong.text == ">":
        # The engine takes all that follows a < for an IRI, up to here.
        start = query.rfind("<", 0, wrong.start)
        return QuerySyntaxError(
            f"{query[start : wrong.end]!r} is not an IRI.",
            where=location(query, max(start, 0)),
            mend="Percent-encode blanks, quotation marks and braces.",
        )
    if wrong.kind is TokenKind.BLANK_NODE and any(t.text == wrong.text for t in before):
        return QuerySyntaxError(
            f"The blank node {wrong.text} stands in another group already.",
            where=where,
            mend=f"Use a variable, ?{wrong.text[2:]}, in both.",
        )
    return None


def _known_mistake(query: str, found: Sequence[Token], index: int) -> QuerySyntaxError | None:
    """A mistake that people make, in one sentence."""
    seen = find_mistake(query, found, index, is_beginning)
    return QuerySyntaxError(seen.what, where=location(query, seen.at), mend=seen.mend) if seen else None


def _unexpected(query: str, before: list[Token], wrong: Token | None) -> QuerySyntaxError:
    """Something else was expected; at the end of the query it is shown behind the last token."""
    end = before[-1].end if before else 0
    beginning = query[:end]
    expected = tuple(
        words
        for probe, words in _PROBES.items()
        if len(beginning) <= _MAX_PROBED_CHARACTERS and is_beginning(f"{beginning} {probe}")
    )
    if "a literal" in expected:
        expected = tuple(words for words in expected if words != "a number")
    if wrong is None:
        what = "The query ends too early." if before else "The query is empty."
        return QuerySyntaxError(what, where=location(query, end), mend=_listed(expected), expected=expected)
    close = difflib.get_close_matches(wrong.text.upper(), expected, n=1) if wrong.kind is TokenKind.WORD else []
    return QuerySyntaxError(
        f"{wrong.text!r} cannot stand here.",
        where=location(query, wrong.start),
        mend=f"Did you mean {close[0]}?" if close else _listed(expected),
        expected=expected,
    )


def _listed(expected: tuple[str, ...]) -> str:
    return f"Expected: {', '.join(expected)}." if expected else ""
