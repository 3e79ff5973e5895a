"""The words by which a text of this form is understood, and those of the names that are made: in each language.

A text in any other language is read by the English ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.document import ElementKind
from stratgraph.graph import primary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Phrases:
    """One language. Patterns whose groups have names are matched as a whole; words are in small letters.

    Args:
        part: the heading of a part, with number and title.
        caption: that of a table.
        objective: the heading of an objective, and the first cell of its row in the table of goals.
        objective_column: a column of outputs in Table n.1.
        objective_cell: the first cell of a row in Table n.2.
        goal_column: a column in the table of goals.
        outputs: what the first cell of Table n.1 ends with.
        details: the headers of Table n.2, as patterns.
        terms: the headers of the table of terms.
        mission_of: in the sentence of the organisation's own mission, up to its verb.
        is_said: the verb behind that.
        own_vision: in the sentence of the organisation's own vision.
        mission: the word in the sentence that leads in to the goals.
        goals_at_end: how that sentence ends.
        unit_goal: the heading of the goal of a unit in the front chapters.
        goal_section: that in a unit's own chapter.
        sections: the headings of a chapter by what they hold: ``vision``, ``mission``, ``objectives``.
        situation: pairs of words, the second of which follows the first in the heading of a situational analysis.
        sector: the word that makes a unit a sector.
        sentence: a sentence, or, without an ``end``, what is left at the end of a text and is none.
        name_of: what an element of a unit is called, with ``{unit}``.
        name_of_objective: with ``{unit}`` and ``{number}``.
        name_of_part: of a ``table`` without a caption, by its ``{name}``; of a ``paragraph`` by its ``{number}``, of a
            ``paragraph of section`` without one by the ``{section}`` too; of a ``footnote`` by ``{position}`` and mark.
    """

    part: re.Pattern[str]
    caption: re.Pattern[str]
    objective: re.Pattern[str]
    objective_column: re.Pattern[str]
    objective_cell: re.Pattern[str]
    goal_column: re.Pattern[str]
    outputs: str
    details: tuple[str, str, str, str]
    terms: tuple[str, str]
    mission_of: re.Pattern[str]
    is_said: re.Pattern[str]
    own_vision: re.Pattern[str]
    mission: re.Pattern[str]
    goals_at_end: re.Pattern[str]
    unit_goal: re.Pattern[str]
    goal_section: re.Pattern[str]
    sections: Mapping[str, str]
    situation: tuple[tuple[str, str], ...]
    sector: str
    sentence: re.Pattern[str]
    name_of: Mapping[ElementKind, str]
    name_of_objective: str
    name_of_part: Mapping[str, str]


def _objective(word: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(rf"{word}\s+(?P<number>\d+)\s*(?:[:–—-]\s*(?P<title>[^:\s](?:[^:]*[^:\s])?))?\s*:?", re.IGNORECASE),
        re.compile(rf"{word}\s+(?P<number>\d+)", re.IGNORECASE),
        re.compile(rf"{word}\s+(?P<number>\d+)\s*(?:(?P<separator>[:–—-])\s*)?(?P<rest>.*)", re.IGNORECASE),
    )


def _sentence(capitals: str) -> re.Pattern[str]:
    return re.compile(rf".(?>[^.!?:]++|[.!?:](?!\s+[{capitals}]|$))*+(?P<end>[.!?:])?", re.DOTALL)


_ENGLISH: Final = Phrases(
    re.compile(r"PART\s+(?P<number>[IVX]+)\s*[-–—]\s*(?P<title>.+)"),
    re.compile(r"Table\s+(?P<number>\d+\.\d+)\s*[-–—]\s*(?P<title>.+)"),
    *_objective("objective"),
    goal_column=re.compile(r"goal\s+(?P<unit>\S.*)", re.IGNORECASE),
    outputs="outputs",
    details=("objectives", "outputs", "expected results", "(kpis|key performance indicators)"),
    terms=("term", "description"),
    mission_of=re.compile(r"\bmission of (?:the )?(?P<organisation>[A-Z][\w-]*) "),
    is_said=re.compile(r"\bis\b"),
    own_vision=re.compile(r"\bvision is\b"),
    mission=re.compile(r"\bmission\b"),
    goals_at_end=re.compile(r"\bgoals:$"),
    unit_goal=re.compile(r"strategic goals? of (?P<unit>.+)", re.IGNORECASE),
    goal_section=re.compile(r"strategic goals?", re.IGNORECASE),
    sections={"vision": "vision", "mission": "mission", "objectives": "objectives"},
    situation=(("situational analysis", ""), ("changing ", "environment")),
    sector="sector",
    sentence=_sentence("A-Z"),
    name_of={
        ElementKind.MISSION: "Mission of {unit}",
        ElementKind.VISION: "Vision of {unit}",
        ElementKind.GOAL: "Goal of {unit}",
    },
    name_of_objective="{unit} objective {number}",
    name_of_part={
        "table": "Table “{name}”",
        "paragraph": "Paragraph {number}",
        "footnote": "Footnote {position}, marked {number}",
        "paragraph of section": "Section {section}, paragraph {number}",
    },
)

_FRENCH: Final = Phrases(
    re.compile(r"PARTIE\s+(?P<number>[IVX]+)\s*[-–—]\s*(?P<title>.+)"),
    re.compile(r"Tableau\s+(?P<number>\d+\.\d+)\s*[-–—]\s*(?P<title>.+)"),
    *_objective("objectif"),
    goal_column=re.compile(r"but\s+(?P<unit>\S.*)", re.IGNORECASE),
    outputs="produits",
    details=(
        "objectifs",
        "produits",
        "résultats escomptés",
        r"(ifp|indicateurs (?:fondamentaux|clés) de performance(?: \(ifp\))?)",
    ),
    terms=("terme", "description"),
    mission_of=re.compile(r"\bmission (?:de la |de l['’]|de |du |d['’])(?P<organisation>[A-Z][\w-]*) "),
    is_said=re.compile(r"\b(?:est|consiste)\b"),
    own_vision=re.compile(r"\bvision (?:\S+ ){0,4}est\b"),
    mission=re.compile(r"\bmission\b"),
    goals_at_end=re.compile(r"\bbuts(?: suivants| ci-après)?\s*:$"),
    unit_goal=re.compile(r"buts? stratégiques? (?:de la |de l['’]|de |du |des |d['’])(?P<unit>.+)", re.IGNORECASE),
    goal_section=re.compile(r"buts? stratégiques?", re.IGNORECASE),
    sections={"vision": "vision", "mission": "mission", "objectifs": "objectives"},
    situation=(("analyse de la situation", ""), ("environnement ", "mutation"), ("environnement ", "évolution")),
    sector="secteur",
    sentence=_sentence("A-ZÀ-ÖØ-Þ"),
    name_of={
        ElementKind.MISSION: "Mission de {unit}",
        ElementKind.VISION: "Vision de {unit}",
        ElementKind.GOAL: "But de {unit}",
    },
    name_of_objective="{unit}, objectif {number}",
    name_of_part={
        "table": "Tableau « {name} »",
        "paragraph": "Paragraphe {number}",
        "footnote": "Note {position}, appel {number}",
        "paragraph of section": "Section {section}, paragraphe {number}",
    },
)

_BY_LANGUAGE: Final = {"en": _ENGLISH, "fr": _FRENCH}


def phrases_of(language: str) -> Phrases:
    """The words of a language; the English ones where it has none here.

    Args:
        language: BCP 47 tag.
    """
    return _BY_LANGUAGE.get(primary(language), _ENGLISH)


def language_of_captions(lines: Iterable[str], language: str) -> tuple[str, int] | None:
    """The language whose captions and headings of parts a text has, where it has none of its own.

    Args:
        lines: of the text.
        language: BCP 47 tag by whose words it is read.

    Returns:
        A tag, and the line, from 1, of the first of them; None where the text has its own, or none of any.
    """
    own, first = phrases_of(language), None
    for number, line in enumerate(lines, start=1):
        words = line.strip(" \t#*")
        if _is_heading(words, own):
            return None
        first = first or next(((tag, number) for tag, one in _BY_LANGUAGE.items() if _is_heading(words, one)), None)
    return first


def _is_heading(words: str, phrases: Phrases) -> bool:
    return bool(phrases.caption.fullmatch(words) or phrases.part.fullmatch(words))
