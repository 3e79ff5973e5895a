"""What became of the annex in the constructed plan of the next period, tests/data/next-period.ttl.

Decided by hand from the two texts: places in the annex, places in the constructed plan. What is not here ended.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from stores import opened
from stratgraph.comparison import compare, propose
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.publication import Target, publish_proposal
from stratgraph.settings import Settings
from stratgraph.store_contents import Act

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


def publish(folder: Path, text: str) -> None:
    """Publishes a text of that plan in a store that has the annex."""
    plan = read_revision(text.encode(), file="next.ttl", limits=Settings().part(ReadingLimits))
    with opened(folder) as store:
        act = Act(datetime(2030, 1, 3, tzinfo=UTC))
        publish_proposal(Target(folder, store, 5), propose(compare(store, plan)), act)
