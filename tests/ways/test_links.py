"""Links by which somebody acknowledges without signing in: what they show, what presses them, and what they never tell.

Row of docs/reliability.md: `a link to acknowledge is previewed, guessed or pressed twice`.
"""

import asyncio
import re
from dataclasses import replace

import httpx
import pytest

from bot.acknowledging import LIFE, PATH, WRONG, Acknowledging
from bot.platforms.contract import Outgoing
from bot.ports import SeededIds
from bot.store.schema import metadata
from bot.web.app import intake_app
from bot.web.intake import Intake
from desk.alerts import Status
from desk.cards import Button
from desk.detail import Detail
from desk.people import Role
from tests.conversation import Conversation
from tests.shape import stories

HOME = "https://desk.example"
ACK = (Button("Acknowledge", "ack", (("number", "1"),)),)
NEVER = "A" * 22  # looks like one, and was never given out


class Phone:
    """Whoever holds a link, at a listener that is reached from outside."""

    def __init__(self, desk: Conversation) -> None:
        self.desk = desk
        servers = replace(desk.config.desk, public_url=HOME)
        desk.config = replace(desk.config, desk=servers)
        self.links = Acknowledging(desk.store, lambda: desk.config, desk.router, desk.clock, SeededIds(7))
        app = intake_app(Intake(self._beat, {}, links=self.links))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME)

    async def _beat(self, name: str) -> None:
        raise AssertionError(name)

    async def sent(self, person: str = "ben", way: str = "push", buttons: tuple[Button, ...] = ACK) -> str:
        """The link in a message to this person."""
        return await self.links.link(
            Outgoing("key", f"{way}/{person}", None, 1, "alert/1/told/1", None, None, (), buttons)
        )

    async def get(self, link: str) -> httpx.Response:
        return await self.http.get(link)

    async def post(self, link: str) -> httpx.Response:
        return await self.http.post(link)


@pytest.fixture
async def phone(desk: Conversation):
    await stories.ringing(desk)
    held = Phone(desk)
    yield held
    await held.http.aclose()


async def rows(desk: Conversation) -> dict[str, list[tuple]]:
    def read(tx):
        return {name: sorted(map(repr, tx.rows(f"SELECT * FROM {name}"))) for name in metadata.tables}  # noqa: S608 - our own names

    return await desk.store.read(read)


async def state(desk: Conversation) -> str:
    alert = await desk.store.read(lambda tx: tx.alert(1))
    return f"{alert.state} {alert.acked_by}"


def words(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.split("<body")[1]).split())


async def test_a_link_shows_what_it_is_about_and_one_button(phone: Phone):
    page = await phone.get(await phone.sent())
    assert page.status_code == 200
    assert "▲ DOWN 1 · checkout page · shop.acme.example Acme Web Shops · critical since 10:00" in words(page)
    assert page.text.count("<button") == 1
    assert '<form method="post">' in page.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_a_preview_changes_nothing(phone: Phone, method):
    """Mail scanners and chats open each link that they see, more than once."""
    link = await phone.sent()
    before = await rows(phone.desk)
    for _ in range(3):
        await phone.http.request(method, link)
    assert await rows(phone.desk) == before


async def test_a_press_acknowledges_as_whoever_the_link_is_for_and_the_record_says_by_which_way(phone: Phone):
    page = await phone.post(await phone.sent("ben", "mail"))
    assert page.status_code == 200
    assert "◐ DOWN, Ben is on it" in words(page)
    assert "You have it." in words(page)
    assert "<button" not in page.text
    assert await state(phone.desk) == "acknowledged ben"
    sql = "SELECT who, via FROM audit WHERE action = 'alert.acknowledged'"
    assert await phone.desk.store.read(lambda tx: tx.rows(sql)) == [("ben", "mail")]
    assert any("Ben: acknowledged it" in post.words for post in await phone.desk.posts("acme-team"))


async def test_the_page_has_no_script_no_cookie_and_is_not_kept(phone: Phone):
    page = await phone.get(await phone.sent())
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert "<script" not in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    look = await phone.get(f"{HOME}{PATH}look.css")
    assert (look.status_code, look.headers["content-type"].partition(";")[0]) == (200, "text/css")


async def test_a_wrong_a_used_a_lapsed_and_a_foreign_link_look_alike(phone: Phone):
    """And so does that of somebody who has left, or may not do it any more: to look at and to press."""
    desk = phone.desk
    nothing = await phone.get(f"{HOME}{PATH}{NEVER}")
    assert nothing.status_code == 404
    used = await phone.sent()
    await phone.post(used)
    desk.clock.step(120)
    lapsed = await phone.sent("mia")
    desk.clock.step(LIFE.total_seconds() + 1)
    gone, moved, barred = await phone.sent("tom"), await phone.sent("rosa"), await phone.sent("olga", "sms")
    people = {id_: person for id_, person in desk.config.people.items() if id_ != "tom"}
    people["rosa"] = replace(people["rosa"], roles={"globex": frozenset({Role.TECHNICIAN})})
    acme = replace(desk.config.clients["acme"], platforms=frozenset({"push", "mail"}))
    desk.config = replace(desk.config, people=people, clients={**desk.config.clients, "acme": acme})
    before = await state(desk)
    for link in (used, lapsed, gone, moved, barred, f"{HOME}{PATH}x", f"{HOME}{PATH}{'é' * 22}", f"{used}x"):
        for page in (await phone.get(link), await phone.post(link)):
            assert (page.status_code, page.content) == (404, nothing.content), link
    assert await state(desk) == before


