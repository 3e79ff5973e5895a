"""The ontology, its alignments, JSON-LD context and reference page."""

from __future__ import annotations

import json
import re
import runpy
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph.assets import read_asset
from stratgraph.document import ElementKind
from stratgraph.identifiers import PlanIdentifiers, slug
from stratgraph.reasoning import read_ontology
from stratgraph.terms import (
    DCTERMS_NS,
    OA_NS,
    ONTOLOGY,
    ORG_NS,
    OWL_NS,
    PROV_NS,
    RDF,
    RDF_NS,
    RDFS_NS,
    SCHEMA_NS,
    SG,
    SG_NS,
    SKOS_NS,
    XSD_NS,
)

TOP = Path(__file__).parents[1]
PLAN = PlanIdentifiers("itu", "2012-2015")
HEADER = NamedNode(ONTOLOGY)
TYPE = NamedNode(RDF.TYPE)
KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")


def owl(name: str) -> NamedNode:
    return NamedNode(f"{OWL_NS}{name}")


def asset_triples(name: str) -> list[Triple]:
    quads = parse(read_asset("ontology", name), format=RdfFormat.TURTLE)
    return [Triple(q.subject, q.predicate, q.object) for q in quads]


ONTOLOGY_TRIPLES = read_ontology()
VALUES: dict[tuple[object, str], list[object]] = defaultdict(list)
for triple in ONTOLOGY_TRIPLES:
    VALUES[triple.subject, triple.predicate.value].append(triple.object)


def values(subject: object, predicate: str) -> list[object]:
    return VALUES.get((subject, predicate), [])


def kind_of(iri: str) -> str | None:
    """What a term is declared as: one of KINDS, or None."""
    kinds = [k for k in KINDS if owl(k) in values(NamedNode(iri), RDF.TYPE)]
    assert len(kinds) < 2, f"{iri} is {kinds}: OWL 2 DL allows one"
    return kinds[0] if kinds else None


def with_kind(kind: str) -> set[str]:
    return {t.subject.value for t in ONTOLOGY_TRIPLES if t.predicate == TYPE and t.object == owl(kind)}


def test_the_ontology_defines_exactly_the_terms_of_terms_py_in_their_order() -> None:
    defined = [t.subject.value for t in ONTOLOGY_TRIPLES if isinstance(t.subject, NamedNode)]
    own = [iri for iri in dict.fromkeys(defined) if iri.startswith(SG_NS)]
    assert own == [term.value for term in SG]


def test_no_term_is_used_that_is_not_defined() -> None:
    used = {n.value for t in ONTOLOGY_TRIPLES for n in (t.subject, t.predicate, t.object) if isinstance(n, NamedNode)}
    assert {iri for iri in used if iri.startswith(SG_NS)} == set(SG)


@pytest.mark.parametrize("term", SG)
def test_each_term_has_one_label_definition_and_example_in_english_and_says_who_defines_it(term: SG) -> None:
    node = NamedNode(term)
    assert kind_of(term) is not None
    for predicate in (f"{RDFS_NS}label", f"{SKOS_NS}definition", f"{SKOS_NS}example"):
        (text,) = values(node, predicate)
        assert isinstance(text, Literal)
        assert text.language == "en"
        assert text.value.strip() == text.value != ""
    assert values(node, f"{RDFS_NS}isDefinedBy") == [HEADER]


def test_labels_and_definitions_are_told_apart() -> None:
    for predicate in (f"{RDFS_NS}label", f"{SKOS_NS}definition"):
        texts = Counter(str(values(NamedNode(term), predicate)[0]) for term in SG)
        assert [text for text, times in texts.items() if times > 1] == []


def test_names_are_of_the_form_that_their_kind_asks_for() -> None:
    for term in SG:
        pattern = r"[A-Z]\w+" if kind_of(term) == "Class" else r"[a-z]\w+"
        assert re.fullmatch(pattern, term.removeprefix(SG_NS)), term


