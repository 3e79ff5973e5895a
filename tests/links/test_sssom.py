"""Tables of mappings: read by the SSSOM library, each mapping found again in its row, errors with file and line."""

from __future__ import annotations

import datetime as dt
import logging
import sys

import pytest
from small_links import COLUMNS, FIRST, HEAD, MANUAL, PLAN, SECOND, SKOS, SUBJECTS, table

from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.links import Mapping, read_mapping_set


def refusal(data: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read_mapping_set(data, file="small.sssom.tsv")
    return caught.value


def test_a_set_without_a_name_is_refused() -> None:
    head = HEAD.replace("https://w3id.org/stratgraph/links/small", "https://example.org/sets/5", 1)
    with pytest.raises(SourceError, match="The set has no name"):
        read_mapping_set(table(FIRST, head=head), file="—.sssom.tsv")


def test_a_table_is_read_with_its_head_its_extension_and_its_lines() -> None:
    read = read_mapping_set(table(FIRST, SECOND), file="folder/small.sssom.tsv")
    assert (read.name, read.iri) == ("small", "https://w3id.org/stratgraph/links/small")
    assert (read.title, read.version, read.licence[-4:]) == ("Small", "3", "4.0/")
    second, first = read.mappings  # by record
    assert first == Mapping(
        record="https://w3id.org/stratgraph/links/small/record/2",
        subject=f"{PLAN}/north/objective/1",
        predicate=f"{SKOS}relatedMatch",
        object=f"{SUBJECTS}/7",
        justification=MANUAL,
        subject_label='To build "one" road.',
        object_label="ROADS",
        confidence=0.8,
        author_labels=("A. Uthor", "B. Uthor"),
        date=dt.date(2030, 1, 31),
        comment="“road”",
        subject_source=PLAN,
        object_source=SUBJECTS,
        subject_sha256="ab12",
    )
    assert (second.confidence, second.subject_sha256) == (None, "")
    # 16 lines of head, then the names of the columns.
    assert first.where == Location(file="folder/small.sssom.tsv", line=18)
    assert second.where == Location(file="folder/small.sssom.tsv", line=19)


def test_a_rejected_mapping_is_negative() -> None:
    rejected = FIRST | {"predicate_modifier": "Not"}
    read = read_mapping_set(table(rejected, columns=[*COLUMNS, "predicate_modifier"]), file="x.sssom.tsv")
    assert [one.is_negative for one in read.mappings] == [True]


def test_a_set_of_somebody_else_is_called_by_its_file_and_its_records_get_lasting_names() -> None:
    head = HEAD.replace("https://w3id.org/stratgraph/links/small", "https://example.org/sets/5", 1)
    columns = [name for name in COLUMNS if name != "record_id"]
    read, again = (read_mapping_set(table(*rows, head=head, columns=columns), file="Our Links.sssom.tsv")
                   for rows in ((FIRST, SECOND), (SECOND, FIRST)))  # fmt: skip
    assert (read.name, read.iri) == ("our-links", "https://example.org/sets/5")
    assert read == again
    names = [mapping.record for mapping in read.mappings]
    assert len(set(names)) == 2
    assert all(name.startswith("https://w3id.org/stratgraph/links/our-links/record/") for name in names)


@pytest.mark.parametrize("word", ["NA", "N/A", "#N/A", "null", "NULL", "None", "nan", "NaN", "<NA>", "n/a"])
def test_a_word_that_spells_nothing_is_the_value_that_stands_there(word: str) -> None:
    # SSSOM, section "SSSOM/TSV": a slot without a value is an empty cell; no word stands for one.
    said = {"author_label": word, "comment": word, "subject_label": word, "object_label": word}
    (read,) = read_mapping_set(table(FIRST | said), file="x.sssom.tsv").mappings
    assert (read.author_labels, read.comment, read.subject_label, read.object_label) == ((word,), word, word, word)


WRONG = {
    "a confidence over 1": (table(FIRST, SECOND | {"confidence": "1.5"}), 19, "maximum of 1"),
    "a confidence that is no number": (table(FIRST, SECOND | {"confidence": "high"}), 19, "high is no confidence"),
    "a date that is none": (table(FIRST | {"mapping_date": "yesterday"}, SECOND), 18, "yesterday is no mapping date"),
    "a number of a language with decimal commas": (table(FIRST | {"confidence": "0,7"}), 18, "0,7 is no confidence"),
    "a day of a spreadsheet": (table(FIRST | {"mapping_date": "30/11/2026"}), 18, "30/11/2026 is no mapping date"),
    "a head in quotation marks": (
        table(FIRST).replace(b"#license", b'"#license'),
        None,
        "begins with a quotation mark",
    ),
    "a row without an object": (table(FIRST, SECOND | {"object_id": ""}), 19, "object_id"),
    "a prefix that nobody declares": (table(FIRST, SECOND | {"object_id": "other:7"}), None, "other"),
    "a name without a prefix": (table(FIRST | {"subject_id": "objective/1"}), 18, "objective/1 is no IRI, and has no"),
    "the same record twice": (table(FIRST, SECOND | {"record_id": "record:2"}), 19, "same record as that of line 18"),
    "a confidence that spells nothing": (table(FIRST, SECOND | {"confidence": "NA"}), 19, "NA is no confidence"),
    "a date that spells nothing": (table(FIRST | {"mapping_date": "null"}, SECOND), 18, "null is no mapping date"),
    "a control character in a cell": (table(FIRST, SECOND | {"comment": "a\x0bb"}), 19, "U+000B LINE TABULATION"),
    "a control character in the head": (table(FIRST, head=HEAD.replace(": Small", ": Sm\x1ball")), 3, "U+001B ESCAPE"),
    "a number that is no character": (table(FIRST | {"object_label": "R\ufffe"}), 18, "U+FFFE"),
    "a carriage return alone": (table(FIRST | {"comment": '"a\rb"'}), 18, "U+000D CARRIAGE RETURN"),
    "a record with a query": (table(FIRST | {"record_id": "record:a?b"}), 18, "It has “?”, which ends a path"),
    "a record with a step up": (table(FIRST | {"record_id": "record:../b"}), 18, "“.” or “..”"),
    "a concept that is no IRI": (table(FIRST | {"object_id": "http://e.x/a b"}), 18, "not a valid URI"),
    "an address that is none": (table(FIRST | {"see_also": "there"}, columns=[*COLUMNS, "see_also"]), 18, "see_also"),
    "a cell too many": (table(FIRST).rstrip() + b"\tx\n", 18, "13 cells, and the table 12 columns"),
    "no column of objects": (table(FIRST, columns=[c for c in COLUMNS if c != "object_id"]), 17, "no column object_id"),
    "no licence": (table(FIRST, head=HEAD.replace("#license", "#licence")), None, "license"),
    "no set id": (table(FIRST, head=HEAD.replace("#mapping_set_id", "#id")), None, "mapping_set_id"),
    "a head that is no YAML": (table(FIRST, head=HEAD + "#: : :\n#  - [\n"), None, "not SSSOM/TSV"),
    "bytes of another encoding": ("é".encode("latin-1") + table(FIRST), None, "not UTF-8"),
    "nothing": (b"", 1, "no mapping_set_id"),
    "a head alone": (HEAD.encode(), 17, "no column subject_id"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_an_error_says_what_is_wrong_and_where(fault: str) -> None:
    data, line, words = WRONG[fault]
    error = refusal(data)
    assert words in error.what
    assert error.where is not None
    assert error.where.file == "small.sssom.tsv"
    assert error.where.line == line or line is None
    assert error.mend


def test_a_row_that_was_emptied_is_no_row() -> None:
    whole, emptied = table(FIRST), table(FIRST, dict.fromkeys(FIRST, ""))
    assert emptied.count(b"\n") == whole.count(b"\n") + 1
    assert (
        read_mapping_set(emptied, file="x.sssom.tsv").mappings == read_mapping_set(whole, file="x.sssom.tsv").mappings
    )


def test_a_table_without_rows_is_a_set_without_mappings() -> None:
    assert read_mapping_set(table(), file="small.sssom.tsv").mappings == ()


def test_the_library_says_nothing_to_logs_and_these_are_as_before(caplog: pytest.LogCaptureFixture) -> None:
    before = list(logging.getLogger().handlers)
    refusal(table(FIRST | {"confidence": "2"}))
    refusal(table(FIRST | {"confidence": "high"}))
    assert caplog.records == []
    assert logging.getLogger().handlers == before


def test_without_the_library_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one == "sssom" or one.startswith("sssom.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sssom", None)
    with pytest.raises(UsageError, match="SSSOM library") as caught:
        read_mapping_set(table(FIRST), file="small.sssom.tsv")
    assert "stratgraph[links]" in caught.value.mend
