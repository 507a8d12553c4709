"""When a report goes out: cron as everybody knows it, and the first working day of a client's calendar."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from desk.hours import Calendar
from desk.schedules import next_time, parse

BERLIN = "Europe/Berlin"
OFFICE = Calendar(
    BERLIN, dict.fromkeys(range(5), ((8 * 3600, 17 * 3600),)), annual_holidays=frozenset({(1, 1)}),
    holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}), overrides={date(2026, 8, 1): ((3600, 7200),)},
)  # fmt: skip


def local(words, after, months=1, zone=BERLIN):
    at = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    found = next_time(parse(words), zone, at, OFFICE, months)
    return found and f"{found.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


NEXT = [
    # what is said, after when, how many months, when it is, and why the row is here
    ("0 9 1 * *", "2026-11-02 10:00", 1, "2026-12-01 09:00", "the first of the month"),
    ("0 9 1 * *", "2026-12-01 09:00", 1, "2027-01-01 09:00", "not the moment itself again"),
    ("30 8 * * mon", "2026-11-02 08:29", 1, "2026-11-02 08:30", "later today"),
    ("30 8 * * mon", "2026-11-02 08:30", 1, "2026-11-09 08:30", "a week later"),
    ("0 7,19 * * *", "2026-11-02 08:00", 1, "2026-11-02 19:00", "a list of hours"),
    ("15 */6 * * *", "2026-11-02 08:00", 1, "2026-11-02 12:15", "steps"),
    ("0 9 * jan-mar/2 *", "2026-02-02 08:00", 1, "2026-03-01 09:00", "names, a span and a step"),
    ("0 9 13 * fri", "2026-11-02 08:00", 1, "2026-11-06 09:00", "a day of the month or of the week, as cron has it"),
    ("0 9 * * 7", "2026-11-02 08:00", 1, "2026-11-08 09:00", "Sunday is 7, too"),
    ("0 9 29 2 *", "2026-11-02 08:00", 1, "2028-02-29 09:00", "a leap day"),
    ("30 2 29 3 *", "2026-03-28 12:00", 1, "2026-03-29 03:30", "an hour that the clocks skip is as much later"),
    ("30 2 25 10 *", "2026-10-24 12:00", 1, "2026-10-25 02:30", "an hour that comes twice is the first"),
    ("first working day 9:00", "2026-11-02 08:00", 1, "2026-11-02 09:00", "the first is a Sunday"),
    ("first working day 9:00", "2026-11-02 09:00", 1, "2026-12-01 09:00", "a Tuesday"),
    ("first working day 9:00", "2026-12-31 09:00", 1, "2027-01-04 09:00", "New Year's Day, then a weekend"),
    ("first working day 9:00", "2026-07-31 12:00", 1, "2026-08-01 09:00", "a Saturday that is open for once"),
    ("first working day 9:00", "2026-11-02 12:00", 3, "2027-01-04 09:00", "of the quarter"),
    ("First  Working day 7:30", "2026-11-30 12:00", 1, "2026-12-01 07:30", "however it is written"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "after", "months", "at", "why"), NEXT, ids=[row[4] for row in NEXT])
def test_the_next_time_is(words, after, months, at, why):
    assert local(words, after, months) == at, why


def test_in_a_year_each_month_has_one_first_working_day():
    """Walked by hand: the first day of each month on which the office opens."""
    at, seen = datetime(2026, 1, 1, tzinfo=UTC), []
    while (at := next_time(parse("first working day 9:00"), BERLIN, at, OFFICE)).year < 2027:
        seen.append(f"{at:%m-%d}")
    assert seen == [
        "01-02", "02-02", "03-02", "04-01", "05-01", "06-01", "07-01", "08-01", "09-01", "10-01", "11-02", "12-01"
    ]  # fmt: skip


BAD = [
    ("", "expected `0 9 1"), ("0 9 1 *", "expected"), ("* 9 1 * *", "once an hour at most"),
    ("0,30 9 * * *", "once an hour at most"), ("0 24 1 * *", "no hour from 0 to 23"), ("0 9 0 * *", "no day from 1"),
    ("0 9 1 13 *", "no month"), ("0 9 * * funday", "no weekday"), ("0 9 31 2 *", "never comes"),
    ("61 9 * * *", "minute"), ("0 9 5-1 * *", "no day"), ("0 9 */0 * *", "no day"), ("0 9 */x * *", "no day"),
    ("first working day 25:00", "no time"),
    ("first working day", "expected"), ("0 ٩ 1 * *", "no hour"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "sentence"), BAD)
def test_what_is_no_time_is_refused_with_a_sentence(words, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse(words)


def test_where_nothing_opens_no_working_day_comes():
    never, start = Calendar(BERLIN), datetime(2026, 1, 1, tzinfo=UTC)
    assert next_time(parse("first working day 9:00"), BERLIN, start, never) is None
