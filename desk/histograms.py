"""How long things took, as counts on a logarithmic scale: a few hundred bytes however many they are.

A length is kept as its code; what comes back for a code is at most `ERROR` off. As bytes a histogram is a row of
records (code, count) in the order of their codes, so that one more length changes one record.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from struct import Struct

from desk.reports import Lengths

STEP = 1.05
ERROR = math.sqrt(STEP) - 1  # 2.5 %: the middle of a code's range, to either end of it
LONGEST = 1e12  # seconds

_LOG_STEP = math.log(STEP)
_RECORD = Struct("<Hi")


def code_of(seconds: float) -> int:
    """Under half a second is 0, which comes back as nothing at all."""
    if seconds < 0.5:
        return 0
    return 1 + math.floor(math.log(min(max(seconds, 1.0), LONGEST)) / _LOG_STEP)


def seconds_of(code: int) -> float:
    return STEP ** (code - 0.5) if code else 0.0


def added(blob: bytes, code: int, by: int) -> bytes:
    """With `by` more lengths of this code (fewer, if it is negative). What was added and taken back leaves no trace."""
    size = _RECORD.size
    place = bisect_left(range(len(blob) // size), code, key=lambda n: _RECORD.unpack_from(blob, n * size)[0]) * size
    there = place < len(blob) and _RECORD.unpack_from(blob, place)[0] == code
    count = by + (_RECORD.unpack_from(blob, place)[1] if there else 0)
    record = _RECORD.pack(code, count) if count else b""
    return blob[:place] + record + blob[place + (size if there else 0) :]


def to_bytes(counts: Mapping[int, int]) -> bytes:
    return b"".join(_RECORD.pack(code, counts[code]) for code in sorted(counts) if counts[code])


def from_bytes(blob: bytes) -> Counter[int]:
    return Counter(dict(_RECORD.iter_unpack(blob)))


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """The shortest length that `share` of them do not exceed, as it comes back for its code; None without any."""
    left = max(math.ceil(sum(counts.values()) * share), 1)
    for code in sorted(counts):
        left -= counts[code]
        if left <= 0:
            return seconds_of(code)
    return None


def lengths(counts: Mapping[int, int]) -> Lengths:
    return Lengths(sum(counts.values()), percentile(counts, 0.5), percentile(counts, 0.9))
