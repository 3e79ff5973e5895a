"""A version of a plan in hand: its elements, what hangs at what, the words of the source, links, values."""

from __future__ import annotations

import difflib
import html
import textwrap
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.document import ElementKind
from stratgraph.errors import NotFound, UsageError
from stratgraph.history import read_version
from stratgraph.identifiers import is_address, slug
from stratgraph.library.rows import Iri
from stratgraph.sheets import Findings, graph_of_version, lay_out, links_in
from stratgraph.statements import Places
from stratgraph.terms import RDFS, SG, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from pyoxigraph import Triple

    from stratgraph.errors import Location
    from stratgraph.history import Version
    from stratgraph.sheets import Link, Node, Value
    from stratgraph.statements import StatedPlan
    from stratgraph.store import Reading, Term

_SHOWN: Final = 80
"""So many characters of a text tell elements apart."""

_NO_FINDINGS: Final = Findings((), is_recorded=False)
_NAMES: Final = tuple(kind.value.rpartition("#")[2] for kind in ElementKind)
_CLASSES: Final = {kind.value.rpartition("#")[2].lower(): str(kind.value) for kind in ElementKind}


@dataclass(frozen=True, slots=True)
class Source:
    """What a statement rests on in the document that the plan was read from.

    Args:
        words: the very words; several places are told apart by " … ". Empty where it rests on a document before this.
        where: line and column of a text, or sheet, row and column of a workbook; None where that is not known.
        document: the document's title.
    """

    words: str
    where: Location | None
    document: str

    @property
    def line(self) -> int | None:
        """The line, or the row of a sheet, from 1."""
        return self.where.line if self.where else None

    def __str__(self) -> str:
        return f"“{self.words}” ({', '.join(filter(None, (self.document, str(self.where or ''))))})"


class _Collection:
    """What has elements: a plan all of its own, an element those below it, directly or not; each once, in order."""

    def elements(self, kind: str = "", *, unit: str = "") -> tuple[Element, ...]:
        """The elements of a class and of a unit; all where both are left out.

        Args:
            kind: the class: ``Objective``, with a prefix or as an IRI.
            unit: as the plan writes it, ``ITU-D``, or as places do, ``itu-d``.

        Raises:
            UsageError: the plan has no such unit, or there is no such class; an IRI may be that of one's own class.
        """
        wanted = _CLASSES.get(kind.lower().removeprefix("sg:"), kind)
        if wanted and not is_address(wanted):
            raise UsageError(f"There is no class of elements {kind!r}.", mend=f"Such are {', '.join(_NAMES)}.")
        of_unit = self._unit(unit) if unit else ""
        return tuple(
            one
            for one in self._all()
            if (not kind or one.kind in {wanted, kind}) and (not unit or of_unit in one.units)
        )

    def _all(self) -> Iterator[Element]:
        raise NotImplementedError

    def _unit(self, name: str) -> str:
        """A unit of the plan as it writes it; raises UsageError where it has none of that name."""
        raise NotImplementedError

    @property
    def missions(self) -> tuple[Element, ...]:
        """The missions."""
        return self.elements(SG.MISSION)

    @property
    def visions(self) -> tuple[Element, ...]:
        """The visions."""
        return self.elements(SG.VISION)

    @property
    def goals(self) -> tuple[Element, ...]:
        """The goals."""
        return self.elements(SG.GOAL)

    @property
    def objectives(self) -> tuple[Element, ...]:
        """The objectives."""
        return self.elements(SG.OBJECTIVE)

    @property
    def outputs(self) -> tuple[Element, ...]:
        """The outputs."""
        return self.elements(SG.OUTPUT)

    @property
    def expected_results(self) -> tuple[Element, ...]:
        """The expected results, those that are parts of others among them."""
        return self.elements(SG.EXPECTED_RESULT)

    @property
    def kpis(self) -> tuple[Element, ...]:
        """The key performance indicators."""
        return self.elements(SG.KPI)


