"""What reads the texts of strangers takes time in proportion to them, whatever they hold.

A text and one four times as long are read; what is linear takes four times as long, what is quadratic sixteen times.
Ratios are compared and never seconds, and of several tries the best counts, so that a slow machine fails nobody.
"""

from __future__ import annotations

import gc
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pytest

from stratgraph.errors import StratgraphError
from stratgraph.explanation.outline import read_outline
from stratgraph.formats import rdf
from stratgraph.formats.annex.chapters import goals_follow, is_situation, own_mission
from stratgraph.formats.annex.lists import read_cell
from stratgraph.formats.annex.outline import plain
from stratgraph.formats.annex.phrases import phrases_of
from stratgraph.formats.annex.prose import sentences_in, unit_name
from stratgraph.formats.annex.rows import BASELINE
from stratgraph.formats.annex.segments import Reading
from stratgraph.formats.xml_tree import read_tree
from stratgraph.identifiers import natural_key, slug
from stratgraph.jsonld_nodes import JsonLdNodes
from stratgraph.matching.decisions import read_decisions
from stratgraph.rdf_text import check_json, check_turtle, check_xml
from stratgraph.review.changes import changes
from stratgraph.review.things import Things
from stratgraph.review.words import marked
from stratgraph.search.acronyms import acronyms
from stratgraph.serialisation import read_rdf
from stratgraph.store.screening import refuse
from stratgraph.store.syntax import explain
from stratgraph.store.tokens import tokens
from stratgraph.terms import PREFIXES
from stratgraph_api.http.conditional import OPAQUE_TAG
from stratgraph_api.http.negotiation import choose
from stratgraph_api.http.parameters import parse_parameters

if TYPE_CHECKING:
    from collections.abc import Callable

FRENCH: Final = phrases_of("fr")
"""Of the languages of the form the one with the longer patterns."""

TRIES: Final = 3
MOST: Final = 10
"""How many times as long a text may take that is four times as long: 16 is quadratic."""

ENOUGH_S: Final = 0.003
"""Below this the clock and the collector of garbage say more than what is measured."""

PLAN: Final = "https://w3id.org/stratgraph/id/agency/plan/1"
HEAD: Final = f"@prefix sg: <{PREFIXES['sg']}> .\n<{PLAN}> a sg:StrategicPlan .\n"


def tree(text: str) -> object:
    return read_tree(text.encode(), file="a.xml", max_bytes=10**9, max_depth=10**9, max_nodes=10**9)


def turtle(text: str) -> object:
    return read_rdf(text.encode(), file="a.ttl")


def plan(text: str, file: str = "plan.ttl") -> rdf.StatedPlan:
    return rdf.read(text.encode(), file=file, max_bytes=10**9)


def decisions(text: str) -> object:
    return read_decisions(text.encode(), file="a.toml", new=plan(HEAD), old=plan(HEAD))


def cut(text: str) -> object:
    return list(tokens(text))


def screen(text: str) -> object:
    return refuse(text, {})


