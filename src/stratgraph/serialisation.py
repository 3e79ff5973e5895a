"""RDF formats: names, media types, reading, and deterministic writing.

Parsing is pyoxigraph's. What is here is the one table of formats; the one way in which a file from outside is read,
which refuses what would bring the parser down and what RDF 1.1 does not have; and a writer whose bytes depend on the
triples alone, not on their order nor on a hash seed, so that ``git diff`` shows meaning.
"""

from __future__ import annotations

import io
import re
from collections import deque
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.files import decoded
from stratgraph.identifiers import natural_key
from stratgraph.rdf_text import check_json, check_turtle, check_xml, with_contexts
from stratgraph.terms import IDENTIFIERS, PREFIXES, RDF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from stratgraph.files import Out


@dataclass(frozen=True, slots=True)
class RdfForm:
    """One RDF format.

    Args:
        name: what people write after ``--format`` and ``format=``.
        media_types: the registered one first.
        extensions: of file names, with the dot.
        engine: the same format in pyoxigraph.
        also: what clients call it beside its name and its extensions.
        annotated: media types by which clients ask for it with what its IRIs are called beside, as Prez names them.
    """

    name: str
    media_types: tuple[str, ...]
    extensions: tuple[str, ...]
    engine: RdfFormat
    also: tuple[str, ...] = ()
    annotated: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Whether a client that says this name means this format: ``ttl``, ``n3``, ``rdf+xml``, ``json-ld``."""
        called = name.lower()
        return called in (self.name, *self.also) or f".{called}" in self.extensions


# Each text in Turtle is one in N3 (https://www.w3.org/TeamSubmission/n3/).
TURTLE: Final = RdfForm(
    "turtle",
    ("text/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"),
    (".ttl",),
    RdfFormat.TURTLE,
    ("n3",),
    ("text/anot+turtle", "text/anot+n3"),
)
N_TRIPLES: Final = RdfForm(
    "ntriples",
    ("application/n-triples", "text/plain"),
    (".nt",),
    RdfFormat.N_TRIPLES,
    ("n-triples",),
    ("application/anot+n-triples",),
)
RDF_XML: Final = RdfForm(
    "rdfxml",
    ("application/rdf+xml", "application/xml", "text/xml"),
    (".rdf", ".xml", ".owl"),
    RdfFormat.RDF_XML,
    ("rdf+xml", "rdf-xml"),
    ("application/anot+rdf+xml",),
)
JSON_LD: Final = RdfForm(
    "jsonld",
    ("application/ld+json", "application/json"),
    (".jsonld", ".json"),
    RdfFormat.JSON_LD,
    ("json-ld", "ld+json"),
    ("application/anot+ld+json",),
)
TRIG: Final = RdfForm("trig", ("application/trig", "application/x-trig"), (".trig",), RdfFormat.TRIG)
N_QUADS: Final = RdfForm("nquads", ("application/n-quads",), (".nq",), RdfFormat.N_QUADS, ("n-quads",))

ANNOTATED: Final = "anot+"
"""Before the name of a form: with what its IRIs are called beside."""

RDF_FORMS: Final = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, TRIG, N_QUADS)
"""Every RDF format that we read and write, the preferred one first."""

_CHECKS: Final[dict[str, Callable[[bytes, str], None]]] = {
    TURTLE.name: check_turtle,
    N_TRIPLES.name: check_turtle,
    RDF_XML.name: check_xml,
    JSON_LD.name: check_json,
    TRIG.name: check_turtle,
    N_QUADS.name: check_turtle,
}
"""What the text of each format is looked at for before it is parsed."""

MOST_TEXT_BYTES: Final = 16_777_216
"""The parsers of the engine hold no longer text, comment or name; that of RDF/XML does, but what is written of it could
not be read again."""

_FULL: Final = "buffer maximal size"
"""How the engine says so, in a MemoryError."""


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
    write_rdf(statements, out, form, base=base)
    return out.getvalue()


def write_rdf(
    statements: Iterable[Triple] | Iterable[Quad],
    out: Out,
    form: RdfForm,
    *,
    prefixes: Mapping[str, str] = PREFIXES,
    base: str | None = None,
) -> None:
    """Writes statements in a format, in the order they come; RDF/XML is well-formed and says the same, or an error.

    Args:
        statements: triples, or quads where the format has them.
        out: is written into, piece by piece.
        form: the format.
        prefixes: namespaces by their prefixes, for formats that have them.
        base: what IRIs are written relative to, in formats that can.

    Raises:
        NotAcceptable: RDF/XML has no way to write them: a property without a local name, or a character that XML lacks.
    """
    names = dict(prefixes)
    xml = None
    said = cast("Iterable[Triple]", statements)
    if form is RDF_XML:
        from stratgraph.well_formed import WellFormed, writable  # noqa: PLC0415 - XML alone needs its tables

        other = f"{TURTLE.name} ({TURTLE.media_types[0]})"
        xml, said = WellFormed(out, other, names), writable(said, other)
    # The engine asks a file for write and flush only.
    file = cast("IO[bytes]", xml or out)
    try:
        serialize(said, file, form.engine, prefixes=names, base_iri=base)
    finally:
        # What the engine gives must end in this thread, and the traceback of an error may travel to another one.
        del said, statements
    if xml:
        xml.close()


def read_rdf(data: bytes, *, file: str, form: RdfForm | None = None) -> tuple[Quad, ...]:
    """The quads of a file, in its order.

    Args:
        data: its bytes.
        file: its name, for errors, and for the format where none is given.
        form: the format.

    Raises:
        UsageError: the name does not say a format.
        SourceError: it cannot be read (:class:`RdfText`); says line and column where they are known.
    """
    return tuple(RdfText(data, file=file, form=form or form_of_file(file)).quads())


class RdfText:
    """The text of a file from outside, which can be parsed more than once.

    Args:
        data: its bytes.
        file: its name, for errors.
        form: its format. Its relative IRIs are relative to ``…/id/`` unless it says otherwise, as those of a plan are.

    Raises:
        SourceError: it is not UTF-8, nests deeper than the parser bears, or declares entities that are not read.
    """

    def __init__(self, data: bytes, *, file: str, form: RdfForm) -> None:
        text = decoded(data, file)
        self._data = text.encode("utf-8")
        self._file = file
        self._form = form
        _CHECKS[form.name](self._data, file)
        if form is JSON_LD:
            self._data = with_contexts(text, file).encode("utf-8")

    def quads(self) -> Iterator[Quad]:
        """The quads in the order of the text.

        Raises:
            SourceError: it is not well-formed, or uses what RDF 1.2 brought; says line and column where they are known.
        """
        try:
            for quad in self._parsed(self._data):
                if _beyond(quad) or self._is_too_long(quad):
                    break
                yield quad
            else:
                return
        except SyntaxError:
            pass
        except MemoryError as error:
            if _FULL not in str(error):
                raise
        # Read again, slower, for the line; the same fault is found.
        deque(self.placed(), maxlen=0)
        raise SourceError("The file cannot be parsed.", where=Location(file=self._file))

    def placed(self) -> Iterator[tuple[Quad, int]]:
        """The quads, each with the line where it ends, counted from 1; several times slower.

        Raises:
            SourceError: as of :meth:`quads`.
        """
        lines = Lines(io.BytesIO(self._data))
        try:
            # A raw stream has all of a file's methods; the two types differ in the checker's eyes only.
            for quad in self._parsed(cast("IO[bytes]", lines)):
                if reason := _beyond(quad):
                    raise SourceError(
                        f"The file {reason}, which RDF 1.2 brought and which is not read here.",
                        where=Location(file=self._file, line=lines.number or None),
                        mend="Say it in RDF 1.1: of a thing with an IRI of its own.",
                    )
                if self._is_too_long(quad):
                    raise self._too_long(lines.number)
                yield quad, lines.number
        except MemoryError as error:
            if _FULL not in str(error):
                raise
            raise self._too_long(lines.number) from error
        except SyntaxError as error:
            # What the parser says of the place stands in front of and behind its reason; the fields have it too.
            reason = re.sub(r"^Parser error at .*?: | \(line \d+\)$", "", error.msg).rstrip(".")
            raise SourceError(
                f"The file cannot be parsed: {reason}.",
                where=Location(file=self._file, line=error.lineno or lines.number or None, column=error.offset),
                mend=f"Mend the file there; it was read as {self._form.name}.",
            ) from error

    def _is_too_long(self, quad: Quad) -> bool:
        """Whether it has a text that is too long for the other parsers."""
        if len(self._data) <= MOST_TEXT_BYTES or not isinstance(quad.object, Literal):
            return False
        return len(quad.object.value.encode()) > MOST_TEXT_BYTES

    def _too_long(self, line: int) -> SourceError:
        return SourceError(
            f"A text, a comment or a name has more than {MOST_TEXT_BYTES:,} bytes, which is not read.",
            where=Location(file=self._file, line=line or None),
            mend="Divide it, or leave it out; what is no text of a plan may stand in a file of its own.",
        )

    def _parsed(self, source: bytes | IO[bytes]) -> Iterator[Quad]:
        return parse(source, format=self._form.engine, base_iri=IDENTIFIERS)


def _beyond(quad: Quad) -> str:
    """What of a quad RDF 1.1 does not have, in words; empty where all of it is in RDF 1.1."""
    value = quad.object
    if isinstance(value, Triple) or isinstance(quad.subject, Triple):
        return "has a statement about a statement (a triple term or a reifier)"
    if isinstance(value, Literal) and value.direction is not None:
        return "gives a text a direction (ltr or rtl)"
    return ""


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


def turtle_in_order(triples: Iterable[Triple]) -> bytes:
    """Turtle of triples in the order that they have, blank nodes too; the same bytes each time."""
    lines = to_bytes(triples, TURTLE).decode("utf-8").split("\n")
    # The engine writes its prefixes in the order of a hash table.
    in_order = sorted(lines, key=lambda line: (0, line) if line.startswith("@prefix") else (1, ""))
    return ("\n".join(in_order).rstrip() + "\n").encode()


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