class Element(_Collection):
    """An element of a plan."""

    def __init__(self, plan: Plan, node: Node) -> None:
        self.plan = plan
        self._node = node

    @property
    def iri(self) -> Iri:
        """What it is named by; stable from version to version."""
        return Iri(self._node.iri)

    @property
    def place(self) -> str:
        """Its place in the plan, ``itu-d/objective/3``; its IRI where it is not named below the plan."""
        return self._node.place

    @property
    def kind(self) -> Iri:
        """Its class."""
        return Iri(self._node.kind)

    @property
    def name(self) -> str:
        """What it is called for short: ``Objective 3``."""
        return self._node.name

    @property
    def label(self) -> str:
        """What it is called."""
        return self.plan.graph.label(self.iri) or self.name

    @property
    def text(self) -> str:
        """Its words in full, in the language that the plan was asked for in, where it has them in several."""
        return self._node.text

    @property
    def notation(self) -> str:
        """Its number in the source; empty where it has none."""
        return self._node.notation

    @property
    def units(self) -> tuple[str, ...]:
        """The units that it is of, as the plan writes them: ``("ITU-D",)``."""
        return self._node.units

    @property
    def values(self) -> tuple[Value, ...]:
        """Its baselines, targets and actual values."""
        return self._node.values

    @property
    def links(self) -> tuple[Link, ...]:
        """Its links with things of others, such as the SDGs: relation, other thing with label and code, confidence."""
        return self._node.links

    @property
    def above(self) -> tuple[Element, ...]:
        """What it hangs at: of an output its objective."""
        return tuple(self.plan[iri] for iri in self.plan.parents.get(self.iri, ()))

    @property
    def below(self) -> tuple[Element, ...]:
        """What hangs directly at it."""
        return tuple(self.plan[node.iri] for group in self._node.groups for node in group.nodes)

    @cached_property
    def source(self) -> Source | None:
        """The words that its text rests on, and where they stand; None where nothing is on record."""
        for name in (SG.TEXT, RDFS.LABEL):
            if found := self.plan.sources(self.iri, name):
                return found[0]
        return None

    def _all(self) -> Iterator[Element]:
        seen = {self.iri}
        waiting = list(reversed(self.below))
        while waiting:
            one = waiting.pop()
            if one.iri not in seen:
                seen.add(one.iri)
                yield one
                waiting += reversed(one.below)

    def _unit(self, name: str) -> str:
        return self.plan._unit(name)  # noqa: SLF001 - both are this module's

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and (self.iri, self.plan.iri, self.plan.version) == (
            other.iri,
            other.plan.iri,
            other.plan.version,
        )

    def __hash__(self) -> int:
        return hash(self.iri)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        words = textwrap.shorten(self._node.words, _SHOWN, placeholder=" …")
        return f"<{self.name} of {', '.join(self.units) or self.plan.title}: {words}>"

    def _repr_html_(self) -> str:
        told = [f"<b>{html.escape(self.name)}</b> {html.escape(', '.join(self.units))}", html.escape(self.text)]
        if self.source:
            told.append(f"<small>{html.escape(str(self.source))}</small>")
        return f'<p><a href="{html.escape(self.iri)}">{html.escape(self.place)}</a></p>' + "".join(
            f"<p>{one}</p>" for one in told
        )


