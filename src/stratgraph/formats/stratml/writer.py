"""From the statements of a plan to StratML Part 2.

What the format has no element for stands in lines of the nearest ``OtherInformation``; what a file of StratML was read
into as parts of the text becomes elements again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from stratgraph.document import VALUES as CLASSES_OF_VALUES
from stratgraph.document import label
from stratgraph.formats.stratml.description import StratmlDescription
from stratgraph.formats.stratml.elements import Node, to_xml
from stratgraph.formats.stratml.front import read_front
from stratgraph.formats.stratml.keeping import SECTION, SECTIONS, STEP
from stratgraph.formats.stratml.measures import ACTUAL_RESULT, BASELINE, INSTANCE, MEASURE_KIND, TARGET_RESULT
from stratgraph.formats.stratml.performers import PERFORMER
from stratgraph.formats.stratml.reader import RELATIONSHIPS, WITHOUT_ELEMENT
from stratgraph.formats.stratml.schema import (
    ADMINISTRATION,
    ATTRIBUTES,
    CONTENT,
    CORE,
    FREE,
    READABLE,
    ROOT,
    SLUGS,
    STAGE,
    STRATEGIC,
    TYPE,
    VALUES,
    from_identifier,
    to_identifier,
)
from stratgraph.formats.xml_tree import read_tree
from stratgraph.graph import ontology
from stratgraph.identifiers import published_name, whole_number
from stratgraph.terms import DCTERMS, ORG, RDF, RDFS, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Collection

    from stratgraph.statements import StatedPlan

_PLAN: Final = "plan"
_ORGANISATION: Final = "organisation"
_HAS_VALUES: Final = (SG.HAS_TARGET, SG.HAS_BASELINE, SG.HAS_ACTUAL_VALUE)

_CORE_CONTENT: Final = {name.rstrip("*") for name in CONTENT[CORE]}
_ITEMS: Final = ((SG.OUTPUT, SG.SUPPORTS_OBJECTIVE, "Output"), (SG.EXPECTED_RESULT, SG.EXPECTED_FOR, "Outcome"))
_INDICATORS: Final = (SG.KPI, SG.OUTPUT, SG.EXPECTED_RESULT)


def write_plan(plan: StatedPlan) -> bytes:
    """The file, which is valid by the schema of Part 2; the same statements give the same bytes.

    Elements go out under the identifiers that they came in with. The plan and its organisation do where the file is
    read as the same plan so: their IRIs are made of what a file says of them, where it does not name them by ours.
    A plan under its organisation's own IRIs goes out under these, and is read back under them.

    StratML has one language: of a plan that has been translated, the file has the main one alone.
    """
    plan = _in_main_language(plan)
    if plan.identifiers.own:
        return to_xml(_Writer(plan, ()).root(), language=plan.language)
    for named in ({_PLAN, _ORGANISATION}, {_ORGANISATION}, set[str]()):
        data = to_xml(_Writer(plan, named).root(), language=plan.language)
        tree = read_tree(data, file="", max_bytes=len(data), max_depth=len(data), max_nodes=len(data))
        if read_front(tree, StratmlDescription()).ids == plan.identifiers:
            break
    return data


def _in_main_language(plan: StatedPlan) -> StatedPlan:
    """A plan without its translations, not even those of what has no words in the main language."""
    titles = plan.graph.literals(plan.identifiers.plan_iri, DCTERMS.TITLE)
    others = {title.language for title in titles if title.language} - {plan.language}
    if not others:
        return plan
    statements = {
        triple: evidence
        for triple, evidence in plan.statements.items()
        if not (isinstance(triple.object, Literal) and triple.object.language in others)
    }
    return replace(plan, statements=statements)


class _Writer:
    """Writes a plan.

    Args:
        plan: to be written.
        named: which of the plan and its organisation go by the identifier of their source.
    """

    def __init__(self, plan: StatedPlan, named: Collection[str]) -> None:
        self.plan = plan
        self.named = named
        self.graph = plan.graph
        self.iri = plan.identifiers.plan_iri
        self.publisher = self.graph.iri(self.iri, DCTERMS.PUBLISHER)
        self.units = self.graph.subjects(ORG.UNIT_OF, self.publisher)
        self.top = plan.identifiers.place_iri(SECTIONS)
        self.written: set[str] = set()
        self.of_section: dict[str, Node] = {}
        elements = self.graph.subjects(SG.IN_PLAN, self.iri)
        self.identifiers = Counter(self.graph.text(one, DCTERMS.IDENTIFIER) for one in elements)

    def root(self) -> Node:
        graph = self.graph
        kept = self._kept(self.top)
        root = Node(ROOT, children=[node for node in kept if node.text or node.name not in _CORE_CONTENT])
        if not any(node.name == TYPE and node.text in ATTRIBUTES[ROOT, TYPE] for node in kept):
            root.add(TYPE, STRATEGIC)
        root.add("Name", graph.text(self.iri, DCTERMS.TITLE) or graph.text(self.iri, RDFS.LABEL))
        core = Node(CORE)
        self._organisations(core)
        for name, kind in ("Vision", SG.VISION), ("Mission", SG.MISSION):
            core.children += [self._element(name, one, "Description") for one in self._of_unit(kind, self.publisher)]
        core.children += [node for node in kept if not node.text and node.name in _CORE_CONTENT - {"Organization"}]
        core.children += [self._goal(goal) for goal in sorted(graph.of_type(SG.GOAL), key=self._rank)]
        self._orphans(core)
        root.children.append(core)
        self._administration(root)
        self._rest(root)
        return root

    def _leading(self, predicate: str, value: str) -> list[str]:
        """What leads to it, by position."""
        return sorted(self.graph.subjects(predicate, value), key=self._position)

    def _position(self, element: str) -> int:
        return whole_number(self.graph.text(element, SG.POSITION)) or 0

    def _of_unit(self, kind: SG, unit: str) -> list[str]:
        """The elements of a kind that are of a unit; of none where that is empty."""
        found = self._leading(RDF.TYPE, kind)
        return [one for one in found if unit in (self.graph.iris(one, SG.OF_UNIT) or ("",))]

    def _rank(self, element: str) -> tuple[int, int]:
        """Those of the organisation before those of its units."""
        order = [self.publisher, *self.units]
        ranks = [order.index(unit) for unit in self.graph.iris(element, SG.OF_UNIT) if unit in order]
        return min(ranks, default=len(order)), self._position(element)

    # --- what is kept ------------------------------------------------------------------------------------------------

    def _kept(self, section: str) -> list[Node]:
        """What the parts of the text in a section were in their file, elements of the plan left out."""
        graph, found = self.graph, []
        above = graph.text(section, RDFS.LABEL) + STEP if section != self.top else ""
        for part in self._leading(DCTERMS.IS_PART_OF, section):
            if graph.is_a(part, SG.PARAGRAPH):
                name = graph.text(part, RDFS.LABEL).removeprefix(above)
                found.append(Node(READABLE.get(name, name), text=graph.text(part, SG.TEXT)))
            elif not self._states(part):
                slug = part.rpartition("/")[0].rpartition("/")[2]
                name = SLUGS.get(slug, slug)
                found.append(Node(name, children=self._kept(part)))
                self.of_section[part] = found[-1]
        return found

    def _states(self, section: str) -> bool:
        return any(self.graph.iris(one, SG.IN_PLAN) for one in self.graph.subjects(SG.STATED_IN, section))

    def _kept_with(self, element: str) -> list[Node]:
        return [
            node
            for section in self.graph.iris(element, SG.STATED_IN)
            # Earlier programs named the section of an element by its position below that of the plan.
            if section == f"{element}/{SECTION}" or section.startswith(f"{self.top}/")
            for node in self._kept(section)
        ]

    # --- elements ----------------------------------------------------------------------------------------------------

    def _organisations(self, core: Node) -> None:
        """The publisher and its units, with what is kept of each; then other organisations of the file."""
        graph = self.graph
        others: list[Node] = []
        ours = [Node("Organization") for unit in (self.publisher, *self.units) if unit]
        for part in self._leading(DCTERMS.IS_PART_OF, self.top):
            place, _, number = part.rpartition("/")
            if place == f"{self.top}/organization" and graph.is_a(part, SG.SECTION):
                node = Node("Organization", children=self._kept(part))
                counted = whole_number(number) or 0
                is_ours = 1 <= counted <= len(ours) and not node.has("Name", "Acronym")
                (ours[counted - 1].children if is_ours else others).extend(node.children if is_ours else [node])
        for unit, node in zip((self.publisher, *self.units), ours, strict=False):
            node.add("Name", graph.text(unit, RDFS.LABEL))
            node.add("Acronym", graph.text(unit, SG.NOTATION))
            node.add("Identifier", self._identifier(unit) if _ORGANISATION in self.named else to_identifier(unit))
            if unit != self.publisher:
                for kind in SG.VISION, SG.MISSION:
                    for one in self._of_unit(kind, unit):
                        node.note("Description", graph.text(one, RDFS.LABEL), graph.text(one, SG.TEXT))
                        self.written.add(one)
        core.children += [*ours, *others]

    def _element(self, name: str, iri: str, wording: str) -> Node:
        """An element with its identifier, number, wording and what is kept with it."""
        graph = self.graph
        self.written.add(iri)
        node = Node(name, children=self._kept_with(iri))
        node.add("Identifier", self._identifier(iri))
        node.add(wording, graph.text(iri, SG.TEXT))
        if name not in {"Vision", "Mission"}:
            node.add("SequenceIndicator", graph.text(iri, SG.NOTATION))
        if self._identifier(iri) != (other := graph.text(iri, DCTERMS.IDENTIFIER)):
            node.note(FREE, "Identifier", other)
        return node

    def _identifier(self, iri: str) -> str:
        """That its source gave it, where that is one and no other element has it; else ours."""
        own = self.graph.text(iri, DCTERMS.IDENTIFIER)
        is_one = VALUES["Identifier"].fullmatch(own) and from_identifier(own) is None and self.identifiers[own] <= 1
        return own if is_one else to_identifier(iri)

    def _goal(self, iri: str) -> Node:
        graph = self.graph
        text, title, called = (graph.text(iri, predicate) for predicate in (SG.TEXT, DCTERMS.TITLE, RDFS.LABEL))
        # A goal must have a name. Where it has neither a title nor a name made up for it, its wording is all it has.
        is_wording = not title and label(text) == called
        node = self._element("Goal", iri, "Name" if is_wording else "Description")
        if title or (text and not is_wording):
            node.add("Name", title or called)
        self._performer(node, iri)
        self._values_in_lines(node, iri)
        for number, statement in enumerate(graph.iris(iri, SG.HAS_STATEMENT), start=1):
            self.written.add(statement)
            node.note(FREE, f"Statement {number}", graph.text(statement, SG.TEXT))
        objectives = [one for one in self._leading(SG.CONTRIBUTES_TO, iri) if graph.is_a(one, SG.OBJECTIVE)]
        node.children += [self._objective(one, iri) for one in objectives if one not in self.written]
        return node

    def _objective(self, iri: str, goal: str) -> Node:
        graph, node = self.graph, self._element("Objective", iri, "Description")
        node.add("Name", graph.text(iri, DCTERMS.TITLE))
        self._performer(node, iri, goal)
        self._values_in_lines(node, iri)
        for other in graph.iris(iri, SG.CONTRIBUTES_TO):
            if other != goal:
                node.note(FREE, "Contributes to", graph.text(other, RDFS.LABEL))
        for kind, relation, _ in _ITEMS:
            for one in self._leading(relation, iri):
                if graph.is_a(one, kind):
                    self._with_parts(node, one)
        for one in self._leading(SG.INDICATOR_OF, iri):
            if graph.is_a(one, SG.KPI):
                self._with_parts(node, one)
        return node

    def _with_parts(self, objective: Node, iri: str) -> None:
        """An indicator, output or result, and behind it what is part of it."""
        if iri in self.written:
            return
        objective.children.append(self._indicator(iri))
        for part in self._leading(SG.PART_OF, iri):
            self._with_parts(objective, part)

    def _indicator(self, iri: str) -> Node:
        graph, node = self.graph, self._element("PerformanceIndicator", iri, "MeasurementDimension")
        for kind, _, stage in _ITEMS:
            if graph.is_a(iri, kind):
                node.add(STAGE, stage)
        if title := graph.text(iri, DCTERMS.TITLE):
            node.note(FREE, "Title", title)
        for name, relation in RELATIONSHIPS.items():
            for other in graph.iris(iri, relation.value):
                related = Node("Relationship")
                related.add("RelationshipType", "Narrower_Than" if relation.value == SG.PART_OF else "Peer_To")
                related.add("ReferentIdentifier", self._identifier(other))
                related.add("Name", name)
                node.children.append(related)
        self._measures(node, iri)
        return node

    def _measures(self, indicator: Node, iri: str) -> None:
        """How something is measured, and its values as results."""
        graph = self.graph
        indicator.add(MEASURE_KIND, graph.text(iri, SG.MEASURE_KIND).capitalize())
        self._note_literals(indicator, iri, SG.FREQUENCY, SG.DATA_SOURCE)
        values = graph.iris(iri, *_HAS_VALUES)
        kept = next((one.text for one in indicator.children if one.name == "UnitOfMeasurement"), "")
        units = (graph.text(value, SG.UNIT_OF_MEASURE) for value in values if graph.has(value, SG.NUMERIC_VALUE))
        unit = kept or next(filter(None, units), "")
        if unit != kept:
            indicator.add("UnitOfMeasurement", unit)
        instances = [one for one in indicator.children if one.name == INSTANCE]
        results: dict[Node, list[Node]] = {one: [] for one in instances}
        for value in values:
            own = self.of_section.get(graph.iri(value, SG.STATED_IN))
            if own not in results:
                if not instances:
                    instances.append(Node(INSTANCE))
                    indicator.children.append(instances[0])
                own = instances[0]
            results.setdefault(own, []).append(self._result(value, unit))
        for instance, found in results.items():
            # Before results that are kept: files begin with where they stand.
            instance.children[:0] = found
        for value in values:
            self._note_literals(indicator, value, SG.DATA_SOURCE)

    def _result(self, iri: str, unit: str) -> Node:
        """A value; one whose unit is not that of the indicator has its number in words."""
        graph = self.graph
        result = Node(TARGET_RESULT if graph.is_a(iri, SG.TARGET) else ACTUAL_RESULT)
        words = [graph.text(iri, SG.TEXT)]
        if unit == graph.text(iri, SG.UNIT_OF_MEASURE):
            result.add("NumberOfUnits", graph.text(iri, SG.NUMERIC_VALUE))
        else:
            words.append(graph.figure(iri))
        result.add("Description", "; ".join(filter(None, words)))
        result.add("StartDate", graph.text(iri, SG.START_DATE))
        result.add("EndDate", graph.text(iri, SG.END_DATE))
        breakdown = "; ".join(graph.texts(iri, SG.BREAKDOWN))
        called, _, part = breakdown.rpartition(": ") if breakdown.count(": ") == 1 else ("", "", breakdown)
        if graph.is_a(iri, SG.BASELINE):
            called, part = (BASELINE, breakdown) if breakdown else ("Status", BASELINE)
        descriptor = Node("Descriptor")
        descriptor.add("DescriptorValue", part)
        descriptor.add("DescriptorName", called)
        result.children += [descriptor] if descriptor.children else []
        return result

    def _note_literals(self, node: Node, iri: str, *properties: SG) -> None:
        """What StratML has no element for, in lines; of a value with what it is called."""
        graph = self.graph
        of_value = f" of {graph.label(iri)}" if graph.is_a(iri, *CLASSES_OF_VALUES) else ""
        for name in properties:
            for text in graph.texts(iri, name):
                node.note(FREE, f"{ontology().label(name).capitalize()}{of_value}", text)

    def _values_in_lines(self, node: Node, iri: str) -> None:
        """The values of a goal or an objective, which have no element."""
        graph = self.graph
        node.note(FREE, "Kind of measure", graph.text(iri, SG.MEASURE_KIND))
        self._note_literals(node, iri, SG.FREQUENCY, SG.DATA_SOURCE)
        for value in graph.iris(iri, *_HAS_VALUES):
            days = " – ".join(filter(None, (graph.text(value, name) for name in (SG.START_DATE, SG.END_DATE))))
            said = (graph.figure(value), graph.text(value, SG.TEXT), *graph.texts(value, SG.BREAKDOWN), days)
            called = ontology().label(graph.iri(value, RDF.TYPE)).capitalize()
            node.note(FREE, called, "; ".join(filter(None, said)))
            self._note_literals(node, value, SG.DATA_SOURCE)

    def _performer(self, node: Node, iri: str, above: str = "") -> None:
        """Whose goal or objective it is, where that is a unit's, or the organisation's below what is a unit's."""
        graph = self.graph
        is_below_unit = any(unit in self.units for unit in graph.iris(above, SG.OF_UNIT)) if above else False
        for unit in graph.iris(iri, SG.OF_UNIT):
            if unit in self.units or (unit == self.publisher and is_below_unit):
                name = self._called(unit)
                role = Node("Role")
                role.add("Name", name)
                role.add("RoleType", PERFORMER)
                stakeholder = Node("Stakeholder", children=[role])
                stakeholder.add("StakeholderTypeType", "Organization")
                stakeholder.add("Name", name)
                node.children.append(stakeholder)

    def _called(self, unit: str) -> str:
        """What tells a unit from all others: its name, else its short name, else its identifier."""
        everybody = (self.publisher, *self.units)
        for said in RDFS.LABEL, SG.NOTATION:
            name = self.graph.text(unit, said)
            if name and [self.graph.text(one, said) for one in everybody].count(name) == 1:
                return name
        return to_identifier(unit)

    def _orphans(self, core: Node) -> None:
        """What leads to nothing that it could stand in: in a goal and an objective without words."""
        objectives = [
            self._objective(one, "") for one in self._leading(RDF.TYPE, SG.OBJECTIVE) if one not in self.written
        ]
        nameless = Node("Objective")
        left = [one for kind in _INDICATORS for one in self._leading(RDF.TYPE, kind)]
        for one in sorted(left, key=lambda one: bool(self.graph.iris(one, SG.PART_OF))):
            self._with_parts(nameless, one)
        objectives += [nameless] if nameless.children else []
        if objectives:
            core.children.append(Node("Goal", children=objectives))

    # --- what is about the whole -------------------------------------------------------------------------------------

    def _administration(self, root: Node) -> None:
        graph = self.graph
        node = next((one for one in root.children if one.name == ADMINISTRATION), None)
        if node is None:
            node = Node(ADMINISTRATION)
            root.children.append(node)
        identifier = self._identifier(self.iri) if _PLAN in self.named else to_identifier(self.iri)
        if identifier == to_identifier(self.iri) and self.plan.made_from is not None:
            # Of our own names the version's: the document is that version.
            identifier = to_identifier(self.plan.identifiers.version(self.plan.made_from).graph)
        node.add("Identifier", identifier)
        for name, predicate, day in ("StartDate", SG.START_YEAR, "01-01"), ("EndDate", SG.END_YEAR, "12-31"):
            year = graph.text(self.iri, predicate)
            dates = [one for one in node.children if one.name == name and VALUES[name].fullmatch(one.text)]
            stale = [one for one in dates if year and not one.text.startswith(year.zfill(4))]
            node.children = [one for one in node.children if one not in stale]
            if year and dates == stale:
                node.add(name, f"{year.zfill(4)}-{day}")
        node.add("Source", graph.text(self.iri, DCTERMS.SOURCE))
        if identifier != (other := graph.text(self.iri, DCTERMS.IDENTIFIER)):
            root.note(FREE, "Identifier", other)

    def _rest(self, root: Node) -> None:
        """Elements that StratML has no place for, defined terms, and what goes wherever the text goes."""
        graph = self.graph
        units = {unit: graph.text(unit, SG.NOTATION) or graph.text(unit, RDFS.LABEL) for unit in self.units}
        for kind in (one.value for one in WITHOUT_ELEMENT):
            called = ontology().label(kind).capitalize()
            for one in graph.of_type(kind):
                of = [units[unit] for unit in graph.iris(one, SG.OF_UNIT) if unit in units]
                words = (called, graph.text(one, SG.NOTATION), *(f"({unit})" for unit in of))
                root.note(FREE, " ".join(filter(None, words)), graph.text(one, SG.TEXT))
        for kind in SG.VISION, SG.MISSION, SG.GOAL_STATEMENT:
            for one in self._leading(RDF.TYPE, kind):
                if one not in self.written:
                    root.note(FREE, graph.text(one, RDFS.LABEL), graph.text(one, SG.TEXT))
        for term in graph.of_type(SKOS.CONCEPT):
            root.note(FREE, f"Term{STEP}{graph.text(term, SKOS.PREF_LABEL)}", graph.text(term, SKOS.DEFINITION))
        for name, text in ("Rights", self.plan.source.rights), ("Document", self._other_title()):
            root.note(FREE, name, text)

    def _other_title(self) -> str:
        title = self.plan.source.title
        return "" if title in {self.graph.text(self.iri, DCTERMS.TITLE), published_name(self.plan.file)} else title
