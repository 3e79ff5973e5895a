"""Reconciliation over the annex and the vocabularies: who is meant, what is said of it, and in which JSON."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from pyoxigraph import RdfFormat, parse
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from stratgraph.errors import LimitError, NotFound, UsageError
from stratgraph.reconciliation import (
    Condition,
    Entity,
    ExtensionQuery,
    Query,
    Reconciler,
    Strictness,
    Wanted,
    manifest,
    read_extension_query,
    read_queries,
    results_as_json,
    suggestions_as_json,
)
from stratgraph.search import lexicon

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratgraph.search import Lexicon

SDG = "http://metadata.un.org/sdg/"
SDG_TYPES = "http://metadata.un.org/sdg/ontology#"
UNBIS = "http://metadata.un.org/thesaurus/"
SG = "https://w3id.org/stratgraph/ontology#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
ITU = "https://w3id.org/stratgraph/id/itu"
PLAN = f"{ITU}/plan/2012-2015/"
BASE = "https://data.example/reconciliation"
OURS = Path(__file__).parent / "data/schemas/reconciliation/answers.json"
PUBLISHED = os.environ.get("RECONCILIATION_SCHEMAS", "")


@pytest.fixture(scope="module")
def reconciler(published_lexicon: Lexicon) -> Reconciler:
    return Reconciler(published_lexicon)


def best(reconciler: Reconciler, text: str, *types: str, **more: Any) -> tuple[str, float, bool]:
    first = reconciler.candidates(Query(text, types, **more))[0]
    return first.id, first.score, first.is_match


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("Take urgent action to combat climate change and its impacts", f"{SDG}13"),
        ("TAKE URGENT ACTION TO COMBAT CLIMATE CHANGE AND ITS IMPACTS", f"{SDG}13"),
        ("采取紧急行动应对气候变化及其影响", f"{SDG}13"),
        ("Industry, innovation and infrastructure", f"{SDG}9"),
        ("9.c", f"{SDG}9.c"),
        ("Target 9.c", f"{SDG}9.c"),
        (f"{SDG}9.c", f"{SDG}9.c"),
        ("C5", "https://w3id.org/stratgraph/vocabulary/wsis/c5"),
        ("International Telecommunication Union", ITU),
        ("Q376150", ITU),
        ("http://www.wikidata.org/entity/Q376150", ITU),
        ("XM-DAC-41303", ITU),
        ("Unión Internacional de Telecomunicaciones", ITU),
        ("国际电信联盟", ITU),
        ("Resolution 71 (Rev. Guadalajara, 2010)", PLAN.rstrip("/")),
        ("ITU-D", f"{ITU}/itu-d"),
        ("ITU-D objective 5", f"{PLAN}itu-d/objective/5"),
        ("ITU-D objective 3 output 2", f"{PLAN}itu-d/objective/3/output/2"),
        ("BROADBAND", f"{UNBIS}1000701"),
    ],
)
def test_a_name_or_code_leads_to_the_thing_whatever_the_language(reconciler: Reconciler, text: str, iri: str) -> None:
    assert best(reconciler, text) == (iri, 100.0, True)


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh"])
def test_each_goal_is_found_by_its_name_in_each_of_six_languages(reconciler: Reconciler, language: str) -> None:
    for goal in (reconciler.preview(f"{SDG}{number}") for number in range(1, 18)):
        if language == "ar" and goal.id in {f"{SDG}14", f"{SDG}15"}:
            continue  # the source gives both the same Arabic label: below
        name = goal.name if language == "en" else goal.other_names[language]
        assert best(reconciler, name, f"{SDG_TYPES}Goal") == (goal.id, 100.0, True)


def test_two_goals_with_one_arabic_label_are_both_candidates(reconciler: Reconciler) -> None:
    name = reconciler.preview(f"{SDG}15").other_names["ar"]
    found = reconciler.candidates(Query(name, (f"{SDG_TYPES}Goal",), limit=2))
    assert [(one.id, one.is_match) for one in found] == [(f"{SDG}14", False), (f"{SDG}15", False)]


def test_two_things_of_one_name_are_both_candidates_and_neither_is_a_match(reconciler: Reconciler) -> None:
    # A UNBIS concept, and paragraph 6.1.12 of the annex, which has this title.
    first, second, third = reconciler.candidates(Query("Climate change", limit=3))
    assert {first.id, second.id} == {f"{UNBIS}1001030", f"{PLAN}itu-d/factor/6.1.12"}
    assert first.score == second.score == 100.0
    assert third.score < 90
    assert not any(one.is_match for one in (first, second, third))


def test_a_type_tells_them_apart(reconciler: Reconciler) -> None:
    assert best(reconciler, "Climate change", f"{SG}SituationalFactor") == (f"{PLAN}itu-d/factor/6.1.12", 100.0, True)
    assert best(reconciler, "Climate change", f"{UNBIS}00") == (f"{UNBIS}1001030", 100.0, True)
    assert reconciler.candidates(Query("Climate change", ("http://example.org/NoSuchType",))) == ()


def test_types_may_be_needed_all_or_preferred(reconciler: Reconciler) -> None:
    types = (f"{SG}SituationalFactor", f"{SKOS}Concept")
    assert reconciler.candidates(Query("Climate change", types, strictness=Strictness.ALL)) == ()
    preferred = (f"{SG}SituationalFactor",)
    first, second, *_ = reconciler.candidates(Query("Climate change", preferred, strictness=Strictness.SHOULD))
    assert (first.id, first.score, first.is_match) == (f"{PLAN}itu-d/factor/6.1.12", 100.0, True)
    assert (second.id, second.score) == (f"{UNBIS}1001030", 80.0)


def test_a_fault_lowers_the_score_and_is_no_match(reconciler: Reconciler) -> None:
    iri, score, is_match = best(reconciler, "brodband")
    assert iri == f"{UNBIS}1000701"
    assert 80 < score < 100
    assert not is_match


def test_what_is_no_longer_used_comes_behind_what_is(reconciler: Reconciler) -> None:
    # Two indicators had the code 17.6.1; the former is deprecated.
    found = {one.id: one for one in reconciler.candidates(Query("Indicator 17.6.1"))}
    assert (found[f"{SDG}C170602"].score, found[f"{SDG}C170602"].is_match) == (100.0, True)
    assert found[f"{SDG}C170601"].score == 90.0
    assert found[f"{SDG}C170601"].description.startswith("no longer used")


def test_candidates_are_as_many_as_asked_sorted_by_score_then_iri(reconciler: Reconciler) -> None:
    found = reconciler.candidates(Query("education", limit=7))
    assert len(found) == 7
    assert [(-one.score, one.id) for one in found] == sorted((-one.score, one.id) for one in found)


def test_each_query_of_a_batch_is_answered_by_itself(reconciler: Reconciler) -> None:
    queries = {"a": Query("broadband"), "b": Query("9.c")}
    assert reconciler.reconcile(queries) == {name: reconciler.candidates(query) for name, query in queries.items()}
    assert reconciler.reconcile({}) == {}
    assert reconciler.candidates(Query("the of")) == ()


def test_a_condition_tells_namesakes_apart(reconciler: Reconciler) -> None:
    # Objective 2 of the Development Sector and of the Radiocommunication Sector.
    for unit in ("itu-d", "itu-r"):
        of_unit = Condition(f"{SG}ofUnit", (Entity(f"{ITU}/{unit}"),))
        iri, _, _ = best(reconciler, "objective 2", f"{SG}Objective", conditions=(of_unit,))
        assert iri == f"{PLAN}{unit}/objective/2"


def test_a_condition_alone_finds_what_has_the_value(reconciler: Reconciler) -> None:
    of_target = Condition(f"{SKOS}broader", (Entity(f"{SDG}9.c"),))
    found = reconciler.candidates(Query(conditions=(of_target,)))
    # Target 9.c has one indicator, 9.c.1.
    assert [(one.id, one.score, one.is_match) for one in found] == [(f"{SDG}C090c01", 100.0, True)]
    of_number = Condition(f"{SKOS}notation", ("9.c",))
    assert [one.id for one in reconciler.candidates(Query(conditions=(of_number,)))] == [f"{SDG}9.c"]


def test_candidates_say_what_kind_of_thing_they_are_and_where_it_stands(reconciler: Reconciler) -> None:
    (output, *_) = reconciler.candidates(Query(f"{PLAN}itu-d/objective/3/output/2"))
    assert output.types[0].name == "output"
    assert output.description.startswith("output · ITU-D objective 3: To foster the development of strategies")
    (target, *_) = reconciler.candidates(Query("9.c"))
    assert [kind.id for kind in target.types][:2] == [f"{SDG_TYPES}Target", "http://metadata.un.org/sdg"]


def test_features_say_what_the_score_is_made_of(reconciler: Reconciler) -> None:
    (first, *_) = reconciler.candidates(
        Query("broadband", (f"{UNBIS}00",), conditions=(Condition(f"{SG}text", ("x",)),))
    )
    assert first.features == {"name_letters": 1.0, "name_words": 1.0, f"property {SG}text": 0.0, "type": 1.0}
    assert first.score == 60.0


def test_entities_are_suggested_by_the_beginnings_of_names_codes_and_iris(reconciler: Reconciler) -> None:
    def suggested(prefix: str, **page: int) -> list[str]:
        return [one.id for one in reconciler.suggest_entities(prefix, **page)]

    assert suggested("climate ch")[0] == f"{UNBIS}1001030"
    assert suggested("9.c")[0] == f"{SDG}9.c"
    assert suggested(f"{SDG}13") == [f"{SDG}13"]
    assert suggested("qqq") == suggested("") == []
    assert f"{PLAN}itu-d/objective/5" in suggested("ITU-D obj")
    assert suggested("edu", cursor=3, limit=4) == suggested("edu", limit=7)[3:]


def test_types_and_properties_are_suggested_with_their_names(reconciler: Reconciler) -> None:
    (objective,) = reconciler.suggest_types("obj")
    assert (objective.id, objective.name, objective.description) == ("sg:Objective", "objective", "21 things")
    assert [kind.id for kind in objective.broader] == [f"{SG}PlanElement"]
    assert "sg:Objective" in {one.id for one in reconciler.suggest_types("")}
    assert "sg:supportsObjective" in {one.id for one in reconciler.suggest_properties("objective")}
    assert [one.id for one in reconciler.suggest_properties(f"{SG}supportsObj")] == ["sg:supportsObjective"]


def test_a_preview_shows_where_a_thing_stands(reconciler: Reconciler) -> None:
    target = reconciler.preview(f"{SDG}9.c")
    assert (target.kind, target.text) == ("Target", "")
    assert target.where == (
        "Build resilient infrastructure, promote inclusive and sustainable industrialization and foster innovation",
    )
    assert set(target.other_names) == {"ar", "es", "fr", "ru", "zh"}
    factor = reconciler.preview(f"{PLAN}itu-d/factor/6.1.12")
    assert factor.text.startswith("Climate change challenges our ability to achieve economic and social objectives")
    assert factor.where == ("International Telecommunication Union", "Telecommunication Development Sector")
    with pytest.raises(NotFound):
        reconciler.preview("http://example.org/nothing")


def test_properties_are_proposed_for_a_type(reconciler: Reconciler) -> None:
    proposed = [one.id for one in reconciler.propose_properties(f"{SG}KPI").properties]
    assert {"sg:indicatorOf", "sg:text", "sg:ofUnit"} <= set(proposed)
    assert "sg:supportsObjective" not in proposed
    assert len(reconciler.propose_properties(f"{SG}KPI", limit=2).properties) == 2
    assert reconciler.propose_properties("http://example.org/NoSuchType").properties == ()


def test_values_are_given_by_their_kind(reconciler: Reconciler) -> None:
    element = f"{PLAN}itu-d/objective/3/output/2"
    wanted = (
        Wanted(f"{SG}supportsObjective"),
        Wanted(f"{SG}position"),
        Wanted(f"{SG}notation"),
        Wanted(f"{SG}measures"),
    )
    rows = reconciler.extend(ExtensionQuery((element, "http://example.org/nothing"), wanted)).rows
    (objective,) = rows[element][f"{SG}supportsObjective"]
    assert objective["id"] == f"{PLAN}itu-d/objective/3"
    assert objective["name"].startswith("ITU-D objective 3: To foster")
    assert rows[element][f"{SG}position"] == ({"int": 2},)
    assert rows[element][f"{SG}notation"] == ()
    assert rows[element][f"{SG}measures"] == ()
    assert set(rows["http://example.org/nothing"].values()) == {()}


def test_values_may_be_of_one_language_or_the_first_few(reconciler: Reconciler) -> None:
    label = f"{SKOS}prefLabel"

    def names(**settings: Any) -> tuple[dict[str, Any], ...]:
        query = ExtensionQuery((f"{SDG}4",), (Wanted(label, **settings),))
        return reconciler.extend(query).rows[f"{SDG}4"][label]

    assert len(names()) == 6
    assert len(names(limit=2)) == 2
    (french,) = names(language="fr")
    assert french["str"].startswith("Assurer à tous une éducation")


def test_values_that_are_not_what_their_datatype_says_are_given_as_text() -> None:
    triples = """
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        @prefix ex: <http://example.org/> .
        ex:a rdfs:label "A" ; ex:v "twelve"^^xsd:integer , "2030-13-45"^^xsd:date , "INF"^^xsd:double , true ;
            ex:ok "2030-01-31"^^xsd:date , "2030-01-31T12:00:00Z"^^xsd:dateTime , 1.5 , ex:b .
    """
    small = Reconciler(lexicon(parse(triples, format=RdfFormat.TURTLE), {}))
    ex = "http://example.org/"
    row = small.extend(ExtensionQuery((f"{ex}a",), (Wanted(f"{ex}v"), Wanted(f"{ex}ok")))).rows[f"{ex}a"]
    assert {tuple(value) for value in row[f"{ex}v"]} == {("str",)}
    assert sorted(map(str, row[f"{ex}ok"])) == sorted(
        map(str, [{"date": "2030-01-31T00:00:00"}, {"date": "2030-01-31T12:00:00Z"}, {"float": 1.5}, {"str": f"{ex}b"}])
    )


def test_an_iri_is_that_of_the_thing_itself_before_that_of_what_is_the_same() -> None:
    triples = """
        @prefix ex: <http://example.org/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        ex:a a skos:Concept ; skos:prefLabel "A"@en ; owl:sameAs ex:b , ex:elsewhere .
        ex:b a skos:Concept ; skos:prefLabel "B"@en .
    """
    small = Reconciler(lexicon((), {"v": parse(triples, format=RdfFormat.TURTLE)}))
    ex = "http://example.org/"
    asked = (f"{ex}a", f"{ex}b", f"{ex}b/", f"{ex}elsewhere")
    assert [best(small, iri)[0] for iri in asked] == [f"{ex}a", f"{ex}b", f"{ex}b", f"{ex}a"]


def test_a_reconciler_of_nothing_answers() -> None:
    nothing = Reconciler(lexicon((), {}))
    assert nothing.candidates(Query("x")) == nothing.suggest_entities("x") == nothing.suggest_types("x") == ()


# --- questions --------------------------------------------------------------------------------------------------------


def test_questions_are_read_with_all_their_fields() -> None:
    text = json.dumps({
        "q0": {"query": " Broadband ", "type": "T", "limit": 500, "type_strict": "should",
               "properties": [{"pid": "p", "v": ["x", 3, True, {"id": "i", "name": "n"}]}]},
        "q1": {"query": "9.c"},
        "q2": {"properties": [{"pid": "p", "v": "x"}]},
    })  # fmt: skip
    assert read_queries(text, max_queries=3, max_candidates=50) == {
        "q0": Query("Broadband", ("T",), 50, (Condition("p", ("x", 3, True, Entity("i", "n"))),), Strictness.SHOULD),
        "q1": Query("9.c", (), 50),
        "q2": Query("", (), 50, (Condition("p", ("x",)),)),
    }


@pytest.mark.parametrize("limit", [0, -1, -0.5])
def test_a_limit_below_one_is_none_and_refuses_no_batch(limit: float) -> None:
    # Clients write 0 or -1 for no limit of their own; the API's schema has 1 and more.
    text = json.dumps({"q0": {"query": "a", "limit": limit}, "q1": {"query": "b", "limit": 2}})
    found = read_queries(text, max_queries=3, max_candidates=50)
    assert {name: query.limit for name, query in found.items()} == {"q0": 50, "q1": 2}


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "[]",
        '"x"',
        '{"q": []}',
        '{"q": {"query": 1}}',
        '{"q": {"query": "x", "limit": "5"}}',
        '{"q": {"query": "x", "limit": true}}',
        '{"q": {"query": "x", "type": 1}}',
        '{"q": {"query": "x", "type": [1]}}',
        '{"q": {"query": "x", "type_strict": "perhaps"}}',
        '{"q": {"query": "x", "type_strict": []}}',
        '{"q": {"query": "x", "properties": {}}}',
        '{"q": {"query": "x", "properties": [{"pid": "p"}]}}',
        '{"q": {"query": "x", "properties": [{"pid": "p", "v": null}]}}',
        '{"q": {"query": "x", "property": []}}',
        "[" * 100_000,
    ],
)
def test_a_question_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_queries(text, max_queries=10, max_candidates=10)
    assert raised.value.mend


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_whatever_json_is_sent_is_read_or_refused(content: Any) -> None:
    for read in (
        lambda: read_queries(json.dumps(content), max_queries=10, max_candidates=10),
        lambda: read_extension_query(json.dumps(content), max_things=10),
        lambda: read_queries(json.dumps({"q": content}), max_queries=10, max_candidates=10),
        lambda: read_extension_query(json.dumps({"ids": [], "properties": [content]}), max_things=10),
    ):
        with suppress(UsageError, LimitError):
            read()


def test_too_much_at_once_is_refused_with_the_limit() -> None:
    batch = json.dumps({str(number): {"query": "x"} for number in range(11)})
    with pytest.raises(LimitError, match="11"):
        read_queries(batch, max_queries=10, max_candidates=10)
    with pytest.raises(LimitError, match="2"):
        read_extension_query('{"ids": ["a", "b"], "properties": []}', max_things=1)


def test_a_question_for_values_is_read_with_its_settings() -> None:
    settings = '{"limit": "5", "language": "fr"}'
    text = f'{{"ids": ["a", "b", "a"], "properties": [{{"id": "p"}}, {{"id": "q", "settings": {settings}}}]}}'
    assert read_extension_query(text, max_things=3) == ExtensionQuery(("a", "b"), (Wanted("p"), Wanted("q", 5, "fr")))
    for wrong in ('{"properties": []}', '{"ids": [1], "properties": []}', '{"ids": [], "properties": [{"id": 1}]}'):
        with pytest.raises(UsageError):
            read_extension_query(wrong, max_things=3)


# --- answers by schema ------------------------------------------------------------------------------------------------

ANSWERS: dict[str, tuple[str, Callable[[Reconciler], Any]]] = {
    "manifest": ("manifest", lambda r: manifest(BASE, r.types, max_queries=50)),
    "results": (
        "reconciliation-result-batch",
        lambda r: results_as_json(
            r.reconcile({
                "q0": Query("climate change"),
                "q1": Query("9.c", (f"{SKOS}Concept",)),
                "q2": Query("nothing of the kind"),
                "q3": Query("objective 2", conditions=(Condition(f"{SG}ofUnit", (Entity(f"{ITU}/itu-d"),)),)),
            })
        ),
    ),
    "entities": ("suggest-entities-response", lambda r: suggestions_as_json(r.suggest_entities("c", limit=300))),
    "properties": ("suggest-properties-response", lambda r: suggestions_as_json(r.suggest_properties(""))),
    "types": ("suggest-types-response", lambda r: suggestions_as_json(r.suggest_types("", limit=100))),
    "proposal": (
        "data-extension-property-proposal",
        lambda r: r.propose_properties(f"{SG}Output", limit=5).as_json(),
    ),
    "extension": (
        "data-extension-response",
        lambda r: r.extend(
            ExtensionQuery(
                (f"{SDG}9.c", f"{PLAN}itu-d/objective/3/output/2", "http://example.org/nothing"),
                tuple(Wanted(one.id) for one in r.propose_properties().properties),
            )
        ).as_json(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_are_what_the_specification_says(reconciler: Reconciler, kind: str) -> None:
    schema = json.loads(OURS.read_text("utf-8"))
    answer = ANSWERS[kind][1](reconciler)
    assert answer
    Draft202012Validator({**schema, "$ref": f"#/$defs/{kind}"}).validate(
        json.loads(json.dumps(answer, allow_nan=False))
    )


@pytest.mark.skipif(not PUBLISHED, reason="RECONCILIATION_SCHEMAS names no folder of the published schemas")
@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_are_valid_by_the_published_schemas(reconciler: Reconciler, kind: str) -> None:
    schemas = [json.loads(file.read_text("utf-8")) for file in sorted(Path(PUBLISHED).glob("*.json"))]
    named = {schema["$id"]: schema for schema in schemas if "$id" in schema}
    registry = Registry().with_resources(
        (iri, Resource.from_contents(schema, default_specification=DRAFT7)) for iri, schema in named.items()
    )
    (schema,) = (schema for iri, schema in named.items() if iri.endswith(f"/{ANSWERS[kind][0]}.json"))
    answer = json.loads(json.dumps(ANSWERS[kind][1](reconciler)))
    Draft7Validator(schema, registry=registry).validate(answer)


def test_our_schema_refuses_what_is_none() -> None:
    schema = json.loads(OURS.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    for kind, wrong in (
        ("manifest", {"versions": ["0.1"], "name": "x"}),
        ("results", {"q0": [{"id": "http://example.org/"}]}),
        ("entities", {"result": [{"id": "", "name": "x"}]}),
        ("extension", {"meta": [], "rows": {"a": {"p": [{"bool": True}]}}}),
    ):
        assert not Draft202012Validator({**schema, "$ref": f"#/$defs/{kind}"}).is_valid(wrong)


def test_the_addresses_of_a_manifest_are_below_its_base(reconciler: Reconciler) -> None:
    said = manifest(BASE, reconciler.types, max_queries=50)
    assert said["view"]["url"] == f"{BASE}/view?id={{{{id}}}}"
    assert said["suggest"]["entity"] == {"service_url": BASE, "service_path": "/suggest/entity"}
    assert said["batchSize"] == 50
    assert "sg:Objective" in {kind["id"] for kind in said["defaultTypes"]}


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "9" * 5000])
def test_what_json_has_no_number_for_is_refused(number: str) -> None:
    with pytest.raises(UsageError, match="not JSON"):
        read_queries(f'{{"q0": {{"query": "a", "limit": {number}}}}}', max_queries=10, max_candidates=10)
