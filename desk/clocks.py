"""The clocks of one ticket, in the order of what they promise: of some promises there is one for each stretch."""

from collections.abc import Iterator

from desk.sla import Clock, Metric

MOST = 50  # ended clocks of one promise that a ticket keeps
ORDER = list(Metric)

Clocks = tuple[Clock, ...]


def latest(clocks: Clocks, metric: Metric) -> Clock | None:
    """The one that began last: all before it have ended."""
    return next((clock for clock in reversed(clocks) if clock.metric is metric), None)


def running(clocks: Clocks, metric: Metric) -> Clock | None:
    """The one that has not ended; there is never a second."""
    clock = latest(clocks, metric)
    return clock if clock and clock.met_at is None else None


def each_latest(clocks: Clocks) -> Iterator[Clock]:
    """One for each promise, in their order."""
    return (clock for metric in Metric if (clock := latest(clocks, metric)))


def begun(clocks: Clocks, clock: Clock) -> Clocks:
    """With one more, which begins after all others of its promise. Of those that ended the last fifty stay."""
    same = [other for other in clocks if other.metric is clock.metric][-MOST:]
    others = [other for other in clocks if other.metric is not clock.metric]
    return tuple(sorted([*others, *same, clock], key=lambda each: ORDER.index(each.metric)))
