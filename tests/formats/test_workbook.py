"""A plan as a workbook and back: nothing lost, nothing bent, each statement with its cell, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, Triple

from stratgraph.errors import UsageError
from stratgraph.formats import workbook
from stratgraph.formats.workbook.book import heading
from stratgraph.formats.workbook.layout import OTHER, OTHER_COLUMNS, sheets
from stratgraph.formats.workbook.names import read_name, written
from stratgraph.formats.workbook.reading import to_statements
from stratgraph.formats.workbook.sheets import Cell, Grid, Sort
from stratgraph.formats.workbook.writing import to_tables
from stratgraph.identifiers import PlanIdentifiers
from stratgraph.serialisation import read_rdf
from stratgraph.statements import Places
from stratgraph.terms import DCTERMS, IDENTIFIERS, OWL, PREFIXES, PROV, RDF, RDFS, SG, SKOS, XSD
from stratgraph.xlsx import escaped, unescaped

if TYPE_CHECKING:
    from stratgraph.formats.workbook.writing import Tables
    from stratgraph.statements import StatedPlan

ANNEX = Path(__file__).parents[2] / "data/plans/itu-2012-2015.ttl"
ITU = PlanIdentifiers("itu", "2012-2015")
PLAN = NamedNode(ITU.plan_iri)


def read(data: bytes) -> StatedPlan:
    return workbook.read(data, file="p.xlsx", max_bytes=10_000_000, max_expanded_bytes=50_000_000, max_rows=20_000)


def write(triples: set[Triple] | list[Triple]) -> bytes:
    return workbook.write(triples, identifiers=ITU, language="en")


def place(words: str) -> NamedNode:
    return NamedNode(f"{ITU.plan_iri}/{words}")


def says(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Triple:
    return Triple(subject, NamedNode(predicate), value)


DESCRIBED = says(PLAN, RDF.TYPE, NamedNode(SG.STRATEGIC_PLAN))


def other_rows(data: bytes) -> list[tuple[str, ...]]:
    """The rows of the sheet of other statements, as another program reads them."""
    rows = openpyxl.load_workbook(io.BytesIO(data))[OTHER].iter_rows(min_row=2, values_only=True)
    return [tuple("" if value is None else str(value) for value in row) for row in rows if any(row)]


@pytest.fixture(scope="module")
def annex_triples() -> set[Triple]:
    """What the plan's file states of the plan; which version it is, it says of itself."""
    quads = read_rdf(ANNEX.read_bytes(), file=ANNEX.name)
    return {q.triple for q in quads if q.predicate.value != PROV.WAS_DERIVED_FROM}


@pytest.fixture(scope="module")
def annex_workbook(annex_triples: set[Triple]) -> bytes:
    return workbook.write(annex_triples, identifiers=ITU, language="en", rights="© ITU. All rights reserved.")


# --- values -----------------------------------------------------------------------------------------------------------


def decimal(text: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD.DECIMAL))


def test_values_fit_their_sheets_and_come_back_as_they_were() -> None:
    kpi, target = place("itu-d/objective/1/kpi/1"), place("itu-d/objective/1/kpi/1/target/1")
    stated = {
        DESCRIBED,
        says(kpi, RDF.TYPE, NamedNode(SG.KPI)),
        says(kpi, SG.IN_PLAN, PLAN),
        says(kpi, SG.MEASURE_KIND, Literal("quantitative")),
        says(kpi, SG.HAS_TARGET, target),
        says(target, RDF.TYPE, NamedNode(SG.TARGET)),
        says(target, SG.NUMERIC_VALUE, decimal("123456.789")),
        says(target, SG.UNIT_OF_MEASURE, Literal("http://qudt.org/vocab/unit/PERCENT")),
        says(target, SG.START_DATE, Literal("2014-01-01", datatype=NamedNode(XSD.DATE))),
        says(target, SG.END_DATE, Literal("2014-12-31", datatype=NamedNode(XSD.DATE))),
        says(target, SG.BREAKDOWN, Literal("Region: Africa", language="en")),
        says(target, SG.BREAKDOWN, Literal("Région: Afrique", language="fr")),
        says(target, SG.DATA_SOURCE, Literal("Survey", language="en")),
    }
    data = write(stated)
    assert other_rows(data) == []
    columns = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(data))["Targets"][1]]
    row = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(data))["Targets"][2]]
    assert row[columns.index("Number")] == pytest.approx(123456.789)
    assert set(read(data).statements) == stated


