"""What the documentation names is there: pages, their places, files, settings, commands, forms, code to start from."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
import typer.main

from stratgraph.catalogue import EXPORTS
from stratgraph.cli import app
from stratgraph.cli.export import ExportFormat
from stratgraph.cli.query import QueryFormat
from stratgraph.report_forms import VALIDATION_FORMATS
from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS
from stratgraph.settings import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click import Command

TOP = Path(__file__).parents[2]
DOCS = TOP / "docs"
PAGES = sorted([*TOP.glob("*.md"), *DOCS.rglob("*.md"), *(TOP / "benchmarks").glob("*.md")])
HISTORY = {TOP / "CHANGELOG.md", *(DOCS / "decisions").iterdir()}
"""These speak of their own time."""

EXTEND = DOCS / "how-to" / "extend.md"
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!\\)\]\(([^()\s]+(?:\([^()]*\))?)\)")


def name_of(page: Path) -> str:
    return page.relative_to(TOP).as_posix()


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return BLOCK.sub("", page.read_text("utf-8"))


def code(page: Path) -> Iterator[str]:
    """The lines of a page's blocks for a terminal, continued ones joined, and what stands between backticks."""
    text = page.read_text("utf-8")
    for language, block in BLOCK.findall(text):
        if language in {"", "sh", "console"}:
            yield from re.sub(r"\\\n\s*(> )?", " ", block).splitlines()
    yield from re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))


