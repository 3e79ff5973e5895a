"""A plan as RDF: what is read, where each statement stands, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from stratgraph.document import Span
from stratgraph.errors import LimitError, SourceError, UsageError
from stratgraph.formats import rdf
from stratgraph.plan_graph import stated_version, version_quads
from stratgraph.serialisation import JSON_LD, RDF_FORMS
from stratgraph.statements import Places
from stratgraph.terms import RDF, SG

BASE = (Path(__file__).parents[1] / "shapes/base.ttl").read_text("utf-8")
PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
SMALL = f"""\
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<{PLAN}> a sg:StrategicPlan ;
    dcterms:title "Plan"@en .
<{PLAN}/objective/1> a sg:Objective ;
    sg:inPlan <{PLAN}> ;
\tsg:text "Serve\tall."@en .
"""


def read(text: str | bytes, file: str = "plan.ttl") -> rdf.StatedPlan:
    data = text.encode() if isinstance(text, str) else text
    return rdf.read(data, file=file, max_bytes=1_000_000)


@pytest.mark.parametrize("form", RDF_FORMS, ids=lambda form: form.name)
def test_every_format_gives_the_same_statements_and_its_own_text(form: object) -> None:
    triples = {quad.triple for quad in parse(BASE, format=RdfFormat.TURTLE, base_iri="https://example.org/")}
    data = serialize(sorted(triples, key=str), format=form.engine) or b""
    plan = read(data, f"plan{form.extensions[0]}")
    assert set(plan.statements) == triples
    assert plan.source.text.encode() == data
    assert plan.source.media_type == form.media_types[0]
    assert plan.identifiers.plan_iri == PLAN
    assert plan.provisional == frozenset()


def test_a_literal_rests_on_its_characters_and_what_is_none_on_the_line_where_it_ends_cell_by_cell() -> None:
    plan = read(SMALL.replace("a sg:Obj", "a\tsg:Obj"))
    (text,) = (t for t in plan.statements if t.predicate.value == SG.TEXT)
    start = SMALL.index("Serve")
    assert plan.statements[text].spans == (
        Span(start, start + len("Serve")),
        Span(start + 6, start + len("Serve\tall.")),
    )
    (kind,) = (t for t in plan.statements if t.object == NamedNode(SG.OBJECTIVE))
    start = SMALL.index(f"<{PLAN}/objective/1>")
    middle, end = start + len(f"<{PLAN}/objective/1> a"), SMALL.index("\n", start)
    assert plan.statements[kind].spans == (Span(start, middle), Span(middle + 1, end))
    place = Places(plan).of_triple(text)
    assert place is not None
    assert (place.file, place.line, place.column) == ("plan.ttl", 7, 11)


def test_json_ld_rests_on_the_line_of_its_node() -> None:
    text = f'[\n{{"@id": "{PLAN}", "@type": "{SG.STRATEGIC_PLAN}"}},\n{{"@id": "{PLAN}/goal", "@type": "{SG.GOAL}"}}\n]'
    plan = read(text, "plan.jsonld")
    (goal,) = (t for t in plan.statements if t.subject == NamedNode(f"{PLAN}/goal"))
    place = Places(plan).of_triple(goal)
    assert place is not None
    assert place.line == 3


def test_a_version_of_it_gives_text_and_statements_back() -> None:
    plan = read(SMALL)
    again = stated_version(version_quads(plan, version=2, software="test"))
    assert again.source == plan.source
    assert again.statements == dict(plan.statements)


def test_blank_nodes_get_names_below_what_they_belong_to() -> None:
    text = (
        SMALL
        + """\
[] a sg:Output ; sg:supportsObjective <https://w3id.org/stratgraph/id/agency/plan/1/objective/1> ;
   sg:hasMention [ a sg:Mention ; sg:text "Bridges"@en ] ; sg:note [ sg:odd 1 ] .
