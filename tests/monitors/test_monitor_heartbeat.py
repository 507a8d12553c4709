"""heartbeat: silence is the failure, and it is counted from when we could hear."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desk.alerts import Status
from monitors.heartbeat import Check, words

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
