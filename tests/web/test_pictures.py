"""A card's picture in the web chat: drawn from what the card says, whatever is so by now, and with words."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from bot.arrivals import Answer
from bot.platforms.contract import Outgoing
from desk.cards import card_from_json, card_to_json
from handlers.pictures.report import report_card
from tests.reports import sample
from tests.web.browser import browsing
from tests.web.site import DOWN, room, write

CARD = report_card(sample.busy())


def test_a_card_keeps_its_picture_when_it_is_stored_and_one_without_stays_as_it_was():
    assert card_from_json(card_to_json(CARD)) == CARD
    assert "picture" not in card_to_json(DOWN), "what has none takes no room"
    assert card_from_json(card_to_json(DOWN)) == DOWN


def test_a_report_of_which_nothing_is_judged_has_no_picture():
    assert report_card(sample.empty()).picture is None


async def test_a_posted_card_brings_its_picture_and_where_its_pages_are(chat, http):
    await chat.outbound.post(Outgoing("k1", "acme-team", None, 1, CARD.key, None, CARD, (), ()))
    (message,) = (await http.get("/api/channels/acme-team/messages", params={"as": "ben"})).json()
    assert message["card"]["picture"]["alt"].startswith("Promises kept, in % of those judged")
    for look in ("light", "dark"):
        answer = await http.get(message["card"]["picture"]["looks"][look])
        assert answer.headers["content-type"] == "image/svg+xml"
    assert [page["address"] for page in message["card"]["pages"]] == [
        "/reports/acme/2026-Q4", "/reports/acme/2026-Q4/review.pdf", "/reports/acme/2026-Q4/numbers.csv"
    ]  # fmt: skip


@pytest.mark.xdist_group("browser")
async def test_the_picture_is_seen_in_the_chat_and_the_pages_can_be_opened(site):
    site.router.answers["/report acme"] = Answer(reply=replace(CARD, table=()))
    async with browsing() as open_page:
        page = await open_page(room(site, "ben", "acme-team"))
        await write(page, "/report acme")
        image = page.get_by_role("img", name="Promises kept, in % of those judged")
        await expect(image).to_be_visible()
        await expect(image).to_have_js_property("complete", value=True)
        assert await image.evaluate("each => each.decode().then(() => each.naturalWidth)") > 100
        link = page.get_by_role("link", name="Open the page")
        assert await link.get_attribute("href") == "/reports/acme/2026-Q4?as=ben"
