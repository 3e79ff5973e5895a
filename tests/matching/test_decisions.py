"""The file of decisions: what is written is read, and what is wrong in it is named by its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stratgraph.errors import SourceError
from stratgraph.matching import accepted, match, read_decisions, write_decisions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stratgraph.statements import StatedPlan

    PlanOf = Callable[[Mapping[str, Sequence[str]]], StatedPlan]

HEADER = "revision.txt against version 1"


@pytest.fixture
def plans(plan_of: PlanOf) -> tuple[StatedPlan, StatedPlan]:
    """A revision, and the version before: a meeting of another year, and an objective with other words."""
    old = plan_of({"harbour": ["Meetings in 2031", "Meetings in 2032", "velvet"], "lantern": []})
    return plan_of({"harbour": ["velvet", "Meetings in 2039"], "quorum": []}), old


def used(plan: StatedPlan) -> list[str]:
    return [iri.removeprefix(f"{plan.identifiers.plan_iri}/") for iri in plan.provisional]


def test_a_run_with_the_file_gives_the_same_matches(plans: tuple[StatedPlan, StatedPlan]) -> None:
    new, old = plans
    decided = accepted(match(new, old, used=used(old))) | {"u/objective/1/kpi/2": "u/objective/1/kpi/2"}
    first = match(new, old, used=used(old), decided=decided)
    data = write_decisions(first, header=HEADER, unseen={"u/objective/2"})
    assert read_decisions(data, file="d.toml", new=new, old=old) == decided
    assert match(new, old, used=used(old), decided=read_decisions(data, file="d.toml", new=new, old=old)) == first


def test_the_file_says_what_was_decided_and_how(plans: tuple[StatedPlan, StatedPlan]) -> None:
    new, old = plans
    decided = {"u/objective/2": "", "u/objective/1/kpi/2": "u/objective/1/kpi/2"}
    data = write_decisions(match(new, old, used=used(old), decided=decided), header=HEADER, unseen={"u/objective/2"})
    assert data.decode() == (
        "# revision.txt against version 1\n"
        "[[match]]\n"
        'new = "u/objective/1/kpi/2"\n'
        'old = "u/objective/1/kpi/2"\n'
        'label = "Meetings in 2039!"\n'
        'how = "same place, similar text"\n'
        "confidence = 1.0\n"
        'decided = "asked"\n'
        "\n"
        "[[match]]\n"
        'new = "u/objective/2"\n'
        'old = ""\n'
        'label = "quorum!"\n'
        'how = "nothing like it before"\n'
        "confidence = 1.0\n"
        'decided = "accepted"\n'
    )


def test_a_file_of_no_decisions_is_read_too(plans: tuple[StatedPlan, StatedPlan]) -> None:
    new, old = plans
    data = write_decisions(match(old, old, used=used(old)), header=HEADER)
    assert data == b"# revision.txt against version 1\n"
    assert read_decisions(data, file="d.toml", new=new, old=old) == {}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('# decisions\n\n[[match]]\nnew = "u/objective/9"\nold = ""\n', 4),
        ('[[match]]\nnew = "u/objective/2"\nold = ""\n[[match]]\nold = "u/objective/8"\nnew = "u/objective/1"\n', 5),
        ('[[match]]\nnew = "u/objective/2"\nold = ""\n\n[[match]]\nnew = "u/objective/2"\nold = ""\n', 6),
        (
            '[[match]]\nnew="u/objective/1"\nold="u/objective/2"\n[[match]]\nnew="u/objective/2"\nold="u/objective/2"',
            6,
        ),
        ('\n[[match]]\nnew = "u/objective/2"\n', 2),
        ('[[match]]\nnew = "u/objective/2\n', 2),
        ('match = [{new = "u/objective/9", old = ""}]\n', None),
        ("match = 3\n", None),
    ],
    ids=["new", "old", "twice", "old twice", "no old", "no TOML", "in one line", "no table"],
)
def test_what_is_wrong_is_named_by_its_line(plans: tuple[StatedPlan, StatedPlan], text: str, line: int | None) -> None:
    new, old = plans
    with pytest.raises(SourceError) as raised:
        read_decisions(text.encode(), file="d.toml", new=new, old=old)
    assert raised.value.where is not None
    assert (raised.value.where.file, raised.value.where.line) == ("d.toml", line)
    assert raised.value.mend
