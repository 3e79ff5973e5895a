"""What a file says of the plan as a whole: title, period, organisation and its units, and so its IRI."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from stratgraph.document import Decision, Derivation, Evidence
from stratgraph.errors import SourceError
from stratgraph.formats.stratml.draft import attribute, child, words
from stratgraph.formats.stratml.schema import (
    ADMINISTRATION,
    CORE,
    INSTRUCTION,
    ROOTS,
    OwnName,
    canonical,
    foreign_iri,
    from_identifier,
    language_of_instruction,
)
from stratgraph.identifiers import (
    UNKNOWN,
    PlanIdentifiers,
    may_be_plan,
    organisation_iri,
    plan_of,
    published_name,
    slug,
)

if TYPE_CHECKING:
    from stratgraph.formats.stratml.description import StratmlDescription
    from stratgraph.formats.xml_tree import XmlElement, XmlTree

_YEAR: Final = re.compile(r"\s*(\d{4})(?!\d)")
_PERIOD: Final = re.compile(r"(?<!\d)((?:19|20|21)\d\d)\s*(?:[-–—/]|to)\s*((?:19|20|21)\d\d)(?!\d)")
_YEAR_OF: Final = Derivation("year", "The year of the date, or of the period that the title names.")
_SLUG_LENGTH: Final = 60
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the period, and what says it."""

    number: int
    leaf: XmlElement | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Front:
    """What was found; what is missing is None.

    Args:
        root: the element of the plan.
        administration: of its dates, or None.
        title: leaf.
        start: leaf of the period's start.
        end: leaf of the period's end.
        published: leaf of the date of publication.
        organisation: the element of the publisher.
        units: elements of the publisher's units by slug.
        ids: of the plan.
        made_from: number of the version that the file says it is; None where it says none.
        is_written_in_latin: the organisation's name in the IRIs is made of one in other letters.
        language: of the texts, in lower case.
        assumes_language: nobody says it.
    """

    root: XmlElement
    administration: XmlElement | None
    title: XmlElement | None
    start: Year | None
    end: Year | None
    published: XmlElement | None
    organisation: XmlElement | None
    units: dict[str, XmlElement]
    ids: PlanIdentifiers
    publisher: str
    made_from: int | None
    is_written_in_latin: bool
    language: str
    assumes_language: bool


def read_front(tree: XmlTree, description: StratmlDescription) -> Front:
    """What the file says of the plan, or its description.

    Raises:
        SourceError: it is no StratML: it has none of its roots; or its organisation's name has neither a letter nor a
            digit; or it is of a plan under its organisation's own IRIs, and calls the plan or organisation otherwise.
    """
    elements = list(tree.root.descendants())
    root = _first(elements, *ROOTS) or _first(elements, CORE)
    if root is None:
        raise SourceError(
            f"The file is no StratML: its root is <{tree.root.name}>.",
            where=tree.location(tree.root.tag.start),
            mend=f"Give a file whose root is <{ROOTS[0]}> or <{ROOTS[1]}>.",
        )
    administration = _first(elements, ADMINISTRATION)
    title = child(root, "Name")
    start, end = _period(root, administration, title, description)
    organisations = [e for e in elements if canonical(e.name) == "Organization" and child(e, "Name", "Acronym")]
    organisation = organisations[0] if organisations else None
    home = _home(administration)
    own = _own_plan(administration, home)
    if home:
        _refuse_other_names(tree, administration, description)
        name, plan = "", own.plan
    else:
        name = description.organisation or own.organisation or _organisation(organisation, tree)
        plan = description.plan or own.plan or _plan(start, end, title, tree.file)
    language, assumes = _language(tree, root, description)
    units = {
        known.unit: e
        for e in organisations[1:]
        if (known := own_name(e, home)) is not None and known.organisation == name and known.unit
    }
    return Front(
        root=root,
        administration=administration,
        title=title,
        start=start,
        end=end,
        published=_leaf("PublicationDate", administration, root),
        organisation=organisation,
        units=units,
        ids=PlanIdentifiers(name, plan, home),
        publisher=_publisher(organisation, name, home, tree),
        made_from=own.version if (own.organisation, own.plan) == (name, plan) else None,
        is_written_in_latin=name == _of_other_letters(organisation),
        language=language,
        assumes_language=assumes,
    )


def own_name(element: XmlElement, home: str = "") -> OwnName | None:
    """What the identifier of an element stands for; arguments as of :func:`~.schema.from_identifier`."""
    leaf = child(element, "Identifier")
    return from_identifier(words(leaf.text), home) if leaf else None


def year_of(leaf: XmlElement | None) -> int:
    """The year of a date; 0 where there is none in it."""
    match = _YEAR.match(words(leaf.text)) if leaf else None
    return int(match[1]) if match else 0


def _first(elements: list[XmlElement], *names: str) -> XmlElement | None:
    return next((element for element in elements if canonical(element.name) in names), None)


def _leaf(name: str, *parents: XmlElement | None) -> XmlElement | None:
    return next((leaf for parent in parents if parent and (leaf := child(parent, name))), None)


