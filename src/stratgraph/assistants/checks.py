"""Who validates and reviews what an assistant sends: nothing of it is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from stratgraph.review.outputs import of_report, render
from stratgraph.settings import read_settings
from stratgraph.validation import Ruleset, validate_contents

if TYPE_CHECKING:
    from stratgraph.library import KnowledgeGraph


class Checks(Protocol):
    """Validates and reviews texts."""

    async def validated(self, text: str, name: str, context: Any) -> str:
        """The report of a validation, as text.

        Args:
            text: the plan.
            name: of a file; its ending says the format.
            context: of the tool's call.
        """

    async def reviewed(self, text: str, name: str, description: str, against: str, context: Any) -> str:
        """The report of a review against what is published, as text.

        Args:
            text: the plan.
            name: of a file; its ending says the format.
            description: the TOML that says what a text or StratML does not say of itself; empty for none.
            against: the number of the version to compare with, or the plan of the period before; empty for the newest.
            context: of the tool's call.
        """


class LocalChecks:
    """Checks in this process, for the one person whose assistant it is.

    Args:
        graph: that revisions are compared with.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph

    async def validated(self, text: str, name: str, context: Any) -> str:
        """See :class:`Checks`."""
        del context

        def report() -> str:
            found = validate_contents({name: text.encode()}, rules=Ruleset.of(read_settings()))
            return render(of_report(found, file=name), "markdown").decode()

        return await asyncio.to_thread(report)

    async def reviewed(self, text: str, name: str, description: str, against: str, context: Any) -> str:
        """See :class:`Checks`."""
        del context
        beside = description.encode() if description.strip() else None

        def report() -> str:
            done = self._graph.review(name, content=text.encode(), description=beside, against=against)
            return done.report("markdown").decode()

        return await asyncio.to_thread(report)
