"""In what servers differ from the specifications, as measured; asking and publishing look here and nowhere else.

Virtuoso 7.2.5 (Debian's package), each found by trying:

- Its default graph is the union of all its graphs, and a dataset that has only default graphs leaves GRAPH all the
  others. FROM and ``default-graph-uri`` are added up. So each query is sent with both lists, an absent graph standing
  for an empty one, and without FROM clauses.
- ``ResultSetMaxRows`` cuts answers. Of a SELECT the header ``X-SPARQL-MaxRows`` tells it; of CONSTRUCT and DESCRIBE
  nothing does. So a server that has this limit is refused when it is opened.
- ASK is answered as the SELECT of a variable ``__ASK_RETVAL``; booleans that a query computes are xsd:integer 1 and 0.
- Blank nodes in JSON and XML are named ``nodeID://b1``, which is no label of a blank node.
- CSV and TSV have quotation marks and types that are not those of the formats, JSON-LD loses languages and datatypes,
  TriG and N-Quads are not written. So only JSON and N-Triples are asked for, of every server.
- Numbers and times are kept by their values: ``"007"`` comes back as ``"7"``, ``"1.50"`` as ``"1.5"``, an xsd:date
  beside the xsd:dateTime of its midnight is one value. Language tags come back in lower case.
- A query may call the server's own functions, ``bif:http_get`` among them, which reaches any address, this machine's
  too. So names of ``bif:`` and ``sql:`` are refused.
- ``WHERE { OPTIONAL { … } }`` of an update that matches nothing has no solution. MOVE of an absent graph empties its
  target, and takes time by the square of the triples of one property; DELETE and INSERT with WHERE do not (60,000
  triples: 2 and 3 s). A graph that a PUT replaces is seen half. The operations of one update are not one transaction.
- An unknown function is an error 500, and 409 or 500 stand for other refusals as well.

Oxigraph 0.5: an unknown function is an error 500 too. It has the faults of the engine, so queries are rewritten for it
as for the engine here (:mod:`stratgraph.store.rewriting`), as far as that comes down to no function of ours.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from stratgraph.errors import QueryError
from stratgraph.store.tokens import Token, TokenKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ASK_VARIABLE: Final = "__ASK_RETVAL"
MAX_ROWS_HEADER: Final = "x-sparql-maxrows"
_NATIVE: Final = ("bif:", "sql:")
_NATIVE_IRI: Final = re.compile(r"<\s*(?:bif|sql):", re.IGNORECASE)
_ESCAPED: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UNKNOWN_FUNCTION: Final = re.compile(r"Undefined procedure|custom function .* is not supported", re.IGNORECASE)
# Within a string of JSON the quotation marks would be escaped, so these are members of an object.
_BLANK_NODE: Final = re.compile(rb'("type":\s*"bnode",\s*"value":\s*")nodeID://')
_BOOLEAN: Final = re.compile(rb'(XMLSchema#boolean",\s*"value":\s*")([01])"')


def is_oxigraph(server: str) -> bool:
    """Whether the header ``Server`` is that of Oxigraph."""
    return server.lower().startswith("oxigraph")


def is_virtuoso(server: str) -> bool:
    """Whether the header ``Server`` is that of Virtuoso."""
    return server.lower().startswith("virtuoso")


def is_unknown_function(words: str) -> bool:
    """Whether a server's error is the asker's: a function that it does not have."""
    return _UNKNOWN_FUNCTION.search(words) is not None


def mended_json(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Virtuoso's JSON, a line at a time, with labels of blank nodes and words of booleans as they should be."""
    for line in lines:
        mended = _BLANK_NODE.sub(rb"\1", line)
        yield _BOOLEAN.sub(lambda m: m[1] + (b"true" if m[2] == b"1" else b"false") + b'"', mended)


def refuse_native_names(query: str, found: Iterable[Token]) -> None:
    """Refuses a query that names a function of the server's own.

    Raises:
        QueryError: it does, or could by a prefix; or a string in it looks so, to a server that cuts tokens otherwise.
    """
    iris = [unescaped(token.text[1:-1]).lower() for token in found if token.kind is TokenKind.IRI]
    if _NATIVE_IRI.search(unescaped(query)) or any(iri and name.startswith(iri) for iri in iris for name in _NATIVE):
        raise QueryError(
            "The query names a function of the server's own, of bif: or sql:.", mend="Use the functions of SPARQL 1.1."
        )


def unescaped(text: str) -> str:
    r"""A piece of a query without its ``\u`` escapes (SPARQL 1.1 Query Language, section 19.2)."""

    def character(escape: re.Match[str]) -> str:
        code = int(escape[1] or escape[2], 16)
        return chr(code) if code <= sys.maxunicode else escape[0]

    return _ESCAPED.sub(character, text)
