"""What the chapters say in running text: missions, visions, goals, situational factors, headings of objectives."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from stratgraph.document import ElementKind, Evidence, Quote, Relation, Unit, label
from stratgraph.formats.annex.draft import COMPARED, NAMED_BY_UNIT, evidence
from stratgraph.formats.annex.outline import BlockKind, descendants
from stratgraph.formats.annex.pairing import difference
from stratgraph.formats.annex.prose import (
    goal_wording,
    group_quotes,
    paragraph_wording,
    quote,
    section_wording,
    sentences,
    unit_name,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from stratgraph.formats.annex.draft import Draft
    from stratgraph.formats.annex.outline import Block
    from stratgraph.formats.annex.phrases import Phrases
    from stratgraph.formats.annex.prose import Wording


def read_unit(draft: Draft, chapter: Block) -> Unit:
    """The unit that a chapter's heading names."""
    reading = draft.reading
    heading = chapter.words[0]
    whole = quote(chapter.text, heading)
    found = group_quotes(reading, heading, chapter.text, unit_name) or {"name": whole, "notation": whole}
    name, notation = found["name"], found["notation"]
    is_sector = reading.phrases.sector in name.text.casefold()
    return Unit(draft.description.slug_of(notation.text), notation, name, is_sector, Evidence(tuple(chapter.spans)))


def read_front(draft: Draft, front: Sequence[Block]) -> Unit:
    """The chapters before Part I: the organisation itself, its mission, vision and situational factors.

    Raises:
        SourceError: no sentence says the organisation's mission.
    """
    said = list(_sentences(draft, front))
    phrases = draft.reading.phrases
    mission = next((s for s in said if own_mission(s.text, phrases)), None)
    if mission is None:
        draft.reading.fail(
            "No paragraph before Part I says the organisation's own mission; expected a sentence such as “The main "
            "mission of ITU is …”.",
            line=front[-1].line if front else 1,
            mend="Restore it.",
        )
    notation = _organisation(draft, mission)
    organisation = Unit(
        draft.description.slug_of(notation.text), notation, draft.full_name(notation), False, notation.evidence
    )
    vision = next((s for s in said if phrases.own_vision.search(s.text)), None)
    for kind, wording in ((ElementKind.MISSION, mission), (ElementKind.VISION, vision)):
        if wording:
            word = kind.name.lower()
            decision = draft.decide(
                f"{word}-of-{organisation.slug}",
                f"No section states the {word} of {notation.text}: it is the one sentence of "
                f"{draft.name_of(wording.part)} that says what this {word} is.",
            )
            ruled = evidence(wording.spans, decision)
            draft.add(kind, word, organisation, wording, ruled, name=_of(draft, kind, organisation, ruled), said=ruled)
    for chapter in front:
        if is_situation(chapter.text, phrases):
            _read_factors(draft, chapter, organisation, "")
    return organisation


# One look after the other, and not one pattern with a gap: that would look for the second behind each of the first.


def own_mission(sentence: str, phrases: Phrases) -> str:
    """The organisation of “the main mission of ITU is …”; empty where the sentence has another form."""
    match = phrases.mission_of.search(sentence)
    return match["organisation"] if match and phrases.is_said.search(sentence, match.end()) else ""


def _organisation(draft: Draft, mission: Wording) -> Quote:
    """The abbreviation in the sentence of the organisation's mission."""
    (span,) = mission.spans
    found = group_quotes(draft.reading, span, mission.text, draft.reading.phrases.mission_of.search) or {}
    return found["organisation"]


def goals_follow(sentence: str, phrases: Phrases) -> bool:
    """Whether a sentence is of the form “… can achieve this overall mission by fulfilling the following goals:”."""
    match = phrases.mission.search(sentence)
    return bool(match and phrases.goals_at_end.search(sentence, match.end()))


def is_situation(heading: str, phrases: Phrases) -> bool:
    """Whether a heading is one like “Situational analysis” or “A changing telecommunication environment”."""
    folded = heading.lower()
    return any(first in folded and second in folded.partition(first)[2] for first, second in phrases.situation)


def _sentences(draft: Draft, blocks: Sequence[Block]) -> Iterator[Wording]:
    for block in descendants(blocks):
        if block.kind is BlockKind.NUMBERED:
            yield from sentences(draft.reading, block)


def _read_factors(draft: Draft, chapter: Block, unit: Unit, prefix: str) -> None:
    """The numbered leaves of a situational analysis: paragraphs, or sections with their paragraphs."""
    leaves = [
        block
        for block in descendants(chapter.children)
        if block.number
        and block.kind in {BlockKind.NUMBERED, BlockKind.HEADING}
        and not any(child.number for child in block.children)
    ]
    for position, block in enumerate(leaves, start=1):
        is_section = block.kind is BlockKind.HEADING
        wording = section_wording(draft.reading, block) if is_section else paragraph_wording(block)
        title = quote(block.text, *block.words) if is_section else None
        draft.add(
            ElementKind.SITUATIONAL_FACTOR,
            f"{prefix}factor/{block.number}",
            unit,
            replace(wording, part=block.place),
            Evidence(tuple(chapter.spans)),
            name=title,
            position=position,
            notation=quote(block.number, *([block.mark] if block.mark else [])),
            title=title,
        )


def front_goals(draft: Draft, front: Sequence[Block], units: Collection[str]) -> dict[str, Block]:
    """The sections of the front chapters that state the goal of a unit, by the unit's notation.

    Raises:
        SourceError: one is the goal of a unit that has no chapter.
    """
    goals = {}
    for block in descendants(front):
        match = draft.reading.phrases.unit_goal.fullmatch(block.text) if block.kind is BlockKind.HEADING else None
        name = unit_name(match["unit"]) if match else None
        if name is None:
            continue
        if name["notation"] not in units:
            draft.reading.fail(
                f"This is the goal of {name['notation']}, which has no chapter; there are chapters of "
                f"{', '.join(units)}.",
                line=block.line,
                mend="Give the unit a chapter in Part I, or mend the abbreviation.",
            )
        goals[name["notation"]] = block
    return goals


