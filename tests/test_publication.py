"""What is published, what is refused, and what two publishers at once come to."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from stores import copied, once, opened
from stratgraph import publication
from stratgraph.comparison import compare, mend, propose
from stratgraph.document import Quote
from stratgraph.errors import Overtaken, PublicationRefused, UsageError
from stratgraph.formats import rdf
from stratgraph.history import chosen_version, dataset_of, graph_quads, versions_of
from stratgraph.plan_graph import to_statements
from stratgraph.publication import Target, build, publish_graphs, publish_proposal, refused_by, roll_back
from stratgraph.reasoning import check_consistency, read_ontology
from stratgraph.serialisation import read_rdf
from stratgraph.store import journal_of, list_snapshots, solutions
from stratgraph.store_contents import Act, contents, version_graphs
from stratgraph.terms import ONTOLOGY, PROV, RDF, RDFS, SG, SG_NS, SH, SH_NS, SKOS
from stratgraph.validation import validate_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stratgraph.comparison import Proposal
    from stratgraph.document import PlanDocument
    from stratgraph.reasoning import Consistency
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Published, Store

TESTS = Path(__file__).parent
BASE = (TESTS / "shapes/base.ttl").read_text("utf-8")
PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
FIRST = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SECOND = datetime(2031, 6, 7, 8, 9, 10, tzinfo=UTC)
ACT = Act(SECOND, "Bob", "amended")


def plan(text: str = BASE) -> rdf.StatedPlan:
    return rdf.read(text.encode(), file="plan.ttl", max_bytes=1_000_000)


@pytest.fixture(scope="module")
def first_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the first version of a plan."""

    def make(folder: Path) -> None:
        assert build(plan(), Target(folder, None, 9), Act(FIRST, "Ann")).snapshot is not None

    return once(tmp_path_factory, "first-version", make)


@pytest.fixture
def folder(first_version: Path, tmp_path: Path) -> Path:
    return copied(first_version, tmp_path / "store")


def proposed(folder: Path, text: str, against: int | None = None) -> Proposal:
    with opened(folder) as store:
        return propose(compare(store, plan(text), against=against, journal=journal_of(str(folder))))


def published(folder: Path, proposal: Proposal, act: Act = ACT) -> Published:
    with opened(folder) as store:
        return publish_proposal(Target(folder, store, 9), proposal, act)


REWORDED = BASE.replace("road of stone", "road of sand")
WITHOUT_YEAR = BASE.replace(" ; sg:endYear 2033", "")


def test_a_revision_becomes_the_next_version_and_the_first_stays(folder: Path) -> None:
    proposal = proposed(folder, REWORDED)
    assert proposal.number == 2
    assert published(folder, proposal).quads > 0
    with opened(folder) as store:
        one, two = versions_of(store, PLAN)
        assert (two.by, two.reason, two.time, two.former) == ("Bob", "amended", SECOND, one.iris.graph)
        assert {q.triple for q in graph_quads(store, one.iris.graph)} == set(plan().statements)
        assert {q.triple for q in graph_quads(store, two.iris.graph)} == set(plan(REWORDED).statements)


def test_its_report_is_published_with_it(folder: Path) -> None:
    proposal = proposed(folder, REWORDED)
    published(folder, proposal)
    with opened(folder) as store:
        (two,) = (version for version in versions_of(store, PLAN) if version.number == 2)
        report = [quad.triple for quad in graph_quads(store, two.iris.report)]
        node = NamedNode(two.iris.report)
        assert any(t.subject == node and t.object == NamedNode(SH.VALIDATION_REPORT) for t in report)
        changes = [t.object for t in report if t.subject == node and t.predicate.value == SG.HAS_CHANGE]
        assert len(changes) == len(proposal.review.changes) > 0
        provenance = [quad.triple for quad in graph_quads(store, two.iris.provenance)]
        assert any(t.predicate.value == SG.HAS_REPORT and t.object == node for t in provenance)


def test_a_version_has_a_report_as_the_example_of_the_term_says(folder: Path) -> None:
    """“The second version of a plan has a report with one Warning”; what has a report is what the ontology says."""
    one_warning = BASE.replace('"All are served."@en .', '"• All are served."@en .')
    published(folder, proposed(folder, one_warning))
    query = f"""PREFIX sg: <{SG_NS}> PREFIX sh: <{SH_NS}> SELECT ?severity {{
        sg:hasReport <{RDFS.DOMAIN}> ?domain .
        GRAPH ?provenance {{ ?version a ?domain ; sg:versionNumber 2 ; sg:hasReport ?report }}
        GRAPH ?report {{ ?report sh:result/sh:resultSeverity ?severity }} }}"""
    with opened(folder) as store:
        assert [row[0] for row in solutions(store, query).rows] == [NamedNode(f"{SH_NS}Warning")]