@pytest.mark.parametrize("text", ["0.10", "1234567890123456", "0.1234567890123456"])
def test_a_number_that_no_cell_gives_back_as_it_was_is_another_statement(text: str) -> None:
    target = place("goal/target/1")
    stated = {
        DESCRIBED,
        says(target, RDF.TYPE, NamedNode(SG.TARGET)),
        says(target, SG.NUMERIC_VALUE, decimal(text)),
    }
    data = write(stated)
    assert [row[2] for row in other_rows(data)] == [text]
    assert set(read(data).statements) == stated


# --- the annex -------------------------------------------------------------------------------------------------------


def test_the_annex_exported_and_imported_is_the_same_graph(annex_triples: set[Triple], annex_workbook: bytes) -> None:
    plan = read(annex_workbook)
    assert set(plan.statements) == annex_triples
    assert (plan.identifiers, plan.language, plan.provisional) == (ITU, "en", frozenset())
    assert plan.source.rights == "© ITU. All rights reserved."


def test_the_annex_fits_its_sheets_whole(annex_workbook: bytes) -> None:
    assert other_rows(annex_workbook) == []
    book = openpyxl.load_workbook(io.BytesIO(annex_workbook))
    # Counted in the annex: docs and tests of its reader say where.
    expected = {
        "Missions": 5,
        "Visions": 4,
        "Goals": 4,
        "Goal statements": 10,
        "Objectives": 21,
        "KPIs": 92,
        "Terms": 6,
    }
    assert {name: book[name].max_row - 1 for name in expected} == expected
    assert book["Footnotes"].max_row - 1 == 5


def test_each_statement_of_the_annex_leads_to_the_cell_that_says_it(annex_workbook: bytes) -> None:
    plan = read(annex_workbook)
    book = openpyxl.load_workbook(io.BytesIO(annex_workbook))
    places = Places(plan)
    for triple, evidence in plan.statements.items():
        where = places.of_triple(triple)
        assert where is not None
        assert len(evidence.spans) == 1
        cell = book[where.sheet].cell(where.line, where.column)
        subject, value = triple.subject.value, triple.object
        own = book[where.sheet].cell(where.line, 1).value
        if isinstance(value, Literal):
            assert str(cell.value) == value.value
            assert book[where.sheet].cell(1, where.column).value.endswith(f" ({value.language})") == bool(
                value.language
            )
        elif triple.predicate.value == DCTERMS.CONFORMS_TO:
            assert (cell.value, value.value) == ("itu", "https://w3id.org/stratgraph/shapes#itu")
        elif triple.predicate.value in {RDF.TYPE, SG.IN_PLAN}:
            assert where.column == 1
            assert subject.endswith(cell.value)
        elif triple.predicate.value in {SG.HAS_MENTION, SG.HAS_STATEMENT, SG.HAS_BASELINE}:
            assert (place(own), place(cell.value)) == (value, triple.subject)
        else:
            assert any(value.value.endswith(f"/{line}") for line in cell.value.split("\n"))
            assert subject.endswith(own)


def test_the_text_of_the_source_is_that_of_its_rows(annex_workbook: bytes) -> None:
    text = read(annex_workbook).source.text
    lines = text.split("\n")
    begin = lines.index("\fGoals")
    assert lines[begin + 1].split("\t")[:2] == ["Place", "Label (en)"]
    assert [line.split("\t")[0] for line in lines[begin + 2 : begin + 6]] == [
        f"{unit}/goal" for unit in ("gs", "itu-d", "itu-r", "itu-t")
    ]
    assert lines[begin + 6] == "\fGoal statements"


