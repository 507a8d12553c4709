"""Who is told of a broken promise and when, and when somebody is reminded at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.breaches import Breach, acknowledged, climbs
from desk.hours import ALWAYS, Calendar, intersect
from desk.paths import Path, Step
from desk.reminding import EPOCH, is_always, quarter, reminded_at

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PATH = Path("usual", (Step(0, "oncall:desk"), Step(600, "team:desk"), Step(1800, "person:rosa")), repeat=1800)
LATE = Breach(17, "acme", "first_response", AT)
OFFICE = Calendar("Europe/Berlin", dict.fromkeys(range(5), ((9 * 3600, 17 * 3600),)))


def minutes(count):
    return AT + timedelta(minutes=count)


TOLD = [
    # told so far, minutes after it was due: who is told, how often then, when next (minutes)
    (0, 0, ("oncall:desk",), 1, 10),
    (1, 5, (), 1, 10),
    (1, 10, ("team:desk",), 2, 30),
    (2, 30, ("person:rosa",), 3, 60),
    (3, 60, ("person:rosa",), 4, 90),
    (0, 31, ("oncall:desk", "team:desk", "person:rosa"), 3, 60),  # asleep meanwhile: each step once
    (3, 200, ("person:rosa",), 8, 210),  # of the repetitions that were slept through only one
]


@pytest.mark.parametrize(("step", "after", "targets", "then", "again"), TOLD)
def test_the_path_is_told_in_its_order_and_its_last_step_again_and_again(step, after, targets, then, again):
    breach = Breach(17, "acme", "first_response", AT, step)
    assert climbs(PATH, breach, minutes(after)) == (targets, then, minutes(again))


def test_nobody_is_told_once_somebody_has_it():
    assert climbs(PATH, acknowledged(LATE, "ben", AT), minutes(500)) == ((), 0, None)


def test_the_first_who_says_so_has_it():
    assert acknowledged(acknowledged(LATE, "ben", AT), "mia", minutes(1)).acked_by == "ben"


def test_a_path_that_does_not_repeat_ends_with_its_last_step():
    once = Path("once", PATH.steps)
    assert climbs(once, Breach(17, "acme", "resolution", AT, 2), minutes(30)) == (("person:rosa",), 3, None)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=20))
def test_however_often_one_looks_nobody_is_told_twice_of_a_step(looks):
    """At whatever times the clock comes by; each step is told once, none before its time."""
    breach, told = LATE, []
    for look in sorted(looks):
        targets, step, again = climbs(PATH, breach, minutes(look))
        told += targets
        breach = Breach(17, "acme", "first_response", AT, step)
        assert again is None or again > minutes(look)
    assert told.count("oncall:desk") == 1
    assert told.count("team:desk") <= 1


REMINDED = [
    # now, the person's hours, the promise's, when they hear of it, why
    (AT, OFFICE, OFFICE, AT, "inside their hours"),
    (AT, None, OFFICE, AT, "somebody without hours of their own"),
    (minutes(9 * 60), OFFICE, OFFICE, datetime(2026, 11, 3, 8, 0, tzinfo=UTC), "in the evening: the next morning"),
    (minutes(9 * 60), OFFICE, ALWAYS, minutes(9 * 60), "a promise around the clock keeps no hours"),
    (datetime(2026, 11, 7, 9, 0, tzinfo=UTC), OFFICE, OFFICE, datetime(2026, 11, 9, 8, 0, tzinfo=UTC), "on a Saturday"),
]


@pytest.mark.parametrize(("now", "hours", "promise", "then", "why"), REMINDED)
def test_people_are_reminded_inside_their_own_hours(now, hours, promise, then, why):
    assert reminded_at(now, hours, promise) == then, why


ALWAYS_OPEN = [
    (ALWAYS, True),
    (intersect(ALWAYS, ALWAYS), True),
    (intersect(ALWAYS, OFFICE), False),
    (OFFICE, False),
    (Calendar("UTC", dict.fromkeys(range(7), ((0, 86400),)), holidays=frozenset({AT.date()})), False),
]


@pytest.mark.parametrize(("hours", "always"), ALWAYS_OPEN)
def test_around_the_clock_is_every_day_without_exception(hours, always):
    assert is_always(hours) is always


@given(st.datetimes(timezones=st.just(UTC), min_value=EPOCH.replace(tzinfo=None)))
def test_a_quarter_holds_its_instant(at):
    start = quarter(at)
    assert start <= at < start + timedelta(minutes=15)
    assert quarter(start) == start
