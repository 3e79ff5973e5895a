"""HTTP requests and the responses that are expected, as manifests state them (W3C HTTP Vocabulary in RDF)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from manifests import MF, RDF

if TYPE_CHECKING:
    from manifests import Case, Facts, Node

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
STATUSES = {
    "StatusCode2xx": range(200, 300),
    "StatusCode3xx": range(300, 400),
    "StatusCode4xx": range(400, 500),
    "OK": range(200, 201),
    "Created": range(201, 202),
    "NoContent": range(204, 205),
    "NotFound": range(404, 405),
}


@dataclass(frozen=True, slots=True)
class Message:
    """What a request and a response have in common; the names of headers are in lower case."""

    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what is expected of its response.

    ``format`` is "boolean", "tabular", "RDF" or None; ``boolean`` the answer to an ASK.
    """

    method: str
    path: str
    request: Message
    statuses: tuple[range, ...]
    format: str | None
    boolean: bool | None
    response: Message


def exchanges(case: Case) -> list[Exchange]:
    """The requests of a case, in their order."""
    facts = case.facts
    return [_exchange(facts, n) for n in facts.items(facts.one(case.node, f"{MF}action"), f"{HT}requests")]


def _exchange(facts: Facts, node: Node) -> Exchange:
    response = facts.one(node, f"{HT}resp")
    boolean = facts.text(response, f"{MF}expectedBoolean")
    return Exchange(
        method=facts.text(node, f"{HT}methodName"),
        path=facts.text(node, f"{HT}absolutePath"),
        request=_message(facts, node),
        statuses=tuple(STATUSES[s.value.rpartition("#")[2]] for s in facts.all(response, f"{MF}expectedStatus")),
        format=facts.text(response, f"{MF}expectedFormat"),
        boolean=None if boolean is None else boolean == "true",
        response=_message(facts, response),
    )


def _message(facts: Facts, node: Node) -> Message:
    headers = {
        facts.text(h, f"{HT}fieldName").lower(): facts.text(h, f"{HT}fieldValue")
        for h in facts.items(node, f"{HT}headers")
    }
    body = facts.one(node, f"{HT}body")
    if body is None:
        return Message(headers, b"")
    assert facts.text(body, f"{RDF}type") == f"{CNT}ContentAsText"
    return Message(headers, facts.text(body, f"{CNT}chars").encode(facts.text(body, f"{CNT}characterEncoding")))
