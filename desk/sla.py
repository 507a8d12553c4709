"""The ledger of a promise: which time counts, when it is due, and how it ended.

A clock keeps facts only (when it started, was held, ended); due times and verdicts are derived from them. Every instant
is aware UTC, every length is in seconds. `calendar` is always the one that the clock's `calendar` id names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from desk.calendars import Hours, NoOpenTime, search_end
from desk.hours import openings
from desk.intervals import FOREVER, Span, gaps, length, merge, spend, utc


class Metric(StrEnum):
    """What a promise is about. Of `next_response` and `periodic_update` a ticket has a clock for each stretch."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"  # to the oldest words of the requester that nobody has answered
    PERIODIC_UPDATE = "periodic_update"  # since staff last wrote to the requester
    RESOLUTION = "resolution"


RESPONSES = frozenset({Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE})


class Pause(StrEnum):
    """Why a clock is held. The causes are a set: the clock runs when the set is empty."""

    WAITING_CUSTOMER = "waiting_customer"
    WAITING_VENDOR = "waiting_vendor"
    WAITING_CHANGE = "waiting_change"
    WAITING_APPROVAL = "waiting_approval"

    @property
    def whom(self) -> str:
        """What is waited for, in words: `the vendor`."""
        return _WHOM[self]


_WHOM = {
    Pause.WAITING_CUSTOMER: "the customer", Pause.WAITING_VENDOR: "the vendor",
    Pause.WAITING_CHANGE: "a change window", Pause.WAITING_APPROVAL: "an approval",
}  # fmt: skip