def test_a_store_with_another_plan_alone_has_no_terms_of_the_annex(folder: Path) -> None:
    query = f"SELECT ?concept {{ GRAPH ?graph {{ ?concept a <{SKOS.CONCEPT}> }} }}"
    with opened(folder) as store:
        concepts = {row[0] for row in solutions(store, query).rows}
    assert concepts == {NamedNode(f"{PLAN}/term/road")}


def test_a_term_of_the_annex_that_is_revised_has_one_definition(annex_document: PlanDocument) -> None:
    definition = Quote("What it aims at.")
    terms = [replace(t, definition=definition) if t.label.text == "Goals" else t for t in annex_document.terms]
    revised = to_statements(replace(annex_document, terms=tuple(terms)), file="annex.txt")
    defined = [
        quad.object.value
        for quad in contents(None, version_graphs(revised, 2))
        if quad.graph_name == DefaultGraph()
        and quad.subject.value.endswith("/term/goals")
        and quad.predicate.value == SKOS.DEFINITION
    ]
    assert defined == ["What it aims at."]


def test_what_contradicts_the_ontology_is_refused_whatever_is_let_pass(folder: Path) -> None:
    """An indicator that is a goal too: HermiT finds it, and no reason makes it true."""
    contradictory = BASE + "\n<agency/plan/1/north/objective/1/kpi/1> a sg:Goal .\n"
    proposal = proposed(folder, contradictory)
    allowed = Act(SECOND, "Bob", "So it was decided.", refused_by(proposal.review, ()))
    with pytest.raises(PublicationRefused, match=r"contradicts the ontology.*ontology#Goal.*ontology#KPI") as caught:
        published(folder, proposal, allowed)
    assert "no rule that is let pass" in caught.value.mend
    assert len(list_snapshots(folder)) == 1


