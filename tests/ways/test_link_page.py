"""The page of a link in a real browser: narrow, by day and by night, by keyboard, with scripts turned off."""

from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from bot.web.app import intake_app
from bot.web.intake import Intake
from bot.web.listener import Listener
from tests.shape import stories
from tests.ways.test_links import HOME, Phone, state
from tests.web.browser import browsing

pytestmark = pytest.mark.xdist_group("browser")
NARROW = {"width": 320, "height": 640}


@asynccontextmanager
async def reached(phone: Phone):
    """The intake on a socket; gives the address of a fresh link of Ben's."""
    listener = Listener(intake_app(Intake(phone._beat, {}, links=phone.links)), "127.0.0.1", 0)
    port = await listener.start()
    try:
        yield (await phone.sent()).replace(HOME, f"http://127.0.0.1:{port}")
    finally:
        await listener.stop()
        await phone.http.aclose()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_one_press_of_a_thumb_acknowledges(desk, scheme):
    await stories.ringing(desk)
    async with reached(Phone(desk)) as link, browsing() as open_page:
        page = await open_page(link, viewport=NARROW, color_scheme=scheme, java_script_enabled=False)
        button = page.get_by_role("button", name="Acknowledge")
        box = await button.bounding_box()
        assert box["height"] >= 44, "large enough for a thumb"
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == {"light": "rgb(245, 246, 247)", "dark": "rgb(18, 21, 24)"}[scheme]
        await page.keyboard.press("Tab")
        await expect(button).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("You have it.")).to_be_visible()
        await expect(page.get_by_role("button")).to_have_count(0)
        assert await state(desk) == "acknowledged ben"
