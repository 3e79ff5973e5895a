"""What the statements of a version rest on, where a later source does not make them again and they stay."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from stratgraph.document import EarlierSpan, Evidence, segments

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from stratgraph.identifiers import VersionIdentifiers
    from stratgraph.statements import StatedPlan


class Kept:
    """The evidence of a version's statements, as that of a later version.

    Args:
        former: the version.
        iris: of it.
        decision: name of the decision that they stay.
    """

    def __init__(self, former: StatedPlan, iris: VersionIdentifiers, decision: str) -> None:
        self._former, self._iris, self._decision = former, iris, decision
        self._segments = segments(former.source.text)
        self._starts = [segment.start for segment in self._segments]

    def of(self, triple: Triple) -> Evidence:
        """What a statement rested on, in the source that made it, with its decisions; and the decision that it stays.

        What rested on no characters rests on that source as a whole.
        """
        evidence = self._former.statements[triple]
        places = {*evidence.earlier, *(self._span(span.start, span.end) for span in evidence.spans)}
        return Evidence(
            decisions=tuple(sorted({*evidence.decisions, self._decision})),
            derivations=evidence.derivations,
            earlier=tuple(sorted(places)) or (EarlierSpan.of_source(self._iris.source),),
        )

    def _span(self, start: int, end: int) -> EarlierSpan:
        segment = self._segments[bisect_right(self._starts, start) - 1]
        characters = self._former.source.text[start:end]
        return EarlierSpan(self._iris.span(start, end), self._iris.source, segment.line, segment.cell, characters)
