"""Poll history as bytes: one chunk per monitor and hour, about two bytes a result.

A result is two fields. The first is a variable-length number: how much the distance to the former result differs from
the distance before it (a steady beat is a row of zeros), and the status in its two lowest bits. The second is one byte
of latency on a logarithmic scale, where 0 means that nothing was measured.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import NamedTuple

from desk.alerts import Status

LOWEST = 0.0001  # seconds: what is quicker is kept as this
STEP = 1.054  # 255 codes reach from 0.1 ms to 63 s, and none is off by more than 2.7 %
HIGHEST = LOWEST * STEP**254

_STATUSES = (Status.OK, Status.FAILED, Status.UNKNOWN)
_CODES = {status: code for code, status in enumerate(_STATUSES)}
_LOG_STEP = math.log(STEP)
_ONE_BYTE = bytes(number for number in range(0x80) if number & 3 < len(_STATUSES))  # numbers that fill a byte
_CHANGES = [-(n + 1 >> 1) if n & 1 else n >> 1 for n in (number >> 2 for number in range(0x80))]


class Result(NamedTuple):
    """`second` counts from the start of the hour; `latency` is in seconds, None where nothing was measured."""

    second: int
    status: Status
    latency: float | None


def encode(results: Iterable[Result]) -> bytes:
    """The chunk of these results, in this order."""
    return append(b"", results)


def append(chunk: bytes, results: Iterable[Result]) -> bytes:
    """The chunk with more results at its end. Raises ValueError if the chunk is damaged."""
    last, distance = _tail(chunk)
    grown = bytearray(chunk)
    for second, status, latency in results:
        change = second - last - distance
        last, distance = second, second - last
        zigzag = change << 1 if change >= 0 else (-change << 1) - 1
        _put(grown, zigzag << 2 | _CODES[status])
        grown.append(_quantised(latency))
    return bytes(grown)


class Beat(NamedTuple):
    """Most of a chunk, in pieces that can be added up at once: its first two results as `walk` gives them, the numbers
    of the others, of a byte each, and the distance of each from the second one on to the one before it.
    """

    first: tuple[int, int, int, int]
    second: tuple[int, int, int, int]
    numbers: bytes
    steps: list[int]

    def last(self) -> int:
        """The second of the last result."""
        return self.second[1] + sum(self.steps) - self.steps[0]


def beat(chunk: bytes) -> Beat | None:
    """None if the distances differ too much for it, or there are too few of them, or the chunk is damaged."""
    try:
        begin = list(islice(walk(chunk), 2))
    except ValueError:
        return None
    if len(begin) < 2:
        return None
    first, second = begin
    end, _, _, step = second
    numbers = chunk[end::2]
    if len(chunk) - end & 1 or numbers.translate(None, _ONE_BYTE):
        return None
    return Beat(first, second, numbers, list(accumulate([_CHANGES[number] for number in numbers], initial=step)))


def _tail(chunk: bytes) -> tuple[int, int]:
    """The second of the last result, and its distance to the one before it."""
    if found := beat(chunk):
        return found.last(), found.steps[-1]
    last = distance = 0
    for _, second, _, step in walk(chunk):
        last, distance = second, step
    return last, distance


def decode(chunk: bytes) -> list[Result]:
    """What a chunk holds, in the order it was put in. Raises ValueError if the chunk is damaged."""
    return [Result(second, _STATUSES[code], _latency(chunk[end - 1])) for end, second, code, _ in walk(chunk)]


def walk(chunk: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Each result as (where it ends, its second, its status code, its distance to the former one)."""
    at = second = distance = 0
    while at < len(chunk):
        number = shift = 0
        while chunk[at] & 0x80:
            number |= (chunk[at] & 0x7F) << shift
            shift += 7
            at += 1
            if at + 1 >= len(chunk):
                raise ValueError(f"this chunk of poll history is cut off at byte {at}")
        number |= chunk[at] << shift
        at += 2
        if at > len(chunk) or number & 3 >= len(_STATUSES):
            raise ValueError(f"this chunk of poll history is damaged before byte {at}")
        zigzag = number >> 2
        distance += -(zigzag + 1 >> 1) if zigzag & 1 else zigzag >> 1
        second += distance
        yield at, second, number & 3, distance


def _put(into: bytearray, number: int) -> None:
    while number > 0x7F:
        into.append(number & 0x7F | 0x80)
        number >>= 7
    into.append(number)


def _quantised(latency: float | None) -> int:
    if latency is None:
        return 0
    return 1 + round(math.log(min(max(latency, LOWEST), HIGHEST) / LOWEST) / _LOG_STEP)


def _latency(code: int) -> float | None:
    return LOWEST * STEP ** (code - 1) if code else None
