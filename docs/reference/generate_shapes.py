"""Writes shapes.md, the reference of the rules, from the files in shapes/.

Run from anywhere: ``python docs/reference/generate_shapes.py``. ``tests/shapes/test_shapes.py`` compares the page with
a fresh run.
"""
# ruff: noqa: INP001 - a script beside the page that it writes, no package

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.profiles import profiles
from stratgraph.review.fixes import fix_description, fix_names
from stratgraph.terms import SHAPES_NS, shortened
from stratgraph.validation.rules import LINK_SETS, SHAPE_SETS, TRANSITION_SETS, VOCABULARY_SETS, load_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

from stratgraph.validation.rules import Rule

PAGE = Path(__file__).with_name("shapes.md")

HEAD = """<!-- Generated from shapes/*.ttl by docs/reference/generate_shapes.py; do not edit. -->

# The shapes: what a sound plan is

`stratgraph validate FILE…` holds a plan against these rules. A **Violation** stops a publication, a **Warning** does
not. Each rule is a SHACL shape with the IRI `{namespace}NAME`; a finding names it, with the element,
the value, the place, and how to mend it.

Which sets hold for a plan says its **profile**, which it names by `dcterms:conformsTo`; which one holds for a plan that
names none is the setting `profile`. A house can add rules of its own, and lower or raise these
([which rules hold](../how-to/choose-rules.md)).

{profiles}
The set `transition` holds between a version and the one before it, which
`stratgraph review` and `stratgraph publish` compare. The set `links` is for mappings of elements to other vocabularies,
which `stratgraph links check` holds against it ([links.md](links.md)). The set `skos` is for vocabularies, which
`stratgraph import vocabulary` holds against it; of it only SKOS's own integrity conditions are Violations. The set
`ontology` is for the project's own ontology and shapes.

The shapes look at asserted data and need beside it the `rdfs:subClassOf` triples of `ontology/stratgraph.ttl`
(`stratgraph validate` adds them; for another SHACL tool, put them into the data graph, and infer nothing).
`shapes/prefixes.ttl` goes with every set.

## What a program mends

Where a plan leaves one possibility only, `--fix` writes it; a rule with such a fix says so below. A fix is a query,
`src/stratgraph/queries/fix-NAME.rq`, that says which statements to remove and to add; `sg:fix` on the shape names it.
It mends some breaches of its rule and leaves those in which somebody has to decide: a missing language, but not a
second text.

| fix | what it does | rules |
| --- | --- | --- |
{fixes}
## Rules between two versions

The data graph of the set `transition` is the new version's asserted triples and, beside them, what the former version
said: `sg:typeBefore`, `sg:unitBefore` and `sg:labelBefore` of its elements, `sg:withdrawnBefore` and `sg:labelBefore`
of those that it had withdrawn, `sg:publisherBefore`, `sg:startYearBefore` and `sg:endYearBefore` of the plan, and of
what it said in several languages its text and title in each, `sg:textBefore` and `sg:titleBefore`. An
element that is dropped leaves a **tombstone** in the new version: `owl:deprecated true`, its last `rdfs:label`, perhaps
`dcterms:isReplacedBy`, and nothing else. Tombstones stay in all later versions, and the other sets pass them by.

## The examples

Each rule has an example that keeps it and one that breaks it, and no other: `tests/shapes/NAME/pass.ttl` and
`fail.ttl`. They are short because they are read over `tests/shapes/base.ttl`, a small sound plan: **what an example
describes replaces the description there**; what it does not mention stays. (The examples of the sets `skos` and
`ontology` stand alone.) So the subjects of a `fail.ttl` are all that differs from a sound plan.
"""

SETS = {
    "required": "what any plan must meet",
    "recommended": "good practice",
    "vocabulary": "which terms may stand where",
    "results": "what results-based management asks",
    "itu": "this plan family's own rules",
    "transition": "what holds between two versions",
    "links": "what holds of mappings to other vocabularies",
    "skos": "what a sound vocabulary is",
    "ontology": "for the project's own ontology and shapes",
}


def render() -> str:
    """The page."""
    head = HEAD.format(namespace=SHAPES_NS, fixes="".join(_fixes()), profiles="".join(_profiles()))
    return "".join([head, *_tables(), "\n## Each rule\n", *_entries()])


def _profiles() -> Iterator[str]:
    yield "| profile | version | what it asks | its sets |\n| --- | --- | --- | --- |\n"
    for one in profiles().values():
        sets = ", ".join(f"`{name}`" for name in SHAPE_SETS if name in one.sets)
        yield f"| `{one.name}` | {one.version} | {one.description} | {sets} |\n"


def _rules(name: str) -> tuple[Rule, ...]:
    return tuple(load_shapes((name,)).rules.values())


def _fixes() -> Iterator[str]:
    rules = [rule for sets in (SHAPE_SETS, TRANSITION_SETS) for rule in load_shapes(sets).rules.values()]
    for name in fix_names():
        links = (f"[`{rule.name}`](#{rule.name.lower()})" for rule in rules if name in rule.fixes)
        yield f"| `{name}` | {fix_description(name)} | {', '.join(links)} |\n"


def _tables() -> Iterator[str]:
    for name in (*SHAPE_SETS, *TRANSITION_SETS, *LINK_SETS, *VOCABULARY_SETS, "ontology"):
        yield f"\n## {name}: {SETS[name]}\n\n| rule | severity | what holds where it is met |\n| --- | --- | --- |\n"
        for rule in _rules(name):
            yield f"| [`{rule.name}`](#{rule.name.lower()}) | {rule.severity} | {rule.label} |\n"


def _entries() -> Iterator[str]:
    for name in (*SHAPE_SETS, *TRANSITION_SETS, *LINK_SETS, *VOCABULARY_SETS, "ontology"):
        for rule in _rules(name):
            source = f" See <{rule.source}>." if rule.source else ""
            path = f" Path: `{_short_path(rule.path)}`." if rule.path else ""
            folder = f"../../tests/shapes/{rule.name}"
            yield (
                f"\n### {rule.name}\n\n{rule.severity}, in `shapes/{name}.ttl`. {rule.label}.{path}\n\n"
                f"- Message: {rule.message}\n- Mend: {rule.mend}\n{''.join(_mended(rule))}"
                f"- Reason: {rule.explanation}{source}\n"
                f"- Examples: [keeps it]({folder}/pass.ttl), [breaks it]({folder}/fail.ttl)\n"
            )


def _mended(rule: Rule) -> Iterator[str]:
    for name in rule.fixes:
        yield f"- Mended by `--fix`: {fix_description(name)}\n"


def _short_path(path: str) -> str:
    return shortened(path.replace("<", "").replace(">", ""))


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
