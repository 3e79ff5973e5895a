"""requirements/install.sh: when it works and when it keeps what is there.

The real installation is what made the environment of this test run. Here the Python, pip and uv that it calls are
scripts that write down how they were called, so that a second run, an interrupted one and a machine without Python
can be shown without a network.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM_COMMANDS = ("sh", "cat", "cksum", "cp", "dirname", "grep", "mkdir", "rm", "sed", "tail")

PYTHON = """#!/bin/sh
echo "python $*" >>"$LOG"
case "$*" in
*version_info*) exit "${TOO_OLD:-0}" ;;
*ensurepip*) exit "${WITHOUT_VENV:-0}" ;;
*python_version*) echo 3.9.2 ;;
*"config list") echo "$PIP_SETTINGS" ;;
"-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python && echo "home = x" >.venv/pyvenv.cfg ;;
*"${FAILS_AT:-nothing}"*) exit 1 ;;
esac
"""

UV = """#!/bin/sh
echo "uv $*" >>"$LOG"
case "$*" in
venv*) mkdir -p .venv/bin && cp "$TEMPLATE" .venv/bin/python && echo "uv = 0.1" >.venv/pyvenv.cfg ;;
pip*) exit "${UV_FAILS:-0}" ;;
esac
"""


class Machine:
    """A checkout's requirements on a machine that has only what is put on its PATH."""

    def __init__(self, folder: Path, top: Path) -> None:
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.checkout = folder / "checkout"
        self.bin.mkdir()
        self.log.touch()
        self.checkout.mkdir()
        shutil.copytree(top / "requirements", self.checkout / "requirements")
        shutil.copy(top / "pyproject.toml", self.checkout)
        for command in SYSTEM_COMMANDS:
            found = shutil.which(command)
            assert found
            (self.bin / command).symlink_to(found)
        self.template = self.write(folder / "template", PYTHON)

    @staticmethod
    def write(path: Path, text: str) -> Path:
        path.write_text(text, "utf-8")
        path.chmod(0o755)
        return path

    def with_python(self, name: str = "python3") -> Machine:
        self.write(self.bin / name, PYTHON)
        return self

    def with_uv(self) -> Machine:
        self.write(self.bin / "uv", UV)
        return self

    def install(self, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self.log.write_text("", "utf-8")
        return subprocess.run(
            ["sh", "requirements/install.sh", name],
            cwd=self.checkout,
            env={"PATH": str(self.bin), "LOG": str(self.log), "TEMPLATE": str(self.template), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        return self.log.read_text("utf-8").splitlines()

    @property
    def installed(self) -> list[str]:
        """The requirements files that were installed, and "." for the project itself."""
        return [call.split()[-1] for call in self.calls if " install " in call]


@pytest.fixture
def machine(top: Path, tmp_path: Path) -> Machine:
    return Machine(tmp_path, top)


WHOLE = ["requirements/build.txt", "requirements/runtime.txt", "."]
WITH_TOOLS = [*WHOLE[:2], "requirements/dev.txt", "."]


def test_the_first_run_installs_the_lock_then_the_project_without_a_download(machine: Machine) -> None:
    run = machine.with_python().install("runtime")
    assert run.returncode == 0, run.stderr
    assert machine.installed == WHOLE
    locked, project = machine.calls[-2:]
    assert "--require-hashes --no-build-isolation" in locked
    assert "--no-index --no-deps --no-build-isolation --editable ." in project


def test_a_second_run_asks_nobody(machine: Machine) -> None:
    machine.with_python().install("runtime")
    run = machine.install("runtime")
    assert (run.returncode, run.stdout) == (0, "")
    assert machine.calls == ["python -c import hatchling"]


def test_running_needs_nothing_more_where_the_development_packages_are(machine: Machine) -> None:
    machine.with_python().install("dev")
    machine.install("runtime")
    assert machine.installed == []


def test_development_packages_are_added_to_a_finished_environment(machine: Machine) -> None:
    machine.with_python().install("runtime")
    machine.install("dev")
    assert machine.installed == ["requirements/dev.txt"]


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_a_changed_lock_gives_a_new_environment(machine: Machine, name: str) -> None:
    machine.with_python().install(name)
    leftover = machine.checkout / ".venv" / "leftover"
    leftover.touch()
    with (machine.checkout / "requirements" / f"{name}.txt").open("a", encoding="utf-8") as lock:
        lock.write("another==1.0\n")
    machine.install(name)
    assert machine.installed == (WITH_TOOLS if name == "dev" else WHOLE)
    assert not leftover.exists()


def test_a_changed_pyproject_installs_the_project_alone_again(machine: Machine) -> None:
    machine.with_python().install("runtime")
    with (machine.checkout / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("# another line\n")
    machine.install("runtime")
    assert machine.installed == ["."]


@pytest.mark.parametrize("step", ["-r requirements/build.txt", "-r requirements/dev.txt", "--editable"])
@pytest.mark.parametrize("before", [None, "runtime"])
def test_an_interrupted_run_is_finished_by_the_next(machine: Machine, step: str, before: str | None) -> None:
    machine.with_python()
    if before:
        machine.install(before)
        (machine.checkout / ".venv" / "project").unlink()
    interrupted = machine.install("dev", FAILS_AT=step)
    assert interrupted.returncode == (0 if before and "build" in step else 1)
    assert machine.install("dev").returncode == 0
    machine.install("dev")
    assert machine.installed == []


def test_an_interrupted_run_leaves_no_half_environment_in_use(machine: Machine) -> None:
    machine.with_python().install("runtime")
    machine.install("dev", FAILS_AT="-r requirements/dev.txt")
    machine.install("runtime")
    assert machine.installed == WHOLE


def test_a_moved_checkout_gets_a_new_environment(machine: Machine) -> None:
    machine.with_python().install("runtime")
    machine.checkout = machine.checkout.rename(machine.checkout.with_name("moved"))
    machine.install("runtime")
    assert machine.installed == WHOLE


def test_an_environment_whose_python_is_gone_is_made_again(machine: Machine) -> None:
    machine.with_python().install("runtime")
    (machine.checkout / ".venv" / "bin" / "python").unlink()
    machine.install("runtime")
    assert machine.installed == WHOLE


def test_a_newer_python_is_found_beside_an_old_python3(machine: Machine) -> None:
    machine.with_python("python3.12").write(machine.bin / "python3", "#!/bin/sh\nexit 1\n")
    assert machine.install("runtime").returncode == 0


def test_uv_serves_where_there_is_no_python(machine: Machine) -> None:
    run = machine.with_uv().install("runtime")
    assert run.returncode == 0, run.stderr
    assert machine.calls[0] == "uv venv --quiet --python >=3.11,<3.15 .venv"
    assert machine.installed == WHOLE
    assert [call for call in machine.calls if call.startswith("python -m pip")] == []


@pytest.mark.parametrize("lack", ["WITHOUT_VENV", "TOO_OLD"])
def test_uv_serves_where_python_does_not(machine: Machine, lack: str) -> None:
    assert machine.with_python().with_uv().install("runtime", **{lack: "1"}).returncode == 0
    assert "uv venv" in "\n".join(machine.calls)


def test_uv_installs_where_the_locked_packages_brought_it(machine: Machine) -> None:
    assert machine.with_python().with_uv().install("dev").returncode == 0
    calls = [call for call in machine.calls if " install " in call]
    assert machine.installed == WITH_TOOLS
    assert {call.split()[0] for call in calls} == {"uv"}
    # What runs is compiled, the tools of development are not, and neither is the checkout itself.
    assert ["--compile-bytecode" in call for call in calls] == [True, True, False, False]


def test_pip_has_the_second_try(machine: Machine) -> None:
    assert machine.with_python().with_uv().install("runtime", UV_FAILS="1").returncode == 0
    assert machine.installed == [one for one in WHOLE for _ in ("uv", "pip")]


def test_where_uv_made_the_environment_it_has_the_last_word(machine: Machine) -> None:
    assert machine.with_uv().install("runtime", UV_FAILS="1").returncode == 1
    assert machine.installed == WHOLE[:1]


@pytest.mark.parametrize("place", ["global", ":env:", "user"])
def test_uv_asks_the_index_that_pip_has(machine: Machine, place: str) -> None:
    settings = f"global.extra-index-url='https://other.example/'\n{place}.index-url='https://index.example/simple'"
    machine.with_python().with_uv().install("runtime", PIP_SETTINGS=settings)
    first = next(call for call in machine.calls if "build.txt" in call)
    assert "--default-index https://index.example/simple --python" in first


def test_a_python_without_venv_says_what_to_install(machine: Machine) -> None:
    run = machine.with_python().install("runtime", WITHOUT_VENV="1")
    assert run.returncode == 1
    assert "apt install python3-venv" in run.stderr
    assert not (machine.checkout / ".venv").exists()


def test_a_python_that_is_too_old_says_which_is_needed(machine: Machine) -> None:
    run = machine.with_python().install("runtime", TOO_OLD="1")
    assert run.returncode == 1
    assert "Python 3.11 or newer is needed; python3 is 3.9.2." in run.stderr


def test_a_machine_without_python_and_uv_says_what_to_install(machine: Machine) -> None:
    run = machine.install("runtime")
    assert run.returncode == 1
    assert "apt install python3 python3-venv" in run.stderr


def test_another_name_is_refused(machine: Machine) -> None:
    run = machine.with_python().install("everything")
    assert run.returncode == 2
    assert machine.calls == []
