"""Every literal of a plan has its own words in its own spans, exactly, or is made, or is decided; whatever the form.

That of the annex's form is test_annex_evidence.py.
"""

from __future__ import annotations

import ast
import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Triple

import filled_workbook
from stratgraph.formats import rdf, stratml, workbook
from stratgraph.matching import completed
from stratgraph.serialisation import RDF_FORMS, to_bytes
from stratgraph.terms import OWL, RDFS, SG

if TYPE_CHECKING:
    from stratgraph.serialisation import RdfForm
    from stratgraph.statements import StatedPlan

DATA = Path(__file__).parents[1] / "data"
PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
PREFIXES = """\
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def of_the_plan(extra: str) -> str:
    return f"{(DATA / 'small-plan.ttl').read_text('utf-8')}{extra}"


# What each form writes in a way of its own: line ends, tabs, quotation marks, marks of markup, characters as codes.
TRICKY = of_the_plan(
    f'<{PLAN}/vision> sg:text "Un \\"pont\\"\\nà\\tdeux <voies> & l\'eau\\\\bas \\u00e9 2 ]]> \\U0001F30A"@fr .\n'
    f'<{PLAN}/mission> sg:leadIn "Un"@fr , "Un"@en , "Un" .\n'
)
NUMBERS = f"""
<{PLAN}/north/objective/1/kpi/1/target> sg:numericValue 20.50 ; sg:unitOfMeasure "carts"@en ;
  sg:endDate "2033-12-31"^^<http://www.w3.org/2001/XMLSchema#date> .
"""


def not_in_their_spans(plan: StatedPlan) -> dict[str, str]:
    """The literals whose characters are not those of their spans, and that nobody made or decided, with what is there.

    Characters are compared as the form of the file stands for them, blanks and line ends as one blank.
    """
    reasons = {decision.name: decision.reason for decision in plan.decisions}
    is_xml = plan.source.media_type.endswith("xml")
    wrong = {}
    for triple, evidence in plan.statements.items():
        if not isinstance(triple.object, Literal):
            continue
        stands = " ".join(plan.source.text[span.start : span.end] for span in evidence.spans)
        stands = html.unescape(stands) if is_xml else _unescaped(stands)
        text = triple.object.value
        is_said = any(text in reasons.get(name, "") for name in evidence.decisions)
        is_made = any(one.how for one in evidence.derivations)
        if " ".join(stands.split()) != " ".join(text.split()) and not is_said and not is_made:
            wrong[str(triple)] = stands
    return wrong


def _unescaped(text: str) -> str:
    """Turtle, JSON and the text of a workbook write characters as Python does, as far as they are escaped at all."""
    return re.sub(r"\\(?:u\w{4}|U\w{8}|.)", lambda found: str(ast.literal_eval(f"'''{found.group()}'''")), text)


def made(plan: StatedPlan) -> dict[str, set[str]]:
    """How the literals of each property were made that do not stand as they are."""
    found: dict[str, set[str]] = {}
    for triple, evidence in plan.statements.items():
        if isinstance(triple.object, Literal) and evidence.derivations:
            found.setdefault(triple.predicate.value, set()).update(one.name for one in evidence.derivations)
    return found


def from_rdf(data: bytes | str, file: str) -> StatedPlan:
    return rdf.read(data.encode() if isinstance(data, str) else data, file=file, max_bytes=1_000_000)


@pytest.mark.parametrize("form", RDF_FORMS, ids=lambda form: form.name)
def test_a_literal_of_rdf_stands_at_its_own_characters(form: RdfForm) -> None:
    stated = from_rdf(TRICKY, "plan.ttl")
    plan = from_rdf(to_bytes(stated.statements, form), f"plan{form.extensions[0]}")
    assert plan.statements.keys() == stated.statements.keys()
    assert not_in_their_spans(plan) == {}
    assert made(plan) == {}


def test_a_literal_over_lines_a_bare_one_and_one_of_many_on_a_line_have_their_own_characters() -> None:
    plan = from_rdf(
        f'''{PREFIXES}<{PLAN}> a sg:StrategicPlan ; sg:startYear 2030 ; sg:endYear 2033. # "2030" is a comment
<{PLAN}/goal> a sg:Goal ; sg:text """To build
\ta "road",
and more."""@en ; skos:note 'a', "a"@en
 , true . <{PLAN}/vision> sg:text "a", "\\u0061b" .
''',
        "plan.ttl",
    )
    assert not_in_their_spans(plan) == {}
    assert made(plan) == {}
    (text,) = (t for t in plan.statements if str(t.subject) == f"<{PLAN}/goal>" and t.predicate.value == SG.TEXT)
    spans = plan.statements[text].spans
    assert [plan.source.text[span.start : span.end] for span in spans] == ["To build", 'a "road",', "and more."]
    starts = [e.spans[0].start for t, e in plan.statements.items() if isinstance(t.object, Literal)]
    assert starts == sorted(set(starts))


def test_what_xml_writes_in_a_way_of_its_own_rests_on_its_line_and_says_so() -> None:
    plan = from_rdf(
        f"""<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY who "the Agency">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sg="https://w3id.org/stratgraph/ontology#">
