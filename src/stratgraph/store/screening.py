"""What a stranger's query must not do, found in its text before the engine sees it.

The engine would follow SERVICE to any address, and it reads and evaluates by recursion: a text that is long or nested
enough in the right way overflows its stack and ends the process. Both are refused here, with the place. This runs where
the query is evaluated, in a process that can be killed at a deadline, never in the one that serves HTTP.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.errors import QueryError, RemoteError
from stratgraph.files import BYTE_ORDER_MARK
from stratgraph.store.syntax import explain, is_beginning, location
from stratgraph.store.tokens import Token, TokenKind, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stratgraph.store.protocol import Screen

MAX_NESTING: Final = 200
"""How deep brackets may be nested."""

MAX_CLAUSES: Final = 1_000
"""How many clauses a query may have. To the engine each lies within the next."""

MAX_STEPS: Final = 5_000
"""How many operators, patterns and columns a query may have; lists of IN, arguments and VALUES do not count.

The engine descends once for each, and takes up to 3 kB of stack for it: ``confinement.run_deep`` gives it enough.
"""

_CLAUSES: Final = ("OPTIONAL", "UNION", "MINUS", "BIND", "GRAPH", "VALUES", "FILTER", "EXISTS", "SERVICE")
_PLAIN_CHARACTERS: Final = min(MAX_STEPS, MAX_CLAUSES * min(map(len, _CLAUSES)))
_UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_OPERATORS: Final = frozenset({"!", "*", "/", "|", "^", "||", "&&", "<", "~"})
_SIGNS: Final = frozenset({"+", "-"})
_BEFORE_TERMS: Final = frozenset({"(", ",", "=", "!=", "<=", ">=", ">", "&&", "||", "!", "+", "-", "*", "/", "|", "^"})
_SEPARATORS: Final = frozenset({".", ";", ","})
_OPENING: Final = {"(": ")", "{": "}", "[": "]"}
_CLOSING: Final = frozenset(_OPENING.values())
_TERMS: Final = frozenset(
    {
        TokenKind.IRI,
        TokenKind.STRING,
        TokenKind.VARIABLE,
        TokenKind.PREFIXED_NAME,
        TokenKind.BLANK_NODE,
        TokenKind.NUMBER,
    }
)
_TERM_WORDS: Final = ("A", "TRUE", "FALSE")
_COUNTED_IN_DOUBT: Final = re.compile(r"[!*/|^<~&+-]")
_OPENED_IN_DOUBT: Final = re.compile(r"[(\[{]|<<")

# Also finds a comparison or a piece of a string, which a BASE does not change.
_RELATIVE_IRI: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\s]*>")
_SERVICE: Final = re.compile("service", re.IGNORECASE | re.ASCII)
_UPDATE: Final = re.compile(rf"\b(?:{'|'.join(_UPDATES)})\b", re.IGNORECASE)
_OTHER_WORD: Final = re.compile(r"(?=(q[0-9]{6}))")


@contextmanager
def screened(text: str, screen: Screen | None) -> Iterator[str]:
    """The query as the engine is to see it: with its base, and with the gateway's addresses for the endpoints.

    What the body of the ``with`` statement raises is said of the text that was sent.

    Args:
        text: as it was sent; a byte order mark at its beginning is no part of it.
        screen: None changes and refuses nothing.

    Raises:
        QueryError: it is an update, calls a SERVICE that is not allowed, is nested too deeply or has too many steps.
    """
    if screen is None:
        yield text
        return
    text = text.removeprefix(BYTE_ORDER_MARK)
    prologue = _prologue(text, screen.base)
    routes = dict(screen.services)
    try:
        refuse(prologue + text, routes)
        yield prologue + (_through(routes, text) if routes and _SERVICE.search(text) else text)
    except RemoteError as error:  # the engine names the address that it called
        for endpoint, address in screen.services:
            error.what = error.what.replace(address, endpoint)
        raise
    except QueryError as error:
        if prologue and error.where and error.where.line:
            error.where = replace(error.where, line=error.where.line - 1)
        raise


def refuse(text: str, services: Mapping[str, str]) -> None:
    """Refuses a query that must not be evaluated; that the rest of it is SPARQL, the engine says.

    Args:
        text: the query.
        services: the endpoints, by their exact IRIs, that SERVICE may call.

    Raises:
        QueryError: it is an update, calls a SERVICE that is not allowed, is nested too deeply or has too many steps.
    """
    if _is_plain(text):
        return
    found = list(tokens(text))
    _refuse_updates(text, found)
    _Depth(text).measure(found)
    if _SERVICE.search(text):
        _refuse_services(text, found, services)


def refuse_depth(text: str) -> None:
    """Refuses a query that is nested too deeply or has too many steps; raises QueryError."""
    if not _is_plain(text):
        _Depth(text).measure(list(tokens(text)))


def _is_plain(text: str) -> bool:
    """Whether a look is enough: no text that is so short, and without such words, can be refused.

    It has fewer characters than there may be steps, and than so many clauses are written with.
    """
    is_short = len(text) <= _PLAIN_CHARACTERS and sum(map(text.count, _OPENING)) <= MAX_NESTING
    return is_short and not _SERVICE.search(text) and not _UPDATE.search(text)


def _prologue(text: str, base: str | None) -> str:
    """A line with a BASE, in words that every store understands; empty where no IRI seems to be relative."""
    if base is None or not _RELATIVE_IRI.search(text):
        return ""
    try:
        return f"BASE {NamedNode(base)}\n"
    except ValueError:  # the address of a request may be anything
        return ""


def _refuse_updates(text: str, found: Sequence[Token]) -> None:
    position = 0
    while position < len(found) and found[position].is_word("PREFIX", "BASE"):
        position += 3 if found[position].is_word("PREFIX") else 2
    if position < len(found) and found[position].is_word(*_UPDATES):
        first = found[position]
        raise QueryError(
            f"{first.text.upper()} is an update, and this graph is read-only.",
            where=location(text, first.start),
            mend="Ask by SELECT, ASK, CONSTRUCT or DESCRIBE; new data come by a publication.",
        )


# --- depth ------------------------------------------------------------------------------------------------------------


class _Depth:
    """Counts what the engine descends for, and refuses where it would be too deep.

    A term behind another one counts, since a pattern, a collection, a list of columns or of conditions goes on with
    it; terms behind a comma or an opening parenthesis do not, as in IN and in the arguments of a function, nor do the
    data of VALUES: of these the engine makes flat lists.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[str] = []
        # How many brackets were open where the data of a VALUES begin; -1 outside of such data.
        self._data_from = -1
        self._expects_data = False
        self._clauses = 0
        self._steps = 0
        # Whether it has so many characters that could be steps; looked up once, where there is a doubt.
        self._is_large: bool | None = None

    def measure(self, found: Sequence[Token]) -> None:
        """Raises QueryError at the first token that is too much."""
        previous: Token | None = None
        for token in found:
            if self._is_doubtful(token, previous):
                self._refuse_in_doubt(token)
            self._clauses += token.is_word(*_CLAUSES)
            self._steps += self._is_step(token, previous)
            self._follow(token)
            if len(self._open) > MAX_NESTING:
                raise self._too_much(token, f"Brackets are nested more than {MAX_NESTING} deep.")
            if self._clauses > MAX_CLAUSES:
                kinds = ", ".join(_CLAUSES)
                raise self._too_much(token, f"There are more than {MAX_CLAUSES} clauses of the kinds {kinds}.")
            if self._steps > MAX_STEPS:
                what = f"There are more than {MAX_STEPS} operators, patterns and columns."
                raise self._too_much(token, what)
            previous = token

    def _is_step(self, token: Token, previous: Token | None) -> bool:
        if self._data_from >= 0:
            return False
        if token.kind is TokenKind.PUNCTUATION and token.text not in _OPENING:
            return (
                token.text in _OPERATORS
                or (token.text in _SIGNS and previous is not None and previous.text not in {"(", ","})
                or (token.text in _SEPARATORS and bool(self._open) and self._open[-1] != "(")
            )
        if token.is_word("AS"):
            return True
        return (_is_term(token) or token.text in _OPENING) and previous is not None and _ends_term(previous)

    def _follow(self, token: Token) -> None:
        """Keeps count of what is open."""
        if token.is_word("VALUES"):
            self._expects_data = True
        elif token.kind is TokenKind.PUNCTUATION and token.text in _OPENING:
            if token.text == "{" and self._expects_data:
                self._expects_data = False
                if self._data_from < 0:
                    self._data_from = len(self._open)
            self._open.append(token.text)
        elif token.kind is TokenKind.PUNCTUATION and token.text in _CLOSING and self._open:
            self._open.pop()
            if len(self._open) <= self._data_from:
                self._data_from = -1

    def _is_doubtful(self, token: Token, previous: Token | None) -> bool:
        """Whether the engine may cut the text otherwise from here on.

        What is cut as an IRI can be a less-than and more to it (``1<?x&&?y>2``), unless it stands where a term is
        due; and its names may have characters that are marks of their own here.
        """
        if token.kind is TokenKind.IRI:
            is_within = self._data_from < 0 and bool(self._open) and self._open[-1] == "("
            return is_within and previous is not None and previous.text not in _BEFORE_TERMS
        return token.kind is TokenKind.PUNCTUATION and not token.text.isascii()

    def _refuse_in_doubt(self, token: Token) -> None:
        """Where tokens may be cut otherwise than by the engine, each character counts that could be a step."""
        if self._is_large is None:
            steps = sum(1 for _ in _COUNTED_IN_DOUBT.finditer(self._text))
            opened = sum(1 for _ in _OPENED_IN_DOUBT.finditer(self._text))
            self._is_large = steps > MAX_STEPS or opened > MAX_NESTING
        if self._is_large:
            raise self._too_much(
                token,
                "In a query of this size it must be clear where a comparison begins and a name ends.",
                "Write a blank behind <, and IRIs in full where names have unusual characters.",
            )

    def _too_much(
        self, token: Token, what: str, mend: str = "Split the query, or list values by VALUES."
    ) -> QueryError:
        return QueryError(what, where=location(self._text, token.start), mend=mend)


