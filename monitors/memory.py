"""memory: how full this machine's memory is."""

from collections.abc import Iterable
from typing import ClassVar

import psutil
from pydantic import Field

from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen

GB = 1e9  # bytes


class Check(Kind):
    """The share of memory that is not available to programs; what the system can give back at once counts as free."""

    offers: ClassVar[Offers] = {
        "used_percent": Value(Type.NUMBER, "the share of memory that programs cannot have"),
        "available_gb": Value(Type.NUMBER, "how much they can have"),
    }

    below: float = Field(90, description="percent; this much or more is a failure", gt=0, le=100)

    def short_for(self) -> Iterable[tuple[str, str]]:
        yield f"used_percent < {self.below:g}", ""

    async def check(self, probe: Probe) -> Seen:  # noqa: ARG002 - every kind is called alike, and memory needs nothing
        memory = psutil.virtual_memory()
        return Seen(values={"used_percent": memory.percent, "available_gb": round(memory.available / GB, 2)})
