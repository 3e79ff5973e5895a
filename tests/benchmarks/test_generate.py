"""The plans that the benchmarks run on are plans: valid, of the documented size, the same from the same seed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from stratgraph.reasoning import entailments
from stratgraph.validation import validate_graph

TOP = Path(__file__).parents[2]
FILE = TOP / "benchmarks/generate.py"
PLAN = "https://w3id.org/stratgraph/id/org-000007/plan/2024-2029"

spec = importlib.util.spec_from_file_location("benchmarks_generate", FILE)
assert spec
assert spec.loader
generate = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = generate  # dataclasses look their module up
spec.loader.exec_module(generate)


def quads_of(text: str) -> list[Quad]:
    return list(parse(text.encode(), format=RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def asserted() -> list[Quad]:
    return quads_of(generate.plan_lines(7, "asserted"))


def test_a_generated_plan_conforms_without_a_warning(asserted: list[Quad]) -> None:
    report = validate_graph(asserted)
    assert report.plans == (PLAN,)
    assert report.findings == ()


def test_plans_have_some_2500_asserted_triples() -> None:
    sizes = [len(quads_of(generate.plan_lines(number, "asserted"))) for number in range(1, 13)]
    assert 2400 < sum(sizes) / len(sizes) < 2600
    assert len(set(sizes)) > 6


def test_the_published_layout_is_what_a_publication_writes_without_provenance(asserted: list[Quad]) -> None:
    published = quads_of(generate.plan_lines(7))
    named = {quad.triple for quad in published if quad.graph_name == NamedNode(f"{PLAN}/version/1")}
    current = {quad.triple for quad in published if quad.graph_name == DefaultGraph()}
    assert len(named) + len(current) == len(published)
    assert named == {quad.triple for quad in asserted}
    assert current == named | set(entailments(asserted))
    assert set(quads_of(generate.plan_lines(7, "current"))) == {Quad(*triple) for triple in current}


def test_plans_differ_and_share_nothing_of_their_own(asserted: list[Quad]) -> None:
    other = quads_of(generate.plan_lines(8, "asserted"))
    assert {quad.subject for quad in asserted} & {quad.subject for quad in other} == set()
    # The same mould, other words.
    words = [{q.object.value for q in quads_of(generate.plan_lines(n, "asserted"))} for n in (7, 7 + 12)]
    assert len(words[0] ^ words[1]) > 100


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.nq", "b.nq", "c.nq")]
    for file, seed, hash_seed in zip(files, ("1", "1", "2"), ("1", "2", "1"), strict=True):
        subprocess.run(
            [sys.executable, str(FILE), "2", str(file), "--seed", seed],
            check=True,
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(TOP / "src")},
        )
    first, again, other = (file.read_bytes() for file in files)
    assert first == again
    assert first != other
