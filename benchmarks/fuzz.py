"""Sends mutated queries and requests to a real server, and looks for what must not happen.

No answer of 500, no hang, no process left behind. Queries come from the W3C suites (``W3C_TESTS``) and our own
examples; each is broken in a seeded way, so that a run can be repeated. It is no benchmark, but like one it is run by
hand and bounded.

    W3C_TESTS=… .venv/bin/python benchmarks/fuzz.py [--requests 20000] [--seed 1] [--clients 8]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote, urlencode

from stratgraph.query import examples
from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS

PROGRAM = Path(sys.executable).with_name("stratgraph")
LIMITS = {"STRATGRAPH_DEADLINE_S": "2", "STRATGRAPH_QUERIES_PER_CLIENT": "64", "STRATGRAPH_MAX_RESULT_BYTES": "5000000"}
HANGS_AFTER_S = 60
# Refusals by a documented limit (docs/reference/http.md) are answers, not failures.
LIMIT_STATUSES = (503, 504)
SPICE = [
    *("SERVICE <http://127.0.0.1:1/>", "FROM <file:///etc/passwd>", "GRAPH ?g {", "VALUES ?x {", "REGEX(?x, '(a+)+$')"),
    *("{" * 300, "(" * 300, "9" * 400, "(<urn:a>|!<urn:b>)*", "'''", '"', "<", "%00", "\x00", "\ud800", "🙂"),
]
ODD_TYPES = ["*/*", "text/html", "application/x-none", "text/*;q=0.3, */*;q=0", ";;,=", "é"]
METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]


def corpus() -> list[str]:
    """Query texts of the W3C suites and of our own examples."""
    folder = os.environ.get("W3C_TESTS")
    if not folder:
        sys.exit("Set W3C_TESTS to the folder of the W3C suites.")
    files = sorted(Path(folder, "sparql").rglob("*.rq"))
    return [path.read_text("utf-8", "replace") for path in files] + [example.text for example in examples()]


def mutated(texts: list[str], rng: random.Random) -> str:
    """One query, broken in up to four ways."""
    text = rng.choice(texts)
    for _ in range(rng.randint(0, 4)):
        at, to = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        match rng.randrange(6):
            case 0:
                text = text[:at] + text[to:]
            case 1:
                text = text[:at] + text[at:to] * rng.randint(2, 4) + text[to:]
            case 2:
                other = rng.choice(texts)
                text = text[:at] + other[rng.randint(0, len(other)) :]
            case 3:
                text = text[:at] + rng.choice(SPICE) + text[at:]
            case 4:
                words = text.split(" ")
                rng.shuffle(words)
                text = " ".join(words)
            case _:
                text = text[:at] + chr(rng.randint(1, 0x2FFF)) + text[at + 1 :]
    return text[:150_000]


def request(texts: list[str], paths: list[str], rng: random.Random) -> tuple[str, str, dict[str, str], bytes | None]:
    """Method, target, headers and body of one request."""
    query = mutated(texts, rng).encode("utf-8", "surrogatepass")
    forms = [form.name for form in (*RESULT_FORMS, *RDF_FORMS)]
    types = [kind for form in (*RESULT_FORMS, *RDF_FORMS) for kind in form.media_types]
    headers = {"Accept": rng.choice([*types, *ODD_TYPES])}
    if rng.random() < 0.2:
        headers["Accept-Encoding"] = rng.choice(["gzip", "br", "zstd", "gzip;q=0", "*", "identity;q=0", ",,,"])
    more = {"format": rng.choice([*forms, "?"])} if rng.random() < 0.2 else {}
    more |= {"default-graph-uri": rng.choice(["urn:x", "not an iri", ""])} if rng.random() < 0.1 else {}
    more |= {"timeout": rng.choice(["1", "-1", "0", "nan", "1e9", "x"])} if rng.random() < 0.1 else {}
    headers = {name: value.encode("latin-1", "replace").decode("latin-1") for name, value in headers.items()}
    kind = rng.random()
    if kind < 0.3 and len(query) < 20_000:
        return "GET", f"/sparql?query={quote(query)}&{urlencode(more)}", headers, None
    if kind < 0.6:
        body = b"query=" + quote(query).encode() + b"&" + urlencode(more).encode()
        return "POST", "/sparql", headers | {"Content-Type": "application/x-www-form-urlencoded"}, body
    if kind < 0.9:
        return "POST", f"/sparql?{urlencode(more)}", headers | {"Content-Type": "application/sparql-query"}, query
    target = rng.choice(paths).replace("{name}", quote(rng.choice(["limit", "..", "é", ""])))
    if rng.random() < 0.5:
        target += f"?{quote(query[:200])}={rng.choice(['', '1', 'default'])}"
    return rng.choice(METHODS), target, headers, None


class Findings:
    """What came back, counted, and what must not have."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []

    def note(self, status: int, what: str, *, is_wrong: bool) -> None:
        """Counts one answer."""
        with self.lock:
            self.statuses[status] += 1
            if is_wrong:
                self.wrong.append(f"{status}: {what}"[:2000])


