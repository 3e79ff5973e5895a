"""A document about a thing as a page: what was found of it, put in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pyoxigraph import Literal

from stratgraph.asking import filled
from stratgraph.catalogue import downloads_of, table_address
from stratgraph.document import ElementKind
from stratgraph.entities import (
    Named,
    Standing,
    cite,
    evidence_of,
    marked_words,
    passages_of,
    past_of,
    schema_org,
    texts_of,
    wordings_of,
)
from stratgraph.graph import ontology
from stratgraph.history import in_force
from stratgraph.jsonld import compacted
from stratgraph.serialisation import RDF_FORMS
from stratgraph.statements import SHEET_MARK, SHEETS
from stratgraph.terms import COMMON_PREFIXES, DCTERMS, ORG, OWL, RDF, RDFS, SG, SKOS, SSSOM, prefixed
from stratgraph_api.drawings import Box, Bunch, neighbourhood
from stratgraph_api.http.addresses import in_language, local_address, page_address, quoted_path, sheet_address
from stratgraph_api.http.documents import addresses_of, base_address, filled_address, query_address
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Table

    from pyoxigraph import Triple
    from starlette.requests import Request

    from stratgraph.catalogue import Download
    from stratgraph.entities import Description, InPlan, InVersion, MarkedRun, Piece, Property
    from stratgraph.entities import Link as Mapping
    from stratgraph.history import Version
    from stratgraph.store.protocol import Reading
    from stratgraph_api.http.addresses import Addresses
    from stratgraph_api.http.documents import Link

MOST_PIECES: Final = 20_000
"""How many pieces of a source a page shows; a longer source is downloaded."""

_WHOLE: Final = (SG.HAS_ELEMENT, SG.UNIT_OF)
"""Properties whose values are of many classes: they are shown class by class."""

_PARTS: Final = (
    SG.HAS_STATEMENT, SG.HAS_OUTPUT, SG.HAS_EXPECTED_RESULT, SG.HAS_INDICATOR, SG.HAS_RESULT, SG.MEASURED_BY,
    SG.HAS_PART, SG.HAS_CONTRIBUTION, SG.HAS_CHANGE, SG.SERVED_BY_GOAL, SG.STATES, SKOS.HAS_TOP_CONCEPT, SKOS.NARROWER,
)  # fmt: skip
"""What leads down from a thing, in the order in which it is shown."""

_ABOVE: Final = (
    SG.PART_OF, SG.STATEMENT_OF, SG.SERVES_MISSION, SG.CONTRIBUTES_TO, SG.SUPPORTS_OBJECTIVE, SG.EXPECTED_FOR,
    SG.INDICATOR_OF, SG.RESULT_OF, SG.MEASURES, ORG.UNIT_OF, SKOS.BROADER, SKOS.IN_SCHEME,
)  # fmt: skip
"""What leads up from a thing to what it belongs to."""

_OWNING: Final[Table[str, str]] = {
    SG.HAS_BASELINE: "is baseline of",
    SG.HAS_TARGET: "is target of",
    SG.HAS_ACTUAL_VALUE: "is actual value of",
}
"""What leads to a value from what it belongs to, and how that is said from its side: these have no inverses."""

_PLACED: Final = frozenset(
    (*_WHOLE, *_PARTS, *_ABOVE, RDF.TYPE, SG.IN_PLAN, SG.OF_UNIT, SG.HAS_MENTION, SG.STATED_IN, SG.LEADS_UP_TO,
     SG.MENTION_OF, DCTERMS.IS_PART_OF)
)  # fmt: skip
"""Properties that a page shows elsewhere than among what a thing is related to, or, as ``leadsUpTo``, in parts."""

_MOST_KINDS: Final = 12
"""Of so many kinds may be what a picture shows."""

_MOST_IN_FULL: Final = 60
"""Of so many things that belong to one the whole texts are shown; of more their labels."""

_IN_HEAD: Final = ("alternate describedby", "cite-as", "license")
"""Relations of the links that stand in the page too, for a reader of a copy without its header."""

_MEASURED: Final = (SG.MEASURE_KIND, SG.FREQUENCY)
"""How a thing is measured; told where its words stand."""

_WORDS: Final = (SG.TEXT, SKOS.DEFINITION, RDF.VALUE, RDFS.COMMENT, DCTERMS.DESCRIPTION)


@dataclass(frozen=True, slots=True)
class Group:
    """Things that are shown together.

    Args:
        label: what they have in common.
        things: in their order.
        relation: the property that leads to them; empty where they are of a class.
    """

    label: str
    things: tuple[Named, ...]
    relation: str = ""

    @property
    def heading(self) -> str:
        """The label as it stands at the beginning of a line; a prefixed name stays as it is."""
        return self.label if ":" in self.label else f"{self.label[:1].upper()}{self.label[1:]}"


@dataclass(frozen=True, slots=True)
class Found:
    """All that a document says.

    Args:
        description: of the thing.
        plan: that it is of; None where it is of none.
        versions: of that plan, the oldest first.
        version: that it is, or the newest that states it; None where there is none.
        mappings: its links with others.
        triples: all as RDF.
        pieces: of a thing that is a source.
    """

    description: Description
    plan: InPlan | None
    versions: tuple[Version, ...]
    version: Version | None
    mappings: tuple[Mapping, ...]
    triples: tuple[Triple, ...]
    pieces: tuple[Piece, ...]

    @property
    def is_version(self) -> bool:
        """Whether the thing is a version of a plan."""
        return self.version is not None and self.version.iris.graph == self.description.iri

    @property
    def label(self) -> str:
        """What the thing is called on its page."""
        if self.version and self.plan and self.is_version:
            return f"{self.plan.title}, version {self.version.number}"
        return self.description.label

    @property
    def downloads(self) -> tuple[Download, ...]:
        """The files of a version."""
        return downloads_of(self.version) if self.version and self.is_version else ()

    @property
    def table(self) -> str:
        """Where the table of a set of mappings is; empty for everything else."""
        return table_address(self.description.iri) if self.description.is_a(SSSOM.MAPPING_SET) else ""


def entity_page(request: Request, reading: Reading, found: Found, links: list[Link]) -> bytes:
    """The page.

    Args:
        request: that asks for it.
        reading: to ask.
        found: of the thing.
        links: of the page; some stand in its head too.
    """
    description, plan = found.description, found.plan
    addresses, iri = addresses_of(request), description.iri
    # What a plan as a whole rests on is in its statements; a version's own things are its record.
    is_stated = description.standing in {Standing.CURRENT, Standing.FORMER, Standing.WITHDRAWN}
    evidence = evidence_of(reading, iri, found.version.iris.provenance) if is_stated and found.version else None
    past: tuple[InVersion, ...] = ()
    if is_stated and plan and plan.iri != iri:
        past = past_of(reading, iri, found.versions, description.languages)
    versions = found.versions if plan and plan.iri == iri else ()
    words = next((text for name in _WORDS if (text := description.literal(name)) and text.value), None)
    parts, above = _parts(description), (*_led_to(description, _ABOVE), *_owners(description))
    near = [thing.iri for group in (*above, *parts) for thing in group.things]
    texts = texts_of(reading, near, description.languages) if 0 < len(near) <= _MOST_IN_FULL else {}

    query = filled("entity-description", entity=[iri])
    own = schema_org(description, plan, found.version, found.downloads, base_address(request))
    page = render(
        "entity.html",
        addresses,
        links=[link for link in links if link.relation in _IN_HEAD],
        found=found,
        description=description,
        code=description.code,
        heading=_heading(found, words),
        words=words,
        passages=passages_of(reading, iri, found.version.iris.provenance) if is_stated and found.version else (),
        texts=texts,
        measured=tuple(
            (one.label, value)
            for one in description.properties
            if one.iri in _MEASURED
            for value in one.values
            if not isinstance(value, Named)
        ),
        picture=_picture(found, above, parts, addresses),
        reasons=_reasons(reading, found, words),
        languages=_languages(description),
        names=_other_names(description),
        trail=_trail(found),
        parts=parts,
        above=above,
        relations=_relations(found),
        incoming=_incoming(found),
        notes=tuple(value.value for value in description.of(SKOS.EDITORIAL_NOTE) if not isinstance(value, Named)),
        wordings=wordings_of(reading, iri, description.languages) if description.standing is Standing.CURRENT else (),
        evidence=evidence,
        stated_in=description.of(SG.STATED_IN),
        past=past,
        versions=tuple(reversed(versions)),
        in_force=in_force(versions),
        sheets=_sheets(found.pieces, is_workbook=description.text(DCTERMS.FORMAT) == SHEETS)
        if len(found.pieces) <= MOST_PIECES
        else (),
        graph=_graph_of(description, reading),
        forms=tuple((form, local_address(iri, form)) for form in RDF_FORMS),
        sheet=_sheet(found),
        query=query,
        query_address=query_address(query),
        evidence_address=filled_address("entity-evidence", entity=iri, provenance=found.version.iris.provenance)
        if evidence and evidence.rests and found.version
        else "",
        citation=cite(description, plan, found.version) if plan and found.version else "",
        schema_org=own,
        linked=compacted(description.triples, first=iri),
    )
    return page.encode()


def _sheet(found: Found) -> str:
    """Where the thing stands on the sheet of its plan; empty for a thing that has no place there."""
    if not found.plan or not found.version:
        return ""
    iri, version = found.description.iri, found.version
    if iri == found.plan.iri:
        return sheet_address(iri)
    sheet = sheet_address(found.plan.iri, version.number)
    if found.is_version:
        return sheet
    is_element = found.description.is_a(SG.PLAN_ELEMENT) or bool(found.description.of(SG.IN_PLAN))
    return f"{sheet}#{quoted_path(version.identifiers.place_of(iri))}" if is_element else ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language that the thing can be shown in, the address of the page in it, and whether this one is."""

    tag: str
    address: str
    is_shown: bool


