"""A queue that moves is not late; one that stands still is, and so is whoever never gets their turn."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.invariants import Limits
from desk.lateness import EXCUSED, Waiting, oldest

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LIMIT = Limits().oldest_undelivered_post


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("why", "waits", "tried", "taken", "expected"),
    [
        ("its channel took one a second ago: it stands in line", 240, False, 1, 1),
        ("its channel takes nothing any more", 240, False, 180, 180),
        ("its channel took its last one before this was written", 50, False, 3600, 50),
        ("its channel never took any", 240, False, None, 240),
        ("it was tried, and others go past it", 240, True, 1, 240),
        ("the line is too long to be excused", EXCUSED.total_seconds() + 130, False, 1, 130),
    ],
)
def test_what_stands_in_line_waits_since_the_last_one_was_taken(why, waits, tried, taken, expected):
    last = {} if taken is None else {"noc": ago(taken)}
    assert oldest([Waiting("noc", ago(waits), tried)], last, NOW) == expected, why


def test_a_channel_that_moves_excuses_no_other():
    waiting = [Waiting("noc", ago(300), tried=False), Waiting("desk", ago(200), tried=False)]
    assert oldest(waiting, {"noc": ago(1)}, NOW) == 200
    assert oldest([], {"noc": ago(1)}, NOW) is None


@given(st.integers(1, 5000))
def test_a_storm_that_drains_a_post_a_second_is_told_only_once_it_is_longer_than_is_excused(length):
    """At each second of it: so many were written at once, one is taken each second."""
    told = [
        second for second in range(length)
        if (oldest([Waiting("noc", ago(second), tried=False)], {"noc": NOW}, NOW) or 0) > LIMIT
    ]  # fmt: skip
    first = int(EXCUSED.total_seconds() + LIMIT) + 1
    assert (told[0] if told else None) == (first if length > first else None)


@given(st.floats(LIMIT + 1, 1e6), st.floats(0, 1e6))
def test_a_line_that_stands_still_is_told_however_well_it_went_before(still, before):
    assert (oldest([Waiting("noc", ago(still + before), tried=False)], {"noc": ago(still)}, NOW) or 0) > LIMIT
