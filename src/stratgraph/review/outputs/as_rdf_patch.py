"""A change as an RDF Patch (Apache Jena): the statements that went and those that came, in one transaction.

Applied to the graph of the version before, it gives the graph of the revision as it would be published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.identifiers import plan_identifiers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from stratgraph.review.model import Review


def render(review: Review) -> bytes:
    """The patch in UTF-8, its rows sorted; it is of the default graph."""
    return "".join(f"{line} .\n" for line in _lines(review)).encode()


def _lines(review: Review) -> Iterator[str]:
    version = plan_identifiers(review.plan).version(review.version)
    yield f"H id <{version.graph}>"
    if review.against:
        yield f"H prev <{review.against}>"
    yield "TX"
    yield from _rows("D", review.went)
    yield from _rows("A", review.came)
    yield "TC"


def _rows(operation: str, triples: Iterable[Triple]) -> Iterator[str]:
    # As N-Triples writes them, which is what a patch's rows have.
    return (f"{operation} {line}" for line in sorted(f"{t.subject} {t.predicate} {t.object}" for t in triples))
