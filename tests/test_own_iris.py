"""A plan under its organisation's own IRIs keeps them at every step; expected are those of tests/data/own-plan.ttl."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from program import run
from stores import copied, once, opened
from stratgraph.comparison import compare
from stratgraph.entities import describe, plan_of
from stratgraph.errors import SourceError, UsageError
from stratgraph.formats import rdf
from stratgraph.history import plans, versions_of
from stratgraph.identifiers import is_version, plan_identifiers, plans_above
from stratgraph.ownership import refuse_describing
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import memory_store
from stratgraph.store_contents import Act, contents, version_graphs
from stratgraph.terms import DCTERMS, ORG, RDF, SG
from stratgraph.validation.shards import split

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from stratgraph.statements import StatedPlan
    from stratgraph.store import Store

FILE = Path(__file__).parent / "data/own-plan.ttl"
TEXT = FILE.read_text("utf-8")
PLAN = "https://data.example.org/plans/2026-2030"
OBJECTIVE = f"{PLAN}/objective/3"
ORGANISATION = "https://data.example.org/organisation"
OURS = "https://w3id.org/stratgraph/"
PUMPS = """
[] a sg:KPI ;
    sg:inPlan <2026-2030> ; sg:ofUnit </organisation> ; sg:position 2 ; sg:indicatorOf <2026-2030/objective/3> ;
    rdfs:label "Pumps in use"@en ; sg:text "Pumps in use"@en .
"""
TABLE = """# curie_map:
#   own: {plan}/
#   sdg: http://metadata.un.org/sdg/
#   sg: {ours}ontology#
#   semapv: https://w3id.org/semapv/vocab/
# license: https://creativecommons.org/licenses/by/4.0/
# mapping_set_id: {ours}links/wells
# mapping_set_title: Wells and the SDGs
# mapping_date: '2030-01-31'
subject_id\tpredicate_id\tobject_id\tmapping_justification\tauthor_label\tconfidence\tcomment
own:objective/3\tsg:contributesToTarget\tsdg:6.1\tsemapv:ManualMappingCuration\tAnn\t0.9\t“wells”
"""


def read(text: str = TEXT) -> StatedPlan:
    return rdf.read(text.encode(), file="plan.ttl", max_bytes=100_000)


def revised(text: str = TEXT) -> str:
    """Reworded in one objective, with an indicator more that has no IRI."""
    assert "To dig wells" in text
    return text.replace("To dig wells", "To dig deep wells") + PUMPS


def make(folder: Path) -> None:
    second = folder.with_name(f"{folder.name}-revised.ttl")
    second.write_text(revised(), "utf-8")
    for file, by in ((FILE, "Ann"), (second, "Bob")):
        done = run("publish", file, "--by", by, store=folder)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the plan and a revision of it, published by the command line."""
    return once(tmp_path_factory, "own", make)


# --- names -----------------------------------------------------------------------------------------------------------


def test_versions_and_places_of_an_own_plan_are_below_it() -> None:
    ids = plan_identifiers(PLAN)
    assert ids.plan_iri == PLAN
    assert ids.version(2).provenance == f"{PLAN}/version/2/provenance"
    assert ids.place_iri("objective/3") == OBJECTIVE
    assert ids.place_of(OBJECTIVE) == "objective/3"
    assert ids.version_number(f"{PLAN}/version/12") == 12
    assert is_version(f"{PLAN}/version/12")
    assert not is_version(f"{PLAN}/version/12/view")
    # Of our own only what has our form, as before.
    assert not is_version(f"{OURS}vocabulary/sdg/version/1")
    assert plans_above(f"{OURS}id/itu/plan/1/objective/2") == (f"{OURS}id/itu/plan/1",)
    assert plans_above("https://a.example/b/c") == ("https://a.example/b/c", "https://a.example/b")