def test_a_first_version_that_contradicts_the_ontology_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No plan is known that the rules let pass and the ontology does not: here no rule is asked."""
    monkeypatch.setattr(publication, "validate_graph", lambda _, rules: validate_graph(plan().statements, rules=rules))
    contradictory = plan(BASE + "\n<agency/plan/1/north/objective/1/kpi/1> a sg:Goal .\n")
    with pytest.raises(PublicationRefused, match="contradicts the ontology"):
        build(contradictory, Target(tmp_path, None, 9), Act(FIRST, "Ann"))
    assert not list(tmp_path.iterdir())


@pytest.fixture
def proved(quick_java: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Iterable[Quad]], Consistency]:
    """What HermiT says of published quads, beside what PROV-O says of its terms."""
    monkeypatch.setenv("PATH", f"{quick_java}{os.pathsep}{os.environ['PATH']}")
    axioms = read_rdf((TESTS / "data/prov-o-axioms.ttl").read_bytes(), file="prov-o-axioms.ttl")
    return lambda quads: check_consistency(quads, ontology=[*read_ontology(), *axioms])


def test_all_that_is_published_is_free_of_contradiction(
    folder: Path, proved: Callable[[Iterable[Quad]], Consistency]
) -> None:
    """Versions with their records of publication and reports, and those of a roll-back and of its undoing."""
    published(folder, proposed(folder, REWORDED.replace('"All are served."@en .', '"• All are served."@en .')))
    _, second = list_snapshots(folder)
    roll_back(Target(folder, None, 9), ACT)
    roll_back(Target(folder, None, 9), ACT, second.id)
    with opened(folder) as store:
        names = [name for name in store.graph_names() if name != ONTOLOGY]
        quads = [quad for name in names for quad in graph_quads(store, name)]
        (two,) = (version for version in versions_of(store, PLAN) if version.number == 2)
    kinds = {quad.object.value for quad in quads if quad.predicate.value == RDF.TYPE}
    assert {SG.PUBLICATION, SG.REVIEW, SG.ROLLBACK, SG.REWORDING, SG.SEGMENT, PROV.AGENT} <= kinds
    assert proved(quads).is_sound
    # The proof can fail: a version is no publication, and no activity.
    for kind in (SG.PUBLICATION, PROV.ACTIVITY):
        wrong = Quad(NamedNode(two.iris.graph), NamedNode(RDF.TYPE), NamedNode(kind), NamedNode(two.iris.provenance))
        assert not proved([*quads, wrong]).consistent


def test_the_annex_and_its_provenance_are_free_of_contradiction(
    annex_store: Path, proved: Callable[[Iterable[Quad]], Consistency]
) -> None:
    with opened(annex_store) as store:
        quads = [quad for name in store.graph_names() if name != ONTOLOGY for quad in graph_quads(store, name)]
    kinds = {quad.object.value for quad in quads if quad.predicate.value == RDF.TYPE}
    assert {SG.OBJECTIVE, SG.EDITORIAL_DECISION, SG.DERIVATION, SG.SOURCE_DOCUMENT, SG.PUBLICATION} <= kinds
    assert proved(quads).is_sound


def test_violations_refuse_it_and_nothing_is_written(folder: Path) -> None:
    proposal = proposed(folder, WITHOUT_YEAR)
    assert refused_by(proposal.review, ()) == ("PlanHasEndYear",)
    with pytest.raises(PublicationRefused, match="PlanHasEndYear") as caught:
        published(folder, proposal)
    assert "(allow)" in caught.value.mend
    assert len(list_snapshots(folder)) == 1


def test_rules_are_let_pass_by_name_with_a_reason_which_is_recorded(folder: Path) -> None:
    proposal = proposed(folder, WITHOUT_YEAR)
    rules = refused_by(proposal.review, ())
    with pytest.raises(PublicationRefused, match="without a reason"):
        published(folder, proposal, Act(SECOND, "Bob", " ", rules))
    published(folder, proposal, Act(SECOND, "Bob", "The council has not decided.", rules))
    with opened(folder) as store:
        two = versions_of(store, PLAN)[-1]
    assert set(two.allowed) == set(rules)
    assert two.reason == "The council has not decided."


def test_a_rule_that_there_is_not_cannot_be_let_pass(folder: Path) -> None:
    proposal = proposed(folder, WITHOUT_YEAR)
    rules = (*refused_by(proposal.review, ()), "PlanHasEndYaer")
    with pytest.raises(UsageError, match="no rule 'PlanHasEndYaer'; do you mean PlanHasEndYear"):
        published(folder, proposal, Act(SECOND, "Bob", "Not decided.", rules))
    assert len(list_snapshots(folder)) == 1


def test_what_changes_nothing_is_refused(folder: Path) -> None:
    with pytest.raises(PublicationRefused, match="nothing changed"):
        published(folder, proposed(folder, BASE))


def test_what_was_compared_with_an_older_version_is_refused(folder: Path) -> None:
    published(folder, proposed(folder, REWORDED))
    proposal = proposed(folder, BASE.replace("road of stone", "road of clay"), against=1)
    with pytest.raises(PublicationRefused, match="compared with version 1, and 2 is the newest"):
        published(folder, proposal)


def test_who_reviewed_before_somebody_else_published_is_told(folder: Path) -> None:
    mine, theirs = proposed(folder, REWORDED), proposed(folder, BASE.replace("road of stone", "road of clay"))
    published(folder, theirs)
    with pytest.raises((Overtaken, PublicationRefused)):
        published(folder, mine)
    with opened(folder) as store:
        newest = versions_of(store, PLAN)[-1]
        assert {q.triple for q in graph_quads(store, newest.iris.graph)} == set(theirs.plan.statements)


PUBLISHER = """
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from stratgraph.store_contents import Act, contents, version_graphs
from stratgraph.errors import StoreError, PublicationRefused
from stratgraph.formats import rdf
from stratgraph.comparison import compare, propose
from stratgraph.plan_graph import to_statements
from stratgraph.publication import Target, publish_proposal
from stratgraph.store import open_store

folder, file = map(Path, sys.argv[1:])
with closing(open_store(str(folder), max_result_bytes=100_000_000)) as store:
    proposal = propose(compare(store, rdf.read(file.read_bytes(), file=file.name, max_bytes=1_000_000)))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        publish_proposal(Target(folder, store, 9), proposal, Act(datetime(2031, 1, 1, tzinfo=UTC), file.stem))
        print("published")
    except (StoreError, PublicationRefused) as error:
        print(type(error).__name__)
