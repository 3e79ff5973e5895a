"""SPARQL over HTTP: ours beside the Oxigraph server, Virtuoso and rdflib-endpoint, with the same plans and queries.

    make bench-http [ARGUMENTS='--sizes 1 100 --rounds 3']      (or: .venv/bin/python benchmarks/http_servers.py …)

For each number of plans: the servers are started, all are asked every query of ``queries/`` and must answer alike, and
then they are asked in turn, a round of all queries after the other. "Engine" is Oxigraph in the benchmark's own
process, on the data where our server has them: in memory up to the setting ``max_memory_quads``, else on disk.

No request of the rounds repeats an earlier one: light queries ask for another plan each time, and a comment with a
number is in each, so that what is measured is the query and not a cache. "Repeated" asks the same again.

A time is that of the whole request from one Python client, some 0.15 ms of it the client's own; throughput is wrk's
(Debian: wrk) with 16 connections, which shares the machine with the server.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from peers import DEADLINE_S, RDFLIB_MOST_PLANS, Data, Peer, found, memory_mb, prepare
from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store, parse, serialize

from stratgraph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

QUERIES: Final = Path(__file__).with_name("queries")
LIGHT: Final = ("ask", "lookup", "describe", "two-hops")
LOADED: Final = ("lookup", "describe")
CONNECTIONS: Final = 16
_TABLE_TYPE: Final = "application/sparql-results+json"
_GRAPH_TYPE: Final = "application/n-triples"
# A light query is asked so many times in a round, any other once.
_LIGHT_TIMES: Final = 20
# More than a server of Python answers in a measurement; one that is faster begins again.
_OTHERS: Final = 20_000
_PATIENCE_S: Final = DEADLINE_S + 10
_HEAVY_MS: Final = 50


@dataclass(frozen=True, slots=True)
class Query:
    """One of the set."""

    name: str
    text: str

    @property
    def is_cut(self) -> bool:
        """Whether it has a LIMIT without an order, so that only the number of its rows is the same everywhere."""
        return "LIMIT" in self.text and "ORDER BY" not in self.text

    @property
    def is_graph(self) -> bool:
        """Whether its answer is triples."""
        return "CONSTRUCT" in self.text or "DESCRIBE" in self.text

    @property
    def times(self) -> int:
        """How often it is asked in a round."""
        return _LIGHT_TIMES if self.name in LIGHT else 1

    def fresh(self, number: int, plans: int, choice: random.Random) -> str:
        """The same question as nobody has asked it: of another plan where it is of one."""
        return f"# {number}\n{self.text.replace('org-000001', f'org-{choice.randint(1, plans):06}')}"


class Client:
    """One connection to one server."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._place = urlsplit(peer.address)
        self._connection = self._connect()

    def ask(self, query: Query, text: str) -> bytes | str:
        """The answer's body; a word on why there is none."""
        target = path_of(self.peer, text)
        headers = {"Accept": _GRAPH_TYPE if query.is_graph else _TABLE_TYPE}
        try:
            try:
                response, body = self._request(target, headers)
            except (ConnectionError, http.client.RemoteDisconnected):
                # Servers close a connection that was idle for some seconds, while others were asked.
                response, body = self._request(target, headers)
        except (OSError, http.client.HTTPException) as error:
            return f"> {_PATIENCE_S} s" if isinstance(error, TimeoutError) else type(error).__name__
        # Ours says the kind of the problem, the last word of its type.
        problem = json.loads(body) if response.headers.get_content_type() == "application/problem+json" else {}
        return body if response.status == 200 else f"{response.status} {problem.get('type', '').rpartition('/')[2]}"

    def _request(self, target: str, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        try:
            self._connection.request("GET", target, headers=headers)
            response = self._connection.getresponse()
            return response, response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = self._connect()
            raise

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(str(self._place.hostname), self._place.port, timeout=_PATIENCE_S)


class Engine:
    """Oxigraph in this process, as a client is asked."""

    def __init__(self, data: Data) -> None:
        self.in_memory = data.snapshot.quads <= Settings().max_memory_quads
        if self.in_memory:
            self._store = Store()
            self._store.bulk_load(path=str(data.quads), format=RdfFormat.N_QUADS)
        else:
            self._store = Store.read_only(str(data.snapshot.store_folder))

    def ask(self, query: Query, text: str) -> bytes | str:
        """The answer, serialised as over HTTP."""
        del query
        answer = self._store.query(text)
        if isinstance(answer, QueryTriples):
            return serialize(answer, format=RdfFormat.N_TRIPLES)
        return answer.serialize(format=QueryResultsFormat.JSON)


def path_of(peer: Peer, text: str) -> str:
    """Path and parameters of a request."""
    parameters = [*peer.parameters, ("query", peer.prologue + text)]
    if peer.parameters:
        # Where the default graph is named, so must be the others (SPARQL 1.1 Protocol, section 2.1.4).
        parameters += [("named-graph-uri", graph) for graph in re.findall(r"GRAPH <([^>]+)>", text)]
    return f"{urlsplit(peer.address).path}?{urlencode(parameters, quote_via=quote)}"


# --- do they answer alike? --------------------------------------------------------------------------------------------


def content(query: Query, body: bytes) -> Any:
    """What must be equal: the rows, the triples, yes or no; of a query that is cut, how many."""
    if query.is_graph:
        # rdflib-endpoint describes in RDF/XML, whatever is asked for.
        form = RdfFormat.RDF_XML if body.startswith(b"<?xml") else RdfFormat.N_TRIPLES
        triples = {str(quad.triple) for quad in parse(body, format=form)}
        return len(triples) if query.is_cut else triples
    answer = json.loads(body)
    if "boolean" in answer:
        return answer["boolean"]
    rows, names = answer["results"]["bindings"], answer["head"]["vars"]
    if names == ["__ASK_RETVAL"]:  # Virtuoso's way
        return rows[0][names[0]]["value"] == "1"
    if query.is_cut:
        return len(rows)
    # A number's datatype may be any of the integers; and Virtuoso says typed-literal, as before SPARQL 1.1.
    return Counter(tuple(_term(row.get(name)) for name in names) for row in rows)


def _term(binding: dict[str, str] | None) -> tuple[bool, str, str] | None:
    return binding and (binding["type"] == "uri", binding["value"], binding.get("xml:lang", "").lower())


def size(of_content: Any) -> str:
    """How large an answer is, in words."""
    if isinstance(of_content, Counter):
        return f"{of_content.total():,}"
    if isinstance(of_content, set):
        return f"{len(of_content):,}"
    return f"{of_content:,}" if type(of_content) is int else str(of_content).lower()


# --- one size ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Measured:
    """What came out for one number of plans; times in milliseconds, by query and name of server."""

    plans: int
    quads: int
    peers: list[Peer]
    engine: str
    notes: list[str]
    sizes: dict[str, str] = field(default_factory=dict)
    remarks: dict[tuple[str, str], str] = field(default_factory=dict)
    times: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    repeated: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    throughput: dict[tuple[str, str, str], float] = field(default_factory=dict)
    memory: dict[str, tuple[float, float]] = field(default_factory=dict)


def measure(plans: int, queries: list[Query], *, rounds: int, load_s: int, folder: Path) -> Measured:
    """Starts the servers, compares, measures, stops them."""
    data = prepare(plans, folder)
    starts, notes = found(plans)
    with ExitStack() as stack:
        peers = [stack.enter_context(start(data)) for start in starts]
        clients: dict[str, Client | Engine] = {peer.name: Client(peer) for peer in peers}
        engine = Engine(data)
        clients["engine"] = engine
        where = "memory" if engine.in_memory else "disk"
        out = Measured(plans, data.snapshot.quads, peers, where, notes)
        for peer in peers:
            out.memory[peer.name] = (memory_mb(peer.pid), 0.0)
        compare(out, queries, clients)
        choice = random.Random(plans)
        for number in range(rounds):
            time_round(out, queries, clients, number, choice)
        if shutil.which("wrk"):
            for query in (q for q in queries if q.name in LOADED):
                for peer in peers:
                    load(out, query, peer, seconds=load_s, folder=folder)
        for peer in peers:
            out.memory[peer.name] = (out.memory[peer.name][0], memory_mb(peer.pid))
    return out


def compare(out: Measured, queries: list[Query], clients: dict[str, Client | Engine]) -> None:
    """Asks each query of all, ours first: the others must say the same."""
    graphless = {peer.name for peer in out.peers if not peer.has_graphs}
    for query in queries:
        expected = None
        for name, client in clients.items():
            if name in graphless and "GRAPH" in query.text:
                out.remarks[query.name, name] = "no graphs"
                continue
            if name in {"engine", "Oxigraph"} and (query.name, "ours") in out.remarks:
                # The same engine, which nothing stops here.
                out.remarks[query.name, name] = "not asked"
                continue
            body = client.ask(query, query.text)
            if isinstance(body, str):
                out.remarks[query.name, name] = body
                continue
            found_here = content(query, body)
            if expected is None:
                expected = found_here
                out.sizes[query.name] = size(expected)
            elif found_here != expected:
                out.remarks[query.name, name] = f"differs: {size(found_here)}"
    for (query_name, name), remark in out.remarks.items():
        print(f"  {query_name}, {name}: {remark}", file=sys.stderr)


def time_round(
    out: Measured, queries: list[Query], clients: dict[str, Client | Engine], number: int, choice: random.Random
) -> None:
    """Each query of all, in an order that turns from round to round."""
    names = list(clients)
    for query in queries:
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            if (query.name, name) in out.remarks:
                continue
            client = clients[name]
            for times in range(query.times):
                text = query.fresh(number * 1000 + times, out.plans, choice)
                out.times[query.name, name].append(_milliseconds(client, query, text))
            if name != "engine" and (query.name in LIGHT or not number):
                # Asked before, when the answers were compared.
                out.repeated[query.name, name].append(_milliseconds(client, query, query.text))


def _milliseconds(client: Client | Engine, query: Query, text: str) -> float:
    start = time.perf_counter()
    body = client.ask(query, text)
    taken = time.perf_counter() - start
    return float("inf") if isinstance(body, str) else 1000 * taken


# --- throughput -------------------------------------------------------------------------------------------------------

_WRK_SCRIPT: Final = """\
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local next_one = 0
request = function()
  next_one = next_one % #paths + 1
  return wrk.format("GET", paths[next_one])
end
done = function(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  io.write(string.format("RESULT %.1f %d\\n", summary.requests / (summary.duration / 1e6), failed))
end
"""


def load(out: Measured, query: Query, peer: Peer, *, seconds: int, folder: Path) -> None:
    """Requests a second with 16 connections: of ever other questions, and of the same one."""
    choice = random.Random(query.name)
    kinds = {
        "other": [query.fresh(10_000_000 + n, out.plans, choice) for n in range(_OTHERS)],
        "same": [query.text],
    }
    script, paths = folder / "load.lua", folder / "paths"
    script.write_text(_WRK_SCRIPT, "utf-8")
    for kind, texts in kinds.items():
        paths.write_text("\n".join(path_of(peer, text) for text in texts), "utf-8")
        place = urlsplit(peer.address)
        accept = f"Accept: {_GRAPH_TYPE if query.is_graph else _TABLE_TYPE}"
        done = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-H", accept, "-s", str(script),
             f"http://{place.netloc}{place.path}"],
            env={**os.environ, "PATHS": str(paths)}, check=True, capture_output=True, text=True,
        )  # fmt: skip
        words = next(line for line in done.stdout.splitlines() if line.startswith("RESULT")).split()
        out.throughput[query.name, kind, peer.name] = float(words[1])
        if int(words[2]):
            out.notes.append(f"{peer.name}, {query.name} ({kind}): {words[2]} of wrk's requests failed.")