def test_the_header_says_version_prefix_licence_title_description_and_creator() -> None:
    def header(predicate: str) -> object:
        (value,) = values(HEADER, predicate)
        return value

    assert header(RDF.TYPE) == owl("Ontology")
    version = header(f"{OWL_NS}versionInfo")
    assert isinstance(version, Literal)
    assert header(f"{OWL_NS}versionIRI") == NamedNode(f"{ONTOLOGY}/{version.value}")
    assert header("http://purl.org/vocab/vann/preferredNamespacePrefix") == Literal("sg")
    assert header("http://purl.org/vocab/vann/preferredNamespaceUri") == Literal(SG_NS)
    assert header(f"{DCTERMS_NS}license") == NamedNode("https://creativecommons.org/licenses/by/4.0/")
    for name in ("title", "description"):
        text = header(f"{DCTERMS_NS}{name}")
        assert isinstance(text, Literal)
        assert text.language == "en"
    creator = header(f"{DCTERMS_NS}creator")
    assert values(creator, f"{RDFS_NS}label")


def test_each_object_property_has_domain_and_range_and_one_inverse_or_chain() -> None:
    properties = with_kind("ObjectProperty") & set(SG)
    inverses = {p: v for p in properties for v in values(NamedNode(p), f"{OWL_NS}inverseOf")}
    assert len(set(inverses.values())) == len(inverses) == 14
    for prop in properties:
        assert values(NamedNode(prop), f"{RDFS_NS}domain"), prop
        assert values(NamedNode(prop), f"{RDFS_NS}range"), prop
    for stated, inverse in inverses.items():
        # Domain and range change places: compared by their named classes.
        assert expression_classes(NamedNode(stated), "domain") == expression_classes(inverse, "range")
        assert expression_classes(NamedNode(stated), "range") == expression_classes(inverse, "domain")
    chained = {p for p in properties if values(NamedNode(p), f"{OWL_NS}propertyChainAxiom")}
    assert chained == {SG.ADVANCES_MISSION, SG.SUPPORTS_GOAL, SG.EXPECTED_FOR_GOAL, SG.INDICATOR_OF_GOAL}


def members(cell: object) -> list[object]:
    if cell == NamedNode(f"{RDF_NS}nil"):
        return []
    return [*values(cell, f"{RDF_NS}first"), *members(values(cell, f"{RDF_NS}rest")[0])]


def expression_classes(prop: object, side: str) -> set[object]:
    (expression,) = values(prop, f"{RDFS_NS}{side}")
    unions = values(expression, f"{OWL_NS}unionOf")
    return set(members(unions[0])) if unions else {expression}


def test_the_element_classes_are_pairwise_disjoint() -> None:
    elements = {
        t.subject for t in ONTOLOGY_TRIPLES if t.predicate.value == f"{RDFS_NS}subClassOf"
        and t.object == NamedNode(SG.PLAN_ELEMENT)
    }  # fmt: skip
    assert elements == {NamedNode(kind.value) for kind in ElementKind}
    groups = [
        set(members(values(t.subject, f"{OWL_NS}members")[0]))
        for t in ONTOLOGY_TRIPLES
        if t.object == owl("AllDisjointClasses")
    ]
    assert elements in groups
    # A sector is an organisation, which is in the group.
    own_top = {NamedNode(c) for c in with_kind("Class") & set(SG) - {SG.SECTOR} if not above(c) & set(SG)}
    assert any(own_top <= group for group in groups)


def above(class_iri: str) -> set[str]:
    direct = {c.value for c in values(NamedNode(class_iri), f"{RDFS_NS}subClassOf") if isinstance(c, NamedNode)}
    return direct.union(*(above(c) for c in direct)) if direct else set()


def test_classes_stand_below_those_of_other_vocabularies_that_the_model_names() -> None:
    assert f"{ORG_NS}OrganizationalUnit" in above(SG.SECTOR)
    assert above(SG.SEGMENT) == {SG.SPAN, f"{OA_NS}SpecificResource"}
    assert above(SG.EDITORIAL_DECISION) == {f"{PROV_NS}Activity"}
    assert above(SG.SOURCE_DOCUMENT) == {f"{PROV_NS}Entity"}