[] a sg:Goal ; sg:ofUnit <https://w3id.org/stratgraph/id/agency/roads> .
<https://w3id.org/stratgraph/id/agency/plan/1/objective/1/output/1> a sg:Output .
"""
    )
    plan = read(text)
    subjects = {t.subject.value.removeprefix(PLAN) for t in plan.statements}
    assert subjects == {
        "",
        "/objective/1",
        "/objective/1/output/1",
        "/objective/1/output/2",
        "/objective/1/output/2/mention/1",
        "/node/1",
        "/roads/goal/1",
    }
    assert plan.provisional == {f"{PLAN}/objective/1/output/2", f"{PLAN}/roads/goal/1"}


def test_the_graph_that_describes_the_plan_is_read_and_its_provenance_is_not() -> None:
    plan = read(SMALL)
    quads = list(version_quads(plan, version=1, software="test"))
    data = serialize(quads, format=RdfFormat.TRIG) or b""
    assert set(read(data, "plan.trig").statements) == set(plan.statements)


def test_two_versions_in_one_file_are_refused() -> None:
    plan = read(SMALL)
    quads = [quad for number in (1, 2) for quad in version_quads(plan, version=number, software="test")]
    with pytest.raises(SourceError, match="describes a plan in 2 graphs") as caught:
        read(serialize(quads, format=RdfFormat.TRIG) or b"", "plan.trig")
    assert "one version" in caught.value.mend


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no triples"),
        ("<a:b> <a:c> <a:d> .", "There is no plan"),
        (f"<{PLAN}> a <{SG.STRATEGIC_PLAN}> . <{PLAN}x> a <{SG.STRATEGIC_PLAN}> .", "describes 2 plans"),
        (f"[] a <{SG.STRATEGIC_PLAN}> .", "The plan has no IRI"),
        (f"<{PLAN}/goal> a <{SG.STRATEGIC_PLAN}> .", "part of a plan"),
    ],
)
def test_what_is_not_one_plan_is_refused(text: str, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        read(text)
    assert caught.value.where is not None
    assert caught.value.where.file == "plan.ttl"


def test_a_syntax_error_has_its_line() -> None:
    with pytest.raises(SourceError) as caught:
        read(SMALL + "<x> sg:text .\n")
    assert caught.value.where is not None
    assert caught.value.where.line == 8


def test_a_file_that_is_not_utf_8_has_its_line() -> None:
    with pytest.raises(SourceError, match="0xff") as caught:
        read(SMALL.encode() + b"# \xff")
    assert caught.value.where is not None
    assert caught.value.where.line == 8


def test_a_file_that_is_too_large_names_the_setting() -> None:
    with pytest.raises(LimitError) as caught:
        rdf.read(SMALL.encode(), file="plan.ttl", max_bytes=10)
    assert caught.value.setting == "max_plan_bytes"


def test_a_name_without_a_format_is_refused() -> None:
    with pytest.raises(UsageError, match=r"plan\.doc"):
        read(SMALL, "plan.doc")


ENTITY_DOCUMENT = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
%s
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sg="https://w3id.org/stratgraph/ontology#">
<sg:StrategicPlan rdf:about="&plan;"/>
</rdf:RDF>
"""


def test_an_entity_for_the_beginning_of_an_iri_is_read() -> None:
    plan = read(ENTITY_DOCUMENT % f'<!ENTITY plan "{PLAN}">', "plan.rdf")
    assert set(plan.statements) == {Triple(NamedNode(PLAN), NamedNode(RDF.TYPE), NamedNode(SG.STRATEGIC_PLAN))}


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "aaaa">\n<!ENTITY plan "&a;&a;&a;&a;">',
        f'<!ENTITY plan "{"a" * 501}">',
        '<!ENTITY plan SYSTEM "file:///etc/hostname">',
        "<!ENTITY % p 'x'>\n<!ENTITY plan '&#37;p;'>",
    ],
)
def test_entities_that_grow_or_lead_elsewhere_are_refused_unread(entities: str) -> None:
    with pytest.raises(SourceError, match="entity") as caught:
        read(ENTITY_DOCUMENT % entities, "plan.rdf")
    assert caught.value.where is not None
    assert caught.value.where.line in {3, 4}


@settings(max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), min_size=1, max_size=6))
def test_any_text_survives_with_a_place_within_one_segment(texts: list[str]) -> None:
    plan_node = NamedNode(PLAN)
    triples = {Triple(plan_node, NamedNode(RDF.TYPE), NamedNode(SG.STRATEGIC_PLAN))}
    triples |= {Triple(plan_node, NamedNode(SG.TEXT), Literal(text)) for text in texts}
    for form in RDF_FORMS:
        if form is JSON_LD or form.name == "rdfxml":  # XML has no form for control characters
            continue
        plan = read(serialize(list(triples), format=form.engine) or b"", f"plan{form.extensions[0]}")
        assert set(plan.statements) == triples
        for evidence in plan.statements.values():
            for span in evidence.spans:
                assert not set(plan.source.text[span.start : span.end]) & {"\n", "\t"}
        # Its provenance can be written, which needs each span to lie in a segment.
        assert any(isinstance(quad, Quad) for quad in version_quads(plan, version=1, software="test"))


