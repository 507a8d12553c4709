"""heartbeat: silence is the failure, and it is counted from when we could hear."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from desk.alerts import Status
from monitors.heartbeat import EARLY, Check, words

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pinged", "now", "status", "sentence"),
    [
        # period 10 min, grace 1 min; minutes after we began to listen
        (20, 25, Status.OK, ""),
        (20, 31, Status.OK, ""),  # the last moment of the grace
        (20, 32, Status.FAILED, "no ping for 12 min, expected one every 10 min"),
        (None, 11, Status.UNKNOWN, "no ping yet since we began to listen 11 min ago"),  # never pinged, not yet late
        (None, 12, Status.FAILED, "no ping since we began to listen 12 min ago, expected one every 10 min"),
        (-3, 5, Status.OK, ""),  # before a restart, and not late yet
        (-60, 5, Status.UNKNOWN, "no ping yet since we began to listen 5 min ago"),  # neither alarm nor all-clear
        (-60, 12, Status.FAILED, "no ping since we began to listen 12 min ago, expected one every 10 min"),
        (26, 25, Status.OK, ""),  # a clock that stepped back is not a silence
    ],
)
async def test_silence_longer_than_period_and_grace_is_a_failure(probe, pinged, now, status, sentence):
    async def last_ping(monitor: str) -> datetime | None:
        assert monitor == "backup"
        return None if pinged is None else START + timedelta(minutes=pinged)

    at = START + timedelta(minutes=now)
    listening = replace(probe, monitor="backup", since=START, now=lambda: at, last_ping=last_ping)
    seen = await Check(period=600, grace=60).check(listening)
    assert (seen.status, seen.sentence) == (status, sentence)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (45, "45 s"), (60, "1 min"), (90, "1 min 30 s"), (725, "12 min"), (7500, "2 h 5 min"),
     (7200, "2 h"), (90_000, "1 d 1 h"), (172_800, "2 d")],
)  # fmt: skip
def test_a_span_is_said_as_people_say_it(seconds, said):
    assert words(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("cron", "zone", "pinged", "now", "sentence"),
    [
        ("0 3 * * *", "Europe/Berlin", "2026-03-02 03:20", "2026-03-03 03:59", ""),  # within the hour of grace
        ("0 3 * * *", "Europe/Berlin", "2026-03-02 03:20", "2026-03-03 04:01",
         "no ping for 1 d, expected one by Tue 03 Mar 03:00 (Europe/Berlin)"),
        ("0 3 * * *", "Europe/Berlin", "2026-03-02 02:59", "2026-03-03 03:59", ""),  # a clock that is a little ahead
        ("0 3 * * 1-5", "Europe/Berlin", "2026-03-06 03:20", "2026-03-09 03:59", ""),  # not on a weekend
        ("0 3 * * mon-fri", "Europe/Berlin", "2026-03-06 03:20", "2026-03-09 04:01", "no ping for 3 d"),
        ("0 3 1 * *", "Europe/Berlin", "2026-03-01 03:20", "2026-03-31 12:00", ""),  # once a month
        ("30 2 * * *", "Europe/Berlin", "2026-10-25 02:31", "2026-10-25 05:00", ""),  # half past two comes twice
        ("30 2 * * *", "Europe/Berlin", "2026-10-25 02:31", "2026-10-26 03:31", "no ping for 1 d 2 h"),
        ("30 2 * * *", "Europe/Berlin", "2026-03-28 02:31", "2026-03-29 04:29", ""),  # and not at all this one
        ("30 2 * * *", "Europe/Berlin", "2026-03-28 02:31", "2026-03-29 04:31", "no ping for 1 d 1 h"),
        ("0 3 * * *", "Asia/Kolkata", "2026-03-02 03:20", "2026-03-03 04:01", "no ping for 1 d"),
    ],
)  # fmt: skip
async def test_a_ping_is_expected_when_cron_says_so_on_the_wall_clock(
    *, probe, looked, cron, zone, pinged, now, sentence
):
    """Also where an hour comes twice or not at all: no false alarm in either night."""

    def local(words: str) -> datetime:
        return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    async def last_ping(_monitor: str) -> datetime:
        return local(pinged)

    since = local(pinged) - timedelta(days=1)
    listening = replace(probe, since=since, now=lambda: local(now), last_ping=last_ping)
    seen = await looked(Check(cron=cron, zone=zone, grace=3600), through=listening)
    assert seen.sentence.startswith(sentence)
    assert seen.status is (Status.FAILED if sentence else Status.OK)


JOBS = {  # minutes, hours, days of the week
    "*/30 * * * *": ({0, 30}, range(24), range(7)),
    "30 2 * * *": ({30}, [2], range(7)),
    "0 3 * * 1-5": ({0}, [3], range(5)),
    "15 1,2,3 * * *": ({15}, [1, 2, 3], range(7)),
}


def runs_next(cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The first minute after this at which a cron daemon starts the job: when the wall clock shows its time, or jumps
    over it.
    """
    minutes, hours, days = JOBS[cron]
    at = after.replace(second=0, microsecond=0)
    wall = at.astimezone(zone).replace(tzinfo=None)
    while True:
        at += timedelta(minutes=1)
        shown = at.astimezone(zone).replace(tzinfo=None)
        while wall < shown:
            wall += timedelta(minutes=1)
            if wall.minute in minutes and wall.hour in hours and wall.weekday() in days:
                return at
        wall = shown


@given(
    st.sampled_from(sorted(JOBS)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - they are given a zone below
)
def test_a_job_that_pings_when_it_runs_never_raises_an_alarm(cron, zone, start):
    """Whatever the clocks do meanwhile, the next ping is not expected before a cron daemon starts the next run."""
    after = start.replace(tzinfo=UTC) + EARLY
    due = Check(cron=cron, zone=zone)._due_after(after - EARLY)
    assert due >= runs_next(cron, ZoneInfo(zone), after)
    assert due - after < timedelta(days=4)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({}, "one of period and cron"),
        ({"period": 60, "cron": "* * * * *"}, "one of period and cron"),
        ({"cron": "0 3 31 2 *"}, "never comes"),  # no such day
        ({"cron": "0 99 * * *"}, "never comes"),
        ({"cron": "@daily"}, "is not minute, hour, day, month, weekday"),
        ({"cron": "0 0 3 * * *"}, "is not minute, hour"),  # seconds
        ({"cron": "R R * * *"}, "is not minute, hour"),  # at random: another time at each start
        ({"cron": "0 3 * * *", "zone": "Europe/Berln"}, "there is no time zone"),
        ({"cron": "0 3 * * *", "zone": "../../etc/passwd"}, "there is no time zone"),
    ],
)
def test_when_pings_come_is_said_once_and_comes(settings, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Check(**settings)