class Verdict(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    MERGED = "merged"  # it was still owed when its ticket went on in another one


@dataclass(frozen=True, slots=True)
class Interval:
    """One cause holding a clock over `[start, end)`; an `end` of None is still open."""

    start: datetime
    end: datetime | None
    cause: Pause


@dataclass(frozen=True, slots=True)
class Change:
    """The promise was changed at `at`; `target`, `policy` and `calendar` are what it was before, the last one empty
    where nobody wrote it down. `why` says what about the ticket was changed (`P3 → P1`); empty: the configuration was.
    """

    at: datetime
    target: int
    policy: str
    calendar: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise about one ticket.

    `target` is in seconds of the calendar's open time, `policy` the version that set it. `stops` are
    `(ended, reopened)`. `met_at` is when it ended, in time or not; `missed` is final once it is true. `merged`: its end
    was that its ticket went on in another one.
    """

    metric: Metric
    target: int
    calendar: str
    started_at: datetime
    policy: str
    pauses: tuple[Interval, ...] = ()
    stops: tuple[Span, ...] = ()
    met_at: datetime | None = None
    missed: bool = False
    changes: tuple[Change, ...] = ()
    merged: bool = False


def start(metric: Metric, target: int, calendar_id: str, at: datetime, policy: str) -> Clock:
    """A clock that runs from `at`, whether or not the calendar is open then."""
    return Clock(metric, target, calendar_id, utc(at), policy)


def pause(clock: Clock, cause: Pause, at: datetime) -> Clock:
    """Held for one more cause. Nothing changes for a first response, an ended clock, or a cause that holds already."""
    if clock.metric is Metric.FIRST_RESPONSE or clock.met_at is not None or cause in _open_causes(clock):
        return clock
    return replace(clock, pauses=(*clock.pauses, Interval(utc(at), None, cause)))


def resume(clock: Clock, cause: Pause, at: datetime) -> Clock:
    """That cause no longer holds; others still may."""
    return replace(clock, pauses=tuple(_closed(i, at) if i.cause is cause else i for i in clock.pauses))


def meet(clock: Clock, calendar: Hours, at: datetime) -> Clock:
    """Ended by something that happened at `at`, which alone decides whether it was in time. An end ends every hold;
    a second end changes nothing.
    """
    if clock.met_at is not None:
        return clock
    missed = verdict(clock, calendar, at) is Verdict.MISSED
    return replace(clock, met_at=utc(at), missed=missed, pauses=tuple(_closed(i, at) for i in clock.pauses))


def merge_away(clock: Clock, calendar: Hours, at: datetime) -> Clock:
    """Ended because its ticket goes on in another one: neither kept nor broken, unless it was broken by then."""
    return clock if clock.met_at is not None else replace(meet(clock, calendar, at), merged=True)


def settle(clock: Clock, calendar: Hours, at: datetime) -> Clock:
    """Whatever becomes of it: what is broken at `at` stays broken."""
    return replace(clock, missed=verdict(clock, calendar, at) is Verdict.MISSED)


def reopen(clock: Clock, calendar: Hours, at: datetime) -> Clock:
    """Running again with the budget that was left; a miss stays one. A response, once given, stays given."""
    if clock.met_at is None or clock.metric in RESPONSES:
        return clock
    stop = (clock.met_at, max(utc(at), clock.met_at))
    missed = verdict(clock, calendar, at) is Verdict.MISSED
    return replace(clock, met_at=None, missed=missed, stops=(*clock.stops, stop))


def retarget(
    clock: Clock, target: int, policy: str, at: datetime, calendar_id: str | None = None, why: str = ""
) -> Clock:
    """Another target (and calendar), which applies from the start of the clock: the time that ran is kept. An ended
    clock keeps the policy it ended under.
    """
    hours = calendar_id or clock.calendar
    if clock.met_at is not None or (clock.target, clock.policy, clock.calendar) == (target, policy, hours):
        return clock
    change = Change(utc(at), clock.target, clock.policy, clock.calendar, why)
    return replace(clock, target=target, policy=policy, calendar=hours, changes=(*clock.changes, change))


def causes(clock: Clock, at: datetime) -> frozenset[Pause]:
    """What holds the clock at this instant."""
    return frozenset(i.cause for i in clock.pauses if i.start <= at and (i.end is None or at < i.end))


def running(clock: Clock) -> list[Span]:
    """When the clock ran or will run, by day and night; an end of `FOREVER` is open."""
    return _running(clock, clock.met_at or FOREVER)


def counted(clock: Clock, calendar: Hours, until: datetime) -> Iterator[Span]:
    """The time that uses up the target: running and open, up to `until`, were the clock not to end before.

    The one source of due times, verdicts and explanations. A search with no end (`FOREVER`) gives up after years.
    """
    for begin, end in _running(clock, until):
        yield from openings(calendar, begin, end if end < FOREVER else search_end(begin))


def elapsed(clock: Clock, calendar: Hours, now: datetime) -> float:
    """How many seconds of the target are used at `now`, or were when it ended."""
    return length(counted(clock, calendar, min(utc(now), clock.met_at or FOREVER)))


def due_at(clock: Clock, calendar: Hours) -> datetime | None:
    """When the target is used up; None while the clock is held or after it has ended. Raises NoOpenTime."""
    return None if clock.met_at is not None else used_up(clock, calendar, clock.target)


def warn_at(clock: Clock, calendar: Hours, fraction: float) -> datetime | None:
    """When `fraction` (0.5 is half) of the target is used up; None as for `due_at`. Raises NoOpenTime."""
    return None if clock.met_at is not None else used_up(clock, calendar, clock.target * fraction)


def used_up(clock: Clock, calendar: Hours, seconds: float) -> datetime | None:
    """When `seconds` of counted time are used up, had the clock not ended; None while a hold is in the way.

    Raises NoOpenTime when the search gives up.
    """
    found = spend(counted(clock, calendar, FOREVER), seconds)
    if found is None and not _open_causes(clock):
        raise NoOpenTime(clock.started_at)
    return found


def verdict(clock: Clock, calendar: Hours, now: datetime) -> Verdict:
    """How the promise stands at `now`. It is missed *after* the due instant, ended or not; what has ended keeps its
    verdict, whatever becomes of the calendar.
    """
    at = utc(now)
    if clock.missed:
        return Verdict.MISSED
    if clock.met_at is not None:
        return Verdict.MERGED if clock.merged else Verdict.MET
    due = spend(counted(clock, calendar, at), clock.target)
    if due is not None and due < at:
        return Verdict.MISSED
    return Verdict.PAUSED if causes(clock, at) else Verdict.RUNNING


def clock_to_json(clock: Clock) -> dict[str, Any]:
    """Plain values; instants as ISO strings in UTC."""
    return {
        "metric": clock.metric.value,
        "target": clock.target,
        "calendar": clock.calendar,
        "started_at": clock.started_at.isoformat(),
        "policy": clock.policy,
        "pauses": [[i.start.isoformat(), i.end.isoformat() if i.end else None, i.cause.value] for i in clock.pauses],
        "stops": [[ended.isoformat(), reopened.isoformat()] for ended, reopened in clock.stops],
        "met_at": clock.met_at.isoformat() if clock.met_at else None,
        "missed": clock.missed,
        "changes": [[c.at.isoformat(), c.target, c.policy, c.calendar, c.why] for c in clock.changes],
        **({"merged": True} if clock.merged else {}),
    }


def clock_from_json(row: Mapping[str, Any]) -> Clock:
    """The inverse of `clock_to_json`."""
    return Clock(
        metric=Metric(row["metric"]),
        target=row["target"],
        calendar=row["calendar"],
        started_at=_instant(row["started_at"]),
        policy=row["policy"],
        pauses=tuple(Interval(_instant(a), _instant(b) if b else None, Pause(cause)) for a, b, cause in row["pauses"]),
        stops=tuple((_instant(a), _instant(b)) for a, b in row["stops"]),
        met_at=_instant(row["met_at"]) if row["met_at"] else None,
        missed=row["missed"],
        changes=tuple(Change(_instant(at), *was) for at, *was in row["changes"]),
        merged=row.get("merged", False),
    )


def _instant(text: str) -> datetime:
    return utc(datetime.fromisoformat(text))


def _open_causes(clock: Clock) -> frozenset[Pause]:
    return frozenset(i.cause for i in clock.pauses if i.end is None)


def _closed(interval: Interval, at: datetime) -> Interval:
    return interval if interval.end is not None else replace(interval, end=max(utc(at), interval.start))


def _running(clock: Clock, until: datetime) -> list[Span]:
    held = [(i.start, i.end or FOREVER) for i in clock.pauses]
    return list(gaps(merge([*held, *clock.stops]), clock.started_at, until))