async def test_a_link_pressed_twice_within_a_minute_is_answered_twice_and_has_one_effect(phone: Phone):
    """The first answer may have been lost on the way to a phone."""
    link = await phone.sent()
    first = await phone.post(link)
    timeline = "SELECT COUNT(*) FROM timeline WHERE words = 'acknowledged it'"
    phone.desk.clock.step(30)
    second = await phone.post(link)
    assert (second.status_code, "You have it." in words(second)) == (first.status_code, True)
    assert await phone.desk.store.read(lambda tx: tx.rows(timeline)) == [(1,)]
    assert (await phone.get(link)).status_code == 404, "to look at, it is used"
    phone.desk.clock.step(31)
    assert (await phone.post(link)).status_code == 404


async def test_pressed_by_many_at_once_it_is_pressed_once(phone: Phone):
    link = await phone.sent()
    pages = await asyncio.gather(*(phone.post(link) for _ in range(8)))
    assert {page.status_code for page in pages} == {200}
    timeline = "SELECT COUNT(*) FROM timeline WHERE words = 'acknowledged it'"
    assert await phone.desk.store.read(lambda tx: tx.rows(timeline)) == [(1,)]


async def test_what_somebody_else_has_already_says_so_and_stays_theirs(phone: Phone):
    link = await phone.sent("ben")
    await phone.desk.say("mia", "acme-team", "/ack 1")
    page = await phone.get(link)
    assert "◐ DOWN, Mia is on it" in words(page)
    assert "Mia has it since 10:00" in words(page)
    assert "<button" not in page.text
    pressed = await phone.post(link)
    assert pressed.status_code == 409
    assert "Mia has 1 already." in words(pressed)
    assert await state(phone.desk) == "acknowledged mia"


async def test_what_is_over_says_so(phone: Phone):
    link = await phone.sent()
    for _ in range(2):
        await phone.desk.look("shop", Status.OK)
    page = await phone.get(link)
    assert "✓ UP" in words(page)
    assert "<button" not in page.text
    assert "there is nothing left to acknowledge" in words(await phone.post(link))


async def test_a_link_that_was_refused_works_when_it_is_free_again(phone: Phone):
    link = await phone.sent("ben")
    await phone.desk.say("mia", "acme-team", "/ack 1")
    assert (await phone.post(link)).status_code == 409
    await phone.desk.say("mia", "acme-team", "/unack 1")
    assert (await phone.post(link)).status_code == 200
    assert await state(phone.desk) == "acknowledged ben"


async def test_a_manager_who_may_see_it_and_not_work_it_is_told_so(phone: Phone):
    """The same permission as for a line of theirs."""
    page = await phone.post(await phone.sent("rosa"))
    assert page.status_code == 409
    assert await state(phone.desk) == "firing None"


@pytest.mark.parametrize("detail", [Detail.SUBJECT, Detail.NUMBER])
async def test_of_a_client_that_shares_little_the_page_shows_as_little_as_the_message(phone: Phone, detail):
    acme = replace(phone.desk.config.clients["acme"], detail=detail)
    phone.desk.config = replace(phone.desk.config, clients={**phone.desk.config.clients, "acme": acme})
    page = words(await phone.get(await phone.sent()))
    assert ("checkout page" in page) is (detail is Detail.SUBJECT)
    assert "Acme" not in page
    assert "▲ DOWN" in page
    assert "since 10:00" in page


async def test_the_token_is_stored_nowhere(phone: Phone):
    link = await phone.sent()
    await phone.get(link)
    await phone.post(link)
    token = link.rpartition("/")[2]
    assert not [name for name, found in (await rows(phone.desk)).items() if token in "".join(found)]


async def test_each_message_has_a_link_of_its_own_and_they_are_forgotten_when_they_lapse(phone: Phone):
    links = {await phone.sent() for _ in range(5)}
    assert len(links) == 5
    phone.desk.clock.step(LIFE.total_seconds() + 1)
    await phone.sent()
    assert await phone.desk.store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM ack_links")) == [(1,)]


async def test_without_an_address_or_anything_to_acknowledge_there_is_no_link(phone: Phone):
    assert await phone.sent(buttons=()) == ""
    assert await phone.sent(buttons=(Button("Show", "show", (("number", "1"),)),)) == ""
    assert await phone.sent(buttons=(Button("Acknowledge", "ack", (("number", "99"),)),)) == ""
    phone.desk.config = replace(phone.desk.config, desk=replace(phone.desk.config.desk, public_url=""))
    assert await phone.sent() == ""


async def test_guessing_is_bounded_and_keeps_no_right_link_from_working(phone: Phone):
    link = await phone.sent()
    answers = [(await phone.get(f"{HOME}{PATH}{n:022}")).status_code for n in range(WRONG + 5)]
    assert answers == [404] * WRONG + [429] * 5
    later = await phone.post(f"{HOME}{PATH}{NEVER}")
    assert (later.status_code, later.headers["retry-after"]) == (429, "60")
    assert (await phone.post(link)).status_code == 200
    phone.desk.clock.step(61)
    assert (await phone.get(f"{HOME}{PATH}{NEVER}")).status_code == 404


async def test_titles_are_text_on_the_page(desk: Conversation):
    """What somebody called a monitor is neither markup nor a link."""
    shop = replace(desk.config.monitors["shop"], name="<img src=x onerror=alert(1)> {{7*7}}", about="")
    desk.config = replace(desk.config, monitors={**desk.config.monitors, "shop": shop})
    await stories.ringing(desk)
    phone = Phone(desk)
    page = await phone.get(await phone.sent())
    await phone.http.aclose()
    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in page.text
    assert "<img" not in page.text
