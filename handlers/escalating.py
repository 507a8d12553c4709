"""Whom an alert calls: one step of its path at a time, until somebody has it or it is over."""

from dataclasses import replace
from datetime import timedelta

from desk import alerts, paths
from desk.alerts import Alert, Severity
from desk.cards import Post
from desk.paths import Step
from desk.tickets import Item
from handlers import holding, saving, ways
from handlers.context import Context, Tx
from handlers.paging import people_of
from handlers.pictures import alert as picture


def call_next(tx: Tx, ctx: Context, alert: Alert, tail: str = "") -> Alert:
    """Take the next step if its time has come, and set the alarm for the one after. `tail` says how late it is.

    Being told is the alert's own live card in one's direct channel: it never shows what is no longer so.
    """
    step = paths.step_at(alert.steps, alert.times, alert.step)
    if step is None or not alert.calls or alert.called_at is None:
        return alert
    if ctx.now >= paths.due_at(alert.steps, alert.again, alert.called_at, alert.step):
        if hold := holding.of_alert(tx, ctx, alert):  # it began while nobody rang what was due
            return saving.alert(tx, ctx, replace(alert, hold=hold))
        alert = _take(tx, ctx, alert, step, tail)
    if paths.step_at(alert.steps, alert.times, alert.step) is not None:
        due = paths.due_at(alert.steps, alert.again, alert.called_at or ctx.now, alert.step)
        tx.deadline(picture.key(alert.number), "page", due, alert.client)
    return alert


def _take(tx: Tx, ctx: Context, alert: Alert, step: Step, tail: str) -> Alert:
    if why := _passed_over(tx, ctx, alert, step):
        saved = saving.alert(tx, ctx, replace(alert, step=alert.step + 1))
        saving.tell(tx, ctx, saved, Item.CHANGE, f"did not tell {picture.target_words(step.target, ctx.config)}: {why}")
        return saved
    kind, _, which = step.target.partition(":")
    if kind == "channel":
        shown = tuple(dict.fromkeys((*picture.channels(alert, ctx.config), which)))
        return _told(tx, ctx, replace(alert, channels=shown), which, tail)
    told = people_of(tx, ctx, step.target, alert.client)
    before = len(alert.pages)
    for person in told:
        alert = ways.reach(tx, ctx, alert, person, tail)
    names = ", ".join(ways.words(ctx, alert, page) for page in alert.pages[before:])
    return _told(tx, ctx, alert, names or "nobody: the step names nobody now", tail)


def _told(tx: Tx, ctx: Context, alert: Alert, whom: str, tail: str) -> Alert:
    saved = saving.alert(tx, ctx, replace(alert, step=alert.step + 1))
    saving.on_alert(tx, ctx, saved, Item.CHANGE, f"told {whom}{tail}")
    told = " ".join(page.person for page in saved.pages if page.step == alert.step) or whom
    saving.note_audit(tx, ctx, "alert.paged", picture.key(saved.number), saved.client, told=told)
    return saved


def _passed_over(tx: Tx, ctx: Context, alert: Alert, step: Step) -> str:
    begun = 0
    if step.many:
        begun = tx.begun_alerts(alert.client, ctx.now - timedelta(seconds=step.many.within))
    return paths.passed_over(step, ctx.now, begun)


def anew(tx: Tx, ctx: Context, alert: Alert, why: str) -> Alert:
    """Call along its path from the first step on, beginning now; what an earlier call was still to do is taken back."""
    tx.take_back(picture.key(alert.number), ways.FAMILY, alert.client)
    saved = saving.alert(tx, ctx, alerts.let_go(alert, ctx.now))
    saving.on_alert(tx, ctx, saved, Item.CHANGE, why)
    arm_repeat(tx, ctx, saved)
    return call_next(tx, ctx, saved)


def arm_repeat(tx: Tx, ctx: Context, alert: Alert) -> None:
    """Said again after so long, where its route says so."""
    if alert.repeat_interval:
        due = ctx.now + timedelta(seconds=alert.repeat_interval)
        tx.deadline(picture.key(alert.number), "repeat", due, alert.client)


def say_again(tx: Tx, ctx: Context, alert: Alert) -> None:
    """Nobody has it, and it is still down: its channels hear of it again, in a message of its own."""
    if not alert.repeat_interval:
        return
    arm_repeat(tx, ctx, alert)
    if not alert.calls:
        return
    key = picture.key(alert.number)
    words, buttons = picture.again(alert, ctx.config)
    for channel in picture.channels(alert, ctx.config):
        post = Post(f"{key}/again/{ctx.now:%Y%m%dT%H%M%S}", channel, alert.client, words=words, buttons=buttons)
        tx.post(replace(post, urgent=alert.severity is Severity.CRITICAL))
    saving.tell(tx, ctx, alert, Item.CHANGE, "said again: nobody has it")
