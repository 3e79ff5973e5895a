"""The reader of the annex: nothing lost, nothing invented, and a clear word where a text is not of the form.

Figures are counted in the text itself, by other means than the reader's: raw lines, cells, bullets and marks.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from stratgraph.document import Element, ElementKind, PartKind, PlanDocument, Quote, Relation, segments
from stratgraph.errors import LimitError, SourceError
from stratgraph.formats import annex
from stratgraph.formats.annex.pairing import pair_outputs
from stratgraph.plan_graph import to_statements
from stratgraph.terms import SG

DATA = Path(__file__).parents[1] / "data"
UNITS = {"4": "itu-r", "5": "itu-t", "6": "itu-d", "7": "gs"}


@pytest.fixture(scope="module")
def text(annex_bytes: bytes) -> str:
    return annex_bytes.decode("utf-8")


@pytest.fixture(scope="module")
def cells(text: str) -> list[tuple[str, list[str]]]:
    """Every line with a tab, cut into cells, with the number of the table whose caption stands last before it."""
    found, table = [], ""
    for line in text.split("\n"):
        if match := re.match(r"Table (\d\.\d) - ", line):
            table = match[1]
        elif line.startswith("PART III"):
            table = "terms"
        if "\t" in line:
            found.append((table, line.split("\t")))
    return found


@pytest.fixture(scope="module")
def details(cells: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """The rows of the four tables n.2: the unit, and objective, outputs, results, indicators."""
    return [(UNITS[table[0]], row) for table, row in cells if row[0].startswith("<p>Objective ")]


def elements(document: PlanDocument, kind: ElementKind) -> list[Element]:
    return [element for element in document.elements if element.kind is kind]


def words_of(quote: Quote | None) -> str:
    """What a title, a number or a label says; empty where there is none."""
    return quote.text if quote else ""


def at(document: PlanDocument, place: str) -> Element:
    (element,) = (element for element in document.elements if element.place == place)
    return element


# --- counts, each from the text --------------------------------------------------------------------------------------


def test_segments_are_the_pieces_between_newlines_and_tabs(text: str) -> None:
    assert len(text) == 82_341
    assert len(segments(text)) == text.count("\n") + text.count("\t") + 1 == 1262


def test_there_is_an_objective_for_each_heading_of_one(annex_document: PlanDocument, text: str) -> None:
    headings = re.findall(r"^(\d)\.\d\.\d+ Objective (\d)", text, re.MULTILINE)
    assert len(headings) == 21
    expected = [f"{UNITS[chapter]}/objective/{number}" for chapter, number in headings]
    assert {o.place for o in elements(annex_document, ElementKind.OBJECTIVE)} == set(expected)
    assert Counter(place.split("/")[0] for place in expected) == {"itu-r": 5, "itu-t": 4, "itu-d": 6, "gs": 6}


def test_each_output_row_has_one_mark_and_each_mark_stands_behind_one_link(
    annex_document: PlanDocument, cells: list[tuple[str, list[str]]], text: str
) -> None:
    rows = [row for table, row in cells if table.endswith(".1") and table != "8.1" and "X" in row]
    assert len(rows) == 80
    assert all(row.count("X") == 1 for row in rows)
    marks = {s.start for s in segments(text) if text[s.start : s.end] == "X"}
    assert len(marks) == 80 + 21
    behind = Counter(
        span.start
        for link in annex_document.links
        if link.relation in {Relation.SUPPORTS_OBJECTIVE, Relation.CONTRIBUTES_TO}
        for span in link.evidence.spans
        if span.start in marks
    )
    assert behind == dict.fromkeys(marks, 1)


def test_each_objective_contributes_to_the_goal_in_whose_column_its_mark_stands(
    annex_document: PlanDocument, cells: list[tuple[str, list[str]]]
) -> None:
    rows = [row for table, row in cells if table == "8.1"]
    expected, unit = set(), ""
    for row in rows[1:]:
        if "X" not in row:
            unit = row[0].lower()
            continue
        goal = rows[0][row.index("X")].removeprefix("Goal ").lower()
        expected.add((f"{unit}/objective/{row[0].removeprefix('Objective ')}", f"{goal}/goal"))
    assert len(expected) == 21
    found = {(k.subject, k.object) for k in annex_document.links if k.relation is Relation.CONTRIBUTES_TO}
    assert found == expected


def items_in(cell: str) -> int:
    """Top-level items of a cell with its marks: numbered paragraphs, or else bullets, or else the one paragraph."""
    numbered = len(re.findall(r"<p>\d ", cell))
    return numbered or cell.count("•") or len(re.findall("<p>", cell))


# The rows of objectives 3 and 4 of ITU-R lost their bullets (design section 2); what stands there, by reading.
LOST_INDICATORS = {("itu-r", "3"): 2, ("itu-r", "4"): 2}
LOST_OUTPUTS = {("itu-r", "3"): 1, ("itu-r", "4"): 1}


@pytest.mark.parametrize(
    ("kind", "column", "lost", "totals"),
    [
        (ElementKind.OUTPUT, 1, LOST_OUTPUTS, {"itu-r": 13, "itu-t": 13, "itu-d": 34, "gs": 21}),
        (ElementKind.EXPECTED_RESULT, 2, {}, {"itu-r": 10, "itu-t": 10, "itu-d": 34, "gs": 31}),
        (ElementKind.KPI, 3, LOST_INDICATORS, {"itu-r": 11, "itu-t": 11, "itu-d": 32, "gs": 38}),
    ],
)
def test_the_rows_of_tables_n_2_give_as_many_elements_as_they_have_items(
    annex_document: PlanDocument,
    details: list[tuple[str, list[str]]],
    kind: ElementKind,
    column: int,
    lost: dict[tuple[str, str], int],
    totals: dict[str, int],
) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for unit, row in details:
        number = re.findall(r"Objective (\d)", row[0])[0]
        expected[unit, number] = lost.get((unit, number)) or items_in(row[column])
    sums: Counter[str] = Counter()
    for (unit, _), count in expected.items():
        sums[unit] += count
    assert sums == totals
    found: Counter[tuple[str, str]] = Counter()
    for element in elements(annex_document, kind):
        unit, _, number, _, *position = element.place.split("/")
        stands_in_n_2 = any(m.part.endswith(".2") for m in element.mentions) or kind is not ElementKind.OUTPUT
        if len(position) == 1 and stands_in_n_2:
            found[unit, number] += 1
    assert found == expected


def test_outputs_of_the_two_tables_are_83_of_which_five_stand_in_one_only(annex_document: PlanDocument) -> None:
    outputs = elements(annex_document, ElementKind.OUTPUT)
    by_tables = Counter(tuple(m.part[-1] for m in output.mentions) for output in outputs)
    # 80 rows and 81 items: Face-to-face … (ITU-D 5) and two of GS 6 have no row, two rows of GS 6 have no item.
    assert by_tables == {("1", "2"): 78, ("2",): 3, ("1",): 2}
    alone = {o.text for o in outputs if len(o.mentions) == 1}
    assert alone == {
        "Face-to-face and distance-learning training interventions",
        (
            "Establishing and managing relationships with the broader ICT community to build relevance and momentum "
            "towards TELECOM events"
        ),
        "Leveraging TELECOM assets to strengthen other ITU events, as required",
        "Ongoing community-building activities in between events",
        "Any other related events as required",
    }
    assert all("only" in words_of(o.note) for o in outputs if len(o.mentions) == 1)


def test_nested_results_are_the_bullets_below_a_number(annex_document: PlanDocument) -> None:
    nested = {k.subject: k.object for k in annex_document.links if k.relation is Relation.PART_OF}
    # By reading: five bullets under result 1 of ITU-R 1, three under that of ITU-T 1; three and five lost theirs.
    assert Counter(nested.values()) == {
        "itu-r/objective/1/result/1": 5,
        "itu-r/objective/3/result/1": 3,
        "itu-r/objective/4/result/1": 5,
        "itu-t/objective/1/result/1": 3,
    }
    assert at(annex_document, "itu-r/objective/1/result/1/3").text == "Radio Regulations Board"
    assert words_of(at(annex_document, "itu-r/objective/1/result/2").notation) == "2"


@pytest.mark.parametrize(
    ("kind", "count", "places"),
    [
        (ElementKind.MISSION, 5, {"mission", "itu-r/mission", "itu-t/mission", "itu-d/mission", "gs/mission"}),
        (ElementKind.VISION, 4, {"vision", "itu-r/vision", "itu-t/vision", "itu-d/vision"}),
        (ElementKind.GOAL, 4, {"itu-r/goal", "itu-t/goal", "itu-d/goal", "gs/goal"}),
    ],
)
def test_missions_visions_and_goals(
    annex_document: PlanDocument, kind: ElementKind, count: int, places: set[str]
) -> None:
    assert {e.place for e in elements(annex_document, kind)} == places
    assert len(places) == count


def test_goals_have_as_many_statements_as_their_lists_have_items(annex_document: PlanDocument, text: str) -> None:
    front = text[: text.index("\n4 Radio")]
    sections = re.split(r"^3\.1\.\d Strategic [Gg]oal.*\((.+)\)$", front, flags=re.MULTILINE)
    expected = {unit.lower(): body.count("\n- ") or 1 for unit, body in zip(*[iter(sections[1:])] * 2, strict=True)}
    assert expected == {"itu-r": 3, "itu-t": 3, "itu-d": 3, "gs": 1}
    assert Counter(e.unit for e in elements(annex_document, ElementKind.GOAL_STATEMENT)) == expected


def test_situational_factors_are_the_numbered_leaves_of_the_analyses(annex_document: PlanDocument, text: str) -> None:
    numbers = re.findall(r"^ ?(?:- )?((?:2\.[123]|4\.1|5\.1|6\.1)(?:\.\d+)?) ", text, re.MULTILINE)
    leaves = [n for n in numbers if n not in {"2.1", "2.2", "4.1", "5.1", "6.1"}]
    factors = elements(annex_document, ElementKind.SITUATIONAL_FACTOR)
    assert sorted(words_of(f.notation) for f in factors) == sorted(leaves)
    assert Counter(f.unit for f in factors) == {"itu": 21, "itu-r": 9, "itu-t": 5, "itu-d": 12}
    assert words_of(at(annex_document, "itu-d/factor/6.1.1").title) == "The digital divide"
    assert at(annex_document, "itu-d/factor/6.1.3").text.count("\n") == 1


def test_terms_of_part_three(annex_document: PlanDocument, cells: list[tuple[str, list[str]]]) -> None:
    rows = [row for table, row in cells if table == "terms"]
    assert [[t.label.text, t.definition.text] for t in annex_document.terms] == rows[1:]
    assert len(annex_document.terms) == 6


def test_parts_are_sections_paragraphs_tables_and_footnotes(annex_document: PlanDocument, text: str) -> None:
    kinds = Counter(part.kind for part in annex_document.parts)
    assert kinds[PartKind.TABLE] == len(re.findall(r"^Table \d", text, re.MULTILINE)) + 1 == 10
    assert kinds[PartKind.FOOTNOTE] == len(re.findall(r"^[¹²³⁴] ", text, re.MULTILINE)) == 5
    places = [part.place for part in annex_document.parts]
    assert len(places) == len(set(places))
    cut_by_a_page = next(p for p in annex_document.parts if p.place == "text/section/6.1.3/paragraph/1")
    assert "juggle competing interests" in words_of(cut_by_a_page.text)


def test_footnotes_belong_to_where_their_marks_stand(annex_document: PlanDocument) -> None:
    links = {(k.subject, k.object[-1]) for k in annex_document.links if k.relation is Relation.HAS_FOOTNOTE}
    assert links == {
        ("text/paragraph/2.1.12", "1"),
        ("factor/2.1.12", "1"),
        ("text/section/3.1.4/paragraph/1", "2"),
        ("text/section/6.1.1/paragraph/2", "3"),
        ("itu-d/factor/6.1.1", "3"),
        ("text/section/7.2/paragraph/1", "4"),
        *(("gs/goal", n) for n in "24"),
        *(("gs/goal/statement/1", n) for n in "24"),
        ("text/table/7.2", "5"),
        ("gs/objective/1/result/2", "5"),
    }
    notes = {p.place[-1]: p for p in annex_document.parts if p.kind is PartKind.FOOTNOTE}
    assert [words_of(notes[n].notation) for n in "12345"] == ["1", "1", "2", "3", "4"]
    assert words_of(notes["5"].text) == 'IIA stands for "Institute of Internal Auditors"'
    assert "accordance with IIA standards" in at(annex_document, "gs/objective/1/result/2").text


# --- wordings --------------------------------------------------------------------------------------------------------


def test_no_text_has_a_bullet_a_tag_or_a_mark(annex_document: PlanDocument) -> None:
    for element in annex_document.elements:
        for words in (element.text, *(mention.text for mention in element.mentions)):
            assert not re.search(r"[•<>*¹²³⁴\t]|^\s|\s$", words), element.place


def test_objectives_have_their_prose_and_their_table_wording(annex_document: PlanDocument) -> None:
    third = at(annex_document, "itu-r/objective/3")
    prose, table = third.mentions
    assert third.text == prose.text
    assert "ICTs, as well as to provide for the most efficient use of spectrum" in table.text
    assert words_of(table.title) == "Producing..."
    assert words_of(third.note) == (
        "Section 4.5.3 and Table 4.2 word this objective differently, in words. "
        "Its title, “Producing...”, stands in Table 4.2 only."
    )
    first = at(annex_document, "itu-t/objective/1")
    assert [words_of(m.title) for m in first.mentions] == [
        "Coordinating/International cooperation",
        "Coordination/International cooperation",
    ]
    assert words_of(first.note) == (
        "Section 5.5.1 and Table 5.2 word this objective differently, in words. Their titles differ in words: "
        "“Coordinating/International cooperation” and “Coordination/International cooperation”."
    )
    assert "among Member States" in first.mentions[0].text
    assert "among all Member States" in first.mentions[1].text
    assert all(len(o.mentions) == 2 for o in elements(annex_document, ElementKind.OBJECTIVE))


def test_a_lead_in_is_no_output_and_a_qualifier_no_part_of_a_name(annex_document: PlanDocument) -> None:
    first = at(annex_document, "itu-d/objective/1/output/1")
    assert first.text == "World Telecommunication Development Conference 2014 (WTDC-14)"
    row, item = first.mentions
    assert words_of(row.qualifier) == "To foster international cooperation..."
    assert words_of(item.lead_in) == "Statutory meetings, including:"


def test_the_same_words_at_two_places_are_two_elements(annex_document: PlanDocument) -> None:
    places = {e.place for e in annex_document.elements if e.text == "Increased confidence in cybersecurity"}
    assert places == {"itu-d/objective/3/result/1", "itu-d/objective/3/kpi/1"}


def test_positions_count_from_one_without_gaps_and_places_are_unique(annex_document: PlanDocument) -> None:
    places = [e.place for e in annex_document.elements]
    assert len(places) == len(set(places)) == 367
    for kind in (ElementKind.OUTPUT, ElementKind.KPI, ElementKind.EXPECTED_RESULT, ElementKind.OBJECTIVE):
        families: dict[str, list[int]] = {}
        for element in elements(annex_document, kind):
            families.setdefault(element.place.rpartition("/")[0], []).append(element.position)
        assert all(sorted(f) == list(range(1, len(f) + 1)) for f in families.values())


def test_a_goals_lead_ins_that_differ_are_told(annex_document: PlanDocument) -> None:
    # Lines 50 and 108: "The strategic goal of ITU-R", "The strategic goals of ITU-R"; the lists below are the same.
    assert words_of(at(annex_document, "itu-r/goal").note) == (
        "The front chapter and the unit's own lead in to this goal differently, in words: “The strategic goal of ITU-R "
        "is threefold, and includes:” and “The strategic goals of ITU-R is threefold, and includes:”."
    )
    assert words_of(at(annex_document, "itu-t/goal").note) == (
        "The front chapter and the unit's own word this differently, in words."
    )


def test_a_part_is_called_by_its_caption_or_heading_as_it_stands(annex_document: PlanDocument, text: str) -> None:
    lines = {" ".join(line.split()) for line in text.split("\n")}
    named = [p for p in annex_document.parts if p.kind in {PartKind.TABLE, PartKind.SECTION}]
    assert [p.place for p in named if p.label.text not in lines] == ["text/part/3/table/1"]
    labels = {p.place: p.label.text for p in named}
    assert labels["text/table/4.1"] == "Table 4.1 - ITU-R Outputs and Objectives"
    assert labels["text/part/1"] == "PART I – Sectoral objectives and outputs"


def test_the_order_of_the_rows_of_a_table_is_told(annex_document: PlanDocument) -> None:
    # Lines 136 to 140: World, Regional, Assembly, Advisory Group, Board; line 156 has the Board before both.
    outputs = [at(annex_document, f"itu-r/objective/1/output/{n}") for n in range(1, 6)]
    assert [(o.text, o.mentions[0].row) for o in outputs] == [
        ("World Radiocommunication Conference", 1),
        ("Regional radiocommunication conference", 2),
        ("Radio Regulations Board", 5),
        ("Radiocommunication Assembly", 3),
        ("Radiocommunication Advisory Group", 4),
    ]
    assert {m.row for o in outputs for m in o.mentions[1:]} == {None}
    objectives = [o for o in elements(annex_document, ElementKind.OBJECTIVE) if o.unit == "gs"]
    assert [o.mentions[1].row for o in objectives] == [1, 2, 3, 4, 5, 6]


def test_the_two_baselines_of_line_498_are_told(annex_document: PlanDocument) -> None:
    stated = {e.place: [b.text for b in e.baselines] for e in annex_document.elements if e.baselines}
    assert stated == {
        "gs/objective/2/result/7": ["2011 value"],
        "gs/objective/2/result/8": ["Trend from 2008 to 2011"],
    }


# --- decisions -------------------------------------------------------------------------------------------------------


def test_splits_by_a_person_and_pairs_by_rule_are_recorded(annex_document: PlanDocument) -> None:
    by_person = {d.name for d in annex_document.decisions if not d.by_rule}
    # Six lists that lost their bullets, the organisation's full name, and an indicator that stays where it stands.
    assert len(by_person) == 6 + 1 + 1
    decided = {e.place for e in annex_document.elements if set(e.evidence.decisions) & by_person}
    assert "itu-r/objective/3/result/1/2" in decided
    assert "itu-r/objective/3/result/1" not in decided
    stated = to_statements(annex_document, file="annex.txt")
    used = {name for evidence in stated.statements.values() for name in evidence.decisions}
    assert {d.name for d in annex_document.decisions} == used


@pytest.mark.parametrize(
    ("name", "words", "resting"),
    [
        # Line 408 of the source: the paragraph before the four bullets.
        (
            "lead-in-itu-d-objective-1-outputs",
            "follow it: it leads in to 4 outputs of this objective and is none itself.",
            {f"itu-d/objective/1/output/{n}/mention/2": SG.LEAD_IN for n in "1234"},
        ),
        (
            "mission-of-itu",
            "it is the one sentence of paragraph 3.1 that says what this mission is.",
            {"mission": SG.TEXT},
        ),
        (
            "vision-of-itu",
            "it is the one sentence of paragraph 1.3 that says what this vision is.",
            {"vision": SG.TEXT},
        ),
        (
            "indicator-of-itu-r-objective-2-on-publications",
            "has this indicator in the row of objective 2, and there it stays",
            {"itu-r/objective/2/kpi/3": SG.INDICATOR_OF},
        ),
        # Lines 274 and 276 of the source.
        (
            "one-paragraph-text-section-6.1.3-paragraph-1",
            "Line 274 ends in no full stop, and line 276 begins with a small letter: read as one paragraph",
            {"text/section/6.1.3/paragraph/1": SG.TEXT},
        ),
    ],
)
def test_a_ruling_that_a_count_hangs_on_is_a_decision(
    annex_document: PlanDocument, name: str, words: str, resting: dict[str, str]
) -> None:
    (decision,) = (one for one in annex_document.decisions if one.name == name)
    assert words in decision.reason
    stated = to_statements(annex_document, file="annex.txt")
    found = {
        (triple.subject.value.partition("/plan/2012-2015/")[2], triple.predicate.value)
        for triple, evidence in stated.statements.items()
        if name in evidence.decisions
    }
    assert set(resting.items()) <= found


def test_what_stands_in_one_table_only_says_what_it_was_compared_with(annex_document: PlanDocument) -> None:
    reasons = {one.name: one.reason for one in annex_document.decisions}
    # Table 7.1 has two rows for objective 6 that line 508 has not; the nearest to each is named, with how near it is.
    alone = reasons["separate-output-gs-objective-6-output-5"]
    assert alone.startswith("“Ongoing community-building activities in between events” stands in Table 7.1 only.")
    assert "Table 7.2 has for this objective the most alike is “" in alone
    assert alone.endswith("85 are asked.")


def test_one_output_of_two_tables_says_what_else_was_near(annex_document: PlanDocument) -> None:
    reasons = {one.name: one.reason for one in annex_document.decisions}
    # Table 5.1 spells the assembly out in both names, Table 5.2 in the first only: the first is nearer, and taken.
    assert reasons["same-output-itu-t-objective-1-output-2"].endswith(
        "“World Telecommunication Standardization Assembly (WTSA)” is more alike to it (95), but that is the same "
        "output as “World Telecommunication Standardization Assembly” of Table 5.1."
    )
    assert reasons["same-output-itu-r-objective-5-output-2"].endswith("; the next most alike is so by 45.")


def test_an_output_whose_nearest_is_taken_says_by_what(text: str) -> None:
    # The X of one row moves from objective 2 to objective 6: row and item of objectives 2 and 6 are at odds now.
    name = "Provision of technical expertise"
    row = f"\n{name} <i>(To assist in maximizing the utilization of appropriate new technologies...)</i>"
    assert text.count(f"{row}\t\tX\t\t\t\t\n") == 1
    moved = text.replace(f"{row}\t\tX\t\t\t\t\n", f"{row}\t\t\t\t\t\tX\n")
    document = annex.read(moved.encode(), file="annex.txt", max_bytes=10**6)
    alone = [one.reason for one in document.decisions if f"“{name}” stands" in one.reason]
    # Objective 6 has a row of that name already, and its item goes with that; objective 2 has an item without a row.
    (at_six,) = (one for one in alone if "in Table 6.1 only" in one)
    assert (
        f"the most alike is “{name}” (100 of 100 by token set ratio, which compares the words whatever their order), "
        f"and that is the same output as “{name}” of Table 6.1, which has the same words"
    ) in at_six
    assert at_six.endswith("The same words stand in Table 6.2 for objective 2.")
    (at_two,) = (one for one in alone if "in Table 6.2 only" in one)
    assert at_two.endswith("85 are asked. The same words stand in Table 6.1 for objective 6.")


def test_a_heading_with_marks_of_emphasis_names_what_it_names_without(text: str, annex_document: PlanDocument) -> None:
    marked = text
    for line in ("4 Radiocommunication Sector (ITU-R)", "5.5.1 Objective 1 - Coordinating/International cooperation:"):
        assert text.count(f"\n{line}\n") == 1
        number, _, words = line.partition(" ")
        first, _, rest = words.partition(" ")
        marked = marked.replace(
            f"\n{line}\n", f"\n{number} *{first}* {rest}\n" if "Objective" in line else f"\n{number} *{words}*\n"
        )
    document = annex.read(marked.encode(), file="annex.txt", max_bytes=10**6)
    units, former = (
        {one.slug: (one.name.text, one.notation.text) for one in d.units} for d in (document, annex_document)
    )
    assert units["itu-r"] == former["itu-r"] == ("Radiocommunication Sector", "ITU-R")
    for one in (document, annex_document):
        assert words_of(at(one, "itu-t/objective/1").title) == "Coordinating/International cooperation"


def test_without_a_description_lists_without_bullets_are_one_item_and_say_so(annex_bytes: bytes) -> None:
    document = annex.read(annex_bytes, file="annex.txt", max_bytes=10**6)
    assert [e.position for e in elements(document, ElementKind.KPI) if "itu-r/objective/3" in e.place] == [1]
    (decision,) = at(document, "itu-r/objective/3/kpi/1").evidence.decisions
    assert decision == "one-item-itu-r-objective-3-kpi-1"
    assert next(d for d in document.decisions if d.name == decision).by_rule
    assert document.units[0].name.text == "ITU"


def test_a_decision_that_fits_nothing_is_refused(annex_bytes: bytes) -> None:
    description = b'[[split]]\nname = "x"\nreason = "y"\nitems = ["not there"]\n'
    with pytest.raises(SourceError, match="fits no list") as caught:
        annex.read(
            annex_bytes, file="a.txt", max_bytes=10**6, description=annex.read_description(description, file="a.toml")
        )
    assert caught.value.mend


@pytest.mark.parametrize(
    "content", [b"title = 3", b'colour = "red"', b"issued = 'x'", b"[[split]]\nname = 'a'", b"= =", b"\xff"]
)
def test_a_description_with_unknown_content_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        annex.read_description(content, file="annex.toml")
    assert caught.value.where
    assert caught.value.where.file == "annex.toml"


# --- round trip ------------------------------------------------------------------------------------------------------


def test_the_file_comes_back_byte_for_byte(annex_document: PlanDocument, annex_bytes: bytes) -> None:
    assert annex.write(annex_document) == annex_bytes


def test_line_ends_of_windows_change_the_source_and_nothing_else(
    annex_document: PlanDocument, annex_bytes: bytes
) -> None:
    data = annex_bytes.replace(b"\n", b"\r\n")
    document = annex.read(data, file="a", max_bytes=10**6)
    assert annex.write(document) == data
    plain = annex.read(annex_bytes, file="a", max_bytes=10**6)
    assert [(e.place, e.text) for e in document.elements] == [(e.place, e.text) for e in plain.elements]
    assert len(annex_document.elements) > len(plain.elements)


# --- another text of the form ----------------------------------------------------------------------------------------


def test_names_numbers_rows_and_columns_come_from_the_text() -> None:
    document = annex.read((DATA / "other-plan.txt").read_bytes(), file="other-plan.txt", max_bytes=10**6)
    assert (document.organisation, document.plan) == ("agy", "2030-2034")
    assert [(u.slug, u.is_sector) for u in document.units] == [("agy", False), ("agy-w", True), ("off", False)]
    texts = {e.place: e.text for e in document.elements}
    assert texts["mission"] == "The mission of AGY is to build bridges."
    assert texts["vision"] == "In a changing world, AGY's vision is to leave nobody behind."
    assert texts["factor/2.1.2"] == "money is short."
    assert texts["off/goal"] == "To pay wages.\nTo keep books."
    assert texts["agy-w/objective/2"] == "To lay stone.\nTo raise steel."
    assert texts["agy-w/objective/1/result/1/2"] == "roads"
    assert texts["agy-w/objective/1/result/2"] == "Approval"
    assert [words_of(m.lead_in) for m in at(document, "agy-w/objective/2/output/2").mentions] == [
        "",
        "Bridges, including:",
    ]
    assert at(document, "agy-w/objective/2/output/2").text == "Steel bridges, road"
    pairs = {(k.subject, k.object) for k in document.links if k.relation is Relation.CONTRIBUTES_TO}
    assert pairs == {
        ("agy-w/objective/1", "agy-w/goal"),
        ("agy-w/objective/2", "agy-w/goal"),
        ("off/objective/1", "off/goal"),
    }
    served = {k.subject for k in document.links if k.relation is Relation.SERVES_MISSION}
    assert served == {"agy-w/goal", "off/goal"}
    assert document.terms == ()


# --- damage ----------------------------------------------------------------------------------------------------------


DAMAGE = tomllib.loads((DATA / "annex-damage.toml").read_text("utf-8"))["damage"]


@pytest.mark.parametrize("damage", DAMAGE, ids=[damage["name"] for damage in DAMAGE])
def test_damage_is_refused_with_line_cell_and_what_was_expected(text: str, damage: dict[str, Any]) -> None:
    damaged = text.replace(damage["old"], damage["new"], 1)
    assert damaged != text
    with pytest.raises(SourceError, match=re.escape(damage["words"])) as caught:
        annex.read(damaged.encode(), file="annex.txt", max_bytes=10**6)
    where = caught.value.where
    assert where is not None
    assert (where.file, where.line, where.column) == ("annex.txt", damage["line"], damage.get("column"))
    assert caught.value.mend


@pytest.mark.parametrize(("first", "second"), list(pairwise(["Table 4.1", "Table 4.2", "\n5 Tele"])))
def test_a_missing_table_is_missed_at_its_chapter(text: str, first: str, second: str) -> None:
    start, end = text.index(f"{first} -"), text.index(f"\n{second.strip()}", text.index(f"{first} -"))
    with pytest.raises(SourceError, match="no table of") as caught:
        annex.read((text[:start] + text[end:]).encode(), file="annex.txt", max_bytes=10**6)
    assert caught.value.where
    assert caught.value.where.line == 80


def test_the_missing_table_of_goals_is_missed(text: str) -> None:
    start, end = text.index("Table 8.1 -"), text.index("\nPART III")
    damaged = text[:start] + "Nothing.\n" + text[end:]
    with pytest.raises(SourceError, match="links objectives with goals"):
        annex.read(damaged.encode(), file="annex.txt", max_bytes=10**6)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_wrong_encoding_is_refused_with_its_place(text: str, encoding: str) -> None:
    data = text.encode(encoding, "replace")
    with pytest.raises(SourceError, match=r"UTF-8|control") as caught:
        annex.read(data, file="annex.txt", max_bytes=10**6)
    assert caught.value.where
    assert caught.value.where.line is not None
    assert caught.value.where.column is not None


@pytest.mark.parametrize("data", [b"", b" \n\n \t\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="empty"):
        annex.read(data, file="annex.txt", max_bytes=10**6)


def test_a_file_that_is_too_large_is_refused_by_the_name_of_the_limit() -> None:
    with pytest.raises(LimitError, match="max_source_bytes"):
        annex.read(b"noise " * 9_000_000, file="annex.txt", max_bytes=5_000_000)


@pytest.mark.parametrize("noise", [b"noise " * 800_000, b"a\tb\n" * 200_000, b"<ul>" * 100_000, b"- 1.1 x\n" * 1000])
def test_noise_within_the_limit_is_refused_with_its_place(noise: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        annex.read(noise, file="annex.txt", max_bytes=5_000_000)
    assert caught.value.where
    assert caught.value.where.line is not None


# --- pairing ---------------------------------------------------------------------------------------------------------


def test_pairing_prefers_the_same_words_and_then_the_most_similar() -> None:
    pairs = pair_outputs(["Global forums", "Workshops", "Any other"], ["WORKSHOPS and more", "global  forums.", "New"])
    assert [(p.row, p.item) for p in pairs] == [(1, 0), (0, 1), (None, 2), (2, None)]


def test_each_row_and_item_is_in_one_pair() -> None:
    pairs = pair_outputs(["Seminar"] * 3, ["Seminar"] * 2)
    assert sorted(p.row for p in pairs if p.row is not None) == [0, 1, 2]
    assert sorted(p.item for p in pairs if p.item is not None) == [0, 1]
