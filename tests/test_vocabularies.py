"""Vocabularies: what ships, what is mended, what is recorded, what is refused, and the command that publishes them.

Figures are those that the files' origin states (17 goals, 169 targets, 262 indicators, 685 series; 7,281 concepts), or
were counted in the files themselves.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tracemalloc
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple, serialize

from program import PROGRAM, run
from stratgraph import vocabularies
from stratgraph.assets import asset
from stratgraph.errors import LimitError, SourceError, StoreError, StratgraphError, UsageError
from stratgraph.identifiers import record_graph
from stratgraph.publication import Target, publish_graphs
from stratgraph.serialisation import N_QUADS, RDF_FORMS, read_rdf
from stratgraph.store import open_store, solutions
from stratgraph.store_contents import Act
from stratgraph.terms import ADMS, DCTERMS, IDENTIFIERS, OWL, PAV, RDF, RDFS, SG, SKOS, SKOS_NS, VOID
from stratgraph.validation.engines import ENGINES, validate
from stratgraph.validation.rules import VOCABULARY_SETS, load_shapes
from stratgraph.vocabularies import (
    SHIPPED,
    Vocabulary,
    check_vocabulary,
    is_kept,
    kept_vocabularies,
    read_vocabulary,
    read_vocabulary_file,
)
from stratgraph.vocabularies.description import read_description

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SDG = "http://metadata.un.org/sdg"
UNBIS = "http://metadata.un.org/thesaurus"
EUROVOC = "http://eurovoc.europa.eu"
DAY = date(2030, 1, 2)
ACT = Act(datetime(2030, 1, 2, tzinfo=UTC), "tester")
WAYS = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/ways> a skos:ConceptScheme ; skos:prefLabel "Ways"@en .
<https://example.org/road> a skos:Concept ; skos:inScheme <https://example.org/ways> ; skos:prefLabel "Road"@en .
"""


@pytest.fixture(scope="module")
def sdg() -> Vocabulary:
    return read_vocabulary("sdg")


@pytest.fixture(scope="module")
def unbis() -> Vocabulary:
    return read_vocabulary("unbis")


@pytest.fixture(scope="module")
def wsis() -> Vocabulary:
    return read_vocabulary("wsis")


def values(triples: Iterable[Triple], subject: str, predicate: str) -> set[object]:
    return {t.object for t in triples if t.subject == NamedNode(subject) and t.predicate.value == predicate}


def of_class(vocabulary: Vocabulary, name: str) -> set[object]:
    return {t.subject for t in vocabulary.triples if t.predicate.value == RDF.TYPE and t.object == NamedNode(name)}


def read_text(folder: Path, text: str, name: str = "ways.ttl") -> Vocabulary:
    return read_bytes(folder, text.encode(), name)


def read_bytes(folder: Path, data: bytes, name: str, most: int = 1_000_000) -> Vocabulary:
    file = folder / name
    file.write_bytes(data)
    return read_vocabulary_file(file, name="ways", retrieved=DAY, max_vocabulary_bytes=most)


# --- what ships ------------------------------------------------------------------------------------------------------


def test_each_shipped_vocabulary_has_its_description_and_nothing_else_is_there() -> None:
    files = {file.name for file in asset("data", "vocabularies").iterdir()}
    described = {
        read_description(asset("data", "vocabularies", f"{n}.toml").read_bytes(), file=n).file for n in SHIPPED
    }
    assert files == {"RIGHTS.md", *described, *(f"{name}.toml" for name in SHIPPED)}


def test_the_goals_targets_indicators_and_series_are_all_there(sdg: Vocabulary) -> None:
    counts = {name: len(of_class(sdg, f"{SDG}/ontology#{name}")) for name in ("Goal", "Target", "Indicator", "Series")}
    assert counts == {"Goal": 17, "Target": 169, "Indicator": 262, "Series": 685}
    assert sdg.concepts == 1133


def test_goals_and_targets_have_labels_in_the_six_languages(sdg: Vocabulary) -> None:
    places = of_class(sdg, f"{SDG}/ontology#Goal") | of_class(sdg, f"{SDG}/ontology#Target")
    languages: dict[object, set[str | None]] = {}
    for triple in sdg.triples:
        if triple.predicate.value == SKOS.PREF_LABEL and triple.subject in places:
            languages.setdefault(triple.subject, set()).add(triple.object.language)
    assert len(languages) == 186
    assert set(map(frozenset, languages.values())) == {frozenset({"ar", "en", "es", "fr", "ru", "zh"})}


