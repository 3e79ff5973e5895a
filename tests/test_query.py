"""What may be asked, and the machinery of example queries."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from stratgraph.errors import LimitError, Location, NotFound, QueryError, SourceError, UsageError
from stratgraph.federation import Gateway
from stratgraph.query import (
    ExampleQuery,
    ParameterKind,
    QueryKind,
    ask,
    check_length,
    example,
    examples,
    fill,
    read_examples,
    short_value,
)
from stratgraph.results import CSV
from stratgraph.store import Dataset, Forms, Screen, memory_store, solutions
from stratgraph.store.screening import MAX_CLAUSES, MAX_NESTING, refuse, screened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EX = "http://example.org/"
GOOD = "http://good.example/sparql"
TABLE = Forms(solutions=CSV, graph=None)


def allowed(text: str, *services: str) -> None:
    refuse(text, dict.fromkeys(services, ""))


# --- length and nesting ---


def test_a_query_may_have_as_many_bytes_as_the_setting_says() -> None:
    check_length("ASK {} #é", 10)
    with pytest.raises(LimitError) as raised:
        check_length("ASK {} #éé", 10)
    assert (raised.value.setting, raised.value.value) == ("max_query_bytes", 10)


def test_nesting_that_would_end_the_process_is_refused() -> None:
    for begin, end in (("{", "}"), ("[ ?p ", "]"), ("FILTER(", ")")):
        allowed("ASK {" + begin * (MAX_NESTING - 1) + end * (MAX_NESTING - 1) + "}")
        with pytest.raises(QueryError, match="nested"):
            allowed("ASK {" + begin * MAX_NESTING + end * MAX_NESTING + "}")


def test_brackets_beside_each_other_or_in_strings_are_not_nested() -> None:
    allowed("ASK {" + "{ ?s ?p '{{{(((' }" * 1000 + "}")


def test_clauses_in_such_a_number_that_they_would_end_the_process_are_refused() -> None:
    allowed("ASK {" + "OPTIONAL { }" * MAX_CLAUSES + "}")
    with pytest.raises(QueryError, match="more than 1000 clauses"):
        allowed("ASK {" + "OPTIONAL { }" * MAX_CLAUSES + "BIND(1 AS ?x) }")


# --- updates ---


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://a.example/>",
        "PREFIX a: <a:b>\nBASE <b:c> insert DATA { a:b a:b 1 }",
        "# a comment\nDELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP ALL",
        "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_an_update_is_told_to_be_one(update: str) -> None:
    with pytest.raises(QueryError, match="is an update, and this graph is read-only"):
        allowed(update)


def test_words_of_updates_within_a_query_are_no_update() -> None:
    allowed("PREFIX load: <a:> SELECT ?insert { ?insert load:clear 'DROP ALL' } # DELETE")


# --- SERVICE ---


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * {\n  SERVICE <http://evil.example/> { ?s ?p ?o } }", 2, 3),
        ("SELECT * { sErViCe SILENT <http://evil.example/> {} }", 1, 12),
        ("SELECT * { SERVICE # <http://good.example/sparql>\n<http://evil.example/> {} }", 1, 12),
        (f"SELECT * {{ SERVICE <{GOOD}> {{}} SERVICE <http://evil.example/> {{}} }}", 1, 52),
        (f"SELECT * {{ SERVICE <{GOOD}/> {{}} }}", 1, 12),
        (f"BASE <{GOOD}> SELECT * {{ SERVICE <> {{}} }}", 1, 46),
        ("SELECT * { VALUES ?e { <http://evil.example/> } SERVICE ?e {} }", 1, 49),
        (f"PREFIX g: <{GOOD}> SELECT * {{ SERVICE g: {{}} }}", 1, 51),
        ("SELECT * { ?s ?p 1SERVICE<http://evil.example/>{} }", 1, 19),
        ("SELECT * { ?s ?p 'x'SERVICE<http://evil.example/>{} }", 1, 21),
    ],
)
def test_a_service_that_is_not_on_the_list_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(QueryError, match="SERVICE") as raised:
        allowed(text, GOOD)
    assert raised.value.where is not None
    assert (raised.value.where.line, raised.value.where.column) == (line, column)
    assert GOOD in raised.value.mend


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX ex: <http://e/> SELECT * { ?service ex:p ?y BIND(1 AS ?Service) }",
        "SELECT (?SERVICE AS ?Service) { ?SERVICE ?service 'service' }",
        "SELECT * { ?s ?p ?o FILTER(CONTAINS(?o, 'services')) } # SERVICE",
    ],
)
def test_names_with_the_word_in_them_are_no_service(text: str) -> None:
    allowed(text)


@pytest.mark.parametrize(
    "text",
    [
        # The engine reads these as a SERVICE, though they are not cut into tokens so by the specification.
        "SELECT * { SERVICESILENT<http://evil.example/>{} }",
        "PREFIX : <http://evil.example/> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "SELECT * { FILTER(1<'>') SERVICE <http://evil.example/> {} FILTER('a' = 'b') }",
        f"SELECT * {{ SERVICE <{GOOD}> {{}} SERVICESILENT<http://evil.example/>{{}} }}",
    ],
)
def test_a_service_that_only_the_engine_takes_for_one_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="SERVICE"):
        allowed(text, GOOD)


def test_the_word_elsewhere_is_no_call() -> None:
    allowed(
        "PREFIX service: <a:> PREFIX : <b:> # SERVICE <a:b> {}\n"
        "SELECT ?service { ?service service:service 'SERVICE <a:b> {}', '''\n' SERVICE <a:b> {} ''' .\n"
        '  service:x :service <http://service.example/SERVICE> FILTER(?service < "SERVICE <a:b> {}") }'
    )


def test_a_service_on_the_list_is_allowed_by_its_exact_iri() -> None:
    text = f"SELECT * {{ SERVICE <{GOOD}> {{ ?s ?p 'service' }} SERVICE SILENT <b:c> {{}} }}"
    allowed(text, "b:c", GOOD)
    with pytest.raises(QueryError):
        allowed(text, GOOD)


def test_a_syntax_error_beside_the_word_is_told_as_that() -> None:
    with pytest.raises(QueryError, match="prefix ex: is not declared"):
        allowed("SELECT * { ?s ex:service ?o }")


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[str]]]:
    """A SPARQL endpoint on this machine, and the paths that it was asked for."""
    asked: list[str] = []

    class Endpoint(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append(self.path)
            content = b"?s\n<http://example.org/there>\n"
            self.send_response(200)
            self.send_header("Content-Type", "text/tab-separated-values")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815 - the names that the server looks for

        def log_message(self, *_: object) -> None:
            """Not in the tests' output."""

    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_only_an_allowed_endpoint_is_ever_called(endpoint: tuple[str, list[str]]) -> None:
    address, asked = endpoint
    store = memory_store([])
    for text in (f"ASK {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", f"ASK {{ SERVICESILENT<{address}>{{ ?s ?p ?o }} }}"):
        with pytest.raises(QueryError):
            ask(store, text, TABLE, max_query_bytes=1000)
    assert asked == []
    text = f"SELECT ?s {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"
    with Gateway((address,), timeout_s=5, max_bytes=1000) as gateway:
        with ask(store, text, TABLE, max_query_bytes=1000, gateway=gateway) as answer:
            assert answer.read() == b"s\r\nhttp://example.org/there\r\n"
        elsewhere = text.replace(address, f"{address}/other")
        with pytest.raises(QueryError, match="not allowed"):
            ask(store, elsewhere, TABLE, max_query_bytes=1000, gateway=gateway)
    assert asked == ["/sparql"]


