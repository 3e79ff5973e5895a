"""Writes queries.md, the reference of the example queries, from src/stratgraph/queries/examples/*.ttl.

Run from anywhere: ``python docs/reference/generate_queries.py``. ``tests/queries/test_example_queries.py`` compares the
page with a fresh run.
"""
# ruff: noqa: INP001 - a script beside the page that it writes, no package

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stratgraph.query import examples

if TYPE_CHECKING:
    from stratgraph.query import ExampleQuery

PAGE = Path(__file__).with_name("queries.md")

HEAD = """<!-- Generated from src/stratgraph/queries/examples/ by docs/reference/generate_queries.py; do not edit. -->

# Example queries

{count} questions to the graph. `stratgraph query NAME` asks one, `stratgraph query --list` lists them, and each text
here runs as it stands at any SPARQL endpoint that serves the graph. The default graph is the current view; questions
about provenance look into the named graphs ([model.md](model.md)).

A parameter stands in the text as a VALUES clause that holds its default, which is of ITU's plan. A store that
has only another plan [asks that one](../how-to/query.md#at-the-terminal) where a parameter is left out.

The files are RDF in the form of [sparql-examples](https://github.com/sib-swiss/sparql-examples).
`tests/queries/expected/` has the answer of each, taken from the text of the annex by hand, and where it is about links
from the tables of mappings.

"""


def render() -> str:
    """The page."""
    found = examples()
    rows = [["name", "question", "keywords"], ["---"] * 3]
    rows += [[f"[`{e.name}`](#{e.name})", e.title, ", ".join(e.keywords)] for e in found]
    table = "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n" for row in rows)
    return "".join([HEAD.format(count=len(found)), table, *map(entry, found)])


def entry(example: ExampleQuery) -> str:
    """What the table does not say of an example: description, parameters, text."""
    parameters = [f"- `{p.name}`, {p.kind}: {p.description} Default: `{p.default.value}`." for p in example.parameters]
    paragraphs = [f"\n## {example.name}", f"**{example.title}**", example.description]
    if parameters:
        paragraphs.append("\n".join(parameters))
    return "\n\n".join([*paragraphs, f"```sparql\n{example.text.strip()}\n```\n"])


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