def test_a_target_has_its_words_its_subjects_and_its_goal(sdg: Vocabulary) -> None:
    # Resolution 70/1, target 9.c.
    words = (
        "Significantly increase access to information and communications technology and strive to provide universal "
        "and affordable access to the Internet in least developed countries by 2020"
    )
    target = f"{SDG}/9.c"
    assert Literal(words, language="en") in values(sdg.triples, target, SKOS.PREF_LABEL)
    assert values(sdg.triples, target, f"{DCTERMS.TITLE.removesuffix('title')}subject") == {
        NamedNode(f"{UNBIS}/1001133"), NamedNode(f"{UNBIS}/1003205"), NamedNode(f"{UNBIS}/1004189"),
        NamedNode(f"{EUROVOC}/5188"),
    }  # fmt: skip
    assert values(sdg.triples, target, SKOS.BROADER) == {NamedNode(f"{SDG}/9")}


def test_the_thesaurus_has_all_concepts_with_their_labels_and_close_matches(unbis: Vocabulary) -> None:
    assert len(of_class(unbis, SKOS.CONCEPT)) == unbis.concepts == 7281
    assert values(unbis.triples, f"{UNBIS}/1001133", SKOS.PREF_LABEL) == {
        Literal("COMMUNICATION TECHNOLOGY", language="en")
    }
    matches = [t for t in unbis.triples if t.predicate.value == SKOS.CLOSE_MATCH]
    assert len(matches) == 1744
    # The one row of the table with two of them.
    assert values(unbis.triples, f"{UNBIS}/1001487", SKOS.CLOSE_MATCH) == {
        NamedNode(f"{EUROVOC}/499"), NamedNode(f"{EUROVOC}/497"),
    }  # fmt: skip
    assert not [t for t in unbis.triples if t.predicate.value == f"{SKOS_NS}exactMatch"]


def test_the_subjects_of_the_goals_are_concepts_of_the_thesaurus_but_for_eight(
    sdg: Vocabulary, unbis: Vocabulary
) -> None:
    concepts = of_class(unbis, SKOS.CONCEPT)
    subjects = {t.object for t in sdg.triples if t.predicate.value.endswith("/terms/subject")}
    outside = {node.value for node in subjects - concepts if node.value.startswith(UNBIS)}
    assert len(outside) == 8
    assert {iri.removeprefix(f"{UNBIS}/")[:2] for iri in outside} == {"c_"}


def test_the_action_lines_are_numbered_and_titled_as_in_the_plan_of_action(wsis: Vocabulary) -> None:
    scheme = f"{wsis.graph}/action-lines"
    tops = values(wsis.triples, scheme, SKOS.HAS_TOP_CONCEPT)
    titles = {}
    for line in tops:
        (number,), (title,) = (values(wsis.triples, line.value, p) for p in (f"{SKOS_NS}notation", SKOS.PREF_LABEL))
        assert line == NamedNode(f"{wsis.graph}/{number.value.lower()}")
        titles[number.value] = title.value
    assert titles == {
        "C1": "The role of governments and all stakeholders in the promotion of ICTs for development",
        "C2": "Information and communication infrastructure: an essential foundation for the Information Society",
        "C3": "Access to information and knowledge",
        "C4": "Capacity building",
        "C5": "Building confidence and security in the use of ICTs",
        "C6": "Enabling environment",
        "C7": "ICT applications: benefits in all aspects of life",
        "C8": "Cultural diversity and identity, linguistic diversity and local content",
        "C9": "Media",
        "C10": "Ethical dimensions of the Information Society",
        "C11": "International and regional cooperation",
    }
    parts = values(wsis.triples, f"{wsis.graph}/c7", SKOS.NARROWER)
    assert {next(iter(values(wsis.triples, part.value, SKOS.PREF_LABEL))).value for part in parts} == {
        "E-government", "E-business", "E-learning", "E-health", "E-employment", "E-environment", "E-agriculture",
        "E-science",
    }  # fmt: skip


