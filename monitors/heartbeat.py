"""heartbeat: the other side pings us, and silence is the failure."""

import re
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator, model_validator

from desk.alerts import Status
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen

EARLY = timedelta(seconds=60)  # clocks differ: a ping so little before its time is that one
_NAMES = re.compile(r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)\b")
_FIELD = re.compile(r"[0-9*/,-]+")


class Check(Kind):
    """Something calls `POST /hooks/heartbeat/{id of the monitor}`, every `period` or when `cron` says so; `grace` more
    seconds are forgiven.
    """

    offers: ClassVar[Offers] = {"silence_s": Value(Type.NUMBER, "how long ago the last ping was, in seconds")}

    period: float | None = Field(None, description="seconds between two pings", gt=0)
    cron: str | None = Field(None, description="when a ping comes, as cron says it: 0 3 * * 1-5", max_length=100)
    zone: str = Field("UTC", description="the time zone of cron")
    grace: float = Field(60, description="seconds a ping may be late", ge=0)

    @field_validator("zone")
    @classmethod
    def _is_there(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f'there is no time zone "{zone[:40]}"')
        return zone

    @model_validator(mode="after")
    def _comes_again(self) -> Self:
        if (self.period is None) == (self.cron is None):
            raise ValueError("one of period and cron says when pings come")
        if self.cron is not None:
            fields = _NAMES.sub("1", self.cron).split()
            if len(fields) != 5 or not all(_FIELD.fullmatch(field) for field in fields):
                raise ValueError(f'cron: "{self.cron}" is not minute, hour, day, month, weekday, like 0 3 * * 1-5')
            self._due_after(datetime(2026, 1, 1, tzinfo=UTC))
        return self

    async def check(self, probe: Probe) -> Seen:
        ping, now, grace = await probe.last_ping(probe.monitor), probe.now(), timedelta(seconds=self.grace)
        # A ping that came while we were not running was not heard: silence counts from when we began to listen.
        heard = ping is not None and ping >= probe.since
        last = ping if ping is not None and heard else probe.since
        silence = max(now - last, timedelta(0))
        values = {"silence_s": silence.total_seconds()}
        due = self._due_after(last)
        if now <= due + grace:
            if ping is not None and now <= self._due_after(ping) + grace:
                return Seen(Status.OK, values=values)
            # It may have pinged while nobody listened: that is for the next ping to tell.
            return Seen(Status.UNKNOWN, f"no ping yet since we began to listen {words(silence)} ago", values)
        seen = f"no ping for {words(silence)}"
        if not heard:
            seen = f"no ping since we began to listen {words(silence)} ago"
        return Seen(Status.FAILED, f"{seen}, expected one {self._expected(due)}", values)

    def _due_after(self, moment: datetime) -> datetime:
        """When the ping after one at this moment comes. Raises ValueError for a time that never does."""
        if self.period is not None:
            return moment + timedelta(seconds=self.period)
        from croniter import CroniterError, croniter

        zone = ZoneInfo(self.zone)
        # By the clock on the wall: an hour that comes twice in autumn does not make two of one nightly job.
        wall = (moment + EARLY).astimezone(zone).replace(tzinfo=None)
        try:
            due: datetime = croniter(self.cron, wall).get_next(datetime)
        except CroniterError as error:
            raise ValueError(f'cron: "{self.cron}" never comes: {error}') from error
        return due.replace(tzinfo=zone).astimezone(UTC)

    def _expected(self, due: datetime) -> str:
        if self.period is not None:
            return f"every {words(timedelta(seconds=self.period))}"
        return f"by {due.astimezone(ZoneInfo(self.zone)):%a %d %b %H:%M} ({self.zone})"


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
