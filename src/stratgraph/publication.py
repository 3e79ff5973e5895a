"""From a source to a published snapshot: read, check, entail, write, make current.

What a snapshot holds is said in docs/reference/model.md: the version's asserted graph and its provenance, the ontology,
and the default graph with the current view.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from stratgraph import __version__
from stratgraph.assets import read_asset
from stratgraph.errors import LimitError, Location, SourceError
from stratgraph.formats import annex
from stratgraph.plan_graph import plan_version, to_quads
from stratgraph.reasoning import entailments
from stratgraph.store import publish
from stratgraph.terms import ONTOLOGY
from stratgraph.validation import validate_graph

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pyoxigraph import Triple

    from stratgraph.document import PlanDocument
    from stratgraph.store import Published, RemoteAccess
    from stratgraph.validation import Report

OWN_SOURCE = ("sources", "resolution-71-annex.txt")
"""The source below ``data/`` that is built where none is named."""

_ONTOLOGY_FILES = ("stratgraph.ttl", "concepts.ttl")


@dataclass(frozen=True, slots=True)
class Build:
    """What a build came to.

    Args:
        document: what was read.
        report: what the shapes found in it.
        snapshot: what was published; None where the report has Violations.
        quads: how many it has.
    """

    document: PlanDocument
    report: Report
    snapshot: Published | None
    quads: int


def read_source(path: Path | None, *, max_source_bytes: int) -> PlanDocument:
    """The plan document of a file, with the description beside it (``NAME.toml``) where there is one.

    Args:
        path: of the text; the annex that comes with the program where None.
        max_source_bytes: the setting of that name.

    Raises:
        SourceError: the file cannot be read, or is not of the form.
        LimitError: it is too large.
    """
    if path is None:
        folder, name = OWN_SOURCE
        data = read_asset("data", folder, name)
        beside = Path(name).with_suffix(".toml")
        description = annex.read_description(read_asset("data", folder, str(beside)), file=str(beside))
        return annex.read(data, file=name, max_bytes=max_source_bytes, description=description)
    beside = path.with_suffix(".toml")
    try:
        size = path.stat().st_size
        # Looked at before reading: a file far beyond the limit is not taken into memory first.
        data = path.read_bytes() if size <= max_source_bytes else b""
        described = beside.read_bytes() if beside.is_file() else None
    except OSError as error:
        raise SourceError(
            f"The file cannot be read: {error.strerror}.", where=Location(file=str(path)), mend="Look at its name."
        ) from error
    if size > max_source_bytes:
        raise LimitError(
            f"The file has {size:,} bytes; a source may have {max_source_bytes:,}.",
            setting="max_source_bytes",
            value=max_source_bytes,
            where=Location(file=str(path)),
        )
    return annex.read(
        data,
        file=str(path),
        max_bytes=max_source_bytes,
        description=annex.read_description(described, file=str(beside)) if described is not None else None,
    )


def snapshot_quads(document: PlanDocument, *, version: int = 1) -> tuple[Quad, ...]:
    """Everything that a snapshot of one plan holds.

    Returns:
        The version's two graphs, the ontology's graph, and the default graph: the asserted triples, the ontology and
        what follows from both.
    """
    named = tuple(to_quads(document, version=version, software=__version__))
    graph = NamedNode(plan_version(document, version).graph)
    asserted = [quad for quad in named if quad.graph_name == graph]
    ontology = _ontology_quads()
    current: Iterable[Quad | Triple] = chain(asserted, ontology, entailments(asserted))
    default = (Quad(statement.subject, statement.predicate, statement.object) for statement in current)
    return tuple(dict.fromkeys(chain(named, ontology, default)))


def build(
    path: Path | None,
    location: str | Path,
    *,
    max_source_bytes: int,
    kept_snapshots: int,
    created: datetime,
    remote: RemoteAccess | None = None,
) -> Build:
    """Reads a source, checks it and publishes its graph, unless the shapes find a Violation.

    Args:
        path: of the source; the annex that comes with the program where None.
        location: of the store: a folder, or the address of a SPARQL server.
        max_source_bytes: the setting of that name.
        kept_snapshots: the setting of that name.
        created: when, for the snapshot's manifest.
        remote: how a server is reached beside its address.

    Raises:
        SourceError: the source is not of the form; nothing was written.
        LimitError: it is too large.
        StoreError: the store cannot be written, or someone else publishes.
        RemoteError: the server cannot be reached, refuses or fails.
    """
    document = read_source(path, max_source_bytes=max_source_bytes)
    quads = snapshot_quads(document)
    graph = NamedNode(plan_version(document).graph)
    report = validate_graph(quad for quad in quads if quad.graph_name == graph)
    snapshot = None
    if report.conforms:
        snapshot = publish(
            str(location), quads, name=document.title, created=created, kept=kept_snapshots, remote=remote
        )
    return Build(document, report, snapshot, len(quads))


def _ontology_quads() -> list[Quad]:
    return [
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(ONTOLOGY))
        for name in _ONTOLOGY_FILES
        for quad in parse(read_asset("ontology", name), format=RdfFormat.TURTLE)
    ]
