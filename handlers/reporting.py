"""What a client was promised and got in a period: what has ended from its summaries, what is open judged as of now."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from desk import reckoning, sla
from desk.behind import BACKLOG, Behind, rows
from desk.breaches import REASONS
from desk.breaches import Breach as Explained
from desk.cards import Text, When, text
from desk.histograms import lengths
from desk.intervals import Span
from desk.periods import earlier
from desk.reckoning import Counts
from desk.reports import Breach, Period, Promise, Report, Share, Trend, Uptime
from desk.tallies import Kept, facts, kept
from desk.tickets import UNRESOLVED, Ticket
from desk.uptime import uptime
from handlers import finding, promises
from handlers.context import Context, Tx
from handlers.measuring import judge

EARLIER = 3  # periods that a report is compared with
REACH = 300.0  # seconds for which a look at a monitor vouches at least
MISSED = '"missed":true'  # how a broken promise is stored


def report(tx: Tx, ctx: Context, client: str, period: Period) -> Report:
    """The numbers of everything opened in the period, as known at `ctx.now`."""
    open_now = open_of(tx, client)
    found = counts(tx, ctx, client, period, open_now)
    everything = reckoning.total(found)
    return Report(
        client, ctx.config.clients[client].name, period, ctx.now,
        promises=kept_in(ctx, client, found),
        volume=reckoning.volume(found, _categories(tx, client, period, open_now), open_now, ctx.now),
        first_contact=reckoning.first_contact(everything),
        reopened=reckoning.reopened(everything),
        durations=reckoning.durations(tx.lengths(client, period.months)),
        spent=everything["spent"],
        satisfaction=reckoning.satisfaction(everything),
        uptime=uptimes(tx, ctx, client, period),
        breaches=tuple(sorted(breaches(tx, ctx, client, period, open_now), key=lambda b: (b.due, b.number))),
        earlier=_earlier(tx, ctx, client, period, open_now),
    )  # fmt: skip


def kept_in(ctx: Context, client: str, counts: Counts) -> tuple[Promise, ...]:
    """How the promises stand: of all priorities together, then of each."""
    contract = ctx.config.clients[client].contract
    return reckoning.promises(counts, contract.promised, contract.goals)


def open_of(tx: Tx, client: str) -> list[Ticket]:
    return finding.every(tx, client=client, states=tuple(UNRESOLVED))


def counts(tx: Tx, ctx: Context, client: str, period: Period, open_now: Sequence[Ticket]) -> Counts:
    """What was opened in the period, of each priority: ended, and of the client's open ones how they stand."""
    judged = ((t, facts(t, judge(t, ctx.config, ctx.now))) for t in open_now if t.month in period.months)
    return reckoning.together(tx.sums(period.months, client), judged)


def _categories(tx: Tx, client: str, period: Period, open_now: Sequence[Ticket]) -> Counter[str]:
    return tx.categories(client, period.months) + Counter(t.category for t in open_now if t.month in period.months)


def breaches(
    tx: Tx, ctx: Context, client: str, period: Period, open_now: Sequence[Ticket]
) -> Iterator[Breach]:
    """Each broken promise; of an open ticket too, even while its clock runs on."""
    ended = finding.pages(
        lambda after: tx.opened_in(client, period.months, holding=MISSED, after=after, limit=finding.PAGE)
    )
    ours = [t for t in ended if t.state not in UNRESOLVED]
    ours += [t for t in open_now if t.month in period.months]
    told = _told_why(tx, client, period, ctx.now)
    for ticket in ours:
        hours = promises.calendar(ctx.config, ticket)
        for each in kept(ticket, judge(ticket, ctx.config, ctx.now)):
            if each.outcome == "missed" and each.clock:
                used = sla.elapsed(each.clock, hours, ctx.now)
                broken = reckoning.breach(ticket, each.clock, promises.was_due_at(ticket, ctx.config, each.clock), used)
                yield _with_reason(broken, told.get((broken.number, broken.metric), ()))


