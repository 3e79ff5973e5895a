"""A click on a heading sorts an answer that is whole on its page; the third click gives the query's order back."""

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
