"""Queries that the engine answers otherwise than the specification says, in words that it answers rightly.

Each rewrite is exact: for every dataset the new query has the solutions, with their number, that SPARQL 1.1 Query
gives the old one. Its module has the proof. ``tests/store/rewriting/`` has each as two files, before and after, and
compares the answers with what the specification says. Where there is no exact rewrite, the query is refused with a
way to word it.

| module | what the engine does | upstream |
|---|---|---|
| ``graphs`` | asks a sub-select within ``GRAPH ?g`` of all graphs at once, and leaves ``?g`` unbound | issue 1905 |
| ``paths`` | drops duplicates of ``p|q`` | pull request 351 |
| ``existence`` | evaluates EXISTS with a join anew, and in full, for each solution | none found |
| ``calls`` | REPLACE takes ``$1x`` for a name and knows no error; GROUP_CONCAT takes strings only | issues 1471, 297 |
| | casts do not trim | none found |

A look at the text settles for ordinary queries that nothing is to be rewritten, before they are cut into tokens.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stratgraph.errors import QueryError
from stratgraph.store.rewriting.calls import functions
from stratgraph.store.rewriting.source import Source, UnreadError
from stratgraph.store.rewriting.walk import Walk
from stratgraph.store.screening import refuse_depth
from stratgraph.store.syntax import is_beginning
from stratgraph.store.tokens import without_iris

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["functions", "is_set", "rewritten"]

_SHORT_STRINGS: Final = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
# More than one pattern: a second one, or a path.
_JOIN_IN_EXISTS: Final = re.compile(r"EXISTS\s*\{[^{}]*[./;,]", re.IGNORECASE)
_PIPE: Final = re.compile(r"(?<!\|)\|(?!\|)")
# What is repeated has no duplicates.
_REPEATED: Final = re.compile(r"\([^()]*\)\s*[*+?](?!\w)")
_CAST: Final = re.compile(r"(?:integer|decimal|double|float|boolean|[dD]ateTime|date|time|[dD]uration)>?\s*\(")
_APART_IN_GRAPH: Final = re.compile("SELECT|VALUES|SERVICE|GRAPH")
_COUNTING: Final = re.compile(r"COUNT|SUM|AVG|SAMPLE|GROUP_CONCAT")
_DISTINCT: Final = re.compile(r"SELECT\s*(?:DISTINCT|REDUCED)")


def rewritten(query: str, named_graphs: Callable[[], tuple[str, ...]], *, has_functions: bool = True) -> str:
    """The query in words that the engine answers as the specification says; the query itself, where it does already.

    Args:
        query: as it was sent; what is no SPARQL is given back, for the engine to say so.
        named_graphs: gives the IRIs of the graphs that GRAPH reaches.
        has_functions: the engine is given :func:`functions`; what needs one stays as it is otherwise.

    Raises:
        QueryError: there is no exact rewrite, or what it would become is too much for the engine.
    """
    upper = query.upper()
    keeps_duplicates = "|" in query and _keeps_duplicates(query, upper)
    if not (keeps_duplicates or _may_be_wrong(query, upper)):
        return query
    try:
        result = Walk(
            Source(query), named_graphs, keeps_duplicates=keeps_duplicates, has_functions=has_functions
        ).query()
    except UnreadError:
        return query
    except QueryError:
        if is_beginning(query):
            raise
        return query
    if result == query or not is_beginning(query):
        return query
    try:
        refuse_depth(result)
    except QueryError as error:
        # Its place is in what the query became.
        raise QueryError(
            f"Written so that the engine answers it rightly, the query is too large. {error.what}",
            mend="Name the graphs by FROM NAMED; or write less within GRAPH, EXISTS and paths.",
        ) from error
    return result


def _may_be_wrong(query: str, upper: str) -> bool:
    return (
        ("GRAPH" in upper and _is_graph_doubtful(without_iris(upper)))
        or ("EXISTS" in upper and _JOIN_IN_EXISTS.search(without_iris(query)) is not None)
        or "REPLACE" in upper
        or ("XMLSCHEMA#" in upper and _CAST.search(query) is not None)
        or "GROUP_CONCAT" in upper
    )


def _is_graph_doubtful(upper: str) -> bool:
    _, keyword, behind = upper.partition("GRAPH")
    return bool(keyword) and _APART_IN_GRAPH.search(behind) is not None


def _keeps_duplicates(query: str, upper: str) -> bool:
    """Whether a duplicate solution of an alternative path may be seen in the answer."""
    # A long string or an escape could end a string elsewhere than it seems.
    has_short_strings = not any(mark in query for mark in ('"""', "'''", "\\"))
    without_strings = _SHORT_STRINGS.sub("", query) if has_short_strings else query
    return _PIPE.search(_REPEATED.sub("", without_strings)) is not None and not is_set(upper)


def is_set(upper: str) -> bool:
    """Whether the answer to a query, whose text is in capitals, is the same with and without duplicate solutions.

    That is so of ASK, CONSTRUCT, DESCRIBE and SELECT DISTINCT, where nothing within is counted or cut off.
    """
    selects = upper.count("SELECT")
    is_distinct = selects == 0 or (selects == 1 and _DISTINCT.search(upper) is not None)
    is_cut = selects == 0 and ("LIMIT" in upper or "OFFSET" in upper)
    return is_distinct and not is_cut and _COUNTING.search(upper) is None
