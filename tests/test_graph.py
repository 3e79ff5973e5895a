"""A graph in hand: what a lookup finds, in which order, and which of several texts is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from stratgraph.errors import UsageError
from stratgraph.graph import Graph, best_first, day, decimal, facts, text_of
from stratgraph.statements import language_of
from stratgraph.terms import DCTERMS, RDF, RDFS, SG, SKOS, XSD

ROUTE = "https://example.org/route"


def said(subject: str, predicate: str, value: str | Literal) -> Triple:
    object_ = NamedNode(value) if isinstance(value, str) else value
    return Triple(NamedNode(subject), NamedNode(predicate), object_)


def labelled(*texts: tuple[str, str], languages: tuple[str, ...] = ()) -> Graph:
    labels = [Literal(text, language=tag) if tag else Literal(text) for text, tag in texts]
    return Graph([said(ROUTE, RDFS.LABEL, label) for label in labels], languages=languages)


# --- lookups ---

GRAPH = Graph(
    [
        said(f"{ROUTE}/10", RDF.TYPE, SG.GOAL),
        said(f"{ROUTE}/9", RDF.TYPE, SG.GOAL),
        said(f"{ROUTE}/9", RDF.TYPE, SG.PLAN_ELEMENT),
        said(f"{ROUTE}/9", SG.POSITION, Literal(9)),
        said(f"{ROUTE}/8", RDF.TYPE, SG.OUTPUT),
        said(f"{ROUTE}/8", SG.PART_OF, f"{ROUTE}/10"),
        said(f"{ROUTE}/8", SG.PART_OF, f"{ROUTE}/9"),
        said(f"{ROUTE}/8", SG.PART_OF, f"{ROUTE}/9"),
        said(f"{ROUTE}/8", SG.PART_OF, Literal("the ninth")),
    ]
)


def test_subjects_are_in_natural_order() -> None:
    assert GRAPH.subjects() == (f"{ROUTE}/8", f"{ROUTE}/9", f"{ROUTE}/10")
    assert GRAPH.subjects(SG.POSITION) == (f"{ROUTE}/9",)
    assert GRAPH.subjects(SG.PART_OF, f"{ROUTE}/9") == (f"{ROUTE}/8",)
    assert GRAPH.subjects(SG.PART_OF, NamedNode(f"{ROUTE}/10")) == (f"{ROUTE}/8",)
    assert GRAPH.subjects(SG.POSITION, Literal(9)) == (f"{ROUTE}/9",)
    assert GRAPH.subjects(SG.POSITION, Literal("9")) == ()


def test_an_iri_and_a_text_that_reads_like_it_are_two_values() -> None:
    graph = Graph([said(ROUTE, SG.PART_OF, ROUTE), said(f"{ROUTE}/1", SG.PART_OF, Literal(ROUTE))])
    assert graph.subjects(SG.PART_OF, ROUTE) == (ROUTE,)
    assert graph.subjects(SG.PART_OF, Literal(ROUTE)) == (f"{ROUTE}/1",)
    assert graph.has(ROUTE, SG.PART_OF, ROUTE)
    assert not graph.has(ROUTE, SG.PART_OF, Literal(ROUTE))


def test_of_type_is_of_any_of_the_classes() -> None:
    assert GRAPH.of_type(SG.GOAL) == (f"{ROUTE}/9", f"{ROUTE}/10")
    assert GRAPH.of_type(SG.PLAN_ELEMENT, SG.GOAL, SG.OUTPUT) == (f"{ROUTE}/8", f"{ROUTE}/9", f"{ROUTE}/10")
    assert GRAPH.of_type(SG.KPI) == ()


def test_values_are_each_given_once_iris_first() -> None:
    nine, ten, words = NamedNode(f"{ROUTE}/9"), NamedNode(f"{ROUTE}/10"), Literal("the ninth")
    assert GRAPH.objects(f"{ROUTE}/8", SG.PART_OF) == (nine, ten, words)
    assert GRAPH.values(f"{ROUTE}/8", SG.PART_OF) == (nine, ten, words)
    assert GRAPH.iris(f"{ROUTE}/8", SG.PART_OF) == (f"{ROUTE}/9", f"{ROUTE}/10")
    assert GRAPH.iris(f"{ROUTE}/8", RDF.TYPE, SG.PART_OF) == (SG.OUTPUT, f"{ROUTE}/9", f"{ROUTE}/10")
    assert GRAPH.iri(f"{ROUTE}/8", SG.PART_OF) == f"{ROUTE}/9"
    assert GRAPH.texts(f"{ROUTE}/8", SG.PART_OF) == ("the ninth",)
    assert GRAPH.text(f"{ROUTE}/9", SG.POSITION) == "9"


def test_what_is_not_there_has_no_values() -> None:
    assert f"{ROUTE}/8" in GRAPH
    assert NamedNode(f"{ROUTE}/8") in GRAPH
    assert ROUTE not in GRAPH
    assert GRAPH.objects(ROUTE, RDF.TYPE) == GRAPH.objects(f"{ROUTE}/8", RDFS.LABEL) == ()
    assert GRAPH.predicates(ROUTE) == ()
    assert GRAPH.iri(ROUTE, RDF.TYPE) == GRAPH.text(ROUTE, RDFS.LABEL) == GRAPH.label(ROUTE) == ""


def test_a_node_is_asked_for_by_its_iri_or_by_itself() -> None:
    assert GRAPH.predicates(NamedNode(f"{ROUTE}/8")) == GRAPH.predicates(f"{ROUTE}/8") == (RDF.TYPE, SG.PART_OF)
    assert GRAPH.is_a(f"{ROUTE}/9", SG.KPI, SG.GOAL)
    assert not GRAPH.is_a(f"{ROUTE}/8", SG.KPI, SG.GOAL)
    assert GRAPH.has(f"{ROUTE}/9", SG.POSITION)
    assert not GRAPH.has(f"{ROUTE}/8", SG.POSITION)


def test_blank_nodes_are_nodes_of_a_graph_and_none_of_a_plan() -> None:
    node = BlankNode("b")
    triples = [
        Triple(NamedNode(ROUTE), NamedNode(SG.PART_OF), node),
        Triple(node, NamedNode(RDFS.LABEL), Literal("Road")),
    ]
    graph = Graph(triples)
    assert graph.objects(ROUTE, SG.PART_OF) == (node,)
    assert graph.values(ROUTE, SG.PART_OF) == graph.iris(ROUTE, SG.PART_OF) == ()
    assert graph.label(node) == graph.label("_:b") == "Road"
    assert graph.subjects(SG.PART_OF, node) == (ROUTE,)
    for refused in triples:
        with pytest.raises(UsageError, match="blank node"):
            Graph.ground([refused])


def test_quoted_triples_are_none_of_a_plan() -> None:
    quoted = said(ROUTE, RDFS.LABEL, Literal("Road"))
    with pytest.raises(UsageError, match="quoted triple"):
        Graph.ground([Triple(NamedNode(ROUTE), NamedNode(SG.PART_OF), quoted)])


def test_facts_are_triples_in_their_order() -> None:
    triple = said(ROUTE, RDF.TYPE, SG.GOAL)
    quad = Quad(NamedNode(f"{ROUTE}/1"), NamedNode(RDFS.LABEL), Literal("Road"), NamedNode(ROUTE))
    assert list(facts([quad, triple])) == [
        (quad.subject, quad.predicate, quad.object),
        (triple.subject, triple.predicate, triple.object),
    ]
    assert Graph.ground([quad]).label(f"{ROUTE}/1") == "Road"


def test_the_text_of_a_term() -> None:
    assert text_of(NamedNode(ROUTE)) == ROUTE
    assert text_of(Literal("Road", language="en")) == "Road"
    assert text_of(BlankNode("b")) == text_of(None) == ""


# --- which of several texts is shown ---

THREE = (("Route A", "fr"), ("Strada", "ar"), ("Road", "en"))


@pytest.mark.parametrize(
    ("called", "plan", "shown"),
    [
        ((), (), "Road"),
        ((), ("fr",), "Route A"),
        (("ar",), ("fr",), "Strada"),
        (("es",), ("fr",), "Route A"),
        (("es", "ar"), ("fr",), "Strada"),
        (("es",), ("pt",), "Road"),
        (("FR",), (), "Route A"),
    ],
)
def test_the_callers_languages_come_first_then_the_plans_then_english(
    called: tuple[str, ...], plan: tuple[str, ...], shown: str
) -> None:
    graph = labelled(*THREE, languages=plan)
    assert graph.label(ROUTE, called) == shown
    assert graph.text(ROUTE, RDFS.LABEL, languages=called) == shown
    assert graph.texts(ROUTE, RDFS.LABEL, languages=called)[0] == shown


def test_without_english_it_is_the_first_tag_and_no_tag_is_before_all() -> None:
    assert labelled(("Route", "fr"), ("Strada", "ar")).label(ROUTE) == "Strada"
    assert labelled(("Route", "fr"), ("Strada", "ar"), ("A1", "")).label(ROUTE) == "A1"
    assert labelled(("Road", "en"), ("A1", "")).label(ROUTE) == "Road"
    assert labelled(("Road", "en"), ("A1", ""), languages=("",)).label(ROUTE) == "A1"


def test_in_one_language_it_is_the_first_text() -> None:
    assert labelled(("Way", "en"), ("Road", "en")).texts(ROUTE, RDFS.LABEL) == ("Road", "Way")


@pytest.mark.parametrize(
    ("wanted", "tags", "shown"),
    [
        ("en", ("en-GB", "de"), "en-GB"),  # a range is met by longer tags
        ("en", ("en-GB", "en"), "en"),  # its own tag comes first
        ("EN", ("de", "en-gb"), "en-gb"),  # in any case
        ("fr-CH", ("de", "fr"), "fr"),  # what is asked for is shortened
        ("fr-CH", ("fr", "fr-CH"), "fr-CH"),
        ("fr-CH", ("fr-CA", "de"), "fr-CA"),  # shortened it is a range too
        ("fr-CH", ("fr-CA", "fr"), "fr"),
        ("fr-CH", ("fr-CH-1996", "fr"), "fr-CH-1996"),
        ("f", ("fr", "de"), "de"),  # a subtag is met as a whole
        ("zh-Hant-TW", ("zh-Hans", "zh-Hant"), "zh-Hant"),
    ],
)
def test_a_language_is_met_by_its_tag_then_by_longer_ones_then_shortened(
    wanted: str, tags: tuple[str, ...], shown: str
) -> None:
    assert labelled(*((tag, tag) for tag in tags), languages=(wanted,)).label(ROUTE) == shown


def test_english_is_met_by_its_longer_tags_too() -> None:
    assert labelled(("Strada", "ar"), ("Road", "en-GB")).label(ROUTE) == "Road"


def test_a_label_is_of_the_first_property_that_has_one() -> None:
    names = {RDFS.LABEL: "Route A", SKOS.PREF_LABEL: "Road", DCTERMS.TITLE: "Way", SG.TEXT: "Build the road."}
    left = dict(names)
    for name, text in names.items():
        triples = [said(ROUTE, one, Literal(words, language="fr")) for one, words in reversed(left.items())]
        assert Graph(triples).label(ROUTE) == text
        del left[name]
    empty = [said(ROUTE, RDFS.LABEL, Literal("")), said(ROUTE, SG.TEXT, Literal("Build the road."))]
    assert Graph(empty).label(ROUTE) == "Build the road."


@pytest.mark.parametrize(("titles", "languages"), [(["fr"], ("fr",)), (["fr", "en"], ("en",)), ([""], ("",)), ([], ())])
def test_the_languages_of_a_thing_are_those_of_its_plans_title(titles: list[str], languages: tuple[str, ...]) -> None:
    plan = "https://w3id.org/stratgraph/id/itu/plan/2016"
    triples = [
        said(plan, DCTERMS.TITLE, Literal("Plan", language=tag) if tag else Literal("Plan")) for tag in titles
    ] + [said(ROUTE, SG.IN_PLAN, plan)]
    graph = Graph(triples)
    assert [graph.languages_of(thing) for thing in (plan, f"{plan}/goal/1", ROUTE)] == [languages] * 3
    assert graph.languages_of("https://w3id.org/stratgraph/id/itu") == ()


def test_the_language_of_a_plan_is_that_of_its_title_in_whatever_order_its_titles_stand() -> None:
    titles = [said(ROUTE, DCTERMS.TITLE, Literal("Plan", language=tag)) for tag in ("fr", "de")]
    assert language_of(titles, NamedNode(ROUTE)) == language_of(titles[::-1], NamedNode(ROUTE)) == "de"
    assert language_of(titles, NamedNode(f"{ROUTE}/1")) == ""


TEXTS = st.tuples(
    st.sampled_from(("", "A", "B", "10", "9")), st.sampled_from(("", "en", "en-GB", "fr", "fr-CA", "ar", "x-a"))
)
TAGS = st.lists(st.sampled_from(("", "en", "fr", "fr-CH", "AR", "de")), max_size=3)


@given(texts=st.lists(TEXTS, max_size=6), called=TAGS, plan=TAGS, data=st.data())
def test_what_is_shown_does_not_depend_on_the_order_of_triples(
    texts: list[tuple[str, str]], called: list[str], plan: list[str], data: st.DataObject
) -> None:
    again = data.draw(st.permutations(texts + texts))
    first, second = (labelled(*some, languages=tuple(plan)) for some in (texts, again))
    assert first.literals(ROUTE, RDFS.LABEL, called) == second.literals(ROUTE, RDFS.LABEL, called)
    assert first.objects(ROUTE, RDFS.LABEL) == second.objects(ROUTE, RDFS.LABEL)
    assert first.label(ROUTE, called) == second.label(ROUTE, called)
    wanted = (*called, *plan)
    assert best_first(first.literals(ROUTE, RDFS.LABEL), wanted) == list(second.literals(ROUTE, RDFS.LABEL, called))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        # XML Schema 1.1 part 2, section 3.3.3: optional sign, digits, at most one point; no exponent, no separators.
        ("12500", "12500"), ("012500.50", "12500.5"), ("+3.", "3"), (".5", "0.5"), ("-0.0", "0"), ("-7.10", "-7.1"),
        ("1e3", None), ("12,500", None), ("60%", None), ("", None), (".", None), ("-", None), ("٣", None),
        ("1.2.3", None),
    ],
)  # fmt: skip
def test_a_decimal_is_written_in_one_way(text: str, written: str | None) -> None:
    found = decimal(text)
    assert found == (None if written is None else Literal(written, datatype=NamedNode(XSD.DECIMAL)))


def test_a_decimal_is_written_as_a_store_writes_it() -> None:
    store = Store()
    for text in ("12500", "012500.50", ".5", "-7.10", "10.0", "123456789012345.678"):
        raw = Literal(text, datatype=NamedNode(XSD.DECIMAL))
        store.add(Quad(NamedNode(ROUTE), NamedNode(SG.NUMERIC_VALUE), raw))
        (kept,) = [quad.object for quad in store]
        assert decimal(text) == kept
        store.clear()


@pytest.mark.parametrize("text", ["2031", "2031-02-30", "20310101", "2031-1-1", "2031-01-01T00:00:00", ""])
def test_a_day_is_of_the_calendar_and_written_in_one_way(text: str) -> None:
    assert day(text) is None
    assert day("2032-02-29") == Literal("2032-02-29", datatype=NamedNode(XSD.DATE))


def test_a_value_without_words_is_called_by_its_number_and_unit() -> None:
    number = said(ROUTE, SG.NUMERIC_VALUE, Literal("12500", datatype=NamedNode(XSD.DECIMAL)))
    units = [
        said(ROUTE, SG.UNIT_OF_MEASURE, Literal(text, language=tag))
        for text, tag in (("jobs", "en"), ("emplois", "fr"))
    ]
    assert Graph([number]).label(ROUTE) == "12500"
    assert Graph([number, *units]).label(ROUTE) == "12500 jobs"
    assert Graph([number, *units], languages=["fr"]).label(ROUTE) == "12500 emplois"
    assert Graph([number, *units, said(ROUTE, SG.TEXT, Literal("Many", language="en"))]).label(ROUTE) == "Many"
