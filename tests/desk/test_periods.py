"""Months and quarters as people name them, in the zone of the client."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis.strategies import datetimes, integers, sampled_from

from desk.periods import earlier, month_of, period
from desk.refusal import DeskError

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu", "America/Asuncion")


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("", "2026-11"),  # nothing said: what is going on
        ("2026-10", "2026-10"),
        ("2026-1", "2026-01"),
        ("october", "2026-10"),
        ("Oct", "2026-10"),
        ("november", "2026-11"),  # it has begun
        ("december", "2025-12"),  # this year's has not
        ("december 2024", "2024-12"),
        ("this month", "2026-11"),
        ("last  Month", "2026-10"),
        ("2026-Q4", "2026-Q4"),
        ("2026q4", "2026-Q4"),
        ("q3", "2026-Q3"),
        ("Q4", "2026-Q4"),
        ("q2 2025", "2025-Q2"),
        ("this quarter", "2026-Q4"),
        ("last quarter", "2026-Q3"),
    ],
)
def test_a_period_is_understood_as_people_say_it(said, label):
    """And what it is labelled with means it again."""
    found = period(said, NOW, "Europe/Berlin")
    assert found.label == label
    assert period(found.label, NOW, "Europe/Berlin") == found
    assert period(found.title, NOW, "Europe/Berlin") == found


@pytest.mark.parametrize("said", ["yesterday", "2026-13", "2026-00", "q5", "octobre", "1999-12", "0000-01", "x" * 999])
def test_what_is_no_period_is_answered_with_examples(said):
    with pytest.raises(DeskError, match="2026-10, october, last month") as refused:
        period(said, NOW, "UTC")
    assert refused.value.field == "period"
    assert len(refused.value.sentence) < 200


@pytest.mark.parametrize("said", ["2026-12", "2027-Q1", "december 2026"])
def test_what_has_not_begun_is_refused_and_the_latest_named(said):
    with pytest.raises(DeskError, match=r"has not begun\. The latest is November 2026"):
        period(said, NOW, "UTC")


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("UTC", "2026-10-01T00:00", "2026-11-01T00:00"),
        ("Europe/Berlin", "2026-09-30T22:00", "2026-10-31T23:00"),  # the clocks go back in it: an hour longer
        ("America/New_York", "2026-10-01T04:00", "2026-11-01T04:00"),
    ],
)
def test_a_month_begins_at_the_clients_first_midnight(zone, start, end):
    found = period("2026-10", NOW, zone)
    assert (found.start, found.end) == (
        datetime.fromisoformat(start).replace(tzinfo=UTC), datetime.fromisoformat(end).replace(tzinfo=UTC)
    )  # fmt: skip


def test_a_midnight_that_the_clocks_skip_is_the_moment_at_which_they_do():
    """Paraguay, 2017-10-01: from 00:00 to 01:00."""
    found = period("2017-10", NOW, "America/Asuncion")
    assert found.start == datetime(2017, 10, 1, 4, 0, tzinfo=UTC)
    assert month_of(found.start - timedelta(microseconds=1), found.zone) == 201709


def test_this_month_is_the_clients_and_not_ours():
    """One second past midnight in Samoa it is still the last day of the month in New York."""
    at = datetime(2026, 10, 31, 11, 0, 1, tzinfo=UTC)
    assert period("", at, "Pacific/Apia").label == "2026-11"
    assert period("", at, "America/New_York").label == "2026-10"


@given(datetimes(datetime(2000, 2, 1), datetime(2037, 1, 1)), sampled_from(ZONES), integers(1, 5))  # noqa: DTZ001 - hypothesis wants bounds without a zone
def test_every_instant_lies_in_the_one_month_that_it_is_counted_in(moment, zone, count):
    """The months before it touch each other, and each holds just what is counted in it."""
    at = moment.replace(tzinfo=UTC)
    for words in ("this month", "this quarter"):
        found = period(words, at, zone)
        assert found.start <= at < found.end
        assert month_of(at, zone) in found.months
        chain = [*earlier(found, count), found]
        assert all(a.end == b.start and a.label < b.label for a, b in pairwise(chain))
        for each in chain:
            assert month_of(each.start, zone) == each.months[0]
            assert month_of(each.end - timedelta(microseconds=1), zone) == each.months[-1]
