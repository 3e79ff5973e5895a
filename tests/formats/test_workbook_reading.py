"""What people type into a workbook: understood where it can be, told with its cell where it cannot, all at once."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from pyoxigraph import Literal, NamedNode, Triple

from filled_workbook import PLAN, Rows, filled, place, read, small
from stratgraph.errors import LimitError, Location, SourceError
from stratgraph.formats import workbook
from stratgraph.identifiers import PlanIdentifiers
from stratgraph.statements import Places
from stratgraph.terms import DCTERMS, IDENTIFIERS, OWL, RDF, SG, XSD

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from stratgraph.statements import StatedPlan


def refused(rows: Rows, change: Callable[[Workbook], object] = lambda _: None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(filled(rows, change))
    return caught.value


def at(error: SourceError) -> tuple[str | None, int | None, int | None]:
    where = error.where
    assert where is not None
    assert where.file == "p.xlsx"
    return where.sheet, where.line, where.column


def objects(plan: StatedPlan, subject: str, predicate: str) -> set[str]:
    return {
        t.object.value
        for t in plan.statements
        if t.subject.value == subject and t.predicate.value == predicate  # type: ignore[union-attr]
    }


# --- places that are made up -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "cells", "expected"),
    [
        ("Outputs", {"Text (en)": "x", "Supports objective": "east/objective/1"}, "east/objective/1/output/2"),
        ("KPIs", {"Text (en)": "x", "Is indicator of": "east/objective/1"}, "east/objective/1/kpi/1"),
        ("Expected results", {"Label (en)": "x", "Is expected for": "east/objective/1"}, "east/objective/1/result/2"),
        (
            "Expected results",
            {"Text (en)": "x", "Is part of": "east/objective/1/result/1"},
            "east/objective/1/result/1/1",
        ),
        ("Objectives", {"Text (en)": "x", "Is of unit": "acme/east"}, "east/objective/2"),
        ("Objectives", {"Text (en)": "x", "Is of unit": "acme"}, "objective/1"),
        ("Objectives", {"Text (en)": "x"}, "objective/1"),
        ("Goals", {"Text (en)": "x", "Is of unit": "acme"}, "goal"),
        ("Goals", {"Text (en)": "x", "Is of unit": "acme/east"}, "east/goal/1"),
        ("Goal statements", {"Text (en)": "x", "Is statement of": "east/goal"}, "east/goal/statement/1"),
        ("Situational factors", {"Text (en)": "x", "Notation": "2.1.3", "Is of unit": "acme"}, "factor/2.1.3"),
        ("Situational factors", {"Text (en)": "x", "Notation": "§ 2", "Is of unit": "acme/east"}, "east/factor/1"),
    ],
)
def test_an_element_without_a_place_gets_one_below_its_parent(sheet: str, cells: dict[str, str], expected: str) -> None:
    rows = small()
    rows.setdefault(sheet, []).append(cells)
    plan = read(filled(rows))
    assert plan.provisional == {place(expected)}
    assert objects(plan, place(expected), SG.IN_PLAN) == {PLAN}


@pytest.mark.parametrize(
    ("sheet", "cells", "expected"),
    [
        ("Mentions", {"Text (en)": "x", "Is mention of": "east/goal"}, "east/goal/mention/1"),
        ("Sections", {"Label (en)": "x", "Notation": "6.1.2"}, "text/section/6.1.2"),
        ("Paragraphs", {"Text (en)": "x"}, "text/paragraph/1"),
        ("Terms", {"Name (en)": "Key results"}, "term/key-results"),
        ("Term lists", {"Label (en)": "Terms"}, "terms"),
    ],
)
def test_what_is_no_element_gets_a_place_that_stays(sheet: str, cells: dict[str, str], expected: str) -> None:
    plan = read(filled(small() | {sheet: [cells]}))
    assert plan.provisional == frozenset()
    assert objects(plan, place(expected), RDF.TYPE) != set()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("https://data.example.org/plans/2020", {"https://data.example.org/plans/2020"}),
        ("itu/plan/2012-2015", {"https://w3id.org/stratgraph/id/itu/plan/2012-2015"}),
        (" acme/plan/1 \n\nacme/plan/2", {f"https://w3id.org/stratgraph/id/acme/plan/{number}" for number in "12"}),
    ],
)
def test_what_the_plan_replaces_is_named_in_its_row(words: str, expected: set[str]) -> None:
    rows = small()
    rows["Plan"][0]["Replaces"] = words
    assert objects(read(filled(rows)), PLAN, DCTERMS.REPLACES) == expected


def test_what_is_no_name_of_a_plan_before_is_told_with_its_cell() -> None:
    rows = small()
    rows["Plan"][0]["Replaces"] = "the last one"
    error = refused(rows)
    assert (at(error)[:2], "cannot be a place" in error.what) == (("Plan", 2), True)


def test_a_number_that_was_ever_used_is_not_made_up_again() -> None:
    rows = small()
    rows["Withdrawn"] = [{"Place": "east/objective/1/output/7"}]
    rows["Outputs"] += [{"Text (en)": word, "Supports objective": "east/objective/1"} for word in ("b", "c")]
    other = {"Subject": "east/objective/1/output/8/mention/1", "Predicate": "sg:text", "Object": "x"}
    plan = read(filled(rows | {"Other statements": [other]}))
    assert plan.provisional == {place("east/objective/1/output/9"), place("east/objective/1/output/10")}
    assert (
        Triple(NamedNode(place("east/objective/1/output/7")), NamedNode(OWL.DEPRECATED), Literal(True))
        in plan.statements
    )


def test_a_statement_of_a_part_leads_from_its_parent_and_rests_on_the_cell_that_names_it() -> None:
    plan = read(filled(small() | {"Mentions": [{"Text (en)": "x", "Is mention of": "east/goal"}]}))
    triple = Triple(NamedNode(place("east/goal")), NamedNode(SG.HAS_MENTION), NamedNode(place("east/goal/mention/1")))
    where = Places(plan).of_triple(triple)
    assert where == Location(file="p.xlsx", sheet="Mentions", line=2, column=5)


# --- what is taken as it is meant ------------------------------------------------------------------------------------


def test_numbers_are_taken_where_a_number_or_a_text_may_stand() -> None:
    rows = small()
    rows["Plan"][0] |= {"Start year": 2030, "End year": "2040 "}
    rows["Objectives"][0] |= {"Notation": 3, "Position": 2.0}
    plan = read(filled(rows))
    integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    objective = NamedNode(place("east/objective/1"))
    assert {
        Triple(NamedNode(PLAN), NamedNode(SG.START_YEAR), Literal("2030", datatype=integer)),
        Triple(NamedNode(PLAN), NamedNode(SG.END_YEAR), Literal("2040", datatype=integer)),
        Triple(objective, NamedNode(SG.NOTATION), Literal("3")),
        Triple(objective, NamedNode(SG.POSITION), Literal("2", datatype=integer)),
    } <= set(plan.statements)


def test_several_references_stand_one_a_line_with_blanks_round_them() -> None:
    rows = small()
    rows["Goals"].append({"Place": "goal", "Text (en)": "x"})
    rows["Objectives"][0]["Contributes to"] = f" east/goal \r\n\n{PLAN}/goal\n"
    assert objects(read(filled(rows)), place("east/objective/1"), SG.CONTRIBUTES_TO) == {
        place("goal"),
        place("east/goal"),
    }


def test_columns_and_sheets_may_be_moved_and_blank_rows_left() -> None:
    def move(book: Workbook) -> None:
        book["Goals"].move_range("A1:F2", rows=0, cols=20)
        book["Goals"].insert_rows(2, 3)
        book.move_sheet("Goals", -3)
        book.create_sheet("Sheet1")
        book["Goals"]["Z9"] = "  "

    plan = read(filled(small(), move))
    assert set(plan.statements) == set(read(filled(small())).statements)
    where = Places(plan).of_triple(Triple(NamedNode(place("east/goal")), NamedNode(RDF.TYPE), NamedNode(SG.GOAL)))
    assert str(where) == "p.xlsx, sheet Goals, cell U5"


def test_a_column_for_another_language_may_be_added() -> None:
    def add(book: Workbook) -> None:
        book["Goals"].cell(1, 30, " text  (FR) ")
        book["Goals"].cell(2, 30, "Croître.")

    goal = NamedNode(place("east/goal"))
    assert Triple(goal, NamedNode(SG.TEXT), Literal("Croître.", language="fr")) in read(filled(small(), add)).statements


def test_other_statements_take_places_prefixes_datatypes_and_languages() -> None:
    rows = small() | {
        "Other statements": [
            {"Subject": "east/goal", "Predicate": "skos:definition", "Object": "x", "Language": "fr"},
            {"Subject": "east/goal", "Predicate": "dcterms:issued", "Object": 2031, "Datatype": "xsd:gYear"},
            {"Subject": "east/goal", "Predicate": "rdfs:seeAlso", "Object": "https://example.org/", "Datatype": "iri"},
            {"Subject": "east/goal", "Predicate": "sg:text"},
        ]
    }
    goal = place("east/goal")
    said = {str(t) for t in set(read(filled(rows)).statements) - set(read(filled(small())).statements)}
    assert said == {
        f'<{goal}> <http://www.w3.org/2004/02/skos/core#definition> "x"@fr',
        f'<{goal}> <http://purl.org/dc/terms/issued> "2031"^^<http://www.w3.org/2001/XMLSchema#gYear>',
        f"<{goal}> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <https://example.org/>",
        f'<{goal}> <{SG.TEXT}> ""',
    }


# --- values -----------------------------------------------------------------------------------------------------------

KPI = "east/objective/1/kpi/1"


def measured() -> Rows:
    """The plan of one unit, with an indicator."""
    indicator = {"Place": KPI, "Text (en)": "Carts.", "Is indicator of": "east/objective/1", "Frequency (en)": "Annual"}
    return small() | {"KPIs": [indicator]}


def test_a_value_is_a_row_with_number_unit_days_and_breakdown() -> None:
    rows = measured()
    rows["Actual values"] = [
        {"Is actual value of": KPI, "Number": 12500, "Unit of measure (en)": "carts", "Breakdown (en)": "Region: East"},
        {"Is actual value of": KPI, "Number": 0.1, "Start date": "2031-01-01", "End date": date(2031, 12, 31)},
    ]
    rows["Targets"] = [{"Is target of": KPI, "Number": " 12500.50 "}]
    plan = read(filled(rows))
    actual, target = place(f"{KPI}/actual"), place(f"{KPI}/target")
    assert objects(plan, place(KPI), SG.HAS_ACTUAL_VALUE) == {f"{actual}/1", f"{actual}/2"}
    assert objects(plan, place(KPI), SG.HAS_TARGET) == {f"{target}/1"}
    stated = set(plan.statements)
    for thing, predicate, literal in (
        (f"{actual}/1", SG.NUMERIC_VALUE, Literal("12500", datatype=NamedNode(XSD.DECIMAL))),
        (f"{actual}/1", SG.UNIT_OF_MEASURE, Literal("carts", language="en")),
        (f"{actual}/1", SG.BREAKDOWN, Literal("Region: East", language="en")),
        (f"{actual}/2", SG.NUMERIC_VALUE, Literal("0.1", datatype=NamedNode(XSD.DECIMAL))),
        (f"{actual}/2", SG.START_DATE, Literal("2031-01-01", datatype=NamedNode(XSD.DATE))),
        (f"{actual}/2", SG.END_DATE, Literal("2031-12-31", datatype=NamedNode(XSD.DATE))),
        (f"{target}/1", SG.NUMERIC_VALUE, Literal("12500.5", datatype=NamedNode(XSD.DECIMAL))),
        (place(KPI), SG.FREQUENCY, Literal("Annual", language="en")),
    ):
        assert Triple(NamedNode(thing), NamedNode(predicate), literal) in stated


def test_a_date_of_a_workbook_that_counts_from_1904_is_the_day_that_people_see() -> None:
    def count_from_1904(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    rows = measured()
    rows["Targets"] = [{"Is target of": KPI, "Number": 1, "End date": date(2031, 12, 31)}]
    plan = read(filled(rows, count_from_1904))
    assert objects(plan, place(f"{KPI}/target/1"), SG.END_DATE) == {"2031-12-31"}


@pytest.mark.parametrize(
    ("heading", "value", "what", "mend"),
    [
        ("Number", "12,500", '"12,500" is no number', "12500 or 0.5"),
        ("Number", "60 %", '"60 %" is no number', "column of units"),
        ("Number", date(2031, 1, 1), "date", "as text"),
        ("End date", 2031, '"2031" is no day', "a year is the days from 2014-01-01"),
        ("End date", "31.12.2031", '"31.12.2031" is no day', "2014-12-31"),
        ("End date", "2031-02-30", '"2031-02-30" is no day', "2014-12-31"),
        ("End date", datetime(2031, 1, 1, 12, 0), "no day", "2014-12-31"),  # noqa: DTZ001 - cells have no zone
    ],
)
def test_a_number_or_day_that_is_none_is_told_with_its_cell(heading: str, value: object, what: str, mend: str) -> None:
    rows = measured()
    rows["Targets"] = [{"Is target of": KPI, "Text (en)": "x", heading: value}]
    error = refused(rows)
    assert what in error.what
    assert mend in error.mend
    assert at(error)[:2] == ("Targets", 2)


def looking(shown: str) -> Callable[[Workbook], None]:
    """Gives the number of the first target a format."""

    def change(book: Workbook) -> None:
        sheet = book["Targets"]
        column = next(cell.column for cell in sheet[1] if cell.value == "Number")
        sheet.cell(2, column).number_format = shown

    return change


@pytest.mark.parametrize("shown", ["0%", "0.00%", "#,##0,", "0.0,,"])
def test_a_number_that_its_format_shows_as_another_is_told(shown: str) -> None:
    """What Excel makes of 90% typed into a cell is 0.9, shown as a percentage (ECMA-376 part 1, section 18.8.31)."""
    rows = measured()
    rows["Targets"] = [{"Is target of": KPI, "Number": 0.9}]
    error = refused(rows, looking(shown))
    assert error.what == "It holds 0.9, and its format shows another number."
    assert error.mend.endswith('for 90 %, 90, and "%" as the unit.')
    assert at(error)[:2] == ("Targets", 2)


@pytest.mark.parametrize("shown", ["General", "#,##0", "0.00", '0.0" %"', r"0\%", "#,##0;[Red]-#,##0", "0.0E+00"])
def test_a_number_that_its_format_shows_as_it_is_is_read(shown: str) -> None:
    rows = measured()
    rows["Targets"] = [{"Is target of": KPI, "Number": 0.9}]
    assert objects(read(filled(rows, looking(shown))), place(f"{KPI}/target/1"), SG.NUMERIC_VALUE) == {"0.9"}


@pytest.mark.parametrize(
    ("shown", "is_whole"),
    [
        ("mmm-yy", False), ("d-mmm", False), ("yyyy", False), ('dd" of "mmmm', False),
        ("mm-dd-yy", True), ("yyyy-mm-dd", True), ("[$-F800]dddd, mmmm dd, yyyy", True), ("d. mmmm yyyy;@", True),
    ],
)  # fmt: skip
def test_a_day_is_told_of_which_its_format_shows_a_part(shown: str, is_whole: bool) -> None:  # noqa: FBT001
    """What Excel makes of "Dec 2029" typed into a cell is its first day, shown as Dec-29."""

    def change(book: Workbook) -> None:
        sheet = book["Targets"]
        column = next(cell.column for cell in sheet[1] if cell.value == "End date")
        sheet.cell(2, column).number_format = shown

    rows = measured()
    rows["Targets"] = [{"Is target of": KPI, "Number": 9, "End date": date(2029, 12, 1)}]
    if is_whole:
        assert objects(read(filled(rows, change)), place(f"{KPI}/target/1"), SG.END_DATE) == {"2029-12-01"}
        return
    error = refused(rows, change)
    assert error.what == "It holds 2029-12-01, and its format shows a part of that."
    assert "day, month and year" in error.mend
    assert at(error)[:2] == ("Targets", 2)


def test_another_number_is_no_slip() -> None:
    """Who deleted an objective must not be led to hang what stood under it at another one."""
    rows = measured()
    rows["Outputs"][0]["Supports objective"] = "east/objective/2"
    error = refused(rows)
    assert 'no place "east/objective/2"' in error.what
    assert "Do you mean" not in f"{error.what} {error.mend}"


def test_a_value_without_place_text_and_number_is_told() -> None:
    rows = measured()
    rows["Targets"] = [{"Is target of": KPI, "End date": "2031-12-31"}]
    assert "no place, text or number" in refused(rows).what


# --- what is told ----------------------------------------------------------------------------------------------------


def put(sheet: str, cell: str, value: object) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    return change


@pytest.mark.parametrize(
    ("change", "where", "what", "mend"),
    [
        (
            put("Objectives", "H2", "east/gaol"),
            ("Objectives", 2, 8),
            'no place "east/gaol"',
            'Do you mean "east/goal"?',
        ),
        (put("Objectives", "F2", "east"), ("Objectives", 2, 6), 'no place "east"', "sheet Organisations"),
        (put("Objectives", "H2", "a b"), ("Objectives", 2, 8), '"a b" cannot be a place', "letters"),
        (put("Objectives", "I2", "first"), ("Objectives", 2, 9), '"first" is no whole number', "such as 3"),
        (put("Objectives", "I2", 1.5), ("Objectives", 2, 9), "number 1.5", ""),
        (put("Objectives", "D2", 3.1), ("Objectives", 2, 4), "number 3.1, of which zeros may be lost", "as text"),
        (put("Objectives", "E2", date(2030, 1, 2)), ("Objectives", 2, 5), "date", "Format the cell as text"),
        (put("Objectives", "E2", True), ("Objectives", 2, 5), "truth value TRUE", "as text"),
        (put("Objectives", "E2", "=A2"), ("Objectives", 2, 5), "formula", "paste it as a value"),
        (put("Objectives", "E2", "#REF!"), ("Objectives", 2, 5), "error #REF!", "what is meant"),
        (put("Objectives", "A3", "east/goal"), ("Objectives", 3, 1), "that of sheet Goals, cell A2 already", "empty"),
        (put("Objectives", "I3", 2), ("Objectives", 3, 9), "no place, label or text", "Fill it"),
        (
            put("Objectives", "AA1", "Suports objective"),
            ("Objectives", 1, 27),
            'called "Suports objective"',
            "The columns",
        ),
        (put("Outputs", "AA1", "Suports objective"), ("Outputs", 1, 27), "called", 'Do you mean "Supports objective"?'),
        (put("Outputs", "AA1", "Text (12)"), ("Outputs", 1, 27), 'called "Text (12)"', 'Do you mean "Text"?'),
        (put("Outputs", "AA1", "Text (EN)"), ("Outputs", 1, 27), "two columns", "Keep one"),
        (put("Outputs", "AA2", "x"), ("Outputs", 2, 27), "column has no heading", "Give it one"),
        (put("Organisations", "B3", "Department"), ("Organisations", 3, 2), '"Department" is no kind', "Unit, Sector"),
        (put("Organisations", "B3", None), ("Organisations", 3, 2), "does not say its kind", "Organisation, Unit"),
        (put("Organisations", "A4", None), ("Organisations", 4, 1), "no place, such as itu", "Say which"),
        (put("Plan", "A2", place("goal")), ("Plan", 2, 1), "not the IRI of a plan", "ORGANISATION/plan/NAME"),
        (put("Plan", "A2", None), ("Plan", 2, 1), "not the IRI of a plan", IDENTIFIERS),
        (put("Plan", "B3", "x"), ("Plan", 3, 1), "second one", "Delete"),
        (put("Other statements", "B2", "sg:text"), ("Other statements", 2, 1), "subject is missing", "Fill it"),
    ],
)
def test_a_wrong_cell_is_told_with_its_place(
    change: Callable[[Workbook], None], where: tuple[str, int, int], what: str, mend: str
) -> None:
    rows = small()
    if where == ("Organisations", 4, 1):
        rows["Organisations"].append({"Kind": "Unit"})
    if where == ("Plan", 3, 1):
        rows["Plan"].append({"Place": PlanIdentifiers("acme", "2040").plan_iri})
    error = refused(rows, change)
    lines = f"{error.what} {error.mend}"
    assert what in lines
    assert mend in lines
    assert at(error) == where


def test_a_place_given_twice_names_the_first_one() -> None:
    rows = small()
    rows["Outputs"] *= 2
    error = refused(rows)
    assert at(error) == ("Outputs", 3, 1)
    assert 'place "east/objective/1/output/1" is that of sheet Outputs, cell A2 already' in error.what


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda book: book.create_sheet("Objectivs").append(["x"]), 'Do you mean "Objectives"?'),
        (lambda book: book.create_sheet("Budget").append(["x"]), "The sheets are Plan, Organisations"),
        (lambda book: book["Goals"].merge_cells("B2:C3"), "B2:C3 are merged"),
        (lambda book: book.remove(book["Plan"]), "no row of a sheet called Plan"),
        (lambda book: book["Plan"].delete_rows(2), "no row of a sheet called Plan"),
        (lambda book: book["Other statements"].delete_cols(3), 'column "Object" is missing'),
    ],
)
def test_a_wrong_sheet_is_told(change: Callable[[Workbook], object], what: str) -> None:
    rows = small() | {"Other statements": [{"Subject": "east/goal", "Predicate": "sg:text", "Object": "x"}]}
    error = refused(rows, change)
    assert what in f"{error.what} {error.mend}"


@pytest.mark.parametrize(
    ("cells", "column", "what"),
    [
        ({"Predicate": "no prefix"}, 2, "cannot be a place"),
        ({"Object": "a b", "Datatype": "IRI"}, 3, "cannot be a place"),
        ({"Datatype": "date"}, 4, "cannot be a place"),
        ({"Datatype": "xsd:date", "Language": "en"}, 5, "no datatype"),
        ({"Language": "e n"}, 5, "This cannot be"),
        ({"Language": "en--up"}, 5, "This cannot be"),
        ({"Datatype": "rdf:langString"}, 4, "This cannot be"),
    ],
)
def test_a_wrong_cell_of_another_statement_is_told(cells: dict[str, str], column: int, what: str) -> None:
    row = {"Subject": "east/goal", "Predicate": "sg:text", "Object": "x"} | cells
    error = refused(small() | {"Other statements": [row]})
    assert at(error) == ("Other statements", 2, column)
    assert what in error.what


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_workbook() -> None:
    rows = small()
    rows["Outputs"] += [{"Text (en)": "x", "Supports objective": f"nowhere/{n}"} for n in range(30)]
    rows["Goals"][0]["Position"] = "x"
    error = refused(rows, lambda book: book.create_sheet("Budget", 0).append(["x"]))
    lines = error.what.split("\n")
    assert lines[0] == "32 things are wrong in the workbook:"
    assert lines[1].startswith('  sheet Budget: No sheet is called "Budget".')
    assert lines[2] == '  sheet Goals, cell I2: "x" is no whole number. Give a number such as 3.'
    assert lines[3].startswith('  sheet Outputs, cell H3: There is no place "nowhere/0" in the workbook.')
    assert lines[-1] == "  and 12 more"
    assert len(lines) == 22
    assert error.where == Location(file="p.xlsx")


def test_rows_beyond_the_limit_are_refused_with_the_setting() -> None:
    data = filled(small(), put("Goals", "A5000", "goal"))
    with pytest.raises(LimitError) as caught:
        read(data)
    assert (caught.value.setting, caught.value.value) == ("max_workbook_rows", 2_000)
    assert str(caught.value.where) == "p.xlsx, sheet Goals, cell A5000"
    assert len(read(data, max_rows=10_000).statements) == len(read(filled(small())).statements) + 2


def test_a_cell_beyond_all_columns_is_refused() -> None:
    error = refused(small(), put("Goals", "IW2", "x"))
    assert at(error) == ("Goals", 2, 257)


def test_a_workbook_of_an_earlier_release_says_among_other_statements_what_it_replaces() -> None:
    rows = small()
    rows["Plan"][0]["Replaces"] = before = "https://data.example.org/plans/2020"
    former = read(filled(rows))
    del rows["Plan"][0]["Replaces"]

    def drop(book: Workbook) -> None:
        sheet = book["Plan"]
        sheet.delete_cols([cell.value for cell in sheet[1]].index("Replaces") + 1)

    with pytest.raises(SourceError, match='has no column "Replaces"'):
        workbook.check_whole(read(filled(rows, drop)), former, 1)
    said = {"Subject": PLAN, "Predicate": "dcterms:replaces", "Object": before, "Datatype": "IRI"}
    revision = read(filled(rows | {"Other statements": [said]}, drop))
    workbook.check_whole(revision, former, 1)
    assert objects(revision, PLAN, DCTERMS.REPLACES) == {before}
