"""The promises of one ticket: its clocks, moved by what happens, and the reminders that hang on them."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from config.loaded import Config
from desk import clocks, sla
from desk.calendars import Hours, NoOpenTime
from desk.sla import Clock, Metric, Pause
from desk.tickets import UNRESOLVED, Ticket, opened_for

WORDS = {
    Metric.FIRST_RESPONSE: "first answer", Metric.NEXT_RESPONSE: "next answer", Metric.PERIODIC_UPDATE: "update",
    Metric.RESOLUTION: "solution",
}  # fmt: skip


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
    """Start the clocks of what the contract promises. Nobody waits for an answer to what staff opened for them: that
    they opened it is their first word.
    """
    by = config.people.get(ticket.opened_by)
    by_staff = opened_for(ticket) and not (by and by.client == ticket.client)
    first = Metric.PERIODIC_UPDATE if by_staff else Metric.FIRST_RESPONSE
    return _begun(ticket, config, ticket.opened_at, first, Metric.RESOLUTION)


def written(ticket: Ticket, config: Config, at: datetime) -> Ticket:
    """Its requester wrote. Until the first answer all their words wait for that one, in what was opened for them from
    now on; after it, the oldest words that nobody has answered wait for the next.
    """
    first = clock_of(ticket, Metric.FIRST_RESPONSE)
    if first is None:
        return _begun(ticket, config, at, Metric.FIRST_RESPONSE)
    waits = first.met_at is None or clocks.running(ticket.clocks, Metric.NEXT_RESPONSE)
    return ticket if waits else _begun(ticket, config, at, Metric.NEXT_RESPONSE)


def answered(ticket: Ticket, config: Config, at: datetime) -> Ticket:
    """A person of the staff wrote to the requester: what waited for an answer has it, and time runs to the next update.
    What we say by ourselves, and notes, do not come here.
    """
    done = _meet(ticket, config, at, *sla.RESPONSES, Metric.PERIODIC_UPDATE)
    return _begun(done, config, at, Metric.PERIODIC_UPDATE) if ticket.state in UNRESOLVED else done


def solved(ticket: Ticket, config: Config, at: datetime, *, by_requester: bool) -> Ticket:
    """A solution told by staff is an answer too. A question that is taken back before its answer was due owes none:
    that promise was neither kept nor broken, and counts nowhere.
    """
    if not by_requester:
        return _meet(ticket, config, at, *Metric)
    hours = calendar(config, ticket)
    ended = (sla.settle(clock, hours, at) for clock in _meet(ticket, config, at, Metric.RESOLUTION).clocks)
    return replace(ticket, clocks=tuple(clock for clock in ended if clock.met_at or clock.missed))


def merged(ticket: Ticket, config: Config, at: datetime) -> Ticket:
    """It goes on in another ticket: what was kept or broken stays so, and what was still owed ends as merged."""
    hours = calendar(config, ticket)
    return replace(ticket, clocks=tuple(sla.merge_away(clock, hours, at) for clock in ticket.clocks))


def _begun(ticket: Ticket, config: Config, at: datetime, *metrics: Metric) -> Ticket:
    """With a clock from `at` on for each of these that is promised, held by all that holds the ticket. What its
    predecessors rang for is forgotten.
    """
    contract = config.clients[ticket.client].contract
    for metric in metrics:
        target = contract.target(metric, ticket.priority, ticket.category)
        if target is None:
            continue
        clock = sla.start(metric, target, contract.calendar, at, config.version)
        for cause in sorted(ticket.pending):
            clock = sla.pause(clock, cause, at)
        warned = tuple(given for given in ticket.warned if parse_kind(given[0])[0] is not metric)
        ticket = replace(ticket, clocks=clocks.begun(ticket.clocks, clock), warned=warned)
    return ticket


def _meet(ticket: Ticket, config: Config, at: datetime, *metrics: Metric) -> Ticket:
    hours = calendar(config, ticket)
    met = (sla.meet(clock, hours, at) if clock.metric in metrics else clock for clock in ticket.clocks)
    return replace(ticket, clocks=tuple(met))


def paused(ticket: Ticket, cause: Pause, at: datetime) -> Ticket:
    return replace(ticket, clocks=tuple(sla.pause(clock, cause, at) for clock in ticket.clocks))


def resumed(ticket: Ticket, causes: frozenset[Pause], at: datetime) -> Ticket:
    for cause in sorted(causes):
        ticket = replace(ticket, clocks=tuple(sla.resume(clock, cause, at) for clock in ticket.clocks))
    return ticket


def reopened(ticket: Ticket, config: Config, at: datetime) -> Ticket:
    """The unused budget of the solution returns. A first answer that was given stays given; one that was no longer
    owed is owed anew. Whoever has heard from us hears again.
    """
    hours = calendar(config, ticket)
    again = (sla.reopen(c, hours, at) if c.metric is Metric.RESOLUTION else c for c in ticket.clocks)
    ticket = replace(ticket, clocks=tuple(again))
    first = clock_of(ticket, Metric.FIRST_RESPONSE)
    if first is None and not opened_for(ticket):
        return _begun(ticket, config, at, Metric.FIRST_RESPONSE)
    heard = opened_for(ticket) or (first and first.met_at)
    if heard and not clocks.running(ticket.clocks, Metric.PERIODIC_UPDATE):
        return _begun(ticket, config, at, Metric.PERIODIC_UPDATE)
    return ticket


def retargeted(ticket: Ticket, config: Config, at: datetime, why: str = "") -> Ticket:
    """Priority, category or policy has changed: elapsed time is kept, the new target counts from the clock's start.
    `why` says what of the ticket was changed, such as `P3 → P1`; it is empty for another policy.

    A clock that is promised the same keeps the version that first promised it, and one that has ended the one it ended
    under. One that is promised no more counts nowhere, unless it is broken already.
    """
    contract, hours = config.clients[ticket.client].contract, calendar(config, ticket)

    def moved(clock: Clock) -> Clock | None:
        target = contract.target(clock.metric, ticket.priority, ticket.category)
        if clock.met_at is not None or (clock.target, clock.calendar) == (target, contract.calendar):
            return clock
        if target is None:
            settled = sla.settle(clock, hours, at)
            return settled if settled.missed else None
        return sla.retarget(clock, target, config.version, at, contract.calendar, why)

    return replace(ticket, clocks=tuple(clock for each in ticket.clocks if (clock := moved(each))))


def reminders(ticket: Ticket, config: Config) -> Iterator[Reminder]:
    """Every reminder of each promise, with when it is due: never, while its clock is paused, has ended or is none."""
    contract, hours = config.clients[ticket.client].contract, calendar(config, ticket)
    for metric in Metric:
        clock = clock_of(ticket, metric)
        for share in (*contract.warnings, 1.0) if clock or metric in contract.promised else ():
            due = sla.warn_at(clock, hours, share) if clock else None
            yield Reminder(kind_of(metric, share), metric, share, due)


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


def clock_of(ticket: Ticket, metric: Metric) -> Clock | None:
    """The latest of this promise."""
    return clocks.latest(ticket.clocks, metric)


def moved_at(ticket: Ticket, metric: Metric) -> datetime | None:
    """When the promise was last changed."""
    clock = clock_of(ticket, metric)
    return clock.changes[-1].at if clock and clock.changes else None


def due_at(ticket: Ticket, config: Config, metric: Metric) -> datetime | None:
    clock = clock_of(ticket, metric)
    return sla.due_at(clock, calendar(config, ticket)) if clock else None


def soonest(ticket: Ticket, config: Config) -> datetime | None:
    """When the first of its promises is due; None while they are paused or kept."""
    hours = calendar(config, ticket)
    return min((at for clock in ticket.clocks if (at := sla.due_at(clock, hours))), default=None)


def was_due_at(ticket: Ticket, config: Config, clock: Clock) -> datetime | None:
    """When the promise was due, ended or not; None while it is held, and where its calendar, as it is now, has too
    little time.
    """
    with suppress(NoOpenTime):
        return sla.used_up(clock, calendar(config, ticket), clock.target)
    return None


def used(ticket: Ticket, config: Config, clock: Clock, now: datetime) -> float:
    """The share of a promise's time that is used up."""
    return sla.elapsed(clock, calendar(config, ticket), now) / clock.target
