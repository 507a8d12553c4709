"""disk: how full a file system of this machine is."""

from collections.abc import Iterable
from typing import ClassVar

import psutil
from pydantic import Field

from desk.alerts import Status
from monitors.apart import apart
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen

GB = 1e9  # bytes


class Check(Kind):
    """The share of the file system under `path` that is used."""

    offers: ClassVar[Offers] = {
        "used_percent": Value(Type.NUMBER, "the share of the file system that is used"),
        "free_gb": Value(Type.NUMBER, "how much is free"),
    }

    path: str = Field("/", description="a folder on the file system to look at", min_length=1)
    below: float = Field(90, description="percent; this much or more is a failure", gt=0, le=100)

    def short_for(self) -> Iterable[tuple[str, str]]:
        yield f"used_percent < {self.below:g}", ""

    async def check(self, probe: Probe) -> Seen:
        try:
            usage = await apart(probe, lambda: psutil.disk_usage(self.path))
        except OSError as error:
            return Seen(Status.UNKNOWN, f"cannot look at {self.path}: {error.strerror}")
        return Seen(values={"used_percent": usage.percent, "free_gb": round(usage.free / GB, 2)})
