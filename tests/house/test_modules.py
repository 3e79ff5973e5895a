"""What the syntax trees of the shipped modules show: each fact has one home."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IRI = re.compile(r"\bhttps?://(?!127\.0\.0\.1|localhost)[\w.-]|\burn:[a-z0-9]+:", re.ASCII)
IRI_HOMES = ("src/stratgraph/terms.py", "src/stratgraph/identifiers.py")

# A VALUES clause is no query of its own: query.py writes it round a parameter.
SPARQL = re.compile(
    r"\b(?:SELECT|select)\s+(?:(?:DISTINCT|REDUCED|distinct|reduced)\s+)?[?$*(]"
    r"|\b(?:ASK|CONSTRUCT|WHERE|OPTIONAL|INSERT|DELETE|UNION|ask|construct|where|optional)\s*\{"
    r"|\bDESCRIBE\s+[<?$]|\bGRAPH\s+[<?$][^{]*\{|(?m:^\s*(?:PREFIX|prefix)\s+\w*:\s*<)"
)

MOST_LINES = 500
LONGER: dict[str, str] = {
    "src/stratgraph/terms.py": "A table of terms: the one home of every IRI, looked things up in and not read.",
    "src/stratgraph/library/queries.py": "Generated: a method for each documented query, with its documentation.",
}
"""Modules over that, each with its reason: one noun that is read in one sitting all the same."""


def docstrings(tree: ast.AST) -> set[ast.expr]:
    """Strings that stand as a statement of their own; they are read by people and run by nobody."""
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string that the program uses; of an f-string its fixed parts, joined by a space."""
    tree = ast.parse(source)
    seen: set[ast.AST] = {*docstrings(tree)}
    for node in ast.walk(tree):
        if node in seen:
            continue
        if isinstance(node, ast.JoinedStr):
            seen.update(node.values)
            parts = [part.value if isinstance(part, ast.Constant) else " " for part in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def vague_docstrings(source: str) -> list[int]:
    """Lines of the docstrings that say "likewise" in place of what they mean."""
    return [one.lineno for one in docstrings(ast.parse(source)) if "likewise" in str(one.value).lower()]


def offences(pattern: re.Pattern[str], source: str) -> list[int]:
    return [line for line, text in strings(source) if pattern.search(text)]


def places(top: Path, modules: tuple[Path, ...], pattern: re.Pattern[str], homes: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}:{line}"
        for path in modules
        if (name := path.relative_to(top).as_posix()) not in homes
        for line in offences(pattern, path.read_text("utf-8"))
    ]


def test_iris_are_written_in_terms_and_identifiers_only(top: Path, modules: tuple[Path, ...]) -> None:
    assert places(top, modules, IRI, IRI_HOMES) == []


def test_sparql_is_written_in_query_files_only(top: Path, modules: tuple[Path, ...]) -> None:
    assert places(top, modules, SPARQL) == []


def test_templates_and_scripts_hold_no_sparql(top: Path) -> None:
    files = [path for name in ("templates", "static") for path in (top / "api" / "stratgraph_api" / name).rglob("*.*")]
    texts = {path.name: path.read_text("utf-8") for path in files if path.suffix in {".html", ".js"}}
    del texts["editor.js"]  # which has the grammar of SPARQL, and offers a query to begin with
    assert [name for name, text in texts.items() if SPARQL.search(text)] == []


@pytest.mark.parametrize(
    "source",
    [
        "x = 'https://example.org/a'",
        "x = f'https://example.org/{y}'",
        "call('see <http://www.w3.org/ns/prov#Entity>')",
        "x = 'urn:uuid:1'",
    ],
)
def test_an_iri_in_a_string_is_seen(source: str) -> None:
    assert offences(IRI, source) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "x = 'SELECT ?s WHERE { ?s ?p ?o }'",
        "x = 'select * {?s ?p ?o}'",
        "x = f'SELECT DISTINCT ?s WHERE {{ ?s a <{y}> }}'",
        "x = f'SELECT (COUNT(*) AS ?n) WHERE {{ {y} }}'",
        "x = 'ASK { ?s ?p ?o }'",
        "x = 'CONSTRUCT { ?s ?p ?o }'",
        "x = f'DESCRIBE <{y}>'",
        "x = 'PREFIX sg: <x>'",
        "x = f'GRAPH <{y}> {{'",
    ],
)
def test_sparql_in_a_string_is_seen(source: str) -> None:
    assert offences(SPARQL, source) == [1]


@pytest.mark.parametrize(
    "source",
    [
        '"""See <https://example.org/>: SELECT ?s WHERE { ?s ?p ?o }."""',
        'def f():\n    """ASK { ?s ?p ?o } at https://example.org/."""',
        'class A:\n    x = 1\n    """From https://example.org/."""',
        "# https://example.org/",
        "x = 'SELECT and ASK are answered as JSON'",
        "x = f'http://{host}:{port}'",
        "x = 'http'",
    ],
)
def test_docstrings_comments_and_prose_are_free(source: str) -> None:
    assert offences(IRI, source) == offences(SPARQL, source) == []


def test_every_docstring_says_itself_what_it_says(top: Path, modules: tuple[Path, ...]) -> None:
    found = {path.relative_to(top).as_posix(): vague_docstrings(path.read_text("utf-8")) for path in modules}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_docstring_that_says_likewise_is_seen() -> None:
    assert vague_docstrings('def f():\n    """Likewise."""\n\n\nx = 1  # likewise') == [2]


def test_a_module_is_read_in_one_sitting(top: Path, modules: tuple[Path, ...]) -> None:
    lengths = {path.relative_to(top).as_posix(): len(path.read_text("utf-8").splitlines()) for path in modules}
    assert {name for name, lines in lengths.items() if lines > MOST_LINES} == set(LONGER)


def test_imports_are_of_packages_that_running_installs(top: Path, modules: tuple[Path, ...]) -> None:
    lock = (top / "requirements" / "runtime.txt").read_text("utf-8")
    locked = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    distributions = {
        package: {normal(name) for name in names}
        for package, names in importlib.metadata.packages_distributions().items()
    }
    strangers = {
        (path.relative_to(top).as_posix(), package)
        for path in modules
        for package in imported(ast.parse(path.read_text("utf-8")))
        if package not in {*sys.stdlib_module_names, "stratgraph", "stratgraph_api"}
        and not distributions.get(package, set()) & locked
    }
    assert strangers == OF_EXTRAS


OF_EXTRAS = {
    ("src/stratgraph/links/sssom.py", "sssom"),
    ("src/stratgraph/tabular.py", "pyarrow"),
    ("src/stratgraph/assistants/__init__.py", "mcp"),
    ("src/stratgraph/assistants/server.py", "mcp"),
    ("src/stratgraph/assistants/server.py", "mcp_types"),
    ("api/stratgraph_api/doors/assistants.py", "mcp"),
    ("src/stratgraph/library/rows.py", "pyarrow"),
    ("src/stratgraph/library/rows.py", "pandas"),
    ("src/stratgraph/library/rows.py", "polars"),
}
"""Imports of what an extra of the wheel installs; the module says so where it is missing."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