def test_no_cardinality_or_characteristic_is_put_on_a_property_with_a_chain() -> None:
    """OWL 2 Structural Specification, section 11: such a property is not simple, nor is one that is above it."""
    composite = {t.subject for t in ONTOLOGY_TRIPLES if t.predicate.value == f"{OWL_NS}propertyChainAxiom"}
    composite |= {t.subject for t in ONTOLOGY_TRIPLES if t.object == owl("TransitiveProperty")}
    composite |= {v for c in composite for v in values(c, f"{OWL_NS}inverseOf")}
    assert not composite & {t.subject for t in ONTOLOGY_TRIPLES if t.predicate.value == f"{RDFS_NS}subPropertyOf"}
    restricted = {
        values(t.subject, f"{OWL_NS}onProperty")[0] for t in ONTOLOGY_TRIPLES if "ardinality" in t.predicate.value
    }
    for kind in ("Functional", "InverseFunctional", "Asymmetric", "Irreflexive"):
        restricted |= {NamedNode(p) for p in with_kind(f"{kind}Property")}
    assert len(restricted) > 10
    assert not restricted & composite


def test_each_term_of_another_vocabulary_is_declared() -> None:
    built_in = (OWL_NS, RDF_NS, RDFS_NS, XSD_NS, SG_NS)
    in_axioms = {t.predicate for t in ONTOLOGY_TRIPLES} | {
        t.object
        for t in ONTOLOGY_TRIPLES
        if t.predicate.value in (RDF.TYPE, f"{RDFS_NS}subClassOf", f"{RDFS_NS}domain", f"{RDFS_NS}range")
        or t.predicate.value.startswith(OWL_NS)
        or t.predicate.value == f"{RDF_NS}first"
    }
    foreign = {n.value for n in in_axioms if isinstance(n, NamedNode) and not n.value.startswith(built_in)}
    assert {iri for iri in foreign if kind_of(iri) is None} == {f"{ONTOLOGY}/0.1.0"}


def test_blank_nodes_are_class_expressions_lists_and_disjointness_only() -> None:
    expected = {"Class", "Restriction", "AllDisjointClasses"}
    for node in {t.subject for t in ONTOLOGY_TRIPLES if isinstance(t.subject, BlankNode)}:
        kinds = values(node, RDF.TYPE)
        is_list = bool(values(node, f"{RDF_NS}first") and values(node, f"{RDF_NS}rest"))
        assert is_list or kinds[0] in map(owl, expected)
    own = {NamedNode(term) for term in SG}
    above_own = {t.predicate.value for t in ONTOLOGY_TRIPLES if t.subject in own and isinstance(t.object, BlankNode)}
    assert above_own == {f"{RDFS_NS}{n}" for n in ("subClassOf", "domain", "range")} | {f"{OWL_NS}propertyChainAxiom"}


# --- Part III --------------------------------------------------------------------------------------------------------

DEFINED_CLASSES = (SG.MISSION, SG.GOAL, SG.OBJECTIVE, SG.OUTPUT, SG.EXPECTED_RESULT, SG.KPI)


def part_three() -> list[tuple[str, str]]:
    """The rows of the source's last table."""
    lines = (TOP / "data/sources/resolution-71-annex.txt").read_text("utf-8").split("\n")
    begin = lines.index("Term\tDescription") + 1
    rows = [line.split("\t") for line in lines[begin:] if line]
    return [(term, text) for term, text in rows]


def test_the_concepts_are_the_rows_of_part_three_word_for_word_and_the_plans_own() -> None:
    rows = part_three()
    assert len(rows) == 6
    expected = set()
    scheme = NamedNode(PLAN.place_iri("terms"))
    for term, text in rows:
        concept = NamedNode(PLAN.place_iri(f"term/{slug(term)}"))
        expected |= {
            Triple(concept, TYPE, NamedNode(f"{SKOS_NS}Concept")),
            Triple(concept, NamedNode(f"{SKOS_NS}inScheme"), scheme),
            Triple(concept, NamedNode(f"{SKOS_NS}prefLabel"), Literal(term, language="en")),
            Triple(concept, NamedNode(f"{SKOS_NS}definition"), Literal(text, language="en")),
        }
    plan = parse(path=str(TOP / "data/plans/itu-2012-2015.ttl"), format=RdfFormat.TURTLE)
    assert {quad.triple for quad in plan if "/term/" in str(quad.subject)} == expected
    assert not [t for t in ONTOLOGY_TRIPLES if str(t.subject).startswith(f"<{PLAN.plan_iri}")]
    assert slug("Key performance indicators (KPIs)") == "key-performance-indicators-kpis"


