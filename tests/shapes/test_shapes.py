"""Every shape has an example that keeps it and one that breaks it and no other, in both engines alike."""

from __future__ import annotations

import runpy
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from shape_examples import FOLDER, NAMES, RULES, SETS, example, sets_of, triples_of

from stratgraph.assets import read_asset
from stratgraph.terms import IDENTIFIERS, ONTOLOGY, OWL, OWL_NS, SG, SG_NS, SH, SH_NS
from stratgraph.validation.engines import ENGINES, Result, validate
from stratgraph.validation.rules import SHAPE_SETS, TRANSITION_SETS, ShapesGraph, load_shapes

TOP = Path(__file__).parents[2]
TARGETS = {f"{SH_NS}target{kind}" for kind in ("Node", "Class", "SubjectsOf", "ObjectsOf")}
BY_NAME = {rule.name: rule for rule in RULES.values()}


def both_engines(triples: list[Triple], sets: tuple[str, ...]) -> frozenset[Result]:
    shapes = load_shapes(sets)
    fast, reference = (validate(triples, shapes, engine=engine) for engine in ENGINES)
    assert fast == reference
    return fast


@cache
def alone(name: str) -> ShapesGraph:
    """Its set with the targets of this shape alone: the others are asked of nothing, but where it refers to them."""
    whole = load_shapes(sets_of(name))
    kept = (t for t in whole.triples if t.subject == NamedNode(BY_NAME[name].iri) or t.predicate.value not in TARGETS)
    return replace(whole, triples=tuple(kept))


def results_of(name: str, kind: str) -> frozenset[Result]:
    """What all shapes of the set find in an example; the reference engine finds the same by the shape that it is of.

    It takes half a second for the shapes of plans, and holds faults of each rule against all of them in
    ``tests/validation/test_equivalence.py``. The other sets are small, and it has them whole here.
    """
    if sets_of(name) != SHAPE_SETS:
        return both_engines(example(name, kind), sets_of(name))
    triples = example(name, kind)
    results = validate(triples, load_shapes(SHAPE_SETS))
    of_shape = frozenset(result for result in results if result.shape == BY_NAME[name].iri)
    assert validate(triples, alone(name), engine="pyshacl") == of_shape
    return results


@pytest.mark.parametrize("name", NAMES)
def test_the_passing_example_breaks_nothing(name: str) -> None:
    assert results_of(name, "pass") == frozenset()


@pytest.mark.parametrize("name", NAMES)
def test_the_failing_example_breaks_this_shape_and_no_other(name: str) -> None:
    results = results_of(name, "fail")
    assert {result.shape for result in results} == {BY_NAME[name].iri}
    for result in results:
        assert result.severity == f"{SH_NS}{BY_NAME[name].severity}"
        assert result.message
        assert "{" not in result.message  # every variable was filled in


def test_there_are_examples_of_every_shape_and_of_nothing_else() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(NAMES)


def test_each_file_of_shapes_is_in_a_set() -> None:
    files = {path.stem for path in (TOP / "shapes").glob("*.ttl")}
    assert files == {"prefixes", "profiles", *(name for sets in SETS for name in sets)}


def test_our_ontology_and_our_shapes_keep_the_shapes_of_the_ontology() -> None:
    ontology = triples_of(TOP / "ontology" / "stratgraph.ttl", origin=1)
    shapes = [triple for sets in SETS for name in sets for triple in load_shapes((name,)).triples]
    assert validate([*ontology, *shapes], load_shapes(("ontology",))) == frozenset()


def test_what_recommends_warns_and_what_is_required_does_not() -> None:
    severities = {name: {rule.severity for rule in load_shapes((name,)).rules.values()} for name in SHAPE_SETS}
    assert severities["required"] == severities["vocabulary"] == {"Violation"}
    assert severities["recommended"] == {"Warning"}
    # What a plan may state or not, and who manages by results will want to know.
    assert {rule.name for rule in load_shapes(("results",)).rules.values() if rule.severity == "Warning"} == {
        "IndicatorHasTarget"
    }


def test_a_reason_in_the_annex_or_the_ontology_exists() -> None:
    published = read_asset("data", "plans", "itu-2012-2015.ttl")
    described = {quad.subject.value for quad in parse(published, format=RdfFormat.TURTLE)} | {ONTOLOGY}
    ours = {rule.source for rule in RULES.values() if rule.source.startswith((IDENTIFIERS, ONTOLOGY))}
    assert len(ours) > 5
    assert ours <= described