def _languages(description: Description) -> tuple[Spoken, ...]:
    """Those that the thing is described in, each with its page."""
    page = page_address(description.iri)
    shown = description.language.lower()
    return tuple(Spoken(tag, in_language(page, tag), tag.lower() == shown) for tag in description.spoken)


def _other_names(description: Description) -> tuple[Literal, ...]:
    """What it is called beside its label, in whatever language."""
    names = (*description.of(SKOS.PREF_LABEL), *description.of(SKOS.ALT_LABEL))
    return tuple(one for one in names if isinstance(one, Literal) and one.value != description.label)


def _trail(found: Found) -> tuple[Named, ...]:
    """What leads to a thing from above: its plan, its unit, what it is a part of."""
    description = found.description
    above = [found.plan and Named(found.plan.iri, found.plan.title), description.first(SG.OF_UNIT)]
    above += description.ancestors
    if found.version and not found.is_version and description.iri.startswith(f"{found.version.iris.graph}/"):
        above.append(Named(found.version.iris.graph, f"Version {found.version.number}"))
    return tuple(dict.fromkeys(one for one in above if one and one.iri != description.iri))


def _parts(description: Description) -> tuple[Group, ...]:
    # Classes as people list them everywhere, those of others behind them.
    order = {ontology().label(kind.value): rank for rank, kind in enumerate(ElementKind)}
    groups = []
    for one in description.properties:
        if one.iri in _WHOLE:
            kinds = sorted(
                {thing.kinds for thing in _things(one)},
                key=lambda kinds: (min((order.get(kind, len(order)) for kind in kinds), default=len(order)), kinds),
            )
            groups += [
                Group(", ".join(kind), tuple(thing for thing in _things(one) if thing.kinds == kind)) for kind in kinds
            ]
    return (*groups, *_led_to(description, _PARTS))


