"""Proposals of links: what speaks for a concept, what is left out, and that they find what people found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse
from rapidfuzz import fuzz, process, utils

from program import PROGRAM, run
from stratgraph.errors import NotFound, UsageError
from stratgraph.links import shipped_sets
from stratgraph.links.suggest import LEAST, Suggestions, asked_in, suggest
from stratgraph.search import Lexicon, lexicon

if TYPE_CHECKING:
    from pathlib import Path

    from stratgraph.store import Store

ANNEX = "https://w3id.org/stratgraph/id/itu/plan/2012-2015/"
PLAN = "http://example.org/plan/"
THESAURUS = "http://example.org/thesaurus/"
GOALS = "http://example.org/goals/"

ELEMENTS = """
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <http://example.org/plan/> .
<goal> rdfs:label "Goal"@en ; sg:text "Fair use of the orbit"@en .
<objective/1> rdfs:label "Objective 1"@en ; sg:contributesTo <goal> ;
    sg:text "A radiocommunication spectrum for every member"@en .
<objective/1/output/1> rdfs:label "Regulations for radio"@en ; sg:supportsObjective <objective/1> ;
    sg:text "Regulations for radio"@en .
<objective/2> rdfs:label "Objective 2"@en ;
    sg:text "Least developed countries (LDCs) get training in the management of spectrum"@en .
<objective/3> rdfs:label "Objective 3"@en ; sg:text "Services for LDCs"@en ; sg:linkedTo <../thesaurus/6> .
<objective/4> rdfs:label "Objective 4"@en ; sg:text "Management of the spectrum"@en ;
    sg:linkedTo <../thesaurus/7> .
<objective/5> rdfs:label "Objective 5"@en ; sg:text "Zzz"@en .
"""

THESAURUS_TRIPLES = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <http://example.org/thesaurus/> .
<1> a skos:Concept ; skos:prefLabel "RADIO COMMUNICATION"@en .
<2> a skos:Concept ; skos:prefLabel "RADIO REGULATIONS"@en .
<3> a skos:Concept ; skos:prefLabel "SPECTRUM MANAGEMENT"@en ; owl:deprecated true .
<4> a skos:Concept ; skos:prefLabel "MANAGEMENT"@en ; owl:deprecated false .
<5> a skos:Concept ; skos:prefLabel "ORBITS"@en .
<6> a skos:Concept ; skos:prefLabel "LEAST DEVELOPED COUNTRIES"@en .
<7> a skos:Concept ; skos:prefLabel "INTERNATIONAL LAW"@en .
<8> a skos:Concept ; skos:prefLabel "FISHERIES"@en .
"""