def test_a_class_that_part_three_defines_has_that_as_its_scope_note_and_names_it_as_source() -> None:
    with_source = {t.subject.value for t in ONTOLOGY_TRIPLES if t.predicate.value == f"{DCTERMS_NS}source"}
    assert with_source == set(DEFINED_CLASSES)
    for (term, text), defined in zip(part_three(), DEFINED_CLASSES, strict=True):
        assert values(NamedNode(defined), f"{SKOS_NS}scopeNote") == [Literal(text, language="en")]
        # Its own definition is one that another organisation's elements can meet.
        (definition,) = values(NamedNode(defined), f"{SKOS_NS}definition")
        assert not {"ITU", "Union", "Sector", "Sectors", "BDT", "WTDC"} & set(re.findall(r"\w+", definition.value))
        assert values(NamedNode(defined), f"{DCTERMS_NS}source") == [NamedNode(PLAN.place_iri(f"term/{slug(term)}"))]


# --- alignments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "count"), [("alignments.ttl", 18), ("frameworks.ttl", 14)])
def test_each_alignment_has_its_reason(name: str, count: int) -> None:
    triples = asset_triples(name)
    links = {t for t in triples if isinstance(t.subject, NamedNode) and t.subject.value in set(SG)}
    links = {t for t in links if t.predicate.value != f"{SKOS_NS}note"}
    annotated = {}
    for axiom in {t.subject for t in triples if t.object == owl("Axiom")}:
        parts = {t.predicate.value: t.object for t in triples if t.subject == axiom}
        link = Triple(*(parts[f"{OWL_NS}annotated{name}"] for name in ("Source", "Property", "Target")))
        annotated[link] = parts[f"{RDFS_NS}comment"]
    assert set(annotated) == links
    assert len(links) == count
    # By skos:closeMatch both would be concepts (SKOS Reference, S19 and S39).
    relations = {f"{RDFS_NS}{relation}" for relation in ("subClassOf", "subPropertyOf", "seeAlso")}
    assert {t.predicate.value for t in links} <= relations


def test_the_ontology_needs_no_alignment() -> None:
    (import_of,) = (t.object for t in asset_triples("alignments.ttl") if t.predicate == owl("imports"))
    assert import_of == HEADER
    assert not [t for t in ONTOLOGY_TRIPLES if t.predicate == owl("imports") or SCHEMA_NS in str(t.object)]


# --- the JSON-LD context ---------------------------------------------------------------------------------------------

CONTEXT = json.loads(read_asset("ontology", "context.jsonld"))["@context"]


def read_json_ld(document: dict[str, object]) -> set[Triple]:
    quads = parse(json.dumps(document), format=RdfFormat.JSON_LD)
    return {Triple(q.subject, q.predicate, q.object) for q in quads}


def expanded(entry: object) -> str:
    identifier = entry["@id"] if isinstance(entry, dict) else str(entry)
    prefix, _, local = identifier.partition(":")
    return f"{CONTEXT[prefix]}{local}"


def test_the_context_has_each_term_of_the_ontology_under_its_own_name() -> None:
    for term in SG:
        assert expanded(CONTEXT[term.removeprefix(SG_NS)]) == term


def test_each_name_of_the_context_leads_to_a_term_that_the_ontology_declares() -> None:
    prefixes = {key for key, entry in CONTEXT.items() if isinstance(entry, str) and entry.endswith(("#", "/"))}
    names = set(CONTEXT) - prefixes - {"@version", "@language", "id", "type"}
    assert len(names) == len(SG) + 17
    iris = {name: expanded(CONTEXT[name]) for name in names}
    assert len(set(iris.values())) == len(iris)
    undeclared = {iri for iri in iris.values() if kind_of(iri) is None}
    assert undeclared == {f"{RDFS_NS}{name}" for name in ("label", "comment", "seeAlso")}


