"""What people type for a time: understood in their own zone, or asked about. Nothing in between."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, sampled_from, text

from desk.refusal import DeskError
from handlers.dates import EXAMPLES, NoDateError, instant, is_date, spoken

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 4, 9, 7, tzinfo=UTC)  # a Wednesday, 10:07 in Berlin


def read(words, now=NOW, zone=BERLIN):
    return f"{instant(words, now, zone, 'until').astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


UNDERSTOOD = [
    # what is typed on a Wednesday at 10:07, and what it means
    ("friday 4pm", "Fri 2026-11-06 16:00"),
    ("FRIDAY  4 P.M.", "Fri 2026-11-06 16:00"),  # as phones write it
    ("at 4pm on friday", "Fri 2026-11-06 16:00"),  # in any order
    ("fri, 16:00", "Fri 2026-11-06 16:00"),
    ("friday", "Fri 2026-11-06 09:00"),  # a day begins with its work
    ("tomorrow 9:00", "Thu 2026-11-05 09:00"),
    ("tomorrow", "Thu 2026-11-05 09:00"),
    ("day after tomorrow noon", "Fri 2026-11-06 12:00"),
    ("4pm", "Wed 2026-11-04 16:00"),  # a time alone is today's
    ("12pm tomorrow", "Thu 2026-11-05 12:00"),  # noon, not midnight
    ("12am tomorrow", "Thu 2026-11-05 00:00"),
    ("end of day", "Wed 2026-11-04 17:00"),
    ("friday eod", "Fri 2026-11-06 17:00"),
    ("end of week", "Fri 2026-11-06 17:00"),
    ("next monday", "Mon 2026-11-09 09:00"),  # the coming one and the one of next week are the same
    ("next wednesday", "Wed 2026-11-11 09:00"),
    ("this friday", "Fri 2026-11-06 09:00"),
    ("2h", "Wed 2026-11-04 12:07"),
    ("in 2 hours", "Wed 2026-11-04 12:07"),
    ("1h30", "Wed 2026-11-04 11:37"),
    ("half an hour", "Wed 2026-11-04 10:37"),
    ("90m", "Wed 2026-11-04 11:37"),
    ("in two days", "Fri 2026-11-06 10:07"),
    ("2w", "Wed 2026-11-18 10:07"),
    ("2026-12-24", "Thu 2026-12-24 09:00"),
    ("2026-12-24 16:00", "Thu 2026-12-24 16:00"),
    ("2026-12-24T16:00", "Thu 2026-12-24 16:00"),
    ("2026-12-24T16:00+00:00", "Thu 2026-12-24 17:00"),  # its own offset counts
    ("24 dec", "Thu 2026-12-24 09:00"),
    ("December 24th, 2026 at 4pm", "Thu 2026-12-24 16:00"),
    ("the 24th of december", "Thu 2026-12-24 09:00"),
    ("thu 24 dec", "Thu 2026-12-24 09:00"),
    ("4 nov 18:00", "Wed 2026-11-04 18:00"),  # today has not passed
    ("3 nov", "Wed 2027-11-03 09:00"),  # and yesterday comes again next year
    ("29 feb", "Tue 2028-02-29 09:00"),
    ("24/12", "Thu 2026-12-24 09:00"),  # no month has that number, so it can only be the day
    ("12/24/2026", "Thu 2026-12-24 09:00"),
    ("24.12.", "Thu 2026-12-24 09:00"),
    ("3/3", "Wed 2027-03-03 09:00"),  # the same either way
]


@pytest.mark.parametrize(("words", "means"), UNDERSTOOD)
def test_what_has_one_meaning_is_understood(words, means):
    assert read(words) == means


ASKED = [
    # what is typed, and what the question says
    ("soon", EXAMPLES),
    ("when the vendor answers", EXAMPLES),
    ("", EXAMPLES),
    ("17", EXAMPLES),  # a day, an hour, minutes?
    ("2026", EXAMPLES),
    ("may", EXAMPLES),
    ("next week", EXAMPLES),
    ("friday 9", EXAMPLES),  # in the morning or in the evening?
    ("midnight", EXAMPLES),  # before or after that day?
    ("friday afternoon", EXAMPLES),
    ("16:00 EST", EXAMPLES),  # three zones are called so
    ("the switch comes friday", EXAMPLES),
    ("24/12/26", EXAMPLES),
    ("20261224", EXAMPLES),
    ("in a month", EXAMPLES),
    ("٣h", EXAMPLES),  # digits of another script look alike and are not meant
    ("03/04", "Day 3 of month 4, or day 4 of month 3?"),
    ("03.04.2027", "Day 3 of month 4, or day 4 of month 3?"),
    ("10.30", "a date or a time"),
    ("next friday", "2026-11-06 or 2026-11-13"),
    ("this monday", "2026-11-02 or 2026-11-09"),
    ("wednesday", "2026-11-04 or 2026-11-11"),  # today is one
    ("friday 24 dec 2026", "is a Thursday"),
    ("friday 4pm 5pm", "several times"),
    ("2026-02-30", "no such day"),
    ("31 nov", "no such day"),
    ("13/13", "no such day"),
    ("25:00", "no such time"),
    ("13pm", "no such time"),
    ("0am", "no such time"),
    ("9:00", "Wed 04 Nov 2026, 09:00 Europe/Berlin, which has passed"),
    ("-2h", "has passed"),
    ("2026-11-04 10:07", "has passed"),
    ("jan 1 0001", "has passed"),
    ("9999-12-31", "too far"),
    ("99999999 days", "too far"),
    (f"{'9' * 400}h", "too far"),
]


@pytest.mark.parametrize(("words", "question"), ASKED)
def test_what_has_none_or_several_is_asked_about_and_names_its_field(words, question):
    with pytest.raises(DeskError) as asked:
        read(words)
    assert question in asked.value.sentence
    assert asked.value.field == "until"


def test_the_same_words_mean_what_they_mean_where_the_reader_is():
    """In Auckland it is Wednesday night already; in Los Angeles it is still Tuesday's night."""
    assert instant("end of day", NOW, "America/Los_Angeles", "until") == datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
    assert instant("tomorrow 9:00", NOW, "Pacific/Auckland", "until") == datetime(2026, 11, 4, 20, 0, tzinfo=UTC)
    assert instant("2h", NOW, "Pacific/Auckland", "until") == NOW + timedelta(hours=2)


