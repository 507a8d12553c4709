"""What would have become of past promises under another target or other opening hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from desk import sla
from desk.calendars import Hours
from desk.reports import Attainment, attainment
from desk.sla import Clock, Verdict


@dataclass(frozen=True, slots=True)
class Trial:
    """`was` and `would_be` count the same promises. `lost` are the tickets that would have been missed though they were
    met, `won` the other way round, by number.
    """

    was: Attainment
    would_be: Attainment
    lost: tuple[int, ...]
    won: tuple[int, ...]


def judged(clock: Clock, hours: Hours, target: int, now: datetime) -> Verdict:
    """The verdict of what happened, judged by these hours and this target (seconds): the holds and the ends stay."""
    as_new = replace(clock, target=target, changes=(), met_at=None, missed=False)
    verdict = sla.verdict(as_new, hours, clock.met_at or now)
    if clock.met_at is None or verdict is Verdict.MISSED:
        return verdict
    return Verdict.MERGED if clock.merged else Verdict.MET


def trial(
    clocks: Iterable[tuple[int, str, Clock]],
    as_is: Mapping[str, Hours],
    hours: Hours | None,
    targets: Mapping[str, int],
    now: datetime,
    goal: float | None = None,
) -> Trial:
    """`clocks` are one metric's, as (ticket, priority, clock); `as_is` the calendars by id. `hours` None keeps each
    clock's own, and a priority without one of `targets` (seconds) keeps its target.
    """
    before, after = [], []
    lost, won = [], []
    for number, priority, clock in clocks:
        was = sla.verdict(clock, as_is[clock.calendar], now)
        then = judged(clock, hours or as_is[clock.calendar], targets.get(priority, clock.target), now)
        before.append(was)
        after.append(then)
        if then is Verdict.MISSED and was is not Verdict.MISSED:
            lost.append(number)
        if was is Verdict.MISSED and then is Verdict.MET:
            won.append(number)
    once = tuple(dict.fromkeys(lost)), tuple(dict.fromkeys(won))  # a ticket may have several of one metric
    return Trial(attainment(before, goal), attainment(after, goal), *once)
