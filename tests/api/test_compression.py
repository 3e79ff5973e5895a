"""Answers are compressed by Accept-Encoding (RFC 9110, section 12.5.3), and kept for whoever asks again."""

from __future__ import annotations

import gzip

import brotli
import httpx
import pytest
import zstandard

QUERY = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


def raw(address: str, encoding: str, **headers: str) -> tuple[httpx.Headers, bytes]:
    with httpx.stream(
        "GET", f"{address}/sparql", params={"query": QUERY}, headers={"Accept-Encoding": encoding, **headers}
    ) as answer:
        return answer.headers, b"".join(answer.iter_raw())


@pytest.mark.parametrize("encoding", DECODERS)
@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"])
def test_an_answer_is_compressed_as_the_client_accepts(address: str, encoding: str, accept: str) -> None:
    plain_headers, plain = raw(address, "identity", Accept=accept)
    headers, body = raw(address, encoding, Accept=accept)
    assert "content-encoding" not in plain_headers
    assert headers["content-encoding"] == encoding
    assert "accept-encoding" in headers["vary"].lower()
    assert len(body) < len(plain)
    assert DECODERS[encoding](body) == plain
    assert headers["etag"] == plain_headers["etag"]


def test_what_the_client_refuses_is_not_used(address: str) -> None:
    headers, _ = raw(address, "gzip;q=0, br;q=0, zstd;q=0")
    assert "content-encoding" not in headers


def test_a_small_answer_is_not_worth_it(address: str) -> None:
    answer = httpx.get(f"{address}/sparql", params={"query": "ASK {}"}, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_an_answer_that_is_asked_for_again_is_the_same(address: str) -> None:
    first = httpx.get(f"{address}/sparql", params={"query": QUERY})
    again = httpx.get(f"{address}/sparql", params={"query": QUERY})
    other = httpx.get(f"{address}/sparql", params={"query": QUERY}, headers={"Accept": "text/csv"})
    assert first.content == again.content != other.content
    assert other.headers["content-type"].startswith("text/csv")
