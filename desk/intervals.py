"""Arithmetic on stretches of time: half-open `(start, end)` pairs of instants, kept in order and apart."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

Span = tuple[datetime, datetime]
Point = TypeVar("Point", datetime, float)

# Stands for "no end": a year before the last instant a datetime holds, so that sums and zones have room.
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


def utc(at: datetime) -> datetime:
    """The same instant in UTC. Subtracting two local times of one zone would ignore the clock change between them.

    Raises ValueError for a time without a zone, which is no instant.
    """
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no zone, so it names no instant.")
    return at.astimezone(UTC)


def merge(spans: Iterable[tuple[Point, Point]]) -> list[tuple[Point, Point]]:
    """The same time in order, with what touches or overlaps as one; empty spans vanish."""
    found: list[tuple[Point, Point]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def gaps(spans: Iterable[Span], start: datetime, end: datetime) -> Iterator[Span]:
    """What of `[start, end)` the spans, in order and apart, leave out."""
    free = start
    for begin, stop in spans:
        if begin >= end:
            break
        if free < begin:
            yield free, begin
        free = max(free, stop)
    if free < end:
        yield free, end


def common(first: Iterable[Span], second: Iterable[Span]) -> Iterator[Span]:
    """The time that lies in both, each in order and apart."""
    left, right = iter(first), iter(second)
    a, b = next(left, None), next(right, None)
    while a is not None and b is not None:
        start, end = max(a[0], b[0]), min(a[1], b[1])
        if start < end:
            yield start, end
        if a[1] <= b[1]:
            a = next(left, None)
        else:
            b = next(right, None)


def length(spans: Iterable[Span]) -> float:
    """How long they are together, in seconds."""
    return sum((end - start for start, end in spans), timedelta()).total_seconds()


def spend(spans: Iterable[Span], seconds: float) -> datetime | None:
    """The instant at which `seconds` of these spans are used up: the end of a span, if they are used up exactly there.

    None when the spans are not enough.
    """
    try:
        left = timedelta(seconds=seconds)
    except OverflowError:
        return None
    for start, end in spans:
        if left <= end - start:
            return start + left
        left -= end - start
    return None


def spend_back(spans: Iterable[Span], seconds: float) -> datetime | None:
    """The same counted backward over spans given last one first: used up exactly at a start means that start."""
    try:
        left = timedelta(seconds=seconds)
    except OverflowError:
        return None
    for start, end in spans:
        if left <= end - start:
            return end - left
        left -= end - start
    return None
