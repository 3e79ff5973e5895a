"""How IRIs are written in cells: as places below a base, with our prefixes, or whole."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import NamedNode

from stratgraph.terms import PREFIXES, prefixed

BLANKS: Final = " \t\r\n"
"""What may stand round a name in a cell and is no part of it; a no-break space may be part of an IRI."""

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def written(iri: str, base: str) -> str:
    """An IRI as a cell has it, the shortest that :func:`read_name` gives back.

    Args:
        iri: to write.
        base: what places are below, with its final ``/``.
    """
    place = iri.removeprefix(base)
    # A place that begins or ends with a blank that an IRI may have would be taken for a slip.
    if iri.startswith(base) and place and place == place.strip() and not _SCHEME.match(place):
        return place
    if name := prefixed(iri):
        return name
    scheme = iri.partition(":")[0]
    return f"<{iri}>" if scheme in PREFIXES else iri


def read_name(text: str, base: str) -> str:
    """The IRI that a cell names.

    Args:
        text: a place below ``base``, a name with one of our prefixes, or an IRI, also one in ``<>``.
        base: what places are below, with its final ``/``.

    Raises:
        ValueError: it is no IRI; says what is wrong with it.
    """
    name = text.strip(BLANKS)
    scheme = _SCHEME.match(name)
    if name.startswith("<") and name.endswith(">"):
        iri = name[1:-1]
    elif scheme and scheme[1] in PREFIXES:
        iri = PREFIXES[scheme[1]] + name[scheme.end() :]
    elif scheme:
        iri = name
    else:
        iri = base + name
    return NamedNode(iri).value
