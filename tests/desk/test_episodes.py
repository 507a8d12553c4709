"""What is told late, twice and in any order is one alert for each time that it fires: a model says how it must end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.alerts import Severity
from desk.hooks.episodes import LATE, Step, is_newer, step
from desk.hooks.told import Says
from desk.signals import Signal, SignalState

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
F, R, A = Says.FIRING, Says.RESOLVED, Says.ACKNOWLEDGED
MINUTE = timedelta(minutes=1)


def known(state: SignalState, began: datetime | None = NOON, told_at: datetime = NOON) -> Signal:
    return Signal("f", "acme", "t", Severity.HIGH, NOON, "s", state=state, began=began, told_at=told_at)


FIRING, HELD, OVER = (known(state) for state in SignalState)


@pytest.mark.parametrize(
    ("says", "before", "began", "at", "what", "why"),
    [
        (F, None, NOON, NOON, Step.BEGIN, "the first word of it"),
        (F, None, None, NOON, Step.BEGIN, "they need not say since when"),
        (F, FIRING, NOON, NOON, Step.GO_ON, "told again"),
        (F, HELD, NOON, NOON, Step.GO_ON, "told again while it is hidden"),
        (F, OVER, NOON, NOON + MINUTE, Step.NOTHING, "a late copy of what has ended"),
        (F, OVER, NOON - MINUTE, NOON + MINUTE, Step.NOTHING, "a copy of what was before it, later still"),
        (F, OVER, NOON + MINUTE, NOON + MINUTE, Step.BEGIN, "another time"),
        (F, OVER, None, NOON, Step.BEGIN, "without times the order in which it comes is all there is"),
        (F, known(SignalState.OVER, None), NOON, NOON, Step.BEGIN, "the end had no time: nothing says that it is old"),
        (F, OVER, NOON, NOON + LATE, Step.BEGIN, "so late it is no copy: it fires again, with its old start"),
        (F, OVER, NOON, NOON - MINUTE, Step.BEGIN, "our clock was set back: rather once more than never"),
        (R, FIRING, NOON, NOON, Step.END, "its end"),
        (R, HELD, NOON, NOON, Step.END, "the end of what is hidden"),
        (R, FIRING, None, NOON, Step.END, "an end without a time is the end"),
        (R, FIRING, NOON + MINUTE, NOON, Step.END, "of a newer time, whose beginning is still to come"),
        (R, FIRING, NOON - MINUTE, NOON, Step.NOTHING, "of an earlier time: this one still fires"),
        (R, known(SignalState.FIRING, None), NOON - MINUTE, NOON, Step.END, "nothing of theirs to compare with"),
        (R, None, NOON, NOON, Step.REMEMBER, "before its beginning"),
        (R, None, None, NOON, Step.NOTHING, "of something unknown, without a time"),
        (R, OVER, NOON, NOON, Step.NOTHING, "told again"),
        (R, OVER, NOON + MINUTE, NOON, Step.REMEMBER, "of another time, before its beginning"),
        (A, FIRING, None, NOON, Step.TAKE, "somebody has it"),
        (A, HELD, None, NOON, Step.NOTHING, "nothing rings"),
        (A, OVER, None, NOON, Step.NOTHING, "too late"),
        (A, None, None, NOON, Step.NOTHING, "of something unknown"),
    ],
)  # fmt: skip
def test_what_is_done_about_it(says, before, began, at, what, why):
    assert step(says, before, began, at) is what, why


def play(told: list[tuple[Says, datetime]]) -> tuple[Signal | None, int]:
    """What is known after all of it was told within a minute, and how many alerts there were."""
    before: Signal | None = None
    alerts = 0
    for says, began in told:
        what = step(says, before, began, NOON)
        newest = began if before is None or is_newer(began, before) else before.began
        if what in {Step.BEGIN, Step.GO_ON}:
            alerts += what is Step.BEGIN
            before = known(SignalState.FIRING, newest)
        elif what in {Step.END, Step.REMEMBER}:
            before = replace(before or known(SignalState.OVER), state=SignalState.OVER, began=newest)
    return before, alerts


TIMES = [NOON - n * MINUTE for n in (30, 20, 10)]


@st.composite
def deliveries(draw) -> list[tuple[Says, datetime]]:
    """Beginnings and ends of up to three times that it fires, some of them lost, some repeated, in any order."""
    all_ = [(says, began) for began in TIMES[: draw(st.integers(1, 3))] for says in (F, R)]
    kept = draw(st.lists(st.sampled_from(all_), min_size=1, max_size=12))
    return draw(st.permutations(kept))


@given(deliveries())
def test_in_whatever_order_it_comes_the_newest_time_says_whether_it_fires(told):
    """The model: it fires if and only if the newest time that was told of has not been told to be over."""
    after, alerts = play(told)
    newest = max(began for _, began in told)
    assert after is not None
    assert (after.state is SignalState.FIRING) is ((R, newest) not in told)
    assert after.began == newest
    assert alerts <= len({began for _, began in told})


@given(deliveries(), st.data())
def test_telling_it_again_changes_nothing(told, data):
    """A repeated delivery, at any place after the first one."""
    again = data.draw(st.sampled_from(told))
    place = data.draw(st.integers(told.index(again) + 1, len(told)))
    assert play([*told[:place], again, *told[place:]])[0] == play(told)[0]