def test_groups_of_countries_have_the_codes_of_m49_and_names_in_six_languages() -> None:
    groups = read_vocabulary("m49")
    # United Nations Statistics Division, M49, "Other groupings": LDC 199, LLDC 432, SIDS 722.
    for code, short in (("199", "LDC"), ("432", "LLDC"), ("722", "SIDS")):
        concept = f"{groups.graph}/{code}"
        assert values(groups.triples, concept, f"{SKOS_NS}notation") == {Literal(code)}
        assert Literal(short, language="en") in values(groups.triples, concept, SKOS.ALT_LABEL)
        languages = {name.language for name in values(groups.triples, concept, SKOS.PREF_LABEL)}
        assert languages == {"ar", "en", "es", "fr", "ru", "zh"}
    assert "stratgraph authors" in groups.description


def test_the_names_of_itu_are_those_of_the_lists_that_the_note_names() -> None:
    """Wikidata's as confirmordeny/supraverden has it; IATI's code list: channel 41303, with XM-DAC before it."""
    names = read_vocabulary("identifiers")
    itu, plan = f"{IDENTIFIERS}itu", f"{IDENTIFIERS}itu/plan/2012-2015"
    assert values(names.triples, itu, OWL.SAME_AS) == {NamedNode("http://www.wikidata.org/entity/Q376150")}
    assert values(names.triples, itu, DCTERMS.IDENTIFIER) == {Literal("Q376150"), Literal("XM-DAC-41303")}
    assert values(names.triples, plan, DCTERMS.IDENTIFIER) == {Literal("Resolution 71 (Rev. Guadalajara, 2010)")}
    assert {name.language for name in values(names.triples, itu, SKOS.PREF_LABEL)} == {
        *("ar", "en", "es", "fr", "ru", "zh")
    }
    for thing in (itu, plan):
        noted = {
            notation
            for one in values(names.triples, thing, ADMS.IDENTIFIER)
            for notation in values(names.triples, one.value, f"{SKOS_NS}notation")
        }
        assert noted == values(names.triples, thing, DCTERMS.IDENTIFIER)


def test_a_vocabulary_may_say_what_others_call_a_thing_of_ours_and_nothing_else(tmp_path: Path) -> None:
    head = f"{WAYS}<{IDENTIFIERS}itu> "
    read = read_text(tmp_path, f"{head} <{OWL.SAME_AS}> <https://example.org/itu> .")
    assert values(read.triples, f"{IDENTIFIERS}itu", OWL.SAME_AS) == {NamedNode("https://example.org/itu")}
    with pytest.raises(SourceError, match="no vocabulary's"):
        read_text(tmp_path, f'{head} <{OWL.SAME_AS}> <https://example.org/itu> ; <{RDFS.LABEL}> "Mine"@en .')


def test_each_action_line_is_defined_and_says_its_section(wsis: Vocabulary) -> None:
    for concept in of_class(wsis, SKOS.CONCEPT):
        (definition,), (source,) = (values(wsis.triples, concept.value, p) for p in (SKOS.DEFINITION, DCTERMS.SOURCE))
        assert len(definition.value) > 40
        assert source.value.startswith("WSIS-03/GENEVA/DOC/5-E, section C")


# --- mending ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_shipped_has_a_blank_node_or_a_text_with_blanks_at_its_ends(name: str) -> None:
    triples = read_vocabulary(name).triples
    assert not [t for t in triples if isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode)]
    assert not [t for t in triples if isinstance(t.object, Literal) and t.object.value != t.object.value.strip()]
    assert len(set(triples)) == len(triples)


def test_every_concept_of_the_goals_is_in_the_one_scheme(sdg: Vocabulary) -> None:
    schemes = [(t.subject, t.object.value) for t in sdg.triples if t.predicate.value == SKOS.IN_SCHEME]
    assert {scheme for _, scheme in schemes} == {SDG}
    assert len({concept for concept, _ in schemes}) == 1133


def test_an_empty_cell_that_became_nan_is_no_label(sdg: Vocabulary) -> None:
    labels = values(sdg.triples, f"{SDG}/C010a01", SKOS.PREF_LABEL)
    # Arabic, Russian and Chinese are what the source lacks.
    assert {label.language for label in labels} == {"en", "es", "fr"}
    assert "NaN" not in {t.object.value for t in sdg.triples}