def _led_to(description: Description, properties: Iterable[str]) -> tuple[Group, ...]:
    """What a thing leads to by some properties, in their order."""
    by_iri = {one.iri: one for one in description.properties}
    groups = [Group(by_iri[name].label, _things(by_iri[name]), name) for name in properties if name in by_iri]
    return tuple(group for group in groups if group.things)


def _owners(description: Description) -> tuple[Group, ...]:
    """What a value is the baseline, target or actual value of."""
    return tuple(Group(_OWNING[one.iri], _things(one), one.iri) for one in description.incoming if one.iri in _OWNING)


def _heading(found: Found, words: Literal | None) -> str:
    """What stands at the top: what it is called; where that is the beginning of the words below, the number."""
    label = found.label
    if words is None or not label.endswith("…"):
        return label
    number, colon, _ = label.partition(": ")
    description = found.description
    position = next((value.value for value in description.of(SG.POSITION) if isinstance(value, Literal)), "")
    kind = next((one.label for one in description.classes), "")
    return number if colon else f"{kind[:1].upper()}{kind[1:]} {position}".strip() or label


def _relations(found: Found) -> tuple[Group, ...]:
    """What a thing leads to beside its parts; a link that is on record is shown with its record."""
    links = [link for link in found.mappings if not link.is_inverse]
    recorded = {(relation, link.other.iri) for link in links for relation in (link.relation.iri, SG.LINKED_TO)}
    groups = (
        Group(one.label, tuple(thing for thing in _things(one) if (one.iri, thing.iri) not in recorded))
        for one in found.description.properties
        if one.iri not in _PLACED
    )
    return tuple(group for group in groups if group.things)


