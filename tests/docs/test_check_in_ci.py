"""The workflow for GitHub and the job for GitLab: their commands are run in a repository with two commits.

What needs a network, or the host itself, is left out by its name.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import parse

import pytest
import yaml

from program import PROGRAM, warm

if TYPE_CHECKING:
    from collections.abc import Mapping

TOP = Path(__file__).parents[2]
CI = TOP / "src" / "stratgraph" / "starter" / "ci"
WORKFLOW: dict[str, Any] = yaml.safe_load((CI / "github-action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["review"]["steps"]
JOB: dict[str, Any] = yaml.safe_load((CI / "gitlab-ci.yml").read_text("utf-8"))["review-plan"]
NETWORK = ("Install stratgraph",)
"""Steps that are not run here."""

SOUND = (TOP / "tests" / "shapes" / "base.ttl").read_text("utf-8")
BROKEN = SOUND.replace(" a sg:KPI", " a sg:Target")
GIT = shutil.which("git")

pytestmark = pytest.mark.skipif(GIT is None, reason="no git on this machine")


def git(folder: Path, *words: str) -> str:
    settings = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run([str(GIT), *settings, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def repository(folder: Path, before: str | None, after: str) -> str:
    """Two commits, with the plan as it was and as it is proposed; gives the first one's name, as origin/main too."""
    git(folder, "init", "--quiet")
    for text in (before, after):
        if text is not None:
            (folder / "plan.ttl").write_text(text, "utf-8")
            git(folder, "add", "plan.ttl")
        git(folder, "commit", "--quiet", "--allow-empty", "--message", "A plan")
    first = git(folder, "rev-parse", "HEAD^")
    git(folder, "update-ref", "refs/remotes/origin/main", first)
    return first


def run(shell: list[str], script: str, folder: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    programs = os.pathsep.join((str(warm().parent), str(PROGRAM.parent), os.environ["PATH"]))
    environment = {**os.environ, **variables, "PATH": programs}
    environment.pop("STRATGRAPH_STORE", None)
    return subprocess.run([*shell, script], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def on_github(folder: Path) -> tuple[list[str], int]:
    """The names of the steps that were run, and how the last one ended; a step is run as GitHub runs it."""
    ran = []
    for step in STEPS:
        if "run" not in step or step["name"] in NETWORK:
            continue
        variables = {**WORKFLOW["jobs"]["review"]["env"], "GITHUB_BASE_REF": "main"}
        done = run(["bash", "-e", "-c"], step["run"], folder, variables)
        ran.append(step["name"])
        if done.returncode:
            return ran, done.returncode
    return ran, 0


def on_gitlab(folder: Path, first: str) -> int:
    """How the job's script ends; GitLab runs its lines in one shell."""
    variables = {
        **JOB["variables"],
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": first,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }
    return run(["bash", "-eo", "pipefail", "-c"], "\n".join(JOB["script"]), folder, variables).returncode


def states(folder: Path) -> list[tuple[str, str | None]]:
    log = json.loads((folder / "review.sarif").read_text("utf-8"))
    return [(result["ruleId"], result.get("baselineState")) for result in log["runs"][0]["results"]]


def failing(folder: Path) -> set[str | None]:
    cases = parse(folder / "review.xml").iter("testcase")  # noqa: S314 - our own
    return {case.get("name") for case in cases if case.find("failure") is not None}


def test_github_shows_what_is_new_and_fails(tmp_path: Path) -> None:
    repository(tmp_path, SOUND, BROKEN)
    assert on_github(tmp_path) == (["Publish the version in force", "Review the revision"], 1)
    assert ("OnlyIndicatorsIndicate", "new") in states(tmp_path)
    log = json.loads((tmp_path / "review.sarif").read_text("utf-8"))
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "plan.ttl"
    assert "sg:Target" in BROKEN.splitlines()[location["region"]["startLine"] - 1]


def test_github_passes_what_is_sound(tmp_path: Path) -> None:
    repository(tmp_path, SOUND, SOUND.replace("Carts a day", "Carts in a day"))
    assert on_github(tmp_path)[1] == 0
    assert "Carts in a day" in (tmp_path / "review.html").read_text("utf-8")


@pytest.mark.parametrize(("plan", "code"), [(SOUND, 0), (BROKEN, 1)])
def test_a_plan_that_is_not_there_yet_is_a_first_version(tmp_path: Path, plan: str, code: int) -> None:
    first = repository(tmp_path, None, plan)
    assert on_github(tmp_path)[1] == code
    assert all(state is None for _, state in states(tmp_path))
    shutil.rmtree(tmp_path / ".stratgraph", ignore_errors=True)
    assert on_gitlab(tmp_path, first) == code


def test_gitlab_shows_rules_as_tests_and_fails(tmp_path: Path) -> None:
    assert on_gitlab(tmp_path, repository(tmp_path, SOUND, BROKEN)) == 1
    assert "OnlyIndicatorsIndicate" in failing(tmp_path)
    assert (tmp_path / "review.html").is_file()


def test_gitlab_passes_what_is_sound(tmp_path: Path) -> None:
    assert on_gitlab(tmp_path, repository(tmp_path, SOUND, SOUND.replace("Carts a day", "Carts in a day"))) == 0
    assert failing(tmp_path) == set()


def test_what_is_handed_to_the_host_is_what_was_written() -> None:
    written = {name for step in STEPS for name in re.findall(r"-o (\w\S+)", step.get("run", ""))}
    handed = {step["with"].get("sarif_file") or step["with"].get("path") for step in STEPS if "if" in step}
    assert handed == written == {"review.sarif", "review.html"}
    written = {name for line in JOB["script"] for name in re.findall(r"-o (\w\S+)", line)}
    assert {*JOB["artifacts"]["paths"], JOB["artifacts"]["reports"]["junit"]} == written


def test_the_page_shows_both_files_as_they_are() -> None:
    page = (TOP / "docs" / "how-to" / "check-in-ci.md").read_text("utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert blocks == [(CI / name).read_text("utf-8") for name in ("github-action.yml", "gitlab-ci.yml")]
