r"""REPLACE, GROUP_CONCAT and casts.

**REPLACE** is ``fn:replace`` of XPath (SPARQL 1.1 Query, section 17.4.3.15; Functions and Operators 3.1, section
5.6.4). In its replacement ``$N`` is a group, where N is the longest number that there is a group for; ``\$`` and
``\\`` are a dollar and a backslash, and anything else of the two is an error. A pattern that matches the empty text
is an error. To the engine a name goes on with letters and underscores, so that ``$1x`` is a group that there is not,
a backslash is nothing special, and ``$$`` is a dollar (https://github.com/oxigraph/oxigraph/issues/1471).

Proof. ``${N}`` is the Nth group to the engine, or nothing where there is none, as the specification says of one
digit. So a replacement that is a literal is translated here, and one that is computed by a function that the engine
calls for each. That the pattern matches the empty text is what ``REGEX("", pattern, flags)`` says, by the very
definition of the error; ``1/0`` is an error of SPARQL too, and IF evaluates one side only.

**GROUP_CONCAT** of IRIs, numbers or dates is an error by the letter (section 18.5.1.7 joins with CONCAT, which takes
strings), and leaves an empty column. As in Jena and others, their STR() is joined here
(https://github.com/oxigraph/oxigraph/issues/297). For strings nothing changes but that the result has no language, as
that section says ("simple literal"). With DISTINCT a function of ours joins what differs as a term: of STR(), two
terms with one text would be one.

**A cast** of a string trims it: ``xsd:integer(" 3 ")`` is 3 (section 17.5; Functions and Operators 3.1, section
19.2), and an error to the engine. It becomes ``cast(trimmed(x))``, with a function of ours that gives a string without
blanks at its ends, and any other term as it is; so x is written and evaluated once, however casts are nested. Of a
variable or a literal, which is the same each time, it is ``COALESCE(cast(x), cast(trimmed(x)))``: where the first is
no error nothing changes, and nothing of ours is called for each solution.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import Literal, NamedNode, Store  # noqa: TID251 - an empty one, to try a pattern

from stratgraph.assets import query_text
from stratgraph.store.tokens import TokenKind, string_value
from stratgraph.terms import FUNCTIONS_NS, XSD_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import QueryBoolean

    from stratgraph.store.rewriting.source import Source

_ERROR: Final = "1/0"
_PIECE: Final = re.compile(r"\\([\\$])|\$([0-9]+)|([^\\$]+)")
_GROUP: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|(\((?!\?)|\(\?P?<(?![=!]))", re.DOTALL)
_REPLACEMENT: Final = NamedNode(f"{FUNCTIONS_NS}replacement")
_WITHOUT_BLANKS: Final = NamedNode(f"{FUNCTIONS_NS}trimmed")
_BLANKS: Final = " \t\r\n"
_STRING: Final = NamedNode(f"{XSD_NS}string")
_JOIN: Final = "group-concat/"
_JOINED: Final = re.compile(f"<{re.escape(FUNCTIONS_NS)}{_JOIN}((?:[0-9a-f]{{2}})*)>")
_GIVES_TEXT: Final = ("STR", "LANG", "SHA1", "SHA256", "SHA384", "SHA512", "MD5", "STRUUID")
_ARGUMENTS: Final = (3, 4)
_TRIMMED: Final = frozenset(
    {"integer", "decimal", "double", "float", "boolean", "dateTime", "date", "time", "duration"}
    | {"dayTimeDuration", "yearMonthDuration"}
)


def replaced(source: Source, position: int, arguments: Sequence[str]) -> str | None:
    """A call of REPLACE in words that the engine understands as the specification does; None where it does already.

    Args:
        source: the query.
        position: that of the word.
        arguments: rewritten.
    """
    ranges = list(source.pieces(position + 2, source.after(position + 1) - 1, ","))
    if len(ranges) not in _ARGUMENTS:
        return None
    pattern, replacement, flags = (literal(source, *one) for one in [*ranges[1:], (0, 0)][:3])
    written = arguments[2]
    if pattern is None or replacement is None or flags is None:
        is_plain = replacement is not None and not {"$", "\\"} & set(replacement)
        meant = written if is_plain else f"{_REPLACEMENT}({', '.join((written, arguments[1], *arguments[3:]))})"
    else:
        found = meant_replacement(replacement, pattern, flags)
        meant = written if found == replacement else _ERROR if found is None else str(Literal(found))
    call = f"REPLACE({', '.join((*arguments[:2], meant, *arguments[3:]))})"
    if pattern is None or flags is None:
        test = ", ".join(("''", arguments[1], *arguments[3:]))
        return f"IF(REGEX({test}), {_ERROR}, {call})"
    if matches_nothing(pattern, flags):
        return f"IF(true, {_ERROR}, {call})"
    return None if meant == written else call


def concatenated(source: Source, start: int, stop: int, expression: str) -> str | None:
    """What GROUP_CONCAT is to join, as text; None where it is text already.

    Args:
        source: the query.
        start: the place of the expression.
        stop: the place behind it.
        expression: rewritten.
    """
    if source.is_at(start, *_GIVES_TEXT) and source.is_mark(start + 1, "(") and source.after(start + 1) == stop:
        return None
    return f"STR({expression})"


def concatenated_distinct(separator: str, expression: str) -> str:
    """A call of our function that joins the values that differ, with a separator between them."""
    return f"<{FUNCTIONS_NS}{_JOIN}{separator.encode('utf-8', 'surrogatepass').hex()}>({expression})"


def is_cast(iri: str) -> bool:
    """Whether a function is a cast to a type whose values are written without blanks."""
    return iri.startswith(XSD_NS) and iri[len(XSD_NS) :] in _TRIMMED


def cast_trimmed(name: str, argument: str, *, is_term: bool) -> str:
    """A call of a cast that trims what it casts.

    Args:
        name: of the cast, as it is written.
        argument: rewritten.
        is_term: it is a variable or a literal.
    """
    trimmed = f"{name}({_WITHOUT_BLANKS}({argument}))"
    return f"COALESCE({name}({argument}), {trimmed})" if is_term else trimmed


def functions(query: str) -> dict[str, Any]:
    """The functions that a rewritten query calls, as the engine is given them."""
    if FUNCTIONS_NS not in query:
        return {}
    separators = set(_JOINED.findall(query))
    return {
        "custom_functions": {_REPLACEMENT: _replacement, _WITHOUT_BLANKS: _trimmed},
        "custom_aggregate_functions": {
            NamedNode(f"{FUNCTIONS_NS}{_JOIN}{separator}"): partial(
                _Joined, bytes.fromhex(separator).decode("utf-8", "surrogatepass")
            )
            for separator in separators
        },
    }


class _Joined:
    """The texts of the values that differ, in the order in which they came first."""

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self._values: dict[Any, None] = {}

    def accumulate(self, term: Any) -> None:
        """Takes one value."""
        self._values[term] = None

    def finish(self) -> Literal | None:
        """The text; None, an error, where STR() of a value is one."""
        if not all(isinstance(value, (Literal, NamedNode)) for value in self._values):
            return None
        return Literal(self._separator.join(value.value for value in self._values))


def meant_replacement(replacement: str, pattern: str, flags: str) -> str | None:
    """The replacement as the engine writes it; None where it is an error of XPath."""
    if "q" in flags:
        return replacement.replace("$", "$$")
    groups: int | None = None
    meant, end = [], 0
    for found in _PIECE.finditer(replacement):
        if found.start() != end:
            return None
        end = found.end()
        escaped, digits, plain = found.groups()
        if digits is None:
            meant.append((escaped or plain).replace("$", "$$"))
            continue
        rest = ""
        if len(digits) > 1:
            groups = _groups(pattern) if groups is None else groups
            while len(digits) > 1 and int(digits) > groups:
                digits, rest = digits[:-1], digits[-1] + rest
        meant.append(f"${{{int(digits)}}}{rest}")
    return "".join(meant) if end == len(replacement) else None


@lru_cache(maxsize=100)
def matches_nothing(pattern: str, flags: str) -> bool:
    """Whether a pattern matches the empty text; False where it is no pattern."""
    query = query_text("pattern-of-nothing").replace("UNDEF UNDEF", f"{Literal(pattern)} {Literal(flags)}")
    return bool(cast("QueryBoolean", Store().query(query)))


def _groups(pattern: str) -> int:
    """How many groups a pattern has."""
    return sum(found[1] is not None for found in _GROUP.finditer(pattern))


def literal(source: Source, start: int, end: int) -> str | None:
    """What a plain literal says, nothing where there is none; None for any other expression."""
    if start == end:
        return ""
    if end - start != 1 or source[start].kind is not TokenKind.STRING:
        return None
    return string_value(source[start].text)


def _replacement(replacement: Any, pattern: Any, flags: Any = Literal("")) -> Literal | None:  # noqa: B008
    if not all(isinstance(one, Literal) for one in (replacement, pattern, flags)):
        return None
    meant = meant_replacement(replacement.value, pattern.value, flags.value)
    return None if meant is None else Literal(meant)


def _trimmed(term: Any) -> Any:
    is_string = isinstance(term, Literal) and term.language is None and term.datatype == _STRING
    return Literal(term.value.strip(_BLANKS)) if is_string else term