def test_the_context_reads_each_property_as_its_range_says() -> None:
    for term in SG:
        entry = CONTEXT[term.removeprefix(SG_NS)]
        ranges = values(NamedNode(term), f"{RDFS_NS}range")
        match kind_of(term), ranges:
            case "ObjectProperty", _:
                assert entry["@type"] == "@id"
            case "DatatypeProperty", [NamedNode(value=value)] if value in {f"{XSD_NS}integer", f"{XSD_NS}decimal"}:
                assert entry["@type"] == value.replace(XSD_NS, "xsd:")
            case "AnnotationProperty", [NamedNode(value=value)]:
                assert value == f"{XSD_NS}date"
                assert entry["@type"] == "xsd:date"
            case "DatatypeProperty", [NamedNode(value=value)] if value == f"{XSD_NS}string":
                assert entry == {"@id": f"sg:{term.removeprefix(SG_NS)}", "@language": None}
            case _:
                assert isinstance(entry, str)


def as_json_ld(triples: set[Triple]) -> dict[str, object]:
    """A document that uses the context's names only, and plain values."""
    names = {expanded(entry): name for name, entry in CONTEXT.items() if name not in ("@version", "@language", "id")
             and ":" in str(entry) and not str(entry).endswith(("#", "/"))}  # fmt: skip
    nodes: dict[str, dict[str, object]] = {}
    for t in sorted(triples, key=str):
        node = nodes.setdefault(t.subject.value, {"id": t.subject.value})
        if t.predicate == TYPE:
            node["type"] = names[t.object.value]
        else:
            value = t.object.value
            is_number = isinstance(t.object, Literal) and t.object.datatype.value == f"{XSD_NS}integer"
            node.setdefault(names[t.predicate.value], []).append(int(value) if is_number else value)
    return {"@context": CONTEXT, "@graph": list(nodes.values())}


def test_a_plan_written_with_the_names_of_the_context_alone_is_read_as_the_same_triples() -> None:
    quads = parse(path=str(TOP / "tests/data/small-plan.ttl"), format=RdfFormat.TURTLE)
    plan = {Triple(q.subject, q.predicate, q.object) for q in quads}
    document = as_json_ld(plan)
    assert read_json_ld(document) == plan
    by_rdflib = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    n_triples = by_rdflib.serialize(format="nt").encode()
    assert {Triple(q.subject, q.predicate, q.object) for q in parse(n_triples, format=RdfFormat.N_TRIPLES)} == plan


def test_a_plan_in_another_language_says_so_once() -> None:
    document = {"@context": [CONTEXT, {"@language": "fr"}], "id": "http://example.org/1", "text": "Réduire"}
    (read,) = read_json_ld(document)
    assert read.object == Literal("Réduire", language="fr")


# --- the reference page ----------------------------------------------------------------------------------------------


def test_the_reference_page_and_the_context_equal_a_fresh_run() -> None:
    script = runpy.run_path(str(TOP / "docs/reference/generate_ontology.py"))
    assert script["context"]() == (TOP / "ontology/context.jsonld").read_text("utf-8"), (
        "run docs/reference/generate_ontology.py"
    )
    assert script["render"]() == (TOP / "docs/reference/ontology.md").read_text("utf-8"), (
        "run docs/reference/generate_ontology.py"
    )


def test_the_reference_page_has_a_heading_and_a_row_for_each_term() -> None:
    page = (TOP / "docs/reference/ontology.md").read_text("utf-8")
    names = [term.removeprefix(SG_NS) for term in SG]
    assert re.findall(r"^### sg:(\w+)$", page, re.MULTILINE) == names
    assert sorted(re.findall(r"^\| \[`sg:(\w+)`\]", page, re.MULTILINE)) == sorted(names)
