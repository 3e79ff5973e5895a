"""Sets of mappings as tables: canonical SSSOM/TSV, nothing lost, and every row read by a second library."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest
import sssom_pydantic
from hypothesis import given, settings
from hypothesis import strategies as st
from linked_annex import TABLES
from small_links import COLUMNS, FIRST, GOOD, HEAD, SET, SUBJECTS, set_of, table

from program import run
from stratgraph.links import read_mapping_set, read_records, record_triples, shipped_sets, write_mapping_set

if TYPE_CHECKING:
    from pathlib import Path

    from stratgraph.links import MappingSet

FILES = sorted(TABLES.glob("*.sssom.tsv"))
PLAIN = replace(GOOD, where=None)


def read(data: bytes) -> MappingSet:
    return read_mapping_set(data, file="small.sssom.tsv")


def rows(data: bytes) -> int:
    """How many lines there are below the names of the columns."""
    return len([line for line in data.decode().splitlines() if not line.startswith("#")]) - 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_second_library_reads_every_row_of_a_shipped_table(file: Path) -> None:
    # SSSOM/TSV, "Identifiers": values that are IRIs MUST be CURIEs. With IRIs in full it read 0 of 389 rows.
    found = sssom_pydantic.read(file)
    assert len(found.mappings) == rows(file.read_bytes()) > 0
    assert all(mapping.authors for mapping in found.mappings)


def test_a_second_library_reads_every_row_of_what_is_exported(linked_folder: Path) -> None:
    counts = {}
    for one in shipped_sets():
        done = run("links", "export", one.name, store=linked_folder)
        assert (done.returncode, done.stderr) == (0, "")
        counts[one.name.rpartition("-")[2]] = len(sssom_pydantic.read(StringIO(done.stdout)).mappings)
    # As docs/reference/links.md has them: what the authors decided on, row by row, in data/links/review.tsv and beside.
    assert counts == {"sdg": 139, "unbis": 203, "wsis": 51, "rejected": 16}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_shipped_table_is_in_canonical_form(file: Path) -> None:
    data = file.read_bytes()
    assert write_mapping_set(read_mapping_set(data, file=file.name)) == data


def test_every_iri_of_a_mapping_is_a_curie_whatever_it_begins_with() -> None:
    strange = replace(PLAIN, record="urn:set:1", subject="http://example.org/a/", object="http://other.example/x#y")
    data = write_mapping_set(set_of(strange))
    text = data.decode()
    head, _, body = text.partition("\nrecord_id")
    assert "://" not in body
    assert re.findall(r"^#  (\w+):", head, re.MULTILINE) == sorted(re.findall(r"^#  (\w+):", head, re.MULTILINE))
    (found,) = read(data).mappings
    assert (found.record, found.subject, found.object) == (strange.record, strange.subject, strange.object)
    assert len(sssom_pydantic.read(StringIO(text)).mappings) == 1


OTHERS = {
    "creator_id": "person:1|person:2",
    "creator_label": "C. Reator",
    "reviewer_id": "person:3",
    "mapping_tool": "By hand",
    "subject_type": "owl named individual",
    "similarity_score": "0.25",
    "review_date": "2031-02-03",
    "see_also": "https://example.org/why",
    "other": "none",
}


def test_no_slot_of_sssom_is_lost_on_the_way_through_the_records() -> None:
    head = HEAD.replace("#curie_map:", "#creator_id:\n#  - person:9\n#comment: Of the set\n#curie_map:")
    head = head.replace("#  sg:", "#  person: https://example.org/people/\n#  sg:")
    first = read(table(FIRST | OTHERS, head=head, columns=[*COLUMNS, *OTHERS]))
    of_set = (("creator_id", "https://example.org/people/9"), ("comment", "Of the set"))
    assert first.others == of_set
    (mapping,) = first.mappings
    assert mapping.others == (
        ("reviewer_id", "https://example.org/people/3"),
        ("creator_id", "https://example.org/people/1"),
        ("creator_id", "https://example.org/people/2"),
        ("creator_label", "C. Reator"),
        ("subject_type", "owl named individual"),
        ("mapping_tool", "By hand"),
        ("review_date", "2031-02-03"),
        ("similarity_score", "0.25"),
        ("see_also", "https://example.org/why"),
        ("other", "none"),
    )
    recorded = read_records(record_triples(first), name="small")
    assert recorded == replace(first, mappings=recorded.mappings)
    assert recorded.mappings == first.mappings
    properties = {triple.predicate.value for triple in record_triples(first)}
    assert {"http://purl.org/dc/terms/creator", "https://w3id.org/sssom/reviewer_id"} <= properties
    assert read(write_mapping_set(recorded)) == first


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t", exclude_characters="\ufeff"))


@settings(max_examples=30, deadline=None)
@given(title=TEXTS.map(str.strip), comment=TEXTS.map(str.strip))
def test_whatever_a_text_holds_it_is_read_as_it_was_written(title: str, comment: str) -> None:
    written = replace(set_of(replace(PLAIN, comment=comment)), title=title)
    assert read(write_mapping_set(written)) == written


def test_what_all_mappings_have_stands_in_the_head_and_numbers_keep_their_digits() -> None:
    other = replace(PLAIN, record=f"{SET}/record/2", object=f"{SUBJECTS}/9", confidence=0.12345)
    data = write_mapping_set(set_of(PLAIN, other))
    lines = data.decode().splitlines()
    assert lines[0] == "#curie_map:"
    assert "#mapping_date: 2030-01-31" in lines
    assert "mapping_date" not in lines[-3]
    assert [line.split("\t")[9] for line in lines[-3:]] == ["confidence", "0.8", "0.12345"]