def _period(
    root: XmlElement, administration: XmlElement | None, title: XmlElement | None, description: StratmlDescription
) -> tuple[Year | None, Year | None]:
    """The first and the last year: of the description, else of the file's dates, else of its title."""
    leaves = [_leaf(name, administration, root) for name in ("StartDate", "EndDate")]
    said = [Year(year_of(leaf), leaf) if year_of(leaf) else None for leaf in leaves]
    match = _PERIOD.search(words(title.text)) if title else None
    if match and said == [None, None]:
        reason = "The file has no dates of the plan; its title names the years."
        decision = Decision("period-of-title", reason)
        said = [Year(int(match[1]), title, decision), Year(int(match[2]), title, decision)]
    stated = (("begins", description.start_year), ("ends", description.end_year))
    years = " and ".join(f"{does} in {year}" for does, year in stated if year)
    reason = f"{published_name(description.file)} says that the plan {years}: {description.reason}"
    described = Decision("period-of-description", reason, by_rule=False)
    for index, number in enumerate((description.start_year, description.end_year)):
        if number:
            said[index] = Year(number, decision=described)
    return said[0], said[1]


def evidence_of_year(year: Year, of_leaf: Evidence) -> Evidence:
    """What a year rests on."""
    is_made = year.leaf is not None and words(year.leaf.text) != str(year.number)
    said = of_leaf.made_by(_YEAR_OF) if is_made else of_leaf
    return said | Evidence(decisions=(year.decision.name,)) if year.decision else said


def _home(administration: XmlElement | None) -> str:
    """IRI of a plan under its organisation's own IRIs, of which the file is an export; empty where it is none.

    The identifier of the whole is that of the plan, or of the version that went out.
    """
    leaf = child(administration, "Identifier") if administration else None
    iri = foreign_iri(words(leaf.text)) if leaf else ""
    plan = plan_of(iri) or iri
    return plan if may_be_plan(plan) else ""


def _refuse_other_names(tree: XmlTree, administration: XmlElement | None, description: StratmlDescription) -> None:
    """A plan under its organisation's own IRIs has no other name."""
    if administration and (description.organisation or description.plan):
        raise SourceError(
            "The file is of a plan under its organisation's own IRIs, and its description calls it otherwise.",
            where=tree.location(administration.tag.start),
            mend="Take organisation and plan out of the description; or, for a new plan, the identifier out of the "
            "administrative information.",
        )


def _publisher(organisation: XmlElement | None, name: str, home: str, tree: XmlTree) -> str:
    """IRI of the organisation."""
    if not home:
        return organisation_iri(name)
    own = own_name(organisation, home) if organisation else None
    if own is None or not own.unit:
        raise SourceError(
            "The plan is under its organisation's own IRIs, and the file does not say that of the organisation.",
            where=tree.location(organisation.tag.start if organisation else tree.root.tag.start),
            mend="Leave the identifier of the organisation as it was exported.",
        )
    return own.unit


def _own_plan(administration: XmlElement | None, home: str) -> OwnName:
    own = own_name(administration, home) if administration else None
    return own if own and own.plan and (not own.place or own.version is not None) else OwnName("")


def _organisation(organisation: XmlElement | None, tree: XmlTree) -> str:
    if organisation is None:
        return UNKNOWN
    own = own_name(organisation)
    if own and not own.plan:
        return own.organisation
    leaves = [leaf for name in ("Acronym", "Name") if (leaf := child(organisation, name))]
    if found := next((short for leaf in leaves if (short := _short(words(leaf.text)))), ""):
        return found
    raise SourceError(
        f"The organisation's name, “{words(leaves[0].text)}”, has nothing that identifiers can be made of.",
        where=tree.location(leaves[0].tag.start),
        mend=f'Say how it is called there: organisation = "…" in its description, {PurePath(tree.file).stem}.toml.',
    )


def _of_other_letters(organisation: XmlElement | None) -> str | None:
    """The form in IRIs of a name that has other letters than those of ASCII; None where it has none."""
    leaf = child(organisation, "Acronym", "Name") if organisation else None
    return _short(words(leaf.text)) if leaf and not words(leaf.text).isascii() else None


def _plan(start: Year | None, end: Year | None, title: XmlElement | None, file: str) -> str:
    if start and end:
        return f"{start.number}" if start.number == end.number else f"{start.number}-{end.number}"
    return _short(words(title.text) if title else "") or _short(PurePath(file).stem) or "plan"


def _short(name: str) -> str:
    """A slug that is not cut within a word."""
    whole = slug(name)
    return whole if len(whole) <= _SLUG_LENGTH else whole[:_SLUG_LENGTH].rpartition("-")[0] or whole[:_SLUG_LENGTH]


def _language(tree: XmlTree, root: XmlElement, description: StratmlDescription) -> tuple[str, bool]:
    said = attribute(root, "xml:lang")
    ours = (language_of_instruction(text) for target, text in tree.instructions if target == INSTRUCTION)
    value = said.value.strip() if said else next(filter(None, ours), "")
    if description.language:
        return description.language, False
    # RDF 1.1 Concepts, section 3.3: tags may be normalised to lower case, and the store does so.
    return (value.lower(), False) if _LANGUAGE.fullmatch(value) else ("en", True)
