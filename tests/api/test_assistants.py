"""Assistants over HTTP: the protocol's own client, a real server; nothing is there unless the operator turns it on."""

import asyncio

import httpx
import pytest
from mcp.client import Client

from stratgraph.settings import Settings
from stratgraph_api.app import create_app


@pytest.fixture(scope="module")
def door(small_store, serve):
    with serve(create_app(Settings(store=str(small_store), mcp=True))) as address:
        yield f"{address}/mcp"


def told(door, tool, **arguments):
    async def ask():
        async with Client(door) as asked:
            answer = await asked.call_tool(tool, arguments)
            return bool(answer.is_error), answer.content[0].text

    return asyncio.run(ask())


def test_tools_answer_over_http(door):
    is_error, text = told(door, "outline")
    assert (is_error, "Strategic plan of the Agency" in text) == (False, True)
    assert told(door, "sparql", query="SELECT (1 AS ?n) {}") == (False, "| n |\n| --- |\n| 1 |")
    is_error, text = told(door, "sparql", query="SELECT")
    assert is_error
    assert "The query ends too early" in text


def test_what_is_sent_is_checked_in_the_processes_for_it(door):
    is_error, text = told(door, "review", text="@prefix a <b>", name="x.ttl")
    assert is_error
    assert "x.ttl, line 1, column 9" in text
    is_error, text = told(door, "validate", text="<http://example.org/a> a <http://example.org/B> .", name="x.ttl")
    assert is_error
    assert "plan" in text


def test_it_is_off_unless_it_is_turned_on(client):
    assert client.post("/mcp", json={}).status_code == httpx.codes.NOT_FOUND
