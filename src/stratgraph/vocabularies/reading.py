"""The bytes of a vocabulary → its triples, mended and recorded."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stratgraph.assets import read_asset
from stratgraph.errors import LimitError, Location, SourceError, StoreError, UsageError
from stratgraph.files import read_bytes
from stratgraph.graph import Graph
from stratgraph.identifiers import fault_of, vocabulary_graph
from stratgraph.serialisation import form_of_file, read_rdf
from stratgraph.terms import ADMS, BASE, DCTERMS, OWL, RDF, RDFS, SKOS
from stratgraph.vocabularies.description import VocabularyDescription, read_description
from stratgraph.vocabularies.mending import mended
from stratgraph.vocabularies.model import Vocabulary
from stratgraph.vocabularies.record import digest_of, record_of
from stratgraph.vocabularies.table import TABLE_ENDING, read_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    Term = NamedNode | BlankNode | Literal | Triple

SHIPPED: Final = ("identifiers", "m49", "sdg", "unbis", "wsis")
"""The names of the vocabularies that come with the program."""

_IDENTIFYING: Final = frozenset((OWL.SAME_AS, ADMS.IDENTIFIER))
_CALLED: Final = _IDENTIFYING | {DCTERMS.IDENTIFIER, SKOS.PREF_LABEL, SKOS.ALT_LABEL}
"""What a vocabulary may say of things of ours: what others call them."""

_FOLDER: Final = "vocabularies"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
_PACKED: Final = ".gz"


def read_vocabulary(name: str) -> Vocabulary:
    """A vocabulary that comes with the program.

    Raises:
        UsageError: none is called so.
        StoreError: its file is not the one that its description speaks of.
    """
    described = describe_vocabulary(name)
    data = read_asset("data", _FOLDER, described.file)
    if hashlib.sha256(data).hexdigest() != described.sha256:
        raise StoreError(f"The file {described.file} is damaged.", mend="Install the program again.")
    return _vocabulary(name, _expanded(data, described.file, None), described, described.file)


def describe_vocabulary(name: str) -> VocabularyDescription:
    """The description of a vocabulary that comes with the program.

    Raises:
        UsageError: none is called so.
    """
    if name not in SHIPPED:
        raise UsageError(
            f"No vocabulary {name!r} comes with the program.",
            mend=f"There are {', '.join(SHIPPED)}; another is read from a file (file).",
        )
    return read_description(read_asset("data", _FOLDER, f"{name}.toml"), file=f"{name}.toml")


def read_vocabulary_file(path: Path, *, name: str, retrieved: dt.date, max_vocabulary_bytes: int) -> Vocabulary:
    """A vocabulary from a file of RDF, or a table, that may be packed (``.gz``).

    Args:
        path: of the file. A description may stand beside it: for ``x.ttl`` and ``x.ttl.gz`` that is ``x.toml``.
        name: what it is to be called, as it stands in the name of its graph.
        retrieved: the day when it was fetched, where its description does not say.
        max_vocabulary_bytes: the setting of that name: how large the file may be, packed and unpacked.

    Raises:
        UsageError: the name cannot stand in an IRI, there is no such file, or its name says no format.
        SourceError: the file cannot be read, is not of its form, has no concept, or says something of what is ours.
        LimitError: it is too large.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"A vocabulary cannot be called {name!r}.",
            mend="A name has small letters, digits and hyphens, and begins with a letter.",
        )
    file, beside = str(path), path.with_name(path.name.removesuffix(_PACKED)).with_suffix(".toml")
    described = read_description(read_bytes(beside), file=str(beside)) if beside.is_file() else None
    data = read_bytes(path, most=max_vocabulary_bytes, setting="max_vocabulary_bytes")
    sha256 = hashlib.sha256(data).hexdigest()
    if described and described.sha256 not in ("", sha256):
        raise SourceError(
            "The file is not the one that its description speaks of: its SHA-256 is another.",
            where=Location(file=file),
            mend=f'Look at both; if the file is right, write sha256 = "{sha256}" into {beside.name}.',
        )
    whole = replace(described or VocabularyDescription(), file=path.name, sha256=sha256)
    if whole.retrieved is None:
        whole = replace(whole, retrieved=retrieved)
    return _vocabulary(name, _expanded(data, file, max_vocabulary_bytes), whole, file)


