"""How an IRI is made from a place in a plan, and read back (design section 4)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from stratgraph.errors import UsageError
from stratgraph.terms import BASE, IDENTIFIERS
from stratgraph.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAN = re.compile(
    re.escape(IDENTIFIERS) + r"(?P<organisation>[a-z0-9-]+)/plan/(?P<plan>[A-Za-z0-9.-]+)(?:/(?P<place>.+))?"
)

_OURS: Final = re.compile(f"https?://{re.escape(BASE.partition('://')[2])}", re.IGNORECASE)
"""What is one of our own, or would be taken for one."""
_VERSION: Final = re.compile(r"(?P<plan>.+)/version/(?P<number>\d+)(?P<part>/.+)?")

# RFC 3986, section 2.2: what separates the parts of a URI; and a percent sign, for an IRI may be encoded already.
_RESERVED: Final = ":/?#[]@!$&'()*+,;=%"
NAME_CHARACTERS: Final = (
    r"!$&'()*+,;=:@A-Za-z0-9._~"
    "\u00a1-\u00ac\u00ae-\u034e\u0350-\u061b\u061d-\u115e\u1161-\u167f\u1681-\u17b3\u17b6-\u180a\u1810-\u1fff"
    "\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\u3163\u3165-\ud7ff\uf900-\ufdcf\ufdf0-\ufdff\ufe10-\ufefe"
    "\uff00-\uff9f\uffa1-\uffef\U00010000-\U000dffff-"
)
"""What a part of an identifier is written with, as ranges of a regular expression.

What a part of an address may hold as it is (RFC 3987, ``ipchar`` without percent signs), less what nobody sees:
blanks, controls, soft hyphens, characters without width or of private use. The shape ``NameShowsItself`` has them too.
"""

NOT_ENDINGS: Final = "ttl|nt|rdf|jsonld|trig|nq|html"
"""What a document's address ends in behind a dot, and so no identifier does; in the shape ``NameIsAddress`` too."""

_NAME: Final = re.compile(f"[{NAME_CHARACTERS}]*")
_ENDING: Final = re.compile(rf"\.(?:{NOT_ENDINGS})\Z")

_OTHER_HOMES: Final = (f"{BASE}vocabulary/", f"{BASE}links/")

_SLASHES_OF_HOST: Final = 2
"""So many slashes has the address of a host without a path."""

_EXAMPLE: Final = "https://data.example.org/plans/2026-2030"

UNKNOWN: Final = "unknown"
"""Stands in the IRI of a plan whose file names no organisation."""

_DIGITS = re.compile(r"(\d+)")
_MOST_DIGITS: Final = 18
"""Of a number that something can be counted by; Python itself refuses to read one of thousands."""


@lru_cache(maxsize=1 << 14)
def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key in which ``objective/10`` comes after ``objective/9``, however many digits there are."""
    return tuple(_number_key(p) if p.isdecimal() else (1, 0, p) for p in _DIGITS.split(text) if p)


def _number_key(digits: str) -> tuple[int, int, str]:
    plain = digits if digits.isascii() else "".join(str(unicodedata.decimal(digit)) for digit in digits)
    significant = plain.lstrip("0")
    return (0, len(significant), significant)


def whole_number(text: str) -> int | None:
    """The number, 0 or more, that a text writes in digits; None where it is none, or too large to count anything.

    Args:
        text: of somebody else, who may write any number of digits.
    """
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def uri_of(iri: str) -> str:
    """An IRI as a URI (RFC 3987, section 3.1), which is what HTTP may carry: its characters are those of ASCII.

    All parts of it are encoded alike, the host too (RFC 3986, section 3.2.2), so that the IRI can be read back.
    """
    return quote(iri, safe=_RESERVED)


def fault_of(iri: str) -> str:
    """Why an IRI of ours cannot be an identifier, that is, lead to what it names when somebody copies or sends it.

    Below ``…/id/``, ``…/vocabulary/`` and ``…/links/`` an identifier is made of parts with a slash between each two.
    None is empty, ``.`` or ``..``, which clients take away (RFC 3986, section 5.2.4); none holds ``#`` or ``?``, which
    end a path, ``%``, which servers decode (section 2.4), nor what nobody sees. Below ``…/id/`` the last does not end
    as a document's address does (``.ttl``); elsewhere there may be a fragment, as concepts have it.

    Returns:
        A sentence; empty for what is one, and for every other IRI.
    """
    home = next((one for one in (IDENTIFIERS, *_OTHER_HOMES) if iri.startswith(one)), "")
    if not home:
        return ""
    place, fragment = iri.removeprefix(home), ""
    if home != IDENTIFIERS:
        place, _, fragment = place.partition("#")
    for mark, what in (("#", "ends an address"), ("?", "ends a path"), ("%", "is decoded on its way")):
        if mark in place or mark in fragment:
            return f"It has “{mark}”, which {what}."
    parts = place.split("/")
    if "" in parts:
        return "It has a slash too many, or ends in one."
    if any(part in {".", ".."} for part in parts):
        return "It has a part “.” or “..”, which clients take away."
    if home == IDENTIFIERS and (ending := _ENDING.search(place)):
        return f"It ends in “{ending[0]}”, as the address of a document does."
    wrong = [c for part in (*parts, *fragment.split("/")) for c in part if not _NAME.fullmatch(c)]
    return f"It has {', '.join(dict.fromkeys(map(name_of, wrong)))}." if wrong else ""


def is_address(location: str) -> bool:
    """Whether a store's location is the address of a server, and no folder."""
    return location.lower().startswith(("http://", "https://"))


