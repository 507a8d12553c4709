"""Acknowledged is not forgotten: whoever has an alert is asked, and without a sign of them it calls again."""

from dataclasses import replace
from datetime import datetime, timedelta

from config.loaded import dm
from desk import alerts
from desk.alerts import Alert, AlertState
from desk.calendars import NoOpenTime, add_seconds
from desk.cards import Button, Post, When, text
from desk.detail import Own
from handlers import escalating, saving
from handlers.context import Context, Tx
from handlers.pictures import alert as picture
from handlers.pictures import name

ASKED_BEFORE = timedelta(minutes=10)
WORKING = 3600  # seconds of working time, where no length is set


def lapses_at(ctx: Context, alert: Alert) -> datetime:
    """When an acknowledgement of now lapses without a sign of its holder."""
    length = ctx.config.alerting.lapses[alert.severity]
    if length is not None:
        return ctx.now + timedelta(seconds=length)
    calendar = ctx.config.calendars[ctx.config.clients[alert.client].contract.calendar]
    try:
        return add_seconds(calendar, ctx.now, WORKING)
    except NoOpenTime:
        return ctx.now + timedelta(days=1)


def take(tx: Tx, ctx: Context, alert: Alert, person: str) -> Alert:
    """They have it from now on; nobody else is called while they show signs of it."""
    taken = alerts.acknowledge(alert, person, ctx.at, lapses_at(ctx, alert))
    saving.no_more(tx, alert, kinds=("page", "snooze", "repeat"))
    return _armed(tx, ctx, saving.alert(tx, ctx, taken))


def sign(tx: Tx, ctx: Context, alert: Alert) -> Alert:
    """The holder did something about it: it does not lapse for as long again."""
    if alert.state is not AlertState.ACKNOWLEDGED or alert.acked_by != ctx.person.id or alert.snoozed_until:
        return alert
    renewed = replace(alert, lapses_at=lapses_at(ctx, alert))
    return _armed(tx, ctx, saving.alert(tx, ctx, renewed))


def _armed(tx: Tx, ctx: Context, alert: Alert) -> Alert:
    key = picture.key(alert.number)
    if alert.lapses_at:
        before = min(ASKED_BEFORE, (alert.lapses_at - ctx.now) / 2)
        tx.deadline(key, "ask", alert.lapses_at - before, alert.client)
    tx.deadline(key, "lapse", alert.lapses_at, alert.client)
    return alert


def ask(tx: Tx, ctx: Context, alert: Alert) -> None:
    """Ten minutes before it lapses, its holder is asked, if it is somebody who can be."""
    if alert.state is not AlertState.ACKNOWLEDGED or alert.lapses_at is None:
        return
    if alert.acked_by is None or alert.acked_by not in ctx.config.people:
        return
    number = (("number", str(alert.number)),)
    buttons = (
        Button(Own("Still on it"), "ack", number, primary=True), Button(Own("Snooze…"), "snooze", number),
        Button(Own("Hand over…"), "handover", number), Button(Own("Give it back"), "unack", number),
    )  # fmt: skip
    words = text(
        f"{alert.number} · {alert.title}: are you still on it? Without a sign of you it calls again at ",
        When(alert.lapses_at), ".",
    )  # fmt: skip
    key = f"{picture.key(alert.number)}/ask/{alert.lapses_at:%Y%m%dT%H%M%S}"
    tx.post(Post(key, dm(alert.acked_by), alert.client, words=words, buttons=buttons, urgent=True))


def lapse(tx: Tx, ctx: Context, alert: Alert, tail: str = "") -> None:
    """No sign of its holder: it calls again, from the first step on."""
    if alert.state is not AlertState.ACKNOWLEDGED or alert.lapses_at is None or ctx.now < alert.lapses_at:
        return
    who = name(ctx.config, alert.acked_by)
    let_go(tx, ctx, alert, f"no sign of {who} since they took it: it calls again{tail}")


def let_go(tx: Tx, ctx: Context, alert: Alert, why: str) -> Alert:
    """Nobody has it any more, and the path begins anew."""
    saving.no_more(tx, alert, kinds=("ask", "lapse", "snooze"))
    called = escalating.anew(tx, ctx, alert, why)
    saving.note_audit(tx, ctx, "alert.let_go", picture.key(alert.number), alert.client, why=why)
    return called


def snooze(tx: Tx, ctx: Context, alert: Alert, until: datetime) -> Alert:
    """Whoever snoozes it has it; till then nobody is asked or called."""
    taken = alerts.snooze(alerts.acknowledge(alert, ctx.person.id, ctx.at), until)
    saving.no_more(tx, alert, kinds=("page", "ask", "lapse", "repeat"))
    saved = saving.alert(tx, ctx, taken)
    tx.deadline(picture.key(saved.number), "snooze", until, saved.client)
    return saved


def wake(tx: Tx, ctx: Context, alert: Alert, tail: str = "") -> None:
    """The snooze is over and it is still down: it calls again."""
    if alert.is_open and alert.snoozed_until and alert.snoozed_until <= ctx.now:
        let_go(tx, ctx, alert, f"was snoozed and is still down: it calls again{tail}")
