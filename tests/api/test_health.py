from __future__ import annotations

from stratgraph.settings import Settings
from stratgraph_api.app import create_app


def test_a_server_with_a_snapshot_is_live_and_ready(client):
    assert client.get("/health/live").json()["status"] == "live"
    body = client.get("/health/ready").json()
    assert body["status"] == "ready"
    # The entity tag of an answer is made of the same id.
    tag = client.get("/sparql", params={"query": "ASK {}"}).headers["etag"]
    assert body["snapshot"]
    assert body["snapshot"] in tag


def test_without_a_snapshot_the_server_is_live_and_says_how_to_get_ready(tmp_path, served):
    client = served(create_app(Settings(store=str(tmp_path / "none"))))
    assert client.get("/health/live").status_code == 200
    for path in ("/health/ready", "/sparql?query=ASK+%7B%7D", "/sparql", "/"):
        response = client.get(path)
        assert response.status_code == 503, path
        assert response.json()["type"] == "/problems/store"
        assert "stratgraph build" in response.json()["mend"]
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "stratgraph build" in page.text


def test_a_server_becomes_ready_when_its_first_snapshot_is_published(tmp_path, served, quads, publish):
    folder = tmp_path / "store"
    client = served(create_app(Settings(store=str(folder))))
    assert client.get("/health/ready").status_code == 503
    publish(folder, quads)
    assert client.get("/health/ready").json()["status"] == "ready"


def test_an_empty_current_view_is_not_ready(tmp_path, served, publish, elsewhere):
    folder = publish(tmp_path / "store", elsewhere)
    response = served(create_app(Settings(store=str(folder)))).get("/health/ready")
    assert response.status_code == 503
    assert "empty" in response.json()["detail"]
