"""The pages of a report: the command's numbers and permissions, every number with its tickets, files that come down."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.async_api import expect

from bot.reports.addresses import chart_of, picture
from bot.reports.reading import Reports
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from bot.web.listener import Listener
from bot.web.reports import Desk, reports
from config.loaded import Channel, Config, dm
from desk.charts import Chart
from desk.people import Person, Role
from desk.refusal import DeskError
from handlers.pictures.charts import charts
from tests.bustle import Bustle
from tests.reports import sample
from tests.store_fixture import HandClock
from tests.web.browser import browsing
from tests.web.conftest import make_chat

Q4 = "/reports/acme/2026-Q4"
NIA = Person("nia", "Nia Duarte", "Europe/Lisbon", roles={"globex": frozenset(Role)})
STEPS = 600


@dataclass
class Site:
    http: httpx.AsyncClient
    url: str
    reports: Reports


@pytest.fixture
def config(demo_config: Config) -> Config:
    """With somebody who may do everything at Globex and nothing at Acme."""
    channels = {**demo_config.channels, dm("nia"): Channel(dm("nia"), "Deskbell", "dm")}
    return replace(demo_config, people={**demo_config.people, "nia": NIA}, channels=channels)


@pytest.fixture
def database(database_file: Path) -> SqliteFile:
    """What the pages show is the same on both; that their questions work on each is `tests/reports/test_reading.py`."""
    return SqliteFile(database_file, "OFF")


@pytest.fixture
async def desk(threaded: Store, clock: HandClock, config: Config) -> AsyncIterator[Site]:
    """A desk on which much has happened, on a socket."""
    made = Bustle(config, 3, pace=9000)
    for _ in range(STEPS // 100):
        await threaded.write(lambda tx: [made.step(tx) for _ in range(100)])
    clock.at = made.now
    chat = make_chat(threaded, clock, lambda: config)
    read = Reports(threaded, lambda: config)
    routes = reports(Desk("Deskbell", read, chat.room.person, act_as=True))
    listener = Listener(chat.app(reports=routes), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{await listener.start()}"
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        yield Site(http, url, read)
    chat.bell.close()
    await listener.stop()


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def links(page: str) -> list[tuple[str, str]]:
    """Address and words of each link of a page."""
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return [(unescape(href), unescape(re.sub(r"<[^>]+>", "", words)).strip()) for href, words in found]


@pytest.mark.parametrize("where", ["acme/2026-Q4", "globex/2026-12", "globex/2027-01"])
async def test_every_number_on_the_page_links_to_as_many_tickets_as_it_says(desk, where):
    """Followed one by one, of a quarter, a month and one that runs on; the sheet of a number has as many rows."""
    page = (await desk.http.get(f"/reports/{where}", params={"as": "rosa"})).text
    followed = set()
    for href, words in dict.fromkeys(links(page)):
        found = re.search(r"(?:^|\()([\d,]+) of|^([\d,]+)$", words)
        if "/tickets?" not in href or not found:
            continue
        number = int((found[1] or found[2]).replace(",", ""))
        if " of " in words and "judged" in href:  # met of judged: behind it are those that were judged
            number = int(re.search(r"of ([\d,]+)", words)[1].replace(",", ""))
        sheet = await desk.http.get(href.replace("/tickets?", "/tickets.csv?"))
        assert len(rows(sheet.content)) == number, (words, href)
        shown = (await desk.http.get(href)).text
        assert shown.count("<tr>") == (number + 1 if number else 0), (words, href)
        followed.add(parse_qs(urlsplit(href).query)["show"][0].partition("/")[0])
    assert {"judged", "opened", "open", "category"} <= followed
    assert "running" in followed or where != "globex/2027-01"


async def test_the_sheet_has_the_numbers_of_the_page(desk):
    page = (await desk.http.get(Q4, params={"as": "rosa"})).text
    answer = await desk.http.get(f"{Q4}/numbers.csv", params={"as": "rosa"})
    assert answer.headers["content-disposition"] == 'attachment; filename="acme-2026-Q4-numbers.csv"'
    solved = next(r for r in rows(answer.content) if (r["metric"], r["priority"]) == ("resolution", ""))
    assert f"{solved['numerator']} of {solved['denominator']}" in page
    assert f"{float(solved['value']) * 100:.1f} %" in page


async def test_the_review_comes_as_a_pdf(desk):
    answer = await desk.http.get(f"{Q4}/review.pdf", params={"as": "rosa"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="acme-2026-Q4-review.pdf"' in answer.headers["content-disposition"]


WAYS = ("", "/tickets", "/tickets.csv", "/numbers.csv", "/review.pdf", "/tickets?show=missed")


@pytest.mark.parametrize("way", WAYS)
async def test_a_client_that_is_not_yours_answers_like_one_that_does_not_exist(desk, way):
    """On each page and for each file: the same status and, but for the name that was asked for, the same bytes."""
    told = []
    for client in ("acme", "nowhere"):
        path, _, query = way.partition("?")
        answer = await desk.http.get(f"/reports/{client}/2026-Q4{path}?{query}", params={"as": "nia", "show": "opened"})
        told.append((answer.status_code, answer.text.replace(client, "X")))
    assert told[0] == told[1]
    assert told[0][0] == 404
    assert "Yours: globex" in told[0][1]
    assert "Acme" not in told[0][1]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("who", "status"), [("ann", 403), ("nobody", 404), ("", 403)])
async def test_whoever_may_not_see_numbers_sees_none(desk, way, who, status):
    """A requester, somebody unknown, and nobody: a sentence as a page."""
    answer = await desk.http.get(f"{Q4}{way}", params={"as": who} if who else {})
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "%" not in answer.text.partition("<main")[2]


async def test_without_acting_nobody_reads(desk):
    routes = reports(Desk("Deskbell", desk.reports, lambda _: NIA, act_as=False))
    listener = Listener(make_chat_app(routes), "127.0.0.1", 0)
    port = await listener.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        answer = await http.get("/reports/globex/2026-Q4", params={"as": "nia"})
    await listener.stop()
    assert answer.status_code == 403
    assert "--act-as" in answer.text


def make_chat_app(routes):
    from fastapi import FastAPI

    app = FastAPI()
    app.include_router(routes)
    return app


@pytest.mark.parametrize(
    ("asked", "status"),
    [("2026-Q9", 422), ("never", 422), ("2031-01", 422), ("2026-Q4/else", 404), ("2026-Q4/tickets?show=x/y/z", 422)],
)
async def test_what_is_no_report_is_refused_with_a_sentence(desk, asked, status):
    answer = await desk.http.get(f"/reports/acme/{asked}{'&' if '?' in asked else '?'}as=rosa")
    assert answer.status_code in {status, 400}


async def test_the_form_and_spoken_periods_lead_to_the_reports_own_address(desk):
    """`/reports` goes to one's first client, `last quarter` to its label; the priority goes along."""
    for path, query in (("/reports", {}), ("/reports", {"client": "globex", "period": "2026-12", "priority": "P2"})):
        answer = await desk.http.get(path, params={"as": "ben", **query})
        assert answer.status_code == 303
        to = urlsplit(answer.headers["location"])
        assert to.path == ("/reports/globex/2026-12" if query else "/reports/acme/2027-Q1") or not query
        assert parse_qs(to.query).get("priority") == ([query["priority"]] if query else None)
        assert (await desk.http.get(answer.headers["location"])).status_code == 200
    spoken = await desk.http.get("/reports/acme/q4 2026", params={"as": "rosa"})
    assert urlsplit(spoken.headers["location"]).path == Q4


