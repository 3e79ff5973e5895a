"""What an indicator is measured by: the targets that a file states, where it begins, and what was reached."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.document import NUMBER, OWNED, Derivation, Evidence
from stratgraph.formats.stratml.draft import JOINED, attribute, child, is_said, words
from stratgraph.formats.stratml.schema import ATTRIBUTES, INDICATOR, canonical
from stratgraph.graph import day, decimal
from stratgraph.terms import RDF, SG

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stratgraph.formats.stratml.draft import Draft, Item
    from stratgraph.formats.stratml.keeping import Section
    from stratgraph.formats.xml_tree import XmlElement

TARGET_RESULT: Final = "TargetResult"
ACTUAL_RESULT: Final = "ActualResult"
MEASURE_KIND: Final = "PerformanceIndicatorType"

BASELINE: Final = "Baseline"
"""Says of a result that progress is counted from it: the name of a descriptor, or its value (*Status: Baseline*)."""

INSTANCE: Final = "MeasurementInstance"
_SMALL: Final = Derivation("small-letters", "The word of StratML, in small letters.")


def is_measured(indicator: XmlElement) -> bool:
    """Whether a performance indicator says what is counted, or of which type it is; one that does not names a stage."""
    results = (e for e in indicator.children if canonical(e.name) == INSTANCE)
    return bool(
        child(indicator, "UnitOfMeasurement")
        or attribute(indicator, MEASURE_KIND)
        or any(is_said(words(below.text)) for result in results for below in result.descendants())
    )


def measurements(indicator: XmlElement) -> tuple[XmlElement, ...]:
    """The measurements of an indicator that has several, whose results are told apart by them; none of any other."""
    found = tuple(one for one in indicator.children if canonical(one.name) == INSTANCE and one.children)
    return found if len(found) > 1 else ()


def read_measures(draft: Draft, item: Item, places: Mapping[XmlElement, Section]) -> None:
    """How something is measured, and its values: targets, results that are called a baseline, and other results.

    A result that has neither a number nor words, such as one that is still to come, is no value. Of an indicator with
    several measurements each value is stated in the section of its own, so that they go out as they came in.

    Args:
        draft: of the plan.
        item: the indicator.
        places: the section of each element.
    """
    holders = {below: one for one in measurements(item.element) for below in one.descendants()}
    numbers: Counter[SG] = Counter()
    for element in item.element.descendants():
        result = _result(element)
        if result is not None and result.says_something():
            numbers[result.kind] += 1
            iri = _state(draft, item, result, numbers[result.kind])
            if element in holders:
                section = draft.place(places[holders[element]].place)
                draft.say(iri, SG.STATED_IN, section, draft.of_tag(holders[element]))
    kind = attribute(item.element, MEASURE_KIND)
    if kind and kind.value.strip() in ATTRIBUTES[INDICATOR, MEASURE_KIND]:
        said = Evidence(draft.tree.spans((kind.area,))).made_by(_SMALL)
        draft.say(draft.ids.iri_of(item.place), SG.MEASURE_KIND, Literal(kind.value.strip().lower()), said)
        draft.take(kind)


@dataclass(frozen=True, slots=True)
class _Result:
    """A target or actual result of a file.

    Args:
        element: that states it.
        kind: class of the value that it is.
        number: leaf of its number, where that is a decimal number.
        start: leaf of its first day, where that is a day.
        end: leaf of its last day, where that is a day.
        said: leaves of its words, in their order.
        breakdown: leaves of what it was broken down by: the dimension, and the part.
        marks: leaves that say that it is a baseline, and such as repeat its number in words.
    """

    element: XmlElement
    kind: SG
    number: XmlElement | None
    start: XmlElement | None
    end: XmlElement | None
    said: tuple[XmlElement, ...]
    breakdown: tuple[XmlElement, ...]
    marks: tuple[XmlElement, ...]

    def says_something(self) -> bool:
        return self.number is not None or any(is_said(words(leaf.text)) for leaf in self.said)


def _result(element: XmlElement) -> _Result | None:
    """The result that an element is; None of any other element."""
    name = canonical(element.name)
    if name not in {TARGET_RESULT, ACTUAL_RESULT}:
        return None
    descriptor = next(iter(_descriptors(element)), element)
    called, value = (child(descriptor, name) for name in ("DescriptorName", "DescriptorValue"))
    is_baseline = name == ACTUAL_RESULT and (_is_baseline(called) or _is_baseline(value))
    marks = [called, value] if is_baseline and _is_baseline(value) else [called] if is_baseline else []
    rest = [leaf for leaf in (called, value) if leaf and leaf not in marks]
    counted, first, last, description = (
        child(element, name) for name in ("NumberOfUnits", "StartDate", "EndDate", "Description")
    )
    number = counted if counted and decimal(words(counted.text)) else None
    start, end = (leaf if leaf and day(words(leaf.text)) else None for leaf in (first, last))
    if description and number and _repeats(description, number):
        marks.append(description)
    # A descriptor that gives a baseline as its value has the words of one that has no others.
    is_wording = is_baseline and not number and not description
    left = (counted if number is None else None, *((leaf) for leaf in (first, last) if leaf not in {start, end}))
    said = [description if description not in marks else None, *(rest if is_wording else ()), *left]
    return _Result(
        element,
        SG.TARGET if name == TARGET_RESULT else SG.BASELINE if is_baseline else SG.ACTUAL_VALUE,
        number,
        start,
        end,
        tuple(leaf for leaf in said if leaf),
        () if is_wording else tuple(rest),
        tuple(leaf for leaf in marks if leaf),
    )


def _descriptors(result: XmlElement) -> list[XmlElement]:
    """Of a result; the one that says that it is a baseline first."""
    found = [e for e in result.children if canonical(e.name) == "Descriptor"]
    return sorted(found, key=lambda one: not _says_baseline(one))


def _says_baseline(descriptor: XmlElement) -> bool:
    return any(map(_is_baseline, (child(descriptor, name) for name in ("DescriptorName", "DescriptorValue"))))


def _is_baseline(leaf: XmlElement | None) -> bool:
    return leaf is not None and words(leaf.text).casefold() == BASELINE.casefold()


def _repeats(description: XmlElement, number: XmlElement) -> bool:
    """Whether a description is the number once more, with its thousands apart: 18,338 beside 18338."""
    return decimal(words(description.text).replace(",", "")) == decimal(words(number.text))


def _state(draft: Draft, item: Item, result: _Result, number: int) -> str:
    """One value, as the file has it; its IRI."""
    segment, relation = OWNED[result.kind]
    thing = draft.ids.iri_of(item.place)
    iri = f"{thing}/{segment}/{number}"
    dates = tuple(leaf for leaf in (result.start, result.end) if leaf)
    leaves = (*result.said, *((result.number,) if result.number else ()), *dates, *result.breakdown, *result.marks)
    draft.say(thing, relation, NamedNode(iri), draft.of_text(*leaves))
    draft.say(iri, RDF.TYPE, NamedNode(result.kind), draft.of_tag(result.element), draft.of_text(*result.marks))
    if result.said:
        _say_joined(draft, iri, SG.TEXT, result.said, "; ")
    if result.breakdown:
        _say_joined(draft, iri, SG.BREAKDOWN, result.breakdown, ": ")
    for predicate, leaf in (SG.START_DATE, result.start), (SG.END_DATE, result.end):
        if leaf and (found := day(words(leaf.text))):
            draft.say(iri, predicate, found, draft.of_text(leaf))
    for leaf, predicate, value, evidence in _counted(draft, item, result):
        draft.say(iri, predicate, value, evidence)
        draft.take(leaf)
    draft.take(*leaves)
    return iri


def _counted(draft: Draft, item: Item, result: _Result) -> Iterator[tuple[XmlElement, SG, Literal, Evidence]]:
    """Number and unit of a result, each with its leaf and what it rests on."""
    leaf = result.number
    value = decimal(words(leaf.text)) if leaf else None
    if leaf is None or value is None:
        return
    said = draft.of_text(leaf)
    yield leaf, SG.NUMERIC_VALUE, value, said if value.value == words(leaf.text) else said.made_by(NUMBER)
    if unit := child(item.element, "UnitOfMeasurement"):
        yield unit, SG.UNIT_OF_MEASURE, Literal(words(unit.text), language=draft.language), draft.of_text(unit)


def _say_joined(draft: Draft, iri: str, predicate: SG, leaves: tuple[XmlElement, ...], between: str) -> None:
    said = draft.of_text(*leaves)
    text = between.join(words(leaf.text) for leaf in leaves)
    draft.say_words(iri, predicate, text, said if len(leaves) == 1 else said.made_by(JOINED))