# --- tables -----------------------------------------------------------------------------------------------------------


def report(out: Measured, queries: list[Query]) -> Iterator[str]:
    """Markdown."""
    names = [peer.name for peer in out.peers]
    yield f"\n### {out.plans:,} {'plan' if out.plans == 1 else 'plans'}, {out.quads:,} quads\n"
    yield "Median milliseconds, and in brackets how many times ours that is.\n"
    yield from _table_head("query", "answer", *names, f"engine ({out.engine})")
    for query in queries:
        ours = _median(out.times.get((query.name, "ours")))
        cells = (_cell(out, query.name, name, ours) for name in (*names, "engine"))
        yield f"| {query.name} | {out.sizes.get(query.name, '')} | {' | '.join(cells)} |"
    yield "\nThe same once more, where ours keeps answers: median milliseconds of the repeated request.\n"
    yield from _table_head("query", *names)
    for query in queries:
        found_times = {name: _median(out.repeated.get((query.name, name))) for name in names}
        yield f"| {query.name} | {' | '.join(_number(found_times[name]) for name in names)} |"
    if out.throughput:
        yield f"\nRequests a second, {CONNECTIONS} connections (wrk), and in brackets ours as a part of that.\n"
        yield from _table_head("query", *names)
        for query_name, kind in dict.fromkeys((q, k) for q, k, _ in out.throughput):
            rates = {name: out.throughput.get((query_name, kind, name), 0.0) for name in names}
            cells = (
                f"{rate:,.0f}" + (f" ({rates['ours'] / rate:.2f}×)" if name != "ours" and rate else "")
                for name, rate in rates.items()
            )
            yield f"| {query_name}, {'the same' if kind == 'same' else 'ever another'} | {' | '.join(cells)} |"
    yield "\nMemory in MB, shared pages counted once; seconds until the first answer, for Virtuoso with the loading.\n"
    yield from _table_head("", *names)
    yield f"| memory before the queries | {' | '.join(f'{out.memory[name][0]:,.0f}' for name in names)} |"
    yield f"| memory after them | {' | '.join(f'{out.memory[name][1]:,.0f}' for name in names)} |"
    yield f"| seconds to the first answer | {' | '.join(f'{peer.loaded_s:.2f}' for peer in out.peers)} |"
    yield from (f"\n{note}" for note in out.notes)
    yield from _summary(out, queries)


