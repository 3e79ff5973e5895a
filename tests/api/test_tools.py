"""What tools of others look for at an endpoint: the queries that they send, word for word, and what they must find."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import httpx
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, parse, parse_query_results

from stratgraph.assets import read_asset
from stratgraph.settings import Settings
from stratgraph.terms import COMMON_PREFIXES, RDF, SELF_DESCRIPTION
from stratgraph_api.app import create_app

ASKED = Path(__file__).parents[1] / "data" / "tools"
EXAMPLES = Path(__file__).parents[2] / "src" / "stratgraph" / "queries" / "examples"
NAMESPACE = rdflib.Namespace("https://w3id.org/stratgraph/ontology#")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
TOOLS = ["sparql-editor", "sparql-llm"]


def asked(tool, what):
    return (ASKED / f"{tool}-{what}.rq").read_text("utf-8")


def of_endpoint(client, query, **more):
    """As both tools ask an endpoint."""
    response = client.get(
        "/sparql", params={"query": query, "ac": "1", **more}, headers={"Accept": "application/sparql-results+json"}
    )
    found = parse_query_results(response.raise_for_status().content, QueryResultsFormat.JSON)
    names = [one.value for one in found.variables]
    return [{name: term.value for name, term in zip(names, row, strict=True) if term is not None} for row in found]


def of_description(client, query):
    """As sparql-llm asks the service description, where the endpoint has no rows."""
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=response.raise_for_status().text, format="turtle")
    return [{str(name): str(term) for name, term in row.asdict().items()} for row in graph.query(query)]


def said_in_files():
    """Comment and text of each example by its IRI, read from the files."""
    found = {}
    for file in EXAMPLES.glob("*.ttl"):
        graph = rdflib.Graph().parse(file)
        for iri in graph.subjects(rdflib.RDF.type, SH.SPARQLExecutable):
            (text,) = (text for kind in (SH.select, SH.construct, SH.ask) for text in graph.objects(iri, kind))
            found[str(iri)] = (str(graph.value(iri, rdflib.RDFS.comment)), str(text))
    return found


def counted(triples):
    """Triples by class of the subject, property, and class or datatype of the value, with how many there are."""
    classes = defaultdict(set)
    for triple in triples:
        if triple.predicate.value == RDF.TYPE and isinstance(triple.object, NamedNode):
            classes[triple.subject].add(triple.object.value)
    found = defaultdict(lambda: defaultdict(int))
    numbers = defaultdict(int)
    for triple in triples:
        value = triple.object
        kinds = [value.datatype.value] if isinstance(value, Literal) else classes.get(value, ())
        for name in classes[triple.subject]:
            numbers[name, triple.predicate.value] += 1
            for kind in kinds:
                found[name, triple.predicate.value][kind] += 1
    return numbers, found


@pytest.fixture(scope="module")
def annex(serve, annex_store):
    with (
        serve(create_app(Settings(store=str(annex_store)))) as address,
        httpx.Client(base_url=address, timeout=30) as found,
    ):
        yield found


def current_view(client):
    # As the engine has it, to which a xsd:nonNegativeInteger is an xsd:integer.
    data = client.get("/data", params={"default": ""}, headers={"Accept": "application/n-triples"}).content
    return [quad.triple for quad in parse(data, format=RdfFormat.N_TRIPLES)]


IN_GRAPH = {"default-graph-uri": SELF_DESCRIPTION}


@pytest.mark.parametrize("tool", TOOLS)
def test_tools_find_each_documented_query(client, annex, tool):
    query, files = asked(tool, "examples"), said_in_files()
    assert len(files) == len(list(EXAMPLES.iterdir()))
    assert of_endpoint(client, query) == []  # so they read the service description
    for rows in (of_description(client, query), of_endpoint(annex, query, **IN_GRAPH)):
        assert {row["sq"]: (row["comment"], row["query"]) for row in rows} == files
        assert len(rows) == len(files)


@pytest.mark.parametrize("tool", TOOLS)
def test_tools_find_the_prefixes(client, annex, tool):
    query = asked(tool, "prefixes")
    assert of_endpoint(client, query) == []
    for rows in (of_description(client, query), of_endpoint(annex, query, **IN_GRAPH)):
        assert {row["prefix"]: row["namespace"] for row in rows} == COMMON_PREFIXES
        assert len(rows) == len(COMMON_PREFIXES)


def pairs(rows):
    """What the rows of a tool's query for VoID say, as :func:`counted` has it, but for the numbers."""
    found = defaultdict(set)
    for row in rows:
        kinds = {row[name] for name in ("objectClass", "objectDatatype") if name in row}
        found[row["subjectClass"], row["prop"]] |= kinds
    return dict(found)


