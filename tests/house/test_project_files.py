"""Files of the whole project: nothing of one machine in them, and what they say of each other is so."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

# Written with brackets, so that this file does not name what it looks for.
REGISTRY = re.compile(r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs[.]org|deb[.]debian[.]org|ubuntu[.]com/ubuntu")
HOME = re.compile(r"(?<![\w./:}])/(?:home|Users|root)/[\w.-]")


def text_of(path: Path) -> str:
    """Empty for a picture and the like."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def names(top: Path, files: list[Path]) -> list[str]:
    return [path.relative_to(top).as_posix() for path in files]


def test_no_file_names_a_place_of_one_machine(top: Path, project_files: tuple[Path, ...]) -> None:
    here = f"{top}/"
    found = [path for path in project_files if HOME.search(text := text_of(path)) or here in text]
    assert names(top, found) == []


def test_no_file_names_a_registry(top: Path, project_files: tuple[Path, ...]) -> None:
    assert names(top, [path for path in project_files if REGISTRY.search(text_of(path))]) == []


@pytest.mark.parametrize("folder", ["home", "root", "Users"])
def test_a_home_folder_is_seen(folder: str) -> None:
    assert HOME.search(f"open('/{folder}/x')")


@pytest.mark.parametrize("text", ["https://example.org/home/page", "docs/home/page", "the /home page"])
def test_a_path_of_a_web_site_is_no_home_folder(text: str) -> None:
    assert not HOME.search(text)


def test_every_test_has_a_name_that_pytest_collects(top: Path) -> None:
    def holds_tests(path: Path) -> bool:
        return any(
            (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"))
            or (isinstance(node, ast.ClassDef) and node.name.startswith("Test"))
            for node in ast.parse(path.read_text("utf-8")).body
        )

    files = sorted((top / "tests").rglob("*.py"))
    assert names(top, [path for path in files if path.name.startswith("test_") != holds_tests(path)]) == []


def test_no_two_test_files_have_the_same_name(top: Path) -> None:
    # pytest imports them by that name alone.
    count = Counter(path.name for path in (top / "tests").rglob("test_*.py"))
    assert [name for name, times in count.items() if times > 1] == []


@pytest.fixture(scope="session")
def targets(top: Path) -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (top / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_commands_in_the_documentation_are_targets_of_make(top: Path, targets: set[str]) -> None:
    pages = [top / "README.md", *(top / "docs").rglob("*.md")]
    commands = re.compile(r"(?:`|^\s*(?:\$ )?)make ([a-z][a-z-]*)", re.MULTILINE)
    named = {
        (page.relative_to(top).as_posix(), target)
        for page in pages
        for code in re.findall(r"```.*?```|`[^`\n]+`", page.read_text("utf-8"), re.DOTALL)
        for target in commands.findall(code)
    }
    assert {target for _, target in named} >= {"setup-dev", "check", "lock"}
    assert {(page, target) for page, target in named if target not in targets} == set()


def test_commands_in_how_to_work_on_it_can_be_run(top: Path) -> None:
    page = (top / "docs" / "how-to" / "develop.md").read_text("utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", page, re.DOTALL)).replace("`", "")
    commands = [shlex.split(line) for line in code.splitlines() if line.startswith(".venv/bin/")]
    programs = {Path(sys.executable).with_name(Path(command[0]).name) for command in commands}
    assert {program.name for program in programs} >= {"pytest", "pre-commit"}
    assert [program.name for program in programs if not program.is_file()] == []
    for words in (command[1:] for command in commands if command[0].endswith("/pytest")):
        # It fails where a file is not there, and where no test has the word.
        run = subprocess.run([sys.executable, "-m", "pytest", "--collect-only", "-q", *words], cwd=top, check=False)
        assert run.returncode == 0, words


def test_make_alone_lists_every_target(top: Path, targets: set[str]) -> None:
    run = subprocess.run(["make"], cwd=top, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^  make ([a-z-]+) ", run.stdout, re.MULTILINE)) == targets


def test_decisions_are_numbered_once(top: Path) -> None:
    found = sorted(path.name for path in (top / "docs" / "decisions").iterdir())
    assert found
    assert [name for name in found if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    assert [number for number, times in Counter(name[:4] for name in found).items() if times > 1] == []


def test_the_page_of_the_house_names_every_module(top: Path) -> None:
    page = (top / "docs" / "reference" / "house.md").read_text("utf-8")
    api = top / "api" / "stratgraph_api"
    library = top / "src" / "stratgraph"
    stations = [
        path
        for package in (library, library / "store", api, *(api / room for room in ("doors", "http", "work")))
        for path in package.iterdir()
        if (path.suffix == ".py" and path.name != "__init__.py") or (path / "__init__.py").is_file()
    ]
    named = [f"{path.name}/" if path.is_dir() else path.name for path in stations]
    assert [name for name in named if f"`{name}`" not in page] == []


def test_hooks_before_a_commit_are_all_local(top: Path) -> None:
    # A hook from elsewhere is a second download, with a version of its own.
    text = (top / ".pre-commit-config.yaml").read_text("utf-8")
    assert re.findall(r"repo: (\S+)", text) == ["local"]
    assert set(re.findall(r"language: (\S+)", text)) == {"system"}


def test_every_contract_names_modules_that_exist_or_brackets(top: Path) -> None:
    project = tomllib.loads((top / "pyproject.toml").read_text("utf-8"))
    written = {
        ("src/stratgraph", layer.strip())
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == ["stratgraph"]
        for line in contract["layers"]
        for layer in re.split(r"[|:]", line)
    }
    stale = [name for folder, name in written if name.startswith("(") and exists(top / folder / name.strip("()"))]
    assert stale == []


def exists(module: Path) -> bool:
    return module.is_dir() or module.with_suffix(".py").is_file()
