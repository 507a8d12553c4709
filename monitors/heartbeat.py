"""heartbeat: the other side pings us, and silence is the failure."""

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from desk.alerts import Status
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen


class Check(Kind):
    """Something calls `POST /hooks/heartbeat/{id of the monitor}` every `period`; `grace` more seconds are forgiven."""

    offers: ClassVar[Offers] = {"silence_s": Value(Type.NUMBER, "how long ago the last ping was, in seconds")}

    period: float = Field(description="seconds between two pings", gt=0)
    grace: float = Field(60, description="seconds a ping may be late", ge=0)

    async def check(self, probe: Probe) -> Seen:
        ping = await probe.last_ping(probe.monitor)
        # A ping that came while we were not running was not heard: silence counts from when we began to listen.
        heard = ping is not None and ping >= probe.since
        last = ping if ping is not None and heard else probe.since
        silence = max(probe.now() - last, timedelta(0))
        values = {"silence_s": silence.total_seconds()}
        allowed = timedelta(seconds=self.period + self.grace)
        if silence <= allowed and ping is not None and probe.now() - ping <= allowed:
            return Seen(Status.OK, values=values)
        if silence <= allowed:  # it may have pinged while nobody listened: that is for the next ping to tell
            return Seen(Status.UNKNOWN, f"no ping yet since we began to listen {words(silence)} ago", values)
        seen = f"no ping for {words(silence)}"
        if not heard:
            seen = f"no ping since we began to listen {words(silence)} ago"
        return Seen(Status.FAILED, f"{seen}, expected one every {words(timedelta(seconds=self.period))}", values)


def words(span: timedelta) -> str:
    """A span as people say it: `45 s`, `1 min 30 s`, `12 min`, `2 h 5 min`, `3 d 4 h`."""
    seconds = round(span.total_seconds())
    minutes, hours = seconds // 60, seconds // 3600
    if minutes == 0:
        return f"{seconds} s"
    if minutes < 10:
        return _two(minutes, "min", seconds % 60, "s")
    if hours == 0:
        return f"{minutes} min"  # nobody counts the seconds of twelve minutes
    if hours < 24:
        return _two(hours, "h", minutes % 60, "min")
    return _two(hours // 24, "d", hours % 24, "h")


def _two(large: int, unit: str, small: int, part: str) -> str:
    return f"{large} {unit} {small} {part}" if small else f"{large} {unit}"
