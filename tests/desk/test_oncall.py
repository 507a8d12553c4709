"""Who is on call: layers of rotations and dated turns, overrides, gaps; across both changes of the clocks.

Failure-table row: both DST changes.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.calendars import parse_calendar
from desk.intervals import FOREVER
from desk.oncall import (
    Layer,
    Override,
    Schedule,
    following,
    next_change,
    on_call,
    resolve,
    turns,
    unmanned,
    voices,
)
from desk.rotations import Rotation, Turn, Unit
from tests.desk import shift_walk
from tests.desk.minute_walk import WEEKDAYS

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BERLIN = Rotation(("ben", "mia", "tom"), "Europe/Berlin", date(2026, 1, 5), handover=time(9, 0))
WEEK = Schedule("week", "Europe/Berlin", (Layer("all", BERLIN),))


def utc(said):
    return datetime.fromisoformat(f"{said}+00:00")


def person(schedule, overrides, now):
    turn = on_call(schedule, overrides, now)
    return turn and turn.person


def nights(zone, days=WEEKDAYS, hours=("18:00", "08:00")):
    return parse_calendar({"tz": zone, "weekly": {day: [list(hours)] for day in days}})


def override(number, who, start, end, **what):
    return Override(number, "week", who, utc(start), utc(end), "olga", utc("2026-01-01T00:00"), **what)


# --- rotations

WEEKLY = [
    # instant, who, why the row is there
    ("2026-01-05T08:00", "ben", "09:00 in Berlin, the very start"),
    ("2026-01-05T07:59", None, "before it begins nobody has a turn"),
    ("2026-01-12T07:59", "ben", "one minute before the hand-over"),
    ("2026-01-12T08:00", "mia", "and at it"),
    ("2026-03-30T06:59", "tom", "the Monday after the clocks went forward: 08:59 local"),
    ("2026-03-30T07:00", "ben", "09:00 local, one UTC hour earlier than the week before"),
    ("2026-10-26T07:59", "tom", "after they went back: 08:59 local"),
    ("2026-10-26T08:00", "ben", "09:00 local"),
]


@pytest.mark.parametrize(("now", "who", "why"), WEEKLY)
def test_the_turn_changes_at_the_local_hand_over(now, who, why):
    assert person(WEEK, [], utc(now)) == who, why


ROTATIONS = [
    # what is different, instant, who, why the row is there
    ({"unit": Unit.HOUR, "every": 12}, "2026-03-29T07:59", "ben", "165 shifts by the hours that pass ..."),
    ({"unit": Unit.HOUR, "every": 12}, "2026-03-29T08:00", "mia", "... so that they change at 10:00 from now on"),
    ({"unit": Unit.HOUR, "every": 1}, "2026-10-25T01:30", "tom", "the second 02:30 is another hour ..."),
    ({"unit": Unit.HOUR, "every": 1}, "2026-10-25T00:30", "mia", "... than the first"),
    ({"unit": Unit.DAY}, "2026-03-29T07:00", "tom", "09:00 local, 23 hours after the last"),
    ({"unit": Unit.DAY, "every": 2}, "2026-01-08T12:00", "mia", "days three and four"),
    ({"unit": Unit.DAY, "handover": time(2, 30)}, "2026-03-29T00:59", "mia", "02:30 is skipped ..."),
    ({"unit": Unit.DAY, "handover": time(2, 30)}, "2026-03-29T01:00", "tom", "... and counts from 03:00"),
    ({"unit": Unit.DAY, "handover": time(2, 30)}, "2026-10-25T00:29", "mia", "02:30 comes twice ..."),
    ({"unit": Unit.DAY, "handover": time(2, 30)}, "2026-10-25T00:30", "tom", "... and the first is the hand-over"),
    ({"unit": Unit.DAY, "handover": time(2, 30)}, "2026-10-25T01:30", "tom", "the second is none"),
    ({"every": 2}, "2026-01-19T07:59", "ben", "two weeks"),
    ({"every": 2}, "2026-01-19T08:00", "mia", "and the next two"),
    ({"weekday": 2}, "2026-01-07T07:59", "ben", "a start on a Monday, hand-over on Wednesdays: two days"),
    ({"weekday": 2}, "2026-01-07T08:00", "mia", "then whole weeks"),
    ({"weekday": 2}, "2026-01-05T07:59", None, "and nobody before the start"),
    ({"unit": Unit.MONTH, "start": date(2026, 1, 31)}, "2026-02-28T07:59", "ben", "a month without a 31st ..."),
    ({"unit": Unit.MONTH, "start": date(2026, 1, 31)}, "2026-02-28T08:00", "mia", "... changes on its last day"),
    ({"unit": Unit.MONTH, "start": date(2026, 1, 31)}, "2026-03-31T06:59", "mia", "and the next one on the 31st again"),
    ({"unit": Unit.MONTH, "every": 3}, "2027-01-05T08:00", "mia", "over the turn of the year"),
]


@pytest.mark.parametrize(("different", "now", "who", "why"), ROTATIONS)
def test_hours_days_weeks_and_months_change_hands_when_they_should(different, now, who, why):
    schedule = Schedule("s", "Europe/Berlin", (Layer("all", replace(BERLIN, **different)),))
    assert person(schedule, [], utc(now)) == who, why


def test_a_day_that_a_zone_skips_is_nobodys_turn_and_the_next_person_goes_on():
    """Samoa had no 30 December 2011: the hand-over of the 30th and that of the 31st fall on one moment."""
    daily = Rotation(("a", "b", "c", "d"), "Pacific/Apia", date(2011, 12, 28), Unit.DAY, handover=time())
    found = turns(Schedule("s", "UTC", (Layer("all", daily),)), [], utc("2011-12-28T00:00"), utc("2012-01-01T00:00"))
    assert [turn.person for turn in found] == ["a", "b", "d", "a"]


# --- layers, overrides, gaps

NIGHT = Layer("night", replace(BERLIN, people=("tom",)), nights("Europe/Berlin", ("mon", "tue")))
SHIFTS = Schedule("week", "Europe/Berlin", (NIGHT, Layer("day", replace(BERLIN, people=("mia", "ben")))))
ALONE = Schedule("week", "Europe/Berlin", (NIGHT,))

LAYERED = [
    ("2026-11-02T16:59", "ben", "Monday 17:59: the upper layer is not active yet"),
    ("2026-11-02T17:00", "tom", "18:00"),
    ("2026-11-04T06:59", "tom", "the night of Tuesday runs into Wednesday"),
    ("2026-11-04T07:00", "ben", "and ends at 08:00"),
    ("2026-11-04T20:00", "ben", "Wednesday's is not the upper layer's"),
]


@pytest.mark.parametrize(("now", "who", "why"), LAYERED)
def test_the_first_layer_that_is_active_has_the_moment_and_the_next_has_what_it_leaves(now, who, why):
    assert person(SHIFTS, [], utc(now)) == who, why


def test_a_turn_ends_where_another_person_begins_whatever_layer_they_come_from():
    turn = on_call(SHIFTS, [], utc("2026-11-02T12:00"))
    assert turn == Turn("ben", utc("2026-11-02T08:00"), utc("2026-11-02T17:00"))
    same = Schedule("s", "UTC", (replace(NIGHT, turns=replace(BERLIN, people=("ben",))), SHIFTS.layers[1]))
    assert on_call(same, [], utc("2026-11-02T12:00")) == Turn("ben", utc("2026-11-02T08:00"), utc("2026-11-09T08:00"))


def test_where_no_layer_has_anybody_there_is_a_gap():
    start, end = utc("2026-11-02T12:00"), utc("2026-11-04T12:00")
    assert on_call(ALONE, [], start) is None
    assert unmanned(ALONE, [], start, end) == [
        (start, utc("2026-11-02T17:00")),
        (utc("2026-11-03T07:00"), utc("2026-11-03T17:00")),
        (utc("2026-11-04T07:00"), end),
    ]
    assert following(ALONE, [], start) == Turn("tom", utc("2026-11-02T17:00"), utc("2026-11-03T07:00"))
    assert next_change(ALONE, [], start) == utc("2026-11-02T17:00")


def test_an_override_wins_while_it_lasts_and_of_two_the_later_number():
    """It fills a gap as well; one that was cancelled counted until then."""
    one = override(7, "mia", "2026-11-02T10:00", "2026-11-02T20:00")
    other = override(9, "olga", "2026-11-02T12:00", "2026-11-02T13:00")
    gone = override(11, "ann", "2026-11-02T12:00", "2026-11-02T13:00", cancelled_at=utc("2026-11-01T00:00"))
    cut = override(12, "ann", "2026-11-02T12:00", "2026-11-02T13:00", cancelled_at=utc("2026-11-02T12:20"))
    start, end = utc("2026-11-02T09:00"), utc("2026-11-02T21:00")
    assert turns(ALONE, [one, gone, cut, other], start, end) == [
        Turn("mia", utc("2026-11-02T10:00"), utc("2026-11-02T12:00")),
        Turn("ann", utc("2026-11-02T12:00"), utc("2026-11-02T12:20")),
        Turn("olga", utc("2026-11-02T12:20"), utc("2026-11-02T13:00")),
        Turn("mia", utc("2026-11-02T13:00"), utc("2026-11-02T20:00")),
        Turn("tom", utc("2026-11-02T20:00"), end),
    ]


def test_dated_turns_are_a_layer_like_any_other():
    feed = Layer("feed", (Turn("mia", utc("2026-11-02T10:00"), utc("2026-11-02T12:00")),))
    schedule = replace(SHIFTS, layers=(feed, *SHIFTS.layers))
    at = [utc(f"2026-11-02T{hour}:00") for hour in ("09", "10", "12", "18")]
    assert [person(schedule, [], moment) for moment in at] == ["ben", "mia", "ben", "tom"]


def test_a_turn_without_an_end_in_sight_goes_on_for_good():
    """One person, week after week: nothing is handed over to themselves."""
    lone = Schedule("s", "UTC", (Layer("all", replace(BERLIN, people=("ben",))),))
    turn = on_call(lone, [], utc("2026-06-01T12:00"))
    assert turn == Turn("ben", utc("2026-01-05T08:00"), FOREVER)
    assert next_change(lone, [], utc("2026-06-01T12:00")) is None
    assert following(lone, [], utc("2026-06-01T12:00")) is None
    assert next_change(lone, [], utc("2026-01-01T12:00")) == utc("2026-01-05T08:00")


def test_every_voice_says_what_it_has_and_why_it_has_nothing():
    """From the top, so that the first that names somebody is who is on call."""
    later = Layer("later", replace(BERLIN, start=date(2027, 1, 4)))
    feed = Layer("feed", ())
    mine = override(7, "mia", "2026-11-02T10:00", "2026-11-02T20:00")
    schedule = replace(SHIFTS, layers=(later, feed, *SHIFTS.layers))
    found = voices(schedule, [mine], utc("2026-11-02T12:00"))
    assert [(voice.person, voice.silence) for voice in found] == [
        ("mia", ""), (None, "it begins later"), (None, "its calendar names nobody"), (None, "it is outside its hours"),
        ("ben", ""),
    ]  # fmt: skip
    assert (found[0].of, found[4].of) == (mine, SHIFTS.layers[1])


def test_a_steps_target_is_a_person_a_team_or_whoever_is_on_call_and_a_retired_name_is_nobody():
    who, teams = {"desk": "ben"}.get, {"noc": ("mia", "tom")}
    assert resolve("oncall:desk", who, teams) == ("ben",)
    assert resolve("person:rosa", who, teams) == ("rosa",)
    assert resolve("team:noc", who, teams) == ("mia", "tom")
    assert resolve("team:gone", who, teams) == ()
    assert resolve("oncall:gone", who, teams) == ()


# --- against the walk, in five zones and over both changes of their clocks


def schedule_of(layers):
    return Schedule("s", layers[0]["zone"], tuple(layer_of(form) for form in layers))


def layer_of(form):
    rotation = Rotation(
        form["people"], form["zone"], form["start"], Unit(form["unit"]), form["every"], form["handover"],
        form["weekday"],
    )  # fmt: skip
    hours = None
    if form["hours"] or form["weekdays"]:
        windows = form["hours"] or [["00:00", "24:00"]]
        hours = parse_calendar({"tz": form["zone"], "weekly": dict.fromkeys(form["weekdays"] or WEEKDAYS, windows)})
    return Layer("layer", rotation, hours)


def overrides_of(written):
    return [Override(n, "s", *each, "olga", each[1]) for n, each in enumerate(written, 1)]


@given(shift_walk.rosters())
def test_in_each_minute_whoever_the_walk_finds_is_on_call(case):
    """And the turns are those of the walk to the minute: what is not in them is a gap."""
    layers, written, start, end = case
    schedule, overrides = schedule_of(layers), overrides_of(written)
    walked = shift_walk.final_view(layers, written, start, end)
    found = turns(schedule, overrides, start, end)
    told = dict.fromkeys(walked)
    for turn in found:
        told.update({at: turn.person for at in walked if turn.start <= at < turn.end})
    assert told == walked
    holes = unmanned(schedule, overrides, start, end)
    assert sum((stop - begin for begin, stop in holes), timedelta()) == MINUTE * list(walked.values()).count(None)


@given(shift_walk.rosters(), st.integers(0, 10_000))
def test_a_turn_holds_its_moment_and_the_next_begins_where_it_ends(case, minute):
    """No minute with two people, and a turn asked for by any of its moments is the same turn."""
    layers, written, start, end = case
    schedule, overrides = schedule_of(layers), overrides_of(written)
    now = start + MINUTE * (minute % ((end - start) // MINUTE))
    turn, change = on_call(schedule, overrides, now), next_change(schedule, overrides, now)
    assert change is None or change > now
    if turn is None:
        coming = following(schedule, overrides, now)
        assert (coming and coming.start) == change
        return
    assert turn.start <= now < turn.end
    assert on_call(schedule, overrides, turn.start) == turn
    assert turn.end == (change or FOREVER)
    after = on_call(schedule, overrides, turn.end) if change else None
    assert after is None or (after.start == turn.end and after.person != turn.person)


@given(shift_walk.rosters())
def test_the_turns_are_apart_in_order_and_never_handed_over_to_oneself(case):
    layers, written, start, end = case
    found = turns(schedule_of(layers), overrides_of(written), start, end)
    assert all(start <= turn.start < turn.end <= end for turn in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert not [one for one, other in pairwise(found) if one.end == other.start and one.person == other.person]


@given(shift_walk.rosters())
def test_the_first_voice_that_names_somebody_is_who_is_on_call(case):
    layers, written, start, _ = case
    schedule, overrides = schedule_of(layers), overrides_of(written)
    named = [voice.person for voice in voices(schedule, overrides, start) if voice.person]
    assert person(schedule, overrides, start) == next(iter(named), None)