def test_the_order_of_the_goals_survives_as_named_nodes(sdg: Vocabulary) -> None:
    (node,) = values(sdg.triples, f"{SDG}/Goals", f"{SKOS_NS}memberList")
    order = []
    while node != NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"):
        assert node.value.startswith(f"{sdg.graph}/node/")
        (first,), (rest,) = (values(sdg.triples, node.value, p) for p in (RDF.FIRST, RDF.REST))
        order.append(first.value)
        node = rest
    assert order == [f"{SDG}/{number}" for number in range(1, 18)]


def test_broader_and_narrower_say_the_same(sdg: Vocabulary) -> None:
    up = {(t.subject, t.object) for t in sdg.triples if t.predicate.value == SKOS.BROADER}
    down = {(t.object, t.subject) for t in sdg.triples if t.predicate.value == SKOS.NARROWER}
    assert up == down
    # The file states 1,135 upwards, 977 downwards, and 28 of these are not among those.
    assert len(up) == 1135 + 28
    assert (NamedNode(f"{SDG}/C090502"), NamedNode(f"{SDG}/9.5")) in up


def test_each_mending_is_recorded_with_its_number(sdg: Vocabulary) -> None:
    notes = {t.object.value for t in sdg.record if t.predicate.value == SKOS.EDITORIAL_NOTE}
    assert notes == set(sdg.notes)
    assert {note.rpartition(": ")[2] for note in notes} == {
        "19.",  # nodes of the two lists: 17 goals and 2 properties
        "917 statements.",  # 685 series, 232 indicators
        "31 statements.",
        "107 statements.",
        "214 statements.",  # 186 downwards, 28 upwards
    }


def test_a_file_without_a_description_is_left_as_it_is(tmp_path: Path) -> None:
    read = read_text(tmp_path, WAYS.replace("Road", " Road "))
    assert Literal(" Road ", language="en") in values(read.triples, "https://example.org/road", SKOS.PREF_LABEL)
    assert read.notes == ()


# --- the record ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("sdg", "repository MIT; the data is the United Nations' own, terms not stated there"),
        ("unbis", "see the repository's licence file; the thesaurus is the UN Dag Hammarskjöld Library's"),
    ],
)
def test_the_terms_are_those_that_the_origin_states(name: str, terms: str) -> None:
    read = read_vocabulary(name)
    assert values(read.record, read.graph, DCTERMS.RIGHTS) == {Literal(terms, language="en")}
    assert terms in asset("data", "vocabularies", "RIGHTS.md").read_text("utf-8")
    assert values(read.record, read.graph, DCTERMS.LICENSE) == set()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_record_says_origin_version_day_makers_and_the_digest_of_the_file(name: str) -> None:
    read = read_vocabulary(name)
    said = {t.predicate.value for t in read.record if t.subject == NamedNode(read.graph)}
    assert said >= {DCTERMS.TITLE, DCTERMS.DESCRIPTION, DCTERMS.SOURCE, DCTERMS.BIBLIOGRAPHIC_CITATION, DCTERMS.RIGHTS}
    assert len(values(read.record, f"{read.graph}/source", PAV.RETRIEVED_ON)) == 1
    (file,) = values(read.record, f"{read.graph}/source", DCTERMS.TITLE)
    digest = hashlib.sha256(asset("data", "vocabularies", file.value).read_bytes()).hexdigest()
    assert values(read.record, f"{read.graph}/source", SG.SHA256) == {Literal(digest)}


def test_the_record_counts_triples_and_things_of_each_class(sdg: Vocabulary) -> None:
    (count,) = values(sdg.record, sdg.graph, VOID.TRIPLES)
    assert int(count.value) == len(sdg.triples)
    counts = {
        next(iter(values(sdg.record, part.value, VOID.CLASS))).value: int(
            next(iter(values(sdg.record, part.value, VOID.ENTITIES))).value
        )
        for part in values(sdg.record, sdg.graph, VOID.CLASS_PARTITION)
    }
    assert counts[f"{SDG}/ontology#Target"] == 169
    assert counts[SKOS.CONCEPT] == 1133


def test_what_nobody_says_of_a_file_is_said_to_be_unknown(tmp_path: Path) -> None:
    read = read_text(tmp_path, WAYS)
    assert (read.title, read.name, read.concepts) == ("Ways", "ways", 1)
    assert values(read.record, read.graph, DCTERMS.RIGHTS) == {Literal("not stated", language="en")}
    assert {t.object.value for t in read.record if t.predicate.value == PAV.RETRIEVED_ON} == {"2030-01-02"}


