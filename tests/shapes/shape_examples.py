"""How the examples of the shapes are read: what an example describes replaces the description in ``base.ttl``."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from stratgraph.validation.reading import named_nodes
from stratgraph.validation.rules import LINK_SETS, SHAPE_SETS, TRANSITION_SETS, VOCABULARY_SETS, load_shapes

FOLDER = Path(__file__).parent
BASE = FOLDER / "base.ttl"
SETS = (SHAPE_SETS, TRANSITION_SETS, LINK_SETS, VOCABULARY_SETS, ("ontology",))
"""The sets that are used together, by their subject."""
ALONE = (VOCABULARY_SETS, ("ontology",))
"""Those whose examples are no plans, and stand alone."""
RULES = {iri: rule for sets in SETS for iri, rule in load_shapes(sets).rules.items()}
NAMES = tuple(rule.name for rule in RULES.values())


def triples_of(path: Path, *, origin: int) -> list[Triple]:
    return list(named_nodes(parse(path.read_bytes(), format=RdfFormat.TURTLE), origin))


def sets_of(name: str) -> tuple[str, ...]:
    """The shapes an example is held against: those of its own subject."""
    return next(sets for sets in SETS if any(rule.name == name for rule in load_shapes(sets).rules.values()))


def example(name: str, kind: str) -> list[Triple]:
    """The data of ``NAME/pass.ttl`` or ``NAME/fail.ttl``; that of a plan is read over the base."""
    given = triples_of(FOLDER / name / f"{kind}.ttl", origin=2)
    if sets_of(name) in ALONE:
        return given
    described = {triple.subject for triple in given}
    return [triple for triple in triples_of(BASE, origin=1) if triple.subject not in described] + given