def test_two_exports_are_the_same_file(annex_workbook: bytes) -> None:
    script = (
        "import sys, hashlib\nfrom pathlib import Path\n"
        "from stratgraph.formats import workbook\nfrom stratgraph.identifiers import PlanIdentifiers\n"
        "from stratgraph.serialisation import read_rdf\n"
        "quads = read_rdf(Path(sys.argv[1]).read_bytes(), file='p.ttl')\n"
        f"triples = {{q.triple for q in quads if q.predicate.value != '{PROV.WAS_DERIVED_FROM}'}}\n"
        "data = workbook.write(triples, identifiers=PlanIdentifiers('itu', '2012-2015'), language='en', "
        "rights='\\u00a9 ITU. All rights reserved.')\nprint(hashlib.sha256(data).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", script, ANNEX], env=environment, check=True, capture_output=True)
    assert other.stdout.decode().strip() == hashlib.sha256(annex_workbook).hexdigest()
    assert {part.date_time for part in zipfile.ZipFile(io.BytesIO(annex_workbook)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }


def test_what_another_program_saves_is_read_the_same(annex_triples: set[Triple], annex_workbook: bytes) -> None:
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(annex_workbook)).save(out)
    assert set(read(out.getvalue()).statements) == annex_triples
    assert set(read(with_shared_strings(annex_workbook)).statements) == annex_triples


def with_shared_strings(data: bytes) -> bytes:
    """The same workbook as Excel writes it: strings in a part of their own, most in two runs."""
    shared: list[str] = []

    def moved(match: re.Match[str]) -> str:
        shared.append(match[2])
        return f'<c{match[1]} t="s"><v>{len(shared) - 1}</v></c>'

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                pattern = r'<c((?: [rs]="\w+")*) t="inlineStr"><is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>'
                text = re.sub(pattern, moved, text.decode()).encode()
            if name == "xl/_rels/workbook.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
                extra = f'<Relationship Id="strings" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
                text = text.decode().replace("</Relationships>", extra).encode()
            if name != "xl/sharedStrings.xml":
                target.writestr(name, text)
        half = [f"<si><r><t>{s[:2]}</t></r><rPh><t>spoken</t></rPh><r><t>{s[2:]}</t></r></si>" for s in shared]
        plain = [f"<si><t>{s}</t></si>" for s in shared]
        # Entities stay whole where nothing is cut.
        items = [cut if "&" not in s else whole for s, cut, whole in zip(shared, half, plain, strict=True)]
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        target.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}">{"".join(items)}</sst>')
    assert shared
    return out.getvalue()


# --- any plan --------------------------------------------------------------------------------------------------------

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    "007",
    "#N/A",
    " a ",
    "a\n",
    "a\tb",
    "a\r\nb",
    "\x01",
    "_x0041_",
    "_x005F_x0041_",
    "\\n",
]
TEXTS = st.one_of(
    st.sampled_from([*NASTY, "", " ", "\u00a0", "\ufffe", "1e5", "TRUE", "\f", "\U0001f600"]), st.text(max_size=8)
)
NODES = st.sampled_from(
    [
        PLAN,
        *map(
            place,
            (
                "mission",
                "itu-r/goal",
                "itu-r/goal/statement/1",
                "itu-d/objective/3",
                "itu-d/objective/3/output/2",
                "itu-d/objective/3/kpi/5",
                "text/table/6.1",
                "3",
                "=1",
                "a:b",
                "sg:text",
                "IRI",
                "\u00a0",
                "terms",
            ),
        ),
        NamedNode(f"{IDENTIFIERS}itu"),
        NamedNode(f"{IDENTIFIERS}itu/itu-r"),
        NamedNode("sg:text"),
        NamedNode("https://example.org/_x0041_"),
        NamedNode(SG.GOAL),
    ]
)
CLASSES = st.sampled_from([NamedNode(kind) for sheet in sheets() for _, kind in sheet.kinds])
PROPERTIES = st.sampled_from(
    sorted({c.property for s in sheets() for c in s.columns} | {RDF.TYPE, SG.IN_PLAN, OWL.DEPRECATED, "x:y"})
)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["en", "fr", "zh-hant"])),
    st.builds(lambda text: Literal(text, language="ar", direction=BaseDirection.RTL), TEXTS),
    st.builds(lambda text, kind: Literal(text, datatype=NamedNode(kind)), TEXTS, st.sampled_from(["x:y", XSD.INTEGER])),
    st.integers(-5, 10**16).map(Literal),
    st.booleans().map(Literal),
    st.sampled_from(
        [Literal("007", datatype=NamedNode(XSD.INTEGER)), Literal("true", datatype=NamedNode(XSD.BOOLEAN))]
    ),
)