def test_the_digest_knows_neither_the_day_nor_the_order_but_each_word(tmp_path: Path) -> None:
    first = read_text(tmp_path, WAYS)
    later = read_vocabulary_file(
        tmp_path / "ways.ttl", name="ways", retrieved=date(2031, 1, 1), max_vocabulary_bytes=1000
    )
    assert later.digest == first.digest
    assert later.record != first.record
    assert read_text(tmp_path, WAYS.replace("Road", "Street")).digest != first.digest
    (tmp_path / "ways.toml").write_text('title = "Ways"\nlicence = "any"\n', "utf-8")
    assert read_text(tmp_path, WAYS).digest != first.digest


# --- files of others -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", RDF_FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_vocabulary_is_read_in_every_form_of_rdf(form: object, packed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    triples = [quad.triple for quad in read_rdf(WAYS.encode(), file="ways.ttl")]
    data = serialize(triples, format=form.engine)
    name = f"ways{form.extensions[0]}"
    read = read_bytes(tmp_path, gzip.compress(data), f"{name}.gz") if packed else read_bytes(tmp_path, data, name)
    assert set(read.triples) == set(triples)


def test_blank_nodes_get_the_same_names_in_each_reading(tmp_path: Path) -> None:
    text = WAYS + "<https://example.org/road> skos:note [ a skos:Note ] , [ a skos:Other ] .\n"
    first, second = read_text(tmp_path, text), read_text(tmp_path, text)
    assert first.triples == second.triples
    named = {t.object.value for t in first.triples if t.predicate.value == f"{SKOS_NS}note"}
    assert named == {f"{first.graph}/node/1", f"{first.graph}/node/2"}


def test_a_description_beside_a_packed_file_is_found_and_followed(tmp_path: Path) -> None:
    (tmp_path / "ways.toml").write_text(
        'title = "All ways"\norigin = "https://example.org/"\nversion = "3"\nretrieved = 2029-05-06\n'
        '[[mending]]\ndoes = "trim"\nreason = "Blanks."\n',
        "utf-8",
    )
    read = read_bytes(tmp_path, gzip.compress(WAYS.replace("Road", " Road").encode()), "ways.ttl.gz")
    assert read.title == "All ways"
    assert Literal("Road", language="en") in values(read.triples, "https://example.org/road", SKOS.PREF_LABEL)
    assert read.notes == ("Blanks. Mended on reading (trim): 1 statements.",)
    assert {t.object.value for t in read.record if t.predicate.value == PAV.RETRIEVED_ON} == {"2029-05-06"}


@pytest.mark.parametrize(
    ("name", "data", "kind", "what", "line"),
    [
        ("ways.ttl", b"<a:b> <a:c> .", SourceError, "cannot be parsed", 1),
        ("ways.ttl", WAYS.encode() + b"\n<a:b> <a:c> .", SourceError, "cannot be parsed", 5),
        ("ways.ttl", b"", SourceError, "no concept", None),
        ("ways.ttl", b"<a:b> <a:c> <a:d> .", SourceError, "no concept", None),
        ("ways.doc", WAYS.encode(), UsageError, "does not say an RDF format", None),
        ("ways.ttl.gz", WAYS.encode(), SourceError, "cannot be unpacked", None),
        ("ways.ttl.gz", gzip.compress(WAYS.encode())[:-12], SourceError, "cannot be unpacked", None),
        ("ways.ttl.gz", b"\x1f\x8b\x08\x00" + b"\x00" * 6 + b"\xff" * 9, SourceError, "cannot be unpacked", None),
        ("ways.tsv", b"iri\tlabel\n", SourceError, "Nothing says which column", None),
    ],
)  # fmt: skip
def test_a_file_that_is_no_vocabulary_is_refused_with_its_place(
    name: str, data: bytes, kind: type[StratgraphError], what: str, line: int | None, tmp_path: Path
) -> None:
    with pytest.raises(kind, match=what) as raised:
        read_bytes(tmp_path, data, name)
    assert raised.value.mend
    if line:
        assert (raised.value.where.file, raised.value.where.line) == (str(tmp_path / name), line)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no file") as raised:
        read_vocabulary_file(tmp_path / "no.ttl", name="ways", retrieved=DAY, max_vocabulary_bytes=10)
    assert raised.value.where.file.endswith("no.ttl")


