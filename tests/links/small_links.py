"""A small plan (tests/shapes/base.ttl) with a small vocabulary, a mapping between them that is sound, and its table."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, Triple, parse

from stratgraph.errors import Location
from stratgraph.formats import rdf
from stratgraph.identifiers import vocabulary_graph
from stratgraph.links import Mapping, MappingSet, digest
from stratgraph.store import memory_store
from stratgraph.store_contents import contents, version_graphs
from stratgraph.terms import SG

if TYPE_CHECKING:
    from stratgraph.store import Store

BASE = Path(__file__).parents[1] / "shapes/base.ttl"
PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
OUTPUT = f"{PLAN}/north/objective/1/output/1"
WITHDRAWN = f"{PLAN}/north/objective/1/output/0"
SUBJECTS = "http://example.org/subjects"
SKOS = "http://www.w3.org/2004/02/skos/core#"
GOALS = "http://metadata.un.org/sdg"
MANUAL = "https://w3id.org/semapv/vocab/ManualMappingCuration"
SET = "https://w3id.org/stratgraph/links/small"

VOCABULARY = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <http://example.org/> .

<subjects> a skos:ConceptScheme .
<subjects/7> a skos:Concept ; skos:inScheme <subjects> ; skos:prefLabel "ROADS"@en ; owl:deprecated false .
<subjects/9> a skos:Concept ; skos:inScheme <subjects> ; skos:prefLabel "TOLLS"@en ; owl:deprecated true .
<http://metadata.un.org/sdg> a skos:ConceptScheme .
<http://metadata.un.org/sdg/9.1> a skos:Concept ; skos:inScheme <http://metadata.un.org/sdg> ;
    skos:prefLabel "Develop infrastructure"@en .
"""

GOOD = Mapping(
    record=f"{SET}/record/1",
    subject=OUTPUT,
    predicate=SG.IS_ABOUT,
    object=f"{SUBJECTS}/7",
    justification=MANUAL,
    subject_label="A road of stone",
    object_label="ROADS",
    confidence=0.8,
    authors=("http://example.org/people/1",),
    author_labels=("A. Uthor",),
    date=dt.date(2030, 1, 31),
    comment="“A road of stone”.",
    subject_source=PLAN,
    subject_source_version=f"{PLAN}/version/1",
    object_source=SUBJECTS,
    subject_sha256=digest("A road of stone"),
    where=Location(file="small.sssom.tsv", line=12),
)


HEAD = """#sssom_version: "1.1"
#mapping_set_id: https://w3id.org/stratgraph/links/small
#mapping_set_title: Small
#mapping_set_version: "3"
#license: https://creativecommons.org/licenses/by/4.0/
#subject_source: https://w3id.org/stratgraph/id/agency/plan/1
#object_source: http://example.org/subjects
#curie_map:
#  plan: https://w3id.org/stratgraph/id/agency/plan/1/
#  subject: http://example.org/subjects/
#  record: https://w3id.org/stratgraph/links/small/record/
#  sg: https://w3id.org/stratgraph/ontology#
#extension_definitions:
#  - slot_name: subject_sha256
#    property: sg:subjectSha256
#    type_hint: xsd:string
"""
FIRST = {
    "record_id": "record:2",
    "subject_id": "plan:north/objective/1",
    "subject_label": 'To build "one" road.',
    "predicate_id": "skos:relatedMatch",
    "object_id": "subject:7",
    "object_label": "ROADS",
    "mapping_justification": "semapv:ManualMappingCuration",
    "confidence": "0.8",
    "author_label": "A. Uthor|B. Uthor",
    "mapping_date": "2030-01-31",
    "subject_sha256": "ab12",
    "comment": "“road”",
}
COLUMNS = list(FIRST)
SECOND = FIRST | {"record_id": "record:1", "subject_id": "plan:north/goal", "confidence": "", "subject_sha256": ""}


def table(*rows: dict[str, str], head: str = HEAD, columns: list[str] | None = None) -> bytes:
    """With a quoted cell where there are quotation marks, as writers of tables write it."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if '"' in text else text

    used = columns or COLUMNS
    lines = ["\t".join(used), *("\t".join(cell(row[name]) for name in used) for row in rows)]
    return (head + "\n".join(lines) + "\n").encode()


def set_of(*mappings: Mapping) -> MappingSet:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    return MappingSet("small", SET, licence, mappings, title="Small", description="For tests.", version="1")


def small_store(plan: str | None = None, vocabulary: str = VOCABULARY) -> Store:
    stated = rdf.read((plan or BASE.read_text("utf-8")).encode(), file="plan.ttl", max_bytes=1_000_000)
    found = parse(vocabulary.encode(), format=RdfFormat.TURTLE)
    triples = [Triple(quad.subject, quad.predicate, quad.object) for quad in found]
    graphs = {vocabulary_graph("small"): triples}
    return memory_store(contents(None, version_graphs(stated, 1), graphs))