GOALS_TRIPLES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <http://example.org/goals/> .
<1> a skos:Concept ; skos:prefLabel "Share the airwaves"@en ; dcterms:subject <../thesaurus/1> .
<2> a skos:Concept ; skos:prefLabel "Teach the poor"@en ; skos:broader <3> .
<3> a skos:Concept ; skos:prefLabel "Training for everybody"@en .
<4> a skos:Concept , sdgo:Series ; skos:prefLabel "Training in spectrum management, by country"@en .
"""


def triples(text: str) -> list:
    return list(parse(text, format=RdfFormat.TURTLE))


@pytest.fixture
def small() -> Suggestions:
    vocabularies = {"thesaurus": triples(THESAURUS_TRIPLES), "goals": triples(GOALS_TRIPLES)}
    return Suggestions(lexicon(triples(ELEMENTS), vocabularies))


def found(suggestions: Suggestions, place: str, vocabulary: str = "thesaurus", **options: bool) -> list[str]:
    proposals = suggestions.propose(f"{PLAN}{place}", vocabulary, least=0, **options)
    return [proposal.iri.rpartition("/")[2] for proposal in proposals]


def test_a_name_that_stands_in_the_text_comes_first_written_as_one_word_or_two(small: Suggestions) -> None:
    first, *_ = small.propose(f"{PLAN}objective/1", "thesaurus")
    assert (first.iri, first.is_named) == (f"{THESAURUS}1", True)


def test_what_stands_below_an_element_speaks_for_it_and_what_stands_above_a_little(small: Suggestions) -> None:
    order = found(small, "objective/1")
    assert set(order) >= {"1", "2", "5"}
    assert order.index("1") < order.index("2") < order.index("5")
    assert "8" not in order


def test_deprecated_concepts_and_series_of_figures_are_never_proposed(small: Suggestions) -> None:
    assert "3" not in found(small, "objective/2")
    assert "4" not in found(small, "objective/2", "goals")


def test_acronyms_count_as_what_the_plan_says_they_stand_for(small: Suggestions) -> None:
    (first, *_) = small.propose(f"{PLAN}objective/3", "thesaurus", with_linked=True)
    assert (first.iri, first.is_named) == (f"{THESAURUS}6", True)


def test_what_is_linked_already_is_left_out_unless_it_is_wanted(small: Suggestions) -> None:
    assert "6" not in found(small, "objective/3")
    proposals = small.propose(f"{PLAN}objective/3", "thesaurus", with_linked=True)
    assert [p.is_linked for p in proposals if p.iri == f"{THESAURUS}6"] == [True]


def test_subjects_and_broader_concepts_speak_for_a_concept(small: Suggestions) -> None:
    assert found(small, "objective/1", "goals") == ["1"]
    assert found(small, "objective/2", "goals") == ["3", "2"]


def test_links_of_like_elements_speak_for_a_concept_without_a_word(small: Suggestions) -> None:
    proposals = {one.iri: one for one in small.propose(f"{PLAN}objective/2", "thesaurus", least=0)}
    law = proposals[f"{THESAURUS}7"]
    assert (law.words, law.alike) == ((), (f"{PLAN}objective/4",))
    unseen = small.propose(f"{PLAN}objective/2", "thesaurus", unseen={f"{PLAN}objective/4"}, least=0)
    assert f"{THESAURUS}7" not in {one.iri for one in unseen}


def test_proposals_say_the_words_that_speak_for_them(small: Suggestions) -> None:
    proposals = {one.iri: one for one in small.propose(f"{PLAN}objective/1", "thesaurus", least=0)}
    assert set(proposals[f"{THESAURUS}2"].words) == {"radio", "regulations"}


def test_where_nothing_speaks_for_any_concept_none_is_proposed(small: Suggestions) -> None:
    assert found(small, "objective/5") == []
    assert len(small.propose(f"{PLAN}objective/1", "thesaurus", limit=2, least=0)) == 2


@pytest.fixture(scope="module")
def of_annex(published_lexicon: Lexicon) -> Suggestions:
    """What is worked out of the words of the published annex serves all that is asked of it."""
    return Suggestions(published_lexicon)


def test_nothing_is_proposed_for_what_no_concept_fits(of_annex: Suggestions, published_lexicon: Lexicon) -> None:
    # Its text: "VIPs", of an objective on an exhibition. It had a proposal with 1.00 of each vocabulary.
    element = f"{ANNEX}gs/objective/6/kpi/5"
    for vocabulary in published_lexicon.vocabularies:
        assert of_annex.propose(element, vocabulary) == ()
    scores = [one.score for name in published_lexicon.vocabularies for one in of_annex.propose(element, name, least=0)]
    assert max(scores) < LEAST


def test_a_score_says_the_same_of_each_element(of_annex: Suggestions) -> None:
    """The statement on standards names STANDARDIZATION; of buildings the thesaurus here has hardly a word."""
    (named,) = of_annex.propose(f"{ANNEX}itu-t/goal/statement/2", "unbis", limit=1)
    (hardly,) = of_annex.propose(f"{ANNEX}gs/objective/4/output/3", "unbis", limit=1, least=0)
    assert named.label == "STANDARDIZATION"
    assert named.score > 0.6
    assert hardly.score < 0.5


def test_subject_categories_of_the_thesaurus_are_not_proposed(of_annex: Suggestions) -> None:
    # 060600 TELECOMMUNICATIONS is a category, and 1006440 the concept (decision 8).
    found_ = of_annex.propose(f"{ANNEX}itu-d/objective/1", "unbis", limit=50, with_linked=True, least=0)
    telecommunications = [one.iri for one in found_ if one.label == "TELECOMMUNICATIONS"]
    assert telecommunications == ["http://metadata.un.org/thesaurus/1006440"]


def test_the_letters_of_an_abbreviation_are_no_words(of_annex: Suggestions, published_lexicon: Lexicon) -> None:
    # Its text: Improvement (e.g. user-friendly) of software of the Radiocommunication Bureau.
    element = f"{ANNEX}itu-r/objective/2/output/3"
    found_ = [p for name in published_lexicon.vocabularies for p in of_annex.propose(element, name, limit=50, least=0)]
    assert found_
    assert not [one.label for one in found_ if {"e", "g"} & set(one.words)]


FRENCH = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
@base <http://example.org/plan/> .
<../plan> dcterms:title "Plan stratégique"@fr .
<objective/1> sg:inPlan <../plan> ; rdfs:label "Objectif 1"@fr ;
    sg:text "Donner aux pays accès à la large bande, et former les régulateurs"@fr .
"""
BOTH = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <http://example.org/both/> .
<1> a skos:Concept ; skos:prefLabel "Broadband"@en , "Large bande"@fr .
<2> a skos:Concept ; skos:prefLabel "Large enterprises"@en , "Grandes entreprises"@fr .
<3> a skos:Concept ; skos:prefLabel "Polluter-pays principle"@en , "Principe du pollueur-payeur"@fr .
<4> a skos:Concept ; skos:prefLabel "Regulatory bodies"@en , "Autorités de régulation"@fr .
"""
ENGLISH_ONLY = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <http://example.org/english/> .
<2> a skos:Concept ; skos:prefLabel "LARGE ENTERPRISES"@en .
<3> a skos:Concept ; skos:prefLabel "EQUAL PAY"@en .
"""