def test_a_service_within_another_is_called_by_that_one_and_stays_as_it_is_written(
    endpoint: tuple[str, list[str]],
) -> None:
    address, _ = endpoint
    with Gateway((address,), timeout_s=5, max_bytes=1000) as gateway:
        inner = f"SERVICE <{address}> {{ ?a ?b ?c }}"
        text = f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o . {inner} }} SERVICE <{address}> {{}} }}"
        with screened(text, Screen(None, gateway.routes)) as routed:
            assert routed.count(gateway.address(address)) == 2
            assert f". {inner}" in routed


def test_a_base_is_what_relative_iris_are_relative_to() -> None:
    store = memory_store([Quad(NamedNode(f"{EX}s"), NamedNode(f"{EX}p"), Literal("o"))])
    query = "SELECT ?o { <s> ?p ?o }"
    with ask(store, query, TABLE, base=f"{EX}sparql", max_query_bytes=1000) as answer:
        assert answer.read() == b"o\r\no\r\n"
    with pytest.raises(QueryError) as without:
        ask(store, query, TABLE, max_query_bytes=1000)
    assert "not a full and valid IRI" in without.value.what


def test_a_base_that_is_no_iri_is_none() -> None:
    smuggled = f"{EX}> SELECT * {{ SERVICE <{EX}> {{ ?s ?p ?o }} }} #"
    with pytest.raises(QueryError) as error:
        ask(memory_store([]), "SELECT ?o { <s> ?p ?o }", TABLE, base=smuggled, max_query_bytes=1000)
    assert error.value.where == Location(line=1, column=13)


