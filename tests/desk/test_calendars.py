"""Opening hours against a walk over the local clock, minute by minute, and against what people would say.

Failure-table row: both DST changes.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import workclock
from hypothesis import assume, given
from hypothesis import strategies as st

from desk.calendars import (
    ALWAYS,
    Calendar,
    NoOpenTime,
    add_seconds,
    add_working_days,
    in_hours,
    intersect,
    never_opens,
    parse_calendar,
    roll,
    seconds_between,
    windows,
)
from desk.hours import clock_changes, holidays_in
from desk.refusal import DeskError
from tests.desk import minute_walk
from tests.desk.minute_walk import MINUTE

OFFICE_WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
EVERY_DAY = {day: [["00:00", "24:00"]] for day in minute_walk.WEEKDAYS}
OFFICE = parse_calendar({"tz": "UTC", "weekly": OFFICE_WEEK})
BERLIN = parse_calendar({"tz": "Europe/Berlin", "weekly": OFFICE_WEEK})


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- against the walk


@given(minute_walk.cases(), st.integers(0, 3000))
def test_open_seconds_are_those_that_a_walk_over_the_local_clock_counts(case, length):
    form, start = case
    end = start + length * MINUTE
    assert seconds_between(parse_calendar(form), start, end) == minute_walk.seconds_open(form, start, end)


@given(minute_walk.cases())
def test_a_moment_is_open_exactly_when_the_walk_says_so(case):
    form, start = case
    calendar = parse_calendar(form)
    for step in range(0, 1440, 7):
        moment = start + step * MINUTE
        assert in_hours(calendar, moment) == minute_walk.is_open(form, moment), moment


@given(minute_walk.cases(), st.integers(1, 600))
def test_a_budget_is_used_up_where_the_walk_uses_it_up(case, budget):
    form, start = case
    expected = minute_walk.due(form, start, budget * 60, days=4)
    assume(expected is not None)
    assert add_seconds(parse_calendar(form), start, budget * 60) == expected


@given(minute_walk.cases(), minute_walk.forms(), st.integers(0, 2000))
def test_an_intersection_is_open_while_both_are(case, other, length):
    form, start = case
    both = intersect(parse_calendar(form), parse_calendar(other))
    one, two = minute_walk.looker(form), minute_walk.looker(other)
    walked = sum(60 for moment in minute_walk.walk(start, start + length * MINUTE) if one(moment) and two(moment))
    assert seconds_between(both, start, start + length * MINUTE) == walked


# --- properties that need no walk, so they go further than one

REGULAR = minute_walk.cases().filter(minute_walk.opens_weekly)


@given(REGULAR, st.floats(0.000_001, 100_000))
def test_the_time_up_to_a_due_moment_is_the_budget_and_its_last_moment_is_open(case, budget):
    form, start = case
    calendar = parse_calendar(form)
    due = add_seconds(calendar, start, budget)
    assert seconds_between(calendar, start, due) == pytest.approx(budget, abs=1e-6)
    assert in_hours(calendar, due - timedelta.resolution)


@given(REGULAR, st.integers(1, 100_000))
def test_counting_back_from_a_due_moment_leads_to_the_start_or_the_opening_after_it(case, budget):
    form, start = case
    calendar = parse_calendar(form)
    due = add_seconds(calendar, start, budget)
    assert add_seconds(calendar, due, -budget) == roll(calendar, start)


@given(REGULAR, st.integers(0, 100_000), st.integers(0, 100_000))
def test_a_larger_budget_is_never_due_earlier(case, one, other):
    form, start = case
    calendar = parse_calendar(form)
    low, high = sorted((one, other))
    assert add_seconds(calendar, start, low) <= add_seconds(calendar, start, high)


@given(minute_walk.cases(), st.integers(0, 40))
def test_windows_are_in_order_apart_and_as_long_as_the_open_time(case, days):
    form, start = case
    calendar = parse_calendar(form)
    end = start + timedelta(days=days)
    found = list(windows(calendar, start, end))
    edges = [edge for span in found for edge in span]
    assert edges == sorted(set(edges))
    assert all(start <= edge <= end for edge in edges)
    assert sum((b - a).total_seconds() for a, b in found) == seconds_between(calendar, start, end)


@given(minute_walk.cases(minute_walk.QUIET, dated=False).filter(minute_walk.opens_weekly), st.integers(0, 20 * 1440))
def test_another_library_counts_the_same_time_where_no_clock_is_set(case, length):
    form, start = case
    rules = [
        workclock.WorkDay(time.fromisoformat(opens), time.fromisoformat(closes.replace("24:00", "00:00")), [weekday])
        for weekday, name in enumerate(minute_walk.WEEKDAYS)
        for opens, closes in form["weekly"].get(name, ())
    ]
    holidays = workclock.Holidays([date.fromisoformat(text) for text in form["holidays"]])
    other = workclock.Schedule([*rules, holidays], time_zone=form["tz"])
    end = start + length * MINUTE
    assert seconds_between(parse_calendar(form), start, end) == other.between(start, end).total_seconds()


# --- what people would say


def test_a_budget_used_up_at_closing_time_is_due_at_closing_time():
    assert add_seconds(OFFICE, at("2026-06-05T09:00"), 8 * 3600) == at("2026-06-05T17:00")
    assert add_seconds(OFFICE, at("2026-06-08T10:00"), -3600) == at("2026-06-08T09:00")


def test_no_seconds_are_the_start_itself_and_rolling_finds_the_open_moment():
    saturday = at("2026-06-06T12:00")
    assert add_seconds(OFFICE, saturday, 0) == saturday
    assert roll(OFFICE, saturday) == at("2026-06-08T09:00")
    assert roll(OFFICE, saturday, back=True) == at("2026-06-05T17:00")


def test_the_opening_moment_is_open_and_the_closing_moment_is_not():
    assert in_hours(OFFICE, at("2026-06-05T09:00"))
    assert not in_hours(OFFICE, at("2026-06-05T17:00"))


def test_instants_may_come_in_any_zone_but_not_in_none():
    berlin = datetime(2026, 10, 24, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert seconds_between(ALWAYS, berlin, berlin + timedelta(days=1)) == 25 * 3600, (
        "wall times a day apart, 25 h apart"
    )
    with pytest.raises(ValueError, match="has no zone"):
        in_hours(OFFICE, datetime(2026, 6, 5, 9))  # noqa: DTZ001 - the mistake under test


def test_a_night_shift_is_the_same_as_its_two_halves_on_either_date_even_around_a_holiday():
    week = minute_walk.WEEKDAYS
    whole = {"tz": "America/New_York", "weekly": {d: [["22:00", "06:00"]] for d in week}, "holidays": ["2026-03-10"]}
    halves = whole | {"weekly": {d: [["00:00", "06:00"], ["22:00", "24:00"]] for d in week}}
    span = at("2026-03-07T00:00"), at("2026-03-14T00:00")
    assert list(windows(parse_calendar(whole), *span)) == list(windows(parse_calendar(halves), *span))


def test_around_the_clock_is_one_window_however_long():
    span = at("2026-01-01T00:00"), at("2028-01-01T00:00")
    assert list(windows(ALWAYS, *span)) == [span]


def test_a_local_day_around_the_clock_has_23_hours_in_spring_and_25_in_autumn():
    everyday = parse_calendar(
        {"tz": "Europe/Berlin", "weekly": {d: [["00:00", "24:00"]] for d in minute_walk.WEEKDAYS}}
    )
    assert seconds_between(everyday, at("2026-03-28T23:00"), at("2026-03-29T22:00")) == 23 * 3600
    assert seconds_between(everyday, at("2026-10-24T22:00"), at("2026-10-25T23:00")) == 25 * 3600


def test_the_days_of_an_intersection_are_the_clients():
    provider = parse_calendar({"tz": "UTC", "weekly": EVERY_DAY})
    both = intersect(provider, BERLIN)
    assert both.zone == "Europe/Berlin"
    assert add_working_days(both, at("2026-06-05T10:00"), 1) == at("2026-06-08T10:00")
    assert in_hours(intersect(both, OFFICE), at("2026-06-05T09:30"))


@pytest.mark.parametrize(
    ("start", "days", "expected", "reason"),
    [
        ("2026-06-03T10:00", 3, "2026-06-08T10:00", "Wednesday: Thursday, Friday, Monday"),
        ("2026-06-06T10:00", 3, "2026-06-10T10:00", "Saturday: Monday, Tuesday, Wednesday"),
        (
            "2026-06-05T22:30",
            1,
            "2026-06-07T22:30",
            "Saturday 0:30 in Berlin: Monday 0:30, in UTC still Sunday",
        ),
        ("2026-03-27T10:00", 3, "2026-04-01T09:00", "the wall time stays 11:00 when the clocks go forward"),
        ("2026-06-08T10:00", -1, "2026-06-05T10:00", "backward over the weekend"),
        ("2026-06-06T10:00", 0, "2026-06-06T10:00", "no day at all"),
    ],
)
def test_working_days_keep_the_local_wall_time(start, days, expected, reason):
    assert add_working_days(BERLIN, at(start), days) == at(expected), reason


def test_a_holiday_and_a_date_that_does_not_exist_are_no_working_days():
    with_holiday = parse_calendar({"tz": "UTC", "weekly": OFFICE_WEEK, "holidays": ["2026-06-08"]})
    assert add_working_days(with_holiday, at("2026-06-05T10:00"), 1) == at("2026-06-09T10:00")
    apia = parse_calendar({"tz": "Pacific/Apia", "weekly": OFFICE_WEEK})
    thursday = datetime(2011, 12, 29, 10, tzinfo=ZoneInfo("Pacific/Apia"))
    assert add_working_days(apia, thursday, 1).astimezone(ZoneInfo("Pacific/Apia")).date() == date(2012, 1, 2)


@pytest.mark.parametrize(
    ("calendar", "reason"),
    [
        (Calendar("UTC"), "no window"),
        (parse_calendar({"tz": "UTC", "date_overrides": {"2026-06-05": []}}), "an override that opens nothing"),
        (intersect(OFFICE, parse_calendar({"tz": "UTC", "weekly": {"sat": [["09:00", "17:00"]]}})), "never together"),
        (
            parse_calendar(
                {
                    "tz": "UTC",
                    "weekly": OFFICE_WEEK,
                    "annual_holidays": [f"{date(2024, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366)],
                }
            ),
            "a holiday every day",
        ),
    ],
)
def test_a_calendar_that_never_opens_is_known_and_every_search_in_it_gives_up_with_a_sentence(calendar, reason):
    assert never_opens(calendar), reason
    for search in (add_seconds, lambda c, s, n: add_seconds(c, s, -n), add_working_days, lambda c, s, _: roll(c, s)):
        with pytest.raises(NoOpenTime, match="gave up after 20 years") as caught:
            search(calendar, at("2026-06-05T09:00"), 1)
        assert isinstance(caught.value, DeskError)


@pytest.mark.parametrize("seconds", [10**10, 10**30, -(10**30), float("inf")])
def test_a_budget_of_ages_gives_up_too(seconds):
    with pytest.raises(NoOpenTime):
        add_seconds(OFFICE, at("2026-06-05T09:00"), seconds)


def test_what_opens_once_in_a_while_is_found():
    assert not never_opens(OFFICE)
    once = parse_calendar({"tz": "UTC", "date_overrides": {"2035-02-01": [["09:00", "10:00"]]}})
    assert not never_opens(once)
    assert add_seconds(once, at("2026-06-05T09:00"), 60) == at("2035-02-01T09:01")


def test_equal_calendars_are_equal_and_hash_alike_whatever_was_asked_of_them():
    other = parse_calendar({"tz": "UTC", "weekly": OFFICE_WEEK})
    in_hours(OFFICE, at("2026-06-05T09:00"))
    assert other == OFFICE
    assert hash(other) == hash(OFFICE)
    assert other != BERLIN


def test_holidays_are_named_if_they_closed_a_day_that_would_have_been_open():
    calendar = parse_calendar(
        {
            "tz": "UTC",
            "weekly": OFFICE_WEEK,
            "holidays": {"2026-05-25": "Whit Monday", "2026-05-24": "Whit Sunday", "2026-05-22": None},
            "annual_holidays": {"12-25": "Christmas Day"},
        }
    )
    found = holidays_in(intersect(OFFICE, calendar), at("2026-05-22T00:00"), at("2026-05-26T00:00"))
    assert found == [(date(2026, 5, 22), "holiday"), (date(2026, 5, 25), "Whit Monday")]
    assert holidays_in(calendar, at("2026-12-25T00:00"), at("2026-12-25T01:00"))[0][1] == "Christmas Day"


def test_clock_changes_are_found_to_the_second_and_with_their_sign():
    assert clock_changes(BERLIN, at("2026-01-01T00:00"), at("2027-01-01T00:00")) == [
        (at("2026-03-29T01:00"), timedelta(hours=1)),
        (at("2026-10-25T01:00"), timedelta(hours=-1)),
    ]


# --- the written form


def test_the_written_form_may_hold_dates_that_yaml_has_read_and_seconds():
    calendar = parse_calendar(
        {"tz": "UTC", "holidays": [date(2026, 6, 5)], "date_overrides": {date(2026, 6, 6): [["9:00", "12:30:15"]]}}
    )
    assert calendar.holidays == {date(2026, 6, 5)}
    assert calendar.overrides == {date(2026, 6, 6): ((32_400, 45_015),)}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ([], "A calendar is a mapping"),
        ({"tz": "UTC", "holiday": []}, "did you mean 'holidays'"),
        ({"weekly": {}}, "`tz` is an IANA zone"),
        ({"tz": "Mars/Olympus"}, "not 'Mars/Olympus'"),
        ({"tz": "../etc/passwd"}, "`tz` is an IANA zone"),
        ({"tz": "Europe"}, "`tz` is an IANA zone"),
        ({"tz": "a\0b"}, "`tz` is an IANA zone"),
        ({"tz": 7}, "`tz` is an IANA zone"),
        ({"tz": "UTC", "weekly": []}, "`weekly` is a mapping"),
        ({"tz": "UTC", "weekly": {"monday": []}}, "not 'monday'"),
        ({"tz": "UTC", "weekly": {"mon": "09:00-17:00"}}, "Windows are a list"),
        ({"tz": "UTC", "weekly": {"mon": [["09:00"]]}}, "A window is"),
        ({"tz": "UTC", "weekly": {"mon": [["09:00", "24:01"]]}}, "not '24:01'"),
        ({"tz": "UTC", "weekly": {"mon": [["09:00", "9.30"]]}}, "A time is written HH:MM"),
        ({"tz": "UTC", "weekly": {"mon": [[9, 17]]}}, "A time is written HH:MM"),
        ({"tz": "UTC", "weekly": {"mon": [["٠٩:٠٠", "17:00"]]}}, "A time is written HH:MM"),
        ({"tz": "UTC", "weekly": {"mon": [["09:00", "09:00"]]}}, "a whole day is 00:00-24:00"),
        ({"tz": "UTC", "weekly": {"mon": [["24:00", "06:00"]]}}, "is empty"),
        ({"tz": "UTC", "holidays": ["2026-02-30"]}, "There is no date 2026-02-30"),
        ({"tz": "UTC", "holidays": ["30.02.2026"]}, "A date is written YYYY-MM-DD"),
        ({"tz": "UTC", "holidays": "2026-02-03"}, "`holidays` is a mapping"),
        ({"tz": "UTC", "annual_holidays": ["2026-12-25"]}, "A yearly holiday is written MM-DD"),
        ({"tz": "UTC", "annual_holidays": ["02-30"]}, "There is no date"),
        ({"tz": "UTC", "breaks": {"tomorrow": []}}, "A date is written YYYY-MM-DD"),
    ],
)
def test_a_malformed_calendar_is_refused_with_a_sentence(form, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_calendar(form)