def test_a_plan_is_asked_about_in_its_own_language() -> None:
    suggestions = Suggestions(lexicon(triples(FRENCH), {"both": triples(BOTH), "english": triples(ENGLISH_ONLY)}))
    first, *others = found(suggestions, "objective/1", "both")
    assert first == "1"
    assert not {"2", "3"} & set(others)
    # « régulateurs » and « régulation » have one stem in French.
    assert "4" in others
    # Where there are no names in its language, nothing is found by words that only look alike: « large », « pays ».
    assert found(suggestions, "objective/1", "english") == []


def test_a_translated_element_is_asked_about_in_the_language_that_is_named() -> None:
    english = FRENCH.replace(
        'dcterms:title "Plan stratégique"@fr .',
        'dcterms:title "Strategic plan"@en , "Plan stratégique"@fr ; sg:mainLanguage "en" .',
    ).replace('les régulateurs"@fr .', 'les régulateurs"@fr , "Give every country equal pay"@en .')
    known = lexicon(triples(english), {"both": triples(BOTH)})
    assert "1" not in found(Suggestions(known), "objective/1", "both")
    element = next(iri for iri in known.entries if iri.endswith("objective/1"))
    french = Suggestions(asked_in(known, element, "fr-CH"))
    assert found(french, "objective/1", "both")[0] == "1"
    (first, *_) = french.propose(element, "both")
    assert first.label == "Large bande"
    with pytest.raises(UsageError, match="says nothing in the language “ru”") as caught:
        asked_in(known, element, "ru")
    assert caught.value.mend == "It has en and fr; leave the option out for the language of its plan."


def test_the_order_of_triples_makes_no_difference(small: Suggestions) -> None:
    vocabularies = {"goals": triples(GOALS_TRIPLES)[::-1], "thesaurus": triples(THESAURUS_TRIPLES)[::-1]}
    turned = Suggestions(lexicon(triples(ELEMENTS)[::-1], vocabularies))
    for number in range(1, 6):
        element = f"{PLAN}objective/{number}"
        assert turned.propose(element, "thesaurus", least=0) == small.propose(element, "thesaurus", least=0)


