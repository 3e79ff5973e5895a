"""Why a query has the answer that it has, and above all why it has none: findings, each with its place and a mend.

A query that is no SPARQL is told by :mod:`stratgraph.store.syntax`, where it is read; here are those that the engine
answers. A few milliseconds are taken for reading the query, and some questions of the store, within the reading's own
deadline. Only what is asked for is explained: an ordinary answer does not come here.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from stratgraph.errors import LimitError, QueryError, QueryTooLong, UsageError
from stratgraph.explanation.classes import find_clashes
from stratgraph.explanation.findings import Explanation, Finding, FindingKind, mended
from stratgraph.explanation.names import find_names
from stratgraph.explanation.outline import read_outline
from stratgraph.explanation.question import Question
from stratgraph.explanation.scopes import find_aggregates, find_unbound, find_unrelated
from stratgraph.explanation.steps import find_idle_branches, find_what_leaves_nothing
from stratgraph.explanation.values import find_iris_as_texts, find_texts_as_things, find_values
from stratgraph.paging import MOST_BYTES, has_nothing
from stratgraph.query import ask_in
from stratgraph.results import JSON
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import WHOLE, Dataset, Forms
from stratgraph.store.datasets import dataset_of
from stratgraph.store.screening import refuse_depth
from stratgraph.store.tokens import AGGREGATES, tokens
from stratgraph.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stratgraph.federation import Gateway
    from stratgraph.store import Reading

__all__ = [
    "MAX_SECONDS",
    "Explanation",
    "Finding",
    "FindingKind",
    "ask_and_explain",
    "explain",
    "mended",
]

MAX_CHARACTERS: Final = 20_000
"""How long a query may be that is explained; the longest documented one has 3,000."""

MAX_FINDINGS: Final = 20
"""How many findings of a sort are told."""

_MADE_OF_NOTHING: Final = tuple(name for name in AGGREGATES if name != "COUNT")
"""Aggregates that make a row of nothing; that of COUNT, 0, an explanation takes for no answer."""

_NOTHING: Final = Dataset(default_graphs=(f"{BASE}nothing",))
"""A graph that is nowhere."""

MAX_SECONDS: Final = 10.0
"""How long the store is asked about a query, by a caller who gives it no other deadline."""


def explain(
    query: str,
    reading: Reading,
    *,
    dataset: Dataset = WHOLE,
    base: str | None = None,
    is_empty: bool | None = True,
) -> Explanation:
    """What is wrong with a query that was answered, or why its answer is empty.

    Args:
        query: one that the engine has read.
        reading: what it was asked of.
        dataset: the graphs that it was asked of; FROM clauses are read here.
        base: the IRI that its relative IRIs are relative to.
        is_empty: whether the answer has nothing; None where none came in time. Of an answer that has something only
            what is wrong in any case is told.

    Raises:
        UsageError: it is longer than what is explained.
        QueryError: it is too deep.
        StoreError, RemoteError: the store cannot be read.
    """
    _check_length(query)
    refuse_depth(query)
    return _explained(_question(query, reading, dataset, base), is_empty=is_empty)


def _explained(question: Question | None, *, is_empty: bool | None) -> Explanation:
    if question is None:
        return Explanation(is_empty, (), "The query has parts of SPARQL 1.2, which are not looked at.")
    looks: list[Callable[[], Iterator[Finding]]] = [
        lambda: find_unbound(question),
        lambda: find_unrelated(question),
        lambda: find_aggregates(question),
        lambda: find_clashes(question),
        lambda: find_iris_as_texts(question),
        lambda: find_texts_as_things(question),
        lambda: find_names(question, is_empty=bool(is_empty)),
    ]
    if is_empty:
        looks += [lambda: find_values(question), lambda: find_what_leaves_nothing(question)]
    elif is_empty is False:
        looks.append(lambda: find_idle_branches(question, is_empty=False))
    found, left_out = list[Finding](), ""
    try:
        for look in looks:
            for one in islice(look(), MAX_FINDINGS):
                found.append(one)
    except (LimitError, QueryError) as error:
        left_out = f"Not all was looked at: {error.what}"
    return Explanation(is_empty, tuple(_in_order(found)), left_out)


def ask_and_explain(
    query: str,
    reading: Reading,
    *,
    dataset: Dataset = WHOLE,
    base: str | None = None,
    max_query_bytes: int,
    gateway: Gateway | None = None,
) -> Explanation:
    """Asks somebody's query, and says what is wrong with it, or why its answer is empty.

    Args:
        query: its text.
        reading: is asked; its deadline is that of the answer and of the explanation together.
        dataset: the graphs that are asked.
        base: the IRI that its relative IRIs are relative to.
        max_query_bytes: how long a query may be.
        gateway: what SERVICE is called through.

    Raises:
        QueryTooLong: it is longer.
        QueryError: it is not SPARQL (QuerySyntaxError), or may not be asked.
        UsageError, StoreError, RemoteError: as of :func:`explain`.
    """
    _check_length(query)

    def has_nothing_of(graphs: Dataset) -> bool:
        forms = Forms(JSON, N_TRIPLES)
        with ask_in(
            reading, query, forms, graphs, base=base, max_query_bytes=max_query_bytes, gateway=gateway
        ) as answer:
            data = b""
            for chunk in answer:
                data += chunk
                if len(data) >= MOST_BYTES:
                    break
            return has_nothing(answer.form, data)

    def explanation_of(is_empty: bool | None) -> Explanation:  # noqa: FBT001 - of one value
        # What the store was asked about the query already is known to its question.
        if question:
            return _explained(question, is_empty=is_empty)
        return explain(query, reading, dataset=dataset, base=base, is_empty=is_empty)

    question = None
    try:
        if not any(token.is_word("SERVICE") for token in tokens(query)):
            # Of a graph that nobody has the answer comes at once, and what is no SPARQL is told.
            has_nothing_of(_NOTHING)
            refuse_depth(query)
            question = _question(query, reading, dataset, base)
        # Where each solution of a part goes with each of another the whole answer may never end.
        is_product = question is not None and any(find_unrelated(question))
        is_empty = _has_no_solution(question) if question and is_product else has_nothing_of(dataset)
    except QueryTooLong:
        raise
    except LimitError as error:
        explanation = explanation_of(None)
        return replace(explanation, left_out=explanation.left_out or f"There was no answer: {error.what}")
    return explanation_of(is_empty)


def _question(query: str, reading: Reading, dataset: Dataset, base: str | None) -> Question | None:
    """A query that the engine has read, under explanation; None where it has parts that are not looked at."""
    outline = read_outline(query)
    return Question(outline, reading, dataset if dataset != WHOLE else dataset_of(query), base) if outline else None


def _has_no_solution(question: Question) -> bool | None:
    """Whether the pattern of a query has none; None where it has, and what stands behind it may take all away.

    It takes no longer than finding the first one, whatever is to be sorted, counted or joined.
    """
    outline = question.outline
    behind = list(tokens(outline.text[outline.body.at + len(outline.body.text) :]))
    is_cut = any(word.is_word("LIMIT") and number.text == "0" for word, number in pairwise(behind))
    if not question.has_solution(outline.body.text):
        # Of nothing an aggregate makes a row, unless it is grouped.
        is_row = any(word.is_word(*_MADE_OF_NOTHING) for word in tokens(outline.text[: outline.body.at]))
        return None if is_row and not any(word.is_word("GROUP") for word in behind) else True
    return None if is_cut or any(word.is_word("HAVING", "OFFSET", "VALUES") for word in behind) else False


def _check_length(query: str) -> None:
    if len(query) > MAX_CHARACTERS:
        raise UsageError(
            f"A query of {len(query):,} characters is not explained.", mend=f"Shorten it to {MAX_CHARACTERS:,}."
        )


def _in_order(found: list[Finding]) -> list[Finding]:
    """The findings by what is most likely the reason: kinds in their order, and in the query's order within one."""
    kinds = list(FindingKind)
    ordered = sorted(dict.fromkeys(found), key=lambda one: (kinds.index(one.kind), one.start))
    return [
        # The part that leaves nothing has its reason already.
        replace(one, mend="Mend it as is said before.")
        if one.kind is FindingKind.LEAVES_NOTHING and any(_is_reason(other, one) for other in ordered)
        else one
        for one in ordered
    ]


def _is_reason(one: Finding, part: Finding) -> bool:
    is_of_all = one.kind in {FindingKind.WRONG_NAMESPACE, FindingKind.WRONG_SCHEME, FindingKind.UNKNOWN_GRAPH}
    is_within = part.start <= one.start < part.start + len(part.text)
    return one is not part and (is_of_all or is_within)
