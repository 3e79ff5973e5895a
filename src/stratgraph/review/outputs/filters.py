"""What of a review a reader looks at: by unit, rule and severity, chosen on the page and done by its style sheet.

The style sheet asks which option is chosen, so nothing runs and nothing is loaded. A browser that cannot ask that shows
no choice, and everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.identifiers import natural_key
from stratgraph.review.outputs.elements import add
from stratgraph.review.outputs.phrases import WHOLE
from stratgraph.validation import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    from stratgraph.review.model import Review

_CANNOT: Final = "@supports not selector(:has(*)) { .filters { display: none } }"
_HELP: Final = {"unit": "changes, findings and effects", "rule": "findings", "severity": "findings"}


@dataclass(frozen=True, slots=True)
class Filters:
    """The values that a reader can choose from; the page names each by its number, since a name may be anything.

    Args:
        values: of ``unit``, ``rule`` and ``severity``, each what is chosen from.
    """

    values: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, review: Review) -> Filters:
        """Those of a review; what has one value only is no choice."""
        units = {one.unit for some in (review.changes, review.findings, review.effects) for one in some}
        rules = {one.finding.rule for one in review.findings}
        found = {one.finding.severity for one in review.findings}
        return cls(
            {
                "unit": tuple(sorted(units, key=natural_key)),
                "rule": tuple(sorted(rules)),
                "severity": tuple(one for one in SEVERITIES if one in found),
            }
        )

    def mark(self, block: Element, **values: str) -> None:
        """Marks a part of the page with what it is about, for the style sheet."""
        for name, value in values.items():
            block.set(f"data-{name}", str(self.values[name].index(value)))

    @property
    def style(self) -> str:
        """The style sheet that leaves out what was not chosen; empty where there is nothing to choose."""
        rules = [
            f'body:has(#only-{name} option[value="{n}"]:checked) {what}'
            for name, values in self._choices()
            for n in range(len(values))
            for what in (
                f'[data-{name}]:not([data-{name}="{n}"])',
                # A heading with nothing left below it goes too.
                f':is(details, section):has([data-{name}]):not([data-{name}], :has([data-{name}="{n}"]))',
            )
        ]
        return "\n".join([*(f"{one} {{ display: none }}" for one in rules), _CANNOT]) if rules else ""

    def add_to(self, parent: Element) -> None:
        """Adds the controls, and the words that say when something is left out."""
        if not (choices := [*self._choices()]):
            return
        frame = add(parent, "div", classes="filters", role="group", aria_label="Show only")
        for name, values in choices:
            field = add(frame, "p")
            add(field, "label", f"{name.capitalize()} of {_HELP[name]}", **{"for": f"only-{name}"})
            select = add(field, "select", id=f"only-{name}", autocomplete="off")
            add(select, "option", "all", value="")
            for number, value in enumerate(values):
                add(select, "option", value or WHOLE, value=str(number))
        add(frame, "p", "What was not chosen is left out below; the numbers count all.", classes="filtered")

    def _choices(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        return ((name, values) for name, values in self.values.items() if len(values) > 1)
