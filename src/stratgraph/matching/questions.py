"""What to ask about doubtful matches, and what it is to accept them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.matching.model import Option, Question
from stratgraph.matching.outline import outline_of
from stratgraph.matching.similarity import similarity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.matching.model import Match
    from stratgraph.matching.outline import Outline
    from stratgraph.statements import StatedPlan


def questions(matches: Iterable[Match], new: StatedPlan | Outline, old: StatedPlan | Outline) -> tuple[Question, ...]:
    """A question for each doubtful match, in their order.

    An answer can settle others or open new ones, so match again with it before asking the next: ``decided`` has the
    place in the revision to the place of the option.
    """
    doubtful = [one for one in matches if one.is_doubtful]
    if not doubtful:
        return ()
    items, former = outline_of(new).by_place, outline_of(old).by_place
    return tuple(
        Question(
            match=one,
            text=items[one.new].text,
            options=(
                *(
                    Option(
                        place,
                        former[place].label,
                        former[place].text,
                        round(similarity(items[one.new].words, former[place].words), 2),
                    )
                    for place in (one.old, *one.alternatives)
                ),
                Option("", "", "", 0.0),
            ),
        )
        for one in doubtful
    )


def accepted(matches: Iterable[Match]) -> dict[str, str]:
    """What it is to decide that every doubtful match is as proposed: ``decided`` for matching again."""
    return {one.new: one.old for one in matches if one.is_doubtful}