def found_nodes(text: str) -> object:
    nodes = JsonLdNodes(text)
    return [nodes.find(f"https://example.org/{number}") for number in range(len(text) // 20)]


def found_values(text: str) -> object:
    nodes = JsonLdNodes(text)
    names = [f"https://example.org/{number}" for number in range(len(text) // 20)]
    return [nodes.find_value("https://example.org/a", name, other) for name in names for other in (None, name)] + [
        nodes.find_value("https://example.org/a", "https://example.org/b", name) for name in names
    ]


READERS: Final[dict[str, tuple[Callable[[str], object], Callable[[int], str]]]] = {
    # XML
    "a long name": (tree, lambda n: "<" + "a" * n + "/>"),
    "a long name of an attribute": (tree, lambda n: f"<a {'b' * n}='c'/>"),
    "a long value": (tree, lambda n: f"<a b='{'c ' * n}'/>"),
    "a long text": (tree, lambda n: f"<a>{'b ' * n}</a>"),
    "blanks in a tag": (tree, lambda n: f"<a {' ' * n}b{' ' * n}={' ' * n}'c'/>"),
    "attributes": (tree, lambda n: "<a xmlns:x='y:' " + " ".join(f"b{i}='c'" for i in range(n)) + "/>"),
    "elements": (tree, lambda n: "<a>" + "<b c='d'>e</b>" * n + "</a>"),
    "namespaces": (
        tree,
        lambda n: "<a" + "".join(f" xmlns:n{i}='n:'" for i in range(n)) + ">" + "<b xmlns:m='m:'/>" * n + "</a>",
    ),
    "comments": (tree, lambda n: "<a>" + "<!-- b -->c" * n + "</a>"),
    "a declaration": (tree, lambda n: "<?xml " + "encoding " * n + "?><a/>"),
    # RDF
    "Turtle of one line with tabs": (plan, lambda n: HEAD + "<a:a> <a:b> 1\t.\t" * n),
    "blank nodes of one kind": (plan, lambda n: HEAD + "[] a sg:KPI .\n" * n),
    "blank nodes below each other": (
        plan,
        lambda n: HEAD + "".join(f"_:b{i} a sg:Objective ; sg:partOf _:b{i + 1} .\n" for i in range(n)),
    ),
    "a chain of blank nodes": (plan, lambda n: HEAD + "".join(f"_:b{i} sg:next _:b{i + 1} .\n" for i in range(n))),
    "brackets": (lambda t: check_turtle(t.encode(), "a"), lambda n: "[] () " * n),
    "an open string": (lambda t: check_turtle(t.encode(), "a"), lambda n: "[]" * 2_000 + '"' + "\\a" * n),
    "open long strings": (lambda t: check_turtle(t.encode(), "a"), lambda n: "[]" * 2_000 + '"""a"' * n),
    "open IRIs": (lambda t: check_turtle(t.encode(), "a"), lambda n: "[]" * 2_000 + "< " * n),
    "arrays": (lambda t: check_json(t.encode(), "a"), lambda n: '[{"a":"b"}]' * n),
    "open strings of JSON": (lambda t: check_json(t.encode(), "a"), lambda n: "[]" * 2_000 + '"\\' * n),
    "tags": (lambda t: check_xml(t.encode(), "a"), lambda n: "<a b='c'>d</a>" * n),
    "open tags": (lambda t: check_xml(t.encode(), "a"), lambda n: "<a b='c' " * n),
    "open comments": (lambda t: check_xml(t.encode(), "a"), lambda n: "<!-- " * n),
    "open CDATA": (lambda t: check_xml(t.encode(), "a"), lambda n: "<a>" + "<![CDATA[ ]" * n),
    "entities": (
        lambda t: check_xml(t.encode(), "a"),
        lambda n: "<!DOCTYPE a [" + "".join(f"<!ENTITY e{i} 'b'>" for i in range(n)) + "]><a>" + "&e1;&" * n + "</a>",
    ),
    "prefixed names": (
        lambda t: read_rdf(t.encode(), file="a.ttl"),
        lambda n: "@prefix a: <a:> .\n" + "a:a a:b a:c .\n" * n,
    ),
    "a long prefixed name": (turtle, lambda n: "@prefix a: <a:> . a:" + "b-" * n),
    "keys of a node": (
        found_values,
        lambda n: '{"@id":"https://example.org/a",' + ",".join(f'"x:{i}":{i}' for i in range(n)) + "}",
    ),
    "values of a node": (
        found_values,
        lambda n: f'{{"@id":"https://example.org/a","b":{[f"https://example.org/{i}" for i in range(n)]}}}'.replace(
            "'", '"'
        ),
    ),
    "nodes written short": (found_nodes, lambda n: "".join(f'{{"id":"x:{i}","a":1}},' for i in range(n))),
    "nodes within each other's names": (
        found_nodes,
        lambda n: "".join(f'{{"id":"{"0" * i}","a":1}}' for i in range(int((2 * n) ** 0.5))),
    ),
    "nodes of JSON-LD": (
        lambda t: plan(t, "plan.jsonld"),
        lambda n: (
            f'{{"@context":{{"p":"{PLAN}/"}},"@graph":[{{"@id":"{PLAN}","@type":"{PREFIXES["sg"]}StrategicPlan"}}'
            + "".join(f',{{"@id":"p:{i}","a:b":1}}' for i in range(n))
            + "]}"
        ),
    ),
    # texts
    "a text without an end": (lambda t: list(sentences_in(t, FRENCH)), lambda n: "a " * n),
    "sentences": (lambda t: list(sentences_in(t, FRENCH)), lambda n: "Serve all. " * n),
    "full stops": (lambda t: list(sentences_in(t, FRENCH)), lambda n: ". " * n),
    "missions": (lambda t: own_mission(t, FRENCH), lambda n: "mission of A " * n),
    "missions without goals": (lambda t: goals_follow(t, FRENCH), lambda n: "mission " * n),
    "visions that are none": (FRENCH.own_vision.search, lambda n: "vision a " * n),
    "goals without a list": (FRENCH.goals_at_end.search, lambda n: "buts suivants " * n),
    "what changes": (lambda t: is_situation(t, FRENCH), lambda n: "changing " * n),
    "blanks in a heading": (unit_name, lambda n: "the a" + " " * n + "b"),
    "brackets in a heading": (unit_name, lambda n: "a (" * n),
    "blanks in an objective": (FRENCH.objective.fullmatch, lambda n: "Objective 1: a" + " " * n + "b:c"),
    "qualifiers in a cell": (lambda t: read_cell(Reading(t, "a"), 0, len(t)), lambda n: "a <i>(b)</i> " * n),
    "baselines that do not end": (BASELINE.findall, lambda n: "(baseline: a" + " a" * n),
    "stars": (plain, lambda n: "*a " * n),
    "acronyms": (lambda t: acronyms([t]), lambda n: "Any Body (AB) " * n),
    "names": (slug, lambda n: "-a" * n),
    "digits": (natural_key, lambda n: "1" * n),
    "words": (lambda t: marked(t, f"b {t} b"), lambda n: "a " * n),
    "other words": (lambda t: marked(t, t.swapcase()), lambda n: "".join(f"a{i} " for i in range(n))),
    "lines of decisions": (decisions, lambda n: "\n" * n + "[[match]]\nnew = 'a'\nold = 'b'"),
    "things below each other": (
        lambda t: changes(Things(plan(t)), Things(plan(HEAD))),
        lambda n: HEAD + "".join(f"<a:{i}> a sg:Output ; sg:partOf <a:{i + 1}> .\n" for i in range(n)),
    ),
    # queries
    "names of words": (cut, lambda n: "a-" * n),
    "names with dots": (cut, lambda n: "a." * n),
    "names with middle dots": (cut, lambda n: "a·." * n),
    "blank nodes with dots": (cut, lambda n: "_:a." * n),
    "names with colons": (cut, lambda n: "a:b-." * n),
    "open IRIs of a query": (cut, lambda n: "<a" * n),
    "an open IRI": (cut, lambda n: "<" + "a" * n),
    "open strings of a query": (cut, lambda n: "'a\n" * n),
    "long strings": (cut, lambda n: "'''a" * n),
    "strings of nothing": (cut, lambda n: "''" * n),
    "tags of languages": (cut, lambda n: "@a-" * n),
    "escapes": (cut, lambda n: "a:%2\\u00" * n),
    "steps": (screen, lambda n: "ASK{FILTER(1" + "+1" * n + ")}"),
    "a list": (screen, lambda n: "ASK{FILTER(?o IN (1" + ",1" * n + "))}"),
    "words like the one that stands for SERVICE": (
        screen,
        lambda n: "ASK{?service a '" + "".join(f"q{i:06d}" for i in range(n)) + "'}",
    ),
    "what may be comparisons": (screen, lambda n: "ASK{?s ?p (" + "<a:0> " * (n // 8) + ")}" + " " * n),
    "values that are given twice": (
        lambda t: explain(t, ""),
        lambda n: "SELECT*{" + "".join(f"BIND(1 AS ?a{i})" for i in range(n)) + "BIND(1 AS ?a1)}",
    ),
    "brackets that are not closed": (lambda t: explain(t, ""), lambda n: "ASK{" + "?a ?b ?c ." * n),
    "patterns of a query": (read_outline, lambda n: "ASK{" + "?a ?b ?c ;" * n + "}"),
    "blank nodes of a query": (read_outline, lambda n: "ASK{" + "[] ?b [] ." * n + "}"),
    "groups of a query": (read_outline, lambda n: "ASK{" + "{?a ?b ?c FILTER(?a)}" * n + "}"),
    # HTTP
    "parameters": (lambda t: parse_parameters(t.encode()).all("a"), lambda n: "a=b%20&" * n),
    "entity tags": (OPAQUE_TAG.findall, lambda n: '"a' * n),
    "ranges": (lambda t: choose(t, ("text/turtle", "text/html")), lambda n: "a/b;q=0.1," * n),
    "quoted parameters": (lambda t: choose(t, ("text/turtle",)), lambda n: 'a/b;c="' * n),
    "separators": (lambda t: choose(t, ("text/turtle",)), lambda n: ",;" * n),
}
"""What reads, and a text of a length in proportion to a number; what is refused counts as read."""


def seconds(read: Callable[[str], object], text: str) -> float:
    """The least time of some tries."""
    times = []
    for _ in range(TRIES):
        start = time.process_time()
        with suppress(StratgraphError):
            read(text)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize(("read", "text"), READERS.values(), ids=READERS)
def test_four_times_the_text_takes_about_four_times_as_long(
    read: Callable[[str], object], text: Callable[[int], str]
) -> None:
    with suppress(StratgraphError):
        read(text(1))  # what is made once, such as tables
    gc.disable()
    try:
        number = 64
        while seconds(read, text(number)) < ENOUGH_S and number < 1 << 17:
            number *= 2
        least, most = seconds(read, text(number)), seconds(read, text(4 * number))
    finally:
        gc.enable()
    assert most < MOST * max(least, ENOUGH_S), f"{number}: {least:.4f} s, {4 * number}: {most:.4f} s"
