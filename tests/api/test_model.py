"""The page of the model: figures of the small plan, counted in tests/data/small-plan.ttl by hand."""

from __future__ import annotations

from lxml import html as markup

HTML = {"Accept": "text/html"}


def test_each_word_stands_with_its_name_its_meaning_and_how_often_it_is_used(client):
    found = markup.fromstring(client.get("/model", headers=HTML).text)
    rows = {
        row.cssselect("th code")[0].text: row
        for row in found.cssselect("table.rows tbody tr")
        if row.cssselect("th code")
    }
    assert rows["sg:ExpectedResult"].cssselect("td.number")[0].text_content() == "2"
    assert rows["sg:Target"].cssselect("td.number")[0].text_content() == "1"
    assert rows["sg:contributesTo"].cssselect(".below")[0].text_content().endswith("sg:Objective → sg:Goal")
    (link,) = rows["sg:ExpectedResult"].cssselect("td.number a")
    answer = markup.fromstring(client.get(link.get("href"), headers=HTML).text)
    assert answer.cssselect("#answer-title")[0].text == "2 rows"
    titles = {one.text for one in found.cssselect("svg title, svg text")}
    assert any(one and one.startswith("objective") for one in titles)


def test_rules_are_there_with_how_often_they_fire(client):
    found = markup.fromstring(client.get("/model", headers=HTML).text)
    rules = [
        row for row in found.cssselect("table.rows tbody tr") if "/shapes#" in row.cssselect("th a")[0].get("href")
    ]
    assert len(rows := {row.cssselect("th a")[0].get("href") for row in rules}) == len(rules)
    assert "/shapes#ObjectiveContributesToGoal" in rows