def test_hours_pass_and_days_keep_the_time_of_day_over_a_clock_change():
    before = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)  # Saturday noon in Berlin; the clocks go back that night
    assert instant("24h", before, BERLIN, "until") == before + timedelta(hours=24)
    assert instant("1d", before, BERLIN, "until") == before + timedelta(hours=25)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("2026-10-25 02:30", "comes twice"), ("2027-03-28 02:30", "left out")],
)
def test_a_time_that_comes_twice_or_never_that_day_is_asked_about(words, sentence):
    with pytest.raises(DeskError, match=sentence):
        read(words, datetime(2026, 10, 20, tzinfo=UTC))


TYPED = (
    "next this friday wednesday mon the of at on in 4pm 16:00 9 24 24th dec may 2026 2026-12-24 03/04 24/12 3.4."
    " tomorrow today end day week eod morning noon 2h 3 days 90 - + , T10:00 z is"
)
VOCABULARY = TYPED.split()


@given(
    words=lists(sampled_from(VOCABULARY), max_size=5).map(" ".join) | text(max_size=30),
    minutes=integers(0, 90 * 366 * 24 * 60),
    zone=sampled_from([BERLIN, "Asia/Kathmandu", "Pacific/Apia", "America/New_York", "UTC"]),
)
def test_whatever_is_typed_is_a_time_ahead_or_a_question(words, minutes, zone):
    """Never another error, never the past, and twice the same."""
    now = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    try:
        at = instant(words, now, zone, "until")
    except DeskError:
        return
    assert now < at < now + timedelta(days=2000)
    assert instant(words, now, zone, "until") == at


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("friday 4pm", True), ("next friday", True), ("end of day", True), ("03/04", True), ("2h we", False),
        ("friday the", False), ("friday at", False), ("friday 4pm New", False),
    ],
)  # fmt: skip
def test_the_words_of_a_date_are_told_from_those_behind_it(words, whole):
    """One that is not clear is a date too, and asked about as a whole."""
    assert is_date(words) is whole


def test_no_date_at_all_is_told_from_one_that_is_not_clear():
    with pytest.raises(NoDateError):
        read("soon")


def test_what_was_understood_is_said_with_weekday_date_time_and_zone():
    assert spoken(datetime(2026, 12, 24, 15, 0, tzinfo=UTC), BERLIN) == "Thu 24 Dec 2026, 16:00 Europe/Berlin"


def test_a_start_of_the_desk_loads_no_parser_of_dates():
    """It costs 19 MB and is needed when somebody types one."""
    code = "import sys, handlers.commands as c; c.commands(); print({'dateparser', 'pytimeparse'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
