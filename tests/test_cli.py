"""The command line as its users meet it: real processes, their output, their exit codes.

Each command is run as it was installed at its first turn (``PROGRAM``), and warm at the others.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from program import PROGRAM, run, warm

TOP = Path(__file__).parents[1]
PLAN = TOP / "data/plans/itu-2012-2015.ttl"


def test_build_publishes_the_annex_and_says_so_on_standard_error(tmp_path: Path) -> None:
    done = run("build", "--store", tmp_path / "new", program=PROGRAM)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Strategic plan for the Union for 2012-2015: 367 elements" in done.stderr
    question = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/stratgraph/ontology#KPI> }"
    asked = run("query", "--format", "json", question, store=tmp_path / "new", program=PROGRAM)
    assert asked.stderr == ""
    assert json.loads(asked.stdout)["results"]["bindings"][0]["n"]["value"] == "92"


def test_a_source_that_is_not_of_the_form_writes_nothing(tmp_path: Path) -> None:
    damaged = tmp_path / "plan.txt"
    damaged.write_text(
        (TOP / "tests/data/other-plan.txt").read_text("utf-8").replace("Plans\tX\t\n", "Plans\tX\tX\n"), "utf-8"
    )
    done = run("build", damaged, "--store", tmp_path / "new")
    assert done.returncode == 2
    assert "plan.txt, line 59, cell 3" in done.stderr
    assert "Mend:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_plan_with_a_violation_is_not_published_and_its_findings_are_shown(tmp_path: Path) -> None:
    wrong = tmp_path / "plan.txt"
    text = (TOP / "tests/data/other-plan.txt").read_text("utf-8")
    # The first unit's objectives are marked under the other unit's goal.
    wrong.write_text(text.replace("Objective 1\tX\t\nObjective 2", "Objective 1\t\tX\nObjective 2"), "utf-8")
    done = run("build", wrong, "--store", tmp_path / "new")
    assert done.returncode == 1
    assert "ObjectiveContributesToOwn" in done.stdout.replace("\n", "")
    assert "Nothing was published" in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("form", "begins"),
    [("json", '{"head"'), ("xml", "<?xml"), ("csv", "n"), ("tsv", "?n"), (None, "?n")],
)
def test_each_format_of_solutions_goes_to_standard_output_alone(
    annex_store: Path, form: str | None, begins: str
) -> None:
    options = ["--format", form] if form else []
    done = run("query", *options, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", store=annex_store)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(begins)


def test_a_graph_is_asked_for_in_the_forms_of_graphs(annex_store: Path) -> None:
    question = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 1"
    assert run("query", question, store=annex_store).returncode == 0
    assert run("query", "--format", "ntriples", question, store=annex_store).stdout.count("\n") == 1
    refused = run("query", "--format", "csv", question, store=annex_store)
    assert refused.returncode == 2
    assert "CONSTRUCT" in refused.stderr


def test_documented_queries_are_listed_shown_and_take_parameters(annex_store: Path) -> None:
    names = [line.split("\t")[0] for line in run("query", "--list").stdout.splitlines()]
    assert len(names) >= 25
    assert "kpis-of-objective" in names
    objective = "https://w3id.org/stratgraph/id/itu/plan/2012-2015/gs/objective/6"
    done = run("query", "kpis-of-objective", "-p", f"objective={objective}", "--format", "csv", store=annex_store)
    texts = [row["text"] for row in csv.DictReader(io.StringIO(done.stdout))]
    assert (len(texts), texts[0], texts[-1]) == (10, "Candidate venues", "Financial result")
    assert "VALUES ?objective" in run("query", "kpis-of-objective", "--show").stdout
    unknown = run("query", "kpi-of-objective", store=annex_store)
    assert unknown.returncode == 2
    assert "kpis-of-objective" in unknown.stderr


def test_a_query_comes_from_a_file_or_from_standard_input_too(annex_store: Path, tmp_path: Path) -> None:
    question = "ASK { ?s a <https://w3id.org/stratgraph/ontology#Goal> }"
    (tmp_path / "q.rq").write_text(question, "utf-8")
    from_file = run("query", "--format", "json", "--file", tmp_path / "q.rq", store=annex_store)
    from_input = run("query", "--format", "json", "-", store=annex_store, stdin=question)
    assert json.loads(from_file.stdout)["boolean"] is True
    assert from_file.stdout == from_input.stdout
    assert run("query", store=annex_store).returncode == 2
    assert run("query", "--file", tmp_path / "none.rq", store=annex_store).returncode == 2


def test_an_answer_is_written_into_a_file_in_the_forms_of_peoples_tools(annex_store: Path, tmp_path: Path) -> None:
    for form, head in (("xlsx", b"PK"), ("parquet", b"PAR1"), ("markdown", b"| "), ("csv", b"notation,")):
        file = tmp_path / f"answer.{form}"
        done = run("query", "units", "--format", form, "-o", file, store=annex_store, program=PROGRAM)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert file.read_bytes().startswith(head)
    refused = run("query", "units", "--format", "table", "-o", tmp_path / "x", store=annex_store)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "A table is made for a terminal." in refused.stderr


def test_an_error_in_a_query_says_where_and_what_was_expected(annex_store: Path) -> None:
    done = run("query", "SELECT ?goal WHERE {\n  ?goal a sg:Goal }", store=annex_store)
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 2, column 11" in done.stderr
    assert "PREFIX sg: <https://w3id.org/stratgraph/ontology#>" in done.stderr


def test_an_empty_answer_is_explained_on_standard_error_and_query_explain_gives_the_findings_alone(
    annex_store: Path,
) -> None:
    prefix = "PREFIX sg: <https://w3id.org/stratgraph/ontology#>\n"
    told = "line 2, column 17: There is no class sg:Objectives. Did you mean sg:Objective?"
    for form in ("csv", "json", "xml"):
        done = run("query", "--format", form, f"{prefix}SELECT * {{ ?o a sg:Objectives }}", store=annex_store)
        assert done.returncode == 0
        assert "Objective" not in done.stdout
        assert done.stderr.splitlines()[0] == told
    full = run("query", f"{prefix}SELECT ?o ?x {{ ?o a sg:Objective }}", store=annex_store)
    assert full.stderr == ""
    explained = run("query", "--explain", f"{prefix}SELECT ?o ?x {{ ?o a sg:Objective }}", store=annex_store)
    assert explained.returncode == 1
    assert explained.stdout.startswith("2\t11\tunbound-variable\tNothing gives ?x a value: no pattern has it.\t")
    right = run("query", "--explain", "objectives-of-goal", store=annex_store)
    assert (right.returncode, right.stdout, right.stderr) == (0, "", "")


def test_the_graph_gives_the_file_back_byte_for_byte(annex_store: Path, annex_bytes: bytes, tmp_path: Path) -> None:
    words = ("export", "--format", "source", "-o", tmp_path / "annex.txt")
    assert run(*words, store=annex_store, program=PROGRAM).returncode == 0
    assert (tmp_path / "annex.txt").read_bytes() == annex_bytes


def test_the_committed_turtle_is_what_a_fresh_build_gives(annex_store: Path, tmp_path: Path) -> None:
    assert run("export", "--format", "turtle", "-o", tmp_path / "plan.ttl", store=annex_store).returncode == 0
    assert (tmp_path / "plan.ttl").read_bytes() == PLAN.read_bytes(), "make plans writes it anew"
    first = PLAN.read_text("utf-8").split("\n", 1)[0]
    assert "Generated" in first
    assert "all rights reserved" in first


@pytest.mark.parametrize("form", ["ntriples", "rdfxml", "jsonld", "trig", "nquads"])
def test_every_exported_format_is_a_plan_that_validates(small_store: Path, tmp_path: Path, form: str) -> None:
    endings = {"ntriples": ".nt", "rdfxml": ".rdf", "jsonld": ".jsonld", "trig": ".trig", "nquads": ".nq"}
    file = tmp_path / f"plan{endings[form]}"
    assert run("export", "--format", form, "-o", file, store=small_store).returncode == 0
    done = run("validate", file, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["counts"]["Violation"] == 0


def test_exported_json_ld_says_the_same_as_n_triples_and_each_member_has_its_line(annex_store: Path) -> None:
    text, triples = (run("export", "--format", form, store=annex_store).stdout for form in ("jsonld", "ntriples"))
    found = [
        {quad.triple for quad in parse(one, form)}
        for one, form in ((text, RdfFormat.JSON_LD), (triples, RdfFormat.N_TRIPLES))
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 5000
    assert all(line.count('": ') <= 1 for line in text.splitlines() if '"text": ' not in line)


def test_a_plan_that_the_store_does_not_have_is_named(annex_store: Path) -> None:
    done = run("export", "--format", "turtle", "--plan", "https://example.org/plan", store=annex_store)
    assert done.returncode == 2
    assert "plan/2012-2015" in done.stderr


def test_validate_exits_with_0_1_and_2(tmp_path: Path) -> None:
    assert run("validate", PLAN, program=PROGRAM).returncode == 0
    text = PLAN.read_text("utf-8")
    goal = "itu/plan/2012-2015/itu-d/goal"
    broken = text.replace(f"sg:contributesTo <{goal}>", "sg:contributesTo <itu/plan/2012-2015/itu-r/goal>", 1)
    line = next(n for n, (a, b) in enumerate(zip(text.split("\n"), broken.split("\n"), strict=True), 1) if a != b)
    (tmp_path / "broken.ttl").write_text(broken, "utf-8")
    done = run("validate", tmp_path / "broken.ttl", "--format", "json")
    assert done.returncode == 1
    (finding,) = [f for f in json.loads(done.stdout)["findings"] if f["severity"] == "Violation"]
    assert (finding["rule"], finding["line"]) == ("ObjectiveContributesToOwnGoal", line)
    (tmp_path / "nothing.ttl").write_text("<a:b> <a:c> 1 .", "utf-8")
    assert run("validate", tmp_path / "nothing.ttl").returncode == 2
    assert run("validate", tmp_path / "missing.ttl").returncode == 2


def test_validate_without_files_checks_what_is_published(annex_store: Path, tmp_path: Path) -> None:
    done = run("validate", "--format", "json", store=annex_store)
    assert done.returncode == 0
    counts = json.loads(done.stdout)["counts"]
    assert counts == json.loads(run("validate", PLAN, "--format", "json").stdout)["counts"]
    assert run("validate", store=tmp_path / "none").returncode == 2


def test_reason_proves_the_annex_and_finds_a_contradiction(
    tmp_path: Path, quick_java: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{quick_java}{os.pathsep}{os.environ['PATH']}")
    done = run("reason", program=PROGRAM)
    assert done.returncode == 0
    assert [line.split("\t")[1] for line in done.stdout.splitlines()] == ["yes", "yes"]
    both = tmp_path / "both.ttl"
    both.write_text("@prefix sg: <https://w3id.org/stratgraph/ontology#> . <urn:x:1> a sg:Goal , sg:KPI .", "utf-8")
    found = run("reason", both)
    assert found.returncode == 1
    assert "which have no member in common" in found.stderr


def test_without_a_snapshot_each_command_says_what_to_run(tmp_path: Path) -> None:
    for words in (["query", "ASK {}"], ["export", "--format", "source"], ["serve", "--port", "0"]):
        done = run(*words, store=tmp_path / "none")
        assert done.returncode == 2
        assert "stratgraph build" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_setting_that_is_wrong_is_named(tmp_path: Path) -> None:
    done = run("serve", store=tmp_path, STRATGRAPH_PORT="many")
    assert done.returncode == 2
    assert "port" in done.stderr


def test_help_and_version_need_nothing() -> None:
    assert run("--version", program=PROGRAM).stdout.startswith("stratgraph 0.")
    for command in ("build", "query", "serve", "validate", "export", "reason"):
        assert command in run("--help").stdout
        assert run(command, "--help").returncode == 0


def test_serve_prints_its_address_and_a_query_that_works_and_stops_cleanly(annex_store: Path) -> None:
    environment = {**os.environ, "STRATGRAPH_STORE": str(annex_store), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [PROGRAM, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, encoding="utf-8"
    ) as server:
        try:
            assert server.stderr is not None
            said = ""
            while "Ctrl-C" not in said:
                line = server.stderr.readline()
                assert line, said
                said += line
            address = said.split()[2].rstrip("/")
            query = said.partition("'query=")[2].partition("'")[0]
            url = f"{address}/sparql?{urllib.parse.urlencode({'query': query, 'format': 'csv'})}"
            with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own address
                rows = list(csv.reader(io.TextIOWrapper(answer, encoding="utf-8")))
            assert ["https://w3id.org/stratgraph/ontology#KPI", "92"] in rows
            taken = run("serve", "--port", address.rpartition(":")[2], store=annex_store)
            assert taken.returncode == 2
            assert "--port" in taken.stderr
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
        assert "Traceback" not in server.stderr.read()


def test_serve_tells_a_wrong_allow_list_before_it_starts(annex_store: Path) -> None:
    command = [warm(), "serve", "--port", "0", "--store", str(annex_store)]
    environment = {**os.environ, "STRATGRAPH_SERVICE_ALLOW_LIST": "elsewhere"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 2
    assert "service_allow_list" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plan_is_named_for_one_of_its_versions(annex_store: Path) -> None:
    done = run("query", "ASK {}", "--plan", "https://w3id.org/stratgraph/id/itu/plan/2012-2015", store=annex_store)
    assert done.returncode == 2
    assert "Mend:  Say --version or --as-of" in done.stderr