class Plan(_Collection):
    """A version of a plan. All of it is in hand: it is of one snapshot, and does not change.

    Args:
        reading: to read it from.
        version: which.
        languages: BCP 47 tags in which texts and labels are shown, before those of the plan.
        looked_at: gives a look at the same store, when somebody asks for sources: to read them takes five times as
            long as all else, and a version and its sources do not change.
    """

    def __init__(
        self,
        reading: Reading,
        version: Version,
        languages: tuple[str, ...],
        looked_at: Callable[[], AbstractContextManager[Reading]],
    ) -> None:
        self._version = version
        self._looked_at = looked_at
        self.graph = graph_of_version(reading, version, languages)
        links = links_in(reading, self.graph, version, languages)
        self._sheet = lay_out(self.graph, version, links, _NO_FINDINGS)
        nodes = [node for node in self._sheet.walk() if not node.is_repeated]
        self._elements = {node.iri: Element(self, node) for node in nodes}
        self.parents: dict[str, list[str]] = {}
        for node in nodes:
            for group in node.groups:
                for child in group.nodes:
                    self.parents.setdefault(child.iri, []).append(node.iri)

    @property
    def iri(self) -> Iri:
        """What the plan is named by, whichever its version."""
        return Iri(self._version.identifiers.plan_iri)

    @property
    def version(self) -> int:
        """The number of the version, from 1."""
        return self._version.number

    @property
    def published(self) -> datetime | None:
        """When the version was published; None where that is not on record."""
        return self._version.time

    @property
    def title(self) -> str:
        """The title."""
        return self._sheet.title

    @property
    def organisation(self) -> str:
        """Whose it is."""
        return self._sheet.organisation

    @property
    def rights(self) -> str:
        """The statement of rights of the document that it was read from; empty where there is none."""
        return self._version.rights

    @property
    def document(self) -> str:
        """The title of the document that it was read from."""
        return self._version.title

    def sources(self, thing: str, property_iri: str) -> tuple[Source, ...]:
        """What the statements of a thing by one property rest on, one for each value.

        Args:
            thing: an IRI, or a place in the plan.
            property_iri: with a prefix (``sg:contributesTo``) or in full.

        Raises:
            NotFound: the version says nothing of such a thing.
        """
        subject = next((one for one in map(_named, (self._full(thing), thing)) if one in self._of_subject), None)
        if subject is None:
            raise NotFound(
                f"Version {self.version} of {self.title} says nothing of {thing!r}.",
                mend="Give an IRI, or a place as elements have it.",
            )
        wanted = next((p for p in self.graph.predicates(subject) if property_iri in {p, shortened(p)}), property_iri)
        return tuple(self._source(triple) for triple in self._of_subject[subject] if triple.predicate.value == wanted)

    @cached_property
    def _stated(self) -> StatedPlan:
        with self._looked_at() as reading:
            return read_version(reading, self._version)

    @cached_property
    def _of_subject(self) -> dict[Term, list[Triple]]:
        found: dict[Term, list[Triple]] = {}
        for triple in self._stated.statements:
            found.setdefault(triple.subject, []).append(triple)
        return found

    @cached_property
    def _places(self) -> Places:
        return Places(self._stated)

    def _source(self, triple: Triple) -> Source:
        evidence = self._stated.statements[triple]
        text = self._stated.source.text
        words = " … ".join(text[span.start : span.end] for span in evidence.spans)
        return Source(words, self._places.of_triple(triple), self._stated.source.title)

    def _full(self, name: str) -> str:
        return name if name in self._elements else f"{self.iri}/{name}"

    def _all(self) -> Iterator[Element]:
        return iter(self._elements.values())

    def _unit(self, name: str) -> str:
        known = dict.fromkeys(unit for one in self._elements.values() for unit in one.units)
        units = {word: unit for unit in known for word in (slug(unit), unit.casefold())}
        if name.casefold() not in units:
            raise UsageError(f"{self.title} has no unit {name!r}.", mend=f"It has {', '.join(known) or 'none'}.")
        return units[name.casefold()]

    def __getitem__(self, name: str) -> Element:
        """An element by its IRI or its place in the plan, ``itu-d/objective/3``.

        Raises:
            NotFound: the version has none of that name.
        """
        found = self._elements.get(self._full(name))
        if found is None:
            places = [one.place for one in self._elements.values()]
            close = difflib.get_close_matches(name.lower(), places, n=1, cutoff=0)
            raise NotFound(
                f"Version {self.version} of {self.title} has no element {name!r}.",
                mend=f"Did you mean {close[0]!r}?" if close else "",
            )
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._full(name) in self._elements

    def __iter__(self) -> Iterator[Element]:
        return self._all()

    def __len__(self) -> int:
        return len(self._elements)

    def __repr__(self) -> str:
        return f"<{self.title}, version {self.version}: {len(self)} elements>"

    def _repr_html_(self) -> str:
        counts = "".join(f"<tr><td>{html.escape(label)}</td><td>{n}</td></tr>" for _, label, n in self._sheet.counts)
        return f"<p><b>{html.escape(self.title)}</b>, version {self.version}</p><table>{counts}</table>"


def _named(iri: str) -> NamedNode | None:
    """The node of an IRI; None for what is none."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None
