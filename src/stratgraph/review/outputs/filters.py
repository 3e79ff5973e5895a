"""What of a review a reader looks at: by unit, rule and severity, chosen on the page and done by its style sheet.

The style sheet asks which option is chosen, so nothing runs and nothing is loaded. A browser that cannot ask that shows
no choice, and everything.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element

from stratgraph.identifiers import natural_key
from stratgraph.review.outputs.elements import add
from stratgraph.review.outputs.phrases import WHOLE
from stratgraph.validation import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.review.model import Review

_CANNOT: Final = "@supports not selector(:has(*)) { .filters { display: none } }"


@dataclass(frozen=True, slots=True)
class Filters:
    """The values that a reader can choose from; the page names each by its number, since a name may be anything.

    Args:
        values: of ``unit``, ``rule`` and ``severity``, each what is chosen from, with how many have it.
        of_units: what has a unit: changes, findings, effects, as far as the page has them.
    """

    values: dict[str, Counter[str]]
    of_units: str

    @classmethod
    def of(cls, review: Review) -> Filters:
        """Those of a review; what has one value only is no choice."""
        parts = {"changes": review.changes, "findings": review.findings, "effects": review.effects}
        units = Counter(one.unit for some in (review.changes, review.findings, review.effects) for one in some)
        rules = Counter(one.finding.rule for one in review.findings)
        severities = Counter(one.finding.severity for one in review.findings)
        return cls(
            {
                "unit": Counter({unit: units[unit] for unit in sorted(units, key=natural_key)}),
                "rule": Counter({rule: rules[rule] for rule in sorted(rules)}),
                "severity": Counter({one: severities[one] for one in SEVERITIES if one in severities}),
            },
            ", ".join([name for name, some in parts.items() if some]),
        )

    def marks(self, **values: str) -> dict[str, str]:
        """The attributes that say what a part of the page is about, for the style sheet."""
        return {f"data-{name}": str([*self.values[name]].index(value)) for name, value in values.items()}

    def mark(self, block: Element, **values: str) -> None:
        """Sets them."""
        for name, value in self.marks(**values).items():
            block.set(name, value)

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
        told = [
            f'body:has(#only-{name} option[value="{n}"]:checked) [data-only="{name}-{n}"] {{ display: inline }}'
            for name, values in self._choices()
            for n in range(len(values))
        ]
        return "\n".join([*(f"{one} {{ display: none }}" for one in rules), *told, _CANNOT]) if rules else ""

    def add_to(self, parent: Element) -> None:
        """Adds the controls, and the words that say when something is left out."""
        if not (choices := [*self._choices()]):
            return
        frame = add(parent, "div", classes="filters", role="group", aria_label="Show only")
        # It stands there from the start, and is told when something comes into it.
        told = Element("p", {"class": "filtered", "role": "status"})
        for name, values in choices:
            field = add(frame, "p")
            of_what = self.of_units if name == "unit" else "findings"
            add(field, "label", f"{name.capitalize()} of {of_what}", **{"for": f"only-{name}"})
            select = add(field, "select", id=f"only-{name}", autocomplete="off")
            add(select, "option", "all", value="")
            for number, (value, count) in enumerate(values.items()):
                add(select, "option", f"{value or WHOLE} ({count:,})", value=str(number))
                shown = f"{name.capitalize()} {value or WHOLE}: {count:,} of {values.total():,}. "
                add(told, "span", shown, data_only=f"{name}-{number}")
        add(told, "span", "What was not chosen is left out below; the numbers there count all.", classes="chosen")
        frame.append(told)

    def _choices(self) -> Iterable[tuple[str, Counter[str]]]:
        return ((name, values) for name, values in self.values.items() if len(values) > 1)
