"""A syntax error's place and words; each case shows the caret under the query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Store

from stratgraph.store.syntax import explain, is_beginning
from stratgraph.store.tokens import TokenKind, tokens

if TYPE_CHECKING:
    from stratgraph.errors import QuerySyntaxError

XSD = "http://www.w3.org/2001/XMLSchema#"


def error_of(query: str) -> QuerySyntaxError:
    with pytest.raises(SyntaxError) as raised:
        Store().query(query)
    return explain(query, str(raised.value))


CASES = [
    # query, the same with the place marked by a caret before it, what is said, how to mend it
    ("^SELEC * {}", "'SELEC' cannot stand here.", "Did you mean SELECT?"),
    ("SELECT * { ?s ?p ?o } ^ODER BY ?s", "'ODER' cannot stand here.", "Did you mean ORDER?"),
    ("SELECT ?s\nWHERE { ?s ?p ?o ^) }", "This ) closes nothing: no ( is open before it.", "Delete it"),
    ("SELECT * {\r\n ?s ?p ?o ^!\r\n}", "'!' cannot stand here.", "Expected: '.', ',', ';', "),
    ("ASK { ?s ?p '''a\nb''' . ^!}", "'!' cannot stand here.", "a variable"),
    ("ASK { ?s ?p 'héé😀' . ?s ^?? ?o }", "'?' cannot stand here.", "a variable, an IRI"),
    ("SELECT * { ?s ?p ?o } LIMIT ^x", "'x' cannot stand here.", "Expected: a number."),
    ("ASK { ?s ?p ?o FILTER(^NOSUCH(?s)) }", "There is no function NOSUCH.", "section 17.4"),
    ("ASK { ?s ?p ?o FILTER(BOUND(^1)) }", "'1' cannot stand here.", "Expected: a variable."),
    ("ASK { ?s ?p ?o } # a }\n ^}", "This } closes nothing: no { is open before it.", "Delete it"),
    ("SELECT * { ?s ?p ?o^", "ends too early: the { of line 1, column 10 is not closed.", "Add } at the end."),
    ("DESCRIBE^ # nothing", "The query ends too early.", "Expected: a variable, an IRI, '*'."),
    ("^", "The query is empty.", "SELECT, CONSTRUCT, DESCRIBE, ASK"),
    ("#c foo:x\nASK { ?s ?p 'foo:x' . ?s ^foo:x ?o }", "The prefix foo: is not declared.", "Add PREFIX foo: <…>"),
    ("ASK { ?s ?p 'x'^^xsd:int }".replace("^^", "^^^"), "The prefix xsd: is not declared.", f"PREFIX xsd: <{XSD}>"),
    ("ASK { ^:x ?p ?o }", "The prefix : is not declared.", "Add PREFIX :"),
    ("PREFIX a: <a:> ASK { a:x ?p ^b:x }", "The prefix b: is not declared.", ""),
    ("ASK { ?s ^<rel> ?o }", "<rel> is not a full and valid IRI.", ""),
    ("ASK { ?s ^<http://e/%zz> ?o }", "<http://e/%zz> is not a full and valid IRI.", ""),
    ("ASK { ^<http://a b> ?p ?o }", "'<http://a b>' is not an IRI.", "Percent-encode"),
    ("ASK { ?s ?p ^'abc }\n", "A string that begins here is not closed", ""),
    ("ASK { ?s ?p ^'''abc\n }", "A string that begins here is not closed", ""),
    ("ASK { ?s ?p ^'\\q' }", "A string that begins here is not closed, or has an escape", ""),
    ("ASK { _:a ?p ?o . { ^_:a ?p ?o } }", "The blank node _:a stands in another group already.", "?a"),
    ("ASK { BIND(1 AS ?x) BIND(2 AS ^?x) }", "?x cannot be given a value by AS", ""),
    ("^SELECT ?x (1 AS ?x) {}", "SELECT gives one variable twice.", ""),
    ("^SELECT ?s { { SELECT ?s ?p { ?s ?p ?o } } } GROUP BY ?p", "neither grouped nor aggregated", "GROUP BY"),
    ("SELECT (COUNT(*) AS ^?s) { ?s ?p ?o } GROUP BY ?s", "?s cannot be given a value by AS", "another name after AS"),
    ("SELECT (STR(?o) AS ^?o) { ?s ?p ?o }", "?o cannot be given a value by AS", "another name after AS"),
    ("^SELECT * { ?s ?p ?o } GROUP BY ?s", "A star cannot stand for the variables", "Name the variables"),
    (
        "^SELECT (?o+1 AS ?x) (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s",
        "An expression of SELECT has a variable",
        "GROUP BY",
    ),
    ("SELECT ?s { ?s ?p ?o FILTER(^COUNT(?o) > 1) }", "COUNT is an aggregate, and cannot stand in FILTER.", "HAVING"),
    ("SELECT ?s { ?s ?p ?o BIND(^SUM(?o) AS ?n) }", "SUM is an aggregate, and cannot stand in BIND.", "sub-select"),
    ("ASK { VALUES (?s ?p) { (UNDEF 1) ^(1) } }", "A row of VALUES has more or fewer values", "UNDEF"),
    ("ASK {} VALUES (?s ?p) { ('a'@en 1) ^(1 2 3) }", "A row of VALUES has more or fewer values", ""),
]


@pytest.mark.parametrize(("marked", "what", "mend"), CASES)
def test_the_place_is_that_of_the_first_token_that_cannot_stand_there(marked: str, what: str, mend: str) -> None:
    place = marked.index("^^^") + 2 if "^^^" in marked else marked.index("^")
    query = marked[:place] + marked[place + 1 :]
    error = error_of(query)
    assert what in error.what
    assert mend in error.mend
    assert error.where is not None
    lines = query[:place].split("\n")
    assert (error.where.line, error.where.column) == (len(lines), len(lines[-1]) + 1)


def test_what_was_expected_is_given_as_words() -> None:
    assert error_of("SELECT * {} LIMIT x").expected == ("a number",)
    assert error_of("").expected == ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK", "PREFIX", "BASE")


def test_a_long_query_with_an_error_is_still_located() -> None:
    triples = " ?s ?p ?o .\n" * 5000
    error = error_of(f"SELECT * {{{triples} ] }}")
    assert error.where is not None
    assert (error.where.line, error.where.column) == (5001, 2)


@pytest.mark.parametrize("text", ["", "SELECT", "SELECT * { ?s", "SELECT * {} # c", "PREFIX a: <a:> ASK { a:b"])
def test_the_beginning_of_a_query_is_told(text: str) -> None:
    assert is_beginning(text)
    assert not is_beginning(f"{text}\n§")


def test_nothing_is_evaluated_to_find_an_error() -> None:
    # A SERVICE at an address that refuses connections would end in another error than one of syntax.
    assert is_beginning("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    error = explain("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } ]", "")
    assert error.what == "This ] closes nothing: no [ is open before it."


def kinds(query: str) -> list[tuple[str, str]]:
    return [(t.kind.value, t.text) for t in tokens(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?s $x", [("variable", "?s"), ("variable", "$x")]),
        ("<a#b>#<c>\n<d>", [("iri", "<a#b>"), ("iri", "<d>")]),
        ("1 < 2 > 3", [("number", "1"), ("punctuation", "<"), ("number", "2"), ("punctuation", ">"), ("number", "3")]),
        ("ex:a.b. :x ex: a:b\\-c", [("prefixed_name", n) for n in ("ex:a.b", ":x", "ex:", "a:b\\-c")]),
        ("_:b1", [("blank_node", "_:b1")]),
        ("'a\\'b' \"\" ''", [("string", s) for s in ("'a\\'b'", '""', "''")]),
        ("'''x'y''z''' \"\"\"\n\"\"\"", [("string", s) for s in ("'''x'y''z'''", '"""\n"""')]),
        ("'#' # '\n''''''", [("string", "'#'"), ("string", "''''''")]),
        ("'a\nb", [("open_string", "'a"), ("word", "b")]),
        ("'''a\nb''", [("open_string", "'''a\nb''")]),
        ("'x'@en-GB", [("string", "'x'"), ("language_tag", "@en-GB")]),
        ("'x'^^a:b", [("string", "'x'"), ("punctuation", "^^"), ("prefixed_name", "a:b")]),
        ("1.5e3 .5 7.", [("number", "1.5e3"), ("number", ".5"), ("number", "7"), ("punctuation", ".")]),
        ("1SERVICE", [("number", "1"), ("word", "SERVICE")]),
        ("a&&b!=c", [("word", "a"), ("punctuation", "&&"), ("word", "b"), ("punctuation", "!="), ("word", "c")]),
    ],
)  # fmt: skip
def test_terminals_are_those_of_the_specification(query: str, expected: list[tuple[str, str]]) -> None:
    found = [pair for pair in kinds(query) if pair != ("punctuation", ".") or pair in expected]
    assert found == expected


def test_tokens_give_back_their_places_and_lose_nothing_but_blanks_and_comments() -> None:
    query = "PREFIX é: <http://é/> # c\nSELECT * { ?s é:x \"a b\"@en , '''\n''' ; §, ' }"
    for token in tokens(query):
        assert query[token.start : token.end] == token.text
    assert "".join(t.text for t in tokens(query)) == "".join(
        "PREFIXé:<http://é/>SELECT*{?sé:x\"a b\"@en,'''\n''';§,' }"
    )
    assert [t.kind for t in tokens(query)][-1] is TokenKind.OPEN_STRING


@pytest.mark.parametrize(
    ("prefix", "iri"), [("foaf", "http://xmlns.com/foaf/0.1/"), ("wdt", "http://www.wikidata.org/prop/direct/")]
)
def test_a_prefix_that_is_a_common_one_is_known_though_it_is_not_ours(prefix: str, iri: str) -> None:
    error = explain(f"SELECT ?x {{ ?x a {prefix}:Thing }}", "")
    assert error.mend == f"Add PREFIX {prefix}: <{iri}> at the beginning."
