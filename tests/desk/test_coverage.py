"""Each minute has one owner, whatever the calendars and the clocks do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.coverage import Cover, next_change, owner, shares, turns
from desk.hours import Calendar

HOUR = 3600
DAY = Calendar("Europe/Berlin", dict.fromkeys(range(5), ((8 * HOUR, 18 * HOUR),)))
LATE = Calendar("America/New_York", dict.fromkeys(range(5), ((9 * HOUR, 17 * HOUR),)))
CALENDARS = {"day": DAY, "late": LATE}
SUN = (Cover("berlin", "day"), Cover("boston", "late"), Cover("overnight"))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


OWNERS = [
    # instant, whose it is, why the row is there
    (utc(2026, 11, 2, 7, 0), "berlin", "the first second of the day team"),
    (utc(2026, 11, 2, 6, 59, 59), "overnight", "the last of the night"),
    (utc(2026, 11, 2, 16, 30), "berlin", "both are open: the one above has it"),
    (utc(2026, 11, 2, 17, 0), "boston", "Berlin has closed"),
    (utc(2026, 11, 2, 22, 0), "overnight", "Boston has closed, to the second"),
    (utc(2026, 11, 1, 12, 0), "overnight", "a Sunday"),
    (utc(2026, 3, 30, 6, 0), "berlin", "the Monday after the clocks went forward"),
]


@pytest.mark.parametrize(("at", "team", "why"), OWNERS)
def test_a_minute_belongs_to_the_first_team_that_is_open(at, team, why):
    assert owner(SUN, CALENDARS, at) == team, why


@given(st.integers(0, 400 * 86400), st.integers(1, 30 * 86400))
def test_turns_fill_a_stretch_without_gap_or_overlap(start, seconds):
    """Over both changes of the clocks on both sides of the sea: what one hands over, another takes."""
    begin = utc(2026, 1, 1) + timedelta(seconds=start)
    end = begin + timedelta(seconds=seconds)
    found = list(turns(SUN, CALENDARS, begin, end))
    assert (found[0][1], found[-1][2]) == (begin, end)
    for (one, _, stop), (other, start_of_other, _) in pairwise(found):
        assert stop == start_of_other
        assert one != other
    assert sum(shares(SUN, CALENDARS, [(begin, end)]).values()) == pytest.approx(seconds)


@given(st.integers(0, 400 * 86400))
def test_between_now_and_the_next_hand_over_nothing_changes(start):
    at = utc(2026, 1, 1) + timedelta(seconds=start)
    change = next_change(SUN, CALENDARS, at)
    assert change is not None
    before = change - timedelta(seconds=1)
    assert owner(SUN, CALENDARS, max(before, at)) == owner(SUN, CALENDARS, at)
    assert owner(SUN, CALENDARS, change) != owner(SUN, CALENDARS, at)


def test_a_team_that_is_always_on_hands_over_to_nobody():
    assert next_change((Cover("all"),), {}, utc(2026, 1, 1)) is None


def test_where_nobody_is_on_a_minute_is_nobodys():
    """A configuration that leaves such minutes is refused; the rule says so rather than guess."""
    assert owner((Cover("berlin", "day"),), CALENDARS, utc(2026, 11, 1, 12, 0)) == ""
