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
from stratgraph.terms import DCTERMS, SG
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
    "skos:": "http://www.w3.org/2004/02/skos/core#",
}


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
        now = {
            "subject": mapping.subject,
            "predicate": mapping.predicate,
            "object": mapping.object,
            "confidence": mapping.confidence,
        }
        drafted = {
            "subject": f"{PLAN}/{row['draft_subject']}",
            "predicate": full(row["draft_predicate"]),
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
    to_sdg_or_unbis = [m.subject for m in added if m.object_source != SCHEMES["wsis"]]
    assert not any(re.search(r"/objective/\d+$", place) for place in to_sdg_or_unbis)
    assert {"output", "result", "kpi", "factor"} <= {word for place in places for word in place.split("/")}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """What is said of each thing in the annex and of what is below it: texts and titles."""
    said: dict[str, list[str]] = defaultdict(list)
    for quad in parse(read_asset("data", "plans", "itu-2012-2015.ttl"), format=RdfFormat.TURTLE):
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
            quotes = re.findall("“([^”]+)”", mapping.comment)
            wrong += [
                (mapping.record, quote) for quote in quotes or ["no quote"] if quote not in texts[mapping.subject]
            ]
    assert wrong == []


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
        links = {(e.subject, e.target) for e in proposal.review.effects if e.kind is EffectKind.LINK}
        publish_proposal(Target(str(folder), store, 2), proposal, ACT)
    changed = {f"{PLAN}/gs/objective/5", f"{PLAN}/factor/2.1.10"}
    of_changed = {(m.subject, m.object) for name in SCHEMES for m in SETS[name].mappings if m.subject in changed}
    # Networks, meetings, information technology; and the target and the action line on the environment.
    assert {target.rpartition("/")[2] for _, target in of_changed} == {
        "1001193", "1001217", "1003205", "9.4", "e-environment",
    }  # fmt: skip
    assert links == of_changed
    with opened(folder) as store:
        found = check_links(published_sets(store), store)
    stale = {(f.mapping.subject, f.mapping.object) for f in found if f.trouble is Trouble.STALE}
    # That the objective has nothing to do with 16.10 was said of its old words too.
    rejected = {(f"{PLAN}/gs/objective/5", "http://metadata.un.org/sdg/16.10")}
    assert stale == of_changed | rejected
    assert {f.finding.rule for f in found if f.trouble is not Trouble.STALE} == {"MappedElementKeepsItsLabel"}
    message = next(f.finding.message for f in found if f.mapping.object.endswith("9.4"))
    assert "more energy-efficient" in message
