"""The promises of a ticket through all that can happen to it, against somebody who counts the minutes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desk.sla import Metric, Pause, Verdict
from desk.tickets import UNRESOLVED, Priority, State
from tests.desk import minute_walk
from tests.desk.promise_walk import FIRST, SOLUTION, Lives

OFFICE = {"tz": "UTC", "weekly": {d: [["09:00", "17:00"]] for d in minute_walk.WEEKDAYS[:5]}}
DAY = 24 * 60


def unresolved(machine):
    return machine.lives.ticket.state in UNRESOLVED


def alive(machine):
    return machine.lives.ticket.state is not State.MERGED


class Lifetimes(RuleBasedStateMachine):
    @initialize(case=minute_walk.cases().filter(minute_walk.opens_weekly), on_behalf=st.booleans())
    def opened(self, case, on_behalf):
        self.lives = Lives(*case, on_behalf=on_behalf)

    @rule(minutes=st.integers(1, 400))
    def wait(self, minutes):
        self.lives.wait(minutes)

    @precondition(alive)
    @rule()
    def staff_reply(self):
        self.lives.staff_reply()

    @precondition(alive)
    @rule()
    def requester_writes(self):
        self.lives.requester_writes()

    @precondition(unresolved)
    @rule(cause=st.sampled_from(Pause))
    def hold_or_release(self, cause):
        (self.lives.release if cause in self.lives.causes else self.lives.hold)(cause)

    @precondition(lambda self: self.lives.causes)
    @rule()
    def wake(self):
        self.lives.release(*self.lives.causes)

    @precondition(alive)
    @rule(priority=st.sampled_from(Priority), category=st.sampled_from(["", "disk"]))
    def reprioritise(self, priority, category):
        self.lives.make(priority=priority, category=category)

    @precondition(alive)
    @rule(policy=st.sampled_from(["full", "lean"]))
    def adopt(self, policy):
        self.lives.adopt(policy)

    @precondition(unresolved)
    @rule(by=st.sampled_from(["ann", "ben"]))
    def resolve(self, by):
        self.lives.resolve(by)

    @precondition(lambda self: self.lives.ticket.state is State.RESOLVED)
    @rule()
    def reopen(self):
        self.lives.reopen()

    @precondition(unresolved)
    @rule(sure=st.integers(0, 3))
    def merge(self, sure):
        """Seldom: nothing comes after it."""
        if sure == 3:
            self.lives.merge()

    @invariant()
    def both_say_the_same(self):
        if hasattr(self, "lives"):
            self.lives.check()

    def teardown(self):
        if hasattr(self, "lives"):
            self.lives.look_ahead()


Lifetimes.TestCase.settings = settings(max_examples=settings.default.max_examples // 3, stateful_step_count=25)
TestLifetimes = Lifetimes.TestCase


def live(lives, *steps):
    """Each step is how many minutes pass, or what happens then; after each of them both say the same."""
    for step in steps:
        if isinstance(step, int):
            lives.wait(step)
        else:
            what, *args = step
            getattr(lives, what)(*args)
        lives.check()
    lives.look_ahead()
    return lives


def told(lives, metric):
    return [lives.told(each) for each in lives.walked if each.metric is metric]


ALL_DAY = {day: [["00:00", "24:00"]] for day in minute_walk.WEEKDAYS}
NIGHTS = {day: [["22:00", "06:00"]] for day in minute_walk.WEEKDAYS}
TURNS = [
    ("Europe/Berlin", "2026-03-29T01:00"), ("Europe/Berlin", "2026-10-25T01:00"),
    ("Europe/London", "2026-03-29T01:00"), ("Europe/London", "2026-10-25T01:00"),
    ("America/New_York", "2026-03-08T07:00"), ("America/New_York", "2026-11-01T06:00"),
    ("America/Santiago", "2026-04-05T03:00"), ("America/Santiago", "2026-09-06T04:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"), ("Australia/Lord_Howe", "2026-10-03T15:30"),
]  # fmt: skip


@pytest.mark.parametrize("weekly", [ALL_DAY, NIGHTS], ids=["all day", "at night"])
@pytest.mark.parametrize(("zone", "turn"), TURNS)
def test_the_clocks_are_set_while_a_ticket_runs_is_held_and_is_reopened(zone, turn, weekly):
    """Both ways in five zones; the events lie on both sides of the instant and on it."""
    begin = datetime.fromisoformat(turn).replace(tzinfo=UTC) - timedelta(minutes=150)
    live(
        Lives({"tz": zone, "weekly": weekly}, begin), 30, ("staff_reply",), 60, ("hold", Pause.WAITING_VENDOR), 60,
        ("requester_writes",), 20, ("release", Pause.WAITING_VENDOR), 15, ("staff_reply",), 90, ("resolve", "ben"), 45,
        ("requester_writes",), 200, ("staff_reply",), 600,
    )  # fmt: skip


def test_a_leap_day_is_a_day_like_any_other():
    lives = live(Lives(OFFICE, datetime(2028, 2, 28, 14, tzinfo=UTC)), 120, ("staff_reply",), DAY, ("resolve", "ben"))
    (solution,) = (each for each in lives.walked if each.metric is SOLUTION)
    assert len(solution.used) == 180 + 420, "the rest of Monday, and Tuesday the 29th until four"


def test_a_date_that_a_country_left_out_counts_nothing():
    """Samoa went from the 29th to the 31st of December 2011."""
    form = {"tz": "Pacific/Apia", "weekly": ALL_DAY, "date_overrides": {"2011-12-30": [["00:00", "24:00"]]}}
    live(
        Lives(form, datetime(2011, 12, 30, 8, tzinfo=UTC)), 60, ("staff_reply",), 90, ("hold", Pause.WAITING_CHANGE),
        60, ("release", Pause.WAITING_CHANGE), ("requester_writes",), 300,
    )  # fmt: skip


def test_a_wait_of_fourteen_months_uses_nothing_up():
    lives = live(Lives(OFFICE, datetime(2026, 1, 5, 9, tzinfo=UTC)), 10, ("staff_reply",), 10)
    live(lives, ("hold", Pause.WAITING_CUSTOMER), 427 * DAY, ("requester_writes",), 30, ("staff_reply",), 430)
    assert told(lives, SOLUTION) == [Verdict.RUNNING], "its eight hours are over at this instant"
    live(lives, 1)
    assert told(lives, SOLUTION) == [Verdict.MISSED]


def test_a_priority_that_changes_in_a_wait_counts_from_the_start_of_the_clock():
    lives = live(
        Lives(OFFICE, datetime(2026, 6, 1, 9, tzinfo=UTC)), 60, ("staff_reply",), 240,
        ("hold", Pause.WAITING_VENDOR), 30,
    )  # fmt: skip
    lives.make(priority=Priority.P1)
    lives.check()
    assert told(lives, SOLUTION) == [Verdict.MISSED], "four hours, and five had run"
    lives.make(priority=Priority.P3)
    live(lives, 60, ("release", Pause.WAITING_VENDOR), 60)
    assert told(lives, SOLUTION) == [Verdict.RUNNING]


def test_a_miss_stays_one_when_it_is_reopened():
    lives = live(Lives(OFFICE, datetime(2026, 6, 1, 9, tzinfo=UTC)), 2 * DAY, ("resolve", "ben"), 30, ("reopen",))
    lives.make(priority=Priority.P4)
    live(lives, 30, ("resolve", "ben"))
    assert (told(lives, FIRST), told(lives, SOLUTION)) == ([Verdict.MISSED], [Verdict.MISSED])


def test_the_walker_notices_an_interval_that_is_wrong():
    """Of each promise that a hold concerns: a hold that ends a minute early is another number."""
    lives = live(
        Lives(OFFICE, datetime(2026, 6, 1, 9, tzinfo=UTC)), 10, ("staff_reply",), 20,
        ("hold", Pause.WAITING_VENDOR), 30, ("release", Pause.WAITING_VENDOR), 10,
    )  # fmt: skip
    for at, clock in enumerate(lives.ticket.clocks):
        if clock.pauses:
            (hold,) = clock.pauses
            wrong = replace(clock, pauses=(replace(hold, end=hold.end - timedelta(minutes=1)),))
            clocks = (*lives.ticket.clocks[:at], wrong, *lives.ticket.clocks[at + 1 :])
            kept, lives.ticket = lives.ticket, replace(lives.ticket, clocks=clocks)
            with pytest.raises(AssertionError):
                lives.check()
            lives.ticket = kept
    assert {clock.metric for clock in lives.ticket.clocks if clock.pauses} == {Metric.PERIODIC_UPDATE, SOLUTION}