def _picture(found: Found, above: tuple[Group, ...], parts: tuple[Group, ...], addresses: Addresses) -> str:
    """What is near the thing; empty where it stands alone, or where that is of too many kinds for one picture."""
    if not (above or parts) or len(above) + len(parts) > _MOST_KINDS:
        return ""

    def bunch(label: str, heading: str, things: tuple[Named, ...], place: str) -> Bunch:
        boxes = (Box(one.iri, f"{one.code} {one.label}".strip(), addresses.about(one.iri)) for one in things)
        return Bunch(tuple(boxes), label, Box(f"{place} {heading}", f"{heading}: {len(things)}", place, "many"))

    links: dict[str, dict[Named, None]] = {}
    for one in (link for link in found.mappings if not link.is_negative):
        vocabulary, is_told, _ = one.other.code.partition(" ")
        if not is_told:
            vocabulary = prefixed(one.other.iri, COMMON_PREFIXES).partition(":")[0].upper()
        links.setdefault(vocabulary or ", ".join(one.other.kinds), {})[one.other] = None
    codes = [
        Box(f"#links-title {kind}", ", ".join(one.code or one.label for one in others), "#links-title", "many")
        for kind, others in links.items()
    ]
    return neighbourhood(
        Box(found.description.iri, found.label, kind="self"),
        [bunch(_inverse(group.relation), group.heading, group.things, "#above-title") for group in above],
        [
            *(bunch(group.label, group.heading, group.things, "#parts-title") for group in parts),
            *(Bunch((box,), f"{kind} links", box) for kind, box in zip(links, codes, strict=True)),
        ],
        f"What {found.label} hangs together with",
        "The lists above it and the table of links say the same.",
    )


def _reasons(reading: Reading, found: Found, words: Literal | None) -> dict[str, tuple[MarkedRun, ...]]:
    """Why each link is there, with the words marked that it quotes from the text of the element where it begins."""
    others = [link.other.iri for link in found.mappings if link.is_inverse]
    texts = texts_of(reading, others, found.description.languages) if others else {}
    reasons = {}
    for link in found.mappings:
        said = texts.get(link.other.iri) if link.is_inverse else words
        reasons[link.record] = marked_words(link.comment, said.value if said else "")
    return reasons


