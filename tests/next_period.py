"""What became of the annex in the constructed plan of the next period, tests/data/next-period.ttl.

Decided by hand from the two texts: places in the annex, places in the constructed plan. What is not here ended.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from stores import opened
from stratgraph.comparison import compare, propose
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.plan_graph import to_statements
from stratgraph.publication import Target, build, publish_proposal
from stratgraph.settings import Settings
from stratgraph.store_contents import Act
from stratgraph.terms import DCTERMS

if TYPE_CHECKING:
    from stratgraph.document import PlanDocument

FILE = Path(__file__).parent / "data/next-period.ttl"
PLAN = "https://w3id.org/stratgraph/id/itu/plan/2016-2019"
ANNEX = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"

CONTINUED = {
    "mission": "mission",
    "itu-r/objective/2": "itu-r/objective/1",
    "itu-r/objective/2/kpi/3": "itu-r/objective/1/kpi/1",
    "itu-d/objective/4": "itu-d/objective/1",
    "itu-d/objective/6/kpi/5": "itu-d/objective/3/kpi/1",
}
REWORDED = {"itu-r/objective/2"}
"""Of these only the words of one continue in other words; the others do word for word."""
SPLIT = {"itu-d/objective/6": ("itu-d/objective/2", "itu-d/objective/3")}
MERGED = {("itu-r/objective/2/output/1", "itu-r/objective/2/output/2"): "itu-r/objective/1/output/1"}
NEW = {"goal/1", "itu-d/objective/5"}

PAIRS = {
    *((new, old) for old, new in CONTINUED.items()),
    *((new, old) for old, parts in SPLIT.items() for new in parts),
    *((new, old) for parts, new in MERGED.items() for old in parts),
}
"""Each element of the constructed plan with one of the annex that it carries on."""

ELEMENTS = 367
"""Of the annex (design, section 2)."""
ENDED = ELEMENTS - len({old for _, old in PAIRS})


PART = ("mission", "vision", "itu-r", "itu-d")
WHOLE = ("itu-r/objective/2", *(f"itu-d/objective/{number}" for number in (1, 2, 4, 6)))
"""The objectives of which the part has all that stands below them."""


def _is_in_part(place: str) -> bool:
    if place.startswith(f"{ANNEX}/"):
        place = place.removeprefix(f"{ANNEX}/")
        is_whole = f"{place}/".startswith(tuple(f"{one}/" for one in WHOLE))
        return place.split("/")[0] in PART and "/mention/" not in place and (is_whole or place.count("/") < 3)
    return True


def publish_part(document: PlanDocument, folder: Path) -> None:
    """Publishes an eighth of the annex as if it were the whole: all that :data:`PAIRS` names, its objectives' siblings.

    It names no profile, whose rules are about the tables and chapters of the whole text.
    """
    plan = to_statements(document, file="annex.txt")

    def is_kept(triple: Triple) -> bool:
        terms = (term.value for term in (triple.subject, triple.object) if isinstance(term, NamedNode))
        return triple.predicate.value != DCTERMS.CONFORMS_TO and all(map(_is_in_part, terms))

    part = replace(plan, statements={triple: of for triple, of in plan.statements.items() if is_kept(triple)})
    assert build(part, Target(folder, None, 2), Act(datetime(2030, 1, 2, tzinfo=UTC))).snapshot is not None


def publish(folder: Path, text: str) -> None:
    """Publishes a text of that plan in a store that has the annex."""
    plan = read_revision(text.encode(), file="next.ttl", limits=Settings().part(ReadingLimits))
    with opened(folder) as store:
        act = Act(datetime(2030, 1, 3, tzinfo=UTC))
        publish_proposal(Target(folder, store, 5), propose(compare(store, plan)), act)
