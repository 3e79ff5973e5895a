"""RDF formats: names, media types, and deterministic writing.

Parsing is pyoxigraph's; what is here is the one table of formats and a writer whose bytes depend on the
triples alone, not on their order nor on a hash seed, so that ``git diff`` shows meaning.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.identifiers import natural_key
from stratgraph.terms import IDENTIFIERS, PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class RdfForm:
    """One RDF format.

    Args:
        name: what people write after ``--format`` and ``format=``.
        media_types: the registered one first.
        extensions: of file names, with the dot.
        engine: the same format in pyoxigraph.
    """

    name: str
    media_types: tuple[str, ...]
    extensions: tuple[str, ...]
    engine: RdfFormat


TURTLE: Final = RdfForm("turtle", ("text/turtle", "application/x-turtle"), (".ttl",), RdfFormat.TURTLE)
N_TRIPLES: Final = RdfForm("ntriples", ("application/n-triples", "text/plain"), (".nt",), RdfFormat.N_TRIPLES)
RDF_XML: Final = RdfForm(
    "rdfxml",
    ("application/rdf+xml", "application/xml", "text/xml"),
    (".rdf", ".xml", ".owl"),
    RdfFormat.RDF_XML,
)
JSON_LD: Final = RdfForm("jsonld", ("application/ld+json", "application/json"), (".jsonld", ".json"), RdfFormat.JSON_LD)
TRIG: Final = RdfForm("trig", ("application/trig", "application/x-trig"), (".trig",), RdfFormat.TRIG)
N_QUADS: Final = RdfForm("nquads", ("application/n-quads",), (".nq",), RdfFormat.N_QUADS)

RDF_FORMS: Final = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, TRIG, N_QUADS)
"""Every RDF format that we read and write, the preferred one first."""


_JSON_LD_NODE: Final = re.compile(r'"@?id"\s*:\s*"(?P<id>[^"]+)"(?!\s*\})')
"""A node object's own identifier, as against a reference, which has nothing but the identifier."""


def form_of_name(name: str) -> RdfForm:
    """The format called ``name``.

    Raises:
        UsageError: none is called so.
    """
    for form in RDF_FORMS:
        if name == form.name:
            return form
    raise UsageError(f"There is no RDF format {name!r}.", mend=f"Use one of {', '.join(f.name for f in RDF_FORMS)}.")


def form_of_file(file_name: str) -> RdfForm:
    """The format that a file's name says.

    Raises:
        UsageError: its ending is of none.
    """
    for form in RDF_FORMS:
        if file_name.lower().endswith(form.extensions):
            return form
    known = ", ".join(e for f in RDF_FORMS for e in f.extensions)
    raise UsageError(f"The name {file_name!r} does not say an RDF format.", mend=f"Use one of {known}.")


def to_bytes(statements: Iterable[Triple] | Iterable[Quad], form: RdfForm, *, base: str | None = None) -> bytes:
    """The statements in a format, in the order they come, with our prefixes where the format has them."""
    out = BytesIO()
    serialize(statements, out, form.engine, prefixes=PREFIXES, base_iri=base)
    return out.getvalue()


def read_rdf(data: bytes, *, file: str, form: RdfForm | None = None) -> tuple[Quad, ...]:
    """The quads of a file, in its order.

    Args:
        data: its bytes.
        file: its name, for errors, and for the format where none is given.
        form: the format.

    Raises:
        UsageError: the name does not say a format.
        SourceError: it is not well-formed; says line and column where the parser knows them.
    """
    try:
        return tuple(parse(data, format=(form or form_of_file(file)).engine, base_iri=IDENTIFIERS))
    except SyntaxError as error:
        # What the parser says of the place stands in front of and behind its reason; the fields have it too.
        reason = re.sub(r"^Parser error at .*?: | \(line \d+\)$", "", error.msg)
        raise SourceError(
            f"The file cannot be parsed: {reason}.",
            where=Location(file=file, line=error.lineno, column=error.offset),
            mend="Mend the file there.",
        ) from error


class Lines(io.RawIOBase):
    """Hands a parser one line a read, so that the lines read tell how far it is.

    The parser gives a triple as soon as the token after its object is read; so the line that was read last is the line
    where the triple ends. pyoxigraph itself says no positions.

    Args:
        lines: of the source, each with its end.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        super().__init__()
        self._lines = iter(lines)
        self._rest = b""
        self.number = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next line, or what is left of one; no more than ``size`` bytes."""
        if not self._rest:
            self._rest = next(self._lines, b"")
            self.number += bool(self._rest)
        end = len(self._rest) if size < 0 else size
        given, self._rest = self._rest[:end], self._rest[end:]
        return given


def json_ld_nodes(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Where the text of JSON-LD describes nodes: of each what its identifier ends in, and the match (group ``id``)."""
    for match in _JSON_LD_NODE.finditer(text):
        name = match["id"]
        scheme, colon, rest = name.partition(":")
        # Written short, what stands behind the prefix is what the full IRI ends in.
        yield (name if not colon or rest.startswith("//") or not scheme else rest), match


def _term_key(term: object) -> tuple[object, ...]:
    if isinstance(term, NamedNode):
        return (0, natural_key(term.value), "", "")
    if isinstance(term, Literal):
        return (1, natural_key(term.value), term.language or "", term.datatype.value)
    raise UsageError(
        f"A blank node or quoted triple cannot be written deterministically: {term}.",
        mend="Give every node of published data an IRI.",
    )


def _triple_key(triple: Triple) -> tuple[object, ...]:
    predicate = triple.predicate.value
    return (_term_key(triple.subject), predicate != RDF.TYPE, predicate, _term_key(triple.object))


def turtle(triples: Iterable[Triple | Quad], *, base: str, comment: str) -> bytes:
    """Deterministic Turtle.

    Args:
        triples: of one graph; graph names are left out, doubles are written once.
        base: IRIs below it are written relative to it.
        comment: the first line, without the ``#``.

    Raises:
        UsageError: there is a blank node.
    """
    unique = {Triple(t.subject, t.predicate, t.object) for t in triples}
    body = to_bytes(sorted(unique, key=_triple_key), TURTLE, base=base)
    # The engine writes its prefixes relative to the base and in the order of a hash table: write ours instead.
    lines = [line for line in body.decode("utf-8").split("\n") if not line.startswith("@")]
    used = "\n".join(lines)
    header = [f"# {comment}", f"@base <{base}> ."]
    header += [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items() if re.search(rf"\b{name}:", used)]
    # A line that is not indented begins a subject: set it off with an empty line.
    body_text = re.sub(r"^(?=[^\t])", "\n", used, flags=re.MULTILINE)
    return ("\n".join(header) + "\n" + body_text + "\n").encode()
