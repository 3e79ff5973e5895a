"""An answer that is whole on its page is sorted by a click on a heading, and narrowed by words that are typed."""

from urllib.parse import urlencode

QUERY = 'SELECT ?what ?n WHERE { VALUES (?what ?n) { ("b 10" 9) ("b 9" 10) ("a" UNDEF) } }'


def test_a_click_sorts_by_number_and_by_words(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/sparql?{urlencode({'query': QUERY})}")

    def clicked(column):
        heading = page.locator("table.rows th").nth(column)
        heading.get_by_role("button").click()
        rows = page.locator("table.rows tbody tr td:first-child").all_inner_texts()
        return heading.get_attribute("aria-sort"), rows

    # What is not bound comes last, in either order.
    assert clicked(1) == ("ascending", ["b 10", "b 9", "a"])
    assert clicked(1) == ("descending", ["b 9", "b 10", "a"])
    assert clicked(0) == ("ascending", ["a", "b 9", "b 10"])
    assert page.locator("table.rows th").nth(1).get_attribute("aria-sort") == "none"
    assert clicked(0) == ("descending", ["b 10", "b 9", "a"])
    assert clicked(0) == ("none", ["b 10", "b 9", "a"])
    many = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
    page.goto(f"{address}/sparql?{urlencode({'query': many})}")
    assert page.locator("table.rows").count() == 1
    assert page.locator("button.sort").count() == 0
    page.close()


def test_rows_without_the_words_are_left_out_of_an_answer_that_is_long(browser, address):
    page = browser.new_page()
    values = " ".join(f'("Row {number} has {word}" {number % 3})' for number in range(6) for word in ("Words", "none"))
    page.goto(f"{address}/sparql?{urlencode({'query': f'SELECT ?t ?n {{ VALUES (?t ?n) {{ {values} }} }}'})}")
    field, rows = page.get_by_label("Only rows with"), page.locator("table.rows tbody tr:visible")
    assert rows.count() == 12
    field.fill("words row")
    assert (rows.count(), page.locator(".narrow output").inner_text()) == (6, "6 of 12 rows")
    assert page.title() == "6 of 12 rows: 12 rows – stratgraph"
    assert "- status: 6 of 12 rows" in page.locator(".narrow").aria_snapshot()
    # What is sorted stays narrowed.
    page.locator("table.rows th button").first.click()
    page.locator("table.rows th button").first.click()
    assert rows.first.locator("td").first.inner_text() == "Row 5 has Words"
    # A column of few values has them with their counts: of the first column each row has another one.
    values = page.locator(".narrow [role=group]")
    assert (values.count(), values.get_attribute("aria-label")) == (1, "n")
    assert values.get_by_role("button").all_inner_texts() == ["0 (4)", "1 (4)", "2 (4)"]
    two = values.get_by_role("button", name="2 (4)")
    two.click()
    assert (two.get_attribute("aria-pressed"), rows.count()) == ("true", 2)
    field.fill("")
    assert rows.count() == 4
    values.get_by_role("button", name="1 (4)").click()
    assert (two.get_attribute("aria-pressed"), rows.count()) == ("false", 4)
    values.get_by_role("button", name="1 (4)").click()
    assert (rows.count(), page.locator(".narrow output").inner_text()) == (12, "")
    assert page.title() == "12 rows – stratgraph"
    page.goto(f"{address}/sparql?{urlencode({'query': QUERY})}")
    page.locator("button.sort").first.wait_for()
    assert page.locator(".narrow").count() == 0
    page.close()
