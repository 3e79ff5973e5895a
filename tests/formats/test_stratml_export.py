"""What is exported as StratML is valid by the schema of ISO 17469-2, and read back gives each element its IRI again."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import xmlschema
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple
from stratml_files import (
    BRIDGES,
    WORDS,
    Facts,
    flat,
    needs_shared,
    plan,
    read,
    read_cnxt,
    read_oecd,
    shared,
    written,
    xml,
)

from stores import opened
from stratgraph.comparison import compare, propose
from stratgraph.document import ElementKind, Evidence
from stratgraph.errors import SourceError
from stratgraph.formats import stratml, workbook
from stratgraph.formats.stratml.schema import from_identifier, to_identifier
from stratgraph.matching import identified, match
from stratgraph.plan_graph import to_statements
from stratgraph.publication import Target, publish_proposal
from stratgraph.serialisation import turtle
from stratgraph.statements import StatedPlan
from stratgraph.store_contents import Act
from stratgraph.terms import DCTERMS, IDENTIFIERS, ORG, RDF, RDFS, SG, XSD
from stratgraph.validation import validate_graph

if TYPE_CHECKING:
    from pathlib import Path

    from stratgraph.document import PlanDocument

SAME = (
    RDF.TYPE,
    RDFS.LABEL,
    DCTERMS.TITLE,
    SG.TEXT,
    SG.NOTATION,
    SG.POSITION,
    SG.OF_UNIT,
    SG.SERVES_MISSION,
    SG.CONTRIBUTES_TO,
    SG.SUPPORTS_OBJECTIVE,
    SG.EXPECTED_FOR,
    SG.INDICATOR_OF,
    SG.PART_OF,
    SG.MEASURES,
    SG.RESULT_OF,
    SG.HAS_TARGET,
    SG.HAS_BASELINE,
)
"""What an element keeps on the way out and in."""


@pytest.fixture(scope="module")
def annex(annex_document: PlanDocument) -> StatedPlan:
    return to_statements(annex_document, file="annex.txt")


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(shared("schema/PerformancePlanOrReport20160216.xsd")))


def errors(schema: xmlschema.XMLSchema, data: bytes) -> list[str | None]:
    return [error.reason for error in schema.iter_errors(data.decode())]


def differences(before: StatedPlan, after: StatedPlan) -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    """What the elements that both plans have say differently."""
    old, new = Facts(before), Facts(after)
    return {
        (place, predicate): (old.values(place, predicate), new.values(place, predicate))
        for place in old.places() & new.places()
        for predicate in SAME
        if old.values(place, predicate) != new.values(place, predicate)
    }


def come_back(stated: StatedPlan) -> StatedPlan:
    """Written, read, and recognised: what the file names by identifiers of its own has its IRI from these."""
    again = read(stratml.write(stated))
    old = replace(stated, provisional=frozenset())
    used = Facts(stated).places()
    return identified(again, old, match(again, old, used=used), is_revision=False)


def with_statements(stated: StatedPlan, *more: Triple) -> StatedPlan:
    statements = {**stated.statements, **dict.fromkeys(more, Evidence())}
    return StatedPlan(stated.identifiers, stated.language, statements, stated.source, stated.file)


# --- valid by the schema ---------------------------------------------------------------------------------------------


@needs_shared
def test_the_schema_finds_faults(schema: xmlschema.XMLSchema, annex: StatedPlan) -> None:
    faulty = stratml.write(annex).replace(b"<Name>", b"<Title>").replace(b"</Name>", b"</Title>")
    assert errors(schema, faulty)


@needs_shared
def test_the_annex_is_exported_validly(schema: xmlschema.XMLSchema, annex: StatedPlan) -> None:
    assert errors(schema, stratml.write(annex)) == []


@needs_shared
def test_a_plan_of_stratml_is_exported_validly_though_it_was_not_valid_itself(schema: xmlschema.XMLSchema) -> None:
    for stated in read(BRIDGES), read_oecd(), read_cnxt():
        assert errors(schema, stratml.write(stated)) == []
    for name in "oecd-ai.xml", "cnxt.xml":
        assert errors(schema, shared(name).read_bytes())


@needs_shared
@pytest.mark.parametrize(
    "core",
    [
        "",
        "<Goal><Name>A</Name><Budget unit='M'>5</Budget><Identifier>1 2</Identifier><Acronym>A</Acronym></Goal>",
        "<Value><Name>V</Name><Price>7</Price></Value><Organization><Name>They</Name><Fax>1</Fax></Organization>",
        "<Goal><Name>A</Name><Identifier>a</Identifier><Name>B</Name><Identifier>a</Identifier></Goal>",
        "<Goal><Name>A</Name><Stakeholder StakeholderTypeType='Robot'><Role>X</Role></Stakeholder></Goal>",
        "<Goal><Name>A</Name><Stakeholder><Role><RoleType>Y</RoleType></Role></Stakeholder></Goal>",
    ],
)
def test_whatever_was_wrong_with_a_file_its_export_is_valid_and_says_all(
    schema: xmlschema.XMLSchema, core: str
) -> None:
    stated = read(plan(core))
    data = stratml.write(stated)
    assert errors(schema, data) == []
    again = read(data)
    assert differences(stated, again) == {}
    for text in Facts(stated).kept().values():
        assert f">{text}<" in data.decode() or f": {text}" in data.decode() or f'"{text}"' in data.decode()
    assert Facts(stated).places() == Facts(again).places()
    assert stratml.write(again) == data


@needs_shared
@pytest.mark.parametrize(
    ("core", "place", "link", "above"),
    [
        ("<Objective><Name>Alone</Name></Objective>", "objective/1", SG.CONTRIBUTES_TO, {"goal/1"}),
        (
            "<PerformanceIndicator><MeasurementDimension>Loose</MeasurementDimension></PerformanceIndicator>",
            "kpi/1",
            SG.INDICATOR_OF,
            {"goal/1", "goal/1/objective/1"},
        ),
    ],
)
def test_what_leads_to_nothing_stands_in_a_goal_without_words(
    schema: xmlschema.XMLSchema, core: str, place: str, link: SG, above: set[str]
) -> None:
    stated = read(plan(core))
    data = stratml.write(stated)
    assert errors(schema, data) == []
    again = read(data)
    assert Facts(again).places() == {place, *above}
    assert differences(stated, again) == {(place, link): ([], [max(above)])}


@needs_shared
@settings(max_examples=60)
@given(elements=st.lists(xml(), max_size=4), name=WORDS)
def test_the_export_of_any_file_is_valid_and_says_all_that_the_file_said(
    schema: xmlschema.XMLSchema, elements: list[str], name: str
) -> None:
    try:
        stated = read(written(elements, name))
    except SourceError:
        reject()  # an organisation whose name has neither a letter nor a digit
    data = stratml.write(stated)
    assert errors(schema, data) == []
    # A plan of StratML has one vision and one mission.
    elements_of_stratml = {place for place in Facts(stated).places() if not place.startswith(("mission/", "vision/"))}
    assert elements_of_stratml <= Facts(come_back(stated)).places()
    said = flat(html.unescape(data.decode()))
    lines = [line for text in Facts(stated).kept().values() for line in text.split("\n")]
    assert [line for line in lines if flat(line) not in said] == []


@needs_shared
@settings(max_examples=50)
@given(text=st.text(max_size=20), other=st.text(max_size=5))
def test_any_text_is_written_validly(schema: xmlschema.XMLSchema, text: str, other: str) -> None:
    stated = read(plan("<Goal><Name>A</Name><Objective><Name>B</Name></Objective></Goal>"))
    place = stated.identifiers.place_iri
    words = text.encode("utf-8", "replace").decode()
    more = [
        Triple(NamedNode(place("goal/1")), NamedNode(DCTERMS.TITLE), Literal(words, language="en")),
        Triple(NamedNode(place("goal/1")), NamedNode(SG.NOTATION), Literal(other.encode("utf-8", "replace").decode())),
        Triple(NamedNode(place("")[:-1]), NamedNode(DCTERMS.SOURCE), Literal(words)),
    ]
    assert errors(schema, stratml.write(with_statements(stated, *more))) == []


# --- read back -------------------------------------------------------------------------------------------------------


def test_the_annex_comes_back_under_its_iris(annex: StatedPlan) -> None:
    again = read(stratml.write(annex))
    assert again.identifiers == annex.identifiers
    assert again.provisional == frozenset()
    old, new = Facts(annex), Facts(again)
    lost = old.places() - new.places()
    # What StratML has no element for, or of which a plan has one only.
    kinds = (SG.SITUATIONAL_FACTOR, SG.GOAL_STATEMENT, SG.MISSION, SG.VISION)
    expected = set().union(*(old.places(kind) for kind in kinds)) - {"mission", "vision"}
    assert lost == expected
    assert new.places() == old.places() - expected
    # As test_annex.py counts them in the text.
    assert [len(new.places(kind)) for kind in (SG.GOAL, SG.OBJECTIVE, SG.KPI)] == [4, 21, 92]


def test_the_elements_of_the_annex_say_the_same_when_they_come_back(annex: StatedPlan) -> None:
    again = read(stratml.write(annex))
    assert differences(annex, again) == {}
    for number, words in (7, "2011 value"), (8, "Trend from 2008 to 2011"):
        assert Facts(again).values(f"gs/objective/2/result/{number}/baseline/1", SG.TEXT) == [words]


def test_the_units_of_the_annex_come_back(annex: StatedPlan) -> None:
    old, new = Facts(annex), Facts(read(stratml.write(annex)))
    for unit in "itu", "itu/itu-r", "itu/itu-t", "itu/itu-d", "itu/gs":
        for predicate in RDF.TYPE, RDFS.LABEL, SG.NOTATION, ORG.UNIT_OF:
            assert new.values(IDENTIFIERS + unit, predicate) == old.values(IDENTIFIERS + unit, predicate)
        assert new.values(IDENTIFIERS + unit, SG.NOTATION) == [unit.rpartition("/")[2].upper()]


def test_what_has_no_element_is_in_the_lines_of_other_information(annex_document: PlanDocument) -> None:
    data = html.unescape(stratml.write(to_statements(annex_document, file="")).decode())
    for kind in ElementKind.SITUATIONAL_FACTOR, ElementKind.GOAL_STATEMENT, ElementKind.MISSION, ElementKind.VISION:
        for element in annex_document.elements:
            if element.kind is kind:
                assert element.text in data
    for term in annex_document.terms:
        assert term.definition.text in data
    assert "Rights: © ITU." in data


@pytest.mark.parametrize("again", [1, 2])
def test_targets_relationships_and_what_was_kept_come_back(again: int) -> None:
    stated = after = read(BRIDGES)
    for _ in range(again):
        after = come_back(after)
    assert Facts(after).places() == Facts(stated).places()
    assert differences(stated, after) == {}
    kept = [line for text in Facts(after).kept().values() for line in text.split("\n")]
    assert {line for text in Facts(stated).kept().values() for line in text.split("\n")} <= set(kept)
    kpi = "goal/1/objective/1/kpi/1"
    for value in f"{kpi}/target/1", f"{kpi}/baseline/1", f"{kpi}/actual/1":
        for name in SG.TEXT, SG.NUMERIC_VALUE, SG.UNIT_OF_MEASURE, SG.START_DATE, SG.END_DATE:
            assert Facts(after).values(value, name) == Facts(stated).values(value, name)


VALUES = (
    (SG.HAS_TARGET, SG.TARGET, "target/1", {SG.NUMERIC_VALUE: "60.5", SG.UNIT_OF_MEASURE: "per cent"}),
    (SG.HAS_BASELINE, SG.BASELINE, "baseline/1", {SG.TEXT: "Half", SG.END_DATE: "2029-12-31"}),
    (SG.HAS_BASELINE, SG.BASELINE, "baseline/2", {SG.TEXT: "Less", SG.BREAKDOWN: "Region: East"}),
    (
        SG.HAS_ACTUAL_VALUE,
        SG.ACTUAL_VALUE,
        "actual/1",
        {
            SG.NUMERIC_VALUE: "55",
            SG.UNIT_OF_MEASURE: "per cent",
            SG.BREAKDOWN: "Region: East",
            SG.START_DATE: "2031-01-01",
        },
    ),
)
DATATYPES = {SG.NUMERIC_VALUE: XSD.DECIMAL, SG.START_DATE: XSD.DATE, SG.END_DATE: XSD.DATE}


def with_value(stated: StatedPlan, place: str, relation: SG, kind: SG, last: str, said: dict[SG, str]) -> StatedPlan:
    """A plan with one value more."""
    thing = NamedNode(stated.identifiers.place_iri(place))
    value = NamedNode(f"{thing.value}/{last}")
    more = [Triple(thing, NamedNode(relation), value), Triple(value, NamedNode(RDF.TYPE), NamedNode(kind))]
    for name, text in said.items():
        literal = (
            Literal(text, datatype=NamedNode(DATATYPES[name])) if name in DATATYPES else Literal(text, language="en")
        )
        more.append(Triple(value, NamedNode(name), literal))
    return replace(stated, statements={**stated.statements, **dict.fromkeys(more, Evidence())})


@needs_shared
def test_values_go_out_as_results_and_come_back_as_they_were(schema: xmlschema.XMLSchema) -> None:
    stated = read(plan("<Goal><Name>A</Name><Objective><Name>B</Name><PerformanceIndicator><MeasurementDimension>C"
                       "</MeasurementDimension></PerformanceIndicator></Objective></Goal>"))  # fmt: skip
    kpi = "goal/1/objective/1/kpi/1"
    for value in VALUES:
        stated = with_value(stated, kpi, *value)
    kind = Triple(NamedNode(stated.identifiers.place_iri(kpi)), NamedNode(SG.MEASURE_KIND), Literal("quantitative"))
    stated = replace(stated, statements={**stated.statements, kind: Evidence()})
    data = stratml.write(stated)
    assert errors(schema, data) == []
    again = Facts(come_back(stated))
    for _, _, last, said in VALUES:
        assert {name: again.values(f"{kpi}/{last}", name) for name in said} == {
            name: [text] for name, text in said.items()
        }
    assert again.values(kpi, SG.MEASURE_KIND) == ["quantitative"]
    assert b"<UnitOfMeasurement>per cent</UnitOfMeasurement>" in data


def test_a_number_of_another_unit_is_never_written_as_one_of_the_indicators() -> None:
    stated = read(BRIDGES)
    kpi = "goal/1/objective/1/kpi/1"
    more = {SG.NUMERIC_VALUE: "7", SG.UNIT_OF_MEASURE: "bridges"}
    data = stratml.write(with_value(stated, kpi, SG.HAS_TARGET, SG.TARGET, "target/2", more)).decode()
    assert "<NumberOfUnits>7<" not in data
    assert "<Description>7 bridges</Description>" in data
    assert "<UnitOfMeasurement>per cent</UnitOfMeasurement>" in data


def test_measurements_of_an_indicator_go_out_as_they_came_in() -> None:
    def result(kind: str, number: int, year: int) -> str:
        return f"<{kind}Result><EndDate>{year}-12-31</EndDate><NumberOfUnits>{number}</NumberOfUnits></{kind}Result>"

    to_come = "<ActualResult><EndDate>2033-06-30</EndDate><Description>[To be determined]</Description></ActualResult>"
    several = (
        result("Target", 10, 2031) + result("Actual", 9, 2031),
        result("Target", 20, 2032) + result("Target", 21, 2033) + result("Actual", 18, 2032),
        to_come,
    )
    instances = [f"<MeasurementInstance>{one}</MeasurementInstance>" for one in several]
    for sent in ("".join(instances), instances[1]):
        came = read(
            plan(
                "<Goal><Name>A</Name><Objective><Name>B</Name><PerformanceIndicator>"
                f"<MeasurementDimension>C</MeasurementDimension>{sent}</PerformanceIndicator></Objective></Goal>"
            )
        )
        assert "".join(re.findall(r"<MeasurementInstance>.*</MeasurementInstance>", unspaced(came), re.DOTALL)) == sent
        # A workbook has the section of each value in a column; what it gives back goes out in the same way.
        book = workbook.write(came.statements, identifiers=came.identifiers, language="en", rights="")
        again = workbook.read(book, file="p.xlsx", max_bytes=10**7, max_expanded_bytes=10**8, max_rows=1_000)
        assert again.statements.keys() == came.statements.keys()
        assert [one for one in came.graph.of_type(SG.TARGET) if came.graph.has(one, SG.STATED_IN)] == (
            list(came.graph.of_type(SG.TARGET)) if sent != instances[1] else []
        )
        problems = validate_graph(came.statements).findings
        assert {one.rule for one in problems} & {
            "PropertyFitsItsThing",
            "PropertyIsKnown",
            "StatedPartIsDescribed",
        } == set()


def unspaced(stated: StatedPlan) -> str:
    """The plan as StratML, without the blanks between its elements."""
    return re.sub(r">\s+<", "><", stratml.write(stated).decode())


def test_a_value_of_a_goal_stands_in_a_line() -> None:
    more = {SG.NUMERIC_VALUE: "7", SG.UNIT_OF_MEASURE: "bridges", SG.END_DATE: "2034-12-31", SG.DATA_SOURCE: "Survey"}
    data = stratml.write(with_value(read(BRIDGES), "goal/1", SG.HAS_TARGET, SG.TARGET, "target/1", more)).decode()
    assert "Target: 7 bridges; 2034-12-31\n" in data
    assert "Source of data of 7 bridges: Survey" in data


def test_identifiers_of_the_file_go_out_as_they_came_in() -> None:
    came_in = re.findall(r"<Identifier>(_\w[\w-]*)<|<ReferentIdentifier>(_[\w-]+)<", BRIDGES.decode())
    went_out = re.findall(
        r"<Identifier>(_\w[\w-]*)<|<ReferentIdentifier>(_[\w-]+)<", stratml.write(read(BRIDGES)).decode()
    )
    # That of an objective without any words, which is none of the plan's, is kept where that is; nothing is doubled.
    assert sorted(went_out) == sorted(came_in)


def test_identifiers_of_the_plan_and_its_organisation_stay_ours_where_a_description_named_them() -> None:
    described = stratml.StratmlDescription(organisation="bridges", plan="old-name")
    data = stratml.write(read(BRIDGES, description=described)).decode()
    assert "<Identifier>stratgraph.bridges__plan__old-name</Identifier>" in data
    assert read(data).identifiers == read(BRIDGES, description=described).identifiers
    assert "Identifier: _plan" in data


@needs_shared
def test_real_files_come_back_with_their_elements() -> None:
    for stated in read_oecd(), read_cnxt():
        after = come_back(stated)
        assert after.identifiers == stated.identifiers
        assert Facts(after).places() == Facts(stated).places()
        assert differences(stated, after) == {}


def test_what_an_indicator_measures_comes_back() -> None:
    stated = read(BRIDGES)
    place = stated.identifiers.place_iri
    first = "goal/1/objective/1"
    more = [
        Triple(NamedNode(place(f"{first}/{a}")), NamedNode(relation), NamedNode(place(f"{first}/{b}")))
        for a, relation, b in (
            ("kpi/1", SG.MEASURES, "output/1"),
            ("kpi/1", SG.MEASURES, "result/1"),
            ("result/1", SG.RESULT_OF, "output/1"),
        )
    ]
    wider = with_statements(stated, *more)
    assert differences(wider, come_back(wider)) == {}


def test_dates_follow_the_years_of_the_plan() -> None:
    stated = read(BRIDGES)
    assert b"<StartDate>2030-04-01</StartDate>" in stratml.write(stated)
    year = NamedNode(SG.START_YEAR)
    statements = {
        Triple(t.subject, t.predicate, Literal(2031)) if t.predicate == year else t: e
        for t, e in stated.statements.items()
    }
    moved = StatedPlan(stated.identifiers, stated.language, statements, stated.source, stated.file)
    data = stratml.write(moved)
    assert b"<StartDate>2031-01-01</StartDate>" in data
    assert b"2030-04-01" not in data


def test_the_same_statements_give_the_same_bytes_in_any_order(annex: StatedPlan) -> None:
    shuffled = dict(sorted(annex.statements.items(), key=lambda one: str(one[0])[::-1]))
    other = StatedPlan(annex.identifiers, annex.language, shuffled, annex.source, annex.file)
    assert list(shuffled) != list(annex.statements)
    assert stratml.write(other) == stratml.write(annex)
    assert turtle(shuffled, base=IDENTIFIERS, comment="") == turtle(annex.statements, base=IDENTIFIERS, comment="")


# --- identifiers -----------------------------------------------------------------------------------------------------


@given(st.lists(st.text("abz09.-_~é/", min_size=1), min_size=1).map("/".join))
def test_any_place_makes_an_identifier_that_leads_back(place: str) -> None:
    identifier = to_identifier(f"{IDENTIFIERS}us/plan/2030/{place}")
    own = from_identifier(identifier)
    assert own is not None
    assert (own.organisation, own.plan, own.place) == ("us", "2030", place)
    # An NCName (Namespaces in XML 1.0, production 4), as xsd:ID wants it; of ASCII.
    assert set(identifier) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert identifier[0].isalpha()


@pytest.mark.parametrize(
    "identifier", ["", "_b9806f30", "stratgraph.", "stratgraph.A/b", "stratgraph.us__plan__a_fffff_"]
)
def test_an_identifier_of_others_is_none_of_ours(identifier: str) -> None:
    own = from_identifier(identifier)
    assert own is None or own.place == ""


# --- the language, which the schema has no place for ------------------------------------------------------------------


FRENCH = (
    '<StrategicPlan xmlns="urn:ISO:std:iso:17469:tech:xsd:stratml_core" xml:lang="fr"><Name>Plan 2030-2034</Name>'
    "<StrategicPlanCore><Organization><Name>Office</Name></Organization><Mission><Description>Servir.</Description>"
    "</Mission><Goal><Name>Relier le nord</Name><Objective><Name>Construire une route</Name></Objective></Goal>"
    "</StrategicPlanCore></StrategicPlan>"
)


def languages(stated: StatedPlan) -> set[str | None]:
    return {t.object.language for t in stated.statements if isinstance(t.object, Literal) and t.object.language}


def test_a_french_plan_comes_back_in_french() -> None:
    again = read(stratml.write(read(FRENCH)))
    assert (again.language, languages(again)) == ("fr", {"fr"})
    assert again.notices == ()


@needs_shared
def test_an_export_that_says_its_language_is_valid(schema: xmlschema.XMLSchema) -> None:
    data = stratml.write(read(FRENCH))
    assert b'<?stratgraph language="fr"?>' in data
    assert errors(schema, data) == []


def test_a_file_that_says_no_language_is_taken_as_english_and_that_is_told() -> None:
    stated = read(FRENCH.replace(' xml:lang="fr"', ""))
    assert (stated.language, languages(stated)) == ("en", {"en"})
    (notice,) = stated.notices
    assert notice.what.startswith("The file does not say its language")
    assert notice == stated.assumed_language


@pytest.mark.parametrize(
    "instruction",
    ['<?stratgraph language="x y"?>', "<?stratgraph?>", '<?other language="fr"?>'],
)
def test_an_instruction_that_says_no_language_is_none(instruction: str) -> None:
    assert read(instruction + FRENCH.replace(' xml:lang="fr"', "")).language == "en"


def test_what_the_root_says_of_the_language_goes_before_an_instruction() -> None:
    assert read('<?stratgraph language="de"?>' + FRENCH).language == "fr"


def test_a_revision_that_says_no_language_is_in_that_of_the_version_before(tmp_path: Path) -> None:
    first = read(FRENCH)
    proposal = propose(compare(None, first))
    allowed = tuple({finding.rule for finding in proposal.review.violations})
    publish_proposal(
        Target(tmp_path, None, 5), proposal, Act(datetime(2030, 1, 2, tzinfo=UTC), "Ann", "It is short.", allowed)
    )
    with opened(tmp_path) as store:
        unedited = read(FRENCH.replace(' xml:lang="fr"', ""))
        review = propose(compare(store, unedited)).review
        assert (review.changes, review.notices) == ((), ())
        edited = read(FRENCH.replace(' xml:lang="fr"', "").replace("Construire une route", "Construire deux routes"))
        proposal = propose(compare(store, edited))
    assert any("deux routes" in change.new for change in proposal.review.changes)
    assert languages(proposal.plan) == {"fr"}