def declared(*kinds: str) -> set[str]:
    wanted = {NamedNode(f"{OWL_NS}{kind}") for kind in kinds}
    found = parse(read_asset("ontology", "stratgraph.ttl"), format=RdfFormat.TURTLE)
    return {
        quad.subject.value
        for quad in found
        if quad.object in wanted and isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(SG_NS)
    }


def terms_in_select(name: str) -> set[str]:
    """The terms of the list in the SPARQL constraint of a shape."""
    rule = BY_NAME[name]
    triples = load_shapes(("vocabulary",)).triples
    (constraint,) = (t.object for t in triples if t.subject == NamedNode(rule.iri) and t.predicate.value == SH.SPARQL)
    (select,) = (t.object.value for t in triples if t.subject == constraint and t.predicate.value == SH.SELECT)
    words = select[select.index("IN (") :].replace(",", " ").replace("(", " ").replace(")", " ").split()
    return {f"{SG_NS}{word.removeprefix('sg:')}" for word in words if word.startswith("sg:")}


SAID_OF_A_FORMER_VERSION = {
    SG.TYPE_BEFORE, SG.UNIT_BEFORE, SG.LABEL_BEFORE, SG.WITHDRAWN_BEFORE, SG.PUBLISHER_BEFORE, SG.START_YEAR_BEFORE,
    SG.END_YEAR_BEFORE, SG.TEXT_BEFORE, SG.TITLE_BEFORE,
}  # fmt: skip


def test_the_known_properties_are_those_of_the_ontology_but_what_is_said_of_a_former_version() -> None:
    expected = declared("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    assert expected > SAID_OF_A_FORMER_VERSION
    assert terms_in_select("PropertyIsKnown") == expected - SAID_OF_A_FORMER_VERSION


def test_the_transition_shapes_look_at_each_property_of_a_former_version() -> None:
    targets = {
        triple.object.value
        for triple in load_shapes(TRANSITION_SETS).triples
        if triple.predicate.value == f"{SH_NS}targetSubjectsOf" and triple.object.value.endswith("Before")
    }
    assert targets == SAID_OF_A_FORMER_VERSION - {SG.LABEL_BEFORE}


def test_no_shape_for_a_plan_by_itself_is_asked_of_two_versions_nor_the_other_way() -> None:
    assert not set(SHAPE_SETS) & set(TRANSITION_SETS)
    assert sets_of("ElementIsNotDroppedSilently") == TRANSITION_SETS


def test_the_base_of_the_examples_which_has_a_withdrawn_element_is_sound() -> None:
    withdrawn = {t.subject for t in triples_of(FOLDER / "base.ttl", origin=1) if t.predicate.value == OWL.DEPRECATED}
    assert len(withdrawn) == 1
    for sets in (SHAPE_SETS, TRANSITION_SETS):
        assert both_engines(triples_of(FOLDER / "base.ttl", origin=1), sets) == frozenset()


def test_the_known_classes_are_those_of_the_ontology() -> None:
    shapes = triples_of(TOP / "shapes" / "vocabulary.ttl", origin=1)
    listed = {
        t.object.value for t in shapes if t.predicate.value.endswith("#first") and isinstance(t.object, NamedNode)
    }
    assert {iri for iri in listed if iri.removeprefix(SG_NS)[:1].isupper()} == declared("Class")


def test_the_inferred_properties_are_the_inverses_and_chains_of_the_ontology_and_what_leads_on() -> None:
    ontology = list(parse(read_asset("ontology", "stratgraph.ttl"), format=RdfFormat.TURTLE))
    inverses = {quad.object.value for quad in ontology if quad.predicate.value == f"{OWL_NS}inverseOf"}
    chains = {quad.subject.value for quad in ontology if quad.predicate.value == f"{OWL_NS}propertyChainAxiom"}
    leading = {quad.subject.value for quad in ontology if quad.object == NamedNode(f"{OWL_NS}TransitiveProperty")}
    ours = {iri for iri in inverses | chains | leading if iri.startswith(SG_NS)}
    targets = {
        triple.object.value
        for triple in load_shapes(("vocabulary",)).triples
        if triple.subject == NamedNode(BY_NAME["InferredPropertyIsNotStated"].iri)
        and triple.predicate.value == f"{SH_NS}targetSubjectsOf"
    }
    assert targets == terms_in_select("InferredPropertyIsNotStated") == ours


def test_the_reference_of_the_shapes_is_up_to_date() -> None:
    script = TOP / "docs" / "reference" / "generate_shapes.py"
    assert script.with_name("shapes.md").read_text("utf-8") == runpy.run_path(str(script))["render"]()
