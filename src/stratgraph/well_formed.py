"""XML that the engine writes, well-formed or an error (XML 1.0 with namespaces; RDF/XML 1.1).

The engine writes characters that XML does not have, carriage returns that a reader takes for line feeds, and elements
without a name where an IRI has no local name (https://github.com/oxigraph/oxigraph/issues/1859).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from stratgraph.errors import NotAcceptable
from stratgraph.terms import RDF_NS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import NamedNode

    from stratgraph.files import Out

# XML 1.0, section 2.2: control characters, U+FFFE and U+FFFF; here in UTF-8.
_NO_CHARACTER: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_LONGEST_CHARACTER: Final = 3
# Namespaces in XML, section 4: a name without a colon that the IRI ends with.
_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LOCAL_NAME: Final = re.compile(rf"[{_START}][{_START}.0-9\u00b7\u0300-\u036f\u203f\u2040-]*\Z")
# RDF/XML 1.1, section 5.1: names of its syntax that no property can have.
_RESERVED: Final = frozenset(
    f"{RDF_NS}{name}"
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li"),
        *("aboutEach", "aboutEachPrefix", "bagID"),
    )
)
# How the engine writes a thing whose class has no local name, and the end of it.
_NAMELESS: Final = re.compile(rb'<([\w.-]+): (?:xmlns:\1="([^"]*)" )?([^<>]*?)(/?)>')
_NAMELESS_END: Final = re.compile(rb"</[\w.-]+:>")


class _HasPredicate(Protocol):
    @property
    def predicate(self) -> NamedNode: ...


Statement = TypeVar("Statement", bound=_HasPredicate)


class WellFormed:
    """A file of XML that is written into another one; :meth:`close` it behind the last piece.

    Args:
        out: gets what is well-formed.
        other: the form to ask for where XML cannot hold the answer, for the message.
        prefixes: namespaces by the prefixes that the engine was given.
    """

    def __init__(self, out: Out, other: str, prefixes: Mapping[str, str] | None = None) -> None:
        self._out = out
        self._other = other
        self._prefixes = prefixes or {}
        # A tag or a character that goes on in the next piece.
        self._kept = b""

    def write(self, data: bytes) -> int:
        """Takes a piece.

        Raises:
            NotAcceptable: it has a character that XML does not have.
        """
        piece = self._kept + data
        whole = max(0, len(piece) - _LONGEST_CHARACTER)
        tag = piece.rfind(b"<")
        end = tag if tag >= 0 and piece.find(b">", tag, whole) < 0 else whole
        self._kept = piece[end:]
        self._pass_on(piece[:end], piece)
        return len(data)

    def flush(self) -> None:
        """The engine calls it at the end, and may do so before."""

    def close(self) -> None:
        """Passes on what is left."""
        piece, self._kept = self._kept, b""
        self._pass_on(piece, piece)

    def _pass_on(self, piece: bytes, looked_at: bytes) -> None:
        if found := _NO_CHARACTER.search(looked_at):
            code = ord(found[0].decode("utf-8"))
            raise NotAcceptable(
                f"The answer has a character that XML does not have, U+{code:04X}.", mend=f"Ask for {self._other}."
            )
        if b": " in piece:
            piece = _NAMELESS.sub(self._described, piece)
        if b":>" in piece:
            piece = _NAMELESS_END.sub(b"</rdf:Description>", piece)
        if piece:
            # XML 1.0, section 2.11: as it is, a carriage return would be read as a line feed.
            self._out.write(piece.replace(b"\r", b"&#xD;"))

    def _described(self, tag: re.Match[bytes]) -> bytes:
        """The class as an element, which says the same (RDF/XML 1.1, section 2.13)."""
        prefix, namespace, attributes, is_empty = tag.groups()
        if namespace is None:
            namespace = self._prefixes.get(prefix.decode(), "").replace("&", "&amp;").encode()
        description = b'<rdf:Description %b>\n\t\t<rdf:type rdf:resource="%b"/>' % (attributes, namespace)
        return description + (b"\n\t</rdf:Description>" if is_empty else b"")


def writable(statements: Iterable[Statement], other: str) -> Iterator[Statement]:
    """The statements, as long as RDF/XML can write them (RDF/XML 1.1, section 8).

    Args:
        statements: of a graph.
        other: the form to ask for otherwise, for the message.

    Raises:
        NotAcceptable: a property's IRI does not end with a name of XML, or is a name of the syntax.
    """
    known: set[str] = set()
    try:
        for statement in statements:
            predicate = statement.predicate.value
            if predicate not in known:
                _refuse_nameless(predicate, other)
                known.add(predicate)
            yield statement
    finally:
        del statements  # see serialisation.write_rdf


def _refuse_nameless(predicate: str, other: str) -> None:
    is_reserved = predicate in _RESERVED
    if is_reserved or not _LOCAL_NAME.search(predicate):
        why = "is a word of RDF/XML itself" if is_reserved else "does not end with a name of XML"
        raise NotAcceptable(
            f"RDF/XML cannot write the property <{predicate}>: its IRI {why}.", mend=f"Ask for {other}."
        )
