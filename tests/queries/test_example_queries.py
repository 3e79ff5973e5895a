"""Each example query, run on the annex's current view, gives the answer that the annex's text gives.

The files in ``expected/`` were written by hand from ``data/sources/resolution-71-annex.txt``, never from an answer.
Cells are separated by tabs; an IRI stands with its prefix, ``\\n`` for a line break within a text. A file that begins
``# of N rows`` names some rows of a long answer, in their order, and how many there are in all, perhaps without all
columns. ``NAME@CASE.tsv`` is the answer with other parameters (``VARIATIONS``). What a text does not say of itself
(IRIs, labels, which part an element is stated in, names of decisions) is as docs/reference/model.md and the
description beside the source have it. Answers about links are from the tables in ``data/links/`` and the files in
``data/vocabularies/``, likewise without a query.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse,
)

from stratgraph.assets import example_files
from stratgraph.query import QueryKind, examples, fill
from stratgraph.terms import BASE, COMMON_PREFIXES, IDENTIFIERS, PREFIXES, QUERIES, RDFS, SCHEMA_NS, SH_NS

if TYPE_CHECKING:
    from pyoxigraph import Store

TOP = Path(__file__).parents[2]
EXPECTED = Path(__file__).with_name("expected")
PLAN = f"{IDENTIFIERS}itu/plan/2012-2015"
NAMESPACES = {
    **PREFIXES,
    "id": IDENTIFIERS,
    "itu": f"{IDENTIFIERS}itu/",
    "plan": f"{PLAN}/",
    "eurovoc": "http://eurovoc.europa.eu/",
    "http": "http:",
    "https": "https:",
    "sdg": "http://metadata.un.org/sdg/",
    "unbis": "http://metadata.un.org/thesaurus/",
    "wsis": f"{BASE}vocabulary/wsis/",
}

EXAMPLES = {example.name: example for example in examples()}
VARIATIONS = {
    "evidence-of-link@two-tables": {
        "subject": f"{PLAN}/gs/objective/5/output/2",
        "property": "sg:supportsObjective",
    },
    "evidence-of-link@lost-bullet": {
        "subject": f"{PLAN}/itu-r/objective/3/kpi/1",
        "property": "sg:indicatorOf",
    },
    "kpis-of-objective@itu-r-4": {"objective": f"{PLAN}/itu-r/objective/4"},
    "kpis-of-objective@gs-6": {"objective": f"{PLAN}/gs/objective/6"},
    "objectives-of-goal@gs": {"goal": f"{PLAN}/gs/goal"},
    "terse-indicators@at-most-4": {"longest": "4"},
    "text-of-section@6.1.3": {"section": f"{PLAN}/text/section/6.1.3"},
    "where-mentioned@baseline": {"phrase": "Baseline"},
    "paragraphs-that-mention@cybersecurity": {"phrase": "cybersecurity"},
    "sdg-targets-of-objective@itu-r-5": {"objective": f"{PLAN}/itu-r/objective/5"},
    "objectives-sharing-subject@wsis": {"scheme": f"{BASE}vocabulary/wsis/action-lines"},
    "elements-without-links@objectives": {"class": "sg:Objective"},
    "linked-labels@zh": {"element": f"{PLAN}/itu-r/goal", "language": "zh"},
}
CASES = {**{name: {} for name in EXAMPLES}, **VARIATIONS}


def compact(term: object) -> str:
    if term is None:
        return ""
    if not isinstance(term, NamedNode):
        assert isinstance(term, Literal)
        return term.value.replace("\n", "\\n")
    longest = max((ns for ns in NAMESPACES.values() if term.value.startswith(ns)), key=len)
    prefix = next(prefix for prefix, namespace in NAMESPACES.items() if namespace == longest)
    return f"{prefix}:{term.value.removeprefix(longest)}"


def expected_rows(path: Path) -> tuple[int | None, list[str], list[dict[str, str]]]:
    lines = path.read_text("utf-8").removesuffix("\n").split("\n")
    of = re.fullmatch(r"# of (\d+) rows", lines[0])
    header, *rows = (line.split("\t") for line in lines[1 if of else 0 :])
    padded = [dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=True)) for row in rows]
    return int(of[1]) if of else None, header, padded


def ask(store: Store, case: str) -> QueryBoolean | QuerySolutions | QueryTriples:
    return store.query(fill(EXAMPLES[case.partition("@")[0]], CASES[case]))


@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_the_one_that_the_annex_gives(current_view: Store, case: str) -> None:
    answer = ask(current_view, case)
    if isinstance(answer, QueryTriples):
        expected = {quad.triple for quad in parse(path=EXPECTED / f"{case}.ttl", format=RdfFormat.TURTLE)}
        assert set(answer) == expected
        return
    total, header, expected_ones = expected_rows(EXPECTED / f"{case}.tsv")
    if isinstance(answer, QueryBoolean):
        assert [{"answer": str(bool(answer)).lower()}] == expected_ones
        return
    columns = [variable.value for variable in answer.variables]
    rows = [{column: compact(solution[column]) for column in columns} for solution in answer]
    if total is None:
        assert columns == header
        assert rows == expected_ones
        return
    assert len(rows) == total
    shown = iter([{column: row[column] for column in header} for row in rows])
    for row in expected_ones:
        assert row in shown, f"missing, or not in this order: {row}"


def test_there_is_an_example_for_each_expectation() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == set(CASES)


def test_there_are_many_examples() -> None:
    assert len(EXAMPLES) >= 28


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if example.kind is QueryKind.SELECT])
def test_the_order_of_an_answer_is_total(current_view: Store, name: str) -> None:
    # What the text orders by must tell every two rows apart, or another engine may give another order.
    text = EXAMPLES[name].text
    head, _, order = text.rpartition("ORDER BY")
    assert "}" not in order
    keys = re.findall(r"\?\w+|[\w:]+\((?:[^()]|\([^()]*\))*\)", order)
    rows = [tuple(map(str, solution)) for solution in current_view.query(text)]
    backwards = [key if key.startswith("DESC") else f"DESC({key})" for key in keys]
    backwards = [key.removeprefix("DESC") if key in keys else key for key in backwards]
    reversed_rows = [tuple(map(str, s)) for s in current_view.query(f"{head}ORDER BY {' '.join(backwards)}")]
    assert rows == reversed_rows[::-1]


# --- the form of the files ------------------------------------------------------------------------------------------


def triples_of(name: str) -> list[Triple]:
    (file,) = (file for file in example_files() if file.name == f"{name}.ttl")
    return [quad.triple for quad in parse(file.read_bytes(), format=RdfFormat.TURTLE)]


def test_each_file_is_an_example_of_its_name() -> None:
    assert [file.name.removesuffix(".ttl") for file in example_files()] == list(EXAMPLES)
    for name in EXAMPLES:
        named = {t.subject.value for t in triples_of(name) if isinstance(t.subject, NamedNode)}
        assert named == {f"{QUERIES}{name}"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_what_it_is_for_and_where_it_runs(name: str) -> None:
    subject = NamedNode(f"{QUERIES}{name}")
    of = [(t.predicate.value, t.object) for t in triples_of(name) if t.subject == subject]
    for predicate in (RDFS.LABEL, RDFS.COMMENT):
        (text,) = (value for p, value in of if p == predicate)
        assert isinstance(text, Literal)
        assert text.language == "en"
    assert (f"{SCHEMA_NS}target", NamedNode(f"{BASE}sparql")) in of
    assert (f"{SH_NS}prefixes", NamedNode(f"{QUERIES}prefixes")) in of
    assert len([p for p, _ in of if p == f"{SCHEMA_NS}keywords"]) >= 2


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_text_declares_the_prefixes_that_it_uses_and_no_others(name: str) -> None:
    text = EXAMPLES[name].text
    declared = dict(re.findall(r"^PREFIX (\w+): <(.+)>$", text, re.MULTILINE))
    body = re.sub(r'"[^"\n]*"|<[^<>\s]*>', "", text[text.rindex("PREFIX") :].partition("\n")[2])
    assert set(declared) == set(re.findall(r"(?<![\w?])([a-z]+):(?=\w)", body))
    assert declared.items() <= COMMON_PREFIXES.items()


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if example.parameters])
def test_a_parameter_stands_once_in_the_text_with_its_default(current_view: Store, name: str) -> None:
    triples = triples_of(name)
    nodes = [t.object for t in triples if t.predicate.value == f"{SH_NS}parameter"]
    assert len(nodes) == len(EXAMPLES[name].parameters)
    for node in nodes:
        of = {t.predicate.value.removeprefix(SH_NS): t.object for t in triples if t.subject == node}
        kind = {"nodeKind", "class"} if "nodeKind" in of else {"datatype"}
        assert of.keys() == {"path", "name", "description", "order", "defaultValue"} | kind
        parameter = of["name"].value
        assert of["path"] == NamedNode(f"{QUERIES}{parameter}")
        (clause,) = re.findall(rf"VALUES \?{parameter} \{{ .+ \}}", EXAMPLES[name].text)
        ((default,),) = current_view.query(f"SELECT ?{parameter} {{ {clause} }}")
        assert default == of["defaultValue"]


def test_an_example_without_values_is_its_own_text() -> None:
    assert [name for name, example in EXAMPLES.items() if fill(example, {}) != example.text] == []


def test_no_text_uses_what_is_slow_here() -> None:
    # NOT EXISTS with more than one triple is quadratic in Oxigraph; OPTIONAL with !BOUND is not.
    slow = re.compile(r"EXISTS(?! \{ \S+ \S+ \S+ \})|SELECT \*")
    assert [name for name, example in EXAMPLES.items() if slow.search(example.text)] == []


def test_the_reference_page_is_the_one_of_these_files() -> None:
    script = runpy.run_path(str(TOP / "docs/reference/generate_queries.py"))
    assert script["render"]() == (TOP / "docs/reference/queries.md").read_text("utf-8"), (
        "run docs/reference/generate_queries.py"
    )


def test_all_forms_of_queries_are_shown() -> None:
    assert {example.kind for example in EXAMPLES.values()} == set(QueryKind)
