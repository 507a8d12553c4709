"""Another target or calendar on what has happened: the past is judged anew, and nothing of it is changed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk import sla
from desk.hours import ALWAYS, Calendar
from desk.simulation import judged, trial
from desk.sla import Metric, Pause, Verdict

START = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)  # the Friday before the clocks go forward
OFFICE = Calendar("Europe/Berlin", dict.fromkeys(range(5), ((9 * 3600, 17 * 3600),)))
HOURS = {"office": OFFICE, "always": ALWAYS}
TARGETS = st.integers(60, 40 * 3600)


@st.composite
def clocks(draw):
    """A solution's clock as a ticket leaves it: held and let go, ended, reopened and ended again."""
    at, name = START, draw(st.sampled_from(sorted(HOURS)))
    clock = sla.start(Metric.RESOLUTION, draw(TARGETS), name, at, "v1")
    for _ in range(draw(st.integers(0, 6))):
        at += timedelta(seconds=draw(st.integers(1, 86_400)))
        happens = draw(st.sampled_from(["hold", "go on", "end", "reopen"]))
        if happens == "hold":
            clock = sla.pause(clock, Pause.WAITING_CUSTOMER, at)
        elif happens == "go on":
            clock = sla.resume(clock, Pause.WAITING_CUSTOMER, at)
        elif happens == "end":
            clock = sla.meet(clock, HOURS[name], at)
        else:
            clock = sla.reopen(clock, HOURS[name], at)
    return clock, at + timedelta(seconds=draw(st.integers(0, 86_400)))


@given(clocks())
def test_what_was_promised_gives_the_verdict_that_there_was(drawn):
    clock, now = drawn
    hours = HOURS[clock.calendar]
    assert judged(clock, hours, clock.target, now) is sla.verdict(clock, hours, now)


@given(st.lists(clocks(), max_size=4), TARGETS)
def test_a_longer_target_loses_nothing_and_a_shorter_one_wins_nothing(drawn, target):
    found = [(n, "P1", clock) for n, (clock, _) in enumerate(drawn)]
    now = max((now for _, now in drawn), default=START)
    result = trial(found, HOURS, None, {"P1": target}, now)
    by_number = {n: clock for n, _, clock in found}
    assert all(by_number[n].target > target for n in result.lost)
    assert all(by_number[n].target < target for n in result.won)
    assert result.was.judged + result.was.open == result.would_be.judged + result.would_be.open == len(found)


@given(st.lists(clocks(), max_size=4))
def test_another_priority_s_target_moves_nothing(drawn):
    found = [(n, "P1", clock) for n, (clock, _) in enumerate(drawn)]
    now = max((now for _, now in drawn), default=START)
    result = trial(found, HOURS, None, {"P4": 60}, now)
    assert (result.lost, result.won, result.was) == ((), (), result.would_be)


def test_other_hours_judge_the_same_night_otherwise():
    """Opened Friday at five to five in Berlin, solved on Monday at 9:10: fifteen open minutes, or a whole weekend."""
    opened = datetime(2026, 3, 27, 15, 55, tzinfo=UTC)
    clock = sla.meet(sla.start(Metric.RESOLUTION, 3600, "office", opened, "v1"), OFFICE,
                     datetime(2026, 3, 30, 7, 10, tzinfo=UTC))  # fmt: skip
    result = trial([(17, "P2", clock)], HOURS, ALWAYS, {}, START + timedelta(days=9))
    assert (result.was.met, result.would_be.met, result.lost) == (1, 0, (17,))
    assert judged(clock, OFFICE, 14 * 60, START) is Verdict.MISSED
