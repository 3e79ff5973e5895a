"""What the versions of a plan said of a thing, and what changed between them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from stratgraph.asking import rows, text_rows
from stratgraph.entities.description import Named, names_of
from stratgraph.graph import Graph, text_of
from stratgraph.identifiers import natural_key
from stratgraph.review.words import marked
from stratgraph.terms import OWL, RDFS, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.history import Version
    from stratgraph.review.model import Words
    from stratgraph.store import Reading


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a thing, or of a value that it has, that a version made.

    Args:
        iri: of the change.
        kind: its class.
        property: whose value changed; None where it is about the whole.
        before: the former value; empty where there was none.
        after: the new value; empty where there is none.
        words: both together, word by word, where there was one and is one and they are words; else empty.
        of: the baseline, target or actual value that it is about; None where it is about the thing itself.
    """

    iri: str
    kind: Named
    property: Named | None
    before: str
    after: str
    words: tuple[Words, ...]
    of: Named | None = None


@dataclass(frozen=True, slots=True)
class InVersion:
    """A thing in one version of its plan.

    Args:
        version: which.
        label: what it was called there.
        text: its words there, or its number and unit; empty where it has neither.
        is_withdrawn: the version says that it is no longer there.
        changes: what the version changed.
    """

    version: Version
    label: str
    text: str
    is_withdrawn: bool
    changes: tuple[Change, ...]


def past_of(
    reading: Reading, iri: str, versions: tuple[Version, ...], languages: tuple[str, ...] = ()
) -> tuple[InVersion, ...]:
    """The versions that state a thing or withdraw it, the newest first.

    Args:
        reading: to ask.
        iri: of the thing.
        versions: of its plan.
        languages: of the plan.
    """
    said: dict[str, list[Triple]] = defaultdict(list)
    graphs = [version.iris.graph for version in versions]
    for row in rows(reading, "entity-versions", entity=[iri], version=graphs) if graphs else ():
        triple = Triple(NamedNode(iri), NamedNode(text_of(row["property"])), row["value"])
        said[text_of(row["version"])].append(triple)
    in_versions = {version: Graph(found, languages=languages) for version, found in said.items()}
    changes = _changes(reading, iri, graphs, languages) if len(versions) > 1 else {}
    return tuple(
        InVersion(
            version,
            label=graph.text(iri, RDFS.LABEL, SKOS.PREF_LABEL),
            text=graph.text(iri, SG.TEXT) or graph.figure(iri),
            is_withdrawn=graph.text(iri, OWL.DEPRECATED) == "true",
            changes=tuple(changes.get(version.iris.report, ())),
        )
        for version in reversed(versions)
        if (graph := in_versions.get(version.iris.graph))
    )


def _changes(
    reading: Reading, iri: str, versions: Iterable[str], languages: tuple[str, ...]
) -> dict[str, list[Change]]:
    """The changes of a thing and of its values in these versions, by the reports that tell of them; its own first."""
    values = [row["value"] for row in text_rows(reading, "entity-values", entity=[iri], version=versions)]
    found = list(text_rows(reading, "entity-changes", entity=[iri, *values]))
    found.sort(key=lambda row: (row["entity"] != iri, natural_key(row["change"])))
    mentioned = (row[name] for row in found for name in ("kind", "property", "entity") if row[name])
    names = names_of(reading, mentioned, languages)
    changes: dict[str, list[Change]] = defaultdict(list)
    for row in found:
        changed = names[row["property"]] if row["property"] else None
        before, after = row["before"], row["after"]
        words = marked(before, after) if before and after and row["kind"] != SG.REVALUATION else ()
        of = names[row["entity"]] if row["entity"] != iri else None
        one = Change(row["change"], names[row["kind"]], changed, before, after, words, of)
        changes[row["report"]].append(one)
    return changes
