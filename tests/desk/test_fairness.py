"""How being on call is shared: every second is somebody's once, nights and weekends by the wall clock of the zone."""

from datetime import datetime

import pytest
from hypothesis import given

from desk.fairness import Burden, Share, fairness
from desk.oncall import turns
from desk.rotations import Turn
from tests.desk import shift_walk
from tests.desk.minute_walk import walk
from tests.desk.test_oncall import overrides_of, schedule_of

HOUR = 3600


def utc(said):
    return datetime.fromisoformat(f"{said}+00:00")


BURDENS = [
    # zone, start, end, hours, of which nights and weekends, why the row is there
    ("UTC", "2026-11-02T09:00", "2026-11-03T09:00", 24, 8, 0, "a Monday and its night"),
    ("UTC", "2026-11-06T22:00", "2026-11-09T06:00", 56, 24, 48, "a weekend and its three nights"),
    ("Europe/Berlin", "2026-11-06T21:00", "2026-11-06T22:00", 1, 1, 0, "22:00 in Berlin: night, and not yet Saturday"),
    ("Europe/Berlin", "2026-11-06T23:00", "2026-11-07T00:00", 1, 1, 1, "midnight in Berlin: Saturday"),
    ("Europe/Berlin", "2026-10-24T20:00", "2026-10-25T05:00", 9, 9, 9, "the night in which the clocks go back"),
    ("Europe/Berlin", "2026-03-28T21:00", "2026-03-29T04:00", 7, 7, 7, "and the one in which they go forward"),
    ("Australia/Lord_Howe", "2026-10-03T11:30", "2026-10-03T19:00", 7.5, 7.5, 7.5, "forward by half an hour"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "start", "end", "hours", "nights", "weekends", "why"), BURDENS)
def test_nights_and_weekends_are_those_of_the_zone(zone, start, end, hours, nights, weekends, why):
    begin, stop = utc(start), utc(end)
    found = fairness([Turn("ben", begin, stop)], zone, begin, stop, begin)
    assert found.shares == (Share("ben", 1, Burden(hours * HOUR, nights * HOUR, weekends * HOUR)),), why


def test_whoever_had_most_comes_first_and_what_is_nobodys_is_told_apart_from_what_is_not_known():
    start, end = utc("2026-11-02T00:00"), utc("2026-11-03T00:00")
    known = utc("2026-11-02T04:00")
    had = [
        Turn("mia", utc("2026-11-02T04:00"), utc("2026-11-02T06:00")),
        Turn("ben", utc("2026-11-02T06:00"), utc("2026-11-02T16:00")),
        Turn("mia", utc("2026-11-02T20:00"), end),
    ]
    found = fairness(had, "UTC", start, end, known)
    assert [(share.person, share.turns, share.burden.seconds / HOUR) for share in found.shares] == [
        ("ben", 1, 10), ("mia", 2, 6)
    ]  # fmt: skip
    assert (found.whole.seconds / HOUR, found.seconds / HOUR, found.nobodys / HOUR) == (16, 20, 4)


def test_a_stretch_of_which_nothing_is_known_has_no_denominator():
    start, end = utc("2026-11-02T00:00"), utc("2026-11-03T00:00")
    found = fairness([], "UTC", start, end, utc("2026-12-01T00:00"))
    assert (found.shares, found.seconds, found.nobodys) == ((), 0, 0)


@given(shift_walk.rosters())
def test_the_shares_are_what_a_walk_by_the_minute_counts(case):
    """In five zones over both changes of their clocks."""
    layers, written, start, end = case
    schedule = schedule_of(layers)
    found = fairness(turns(schedule, overrides_of(written), start, end), schedule.zone, start, end, start)
    walked = shift_walk.final_view(layers, written, start, end)
    counted = {}
    for at in walk(start, end):
        if person := walked[at]:
            here = at.astimezone(shift_walk.ZoneInfo(schedule.zone))
            had = counted.setdefault(person, [0, 0, 0])
            had[0] += 60
            had[1] += 60 * (here.hour >= 22 or here.hour < 6)
            had[2] += 60 * (here.weekday() >= 5)
    assert {s.person: [s.burden.seconds, s.burden.nights, s.burden.weekends] for s in found.shares} == counted