def _inverse(relation: str) -> str:
    """What a relation is called from its other side; empty where our ontology has no name for that."""
    terms = ontology()
    if relation in _OWNING:  # from that side it is stated
        return terms.label(relation)
    named = (*terms.iris(relation, OWL.INVERSE_OF), *terms.subjects(OWL.INVERSE_OF, relation))
    return next(map(terms.label, named), "")


def _incoming(found: Found) -> tuple[Group, ...]:
    """What leads to a thing and is not shown already: because the thing leads there too, or with its record."""
    description = found.description
    shown = {thing.iri for one in description.properties for thing in _things(one)}
    shown |= {one for link in found.mappings if link.is_inverse for one in (link.other.iri, link.record)}
    groups = (
        Group(one.label, tuple(thing for thing in _things(one) if thing.iri not in shown))
        for one in description.incoming
        if one.iri not in _OWNING
    )
    return tuple(group for group in groups if group.things)


def _things(one: Property) -> tuple[Named, ...]:
    return tuple(value for value in one.values if isinstance(value, Named))


def _graph_of(description: Description, reading: Reading) -> str:
    """Where the graph is read that a thing is the name of; empty where it is none."""
    if description.iri not in reading.graph_names():
        return ""
    return f"/data?graph={quote(description.iri, safe='')}&format=turtle"


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a source, with the names of the pieces that begin before them."""

    names: tuple[str, ...]
    characters: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line between tabs, cut where others begin in it."""

    name: str
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(run.characters for run in self.runs)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines of a source by their numbers, each with its segments.

    Args:
        name: of the sheet of a workbook, whose rows they are; empty of any other source.
        lines: in their order.
        anchor: name of the piece that is the sheet's name; empty where there is none.
    """

    name: str
    lines: tuple[tuple[int, tuple[Segment, ...]], ...]
    anchor: str = ""


def _sheets(pieces: tuple[Piece, ...], *, is_workbook: bool) -> tuple[Sheet, ...]:
    """The lines of a source; of a workbook sheet by sheet, numbered as its rows are. Empty where it has no pieces."""
    numbered = _lines(pieces)
    marks = [
        (number, segments[0])
        for number, segments in numbered
        if is_workbook and segments[0].text.startswith(SHEET_MARK)
    ]
    if not marks:
        return (Sheet("", numbered),) if numbered else ()
    ends = [*(begin for begin, _ in marks[1:]), numbered[-1][0] + 1]
    return tuple(
        Sheet(
            mark.text.removeprefix(SHEET_MARK),
            tuple((number - begin, segments) for number, segments in numbered if begin < number < end),
            mark.name,
        )
        for (begin, mark), end in zip(marks, ends, strict=True)
    )


def _lines(pieces: tuple[Piece, ...]) -> tuple[tuple[int, tuple[Segment, ...]], ...]:
    """The lines of a source by their numbers, each with its segments."""
    lines: dict[int, list[Segment]] = {}
    segments = [piece for piece in pieces if piece.is_segment]
    inner = [piece for piece in pieces if not piece.is_segment]
    for segment in segments:
        starts: dict[int, list[str]] = {segment.start: []}
        while inner and inner[0].start < segment.end:
            piece = inner.pop(0)
            starts.setdefault(piece.start, []).append(piece.fragment)
        cuts = sorted(starts)
        ends = [*cuts[1:], segment.end]
        runs = tuple(
            Run(tuple(starts[start]), segment.characters[start - segment.start : end - segment.start])
            for start, end in zip(cuts, ends, strict=True)
        )
        lines.setdefault(segment.line, []).append(Segment(segment.fragment, runs))
    return tuple((number, tuple(found)) for number, found in sorted(lines.items()))
