"""Escalation paths: when each step's time is, how often all are gone through, and when one is passed over."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists

from desk.paths import Hours, Many, Step, due_at, passed_over, step_at

START = datetime(2026, 11, 2, 21, 30, tzinfo=UTC)  # 22:30 in Berlin
NIGHT = Hours(time(22), time(6), "Europe/Berlin")
DAY = Hours(time(8), time(18), "Europe/Berlin")


@given(lists(integers(0, 3600), min_size=1, max_size=5), integers(1, 4), integers(3601, 7200))
def test_the_steps_of_all_rounds_follow_each_other(delays, times, again):
    """Each round begins `again` after the one before, and after the last there is nothing."""
    steps = tuple(Step(after, f"person:{n}") for n, after in enumerate(sorted(delays)))
    dues = [due_at(steps, again, START, taken) for taken in range(times * len(steps))]
    assert dues == sorted(dues)
    assert [step_at(steps, times, taken) for taken in range(times * len(steps))] == list(steps) * times
    assert step_at(steps, times, times * len(steps)) is None


def test_a_path_without_steps_is_at_its_end():
    assert step_at((), 3, 0) is None


@pytest.mark.parametrize(
    ("step", "begun", "reason", "why"),
    [
        (Step(0, "person:ben"), 0, "", "no condition"),
        (Step(0, "person:ben", only=NIGHT), 0, "", "half past ten is night, past midnight included"),
        (Step(0, "person:ben", only=DAY), 0, "08:00-18:00", "and no day"),
        (Step(0, "person:ben", many=Many(5, 600)), 6, "", "more than five"),
        (Step(0, "person:ben", many=Many(5, 600)), 5, "there were 5", "five are not more than five"),
    ],
)
def test_a_step_is_passed_over_where_its_condition_does_not_hold(step, begun, reason, why):
    said = passed_over(step, START, begun)
    assert (reason in said) if reason else said == "", why


@pytest.mark.parametrize(
    ("at", "holds", "why"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True, "02:30 summer time, the first of two"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True, "02:30 again, an hour later"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), False, "03:00, the hour from two to three does not exist"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), False, "01:59"),
    ],
)
def test_hours_are_those_of_the_wall_also_when_it_is_set(at, holds, why):
    assert Hours(time(2), time(3), "Europe/Berlin").hold(at) is holds, why


def test_a_step_takes_its_delay_from_the_first_call():
    steps = (Step(0, "person:a"), Step(600, "person:b"))
    assert due_at(steps, 3600, START, 3) == START + timedelta(seconds=4200)
