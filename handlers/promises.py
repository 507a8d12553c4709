"""The promises of one ticket: its clocks, moved by what happens, and the reminders that hang on them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from config.loaded import Config
from desk import sla
from desk.calendars import Hours
from desk.sla import Clock, Metric, Pause, Verdict
from desk.tickets import Ticket, opened_for

WORDS = {Metric.FIRST_RESPONSE: "first answer", Metric.RESOLUTION: "solution"}


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder or breach of a clock, as the deadline row that rings it."""

    kind: str  # sla/first_response/50, sla/first_response/breach
    metric: Metric
    share: float  # 1.0 is the breach
    due: datetime | None


def kind_of(metric: Metric, share: float) -> str:
    return f"sla/{metric}/" + ("breach" if share >= 1 else f"{share * 100:.0f}")


def parse_kind(kind: str) -> tuple[Metric, float]:
    _, metric, percent = kind.split("/")
    return Metric(metric), 1.0 if percent == "breach" else int(percent) / 100


def calendar(config: Config, ticket: Ticket) -> Hours:
    return config.calendars[config.clients[ticket.client].contract.calendar]


def zone(config: Config, client: str) -> str:
    """The IANA zone that the client's calendar is written in."""
    return config.calendars[config.clients[client].contract.calendar].zone


def opened(ticket: Ticket, config: Config) -> Ticket:
    """Start the clocks of what the contract promises. Nobody waits for an answer to what staff opened for them."""
    contract = config.clients[ticket.client].contract
    clocks = tuple(
        sla.start(m, contract.targets[m, ticket.priority], contract.calendar, ticket.opened_at, config.version)
        for m in Metric
        if m is not Metric.FIRST_RESPONSE or not opened_for(ticket)
    )
    return replace(ticket, clocks=clocks)


def written(ticket: Ticket, config: Config, at: datetime) -> Ticket:
    """Its requester wrote. What was opened for them is owed an answer from now on."""
    if not opened_for(ticket) or clock_of(ticket, Metric.FIRST_RESPONSE):
        return ticket
    contract = config.clients[ticket.client].contract
    target = contract.targets[Metric.FIRST_RESPONSE, ticket.priority]
    clock = sla.start(Metric.FIRST_RESPONSE, target, contract.calendar, at, config.version)
    return replace(ticket, clocks=(clock, *ticket.clocks))


def answered(ticket: Ticket, config: Config, at: datetime) -> Ticket:
    """Staff wrote to the requester."""
    return _meet(ticket, config, Metric.FIRST_RESPONSE, at)


def solved(ticket: Ticket, config: Config, at: datetime, *, by_requester: bool) -> Ticket:
    """A solution told by staff is an answer too. A question that is taken back before its answer was due owes none:
    that promise was neither kept nor broken, and counts nowhere.
    """
    done = _meet(ticket, config, Metric.RESOLUTION, at)
    if not by_requester:
        return _meet(done, config, Metric.FIRST_RESPONSE, at)
    owed = {Verdict.MET, Verdict.MISSED}
    return replace(done, clocks=tuple(c for c in done.clocks if sla.verdict(c, calendar(config, ticket), at) in owed))


def merged(ticket: Ticket, config: Config, at: datetime) -> Ticket:
    """It goes on in another ticket: what was kept or broken stays so, and what was still owed ends here."""
    owed = {Verdict.MET, Verdict.MISSED}
    kept = tuple(c for c in ticket.clocks if sla.verdict(c, calendar(config, ticket), at) in owed)
    return replace(ticket, clocks=kept)


def _meet(ticket: Ticket, config: Config, metric: Metric, at: datetime) -> Ticket:
    def met(clock: Clock) -> Clock:
        mine = clock.metric is metric and clock.met_at is None
        return sla.meet(clock, calendar(config, ticket), at) if mine else clock

    return replace(ticket, clocks=tuple(met(clock) for clock in ticket.clocks))


def paused(ticket: Ticket, cause: Pause, at: datetime) -> Ticket:
    return replace(ticket, clocks=tuple(sla.pause(clock, cause, at) for clock in ticket.clocks))