@pytest.mark.parametrize(
    "iri",
    [
        "https://data.example.org",
        "https://data.example.org/",
        f"{PLAN}/",
        f"{PLAN}#plan",
        f"{PLAN}?year=1",
        "https://data.example.org/plans/../2026",
        "https://data.example.org//2026",
        f"{PLAN}/version/1",
        "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
        "mailto:a@example.org",
        # Ours, or taken for ours, and not of our form.
        f"{OURS}id/agency",
        f"{OURS}plans/2026-2030",
        f"{OURS}id/Agency/plan/1",
        f"{OURS}id/agency/plan/1".replace("https", "http"),
        f"{OURS}id/agency/plan/1".replace("w3id", "W3ID"),
    ],
)
def test_what_cannot_be_a_plan_is_refused_with_what_and_how_to_mend_it(iri: str) -> None:
    with pytest.raises(UsageError) as refused:
        plan_identifiers(iri)
    assert iri in refused.value.what
    assert refused.value.mend
    with pytest.raises(SourceError) as unread:
        read(f'@prefix sg: <{OURS}ontology#> .\n\n<{iri}> a sg:StrategicPlan ; sg:text "a"@en .')
    assert unread.value.where is not None
    assert (unread.value.where.file, unread.value.where.line) == ("plan.ttl", 3)


def test_what_is_named_as_a_version_of_the_plan_is_no_part_of_it() -> None:
    """Versions and their records are named there by us."""
    text = TEXT.replace("2026-2030/objective/3", "2026-2030/version/3")
    with pytest.raises(SourceError, match=f"<{PLAN}/version/3> has the name of a version") as refused:
        read(text)
    assert refused.value.where is not None
    assert refused.value.where.line == 23
    assert "another" in refused.value.mend


# --- published, and read back ----------------------------------------------------------------------------------------


def test_both_versions_are_below_the_plan_and_elements_keep_their_iris(folder: Path) -> None:
    with opened(folder) as store:
        assert plans(store) == (PLAN,)
        found = versions_of(store, PLAN)
        assert [(one.iris.graph, one.by) for one in found] == [
            (f"{PLAN}/version/1", "Ann"),
            (f"{PLAN}/version/2", "Bob"),
        ]
        assert found[1].former == f"{PLAN}/version/1"
        names = store.graph_names()
        assert {name for name in names if not name.startswith(OURS)} == {
            f"{PLAN}/version/{number}{part}" for number in (1, 2) for part in ("", "/provenance", "/view", "/report")
        }
        reworded = describe(store, OBJECTIVE)
        assert reworded is not None
        assert reworded.text(SG.TEXT) == "To dig deep wells where there are none."
        added = describe(store, f"{OBJECTIVE}/kpi/2")
        assert added is not None
        assert added.label == "Pumps in use"
        for iri in (OBJECTIVE, f"{PLAN}/version/1", f"{PLAN}/version/1/source", PLAN):
            plan = plan_of(store, iri)
            assert plan is not None
            assert (plan.iri, plan.publisher, plan.organisation) == (PLAN, ORGANISATION, "Bureau of Wells")
        assert plan_of(store, ORGANISATION) is None