def client(port: int, count: int, seed: int, texts: list[str], paths: list[str], findings: Findings) -> None:
    """Sends ``count`` requests, one after the other."""
    rng = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HANGS_AFTER_S)
    for _ in range(count):
        method, target, headers, body = request(texts, paths, rng)
        what = f"{method} {target[:300]} {headers} {body[:1500] if body else ''}"
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            answer.read()
            wrong = answer.status >= 500 and answer.status not in LIMIT_STATUSES
            findings.note(answer.status, what, is_wrong=wrong)
        except http.client.IncompleteRead:
            findings.note(0, what, is_wrong=False)  # an answer that hit a limit half-way is broken off
            connection.close()
        except TimeoutError:
            findings.note(-1, f"no answer in {HANGS_AFTER_S} s: {what}", is_wrong=True)
            connection.close()
        except (http.client.HTTPException, OSError) as error:
            # A server may close a connection whose request it has refused; once more on a new one tells.
            connection.close()
            findings.note(-2, f"{error!r} {what}", is_wrong=isinstance(error, ConnectionRefusedError))


def descendants(pid: int) -> set[int]:
    """The processes below one (Linux)."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(words[1])
    found, size = {pid}, 0
    while size != len(found):
        size = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def main() -> None:
    """One run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=8)
    asked = parser.parse_args()
    findings, texts = Findings(), corpus()
    with tempfile.TemporaryDirectory() as store:
        environment = {**os.environ, **LIMITS, "STRATGRAPH_STORE": store, "PYTHONUNBUFFERED": "1"}
        subprocess.run([PROGRAM, "build"], env=environment, check=True)
        server = subprocess.Popen([PROGRAM, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True)
        said = ""
        while "Ctrl-C" not in said:
            said += server.stderr.readline()
        threading.Thread(target=lambda: sys.stderr.writelines(server.stderr), daemon=True).start()
        port = int(said.split()[2].rstrip("/").rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/openapi.json")
        paths = [*json.loads(connection.getresponse().read())["paths"], "/static/", "/nothing"]
        start = time.monotonic()
        each = asked.requests // asked.clients
        threads = [
            threading.Thread(target=client, args=(port, each, asked.seed * 1000 + n, texts, paths, findings))
            for n in range(asked.clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - start
        connection.close()
        connection.request("GET", "/health/ready")
        ready = connection.getresponse().status
        processes = descendants(server.pid)
        server.send_signal(signal.SIGINT)
        code = server.wait(60)
        time.sleep(1)
        left = {pid for pid in processes if Path(f"/proc/{pid}").exists()}
    total = sum(findings.statuses.values())
    print(f"{total:,} requests in {took:.0f} s, seed {asked.seed}; ready at the end: {ready}; ended with {code}")
    print("  by status:", ", ".join(f"{status} {count:,}" for status, count in sorted(findings.statuses.items())))
    print("  (0: an answer broken off at a limit; -2: the connection was closed)")
    print(f"  {len(processes)} worker processes, {len(left)} left after the end")
    for line in findings.wrong[:20]:
        print("WRONG", line)
    if findings.wrong or left or ready != 200 or total < each * asked.clients:
        sys.exit(f"{len(findings.wrong)} answers that must not be, {len(left)} processes left.")


if __name__ == "__main__":
    main()
