"""The protocol's own client asks the command on its standard input: tools, answers with places, errors that mend."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

import stratgraph
from program import PROGRAM
from stratgraph.assistants import LocalChecks, Tools, assistant_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

PLAN = Path(__file__).parents[2] / "data/plans/itu-2012-2015.ttl"
TOOLS = {
    "outline", "find", "element", "evidence", "compare", "validate", "review", "documented_queries",
    "documented_query", "sparql",
}  # fmt: skip


@pytest.fixture(scope="module")
def graph(linked_folder: Path) -> Iterator[stratgraph.KnowledgeGraph]:
    with stratgraph.open(linked_folder) as found:
        yield found


@asynccontextmanager
async def client(graph: stratgraph.KnowledgeGraph) -> AsyncIterator[Client]:
    async with Client(assistant_server(lambda _: graph, LocalChecks(graph))) as found:
        yield found


def told(graph: stratgraph.KnowledgeGraph, tool: str, **arguments: Any) -> tuple[bool, str]:
    """What a tool answers, and whether it is an error."""

    async def ask() -> tuple[bool, str]:
        async with client(graph) as asked:
            answer = await asked.call_tool(tool, arguments)
            (content,) = answer.content
            return bool(answer.is_error), content.text

    return asyncio.run(ask())


def test_the_command_speaks_on_standard_input(linked_folder: Path) -> None:
    async def ask() -> None:
        given = StdioServerParameters(
            command=str(PROGRAM), args=["mcp", "--store", str(linked_folder)], env=dict(os.environ)
        )
        async with Client(stdio_client(given)) as asked:
            tools = (await asked.list_tools()).tools
            assert {tool.name for tool in tools} == TOOLS
            assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
            assert all(tool.description for tool in tools)
            answer = await asked.call_tool("element", {"place": "itu-d/objective/3/kpi/1"})
            assert "Increased confidence in cybersecurity" in answer.content[0].text

    asyncio.run(ask())


def test_an_element_has_its_words_place_and_links(graph: stratgraph.KnowledgeGraph) -> None:
    is_error, text = told(graph, "element", place="itu-d/objective/3")
    assert not is_error
    assert "line 348" in text
    assert "To foster the development of strategies to enhance the deployment" in text
    assert "`itu-d/goal`" in text
    assert "SDG 17.8.1" in text
    assert len(text) < 6_000


def test_evidence_is_in_the_words_of_the_annex(graph: stratgraph.KnowledgeGraph) -> None:
    _, text = told(graph, "evidence", place="itu-d/objective/3", statement="sg:contributesTo")
    # Table 8.1: the row of ITU-D's Objective 3.
    assert "line 529" in text
    is_error, text = told(graph, "evidence", place="itu-d/objective/3", statement="sg:measures")
    assert is_error
    assert "It has rdf:type" in text


def test_words_lead_to_places(graph: stratgraph.KnowledgeGraph) -> None:
    _, text = told(graph, "find", words="cybersecurity", kind="sg:KPI")
    assert text.startswith("2 things found.")
    assert "/itu-d/objective/3/kpi/1>, line 412" in text


def test_words_of_a_workbook_lead_to_its_cells(typed_store: Path) -> None:
    with stratgraph.open(typed_store) as found:
        assert "/kpi/1>, sheet KPIs, cell E2" in told(found, "find", words="visits site")[1]


def test_an_outline_is_short_and_counts_what_belongs(graph: stratgraph.KnowledgeGraph) -> None:
    _, text = told(graph, "outline")
    assert "21 sg:Objective" in text
    assert "`itu-d/objective/5` Objective 5" in text
    assert len(text) < 8_000


def test_questions_are_documented_or_ones_own(graph: stratgraph.KnowledgeGraph) -> None:
    _, text = told(graph, "documented_queries", words="indicators objective order")
    assert "`kpis-of-objective`" in text
    _, text = told(graph, "documented_query", name="kpis-of-objective", parameters={"objective": "itu-d/objective/3"})
    assert text.splitlines()[2].endswith("| Increased confidence in cybersecurity |")
    assert told(graph, "documented_query", name="any-objective-without-kpi") == (False, "no")
    _, text = told(graph, "sparql", query="SELECT ?s WHERE { ?s ?p ?o }")
    assert len(text.splitlines()) == 53
    assert text.endswith("LIMIT and OFFSET.")
    sg = "PREFIX sg: <https://w3id.org/stratgraph/ontology#> "
    assert "Did you mean sg:Goal?" in told(graph, "sparql", query=f"{sg}SELECT * {{ ?s a sg:Goals }}")[1]
    assert told(graph, "sparql", query=f"{sg}CONSTRUCT WHERE {{ ?s a sg:Goals }}") == (False, "No triples.")
    assert len(told(graph, "sparql", query=f"{sg}CONSTRUCT WHERE {{ ?s a sg:Goal }}")[1].splitlines()) == 4
    is_error, text = told(graph, "sparql", query="SELECT * { ?s ?p ?o")
    assert is_error
    assert text.endswith("Add } at the end.")
    is_error, text = told(graph, "documented_query", name="kpi-of-objective")
    assert is_error
    assert text.endswith("Did you mean kpis-of-objective?")


def test_texts_are_validated_and_reviewed(graph: stratgraph.KnowledgeGraph) -> None:
    plan = PLAN.read_text("utf-8")
    changed = plan.replace(
        "sg:contributesTo <itu/plan/2012-2015/itu-d/goal>", "sg:contributesTo <itu/plan/2012-2015/itu-t/goal>", 1
    )
    assert changed != plan
    _, text = told(graph, "review", text=changed)
    assert "ObjectiveContributesToOwnGoal" in text
    assert "plan.ttl:" in text
    _, text = told(graph, "validate", text=changed)
    assert "ObjectiveContributesToOwnGoal" in text
    is_error, text = told(graph, "review", text="@prefix a <b>", name="x.ttl")
    assert is_error
    assert text.startswith("Error executing tool review: x.ttl, line 1, column 9:")
    is_error, text = told(graph, "validate", text="...", name="plan.txt")
    assert is_error
    assert "Give it to review, which makes statements of it and checks them" in text


def test_versions_are_compared(revised_site: Path) -> None:
    with stratgraph.open(revised_site) as graph:
        told_of = Tools(graph).compare(1, 2)
    # tests/data/revision/edits.toml: an indicator is removed, a result is reworded, an output moves.
    assert "- removed: Key performance indicator" in told_of or "- removed: key performance indicator" in told_of
    assert "gs/objective/6/kpi/5" in told_of
    assert "gs/objective/4/result/4" in told_of


def test_a_text_is_reviewed_with_the_description_that_it_needs(small_store: Path) -> None:
    folder = Path(__file__).parents[1] / "data"
    text = (folder / "other-plan-fr.txt").read_text("utf-8")
    description = (folder / "other-plan-fr.toml").read_text("utf-8")
    with stratgraph.open(small_store) as graph:
        is_error, alone = told(graph, "review", text=text, name="plan.txt")
        assert is_error
        assert "description" in alone
        assert "--" not in alone
        is_error, review = told(graph, "review", text=text, name="plan.txt", description=description)
        assert not is_error
        assert "59 changes" in review
        is_error, broken = told(graph, "review", text=text, name="plan.txt", description="language =")
        assert is_error
        assert "plan.toml: The file is not TOML" in broken