"""


def test_of_two_publishers_at_once_one_wins_and_the_other_is_told(folder: Path) -> None:
    files = []
    for name in ("sand", "clay"):
        files.append(folder / f"{name}.ttl")
        files[-1].write_text(BASE.replace("road of stone", f"road of {name}"), "utf-8")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, str(folder), str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for file in files
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = {file.stem: process.communicate(timeout=60)[0].strip() for file, process in zip(files, running, strict=True)}
    (winner,) = (name for name, words in said.items() if words == "published")
    assert sorted(said.values()) in ([["Overtaken", "published"], ["StoreError", "published"]])
    with opened(folder) as store:
        one, two = versions_of(store, PLAN)
        assert two.by == winner
        assert {q.triple for q in graph_quads(store, one.iris.graph)} == set(plan().statements)


def test_a_number_that_was_rolled_back_from_is_not_given_again(folder: Path) -> None:
    published(folder, proposed(folder, REWORDED))
    with opened(folder) as store:
        roll_back(Target(folder, store, kept_snapshots=5), Act(SECOND, "Ann"))
    with opened(folder) as store:
        assert [(one.number, one.is_taken_back) for one in versions_of(store, PLAN)] == [(1, False), (2, True)]
    assert proposed(folder, REWORDED).number == 3


def test_a_second_plan_comes_beside_the_first(folder: Path) -> None:
    text = BASE.replace("<agency", "<bureau")
    proposal = proposed(folder, text)
    assert (proposal.number, proposal.former, proposal.review.against) == (1, None, "")
    published(folder, proposal)
    query = "PREFIX sg: <https://w3id.org/stratgraph/ontology#> SELECT ?plan { ?plan a sg:StrategicPlan }"
    with opened(folder) as store:
        assert len(solutions(store, query).rows) == 2
        assert len(versions_of(store, PLAN)) == 1


def test_a_build_leaves_later_versions_and_other_sources_alone(folder: Path) -> None:
    with opened(folder) as store:
        again = build(plan(), Target(folder, store, 9), Act(SECOND))
    assert again.snapshot is not None
    published(folder, proposed(folder, REWORDED))
    with opened(folder) as store:
        assert build(plan(), Target(folder, store, 9), Act(SECOND)).snapshot is None
        with pytest.raises(PublicationRefused, match="made of another source"):
            build(plan(REWORDED), Target(folder, store, 9), Act(SECOND))


def test_a_first_build_does_not_replace_what_somebody_published_meanwhile(tmp_path: Path) -> None:
    nothing, graph = Target(tmp_path, None, 9), "https://w3id.org/stratgraph/vocabulary/test"
    publish_graphs(nothing, {graph: [next(iter(plan().statements))]}, ACT, name="t")
    with pytest.raises(Overtaken):
        build(plan(), nothing, Act(FIRST))
    with opened(tmp_path) as store:
        assert graph in store.graph_names()


GRAPH, SECOND_GRAPH = (f"https://w3id.org/stratgraph/vocabulary/{name}" for name in ("test", "second"))


def texts(graph: str, text: str) -> dict[str, list[Triple]]:
    return {graph: [Triple(NamedNode(f"{graph}/1"), NamedNode(SG.TEXT), Literal(text))]}


def test_what_is_published_while_a_build_checks_is_not_undone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version that came in between would be there, and the current view that of the one before."""
    theirs = proposed(folder, REWORDED)

    def publish_meanwhile(store: Store, plan: StatedPlan) -> None:
        del store, plan
        published(folder, theirs)

    monkeypatch.setattr("stratgraph.publication._refuse_other_source", publish_meanwhile)
    with opened(folder) as store, pytest.raises(Overtaken):
        build(plan(), Target(folder, store, 9), Act(FIRST))
    query = f"SELECT ?text {{ ?vision a <{SG.VISION}> ; <{SG.TEXT}> ?text }}"
    with opened(folder) as store:
        assert chosen_version(versions_of(store, PLAN)).number == 2
        assert (
            solutions(store, query).rows == solutions(store, query, dataset_of(store, versions_of(store, PLAN)[1])).rows
        )


def test_what_is_published_while_a_graph_is_checked_is_not_replaced_by_it(folder: Path) -> None:
    with opened(folder) as mine, opened(folder) as theirs:
        target = Target(folder, mine, 9)
        publish_graphs(Target(folder, theirs, 9), texts(GRAPH, "theirs"), ACT, name="t")
        with pytest.raises(Overtaken):
            publish_graphs(target, texts(GRAPH, "mine"), ACT, name="t")
        assert [quad.object for quad in graph_quads(theirs, GRAPH)] == [Literal("theirs")]


