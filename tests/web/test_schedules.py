"""The pages of the schedules: who is on call, the coming days, and how it was shared, for whoever may know of them."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape

import httpx
import pytest
from playwright.async_api import expect

from bot.rostering import Rosters
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from bot.web.listener import Listener
from bot.web.readers import Readers
from bot.web.schedules import schedules
from config.loaded import Config
from desk.duties import Duty
from desk.oncall import Layer, Override
from tests.store_fixture import MORNING, HandClock
from tests.web.browser import browsing
from tests.web.conftest import make_chat

WEEK = "/schedules/desk-week"
DAY = timedelta(days=1)
pytest_browser = pytest.mark.xdist_group("browser")


@dataclass
class Site:
    url: str
    store: Store
    config: Config
    http: httpx.AsyncClient = field(init=False)


@pytest.fixture
def database(database_file) -> SqliteFile:
    """What the pages show is the same on both; that the questions work on each is `test_ical.py`."""
    return SqliteFile(database_file, "OFF")


@pytest.fixture
async def site(threaded: Store, clock: HandClock, demo_config: Config) -> AsyncIterator[Site]:
    """It is Monday, 2 November, 10:00 in Berlin. Ben had the ten days up to today, and Tom has a night ahead."""
    made = Site("", threaded, demo_config)
    for duty in (Duty("desk-week", MORNING - 10 * DAY, "ben"), Duty("desk-week", MORNING - DAY / 24, "mia")):
        await threaded.write(lambda tx, duty=duty: tx.note_duty(duty))
    night = Override(1, "desk-week", "tom", MORNING + 2 * DAY, MORNING + 2.5 * DAY, "tom", MORNING)
    await threaded.write(lambda tx: tx.save_override(night))
    chat = make_chat(threaded, clock, lambda: made.config)
    routes = schedules(Readers("Deskbell", chat.room.person, act_as=True), Rosters(threaded, lambda: made.config))
    listener = Listener(chat.app(schedules=routes), "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{await listener.start()}"
    async with httpx.AsyncClient(base_url=made.url, timeout=30, trust_env=False) as http:
        made.http = http
        yield made
    chat.bell.close()
    await listener.stop()


async def words(site, where=WEEK, who="ben", status=200, **query):
    """What the page says, without its markup."""
    answer = await site.http.get(where, params={"as": who, **query})
    assert answer.status_code == status, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])).split())


async def test_it_says_who_is_on_call_and_who_is_next(site):
    said = await words(site)
    assert "Mia Lindqvist is on call until Wed 4 Nov 2026, 10:00. Then Tom Novak from Wed 4 Nov 2026, 10:00." in said


async def test_each_coming_day_says_whose_it_is_in_the_schedule_s_zone(site):
    said = await words(site)
    assert "Mon 2 Ben Okoro until 09:00 Mia Lindqvist from 09:00 Tue 3 Mia Lindqvist Wed 4" in said
    assert "Wed 4 Mia Lindqvist until 10:00 Tom Novak 10:00–22:00 Mia Lindqvist from 22:00 Thu 5 Mia Lindqvist" in said
    assert "Mon 9 Mia Lindqvist until 09:00 Ben Okoro from 09:00 Tue 10 Ben Okoro" in said
    assert said.count("Mia Lindqvist from 09:00") == 2
    assert "Sun 29 Ben Okoro" in said


async def test_the_shares_are_of_what_was_noted_each_with_its_denominator(site):
    """Ben: ten days but for an hour, two weekends among them in which an hour came twice; Mia: one hour."""
    said = await words(site, period="last-28")
    assert "240 h with somebody on call." in said
    assert "Nothing was noted before Fri 23 Oct 2026, 11:00." in said
    assert "Ben Okoro 1 of 2 239 h of 240 h (99.6 %) 81 h of 81 h (100.0 %) 97 h of 97 h (100.0 %)" in said
    assert "Mia Lindqvist 1 of 2 1 h of 240 h (0.4 %) 0 h of 81 h (0.0 %) 0 h of 97 h (0.0 %)" in said


async def test_the_shares_of_what_is_ahead_are_those_of_the_plan(site):
    said = await words(site, period="next-28")
    assert "672 h with somebody on call, as it is planned now." in said
    assert "Tom Novak 1 of 7 12 h of 672 h (1.8 %) 0 h of 224 h (0.0 %) 0 h of 192 h (0.0 %)" in said


async def test_where_nothing_was_noted_it_says_so_and_draws_nothing(site):
    night = replace(site.config.schedules["desk-week"], id="new")
    site.config = replace(site.config, schedules={**site.config.schedules, "new": night})
    answer = (await site.http.get("/schedules/new", params={"as": "ben"})).text
    assert "Nobody was on call, as far as is known." in answer
    assert "<figure" not in answer


async def test_days_with_nobody_are_told_from_now_on(site):
    nobody = replace(site.config.schedules["desk-week"], layers=(Layer("none", ()),))
    site.config = replace(site.config, schedules={"desk-week": nobody})
    said = await words(site, period="next-28")
    assert "▲ Nobody is on call. Then Tom Novak from Wed 4 Nov 2026, 10:00." in said
    assert "Mon 2 Ben Okoro until 09:00 Mia Lindqvist 09:00–10:00 ▲ nobody from 10:00 Tue 3 ▲ nobody Wed 4" in said
    assert "▲ 660 h with nobody on call; they are in no share." in said


async def test_without_a_name_it_is_the_first_that_one_sees(site):
    answer = await site.http.get("/schedules", params={"as": "rosa"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/schedules/desk-week?as=rosa")
    chosen = await site.http.get("/schedules", params={"as": "rosa", "schedule": "desk-week", "period": "next-90"})
    assert chosen.headers["location"] == "/schedules/desk-week?as=rosa&period=next-90"


@pytest.mark.parametrize(
    ("where", "who", "status", "part"),
    [
        (WEEK, "ann", 404, "There is no schedule “desk-week”; there is none yet."),
        ("/schedules/nothing", "ben", 404, "There is no schedule “nothing”; there is `desk-week`."),
        (WEEK, "nobody", 404, ""),
        ("/schedules", "ann", 404, "There is no schedule yet."),
    ],
)
async def test_what_one_may_not_know_of_answers_like_what_is_not_there(site, where, who, status, part):
    assert part in await words(site, where, who, status)


async def test_a_name_is_letters_on_the_page(site):
    evil = replace(site.config.people["mia"], name='<script>alert("x")</script>')
    site.config = replace(site.config, people={**site.config.people, "mia": evil})
    assert "<script>alert" not in (await site.http.get(WEEK, params={"as": "ben"})).text


@pytest_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_the_page_fits_and_its_chart_is_that_of_the_scheme(site, scheme, width):
    """Seven days stand side by side, and on a phone one below the other."""
    async with browsing() as open_page:
        window = {"width": width, "height": 800}
        page = await open_page(f"{site.url}{WEEK}?as=ben", viewport=window, color_scheme=scheme)
        await page.wait_for_load_state("networkidle")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        image = page.locator("figure img")
        assert f"look={scheme}" in await image.evaluate("each => each.currentSrc")
        assert "Ben Okoro 99.6" in await image.get_attribute("alt")
        tops = await page.evaluate("[...document.querySelectorAll('.day')].slice(0, 7).map((d) => d.offsetTop)")
        assert (len(set(tops)) == 1) is (width > 620)
        await expect(page.locator("[aria-current=date]")).to_contain_text("Mon 2")


@pytest_browser
async def test_another_stretch_is_chosen_by_the_form(site):
    async with browsing() as open_page:
        page = await open_page(f"{site.url}{WEEK}?as=ben")
        await page.get_by_label("Shares of").select_option("next-28")
        await page.get_by_role("button", name="Show").click()
        await expect(page.get_by_role("heading", name="How it is shared: the next 28 days")).to_be_visible()
        await expect(page.get_by_role("cell", name="Tom Novak")).to_be_visible()
