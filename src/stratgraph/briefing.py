"""What somebody who never saw the graph has to know to ask it, on one page of Markdown: people, and language models.

Written from the ontology, the shapes and the documented queries. ``/llms.txt`` leads to it (https://llmstxt.org).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.choices import defaults_for
from stratgraph.graph import ontology
from stratgraph.identifiers import links_graph, vocabulary_graph
from stratgraph.query import examples
from stratgraph.terms import COMMON_PREFIXES, DCTERMS, ONTOLOGY, OWL, RDFS, SELF_DESCRIPTION, SG_NS, SKOS, prefixed
from stratgraph.validation.rules import load_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.choices import Filled
    from stratgraph.query import ExampleQuery, Parameter
    from stratgraph.store import Reading

_GRAPHS: Final = (
    (
        "the default graph",
        "the current view: the version in force of each plan, what follows from it, vocabularies, links",
    ),
    ("`PLAN/version/N`", "what version N states, as it was published"),
    ("`PLAN/version/N/provenance`", "on what each statement rests, and who published the version"),
    (f"`{vocabulary_graph('NAME')}`", "a vocabulary of others"),
    (f"`{links_graph('NAME')}`", "a set of links; `…/record` has who says so, how sure and why"),
    (f"`{SELF_DESCRIPTION}`", "the queries, prefixes and figures below, to be asked"),
)
_LINKS: Final = (
    ("Ask", (
        ("SPARQL 1.1", "/sparql", "by `query=`, GET or POST; rows as JSON, XML, CSV, TSV, graphs as Turtle, JSON-LD"),
        ("Explanation", "/explain", "by `query=`: what is wrong with it, or why its answer is empty"),
        ("Search", "/search", "by `q=`: words in all texts, labels and codes, with their IRIs"),
        ("Reconciliation", "/reconcile", "names to IRIs, by the API of OpenRefine"),
        ("Things", "/doc?iri=IRI", "what is said of a thing, as a page, Turtle, JSON-LD"),
    )),
    ("Read", (
        ("Briefing", "/llms-full.txt", "the model, the prefixes, where figures mislead, and all documented queries"),
        ("Service description", "/sparql?format=turtle", "the same as RDF: queries, prefixes, figures"),
        ("Ontology", "/ontology.ttl", "every class and property with its definition"),
        ("Shapes", "/shapes.ttl", "the rules that plans are checked by"),
        ("Terms in use", "/completions", "classes with their properties and counts, as JSON"),
    )),
    ("Optional", (
        ("Catalogue", "/catalogue.ttl", "what is published, with its downloads, as DCAT"),
        ("VoID", "/void.ttl", "the figures of every graph"),
        ("OpenAPI", "/openapi.json", "every address with its parameters"),
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trap:
    """Where a reader of figures stumbles: a title, and what to do, with terms between backquotes."""

    title: str
    text: str


def traps() -> tuple[Trap, ...]:
    """What the ontology remarks on its terms and on the graph as a whole."""
    words = ontology()
    remarks = (text for subject in (*_terms(), ONTOLOGY) for text in words.texts(subject, RDFS.COMMENT))
    return tuple(Trap(title, text) for title, _, text in (remark.partition(". ") for remark in remarks))


def index(root: str) -> str:
    """The list of what is here for language models, in the form of llms.txt.

    Args:
        root: the address under which the graph is served, without a slash at its end.
    """
    sections = [(title, [f"- [{name}]({root}{path}): {what}" for name, path, what in links]) for title, links in _LINKS]
    queries = [f"- [{one.title}]({root}/queries/{one.name}): {one.description}" for one in examples()]
    sections.insert(2, ("Documented queries", queries))
    return "\n".join(
        [
            "# stratgraph",
            "",
            f"> {ontology().text(ONTOLOGY, DCTERMS.DESCRIPTION)}",
            "",
            *_how_to_ask(root),
            *(line for title, lines in sections for line in ("", f"## {title}", "", *lines)),
            "",
        ]
    )


def briefing(root: str, reading: Reading) -> str:
    """All that one has to know to ask the graph: how, the graphs, the words, the traps, the rules, the queries.

    Args:
        root: the address under which it is served, without a slash at its end.
        reading: one look at the store, whose plans the queries ask.
    """
    asked = defaults_for(reading, examples())
    return "\n".join(
        [
            f"# How to ask the graph at {root}",
            "",
            ontology().text(ONTOLOGY, DCTERMS.DESCRIPTION),
            "",
            *_how_to_ask(root),
            *("", "## Graphs", ""),
            *(f"- {name}: {what}" for name, what in _GRAPHS),
            *("", "## Prefixes", ""),
            *(f"- `{name}:` <{namespace}>" for name, namespace in COMMON_PREFIXES.items()),
            *("", "## Classes", ""),
            *map(_term, _terms(OWL.CLASS)),
            *("", "## Properties", ""),
            *map(_term, _terms(OWL.OBJECT_PROPERTY, OWL.DATATYPE_PROPERTY)),
            *("", "## Where figures mislead", ""),
            *(f"- {trap.title}. {trap.text}" for trap in traps()),
            *("", "## What holds of a plan that was published", ""),
            *(f"- {rule.label}." for rule in load_shapes().rules.values() if rule.severity == "Violation"),
            *("", "## Documented queries"),
            *(line for one in examples() for line in _query(one, root, asked[one.name])),
            "",
        ]
    )


def _how_to_ask(root: str) -> Iterator[str]:
    yield f"Ask it in SPARQL 1.1: `curl -sG {root}/sparql -H 'Accept: text/csv' --data-urlencode 'query=…'`."
    yield f"An answer that is empty is explained at `{root}/explain?query=…`. Its own words begin with `sg:`,"
    yield f"which is <{SG_NS}>. A query declares each prefix that it uses."


def _terms(*kinds: str) -> list[str]:
    """Our classes and properties of these kinds, all of them where none is named."""
    words = ontology()
    found = words.of_type(*kinds) if kinds else words.subjects()
    return sorted((iri for iri in found if iri.startswith(SG_NS)), key=str.lower)


def _term(iri: str) -> str:
    words = ontology()
    ends = [" or ".join(map(_short, words.iris(iri, way))) for way in (RDFS.DOMAIN, RDFS.RANGE)]
    leads = f", from {ends[0] or 'anything'} to {ends[1] or 'anything'}" if any(ends) else ""
    above = ", ".join(map(_short, words.iris(iri, RDFS.SUB_CLASS_OF)))
    kind = f", a kind of {above}" if above else ""
    return f"- `{_short(iri)}` ({words.label(iri)}{leads}{kind}): {words.text(iri, SKOS.DEFINITION)}"


def _short(iri: str) -> str:
    return prefixed(iri, COMMON_PREFIXES) or f"<{iri}>"


def _query(one: ExampleQuery, root: str, asked: Filled) -> Iterator[str]:
    yield from ("", f"### {one.title}", "", one.description, "", f"{root}/queries/{one.name}")
    if one.parameters:
        yield from ("", *(_parameter(parameter, asked) for parameter in one.parameters))
    yield from ("", "```sparql", asked.text, "```")


def _parameter(one: Parameter, asked: Filled) -> str:
    instead = (asked.instead or {}).get(one.name)
    usual = f"By default `{f'<{instead}>' if instead else one.default}`."
    if asked.default(one) is None:
        usual = "It has to be said: there are several plans here, and the query below asks a plan that is not."
    return f"- `{one.name}` ({one.kind}): {one.description} {usual}"
