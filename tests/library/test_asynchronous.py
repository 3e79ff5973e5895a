"""On an event loop: questions beside each other, streams, and a question that ends with its task."""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import stratgraph
from stratgraph.errors import QuerySyntaxError, UsageError

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_questions_and_streams_over_http(address: str) -> None:
    async def ask() -> None:
        async with stratgraph.connect_async(address) as graph:
            one, other = await asyncio.gather(graph.query("SELECT (1 AS ?n) {}"), graph.ask("ASK {}"))
            assert (one[0].n, other) == (1, True)
            total = (await graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"))[0].n
            async with graph.stream("SELECT * WHERE { ?s ?p ?o }") as rows:
                assert len([row async for row in rows]) == total
            assert (await graph.run(graph.graph.plan)).version == 1
            with pytest.raises(QuerySyntaxError):
                await graph.query("SELECT")

    asyncio.run(ask())


def test_a_question_ends_with_its_task(graph: stratgraph.KnowledgeGraph) -> None:
    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(stratgraph.AsyncKnowledgeGraph(graph).query(ENDLESS), 0.5)

    began = time.monotonic()
    # The loop waits for its threads: were the question not taken back, it would last until the deadline of 30 s.
    asyncio.run(give_up())
    assert time.monotonic() - began < 20


def test_rows_that_are_streamed_stay_in_their_thread(graph: stratgraph.KnowledgeGraph) -> None:
    with graph.stream("SELECT * WHERE { ?s ?p ?o } LIMIT 2") as rows, ThreadPoolExecutor(1) as other:
        asked = other.submit(next, rows)
        assert isinstance(asked.exception(), UsageError)
        assert len(list(rows)) == 2


def test_a_stream_may_be_left_before_its_end(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Rows that went in another thread than theirs were an error of the engine, which no caller could catch.
    uncaught: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda error: uncaught.append(error.exc_value))

    async def leave() -> None:
        async with stratgraph.connect_async(address) as graph, graph.stream("SELECT * WHERE { ?s ?p ?o }") as rows:
            async for _ in rows:
                break

    asyncio.run(leave())
    assert not uncaught


def test_rows_are_streamed_within_their_with(graph: stratgraph.KnowledgeGraph) -> None:
    with graph.stream("SELECT * WHERE { ?s ?p ?o } LIMIT 2") as rows:
        next(rows)
    with pytest.raises(UsageError, match="which has ended"):
        next(rows)
