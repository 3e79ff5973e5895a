"""What StratML, ISO 17469, has: the elements of Part 2 and their order, and what they are called where people read.

Part 2 (performance plans and reports) has all that Part 1 (strategic plans) has, and indicators.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from stratgraph.errors import UsageError
from stratgraph.identifiers import PlanIdentifiers, is_address, parse_place, slug
from stratgraph.terms import IDENTIFIERS

MEDIA_TYPE: Final = "application/xml"

ROOT: Final = "PerformancePlanOrReport"
ROOTS: Final = (ROOT, "StrategicPlan")
CORE: Final = "StrategicPlanCore"
ADMINISTRATION: Final = "AdministrativeInformation"
FREE: Final = "OtherInformation"
"""The element of a plan, goal, objective or indicator for what no other element is for."""

INDICATOR: Final = "PerformanceIndicator"
TYPE: Final = "Type"
STAGE: Final = "ValueChainStage"
STRATEGIC: Final = "Strategic_Plan"

_RESULT: Final = ("StartDate", "EndDate", "NumberOfUnits", "Descriptor", "Description")
_GOAL: Final = ("Name", "Description", "Identifier", "SequenceIndicator", "Stakeholder*", FREE)

CONTENT: Final[dict[str, tuple[str, ...]]] = {
    ROOT: ("Name", "Description", FREE, CORE, ADMINISTRATION, "Submitter"),
    CORE: ("Organization*", "Vision", "Mission", "Value*", "Goal*"),
    "Organization": ("Name", "Acronym", "Identifier", "Description", "Stakeholder*"),
    "Vision": ("Description", "Identifier"),
    "Mission": ("Description", "Identifier"),
    "Value": ("Name", "Description"),
    "Goal": (*_GOAL, "Objective*"),
    "Objective": (*_GOAL, "PerformanceIndicator*"),
    "Stakeholder": ("Name", "Description", "Role*"),
    "Role": ("Name", "Description", "RoleType"),
    INDICATOR: (
        "SequenceIndicator",
        "MeasurementDimension",
        "UnitOfMeasurement",
        "Identifier",
        "Relationship*",
        "MeasurementInstance*",
        FREE,
    ),
    "Relationship": ("Identifier", "ReferentIdentifier*", "Name", "Description"),
    "MeasurementInstance": ("TargetResult*", "ActualResult*"),
    "TargetResult": _RESULT,
    "ActualResult": _RESULT,
    "Descriptor": ("DescriptorName", "DescriptorValue"),
    ADMINISTRATION: ("Identifier", "StartDate", "EndDate", "PublicationDate", "Source"),
    "Submitter": ("Identifier", "GivenName", "Surname", "PhoneNumber", "EmailAddress"),
}
"""The children of each element in the order that the schema wants; a star marks what may stand there more than once."""

NEEDED: Final[dict[str, tuple[str, ...]]] = {
    ROOT: ("Name", CORE),
    CORE: ("Goal",),
    "Goal": ("Name", "Description"),
    "Stakeholder": ("Name",),
    "Role": ("Name",),
    INDICATOR: ("MeasurementDimension", "UnitOfMeasurement"),
}
"""The children that must be there, if empty."""

ATTRIBUTES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    (ROOT, TYPE): (STRATEGIC, "Performance_Plan", "Performance_Report"),
    ("Stakeholder", "StakeholderTypeType"): ("Person", "Organization", "Generic_Group"),
    (INDICATOR, STAGE): ("Outcome", "Output_Processing", "Output", "Input_Processing", "Input"),
    (INDICATOR, "PerformanceIndicatorType"): ("Quantitative", "Qualitative"),
    ("Relationship", "RelationshipType"): ("Broader_Than", "Peer_To", "Narrower_Than"),
}
"""The values that each attribute may have."""

_DATE: Final = r"-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
VALUES: Final = {
    "Identifier": re.compile(r"[A-Za-z_][A-Za-z0-9._-]*"),
    "StartDate": re.compile(_DATE),
    "EndDate": re.compile(_DATE),
    "PublicationDate": re.compile(_DATE),
    "NumberOfUnits": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"),
    "RoleType": re.compile(r"Performer|Beneficiary"),
    "Source": re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE),
}
"""What may stand in the elements that are no free text."""

_NAMES: Final = {
    name.casefold(): name
    for name in (*ROOTS, *CONTENT, *(child.rstrip("*") for children in CONTENT.values() for child in children))
}


def canonical(name: str) -> str:
    """The name as the schema writes it, whatever its case; empty where the schema has no such element."""
    return _NAMES.get(name.casefold(), "")


_ATTRIBUTE_NAMES: Final = {name.casefold(): name for _, name in ATTRIBUTES}


def known_attribute(name: str) -> str:
    """The name of an attribute as the schema writes it, whatever its case; empty where the schema has none such."""
    return _ATTRIBUTE_NAMES.get(name.casefold(), "")


def readable(name: str) -> str:
    """``OtherInformation`` gives ``Other information``; names that the schema has not stay as they are."""
    known = canonical(name) or known_attribute(name)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", known)
    return words[:1] + words[1:].lower() if known else name


READABLE: Final = {readable(name): name for name in (*_NAMES.values(), *_ATTRIBUTE_NAMES.values())}
"""From what people read back to the name."""

SLUGS: Final = {slug(label): name for label, name in READABLE.items()}
"""From how a name stands in a place, ``other-information``, back to the name."""

INSTRUCTION: Final = "stratgraph"
"""Processing instruction of an export: says its language. The schema has no place for that, not even xml:lang."""

_LANGUAGE_INSTRUCTION: Final = re.compile(r'language="([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)"')


def language_instruction(language: str) -> str:
    """What the instruction of an export says, ``language="fr"``."""
    return f'language="{language}"'


def language_of_instruction(said: str) -> str:
    """The language that an instruction says; empty where it says none."""
    match = _LANGUAGE_INSTRUCTION.fullmatch(said.strip())
    return match[1] if match else ""


# --- identifiers -----------------------------------------------------------------------------------------------------

# An identifier of StratML is an xsd:ID: an NCName, which holds neither slash nor colon.
_OWN: Final = "stratgraph."
_CODED: Final = re.compile(r"__|_(10[0-9a-f]{4}|[0-9a-f]{1,5})_")
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9.-]")
_NO_IRI: Final = re.compile('[\\x00-\\x20<>"{}|\\\\^`\ud800-\udfff]')


@dataclass(frozen=True, slots=True)
class OwnName:
    """An IRI that an identifier stands for: one of ours, or of a plan under its organisation's own IRIs.

    Args:
        organisation: slug; empty where the IRI is none of ours.
        unit: slug of a unit; empty for the organisation itself, and for a plan and what is in it. In a file of a plan
            under its organisation's own IRIs, the IRI of what is not named below the plan, which may be one of ours.
        plan: name of the plan; empty for an organisation or unit.
        place: in that plan; empty for the plan itself.
        own: IRI of the plan, where it is none of ours.
    """

    organisation: str
    unit: str = ""
    plan: str = ""
    place: str = ""
    own: str = ""

    @property
    def version(self) -> int | None:
        """The number of the version of the plan that it is; None where it is none."""
        plan = PlanIdentifiers(self.organisation, self.plan, self.own)
        return plan.version_number(plan.place_iri(self.place)) if self.plan else None


def to_identifier(iri: str) -> str:
    """An IRI as an identifier: ``stratgraph.itu__plan__2012-2015__mission``; one that is none of ours with its host."""
    path = iri.removeprefix(IDENTIFIERS)
    return _OWN + _NOT_PLAIN.sub(lambda m: "__" if m.group() == "/" else f"_{ord(m.group()):x}_", path)


def _decoded(identifier: str) -> str:
    return _CODED.sub(lambda m: chr(int(m[1], 16)) if m[1] else "/", identifier.removeprefix(_OWN))


def foreign_iri(identifier: str) -> str:
    """The IRI of others that an identifier made here stands for; empty where it stands for none."""
    path = _decoded(identifier) if identifier.startswith(_OWN) else ""
    return path if is_address(path) and not _NO_IRI.search(path) else ""


def from_identifier(identifier: str, home: str = "") -> OwnName | None:
    """What an identifier of ours stands for, written as above or as an IRI; None where it is another's.

    Args:
        identifier: as the file has it.
        home: IRI of the plan, where it is under its organisation's own IRIs.
    """
    if home and (iri := foreign_iri(identifier)):
        is_below = iri == home or iri.startswith(f"{home}/")
        name = home.rpartition("/")[2]
        place = iri.removeprefix(home).removeprefix("/")
        return OwnName("", plan=name, place=place, own=home) if is_below else OwnName("", unit=iri)
    if identifier.startswith(_OWN):
        path = _decoded(identifier)
    elif identifier.startswith(IDENTIFIERS):
        path = identifier.removeprefix(IDENTIFIERS)
    else:
        return None
    if _NO_IRI.search(path):
        return None
    try:
        plan, place = parse_place(IDENTIFIERS + path)
    except UsageError:
        match = re.fullmatch(r"([a-z0-9-]+)(?:/([a-z0-9-]+))?", path)
        if match is None:
            return None
        return OwnName("", unit=IDENTIFIERS + path) if home else OwnName(match[1], unit=match[2] or "")
    return OwnName(plan.organisation, plan=plan.plan, place=place)
