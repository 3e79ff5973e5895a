"""What a text of the annex's form calls what rules name: columns of its tables, chapters, lists."""

from __future__ import annotations

from typing import Final

from stratgraph.document import ElementKind
from stratgraph.formats.words import FormWords
from stratgraph.graph import ontology
from stratgraph.terms import DCTERMS, RDFS, SG, SKOS

_PROPERTIES: Final[dict[str, str]] = {
    RDFS.LABEL: "the title, or the beginning of the text",
    DCTERMS.TITLE: "the title",
    DCTERMS.PUBLISHER: "publisher in the description (the .toml beside the text)",
    DCTERMS.SOURCE: "the description (the .toml beside the text)",
    DCTERMS.IS_PART_OF: "the chapter",
    SKOS.DEFINITION: "column “Description” of the table of terms",
    SKOS.PREF_LABEL: "column “Term” of the table of terms",
    SG.START_YEAR: "the first year in the title of the plan",
    SG.END_YEAR: "the last year in the title of the plan",
    SG.TEXT: "the wording",
    SG.NOTATION: "the number",
    SG.POSITION: "the order of the text",
    SG.OF_UNIT: "the chapter that it stands in",
    SG.STATED_IN: "the place in the text",
    SG.HAS_MENTION: "the wording in the other table or in the prose",
    SG.HAS_FOOTNOTE: "the mark of the footnote",
    SG.HAS_STATEMENT: "the list below the goal",
    SG.QUALIFIER: "the words in brackets behind the name",
    SG.LEAD_IN: "the line that introduces the list",
    SG.PART_OF: "the level of the item in its list",
    SG.SERVES_MISSION: "the chapter of the goal",
    SG.CONTRIBUTES_TO: "the X in the table of objectives by goal",
    SG.SUPPORTS_OBJECTIVE: "column “Outputs” of the objective's row, with the X in the other table",
    SG.EXPECTED_FOR: "column “Expected results” of the objective's row",
    SG.INDICATOR_OF: "column “KPIs” of the objective's row",
    SG.HAS_BASELINE: "the baseline in brackets behind the wording",
}
_THINGS: Final = {kind.value for kind in ElementKind} | {SG.SECTION, SG.PARAGRAPH, SG.TABLE, SG.FOOTNOTE, SG.MENTION}

WORDS: Final = FormWords(
    property=lambda iri, _: _PROPERTIES.get(iri, ""),
    thing=lambda iri: ontology().label(iri) if iri in _THINGS else "",
    elsewhere="A text has no place for {}: mend that in a workbook or in Turtle.",
)
