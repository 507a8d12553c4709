"""What goes with a card as a file: its chart as a picture, its client's numbers as a document or a sheet."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from bot.acting import as_desk
from bot.door import Enclosed
from bot.reports import drawing, review, sheets
from bot.reports.reading import agreed
from bot.reports.review import Review
from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk import periods
from desk.cards import Card, Paper
from desk.charts import Chart
from desk.refusal import DeskError
from desk.reports import Report
from handlers import promises, reporting

PNG, PDF, CSV = "image/png", "application/pdf", "text/csv"

log = structlog.get_logger(__name__)


class Enclosing:
    """What cannot be made is left out and logged: the words of its card stand without it."""

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store, self._config = store, config

    async def of(self, card: Card | None) -> tuple[Enclosed, ...]:
        if card is None:
            return ()
        wanted: list[Callable[[], Awaitable[Enclosed]]] = []
        wanted += [partial(asyncio.to_thread, _picture, card.picture)] if card.picture else []
        wanted += [partial(self._paper, card.paper)] if card.paper else []
        return tuple([made for make in wanted if (made := await _made(card.key, make))])

    async def _paper(self, paper: Paper) -> Enclosed:
        config = self._config()
        report = await self._store.read(lambda tx: _numbers(tx, config, paper), clients=frozenset({paper.client}))
        called = f"{report.client}-{report.period.label}"
        if paper.form == "csv":
            return Enclosed(f"{called}-numbers.csv", CSV, sheets.numbers(report))
        about = Review(report, config.desk.name, agreed(config, report))
        return Enclosed(f"{called}-review.pdf", PDF, await asyncio.to_thread(review.pdf, about))


async def _made(key: str, make: Callable[[], Awaitable[Enclosed]]) -> Enclosed | None:
    try:
        return await make()
    except DeskError as error:
        log.warning("a file could not be made", card=key, why=error.sentence)
    except Exception:  # whatever a drawing or a query raises: one file less, and no message less
        log.exception("a file could not be made", card=key)
    return None


def _picture(chart: Chart) -> Enclosed:
    return Enclosed(f"{chart.name}.png", PNG, drawing.draw(chart, "light"), chart.words())


def _numbers(tx: StoreTx, config: Config, paper: Paper) -> Report:
    if paper.client not in config.clients:
        raise DeskError(f"There is no client {paper.client} any more.")
    ctx = as_desk(tx, config, "report")
    period = periods.period(paper.period, ctx.now, promises.zone(config, paper.client))
    return reporting.report(tx, ctx, paper.client, period)