<sg:StrategicPlan rdf:about="{PLAN}" sg:leadIn="Roads &#38; more">
<sg:text>Of &who;</sg:text> <sg:qualifier><![CDATA[a < b]]></sg:qualifier>
</sg:StrategicPlan></rdf:RDF>""",
        "plan.rdf",
    )
    assert not_in_their_spans(plan) == {}
    assert made(plan) == {SG.TEXT: {"encoded"}}


def test_a_number_that_is_written_otherwise_says_so() -> None:
    assert made(from_rdf(of_the_plan(NUMBERS), "plan.ttl")) == {SG.NUMERIC_VALUE: {"number"}}


@pytest.mark.parametrize("number", ["10.5", "1.05e1", "10.50"])
def test_a_number_of_json_is_the_number_that_people_read(number: str) -> None:
    plan = from_rdf(
        f"""{{"@context": "https://w3id.org/stratgraph/ontology/context.jsonld", "@graph": [
{{"id": "{PLAN}", "type": "StrategicPlan"}},
{{"id": "{PLAN}/kpi/1/target/1", "type": "Target", "numericValue": {number}, "text": "A \\u0062"}}]}}""",
        "plan.jsonld",
    )
    ((value, evidence),) = ((t.object, e) for t, e in plan.statements.items() if t.predicate.value == SG.NUMERIC_VALUE)
    assert str(value) == '"10.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    assert [plan.source.text[span.start : span.end] for span in evidence.spans] == [number]
    assert not_in_their_spans(plan) == {}


def test_a_literal_of_a_workbook_stands_in_its_cell() -> None:
    stated = from_rdf(of_the_plan(NUMBERS) + TRICKY.replace((DATA / "small-plan.ttl").read_text("utf-8"), ""), "p.ttl")
    data = workbook.write(stated.statements, identifiers=stated.identifiers, language="en", rights="")
    plan = workbook.read(data, file="p.xlsx", max_bytes=10**7, max_expanded_bytes=10**8, max_rows=1_000)
    assert plan.statements.keys() == stated.statements.keys()
    assert not_in_their_spans(plan) == {}
    assert made(plan) == {}


def test_what_a_workbook_says_in_other_characters_says_how_it_was_made() -> None:
    rows = filled_workbook.small()
    rows["Objectives"][0]["Position"] = "+1"
    rows["Withdrawn"] = [{"Place": "east/objective/7"}]
    rows["Targets"] = [{"Is target of": "east/objective/1", "Number": "12.50"}]
    plan = filled_workbook.read(filled_workbook.filled(rows))
    assert not_in_their_spans(plan) == {}
    assert made(plan) == {SG.POSITION: {"number"}, SG.NUMERIC_VALUE: {"number"}, OWL.DEPRECATED: {"withdrawn"}}
    # What its author need not write is made, and rests on the row.
    whole = completed(plan, None)
    assert not_in_their_spans(whole) == {}
    assert made(whole)[SG.POSITION] == {"number", "position"}
    assert made(whole)[RDFS.LABEL] == {"beginning"}
    label = Triple(
        NamedNode(f"{filled_workbook.PLAN}/east/goal"), NamedNode(RDFS.LABEL), Literal("Grow.", language="en")
    )
    assert whole.statements[label].spans


@pytest.mark.parametrize("name", ["stratml-bridges", "stratml-sc-commerce"])
def test_a_literal_of_stratml_stands_in_its_elements_or_says_how_it_was_made(name: str) -> None:
    described = DATA / f"{name}.toml"
    plan = stratml.read(
        (DATA / f"{name}.xml").read_bytes(),
        file=f"{name}.xml",
        max_bytes=10**7,
        max_depth=100,
        max_nodes=10**6,
        description=stratml.read_description(described.read_bytes(), file=described.name)
        if described.exists()
        else None,
    )
    assert not_in_their_spans(plan) == {}
    assert made(plan).keys() <= {
        SG.POSITION, SG.NOTATION, SG.START_YEAR, SG.END_YEAR, SG.NUMERIC_VALUE, SG.MEASURE_KIND, SG.TEXT, SG.BREAKDOWN,
        RDFS.LABEL,
    }  # fmt: skip
