"""What is the matter with mappings: each kind of trouble, by a mapping that has it and one that has not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from small_links import BASE, GOALS, GOOD, OUTPUT, PLAN, SKOS, SUBJECTS, VOCABULARY, WITHDRAWN, set_of, small_store

from stratgraph.errors import UsageError
from stratgraph.links import Mapping, Trouble, check_links, digest, render_links
from stratgraph.terms import DCTERMS_NS, SG
from stratgraph.validation import ENGINES

if TYPE_CHECKING:
    from stratgraph.store import Store

TO_GOAL = replace(
    GOOD, record=f"{GOOD.record}3", object=f"{GOALS}/9.1", object_label="Develop infrastructure", object_source=GOALS
)
OTHER = replace(
    GOOD, record=f"{GOOD.record}2", subject=f"{PLAN}/north/objective/1", subject_label="", subject_sha256=""
)


@pytest.fixture(scope="module")
def store() -> Store:
    return small_store()


def troubles(store: Store, *mappings: Mapping, engine: str = ENGINES[0]) -> list[tuple[str, str]]:
    return [(one.trouble.value, one.finding.rule) for one in check_links([set_of(*mappings)], store, engine=engine)]


def test_nothing_is_the_matter_with_a_mapping_of_what_is_there(store: Store) -> None:
    assert troubles(store, GOOD, OTHER, TO_GOAL) == []


ONE_FAULT = {
    "an element that the plan does not have": (
        replace(GOOD, subject=f"{OUTPUT}0"), [("broken", "MappedElementIsThere")],
    ),
    "a withdrawn element": (
        replace(GOOD, subject=WITHDRAWN, subject_label="A road of clay"), [("broken", "MappedElementIsNotWithdrawn")],
    ),
    "a class of the ontology": (
        replace(GOOD, subject="https://w3id.org/stratgraph/ontology#Goal", subject_label="", subject_sha256=""),
        [("broken", "MappedThingIsKnown")],
    ),
    "a concept that the vocabulary does not have": (
        replace(GOOD, object=f"{SUBJECTS}/8"), [("broken", "MappedConceptIsInVocabulary")],
    ),
    "a concept of another vocabulary than it says": (
        replace(GOOD, object_source=GOALS), [("broken", "MappedConceptIsInVocabulary")],
    ),
    "a deprecated concept": (
        replace(GOOD, object=f"{SUBJECTS}/9", object_label="TOLLS"), [("broken", "MappedConceptIsNotDeprecated")],
    ),
    "a relation within a scheme": (
        replace(GOOD, predicate=f"{SKOS}related"), [("broken", "MappingRelationIsFree")],
    ),
    "a relation by which plans are built": (
        replace(GOOD, predicate=SG.PART_OF), [("broken", "MappingRelationIsFree")],
    ),
    "a relation of ours that is misspelt": (
        replace(GOOD, predicate=f"{SG.IS_ABOUT}s"), [("broken", "MappingRelationIsFree")],
    ),
    "a relation that nobody declares": (
        replace(GOOD, predicate="http://example.org/helps"), [("dubious", "MappingRelationIsKnown")],
    ),
    "a match of what is no concept": (
        replace(GOOD, predicate=f"{SKOS}closeMatch"), [("dubious", "MappingMatchesConcepts")],
    ),
    "a justification of one's own": (
        replace(GOOD, justification="http://example.org/Guess"), [("broken", "MappingJustificationIsKnown")],
    ),
    "a percentage": (replace(GOOD, confidence=80.0), [("broken", "MappingConfidenceIsInRange")]),
    "nobody's word": (replace(GOOD, authors=(), author_labels=()), [("broken", "MappingHasAuthor")]),
    "no date": (replace(GOOD, date=None), [("broken", "MappingHasDate")]),
    "another text": (replace(GOOD, subject_sha256=digest("A road of wood")), [("stale", "MappedElementKeepsItsText")]),
    "another label of the element": (
        replace(GOOD, subject_label="A road of wood"), [("dubious", "MappedElementKeepsItsLabel")],
    ),
    "another label of the concept": (
        replace(GOOD, object_label="RIVERS"), [("dubious", "MappedConceptKeepsItsLabel")],
    ),
    "a low confidence": (replace(GOOD, confidence=0.39), [("dubious", "MappingConfidenceIsNotLow")]),
    "a vocabulary that is not there": (
        replace(GOOD, object="http://example.org/others/1", object_source="http://example.org/others"),
        [("unchecked", "MappedVocabularyIsLoaded")],
    ),
}  # fmt: skip


LINKS_OF_OTHER_THINGS = {
    "a part of the text is about": (
        replace(GOOD, subject=f"{PLAN}/text/table/1.2", subject_label="Table 1.2 – Results")
    ),
    "an organisation is the same as": replace(
        GOOD, subject="https://w3id.org/stratgraph/id/agency", subject_label="Agency",
        predicate="http://www.w3.org/2002/07/owl#sameAs",
    ),
    "a unit contributes": replace(
        GOOD, subject="https://w3id.org/stratgraph/id/agency/north", subject_label="North",
        predicate=SG.CONTRIBUTES_TO_TARGET,
    ),
    "a concept is matched": replace(
        GOOD, subject=f"{GOALS}/9.1", subject_label="Develop infrastructure", predicate=f"{SKOS}closeMatch"
    ),
    "an output has a subject": replace(GOOD, predicate=f"{DCTERMS_NS}subject"),
    "an output is counted": replace(GOOD, predicate=SG.COUNTED_BY),
    "a relation that a vocabulary here declares": replace(GOOD, predicate="http://example.org/serves"),
}  # fmt: skip


@pytest.mark.parametrize("link", LINKS_OF_OTHER_THINGS)
def test_organisations_concepts_and_parts_of_a_text_are_linked_by_any_declared_relation(link: str) -> None:
    declared = "<http://example.org/serves> a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Property> ."
    store = small_store(vocabulary=f"{VOCABULARY}\n{declared}")
    mapping = LINKS_OF_OTHER_THINGS[link]
    mapping = replace(mapping, subject_sha256="")
    for engine in ENGINES:
        assert troubles(store, mapping, engine=engine) == []


def test_whoever_rejects_every_relation_rejects_each(store: Store) -> None:
    rejected = set_of(replace(GOOD, record=f"{GOOD.record}2", predicate=SG.LINKED_TO, is_negative=True))
    (found,) = check_links([set_of(GOOD)], store, beside=[rejected])
    assert found.finding.rule == "MappingIsNotRejected"
    other = set_of(replace(rejected.mappings[0], predicate=SG.COUNTED_BY))
    assert check_links([set_of(GOOD)], store, beside=[other]) == ()


@pytest.mark.parametrize("fault", ONE_FAULT)
def test_one_fault_is_one_finding_in_both_engines(store: Store, fault: str) -> None:
    mapping, expected = ONE_FAULT[fault]
    for engine in ENGINES:
        assert troubles(store, OTHER, mapping, engine=engine) == expected


def test_two_mappings_contradict_each_other(store: Store) -> None:
    goal = replace(GOOD, subject=f"{GOALS}/9.1", subject_label="", subject_sha256="")
    exact = replace(goal, predicate=f"{SKOS}exactMatch")
    broader = replace(goal, record=f"{GOOD.record}2", predicate=f"{SKOS}broadMatch")
    assert troubles(store, exact, broader) == [("dubious", "MappingIsNotContradicted")]


def test_the_same_two_things_are_mapped_twice(store: Store) -> None:
    twice = replace(GOOD, record=f"{GOOD.record}2", predicate=SG.COUNTED_BY)
    assert troubles(store, GOOD, twice) == [("dubious", "MappingIsMadeOnce")] * 2


def test_a_rejected_mapping_is_found_in_another_set_and_told_of_the_one_that_makes_it(store: Store) -> None:
    rejected = set_of(replace(GOOD, record=f"{GOOD.record}2", is_negative=True, confidence=None))
    (found,) = check_links([set_of(GOOD)], store, beside=[rejected])
    assert (found.trouble, found.finding.rule, found.mapping) == (Trouble.DUBIOUS, "MappingIsNotRejected", GOOD)
    assert rejected.mappings[0].record in found.finding.message
    assert check_links([rejected], store) == ()


def test_an_older_plan_cannot_have_meant_the_goals_of_2015(store: Store) -> None:
    exact = replace(TO_GOAL, predicate="http://www.w3.org/2002/07/owl#sameAs")
    assert troubles(store, exact) == []  # this plan begins in 2030
    older = small_store(BASE.read_text("utf-8").replace("sg:startYear 2030 ; sg:endYear 2033", "sg:startYear 2012"))
    assert troubles(older, exact) == [("broken", "MappingToLaterGoalIsNoIdentity")]
    assert troubles(older, TO_GOAL) == []


def test_a_stale_mapping_shows_what_it_was_made_of_and_what_is_there_now() -> None:
    changed = small_store(BASE.read_text("utf-8").replace("A road of stone", "A road of stone and sand"))
    (stale, label) = check_links([set_of(GOOD)], changed)
    assert (stale.trouble, label.trouble) == (Trouble.STALE, Trouble.DUBIOUS)
    assert "then “A road of stone”, now “A road of stone and sand”" in stale.finding.message
    new = digest("A road of stone and sand")
    assert new in stale.finding.message
    confirmed = replace(GOOD, subject_label="A road of stone and sand", subject_sha256=new)
    assert check_links([set_of(confirmed)], changed) == ()


def test_a_finding_stands_at_the_row_of_its_mapping(store: Store) -> None:
    (found,) = check_links([set_of(replace(GOOD, confidence=0.1))], store)
    assert (found.finding.file, found.finding.line) == ("small.sssom.tsv", 12)


def test_the_worst_comes_first(store: Store) -> None:
    bad = replace(GOOD, subject_sha256=digest("x"), confidence=0.1, date=None)
    assert [one for one, _ in troubles(store, bad)] == ["broken", "stale", "dubious"]


def test_the_report_for_people_has_the_place_the_two_sides_and_the_mend(store: Store) -> None:
    sets = [set_of(replace(GOOD, confidence=0.1), OTHER)]
    text = render_links(check_links(sets, store), sets)
    assert text.splitlines() == [
        "dubious: small.sssom.tsv:12: MappingConfidenceIsNotLow",
        "  agency/plan/1/north/objective/1/output/1 sg:isAbout http://example.org/subjects/7",
        "  The confidence is 0.1: a proposal rather than a link.",
        "  Find the words that carry it, or reject it (predicate_modifier Not) and say why.",
        "2 mappings in 1 set: 1 dubious.",
    ]
    assert render_links((), sets) == "2 mappings in 1 set: nothing found.\n"


def test_the_report_for_programs_counts_mappings_and_not_findings(store: Store) -> None:
    sets = [set_of(replace(GOOD, confidence=0.1, object_label="RIVERS"))]
    content = json.loads(render_links(check_links(sets, store), sets, "json"))
    assert content["counts"] == {"broken": 0, "stale": 0, "dubious": 1, "unchecked": 0}
    assert {one["rule"] for one in content["findings"]} == {"MappingConfidenceIsNotLow", "MappedConceptKeepsItsLabel"}
    assert {(one["file"], one["line"], one["subject"]) for one in content["findings"]} == {
        ("small.sssom.tsv", 12, OUTPUT)
    }


def test_there_is_no_other_form_of_report() -> None:
    with pytest.raises(UsageError, match="'xml'"):
        render_links((), (), "xml")
