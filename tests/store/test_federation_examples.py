"""The queries of docs/how-to/link.md that ask two servers: ours without the SDGs, and a real one with nothing else.

The page's addresses stand for those of the servers. What is expected comes from the tables of links and the file of the
SDGs, read here without a query.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import socket
import threading
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from sparql_servers import oxigraph, stratgraph
from stratgraph.links import shipped
from stratgraph.plan_graph import to_statements
from stratgraph.publication import Target, build
from stratgraph.store_contents import Act
from stratgraph.terms import IDENTIFIERS
from stratgraph.vocabularies import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stratgraph.document import PlanDocument

TOP = Path(__file__).parents[2]
SDG_FILE = TOP / "data/vocabularies/sdg.ttl.gz"
UNBIS_FILE = TOP / "data/vocabularies/unbis.tsv.gz"
PLAN = f"{IDENTIFIERS}itu/plan/2012-2015"
SDG = "http://metadata.un.org/sdg/"
UNBIS = "http://metadata.un.org/thesaurus/"
THERE, HERE = "https://sdg.example/sparql", "https://plans.example/sparql"

TITLES, SHARED, SILENT, ASKED_THERE = (
    block
    for block in re.findall(
        r"^```sparql\n(.*?)^```", (TOP / "docs/how-to/link.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    if "SERVICE" in block
)
TIMEOUT_S = 1.0


# --- what is expected ---------------------------------------------------------------------------------------------


def links(name: str) -> set[tuple[str, str]]:
    """Element and concept of each link of a table."""
    lines = (TOP / f"data/links/itu-2012-2015-{name}.sssom.tsv").read_text("utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    prefixes = {"plan": f"{PLAN}/", "sdg": SDG, "unbis": UNBIS}
    full = [[row[column].partition(":") for column in ("subject_id", "object_id")] for row in rows]
    return {(f"{prefixes[s[0]]}{s[2]}", f"{prefixes[o[0]]}{o[2]}") for s, o in full}


class Goals:
    """The file of the SDGs: which are targets, their labels by language, their subjects, and what they are below."""

    def __init__(self) -> None:
        self.targets: set[str] = set()
        self.labels: dict[str, dict[str, str]] = defaultdict(dict)
        self.subjects: dict[str, set[str]] = defaultdict(set)
        self.broader: dict[str, set[str]] = defaultdict(set)
        for quad in parse(gzip.decompress(SDG_FILE.read_bytes()), RdfFormat.TURTLE):
            if not isinstance(quad.subject, NamedNode):
                continue
            thing, value = quad.subject.value, quad.object
            match re.split("[/#]", quad.predicate.value)[-1], value:
                case "type", NamedNode(value=f) if f == f"{SDG}ontology#Target":
                    self.targets.add(thing)
                case "prefLabel", Literal() if value.language:
                    self.labels[thing][value.language] = value.value
                case "subject", NamedNode():
                    self.subjects[thing].add(value.value)
                case "broader", NamedNode():
                    self.broader[thing].add(value.value)


@pytest.fixture(scope="module")
def goals() -> Goals:
    return Goals()


def objective(place: str) -> str:
    return f"{PLAN}/{place}"


def is_objective(element: str) -> bool:
    return re.fullmatch(r".*/objective/\d+", element) is not None


# --- the servers --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def far(has_oxigraph: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server that has the SDGs, as their file is, and nothing else."""
    del has_oxigraph
    with oxigraph(tmp_path_factory.mktemp("far")) as server:
        loaded = httpx.post(
            f"{server.access.graph_store}?default",
            content=gzip.decompress(SDG_FILE.read_bytes()),
            headers={"Content-Type": "text/turtle"},
            timeout=60,
        )
        assert loaded.status_code == 204, loaded.text
        yield server.address