def _is_term(token: Token) -> bool:
    return token.kind in _TERMS or token.is_word(*_TERM_WORDS)


def _ends_term(token: Token) -> bool:
    return _is_term(token) or (token.kind is TokenKind.PUNCTUATION and token.text in _CLOSING)


# --- SERVICE ----------------------------------------------------------------------------------------------------------


def _through(routes: Mapping[str, str], text: str) -> str:
    """The query with the address of the gateway for each endpoint that it calls; it was checked before.

    A SERVICE within another's braces is called by that endpoint, not from here, and stays as it is written.
    """
    pieces, start, depth, within = [], 0, 0, 0
    found = list(tokens(text))
    for position, token in enumerate(found):
        if token.kind is TokenKind.PUNCTUATION and token.text in {"{", "}"}:
            depth += 1 if token.text == "{" else -1
            if within and depth < within:
                within = 0
        elif token.is_word("SERVICE") and not within:
            operand = next(t for t in found[position + 1 :] if not t.is_word("SILENT"))
            pieces += [text[start : operand.start], f"<{routes[operand.text[1:-1]]}>"]
            start, within = operand.end, depth + 1
    return "".join((*pieces, text[start:]))


def _refuse_services(text: str, found: Sequence[Token], allowed: Mapping[str, str]) -> None:
    """Refuses each SERVICE but those on the list.

    The tokens give the places and the endpoints. Whether they are all there are, only the engine's own reading can
    tell: it takes ``SERVICESILENT`` for two keywords, and cuts ``1<'>'`` otherwise than the specification. So it is
    shown the text with each allowed SERVICE made a GRAPH, which has the same grammar, and the word put out of every
    other place, names and strings included: what it can then still read has no other SERVICE.
    """
    kept = list(text)
    for position, token in enumerate(found):
        if token.is_word("SERVICE"):
            _refuse_service(text, token, found[position + 1 :], allowed)
            kept[token.start : token.end] = "GRAPH  "
            if position + 1 < len(found) and found[position + 1].is_word("SILENT"):
                kept[found[position + 1].start : found[position + 1].end] = " " * len("SILENT")
    # As long as the word, so that places stay, in no other place of the query, and another one for each spelling:
    # ?service and ?Service are two variables.
    taken = set(_OTHER_WORD.findall(text))
    free = (word for number in range(1_000_000) if (word := f"q{number:06d}") not in taken)
    others = dict(zip(sorted(set(_SERVICE.findall(text))), free, strict=False))
    without = _SERVICE.sub(lambda found: others[found[0]], "".join(kept))
    if is_beginning(without):
        return
    if not is_beginning(text):
        raise explain(text, "")
    raise QueryError(
        "The query calls a SERVICE in a way that cannot be told from other words.",
        where=explain(without, "").where,
        mend="Write SERVICE as a word of its own, and its endpoint in full: SERVICE <https://…> { … }.",
    )


def _refuse_service(text: str, keyword: Token, after: Sequence[Token], allowed: Mapping[str, str]) -> None:
    """A prefixed name is refused too: which namespace is the engine's for a prefix, tokens cannot tell for certain."""
    where = location(text, keyword.start)
    mend = (
        f"It may call {', '.join(allowed)}." if allowed else "Leave SERVICE out: no endpoint may be called from here."
    )
    operand = next((t for t in after if not t.is_word("SILENT")), None)
    if operand is None or operand.kind is not TokenKind.IRI:
        raise QueryError("The endpoint of a SERVICE must be an IRI, written out in full.", where=where, mend=mend)
    if operand.text[1:-1] not in allowed:
        raise QueryError(f"SERVICE {operand.text} is not allowed.", where=where, mend=mend)