def resumed(ticket: Ticket, causes: frozenset[Pause], at: datetime) -> Ticket:
    clocks = ticket.clocks
    for cause in sorted(causes):
        clocks = tuple(sla.resume(clock, cause, at) for clock in clocks)
    return replace(ticket, clocks=clocks)


def reopened(ticket: Ticket, config: Config, at: datetime) -> Ticket:
    """The unused budget of the solution returns. A first answer that was given stays given; one that was no longer
    owed is owed anew.
    """
    contract = config.clients[ticket.client].contract
    clocks = tuple(
        sla.reopen(clock, calendar(config, ticket), at) if clock.metric is Metric.RESOLUTION else clock
        for clock in ticket.clocks
    )
    if clock_of(ticket, Metric.FIRST_RESPONSE) is None and not opened_for(ticket):
        target = contract.targets[Metric.FIRST_RESPONSE, ticket.priority]
        clocks = (sla.start(Metric.FIRST_RESPONSE, target, contract.calendar, at, config.version), *clocks)
    return replace(ticket, clocks=clocks)


def retargeted(ticket: Ticket, config: Config, at: datetime) -> Ticket:
    """Priority or policy has changed: elapsed time is kept, the new target counts from the start of the clock.

    A clock that is promised the same keeps the version that first promised it, and one that has ended the one it ended
    under.
    """
    contract = config.clients[ticket.client].contract

    def moved(clock: Clock) -> Clock:
        target = contract.targets[clock.metric, ticket.priority]
        if clock.met_at is not None or (clock.target, clock.calendar) == (target, contract.calendar):
            return clock
        return replace(sla.retarget(clock, target, config.version, at), calendar=contract.calendar)

    return replace(ticket, clocks=tuple(moved(clock) for clock in ticket.clocks))


def reminders(ticket: Ticket, config: Config) -> Iterator[Reminder]:
    """Every reminder the ticket's clocks have, with when it is due: never, while a clock is paused or has ended."""
    hours, shares = calendar(config, ticket), config.clients[ticket.client].contract.warnings
    for clock in ticket.clocks:
        for share in (*shares, 1.0):
            yield Reminder(kind_of(clock.metric, share), clock.metric, share, sla.warn_at(clock, hours, share))


def armed(ticket: Ticket, config: Config, now: datetime) -> tuple[Ticket, list[Reminder]]:
    """What the alarm clock must know: each reminder's due time, None where it is not to ring.

    A reminder that was given rings again only if its time has moved on since and into the future: more time was
    granted. That `now` has stepped back is no such reason.
    """
    given = dict(ticket.warned)
    rows = []
    for reminder in reminders(ticket, config):
        due, rang_for = reminder.due, given.get(reminder.kind)
        if due is not None and rang_for is not None:
            if due > max(now, rang_for):
                del given[reminder.kind]
            else:
                due = None
        rows.append(replace(reminder, due=due))
    return replace(ticket, warned=tuple(sorted(given.items()))), rows


def verdict(ticket: Ticket, config: Config, metric: Metric, now: datetime) -> Verdict | None:
    clock = clock_of(ticket, metric)
    return sla.verdict(clock, calendar(config, ticket), now) if clock else None


def clock_of(ticket: Ticket, metric: Metric) -> Clock | None:
    return next((clock for clock in ticket.clocks if clock.metric is metric), None)


def moved_at(ticket: Ticket, metric: Metric) -> datetime | None:
    """When the promise was last changed."""
    clock = clock_of(ticket, metric)
    return clock.changes[-1].at if clock and clock.changes else None


def due_at(ticket: Ticket, config: Config, metric: Metric) -> datetime | None:
    clock = clock_of(ticket, metric)
    return sla.due_at(clock, calendar(config, ticket)) if clock else None


def used(ticket: Ticket, config: Config, clock: Clock, now: datetime) -> float:
    """The share of a promise's time that is used up."""
    return sla.elapsed(clock, calendar(config, ticket), now) / clock.target
