"""The pages in a real browser: what a person sees, presses and types."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from bot.arrivals import Answer
from bot.web.listener import Listener
from desk.cards import Card, text
from tests.web.browser import browsing
from tests.web.conftest import make_chat
from tests.web.site import ALERT, DOWN, FORM, HELD, REFUSED, RUN, room, write

pytestmark = pytest.mark.xdist_group("browser")


async def test_one_chooses_who_to_be_and_every_page_says_so(site):
    site.router.answers["/list"] = Answer(reply=Card("list", "Your tickets", lines=(text("You have none."),)))
    async with browsing() as open_page:
        page = await open_page(site.url)
        await page.get_by_role("link", name="Ann Lee requester at Acme Web Shops").click()
        await expect(page.locator("#acting")).to_contain_text("You act as Ann Lee, requester at Acme Web Shops")
        await expect(page.get_by_role("heading", name="Your tickets")).to_be_visible()
        await page.get_by_role("link", name="acme-help").click()
        await expect(page.locator("#acting")).to_contain_text("You act as Ann Lee")
        await expect(page.get_by_role("link", name="acme-team")).to_have_count(0)
        assert "channel=acme-help" in page.url


async def test_a_press_in_one_browser_is_seen_in_another_and_after_a_restart_too(site):
    """Within a second and without a reload; the second page also comes back by itself when the server does."""
    await site.outbound.post(ALERT)
    async with browsing() as open_page:
        ben = await open_page(room(site, "ben", "acme-team"))
        rosa = await open_page(room(site, "rosa", "acme-team"))
        await expect(rosa.get_by_text("▲ DOWN")).to_be_visible()
        await ben.get_by_role("button", name="Acknowledge").click()
        await expect(rosa.get_by_text("◐ DOWN, Ben is on it")).to_be_visible(timeout=1000)
        await expect(rosa.get_by_role("button", name="Acknowledge")).to_have_count(0)

        site.bell.close()
        await site.listener.stop()
        await expect(rosa.get_by_text("Reconnecting…")).to_be_visible()
        again = make_chat(site.store, site.clock)
        site.bell, site.listener = again.bell, Listener(again.app(), "127.0.0.1", site.port)
        await site.listener.start()
        await expect(rosa.get_by_text("Live", exact=True)).to_be_visible()
        up = replace(HELD, version=3, card=replace(DOWN, state="✓ UP", tone="good", buttons=()))
        await again.outbound.edit("1", up)
        await expect(rosa.get_by_text("✓ UP")).to_be_visible(timeout=1000)


async def test_a_line_is_seen_by_all_and_its_answer_by_the_asker_alone(site):
    site.router.answers["my vpn drops"] = Answer(reply=Card("articles", "Restart the VPN client"), form=FORM)
    async with browsing() as open_page:
        ann = await open_page(room(site, "ann", "acme-help"))
        ben = await open_page(room(site, "ben", "acme-help"))
        await expect(ann.get_by_text("Nothing here yet")).to_be_visible()
        await write(ann, "my vpn drops")
        await expect(ben.get_by_text("my vpn drops")).to_be_visible()
        await expect(ann.get_by_text("Only you see this")).to_be_visible()
        await expect(ann.get_by_text("Restart the VPN client")).to_be_visible()
        await expect(ann.get_by_label("What is wrong, in one line")).to_be_visible()
        await expect(ben.get_by_text("Restart the VPN client")).to_have_count(0)
        await ann.get_by_role("button", name="Put away").click()
        await expect(ann.get_by_text("Restart the VPN client")).to_have_count(0)


async def test_a_form_shows_what_is_wrong_beside_the_field_and_goes_there(site):
    site.router.answers |= {"/open": Answer(form=FORM), "open": Answer(422, "Look at the fields.", form=REFUSED)}
    async with browsing() as open_page:
        page = await open_page(room(site, "ann", "acme-help"))
        await write(page, "/open")
        dialog = page.get_by_role("dialog", name="What do you need?")
        subject = dialog.get_by_label("What is wrong, in one line")
        await expect(subject).to_be_focused()
        await dialog.get_by_label("How urgent is it?").select_option("P1")
        await dialog.get_by_role("button", name="Open ticket").click()
        await expect(dialog.get_by_text("This is needed.")).to_be_visible()
        await expect(subject).to_be_focused()
        await expect(subject).to_have_attribute("aria-invalid", "true")
        site.router.answers["open"] = Answer(reply=Card("ticket/17", "VPN drops", "● new", 17))
        await subject.fill("VPN drops")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("article", name="VPN drops")).to_be_visible()
        await expect(dialog).to_have_count(0)
        assert site.router.taken[-1].values == {"subject": "VPN drops", "urgency": ""}


async def test_danger_is_asked_about_and_escape_leaves_it(site):
    await site.outbound.post(ALERT)
    async with browsing() as open_page:
        page = await open_page(room(site, "ben", "acme-team"))
        await page.get_by_role("button", name="Run restart-shop…").click()
        question = page.get_by_role("dialog", name="Run restart-shop on shop-1?")
        await expect(question.get_by_role("button", name="Run restart-shop")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(question).to_have_count(0)
        assert not [a for a in site.router.taken if a.kind == "press"], "nothing but a yes is a yes"
        await page.get_by_role("button", name="Run restart-shop…").click()
        site.router.answers[RUN.line()] = Answer(403, "Only an approver may approve.")
        await question.get_by_role("button", name="Run restart-shop").click()
        await expect(page.get_by_text("Only an approver may approve.")).to_be_visible()
        await expect(page.get_by_role("button", name="Run restart-shop…")).to_be_enabled()


async def test_a_thread_opens_at_the_side_and_counts_its_replies(site):
    await site.outbound.post(ALERT)
    async with browsing() as open_page:
        page = await open_page(room(site, "ben", "acme-team"))
        await page.get_by_role("button", name="Reply in thread").click()
        thread = page.get_by_role("complementary", name="Thread")
        await expect(thread.get_by_role("textbox")).to_be_focused()
        await page.keyboard.type("The proxy was restarted.")
        await page.keyboard.press("Enter")
        await expect(thread.get_by_text("The proxy was restarted.")).to_be_visible()
        await expect(page.get_by_role("button", name="1 reply")).to_be_visible()
        assert site.router.taken[-1].thread_key == "alert/42"
        await page.keyboard.press("Escape")
        await expect(thread).to_have_count(0)
        await page.reload()
        await page.get_by_role("button", name="1 reply").click()
        await expect(thread.get_by_text("The proxy was restarted.")).to_be_visible()


async def test_what_people_write_is_text_and_nothing_else(site):
    hostile = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> @everyone"
    await site.outbound.post(replace(ALERT, card=replace(DOWN, title=hostile, state="<b>bold</b>")))
    async with browsing() as open_page:
        page = await open_page(room(site, "ben", "acme-team"))
        await write(page, hostile)
        await expect(page.locator(".words", has_text="@everyone")).to_have_text(hostile)
        await expect(page.locator(".card h3")).to_have_text(hostile)
        await expect(page.locator("main img[src=x], main script, main b:has-text('bold')")).to_have_count(0)
        assert "owned" not in await page.title()


async def test_the_keys_work_and_commands_are_offered(site):
    table = ((text("Work alerts"), text("/ack 42"), text("Say that you have it")),)
    site.router.answers["/help"] = Answer(reply=Card("help", "What you can do", table=table))
    async with browsing() as open_page:
        page = await open_page(room(site, "ben", "acme-team"))
        await page.locator("#main .log").focus()
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("/")
        await expect(page.locator("#main textarea")).to_have_value("/")
        await expect(page.get_by_role("option", name="/ack 42 Say that you have it")).to_be_visible()
        await page.keyboard.press("Tab")
        await expect(page.locator("#main textarea")).to_have_value("/ack ")
        await page.keyboard.press("Alt+ArrowDown")
        await expect(page.get_by_role("heading", name="#noc")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_phone_shows_everything_without_scrolling_sideways(site, scheme):
    await site.outbound.post(ALERT)
    async with browsing() as open_page:
        size = {"width": 360, "height": 740}
        page = await open_page(room(site, "ben", "acme-team"), viewport=size, color_scheme=scheme, has_touch=True)
        await expect(page.get_by_role("button", name="Acknowledge")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        await page.get_by_role("button", name="Channels").click()
        await page.get_by_role("link", name="welcome").click()
        await expect(page.get_by_role("heading", name="#welcome")).to_be_visible()
        await expect(page.get_by_role("navigation", name="Channels")).not_to_be_visible()