@st.composite
def graphs(draw: st.DrawFn) -> set[Triple]:
    nodes = draw(st.lists(NODES, min_size=1, max_size=7, unique=True))
    typed = {says(node, RDF.TYPE, draw(CLASSES)) for node in nodes if draw(st.booleans())}
    within = {says(triple.subject, SG.IN_PLAN, PLAN) for triple in typed if draw(st.integers(0, 3))}
    links = st.builds(says, st.sampled_from(nodes), PROPERTIES, st.one_of(st.sampled_from(nodes), LITERALS))
    return {DESCRIBED} | typed | within | draw(st.sets(links, max_size=25))


def grids(tables: Tables) -> tuple[Grid, ...]:
    """The cells that the file of these tables would have."""
    found = []
    for table in tables.tables:
        with_kind = any(word for word, _ in table.sheet.kinds)
        rows: list[list[str | int | None]] = [["Place", *(["Kind"] * with_kind), *map(heading, table.slots)]]
        rows += [[r.place, *([r.kind] * with_kind), *(r.cells.get(slot) for slot in table.slots)] for r in table.rows]
        found.append((table.sheet.name, rows))
    found.append((OTHER, [list(OTHER_COLUMNS), *map(list, tables.other)]))
    return tuple(Grid(name, {n: cells(row) for n, row in enumerate(rows, start=1)}) for name, rows in found)


def cells(row: list[str | int | None]) -> dict[int, Cell]:
    return {
        column: Cell(str(value), Sort.NUMBER if isinstance(value, int) else Sort.TEXT)
        for column, value in enumerate(row, start=1)
        if value is not None and value != ""
    }


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(graphs(), st.sampled_from(["en", ""]))
def test_any_plan_in_tables_and_out_of_them_is_the_same(triples: set[Triple], language: str) -> None:
    plan = to_statements(grids(to_tables(triples, identifiers=ITU, language=language)), file="p.xlsx")
    assert set(plan.statements) == triples
    assert plan.provisional == frozenset()


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(graphs(), st.sampled_from(["en", ""]))
def test_any_plan_written_and_read_is_the_same(triples: set[Triple], language: str) -> None:
    data = workbook.write(triples, identifiers=ITU, language=language)
    plan = read(data)
    assert set(plan.statements) == triples
    places = Places(plan)
    sources = {places.of_triple(triple).sheet for triple in plan.statements}  # type: ignore[union-attr]
    assert sources <= {sheet.name for sheet in sheets()} | {OTHER}


@given(st.text(max_size=30))
def test_characters_that_xml_cannot_hold_come_back(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", escaped(text))


@given(
    st.from_regex(r"[a-z]{1,3}:[ab/\u00a0\U0001f600]{0,8}", fullmatch=True), st.sampled_from([*PREFIXES, "", "x:y/"])
)
def test_a_name_comes_back_whatever_it_looks_like(iri: str, base: str) -> None:
    namespace = PREFIXES.get(base, base)
    for one in (iri, namespace + iri if namespace else iri):
        assert read_name(written(one, namespace), namespace) == one


def test_what_looks_like_a_formula_is_a_text_in_the_file() -> None:
    data = write([DESCRIBED, says(PLAN, RDFS.LABEL, Literal("=HYPERLINK(1)", language="en"))])
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Plan"]
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["B2"].number_format) == ("=HYPERLINK(1)", "s", "@")
    formulas = re.findall(rb"<f[ >]", zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet2.xml"))
    assert formulas == []


def test_what_fits_no_column_stands_with_the_other_statements() -> None:
    goal = place("goal")
    element = [says(goal, RDF.TYPE, NamedNode(SG.GOAL)), says(goal, SG.IN_PLAN, PLAN)]
    two = [says(goal, RDFS.LABEL, Literal(words, language="en")) for words in ("a", "b")]
    odd = [
        says(goal, SG.POSITION, Literal("01", datatype=NamedNode(XSD.INTEGER))),
        says(goal, SG.SERVES_MISSION, place("mission")),
        says(goal, SKOS.DEFINITION, Literal("x", language="fr")),
    ]
    assert other_rows(write([DESCRIBED, *element, *two, *odd])) == [
        ("goal", "rdfs:label", "b", "", "en"),
        ("goal", "skos:definition", "x", "", "fr"),
        ("goal", "sg:position", "01", "xsd:integer", ""),
        ("goal", "sg:servesMission", "mission", "IRI", ""),
    ]


def test_a_text_in_another_language_gets_a_column_of_its_own() -> None:
    data = write([DESCRIBED, *(says(PLAN, DCTERMS.TITLE, Literal(tag, language=tag)) for tag in ("en", "fr"))])
    header = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(data))["Plan"][1]]
    assert header[:4] == ["Place", "Label (en)", "Title (en)", "Title (fr)"]
    assert other_rows(data) == []


