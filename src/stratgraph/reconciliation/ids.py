"""Ids of types and properties as clients can carry them: without ``#``.

OpenRefine writes the id of a type into an address as it is (``propose?type=…``), and whatever stands behind ``#`` is
never sent. So such an IRI is written with a prefix where there is one of ours, and with ``%23`` otherwise.
"""

from __future__ import annotations

from stratgraph.terms import PREFIXES, prefixed


def short_id(iri: str) -> str:
    """The id of an IRI: ``sg:Objective``; an IRI without ``#`` is its own."""
    if "#" not in iri:
        return iri
    return prefixed(iri) or iri.replace("#", "%23")


def full_iri(given: str) -> str:
    """The IRI that a client means: by an id of ours, or by the IRI itself."""
    prefix, colon, local = given.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        return PREFIXES[prefix] + local
    return given.replace("%23", "#")
