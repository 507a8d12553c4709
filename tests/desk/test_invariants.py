"""What must hold: each fact for itself, at its limit and beyond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.invariants import Facts, Limits, judge


@pytest.mark.parametrize(
    ("facts", "name", "sentence"),
    [
        (Facts(last_poll=91), "last_poll", "nothing was polled for 91 s"),
        (
            Facts(oldest_undelivered_post=101.4), "oldest_undelivered_post",
            "a message has waited for 101 s to be delivered",
        ),
        (Facts(oldest_overdue_deadline=61), "oldest_overdue_deadline", "a deadline is 61 s overdue"),
        (Facts(oldest_unsealed_entry=61), "oldest_unsealed_entry", "the record was not sealed for 61 s"),
        (Facts(tampered="entry 3 is gone"), "record", "the record is not as it was sealed: entry 3 is gone"),
        (
            Facts(disk_free=199_999_999), "disk",
            "199 MB are free under the data folder, 200 MB are needed",
        ),
        (Facts(clock_step=-3600), "clock", "the clock was moved by -3600 s"),
        (Facts(clock_offset=5.6), "clock", "the clock is 6 s ahead of its reference"),
        (Facts(clock_offset=-60), "clock", "the clock is 60 s behind its reference"),
        (Facts(canaries={"slack": 91.0}), "canary slack", "no message of ours could be read back on slack for 91 s"),
        (Facts(blind=12), "blind", "no reference answers, so our own network has been down for 12 s"),
        (Facts(paused=("slack",)), "paused slack", "slack refuses what we send"),
        (Facts(disconnected=("discord",)), "disconnected discord", "discord is not connected"),
    ],
)  # fmt: skip
def test_what_is_over_its_limit_is_broken_and_says_what_was_seen(facts, name, sentence):
    assert [(each.name, each.sentence) for each in judge(facts, Limits())] == [(name, sentence)]


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),  # nothing is known yet: what is not known breaks nothing
        Facts(90, 100, 60, 60, disk_free=200_000_000, clock_step=5, canaries={"webchat": 90}),  # just in time
        Facts(clock_step=3600, clock_offset=0.4),  # a clock that was set right is right
    ],
)
def test_what_is_within_its_limit_holds(facts):
    assert judge(facts, Limits()) == ()


def test_each_that_is_broken_is_told_in_a_fixed_order():
    """What stands still first, then the machine, then the platforms by name."""
    facts = Facts(paused=("a",), canaries={"b": 500, "a": 500}, disk_free=0, oldest_overdue_deadline=500, last_poll=500)
    names = [each.name for each in judge(facts, Limits())]
    assert names == ["last_poll", "oldest_overdue_deadline", "disk", "canary a", "canary b", "paused a"]


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_what_grows_older_never_becomes_well(age, more):
    early, late = (judge(Facts(last_poll=a, canaries={"x": a}), Limits()) for a in (age, age + more))
    assert {each.name for each in early} <= {each.name for each in late}
