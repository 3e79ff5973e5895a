"""SARIF of reports that other SHACL programs wrote: pySHACL, and the Rust engine, in several forms of RDF."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import rdflib
import shacl

from program import PROGRAM, run

SCHEMA = Path(__file__).parents[1] / "data/schemas/sarif-2.1.0-rtm.5.json"
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:PersonShape a sh:NodeShape ; sh:targetClass ex:Person ;
    sh:property [ sh:path ex:age ; sh:datatype xsd:integer ; sh:severity sh:Warning ] , ex:NameShape .
ex:NameShape a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 ; sh:message "A person has a name."@en .
"""
DATA = """@prefix ex: <http://example.org/> .

ex:anna a ex:Person ; ex:name "Anna" ;
    ex:age "old" .

ex:bert a ex:Person ;
    ex:age 7 .
"""
FORMS = {".ttl": "turtle", ".jsonld": "json-ld", ".rdf": "pretty-xml", ".nt": "nt"}


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Path]:
    """A report of each program, and the data."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "shapes.ttl").write_text(SHAPES, "utf-8")
    (folder / "data.ttl").write_text(DATA, "utf-8")
    command = [sys.executable, "-m", "pyshacl", "-s", "shapes.ttl", "-f", "turtle", "data.ttl"]
    said = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False).stdout
    rust = shacl.Shapes.from_text(SHAPES, format="turtle").validate_text(DATA, format="turtle").serialize("ntriples")
    (folder / "rust.nt").write_text(rust, "utf-8")
    for ending, form in FORMS.items():
        rdflib.Graph().parse(data=said).serialize(folder / f"pyshacl{ending}", format=form, encoding="utf-8")
        rdflib.Graph().parse(data=DATA).serialize(folder / f"data-as{ending}", format=form, encoding="utf-8")
    return {file.name: file for file in folder.iterdir()}


def sarif(report: Path, data: Path, **options):
    done = run("sarif", report, data, "--tool", "pySHACL", **options)
    assert (done.returncode, done.stderr) == (0, "")
    log = json.loads(done.stdout)
    jsonschema.validate(log, json.loads(SCHEMA.read_text("utf-8")))
    return log["runs"][0]


def told(found) -> list[tuple[str, str, str, int]]:
    places = [one["locations"][0]["physicalLocation"] for one in found["results"]]
    return [
        (one["ruleId"], one["level"], Path(place["artifactLocation"]["uri"]).name, place["region"]["startLine"])
        for one, place in zip(found["results"], places, strict=True)
    ]


@pytest.mark.parametrize("report", ["pyshacl.ttl", "pyshacl.jsonld", "pyshacl.rdf", "rust.nt"])
def test_each_finding_stands_on_its_line_of_the_data(reports, report: str) -> None:
    program = {"program": PROGRAM} if report == "pyshacl.ttl" else {}
    found = sarif(reports[report], reports["data.ttl"], **program)
    assert told(found) == [
        ("NameShape", "error", "data.ttl", 6),
        ("DatatypeConstraintComponent", "warning", "data.ttl", 4),
    ]
    assert found["results"][0]["message"]["text"].startswith("A person has a name.")
    assert "Value: old" in found["results"][1]["message"]["text"]
    assert found["results"][1]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "http://example.org/anna"
    assert found["tool"]["driver"]["name"] == "pySHACL"
    assert found["conversion"]["tool"]["driver"]["name"] == "stratgraph"


@pytest.mark.parametrize("ending", [".jsonld", ".rdf", ".nt"])
def test_the_data_may_be_of_any_form(reports, ending: str) -> None:
    data = reports[f"data-as{ending}"]
    lines = [line.strip() for line in data.read_text("utf-8").splitlines()]
    (_, _, _, name), (*_, age) = told(sarif(reports["pyshacl.ttl"], data))
    assert "bert" in lines[name - 1]
    assert '"old"' in lines[age - 1] or ">old<" in lines[age - 1]


def test_what_has_no_place_is_in_the_file_as_a_whole(reports, tmp_path: Path) -> None:
    report = tmp_path / "report.ttl"
    report.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . [] a sh:ValidationReport ; sh:result [ sh:focusNode [] ] ,"
        " [ sh:focusNode <http://example.org/anna> ; sh:resultSeverity <http://example.org/Fatal> ] .",
        "utf-8",
    )
    found = sarif(report, reports["data.ttl"])
    assert [one["level"] for one in found["results"]] == ["error", "warning"]
    places = [one["locations"][0]["physicalLocation"].get("region") for one in found["results"]]
    assert places == [None, {"startLine": 3}]
    assert "http://example.org/Fatal" in found["results"][1]["message"]["text"]


def test_what_is_no_report_is_refused(reports) -> None:
    done = run("sarif", reports["data.ttl"], reports["data.ttl"])
    assert done.returncode == 2
    assert "The file has no validation report." in done.stderr