@pytest.mark.parametrize(
    ("form", "ending"), [("turtle", "ttl"), ("jsonld", "jsonld"), ("trig", "trig"), ("xlsx", "xlsx")]
)
def test_an_export_given_back_is_no_change(form: str, ending: str, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / f"plan.{ending}"
    assert run("export", "--format", form, "-o", file, store=folder).returncode == 0
    done = run("review", file, store=folder)
    assert done.stdout.splitlines()[-1] == "No change; findings: none. Fit for publication."


def test_a_turtle_export_shortens_the_plans_own_names(folder: Path) -> None:
    exported = run("export", "--format", "turtle", store=folder).stdout
    assert "@base <https://data.example.org/plans/> ." in exported
    assert "\n<2026-2030/objective/3> a sg:Objective ;" in exported


UNITS = """
</organisation/east> a org:OrganizationalUnit ;
    rdfs:label "East Office"@en ; sg:notation "EO" ; org:unitOf </organisation> .
</things/7> a sg:Objective ;
    sg:inPlan <2026-2030> ; sg:ofUnit </organisation/east> ; sg:position 1 ; sg:contributesTo <2026-2030/goal/1> ;
    rdfs:label "Pump water"@en ; sg:text "To pump water."@en .
</things/8> a sg:KPI ;
    sg:inPlan <2026-2030> ; sg:ofUnit </organisation/east> ; sg:position 1 ; sg:indicatorOf </things/7> ;
    rdfs:label "Pumps"@en ; sg:text "Pumps at work"@en .
"""
"""A unit, and elements that are not named below the plan."""


def test_stratml_comes_back_under_the_same_iris_and_changes_nothing(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.xml"
    assert run("export", "--format", "stratml", "-o", file, store=folder).returncode == 0
    done = run("review", "--format", "json", file, store=folder)
    assert done.returncode == 0, done.stderr
    review = json.loads(done.stdout)
    assert (review["plan"], review["changes"]) == (PLAN, [])


@pytest.mark.parametrize("ours", ["</organisation>", "</organisation/east>"], ids=["publisher", "unit"])
def test_stratml_of_an_own_plan_whose_publisher_or_unit_has_an_iri_of_ours_comes_back(
    ours: str, tmp_path: Path
) -> None:
    store, plan, file = tmp_path / "store", tmp_path / "plan.ttl", tmp_path / "plan.xml"
    iri = f"{OURS}id/bw" if ours == "</organisation>" else f"{OURS}id/bw/east"
    plan.write_text((TEXT + UNITS).replace(ours, f"<{iri}>"), "utf-8")
    assert run("publish", plan, store=store).returncode == 0
    assert run("export", "--format", "stratml", "-o", file, store=store).returncode == 0
    done = run("review", file, store=store)
    assert done.stdout.splitlines()[-1] == "No change; findings: none. Fit for publication.", done.stderr
    again = run("publish", file, store=tmp_path / "other")
    assert again.returncode == 0, again.stderr
    question = f"ASK {{ <{PLAN}> <{DCTERMS.PUBLISHER}>/^<{ORG.UNIT_OF}>? <{iri}> }}"
    assert run("query", question, "--format", "tsv", store=tmp_path / "other").stdout.strip() == "true"


def test_stratml_keeps_units_and_elements_that_are_named_elsewhere(tmp_path: Path) -> None:
    store, other = tmp_path / "store", tmp_path / "other"
    plan, file = tmp_path / "plan.ttl", tmp_path / "plan.xml"
    plan.write_text(TEXT + UNITS, "utf-8")
    assert run("publish", plan, store=store).returncode == 0
    assert run("export", "--format", "stratml", "-o", file, store=store).returncode == 0
    again = run("review", "--format", "json", file, store=store)
    assert json.loads(again.stdout)["changes"] == []
    file.write_text(file.read_text("utf-8").replace("Pumps at work", "Pumps at work daily"), "utf-8")
    (change,) = json.loads(run("review", "--format", "json", file, store=store).stdout)["changes"]
    assert (change["kind"], change["subject"]) == ("reworded", "https://data.example.org/things/8")
    # As the first version of a store that never had it, too.
    assert run("publish", file, store=other).returncode == 0
    question = f"SELECT ?e ?u {{ ?e <{SG.IN_PLAN}> <{PLAN}> ; <{SG.OF_UNIT}> ?u }} ORDER BY ?e"
    asked = [run("query", question, "--format", "csv", store=one).stdout for one in (store, other)]
    assert asked[0] == asked[1]
    assert "https://data.example.org/things/8,https://data.example.org/organisation/east" in asked[1]


EAST = "<Name>East Office</Name>"


@pytest.fixture(scope="module")
def with_units(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store whose plan has a unit, and its export, with its name in three places."""

    def published(folder: Path) -> None:
        plan = folder.with_name(f"{folder.name}-units.ttl")
        plan.write_text(TEXT + UNITS, "utf-8")
        assert run("publish", plan, store=folder).returncode == 0

    store = once(tmp_path_factory, "own-units", published)
    text = run("export", "--format", "stratml", store=store).stdout
    assert text.count(EAST) == 3
    return store, text


def with_other_name(text: str, *places: int) -> str:
    """The export with another name of the unit in some of the places where it stands."""
    first, *others = text.split(EAST)
    names = [EAST.replace("East", "Eastern") if place in places else EAST for place in range(len(others))]
    return first + "".join(name + other for name, other in zip(names, others, strict=True))


@pytest.mark.parametrize("renamed", [(0,), (1,), (1, 2)], ids=["organisation", "stakeholder", "stakeholder and role"])
def test_a_unit_that_is_renamed_in_one_place_of_stratml_is_told_and_loses_no_element(
    renamed: tuple[int, ...], with_units: tuple[Path, str], tmp_path: Path
) -> None:
    store, text = with_units
    edited = with_other_name(text, *renamed)
    file = tmp_path / "plan.xml"
    file.write_text(edited, "utf-8")
    done = run("review", file, store=store)
    line = edited[: edited.index("<Stakeholder ")].count("\n") + 2
    assert done.returncode == 2
    assert f"plan.xml, line {line}, column " in done.stderr
    assert "no one organisation of the file is called so" in done.stderr
    assert "Call a unit the same" in done.stderr


def test_the_role_of_a_unit_may_be_called_otherwise(with_units: tuple[Path, str], tmp_path: Path) -> None:
    store, text = with_units
    file = tmp_path / "plan.xml"
    file.write_text(with_other_name(text, 2), "utf-8")
    done = run("review", file, store=store)
    assert (done.returncode, "moved" in done.stdout, "Eastern Office" in done.stdout) == (0, False, True), done.stderr


def test_a_unit_that_is_renamed_throughout_stratml_is_renamed_and_nothing_moves(
    with_units: tuple[Path, str], tmp_path: Path
) -> None:
    store, text = with_units
    file = tmp_path / "plan.xml"
    file.write_text(text.replace(EAST, EAST.replace("East", "Eastern")), "utf-8")
    changes = json.loads(run("review", "--format", "json", file, store=store).stdout)["changes"]
    assert [(one["kind"], one["subject"]) for one in changes] == [
        ("amended", "https://data.example.org/organisation/east")
    ]


def test_a_stakeholder_from_outside_is_kept_and_no_unit(with_units: tuple[Path, str], tmp_path: Path) -> None:
    store, text = with_units
    other = """<Stakeholder StakeholderTypeType="Organization"><Name>Ministry</Name>
        <Role><Name>Pays for it</Name><RoleType>Performer</RoleType></Role></Stakeholder>"""
    file = tmp_path / "plan.xml"
    file.write_text(text.replace("<Stakeholder ", f"{other}<Stakeholder "), "utf-8")
    done = run("review", file, store=store)
    assert (done.returncode, "moved" in done.stdout) == (0, False), done.stderr
    assert "Ministry" in done.stdout


TWINS = (
    UNITS
    + """
</organisation/west> a org:OrganizationalUnit ;
    rdfs:label "East Office"@en ; sg:notation "WO" ; org:unitOf </organisation> .
</organisation/north> a org:OrganizationalUnit ; rdfs:label "East Office"@en ; org:unitOf </organisation> .
<2026-2030/goal/2> a sg:Goal ;
    sg:inPlan <2026-2030> ; sg:ofUnit </organisation/west> ; sg:position 1 ; sg:servesMission <2026-2030/mission> ;
    rdfs:label "Lend"@en ; sg:text "To lend pumps."@en .
<2026-2030/objective/9> a sg:Objective ;
    sg:inPlan <2026-2030> ; sg:ofUnit </organisation> ; sg:position 2 ; sg:contributesTo <2026-2030/goal/2> ;
    rdfs:label "Lend one"@en ; sg:text "To lend one pump."@en .
<2026-2030/objective/10> a sg:Objective ;
    sg:inPlan <2026-2030> ; sg:ofUnit </organisation/north> ; sg:position 1 ; sg:contributesTo <2026-2030/goal/2> ;
    rdfs:label "Lend two"@en ; sg:text "To lend two pumps."@en .
"""
)
"""Three units of one name, one without a short name; and an objective of the organisation below a unit's goal."""


def test_units_of_one_name_keep_their_elements_in_stratml(tmp_path: Path) -> None:
    store, other = tmp_path / "store", tmp_path / "other"
    plan, file = tmp_path / "plan.ttl", tmp_path / "plan.xml"
    plan.write_text(TEXT + TWINS, "utf-8")
    done = run("publish", plan, store=store)
    assert done.returncode == 0, done.stderr
    assert run("export", "--format", "stratml", "-o", file, store=store).returncode == 0
    assert run("review", file, store=store).stdout.splitlines()[-1].startswith("No change;")
    assert run("publish", file, store=other).returncode == 0
    question = f"SELECT ?e ?u {{ ?e <{SG.IN_PLAN}> <{PLAN}> ; <{SG.OF_UNIT}> ?u }} ORDER BY ?e"
    asked = [run("query", question, "--format", "csv", store=one).stdout for one in (store, other)]
    assert asked[0] == asked[1]
    for number, unit in (
        ("things/7", "/east"),
        ("2026-2030/goal/2", "/west"),
        ("objective/9", ""),
        ("objective/10", "/north"),
    ):
        assert f"{number},{ORGANISATION}{unit}\n" in asked[1].replace("\r", "")


@pytest.mark.parametrize(
    ("description", "lost", "said"),
    [
        ('plan = "2026"', "", "its description calls it otherwise"),
        ("", "<Identifier>stratgraph.https_3a_____data.example.org__organisation</Identifier>", "of the organisation"),
    ],
)
def test_stratml_that_does_not_say_whose_it_is_any_more_is_refused(
    folder: Path, tmp_path: Path, description: str, lost: str, said: str
) -> None:
    file = tmp_path / "plan.xml"
    assert run("export", "--format", "stratml", "-o", file, store=folder).returncode == 0
    text = file.read_text("utf-8")
    assert lost in text
    file.write_text(text.replace(lost, ""), "utf-8")
    if description:
        file.with_suffix(".toml").write_text(description, "utf-8")
    done = run("review", file, store=folder)
    assert (done.returncode, said in " ".join(done.stderr.split())) == (2, True)


def test_a_template_for_an_own_plan_is_filled_and_read_under_it(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    assert run("template", file, "--plan", "https://data.example.org/plans/2031-2035").returncode == 0
    book = openpyxl.load_workbook(file)
    assert [cell.value for cell in book["Organisations"]["A"]][1:] in ([], [None])
    rows = {
        "Organisations": {"Place": ORGANISATION, "Kind": "Organisation", "Label (en)": "Bureau of Wells"},
        "Plan": {"Title (en)": "Plan", "Publisher": ORGANISATION, "Start year": 2031, "End year": 2035},
        "Objectives": {"Label (en)": "Dig", "Text (en)": "To dig on.", "Is of unit": ORGANISATION},
    }
    for name, row in rows.items():
        headings = {cell.value: cell.column for cell in book[name][1]}
        for heading, value in row.items():
            book[name].cell(2, headings[heading]).value = value
    book.save(file)
    done = run("review", file, "--format", "json", store=folder)
    assert '"https://data.example.org/plans/2031-2035/objective/1"' in done.stdout, done.stderr


def test_a_link_from_an_own_element_is_published_and_listed(folder: Path, tmp_path: Path) -> None:
    store, table = copied(folder, tmp_path / "store"), tmp_path / "wells.sssom.tsv"
    table.write_text(TABLE.format(plan=PLAN, ours=OURS), "utf-8")
    done = run("links", "publish", table, "--by", "Ann", store=store)
    assert done.returncode == 0, done.stderr
    for element in ("objective/3", OBJECTIVE):
        listed = run("links", "list", element, store=store)
        assert "http://metadata.un.org/sdg/6.1" in listed.stdout, listed.stderr


def test_a_chapter_of_an_own_plan_is_validated_with_its_plan() -> None:
    """Nothing leads from it or to it, but it stands below the plan's IRI."""
    lines = []
    for year in ("2026", "2031"):
        plan = f"https://data.example.org/plans/{year}"
        lines += [
            f"<{plan}> <{RDF.TYPE}> <{SG.STRATEGIC_PLAN}> .\n",
            f"<{plan}/text/section/1> <{RDF.TYPE}> <{SG.SECTION}> .\n",
        ]
    assert [set(piece.splitlines(keepends=True)) for piece in split("".join(lines))] == [{*lines[:2]}, {*lines[2:]}]


# --- what is refused -------------------------------------------------------------------------------------------------


def compared(former: StatedPlan, new: StatedPlan, against: int | None = None) -> int:
    """Which number a plan would get where another one is published already."""
    act = Act(datetime(2030, 1, 2, tzinfo=UTC))
    with closing(memory_store(contents(None, version_graphs(former, 1, act)))) as store:
        return compare(store, new, against=against).number


def other_plan(iri: str) -> str:
    """The plan under another IRI; its elements stay those of the first one."""
    return TEXT.replace("<2026-2030> a", f"<{iri}> a").replace("sg:inPlan <2026-2030>", f"sg:inPlan <{iri}>")


@pytest.mark.parametrize("against", [None, 0])
@pytest.mark.parametrize("iri", ["https://data.example.org/other/1", f"{OURS}id/bw/plan/2026-2030"])
def test_an_element_of_another_plan_cannot_be_claimed(iri: str, against: int | None) -> None:
    with pytest.raises(UsageError) as refused:
        compared(read(), read(other_plan(iri)), against)
    assert (
        refused.value.what == f"<{PLAN}/goal/1> is an element of <{PLAN}> in the store, and cannot be one of <{iri}>."
    )
    assert refused.value.where is not None
    assert refused.value.where.line is not None
    assert "IRI of its own" in refused.value.mend


def test_an_element_that_another_plan_had_once_cannot_be_claimed_either(folder: Path) -> None:
    text = f"""@prefix sg: <{OURS}ontology#> .
        <https://data.example.org/x> a sg:StrategicPlan .
        <{OBJECTIVE}> a sg:Objective ; sg:inPlan <https://data.example.org/x> ; sg:text "Mine"@en ."""
    with opened(folder) as store, pytest.raises(UsageError, match="is an element of"):
        compare(store, read(text))


@pytest.mark.parametrize("iri", [f"{PLAN}/annex", "https://data.example.org/plans"])
def test_a_plan_below_another_one_or_above_it_is_refused(iri: str) -> None:
    text = TEXT.replace("<2026-2030", f"<{iri}")
    with pytest.raises(UsageError, match="below each other") as refused:
        compared(read(), read(text), 0)
    assert refused.value.where is not None
    assert refused.value.where.line == 11  # of its title


CONCEPT = """@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://data.example.org/ways> a skos:ConceptScheme ; skos:prefLabel "Ways"@en .
<https://data.example.org/ways/1> a skos:Concept ; skos:prefLabel "Road"@en ;
    skos:inScheme <https://data.example.org/ways> .
"""
"""A vocabulary of the organisation, beside its plan."""


def imported(folder: Path, tmp_path: Path, said: str) -> CompletedProcess[str]:
    file = tmp_path / "ways.ttl"
    file.write_text(CONCEPT + said, "utf-8")
    return run("import", "vocabulary", "ways", "--file", file, store=copied(folder, tmp_path / "store"))


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (OBJECTIVE, 'sg:text "To sell the wells."@en'),
        (PLAN, 'skos:prefLabel "Mine"@en'),
        (OBJECTIVE, 'owl:sameAs <https://other.example/1> ; sg:text "To sell the wells."@en'),
        (f"{PLAN}/terms/9", 'a skos:Concept ; skos:prefLabel "Term"@en'),
    ],
)
def test_a_vocabulary_that_describes_what_is_of_a_plan_is_refused(
    thing: str, said: str, folder: Path, tmp_path: Path
) -> None:
    done = imported(folder, tmp_path, f"<{thing}> {said} .")
    assert done.returncode == 2
    assert f"<{OURS}vocabulary/ways> describes what is of the published plan <{PLAN}>" in " ".join(done.stderr.split())
    assert f"<{thing}>" in done.stderr
    assert "IRIs of its own" in done.stderr


def test_an_element_that_is_named_elsewhere_is_of_its_plan_for_vocabularies_too() -> None:
    elsewhere = "https://data.example.org/indicators/wells"
    plan = read(TEXT.replace("2026-2030/objective/3/kpi/1", elsewhere))
    told = [Triple(NamedNode(elsewhere), NamedNode(SG.TEXT), Literal("Wells sold", language="en"))]
    with closing(memory_store(contents(None, version_graphs(plan, 1)))) as store:
        with pytest.raises(SourceError, match="published plan") as refused:
            refuse_describing(store, f"{OURS}vocabulary/ways", told)
        assert refused.value.where is not None
        assert refused.value.where.element == elsewhere
        beside = [Triple(NamedNode(f"{elsewhere}/2"), NamedNode(SG.TEXT), Literal("Wells sold", language="en"))]
        refuse_describing(store, f"{OURS}vocabulary/ways", beside)


def test_a_vocabulary_may_say_what_others_call_a_plan_and_what_stands_beside_it(folder: Path, tmp_path: Path) -> None:
    done = imported(folder, tmp_path, f'<{PLAN}> owl:sameAs <https://other.example/1> ; skos:prefLabel "Plan"@en .')
    assert done.returncode == 0, done.stderr


def test_a_plan_that_a_vocabulary_describes_already_is_refused_where_it_says_so() -> None:
    said = f'{CONCEPT}<{OBJECTIVE}> sg:text "To sell the wells."@en .\n'
    graph = f"{OURS}vocabulary/ways"
    triples = [quad.triple for quad in parse(said, format=RdfFormat.TURTLE)]
    with closing(memory_store(contents(None, graphs={graph: triples}))) as store:
        with pytest.raises(UsageError, match="is described by the vocabulary") as refused:
            compare(store, read())
        assert refused.value.where is not None
        assert refused.value.where.line == 23  # where the objective is described
        assert "stratgraph import remove ways" in refused.value.mend


def test_another_publishers_plan_is_no_version_of_this_one() -> None:
    other = read(TEXT.replace("Bureau of Wells", "Office of Roads").replace('"BW"', '"OR"'))
    with pytest.raises(UsageError, match="Office of Roads"):
        compared(read(), other)
    assert compared(read(), other, 1) == 2


def test_elements_elsewhere_are_of_the_plan_that_they_say_and_keep_their_names() -> None:
    """Many organisations name indicators beside their plans."""
    elsewhere = "https://data.example.org/indicators/wells"
    text = TEXT.replace("2026-2030/objective/3/kpi/1", elsewhere)
    first, second = read(text), read(revised(text))
    act = Act(datetime(2030, 1, 2, tzinfo=UTC))
    with closing(memory_store(contents(None, version_graphs(first, 1, act)))) as store:
        comparison = compare(store, second)
        (match,) = comparison.matches({})
        assert match.place == "objective/3/kpi/1"
        assert NamedNode(elsewhere) in {triple.subject for triple in comparison.plan.statements}
        found = plan_of(store, elsewhere, [PLAN])
        assert found is not None
        assert found.iri == PLAN


def test_a_wide_file_of_own_plans_has_one_description_of_their_organisation() -> None:
    """The current view says once what several plans say."""
    other = read(TEXT.replace("2026-2030", "2031-2035"))
    act = Act(datetime(2030, 1, 2, tzinfo=UTC))
    organisation = NamedNode(ORGANISATION)

    def described(store: Store, graph: str | None) -> list[Triple]:
        with store.read_graph(graph, N_TRIPLES) as answer:
            return [quad.triple for quad in parse(answer.read(), RdfFormat.N_TRIPLES) if quad.subject == organisation]

    with closing(memory_store(contents(None, version_graphs(read(), 1, act)))) as store:
        both = memory_store(contents(store, version_graphs(other, 1, act)))
    first, second = (set(described(both, plan.identifiers.version(1).view)) for plan in (read(), other))
    assert len(first & second) >= 3  # of each plan's own, the kind, the name and the short name
    in_view = described(both, None)
    assert len(in_view) == len(first | second)
    assert set(in_view) == first | second


NEXT = (
    TEXT.replace("2026-2030", "2031-2035")
    .replace(
        "sg:startYear 2026 ; sg:endYear 2030", ("sg:startYear 2031 ; sg:endYear 2035 ; dcterms:replaces <2026-2030>")
    )
    .replace("where there are none.", "where there are none yet.")
)
"""The plan of the next period: all carried over, one element in other words."""
CARRIED = ("mission", "goal/1", "objective/3", "objective/3/kpi/1")
"""Decided by hand: each goes on at its own place."""


@pytest.mark.parametrize("named", ["", PLAN, "2026-2030"])
def test_the_plan_of_the_next_period_is_compared_with_the_one_before(tmp_path: Path, named: str) -> None:
    folder, file = tmp_path / "store", tmp_path / "next.ttl"
    assert run("publish", FILE, store=folder).returncode == 0
    file.write_text(NEXT, "utf-8")
    against = ("--against", named) if named else ()
    done = run("review", file, *against, "--format", "json", store=folder)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["predecessor"]
    assert (found["plan"], found["is_stated"]) == (PLAN, True)
    assert {(one["old"][0]["place"], one["new"][0]["place"]) for one in found["successions"]} == {
        (place, place) for place in CARRIED
    }


def test_what_it_carried_over_is_recorded_and_asked_for(tmp_path: Path) -> None:
    folder, file = tmp_path / "store", tmp_path / "next.ttl"
    assert run("publish", FILE, store=folder).returncode == 0
    file.write_text(NEXT, "utf-8")
    assert run("publish", file, store=folder).returncode == 0
    after = PLAN.replace("2026-2030", "2031-2035")
    done = run("query", "carried-over", "--param", f"plan={after}", "--format", "tsv", store=folder)
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    assert {(old, relation, new) for old, relation, new, *_ in rows} == {
        (f"<{PLAN}/{place}>", '"continued"', f"<{after}/{place}>") for place in CARRIED
    }
    assert all("of 2026-2030: " in how for *_, how in rows)
