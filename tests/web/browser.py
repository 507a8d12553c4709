"""A real Chromium for the tests that need eyes and hands."""

import os
import shutil
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FORBIDDEN = "Content Security Policy"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip

# A busy machine is slow and not wrong; where a test asserts a time, it says so itself.
expect.set_options(timeout=15_000)


def chromium():
    """The path of a Chromium; without one the test is skipped, and on CI it fails."""
    found = os.environ.get("DESKBELL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    sentence = "NO BROWSER TESTED: install chromium, or name one in DESKBELL_CHROMIUM."
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


@asynccontextmanager
async def browsing():
    """`open_page(url, **options)` opens a page in a browser profile of its own. An error in any page is a failure."""
    path, troubles = chromium(), []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)

        async def open_page(url, **options):
            context = await browser.new_context(**options)
            context.set_default_timeout(10_000)
            page = await context.new_page()
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda said: troubles.append(said.text) if FORBIDDEN in said.text else None)
            await page.goto(url)
            return page

        try:
            yield open_page
        finally:
            await browser.close()
    assert troubles == []