def read_unit_chapter(draft: Draft, chapter: Block, unit: Unit, front_goal: Block | None) -> dict[str, Block]:
    """A unit's vision, mission, goal and situational factors.

    Args:
        draft: added to.
        chapter: the unit's own.
        unit: whose it is.
        front_goal: the section of the front chapters that is its goal.

    Returns:
        The headings of its objectives by their numbers.

    Raises:
        SourceError: a section is empty, or the objectives are missing or wrongly numbered.
    """
    sections = {block.text.casefold(): block for block in chapter.children if block.kind is BlockKind.HEADING}
    prefix, phrases = f"{unit.slug}/", draft.reading.phrases
    known = {phrases.sections[text]: block for text, block in sections.items() if text in phrases.sections}
    for text, section in sections.items():
        if is_situation(text, phrases):
            _read_factors(draft, section, unit, prefix)
    for element in (ElementKind.VISION, ElementKind.MISSION):
        name = element.name.lower()
        if name in known:
            kind = Evidence(tuple(known[name].spans))
            wording = section_wording(draft.reading, known[name])
            draft.add(element, f"{prefix}{name}", unit, wording, kind, name=_of(draft, element, unit, kind))
    own_goal = [block for text, block in sections.items() if phrases.goal_section.fullmatch(text)]
    if goal_sections := [*([front_goal] if front_goal else []), *own_goal]:
        _read_goal(draft, unit, goal_sections)
    if front_goal:
        _read_service(draft, unit, front_goal)
    return _objective_headings(draft, chapter, known.get("objectives"))


def _read_goal(draft: Draft, unit: Unit, sections: Sequence[Block]) -> None:
    """A goal and its statements, with the wordings of all sections that have them; the first section's is the text."""
    wordings = [goal_wording(draft.reading, section) for section in sections]
    kind = Evidence(tuple(span for section in sections for span in section.spans))
    place = f"{unit.slug}/goal"
    wholes = [wording.whole for wording in wordings]
    name = _of(draft, ElementKind.GOAL, unit, kind)
    draft.add(ElementKind.GOAL, place, unit, wholes[0], kind, name=name, mentions=wholes, note=_note(wholes))
    leads = [span for whole in wholes for span in (whole.lead_in.evidence.spans if whole.lead_in else whole.spans[:1])]
    for position, column in enumerate(zip_longest(*(wording.statements for wording in wordings)), start=1):
        statements = [wording for wording in column if wording]
        statement = f"{place}/statement/{position}"
        draft.add(
            ElementKind.GOAL_STATEMENT,
            statement,
            unit,
            statements[0],
            kind,
            position=position,
            mentions=statements,
            note=_note(statements),
        )
        spans = [span for wording in statements for span in wording.spans]
        draft.link(place, Relation.HAS_STATEMENT, statement, [*leads, *spans])


def _read_service(draft: Draft, unit: Unit, section: Block) -> None:
    """“… can achieve this overall mission by fulfilling the following goals:”, and the goal's heading below it."""
    above = section.parent
    said = [s for s in sentences(draft.reading, above) if goals_follow(s.text, draft.reading.phrases)] if above else []
    if said:
        draft.link(f"{unit.slug}/goal", Relation.SERVES_MISSION, "mission", [*said[0].spans, *section.spans])


def _objective_headings(draft: Draft, chapter: Block, section: Block | None) -> dict[str, Block]:
    if section is None:
        draft.reading.fail(
            f"Chapter {chapter.number} “{chapter.text}” has no section “Objectives”.",
            line=chapter.line,
            mend="Put its objectives below a heading such as “4.5 Objectives”.",
        )
    found: dict[str, Block] = {}
    for block in section.children:
        if block.kind is not BlockKind.HEADING:
            continue
        match = draft.reading.phrases.objective.fullmatch(block.text)
        if match is None or match["number"] in found:
            draft.reading.fail(
                f"Expected the heading of the next objective, such as “Objective {len(found) + 1}:”, and found "
                f"“{label(block.text)}”.",
                line=block.line,
                mend="Number the objectives of a chapter from 1.",
            )
        found[match["number"]] = block
    if not found:
        draft.reading.fail(
            f"Section {section.number} “Objectives” names none.",
            line=section.line,
            mend="Give each objective a heading such as “4.5.1 Objective 1:”.",
        )
    return found


def _of(draft: Draft, kind: ElementKind, unit: Unit, said: Evidence) -> Quote:
    evidence_of_name = (said | unit.notation.evidence).made_by(NAMED_BY_UNIT)
    return Quote(draft.reading.phrases.name_of[kind].format(unit=unit.notation.text), evidence_of_name)


def _note(wordings: Sequence[Wording]) -> Quote | None:
    """What differs between the places that word a goal or one of its statements."""
    said = []
    if degree := difference(wording.text for wording in wordings):
        said.append(f"The front chapter and the unit's own word this differently, {degree}.")
    leads = [wording.lead_in.text for wording in wordings if wording.lead_in]
    if degree := difference(leads):
        who = "They" if said else "The front chapter and the unit's own"
        said.append(f"{who} lead in to this goal differently, {degree}: {' and '.join(f'“{lead}”' for lead in leads)}.")
    spans = [span for wording in wordings for span in wording.spans]
    spans += [span for wording in wordings if wording.lead_in for span in wording.lead_in.evidence.spans]
    return Quote(" ".join(said), evidence(spans).made_by(COMPARED)) if said else None
