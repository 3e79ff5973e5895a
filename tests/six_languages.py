"""A constructed plan of six elements in the six languages of the United Nations, Arabic first.

Its paragraphs are real ones: the goals and targets of the 2030 Agenda, as the UN's own vocabulary words them in each.
"""

from __future__ import annotations

import functools
from collections import defaultdict

from stratgraph.terms import SKOS
from stratgraph.vocabularies import read_vocabulary

PLAN = "https://w3id.org/stratgraph/id/agency/plan/2030"
LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
ELEMENTS = {
    "mission": ("Mission", "9.1", ""),
    "goal": ("Goal", "9.c", "sg:servesMission <mission>"),
    "objective/1": ("Objective", "4.b", 'sg:notation "1" ; sg:contributesTo <goal>'),
    "objective/1/output/1": ("Output", "17.8", "sg:supportsObjective <objective/1>"),
    "objective/1/result/1": ("ExpectedResult", "5.b", "sg:expectedFor <objective/1>"),
    "objective/1/kpi/1": ("KPI", "8.2", "sg:indicatorOf <objective/1>"),
}
"""By place: the class, the target whose words it has, and what it leads to."""

TITLE = "9"
"""The goal of the 2030 Agenda whose words are the plan's title."""

_HEAD = f"""\
@base <{PLAN}/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/stratgraph/ontology#> .

<../../../agency> a org:FormalOrganization ; sg:notation "AGN" ;
    rdfs:label "الوكالة"@ar , "Agency"@en , "Organismo"@es , "Agence"@fr , "Агентство"@ru , "机构"@zh .
"""


@functools.cache
def _vocabulary() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for triples in read_vocabulary("sdg").graphs.values():
        for triple in triples:
            if triple.predicate.value == SKOS.PREF_LABEL:
                found[triple.subject.value][triple.object.language] = triple.object.value
    return found


def wording(code: str, language: str) -> str:
    """Of a goal or target of the 2030 Agenda."""
    return _vocabulary()[f"http://metadata.un.org/sdg/{code}"][language]


def _said(predicate: str, code: str, languages: tuple[str, ...]) -> str:
    return f"{predicate} " + " , ".join(f'"{wording(code, tag)}"@{tag}' for tag in languages)


def turtle(
    *, main: str = "ar", languages: tuple[str, ...] = LANGUAGES, only: dict[str, tuple[str, ...]] | None = None
) -> str:
    """The plan.

    Args:
        main: what it says of its main language; nothing where empty.
        languages: of the title, and of the elements.
        only: the languages of single elements, by their places.
    """
    told = f' ; sg:mainLanguage "{main}"' if main else ""
    lines = [
        _HEAD,
        '<../2030> a sg:StrategicPlan ; dcterms:publisher <../../../agency> ; dcterms:source "Decision 1"@en ;',
        f"    sg:startYear 2030 ; sg:endYear 2033{told} ;",
        f"    {_said('rdfs:label', TITLE, languages)} ; {_said('dcterms:title', TITLE, languages)} .",
    ]
    for place, (kind, code, leads) in ELEMENTS.items():
        own = (only or {}).get(place, languages)
        lines += [
            f"<{place}> a sg:{kind} ; sg:inPlan <../2030> ; sg:ofUnit <../../../agency> ; sg:position 1 ;",
            f"    {leads + ' ; ' if leads else ''}{_said('rdfs:label', code, own)} ; {_said('sg:text', code, own)} .",
        ]
    return "\n".join(lines)


def next_of(text: str) -> str:
    """The same plan as that of the next period, which says that it replaces this one."""
    moved = text.replace("plan/2030/", "plan/2034/").replace("../2030", "../2034")
    moved = moved.replace("sg:startYear 2030 ; sg:endYear 2033", "sg:startYear 2034 ; sg:endYear 2037")
    return f"{moved}\n<../2034> dcterms:replaces <../2030> .\n"
