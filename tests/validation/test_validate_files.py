"""Files in, findings out: formats, errors, places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from stratgraph.errors import LimitError, SourceError, UsageError
from stratgraph.plan_graph import to_quads
from stratgraph.serialisation import JSON_LD, N_TRIPLES, RDF_FORMS, RdfForm
from stratgraph.validation import Finding, Report, Ruleset, validate_files, validate_graph

if TYPE_CHECKING:
    from stratgraph.document import PlanDocument

BASE = Path(__file__).parents[1] / "shapes" / "base.ttl"
PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
KPI = f"{PLAN}/north/objective/1/kpi/1"
LIMIT = 1_000_000


def sound() -> str:
    return BASE.read_text("utf-8")


def broken() -> str:
    """The sound plan with an indicator of an objective that is not there."""
    text = sound()
    fault = "sg:indicatorOf <agency/plan/1/north/objective/9>"
    assert "sg:indicatorOf <agency/plan/1/north/objective/1>" in text
    return text.replace("sg:indicatorOf <agency/plan/1/north/objective/1>", fault)


def check(path: Path, *more: Path, **options: str) -> Report:
    return validate_files([path, *more], max_plan_bytes=LIMIT, **options)


def written(folder: Path, text: str, name: str = "plan.ttl") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def of_rule(report: Report, rule: str) -> Finding:
    (finding,) = (finding for finding in report.findings if finding.rule == rule)
    return finding


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_sound_plan_conforms(tmp_path: Path) -> None:
    report = check(written(tmp_path, sound()))
    assert report.conforms
    assert report.findings == ()
    assert report.plans == (PLAN,)


def test_a_finding_says_rule_element_value_place_and_mend(tmp_path: Path) -> None:
    path = written(tmp_path, broken())
    report = check(path)
    assert not report.conforms
    finding = of_rule(report, "KpiIsOfDescribedObjective")
    assert finding.severity == "Violation"
    assert finding.focus == KPI
    assert finding.label == "Carts a day"
    assert finding.path == "https://w3id.org/stratgraph/ontology#indicatorOf"
    assert finding.value == f"{PLAN}/north/objective/9"
    assert finding.message.startswith("The indicator is of something that is not described as an objective")
    assert finding.mend.startswith("Describe it as an sg:Objective")
    # The annex is the reason of the rule, and this is no plan of ITU's: the explanation stands in its place.
    assert finding.reason.startswith("An indicator of a goal, output or result measures it")
    assert finding.file == str(path)
    assert finding.line == line_of(broken(), "sg:indicatorOf <agency/plan/1/north/objective/9>")
    assert finding.paragraph == "Table 1.2 – Results"


def test_a_missing_thing_stands_where_its_element_begins(tmp_path: Path) -> None:
    finding = of_rule(check(written(tmp_path, broken())), "ObjectiveHasIndicator")
    assert finding.line == line_of(sound(), "<agency/plan/1/north/objective/1> a sg:Objective")
    assert finding.path == "^<https://w3id.org/stratgraph/ontology#indicatorOf>"


@pytest.mark.parametrize("form", RDF_FORMS, ids=lambda form: form.name)
def test_every_format_gives_the_same_findings_with_a_line(tmp_path: Path, form: RdfForm) -> None:
    triples = [Triple(q.subject, q.predicate, q.object) for q in parse(broken(), format=RdfFormat.TURTLE)]
    path = tmp_path / f"plan{form.extensions[0]}"
    path.write_bytes(serialize(triples, format=form.engine))
    findings = check(path).findings
    expected = check(written(tmp_path, broken(), "expected.ttl")).findings
    assert [(f.rule, f.focus, f.value) for f in findings] == [(f.rule, f.focus, f.value) for f in expected]
    assert all(f.line for f in findings)
    if form is N_TRIPLES:
        text = path.read_text("utf-8")
        kpi = next(f for f in findings if f.focus == KPI)
        assert kpi.line == line_of(text, f"<{KPI}> <https://w3id.org/stratgraph/ontology#indicatorOf>")


def test_a_node_of_json_ld_is_found_by_its_short_name(tmp_path: Path) -> None:
    triples = [Triple(q.subject, q.predicate, q.object) for q in parse(broken(), format=RdfFormat.TURTLE)]
    body = serialize([t for t in triples if t.subject != NamedNode(KPI)], format=JSON_LD.engine).decode()
    rest = [t for t in triples if t.subject == NamedNode(KPI)]
    written(tmp_path, body, "rest.jsonld")
    node = serialize(rest, format=JSON_LD.engine).decode().replace(f'"@id":"{KPI}"', '\n"@id": "kpi:1"', 1)
    context = f'{{"@context": {{"kpi": "{KPI.removesuffix("1")}"}},\n"@graph": {node}}}'
    path = written(tmp_path, context, "kpi.jsonld")
    finding = of_rule(check(path, tmp_path / "rest.jsonld"), "KpiIsOfDescribedObjective")
    at = context.split("\n")[2].index(f"{PLAN}/north/objective/9") + 1
    assert (finding.file, finding.line, finding.column) == (str(path), 3, at)


def test_a_finding_in_json_ld_stands_on_the_line_of_the_value_at_fault(tmp_path: Path) -> None:
    quads = list(parse(broken(), format=RdfFormat.TURTLE))
    body = serialize([Triple(q.subject, q.predicate, q.object) for q in quads], format=JSON_LD.engine)
    text = json.dumps(json.loads(body), indent=1, ensure_ascii=False)
    finding = of_rule(check(written(tmp_path, text, "plan.jsonld")), "KpiIsOfDescribedObjective")
    lines = text.split("\n")
    assert finding.line is not None
    assert f'"{PLAN}/north/objective/9"' in lines[finding.line - 1]
    # What is missing stands where its element begins.
    missing = of_rule(check(tmp_path / "plan.jsonld"), "ObjectiveHasIndicator")
    assert missing.line is not None
    assert lines[missing.line - 1].strip().startswith(f'"@id": "{PLAN}/north/objective/1"')


def test_a_finding_in_json_ld_of_our_context_stands_on_the_line_of_its_property(tmp_path: Path) -> None:
    text = """{"@context": "https://w3id.org/stratgraph/ontology/context.jsonld", "@graph": [
{"@id": "https://w3id.org/stratgraph/id/agency/plan/1", "@type": "sg:StrategicPlan"},
{"@id": "https://w3id.org/stratgraph/id/agency/plan/1/mission", "@type": "sg:Mission",
 "sg:position": 1,
 "sg:text": {"@value": "\u2022 All.", "@language": "en"}}
]}"""
    finding = of_rule(check(written(tmp_path, text, "plan.jsonld")), "WordingIsTidy")
    assert (finding.line, finding.value) == (5, "\u2022 All.")


def test_a_plan_may_be_spread_over_files_and_findings_name_the_right_one(tmp_path: Path) -> None:
    head, blocks = broken().split("\n\n", 1)
    elements = blocks.split("\n\n")
    first = written(tmp_path, "\n\n".join([head, *elements[:11]]), "first.ttl")
    second = written(tmp_path, "\n\n".join([head, *elements[11:]]), "second.ttl")
    report = check(first, second)
    assert {f.rule for f in report.findings} == {"KpiIsOfDescribedObjective", "ObjectiveHasIndicator"}
    assert of_rule(report, "KpiIsOfDescribedObjective").file == str(second)
    assert of_rule(report, "ObjectiveHasIndicator").file == str(first)


def test_the_reference_engine_gives_the_same_report(tmp_path: Path) -> None:
    path = written(tmp_path, broken())
    assert check(path).findings == check(path, engine="pyshacl").findings


def test_blank_nodes_are_reported_with_a_line_and_stay_apart_between_files(tmp_path: Path) -> None:
    head = sound().split("\n\n", 1)[0]
    vision = (
        '{head}\n\n[] a sg:Vision ; rdfs:label "Other"@en ; sg:inPlan <agency/plan/1> ; sg:ofUnit <agency/{unit}> ;\n'
        '  sg:position 1 ; sg:statedIn <agency/plan/1/text/section/1> ; sg:text "Other."@en .\n'
    )
    one = written(tmp_path, vision.format(head=head, unit="office"), "one.ttl")
    two = written(tmp_path, vision.format(head=head, unit="north"), "two.ttl")
    report = check(written(tmp_path, sound()), one, two)
    assert {f.rule for f in report.findings} == {"ThingHasLastingName"}
    assert [(f.focus, f.file) for f in report.findings] == [("_:b1", str(one)), ("_:b1", str(two))]
    assert all(f.line == line_of(one.read_text("utf-8"), "[] a sg:Vision") for f in report.findings)


def test_a_misspelt_property_is_reported_where_it_stands(tmp_path: Path) -> None:
    text = sound().replace("sg:measures", "sg:mesures")
    finding = of_rule(check(written(tmp_path, text)), "PropertyIsKnown")
    assert finding.focus == KPI
    assert finding.line == line_of(text, "sg:mesures")


def test_named_graphs_are_one_and_provenance_does_not_disturb(tmp_path: Path, annex_document: PlanDocument) -> None:
    path = tmp_path / "annex.trig"
    quads = list(to_quads(annex_document, software="test"))
    path.write_bytes(serialize(quads, format=RdfFormat.TRIG))
    asserted = [quad for quad in quads if str(quad.graph_name).endswith("/version/1>")]
    assert len(asserted) < len(quads)
    whole = validate_files([path], max_plan_bytes=100_000_000)
    alone = validate_graph(asserted)
    assert [f.result for f in whole.findings] == [f.result for f in alone.findings]
    assert alone.findings[0].file is None


VERSION = f"{PLAN}/version/"


def dataset(folder: Path, graphs: dict[str, str], name: str = "plan.nq") -> Path:
    """A file of named graphs, each given as Turtle; the default graph has the empty name."""
    quads = [
        Quad(*quad.triple, NamedNode(graph) if graph else DefaultGraph())
        for graph, text in graphs.items()
        for quad in parse(text, format=RdfFormat.TURTLE)
    ]
    path = folder / name
    path.write_bytes(serialize(quads, format=RdfFormat.TRIG if name.endswith(".trig") else RdfFormat.N_QUADS))
    return path


def revised() -> str:
    """The sound plan with another wording of its indicator."""
    assert '"Carts a day"@en' in sound()
    return sound().replace('"Carts a day"@en', '"Carts a week"@en')


@pytest.mark.parametrize("name", ["plan.nq", "plan.trig"])
def test_two_versions_of_a_plan_in_one_file_are_not_mixed(tmp_path: Path, name: str) -> None:
    report = check(dataset(tmp_path, {f"{VERSION}1": sound(), f"{VERSION}2": revised()}, name))
    assert report.findings == ()
    assert report.plans == (PLAN,)


def test_versions_in_graphs_of_any_name_and_files_of_their_own_are_not_mixed(tmp_path: Path) -> None:
    one = dataset(tmp_path, {"http://e/old": sound()}, "one.nq")
    two = dataset(tmp_path, {"http://e/new": revised()}, "two.nq")
    assert check(one, two).findings == ()


@pytest.mark.parametrize("faulty", ["1", "2"])
def test_a_fault_of_one_version_is_found_whichever_it_is(tmp_path: Path, faulty: str) -> None:
    texts = {f"{VERSION}{number}": broken() if number == faulty else revised() for number in ("1", "2")}
    report = check(dataset(tmp_path, texts))
    assert {f.rule for f in report.findings} == {"KpiIsOfDescribedObjective", "ObjectiveHasIndicator"}
    assert of_rule(report, "KpiIsOfDescribedObjective").line is not None


def test_each_version_is_read_with_what_is_in_no_version(tmp_path: Path) -> None:
    head, *elements = sound().split("\n\n")
    units = [text for text in elements if text.startswith(("<agency>", "<agency/north>", "<agency/office>"))]
    assert len(units) == 3
    rest = [text for text in elements if text not in units]
    versions = {f"{VERSION}{number}": "\n\n".join([head, *rest]) for number in ("1", "2")}
    assert check(dataset(tmp_path, {**versions, "": "\n\n".join([head, *units])})).findings == ()
    assert not check(dataset(tmp_path, versions)).conforms


def test_what_is_about_a_version_is_no_part_of_it(tmp_path: Path) -> None:
    inferred = f"{sound()}\n<agency/plan/1> sg:hasElement <agency/plan/1/mission> .\n"
    assert {f.rule for f in check(written(tmp_path, inferred)).findings} == {"InferredPropertyIsNotStated"}
    about = {f"{VERSION}1/{name}": inferred for name in ("view", "provenance", "report")}
    # Beside a view, the default graph repeats what is in force with what follows.
    path = dataset(tmp_path, {f"{VERSION}1": sound(), **about, "": inferred})
    assert check(path).findings == ()


def test_graphs_of_different_plans_are_read_as_one(tmp_path: Path) -> None:
    other = sound().replace("plan/1", "plan/2")
    link = f"{other}\n<agency/plan/2/north/objective/1> sg:contributesTo <agency/plan/1/north/goal> .\n"
    report = check(dataset(tmp_path, {"http://e/one": sound(), "http://e/two": link}))
    assert {f.rule for f in report.findings} == {"LinkStaysInPlanAndUnit"}


def test_a_syntax_error_says_line_and_column(tmp_path: Path) -> None:
    path = written(tmp_path, "@prefix e: <http://e/> .\n\ne:a e:b e:c ; ; .\ne:a e:d missing:c .\n")
    with pytest.raises(SourceError) as caught:
        check(path)
    assert caught.value.where is not None
    assert (caught.value.where.file, caught.value.where.line) == (str(path), 4)
    assert caught.value.where.column == 9


def test_an_error_in_rdf_xml_says_the_line(tmp_path: Path) -> None:
    text = '<?xml version="1.0"?>\n<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<r:Bag></r:Seq>\n</r:RDF>\n'
    with pytest.raises(SourceError) as caught:
        check(written(tmp_path, text, "plan.rdf"))
    assert caught.value.where is not None
    assert caught.value.where.line == 3


def test_bytes_that_are_no_utf_8_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "plan.ttl"
    path.write_bytes(b'<http://e/a> <http://e/b> "\xff" .\n')
    with pytest.raises(SourceError, match="UTF-8"):
        check(path)


@pytest.mark.parametrize("text", ["", "  \n", "# only a comment\n"])
def test_an_empty_file_is_an_error_and_no_pass(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match=r"is empty|no triples"):
        check(written(tmp_path, text))


def test_a_file_without_a_plan_is_an_error_and_no_pass(tmp_path: Path) -> None:
    path = written(tmp_path, '<http://e/a> <http://e/b> "x" .\n')
    with pytest.raises(SourceError, match="There is no plan") as caught:
        check(path)
    assert str(path) in str(caught.value)


def test_an_empty_file_beside_a_plan_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="empty"):
        check(written(tmp_path, sound()), written(tmp_path, "", "empty.ttl"))


def test_a_file_that_is_too_large_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(LimitError) as caught:
        validate_files([written(tmp_path, sound())], max_plan_bytes=100)
    assert (caught.value.setting, caught.value.value) == ("max_plan_bytes", 100)


def test_an_unknown_ending_says_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.jsonld"):
        check(written(tmp_path, sound(), "plan.doc"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.ttl"):
        check(tmp_path / "none.ttl")


def test_unknown_engines_and_sets_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, sound())
    with pytest.raises(UsageError, match="pyshacl"):
        check(path, engine="rudof")
    with pytest.raises(UsageError, match="required"):
        validate_files([path], max_plan_bytes=LIMIT, rules=Ruleset(sets=("strict",)))


def test_sets_can_be_left_out(tmp_path: Path) -> None:
    text = sound().replace("sg:servesMission <agency/plan/1/mission>", "sg:servesMission <agency/plan/1/north/mission>")
    path = written(tmp_path, text)
    assert {f.rule for f in check(path).findings} == {"GoalServesMissionOfPublisher"}
    assert validate_files([path], max_plan_bytes=LIMIT, rules=Ruleset(sets=("required",))).findings == ()


def test_a_graph_of_quads_needs_a_plan() -> None:
    quad = Quad(NamedNode("http://e/a"), NamedNode("http://e/b"), NamedNode("http://e/c"))
    with pytest.raises(SourceError, match="There is no plan"):
        validate_graph([quad])


def test_relative_iris_without_a_base_are_read_as_review_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "plan.ttl"
    path.write_text(sound().replace("@base <https://w3id.org/stratgraph/id/> .\n", ""), "utf-8")
    assert "@base" not in path.read_text("utf-8")
    report = check(path)
    assert report.plans == (PLAN,)
    assert not report.findings
