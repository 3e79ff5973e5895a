"""Clients that people use, as they are, against the real server."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from urllib.parse import urlencode

import pandas as pd
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

QUERY = """PREFIX sg: <https://w3id.org/stratgraph/ontology#>
SELECT ?notation ?text WHERE { ?o a sg:Objective ; sg:notation ?notation ; sg:text ?text }"""
GRAPH = """PREFIX sg: <https://w3id.org/stratgraph/ontology#>
CONSTRUCT { ?o sg:text ?text } WHERE { ?o a sg:Objective ; sg:text ?text }"""


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", *arguments], capture_output=True, check=True, timeout=30)
    return done.stdout.decode()


def test_curl_by_get_form_and_direct_post(address):
    url = f"{address}/sparql"
    accept = ("-H", "Accept: text/csv")
    expected = "notation,text\r\n1,To build a road.\r\n"
    assert curl("-G", url, "--data-urlencode", f"query={QUERY}", *accept) == expected
    assert curl(url, "--data-urlencode", f"query={QUERY}", *accept) == expected
    assert curl(url, "--data-binary", QUERY, "-H", "Content-Type: application/sparql-query", *accept) == expected


def test_curl_head(address):
    shown = curl("-I", f"{address}/sparql?{urlencode({'query': QUERY})}").lower()
    assert shown.startswith("http/1.1 200")
    assert "content-type: application/sparql-results+json" in shown


def test_curl_error(address):
    with tempfile.NamedTemporaryFile() as body:
        status = curl("-o", body.name, "-w", "%{http_code}", f"{address}/sparql?query=SELECT")
        assert (status, json.load(body)["status"]) == ("400", 400)


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("request_method", ["urlencoded", POSTDIRECTLY])
def test_sparqlwrapper_select(address, method, request_method):
    wrapper = SPARQLWrapper(f"{address}/sparql", returnFormat=JSON)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request_method)
    wrapper.setQuery(QUERY)
    (row,) = wrapper.queryAndConvert()["results"]["bindings"]
    assert row["text"] == {"type": "literal", "value": "To build a road.", "xml:lang": "en"}


@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_each_format_of_solutions(address, form):
    wrapper = SPARQLWrapper(f"{address}/sparql", returnFormat=form)
    wrapper.setQuery(QUERY)
    converted = wrapper.queryAndConvert()
    shown = converted.toxml() if form == XML else str(converted)
    assert "To build a road." in shown


# SPARQLWrapper's own use of rdflib.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", [XML, RDFXML, TURTLE, JSONLD])
def test_sparqlwrapper_reads_each_format_of_graphs(address, form):
    wrapper = SPARQLWrapper(f"{address}/sparql", returnFormat=form)
    wrapper.setQuery(GRAPH)
    converted = wrapper.queryAndConvert()
    if isinstance(converted, bytes):
        assert b"To build a road." in converted
    else:
        assert [str(o) for o in converted.objects()] == ["To build a road."]


def test_sparqlwrapper_ask(address):
    wrapper = SPARQLWrapper(f"{address}/sparql", returnFormat=JSON)
    wrapper.setQuery("ASK { ?s ?p ?o }")
    assert wrapper.queryAndConvert()["boolean"] is True


def test_pandas_reads_the_address_of_a_csv(address):
    frame = pd.read_csv(f"{address}/sparql?{urlencode({'query': QUERY, 'format': 'csv'})}")
    assert frame.to_dict("records") == [{"notation": 1, "text": "To build a road."}]


# rdflib's SPARQLStore asks by itself with the same libraries as SPARQLWrapper.
def test_rdflib_asks_as_a_store(address):
    graph = rdflib.Graph(SPARQLStore(f"{address}/sparql"))
    sg = rdflib.Namespace("https://w3id.org/stratgraph/ontology#")
    (objective,) = graph.subjects(rdflib.RDF.type, sg.Objective)
    assert graph.value(objective, sg.text) == rdflib.Literal("To build a road.", lang="en")
    assert [str(row.text) for row in graph.query(QUERY)] == ["To build a road."]
    assert [str(text) for text in graph.query(GRAPH).graph.objects()] == ["To build a road."]


def test_rdflib_calls_it_by_service(address):
    (row,) = rdflib.Graph().query(QUERY.replace("{ ?o", f"{{ SERVICE <{address}/sparql> {{ ?o") + " }")
    assert str(row.text) == "To build a road."


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed: apt-get install r-cran-sparql")
def test_r_asks(address):
    query = QUERY.replace("\n", " ")
    script = f"""if (!requireNamespace("SPARQL", quietly = TRUE)) quit(status = 77)
        library(SPARQL); found <- SPARQL("{address}/sparql", "{query}"); cat(found$results$text)"""
    done = subprocess.run(["Rscript", "--vanilla", "-e", script], capture_output=True, timeout=60, check=False)
    if done.returncode == 77:
        pytest.skip("R has no package SPARQL: apt-get install r-cran-sparql")
    assert "To build a road." in done.stdout.decode(), done.stderr.decode()