@pytest.mark.parametrize("name", ["", "Ways", "ways/record", "../ways", "w ays", "1"])
def test_a_name_that_cannot_stand_in_an_iri_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be called"):
        read_vocabulary_file(tmp_path / "ways.ttl", name=name, retrieved=DAY, max_vocabulary_bytes=10)


def test_a_file_is_bounded_packed_and_unpacked(tmp_path: Path) -> None:
    with pytest.raises(LimitError) as raised:
        read_bytes(tmp_path, WAYS.encode(), "ways.ttl", most=100)
    assert (raised.value.setting, raised.value.value) == ("max_vocabulary_bytes", 100)
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(LimitError, match="unpacks to more than 100,000 bytes"):
            read_bytes(tmp_path, bomb, "ways.ttl.gz", most=100_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a?b", "“?”, which ends a path"),
        ("a%20b", "“%”, which is decoded"),
        ("a/", "ends in one"),
        ("a//b", "a slash too many"),
        ("a\u00adb", "U+00AD SOFT HYPHEN"),
        ("a#b\u200bc", "U+200B ZERO WIDTH SPACE"),
    ],
)
def test_a_concept_of_ours_is_named_by_what_can_be_an_identifier(name: str, reason: str, tmp_path: Path) -> None:
    text = f'{WAYS}<https://w3id.org/stratgraph/vocabulary/ways/{name}> skos:prefLabel "X"@en .\n'
    with pytest.raises(SourceError, match=re.escape(reason)):
        read_text(tmp_path, text)


@pytest.mark.parametrize("name", ["a", "a/b-c.1", "a#b", "Größe", "c2.ttl"])
def test_a_concept_of_ours_may_have_a_fragment_and_letters_of_any_script(name: str, tmp_path: Path) -> None:
    iri = f"https://w3id.org/stratgraph/vocabulary/ways/{name}"
    read = read_text(tmp_path, f'{WAYS}<{iri}> skos:prefLabel "X"@en .\n')
    assert NamedNode(iri) in {triple.subject for triple in read.triples}