def _summary(out: Measured, queries: list[Query]) -> Iterator[str]:
    def ratios(name: str, of: str) -> dict[str, float]:
        return {
            query.name: _median(out.times[query.name, name]) / _median(out.times[query.name, of])
            for query in queries
            if out.times.get((query.name, name)) and out.times.get((query.name, of))
        }

    for peer in out.peers[1:]:
        by_query = ratios(peer.name, "ours")
        faster = sorted((ratio, query) for query, ratio in by_query.items() if ratio < 1)
        behind = ", ".join(f"{query} ({ratio:.2f}×)" for ratio, query in faster) or "no query"
        middle = statistics.median(by_query.values())
        yield f"\n{peer.name}: median of its ratios {middle:.2f}×; it is ahead of ours on {behind}."
    heavy = {
        query: ratio for query, ratio in ratios("ours", "engine").items()
        if _median(out.times[query, "engine"]) >= _HEAVY_MS
    }  # fmt: skip
    if heavy:
        words = ", ".join(f"{query} {ratio:.2f}" for query, ratio in sorted(heavy.items(), key=lambda item: -item[1]))
        yield (
            f"\nOurs by the engine in process, where that takes {_HEAVY_MS} ms or more: "
            f"median {statistics.median(heavy.values()):.2f} ({words})."
        )


