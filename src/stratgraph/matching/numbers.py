"""Places of new elements: a number never used before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.identifiers import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable


class Numbers:
    """Which numbers are used below each parent.

    Args:
        used: every place of an element of any version of the plan.
    """

    def __init__(self, used: Iterable[str]) -> None:
        self._greatest: dict[str, int] = {}
        self._used: set[str] = set()
        for place in used:
            self.use(place)

    def use(self, place: str) -> None:
        """Takes a place for good."""
        self._used.add(place)
        series, number = _numbered(place)
        if number is not None:
            self._greatest[series] = max(number, self._greatest.get(series, 0))

    def new(self, wished: str, *, is_cited: bool) -> str:
        """A place never used before, and uses it: in the series of ``wished``, after every number ever used there.

        Args:
            wished: the place as the source has it, below the place that its parent gets.
            is_cited: the source gives the element this number, so that it keeps it where it comes after all others.
        """
        series, number = _numbered(wished)
        if number is not None:
            after = self._greatest.get(series, 0) + 1
            place = f"{series}{max(after, number) if is_cited else after}"
        elif wished not in self._used:
            place = wished
        else:
            # The only one of its kind in its unit has a name; the next after it a number.
            place = f"{wished}/{max(2, self._greatest.get(f'{wished}/', 0) + 1)}"
        self.use(place)
        return place


def _numbered(place: str) -> tuple[str, int | None]:
    """What stands before the number that a place ends in, and that number: ``factor/2.1.`` and 12."""
    before = place.rstrip("0123456789")
    number = whole_number(place.removeprefix(before))
    return (place, None) if number is None else (before, number)