def _told_why(
    tx: Tx, client: str, period: Period, now: datetime
) -> Mapping[tuple[int, str], Sequence[Explained]]:
    """What was said about broken promises, by ticket and promise, oldest first."""
    told: dict[tuple[int, str], list[Explained]] = {}
    for each in tx.breaches_between(client, period.start, now):
        told.setdefault((each.number, each.metric), []).append(each)
    return told


def _with_reason(broken: Breach, told: Sequence[Explained]) -> Breach:
    """With what was said about the one that was due then; a calendar that changed later has moved it a little."""
    if not told:
        return broken
    meant = min(told, key=lambda each: abs(each.due_at - broken.due))
    return replace(broken, reason=REASONS.get(meant.reason, meant.reason), words=meant.words)


def behind(
    tx: Tx, ctx: Context, client: str, period: Period, number: Behind
) -> list[tuple[Ticket, Kept | None, Text]]:
    """The tickets behind one number, by number; one that counts promises has each of them. As many as it says."""
    return [
        (ticket, each, _told(ctx, ticket, each))
        for ticket in _candidates(tx, client, period, number, ctx.now)
        for each in rows(number, ticket, judge(ticket, ctx.config, ctx.now))
    ]


def _candidates(tx: Tx, client: str, period: Period, number: Behind, now: datetime) -> list[Ticket]:
    """All that may stand behind it."""
    if number.what == BACKLOG:
        return [t for t in open_of(tx, client) if number.of in {"", reckoning.age(t, now)}]
    return finding.pages(
        lambda after: tx.opened_in(
            client, period.months, states=number.states, priority=number.priority, after=after, limit=finding.PAGE
        )
    )


def _told(ctx: Context, ticket: Ticket, each: Kept | None) -> Text:
    """What there is to say about a promise of a ticket, or about the ticket itself."""
    if each is None:
        ended = ticket.resolved_at or ticket.closed_at
        return text(When(ticket.opened_at), " – ", When(ended)) if ended else text("since ", When(ticket.opened_at))
    if each.clock is None or each.outcome == "excluded":
        return text("owed nothing in the end")
    due = promises.was_due_at(ticket, ctx.config, each.clock)
    by = ("due ", When(due)) if due else ("paused",)
    if each.clock.met_at:
        return text(*by, ", ended ", When(each.clock.met_at))
    return text(*by)


def uptimes(tx: Tx, ctx: Context, client: str, period: Period) -> tuple[Uptime, ...]:
    """Each service of the client: those that are watched now, and those that were down in the period."""
    whole: Span = (period.start, min(period.end, ctx.now))
    outages = tx.outages(client, *whole)
    watched = {m.id: m for m in ctx.config.monitors.values() if m.client == client}
    goals = ctx.config.clients[client].contract.uptime
    found = []
    for service in sorted({*watched, *(o.monitor for o in outages)}):
        monitor = watched.get(service)
        reach = max(REACH, 2 * monitor.interval + monitor.time_limit) if monitor else REACH
        down = [o for o in outages if o.monitor == service]
        looked = tx.looked(service, *whole, reach)
        found.append(uptime(service, monitor.name if monitor else service, down, looked, whole, goals.get(service)))
    return tuple(found)


def _earlier(
    tx: Tx, ctx: Context, client: str, period: Period, open_now: Sequence[Ticket]
) -> tuple[Trend, ...]:
    """From the first of them of which anything is known."""
    found = [_trend(tx, ctx, client, each, open_now) for each in earlier(period, EARLIER)]
    known = [n for n, trend in enumerate(found) if trend.opened or trend.uptime.whole]
    return tuple(found[known[0] :]) if known else ()


def _trend(tx: Tx, ctx: Context, client: str, period: Period, open_now: Sequence[Ticket]) -> Trend:
    found = counts(tx, ctx, client, period, open_now)
    services = uptimes(tx, ctx, client, period)
    up, known = sum(s.up for s in services), sum(s.up + s.down for s in services)
    return Trend(
        period, reckoning.opened(found),
        tuple(p for p in kept_in(ctx, client, found) if not p.priority),
        lengths(tx.lengths(client, period.months)["resolve_open"]), Share(round(up), round(known)),
        reckoning.by_priority(found),
    )  # fmt: skip