def test_what_was_withdrawn_has_a_sheet() -> None:
    old, new = place("itu-r/objective/1/kpi/2"), place("itu-r/objective/1/kpi/3")
    triples = [
        DESCRIBED,
        says(new, RDF.TYPE, NamedNode(SG.KPI)),
        says(new, SG.IN_PLAN, PLAN),
        says(old, OWL.DEPRECATED, Literal(True)),
        says(old, RDFS.LABEL, Literal("gone", language="en")),
        says(old, DCTERMS.IS_REPLACED_BY, new),
    ]
    data = write(triples)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Withdrawn"]
    assert [cell.value for cell in sheet[2]] == ["itu-r/objective/1/kpi/2", "gone", "itu-r/objective/1/kpi/3"]
    assert set(read(data).statements) == set(triples)


@pytest.mark.parametrize(
    ("triples", "what"),
    [
        ([DESCRIBED, says(PLAN, RDFS.LABEL, Literal("x" * 32_768, language="en"))], "32,768 characters"),
        ([DESCRIBED, says(PLAN, RDFS.LABEL, Literal("\U0001f600" * 16_384, language="en"))], "16,384 characters"),
        ([says(PLAN, RDFS.LABEL, Literal("x"))], "do not describe the plan"),
        ([DESCRIBED, Triple(BlankNode("b"), NamedNode("x:y"), PLAN)], "blank node"),
    ],
)
def test_what_no_workbook_can_hold_is_refused(triples: list[Triple], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        write(triples)


def test_a_text_that_just_fits_comes_back() -> None:
    triples = {DESCRIBED, says(PLAN, RDFS.LABEL, Literal("x" * 32_767, language="en"))}
    assert set(read(write(triples)).statements) == triples


def test_what_a_plan_replaces_stands_in_its_row_and_comes_back() -> None:
    own = NamedNode("https://data.example.org/plans/2020")
    former = NamedNode("https://w3id.org/stratgraph/id/itu/plan/2004-2007")
    stated = {DESCRIBED, says(PLAN, DCTERMS.REPLACES, own), says(PLAN, DCTERMS.REPLACES, former)}
    data = write(stated)
    assert other_rows(data) == []
    names, row = (list(one) for one in openpyxl.load_workbook(io.BytesIO(data))["Plan"].iter_rows(values_only=True))
    assert row[names.index("Replaces")].split("\n") == [own.value, former.value]
    assert set(read(data).statements) == stated


# --- the template ----------------------------------------------------------------------------------------------------


def test_a_template_has_a_sheet_for_every_class_of_a_plan() -> None:
    ontology = read_rdf((ANNEX.parents[2] / "ontology/stratgraph.ttl").read_bytes(), file="o.ttl")
    below = {SG.PLAN_ELEMENT, SG.DOCUMENT_PART}
    wanted = {q.subject.value for q in ontology if q.predicate.value == RDFS.SUB_CLASS_OF and q.object.value in below}
    wanted |= {SG.STRATEGIC_PLAN, SG.MENTION, SG.BASELINE, SG.TARGET, SG.SECTOR}
    assert wanted <= {kind for sheet in sheets() for _, kind in sheet.kinds}
    names = openpyxl.load_workbook(io.BytesIO(workbook.template(identifiers=ITU, language="en"))).sheetnames
    assert names == ["About", *(sheet.name for sheet in sheets()), OTHER]


def test_headings_of_a_sheet_differ_and_say_what_they_mean() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.template(identifiers=None, language="fr")))
    for sheet in sheets():
        headings = [cell.value for cell in book[sheet.name][1]]
        assert len({heading.casefold() for heading in headings}) == len(headings)
        assert all(cell.comment and cell.comment.text for cell in book[sheet.name][1])
        assert book[sheet.name].freeze_panes == "B2"
    assert [cell.value for cell in book["Goals"][1]][:6] == [
        "Place",
        "Label (fr)",
        "Title (fr)",
        "Notation",
        "Text (fr)",
        "Is of unit",
    ]
    assert "Replaces" in [cell.value for cell in book["Plan"][1]]