@pytest.mark.parametrize(
    "subject",
    [
        "https://w3id.org/stratgraph/id/itu/plan/2012-2015/itu-d/objective/5",
        "https://w3id.org/stratgraph/ontology#Goal",
        "https://w3id.org/stratgraph/vocabulary/ways-of-others/1",
        "road",
    ],
)
def test_a_vocabulary_says_nothing_of_what_is_ours(subject: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no vocabulary's") as raised:
        read_text(tmp_path, f'{WAYS}<{subject}> skos:prefLabel "X"@en .\n')
    assert raised.value.where.element.endswith(subject)


def test_a_file_that_its_description_does_not_mean_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ways.toml").write_text(f'sha256 = "{"0" * 64}"\n', "utf-8")
    with pytest.raises(SourceError, match="SHA-256") as raised:
        read_text(tmp_path, WAYS)
    assert hashlib.sha256(WAYS.encode()).hexdigest() in raised.value.mend


def test_a_damaged_file_of_the_program_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = vocabularies.reading.read_asset
    monkeypatch.setattr(
        vocabularies.reading, "read_asset", lambda *p: whole(*p) + (b"\n" if p[-1].endswith(".ttl") else b"")
    )
    with pytest.raises(StoreError, match=r"wsis\.ttl is damaged"):
        read_vocabulary("wsis")


def test_an_unknown_name_is_told_which_there_are() -> None:
    with pytest.raises(UsageError, match="identifiers, m49, sdg, unbis, wsis"):
        read_vocabulary("eurovoc")


@pytest.mark.parametrize(
    "text",
    [
        "title =",
        "colour = 'red'",
        "title = 5",
        "retrieved = 'yesterday'",
        "retrieved = 2030-01-02T03:04:05Z",
        "[table]\nconcept = 'iri'",
        "[[mending]]\ndoes = 'trim'",
        "[[mending]]\ndoes = 'guess'\nreason = 'x'",
        "[[mending]]\ndoes = 'replace'\nreason = 'x'",
        "[[mending]]\ndoes = 'trim'\nreason = 'x'\nwrong = 'a:b'\nright = 'a:c'",
    ],
)
def test_a_description_with_an_unknown_key_or_value_is_refused(text: str) -> None:
    with pytest.raises(SourceError) as raised:
        read_description(text.encode(), file="ways.toml")
    assert raised.value.where.file == "ways.toml"


# --- tables ----------------------------------------------------------------------------------------------------------

TABLE = """[table]
scheme = "https://example.org/ways"
title = "Ways"
language = "en"
concept = "iri"
label = "name"
close-match = "same"
"""


def test_a_table_is_read_as_its_description_says(tmp_path: Path) -> None:
    (tmp_path / "ways.toml").write_text(TABLE, "utf-8")
    read = read_text(tmp_path, "name\tiri\tsame\nRoad\tex:road\t\nCanal\tex:canal\tey:1;ey:2\n", "ways.tsv")
    assert (read.title, read.concepts) == ("Ways", 2)
    assert values(read.triples, "ex:canal", SKOS.CLOSE_MATCH) == {NamedNode("ey:1"), NamedNode("ey:2")}
    assert values(read.triples, "ex:road", SKOS.IN_SCHEME) == {NamedNode("https://example.org/ways")}


@pytest.mark.parametrize(
    ("rows", "line", "column", "what"),
    [
        ("iri\tname\nex:a\tA\n", 1, None, "no column same"),
        ("", 1, None, "no column iri"),
        ("iri\tname\tsame\nex:a\tA\n", 2, None, "2 cells"),
        ("iri\tname\tsame\nex:a\tA\t\nroad\tB\t\n", 3, 1, "no IRI"),
        ("iri\tname\tsame\nex:a b\tA\t\n", 2, 1, "no IRI"),
        ("iri\tname\tsame\nex:a\tA\tx\n", 2, 3, "no IRI"),
        ("iri\tname\tsame\nex:a\t \t\n", 2, 2, "no label"),
        ("iri\tname\tsame\nex:a\t\udcff\t\n", 2, 6, "not UTF-8"),
    ],
)
def test_a_wrong_table_is_told_its_row_and_cell(
    rows: str, line: int, column: int | None, what: str, tmp_path: Path
) -> None:
    (tmp_path / "ways.toml").write_text(TABLE, "utf-8")
    with pytest.raises(SourceError, match=what) as raised:
        read_bytes(tmp_path, rows.encode("utf-8", "surrogateescape"), "ways.tsv")
    assert (raised.value.where.line, raised.value.where.column) == (line, column)


# --- shapes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_keeps_the_integrity_conditions_of_skos(name: str) -> None:
    report = check_vocabulary(read_vocabulary(name))
    assert report.conforms
    # The other rules are kept too: what is left are labels of two concepts, 75 in the thesaurus (uniq -d on the table).
    assert {finding.rule for finding in report.findings} <= {"PreferredLabelIsUnique"}
    if name == "unbis":
        assert len(report.findings) == 75


def test_both_engines_find_the_same_in_a_sample(sdg: Vocabulary, unbis: Vocabulary) -> None:
    below = {f"{SDG}/9", f"{SDG}/9.c", f"{SDG}/C090c01", f"{SDG}/IT_MOB_NTWK", SDG, f"{UNBIS}/00"}
    sample = [t for v in (sdg, unbis) for t in v.triples if t.subject.value in below]
    double = [Triple(NamedNode(f"{SDG}/9.c"), NamedNode(SKOS.PREF_LABEL), Literal("X", language="en"))]
    shapes = load_shapes(VOCABULARY_SETS)
    fast, reference = (validate([*sample, *double], shapes, engine=engine) for engine in ENGINES)
    assert fast == reference
    assert "PreferredLabelIsOneALanguage" in {result.shape.rpartition("#")[2] for result in fast}


def test_a_vocabulary_that_breaks_skos_does_not_conform(tmp_path: Path) -> None:
    report = check_vocabulary(read_text(tmp_path, WAYS.replace('"Road"@en', '"Road"@en , "Street"@en')))
    assert not report.conforms
    (finding,) = report.findings
    assert (finding.rule, finding.focus) == ("PreferredLabelIsOneALanguage", "https://example.org/road")


# --- the store -------------------------------------------------------------------------------------------------------


def test_a_vocabulary_comes_back_from_a_store_as_it_went_in(tmp_path: Path, wsis: Vocabulary) -> None:
    publish_graphs(Target(tmp_path / "store", None, 2), wsis.graphs, ACT, name=wsis.title)
    with closing(open_store(str(tmp_path / "store"), max_result_bytes=10_000_000)) as store:
        for name, triples in wsis.graphs.items():
            with store.read_graph(name, N_QUADS) as answer:
                found = read_rdf(answer.read(), file=name, form=N_QUADS)
            assert {Quad(q.subject, q.predicate, q.object).triple for q in found} == set(triples)
        # The vocabulary is part of the current view, its record is not.
        default = solutions(store, "SELECT ?s WHERE { ?s ?p ?o } GROUP BY ?s").rows
        assert {f"{wsis.graph}/c5"} <= {row[0].value for row in default}
        assert NamedNode(wsis.graph) not in {row[0] for row in default}
        assert record_graph(wsis.graph) in store.graph_names()


def test_a_store_knows_which_vocabularies_it_has(tmp_path: Path, wsis: Vocabulary) -> None:
    ways = read_text(tmp_path, WAYS)
    publish_graphs(Target(tmp_path / "store", None, 2), wsis.graphs | ways.graphs, ACT, name="two")
    with closing(open_store(str(tmp_path / "store"), max_result_bytes=10_000_000)) as store:
        kept = [(one.name, one.title, one.version, one.retrieved) for one in kept_vocabularies(store)]
        assert kept == [("ways", "Ways", "", "2030-01-02"), ("wsis", wsis.title, "1", "2026-11-25")]
        assert is_kept(store, wsis)
        assert is_kept(store, ways)
        assert not is_kept(store, read_text(tmp_path, WAYS.replace("Road", "Street")))
        assert not is_kept(store, replace(ways, name="other"))


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_publishes_once_and_lists_what_there_is(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = run("import", "vocabulary", "wsis", store=store, program=PROGRAM)
    assert (first.returncode, first.stdout) == (0, "")
    assert "19 concepts, 149 triples, 0 warnings" in first.stderr
    snapshots = sorted(path.name for path in store.iterdir())
    again = run("import", "vocabulary", "wsis", store=store)
    assert again.returncode == 0
    assert "nothing was published" in again.stderr
    assert sorted(path.name for path in store.iterdir()) == snapshots
    listed = run("import", "vocabulary", store=store).stdout.splitlines()
    assert [line.split("\t")[::2][:2] for line in listed] == [
        ["identifiers", "no"],
        ["m49", "no"],
        ["sdg", "no"],
        ["unbis", "no"],
        ["wsis", "yes, of 2026-11-25"],
    ]


def test_the_command_answers_a_question_on_what_it_published(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for name in ("sdg", "unbis"):
        assert run("import", "vocabulary", name, store=store).returncode == 0
    asked = run(
        "query", "--format", "json",
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/> "
        "SELECT ?label { <http://metadata.un.org/sdg/9.c> dcterms:subject/skos:prefLabel ?label } ORDER BY ?label",
        store=store,
    )  # fmt: skip
    labels = [row["label"]["value"] for row in json.loads(asked.stdout)["results"]["bindings"]]
    assert labels == ["COMMUNICATION TECHNOLOGY", "INFORMATION TECHNOLOGY", "MOBILE TELECOMMUNICATION SERVICES"]


def test_the_command_refuses_a_violation_with_exit_code_1_and_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "ways.ttl"
    file.write_text(WAYS.replace('"Road"@en', '"Road"@en , "Street"@en'), "utf-8")
    done = run("import", "vocabulary", "ways", "--file", file, store=tmp_path / "store")
    assert done.returncode == 1
    assert "PreferredLabelIsOneALanguage" in done.stdout
    assert "Nothing was published" in done.stderr
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("words", [("eurovoc",), ("--file", "ways.ttl"), ("ways", "--file", "missing.ttl")])
def test_the_command_refuses_what_is_not_there_with_exit_code_2(words: tuple[str, ...], tmp_path: Path) -> None:
    done = run("import", "vocabulary", *words, store=tmp_path / "store")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Mend:" in done.stderr
    assert "Traceback" not in done.stderr
