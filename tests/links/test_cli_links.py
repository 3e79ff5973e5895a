"""``stratgraph links`` as its users meet it: real processes, their output, their exit codes.

Each command is run as it was installed at its first turn (``PROGRAM``), and warm at the others.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from linked_annex import TABLES

from program import PROGRAM, run
from stores import copied

WSIS = TABLES / "itu-2012-2015-wsis.sssom.tsv"
PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"


@pytest.fixture
def folder(tmp_path: Path, linked_folder: Path) -> Path:
    return copied(linked_folder, tmp_path / "store")


def test_what_is_published_is_checked_where_no_file_is_named(linked_folder: Path) -> None:
    done = run("links", "check", store=linked_folder, program=PROGRAM)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "409 mappings in 4 sets: nothing found.\n"


def test_a_file_is_checked_row_by_row(linked_folder: Path, tmp_path: Path) -> None:
    text = WSIS.read_text("utf-8")
    file = tmp_path / "changed.sssom.tsv"
    file.write_text(text.replace("plan:mission\t", "plan:mission/9\t"), "utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "\tplan:mission\t" in row)
    done = run("links", "check", file, store=linked_folder)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"broken: {file}:{line}: MappedElementIsThere\n")
    as_json = run("links", "check", file, "--format", "json", store=linked_folder)
    assert as_json.returncode == 1
    (found,) = json.loads(as_json.stdout)["findings"]
    assert (found["file"], found["line"], found["subject"]) == (str(file), line, f"{PLAN}/mission/9")


def test_a_file_that_is_no_table_of_mappings_is_wrong_use(linked_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.sssom.tsv"
    file.write_text("a\tb\n", "utf-8")
    done = run("links", "check", file, store=linked_folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "The set has no mapping_set_id." in done.stderr
    assert run("links", "check", tmp_path / "none.sssom.tsv", store=linked_folder).returncode == 2


def test_a_set_is_published_in_place_of_the_one_of_its_name(folder: Path, tmp_path: Path) -> None:
    lines = WSIS.read_text("utf-8").splitlines(keepends=True)
    shorter = tmp_path / "shorter.sssom.tsv"
    shorter.write_text("".join(lines[:-1]), "utf-8")
    removed = lines[-1].split("\t")[1].removeprefix("plan:")
    action_line = "https://w3id.org/stratgraph/vocabulary/wsis/" + lines[-1].split("\t")[4].removeprefix("wsis:")
    before = run("links", "list", removed, store=folder, program=PROGRAM).stdout
    done = run("links", "publish", shorter, "--by", "Ann", store=folder, program=PROGRAM)
    assert (done.returncode, done.stdout) == (0, "")
    assert "50 mappings" in done.stderr
    after = run("links", "list", removed, store=folder).stdout
    assert f"{action_line}\t" in before
    assert f"{action_line}\t" not in after
    assert run("links", "check", store=folder).stdout == "408 mappings in 4 sets: nothing found.\n"


def test_a_build_does_not_put_the_shipped_links_back_over_what_somebody_has_published(
    folder: Path, tmp_path: Path
) -> None:
    shorter = tmp_path / "shorter.sssom.tsv"
    shorter.write_text("".join(WSIS.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    assert run("links", "publish", shorter, store=folder).returncode == 0
    assert run("import", "remove", "wsis", store=folder).returncode == 0
    done = run("build", store=folder)
    assert done.returncode == 0
    (left,) = (line for line in done.stderr.splitlines() if line.startswith("Left unlike"))
    assert "removed them: vocabulary/wsis, links/itu-2012-2015-wsis. " in left.replace(
        "https://w3id.org/stratgraph/", ""
    )
    assert "links publish FILE" in left
    assert "408 mappings in 4 sets" in run("links", "check", store=folder).stdout
    assert "\tno\t" in next(
        row for row in run("import", "vocabulary", store=folder).stdout.splitlines() if "wsis" in row
    )


def test_a_set_with_a_broken_mapping_is_not_published(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.sssom.tsv"
    file.write_text(WSIS.read_text("utf-8").replace("wsis:c11\t", "wsis:c12\t"), "utf-8")
    done = run("links", "publish", file, store=folder)
    assert done.returncode == 1
    assert "MappedConceptIsInVocabulary" in done.stdout
    assert "Nothing was published" in done.stderr
    assert run("links", "check", store=folder).returncode == 0


def test_links_are_listed_with_who_says_so_and_how_sure(linked_folder: Path) -> None:
    by_place = run("links", "list", "itu-d/objective/5", store=linked_folder)
    assert by_place.returncode == 0
    assert run("links", "list", f"{PLAN}/itu-d/objective/5", store=linked_folder).stdout == by_place.stdout
    rows = [line.split("\t") for line in by_place.stdout.splitlines()]
    to_skills = next(row for row in rows if row[2] == "http://metadata.un.org/sdg/4.4")
    assert (to_skills[1], to_skills[4], to_skills[5]) == ("contributesToTarget", "0.7", "The stratgraph authors")
    of_target = run("links", "list", "--target", "http://metadata.un.org/sdg/4.4", store=linked_folder)
    subjects = {line.split("\t")[0] for line in of_target.stdout.splitlines()}
    assert {f"{PLAN}/itu-d/objective/5", f"{PLAN}/itu-d/objective/5/result/1"} <= subjects
    assert run("links", "list", store=linked_folder).returncode == 2


def test_a_table_is_converted_to_the_file_that_comes_with_the_program(linked_folder: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(WSIS, tmp_path))
    assert run("links", "convert", file, store=linked_folder, program=PROGRAM).returncode == 0
    written = tmp_path / "itu-2012-2015-wsis.ttl"
    assert written.read_bytes() == WSIS.with_name(written.name).read_bytes()


def test_another_authors_set_is_not_replaced_by_one_whose_file_has_its_name(folder: Path, tmp_path: Path) -> None:
    text = WSIS.read_text("utf-8")
    own = next(line for line in text.splitlines() if line.startswith("#mapping_set_id:"))
    file = tmp_path / "itu-2012-2015-unbis.sssom.tsv"
    file.write_text(text.replace(own, "#mapping_set_id: https://example.org/links/theirs"), "utf-8")
    done = run("links", "publish", file, store=folder)
    assert done.returncode == 2
    assert "<https://w3id.org/stratgraph/links/itu-2012-2015-unbis>, 203 mappings" in done.stderr
    assert run("links", "check", store=folder).stdout == "409 mappings in 4 sets: nothing found.\n"


def test_a_set_is_known_by_its_id_and_it_is_said_how_many_mappings_go(folder: Path, tmp_path: Path) -> None:
    lines = WSIS.read_text("utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith("#mapping_set_id:"))
    lines[at] = "#mapping_set_id: https://example.org/links/theirs\n"
    rows = [n for n, line in enumerate(lines) if not line.startswith("#")][1:]
    for name, kept in (("theirs", len(lines)), ("renamed", rows[2])):
        (tmp_path / f"{name}.sssom.tsv").write_text("".join(lines[:kept]), "utf-8")
    assert run("links", "publish", tmp_path / "theirs.sssom.tsv", store=folder).returncode == 0
    again = run("links", "publish", tmp_path / "renamed.sssom.tsv", store=folder)
    assert ": 2 mappings, in place of 51, of which 49 are not in it any more." in again.stderr
    assert run("links", "check", store=folder).stdout.endswith("411 mappings in 5 sets: nothing found.\n")


def test_a_set_is_removed_with_its_records_and_the_log_says_so(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "itu-2012-2015-wsis.sssom.tsv"
    lines = WSIS.read_text("utf-8").splitlines(keepends=True)
    heads = [line for line in lines if line.startswith("#")]
    empty.write_text("".join([*heads, lines[len(heads)]]), "utf-8")
    refused = run("links", "publish", empty, store=folder)
    assert (refused.returncode, "links remove itu-2012-2015-wsis" in refused.stderr) == (2, True)
    assert "There is itu-2012-2015-" in run("links", "remove", "wsis", store=folder).stderr
    done = run("links", "remove", "itu-2012-2015-wsis", "--by", "Ann", "--reason", "old", store=folder, program=PROGRAM)
    assert (done.returncode, "51 mappings" in done.stderr) == (0, True), done.stderr
    assert run("links", "check", store=folder).stdout == "358 mappings in 3 sets: nothing found.\n"
    graphs = run("query", "SELECT DISTINCT ?g { GRAPH ?g {} FILTER(CONTAINS(STR(?g), 'links')) }", store=folder).stdout
    assert ("2012-2015-sdg" in graphs, "wsis" in graphs) == (True, False)
    graph = "https://w3id.org/stratgraph/links/itu-2012-2015-wsis"
    last = run("log", store=folder).stdout.splitlines()[-1].split("\t")
    assert (last[0], last[3], last[4]) == (f"removed: {graph}", "Ann", "old")


def test_a_vocabulary_is_removed_and_links_to_it_are_told_of(folder: Path) -> None:
    done = run("import", "remove", "wsis", "--by", "Ann", store=folder, program=PROGRAM)
    assert done.returncode == 0, done.stderr
    assert "wsis\t1\tno\t" in run("import", "vocabulary", store=folder).stdout
    assert "MappedVocabularyIsLoaded" in run("links", "check", store=folder).stdout
    assert "It has identifiers, m49, sdg, unbis." in run("import", "remove", "wsis", store=folder).stderr
