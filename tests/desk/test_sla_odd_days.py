"""Days that are longer, shorter or missing, and a pause of fourteen months: worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desk.calendars import parse_calendar
from desk.sla import Metric, Pause, Verdict, due_at, elapsed, meet, pause, resume, start, verdict
from desk.why import Kind, why

HOUR = 3600
SECOND = timedelta(seconds=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NINE_TO_FIVE = [["09:00", "17:00"]]
WORKDAYS = dict.fromkeys(DAYS[:5], NINE_TO_FIVE)
CUSTOMER, VENDOR = Pause.WAITING_CUSTOMER, Pause.WAITING_VENDOR


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock(begin, target):
    return start(Metric.RESOLUTION, target, "c", at(begin), "v1")


# Zone, local date, its first and its last instant in UTC, its hours, and a window of the date with the hours it has.
CHANGES = [
    ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00", 23, ("02:00", "03:00"), 0),
    ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00", 25, ("02:00", "03:00"), 2),
    ("America/New_York", "2026-03-08", "2026-03-08T05:00", "2026-03-09T04:00", 23, ("01:30", "03:30"), 1),
    ("America/New_York", "2026-11-01", "2026-11-01T04:00", "2026-11-02T05:00", 25, ("01:00", "02:00"), 2),
    ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30", "2026-10-04T13:00", 23.5, ("02:00", "03:00"), 0.5),
    ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00", "2026-04-05T13:30", 24.5, ("01:00", "02:00"), 1.5),
    ("America/Santiago", "2026-09-06", "2026-09-06T04:00", "2026-09-07T03:00", 23, ("00:00", "02:00"), 1),
    ("America/Santiago", "2026-04-04", "2026-04-04T03:00", "2026-04-05T04:00", 25, ("23:00", "24:00"), 2),
    ("Pacific/Auckland", "2026-09-27", "2026-09-26T12:00", "2026-09-27T11:00", 23, ("02:00", "03:00"), 0),
    ("Pacific/Auckland", "2026-04-05", "2026-04-04T11:00", "2026-04-05T12:00", 25, ("02:00", "03:00"), 2),
]


def on(zone, day, opens="00:00", closes="24:00"):
    """Open on one date alone."""
    return parse_calendar({"tz": zone, "date_overrides": {day: [[opens, closes]]}})


@pytest.mark.parametrize(("zone", "day", "begin", "end", "hours", "window", "inside"), CHANGES)
def test_a_day_on_which_the_clocks_are_set_has_the_hours_it_has(zone, day, begin, end, hours, window, inside):
    whole = on(zone, day)
    promised = clock(begin, int(hours * HOUR))
    assert due_at(promised, whole) == at(end)
    assert elapsed(promised, whole, at(end)) == hours * HOUR
    assert verdict(meet(promised, whole, at(end)), whole, at(end)) is Verdict.MET
    assert verdict(meet(promised, whole, at(end) + SECOND), whole, at(end)) is Verdict.MISSED
    assert elapsed(promised, on(zone, day, *window), at(end)) == inside * HOUR, "a repeated hour counts twice"


@pytest.mark.parametrize(("zone", "day", "begin", "end", "hours"), [row[:5] for row in CHANGES])
def test_the_explanation_of_such_a_day_names_the_change_and_adds_up(zone, day, begin, end, hours):
    evening = replace(clock(begin, int(hours * HOUR)), started_at=at(begin) - timedelta(hours=1))
    told = why(evening, on(zone, day), at(end))
    rows = {kind: [row for row in told.rows if row.kind is kind] for kind in Kind}
    assert sum(row.seconds for row in rows[Kind.COUNTED]) == hours * HOUR == told.target
    way = "forward" if hours < 24 else "back"
    assert [row.note.split(" by ")[0] for row in rows[Kind.CLOCKS]] == [f"the clocks go {way}"]


@pytest.mark.parametrize(
    ("holidays", "begin", "due", "reason"),
    [
        ([], "2028-02-28T16:00", "2028-02-29T16:00", "a Tuesday like any other"),
        (["02-29"], "2028-02-28T16:00", "2028-03-01T16:00", "closed on the day that only this year has"),
        (["02-29"], "2027-02-26T16:00", "2027-03-01T16:00", "no such day, so nothing is closed"),
    ],
)
def test_a_leap_day_is_a_day(holidays, begin, due, reason):
    office = parse_calendar({"tz": "UTC", "weekly": WORKDAYS, "annual_holidays": holidays})
    assert due_at(clock(begin, 8 * HOUR), office) == at(due), reason


@pytest.mark.parametrize(
    ("weekly", "target", "due", "reason"),
    [
        (WORKDAYS | {"sat": NINE_TO_FIVE}, 2 * HOUR, "2011-12-30T20:00", "Thursday, then Saturday: no Friday"),
        (WORKDAYS, 2 * HOUR, "2012-01-01T20:00", "Thursday, then Monday"),
        ({day: [["00:00", "24:00"]] for day in DAYS}, 24 * HOUR, "2011-12-31T02:00", "no hour is lost on the UTC line"),
        ({"fri": NINE_TO_FIVE}, HOUR, "2012-01-05T20:00", "the Friday that was left out has no hours"),
    ],
)
def test_samoa_goes_from_a_thursday_to_a_saturday(weekly, target, due, reason):
    """At midnight after 29 December 2011 (10:00 UTC) the next date was the 31st. It is 16:00 there."""
    samoa = parse_calendar({"tz": "Pacific/Apia", "weekly": weekly})
    promised = clock("2011-12-30T02:00", target)
    assert due_at(promised, samoa) == at(due), reason
    assert why(promised, samoa, at("2011-12-30T02:00")).total == target


def test_a_pause_of_fourteen_months_uses_up_nothing_whatever_it_is_made_of():
    """From 15 January 2025 to 16 March 2026, over both changes of the clocks, with a second cause in the midst."""
    office = parse_calendar({"tz": "Europe/Berlin", "weekly": WORKDAYS})
    held = pause(clock("2025-01-15T09:00", 2 * HOUR), CUSTOMER, at("2025-01-15T09:30"))
    held = resume(pause(held, VENDOR, at("2025-06-01T00:00")), CUSTOMER, at("2025-12-24T12:00"))
    assert due_at(held, office) is None
    assert verdict(held, office, at("2026-03-16T08:00")) is Verdict.PAUSED
    again = resume(held, VENDOR, at("2026-03-16T08:30"))
    assert due_at(again, office) == at("2026-03-16T10:00")
    told = why(again, office, at("2026-03-16T08:30"))
    paused = [row for row in told.rows if row.kind is Kind.PAUSED]
    workdays = sum((date(2025, 1, 16) + timedelta(n)).weekday() < 5 for n in range(424))  # up to 15 March
    assert sum(row.seconds for row in paused) == (6.5 + workdays * 8 + 0.5) * HOUR
    assert [row.note for row in paused] == [
        "waiting for the customer", "waiting for the customer and waiting for the vendor", "waiting for the vendor",
    ]  # fmt: skip
