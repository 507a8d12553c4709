"""Why an alert rang and whom it called, and why it did not call somebody."""

from datetime import datetime, timedelta

from desk.alerts import Alert, Page
from desk.cards import Card, Text, When, text
from desk.detail import ours
from desk.paths import Step, due_at
from handlers import ways
from handlers.context import Context, Tx
from handlers.paging import people_at
from handlers.pictures import name
from handlers.pictures import why_alert as picture
from handlers.pictures.alert import in_a_row, target_words

MOST = 40  # rows
# What the record has of calls, besides the pages themselves.
SAID = ("did not tell", "nobody is called", "still down, and nothing hides", "said again", "no sign of")


def rang(tx: Tx, ctx: Context, alert: Alert) -> Card:
    """What was seen, how it was routed and grouped, what hid it, whom it called and when, and where its card stands."""
    signals = tx.signals_of(alert.number, limit=50)
    edges = tx.edges(alert=alert.number, limit=picture.EDGES)
    known = signals[0].fingerprint if len(signals) == 1 else ""
    edges = tx.edges(fingerprint=known, limit=picture.EDGES) if known else edges
    since = alert.started_at - timedelta(hours=1)
    told = picture.story([e for e in edges if e.at >= since], picture.of_signals(signals))
    told += picture.calls(alert, ctx.config)
    told += [(e.at, e.words) for e in tx.timeline(alert.number, limit=200) if e.words.startswith(SAID)]
    if alert.acked_by and alert.acked_at:
        told.append((alert.acked_at, f"{name(ctx.config, alert.acked_by)} acknowledged: nobody else is called"))
    posted = [picture.delivery(each) for each in tx.deliveries(f"alert/{alert.number}")]
    told += [(at, words) for at, words in posted if at]
    rows = picture.rows(told)
    rows += [(ours("not yet"), text(words)) for at, words in posted if at is None]
    rows += picture.rows(picture.ahead(alert, ctx.config, ctx.now))
    routes = tuple(picture.routing(ctx.config, signals[0].labels)) if signals else ()
    held = (ours("Nobody is called now: ", *((alert.hold.why,) if alert.hold else ())),) if alert.hold else ()
    rang = f"rang after {in_a_row(alert)}" if alert.failures else "rang when we were told"
    lines = (text(f"{alert.sentence} · {rang}"), *held)
    return Card(f"why/{alert.number}", f"Why did {alert.number} ring?", lines=lines, table=(*rows, *routes))


def not_told(tx: Tx, ctx: Context, alert: Alert) -> Card:
    """For each step whose time has come, or will: whether it means the reader, and if not, whom and why."""
    me = ctx.person.id
    mine = [page for page in alert.pages if page.person == me]
    rows = [row for page in mine for row in _by_ways(ctx, alert, page)]
    called = alert.called_at or alert.raised_at
    for taken in range(alert.times * len(alert.steps)):
        step, due = alert.steps[taken % len(alert.steps)], due_at(alert.steps, alert.again, called, taken)
        rows.append((ours(When(due)), text(_why_not(tx, ctx, alert, taken, step, due))))
    title = "You were told" if mine else "You were not told"
    lines = (ours("They are the steps of its path, as it was when it rang."),)
    return Card(f"why/{alert.number}/me", f"{alert.number}: {title[0].lower()}{title[1:]}", lines=lines,
                table=tuple(rows[:MOST]))  # fmt: skip


def _by_ways(ctx: Context, alert: Alert, page: Page) -> list[tuple[Text, ...]]:
    """When they were called, and what each of their ways made of it: told, still to come, or why not."""
    rows: list[tuple[Text, ...]] = [(ours(When(page.at)), ours("you were called"))]
    for each in ways.planned(ctx, alert, page):
        if each.way in page.ways:
            said = f"told by {each.way}"
        elif each.at and alert.calls:
            said = f"by {each.way}: still to come, {each.why}"
        else:
            said = f"not by {each.way}: {each.why if each.at is None else 'somebody had it, or it was over'}"
        rows.append((ours(When(each.at)) if each.at else ours(""), text(said)))
    return rows


def _why_not(tx: Tx, ctx: Context, alert: Alert, taken: int, step: Step, due: datetime) -> str:
    """One step, replayed: taken, passed over, not reached or still to come; and whom it means at its time."""
    whom = target_words(step.target, ctx.config)
    people = people_at(tx, ctx, step.target, alert.client, due)
    means = ", ".join(name(ctx.config, p) for p in people) or "nobody"
    you = "you are among them" if ctx.person.id in people else "you are not among them"
    if taken < alert.step:
        passed = [e.words for e in tx.timeline(alert.number, limit=200) if e.words.startswith(f"did not tell {whom}")]
        return passed[-1] if passed and not _was_told(alert, taken) else f"{whom}: {means}; {you}"
    if not alert.is_open:
        return f"{whom}: it was up again before"
    if alert.acked_by:
        return f"{whom} is not told: {name(ctx.config, alert.acked_by)} has it"
    if alert.hold:
        return f"{whom} is not told: {alert.hold.why}"
    return f"{whom} comes next if nobody acts: {means} as things stand; {you}"


def _was_told(alert: Alert, taken: int) -> bool:
    return any(page.step == taken for page in alert.pages)
