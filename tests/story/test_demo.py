"""The demo's story, lived in a real browser against a real process: what a newcomer sees after `make run`."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from tests.web.browser import browsing

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(240)]
PATIENCE = 40_000  # milliseconds for what takes its real time: two polls, a script, two looks


@asynccontextmanager
async def demo(data):
    """`deskbell demo` as a process of its own; gives its address."""
    environment = {**os.environ, "DESKBELL_DATA": str(data), "DESKBELL_PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout
    ready = (await process.stdout.readline()).decode()
    assert ready.startswith("ready http://127.0.0.1:"), ready
    try:
        yield ready.split()[1]
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        process._transport.close()  # the pipe, which nobody reads any more


def card(page: Page, key: str):
    return page.locator(f'#main article[data-key="{key}"]')


async def press(page: Page, key: str, label: str) -> None:
    await card(page, key).get_by_role("button", name=label, exact=True).click()


async def say(page: Page, line: str) -> None:
    await page.locator("#main textarea").fill(line)
    await page.keyboard.press("Enter")


async def test_the_whole_story_from_a_broken_shop_to_a_managers_number(tmp_path):
    """Break it, acknowledge, run, approve, verified; ask, escalate, be reminded; a number with its denominator."""
    async with demo(tmp_path) as url, browsing() as open_page:
        await the_shop_breaks_and_is_repaired(url, open_page)
        await a_ticket_is_opened_urged_and_its_promise_reminded_of(url, open_page)
        rosa = await open_page(f"{url}/?as=rosa&channel=dm-rosa")
        await say(rosa, "/sla acme")
        await expect(rosa.get_by_text("nothing judged yet").first).to_be_visible()
        await expect(rosa.get_by_text("1 ticket opened in", exact=False)).to_be_visible()
    async with demo(tmp_path) as url, browsing() as open_page:
        ben = await open_page(f"{url}/?as=ben&channel=acme-team")
        await expect(ben.get_by_text("fixed by restart-shop", exact=False).first).to_be_visible()


async def the_shop_breaks_and_is_repaired(url, open_page):
    ann = await open_page(f"{url}/?as=ann&channel=welcome")
    ben = await open_page(f"{url}/?as=ben&channel=acme-team")
    mia = await open_page(f"{url}/?as=mia&channel=acme-team")
    await press(ann, "demo/welcome", "Stop the shop…")
    await ann.get_by_role("dialog").get_by_role("button", name="Stop the shop").click()
    alert = ben.locator('#main article[data-key^="alert/"]')
    await expect(alert).to_contain_text("▲ DOWN", timeout=PATIENCE)
    await expect(alert).to_contain_text("connection refused")
    await alert.get_by_role("button", name="Acknowledge").click()
    await expect(mia.locator('#main article[data-key^="alert/"]')).to_contain_text("Ben is on it")
    await alert.get_by_role("button", name="Run restart-shop").click()
    await ben.get_by_role("dialog").get_by_role("button", name="Run restart-shop").click()
    asked = mia.locator('#main article[data-key^="approval/"]')
    await expect(asked).to_contain_text("Needs one approver, not Ben")
    await asked.get_by_role("button", name="Approve").click()
    await expect(alert).to_contain_text("✓ UP", timeout=PATIENCE)
    await expect(alert).to_contain_text("fixed by restart-shop")
    await expect(ann.locator('#main article[data-key="demo/welcome"]')).to_contain_text("5 of 8 done")


async def a_ticket_is_opened_urged_and_its_promise_reminded_of(url, open_page):
    ann = await open_page(f"{url}/?as=ann&channel=dm-ann")
    ben = await open_page(f"{url}/?as=ben&channel=acme-team")
    await say(ann, "my screen stays black")
    await ann.get_by_label("How urgent is it?").select_option("P1")
    await expect(ann.get_by_label("Alert")).to_have_count(0)
    await ann.get_by_role("button", name="Open ticket").click()
    ticket = ann.locator('#main article[data-key^="ticket/"]').first
    await expect(ticket).to_contain_text("We answer by")
    await ticket.get_by_role("button", name="It got urgent…").click()
    await ann.get_by_label("Whom does it hit?").select_option("low")
    await ann.get_by_label("How long can it wait?").select_option("high")
    await ann.get_by_label("Why").fill("The customer is in the room")
    await ann.get_by_role("button", name="Save").click()
    await expect(ann.get_by_text("The team reads this", exact=False)).to_be_visible()
    await expect(ben.get_by_text("until the promised first answer", exact=False)).to_be_visible(timeout=90_000)