def _table_head(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"


def _median(times: list[float] | None) -> float:
    return statistics.median(times) if times else float("nan")


def _number(value: float) -> str:
    if value != value or value == float("inf"):  # noqa: PLR0124 - nan is what is not itself
        return "–"
    return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"


def _cell(out: Measured, query: str, name: str, ours: float) -> str:
    if remark := out.remarks.get((query, name)):
        return remark
    value = _median(out.times.get((query, name)))
    return _number(value) + (f" ({value / ours:.2f}×)" if name != "ours" and ours == ours else "")  # noqa: PLR0124


def machine() -> str:
    """Date, processor, versions."""
    model = next((ln.partition(":")[2].strip() for ln in _lines("/proc/cpuinfo") if ln.startswith("model name")), "?")
    memory = next((int(ln.split()[1]) for ln in _lines("/proc/meminfo") if ln.startswith("MemTotal")), 0)
    packages = " ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "oxigraph", "fastapi", "uvicorn"))
    return (
        f"{datetime.now(UTC):%d %B %Y}; {os.cpu_count()} cores ({model}), {memory / 1e6:.0f} GB, load "
        f"{os.getloadavg()[0]:.1f} at the start; Python {platform.python_version()}, {packages}."
    )


def _lines(path: str) -> Iterable[str]:
    with suppress(OSError):
        return Path(path).read_text("utf-8").splitlines()
    return []


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="SPARQL servers side by side.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 100, 1000], help="numbers of plans")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement of throughput")
    parser.add_argument("--quick", action="store_true", help="1 and 10 plans, 2 rounds, 1 second")
    parser.add_argument("--queries", nargs="+", metavar="NAME", help="these alone")
    chosen = parser.parse_args()
    sizes, rounds, seconds = (
        ([1, RDFLIB_MOST_PLANS], 2, 1) if chosen.quick else (chosen.sizes, chosen.rounds, chosen.seconds)
    )
    queries = [Query(file.stem, file.read_text("utf-8")) for file in sorted(QUERIES.glob("*.rq"))]
    queries = [query for query in queries if not chosen.queries or query.name in chosen.queries]
    print(machine())
    if not shutil.which("wrk"):
        print("wrk is not installed (Debian: wrk): no throughput.")
    for plans in sizes:
        with tempfile.TemporaryDirectory(prefix="stratgraph-bench-") as folder:
            out = measure(plans, queries, rounds=rounds, load_s=seconds, folder=Path(folder))
        for line in report(out, queries):
            print(line, flush=True)


if __name__ == "__main__":
    main()