def test_a_build_does_not_put_back_what_somebody_has_published_or_removed(folder: Path) -> None:
    shipped = texts(GRAPH, "shipped") | texts(SECOND_GRAPH, "shipped")

    def built() -> tuple[str, ...]:
        with opened(folder) as store:
            return build(plan(), Target(folder, store, 9), ACT, graphs=shipped).left

    def there() -> dict[str, list[object]]:
        with opened(folder) as store:
            names = set(store.graph_names())
            return {g: [q.object for q in graph_quads(store, g)] for g in (GRAPH, SECOND_GRAPH) if g in names}

    assert built() == ()
    assert there() == {GRAPH: [Literal("shipped")], SECOND_GRAPH: [Literal("shipped")]}
    shipped |= texts(SECOND_GRAPH, "of a later release")
    with opened(folder) as store:
        publish_graphs(Target(folder, store, 9), texts(GRAPH, "theirs"), ACT, name="t")
    shipped |= texts(GRAPH, "theirs")
    assert built() == (), "that is what is shipped"
    shipped |= texts(GRAPH, "shipped")
    assert built() == (GRAPH,)
    assert there() == {GRAPH: [Literal("theirs")], SECOND_GRAPH: [Literal("of a later release")]}
    with opened(folder) as store:
        publish_graphs(Target(folder, store, 9), {GRAPH: ()}, ACT, name="t", action="remove")
    assert built() == (GRAPH,)
    assert there() == {SECOND_GRAPH: [Literal("of a later release")]}


def test_a_build_leaves_the_graphs_of_a_store_alone_whose_journal_does_not_name_them(folder: Path) -> None:
    """As one of a release before journals did."""
    with opened(folder) as store:
        publish_graphs(Target(folder, store, 9), texts(GRAPH, "theirs"), ACT, name="t")
    journal = folder / "journal.jsonl"
    journal.write_text(journal.read_text("utf-8").replace(f'"{GRAPH}"', ""), "utf-8")
    with opened(folder) as store:
        done = build(plan(), Target(folder, store, 9), ACT, graphs=texts(GRAPH, "shipped"))
        assert done.left == (GRAPH,)
        assert [quad.object for quad in graph_quads(store, GRAPH)] == [Literal("theirs")]


def test_a_build_leaves_the_record_of_the_first_publication_as_it_is(folder: Path) -> None:
    with opened(folder) as store:
        build(plan(), Target(folder, store, 9), Act(SECOND, "Bob", "again"))
        (one,) = versions_of(store, PLAN)
    assert (one.by, one.time, one.reason) == ("Ann", FIRST, "")
    assert [(entry.by, entry.time) for entry in journal_of(str(folder))] == [("Ann", FIRST), ("Bob", SECOND)]


def test_a_build_leaves_a_version_alone_that_was_taken_back_and_reinstated(folder: Path) -> None:
    published(folder, proposed(folder, REWORDED))
    other = BASE.replace("<agency", "<bureau")
    published(folder, proposed(folder, other))
    with opened(folder) as store:
        first = list_snapshots(folder)[0].id
        roll_back(Target(folder, store, 9), Act(SECOND), first)
        roll_back(Target(folder, store, 9), Act(SECOND), list_snapshots(folder)[-2].id)
    with opened(folder) as store:
        bureau = PLAN.replace("agency", "bureau")
        (before,) = versions_of(store, bureau)
        assert [act.reinstates for act in before.rollbacks] == [False, True]
        assert build(plan(other), Target(folder, store, 9), ACT).snapshot is None
        assert versions_of(store, bureau) == (before,)


def test_another_graph_is_published_in_place_of_its_former_self_and_shows_in_the_current_view(folder: Path) -> None:
    graph = "https://w3id.org/stratgraph/vocabulary/test"
    triple = next(iter(plan().statements))
    label = type(triple)(NamedNode(f"{graph}/1"), NamedNode(SG.TEXT), Literal("one"))
    query = f"SELECT ?text {{ <{graph}/1> <{SG.TEXT}> ?text }}"
    for triples, expected in (([label], 1), ([label], 1), ([], 0)):
        with opened(folder) as store:
            publish_graphs(Target(folder, store, 9), {graph: triples, f"{graph}/record": triples}, ACT, name="t")
        with opened(folder) as store:
            assert len(solutions(store, query).rows) == expected
            assert (graph in store.graph_names()) == bool(expected)
            assert len(versions_of(store, PLAN)) == 1


def test_what_is_mended_is_reviewed_again_and_rests_on_its_place(folder: Path) -> None:
    with opened(folder) as store:
        comparison = compare(store, plan(BASE.replace('sg:text "To build roads."@en', 'sg:text "To build roads."')))
    proposal = propose(comparison)
    mended, done = mend(comparison, proposal)
    assert len(mended.review.violations) < len(proposal.review.violations)
    added = {triple for one in done for triple in one.added}
    assert added
    assert added <= set(mended.plan.statements)
    assert all(mended.plan.statements[triple].spans for triple in added)
