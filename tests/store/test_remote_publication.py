"""Publishing to real servers: what is in force stays whole until the new one is, and nothing old is left."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from contract import ex, quad, rows
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Triple, parse_query_results

from sparql_servers import oxigraph, virtuoso
from stratgraph.comparison import compare, propose
from stratgraph.errors import Overtaken, RemoteError, StoreError, UsageError
from stratgraph.formats import rdf
from stratgraph.history import graph_quads, versions_of
from stratgraph.publication import Target, build, publish_graphs, publish_proposal, roll_back
from stratgraph.results import JSON
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import open_store, publish, solutions
from stratgraph.store.remote import publishing
from stratgraph.store.remote.publication import Publication, read_publication
from stratgraph.store_contents import Act

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sparql_servers import Server
    from stratgraph.comparison import Proposal
    from stratgraph.store import Published, Store

BASE = (Path(__file__).parents[1] / "shapes/base.ttl").read_text("utf-8")
TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
PUBLICATIONS = "https://w3id.org/stratgraph/store"
EVERYTHING = "SELECT ?g ?o WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
OLD = (quad("a", "old view"), quad("a", "same", "kept"), quad("a", "old", "changed"), quad("a", "gone", "dropped"))
NEW = (quad("a", "new view"), quad("a", "same", "kept"), quad("a", "new", "changed"), quad("a", "first", "added"))
OLD_ROWS = {(None, "old view"), ("kept", "same"), ("changed", "old"), ("dropped", "gone")}
NEW_ROWS = {(None, "new view"), ("kept", "same"), ("changed", "new"), ("added", "first")}


@pytest.fixture
def server(has_oxigraph: None, tmp_path: Path) -> Iterator[Server]:
    del has_oxigraph
    with oxigraph(tmp_path) as found:
        yield found


def published(server: Server, quads: Iterable[Quad]) -> Published:
    return publish(server.address, quads, name="a test", created=TIME, remote=server.access)


@contextmanager
def reader(server: Server) -> Iterator[Store]:
    with closing(open_store(server.address, max_result_bytes=10_000_000, remote=server.access)) as store:
        yield store


def content(server: Server) -> set[tuple[str | None, ...]]:
    with reader(server) as store:
        return rows(store, EVERYTHING)


def asked_directly(server: Server, query: str) -> set[str]:
    """What the server itself says, without us."""
    answer = httpx.post(server.address, data={"query": query}, headers={"Accept": JSON.media_types[0]}, timeout=60)
    found = parse_query_results(answer.raise_for_status().content, JSON.engine)
    assert isinstance(found, QuerySolutions)
    return {row[0].value for row in found}


def graphs_on(server: Server) -> set[str]:
    return asked_directly(server, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")


def updated_directly(server: Server, update: str) -> None:
    answer = httpx.post(server.access.update, content=update, headers={"Content-Type": "application/sparql-update"})
    answer.raise_for_status()


def test_a_publication_takes_the_place_of_the_one_before(server: Server) -> None:
    first, second = published(server, OLD), published(server, NEW)
    assert first.quads == 4
    # The time, and what tells it from another one that began in the same second.
    assert re.fullmatch("000001-20300102T030405Z-[0-9a-f]{8}", first.id)
    assert re.fullmatch("000002-20300102T030405Z-[0-9a-f]{8}", second.id)
    assert content(server) == NEW_ROWS
    with reader(server) as store:
        assert store.state == second.id
        assert [name.rpartition("/")[2] for name in store.graph_names()] == ["added", "changed", "kept"]


def test_nothing_old_is_left_but_the_view_that_somebody_may_be_reading(server: Server) -> None:
    *_, third, fourth = (f"{PUBLICATIONS}/{published(server, quads).id}" for quads in (OLD, NEW, OLD, NEW))
    own = {graph for graph in graphs_on(server) if graph.startswith(PUBLICATIONS)}
    assert own == {PUBLICATIONS, third, f"{third}/current", fourth, f"{fourth}/current"}
    others = {graph.rpartition("/")[2] for graph in graphs_on(server) if not graph.startswith(PUBLICATIONS)}
    assert others == {"added", "changed", "kept"}


def test_who_reads_goes_on_and_sees_the_new_one_soon(server: Server) -> None:
    from stratgraph.store.remote.asking import RemoteStore  # noqa: PLC0415 - for its clock alone

    published(server, OLD)
    with (
        closing(RemoteStore(server.address, server.access, max_result_bytes=1000)) as patient,
        closing(RemoteStore(server.address, server.access, max_result_bytes=1000, fresh_s=0)) as keen,
    ):
        assert rows(patient, EVERYTHING) == rows(keen, EVERYTHING) == OLD_ROWS
        published(server, NEW)
        # It has not looked since: the view that it knows is there still, whole.
        assert rows(patient, "SELECT ?o WHERE { ?s ?p ?o }") in ({("old view",)}, {("new view",)})
        assert rows(keen, EVERYTHING) == NEW_ROWS


SWITCH = 6
"""The step of the publication of NEW after OLD that makes it the one in force."""


@pytest.mark.parametrize("broken_at", range(1, SWITCH + 2))
def test_wherever_it_breaks_off_one_is_in_force_whole_and_the_next_one_clears(
    server: Server, monkeypatch: pytest.MonkeyPatch, broken_at: int
) -> None:
    published(server, OLD)
    calls = 0
    for name in ("update", "put_graph", "add_to_graph", "delete_graph"):
        original = getattr(publishing.Endpoint, name)

        def step(endpoint: object, *values: object, original: object = original) -> object:
            nonlocal calls
            calls += 1
            if calls == broken_at:
                raise RemoteError("The cable was cut.")
            return original(endpoint, *values)

        monkeypatch.setattr(publishing.Endpoint, name, step)
    with pytest.raises(RemoteError, match="cable"):
        published(server, NEW)
    assert content(server) == (OLD_ROWS if broken_at <= SWITCH else NEW_ROWS)
    monkeypatch.undo()
    published(server, NEW)
    published(server, NEW)
    assert content(server) == NEW_ROWS
    assert {graph.rpartition("/")[2] for graph in graphs_on(server) if "/new/" in graph} == set()
    own = {graph for graph in graphs_on(server) if graph.startswith(PUBLICATIONS)}
    assert len(own) == 5


# Of OTHER "added" has another content than of NEW, "kept" and "dropped" go, "more" is new.
OTHER = (quad("a", "other view"), quad("a", "other", "changed"), quad("b", "theirs", "added"), quad("b", "x", "more"))
OTHER_ROWS = {(None, "other view"), ("changed", "other"), ("added", "theirs"), ("more", "x")}


def published_in_place_of(before: str, server: Server, quads: Iterable[Quad]) -> bool:
    """Whether it came into force; otherwise the publisher was told."""
    try:
        publish(server.address, quads, name="a test", created=TIME, remote=server.access, expected=before)
    except Overtaken:
        return False
    return True


def published_at_once(server: Server, before: str, at: int) -> tuple[bool, bool, int]:
    """Whether NEW, and OTHER that is published at a step of NEW, came into force; and how many steps NEW took."""
    taken, is_other = 0, False
    with pytest.MonkeyPatch.context() as patched:
        for name in ("query", "update", "put_graph", "add_to_graph", "delete_graph"):
            original = getattr(publishing.Endpoint, name)

            def step(endpoint: object, *values: object, original: Callable[..., object] = original) -> object:
                nonlocal taken, is_other
                taken += 1
                if taken == at:
                    patched.undo()
                    is_other = published_in_place_of(before, server, OTHER)
                return original(endpoint, *values)

            patched.setattr(publishing.Endpoint, name, step)
        return published_in_place_of(before, server, NEW), is_other, taken


@pytest.mark.parametrize("kind", ["oxigraph", "virtuoso"])
@pytest.mark.parametrize("begin", [(), OLD], ids=["first", "next"])
def test_of_two_publications_at_once_one_is_in_force_whole_at_whatever_step_the_other_came(
    request: pytest.FixtureRequest, kind: str, begin: tuple[Quad, ...]
) -> None:
    server: Server = request.getfixturevalue("virtuoso_server" if kind == "virtuoso" else "server")
    *_, steps = published_at_once(server, begun(server, begin), 0)
    winners = set()
    # Virtuoso takes seconds for each, and is asked for the last step and the first.
    for at in range(steps, 0, -1 if kind == "oxigraph" else 1 - steps):
        is_new, is_other, _ = published_at_once(server, begun(server, begin), at)
        assert is_new != is_other
        assert content(server) == (NEW_ROWS if is_new else OTHER_ROWS), at
        winners.add(is_new)
        published(server, NEW)
        own = {graph for graph in graphs_on(server) if graph.startswith(PUBLICATIONS)}
        assert not {graph for graph in own if "/new/" in graph}, "what the other one left is cleared"
        assert len(own) == 5
    assert winners == {True, False}


def test_of_many_publishers_in_the_same_moment_one_comes_into_force(server: Server) -> None:
    for _ in range(3):
        before = published(server, OLD).id
        contents = [(quad("a", f"view {n}"), quad("a", f"{n}", "changed"), quad("a", f"{n}", "new")) for n in range(6)]
        with ThreadPoolExecutor(6) as pool:
            won = list(pool.map(published_in_place_of, [before] * 6, [server] * 6, contents))
        assert won.count(True) == 1
        n = won.index(True)
        assert content(server) == {(None, f"view {n}"), ("changed", f"{n}"), ("new", f"{n}")}


def test_who_looks_while_two_come_into_force_reads_the_second_whole(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(server, OLD)

    def read_late(endpoint: object, identifier: str) -> Publication:
        monkeypatch.undo()
        published(server, OLD)
        published(server, NEW)
        return read_publication(endpoint, identifier)  # type: ignore[arg-type]

    monkeypatch.setattr("stratgraph.store.remote.asking.read_publication", read_late)
    assert content(server) == NEW_ROWS


def begun(server: Server, quads: Iterable[Quad]) -> str:
    """The id of a publication that is in force alone; empty where nothing was ever published."""
    graphs = [graph for graph in graphs_on(server) if graph.startswith((PUBLICATIONS, "http://example.org/"))]
    for graph in graphs:
        httpx.delete(
            server.access.graph_store,
            params={"graph": graph},
            auth=httpx.DigestAuth(server.access.user, server.access.password) if server.access.user else None,
        ).raise_for_status()
    return published(server, quads).id if quads else ""


def test_a_graph_of_the_same_content_is_left_alone(server: Server) -> None:
    published(server, OLD)
    for graph in (ex("kept").value, ex("changed").value):
        updated_directly(server, f'INSERT DATA {{ GRAPH <{graph}> {{ <a:s> <a:p> "by hand" }} }}')
    published(server, reversed(NEW))
    assert content(server) == NEW_ROWS | {("kept", "by hand")}


def test_blank_nodes_stay_one_node_in_a_graph_of_several_parts(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_PART_BYTES", 1000)
    node, other = BlankNode("n"), BlankNode("m")
    many = [quad(f"thing/{number}", "x") for number in range(100)]
    linked = [Quad(ex("a"), ex("p"), node), *many, Quad(node, ex("q"), other), *many, Quad(other, ex("r"), ex("b"))]
    published(server, linked)
    with reader(server) as store:
        found = solutions(store, "PREFIX : <http://example.org/> SELECT ?s ?o WHERE { ?s :p ?n . ?n :q ?m . ?m :r ?o }")
        assert found.rows == ((ex("a"), ex("b")),)
        with store.read_graph(None, N_TRIPLES) as answer:
            assert len(answer.read().splitlines()) == 103


def test_a_server_without_the_graph_store_protocol_is_written_by_updates(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_UPDATE_BYTES", 1000)
    plain = replace(server, access=replace(server.access, graph_store=""))
    text = Literal('a "b" \\ \n c # the triples } ; DROP ALL', language="en")
    many = [quad(f"thing/{number}", "x") for number in range(100)]
    for _ in range(2):
        published(plain, [*OLD, *many, Quad(ex("a"), ex("p"), text)])
    assert content(plain) == OLD_ROWS | {(None, "x"), (None, text.value)}


@pytest.mark.parametrize("place", ["default", "http://example.org/copy"])
def test_the_current_view_is_copied_for_those_who_ask_the_server_itself(server: Server, place: str) -> None:
    copying = replace(server, access=replace(server.access, default_graph=place))
    for quads, view in ((OLD, "old view"), (NEW, "new view")):
        published(copying, quads)
        of = "" if place == "default" else f"FROM <{place}>"
        assert asked_directly(server, f"SELECT ?o {of} WHERE {{ ?s ?p ?o }}") == {view}
    assert content(server) == NEW_ROWS


def test_without_an_address_for_updates_nothing_is_published(server: Server) -> None:
    reading = replace(server, access=replace(server.access, update=""))
    with pytest.raises(StoreError) as raised:
        published(reading, OLD)
    assert "remote_update" in raised.value.mend
    assert graphs_on(server) == set()


def test_an_address_for_updates_that_takes_none_is_told(server: Server) -> None:
    wrong = replace(server, access=replace(server.access, update=server.address))
    with pytest.raises(RemoteError):
        published(wrong, OLD)


def test_a_copy_to_what_is_no_iri_is_refused_before_anything_is_written(server: Server) -> None:
    wrong = replace(server, access=replace(server.access, default_graph="no iri"))
    with pytest.raises(UsageError, match="no iri"):
        published(wrong, OLD)
    assert graphs_on(server) == set()


def test_a_build_on_a_server_leaves_alone_what_is_there_and_a_version_comes_back_as_the_next_one(
    server: Server,
) -> None:
    graph = "https://w3id.org/stratgraph/vocabulary/test"
    shipped = {graph: [Triple(ex("a"), ex("p"), Literal("shipped"))]}
    theirs = {graph: [Triple(ex("a"), ex("p"), Literal("theirs"))]}

    def target(store: Store | None) -> Target:
        return Target(server.address, store, 9, server.access)

    def proposed(store: Store, text: str, against: int) -> Proposal:
        data = BASE.replace('"A road of stone"', f'"A road of {text}"').encode()
        return propose(compare(store, rdf.read(data, file="plan.ttl", max_bytes=1_000_000), against=against))

    plan = rdf.read(BASE.encode(), file="plan.ttl", max_bytes=1_000_000)
    assert build(plan, target(None), Act(TIME), graphs=shipped).left == ()
    with reader(server) as store:
        assert build(plan, target(store), Act(TIME), graphs=shipped).left == ()
    with reader(server) as store:
        publish_graphs(target(store), theirs, Act(TIME), name="theirs")
    with reader(server) as store:
        assert build(plan, target(store), Act(TIME), graphs=shipped).left == (graph,)
    with reader(server) as store:
        assert [quad.object for quad in graph_quads(store, graph)] == [Literal("theirs")]
        publish_proposal(target(store), proposed(store, "sand", 1), Act(TIME))
    with pytest.raises(UsageError, match="a server") as raised:
        roll_back(target(None), Act(TIME))
    assert "publish that against the one in force" in raised.value.mend
    with reader(server) as store:
        publish_proposal(target(store), proposed(store, "stone", 2), Act(TIME))
    with reader(server) as store:
        versions = versions_of(store, "https://w3id.org/stratgraph/id/agency/plan/1")
        assert [(one.number, one.is_taken_back) for one in versions] == [(1, False), (2, False), (3, False)]
        first, _, third = (graph_quads(store, one.iris.graph) for one in versions)
        assert {quad.triple for quad in first} == {quad.triple for quad in third}


# --- Virtuoso ---


def test_virtuoso_keeps_nothing_old_either(virtuoso_server: Server) -> None:
    for quads in (OLD, NEW, OLD, NEW):
        published(virtuoso_server, quads)
        expected = OLD_ROWS if quads is OLD else NEW_ROWS
        assert content(virtuoso_server) == expected
    graphs = asked_directly(virtuoso_server, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert len({graph for graph in graphs if graph.startswith(PUBLICATIONS)}) == 5
    assert {graph for graph in graphs if graph.startswith("http://example.org/")} == {
        ex(name).value for name in ("added", "changed", "kept")
    }


def test_what_virtuoso_would_keep_as_one_is_refused_and_the_old_one_stays(virtuoso_server: Server) -> None:
    published(virtuoso_server, OLD)
    integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    numbers = [Quad(ex("a"), ex("p"), Literal(text, datatype=integer)) for text in ("7", "007")]
    with pytest.raises(StoreError, match=r"has 1 triples .* where 2 were written"):
        published(virtuoso_server, numbers)
    assert content(virtuoso_server) == OLD_ROWS


def test_virtuoso_has_no_default_graph_to_copy_to_but_copies_to_a_named_one(virtuoso_server: Server) -> None:
    copying = replace(virtuoso_server, access=replace(virtuoso_server.access, default_graph="default"))
    with pytest.raises(UsageError, match="union"):
        published(copying, OLD)
    place = "http://example.net/copy"
    query = "SELECT ?o FROM <http://example.net/copy> WHERE { ?s ?p ?o }"
    for quads, view in ((OLD, "old view"), (NEW, "new view")):
        published(replace(virtuoso_server, access=replace(virtuoso_server.access, default_graph=place)), quads)
        assert asked_directly(virtuoso_server, query) == {view}


def test_virtuoso_without_the_password_writes_nothing(virtuoso_server: Server) -> None:
    wrong = replace(virtuoso_server, access=replace(virtuoso_server.access, password="wrong"))  # noqa: S106 - no one's
    with pytest.raises(RemoteError, match="refuses us"):
        published(wrong, OLD)


def test_a_virtuoso_that_cuts_graphs_is_refused(virtuoso_server: Server, tmp_path: Path) -> None:
    del virtuoso_server  # it says whether there is one
    with virtuoso(tmp_path, sparql="ResultSetMaxRows = 10000") as server:
        published(server, OLD)
        with pytest.raises(StoreError, match="10000 rows") as raised, reader(server):
            pass
    assert "ResultSetMaxRows" in raised.value.mend


def test_the_danger_that_functions_are_refused_for_is_real(virtuoso_server: Server) -> None:
    # Were it not so any more, quirks.py would say too much.
    page = virtuoso_server.address.removesuffix("sparql")
    assert (
        "<html" in "".join(asked_directly(virtuoso_server, f"SELECT (<bif:http_get>('{page}') AS ?page) {{}}")).lower()
    )
