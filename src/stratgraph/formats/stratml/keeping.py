"""What the model has no place for: each leaf and attribute becomes a paragraph in a section, and a notice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.document import COUNTED, Evidence
from stratgraph.formats.stratml.draft import CALLED, words
from stratgraph.formats.stratml.schema import CONTENT, CORE, ROOTS, canonical, known_attribute, readable
from stratgraph.formats.xml_tree import XmlAttribute
from stratgraph.identifiers import slug
from stratgraph.terms import DCTERMS, RDF, RDFS, SG

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from stratgraph.document import Span
    from stratgraph.formats.stratml.draft import Draft
    from stratgraph.formats.xml_tree import XmlElement

SECTIONS: Final = "text/section/plan"
"""The section of the plan, in which all others are."""

SECTION: Final = "section"
"""The last part of the place of a section that states an element."""

STEP: Final = " › "
"""Stands in labels between what contains and what is contained."""

_SEVERAL: Final = {child.rstrip("*") for children in CONTENT.values() for child in children if child.endswith("*")}


@dataclass(frozen=True, slots=True)
class Section:
    """The section of an element: its place, and its label; that of the plan is empty."""

    place: str
    label: str

    def named(self, name: str) -> str:
        """The label of something in it."""
        return f"{self.label}{STEP}{name}" if self.label else name


def sections(root: XmlElement, stated: Mapping[XmlElement, str]) -> dict[XmlElement, Section]:
    """The section of each element; those that only hold the plan together are in that of the plan.

    The section of what states an element of the plan is named below that element: so it stays the same section
    whatever comes and goes before it.

    Args:
        root: of the file.
        stated: the place in the plan of each element that states something.
    """
    plan = Section(SECTIONS, "")
    found: dict[XmlElement, Section] = {}
    number: Counter[str] = Counter()
    times: Counter[str] = Counter()

    def visit(element: XmlElement, above: Section) -> None:
        if element is root or (above is plan and canonical(element.name) in (*ROOTS, CORE)):
            own = plan
        else:
            name = canonical(element.name) or element.name
            series = f"{above.place}/{slug(readable(name)) or 'element'}"
            number[series] += 1
            is_one = name not in _SEVERAL and times[f"{above.place} {name}"] == 1
            label = readable(name) if is_one else f"{readable(name)} {number[series]}"
            place = f"{stated[element]}/{SECTION}" if element in stated else f"{series}/{number[series]}"
            own = Section(place, above.named(label))
        found[element] = own
        times.update(f"{own.place} {canonical(one.name) or one.name}" for one in element.children)
        for one in element.children:
            visit(one, own)

    visit(root, plan)
    return found


class Keeper:
    """Writes sections and paragraphs.

    Args:
        draft: what was read; what it took is said already.
        places: the section of each element.
        stated: the elements that state something: their sections are there in any case.
        measurements: those of indicators that have several: their sections are there too, for values stand in them.
        understood: leaves and attributes that are kept although the graph says the same; they get no notice.
        described: elements that the graph describes by other means: each thing left in them gets a notice of its own.
        wordless: elements without the words that would make them one of the plan's.
    """

    def __init__(
        self,
        draft: Draft,
        places: dict[XmlElement, Section],
        stated: Collection[XmlElement],
        measurements: Collection[XmlElement],
        understood: Collection[XmlElement | XmlAttribute],
        described: Collection[XmlElement],
        wordless: Collection[XmlElement],
    ) -> None:
        self._draft = draft
        self._places = places
        self._stated = stated
        self._measurements = measurements
        self._understood = understood
        self._described = described
        self._wordless = wordless
        self._positions: Counter[str] = Counter()
        self._paragraphs: Counter[str] = Counter()
        self._used: set[str] = {section.place for section in places.values()}

    def keep(self, root: XmlElement) -> None:
        """Keeps everything in the tree that no statement used."""
        holding: set[XmlElement] = set()
        self._find_holding(root, holding)
        self._section(SECTIONS, "Plan", "", self._draft.of_tag(root))
        self._content(root, holding, is_told=False)

    def _find_holding(self, element: XmlElement, holding: set[XmlElement]) -> bool:
        """Finds the elements that have something to keep in them, at any depth."""
        below = [self._find_holding(child, holding) for child in element.children]
        is_there = element in self._stated or element in self._measurements
        holds = any(below) or is_there or any(True for _ in self._left(element))
        if holds:
            holding.add(element)
        return holds

    def _left(self, element: XmlElement) -> Iterator[XmlElement | XmlAttribute]:
        """The element itself where its own words are to be kept, and those of its attributes that are."""
        taken = self._draft.taken
        if element not in taken and words(element.text):
            yield element
        yield from (a for a in element.attributes if a not in taken and words(a.value))

    def _is_section(self, element: XmlElement) -> bool:
        return bool(element.children) or element in self._stated

    def _content(self, element: XmlElement, holding: set[XmlElement], *, is_told: bool) -> None:
        """What is in an element whose section is written."""
        section = self._places[element]
        for left in self._left(element):
            name = "Text" if left is element else readable(left.name)
            self._paragraph(section, section.named(name), left, is_told=is_told)
        for child in element.children:
            if child not in holding:
                continue
            if not self._is_section(child):
                self._leaf(section, child, is_told=is_told)
                continue
            own = self._places[child]
            if own.place != section.place:
                self._section(own.place, own.label, section.place, self._draft.of_tag(child))
            self._content(child, holding, is_told=self._tells(child, own, is_told=is_told))

    def _tells(self, child: XmlElement, own: Section, *, is_told: bool) -> bool:
        """Adds one notice for a whole element that the model has no place for, in place of one for each thing in it."""
        known = (self._stated, self._described, self._measurements)
        if any(child in elements for elements in known) or own.place == SECTIONS:
            return False
        if not is_told:
            self._tell(own.label, child, child.tag.start, own.place)
        return True

    def _leaf(self, section: Section, leaf: XmlElement, *, is_told: bool) -> None:
        label = section.named(readable(leaf.name))
        for left in self._left(leaf):
            name = label if left is leaf else f"{label}{STEP}{readable(left.name)}"
            self._paragraph(section, name, left, is_told=is_told)

    def _tell(self, label: str, thing: XmlElement | XmlAttribute, offset: int, place: str) -> None:
        is_known = known_attribute(thing.name) if isinstance(thing, XmlAttribute) else canonical(thing.name)
        what = "the model has no place for this" if is_known else f"StratML has no “{thing.name}”"
        if thing in self._wordless:
            what = "it has no words and states nothing but what is in it"
        self._draft.tell(f"{label}: {what}; it is kept as a part of the text.", offset, self._draft.place(place).value)

    def _section(self, place: str, label: str, parent: str, said: Evidence) -> None:
        self._part(place, SG.SECTION, label, parent, said)

    def _paragraph(self, section: Section, label: str, left: XmlElement | XmlAttribute, *, is_told: bool) -> None:
        place = ""
        while not place or place in self._used:
            self._paragraphs[section.place] += 1
            place = f"{section.place}/paragraph/{self._paragraphs[section.place]}"
        self._used.add(place)
        text, areas = _content_of(left)
        said = Evidence(self._draft.tree.spans(areas))
        self._part(place, SG.PARAGRAPH, label, section.place, said)
        self._draft.say_words(self._draft.place(place).value, SG.TEXT, text, said)
        if not is_told and left not in self._understood:
            self._tell(label, left, areas[0].start, place)

    def _part(self, place: str, kind: SG, label: str, parent: str, said: Evidence) -> None:
        draft, iri = self._draft, self._draft.place(place).value
        self._positions[parent] += 1
        draft.say(iri, RDF.TYPE, NamedNode(kind), said)
        draft.say_words(iri, RDFS.LABEL, label, said.made_by(CALLED))
        draft.say_number(iri, SG.POSITION, self._positions[parent], said.made_by(COUNTED))
        if parent:
            draft.say(iri, DCTERMS.IS_PART_OF, draft.place(parent), said)


def _content_of(left: XmlElement | XmlAttribute) -> tuple[str, tuple[Span, ...]]:
    return (words(left.value), (left.area,)) if isinstance(left, XmlAttribute) else (words(left.text), left.areas)
