"""The published annex: no Violation, and the Warnings that its text gives reason for, in both engines alike.

Expected figures were read in data/sources/resolution-71-annex.txt, tables 4.1 to 7.2, by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from stratgraph.validation import ENGINES, Report, validate_files

PLAN = Path(__file__).parents[2] / "data" / "plans" / "itu-2012-2015.ttl"
PLAN_IRI = "https://w3id.org/stratgraph/id/itu/plan/2012-2015/"

# Objective → wording in Table n.2 of the outputs that Table n.1 words differently in more than case and punctuation.
WORDED_DIFFERENTLY = {
    ("itu-r/objective/2", "Improvement (e.g. user-friendly) of software of the Radiocommunication Bureau"),
    (
        "itu-r/objective/3",
        "Study groups, working parties, task and joint groups, conference preparatory meetings",
    ),
    ("itu-r/objective/5", "Liaison/support to development activities"),
    ("itu-t/objective/1", "World Telecommunication Standardization Assembly (WTSA)"),
    ("itu-t/objective/1", "WTSA regional consultation sessions"),
    ("itu-t/objective/1", "Telecommunication Standardization Advisory Group (TSAG)"),
    ("itu-d/objective/2", "Symposia and seminars and awareness-raising"),
    (
        "itu-d/objective/4",
        "Global forums, including Global Symposium for Regulators and Global Regulators' Exchange",
    ),
    (
        "itu-d/objective/5",
        (
            "Enhancement of the ITU Academy portal as a repository for telecommunication/ICT resources and training"
            " materials, as well as access to ITU training interventions"
        ),
    ),
    (
        "itu-d/objective/5",
        "Training interventions through the ITU Academy, centres of excellence and Internet training centres",
    ),
    (
        "itu-d/objective/5",
        (
            "Case studies, guidelines and toolkits, including the Connect a School, Connect a Community toolkit of"
            " policies and best practices and the e-Accessibility toolkit for policy-makers on persons with"
            " disabilities"
        ),
    ),
    (
        "gs/objective/2",
        (
            "Corporate governance and relations with Member States, Sector Members, Associates and other entities, the"
            " UN and other international organizations"
        ),
    ),
    ("gs/objective/5", "Information services for PP, Council and CWGs, and world conferences (WCIT and WTPF)"),
}
# Goals and objectives that the unit's chapter words differently from chapter 3, or its section from Table n.2.
REVISED_IN_ONE_PLACE = [
    "gs/goal",  # 3.1.4 and 7.2
    "itu-d/objective/3",  # "safe, secure, and affordable", "secure, safe, and affordable"
    "itu-r/objective/3",
    "itu-r/objective/4",  # "(e.g. reports and handbooks)", "(e.g. service publications, reports and handbooks)"
    "itu-r/objective/5",
    "itu-t/goal",  # "cooperation among", "cooperation amongst"
    "itu-t/objective/1",  # "among Member States", "among all Member States"
    "itu-t/objective/4",
]
# Objective and table of the outputs that stand in one table only.
IN_ONE_TABLE = [
    ("gs/objective/6", "text/table/7.1"),  # Ongoing community-building activities in between events
    ("gs/objective/6", "text/table/7.1"),  # Any other related events as required
    ("gs/objective/6", "text/table/7.2"),  # Establishing and managing relationships …
    ("gs/objective/6", "text/table/7.2"),  # Leveraging TELECOM assets …
    ("itu-d/objective/5", "text/table/6.2"),  # Face-to-face and distance-learning training interventions
]


def validated(engine: str) -> Report:
    return validate_files([PLAN], max_plan_bytes=PLAN.stat().st_size, engine=engine)


@pytest.fixture(scope="module")
def report() -> Report:
    """Of the fast engine: the reference takes a minute, and is asked by one test alone."""
    return validated(ENGINES[0])


def found(report: Report, rule: str) -> list[tuple[str, str]]:
    """Objective and value of the findings of a rule, without what all IRIs begin with."""
    return sorted(
        (finding.focus.removeprefix(PLAN_IRI).rpartition("/output/")[0], finding.value.removeprefix(PLAN_IRI))
        for finding in report.findings
        if finding.rule == rule
    )


def test_both_engines_find_the_same(report: Report) -> None:
    reference = validated("pyshacl")
    assert report.findings == reference.findings
    assert (report.engine, reference.engine) == ("shacl", "pyshacl")


def test_there_is_no_violation(report: Report) -> None:
    assert report.conforms
    assert report.plans == (PLAN_IRI.rstrip("/"),)
    # 13 outputs worded differently, 5 in one table only, one indicator worded as a result, and 8 goals and objectives.
    assert report.counts == {"Violation": 0, "Warning": 27, "Info": 0}


def test_the_outputs_that_the_tables_word_differently_are_warned_of(report: Report) -> None:
    assert found(report, "WordingsOfBothTablesAgree") == sorted(WORDED_DIFFERENTLY)


def test_the_goals_and_objectives_that_two_places_word_differently_are_warned_of(report: Report) -> None:
    warned = [f.focus.removeprefix(PLAN_IRI) for f in report.findings if f.rule == "WordingsOfBothPlacesAgree"]
    assert sorted(warned) == REVISED_IN_ONE_PLACE


def test_the_outputs_of_one_table_are_warned_of(report: Report) -> None:
    assert found(report, "OutputStandsInBothTables") == IN_ONE_TABLE


def test_the_warnings_of_tables_carry_the_note_that_records_the_difference(report: Report) -> None:
    messages = [f.message for f in report.findings if f.rule == "OutputStandsInBothTables"]
    assert all("Table 7." in message or "Table 6." in message for message in messages)


def test_the_indicator_that_repeats_a_result_is_warned_of(report: Report) -> None:
    # Table 6.2, objective 3: "Increased confidence in cybersecurity" is the first result and the first indicator.
    (finding,) = (f for f in report.findings if f.rule == "KpiIsNotWordedAsResult")
    assert finding.focus == f"{PLAN_IRI}itu-d/objective/3/kpi/1"
    assert finding.value == f"{PLAN_IRI}itu-d/objective/3/result/1"
    assert finding.label == "Increased confidence in cybersecurity"


def test_findings_stand_in_a_line_and_a_part_of_the_document(report: Report) -> None:
    lines = PLAN.read_text("utf-8").splitlines()
    for finding in report.findings:
        assert finding.file == str(PLAN)
        assert finding.line is not None
        subject = next(line for line in reversed(lines[: finding.line]) if line.startswith("<"))
        place = finding.focus.removeprefix("https://w3id.org/stratgraph/id/")
        # The line of the element, or of its wording in Table n.2.
        assert subject.startswith(f"<{place}") or finding.value in subject
        assert finding.paragraph
        assert finding.paragraph.startswith(
            ("Section ", "3.1", "4.5", "5.5", "6.5") if finding.rule == "WordingsOfBothPlacesAgree" else "Table "
        )
