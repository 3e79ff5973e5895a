"""The mistakes that people make in queries, and what is said of each; ``mistakes/`` has them, written by hand.

Of right queries nothing may be said: those that are documented are right, as far as they have an answer.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stores import opened
from stratgraph.errors import DeadlineExceeded, QueryError, QuerySyntaxError, UsageError
from stratgraph.explanation import ask_and_explain, explain
from stratgraph.paging import has_nothing
from stratgraph.query import ask, examples
from stratgraph.results import CSV, JSON, TSV, XML
from stratgraph.serialisation import N_TRIPLES, TURTLE
from stratgraph.store import WHOLE, Dataset, Forms, memory_store
from stratgraph.terms import RDFS_NS, SG_NS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.store import Store

XML_ANSWER = b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>?</boolean></sparql>'
MISTAKES = Path(__file__).with_name("mistakes")


def cases(file: str) -> list[Any]:
    found = tomllib.loads((MISTAKES / file).read_text("utf-8"))
    return [pytest.param(case, id=name) for name, case in found.items()]


def text_of(case: dict[str, Any]) -> str:
    return case["query"] if case.get("bare") else f"PREFIX sg: <{SG_NS}>\n{case['query']}"


@pytest.fixture(scope="module")
def annex(annex_store: Path) -> Iterator[Store]:
    with opened(annex_store) as store:
        yield store


@pytest.mark.parametrize("case", cases("refused.toml"))
def test_a_refused_query_says_what_where_and_how_to_mend_it(case: dict[str, Any]) -> None:
    query = text_of(case)
    with pytest.raises(QueryError) as raised:
        ask(memory_store(()), query, Forms(JSON, TURTLE), max_query_bytes=10_000)
    error = raised.value
    assert isinstance(error, QuerySyntaxError) == (case.get("kind") != "refused")
    assert case["says"] in error.what
    assert case["mend"] in error.mend
    assert error.where is not None
    assert error.where.line is not None
    assert error.where.column is not None
    rest = "\n".join(query.split("\n")[error.where.line - 1 :])[error.where.column - 1 :]
    assert rest.startswith(case["at"]) if case["at"] else not rest


@pytest.mark.parametrize("case", cases("answered.toml"))
def test_an_answered_query_is_explained_with_place_and_mend(annex: Store, case: dict[str, Any]) -> None:
    query = case["query"] if case.get("bare") else f"PREFIX rdfs: <{RDFS_NS}>\n{text_of(case)}"
    with annex.reading() as reading:
        explanation = ask_and_explain(query, reading, max_query_bytes=100_000)
    assert explanation.is_empty == (not case.get("rows"))
    assert explanation.left_out == ""
    found = [one for one in explanation.findings if one.kind == case["kind"] and case["says"] in one.what]
    assert len(found) == 1, [one.sentence for one in explanation.findings]
    (finding,) = found
    assert case["mend"] in finding.mend
    assert finding.text == case["at"] == query[finding.start :][: len(finding.text)]
    before = query[: finding.start]
    place = finding.where.line, finding.where.column
    assert place == (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    assert finding.replacement == case["write"] if "write" in case else True
    # The part that leaves nothing is told beside its reason, which comes first.
    others = {one.kind for one in explanation.findings} - {case["kind"], "leaves-nothing"}
    assert others <= set(case.get("beside", ()))


def test_nothing_is_said_of_right_queries_that_have_an_answer(linked_folder: Path) -> None:
    said = {}
    answered = 0
    with opened(linked_folder) as store:
        for one in examples():
            with store.reading() as reading:
                explanation = ask_and_explain(one.text, reading, max_query_bytes=100_000)
            answered += not explanation.is_empty
            if explanation.left_out or (explanation.findings and not explanation.is_empty):
                said[one.name] = [explanation.left_out, *(finding.sentence for finding in explanation.findings)]
    assert said == {}
    assert answered > len(examples()) / 2


class Slow:
    """A reading whose time is over."""

    state = "slow"

    def answer(self, *_arguments: object, **_options: object) -> Any:
        raise DeadlineExceeded("It took longer than 1 second.", setting="deadline_s", value=1)

    read_graph = graph_names = answer


def test_a_query_that_takes_too_long_is_explained_as_far_as_the_query_itself_tells() -> None:
    query = f"PREFIX sg: <{SG_NS}> SELECT ?x WHERE {{ ?m a sg:Mission . ?g a sg:Gaol }}"
    explanation = ask_and_explain(query, Slow(), max_query_bytes=100_000)
    assert explanation.is_empty is None
    assert [one.kind.value for one in explanation.findings] == ["unbound-variable", "no-shared-variable"]
    assert explanation.left_out == "Not all was looked at: It took longer than 1 second."


class Once:
    """A reading of a store that is not asked a query itself of all that there is: that would never end."""

    def __init__(self, reading: Any, query: str) -> None:
        self._reading, self._query = reading, query

    def answer(self, text: str, forms: Forms, dataset: Dataset = WHOLE, **options: object) -> Any:
        assert text != self._query or dataset != WHOLE
        return self._reading.answer(text, forms, dataset, **options)


@pytest.mark.parametrize(
    ("behind", "is_empty"),
    [
        ("ORDER BY ?c", False),
        ("LIMIT 3", False),
        ("LIMIT 0", None),
        ("HAVING(COUNT(*) > 9)", None),
        ("VALUES ?c { <a:b> }", None),
    ],
)
def test_patterns_that_share_no_variable_are_told_from_the_text_and_their_answer_is_not_waited_for(
    annex: Store, behind: str, *, is_empty: bool | None
) -> None:
    query = f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} GROUP BY ?c {behind}"
    with annex.reading() as reading:
        explanation = ask_and_explain(query, Once(reading, query), max_query_bytes=100_000)
        assert (explanation.is_empty, explanation.left_out) == (is_empty, "")
        assert {one.text for one in explanation.findings} == {"?d ?e ?f", "?g ?h ?i"}
        none = query.replace("?h ?i }", "<a:nowhere> ?i }")
        assert ask_and_explain(none, Once(reading, none), max_query_bytes=100_000).is_empty
        with pytest.raises(QuerySyntaxError):
            ask_and_explain(f"{query} AND", Once(reading, query), max_query_bytes=100_000)


@pytest.mark.parametrize(
    ("head", "behind", "is_empty"),
    [("(SUM(?c) AS ?n)", "", None), ("(SUM(?c) AS ?n)", "GROUP BY ?a", True), ("*", "", True)],
)
def test_of_nothing_an_aggregate_makes_a_row_unless_it_is_grouped(
    annex: Store, head: str, behind: str, *, is_empty: bool | None
) -> None:
    query = f"SELECT {head} {{ ?a <a:nowhere> ?c . ?d ?e ?f }} {behind}"
    with annex.reading() as reading:
        assert ask_and_explain(query, Once(reading, query), max_query_bytes=100_000).is_empty is is_empty


def test_what_is_too_long_or_too_deep_is_not_looked_at() -> None:
    with pytest.raises(UsageError, match="20,0"):
        explain(f"ASK {{ ?s ?p '{'x' * 20_000}' }}", Slow())
    with pytest.raises(QueryError, match="nested"):
        explain(f"ASK {{ FILTER({'(' * 300}1{')' * 300}) }}", Slow())
    # As deep as a query may be: nothing is said of what is not read.
    explain(f"ASK {{ ?s {'(' * 190}<a:b>{')' * 190} ?o }}", memory_store(()), is_empty=False)


@pytest.mark.parametrize(
    ("form", "nothing", "something"),
    [
        (JSON, b'{"head":{"vars":[]},"results":{"bindings":[]}}', b'{"head":{"vars":[]},"results":{"bindings":[{}]}}'),
        (JSON, b'{"head":{},"boolean":false}', b'{"head":{},"boolean":true}'),
        (TSV, b"?o\n", b"?o\n\n"),
        (TSV, b"?n\n0\n", b"?n\n0\n0\n"),
        (CSV, b"o\r\n", b"o\r\n1\r\n"),
        (CSV, b"n\r\n0\r\n", b"n\r\n10\r\n"),
        (CSV, b"false", b"true"),
        (XML, XML_ANSWER.replace(b"?", b"false"), XML_ANSWER.replace(b"?", b"true")),
        (TURTLE, b"@prefix a: <a:> .\n", b"<a:a> <a:b> <a:c> .\n"),
        (N_TRIPLES, b"", b"<a:a> <a:b> <a:c> .\n"),
    ],
)  # fmt: skip
def test_an_answer_with_nothing_is_told_in_each_form(form: Any, nothing: bytes, something: bytes) -> None:
    assert has_nothing(form, nothing)
    assert not has_nothing(form, something)
