"""A report as table, JSON and RDF."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from stratgraph.errors import UsageError
from stratgraph.terms import SH, SH_NS
from stratgraph.validation import REPORT_FORMATS, Report, render, validate_files

BASE = Path(__file__).parents[1] / "shapes" / "base.ttl"
ELEMENT = "https://w3id.org/stratgraph/id/agency/plan/1/north/objective/1"


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Of a plan whose only objective has lost its indicator, and whose vision begins with a bullet."""
    text = (
        BASE.read_text("utf-8")
        .replace("sg:KPI", "sg:Target")
        .replace("sg:supportsObjective", "sg:supportsGoal")
        .replace('"All are served."@en .', '"• All."@en .')
    )
    # By a short name: that of a test's folder is longer than the table's column.
    monkeypatch.chdir(tmp_path)
    Path("plan.ttl").write_text(text, "utf-8")
    return validate_files([Path("plan.ttl")], max_plan_bytes=1_000_000)


def test_the_table_says_rule_label_place_message_and_mend(report: Report) -> None:
    page = render(report, "text", width=160)
    for part in (
        "Violation",
        "OnlyIndicatorsIndicate",
        "Carts a day",
        "agency/plan/1/north/objective/1/kpi/1",
        "Something that is no indicator",
        "Describe it as an sg:KPI",
        "Warning",
        "WordingIsTidy",
        "1 The north",
    ):
        assert part in page
    assert "plan.ttl" in page.replace("\n", "").replace(" ", "")
    assert "does not conform: " in page
    assert "\x1b" not in page


def test_the_table_is_no_wider_than_asked(report: Report) -> None:
    assert max(map(len, render(report, "text", width=90).splitlines())) <= 90


def test_a_sound_plan_is_one_line() -> None:
    report = validate_files([BASE], max_plan_bytes=1_000_000)
    assert render(report) == "agency/plan/1 conforms: nothing found.\n"


def test_json_has_every_field_of_a_finding(report: Report) -> None:
    content = json.loads(render(report, "json"))
    assert content["conforms"] is False
    assert content["plans"] == ["https://w3id.org/stratgraph/id/agency/plan/1"]
    assert content["counts"]["Violation"] == sum(f["severity"] == "Violation" for f in content["findings"])
    (finding,) = (f for f in content["findings"] if f["rule"] == "WordingIsTidy")
    assert set(finding) == {
        "rule", "severity", "focus", "label", "path", "value", "message", "mend", "reason", "file", "sheet", "line",
        "column", "paragraph",
    }  # fmt: skip
    assert finding["value"] == "• All."
    assert finding["column"] is None


def test_in_turtle_a_warning_alone_does_not_conform_as_shacl_says(report: Report) -> None:
    # SHACL, section 3.6.1.1: sh:conforms is true if and only if there is no result, of whatever severity.
    warnings = tuple(one for one in report.findings if one.severity == "Warning")
    assert warnings
    for findings, conforms in ((warnings, False), ((), True)):
        changed = replace(report, findings=findings)
        triples = list(parse(render(changed, "turtle"), format=RdfFormat.TURTLE))
        assert [t.object for t in triples if t.predicate.value == SH.CONFORMS] == [Literal(value=conforms)]


def test_turtle_is_a_validation_report_of_the_specification(report: Report) -> None:
    triples = list(parse(render(report, "turtle"), format=RdfFormat.TURTLE))
    (node,) = (t.subject for t in triples if t.object == NamedNode(SH.VALIDATION_REPORT))
    facts = {(t.predicate.value, t.object) for t in triples if t.subject == node}
    assert (SH.CONFORMS, Literal(value=False)) in facts
    results = [value for predicate, value in facts if predicate == SH.RESULT]
    assert len(results) == len(report.findings)
    required = {SH.FOCUS_NODE, SH.RESULT_SEVERITY, SH.SOURCE_CONSTRAINT_COMPONENT, SH.SOURCE_SHAPE, SH.RESULT_MESSAGE}
    for result in results:
        assert required <= {t.predicate.value for t in triples if t.subject == result}


def test_turtle_keeps_a_path_of_more_than_one_property(report: Report) -> None:
    triples = list(parse(render(report, "turtle"), format=RdfFormat.TURTLE))
    shape = NamedNode("https://w3id.org/stratgraph/shapes#ObjectiveHasOutput")
    result = next(t.subject for t in triples if t.object == shape)
    (path,) = (t.object for t in triples if t.subject == result and t.predicate.value == SH.RESULT_PATH)
    assert isinstance(path, BlankNode)
    assert [(t.predicate.value, t.object.value) for t in triples if t.subject == path] == [
        (f"{SH_NS}inversePath", "https://w3id.org/stratgraph/ontology#supportsObjective")
    ]


def test_an_unknown_form_says_the_known_ones(report: Report) -> None:
    with pytest.raises(UsageError, match="text, json, turtle"):
        render(report, "sarif")


@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_the_bytes_do_not_depend_on_the_hash_seed(form: str) -> None:
    code = (
        "import sys; from pathlib import Path; from stratgraph.validation import render, validate_graph; "
        "from pyoxigraph import parse, RdfFormat; "
        "text = Path(sys.argv[1]).read_text('utf-8').replace('sg:KPI', 'sg:Target').replace('sg:Output', 'sg:KPI'); "
        "sys.stdout.buffer.write(render(validate_graph(parse(text, format=RdfFormat.TURTLE)), sys.argv[2]).encode())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(BASE), form], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert outputs != {b""}


def test_the_fast_engine_does_not_import_rdflib() -> None:
    code = (
        "import sys; from pathlib import Path; from stratgraph.validation import validate_files; "
        "validate_files([Path(sys.argv[1])], max_plan_bytes=1_000_000); "
        "print({'rdflib', 'pyshacl'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code, str(BASE)], capture_output=True, check=True, text=True)
    assert found.stdout.strip() == "set()"
