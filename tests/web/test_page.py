"""The page under its hardest readers: news while it loads, a narrow window, two threads of one ticket."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from playwright.async_api import expect

from bot.arrivals import Answer
from bot.platforms.contract import Outgoing
from desk.cards import Card, text
from tests.web.browser import browsing
from tests.web.calls import deliver, save_ticket
from tests.web.site import FORM, room, write

pytestmark = pytest.mark.xdist_group("browser")
CARD = Card("ticket/17", "VPN drops", "● new", 17)
NARROW = {"width": 390, "height": 800}


async def say(site, person, channel, line, **more):
    async with httpx.AsyncClient(base_url=site.url, trust_env=False) as http:
        said = await http.post("/api/say", json={"as": person, "channel": channel, "text": line, **more})
    assert said.status_code == 200
    return said.json()["message"]


async def blank(open_page, site):
    """A page of ours on which nothing happens yet, so that a test can come between it and the server."""
    return await open_page(f"{site.url}/docs")


def late(address, seconds):
    """`page.route(*late(...))`: the request is sent that much later."""

    async def wait(route):
        await asyncio.sleep(seconds)
        await route.continue_()

    return address, wait


async def test_what_is_said_between_the_list_and_the_first_live_update_is_shown(site):
    async with browsing() as open_page:
        page = await blank(open_page, site)
        await page.route(*late("**/api/events*", 1.5))
        await page.goto(room(site, "ben", "acme-team"))
        await expect(page.get_by_text("All quiet")).to_be_visible()
        await say(site, "rosa", "acme-team", "in the gap")
        await expect(page.get_by_text("in the gap")).to_be_visible()


@pytest.mark.parametrize("thread", [False, True])
async def test_a_list_that_comes_late_takes_nothing_away_that_arrived_meanwhile(site, thread):
    head = await say(site, "rosa", "acme-team", "the head")
    await say(site, "rosa", "acme-team", "an old reply", thread=head)
    under, given = {"thread": head} if thread else {}, asyncio.Event()

    async def late_answer(route):
        answer = await route.fetch()
        if ("thread=" in route.request.url) == thread:
            await say(site, "rosa", "acme-team", "meanwhile", **under)
            await say(site, "rosa", "acme-team", "a reply meanwhile", thread=head)
            await asyncio.sleep(0.7)
        await route.fulfill(response=answer)
        if ("thread=" in route.request.url) == thread:
            given.set()

    async with browsing() as open_page:
        page = await blank(open_page, site)
        await page.route("**/messages?*", late_answer)
        await page.goto(room(site, "ben", "acme-team") + (f"&thread={head}" if thread else ""))
        await given.wait()
        place = page.locator("#thread .log" if thread else "#main .log")
        await expect(place.get_by_text("meanwhile", exact=True)).to_have_count(1)
        await expect(page.get_by_role("button", name=f"{3 if thread else 2} replies")).to_be_visible()
        assert await page.locator("#main .message").count() == (1 if thread else 2)


async def test_a_private_form_stands_below_its_line_however_late_that_is_shown(site):
    site.router.answers["my vpn drops"] = Answer(form=FORM)
    async with browsing() as open_page:
        page = await blank(open_page, site)
        await page.route(*late("**/api/events*", 2))
        await page.goto(room(site, "ann", "acme-help"))
        await write(page, "my vpn drops")
        await expect(page.get_by_text("Only you see this")).to_be_visible()
        await expect(page.locator(".words")).to_have_count(0)
        await expect(page.locator(".words", has_text="my vpn drops")).to_be_visible()
        await say(site, "ben", "acme-help", "later")
        await expect(page.get_by_text("later")).to_be_visible()
        order = await page.locator("#main .log ol > li").evaluate_all("all => all.map(each => each.className)")
        assert order == ["message", "private", "message"]


@pytest.mark.parametrize("first", ["answer", "card"])
async def test_a_card_that_the_channel_shows_is_not_shown_a_second_time_in_private(site, first):
    """Whichever comes first: the private answer or the posted card. A story is more than the card, and stays."""
    posted = Outgoing("k9", "dm-ann", None, 1, CARD.key, None, CARD, (), ())
    story = replace(CARD, table=((text("09:00"), text("opened")),))
    site.router.answers |= {"/open VPN": Answer(reply=CARD), "/show 17": Answer(reply=story)}
    async with browsing() as open_page:
        page = await open_page(room(site, "ann", "dm-ann"))
        if first == "card":
            await site.outbound.post(posted)
            await expect(page.get_by_role("article", name="VPN drops")).to_be_visible()
        await write(page, "/open VPN")
        if first == "answer":
            await expect(page.get_by_text("Only you see this")).to_be_visible()
            await site.outbound.post(posted)
        await expect(page.locator(".card.flash" if first == "card" else ".message .card")).to_be_visible()
        await expect(page.get_by_role("article", name="VPN drops")).to_have_count(1)
        await write(page, "/show 17")
        await expect(page.get_by_text("Only you see this")).to_be_visible()


async def boxes(page, selector):
    script = "all => all.map((node) => node.getBoundingClientRect()).map((b) => [b.left, b.top, b.right, b.bottom])"
    return await page.locator(selector).evaluate_all(script)


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


async def test_at_a_narrow_window_no_button_lies_over_what_was_said(site):
    for number in range(3):
        await say(site, "rosa", "acme-team", f"line {number} " + "that goes on and on and over the edge " * 3)
    async with browsing() as open_page:
        page = await open_page(room(site, "ben", "acme-team"), viewport=NARROW)
        await expect(page.locator(".message.same")).to_have_count(2)
        await page.locator(".message.same").last.hover()
        buttons, words = await boxes(page, ".foot-line"), await boxes(page, ".words, .by > *")
        assert not [(b, w) for b in buttons for w in words if overlap(b, w)]
        await page.locator(".message.same").last.get_by_role("button", name="Reply in thread").click()
        await expect(page.get_by_role("complementary", name="Thread").get_by_text("line 2")).to_be_visible()


async def test_the_work_that_waits_reads_well_in_a_narrow_window(site):
    row = ("17", "The VPN drops every hour and I cannot work", "● new", "due 06:23", "P2 · Acme Web Shops · nobody")
    table = tuple(tuple(text(cell) for cell in row) for _ in range(3))
    site.router.answers["/list"] = Answer(reply=Card("list", "Open work", table=table))
    async with browsing() as open_page:
        page = await open_page(f"{site.url}/home?as=ben", viewport=NARROW)
        await expect(page.locator("tr")).to_have_count(3)
        heights = await page.locator("tr").evaluate_all("rows => rows.map((row) => row.offsetHeight)")
        assert max(heights) < 100, "two lines of words and two of details"
        assert await page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


@pytest.mark.parametrize(("person", "titles"), [("rosa", ["Promises", "Status"]), ("ben", ["Work", "Status"])])
async def test_home_begins_with_what_the_person_answers_for(site, person, titles):
    for line, title in (("/sla", "Promises"), ("/status", "Status"), ("/list", "Work"), ("/help", "Help")):
        site.router.answers[line] = Answer(reply=Card(line[1:], title))
    async with browsing() as open_page:
        page = await open_page(f"{site.url}/home?as={person}")
        await expect(page.locator(".home h3").first).to_be_visible()
        assert (await page.locator(".home h3").all_inner_texts())[:2] == titles


async def test_clients_are_called_by_their_names(site):
    async with browsing() as open_page:
        page = await open_page(site.url)
        await expect(page.get_by_role("heading", name="At Acme Web Shops")).to_be_visible()
        await page.goto(room(site, "ben", "acme-team"))
        await expect(page.get_by_text("The team's room for Acme Web Shops")).to_be_visible()


async def test_the_teams_thread_leads_to_the_requesters_and_back(site):
    """What staff write there the requester reads; what the requester writes there appears without a reload."""
    team = await site.outbound.post(Outgoing("k1", "acme-team", None, 1, CARD.key, None, CARD, (), ()))
    theirs = await site.outbound.post(Outgoing("k2", "dm-ann", None, 1, CARD.key, None, CARD, (), ()))

    await save_ticket(site.store)
    await deliver(site.store, ("dm-ann", theirs))
    async with browsing() as open_page:
        ben = await open_page(room(site, "ben", "acme-team"))
        await ben.get_by_role("button", name="Reply in thread").click()
        thread = ben.get_by_role("complementary", name="Thread")
        await thread.get_by_role("link", name="Their thread: Ann Lee").click()
        await expect(thread.get_by_placeholder("Write to the requester")).to_be_focused()
        await ben.keyboard.type("Please restart it")
        await ben.keyboard.press("Enter")
        await expect(thread.get_by_text("Please restart it")).to_be_visible()
        assert site.router.taken[-1].channel == "dm-ann"
        await say(site, "ann", "dm-ann", "It works again", thread=theirs)
        await site.outbound.post(Outgoing("k3", "acme-team", team, 1, "n/1", "ann", None, text("It works again"), ()))
        await expect(thread.get_by_text("It works again")).to_have_count(1)
        await expect(thread.get_by_text("Please restart it")).to_have_count(1)
        await thread.get_by_role("link", name="Team's thread").click()
        await expect(thread.get_by_text("Please restart it")).to_have_count(0)
        await expect(thread.get_by_text("It works again")).to_be_visible()


async def test_what_is_written_to_the_requester_before_their_thread_is_read_goes_there_and_nowhere_else(site):
    """The box is there at once, and the page does not know yet where the requester's thread is."""
    await site.outbound.post(Outgoing("k1", "acme-team", None, 1, CARD.key, None, CARD, (), ()))
    theirs = await site.outbound.post(Outgoing("k2", "dm-ann", None, 1, CARD.key, None, CARD, (), ()))
    await save_ticket(site.store)
    await deliver(site.store, ("dm-ann", theirs))
    async with browsing() as open_page:
        ben = await blank(open_page, site)
        await ben.route(*late("**/messages*thread=*", 0.7))
        await ben.goto(f"{room(site, 'ben', 'acme-team')}&thread=1&theirs=1")
        thread = ben.get_by_role("complementary", name="Thread")
        await thread.get_by_placeholder("Write to the requester").fill("Please restart it")
        await ben.keyboard.press("Enter")
        await expect(thread.get_by_text("Please restart it")).to_be_visible()
    lines = [said for said in site.router.taken if said.text != "/help"]
    assert [(said.channel, said.thread) for said in lines] == [("dm-ann", str(theirs))]