async def test_the_filter_leaves_one_priority_in_the_tables_and_says_so(desk):
    page = (await desk.http.get(Q4, params={"as": "rosa", "priority": "P2"})).text
    promises = page.partition('data-sorted="promises"')[2].partition("</table>")[0]
    assert "P2" in promises
    assert not re.search(r"P1|P3|P4|>all<", promises)
    assert "are of P2. All else is of every priority." in page


async def test_a_chart_is_drawn_from_its_address_and_may_be_kept(desk):
    """Its bytes follow from the address alone; each look, as SVG and PNG."""
    page = (await desk.http.get(Q4, params={"as": "rosa"})).text
    sources = {unescape(s) for s in re.findall(r'(?:src|srcset)="(/pictures/[^"]+)"', page)}
    assert len(sources) >= 4 * 3
    for source in sorted(sources)[:4]:
        answer = await desk.http.get(source)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert "immutable" in answer.headers["cache-control"]
        png = await desk.http.get(source.replace(".svg", ".png"))
        assert png.content.startswith(b"\x89PNG")


def changed(**what) -> str:
    return picture(replace(charts(sample.busy())[0], **what)).partition("of=")[2]


NO_CHARTS = {
    "no base64": "§§", "no deflate": "AAAA", "nothing": "", "too long": "A" * 5000,
    "no labels": changed(labels=()), "a label too few": changed(labels=("a",)), "a number too long": changed(digits=99),
}  # fmt: skip


