"""Debian's Chromium, and axe-core in it."""

import contextlib
import shutil

import pytest
from judges import node

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

needed = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium (Debian) is not installed"),
]


@contextlib.contextmanager
def chromium():
    """Start a browser, until the end of the block."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def violations(page):
    """Give what axe-core finds on a page against WCAG 2.2 AA: the rule, and the first element that breaks it."""
    page.evaluate(node.AXE.read_text())
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']})"
    )
    return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]
