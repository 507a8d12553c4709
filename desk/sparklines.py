"""A small chart of letters: how a monitor's looks went lately, where there is room for a line and no picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.alerts import Status

STEPS = "▁▂▃▄▅▆▇█"
FAILED, NOTHING = "×", "·"
WIDTH = 20


@dataclass(frozen=True, slots=True)
class Look:
    """What one look of the past saw. `at` is aware UTC, `latency` in seconds, None where nothing was measured."""

    at: datetime
    status: Status
    latency: float | None


def sparkline(looks: Iterable[Look], start: datetime, end: datetime, width: int = WIDTH) -> str:
    """`width` letters from `start` to `end`: the slowest good look of each part, `×` where one failed, `·` where
    nothing is known; empty when nothing is known at all.
    """
    part = (end - start) / width
    parts: list[list[Look]] = [[] for _ in range(width)]
    for look in looks:
        if start <= look.at < end + timedelta(seconds=1):
            parts[min(int((look.at - start) / part), width - 1)].append(look)
    if not any(parts):
        return ""
    slowest = [max((look.latency or 0.0 for look in each), default=0.0) for each in parts]
    top = max(slowest)
    return "".join(_letter(each, latency, top) for each, latency in zip(parts, slowest, strict=True))


def _letter(looks: Sequence[Look], latency: float, top: float) -> str:
    if any(look.status is Status.FAILED for look in looks):
        return FAILED
    if not any(look.status is Status.OK for look in looks):
        return NOTHING
    return STEPS[min(int(latency / top * len(STEPS)), len(STEPS) - 1)] if top else STEPS[0]


def slowest(looks: Iterable[Look]) -> float | None:
    """Seconds of the slowest look that measured anything."""
    return max((look.latency for look in looks if look.latency is not None), default=None)
