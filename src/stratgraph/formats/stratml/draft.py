"""The plan while it is being read from its tree: its statements so far, which words they used, and the notices."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.document import Decision, Derivation, ElementKind, Evidence
from stratgraph.formats.stratml.schema import canonical
from stratgraph.statements import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.formats.xml_tree import XmlAttribute, XmlElement, XmlTree
    from stratgraph.identifiers import PlanIdentifiers

_MARGIN: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\ufeff"
_PLACEHOLDER: Final = re.compile(r"\[[^\[\]]*\]|PLACEHOLDER_\d+", re.IGNORECASE)


CALLED: Final = Derivation(
    "name", "Called by what it is, and its number, title, unit or the beginning of its text, as far as it has them."
)
JOINED: Final = Derivation("joined", "Put together of the texts of several elements.")
"""How texts are made that no element of the file has as they are."""


def words(text: str) -> str:
    """The words of a text: without the blanks around its lines and without empty lines."""
    lines = (line.strip(_MARGIN).replace("\t", " ") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """The words of a text, with a blank for each break: of a name, which has none."""
    return words(text).replace("\n", " ")


def is_said(text: str) -> bool:
    """Whether words say something; a placeholder of an empty form, such as “[Name]”, does not."""
    return bool(text) and not _PLACEHOLDER.fullmatch(text)


@dataclass(slots=True, eq=False)
class Item:
    """An element of the plan while it is being read.

    Args:
        element: that states it.
        kind: of it.
        place: in the plan.
        unit: slug of its unit.
        parent: the item that it stands under, or None.
        is_named: its identifier is an IRI of this plan.
        text: leaf or element that its words stand in, or None.
        title: leaf of its short title, or None.
        notation: leaf of the number that the source gives it, or None.
        identifier: leaf of another's identifier, or None.
        is_part: it is part of its parent, and of that one's kind.
        is_called: its name is the one that is made up where there is no title.
        position: among those of its kind under one parent, from 1; 0 until all are read.
    """

    element: XmlElement
    kind: ElementKind
    place: str
    unit: str
    parent: Item | None
    is_named: bool
    text: XmlElement | None
    title: XmlElement | None
    notation: XmlElement | None
    identifier: XmlElement | None
    is_part: bool = False
    is_called: bool = False
    position: int = 0


@dataclass(slots=True)
class Draft:
    """What was read so far.

    Args:
        tree: of the file.
        ids: of the plan.
        language: of its texts.
        statements: so far.
        taken: the leaves and attributes whose words are in the statements.
    """

    tree: XmlTree
    ids: PlanIdentifiers
    language: str
    statements: dict[Triple, Evidence] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    taken: set[XmlElement | XmlAttribute] = field(default_factory=set)

    def say(self, subject: str, predicate: str, value: NamedNode | Literal, *evidence: Evidence) -> None:
        """Adds a triple, and what it rests on."""
        triple = Triple(NamedNode(subject), NamedNode(predicate), value)
        known = self.statements.get(triple, Evidence())
        for one in evidence:
            known |= one
        self.statements[triple] = known

    def say_words(self, subject: str, predicate: str, text: str, *evidence: Evidence) -> None:
        """Adds a triple whose object is words in the plan's language."""
        self.say(subject, predicate, Literal(text, language=self.language), *evidence)

    def say_number(self, subject: str, predicate: str, number: int, *evidence: Evidence) -> None:
        """Adds a triple whose object is a whole number."""
        self.say(subject, predicate, Literal(number), *evidence)

    def place(self, place: str) -> NamedNode:
        """What stands at a place of the plan."""
        return NamedNode(self.ids.iri_of(place))

    def of_text(self, *elements: XmlElement | None) -> Evidence:
        """The characters directly in some elements."""
        return Evidence(self.tree.spans(area for element in elements if element for area in element.areas))

    def of_tag(self, *elements: XmlElement) -> Evidence:
        """The start tags of some elements, which say what they are."""
        return Evidence(self.tree.spans(element.tag for element in elements))

    def take(self, *things: XmlElement | XmlAttribute | None) -> None:
        """Notes that statements use the words directly in these elements, so that they are not kept a second time."""
        self.taken.update(thing for thing in things if thing is not None)

    def tell(self, what: str, offset: int, element: str | None = None) -> None:
        """Adds a notice about what stands at an offset of the text."""
        self.notices.append(Notice(what, self.tree.location(offset, element)))


def child(element: XmlElement, *names: str, but: Iterable[XmlElement] = ()) -> XmlElement | None:
    """The first child of the first of these names that has words."""
    left_out = set(but)
    for name in names:
        for one in element.children:
            if canonical(one.name) == name and one not in left_out and words(one.text):
                return one
    return None


def attribute(element: XmlElement, name: str) -> XmlAttribute | None:
    """An attribute by its name, whatever its case."""
    return next((one for one in element.attributes if one.name.casefold() == name.casefold()), None)
