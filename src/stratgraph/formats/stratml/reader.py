"""From the tree of a file to the statements of its plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.document import COUNTED, ElementKind, Evidence, Relation, Source, label
from stratgraph.formats.described import profile_decision
from stratgraph.formats.stratml.draft import CALLED, Draft, Item, attribute, child, one_line, words
from stratgraph.formats.stratml.front import evidence_of_year, own_name, read_front, year_of
from stratgraph.formats.stratml.keeping import Keeper, Section, sections
from stratgraph.formats.stratml.measures import is_measured, measurements, read_measures
from stratgraph.formats.stratml.performers import PERFORMER, performers, unit_called, unit_of_performer
from stratgraph.formats.stratml.schema import INDICATOR, MEDIA_TYPE, ROOTS, STAGE, TYPE, canonical, from_identifier
from stratgraph.identifiers import unit_iri, whole_number
from stratgraph.profiles import profile
from stratgraph.statements import StatedPlan
from stratgraph.terms import DCTERMS, ORG, RDF, RDFS, SG, STRATML_NAMESPACES

if TYPE_CHECKING:
    from stratgraph.formats.stratml.description import StratmlDescription
    from stratgraph.formats.stratml.front import Front
    from stratgraph.formats.xml_tree import XmlElement, XmlTree

_WORDS_OF: Final = {
    "Vision": ("Description", "Name"),
    "Mission": ("Description", "Name"),
    "Goal": ("Description", "Name"),
    "Objective": ("Description", "Name"),
    "PerformanceIndicator": ("MeasurementDimension", "UnitOfMeasurement", "Name", "Description"),
}
"""Where the wording of each element stands: the first of these that has words."""

_KINDS: Final = {
    "Vision": ElementKind.VISION,
    "Mission": ElementKind.MISSION,
    "Goal": ElementKind.GOAL,
    "Objective": ElementKind.OBJECTIVE,
    "PerformanceIndicator": ElementKind.KPI,
}
_CHAIN: Final = {"Goal", "Objective", "PerformanceIndicator"}
"""What stands in each other: one without words is stated where something in it has some."""

_NO_LANGUAGE: Final = (
    "The file does not say its language, by xml:lang or by language in the description; it is taken as English."
)

_STAGES: Final = {"output": ElementKind.OUTPUT, "outcome": ElementKind.EXPECTED_RESULT}
WITHOUT_ELEMENT: Final = tuple(
    kind for kind in ElementKind if kind not in {*_KINDS.values(), *_STAGES.values(), ElementKind.GOAL_STATEMENT}
)
"""What stands in lines of its own, for StratML has no element for it; those of statements are their goal's."""

_ABOVE: Final = {
    ElementKind.OBJECTIVE: (ElementKind.GOAL, Relation.CONTRIBUTES_TO),
    ElementKind.KPI: (ElementKind.OBJECTIVE, Relation.INDICATOR_OF),
    ElementKind.OUTPUT: (ElementKind.OBJECTIVE, Relation.SUPPORTS_OBJECTIVE),
    ElementKind.EXPECTED_RESULT: (ElementKind.OBJECTIVE, Relation.EXPECTED_FOR),
}
"""What each kind stands under, and the property that leads there."""

RELATIONSHIPS: Final = {
    "measures": Relation.MEASURES,
    "result of": Relation.RESULT_OF,
    "part of": Relation.PART_OF,
}
"""The names of relationships between indicators that the model has."""


def read_plan(tree: XmlTree, description: StratmlDescription) -> StatedPlan:
    """What the file states.

    Raises:
        SourceError: it is no StratML.
    """
    return _Reader(tree, description).plan()


@dataclass(frozen=True, slots=True)
class _Above:
    """The items that something stands in, the innermost of each kind."""

    goal: Item | None = None
    objective: Item | None = None


