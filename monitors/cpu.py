"""cpu: how busy this machine's processors are."""

import asyncio
from collections.abc import Iterable
from typing import ClassVar

import psutil
from pydantic import Field

from desk.alerts import Status
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen

FIRST_LOOK = 0.5  # seconds: the first look has no former one to compare with


class Check(Kind):
    """The share of time in which the processors were busy since the last look at this monitor."""

    offers: ClassVar[Offers] = {
        "busy_percent": Value(Type.NUMBER, "the share of time in which the processors were busy since the last look")
    }

    below: float = Field(90, description="percent; this much or more is a failure", gt=0, le=100)

    def short_for(self) -> Iterable[tuple[str, str]]:
        yield f"busy_percent < {self.below:g}", ""

    async def check(self, probe: Probe) -> Seen:
        # psutil.cpu_percent keeps one memory for the whole process, which two monitors would take from each other.
        if "busy" not in probe.notes:
            probe.notes["busy"] = busy_and_total()
            await asyncio.sleep(FIRST_LOOK)
        (busy_then, total_then), (busy, total) = probe.notes["busy"], busy_and_total()
        if total <= total_then:
            return Seen(Status.UNKNOWN, "the processors' clock has not moved since the last look")
        probe.notes["busy"] = (busy, total)
        percent = round(min(100.0, max(0.0, 100 * (busy - busy_then) / (total - total_then))), 1)
        return Seen(values={"busy_percent": percent})


def busy_and_total() -> tuple[float, float]:
    """Processor seconds since the machine started, all cores together."""
    times = psutil.cpu_times()
    # Guests are counted in user already; waiting for a disk is not being busy.
    total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    return total - times.idle - getattr(times, "iowait", 0.0), total
