"""A server whose store is damaged or gone: 503 and clear words, which do not say where on the server it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stratgraph.setting_kinds import Secret
from stratgraph.settings import Settings
from stratgraph_api.app import create_app

SMALL_PLAN = Path(__file__).parents[1] / "data" / "small-plan.ttl"
TOKEN = "a-token-of-this-test"  # noqa: S105 - it opens nothing
ASK = "/sparql?query=ASK+%7B%7D"


@pytest.fixture
def folder(snapshots, tmp_path):
    return shutil.copytree(snapshots, tmp_path / "store", symlinks=True)


@pytest.fixture
def started(folder, served):
    def start():
        return served(create_app(Settings(store=str(folder), publish_token=Secret(TOKEN))))

    return start


def refused(response, status, name, folder):
    assert (response.status_code, response.json()["type"]) == (status, f"/problems/{name}"), response.text
    assert str(folder.parent) not in response.text + str(response.headers)
    return response.json()


def gone(folder):
    shutil.rmtree(folder)


def no_link(folder):
    (folder / "current").unlink()
    (folder / "current").write_bytes(b"x")


def a_link_to_nothing(folder):
    (folder / "current").unlink()
    (folder / "current").symlink_to("snapshots/000077-20300102T030405Z")


def no_manifest(folder):
    (folder / "current" / "manifest.json").unlink()


def another_manifest(folder):
    (folder / "current" / "manifest.json").write_text('{"name": 1}', "utf-8")


def tables(folder):
    for file in (folder / "current" / "store").glob("*.sst"):
        file.write_bytes(b"\xff" * file.stat().st_size)


def list_of_tables(folder):
    for file in (folder / "current" / "store").glob("MANIFEST-*"):
        file.write_bytes(file.read_bytes()[:-1000])


@pytest.mark.parametrize(
    "damage", [gone, no_link, a_link_to_nothing, no_manifest, another_manifest, tables, list_of_tables]
)
def test_a_server_that_starts_over_a_damaged_store_says_so_and_not_where_it_is(folder, started, damage):
    damage(folder)
    client = started()
    for path in (ASK, "/health/ready", "/export?format=turtle", "/", "/log"):
        refused(client.get(path), 503, "store", folder)
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert str(folder.parent) not in page.text


def test_tables_that_are_damaged_while_it_is_served_fail_what_reads_the_disk_and_nothing_else(
    annex_store, served, tmp_path
):
    folder = shutil.copytree(annex_store, tmp_path / "store", symlinks=True)
    client = served(create_app(Settings(store=str(folder))))
    assert client.get(ASK).status_code == 200
    tables(folder)
    assert client.get("/sparql?query=ASK+%7B+%3Fs+%3Fp+%3Fo+%7D").status_code == 200
    refused(client.get("/export?format=turtle"), 503, "store", folder)
    plan = {"file": ("plan.ttl", SMALL_PLAN.read_bytes())}
    refused(client.post("/review", files=plan), 503, "store", folder)


def test_what_cannot_be_rolled_back_to_is_told_without_its_place(folder, started, publish, elsewhere):
    publish(folder, elsewhere)  # so that there is a snapshot to go back to
    client = started()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    body = refused(
        client.post("/rollback", params={"snapshot": "000009-20300102T030405Z"}, headers=headers),
        404,
        "not-found",
        folder,
    )
    assert "000009-20300102T030405Z" in body["detail"]
    (folder / "lock").unlink()
    (folder / "lock").mkdir()
    body = refused(client.post("/rollback", headers=headers), 503, "store", folder)
    assert "Is a directory" in body["detail"]


def test_the_file_of_a_source_is_still_named(client):
    response = client.post("/validate", files={"file": ("broken.ttl", b"<a:a> <a:b")})
    assert (response.status_code, response.json()["file"]) == (422, "broken.ttl")