@pytest.mark.parametrize("tool", TOOLS)
def test_tools_find_classes_with_their_properties_and_what_these_lead_to(client, annex, tool):
    query = asked(tool, "void")
    assert of_endpoint(client, query) == []
    for asked_of, rows in ((client, of_description(client, query)), (annex, of_endpoint(annex, query, **IN_GRAPH))):
        numbers, found = counted(current_view(asked_of))
        assert pairs(rows) == {pair: set(found[pair]) for pair in numbers}
        if tool == "sparql-editor":
            assert {(row["subjectClass"], row["prop"]): int(row["triples"]) for row in rows} == numbers


def test_values_are_counted_by_class_and_datatype(annex):
    _, found = counted(current_view(annex))
    rows = of_endpoint(
        annex,
        """PREFIX void: <http://rdfs.org/ns/void#> PREFIX ext: <http://ldf.fi/void-ext#>
        SELECT ?class ?property ?kind ?triples {
          [] void:class ?class ; void:propertyPartition [ void:property ?property ;
            void:classPartition|ext:datatypePartition [ void:class|ext:datatype ?kind ; void:triples ?triples ] ] }""",
        **IN_GRAPH,
    )
    told = {(row["class"], row["property"], row["kind"]): int(row["triples"]) for row in rows}
    assert told == {(*pair, kind): number for pair, kinds in found.items() for kind, number in kinds.items()}
    # By design section 2 there are 92 indicators, each of one objective.
    sg = "https://w3id.org/stratgraph/ontology#"
    assert told[f"{sg}KPI", f"{sg}indicatorOf", f"{sg}Objective"] == 92


def test_the_description_names_this_endpoint_and_the_terms(annex):
    graph = rdflib.Graph().parse(data=annex.get("/sparql", headers={"Accept": "text/turtle"}).text, format="turtle")
    schema = rdflib.Namespace("https://schema.org/")
    assert set(graph.objects(None, schema.target)) == {rdflib.URIRef(str(annex.base_url.join("/sparql")))}
    objective = rdflib.URIRef("https://w3id.org/stratgraph/ontology#Objective")
    assert str(graph.value(objective, rdflib.RDFS.label)) == "objective"


OBJECTIVE = "https://w3id.org/stratgraph/id/agency/plan/1/north/objective/1"
GRAPH = """PREFIX sg: <https://w3id.org/stratgraph/ontology#>
CONSTRUCT { ?o sg:ofUnit ?unit } WHERE { ?o a sg:Objective ; sg:ofUnit ?unit }"""


def graph_of(response):
    assert response.raise_for_status().headers["content-type"].startswith("text/turtle")
    return set(rdflib.Graph().parse(data=response.text, format="turtle"))


def labelled(graph):
    """What is said of which things by rdfs:label."""
    return {str(subject): str(value) for subject, predicate, value in graph if predicate == rdflib.RDFS.label}


