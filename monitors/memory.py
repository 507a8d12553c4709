"""memory: how full this machine's memory is."""

from typing import ClassVar

import psutil
from pydantic import BaseModel, ConfigDict, Field

from monitors.probe import Probe, Seen
from monitors.threshold import against


class Check(BaseModel):
    """The share of memory that is not available to programs; what the system can give back at once counts as free."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    remote: ClassVar[bool] = False

    below: float = Field(90, description="percent; this much or more is a failure", gt=0, le=100)

    async def check(self, probe: Probe) -> Seen:  # noqa: ARG002 - every kind is called alike, and memory needs nothing
        return against(psutil.virtual_memory().percent, self.below, "memory")
