"""The links that come with the program: reviewed row by row, clean against the annex, stale when it changes."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from linked_annex import ACT, TABLES
from pyoxigraph import NamedNode, RdfFormat, parse

from revision import write_revision
from stores import copied, opened
from stratgraph.assets import read_asset
from stratgraph.comparison import compare, propose
from stratgraph.links import (
    Trouble,
    check_links,
    published_sets,
    read_mapping_set,
    record_turtle,
    shipped,
    shipped_sets,
)
from stratgraph.plan_files import ReadingLimits, read_file
from stratgraph.publication import Target, publish_proposal
from stratgraph.review.model import EffectKind
from stratgraph.settings import Settings
from stratgraph.store import solutions
from stratgraph.terms import DCTERMS, DCTERMS_NS, SG
from stratgraph.validation.rules import LINK_SETS, load_shapes

if TYPE_CHECKING:
    from pathlib import Path

    from stratgraph.store import Store

NAME = "itu-2012-2015"
PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
FILES = sorted(TABLES.glob("*.sssom.tsv"))
SETS = {one.name.removeprefix(f"{NAME}-"): one for one in shipped_sets()}
SCHEMES = {
    "sdg": "http://metadata.un.org/sdg",
    "unbis": "http://metadata.un.org/thesaurus/00",
    "wsis": "https://w3id.org/stratgraph/vocabulary/wsis/action-lines",
}
REVIEW = list(csv.DictReader((TABLES / "review.tsv").read_text("utf-8").splitlines(), delimiter="\t"))
PREFIXES = {
    "sdg:": "http://metadata.un.org/sdg/",
    "unbis:": "http://metadata.un.org/thesaurus/",
    "dcterms:": "http://purl.org/dc/terms/",
    "semapv:": "https://w3id.org/semapv/vocab/",
    "sg:": "https://w3id.org/stratgraph/ontology#",
}


ANNEX = list(parse(read_asset("data", "plans", "itu-2012-2015.ttl"), format=RdfFormat.TURTLE))
OWN_TEXTS = {q.subject.value: q.object.value for q in ANNEX if q.predicate.value == SG.TEXT}  # type: ignore[union-attr]


def quotes(comment: str) -> list[str]:
    return re.findall("“([^”]+)”", comment)


def full(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix + colon] + local


def number(record: str) -> int:
    return int(record.rpartition("/")[2])


def test_three_vocabularies_are_linked_and_what_was_rejected_is_kept() -> None:
    assert set(SETS) == {*SCHEMES, "rejected"}
    for name, scheme in SCHEMES.items():
        assert {mapping.object_source for mapping in SETS[name].mappings} == {scheme}
        assert not any(mapping.is_negative for mapping in SETS[name].mappings)
    assert all(mapping.is_negative for mapping in SETS["rejected"].mappings)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_turtle_is_what_the_table_gives(file: Path) -> None:
    read = read_mapping_set(file.read_bytes(), file=file.name)
    assert file.name == f"{read.name}.sssom.tsv"
    assert (TABLES / f"{read.name}.ttl").read_bytes() == record_turtle(read)
    assert read == SETS[read.name.removeprefix(f"{NAME}-")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_library_of_sssom_accepts_the_table_and_reads_the_same_from_our_rdf(file: Path) -> None:
    from sssom.parsers import parse_sssom_rdf, parse_sssom_table  # noqa: PLC0415 - seconds to import
    from sssom.validators import validate  # noqa: PLC0415 - likewise

    table = parse_sssom_table(io.StringIO(file.read_text("utf-8")), sep="\t")
    assert not any(report.results for report in validate(table, fail_on_error=True).values())
    from_rdf = parse_sssom_rdf(file.with_name(file.name.replace(".sssom.tsv", ".ttl")))

    def rows(frame: object) -> set[tuple[str, ...]]:
        columns = ("subject_id", "predicate_id", "object_id", "subject_label", "comment", "author_label")
        return {tuple(str(row[name]) for name in columns) for row in frame.to_dict("records")}  # type: ignore[attr-defined]

    expand = table.converter.expand

    def in_full(found: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
        return {(*(expand(one) or from_rdf.converter.expand(one) or one for one in row[:3]), *row[3:]) for row in found}

    assert in_full(rows(table.df)) == in_full(rows(from_rdf.df))


def test_each_of_the_165_drafted_rows_was_kept_changed_or_rejected() -> None:
    assert [int(row["draft"]) for row in REVIEW] == list(range(1, 166))
    mapped = {number(m.record): (name, m) for name, one in SETS.items() for m in one.mappings}
    for row in REVIEW:
        name, mapping = mapped[int(row["draft"])]
        assert row["set"] == f"{NAME}-{name}"
        assert (full(row["predicate"]), full(row["justification"])) == (mapping.predicate, mapping.justification)
        slots = dict(mapping.others)
        assert (row["reviewer"], row["reviewed"]) == (slots["reviewer_label"], slots["review_date"])
        now = {
            "subject": mapping.subject,
            "object": mapping.object,
            "confidence": mapping.confidence,
        }
        drafted = {
            "subject": f"{PLAN}/{row['draft_subject']}",
            "object": full(row["draft_object"]),
            "confidence": float(row["draft_confidence"]),
        }
        if row["outcome"] == "rejected":
            assert name == "rejected"
            assert {**now, "confidence": 0} == {**drafted, "confidence": 0}
            continue
        assert name in SCHEMES
        differs = [key for key, value in drafted.items() if now[key] != value]
        assert differs == (row["changed"].split(", ") if row["changed"] else [])
        assert row["outcome"] == ("changed" if differs else "kept")
    of_draft = [number(m.record) for one in SETS.values() for m in one.mappings if number(m.record) <= 165]
    assert sorted(of_draft) == list(range(1, 166))


def test_what_was_added_is_linked_where_the_plan_says_it_and_not_above() -> None:
    added = [m for name in SCHEMES for m in SETS[name].mappings if number(m.record) > 200]
    places = [m.subject.removeprefix(f"{PLAN}/") for m in added]
    assert len(added) >= 60
    above = [m for m in added if m.object_source != SCHEMES["wsis"] and re.search(r"/objective/\d+$", m.subject)]
    assert above
    assert [m.record for m in above if quotes(m.comment)[0] not in OWN_TEXTS[m.subject]] == []
    assert {"output", "result", "kpi", "factor"} <= {word for place in places for word in place.split("/")}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """What is said of each thing in the annex and of what is below it: texts and titles."""
    said: dict[str, list[str]] = defaultdict(list)
    for quad in ANNEX:
        if quad.predicate.value in (SG.TEXT, DCTERMS.TITLE) and isinstance(quad.subject, NamedNode):
            iri = quad.subject.value
            while iri.startswith(f"{PLAN}/"):
                said[iri].append(quad.object.value)  # type: ignore[union-attr]
                iri = iri.rpartition("/")[0]
    return {iri: re.sub(r"\s+", " ", " ¶ ".join(words)) for iri, words in said.items()}


def test_each_link_quotes_the_words_of_the_plan_that_carry_it(texts: dict[str, str]) -> None:
    wrong = []
    for one in SETS.values():
        for mapping in one.mappings:
            wrong += [
                (mapping.record, quote)
                for quote in quotes(mapping.comment) or ["no quote"]
                if quote not in texts[mapping.subject]
            ]
    assert wrong == []


def test_each_vocabulary_is_linked_by_what_is_meant_and_no_element_is_matched_as_a_concept() -> None:
    said = {name: {m.predicate for m in SETS[name].mappings} for name in SCHEMES}
    assert said["unbis"] == {f"{DCTERMS_NS}subject"}  # as the UN's own data of the SDGs have it
    assert said["sdg"] == {SG.CONTRIBUTES_TO_TARGET, SG.COUNTED_BY, SG.IS_ABOUT}
    assert said["wsis"] == {SG.CONTRIBUTES_TO_TARGET, SG.IS_ABOUT}
    # What is counted by something is counted by an indicator (C…) or a series of figures, and by no target.
    counted = [m.object.rpartition("/")[2] for m in SETS["sdg"].mappings if m.predicate == SG.COUNTED_BY]
    assert all(re.fullmatch(r"C\w{6}|[A-Z]+(_[A-Z]+)+", code) for code in counted)
    # A factor tells of the world, and an indicator counts: neither does anything for a target.
    doing = {m.subject for m in SETS["sdg"].mappings if m.predicate == SG.CONTRIBUTES_TO_TARGET}
    assert not [subject for subject in doing if "/factor/" in subject or "/kpi/" in subject]


def test_links_that_were_missed_are_there_each_by_the_words_of_the_plan() -> None:
    """Those that a reading of the links named (issue 14, number 6)."""
    there = {(m.subject.removeprefix(f"{PLAN}/"), m.object_label) for m in SETS["unbis"].mappings}
    assert {
        ("itu-t/objective/2", "DIGITAL DIVIDE"),
        ("itu-d/objective/4", "ICT INDICATORS"),
        ("itu-r/objective/2", "RADIO COMMUNICATION"),
        ("gs/objective/6", "TRADE FAIRS"),
        ("text/footnote/1", "LANDLOCKED DEVELOPING COUNTRIES"),
        ("text/footnote/3", "LANDLOCKED DEVELOPING COUNTRIES"),
    } <= there
    # 17.8.1 and 5.b.1, of which ITU has the figures.
    assert {"C170801", "C050b01"} <= {m.object.rpartition("/")[2] for m in SETS["sdg"].mappings}


def test_what_was_drafted_has_a_reviewer_and_what_was_made_by_hand_says_so() -> None:
    for one in SETS.values():
        for mapping in one.mappings:
            slots = dict(mapping.others)
            is_draft = number(mapping.record) <= 165
            kind = "MappingReview" if is_draft else "ManualMappingCuration"
            assert mapping.justification == f"{PREFIXES['semapv:']}{kind}"
            assert mapping.authors
            assert not is_draft or {"reviewer_id", "reviewer_label", "review_date"} <= set(slots)


def test_no_link_of_the_plan_of_2010_says_that_it_meant_a_goal_of_2015() -> None:
    assert not any(m.predicate.endswith("exactMatch") for one in SETS.values() for m in one.mappings)
    assert "retrospective" in SETS["sdg"].description


def test_the_shipped_sets_are_clean_against_the_annex_and_the_vocabularies(linked_store: Store) -> None:
    sets = published_sets(linked_store)
    assert sets == shipped_sets()
    assert check_links(sets, linked_store) == ()


def test_a_change_of_any_kind_in_a_shipped_set_would_be_found(linked_store: Store) -> None:
    """So that "clean" above says something: the first link of each set, with each side broken in turn."""
    for name in SCHEMES:
        one = SETS[name]
        table = (TABLES / f"{one.name}.sssom.tsv").read_text("utf-8")
        row = next(line for line in table.splitlines() if line.startswith("record:"))
        columns = next(line for line in table.splitlines() if line.startswith("record_id")).split("\t")
        for cell in map(columns.index, ("subject_id", "object_label", "subject_sha256")):
            cells = row.split("\t")
            cells[cell] = cells[cell][:-1] + ("0" if not cells[cell].endswith("0") else "1")
            broken = read_mapping_set(table.replace(row, "\t".join(cells)).encode(), file="broken.sssom.tsv")
            found = check_links([broken], linked_store)
            assert len({finding.mapping.record for finding in found}) == 1, (name, columns[cell])


def test_the_graphs_are_named_once_and_have_no_blank_nodes() -> None:
    names = [name for name, _ in shipped()]
    assert len(set(names)) == len(names) == 8
    assert all(
        isinstance(term, NamedNode)
        for _, triples in shipped()
        for triple in triples
        for term in (triple.subject, triple.predicate)
    )


PAGE = (TABLES.parents[1] / "docs/reference/links.md").read_text("utf-8")


def test_the_page_says_how_many_mappings_there_are() -> None:
    counted = {
        name: int(number)
        for name, number in re.findall(r"^\| `itu-2012-2015-(\w+)\.sssom\.tsv` \|.*?\| (\d+) \|", PAGE, re.MULTILINE)
    }
    assert counted == {name: len(one.mappings) for name, one in SETS.items()}


def test_the_page_names_each_rule() -> None:
    section = PAGE[PAGE.index("## The rules") :]
    assert set(re.findall(r"`(Mapp\w+)`", section)) == {rule.name for rule in load_shapes(LINK_SETS).rules.values()}


def test_a_query_says_which_targets_an_objective_relates_to_and_on_whose_word(linked_store: Store) -> None:
    (query,) = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
    rows = [[term.value for term in row] for row in solutions(linked_store, query).rows]  # type: ignore[union-attr]
    found = {(target.rpartition("/")[2], author, float(confidence)) for target, _, author, confidence in rows}
    # By hand, from rows 74 to 80 of the review.
    authors = "The stratgraph authors"
    targets = {"4.4": 0.7, "10.2": 0.7, "17.9": 0.7, "4.3": 0.4, "4.a": 0.5, "5.b": 0.7, "C040401": 0.7}
    assert found == {(target, authors, confidence) for target, confidence in targets.items()}


def test_a_reworded_subject_is_told_by_the_review_and_found_stale_after_it(tmp_path: Path, linked_folder: Path) -> None:
    folder = tmp_path / "store"
    copied(linked_folder, folder)
    file = write_revision(tmp_path, "an objective is reworded", "a situational factor is reworded")
    revised = read_file(file, Settings().part(ReadingLimits))
    with opened(folder) as store:
        proposal = propose(compare(store, revised))
        effects = [effect for effect in proposal.review.effects if effect.kind is EffectKind.LINK]
        publish_proposal(Target(str(folder), store, 2), proposal, ACT)
    changed = {f"{PLAN}/gs/objective/5", f"{PLAN}/factor/2.1.10"}
    of_changed = {(m.subject, m.object) for name in SCHEMES for m in SETS[name].mappings if m.subject in changed}
    # Networks, meetings, information technology; and the target and the action line on the environment.
    assert {target.rpartition("/")[2] for _, target in of_changed} == {
        "1001193", "1001217", "1003205", "9.4", "e-environment",
    }  # fmt: skip
    assert {(effect.subject, target) for effect in effects for target in effect.targets} == of_changed
    with opened(folder) as store:
        found = check_links(published_sets(store), store)
    stale = {(f.mapping.subject, f.mapping.object) for f in found if f.trouble is Trouble.STALE}
    # That the objective has nothing to do with 16.10 was said of its old words too.
    rejected = {(f"{PLAN}/gs/objective/5", "http://metadata.un.org/sdg/16.10")}
    assert stale == of_changed | rejected
    assert {f.finding.rule for f in found if f.trouble is not Trouble.STALE} == {"MappedElementKeepsItsLabel"}
    message = next(f.finding.message for f in found if f.mapping.object.endswith("9.4"))
    assert "more energy-efficient" in message
