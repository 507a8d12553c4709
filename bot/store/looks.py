"""Of which time the poll history knows anything: what the uptime of a service is a share of."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from bot.history import beat, walk
from bot.store.tables import EPOCH
from desk.intervals import Span, merge

HOUR = 3600  # seconds

_OK, _FAILED = 0, 1  # statuses, in the two lowest bits of the number
_SAW = bytes(number for number in range(0x80) if number & 3 in {_OK, _FAILED})


def looked(chunks: Iterable[tuple[int, bytes]], reach: float) -> list[Span]:
    """In order and apart, from hours (counted since 1970) and their chunks. A look that saw something vouches for the
    time until the next one of its hour, and for no more than `reach` seconds.
    """
    spans: list[tuple[float, float]] = []  # of seconds: there are many before they are merged
    for hour, chunk in chunks:
        began = hour * HOUR
        with suppress(ValueError):  # a damaged chunk tells nothing
            spans += [(began + first, began + last + reach) for first, last in stretches(chunk, reach)]
    return [(_at(start), _at(end)) for start, end in merge(spans)]


def _at(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def stretches(chunk: bytes, reach: float) -> Iterator[tuple[float, float]]:
    """The first and the last second of each row of looks that vouch for each other. A last second lies before its look
    where the next one, which saw nothing, came too soon.
    """
    steady = _steady(chunk, reach)
    if steady:
        yield steady
        return
    first = last = -1.0
    for _, second, status, _ in walk(chunk):
        saw = status in {_OK, _FAILED}
        if first >= 0 and not (saw and 0 <= second - last <= reach):
            yield first, max(min(last, second - reach), first - reach)
            first = -1.0
        if saw:
            first, last = (second if first < 0 else first), second
    if first >= 0:
        yield first, last


def _steady(chunk: bytes, reach: float) -> tuple[float, float] | None:
    """The one stretch of an hour in which every look saw something and none was late; None where that is not so, or
    not to be seen at once.
    """
    found = beat(chunk)
    if found is None or found.numbers.translate(None, _SAW):
        return None
    if min(found.steps) < 0 or max(found.steps) > reach or found.first[2] > _FAILED or found.second[2] > _FAILED:
        return None
    return found.first[1], found.last()
