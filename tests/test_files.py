"""Files from outside: bytes within a limit, characters, TOML."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from stratgraph.errors import LimitError, SourceError, UsageError
from stratgraph.files import Described, decoded, read_bytes, read_toml, write_bytes

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_read_up_to_its_limit_and_refused_beyond(tmp_path: Path) -> None:
    file = tmp_path / "plan.ttl"
    file.write_bytes(b"12345")
    assert read_bytes(file) == read_bytes(file, most=5, setting="max_plan_bytes") == b"12345"
    with pytest.raises(LimitError, match="5 bytes; it may have 4") as caught:
        read_bytes(file, most=4, setting="max_plan_bytes")
    assert (caught.value.setting, caught.value.value) == ("max_plan_bytes", 4)
    assert str(caught.value.where) == str(file)


def test_what_is_not_there_and_what_is_no_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no file .*none\.ttl"):
        read_bytes(tmp_path / "none.ttl")
    with pytest.raises(SourceError, match=os.strerror(21)):  # EISDIR
        read_bytes(tmp_path)


def test_who_is_interrupted_leaves_the_file_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, write = tmp_path / "plan.ttl", type(tmp_path).write_bytes
    write_bytes(file, b"what was there")
    file.chmod(0o640)

    def interrupted(path: Path, data: bytes) -> int:
        write(path, data[:3])
        raise KeyboardInterrupt

    monkeypatch.setattr(type(tmp_path), "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(file, b"what comes")
    monkeypatch.undo()
    assert file.read_bytes() == b"what was there"
    write_bytes(file, b"what comes")
    assert file.read_bytes() == b"what comes"
    assert (file.stat().st_mode & 0o777, [path.name for path in tmp_path.iterdir()]) == (0o640, ["plan.ttl"])


def test_a_file_is_written_where_a_link_leads(tmp_path: Path) -> None:
    file, link = tmp_path / "plan.ttl", tmp_path / "link.ttl"
    file.write_bytes(b"what was there")
    link.symlink_to(file)
    write_bytes(link, b"what comes")
    assert (file.read_bytes(), link.is_symlink()) == (b"what comes", True)


def test_a_wrong_byte_is_told_with_its_line_and_column() -> None:
    with pytest.raises(SourceError, match="byte 0xff") as caught:
        decoded("é\nüx".encode() + b"\xff", "plan.txt")
    assert str(caught.value.where) == "plan.txt, line 2, column 3"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b'a = "1"\nb = = 2', "plan.toml, line 2, column 5"),
        (b"a = " + b"[" * 5_000, "plan.toml"),
        (b"a = " + b"9" * 5_000, "plan.toml"),
        (b"a = '\xff'", "plan.toml, line 1, column 6"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_place(data: bytes, where: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_toml(data, file="plan.toml")
    assert str(caught.value.where) == where


@pytest.mark.parametrize("content", [{"split": 1}, {"split": {"name": "a"}}, {"split": [1]}])
def test_tables_that_are_none_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(SourceError, match=r"has \[\[split\]\] as tables") as caught:
        Described(content, "plan.toml", "build.md").tables("split")
    assert caught.value.mend == "See docs/how-to/build.md."
