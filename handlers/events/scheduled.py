"""A report goes out by itself: once for each time that was set, whatever happens in between."""

from config.loaded import Config
from desk import periods, schedules
from desk.calendars import Hours
from desk.cards import Post, span_of
from desk.schedules import Scheduled
from handlers import promises, reporting
from handlers.context import Context, Tx
from handlers.events.handover import GRACE
from handlers.pictures.report import report_card, review_card
from handlers.records import Deadline

SUBJECT = "report"


def arm(tx: Tx, ctx: Context) -> None:
    """Set the alarm for the next time of each report."""
    for scheduled in ctx.config.reports.values():
        _set(tx, ctx, scheduled)


def run(tx: Tx, ctx: Context, due: Deadline) -> None:
    """About the last period that had ended when it was due, however late it is; with the numbers of now."""
    scheduled = ctx.config.reports.get(due.subject.partition("/")[2])
    if scheduled is None:
        return
    zone = promises.zone(ctx.config, scheduled.client)
    period = periods.period(f"last {scheduled.period}", due.due_at, zone)
    report = reporting.report(tx, ctx, scheduled.client, period)
    by = ctx.now - due.due_at
    late = f"late by {span_of(by.total_seconds())}" if by > GRACE else ""
    card = report_card(report, late) if scheduled.form == "card" else review_card(report, scheduled.form, late)
    key = f"{due.subject}/{due.due_at:%Y%m%dT%H%M%SZ}"
    tx.post(Post(key, scheduled.to, scheduled.client, card))
    _set(tx, ctx, scheduled)


def _set(tx: Tx, ctx: Context, scheduled: Scheduled) -> None:
    due = schedules.next_time(
        scheduled.times, _zone(ctx.config, scheduled), ctx.now, _hours(ctx.config, scheduled),
        periods.LENGTHS[scheduled.period],
    )  # fmt: skip
    tx.deadline(f"{SUBJECT}/{scheduled.id}", "report", due, scheduled.client)


def _zone(config: Config, scheduled: Scheduled) -> str:
    return scheduled.zone or promises.zone(config, scheduled.client)


def _hours(config: Config, scheduled: Scheduled) -> Hours:
    return config.calendars[config.clients[scheduled.client].contract.calendar]
