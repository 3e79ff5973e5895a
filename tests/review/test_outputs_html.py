"""The review as a page, in its bytes and in a browser."""

from __future__ import annotations

import itertools
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from sample_review import CHANGES, FIRST, HOSTILE, REVIEW, iri

from stratgraph.review.outputs import as_html, render
from stratgraph.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CREATED = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
CHROMIUM = shutil.which("chromium")
STYLE = (Path(as_html.__file__).parent / "review.css").read_text("utf-8")
VOID = {"meta", "link", "br", "img"}


class Outline(HTMLParser):
    """The elements of a page with their attributes, their nesting checked, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


@pytest.fixture(scope="module")
def page() -> str:
    return render(REVIEW, "html", created=CREATED).decode("utf-8")


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    return Outline(page)


def test_it_needs_no_script_and_loads_nothing(page: str, outline: Outline) -> None:
    tags = {tag for tag, _ in outline.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "svg", "form"}
    assert not any(name.startswith("on") for _, attributes in outline.elements for name in attributes)
    assert not re.search(r"url\(|@import", page)
    assert outline.values("src") == outline.values("style") == []
    assert "default-src 'none'" in outline.values("content")[0]


def test_what_the_plan_says_is_shown_and_never_obeyed(page: str, outline: Outline) -> None:
    # The sheet, and the filters.
    assert page.count("</style>") == 2
    assert "<script" not in page
    shown = HOSTILE
    for character in "\u202e\u2069\x1b":
        shown = shown.replace(character, f"[{name_of(character)}]")
    # As group, label, old value, and as label, message, reason of a finding; its value is in its message.
    assert outline.text.count(shown) == 6
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f]", page)


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:1", "\x01javascript:1"])
def test_only_web_addresses_are_links(iri: str) -> None:
    changes = (replace(CHANGES[0], subject=iri, label="here"),)
    effects = (replace(REVIEW.effects[0], subject=iri, targets=(iri,)),)
    written = render(replace(REVIEW, plan=iri, against=iri, changes=changes, effects=effects), "html").decode("utf-8")
    links = Outline(written).values("href")
    assert links
    assert all(link.startswith(("https://", "http://", "#")) for link in links)


def test_a_quote_in_an_address_does_not_end_it() -> None:
    subject = 'https://example.org/" onclick="alert(1)'
    written = render(replace(REVIEW, changes=(replace(CHANGES[0], subject=subject),)), "html").decode("utf-8")
    assert subject in Outline(written).values("href")


def test_it_is_a_page_for_every_reader(outline: Outline) -> None:
    assert outline.elements[0] == ("html", {"lang": "en"})
    assert [tag for tag, _ in outline.elements].count("h1") == 1
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h\d", tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    heads = [attributes for tag, attributes in outline.elements if tag == "th"]
    assert heads
    assert {attributes["scope"] for attributes in heads} == {"col", "row"}
    assert [tag for tag, _ in outline.elements].count("caption") == [tag for tag, _ in outline.elements].count("table")


def test_every_anchor_is_there_once_and_every_inner_link_leads_to_one(outline: Outline) -> None:
    anchors = outline.values("id")
    assert len(anchors) == len(set(anchors))
    assert {link[1:] for link in outline.values("href") if link.startswith("#")} <= set(anchors)
    assert "agency/plan/1/north/objective/1/output/4" in anchors


def test_elements_link_to_their_iris(outline: Outline) -> None:
    assert {iri("north/objective/1/output/4"), "http://metadata.un.org/sdg/9.1"} <= set(outline.values("href"))


def test_what_went_and_what_came_are_del_and_ins(page: str) -> None:
    assert "<del>A road </del><ins>Two roads </ins><span>of stone</span>" in page
    assert "<del>3</del> <ins>4</ins>" in page


def test_a_long_group_can_be_folded_and_is_open() -> None:
    many = tuple(replace(CHANGES[1], subject=iri(f"north/objective/1/output/{n}")) for n in range(1, as_html.LONG + 2))
    for changes, folded in ((many, 1), (many[:-1], 0)):
        found = Outline(render(replace(FIRST, changes=changes), "html").decode("utf-8")).elements
        assert [attributes for tag, attributes in found if tag == "details"] == [{"open": "open"}] * folded


def test_old_violations_are_not_folded_away(outline: Outline) -> None:
    folds = [attributes for tag, attributes in outline.elements if tag == "details"]
    # New, unchanged (with a Violation), fixed, sure matches.
    assert [attributes.get("open") for attributes in folds] == ["open", "open", None, None]


def test_a_first_version_compares_with_nothing() -> None:
    text = Outline(render(FIRST, "html").decode("utf-8")).text
    assert "nothing: a first version" in text
    assert "Fit for publication." in text


def colours(scheme: int) -> dict[str, str]:
    """The light ones, the dark ones, those of paper."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1, 2])
