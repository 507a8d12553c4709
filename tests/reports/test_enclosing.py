"""What goes with a card as a file: its chart, its client's review or sheet, made with the numbers of the moment."""

from dataclasses import replace

import pytest

from bot.enclosing import CSV, PDF, PNG, Enclosing
from bot.reports import drawing, sheets
from bot.reports.reading import Reports
from bot.store.store import Store
from config.loaded import Config
from desk.cards import Card, Paper, card_from_json, card_to_json
from desk.charts import Chart, Series, Shape
from desk.detail import Detail
from desk.detail import card as shared
from desk.refusal import DeskError
from desk.schedules import Scheduled, parse
from tests.bustle import Bustle
from tests.store_fixture import HandClock

KEPT = Chart("kept", "Promises kept", "%", "month", ("Oct", "Nov"), (Series("answers", (90.0, 95.0)),), Shape.LINES)
AGREED = Scheduled("q", "acme", "quarter", parse("0 9 1 * *"), "acme-team", "pdf", actions=("Buy a second line",))


def card(**more) -> Card:
    return Card("report/acme/2026-Q4", "Acme Web Shops", **more)


@pytest.fixture
async def enclosing(threaded: Store, clock: HandClock, demo_config: Config) -> Enclosing:
    made = Bustle(demo_config, 3, pace=9000)
    await threaded.write(lambda tx: [made.step(tx) for _ in range(120)])
    clock.at = made.now
    config = replace(demo_config, reports={"q": AGREED})
    return Enclosing(threaded, lambda: config)


async def test_a_chart_goes_as_a_picture_whose_words_say_all_of_it(enclosing):
    (file,) = await enclosing.of(card(picture=KEPT))
    assert (file.name, file.media_type, file.alt) == ("kept.png", PNG, KEPT.words())
    assert file.data.startswith(b"\x89PNG")


async def test_the_review_goes_as_a_document(enclosing):
    (file,) = await enclosing.of(card(paper=Paper("pdf", "acme", "2026-Q4")))
    assert (file.name, file.media_type, file.alt) == ("acme-2026-Q4-review.pdf", PDF, "")
    assert file.data.startswith(b"%PDF")


async def test_the_sheet_has_its_clients_numbers_as_its_manager_reads_them(enclosing, threaded, demo_config):
    (file,) = await enclosing.of(card(paper=Paper("csv", "acme", "2026-Q4")))
    assert (file.name, file.media_type) == ("acme-2026-Q4-numbers.csv", CSV)
    report = await Reports(threaded, lambda: demo_config).report(demo_config.people["rosa"], "acme", "2026-Q4")
    assert report.volume.opened > 10
    assert file.data == sheets.numbers(report)


@pytest.mark.parametrize("of", [None, card()], ids=["words alone", "a card alone"])
async def test_with_nothing_there_is_nothing(enclosing, of):
    assert await enclosing.of(of) == ()


async def test_a_client_that_has_left_gets_no_file_and_the_words_still_go(enclosing):
    assert await enclosing.of(card(paper=Paper("pdf", "initech", "2026-Q4"))) == ()


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(DeskError(drawing.MISSING), id="the library is not installed"),
        pytest.param(MemoryError("a picture that is too large"), id="the drawing fails"),
    ],
)
async def test_a_picture_that_cannot_be_made_takes_neither_the_words_nor_the_sheet_with_it(
    enclosing, monkeypatch, error
):
    def refused(*_: object) -> bytes:
        raise error

    monkeypatch.setattr(drawing, "draw", refused)
    (file,) = await enclosing.of(card(picture=KEPT, paper=Paper("csv", "acme", "2026-Q4")))
    assert file.media_type == CSV


def test_a_card_is_stored_with_its_paper():
    given = card(paper=Paper("csv", "acme", "2026-10"), picture=KEPT)
    assert card_from_json(card_to_json(given)) == given


@pytest.mark.parametrize("level", [Detail.SUBJECT, Detail.NUMBER])
def test_nothing_of_it_leaves_for_a_platform_that_may_not_have_everything(level):
    left = shared(card(paper=Paper("pdf", "acme", "2026-Q4"), picture=KEPT), level)
    assert (left.paper, left.picture) == (None, None)