def anchors(page: Path) -> set[str]:
    """The places of a page, as code hosts call them."""
    found: dict[str, int] = {}
    places = set(re.findall(r'<a (?:id|name)="([^"]+)"', page.read_text("utf-8")))
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
        count = found[slug] = found.get(slug, -1) + 1
        places.add(f"{slug}-{count}" if count else slug)
    return places


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(prose(page)):
        path, _, place = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = (page.parent / path) if path else page
        if not target.exists() or (place and place not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_index_names_every_page_once() -> None:
    index = DOCS / "README.md"
    named = [(DOCS / link).resolve() for link in LINK.findall(prose(index)) if link.endswith(".md")]
    assert sorted(named) == [page for page in PAGES if DOCS in page.parents and page != index]


def test_every_page_is_of_one_of_the_kinds() -> None:
    folders = {page.parent.name for page in PAGES if DOCS in page.parents and page != DOCS / "README.md"}
    assert folders == {"tutorial", "how-to", "reference", "explanation", "decisions"}


@pytest.mark.parametrize("page", [page for page in PAGES if page not in HISTORY], ids=name_of)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    path = re.compile(r"(?:tests|docs|src|api|shapes|ontology|data|benchmarks|requirements)/[a-z0-9][\w./-]*\w/?")
    named = [one for one in re.findall(r"`([^`\n]+)`", prose(page)) if path.fullmatch(one) and one == one.lower()]
    new = re.findall(r"^New file `([^`]+)`", page.read_text("utf-8"), re.MULTILINE)
    homes = (TOP, TOP / "tests")  # security.md names tests by their place in tests/
    assert [one for one in named if not any((top / one).exists() for top in homes) and one not in new] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_setting_that_is_named_is_there(page: Path) -> None:
    named = {name.lower() for name in re.findall(rf"\b{PREFIX}([A-Z_]+[A-Z])\b", page.read_text("utf-8"))}
    limits = re.compile(r"(?:max|remote|service|queries|connections|response)_\w+|\w+_(?:s|bytes|at_once)")
    named |= {one for one in re.findall(r"`(\w+)`", prose(page)) if limits.fullmatch(one)}
    new = set(re.findall(r"^\+    (\w+): int = field\(", page.read_text("utf-8"), re.MULTILINE))
    assert named - {"name"} - new - {one.name for one in fields(Settings)} == set()


COMMANDS = typer.main.get_command(app)


def command_of(words: list[str]) -> tuple[Command, list[str]] | None:
    """The command that words call, and the words after its name; None where there is none of that name."""
    command: Command = COMMANDS
    while isinstance(groups := getattr(command, "commands", None), dict):
        if not words or words[0].startswith("-"):
            return command, words
        if words[0] not in groups:
            return None
        command, words = groups[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("page", [page for page in PAGES if page not in HISTORY], ids=name_of)
def test_every_command_and_option_that_is_named_is_there(page: Path) -> None:
    wrong = []
    for line in code(page):
        for call in re.findall(r"(?:^|(?<!The)[\s/(])stratgraph ([a-z][^|&;>#)]*)", line):
            found = command_of(call.split())
            if found is None:
                wrong.append(call)
                continue
            command, words = found
            known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
            named = {word.partition("=")[0].rstrip("`,.…") for word in words if re.match(r"--[a-z]", word)}
            wrong += [f"{call}: {option}" for option in named - known]
    assert wrong == []


def test_the_forms_of_export_are_those_of_the_program() -> None:
    section = (DOCS / "reference/http.md").read_text("utf-8").partition("\n## `/export`\n")[2].partition("\n## ")[0]
    sentences = section.partition("`format` is ")[2]
    over_http, _, of_the_command = sentences.partition("The command has")
    assert set(re.findall(r"`(\w+)`", over_http.partition("byte for byte")[0])) == {one.name for one in EXPORTS}
    others = set(re.findall(r"`(\w+)`", of_the_command.partition(". ")[0]))
    assert others == set(get_args(ExportFormat)) - {one.name for one in EXPORTS}


def test_the_forms_of_a_validation_are_those_of_the_program() -> None:
    section = (DOCS / "reference/http.md").read_text("utf-8").partition("\n## `/validate`\n")[2].partition("\n## ")[0]
    table = section.partition("| `format` | media type |")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(VALIDATION_FORMATS)


def test_the_formats_of_answers_are_those_of_the_program() -> None:
    section = (DOCS / "reference/http.md").read_text("utf-8").partition("\n### Formats\n")[2].partition("\n### ")[0]
    table = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", section, re.MULTILINE)
    assert table == [(form.name, form.media_types[0]) for form in (*RESULT_FORMS, *RDF_FORMS)]
    sentence = re.search(r"what `--format` names: ([a-z, ]+)\.", (DOCS / "how-to/query.md").read_text("utf-8"))
    assert sentence is not None
    assert sentence[1].split(", ") == [form for form in get_args(QueryFormat) if form != "table"]


def test_the_page_of_the_commands_equals_a_fresh_run() -> None:
    script = runpy.run_path(str(DOCS / "reference/generate_cli.py"))
    assert script["render"]() == (DOCS / "reference/cli.md").read_text("utf-8"), "run docs/reference/generate_cli.py"


def test_each_command_shows_an_example_of_itself_and_its_exit_codes() -> None:
    sections = re.split(r"^## ", (DOCS / "reference/cli.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert len(sections) >= 20
    for section in sections:
        name = section.partition("\n")[0]
        assert f"stratgraph {name}" in section.partition("```sh\n")[2], name
        assert "Exit codes: 0 done," in section, name


def test_a_default_that_a_page_names_is_that_of_the_setting() -> None:
    text = "".join(page.read_text("utf-8") for page in PAGES if page not in HISTORY)
    named = re.findall(r"`(\w+)` = ([\d_,]+)", text)
    assert len(named) >= 5
    assert [one for one in named if str(getattr(Settings(), one[0])) != re.sub("[_,]", "", one[1])] == []


def test_service_at_a_remote_store_is_refused_as_the_page_says() -> None:
    # tests/test_federation.py shows that no gateway is opened there.
    assert "`SERVICE` is refused" in (DOCS / "how-to/scale.md").read_text("utf-8")


SECTIONS = re.split(r"^## ", EXTEND.read_text("utf-8"), flags=re.MULTILINE)[1:]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.partition("\n")[0])
def test_what_is_to_be_changed_stands_in_the_files_as_the_page_has_it(section: str, tmp_path: Path) -> None:
    patches = [block for language, block in BLOCK.findall(section) if language == "diff"]
    for name in {name for patch in patches for name in re.findall(r"^--- a/(.*)$", patch, re.MULTILINE)}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(TOP / name, tmp_path / name)
    for patch in patches:
        # In a checkout where the page was followed, each change can be taken back.
        ways = (["git", "apply", "-"], ["git", "apply", "--reverse", "--check", "-"])
        done = [
            subprocess.run(way, cwd=tmp_path, input=patch, text=True, capture_output=True, check=False) for way in ways
        ]
        assert 0 in [one.returncode for one in done], f"{done[0].stderr}\n{patch}"


def test_every_section_has_code_and_commands() -> None:
    for section in SECTIONS:
        languages = {language for language, _ in BLOCK.findall(section)}
        assert "sh" in languages
        assert "New file `" in section or "diff" in languages