class _Reader:
    def __init__(self, tree: XmlTree, description: StratmlDescription) -> None:
        self.tree = tree
        self.description = description
        self.front: Front = read_front(tree, description)
        self.ids = self.front.ids
        self.draft = Draft(tree, self.ids, self.front.language)
        self.items: list[Item] = []
        self.places: dict[XmlElement, Section] = {}
        self.wordless: set[XmlElement] = set()
        self.mission: Item | None = None
        self.by_identifier: dict[str, Item] = {}
        self.links: dict[Item, list[tuple[Relation, Item, Evidence]]] = {}
        self.series: dict[tuple[ElementKind, XmlElement | None], str] = {}
        self.numbers: Counter[str] = Counter()
        self.named: set[str] = set()
        organisation = self.front.organisation
        self.organisations = {self.ids.organisation: organisation} if organisation else {}
        self.organisations |= self.front.units
        self.used = {
            own.place
            for element in tree.root.descendants()
            if (own := own_name(element, self.ids.own))
            and (own.organisation, own.plan) == (self.ids.organisation, self.ids.plan)
        }
        for place in self.used:
            series = place.rstrip("0123456789")
            self.numbers[series] = max(self.numbers[series], whole_number(place.removeprefix(series)) or 0)
        front = self.front
        self.of_plan = self.draft.of_text(front.title) if front.title else self.draft.of_tag(front.root)

    def plan(self) -> StatedPlan:
        self._tell_of_file()
        self._state_plan()
        self._state_units()
        self._visit(self.tree.root, _Above())
        for item in self.items:
            self._relate(item)
        own = (i for i in self.items if i.kind is ElementKind.MISSION and i.unit == self.ids.organisation)
        self.mission = next(own, None)
        self._count_positions()
        self.places = sections(self.tree.root, {item.element: item.place for item in self.items})
        for item in self.items:
            self._state(item)
        front = self.front
        dates = (
            front.published if year_of(front.published) else None,
            *(y.leaf for y in (front.start, front.end) if y),
        )
        understood = {one for one in (*dates, attribute(front.root, TYPE)) if one}
        described = {front.administration, front.organisation, *front.units.values()}
        keeper = Keeper(
            self.draft,
            self.places,
            stated={item.element for item in self.items},
            measurements={one for item in self.items for one in measurements(item.element)},
            understood=understood,
            described={element for element in described if element},
            wordless=self.wordless,
        )
        keeper.keep(self.tree.root)
        place_iri = self.ids.iri_of
        return StatedPlan(
            identifiers=self.ids,
            language=self.front.language,
            statements=self.draft.statements,
            source=self._source(),
            file=self.tree.file,
            decisions=tuple(self.draft.decisions),
            provisional=frozenset(place_iri(item.place) for item in self.items if not item.is_named),
            notices=tuple(sorted(self.draft.notices, key=lambda n: (n.where.line or 0, n.where.column or 0))),
            withdraws=True,
            made_from=self.front.made_from,
            assumed_language=next((one for one in self.draft.notices if one.what == _NO_LANGUAGE), None),
        )

    # --- the file and the plan ---------------------------------------------------------------------------------------

    def _tell_of_file(self) -> None:
        tree, draft, root = self.tree, self.draft, self.front.root
        if tree.encoding:
            draft.tell(f"The file is in {tree.encoding}; its text is kept in UTF-8, and its declaration says so.", 0)
        if tree.junk:
            words_before = tree.text[tree.junk.start : tree.junk.end]
            draft.tell(f"“{words_before}” stands before the XML; it is kept in the source only.", tree.junk.start)
        if root is not tree.root or canonical(root.name) not in ROOTS:
            draft.tell(f"The root is <{tree.root.name}>, and not one of StratML; the plan was found in it.", 0)
        if root.namespace not in STRATML_NAMESPACES:
            name = f"“{root.namespace}”" if root.namespace else "none"
            draft.tell(f"The namespace is {name}, and not one of StratML; it is read all the same.", root.tag.start)
        if self.front.assumes_language:
            draft.tell(_NO_LANGUAGE, root.tag.start)
        for element in tree.root.descendants():
            for one in element.attributes:
                if one.name.startswith("xsi:"):
                    draft.take(one)
                    draft.tell(f"{one.name} “{words(one.value)}” is kept in the source only.", one.area.start)
        language = attribute(root, "xml:lang")
        if language and language.value.strip().lower() == self.front.language:
            draft.take(language)

    def _state_plan(self) -> None:
        draft, front, iri = self.draft, self.front, self.ids.plan_iri
        draft.say(iri, RDF.TYPE, NamedNode(SG.STRATEGIC_PLAN), draft.of_tag(front.root))
        if front.title:
            draft.take(front.title)
            title = one_line(front.title.text)
            draft.say_words(iri, RDFS.LABEL, title, self.of_plan)
            draft.say_words(iri, DCTERMS.TITLE, title, self.of_plan)
        for predicate, year in (SG.START_YEAR, front.start), (SG.END_YEAR, front.end):
            if year:
                draft.say_number(iri, predicate, year.number, evidence_of_year(year, draft.of_text(year.leaf)))
                if year.decision and year.decision not in draft.decisions:
                    draft.decisions.append(year.decision)
        administration = front.administration
        if administration and (source := child(administration, "Source")):
            draft.take(source)
            draft.say(iri, DCTERMS.SOURCE, Literal(words(source.text)), draft.of_text(source))
        if administration:
            self._identifier(iri, administration)
        if name := self.description.profile:
            decision = profile_decision(name, self.description.file)
            draft.decisions.append(decision)
            draft.say(iri, DCTERMS.CONFORMS_TO, NamedNode(profile(name).iri), Evidence(decisions=(decision.name,)))

    def _state_units(self) -> None:
        draft, organisation = self.draft, self.front.organisation
        if organisation is None:
            draft.tell("The file names no organisation.", self.front.root.tag.start)
            return
        publisher = NamedNode(self.front.publisher)
        if self.front.is_written_in_latin:
            draft.tell(
                f"The organisation is called “{self.ids.organisation}” in identifiers, its name in Latin letters; "
                "organisation in the description calls it otherwise.",
                organisation.tag.start,
            )
        self._unit(publisher, organisation, ORG.FORMAL_ORGANIZATION)
        draft.say(self.ids.plan_iri, DCTERMS.PUBLISHER, publisher, self.of_plan, self._said_of(organisation))
        for slug, element in self.front.units.items():
            unit = NamedNode(self._unit_iri(slug))
            is_sector = "sector" in self._name(element).casefold()
            self._unit(unit, element, SG.SECTOR if is_sector else ORG.ORGANIZATIONAL_UNIT)
            draft.say(unit.value, ORG.UNIT_OF, publisher, self._said_of(element))

    def _unit_iri(self, unit: str) -> str:
        """The IRI of a unit, or of the organisation itself, by what stands for it here."""
        if unit in self.front.units and self.ids.own:
            return unit
        return self.front.publisher if unit == self.ids.organisation else unit_iri(self.ids.organisation, unit)

    def _unit(self, unit: NamedNode, element: XmlElement, kind: SG | ORG) -> None:
        draft, name, acronym = self.draft, child(element, "Name", "Acronym"), child(element, "Acronym")
        said = self._said_of(element)
        draft.take(name, acronym)
        draft.say(unit.value, RDF.TYPE, NamedNode(kind), said)
        draft.say_words(unit.value, RDFS.LABEL, self._name(element), draft.of_text(name))
        if acronym:
            draft.say(unit.value, SG.NOTATION, Literal(words(acronym.text)), draft.of_text(acronym))
        self._identifier(unit.value, element)

    def _said_of(self, organisation: XmlElement) -> Evidence:
        return self.draft.of_text(child(organisation, "Name", "Acronym"), child(organisation, "Acronym"))

    def _name(self, organisation: XmlElement) -> str:
        leaf = child(organisation, "Name", "Acronym")
        return one_line(leaf.text) if leaf else ""

    def _identifier(self, iri: str, element: XmlElement) -> None:
        """Takes an identifier that says the IRI; another's is stated."""
        leaf = child(element, "Identifier")
        if leaf is None:
            return
        own = from_identifier(words(leaf.text), self.ids.own)
        if own is None:
            self.draft.say(iri, DCTERMS.IDENTIFIER, Literal(words(leaf.text)), self.draft.of_text(leaf))
        is_whole = own is not None and (not own.place or own.version is not None)
        if own is None or (is_whole and own.plan in {"", self.ids.plan}):
            self.draft.take(leaf)

    def _source(self) -> Source:
        front, description = self.front, self.description
        title = one_line(front.title.text) if front.title else self.tree.file
        publisher = self._name(front.organisation) if front.organisation else ""
        return Source(
            text=self.tree.text,
            title=description.title or title,
            publisher=description.publisher or publisher,
            issued=description.issued or year_of(front.published),
            rights=description.rights,
            media_type=MEDIA_TYPE,
        )

    # --- elements ----------------------------------------------------------------------------------------------------

    def _visit(self, element: XmlElement, above: _Above) -> None:
        name = canonical(element.name)
        if name in _KINDS:
            item = self._item(element, name, above)
            if item and item.kind is ElementKind.GOAL:
                above = _Above(goal=item)
            elif name == "Goal":
                above = _Above()
            elif name == "Objective":
                above = replace(above, objective=item)
        for one in element.children:
            self._visit(one, above)

    def _item(self, element: XmlElement, name: str, above: _Above) -> Item | None:
        text = child(element, *_WORDS_OF[name]) or (element if words(element.text) else None)
        leaf = child(element, "Identifier")
        own = from_identifier(words(leaf.text), self.ids.own) if leaf else None
        is_ours = own is not None and (own.organisation, own.plan) == (self.ids.organisation, self.ids.plan)
        said = own.place if own and is_ours else own.unit if own and self.ids.own else ""
        is_named = bool(said) and said not in self.named
        if text is None and not is_named and not self._has_stating(element):
            self.wordless.add(element)
            return None
        kind = self._kind(element, name, said if is_named else "")
        title = None
        if name in {"Goal", "Objective"} and text and canonical(text.name) != "Name":
            title = child(element, "Name")
        parent = above.goal if kind is ElementKind.OBJECTIVE else above.objective or above.goal
        parent = parent if kind in _ABOVE else None
        place = said if is_named else self._new_place(kind, parent)
        item = Item(
            element=element,
            kind=kind,
            place=place,
            unit=self._unit_of(element, place, parent),
            parent=parent,
            is_named=is_named,
            text=text,
            title=title,
            notation=child(element, "SequenceIndicator"),
            identifier=leaf if own is None else None,
        )
        if title and is_named and words(title.text) == self._made_up(item):
            item.title, item.is_called = None, True
        if leaf:
            self.by_identifier.setdefault(words(leaf.text), item)
        if is_named:
            self.named.add(place)
            self.series[kind, parent.element if parent else None] = place.rstrip("0123456789")
            self.draft.take(leaf)
        self.draft.take(text, title, item.notation, item.identifier)  # a title that is none as well
        self.items.append(item)
        return item

    def _has_stating(self, element: XmlElement) -> bool:
        """Whether an element without words has some in it that has: it is stated, and found to be without words."""
        return any(
            child(below, *_WORDS_OF[canonical(below.name)]) or words(below.text)
            for below in element.descendants()
            if below is not element and canonical(below.name) in _CHAIN
        )

    def _kind(self, element: XmlElement, name: str, named: str) -> ElementKind:
        """Of an indicator that measures nothing, the stage of the chain that it is on says what it is.

        So it does of one whose place, by its identifier, is that of such a thing: results can have baselines too.
        """
        stage = attribute(element, STAGE)
        if name == "PerformanceIndicator" and stage:
            kind = _STAGES.get(stage.value.strip().casefold())
            if kind and (not is_measured(element) or kind.facts.segment in named.split("/")):
                self.draft.take(stage)
                return kind
        return _KINDS[name]

    def _new_place(self, kind: ElementKind, parent: Item | None) -> str:
        segment = kind.facts.segment
        if kind in {ElementKind.MISSION, ElementKind.VISION} and segment not in self.used:
            self.used.add(segment)
            return segment
        below = f"{parent.place}/{segment}/" if parent else f"{segment}/"
        # What is new stands in the series of those that were there before.
        series = self.series.get((kind, parent.element if parent else None), below)
        series = series if series.endswith("/") else below
        if kind in {ElementKind.MISSION, ElementKind.VISION}:
            self.numbers[series] = max(self.numbers[series], 1)
        self.numbers[series] += 1
        return f"{series}{self.numbers[series]}"

    def _unit_of(self, element: XmlElement, place: str, parent: Item | None) -> str:
        first = place.partition("/")[0]
        if first in self.front.units:
            return first
        if self.ids.own and (unit := unit_of_performer(element, self.organisations, self.tree)) is not None:
            return unit
        return parent.unit if parent else self.ids.organisation

    def _relate(self, item: Item) -> None:
        """The relationships to other items that the model has."""
        self.links[item] = []
        for one in item.element.children:
            name = child(one, "Name") if canonical(one.name) == "Relationship" else None
            relation = RELATIONSHIPS.get(words(name.text).casefold()) if name else None
            leaves = [leaf for leaf in one.children if canonical(leaf.name) == "ReferentIdentifier"]
            others = [self.by_identifier.get(words(leaf.text)) for leaf in leaves]
            if relation is None or not others or None in others or item in others:
                continue
            self.draft.take(name, attribute(one, "RelationshipType"), *leaves)
            for leaf, other in zip(leaves, others, strict=True):
                if other:
                    self.links[item].append((relation, other, self.draft.of_text(name, leaf)))
                if other and relation is Relation.PART_OF:
                    item.is_part, item.parent = True, other

    def _count_positions(self) -> None:
        counts: Counter[tuple[object, ...]] = Counter()
        for item in self.items:
            key = item.unit if not item.kind.facts.parents else (item.parent, item.is_part)
            counts[item.kind, key] += 1
            item.position = counts[item.kind, key]

    def _state(self, item: Item) -> None:
        draft, iri = self.draft, self.ids.iri_of(item.place)
        of_tag = draft.of_tag(item.element)
        said = draft.of_text(item.text) if item.text else of_tag
        draft.say(iri, RDF.TYPE, NamedNode(item.kind.value), of_tag)
        self._state_label(item, iri, said)
        if item.text:
            draft.say_words(iri, SG.TEXT, words(item.text.text), said)
        if item.title:
            draft.say_words(iri, DCTERMS.TITLE, words(item.title.text), draft.of_text(item.title))
        if item.notation:
            draft.say(iri, SG.NOTATION, Literal(words(item.notation.text)), draft.of_text(item.notation))
        if item.identifier:
            draft.say(iri, DCTERMS.IDENTIFIER, Literal(words(item.identifier.text)), draft.of_text(item.identifier))
        draft.say_number(iri, SG.POSITION, item.position, said.made_by(COUNTED))
        draft.say(iri, SG.IN_PLAN, NamedNode(self.ids.plan_iri), said, self.of_plan)
        draft.say(iri, SG.STATED_IN, draft.place(self.places[item.element].place), said)
        self._state_unit(item, iri, said)
        self._state_links(item, iri, of_tag)
        if canonical(item.element.name) == INDICATOR:
            read_measures(draft, item, self.places)

    def _state_label(self, item: Item, iri: str, said: Evidence) -> None:
        """What people call it, and whether that is the words of one leaf of it."""
        name, leaves = self._label(item), [leaf for leaf in (item.title, item.text) if leaf]
        whole = next((leaf for leaf in leaves if words(leaf.text) == name), None)
        rests = self.draft.of_text(whole) if whole else (said | self.draft.of_text(*leaves)).made_by(CALLED)
        self.draft.say_words(iri, RDFS.LABEL, name, rests)

    def _state_unit(self, item: Item, iri: str, said: Evidence) -> None:
        unit = self.front.units.get(item.unit, self.front.organisation)
        if unit is None:
            return
        of_unit = NamedNode(self._unit_iri(item.unit))
        self.draft.say(iri, SG.OF_UNIT, of_unit, said, self._said_of(unit))
        for one, name, roles in performers(item.element):
            called = one_line(name.text)
            if unit_called(called, self.organisations) == item.unit:
                # As an export names the unit: it says nothing else.
                said_twice = [role for role in roles if one_line(role.text) == called]
                kinds = [e for e in one.descendants() if words(e.text) == PERFORMER]
                self.draft.take(name, *said_twice, *kinds, attribute(one, "StakeholderTypeType"))

    def _state_links(self, item: Item, iri: str, of_tag: Evidence) -> None:
        draft = self.draft
        for relation, other, said in self.links[item]:
            draft.say(iri, relation.value, draft.place(other.place), said)
        if item.kind is ElementKind.GOAL and self.mission:
            served = draft.place(self.mission.place)
            draft.say(iri, SG.SERVES_MISSION, served, of_tag, draft.of_tag(self.mission.element))
        if item.kind in _ABOVE and item.parent and not item.is_part:
            kind, relation = _ABOVE[item.kind]
            if item.parent.kind is kind:
                above = draft.of_tag(item.parent.element)
                draft.say(iri, relation.value, draft.place(item.parent.place), of_tag, above)

    def _made_up(self, item: Item) -> str:
        """What an element is called that is the only one of its kind in its unit."""
        unit = self.front.units.get(item.unit, self.front.organisation)
        acronym = child(unit, "Acronym", "Name") if unit else None
        return f"{item.kind.facts.segment.capitalize()} of {words(acronym.text)}" if acronym else ""

    def _label(self, item: Item) -> str:
        text = words(item.text.text) if item.text else ""
        title = words(item.title.text) if item.title else ""
        unit = self.front.units.get(item.unit, self.front.organisation)
        acronym = child(unit, "Acronym", "Name") if unit else None
        name = words(acronym.text) if acronym else ""
        if item.kind in {ElementKind.MISSION, ElementKind.VISION}:
            return label(self._made_up(item) or text or item.kind.facts.segment.capitalize())
        if item.kind is ElementKind.OBJECTIVE:
            number = words(item.notation.text) if item.notation else str(item.position)
            return label(f"{name} objective {number}: {title or text}".strip(" :"))
        if item.is_called:
            return self._made_up(item)
        return label(title or text or f"{item.kind.facts.segment.capitalize()} {item.position}")
