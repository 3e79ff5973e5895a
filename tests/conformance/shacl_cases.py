"""The W3C SHACL test suite as it is checked out: one Case for each entry of a manifest.

The suite lies in the folder ``shacl/tests`` below the one that the environment variable W3C_TESTS names
(data-shapes-test-suite of w3c/data-shapes).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from manifests import MF, RDF, Facts
from pyoxigraph import NamedNode, Triple

SHT = "http://www.w3.org/ns/shacl-test#"


@dataclass(frozen=True, slots=True)
class Case:
    """One entry: ``name`` is its folder and the tail of its IRI, ``core/node#and-001``; ``report`` the triples of the
    validation report that is expected, None where the shapes are to be refused."""

    name: str
    data: tuple[Triple, ...]
    shapes: tuple[Triple, ...]
    report: tuple[Triple, ...] | None

    @property
    def suite(self) -> str:
        return f"shacl {self.name.partition('/')[0]}"


def root() -> Path | None:
    """The folder of the suite; None where there is none."""
    location = os.environ.get("W3C_TESTS")
    return Path(location) / "shacl" / "tests" if location else None


@cache
def all_cases() -> tuple[Case, ...]:
    """Every entry of every file, in the order of the files; none without the suite.

    The manifests of the folders leave one file out, sparql/component/nodeValidator-001; so they are not followed.
    """
    folder = root()
    if folder is None:
        return ()
    cases = tuple(case for file in sorted(folder.glob("*/*/*.ttl")) for case in _cases(file))
    assert cases, f"W3C_TESTS is set, and there are no cases in {folder}"
    return cases


def _cases(file: Path) -> list[Case]:
    facts = _read(file)
    return [
        _case(facts, node, file)
        for manifest in facts.subjects(f"{MF}entries")
        for node in facts.items(manifest, f"{MF}entries")
    ]


@cache
def _read(file: Path) -> Facts:
    # A file that is data, shapes and manifest at once is read once: its blank nodes are the same in all three.
    return Facts(file)


def _case(facts: Facts, node: NamedNode, file: Path) -> Case:
    assert facts.text(node, f"{RDF}type") == f"{SHT}Validate"
    action, result = facts.one(node, f"{MF}action"), facts.one(node, f"{MF}result")
    data, shapes = (facts.file(facts.one(action, f"{SHT}{part}")) for part in ("dataGraph", "shapesGraph"))
    place = file.parent.relative_to(root()).as_posix()
    return Case(
        name=f"{place}#{node.value.rpartition('/')[2]}",
        data=tuple(_read(data).triples),
        shapes=tuple(_read(shapes).triples),
        report=None if result == NamedNode(f"{SHT}Failure") else tuple(_below(facts, result)),
    )


def _below(facts: Facts, node: object) -> list[Triple]:
    """What is said of a node and, in turn, of the blank nodes that this leads to."""
    found = [triple for triple in facts.triples if triple.subject == node]
    for triple in list(found):
        if not isinstance(triple.object, NamedNode):
            found += _below(facts, triple.object)
    return found