@pytest.mark.parametrize("packed", NO_CHARTS.values(), ids=NO_CHARTS.keys())
async def test_what_is_no_chart_is_not_drawn(desk, packed):
    with pytest.raises(DeskError):
        chart_of(packed)
    assert (await desk.http.get("/pictures/chart.svg", params={"of": packed})).status_code == 404


@pytest.mark.parametrize(
    "chart", [c for r in (sample.busy(), sample.hostile()) for c in charts(r)], ids=lambda c: c.name
)
def test_a_chart_comes_back_from_its_address(chart: Chart):
    assert chart_of(picture(chart).partition("of=")[2]) == chart
    assert len(picture(chart)) < 4000, "browsers and servers take addresses of this length"


async def test_planted_markup_is_letters_on_the_page(desk, monkeypatch):
    """Names and subjects are shown as they were written; none of it becomes an element."""

    async def hostile(*_):
        return sample.hostile()

    monkeypatch.setattr(desk.reports, "report", hostile)
    page = (await desk.http.get(Q4, params={"as": "rosa"})).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("</html>") == 1


pytest_browser = pytest.mark.xdist_group("browser")


@pytest_browser
async def test_tables_are_sorted_by_a_press_or_the_keyboard_and_stay_so(desk):
    async with browsing() as open_page:
        page = await open_page(f"{desk.url}{Q4}/tickets?as=rosa&show=opened")
        head = page.get_by_role("columnheader", name="Priority")
        await head.get_by_role("button").focus()
        await page.keyboard.press("Enter")
        assert await head.get_attribute("aria-sort") == "ascending"
        column = await page.locator("tbody tr td:nth-child(3)").all_inner_texts()
        assert column == sorted(column)
        await page.keyboard.press("Enter")
        assert await head.get_attribute("aria-sort") == "descending"
        await page.reload()
        await expect(page.get_by_role("columnheader", name="Priority")).to_have_attribute("aria-sort", "descending")


@pytest_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_the_page_fits_and_its_pictures_are_those_of_the_scheme(desk, scheme, width):
    """Nothing is wider than the window; the pictures are drawn for the ground they stand on, and have words."""
    async with browsing() as open_page:
        window = {"width": width, "height": 800}
        page = await open_page(f"{desk.url}{Q4}?as=rosa", viewport=window, color_scheme=scheme)
        await page.wait_for_load_state("networkidle")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        for image in await page.locator("figure img").all():
            source = await image.evaluate("each => each.currentSrc")
            assert f"look={scheme}" in source
            assert await image.evaluate("each => each.naturalWidth") > 100
            assert len(await image.get_attribute("alt")) > 20


@pytest_browser
async def test_the_numbers_of_a_chart_can_be_read_without_seeing_it(desk):
    async with browsing() as open_page:
        page = await open_page(f"{desk.url}{Q4}?as=rosa")
        await page.get_by_text("Promises kept as a table").click()
        table = page.get_by_role("region", name="Promises kept").get_by_role("table")
        await expect(table.get_by_role("rowheader", name="First answer")).to_be_visible()
        await expect(table.get_by_role("columnheader", name="Q4 2026")).to_be_visible()


@pytest_browser
async def test_on_paper_there_are_numbers_and_nothing_to_press(desk):
    """In a dark browser too: what is printed is black on white and fits the sheet."""
    async with browsing() as open_page:
        page = await open_page(f"{desk.url}{Q4}?as=rosa", viewport={"width": 720, "height": 1000}, color_scheme="dark")
        await page.emulate_media(media="print", color_scheme="dark")
        await expect(page.locator(".filters")).to_be_hidden()
        await expect(page.locator(".files")).to_be_hidden()
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert await page.evaluate("document.documentElement.scrollWidth") <= 720
        assert (await asyncio.wait_for(page.pdf(prefer_css_page_size=True), 30)).startswith(b"%PDF-")