def test_asking_checks_and_answers_from_the_graphs_named() -> None:
    a, p, g = NamedNode(f"{EX}a"), NamedNode(f"{EX}p"), NamedNode(f"{EX}g")
    store = memory_store([Quad(a, p, Literal("x")), Quad(a, p, Literal("y"), g)])
    query = "SELECT ?o { ?s ?p ?o }"
    with ask(store, query, TABLE, max_query_bytes=100) as answer:
        assert answer.read() == b"o\r\nx\r\n"
    with ask(store, query, TABLE, Dataset(default_graphs=(f"{EX}g",)), max_query_bytes=100) as answer:
        assert answer.read() == b"o\r\ny\r\n"
    with pytest.raises(LimitError):
        ask(store, query, TABLE, max_query_bytes=5)


# --- example queries ---

HEAD = """
@prefix ex: <https://w3id.org/stratgraph/query/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
VALUES_OF = (
    HEAD
    + '''
ex:values-of a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ;
    rdfs:label "Values of"@en ; rdfs:comment "The values of a thing."@en ;
    schema:keywords "z", "a" ;
    sh:prefixes ex:prefixes ;
    sh:select """PREFIX e: <http://example.org/>
# VALUES ?thing { } in a comment is none
SELECT ?thing ?least ?word ?text ?o {
  VALUES ?thing { e:a }
  VALUES ?least { 1 }
  VALUES ?word { 'w' }
  VALUES ?text { 'VALUES ?thing { 1 }'@en }
  ?thing ?p ?o FILTER(?o >= ?least)
}""" ;
    sh:parameter
      [ sh:path ex:text ; sh:name "text" ; sh:description "A text." ; sh:datatype rdf:langString ; sh:order 4 ;
        sh:defaultValue "VALUES ?thing { 1 }"@en ] ,
      [ sh:path ex:least ; sh:name "least" ; sh:description "The least." ; sh:datatype xsd:integer ; sh:order 2 ;
        sh:defaultValue 1 ] ,
      [ sh:path ex:word ; sh:name "word" ; sh:description "A word." ; sh:datatype xsd:string ; sh:order 3 ;
        sh:defaultValue "w" ] ,
      [ sh:path ex:thing ; sh:name "thing" ; sh:description "The thing."@en ; sh:nodeKind sh:IRI ; sh:order 1 ;
        sh:defaultValue <http://example.org/a> ] .
'''
)


def read(folder: Path, name: str, text: str) -> ExampleQuery:
    (folder / f"{name}.ttl").write_text(text, "utf-8")
    (found,) = read_examples([folder / f"{name}.ttl"])
    return found


@pytest.fixture
def values_of(tmp_path: Path) -> ExampleQuery:
    return read(tmp_path, "values-of", VALUES_OF)


def test_an_example_is_read_from_its_file(values_of: ExampleQuery) -> None:
    assert (values_of.name, values_of.title, values_of.kind) == ("values-of", "Values of", QueryKind.SELECT)
    assert values_of.description == "The values of a thing."
    assert values_of.keywords == ("z", "a")
    assert values_of.text.startswith("PREFIX e: <http://example.org/>\n")
    assert [(p.name, p.kind, p.default, p.description) for p in values_of.parameters] == [
        ("thing", ParameterKind.IRI, NamedNode(f"{EX}a"), "The thing."),
        ("least", ParameterKind.INTEGER, Literal(1), "The least."),
        ("word", ParameterKind.STRING, Literal("w"), "A word."),
        ("text", ParameterKind.LANGUAGE_STRING, Literal("VALUES ?thing { 1 }", language="en"), "A text."),
    ]


def asked(text: str) -> list[tuple[object, ...]]:
    p = NamedNode(f"{EX}p")
    things = [NamedNode(f"{EX}a"), NamedNode(f"{EX}b"), NamedNode("https://w3id.org/stratgraph/ontology#Goal")]
    store = memory_store([Quad(t, p, Literal(n)) for t in things for n in (1, 2)])
    return sorted(solutions(store, text).rows, key=str)


def test_it_runs_as_it_stands_and_with_values_filled_in(values_of: ExampleQuery) -> None:
    word, text = Literal("w"), Literal("VALUES ?thing { 1 }", language="en")
    a, b = NamedNode(f"{EX}a"), NamedNode(f"{EX}b")
    assert asked(values_of.text) == [(a, Literal(1), word, text, Literal(n)) for n in (1, 2)]
    assert fill(values_of, {}) == values_of.text
    filled = fill(values_of, {"thing": f"{EX}b", "least": "2"})
    assert asked(filled) == [(b, Literal(2), word, text, Literal(2))]
    assert asked(fill(values_of, {"thing": f"<{EX}b>", "least": "+2"})) == asked(filled)
    goal = NamedNode("https://w3id.org/stratgraph/ontology#Goal")
    assert [row[0] for row in asked(fill(values_of, {"thing": "sg:Goal"}))] == [goal, goal]


@pytest.mark.parametrize(
    "value", ["it's", '"} SELECT * { ?s ?p ?o } #', "a\\nb", "a\nb\r\t\\", "", "}} VALUES ?thing {"]
)
def test_a_text_that_is_filled_in_stays_a_text(values_of: ExampleQuery, value: str) -> None:
    filled = asked(fill(values_of, {"word": value, "text": value, "least": "2"}))
    assert [(row[2], row[3]) for row in filled] == [(Literal(value), Literal(value, language="en"))]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thing", "a"),
        ("thing", "http://a b"),
        ("thing", "http://a> } #"),
        ("thing", "_:b"),
        ("thing", ""),
        ("least", "2 3"),
        ("least", "1.5"),
        ("least", "") ,
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(values_of: ExampleQuery, name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"The parameter {name} cannot be"):
        fill(values_of, {name: value})


def test_a_parameter_that_is_not_there_is_refused(values_of: ExampleQuery) -> None:
    with pytest.raises(UsageError, match="no parameter 'other'") as raised:
        fill(values_of, {"other": "1"})
    assert raised.value.mend == "It has thing, least, word, text."


def test_a_construct_and_an_ask_are_examples_too(tmp_path: Path) -> None:
    for kind, text in (("construct", "CONSTRUCT WHERE { ?s ?p ?o }"), ("ask", "ASK {}")):
        found = read(
            tmp_path,
            "q",
            f'{HEAD} ex:q a sh:SPARQLExecutable ; rdfs:label "Q" ; rdfs:comment "Q." ; sh:{kind} "{text}" .',
        )
        assert (found.kind, found.text, found.parameters, found.keywords) == (kind, text, (), ())


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("ex:values-of a", "ex:other a", "values-of> is not a sh:SPARQLExecutable"),
        ("sh:SPARQLExecutable,", "", "not a sh:SPARQLExecutable"),
        ('rdfs:label "Values of"@en ;', "", "0 values of <http://www.w3.org/2000/01/rdf-schema#label>"),
        ("sh:prefixes ex:prefixes", 'sh:ask "ASK {}"', "one of sh:select, sh:construct and sh:ask"),
        ("VALUES ?least { 1 }", "", "0 clauses VALUES [?]least"),
        ("VALUES ?least { 1 }", "VALUES ?least { 1 } VALUES $least { 1 }", "2 clauses VALUES [?]least"),
        ("VALUES ?least { 1 }", "VALUES ?least { }", "VALUES [?]least has no value"),
        ("sh:path ex:least", "sh:path ex:most", "sh:path of the parameter least"),
        ("sh:datatype xsd:integer", "sh:datatype xsd:date", "least has neither"),
        ("sh:defaultValue 1", "sh:defaultValue []", "least is a blank node"),
        ("sh:order 2 ;", "", "0 values of <http://www.w3.org/ns/shacl#order>"),
        ("sh:prefixes ex:prefixes", "sh:prefixes", "not Turtle"),
    ],
)
def test_a_file_of_another_form_is_told_with_its_name(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert VALUES_OF.count(old) == 1
    with pytest.raises(SourceError, match=what) as raised:
        read(tmp_path, "values-of", VALUES_OF.replace(old, new))
    assert raised.value.where is not None
    assert raised.value.where.file == "values-of.ttl"


def test_a_files_name_is_kebab_case(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="kebab-case"):
        read(tmp_path, "Values_Of", VALUES_OF)


def test_the_projects_examples_are_found_by_their_names() -> None:
    assert len(examples()) >= 25
    names = [e.name for e in examples()]
    assert names == sorted(set(names), key=lambda name: f"{name}.ttl")
    assert example(names[3]) is examples()[3]
    with pytest.raises(NotFound, match="no example query 'no such query'"):
        example("no such query")
    with pytest.raises(NotFound) as raised:
        example(names[0] + "x")
    assert raised.value.mend == f"Did you mean {names[0]}?"


ITU = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"


@pytest.mark.parametrize(
    ("given", "iri"),
    [
        ("itu-d/objective/5", f"{ITU}/itu-d/objective/5"),
        ("agency/plan/1/north/objective/1", "https://w3id.org/stratgraph/id/agency/plan/1/north/objective/1"),
        ("sdg:9.c", "http://metadata.un.org/sdg/9.c"),
        (f"<{ITU}/gs/goal>", f"{ITU}/gs/goal"),
    ],
)
def test_a_thing_is_given_by_its_place_or_with_a_usual_prefix(given: str, iri: str) -> None:
    wanted = example("kpis-of-objective")
    assert f"VALUES ?objective {{ <{iri}> }}" in fill(wanted, {"objective": given})
    assert short_value(wanted.parameters[0], iri) == {f"<{ITU}/gs/goal>": "gs/goal"}.get(given, given)
