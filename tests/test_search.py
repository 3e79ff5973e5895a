"""Search in texts and labels: what is found, in which order, and what of a store there is to be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from stratgraph.search import Document, Lexicon, NameIndex, TextIndex, acronyms, lexicon, question
from stratgraph.search.spelling import Spelling
from stratgraph.search.words import folded, stems, words

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

EX = "http://example.org/"
SDG = "http://metadata.un.org/sdg/"
PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015/"

DOCUMENTS = (
    Document(f"{EX}a", (("Climate change and its effects", 1.0),)),
    Document(f"{EX}b", (("Changes of climate", 1.0),)),
    Document(f"{EX}c", (("The change of management", 1.0),)),
    Document(f"{EX}d", (("Management of radio spectrum", 1.0),)),
    Document(f"{EX}e", (("Change", 1.0),)),
)


@pytest.fixture(scope="module")
def published(published_lexicon: Lexicon) -> Lexicon:
    return published_lexicon


def test_words_are_told_apart_without_case_accents_and_width() -> None:
    assert folded("ÉTÉ Ｒadio") == "ete radio"
    assert words("Télécommunications/TIC, 5G") == ["telecommunications", "tic", "5g"]


def test_chinese_is_read_in_pairs_of_signs() -> None:
    assert words("气候变化 5") == ["气候", "候变", "变化", "5"]
    assert words("水") == ["水"]


def test_forms_of_a_word_have_one_stem_and_small_words_have_none() -> None:
    assert stems("the standards of a standardization") == ["standard", "standard"]
    assert stems("") == stems("of the") == []


def test_a_document_with_more_of_the_words_comes_first() -> None:
    found = TextIndex(DOCUMENTS).search("climate change")
    assert {hit.iri for hit in found[:2]} == {f"{EX}a", f"{EX}b"}
    assert found[0].score > found[2].score
    assert {hit.iri for hit in found[2:]} == {f"{EX}c", f"{EX}e"}


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    index = TextIndex(DOCUMENTS)
    assert index.rarity("spectrum") > index.rarity("chang") > 0
    assert index.search("spectrum change")[0].iri == f"{EX}d"


def test_a_hit_says_by_which_words_it_was_found() -> None:
    (first, *_) = TextIndex(DOCUMENTS).search("radio managers")
    assert (first.iri, first.words) == (f"{EX}d", ("radio", "managers"))


def test_a_word_that_no_document_has_is_taken_for_those_that_are_spelt_much_the_same() -> None:
    index = TextIndex(DOCUMENTS)
    (first, *_) = index.search("spektrum")
    assert (first.iri, first.words) == (f"{EX}d", ("spektrum",))
    assert index.search("xylophone") == ()


def test_a_word_that_is_spelt_much_the_same_counts_by_the_square_of_how_alike_it_is() -> None:
    """So that one doubtful word does not outweigh a sure one: of eight letters seven are the same."""
    index = TextIndex(DOCUMENTS)
    (sure,), (respelt,) = index.search("spectrum"), index.search("spektrum")
    assert respelt.score == pytest.approx(sure.score * (7 / 8) ** 2)


def test_search_can_be_among_some_documents_only() -> None:
    assert [hit.iri for hit in TextIndex(DOCUMENTS).search("change", among={f"{EX}c"})] == [f"{EX}c"]
    assert len(TextIndex(DOCUMENTS).search("change", limit=2)) == 2


def test_equal_documents_come_by_their_iris() -> None:
    same = [Document(f"{EX}{name}", (("Same words", 1.0),)) for name in "cab"]
    assert [hit.iri for hit in TextIndex(same).search("words")] == [f"{EX}a", f"{EX}b", f"{EX}c"]


def test_a_field_with_more_weight_counts_more() -> None:
    documents = [
        Document(f"{EX}a", (("broadband", 0.2), ("schools", 1.0))),
        Document(f"{EX}b", (("schools", 0.2), ("broadband", 1.0))),
    ]
    assert TextIndex(documents).search("broadband")[0].iri == f"{EX}b"


def test_an_index_of_nothing_finds_nothing() -> None:
    assert len(TextIndex(())) == 0
    assert TextIndex(()).search("anything") == ()
    assert NameIndex(()).alike("anything", limit=3) == ()
    assert NameIndex(()).beginning("a") == ()


@given(st.randoms(use_true_random=False))
def test_the_order_of_documents_makes_no_difference(order: random.Random) -> None:
    mixed = list(DOCUMENTS)
    order.shuffle(mixed)
    for asked in ("climate change", "radio spektrum", "management change"):
        assert TextIndex(mixed).search(asked) == TextIndex(DOCUMENTS).search(asked)


def test_what_is_said_more_often_or_with_more_weight_weighs_more_up_to_a_point() -> None:
    asked = question([("roads and bridges", 1.0), ("bridges", 0.5), ("tolls", 0.0)])
    assert asked.weights["bridg"] == pytest.approx(1.5 / 2.5)
    assert asked.weights["road"] == pytest.approx(1 / 2)
    assert set(asked.words.values()) - {"tolls"} == {"roads", "bridges"}
    assert "toll" not in asked.weights


@pytest.mark.parametrize("word", ["cybersecurity", "telecommunication", "radio"])
def test_a_letter_left_out_does_not_hide_a_word(word: str) -> None:
    spelling = Spelling(["cybersecurity", "telecommunication", "radio", "road", "security"])
    assert spelling.near(word) == ((word, 1.0),)
    assert spelling.near(word[:3] + word[4:])[0][0] == word


def test_acronyms_are_explained_by_the_words_before_them() -> None:
    texts = [
        "Providing information and communication technology (ICT) services",
        "These include the least developed countries (LDCs), small island developing states",
        "as agreed by members (ABC), and the Union (ITU)",
        "information on costs of technology (ICT)",
    ]
    assert acronyms(texts) == {
        "ict": "information and communication technology",
        "ldc": "least developed countries",
    }


NAMES = (
    (f"{EX}1", "Climate change"),
    (f"{EX}1", "Changements climatiques"),
    (f"{EX}2", "Change of climate"),
    (f"{EX}3", "Radio communication"),
    (f"{EX}4", "9.c"),
    (f"{EX}5", "Réseaux"),
    (f"{EX}6", "Climate"),
)


def test_the_very_name_is_the_most_alike_whatever_its_case_and_accents() -> None:
    index = NameIndex(NAMES)
    for text, iri in (("CLIMATE CHANGE", "1"), ("reseaux", "5"), ("changements climatiques", "1"), ("9.C", "4")):
        best = index.alike(text, limit=3)[0]
        assert (best.iri, best.score) == (f"{EX}{iri}", 1.0)


def test_names_with_a_fault_or_in_another_order_are_nearly_as_alike() -> None:
    index = NameIndex(NAMES)
    for text in ("climat change", "change climate"):
        best = index.alike(text, limit=3)[0]
        assert best.iri == f"{EX}1"
        assert 0.7 < best.score < 1


def test_a_thing_is_found_once_by_the_best_of_its_names() -> None:
    found = NameIndex(NAMES).alike("climate", limit=10)
    assert [one.iri for one in found].count(f"{EX}1") == 1
    assert found[0].iri == f"{EX}6"
    assert [one.iri for one in NameIndex(NAMES).alike("climate", limit=10, among={f"{EX}2"})] == [f"{EX}2"]


def test_names_are_found_by_their_beginnings_and_those_of_their_words() -> None:
    index = NameIndex(NAMES)
    assert index.beginning("clim") == (f"{EX}6", f"{EX}1", f"{EX}2")
    assert index.beginning("change cl") == (f"{EX}1", f"{EX}2")
    assert index.beginning("change of") == (f"{EX}2",)
    assert index.beginning("9.c") == (f"{EX}4",)
    assert index.beginning("climate x") == index.beginning(" ") == ()


@given(st.randoms(use_true_random=False))
def test_the_order_of_names_makes_no_difference(order: random.Random) -> None:
    mixed = list(NAMES)
    order.shuffle(mixed)
    assert NameIndex(mixed).alike("climate chance", limit=5) == NameIndex(NAMES).alike("climate chance", limit=5)
    assert NameIndex(mixed).beginning("c") == NameIndex(NAMES).beginning("c")


def test_a_lexicon_has_what_has_a_name() -> None:
    triples = """
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @base <http://example.org/> .
        <1> a skos:Concept ; skos:prefLabel " Roads"@en , "Routes"@fr ; skos:altLabel "Streets"@en ;
            owl:deprecated false .
        <2> a skos:Concept .
        <3> a skos:Concept ; skos:prefLabel "Routes"@fr ; owl:deprecated true .
        <scheme> a skos:ConceptScheme ; rdfs:label "Subjects"@en .
    """
    found = lexicon((), {"small": parse(triples, format=RdfFormat.TURTLE)})
    assert list(found.entries) == [f"{EX}1", f"{EX}3"]
    roads = found.entries[f"{EX}1"]
    assert (roads.label, roads.vocabulary, roads.is_deprecated) == ("Roads", "small", False)
    assert [name.text for name in roads.names] == ["Roads", "Routes", "Streets"]
    assert found.entries[f"{EX}3"].is_deprecated
    assert found.label(f"{EX}scheme") == "Subjects"
    assert found.label(f"{EX}terms#hasPart") == "has part"


@pytest.mark.parametrize(("title", "shown"), [('"Plan"@fr', "Route A"), ('"Plan"@de', "Road"), ('"Plan"', "Road")])
def test_an_element_is_called_in_the_language_of_its_plan_or_else_in_english(title: str, shown: str) -> None:
    triples = f"""
        @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix sg: <https://w3id.org/stratgraph/ontology#> .
        @base <https://w3id.org/stratgraph/id/> .
        <itu/plan/2016> dcterms:title {title} .
        <http://example.org/1> sg:inPlan <itu/plan/2016> ; rdfs:label "Route A"@fr , "Strada"@ar , "Road"@en .
        <itu/plan/2016/goal/1> rdfs:label "Route A"@fr , "Strada"@ar , "Road"@en .
    """
    found = lexicon(parse(triples, format=RdfFormat.TURTLE), {})
    assert found.label(f"{EX}1") == found.label(f"{PLAN[:-10]}2016/goal/1") == shown


def test_a_store_has_elements_units_terms_and_concepts(published: Lexicon) -> None:
    of = [entry.vocabulary for entry in published.entries.values()]
    # shared/README: 17 goals, 169 targets, 262 indicators, 685 series; 7,281 concepts; C1 to C11 and eight of C7.
    assert {name: of.count(name) for name in published.vocabularies} == {
        "identifiers": 3,
        "m49": 3,
        "sdg": 1133,
        "unbis": 7281,
        "wsis": 19,
    }
    # 367 elements, the plan, the Union and its four units, six terms (Part III of the annex).
    assert of.count("") == 367 + 1 + 5 + 6
    assert published.label("https://w3id.org/stratgraph/id/itu/itu-r") == "Radiocommunication Sector"


def test_a_goal_has_names_in_six_languages(published: Lexicon) -> None:
    goal = published.entries[f"{SDG}13"]
    assert goal.label == "Take urgent action to combat climate change and its impacts"
    assert {name.language for name in goal.names} >= {"ar", "en", "es", "fr", "ru", "zh"}


@pytest.fixture(scope="module")
def elements(published: Lexicon) -> TextIndex:
    return TextIndex(
        Document(iri, ((entry.text, 1.0),)) for iri, entry in published.entries.items() if iri.startswith(PLAN)
    )


def speaking_of(text: str, lexicon_: Lexicon) -> Iterator[str]:
    return (
        iri for iri, e in lexicon_.entries.items() if iri.startswith(PLAN) and text in e.text.lower().replace("-", " ")
    )


def test_what_speaks_of_climate_change_is_found_first(elements: TextIndex, published: Lexicon) -> None:
    speaking = set(speaking_of("climate change", published))
    assert f"{PLAN}itu-d/factor/6.1.12" in speaking
    found = [hit.iri for hit in elements.search("climate change", limit=2 * len(speaking))]
    assert set(found[:5]) <= speaking <= set(found)
