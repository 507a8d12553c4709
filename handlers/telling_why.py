"""Why an alert rang and whom it called, and why it did not call somebody."""

from datetime import datetime, timedelta

from desk.alerts import Alert, Page
from desk.cards import Card, Text, When, text
from desk.detail import ours
from desk.holds import Hold, HoldKind
from desk.paths import Step, condition, due_at
from desk.ways import Planned
from handlers import ways
from handlers.context import Context, Tx
from handlers.paging import people_at
from handlers.pictures import name
from handlers.pictures import why_alert as picture
from handlers.pictures.alert import in_a_row, target_words

MOST = 40  # rows


def rang(tx: Tx, ctx: Context, alert: Alert) -> Card:
    """What was seen, how it was routed and grouped, what hid it, whom it called and when, and where its card stands."""
    signals = tx.signals_of(alert.number, limit=50)
    edges = tx.edges(alert=alert.number, limit=picture.EDGES)
    known = signals[0].fingerprint if len(signals) == 1 else ""
    edges = tx.edges(fingerprint=known, limit=picture.EDGES) if known else edges
    since = alert.started_at - timedelta(hours=1)
    told = picture.story([e for e in edges if e.at >= since], picture.of_signals(signals))
    told += picture.calls(alert, ctx.config)
    told += picture.recorded(tx.timeline(alert.number, limit=200), alert, ctx.config)
    posted = [picture.delivery(each) for each in tx.deliveries(f"alert/{alert.number}")]
    told += [(at, words) for at, words in posted if at]
    rows = picture.rows(told)
    rows += [(ours("not yet"), text(words)) for at, words in posted if at is None]
    rows += picture.rows(picture.ahead(alert, ctx.config, ctx.now))
    routes = tuple(picture.routing(ctx.config, signals[0].labels)) if signals else ()
    held = (_held(tx, ctx, alert.hold),) if alert.hold else ()
    rang = f"rang after {in_a_row(alert)}" if alert.failures else "rang when we were told"
    lines = (text(f"{alert.sentence} · {rang}"), *held)
    return Card(f"why/{alert.number}", f"Why did {alert.number} ring?", lines=lines, table=(*rows, *routes))


def _held(tx: Tx, ctx: Context, hold: Hold) -> Text:
    """What hides it, and until when; of a silence its number and whose it is, as its reason alone says little."""
    silence = tx.silence(int(hold.by)) if hold.kind is HoldKind.SILENCE else None
    of = f"silence {silence.number} of {name(ctx.config, silence.author)}, " if silence else ""
    until = ("until ", When(hold.until), ": ") if hold.until else ()
    return text(*ours("Nobody is called now: ", of, *until), hold.why)


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
    by = f" by {name(ctx.config, page.by)}" if page.by else ""
    rows: list[tuple[Text, ...]] = [(ours(When(page.at)), ours(f"you were called{by}"))]
    after = [later for later in alert.pages if later.person == page.person and later.at > page.at]
    for each in ways.planned(ctx, alert, page):
        if each.way in page.ways:
            said = f"told by {each.way}"
        elif any(each.way in later.ways for later in after):
            said = f"by {each.way}: once, with a later call"
        else:
            said = _not_yet(ctx, alert, each)
        rows.append((ours(When(each.at)) if each.at else ours(""), text(said)))
    return rows


def _not_yet(ctx: Context, alert: Alert, each: Planned) -> str:
    """A way by which they were not told so far: whether it is still to come, and if not, what kept it from them."""
    if each.at is None:
        return f"not by {each.way}: {each.why}"
    if alert.calls:
        return f"by {each.way}: still to come, {each.why}" if each.at > ctx.now else f"by {each.way}: due now"
    if not alert.is_open:
        return f"not by {each.way}: it was over before"
    if alert.acked_by:
        return f"not by {each.way}: {name(ctx.config, alert.acked_by)} has it"
    return f"by {each.way}: waits for the end of what hides it ({alert.hold.why if alert.hold else 'a snooze'})"


def _why_not(tx: Tx, ctx: Context, alert: Alert, taken: int, step: Step, due: datetime) -> str:
    """One step, replayed: taken, passed over, not reached or still to come; and whom it means at its time."""
    whom = target_words(step.target, ctx.config)
    people = people_at(tx, ctx, step.target, alert.client, due)
    means = ", ".join(name(ctx.config, p) for p in people) or "nobody"
    means += "; you are among them" if ctx.person.id in people else "; you are not among them"
    if step.target.startswith("channel:"):
        means = "whoever reads it there hears of it, and it calls no person"
    if taken < alert.step:
        passed = [e.words for e in tx.timeline(alert.number, limit=200) if e.words.startswith(f"did not tell {whom}")]
        return passed[-1] if passed and not _was_told(alert, taken) else f"{whom}: {means}"
    if not alert.is_open:
        return f"{whom}: it was up again before"
    if alert.acked_by:
        return f"{whom} is not told: {name(ctx.config, alert.acked_by)} has it"
    if alert.hold:
        return f"{whom} is not told: {alert.hold.why}"
    given = f", {condition(step)}" if condition(step) else ""
    return f"{whom} comes if nobody acts{given}: {means}"


def _was_told(alert: Alert, taken: int) -> bool:
    return any(page.step == taken for page in alert.pages)