def _vocabulary(name: str, data: bytes, described: VocabularyDescription, file: str) -> Vocabulary:
    graph = vocabulary_graph(name)
    triples, notes = _named_triples(data, described, file, graph)
    for mending in described.mendings:
        triples, count = mended(triples, mending)
        notes += [f"{mending.reason} Mended on reading ({mending.does}): {count:,} statements."] if count else []
    _refuse_ours(triples, graph, file)
    unique = tuple(dict.fromkeys(triples))
    concepts = sum(t.predicate.value == RDF.TYPE and t.object == NamedNode(SKOS.CONCEPT) for t in unique)
    if not concepts:
        raise SourceError(
            "The file has no concept: nothing is a skos:Concept.",
            where=Location(file=file),
            mend="Give a file of SKOS.",
        )
    whole = described if described.title else replace(described, title=_title(unique) or name)
    digest = digest_of(graph, unique, whole, notes)
    return Vocabulary(
        name=name,
        title=whole.title,
        description=whole.description,
        graph=graph,
        triples=unique,
        record=tuple(record_of(graph, unique, whole, notes, digest)),
        concepts=concepts,
        notes=tuple(notes),
        digest=digest,
    )


def _named_triples(
    data: bytes, described: VocabularyDescription, file: str, graph: str
) -> tuple[list[Triple], list[str]]:
    """The triples of the file, in its order, and notes on how they were read."""
    if described.file.removesuffix(_PACKED).endswith(TABLE_ENDING):
        return read_table(data, described.table, file), []
    form = form_of_file(described.file.removesuffix(_PACKED))
    names: dict[BlankNode, NamedNode] = {}
    triples = []
    for quad in read_rdf(data, file=file, form=form):
        subject, value = (_named(term, names, graph) for term in (quad.subject, quad.object))
        assert isinstance(subject, NamedNode)  # noqa: S101 - RDF 1.1 has nothing else
        assert not isinstance(value, Triple)  # noqa: S101 - likewise
        triples.append(Triple(subject, quad.predicate, value))
    note = f"Things without a name of their own got one below <{graph}/node/>: {len(names):,}."
    return triples, [note] if names else []


def _named(term: Term, names: dict[BlankNode, NamedNode], graph: str) -> Term:
    """The term itself, or the name of a blank node by the order in which they come."""
    return names.setdefault(term, NamedNode(f"{graph}/node/{len(names) + 1}")) if isinstance(term, BlankNode) else term


def says_more_than_names(properties: Iterable[str]) -> bool:
    """Whether these say more of a thing than by which identifiers others know it, and its names beside these."""
    said = set(properties)
    return not said <= _CALLED or said.isdisjoint(_IDENTIFYING)


def _refuse_ours(triples: list[Triple], graph: str, file: str) -> None:
    """Refuses a vocabulary that describes things of ours: a plan would seem to state that.

    What others call a thing it may say, where it says by which identifier.
    """
    said: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        said[str(getattr(triple.subject, "value", ""))].add(triple.predicate.value)
    for name, properties in said.items():
        is_ours = name.startswith(BASE) and name != graph and not name.startswith(f"{graph}/")
        if is_ours and says_more_than_names(properties):
            raise SourceError(
                "The file says something of a thing that is no vocabulary's.",
                where=Location(file=file, element=name),
                mend=f"Name its own things below <{graph}/>, with a base where it has relative IRIs; "
                "what links to a plan is a set of mappings.",
            )
        if fault := fault_of(name):
            raise SourceError(
                f"The file names something by an IRI that cannot be an identifier. {fault}",
                where=Location(file=file, element=name),
                mend="Name it by letters, digits, hyphens and dots, with a slash between two parts.",
            )


def _title(triples: tuple[Triple, ...]) -> str:
    """What the file calls its scheme; empty where it does not."""
    graph = Graph(triples)
    schemes = graph.of_type(SKOS.CONCEPT_SCHEME)
    titles = (graph.text(scheme, DCTERMS.TITLE, SKOS.PREF_LABEL, RDFS.LABEL) for scheme in schemes)
    return next(filter(None, titles), "")


def _expanded(data: bytes, file: str, most: int | None) -> bytes:
    """The content of a file that may be packed; unpacking stops at the limit."""
    if not file.endswith(_PACKED):
        return data
    try:
        content = gzip.GzipFile(fileobj=io.BytesIO(data)).read(-1 if most is None else most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(
            f"The file cannot be unpacked: {error}.", where=Location(file=file), mend="Fetch it again; it is no gzip."
        ) from error
    if most is not None and len(content) > most:
        raise LimitError(
            f"The file unpacks to more than {most:,} bytes.",
            setting="max_vocabulary_bytes",
            value=most,
            where=Location(file=file),
        )
    return content
