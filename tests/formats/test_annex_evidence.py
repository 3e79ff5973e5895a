"""What the statements of the annex rest on: a text stands at its spans word for word, or it says how it was made."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode

from stratgraph.document import Beside
from stratgraph.plan_files import read_annex
from stratgraph.plan_graph import to_quads, to_statements
from stratgraph.terms import DCTERMS, PROV, RDFS, SG, SKOS

if TYPE_CHECKING:
    from stratgraph.document import Evidence, PlanDocument
    from stratgraph.statements import StatedPlan

DESCRIPTION = Path(__file__).parents[2] / "data/sources/resolution-71-annex.toml"
PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"


@pytest.fixture(scope="module")
def plan(annex_document: PlanDocument) -> StatedPlan:
    return to_statements(annex_document, file="resolution-71-annex.txt")


@pytest.fixture(scope="module")
def texts(plan: StatedPlan) -> dict[tuple[str, str, str], Evidence]:
    """What each literal rests on, by subject (relative to the plan), property and characters."""
    found = {}
    for triple, evidence in plan.statements.items():
        if isinstance(triple.object, Literal):
            subject: NamedNode = triple.subject
            found[subject.value.removeprefix(f"{PLAN}/"), triple.predicate.value, triple.object.value] = evidence
    return found


def quoted(source: str, evidence: Evidence) -> str:
    """The characters at some spans, without tags, emphasis, bullets and marks of footnotes."""
    pieces = " ".join(source[span.start : span.end] for span in evidence.spans)
    return " ".join(re.sub(r"<[^>]*>|[*•⁰¹²³⁴-⁹]", "", pieces).split())


def test_each_text_is_what_stands_at_its_spans_or_says_how_it_was_made(
    plan: StatedPlan, texts: dict[tuple[str, str, str], Evidence]
) -> None:
    reasons = {decision.name: decision.reason for decision in plan.decisions}
    wrong = {}
    assert len(texts) > 2500
    for (subject, predicate, text), evidence in texts.items():
        assert evidence.spans
        stands = quoted(plan.source.text, evidence) == " ".join(text.split())
        is_said = any(text in reasons.get(name, "") for name in evidence.decisions)
        is_made = any(one.how for one in evidence.derivations)
        if not stands and not is_said and not is_made:
            wrong[subject, predicate, text] = quoted(plan.source.text, evidence)
    assert wrong == {}


def test_what_is_made_are_labels_counts_notes_and_the_figures_of_marks(
    texts: dict[tuple[str, str, str], Evidence],
) -> None:
    made = Counter(predicate for (_, predicate, _), evidence in texts.items() if evidence.derivations)
    assert set(made) == {RDFS.LABEL, SG.POSITION, SG.ROW, SKOS.EDITORIAL_NOTE, SG.NOTATION}
    # Five footnotes have a superscript for a number; each row of the tables n.1 has one X, each objective a row in n.2.
    assert (made[SG.NOTATION], made[SG.ROW]) == (5, 80 + 21)


def test_the_full_name_of_the_organisation_is_the_descriptions_decision(
    plan: StatedPlan, texts: dict[tuple[str, str, str], Evidence]
) -> None:
    assert "International Telecommunication Union" not in plan.source.text
    (evidence,) = (rests for (_, _, text), rests in texts.items() if text == "International Telecommunication Union")
    assert evidence.decisions == ("full-name-of-the-organisation",)
    assert quoted(plan.source.text, evidence) == "ITU"
    (decision,) = (one for one in plan.decisions if one.name == "full-name-of-the-organisation")
    assert not decision.by_rule
    assert decision.reason.startswith("resolution-71-annex.toml says so: ")


def test_the_description_is_a_source_that_the_reading_used() -> None:
    document = read_annex(10**6)
    digest = hashlib.sha256(DESCRIPTION.read_bytes()).hexdigest()
    assert document.source.beside == Beside("resolution-71-annex.toml", digest)
    quads = list(to_quads(document, software="1"))
    said = {
        (quad.predicate.value, getattr(quad.object, "value", ""))
        for quad in quads
        if quad.subject == NamedNode(f"{PLAN}/version/1/description")
    }
    # What the text does not say of itself, such as its rights, is said there.
    described_by = NamedNode("http://www.w3.org/2007/05/powder-s#describedby")
    assert [q.subject for q in quads if q.predicate == described_by] == [NamedNode(f"{PLAN}/version/1/source")]
    assert [q.object for q in quads if q.predicate == described_by] == [NamedNode(f"{PLAN}/version/1/description")]
    assert said >= {(SG.SHA256, digest), (DCTERMS.IDENTIFIER, "resolution-71-annex.toml")}
    used = {q.object.value for q in quads if q.predicate.value == PROV.USED and q.subject.value.endswith("/reading")}
    assert used == {f"{PLAN}/version/1/source", f"{PLAN}/version/1/description"}


@pytest.mark.parametrize(
    ("subject", "predicate", "text", "line", "characters"),
    [
        # Lines are those of data/sources/resolution-71-annex.txt.
        ("itu-r/objective/3", DCTERMS.TITLE, "Producing...", 160, "Producing..."),
        ("itu-t/objective/2/mention/1", DCTERMS.TITLE, "Producing global standards", 205, "Producing global standards"),
        ("itu-t/objective/2", SG.NOTATION, "2", 205, "2"),
        ("itu-d/factor/6.1.1", DCTERMS.TITLE, "The digital divide", 254, "The digital divide"),
        ("itu-d/factor/6.1.12", SG.NOTATION, "6.1.12", 312, "6.1.12"),
        (
            "itu-d/objective/1/output/4/mention/2",
            SG.LEAD_IN,
            "Statutory meetings, including:",
            408,
            "Statutory meetings, including:",
        ),
        (
            "itu-d/objective/2/output/1/mention/1",
            SG.TEXT,
            "Provision of technical expertise",
            369,
            "Provision of technical expertise",
        ),
        (
            "itu-d/objective/2/output/1/mention/1",
            SG.QUALIFIER,
            "To assist in maximizing the utilization of appropriate new technologies...",
            369,
            "To assist in maximizing the utilization of appropriate new technologies...",
        ),
        ("text/footnote/4", SG.NOTATION, "3", 455, "³"),
    ],
)
def test_a_title_number_or_lead_in_rests_on_its_own_characters(
    plan: StatedPlan,
    texts: dict[tuple[str, str, str], Evidence],
    subject: str,
    predicate: str,
    text: str,
    line: int,
    characters: str,
) -> None:
    (span,) = texts[subject, predicate, text].spans
    source = plan.source.text
    assert (source.count("\n", 0, span.start) + 1, source[span.start : span.end]) == (line, characters)


def test_the_label_of_an_objective_rests_on_its_unit_its_number_and_its_title(
    plan: StatedPlan, texts: dict[tuple[str, str, str], Evidence]
) -> None:
    evidence = texts["itu-t/objective/2", RDFS.LABEL, "ITU-T objective 2: Producing global standards"]
    assert quoted(plan.source.text, evidence) == "ITU-T 2 Producing global standards"
    assert [one.name for one in evidence.derivations] == ["name-by-number"]
