"""Writes shapes.md, the reference of the rules, from the files in shapes/.

Run from anywhere: ``python docs/reference/generate_shapes.py``. ``tests/shapes/test_shapes.py`` compares the page with
a fresh run.
"""
# ruff: noqa: INP001 - a script beside the page that it writes, no package

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.terms import SHAPES_NS
from stratgraph.validation.outputs.as_table import short
from stratgraph.validation.rules import SHAPE_SETS, load_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.validation.rules import Rule

PAGE = Path(__file__).with_name("shapes.md")

HEAD = """<!-- Generated from shapes/*.ttl by docs/reference/generate_shapes.py; do not edit. -->

# The shapes: what a sound plan is

`stratgraph validate FILE…` holds a plan against these rules. A **Violation** stops a publication, a **Warning** does
not. Each rule is a SHACL shape with the IRI `{namespace}NAME`; a finding names it, with the element,
the value, the place, and how to mend it.

The sets `required`, `recommended`, `vocabulary` and `itu` are all used unless you choose some of them; a plan of
another organisation would leave out `itu`. The set `ontology` is for the project's own ontology and shapes.

The shapes look at asserted data and need beside it the `rdfs:subClassOf` triples of `ontology/stratgraph.ttl`
(`stratgraph validate` adds them; for another SHACL tool, put them into the data graph, and infer nothing).
`shapes/prefixes.ttl` goes with every set.

## The examples

Each rule has an example that keeps it and one that breaks it, and no other: `tests/shapes/NAME/pass.ttl` and
`fail.ttl`. They are short because they are read over `tests/shapes/base.ttl`, a small sound plan: **what an example
describes replaces the description there**; what it does not mention stays. (The examples of the set `ontology` stand
alone.) So the subjects of a `fail.ttl` are all that differs from a sound plan.
"""

SETS = {
    "required": "what any plan must meet",
    "recommended": "good practice",
    "vocabulary": "which terms may stand where",
    "itu": "this plan family's own rules",
    "ontology": "for the project's own ontology and shapes",
}


def render() -> str:
    """The page."""
    return "".join([HEAD.format(namespace=SHAPES_NS), *_tables(), "\n## Each rule\n", *_entries()])


def _rules(name: str) -> tuple[Rule, ...]:
    return tuple(load_shapes((name,)).rules.values())


def _tables() -> Iterator[str]:
    for name in (*SHAPE_SETS, "ontology"):
        yield f"\n## {name}: {SETS[name]}\n\n| rule | severity | what holds where it is met |\n| --- | --- | --- |\n"
        for rule in _rules(name):
            yield f"| [`{rule.name}`](#{rule.name.lower()}) | {rule.severity} | {rule.label} |\n"


def _entries() -> Iterator[str]:
    for name in (*SHAPE_SETS, "ontology"):
        for rule in _rules(name):
            source = f" See <{rule.source}>." if rule.source else ""
            path = f" Path: `{_short_path(rule.path)}`." if rule.path else ""
            folder = f"../../tests/shapes/{rule.name}"
            yield (
                f"\n### {rule.name}\n\n{rule.severity}, in `shapes/{name}.ttl`. {rule.label}.{path}\n\n"
                f"- Message: {rule.message}\n- Mend: {rule.mend}\n- Reason: {rule.explanation}{source}\n"
                f"- Examples: [keeps it]({folder}/pass.ttl), [breaks it]({folder}/fail.ttl)\n"
            )


def _short_path(path: str) -> str:
    if "<" not in path:
        return short(path)
    return "".join(short(piece) for piece in path.replace("<", "\n").replace(">", "\n").split("\n"))


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
