"""What is found about a query: each finding with its kind, its place and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from stratgraph.store.syntax import location

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.errors import Location


class FindingKind(StrEnum):
    """What a finding is about; the values stay the same."""

    WRONG_NAMESPACE = "wrong-namespace"
    WRONG_SCHEME = "wrong-scheme"
    UNKNOWN_GRAPH = "unknown-graph"
    UNKNOWN_TERM = "unknown-term"
    MISPLACED_TERM = "misplaced-term"
    UNUSED_TERM = "unused-term"
    UNKNOWN_THING = "unknown-thing"
    ONLY_IN_GRAPHS = "only-in-graphs"
    WRONG_DIRECTION = "wrong-direction"
    IMPOSSIBLE_PAIR = "impossible-pair"
    LANGUAGE = "language"
    DATATYPE = "datatype"
    SPELLING = "spelling"
    IRI_AS_TEXT = "iri-as-text"
    AGGREGATE_IN_FILTER = "aggregate-in-filter"
    UNBOUND_VARIABLE = "unbound-variable"
    NO_SHARED_VARIABLE = "no-shared-variable"
    LEAVES_NOTHING = "leaves-nothing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a query, or that is the reason of its answer.

    Args:
        kind: of the finding.
        what: is wrong, in one sentence.
        mend: how to mend it, in one sentence.
        where: line and column in the query, from 1.
        start: the offset of the place in the query.
        text: what stands there.
        replacement: what to write in the place of ``text``; empty where no words can be given.
    """

    kind: FindingKind
    what: str
    mend: str
    where: Location
    start: int
    text: str
    replacement: str = ""

    @property
    def sentence(self) -> str:
        """Where, what, and how to mend it."""
        return f"{self.where}: {self.what} {self.mend}".rstrip()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is found about a query and its answer.

    Args:
        is_empty: whether the answer has nothing; None where there was none in time.
        findings: in the order in which they should be looked at.
        left_out: what was not looked at, and why, in a sentence; empty where all was.
    """

    is_empty: bool | None
    findings: tuple[Finding, ...]
    left_out: str = ""


def finding(
    query: str, kind: FindingKind, at: int, text: str, what: str, mend: str = "", *, replacement: str = ""
) -> Finding:
    """A finding about what stands at an offset of a query."""
    return Finding(kind, what, mend, location(query, at), at, text, replacement)


def mended(query: str, findings: Iterable[Finding]) -> str:
    """The query with what findings say to write in the place of what stands there; of two at one place the first."""
    taken: list[Finding] = []
    for one in findings:
        end = one.start + len(one.text)
        if one.replacement and all(end <= other.start or other.start + len(other.text) <= one.start for other in taken):
            taken.append(one)
    for one in sorted(taken, key=lambda one: -one.start):
        query = query[: one.start] + one.replacement + query[one.start + len(one.text) :]
    return query
