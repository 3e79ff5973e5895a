"""What every store must do: derive a class from StoreContract, with a fixture ``make_store``.

``make_store(quads, max_result_bytes=…)`` gives a store that holds these quads, and a fixture ``republish`` a function
that publishes other quads where the last store that was made looks.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest
from pools import wait_for
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from stratgraph.errors import (
    LimitError,
    NotAcceptable,
    NotFound,
    QueryError,
    QuerySyntaxError,
    StoreError,
    StratgraphError,
    UsageError,
)
from stratgraph.results import CSV, JSON, RESULT_FORMS, TSV
from stratgraph.serialisation import JSON_LD, N_TRIPLES, RDF_FORMS, TURTLE
from stratgraph.store import Caller, Dataset, Forms, Reading, Screen, Stop, Store, solutions

EX = "http://example.org/"
SG = "https://w3id.org/stratgraph/ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"
ALL = "SELECT ?g ?o WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
BOTH = Forms(solutions=JSON, graph=N_TRIPLES)

MakeStore = Callable[..., Store]
Republish = Callable[[Iterable[Quad]], object]


def ex(name: str) -> NamedNode:
    return NamedNode(EX + name)


def quad(subject: str, text: str, graph: str | None = None) -> Quad:
    return Quad(ex(subject), ex("p"), Literal(text), ex(graph) if graph else DefaultGraph())


QUADS = (quad("a", "current"), quad("a", "first", "v1"), quad("b", "also first", "v1"), quad("a", "second", "v2"))
MANY = tuple(quad(f"thing/{number}", f"value {number}") for number in range(5000))


def rows(store: Reading, query: str, dataset: Dataset | None = None) -> set[tuple[str | None, ...]]:
    found = solutions(store, query, dataset or Dataset()).rows
    return {tuple(term and term.value.removeprefix(EX) for term in row) for row in found}


def triples(content: bytes, form: RdfFormat) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for q in parse(content, format=form)}


class StoreContract:
    @pytest.fixture
    def store(self, make_store: MakeStore) -> Store:
        return make_store(QUADS)

    # --- forms ---

    def test_a_select_is_answered_in_each_result_form(self, store: Store) -> None:
        query = f"SELECT ?o ?none WHERE {{ <{EX}a> ?p ?o }}"
        content = {}
        for form in RESULT_FORMS:
            with store.answer(query, Forms(solutions=form, graph=None)) as answer:
                assert answer.form is form
                content[form.name] = b"".join(answer)
        assert json.loads(content["json"]) == {
            "head": {"vars": ["o", "none"]},
            "results": {"bindings": [{"o": {"type": "literal", "value": "current"}}]},
        }
        assert content["csv"] == b"o,none\r\ncurrent,\r\n"
        assert content["tsv"] == b'?o\t?none\n"current"\t\n'
        assert b'<binding name="o"><literal>current</literal></binding>' in content["xml"]
        assert content["markdown"] == b"| o | none |\n| --- | --- |\n| current |  |\n"
        assert (content["xlsx"][:2], content["parquet"][:4]) == (b"PK", b"PAR1")

    def test_a_strangers_query_is_screened_in_a_reading_too(self, store: Store) -> None:
        with store.reading() as reading:
            with pytest.raises(StratgraphError, match="SERVICE"):
                reading.answer("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", BOTH, screen=Screen()).read()
            relative = reading.answer("ASK { FILTER(STR(<a>) = 'http://example.org/a') }", BOTH, screen=Screen(EX))
            assert b"true" in relative.read()

    def test_an_ask_is_answered(self, store: Store) -> None:
        for there, expected in (("a", True), ("c", False)):
            with store.answer(f"ASK {{ <{EX}{there}> ?p ?o }}", BOTH) as answer:
                assert json.loads(answer.read()) == {"head": {}, "boolean": expected}

    def test_a_construct_and_a_describe_are_answered_in_each_rdf_form(self, store: Store) -> None:
        expected = {Triple(ex("a"), ex("p"), Literal("current"))}
        for query in ("CONSTRUCT WHERE { ?s ?p ?o }", f"DESCRIBE <{EX}a>"):
            for form in RDF_FORMS:
                with store.answer(query, Forms(solutions=None, graph=form)) as answer:
                    assert answer.form is form
                    assert triples(answer.read(), form.engine) == expected

    def test_turtle_is_written_with_the_projects_prefixes(self, store: Store) -> None:
        query = f"CONSTRUCT {{ ?s a <{SG}Goal> }} WHERE {{ ?s ?p ?o }}"
        with store.answer(query, Forms(solutions=None, graph=TURTLE)) as answer:
            content = answer.read().decode()
        assert f"@prefix sg: <{SG}> ." in content
        assert "a sg:Goal" in content

    @pytest.mark.parametrize(
        ("query", "forms"),
        [
            ("SELECT * WHERE { ?s ?p ?o }", Forms(solutions=None, graph=TURTLE)),
            ("ASK {}", Forms(solutions=None, graph=TURTLE)),
            ("CONSTRUCT WHERE { ?s ?p ?o }", Forms(solutions=CSV, graph=None)),
            ("DESCRIBE <http://example.org/a>", Forms(solutions=CSV, graph=None)),
        ],
    )
    def test_an_answer_that_has_no_acceptable_form_is_refused(self, store: Store, query: str, forms: Forms) -> None:
        with pytest.raises(NotAcceptable):
            store.answer(query, forms)

    def test_text_of_any_script_and_control_characters_are_kept(self, make_store: MakeStore) -> None:
        texts = ["Zielе «é» 目标 🎯", 'a "b" \\ \t c\n d', ""]
        store = make_store([Quad(ex("a"), ex("p"), Literal(text, language="en")) for text in texts])
        found = solutions(store, "SELECT ?o WHERE { ?s ?p ?o }").rows
        assert {row[0] for row in found} == {Literal(text, language="en") for text in texts}

    # --- solutions ---

    def test_solutions_are_terms_in_the_order_of_the_query(self, make_store: MakeStore) -> None:
        number = Literal("7", datatype=NamedNode(f"{XSD}integer"))
        store = make_store([Quad(ex("a"), ex("p"), number), Quad(ex("b"), ex("p"), BlankNode("x"))])
        found = solutions(store, "SELECT ?o ?none ?s WHERE { ?s ?p ?o } ORDER BY DESC(?s)")
        assert found.variables == ("o", "none", "s")
        first, second = found.rows
        assert isinstance(first[0], BlankNode)
        assert second == (number, None, ex("a"))

    def test_an_ask_has_no_solutions(self, store: Store) -> None:
        with pytest.raises(QueryError):
            solutions(store, "ASK {}")
        with pytest.raises(NotAcceptable):
            solutions(store, "CONSTRUCT WHERE { ?s ?p ?o }")

    # --- datasets (SPARQL 1.1 Protocol, section 2.1.4) ---

    OWN: ClassVar = {(None, "current"), ("v1", "first"), ("v1", "also first"), ("v2", "second")}

    @pytest.mark.parametrize(
        ("default", "named", "expected"),
        [
            ((), (), OWN),
            (("v1",), (), {(None, "first"), (None, "also first")}),
            (("v1", "v2"), (), {(None, "first"), (None, "also first"), (None, "second")}),
            ((), ("v2",), {("v2", "second")}),
            (("v1",), ("v2",), {(None, "first"), (None, "also first"), ("v2", "second")}),
            (("absent",), ("absent",), set()),
        ],
    )
    def test_graphs_that_are_not_named_are_absent(
        self, store: Store, default: tuple[str, ...], named: tuple[str, ...], expected: set[tuple[str | None, str]]
    ) -> None:
        dataset = Dataset(tuple(EX + name for name in default), tuple(EX + name for name in named))
        assert rows(store, ALL, dataset) == expected

    def test_from_clauses_make_the_dataset_unless_the_request_does(self, store: Store) -> None:
        query = ALL.replace("WHERE", f"FROM <{EX}v2> WHERE")
        assert rows(store, query) == {(None, "second")}
        assert rows(store, query, Dataset(default_graphs=(f"{EX}v1",))) == {(None, "first"), (None, "also first")}
        assert rows(store, query, Dataset(named_graphs=(f"{EX}v1",))) == {("v1", "first"), ("v1", "also first")}

    def test_a_graphs_name_that_is_no_iri_is_refused(self, store: Store) -> None:
        with pytest.raises(UsageError, match="'not an iri'"):
            store.answer(ALL, BOTH, Dataset(default_graphs=("not an iri",)))

    # --- graphs ---

    def test_graph_names_are_sorted(self, store: Store) -> None:
        assert store.graph_names() == (f"{EX}v1", f"{EX}v2")

    def test_a_graph_is_read_in_each_rdf_form(self, store: Store) -> None:
        expected = {Triple(ex("a"), ex("p"), Literal("first")), Triple(ex("b"), ex("p"), Literal("also first"))}
        for form in RDF_FORMS:
            with store.read_graph(f"{EX}v1", form) as answer:
                assert answer.form is form
                assert triples(answer.read(), form.engine) == expected

    def test_the_default_graph_is_read_by_no_name(self, store: Store) -> None:
        with store.read_graph(None, N_TRIPLES) as answer:
            assert answer.read() == f'<{EX}a> <{EX}p> "current" .\n'.encode()

    def test_an_absent_graph_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFound, match=f"{EX}v3"):
            store.read_graph(f"{EX}v3", TURTLE)
        with pytest.raises(UsageError):
            store.read_graph("not an iri", TURTLE)

    def test_an_empty_store_is_asked_like_another(self, make_store: MakeStore) -> None:
        store = make_store([])
        assert rows(store, ALL) == set()
        assert store.graph_names() == ()
        with store.read_graph(None, N_TRIPLES) as answer:
            assert answer.read() == b""

    # --- limits ---

    def test_an_answer_beyond_the_limit_is_refused_and_never_cut(self, make_store: MakeStore) -> None:
        query = "SELECT ?o WHERE { ?s ?p ?o }"
        lines = [b'"value %d"' % number for number in range(5000)]
        whole = len(b"\n".join([b"?o", *lines])) + 1
        store = make_store(MANY, max_result_bytes=whole)
        with store.answer(query, Forms(solutions=TSV, graph=None)) as answer:
            assert sorted(answer.read().splitlines()[1:]) == sorted(lines)
        with pytest.raises(LimitError) as raised:
            make_store(MANY, max_result_bytes=whole - 1).answer(query, Forms(solutions=TSV, graph=None)).read()
        assert (raised.value.setting, raised.value.value) == ("max_result_bytes", whole - 1)

    def test_the_limit_holds_for_graphs_too(self, make_store: MakeStore) -> None:
        store = make_store(MANY, max_result_bytes=1000)
        with pytest.raises(LimitError):
            store.answer("CONSTRUCT WHERE { ?s ?p ?o }", Forms(solutions=None, graph=JSON_LD)).read()
        with pytest.raises(LimitError):
            store.read_graph(None, TURTLE).read()
        assert rows(store, f"SELECT ?o WHERE {{ <{EX}thing/1> ?p ?o }}") == {("value 1",)}

    def test_a_large_answer_comes_in_pieces(self, make_store: MakeStore) -> None:
        with make_store(MANY).answer("SELECT * WHERE { ?s ?p ?o }", BOTH) as answer:
            chunks = list(answer)
        assert len(chunks) > 2
        assert len(json.loads(b"".join(chunks))["results"]["bindings"]) == 5000

    def test_an_answer_that_was_closed_cannot_be_taken_for_a_short_one(self, make_store: MakeStore) -> None:
        answer = make_store(MANY).answer("SELECT * WHERE { ?s ?p ?o }", BOTH)
        chunks = iter(answer)
        next(chunks)
        answer.close()
        answer.close()
        with pytest.raises(ValueError, match="closed"):
            next(chunks)

    def test_a_caller_may_say_who_it_is_and_how_long_it_waits(self, store: Store) -> None:
        caller = Caller(client="127.0.0.1", deadline_s=60, stop=Stop())
        assert store.answer("ASK { ?s ?p ?o }", BOTH, caller=caller).read()
        assert store.read_graph(None, N_TRIPLES, caller).read()

    # --- errors ---

    def test_a_syntax_error_has_line_column_and_what_was_expected(self, store: Store) -> None:
        with pytest.raises(QuerySyntaxError) as raised:
            store.answer("SELECT ?s\nWHERE {\n  ?s ?p ! }", BOTH)
        assert raised.value.where is not None
        assert (raised.value.where.line, raised.value.where.column) == (3, 9)
        assert "a variable" in raised.value.expected

    def test_an_update_is_no_query(self, store: Store) -> None:
        with pytest.raises(QueryError):
            store.answer(f"INSERT DATA {{ <{EX}a> <{EX}p> 1 }}", BOTH)
        assert rows(store, ALL) == self.OWN

    def test_an_unknown_function_and_a_broken_character_are_the_askers_errors(self, store: Store) -> None:
        for query in (f"SELECT * WHERE {{ ?s ?p ?o FILTER(<{EX}f>(?o)) }}", "ASK { ?s ?p '\ud800' }"):
            with pytest.raises(QueryError):
                store.answer(query, BOTH)

    # --- readings ---

    def test_a_reading_answers_as_the_store_does(self, store: Store) -> None:
        with store.reading(Caller(client="127.0.0.1", deadline_s=60, stop=Stop())) as reading:
            assert reading.state == store.state
            assert rows(reading, ALL) == self.OWN
            assert reading.answer("ASK {}", BOTH).read() == store.answer("ASK {}", BOTH).read()
            assert reading.read_graph(None, N_TRIPLES).read() == f'<{EX}a> <{EX}p> "current" .\n'.encode()
            assert rows(reading, ALL, Dataset(default_graphs=(f"{EX}v2",))) == {(None, "second")}
            assert reading.graph_names() == (f"{EX}v1", f"{EX}v2")

    def test_a_reading_goes_on_after_an_error(self, store: Store) -> None:
        with store.reading() as reading:
            with pytest.raises(QueryError, match="is not allowed"):
                reading.answer("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", BOTH, screen=Screen())
            with pytest.raises(QuerySyntaxError):
                reading.answer("SELECT", BOTH)
            with pytest.raises(NotFound):
                reading.read_graph(f"{EX}v3", N_TRIPLES)
            assert rows(reading, ALL) == self.OWN

    def test_a_publication_in_between_is_not_seen(self, make_store: MakeStore, republish: Republish) -> None:
        store = make_store(QUADS)
        with store.reading() as reading:
            state = reading.state
            assert rows(reading, ALL) == self.OWN
            republish([quad("a", "newer"), *QUADS[1:]])
            wait_for(lambda: store.state != state)
            assert rows(store, ALL) == self.OWN - {(None, "current")} | {(None, "newer")}
            assert (reading.state, rows(reading, ALL)) == (state, self.OWN)
            assert reading.read_graph(None, N_TRIPLES).read() == f'<{EX}a> <{EX}p> "current" .\n'.encode()
            assert reading.graph_names() == (f"{EX}v1", f"{EX}v2")

    def test_a_reading_that_has_not_asked_yet_sees_no_publication_either(
        self, make_store: MakeStore, republish: Republish
    ) -> None:
        store = make_store(QUADS)
        with store.reading() as reading:
            state = reading.state
            republish([quad("a", "newer"), *QUADS[1:]])
            wait_for(lambda: store.state != state)
            assert (reading.state, rows(reading, ALL)) == (state, self.OWN)

    def test_a_long_answer_that_is_closed_early_does_not_end_the_reading(self, make_store: MakeStore) -> None:
        with make_store(MANY).reading() as reading:
            with reading.answer("SELECT * WHERE { ?s ?p ?o . ?s ?q ?v }", BOTH) as answer:
                next(iter(answer))
            assert rows(reading, f"SELECT ?o WHERE {{ <{EX}thing/1> ?p ?o }}") == {("value 1",)}

    # --- life ---

    def test_the_state_is_another_one_when_the_content_is(self, make_store: MakeStore) -> None:
        one, other = make_store(QUADS), make_store(QUADS[:-1])
        assert one.state == one.state != other.state
        assert one.state.isprintable()
        assert not set(one.state) & set('" ')  # it stands in an ETag

    def test_it_answers_several_threads_at_once(self, make_store: MakeStore) -> None:
        store = make_store(MANY)

        def ask(number: int) -> bool:
            return rows(store, f"SELECT ?o WHERE {{ <{EX}thing/{number}> ?p ?o }}") == {(f"value {number}",)}

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(ask, range(200)))

    def test_errors_and_answers_may_travel_to_another_thread(self, make_store: MakeStore) -> None:
        store = make_store(MANY, max_result_bytes=100_000)
        select, construct = "SELECT * WHERE { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"
        nothing, neither = Forms(solutions=None, graph=None), (LimitError, NotAcceptable)
        with ThreadPoolExecutor(1) as pool:  # what the engine minds is reported when the errors are dropped, here
            for query in (select, construct):
                for forms in (BOTH, nothing):
                    assert isinstance(pool.submit(store.answer, query, forms).exception(), neither)
            answer = pool.submit(store.answer, f"{construct} LIMIT 9", BOTH).result()
            assert len(answer.read().splitlines()) == 9
            assert len(pool.submit(solutions, store, f"{select} LIMIT 9").result().rows) == 9
        gc.collect()

    def test_a_closed_store_is_asked_no_more_and_its_answers_go_on(self, make_store: MakeStore) -> None:
        store = make_store(MANY)
        with store.answer("SELECT * WHERE { ?s ?p ?o }", BOTH) as answer:
            chunks = iter(answer)
            head = next(chunks)
            store.close()
            assert len(json.loads(head + b"".join(chunks))["results"]["bindings"]) == 5000
        with pytest.raises(StoreError):
            store.answer("ASK {}", BOTH)
        with pytest.raises(StoreError):
            store.graph_names()
        store.close()