def published_name(file: str) -> str:
    """The name of a file in what is published: without its folders, which would tell about the machine.

    Args:
        file: its path, as somebody gave it; empty where there is none.
    """
    return PurePath(file).name


def slug(name: str) -> str:
    """The form of a name that stands in an IRI: ``ITU-R`` gives ``itu-r``; empty where nothing is left of it.

    Letters of other scripts are written in Latin ones, each for itself: ``МСЭ`` gives ``mse``. Two names may give one.
    """
    return re.sub(r"[^a-z0-9]+", "-", (name if name.isascii() else _latin(name)).lower()).strip("-")


def _latin(name: str) -> str:
    from anyascii import anyascii  # noqa: PLC0415 - its tables take longer than a name of ASCII

    # Some letters become apostrophes, which would divide a word.
    return "".join(c if c.isascii() else re.sub("['`]", "", anyascii(c)) for c in name)


def organisation_iri(organisation: str) -> str:
    """``itu`` gives ``…/id/itu``."""
    return f"{IDENTIFIERS}{organisation}"


def unit_iri(organisation: str, unit: str) -> str:
    """``itu``, ``itu-r`` gives ``…/id/itu/itu-r``; the organisation itself is its own unit."""
    return organisation_iri(organisation) if unit == organisation else f"{IDENTIFIERS}{organisation}/{unit}"


def vocabulary_graph(name: str) -> str:
    """The named graph of a vocabulary of others, ``sdg``."""
    return f"{BASE}vocabulary/{name}"


def links_graph(name: str) -> str:
    """The named graph of the direct triples of a set of mappings."""
    return f"{BASE}links/{name}"


def record_graph(graph: str) -> str:
    """The named graph that describes another graph: its origin, or the full record of its mappings."""
    return f"{graph}/record"


def is_in_current_view(graph: str) -> bool:
    """Whether a graph is part of the current view beside the plans in force, as vocabularies and links are."""
    return graph.startswith((vocabulary_graph(""), links_graph(""))) and not is_record(graph)


def software_iri(version: str) -> str:
    """This program as an agent of provenance, by its version."""
    return f"{BASE}software/{version}"


