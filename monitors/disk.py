"""disk: how full a file system of this machine is."""

import asyncio
from contextlib import suppress
from threading import Thread
from typing import ClassVar

import psutil
from pydantic import BaseModel, ConfigDict, Field

from desk.alerts import Status
from monitors.probe import Probe, Seen
from monitors.threshold import against


class Check(BaseModel):
    """The share of the file system under `path` that is used."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    remote: ClassVar[bool] = False

    path: str = Field("/", description="a folder on the file system to look at", min_length=1)
    below: float = Field(90, description="percent; this much or more is a failure", gt=0, le=100)

    async def check(self, probe: Probe) -> Seen:
        # A dead network share never answers. One question at a time: the next look waits for the one still out.
        asked = probe.notes.get("asked")
        if asked is None or asked.done():
            asked = probe.notes["asked"] = _ask(self.path)
        try:
            percent = await asyncio.shield(asked)
        except OSError as error:
            return Seen(Status.UNKNOWN, f"cannot look at {self.path}: {error.strerror}")
        return against(percent, self.below, f"disk {self.path}")


def _ask(path: str) -> asyncio.Future[float]:
    """Ask in a thread of its own: a pool's threads would be used up one by one, and would be waited for at the end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[float] = loop.create_future()

    def settle(percent: float | None, error: OSError | None) -> None:
        if answer.cancelled():
            return
        if error is None:
            answer.set_result(percent or 0.0)
        else:
            answer.set_exception(error)
            answer.exception()  # seen: nobody may be waiting any more

    def ask() -> None:
        percent, failure = None, None
        try:
            percent = psutil.disk_usage(path).percent
        except OSError as error:
            failure = error
        with suppress(RuntimeError):  # the loop has gone meanwhile
            loop.call_soon_threadsafe(settle, percent, failure)

    Thread(target=ask, name=f"disk {path}", daemon=True).start()
    return answer
