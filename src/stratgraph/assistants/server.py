"""The server of the Model Context Protocol: which tools there are, and what they say of themselves."""

# No "from __future__ import annotations": the SDK reads the annotations of the tools, some of which are made here.

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from stratgraph.assistants.checks import Checks
from stratgraph.assistants.tools import Tools
from stratgraph.briefing import traps
from stratgraph.errors import StratgraphError
from stratgraph.library import KnowledgeGraph
from stratgraph.terms import PREFIXES
from stratgraph.version import __version__

_BEGIN: Final = f"""\
Published strategic plans as a knowledge graph, with the place in the source behind every statement.
Begin with `outline` or `find`; `element` has an element's words and links, `evidence` the words of the source. Cite
the place that an answer gives. `documented_queries` lists questions with tested answers: ask one of them before you
write SPARQL. Nothing here changes the graph: `validate` and `review` keep nothing of what they are given.
In SPARQL: PREFIX sg: <{PREFIXES["sg"]}>. Where figures mislead:"""

_READS: Final = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
_MOST_REPORT: Final = 20_000

Call = Context[Any, Any]
PlanName = Annotated[str, Field(description="IRI of the plan, or what follows /id/ there; empty for the only one.")]
Number = Annotated[int | None, Field(description="Number of the version; null for the one in force.")]
Place = Annotated[str, Field(description="Place in the plan, such as itu-d/objective/3, or IRI.")]
FileText = Annotated[str, Field(description="The plan's whole text.")]


def made(graph_of: Callable[[Any], KnowledgeGraph], checks: Checks) -> MCPServer[Any]:
    """The server; arguments as of :func:`stratgraph.assistants.assistant_server`."""
    server: MCPServer[Any] = MCPServer(
        "stratgraph", instructions=_instructions(), version=__version__, log_level="WARNING", subscriptions=False
    )
    door = _Door(graph_of, checks)
    for name, tool in vars(_Door).items():
        if not name.startswith("_"):
            server.add_tool(tool.__get__(door), structured_output=False, annotations=_READS)
    return server


def _instructions() -> str:
    return "\n".join([_BEGIN, *(f"- {trap.title}: {trap.text}" for trap in traps())])


class _Door:
    """Each public method is a tool: its docstring and annotations are what an assistant reads of it."""

    def __init__(self, graph_of: Callable[[Any], KnowledgeGraph], checks: Checks) -> None:
        self._graph_of = graph_of
        self._checks = checks

    async def outline(self, call: Call, plan: PlanName = "", version: Number = None) -> str:
        """A plan from above: missions, goals and objectives by unit, with how much belongs to each. Begin here."""
        return await self._told(call, lambda tools: tools.outline(plan, version))

    async def find(
        self,
        call: Call,
        words: Annotated[str, Field(description="In any language and word form; phrases in quotation marks; codes.")],
        kind: Annotated[str, Field(description="Only of this class: sg:Objective, sg:KPI, sg:Output …")] = "",
        unit: Annotated[str, Field(description="Only of this unit, by its IRI.")] = "",
    ) -> str:
        """Things whose texts, labels or codes have all these words, in their context, with the line of the source."""
        return await self._told(call, lambda tools: tools.find(words, kind, unit))

    async def element(self, call: Call, place: Place, plan: PlanName = "", version: Number = None) -> str:
        """An element in full: its words and their place, what it belongs to, what belongs to it, values, links."""
        return await self._told(call, lambda tools: tools.element(place, plan, version))

    async def evidence(
        self,
        call: Call,
        place: Place,
        statement: Annotated[str, Field(description="Only of this property: sg:contributesTo; empty for all.")] = "",
        plan: PlanName = "",
        version: Number = None,
    ) -> str:
        """The very words of the source that the statements of an element rest on, with line and column."""
        return await self._told(call, lambda tools: tools.evidence(place, statement, plan, version))

    async def compare(
        self,
        call: Call,
        before: Annotated[int, Field(description="Number of the one version.")],
        after: Annotated[int, Field(description="Number of the other.")],
        plan: PlanName = "",
    ) -> str:
        """What changed from one version of a plan to another, element by element."""
        return await self._told(call, lambda tools: tools.compare(before, after, plan))

    async def validate(
        self,
        call: Call,
        text: FileText,
        name: Annotated[str, Field(description="A file's name; its ending says the format of RDF.")] = "plan.ttl",
    ) -> str:
        """Holds a plan in RDF against the rules: each breach with its place, the rule, and how to mend it."""
        return await _reported(self._checks.validated(text, name, call))

    async def review(
        self,
        call: Call,
        text: FileText,
        name: Annotated[str, Field(description="A file's name: plan.ttl, plan.xml (StratML), plan.txt …")] = "plan.ttl",
        description: Annotated[
            str, Field(description="The TOML that a plain text or StratML has beside it: language, title, years …")
        ] = "",
        against: Annotated[
            str, Field(description="Version to compare with; 0 for a new plan; or the plan of the period before.")
        ] = "",
    ) -> str:
        """Compares a revised plan with the published one: what changed, which rules it breaks, what follows."""
        return await _reported(self._checks.reviewed(text, name, description, against, call))

    async def documented_queries(
        self,
        call: Call,
        words: Annotated[
            str, Field(description="That its name, title, description or keywords have; all if empty.")
        ] = "",
    ) -> str:
        """The documented queries, whose answers are tested: names, what they answer, parameters."""
        return await self._told(call, lambda tools: tools.documented_queries(words))

    async def documented_query(
        self,
        call: Call,
        name: Annotated[str, Field(description="As documented_queries lists it.")],
        parameters: Annotated[
            dict[str, str] | None, Field(description="By name; things as IRIs or places. Others keep their defaults.")
        ] = None,
    ) -> str:
        """The answer to a documented query, its first fifty rows."""
        return await self._told(call, lambda tools: tools.documented_query(name, parameters or {}))

    async def sparql(
        self, call: Call, query: Annotated[str, Field(description="SPARQL 1.1, with its prefixes.")]
    ) -> str:
        """The answer to a query of your own, its first fifty rows; where it is empty, why. Use it last."""
        return await self._told(call, lambda tools: tools.sparql(query))

    async def _told(self, call: Call, ask: Callable[[Tools], str]) -> str:
        try:
            return await asyncio.to_thread(lambda: ask(Tools(self._graph_of(call))))
        except StratgraphError as error:
            raise ToolError(str(error)) from error


async def _reported(report: Awaitable[str]) -> str:
    try:
        found = await report
    except StratgraphError as error:
        raise ToolError(str(error)) from error
    rest = len(found) - _MOST_REPORT
    return found if rest <= 0 else f"{found[:_MOST_REPORT]}\n… {rest:,} more characters: mend these first."