@dataclass(frozen=True, slots=True)
class PlanIdentifiers:
    """The IRIs of one plan.

    Args:
        organisation: slug, ``itu``; empty where the plan lives under its organisation's own IRIs.
        plan: the plan's own name, ``2012-2015``.
        own: the plan's IRI, where it is none of ours; what is in the plan is named below it as below one of ours.
    """

    organisation: str
    plan: str
    own: str = ""

    @property
    def plan_iri(self) -> str:
        """``…/id/itu/plan/2012-2015``, or the organisation's own."""
        return self.own or f"{IDENTIFIERS}{self.organisation}/plan/{self.plan}"

    @property
    def base(self) -> str:
        """What a file about the plan shortens IRIs by: what those of us all begin with, or the plan's are named below.

        It ends in a slash.
        """
        return f"{self.own.rpartition('/')[0]}/" if self.own else IDENTIFIERS

    @property
    def organisation_iri(self) -> str:
        """``…/id/itu``; empty where the organisation has an IRI of its own, which the plan says."""
        return "" if self.own else organisation_iri(self.organisation)

    def place_iri(self, place: str) -> str:
        """The IRI of an element, mention, term or part of the text by its place, ``itu-d/objective/3``."""
        return f"{self.plan_iri}/{place}"

    @property
    def terms_iri(self) -> str:
        """The concept scheme of the terms that the document defines."""
        return f"{self.plan_iri}/terms"

    @property
    def versions(self) -> str:
        """What the IRIs of all its versions begin with."""
        return f"{self.plan_iri}/version/"

    def version(self, number: int) -> VersionIdentifiers:
        """The IRIs of one version, counted from 1."""
        return VersionIdentifiers(f"{self.versions}{number}")

    def version_number(self, iri: str) -> int | None:
        """The number of the version of this plan that an IRI names; None for any other IRI."""
        return whole_number(iri.removeprefix(self.versions)) if iri.startswith(self.versions) else None

    def place_of(self, iri: str) -> str:
        """The place of an element by its IRI; the whole IRI of one that is not below its plan's."""
        return iri.removeprefix(f"{self.plan_iri}/")

    def iri_of(self, place: str) -> str:
        """The IRI of an element by its place as :meth:`place_of` gives it."""
        return place if ":" in place else self.place_iri(place)


@dataclass(frozen=True, slots=True)
class VersionIdentifiers:
    """The IRIs that belong to one version of a plan; ``graph`` is the named graph of its asserted triples."""

    graph: str

    @property
    def provenance(self) -> str:
        """The named graph of its provenance."""
        return f"{self.graph}/provenance"

    @property
    def view(self) -> str:
        """The named graph of its asserted triples with what follows from them."""
        return f"{self.graph}/view"

    @property
    def report(self) -> str:
        """The report of its review, and the named graph that it is in."""
        return f"{self.graph}/report"

    @property
    def publication(self) -> str:
        """The activity of publishing it."""
        return f"{self.graph}/publication"

    @property
    def publisher(self) -> str:
        """The agent that published it."""
        return f"{self.publication}/agent"

    @property
    def rollbacks(self) -> str:
        """What the IRIs of all its roll-backs begin with."""
        return f"{self.graph}/rollback/"

    def rollback(self, number: int) -> str:
        """An activity of rolling back that took the version back or reinstated it, counted from 1."""
        return f"{self.rollbacks}{number}"

    @property
    def source(self) -> str:
        """The document that this version was read from."""
        return f"{self.graph}/source"

    @property
    def description(self) -> str:
        """The file beside that document which says what it does not say of itself."""
        return f"{self.graph}/description"

    @property
    def reading(self) -> str:
        """The activity of reading it."""
        return f"{self.graph}/reading"

    def span(self, start: int, end: int) -> str:
        """A piece of the source by character offsets, as RFC 5147 section 2.2.1 identifies it."""
        return f"{self.source}#char={start},{end}"

    def selector(self, start: int, end: int) -> str:
        """The Web Annotation selector of that piece."""
        return f"{self.graph}/selector/{start}-{end}"

    def statement(self, key: str) -> str:
        """The provenance record of one asserted triple, by a key made from that triple."""
        return f"{self.graph}/statement/{key}"

    def decision(self, name: str) -> str:
        """An editorial decision by its name."""
        return f"{self.graph}/decision/{name}"

    def derivation(self, name: str) -> str:
        """A way of making values, by its name."""
        return f"{self.graph}/derivation/{name}"


def parse_span(iri: str) -> tuple[int, int] | None:
    """The offsets in the IRI of a span; None for any other IRI."""
    match = re.fullmatch(r".+#char=(\d{1,18}),(\d{1,18})", iri)
    return (int(match[1]), int(match[2])) if match else None