def test_text_stands_out_from_its_ground(scheme: int) -> None:
    found = colours(scheme)
    grounds = [(ink, paper) for ink in ("ink", "quiet", "link", "good", "bad", "warn") for paper in ("paper", "sheet")]
    for ink, paper in (*grounds, ("ins", "ins-paper"), ("del", "del-paper")):
        darker, lighter = sorted((luminance(found[ink]), luminance(found[paper])))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"{ink} on {paper}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Browser, path: Path, content: str, **options: object) -> tuple[Page, list[str]]:
    file = path / "review.html"
    file.write_text(content, "utf-8")
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: told.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    return page, told


def test_a_browser_finds_nothing_to_complain_of_or_to_load(browser: Browser, tmp_path: Path, page: str) -> None:
    shown, told = opened(browser, tmp_path, page)
    assert told == []
    assert shown.title() == "Review: Plan 1, version 2"
    assert shown.locator("article.element").count() == 8


@pytest.mark.parametrize("width", [320, 1200])
def test_it_fits_the_window(browser: Browser, tmp_path: Path, page: str, width: int) -> None:
    shown, _ = opened(browser, tmp_path, page, viewport={"width": width, "height": 700})
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_a_reader_chooses_unit_rule_and_severity_without_a_script(browser: Browser, tmp_path: Path, page: str) -> None:
    shown, _ = opened(browser, tmp_path, page, java_script_enabled=False)
    elements, findings = shown.locator("article.element:visible"), shown.locator("#findings article:visible")
    everything = (elements.count(), findings.count())
    form = shown.get_by_role("group", name="Show only")
    # A screen reader knows of the place before anything is said there.
    assert form.aria_snapshot().splitlines()[-1].strip() == "- status"
    every = shown.locator("#only-severity option:not([value=''])").all_inner_texts()
    of = sum(int(one.rpartition("(")[2].rstrip(")")) for one in every)
    shown.get_by_label("Severity").select_option(label="Violation (4)")
    assert {title.split()[0] for title in findings.locator("h4").all_inner_texts()} == {"Violation"}
    assert elements.count() == everything[0]
    heard = form.aria_snapshot().partition("- status")[2]
    assert f"Severity Violation: 4 of {of}. What was not chosen is left out below" in heard
    shown.get_by_label("Rule").select_option(label="ObjectiveHasIndicator (1)")
    assert findings.locator("h4").all_inner_texts() == ["Violation ObjectiveHasIndicator"]
    assert shown.get_by_text("is left out below").is_visible()
    shown.get_by_label("Unit of").select_option(label="AG-S (4)")
    # Carts moved, the link of the hostile one, the target of Carts, their French text.
    assert elements.count() == 4
    # Of AG-S there is no finding, so there is no heading above none.
    assert not shown.locator("#findings").is_visible()
    for name in ("Unit of", "Rule", "Severity"):
        shown.get_by_label(name).select_option(label="all")
    assert (elements.count(), findings.count()) == everything


def test_everything_is_printed_what_is_folded_too(browser: Browser, tmp_path: Path, page: str) -> None:
    shown, _ = opened(browser, tmp_path, page, java_script_enabled=False)
    fixed = shown.locator("#fixed-1")
    assert not fixed.is_visible()
    shown.emulate_media(media="print")
    assert fixed.is_visible()


def test_the_dark_scheme_is_dark(browser: Browser, tmp_path: Path, page: str) -> None:
    shown, _ = opened(browser, tmp_path, page, color_scheme="dark")
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 27)"
