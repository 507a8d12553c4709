"""The public pages over a real socket: what they say, that nobody's words do anything there, who may keep them."""

import json
import re
from collections.abc import AsyncIterator
from xml.etree import ElementTree as ET

import httpx
import pytest
from fastapi import FastAPI

from bot.web import guard
from bot.web.intake import PATHS
from bot.web.listener import Listener
from bot.web.status import Kept, status
from tests.status import sample
from tests.webapp import web_bot

ATOM = "{http://www.w3.org/2005/Atom}"
SVG = "{http://www.w3.org/2000/svg}"
BOARDS = {
    "acme": sample.usual(), "well": sample.well(), "unknown": sample.unknown(), "hostile": sample.hostile()
}  # fmt: skip


class Given:
    """Boards that are there already."""

    async def board(self, name):
        return BOARDS.get(name)

    def address(self, name):
        return f"https://desk.example/status/{name}"


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(status(Given()))
    listener = Listener(guard.Guard(app, PATHS), "127.0.0.1", 0)
    port = await listener.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        yield http
    await listener.stop()


def parsed(answer: httpx.Response) -> ET.Element:
    return ET.fromstring(answer.content)  # noqa: S314 - of our own server


def tags(text: str) -> str:
    """The words of a page without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def test_the_page_says_how_everything_is_in_words_and_what_is_counted(web):
    said = tags((await web.get("/status/acme")).text)
    assert "◐ Some of it is down" in said
    assert "As of 2 Nov 2026, 10:00 (Europe/Berlin)" in said
    assert "Web shop ◐ Partly down 99.26 % up in 90 days: down on 4 of 90 days" in said
    assert "Wed 28 Oct 2026: 91.66 % up, 2 h down in the 24 h counted" in said
    assert "Tue 13 Oct 2026: 100.00 % up, never down in the 24 h counted, maintenance for 4 h" in said
    assert "Sat 8 Aug 2026: no data" in said
    assert "E-mail 5 Nov 2026, 10:00 to 12:00" in said
    assert "Web shop identified Began 2 Nov 2026, 08:48" in said
    assert "Mail flows again; what was delayed has arrived." in said


@pytest.mark.parametrize(
    ("name", "headline"), [("well", "✓ Everything is up"), ("unknown", "? Not all of it is known")]
)  # fmt: skip
async def test_what_is_not_known_is_not_called_up(web, name, headline):
    assert headline in tags((await web.get(f"/status/{name}")).text)


async def test_while_staff_are_still_on_it_the_page_does_not_say_that_all_is_well(web):
    """The monitors see it up; whoever works on it has not said that it is over."""
    assert "◐ All is seen up; an incident is still open" in tags((await web.get("/status/hostile")).text)


def test_a_page_is_drawn_once_for_all_who_read_it():
    drawn, kept, board = [], Kept(), sample.well()
    for of in (board, board, sample.unknown(), board):
        kept.drawn("html", of, lambda: drawn.append(1) or b"")
    assert len(drawn) == 3


async def test_the_running_desk_serves_it_under_any_name_and_nothing_else(tmp_path, demo_config):
    """What the configuration lists is public also where the intake has no listener of its own; the rest is not."""
    async with web_bot(tmp_path, demo_config) as web:
        headers = {"Host": "status.acme.example"}
        page = await web.http.get("/status/acme", headers=headers)
        assert (page.status_code, "Web shop" in page.text) == (200, True)
        assert (await web.http.get("/badge/acme/shop.svg", headers=headers)).status_code == 200
        assert (await web.http.get("/api/people", headers=headers)).status_code == 403


async def test_each_bar_has_a_title_and_each_picture_says_what_it_shows(web):
    text = (await web.get("/status/acme")).text
    assert len(re.findall(r"<g class=\"\w+\"><title>\w{3} \d+ \w{3} 20\d\d: ", text)) == 3 * 90
    assert 'aria-label="Web shop, day by day for 90 days: down on 4 of 90 days"' in text
    assert '<html lang="en">' in text


async def test_the_page_needs_no_script_and_nothing_from_elsewhere(web):
    """Its styles are two files of ours; the policy that goes with it forbids the rest."""
    answer = await web.get("/status/acme")
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert re.findall(r'(?:src|href)="(?!/status/|#)([^"]+)"', answer.text) == []
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    for style in re.findall(r'href="(/status/style/[^"]+)"', answer.text):
        assert (await web.get(style)).status_code == 200


async def test_words_that_are_out_to_hurt_are_words(web):
    """On the page, in the feed, in a badge and in the data: read back, each is what it was, or its letters."""
    page = (await web.get("/status/hostile")).text
    assert "<script" not in page
    assert "</svg>" not in page.replace("</svg>\n", "")
    assert "49" not in tags(page).split("{{ 7*7 }}")[0][-5:]
    assert page.count("{{ 7*7 }}") >= 4
    feed = parsed(await web.get("/status/hostile.atom"))
    assert feed.findtext(f"{ATOM}entry/{ATOM}content") == sample.HOSTILE.replace("\x00", "\ufffd")
    badge = parsed(await web.get("/badge/hostile/shop.svg"))
    assert [element.tag for element in badge.iter()].count(f"{SVG}script") == 0
    assert (await web.get("/status/hostile.json")).json()["title"] == sample.HOSTILE


async def test_the_data_is_the_same_as_on_the_page(web):
    answer = await web.get("/status/acme.json")
    said = answer.json()
    shop = said["components"][0]
    assert (said["state"], shop["id"], shop["state"]) == ("partly", "shop", "partly")
    assert len(shop["days"]) == 90
    assert shop["days"][-1] == {
        "date": "2026-11-02", "uptime_percent": 88.0, "counted_seconds": 36000, "down_seconds": 4320,
        "maintenance_seconds": 0,
    }  # fmt: skip
    assert [incident["id"] for incident in said["incidents"]] == [42, 31]
    assert "ben" not in json.dumps(said), "who wrote it stays inside"


async def test_the_feed_has_every_update_with_an_id_that_stays(web):
    feed = parsed(await web.get("/status/acme.atom"))
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == ["Web shop: identified", "Web shop: investigating", "E-mail: resolved"]
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == 3
    assert all(id_.startswith("https://desk.example/status/acme#") for id_ in ids)
    assert feed.findtext(f"{ATOM}updated") == "2026-11-02T08:42:00+00:00"


async def test_a_badge_says_the_state_and_the_uptime_and_may_be_shown_elsewhere(web):
    answer = await web.get("/badge/acme/mail.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    picture = parsed(answer)
    assert picture.findtext(f"{SVG}title") == "E-mail: up, 99.90 % up in 90 days"
    assert [text.text for text in picture.iter(f"{SVG}text")] == ["E-mail", "✓ up · 99.90 %"]


@pytest.mark.parametrize(
    "path", ["/status/nowhere", "/status/nowhere.json", "/status/nowhere.atom", "/badge/nowhere/shop.svg",
             "/badge/acme/nowhere.svg", "/status/style/chat.css", "/status/style/..%2f..%2fapp.py"]
)  # fmt: skip
async def test_what_is_not_public_is_not_there(web, path):
    assert (await web.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/status/acme", "/status/acme.json", "/status/acme.atom", "/badge/acme/shop.svg"])
async def test_it_is_read_under_any_name_without_a_cookie_and_kept_for_half_a_minute(web, path):
    """Whoever stands between us and the readers takes the most of them; there is no session to have or to lose."""
    answer = await web.get(path, headers={"Host": "status.acme.example", "Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert "set-cookie" not in answer.headers
    assert (await web.post(path)).status_code == 405
