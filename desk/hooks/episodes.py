"""What is told comes late, twice and in any order, and each time that something fires is still one alert.

Only their own times are compared with each other: no two clocks agree.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from desk.hooks.told import Says
from desk.signals import Signal, SignalState

# So long after an end was told, what began no later than what ended is a late copy. Later it fires again: Alertmanager
# ends what it heard nothing of, and tells of it with the old start when it does, a group_interval (5 min) later.
LATE = timedelta(minutes=2)


class Step(StrEnum):
    """What is to be done about something that was told."""

    BEGIN = "begin"
    GO_ON = "go on"
    END = "end"
    REMEMBER = "remember"  # that it is over, for its beginning is still to come
    TAKE = "take"  # whoever told it has it
    NOTHING = "nothing"


def step(says: Says, before: Signal | None, began: datetime | None, at: datetime) -> Step:
    """`before` is what is known of the signal, `at` when it was told. `began` is when they say that it began, or that
    it was over where they say no more; None where they say neither.
    """
    if says is Says.FIRING:
        if before is None:
            return Step.BEGIN
        if before.state is not SignalState.OVER:
            return Step.GO_ON
        return Step.NOTHING if _is_copy(before, began, at) else Step.BEGIN
    if says is Says.ACKNOWLEDGED:
        return Step.TAKE if before is not None and before.state is SignalState.FIRING else Step.NOTHING
    if before is None or before.state is SignalState.OVER:
        return Step.REMEMBER if began and (before is None or is_newer(began, before)) else Step.NOTHING
    return Step.NOTHING if began and before.began and began < before.began else Step.END


def is_newer(began: datetime | None, known: Signal) -> bool:
    return began is not None and (known.began is None or began > known.began)


def _is_copy(over: Signal, began: datetime | None, at: datetime) -> bool:
    known = began is not None and not is_newer(began, over)
    return known and over.told_at is not None and timedelta(0) <= at - over.told_at < LATE
