"""Whether mappings still hold: those that are broken, stale or dubious, by the shapes of ``shapes/links.ttl``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from stratgraph.graph import Graph
from stratgraph.identifiers import natural_key
from stratgraph.links.published import described
from stratgraph.links.records import record_triples
from stratgraph.validation import ENGINES, Finding
from stratgraph.validation.engines import validate
from stratgraph.validation.findings import SEVERITIES, to_findings
from stratgraph.validation.rules import LINK_SETS, load_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import Triple

    from stratgraph.links.model import Mapping, MappingSet
    from stratgraph.store import Reading

_AT_ONCE: Final = 200
"""Of how many things a store is asked in one query: some servers refuse long ones."""


class Trouble(StrEnum):
    """What is the matter with a mapping, the worst first."""

    BROKEN = "broken"
    """One side is not there any more, or the record is no mapping."""
    STALE = "stale"
    """The text of the subject has changed since the mapping was made."""
    DUBIOUS = "dubious"
    """Its author doubts it, another record contradicts it, or a label is another one."""
    UNCHECKED = "unchecked"
    """Its vocabulary is not at hand: nobody can tell."""


_STALE: Final = ("MappedElementKeepsItsText",)
_DUBIOUS: Final = ("MappingIsNotContradicted", "MappingIsNotRejected")
"""These are Violations, and yet both sides are there."""


@dataclass(frozen=True, slots=True)
class LinkFinding:
    """One breach of a rule by a mapping.

    Args:
        trouble: what is the matter.
        finding: the breach; its file and line are those of the mapping's row, where it is from a file.
        mapping: that breaches it.
    """

    trouble: Trouble
    finding: Finding
    mapping: Mapping


def check_links(
    sets: Sequence[MappingSet], reading: Reading, *, beside: Sequence[MappingSet] = (), engine: str = ENGINES[0]
) -> tuple[LinkFinding, ...]:
    """What is the matter with the mappings of some sets.

    Args:
        sets: to check.
        reading: has the current versions of the plans, and the vocabularies.
        beside: other sets, which may contradict them; what is the matter with these is not told.
        engine: one of ``ENGINES``.

    Returns:
        Sorted by trouble, severity, subject, object and rule.

    Raises:
        UsageError: there is no such engine.
    """
    mappings = {mapping.record: mapping for one in sets for mapping in one.mappings}
    data = _both_sides(reading, mappings.values())
    records = [triple for one in (*sets, *beside) for triple in record_triples(one)]
    shapes = load_shapes(LINK_SETS)
    results = validate([*records, *data], shapes, engine=engine)
    findings = to_findings(results, shapes.rules, Graph(data), None)
    return tuple(sorted(_placed(findings, mappings), key=_key))


def _both_sides(reading: Reading, mappings: Iterable[Mapping]) -> list[Triple]:
    """What the current view says of both sides of the mappings, their relations, and the schemes of their objects."""
    things = sorted({iri for m in mappings for iri in (m.subject, m.predicate, m.object, m.object_source) if iri})
    pieces = (described(reading, things[start : start + _AT_ONCE]) for start in range(0, len(things), _AT_ONCE))
    return list(dict.fromkeys(triple for piece in pieces for triple in piece))


def _placed(findings: Iterable[Finding], mappings: dict[str, Mapping]) -> Iterator[LinkFinding]:
    for finding in findings:
        mapping = mappings.get(finding.focus)
        if mapping is None:
            continue
        where = mapping.where
        placed = replace(
            finding, label=mapping.subject_label, file=where.file if where else None, line=where.line if where else None
        )
        yield LinkFinding(_trouble(finding), placed, mapping)


def _trouble(finding: Finding) -> Trouble:
    if finding.rule in _STALE:
        return Trouble.STALE
    if finding.severity == SEVERITIES[-1]:
        return Trouble.UNCHECKED
    if finding.severity == SEVERITIES[0] and finding.rule not in _DUBIOUS:
        return Trouble.BROKEN
    return Trouble.DUBIOUS


def _key(found: LinkFinding) -> tuple[object, ...]:
    mapping, finding = found.mapping, found.finding
    names = (natural_key(mapping.subject), natural_key(mapping.object), natural_key(mapping.record))
    return (
        tuple(Trouble).index(found.trouble),
        SEVERITIES.index(finding.severity),
        *names,
        finding.rule,
        finding.message,
    )