def test_what_does_not_exist_is_named_with_what_does(small: Suggestions) -> None:
    with pytest.raises(NotFound, match="objective/9"):
        small.propose(f"{PLAN}objective/9", "thesaurus")
    with pytest.raises(NotFound, match="concept"):
        small.propose(f"{PLAN}objective/1", "concept")
    with pytest.raises(NotFound) as raised:
        small.propose(f"{THESAURUS}1", "thesaurus")
    assert "no element" in raised.value.what


def test_no_vocabulary_says_how_to_get_one() -> None:
    with pytest.raises(NotFound) as raised:
        Suggestions(lexicon(triples(ELEMENTS), {})).propose(f"{PLAN}objective/1", "sdg")
    assert "import vocabulary" in raised.value.mend


@pytest.fixture(scope="module")
def published(published_lexicon: Lexicon) -> Lexicon:
    return published_lexicon


def test_a_published_element_gets_proposals_from_each_vocabulary(linked_store: Store) -> None:
    # Its text: "… people with special needs, such as persons with disabilities …".
    found_ = suggest(linked_store, f"{ANNEX}itu-d/objective/5", limit=5, with_linked=True)
    assert [one.vocabulary for one in found_ if one.vocabulary != "m49"] == ["sdg"] * 5 + ["unbis"] * 5 + ["wsis"] * 5
    everything = suggest(linked_store, f"{ANNEX}itu-d/objective/5", to=["unbis"], with_linked=True)
    assert {one.vocabulary for one in everything} == {"unbis"}
    (disabilities,) = {one.label for one in everything if one.label == "PERSONS WITH DISABILITIES"}
    assert disabilities


def test_more_curated_links_are_found_than_by_the_likeness_of_labels(published: Lexicon) -> None:
    """Of the objectives, with all links unseen: by text alone, beside the best of rapidfuzz's scorers for this."""
    curated = {
        (mapping.subject, mapping.object)
        for mappings in shipped_sets()
        for mapping in mappings.mappings
        if not mapping.is_negative and "/objective/" in mapping.subject and mapping.subject[-2] == "/"
    }
    elements = sorted({subject for subject, _ in curated if subject.count("/objective/") and "/o" in subject})
    elements = [one for one in elements if one.split("/")[-2] == "objective"]
    suggestions = Suggestions(published)
    everybody = frozenset(published.entries)
    for vocabulary in ("sdg", "unbis"):
        labels = {
            entry.iri: utils.default_process(entry.label)
            for entry in published.entries.values()
            if entry.vocabulary == vocabulary
        }
        ours, theirs = set(), set()
        for element in elements:
            said = utils.default_process(published.entries[element].text)
            alike = process.extract(said, labels, scorer=fuzz.token_set_ratio, limit=10)
            theirs |= {(element, iri) for *_, iri in alike} & curated
            proposals = suggestions.propose(element, vocabulary, with_linked=True, unseen=everybody, least=0)
            ours |= {(element, one.iri) for one in proposals} & curated
        assert len(ours) > len(theirs)


def test_the_command_shows_proposals_and_publishes_nothing(linked_folder: Path) -> None:
    before = sorted(path.name for path in linked_folder.iterdir())
    words = ("links", "suggest", "itu-d/objective/6", "--to", "unbis", "--limit", "3", "--all")
    done = run(*words, store=linked_folder, program=PROGRAM)
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[1] for row in rows] == ["unbis"] * 3
    assert all(0.4 <= float(row[0]) < 1 for row in rows)
    # Its text: "… to assist ITU Member States in responding to climate change …".
    assert "CLIMATE CHANGE" in {row[3] for row in rows}
    assert all(row[4] for row in rows)
    assert "nothing is linked" in done.stderr
    assert sorted(path.name for path in linked_folder.iterdir()) == before


def test_the_command_says_what_is_wrong(linked_folder: Path) -> None:
    done = run("links", "suggest", "itu-d/objective/99", store=linked_folder)
    assert done.returncode == 2
    assert "itu-d/objective/99" in done.stderr
    done = run("links", "suggest", "itu-d/objective/1", "--to", "eurovoc", store=linked_folder)
    assert done.returncode == 2
    assert "sdg, unbis, wsis" in done.stderr
