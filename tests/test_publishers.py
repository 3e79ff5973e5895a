"""Organisations of any script have identifiers, and no plan becomes a version of somebody else's."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

import filled_workbook
import small_plan
from stratgraph.comparison import compare
from stratgraph.errors import NotFound, SourceError, UsageError
from stratgraph.formats import annex, rdf, stratml
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.plan_graph import to_statements
from stratgraph.settings import Settings
from stratgraph.store import memory_store
from stratgraph.store_contents import Act, contents, version_graphs
from stratgraph.terms import IDENTIFIERS

if TYPE_CHECKING:
    from stratgraph.statements import StatedPlan


def small(text: str) -> StatedPlan:
    """The small plan, from its text."""
    return to_statements(annex.read(text.encode(), file="plan.txt", max_bytes=100_000), file="plan.txt")


ACRONYM = "<Acronym>{}</Acronym>"


def plan(
    name: str = "", acronym: str = "", *, goal: str = "To serve", description: stratml.StratmlDescription | None = None
) -> StatedPlan:
    """A plan of the years 2020-2024, of an organisation that is called so; of none where it is called nothing."""
    called = (f"<Name>{name}</Name>" if name else "") + (ACRONYM.format(acronym) if acronym else "")
    organisation = f"<Organization>{called}</Organization>" if called else ""
    text = (
        '<StrategicPlan xml:lang="en"><Name>Plan</Name><StrategicPlanCore>'
        f"{organisation}<Mission><Description>To be</Description></Mission>"
        f"<Goal><Name>{goal}</Name><Objective><Name>{goal} well</Name></Objective></Goal></StrategicPlanCore>"
        "<AdministrativeInformation><StartDate>2020-01-01</StartDate><EndDate>2024-12-31</EndDate>"
        "</AdministrativeInformation></StrategicPlan>"
    )
    data = text.encode()
    return stratml.read(
        data, file="plan.xml", max_bytes=100_000, max_depth=20, max_nodes=1000, description=description
    )  # fmt: skip


def compared(former: StatedPlan, new: StatedPlan, against: int | None = None) -> int:
    """Which number a plan would get where another one is published already, whatever rules that one breaks."""
    act = Act(datetime(2030, 1, 2, tzinfo=UTC))
    with closing(memory_store(contents(None, version_graphs(former, 1, act)))) as store:
        return compare(store, new, against=against).number


@pytest.mark.parametrize("years", ["2030–2035", "2031–2034"])
def test_a_slip_in_the_years_of_a_title_makes_no_second_plan_in_silence(years: str) -> None:
    text = small_plan.revised_text()
    slip = text.replace("2030–2034", years, 1)
    assert slip != text
    former, new = small(text), small(slip)
    with pytest.raises(UsageError) as caught:
        compared(former, new)
    assert f"No version of <{IDENTIFIERS}agy/plan/{years.replace('–', '-')}> is published" in caught.value.what
    assert f"<{small_plan.PLAN}> of the same organisation" in caught.value.what
    assert caught.value.where is not None
    assert caught.value.where.line == slip[: slip.index(years)].count("\n") + 1
    assert "(against: 0)" in caught.value.mend
    assert compared(former, new, against=0) == 1
    with pytest.raises(NotFound, match="no version 0"):
        compared(former, former, against=0)


def test_a_next_plan_with_other_wordings_is_a_plan_of_its_own() -> None:
    following = stratml.read_description(b'plan = "next"', file="plan.toml")
    assert compared(plan("A"), plan("A", goal="To rule", description=following)) == 1
    with pytest.raises(UsageError, match="3 of the 3 wordings"):
        compared(plan("A"), plan("A", description=following))
    # Of another organisation it is no slip in a name.
    assert compared(plan("A"), plan("B", description=following)) == 1


@pytest.mark.parametrize(
    ("name", "acronym", "identifier"),
    [
        ("Всемирная организация здравоохранения", "", "vsemirnaya-organizatsiya-zdravookhraneniya"),
        ("Международный союз электросвязи", "МСЭ", "mse"),
        ("国际电信联盟", "国际电联", "guojidianlian"),
        ("AØT", "", "aot"),
        ("AÆT", "", "aaet"),
        ("Électricité du Nord", "", "electricite-du-nord"),
        ("A&amp;B", "", "a-b"),
        ("World Meteorological Organization", "WMO", "wmo"),
    ],
)
def test_an_organisation_has_an_identifier_in_any_script(name: str, acronym: str, identifier: str) -> None:
    read = plan(name, acronym)
    assert read.identifiers.plan_iri == f"{IDENTIFIERS}{identifier}/plan/2020-2024"
    told = [notice.what for notice in read.notices if "in identifiers" in notice.what]
    assert len(told) == (not (acronym or name).isascii())


def test_a_name_of_which_nothing_can_be_made_is_asked_about() -> None:
    with pytest.raises(SourceError, match="“—”") as caught:
        plan("—")
    assert caught.value.mend == 'Say how it is called there: organisation = "…" in its description, plan.toml.'
    described = stratml.read_description(b'organisation = "dash"', file="plan.toml")
    assert plan("—", description=described).identifiers.organisation == "dash"


@pytest.mark.parametrize(
    ("former", "new", "says"),
    [
        (("AOT", ""), ("AØT", ""), "The plan is of “AØT”, and <{}> in the store is of “AOT”."),
        (
            ("World Health Organization", "WHO"),
            ("Western Harbour Office", "WHO"),
            "is of “Western Harbour Office” / “WHO”",
        ),
        (("", ""), ("", ""), "The plan names no organisation, and neither does <{}> in the store."),
    ],
)
def test_a_plan_of_another_publisher_is_no_version_of_one_that_has_its_identifier(
    former: tuple[str, str], new: tuple[str, str], says: str
) -> None:
    first, second = plan(*former), plan(*new, goal="To sail")
    assert first.identifiers == second.identifiers
    with pytest.raises(UsageError) as caught:
        compared(first, second)
    assert says.format(first.identifiers.plan_iri) in caught.value.what
    assert "organisation in the description" in caught.value.mend
    assert "against 1" in caught.value.mend
    # Who says so knows that it is one: the organisation may be called otherwise now.
    assert compared(first, second, 1) == 2


@pytest.mark.parametrize(
    ("former", "new"),
    [
        (("World Health Organization", "WHO"), ("World  health organization", "WHO")),
        (("World Health Organization", "WHO"), ("", "WHO")),
        (("", "WHO"), ("World Health Organization", "WHO")),
    ],
)
def test_a_plan_of_the_same_publisher_is_the_next_version(former: tuple[str, str], new: tuple[str, str]) -> None:
    assert compared(plan(*former), plan(*new, goal="To sail")) == 2


def test_a_text_without_its_description_has_the_publisher_that_it_has_with_one() -> None:
    """The full name of the organisation stands in the description alone."""
    text = small_plan.SOURCE.read_bytes()
    described = annex.read_description(b'publisher = "The Agency of Springfield"', file="plan.toml")
    with_name, without = (
        to_statements(
            annex.read(text, file="other-plan.txt", max_bytes=100_000, description=one), file="other-plan.txt"
        )
        for one in (described, annex.read_description(b"", file="other-plan.toml"))
    )
    assert compared(with_name, without) == compared(without, with_name) == 2


def test_a_graph_with_the_identifier_of_another_publishers_plan_is_refused() -> None:
    """Somebody took another's file as a form, and changed everything in it but the plan's IRI."""
    data = (small_plan.SOURCE.parent / "small-plan.ttl").read_text("utf-8")
    assert data.count('"Agency"') >= 1
    first, second = (
        rdf.read(text.encode(), file="plan.ttl", max_bytes=100_000)
        for text in (data, data.replace('"Agency"', '"Bureau"'))
    )
    with pytest.raises(UsageError, match="The plan is of “Bureau”"):
        compared(first, second)


def test_vowel_signs_tell_two_publishers_apart() -> None:
    """The ministry of the army and one of gold, which differ in a sign of Devanagari that is no letter."""
    assert compared(plan("सेना मंत्रालय", "SM"), plan("सेना  मंत्रालय", "SM", goal="To sail")) == 2
    with pytest.raises(UsageError, match="The plan is of"):
        compared(plan("सेना मंत्रालय", "SM"), plan("सोना मंत्रालय", "SM"))


@pytest.mark.parametrize("name", ["plan.ttl", "plan.xlsx"])
def test_a_description_of_what_needs_none_is_refused_and_not_passed_over(name: str) -> None:
    is_workbook = name.endswith(".xlsx")
    turtle = small_plan.SOURCE.parent / "small-plan.ttl"
    data = filled_workbook.filled(filled_workbook.small()) if is_workbook else turtle.read_bytes()
    limits = Settings().part(ReadingLimits)
    assert read_revision(data, file=name, limits=limits, description=(b" ", "plan.toml")).statements
    with pytest.raises(UsageError, match="says itself what a description says"):
        read_revision(data, file=name, limits=limits, description=(b'profile = "results"', "plan.toml"))