@contextmanager
def replying(reply: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server that answers each POST as ``reply`` says; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            reply(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(request: BaseHTTPRequestHandler, content: bytes, media_type: str, status: int = 200) -> None:
    request.send_response(status)
    request.send_header("Content-Type", media_type)
    request.end_headers()
    request.wfile.write(content)


JSON = "application/sparql-results+json"
ENDED = threading.Event()
TROUBLES: dict[str, Callable[[BaseHTTPRequestHandler], Any]] = {
    "slow": lambda _: ENDED.wait(60),
    "broken": lambda request: send(request, b"on fire", "text/plain", 500),
    "page": lambda request: send(request, b"<!doctype html><title>Welcome</title>", "text/html"),
    "nonsense": lambda request: send(request, b"{'welcome'}", JSON),
    "graph": lambda request: send(request, b"<a:s> <a:p> <a:o> .", "application/n-triples"),
    "cut off": lambda request: send(
        request, b'{"head":{"vars":["target","title"]},"results":{"bindings":[{"targ', JSON
    ),
}
UNREADABLE = {"nonsense", "cut off"}


@pytest.fixture(scope="module")
def troubled() -> Iterator[dict[str, str]]:
    """The addresses of servers with a trouble each; nobody listens at that of the one that is down."""
    with ExitStack() as stack:
        down = stack.enter_context(socket.socket())
        down.bind(("127.0.0.1", 0))  # bound, so that nobody else can get the port
        addresses = {name: stack.enter_context(replying(reply)) for name, reply in TROUBLES.items()}
        stack.callback(ENDED.set)
        yield {"down": f"http://127.0.0.1:{down.getsockname()[1]}/sparql", **addresses}


@pytest.fixture(scope="module")
def near(
    annex_document: PlanDocument, far: str, troubled: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Our server: the annex, the links, UNBIS; of the SDGs it asks others, which are on its list."""
    store = tmp_path_factory.mktemp("store")
    plan, act = to_statements(annex_document, file="annex"), Act(datetime(2030, 1, 2, tzinfo=UTC))
    graphs = {**read_vocabulary("unbis").graphs, **dict(shipped())}
    assert build(plan, Target(store, None, 2), act, graphs=graphs).snapshot
    settings = {
        "STRATGRAPH_STORE": str(store),
        "STRATGRAPH_SERVICE_ALLOW_LIST": " ".join([far, *troubled.values()]),
        "STRATGRAPH_SERVICE_TIMEOUT_S": str(TIMEOUT_S),
    }
    with stratgraph(tmp_path_factory.mktemp("near"), settings) as address:
        yield f"{address}/sparql"


def ask(address: str, query: str, **addresses: str) -> httpx.Response:
    """Asks a query of the page, with the servers' addresses in place of the page's."""
    for shown, real in ((THERE, addresses.get("there")), (HERE, addresses.get("here"))):
        if real:
            assert f"<{shown}>" in query
            query = query.replace(shown, real)
    return httpx.post(address, data={"query": query}, headers={"Accept": "text/csv"}, timeout=60)


def rows(response: httpx.Response) -> list[tuple[str, ...]]:
    assert response.status_code == 200, response.text
    return [tuple(row) for row in csv.reader(io.StringIO(response.text))][1:]


# --- joined -------------------------------------------------------------------------------------------------------


def test_titles_come_from_the_other_server(near: str, far: str, goals: Goals) -> None:
    linked = {o for s, o in links("sdg") if s == objective("itu-d/objective/5") and o in goals.targets}
    assert len(linked) == 6
    expected = [(target, goals.labels[target]["fr"]) for target in sorted(linked)]
    assert rows(ask(near, TITLES, there=far)) == expected
    # Ours has none of its own, so they can come from nowhere else.
    known = httpx.post(
        near, data={"query": f"ASK {{ <{SDG}4.4> ?p ?o }}"}, headers={"Accept": "application/sparql-results+json"}
    )
    assert known.json()["boolean"] is False


def test_links_are_borne_out_by_the_subjects_of_both(near: str, far: str, goals: Goals) -> None:
    with gzip.open(UNBIS_FILE, "rt", encoding="utf-8") as file:
        labels = {row["iri"]: row["label_en"] for row in csv.DictReader(file, delimiter="\t")}
    about = links("unbis")
    expected = sorted(
        (element, target, labels[subject])
        for element, target in links("sdg")
        if is_objective(element) and target in goals.targets
        for subject in goals.subjects[target]
        if (element, subject) in about
    )
    assert (objective("itu-t/objective/2"), f"{SDG}9.c", "COMMUNICATION TECHNOLOGY") in expected
    assert rows(ask(near, SHARED, there=far)) == expected


def test_silent_changes_nothing_where_the_other_server_answers(near: str, far: str, goals: Goals) -> None:
    linked = {o for s, o in links("sdg") if s == objective("itu-t/objective/3")}
    expected = [(concept, goals.labels[concept]["en"]) for concept in sorted(linked)]
    assert rows(ask(near, SILENT, there=far)) == expected


def test_another_server_asks_ours(near: str, far: str, goals: Goals) -> None:
    below = {target for target in goals.targets if f"{SDG}13" in goals.broader[target]}
    expected = sorted(
        (element, target, goals.labels[target]["es"])
        for element, target in links("sdg")
        if is_objective(element) and target in below
    )
    assert {element for element, _, _ in expected} == {objective("itu-d/objective/6")}
    assert rows(ask(far, ASKED_THERE, here=near)) == expected


def test_an_address_that_is_not_on_the_list_is_not_called(near: str, far: str) -> None:
    for query in (TITLES, SILENT):
        refused = ask(near, query, there=f"{far}/other")
        assert (refused.status_code, refused.json()["type"]) == (400, "/problems/query-refused")
        assert f"{far}/other" in refused.json()["detail"]
        assert far in refused.json()["mend"]


# --- the other server is in trouble -------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", ["down", *TROUBLES])
def test_the_trouble_of_another_server_is_told(near: str, troubled: dict[str, str], trouble: str) -> None:
    address = troubled[trouble]
    failed = ask(near, TITLES, there=address)
    assert (failed.status_code, failed.json()["type"]) == (502, "/problems/remote")
    # The gateway's own address, by which it was called, is nobody's business; what cannot be parsed has none.
    named = set(re.findall(r"http://127[^ >]*/\w+", failed.json()["detail"]))
    assert named == (set() if trouble in UNREADABLE else {address})


@pytest.mark.parametrize("trouble", ["down", *(name for name in TROUBLES if name != "cut off")])
def test_silent_leaves_out_what_a_server_in_trouble_has_not_given(
    near: str, troubled: dict[str, str], trouble: str
) -> None:
    linked = {o for s, o in links("sdg") if s == objective("itu-t/objective/3")}
    assert len(linked) == 3
    assert rows(ask(near, SILENT, there=troubled[trouble])) == [(concept, "") for concept in sorted(linked)]


def test_an_answer_that_breaks_off_is_told_though_silent(near: str, troubled: dict[str, str]) -> None:
    # What had come till then would be taken for all.
    failed = ask(near, SILENT, there=troubled["cut off"])
    assert (failed.status_code, failed.json()["type"]) == (502, "/problems/remote")


def test_a_query_without_the_other_server_is_answered_meanwhile(near: str, troubled: dict[str, str]) -> None:
    waiting = threading.Thread(target=ask, args=(near, TITLES), kwargs={"there": troubled["slow"]})
    waiting.start()
    here = httpx.post(
        near, data={"query": "ASK { ?s ?p ?o }"}, headers={"Accept": "application/sparql-results+json"}, timeout=60
    )
    assert here.json()["boolean"] is True
    waiting.join()
