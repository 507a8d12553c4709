"""process: whether a program runs on this machine, how many of it, and what they use."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import psutil
from pydantic import Field

from monitors.apart import apart
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen

MB = 1e6  # bytes
_ASKED = ["name", "cmdline", "username", "memory_info", "create_time", "num_threads"]


class Check(Kind):
    """Counts the processes of a name; `having` and `user` say which of them are meant."""

    offers: ClassVar[Offers] = {
        "count": Value(Type.WHOLE, "how many run"),
        "memory_mb": Value(Type.NUMBER, "the memory they hold, all together"),
        "threads": Value(Type.WHOLE, "how many threads they have, all together"),
        "oldest_s": Value(Type.NUMBER, "how long the oldest has run, in seconds"),
        "youngest_s": Value(Type.NUMBER, "how long the youngest has: little after a crash"),
    }

    process: str = Field(description="the name of the program, as `ps` shows it", min_length=1)
    having: str | None = Field(None, description="what must be among its command line", min_length=1)
    user: str | None = Field(None, description="whose it must be", min_length=1)
    at_least: int = Field(1, description="fewer are a failure", ge=0)
    at_most: int | None = Field(None, description="more are a failure", ge=0)

    def short_for(self) -> Iterable[tuple[str, str]]:
        yield f"count >= {self.at_least}", ""
        if self.at_most is not None:
            yield f"count <= {self.at_most}", ""

    async def check(self, probe: Probe) -> Seen:
        found = await apart(probe, lambda: list(self._running()))
        values: dict[str, float | str] = {"count": len(found)}
        if found:
            now = time.time()  # what the system dates processes by
            ages = [max(0.0, round(now - each["create_time"], 1)) for each in found]
            memory = sum(each["memory_info"].rss for each in found if each["memory_info"])
            values |= {
                "memory_mb": round(memory / MB, 1), "oldest_s": max(ages), "youngest_s": min(ages),
                "threads": sum(each["num_threads"] or 0 for each in found),
            }  # fmt: skip
        return Seen(values=values)

    def _running(self) -> Iterator[dict[str, Any]]:
        for process in psutil.process_iter(_ASKED):
            about: dict[str, Any] = process.info
            named = about["name"] == self.process
            meant = self.having is None or self.having in " ".join(about["cmdline"] or ())
            if named and meant and self.user in (None, about["username"]):
                yield about