def test_references_are_chosen_from_the_places_of_their_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.template(identifiers=None, language="en")))
    offered = {
        str(v.sqref): (v.formula1, v.showErrorMessage) for v in book["Objectives"].data_validations.dataValidation
    }
    letter = next(cell.column_letter for cell in book["Objectives"][1] if cell.value == "Contributes to")
    formula = "OFFSET('Goals'!$A$2,0,0,MAX(1,COUNTA('Goals'!$A:$A)-1),1)"
    # Never an error: a cell may hold several places, which no drop-down can write.
    assert offered[f"{letter}2:{letter}1048576"] == (formula, False)
    kinds = [v.formula1 for v in book["Organisations"].data_validations.dataValidation]
    assert '"Organisation,Unit,Sector"' in kinds


def test_references_to_several_sheets_are_chosen_from_a_list(annex_workbook: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(annex_workbook))
    offered = {v.formula1 for v in book["KPIs"].data_validations.dataValidation}
    lists = {cell.value: cell.column_letter for cell in book["Lists"][1]}
    measured = ("Goals", "Goal statements", "Objectives", "Outputs", "Expected results")
    letter = lists[", ".join(measured)]
    last = sum(book[name].max_row - 1 for name in measured) + 1
    assert f"Lists!${letter}$2:${letter}${last}" in offered
    assert book["Lists"].sheet_state == "hidden"


def test_a_template_that_is_filled_is_a_plan() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.template(identifiers=ITU, language="en")))
    for name, cells in {
        "Plan": {"Title (en)": "A plan", "Publisher": "itu", "Start year": 2012},
        "Organisations": {"Label (en)": "ITU"},
        "Missions": {"Place": None, "Text (en)": "To connect.", "Is of unit": "itu", "Position": 1},
    }.items():
        columns = {cell.value: cell.column for cell in book[name][1]}
        for column, value in cells.items():
            book[name].cell(2, columns[column], value)
    out = io.BytesIO()
    book.save(out)
    plan = read(out.getvalue())
    itu, mission = NamedNode(f"{IDENTIFIERS}itu"), place("mission")
    assert set(plan.statements) == {
        DESCRIBED,
        says(PLAN, DCTERMS.TITLE, Literal("A plan", language="en")),
        says(PLAN, DCTERMS.PUBLISHER, itu),
        says(PLAN, SG.START_YEAR, Literal(2012)),
        says(itu, RDF.TYPE, NamedNode("http://www.w3.org/ns/org#FormalOrganization")),
        says(itu, RDFS.LABEL, Literal("ITU", language="en")),
        says(mission, RDF.TYPE, NamedNode(SG.MISSION)),
        says(mission, SG.IN_PLAN, PLAN),
        says(mission, SG.TEXT, Literal("To connect.", language="en")),
        says(mission, SG.OF_UNIT, itu),
        says(mission, SG.POSITION, Literal(1)),
    }
    assert plan.provisional == {mission.value}
    where = Places(plan).of_triple(says(mission, RDF.TYPE, NamedNode(SG.MISSION)))
    assert str(where) == "p.xlsx, sheet Missions, cell E2"  # its text, for want of a place
