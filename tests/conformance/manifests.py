"""The W3C SPARQL test suites as they are checked out: one Case for each entry of a manifest.

The suites lie in the folder that the environment variable W3C_TESTS names (below it ``sparql``: sparql10, sparql11 and
sparql12 of the repository w3c/rdf-tests).
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

HOST = "w3c.example"
BESIDE = f"http://{HOST}/"
"""Where a folder of a suite is taken to lie: beside the endpoint, which is asked by this name.

The base of a query's relative IRIs is the address of the endpoint (SPARQL 1.1 Protocol, RFC 3986 section 5.1.4), that
of a file's is its own. So ``<data.ttl>`` is the same IRI in both, and the queries are sent as they are.
"""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"

Node = NamedNode | BlankNode | Literal


class Facts:
    """The statements of one file, by subject and predicate."""

    def __init__(self, file: Path) -> None:
        self.folder = file.parent
        self.triples = []
        self._objects = defaultdict(list)
        form = RdfFormat.from_extension(file.suffix[1:])
        for quad in parse(path=str(file), format=form, base_iri=iri_of(file)):
            self.triples.append(quad.triple)
            self._objects[quad.subject, quad.predicate.value].append(quad.object)

    def subjects(self, predicate: str) -> list[Node]:
        return [subject for subject, p in self._objects if p == predicate]

    def file(self, node: Node) -> Path:
        """The file that an IRI means; it lies in the same folder as this one."""
        found = self.folder / node.value.removeprefix(BESIDE)
        assert found.is_file(), found
        return found

    def all(self, subject: Node, predicate: str) -> list[Node]:
        return self._objects.get((subject, predicate), [])

    def one(self, subject: Node, predicate: str) -> Node | None:
        found = self.all(subject, predicate)
        assert len(found) <= 1, (subject, predicate, found)
        return found[0] if found else None

    def text(self, subject: Node, predicate: str) -> str | None:
        found = self.one(subject, predicate)
        return None if found is None else found.value

    def items(self, subject: Node, predicate: str) -> list[Node]:
        """The members of the list that is the property's value."""
        found, node = [], self.one(subject, predicate)
        while node is not None and node.value != f"{RDF}nil":
            found.append(self.one(node, f"{RDF}first"))
            node = self.one(node, f"{RDF}rest")
        return found


@dataclass(frozen=True, slots=True)
class Case:
    """One entry of a manifest.

    ``name`` is the tail of its IRI: ``sparql11/bind#bind01``; ``kind`` the local name of its class. The dataset is made
    of the default graph's files, and of files by the IRIs of named graphs.
    """

    name: str
    kind: str
    node: Node
    facts: Facts
    query: Path | None
    default_graph: tuple[Path, ...]
    named_graphs: tuple[tuple[str, Path], ...]
    result: Path | None

    @property
    def folder(self) -> str:
        return self.name.partition("#")[0]

    def __str__(self) -> str:
        return self.name


def root() -> Path | None:
    """The folder of the SPARQL suites; None where there is none."""
    location = os.environ.get("W3C_TESTS")
    return Path(location) / "sparql" if location else None


def iri_of(file: Path) -> str:
    return BESIDE + file.name


@cache
def all_cases() -> tuple[Case, ...]:
    """Every entry of every manifest, in the order of the folders and of the lists; none without the suites."""
    folder = root()
    if folder is None:
        return ()
    files = sorted(folder.glob("sparql1*/*/manifest*.ttl"))
    assert files, f"W3C_TESTS is set, and there are no manifests in {folder}"
    return tuple(case for file in files for case in _cases(file))


def _cases(file: Path) -> list[Case]:
    facts = Facts(file)
    place = file.parent.relative_to(root()).as_posix()
    return [
        _case(facts, node, place)
        for manifest in facts.subjects(f"{MF}entries")
        for node in facts.items(manifest, f"{MF}entries")
    ]


def _case(facts: Facts, node: Node, place: str) -> Case:
    action, kind = facts.one(node, f"{MF}action"), facts.text(node, f"{RDF}type").rpartition("#")[2]
    # A syntax test's action is the file itself.
    is_file = isinstance(action, NamedNode)
    query = action if is_file else facts.one(action, f"{QT}query") or facts.one(action, f"{UT}request")
    result = facts.one(node, f"{MF}result")
    return Case(
        name=f"{place}#{node.value.rpartition('#')[2]}",
        kind=kind,
        node=node,
        facts=facts,
        query=facts.file(query) if query else None,
        default_graph=tuple(facts.file(n) for n in facts.all(action, f"{QT}data")),
        named_graphs=(
            *(_named_graph(facts, n, f"{QT}graph") for n in facts.all(action, f"{QT}graphData")),
            *(_named_graph(facts, n, f"{UT}graph") for n in facts.all(node, f"{UT}graphData")),
        ),
        result=facts.file(result) if isinstance(result, NamedNode) else None,
    )


def _named_graph(facts: Facts, node: Node, property_: str) -> tuple[str, Path]:
    """A file that is its own name, or a node with a file and a name."""
    if isinstance(node, NamedNode):
        return node.value, facts.file(node)
    return facts.text(node, LABEL), facts.file(facts.one(node, property_))