def is_record(graph: str) -> bool:
    """Whether a graph is the record of another one: who published that, and when."""
    return graph.endswith(record_graph(""))


def is_version(iri: str) -> bool:
    """Whether an IRI is, by its form, that of a version of a plan, and so of the graph of its asserted triples."""
    match = _VERSION.fullmatch(iri)
    return match is not None and not match["part"] and (not iri.startswith(BASE) or bool(plan_of(iri)))


def plan_of(iri: str) -> str:
    """IRI of the plan that an IRI belongs to by its form; empty where that does not tell.

    It tells of what is named below a plan of ours, and of a version and its records. Of an element of a plan under its
    organisation's own IRIs it does not; :func:`plans_above` has what may be its plan.
    """
    if iri.startswith(BASE):
        match = _PLAN.fullmatch(iri)
        return PlanIdentifiers(match["organisation"], match["plan"]).plan_iri if match else ""
    version = _VERSION.fullmatch(iri)
    return version["plan"] if version else ""


def plans_above(iri: str) -> tuple[str, ...]:
    """The IRIs that the plan may have which an IRI belongs to by its form, the nearest first; of ours there is one."""
    if iri.startswith(BASE):
        return (plan,) if (plan := plan_of(iri)) else ()
    # What is left of an address without its path is no plan: a scheme, or a host.
    return tuple(one for one in (iri, *names_above(iri)) if one.count("/") > _SLASHES_OF_HOST)


def plan_identifiers(iri: str) -> PlanIdentifiers:
    """The names of a plan by its IRI: one of ours, or one of its organisation's own.

    Raises:
        UsageError: it is none: of ours it has another form; of others it is no address, or one that nothing can be
            named below.
    """
    if not _OURS.match(iri):
        if fault := _fault_of_plan(iri):
            raise UsageError(
                f"<{iri}> cannot be the IRI of a plan: {fault}.",
                mend="Versions and elements are named below it, such as <…/version/1>: call the plan like "
                f"<{_EXAMPLE}>.",
            )
        return PlanIdentifiers("", iri.rpartition("/")[2], own=iri)
    identifiers, place = parse_place(iri)
    if place:
        raise UsageError(
            f"<{iri}> is the name of a part of a plan, and not that of a plan.",
            mend=f"Call the plan <{identifiers.plan_iri}>.",
        )
    return identifiers


def may_be_plan(iri: str) -> bool:
    """Whether an IRI is, by its form, one that a plan may have."""
    try:
        plan_identifiers(iri)
    except UsageError:
        return False
    return True


def _fault_of_plan(iri: str) -> str:
    """Why an IRI of others cannot be that of a plan; empty where it can."""
    if not is_address(iri):
        return "it begins neither with http:// nor with https://"
    if mark := next((mark for mark in "#?" if mark in iri), ""):
        return f"it has “{mark}”, behind which no path goes on"
    if iri.count("/") <= _SLASHES_OF_HOST:
        return "it is the address of a host"
    parts = iri.split("/")[_SLASHES_OF_HOST:]
    if "" in parts:
        return "it has a slash too many, or ends in one"
    if any(part in {".", ".."} for part in parts):
        return "it has a part “.” or “..”, which clients take away"
    return "it has the form of a version of a plan" if _VERSION.fullmatch(iri) else ""


def parse_place(iri: str) -> tuple[PlanIdentifiers, str]:
    """The plan and the place within it that an IRI of ours names; the place of the plan itself is empty.

    Raises:
        UsageError: the IRI is not of a plan of ours or of something in it.
    """
    match = _PLAN.fullmatch(iri)
    if match is None:
        raise UsageError(
            f"<{iri}> does not name a plan or a place in one.",
            mend=f"Such IRIs begin with <{IDENTIFIERS}ORGANISATION/plan/NAME>.",
        )
    return PlanIdentifiers(match["organisation"], match["plan"]), match["place"] or ""


def names_above(iri: str) -> Iterator[str]:
    """What an IRI is named below, by its path, the nearest first: ``…/a/1/b`` gives ``…/a/1``, ``…/a`` and so on."""
    while "/" in iri:
        iri = iri.rpartition("/")[0]
        yield iri
