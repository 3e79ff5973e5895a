"""Takes the pictures of pages that the README and docs show, of a server that runs: ``take_screenshots.py http://127.0.0.1:8000``.

They are looked at and committed by hand: a browser of another version draws other letters, so no test compares them.
"""

# ruff: noqa: INP001 - a script, and no package

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parents[1] / "images"
PAGES = {
    "answer": f"/queries/objectives-at-a-glance?{urlencode({'plan': 'https://w3id.org/stratgraph/id/itu/plan/2012-2015'})}#answer",
    "sheet": "/sheet/itu/2012-2015",
    "element": "/doc/itu/plan/2012-2015/itu-d/objective/3.html",
}


def main(address: str) -> None:
    """Takes each picture, 1,200 by 760."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 760})
        for name, path in PAGES.items():
            page.goto(f"{address}{path}")
            page.screenshot(path=IMAGES / f"page-{name}.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
