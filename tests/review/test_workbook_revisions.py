"""What the workbook's own instructions allow is no Violation: a deleted row, a new row without label and position."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from pyoxigraph import Literal, NamedNode, Triple

import filled_workbook
from program import run
from stratgraph.comparison import Comparison, propose
from stratgraph.errors import SourceError
from stratgraph.formats import workbook
from stratgraph.identifiers import parse_place
from stratgraph.matching import completed
from stratgraph.plan_files import ReadingLimits, check_whole, read_revision
from stratgraph.plan_graph import to_statements
from stratgraph.settings import Settings
from stratgraph.terms import OWL, RDFS, SG

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from stratgraph.comparison import Proposal
    from stratgraph.document import PlanDocument
    from stratgraph.statements import StatedPlan

OBJECTIVE = "itu-d/objective/3"
KPI = f"{OBJECTIVE}/kpi/4"
OUTPUT = "itu-d/objective/2/output/4"
NEW = {
    "Text (en)": "Number of national CIRTs",
    "Is of unit": "itu/itu-d",
    "Is indicator of": OBJECTIVE,
    "Is stated in": "text/table/6.2",
}


@pytest.fixture(scope="module")
def annex(annex_document: PlanDocument) -> StatedPlan:
    return to_statements(annex_document, file="annex.txt")


@pytest.fixture(scope="module")
def exported(annex: StatedPlan) -> bytes:
    return workbook.write(annex.statements, identifiers=annex.identifiers, language="en")


def row(sheet: Worksheet, place: str) -> int:
    return next(cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[0].value == place)


def column(sheet: Worksheet, heading: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def fill(sheet: Worksheet, number: int, cells: dict[str, str | int | None]) -> None:
    for heading, value in cells.items():
        sheet.cell(number, column(sheet, heading)).value = value


def reviewed(annex: StatedPlan, exported: bytes, edit: Callable[[openpyxl.Workbook], None]) -> Proposal:
    book = openpyxl.load_workbook(io.BytesIO(exported))
    edit(book)
    new = saved(book)
    used = frozenset(parse_place(iri)[1] for iri in annex.graph.subjects(SG.IN_PLAN))
    return propose(Comparison(new, None, annex, 2, used=used))


def positions(plan: StatedPlan, relation: str, above: str) -> dict[str, str]:
    place = plan.identifiers.place_iri
    graph = plan.graph
    below = graph.subjects(relation, place(above))
    return {iri.removeprefix(place("")): graph.text(iri, SG.POSITION) for iri in below}


def briefly(done: Proposal) -> list[tuple[str, str]]:
    return [(one.kind.value, one.subject.partition("/2012-2015/")[2]) for one in done.review.changes]


def test_a_deleted_row_is_withdrawn_and_positions_close_up(annex: StatedPlan, exported: bytes) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book["KPIs"].delete_rows(row(book["KPIs"], KPI))

    done = reviewed(annex, exported, edit)
    assert done.review.violations == ()
    assert briefly(done) == [("removed", KPI)]
    iri = annex.identifiers.place_iri(KPI)
    assert done.plan.graph.has(iri, OWL.DEPRECATED)
    assert done.plan.graph.text(iri, RDFS.LABEL) == annex.graph.text(iri, RDFS.LABEL)
    wanted = {f"{OBJECTIVE}/kpi/{number}": position for number, position in ((1, "1"), (2, "2"), (3, "3"), (5, "4"))}
    assert positions(done.plan, SG.INDICATOR_OF, OBJECTIVE) == wanted


def test_a_row_that_is_deleted_and_named_on_the_sheet_withdrawn_keeps_its_replacement(
    annex: StatedPlan, exported: bytes
) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book["KPIs"].delete_rows(row(book["KPIs"], KPI))
        book["Withdrawn"].append([KPI, "Number of MoUs in effect", f"{OBJECTIVE}/kpi/5"])

    done = reviewed(annex, exported, edit)
    assert done.review.violations == ()
    assert briefly(done) == [("removed", KPI)]


def test_a_new_row_needs_no_label_and_no_position(annex: StatedPlan, exported: bytes) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        fill(book["KPIs"], book["KPIs"].max_row + 1, dict(NEW))

    done = reviewed(annex, exported, edit)
    assert done.review.violations == ()
    assert briefly(done) == [("added", f"{OBJECTIVE}/kpi/6")]
    iri = annex.identifiers.place_iri(f"{OBJECTIVE}/kpi/6")
    assert done.plan.graph.text(iri, RDFS.LABEL) == "Number of national CIRTs"
    assert positions(done.plan, SG.INDICATOR_OF, OBJECTIVE)[f"{OBJECTIVE}/kpi/6"] == "6"
    names = {one.name for one in done.plan.decisions}
    assert {"labels-of-new-rows", "positions-of-rows"} <= names


def test_a_row_deleted_and_another_added_close_up_together(annex: StatedPlan, exported: bytes) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["KPIs"]
        sheet.delete_rows(row(sheet, f"{OBJECTIVE}/kpi/1"))
        fill(sheet, sheet.max_row + 1, {**NEW, "Text (en)": "Share of women on the panels"})

    done = reviewed(annex, exported, edit)
    assert done.review.violations == ()
    assert positions(done.plan, SG.INDICATOR_OF, OBJECTIVE) == {
        f"{OBJECTIVE}/kpi/{number}": str(number - 1) for number in range(2, 7)
    }


def test_a_moved_row_leaves_no_gap_and_comes_last_where_its_position_is_taken(
    annex: StatedPlan, exported: bytes
) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        fill(book["Outputs"], row(book["Outputs"], OUTPUT), {"Supports objective": OBJECTIVE})

    done = reviewed(annex, exported, edit)
    assert done.review.violations == ()
    assert briefly(done) == [("moved", OUTPUT)]
    before = positions(annex, SG.SUPPORTS_OBJECTIVE, OBJECTIVE)
    assert positions(done.plan, SG.SUPPORTS_OBJECTIVE, OBJECTIVE) == {**before, OUTPUT: str(len(before) + 1)}


def test_a_position_that_is_wrong_without_a_reason_stays_a_violation(annex: StatedPlan, exported: bytes) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        fill(book["KPIs"], row(book["KPIs"], KPI), {"Position": 7})

    done = reviewed(annex, exported, edit)
    assert [finding.rule for finding in done.review.violations] == ["PositionsRunFromOne"]
    assert positions(done.plan, SG.INDICATOR_OF, OBJECTIVE)[KPI] == "7"


def test_rows_of_what_was_deleted_are_named_with_what_to_do(annex: StatedPlan, exported: bytes) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book["Outputs"].delete_rows(row(book["Outputs"], OUTPUT))

    with pytest.raises(SourceError) as caught:
        reviewed(annex, exported, edit)
    assert "where it is withdrawn, delete this row too" in caught.value.what
    sheet = openpyxl.load_workbook(io.BytesIO(exported))["About"]
    about = " ".join(str(cell.value) for cells in sheet.iter_rows() for cell in cells)
    assert "with the rows of its mentions and values" in about

    def whole(book: openpyxl.Workbook) -> None:
        edit(book)
        sheet = book["Mentions"]
        of = column(sheet, "Is mention of")
        for number in [cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[of - 1].value == OUTPUT][::-1]:
            sheet.delete_rows(number)

    done = reviewed(annex, exported, whole)
    assert done.review.violations == ()
    assert briefly(done) == [("removed", OUTPUT)]


def saved(book: openpyxl.Workbook) -> StatedPlan:
    data = io.BytesIO()
    book.save(data)
    return read_revision(data.getvalue(), file="revised.xlsx", limits=Settings().part(ReadingLimits))


def test_a_sheet_that_is_missing_withdraws_nothing_and_is_refused_by_name(annex: StatedPlan, exported: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported))
    of_version = {"KPIs": 92, "Situational factors": 47, "Mentions": 231, "Terms": 6, "Baselines": 2}
    for name, rows in of_version.items():
        sheet, place = book[name], book.sheetnames.index(name)
        book.remove(sheet)
        with pytest.raises(SourceError) as caught:
            check_whole(saved(book), annex, 3)
        assert caught.value.what == f"The workbook has no sheet {name}, and version 3 has {rows} rows there."
        assert f"let a sheet {name} be there with its headings alone" in caught.value.mend
        book._add_sheet(sheet, place)
    # And so it is said that all of them are withdrawn.
    for name in of_version:
        book[name].delete_rows(2, book[name].max_row)
    check_whole(saved(book), annex, 3)


def test_a_column_that_is_missing_empties_no_cell_and_is_refused_by_name(annex: StatedPlan, exported: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported))
    for name, heading, filled in (
        ("KPIs", "Text (en)", 92),
        ("Outputs", "Editorial note (en)", 26),
        ("Expected results", "Is part of", 16),
    ):
        sheet = book[name]
        sheet.delete_cols(column(sheet, heading))
        with pytest.raises(SourceError) as caught:
            check_whole(saved(book), annex, 1)
        said = f'The sheet {name} has no column "{heading}", and version 1 has {filled} cells filled there.'
        assert caught.value.what == said
        # The heading alone says that all of it is to go.
        sheet.cell(1, sheet.max_column + 1).value = heading
    check_whole(saved(book), annex, 1)


@pytest.mark.parametrize("typed", [None, "Croître"])
def test_labels_that_nobody_typed_need_no_column(typed: str | None) -> None:
    def in_french(book: Workbook) -> None:
        for name, heading, text in (("Plan", "Title (fr)", "Plan d'Acme"), ("Goals", "Text (fr)", "Grandir.")):
            sheet = book[name]
            sheet.cell(1, sheet.max_column + 1).value = heading
            sheet.cell(2, sheet.max_column).value = text

    as_sent = filled_workbook.read(filled_workbook.filled(filled_workbook.small(), in_french))
    published = completed(as_sent, None)
    goal = NamedNode(filled_workbook.place("east/goal"))
    made = Triple(goal, NamedNode(RDFS.LABEL), Literal("Grandir.", language="fr"))
    assert made in published.statements
    if typed is None:
        check_whole(as_sent, published, 1)
        assert not {*completed(as_sent, published).statements} ^ {*published.statements}
    else:
        statements = dict(published.statements)
        statements[Triple(goal, NamedNode(RDFS.LABEL), Literal(typed, language="fr"))] = statements.pop(made)
        with pytest.raises(SourceError, match=r'The sheet Goals has no column "Label \(fr\)"'):
            check_whole(as_sent, replace(published, statements=statements), 1)


@pytest.mark.parametrize(("called", "then"), [("Grow.", "Grow more."), ("Growth", "Growth")])
def test_a_label_that_was_made_of_a_text_follows_it_and_a_typed_one_stays(called: str, then: str) -> None:
    """An export has the labels, and who writes over a text looks at the text."""
    rows = filled_workbook.small()
    rows["Goals"][0]["Label (en)"] = called
    published = completed(filled_workbook.read(filled_workbook.filled(rows)), None)
    rows["Goals"][0]["Text (en)"] = "Grow more."
    revised = completed(filled_workbook.read(filled_workbook.filled(rows)), published)
    assert revised.graph.texts(filled_workbook.place("east/goal"), RDFS.LABEL) == (then,)


def test_a_sheet_without_rows_needs_no_columns(annex: StatedPlan, exported: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported))
    del book["KPIs"]
    book.create_sheet("KPIs")
    check_whole(saved(book), annex, 1)


def test_all_sheets_and_columns_that_are_missing_are_told_at_once(annex: StatedPlan, exported: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported))
    del book["Targets"], book["Withdrawn"], book["Baselines"], book["Other statements"], book["Lists"], book["About"]
    check_whole(saved(openpyxl.load_workbook(io.BytesIO(exported))), annex, 1)
    book["Goals"].delete_cols(column(book["Goals"], "Text (en)"))
    with pytest.raises(SourceError, match=r"(?s)2 sheets and columns are missing:.*Baselines.*Goals.*Text \(en\)"):
        check_whole(saved(book), annex, 1)


def test_texts_that_are_said_to_be_of_another_variety_of_the_language_are_there(
    annex: StatedPlan, exported: bytes
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported))
    sheet = book["KPIs"]
    sheet.cell(1, column(sheet, "Text (en)")).value = "Text (en-GB)"
    check_whole(saved(book), annex, 1)


def test_a_place_on_a_sheet_that_is_missing_says_so(exported: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported))
    del book["Organisations"]
    with pytest.raises(SourceError) as caught:
        saved(book)
    assert 'There is no place "itu" in the workbook, for it has no sheet Organisations. Put the sheet back.' in str(
        caught.value
    )


def test_a_workbook_without_a_sheet_is_refused_at_the_doors(exported: bytes, annex_store: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported))
    del book["KPIs"]
    book.save(tmp_path / "revised.xlsx")
    done = run("review", tmp_path / "revised.xlsx", store=annex_store)
    assert done.returncode == 2
    assert "The workbook has no sheet KPIs, and version 1 has 92 rows there." in " ".join(done.stderr.split())


# --- a workbook that somebody filled: without labels and positions, as the program makes them ------------------------


def test_a_filled_workbook_is_its_own_revision() -> None:
    rows = filled_workbook.small()
    rows["Outputs"] += [
        {"Text (en)": f"A bridge, {number}.", "Is of unit": "acme/east", "Supports objective": "east/objective/1"}
        for number in (1, 2)
    ]
    old = propose(Comparison(filled_workbook.read(filled_workbook.filled(rows)), None, None, 1)).plan
    used = frozenset(parse_place(iri)[1] for iri in old.graph.subjects(SG.IN_PLAN))

    def revised() -> list[tuple[str, str, str]]:
        new = filled_workbook.read(filled_workbook.filled(rows))
        review = propose(Comparison(new, None, old, 2, used=used)).review
        assert {one.finding.rule for one in review.findings if one.standing == "new"} == set()
        return [(one.kind.value, one.old, one.new) for one in review.changes if one.property != RDFS.LABEL]

    assert revised() == []
    rows["Outputs"][0]["Text (en)"] = "A road of stone."
    rows["Outputs"].append(
        {"Text (en)": "A tunnel.", "Is of unit": "acme/east", "Supports objective": "east/objective/1"}
    )
    assert revised() == [("reworded", "A road.", "A road of stone."), ("added", "", "A tunnel.")]
    # The first of the four goes: what is left closes up.
    del rows["Outputs"][0]
    assert ("removed", "A road.", "") in revised()


def test_a_label_that_somebody_gave_and_took_away_is_missing() -> None:
    rows = filled_workbook.small()
    rows["Goals"][0]["Label (en)"] = "Growth"
    old = propose(Comparison(filled_workbook.read(filled_workbook.filled(rows)), None, None, 1)).plan
    del rows["Goals"][0]["Label (en)"]
    new = filled_workbook.read(filled_workbook.filled(rows))
    used = frozenset(parse_place(iri)[1] for iri in old.graph.subjects(SG.IN_PLAN))
    done = propose(Comparison(new, None, old, 2, used=used))
    assert [one.finding.rule for one in done.review.findings if one.standing == "new"] == ["ThingHasLabel"]