# --- what may stand where a thing belongs ----------------------------------------------------------------------------


@pytest.mark.parametrize("parent", ['"a b"', "12", '"Objective 1"@en', '""'])
def test_a_blank_node_below_a_text_is_named_below_the_plan(parent: str) -> None:
    plan = read(f"{SMALL}[] a sg:KPI ; sg:indicatorOf {parent} .")
    assert plan.provisional == {f"{PLAN}/kpi/1"}


@pytest.mark.parametrize("length", [101, 50_000])
def test_too_many_blank_nodes_below_each_other_are_refused_with_the_line(length: int) -> None:
    chain = "".join(f"_:b{n} a sg:Objective ; sg:partOf _:b{n + 1} .\n" for n in range(length))
    with pytest.raises(SourceError, match="without an IRI") as caught:
        rdf.read((SMALL + chain).encode(), file="plan.ttl", max_bytes=10**8)
    assert caught.value.where is not None
    assert caught.value.where.line == SMALL.count("\n") + 1
    assert caught.value.mend


def test_a_hundred_blank_nodes_below_each_other_get_names() -> None:
    chain = "".join(f"_:b{n} a sg:Objective ; sg:partOf _:b{n + 1} .\n" for n in range(99))
    assert f"{PLAN}/node/1{'/objective/1' * 99}" in read(f"{SMALL}{chain}_:b99 a sg:Odd .").provisional


def test_blank_nodes_below_each_other_in_a_circle_get_different_names() -> None:
    plan = read(
        f"{SMALL}_:a a sg:Output ; sg:partOf _:b . _:b a sg:Output ; sg:partOf _:a . _:c a sg:KPI ; sg:partOf _:c ."
    )
    assert len(plan.provisional) == 3


def test_the_source_is_called_by_the_name_of_its_file_and_findings_by_its_path() -> None:
    plan = read(SMALL, "/desk/of/someone/plan.ttl")
    assert plan.source.title == "plan.ttl"
    assert plan.file == "/desk/of/someone/plan.ttl"


def test_values_without_iris_are_named_below_what_they_are_of_and_their_numbers_are_one_number() -> None:
    goal = f"{PLAN}/goal/1"
    plan = read(f"""{SMALL}
<{goal}> a sg:Goal ; sg:inPlan <{PLAN}> ; sg:text "Roads."@en ;
    sg:hasBaseline [ a sg:Baseline ; sg:numericValue 10 ] ;
    sg:hasTarget [ a sg:Target ; sg:numericValue 10.50 ] , [ a sg:Target ; sg:numericValue 1.0e1 ] ;
    sg:hasActualValue [ a sg:ActualValue ; sg:text "Some"@en ] .
""")
    numbers = {t.subject.value: t.object for t in plan.statements if t.predicate.value == SG.NUMERIC_VALUE}
    decimal, double = (NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}") for name in ("decimal", "double"))
    assert numbers == {
        f"{goal}/baseline/1": Literal("10", datatype=decimal),
        f"{goal}/target/1": Literal("10.5", datatype=decimal),
        f"{goal}/target/2": Literal("1.0e1", datatype=double),
    }
    assert Triple(NamedNode(goal), NamedNode(SG.HAS_ACTUAL_VALUE), NamedNode(f"{goal}/actual/1")) in plan.statements
    assert plan.provisional == frozenset()


def test_a_statement_of_json_ld_rests_on_its_value() -> None:
    text = """{"@context": "https://w3id.org/stratgraph/ontology/context.jsonld", "@graph": [
{"@id": "https://w3id.org/stratgraph/id/agency/plan/1", "@type": "sg:StrategicPlan", "sg:startYear": 2030},
{"@id": "https://w3id.org/stratgraph/id/agency/plan/1/mission", "@type": "sg:Mission",
 "sg:text": {"@value": "All are served.", "@language": "en"}}
]}"""
    plan = read(text, "plan.jsonld")
    said = {
        triple.predicate.value.rpartition("#")[2]: [text[span.start : span.end] for span in evidence.spans]
        for triple, evidence in plan.statements.items()
    }
    assert said["text"] == ["All are served."]
    assert said["startYear"] == ["2030"]
    assert said["type"] == ["sg:Mission"]