@pytest.mark.parametrize("path", ["/sparql", "/queries/description-of-element", "/doc/agency/plan/1/north/objective/1"])
def test_graphs_say_what_their_iris_are_called_where_that_is_asked_for(client, path):
    parameters = {"/sparql": {"query": GRAPH}, "/queries/description-of-element": {"element": OBJECTIVE}}.get(path, {})
    plain = client.get(path, params=parameters, headers={"Accept": "text/turtle"})
    annotated = client.get(path, params=parameters, headers={"Accept": "text/anot+turtle, text/turtle;q=0.5"})
    without, found = graph_of(plain), graph_of(annotated)
    assert without < found
    added = labelled(found - without)
    # shapes/ and the small plan: the unit has a label, the ontology one of each of its properties, RDF's own none.
    assert added["https://w3id.org/stratgraph/ontology#ofUnit"] == "is of unit"
    assert labelled(found)["https://w3id.org/stratgraph/id/agency/north"] == "North"
    assert {predicate for _, predicate, _ in found - without} <= {
        *(rdflib.RDFS.label, rdflib.SKOS.prefLabel, rdflib.SKOS.definition),
        *(rdflib.DCTERMS.title, rdflib.DCTERMS.description, NAMESPACE.text),
    }
    assert plain.headers["etag"] != annotated.headers["etag"]
    named = client.get(path, params={**parameters, "format": "anot+turtle"})
    assert graph_of(named) == found
    assert client.get(path, params=parameters, headers={"Accept": "text/turtle"}).content == plain.content


def test_a_thing_leads_to_its_document_with_labels(client):
    led = client.get("/id/agency/plan/1/north/objective/1", headers={"Accept": "application/anot+ld+json"})
    assert led.status_code == 303
    document = client.get(led.headers["location"])
    assert document.headers["content-type"] == "application/ld+json"
    assert "is of unit" in document.text
    assert document.headers["content-location"] == led.headers["location"]


def test_rows_are_rows_also_for_who_would_have_labels(client):
    accept = {"Accept": "text/anot+turtle, text/csv;q=0.5"}
    response = client.get("/sparql", params={"query": "SELECT (1 AS ?n) {}"}, headers=accept)
    assert (response.headers["content-type"], response.text) == ("text/csv; charset=utf-8", "n\r\n1\r\n")
    refused = client.get("/sparql", params={"query": "SELECT (1 AS ?n) {}"}, headers={"Accept": "text/anot+turtle"})
    assert refused.status_code == 406


def test_llms_txt_leads_to_each_query_and_to_what_is_there(client):
    response = client.get("/llms.txt")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text.startswith("# stratgraph\n\n> ")  # llmstxt.org: a title, and a summary as a quotation
    root = str(client.base_url)
    links = [link.removeprefix(root) for link in re.findall(r"^- \[[^\]]+\]\(([^)]+)\): ", response.text, re.MULTILINE)]
    queries = {link for link in links if link.startswith("/queries/")}
    assert queries == {f"/queries/{iri.rpartition('/')[2]}" for iri in said_in_files()}
    others = [link.replace("IRI", OBJECTIVE) for link in links if link not in queries]
    assert len(others) > 10
    # Without a query there is nothing to explain; a thing of ours leads to its own address.
    special = {"/explain": 400, f"/doc?iri={OBJECTIVE}": 303}
    assert {link: client.get(link).status_code for link in others} == dict.fromkeys(others, 200) | special


def test_the_briefing_has_the_words_the_traps_and_the_queries(client):
    page = client.get("/llms-full.txt").text
    words = rdflib.Graph().parse(data=read_asset("ontology", "stratgraph.ttl"), format="turtle")
    terms = {subject for subject in words.subjects(rdflib.SKOS.definition) if str(subject).startswith(str(NAMESPACE))}
    kinds = {rdflib.OWL.Class, rdflib.OWL.ObjectProperty, rdflib.OWL.DatatypeProperty}
    for term in terms:
        line = f"- `sg:{term.removeprefix(NAMESPACE)}` ("
        is_told = bool(kinds & set(words.objects(term, rdflib.RDF.type)))
        assert (line in page) == is_told
        if is_told:
            assert f": {words.value(term, rdflib.SKOS.definition)}\n" in page
    remarks = {str(remark) for remark in words.objects(None, rdflib.RDFS.comment)}
    assert len(remarks) == 7
    for text in (*remarks, *(text for _, text in said_in_files().values())):
        assert text in page
    for name, namespace in COMMON_PREFIXES.items():
        assert f"- `{name}:` <{namespace}>\n" in page
