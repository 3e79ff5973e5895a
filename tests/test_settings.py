"""Where a setting's value comes from, and what is refused."""

from __future__ import annotations

import os
import re
import runpy
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from stratgraph.errors import UsageError
from stratgraph.settings import PREFIX, Settings, forget_secrets, read_settings

TOP = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No file and no variable but those of the test."""
    monkeypatch.chdir(tmp_path)
    for name in [n for n in os.environ if n.startswith(PREFIX)]:
        monkeypatch.delenv(name)


def test_a_flag_goes_before_the_environment_and_that_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().port == 8000
    Path("stratgraph.toml").write_text("port = 1\nhost = 'file'\nmax_query_bytes = 7\n", "utf-8")
    monkeypatch.setenv("STRATGRAPH_PORT", "2")
    monkeypatch.setenv("STRATGRAPH_HOST", "environment")
    settings = read_settings(port=3, host=None)
    assert (settings.port, settings.host, settings.max_query_bytes) == (3, "environment", 7)


def test_a_list_is_words_in_the_environment_and_strings_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().service_allow_list == ()
    Path("stratgraph.toml").write_text("service_allow_list = ['https://a.example/?x=1,2']\n", "utf-8")
    assert read_settings().service_allow_list == ("https://a.example/?x=1,2",)
    monkeypatch.setenv("STRATGRAPH_SERVICE_ALLOW_LIST", " https://a.example/  https://b.example/ ")
    assert read_settings().service_allow_list == ("https://a.example/", "https://b.example/")


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "eighty"), ("port", "65536"), ("max_query_bytes", "0"), ("kept_snapshots", "0"), ("store", "")],
)
def test_a_value_out_of_its_range_names_setting_value_and_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"STRATGRAPH_{name.upper()}", value)
    with pytest.raises(UsageError) as raised:
        read_settings()
    assert raised.value.what.startswith(f"The setting {name} cannot be {value!r}: ")
    assert f"STRATGRAPH_{name.upper()}" in raised.value.mend


def test_an_unknown_setting_in_the_file_is_refused() -> None:
    Path("stratgraph.toml").write_text("prot = 1\n", "utf-8")
    with pytest.raises(UsageError, match="There is no setting 'prot'") as raised:
        read_settings()
    assert "port" in raised.value.mend


def test_a_file_that_is_no_toml_is_refused() -> None:
    Path("stratgraph.toml").write_text("port 1\n", "utf-8")
    with pytest.raises(UsageError, match=r"stratgraph\.toml"):
        read_settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_secrets_are_never_shown_and_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(remote_password="hidden", remote_token="t0ken")  # type: ignore[arg-type]  # noqa: S106 - no one's
    assert "hidden" not in repr(settings) + str(settings)
    assert "t0ken" not in repr(settings) + str(settings)
    monkeypatch.setenv(f"{PREFIX}REMOTE_PASSWORD", "hidden")
    monkeypatch.setenv(f"{PREFIX}publish_token", "also-hidden-from-all")
    monkeypatch.setenv(f"{PREFIX}PORT", "1234")
    read = read_settings()
    forget_secrets()
    assert {name for name in os.environ if name.startswith(PREFIX)} == {f"{PREFIX}PORT"}
    assert read.remote_password.value == "hidden"
    assert read.publish_token.value == "also-hidden-from-all"
    Path("stratgraph.toml").write_text("remote_password = 12345678\n", "utf-8")
    with pytest.raises(UsageError, match="remote_password") as raised:
        read_settings()
    assert "12345678" not in str(raised.value)


@pytest.mark.parametrize(
    "token", ["short", "fifteen-letters", "                ", "two words of a token", " padded-with-a-blank"]
)
def test_a_token_that_is_easily_guessed_or_mistyped_is_refused(token: str) -> None:
    with pytest.raises(UsageError, match="16 characters") as raised:
        read_settings(publish_token=token)
    assert token not in raised.value.what


@pytest.mark.parametrize("token", ["", "sixteen-letters-"])
def test_no_token_is_one_too_and_turns_publishing_off(token: str) -> None:
    assert read_settings(publish_token=token).publish_token.value == token


def test_the_reference_page_equals_a_fresh_run() -> None:
    script = runpy.run_path(str(TOP / "docs/reference/generate_settings.py"))
    page = (TOP / "docs/reference/settings.md").read_text("utf-8")
    assert script["render"]() == page, "run docs/reference/generate_settings.py"
    assert re.findall(r"^## (\w+)$", page, re.MULTILINE) == [one.name for one in fields(Settings)]


def test_each_setting_is_described_by_a_sentence() -> None:
    for one in fields(Settings):
        assert re.fullmatch(r"[A-Z].+\.", one.metadata["description"]), one.name
