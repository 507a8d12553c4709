"""The clock of a promise against a minute walk, and what holds of every clock."""

import json
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from desk.calendars import parse_calendar
from desk.intervals import FOREVER
from desk.sla import (
    Metric,
    Pause,
    Verdict,
    clock_from_json,
    clock_to_json,
    due_at,
    elapsed,
    meet,
    pause,
    reopen,
    resume,
    retarget,
    start,
    verdict,
    warn_at,
)
from tests.desk import minute_walk
from tests.desk.minute_walk import MINUTE

HOUR = 3600


@st.composite
def held(draw):
    """`(form, start, events)`: the events in order of time are `(moment, cause, whether it begins to hold)`."""
    form, begin = draw(minute_walk.cases())
    steps = draw(st.lists(st.tuples(st.integers(0, 600), st.sampled_from(Pause), st.booleans()), max_size=6))
    moment, events = begin, []
    for gap, cause, on in steps:
        moment += gap * MINUTE
        events.append((moment, cause, on))
    return form, begin, events


def play(clock, events):
    for moment, cause, on in events:
        clock = pause(clock, cause, moment) if on else resume(clock, cause, moment)
    return clock


def walked_pauses(events):
    """When any cause holds, worked out with a set, event by event."""
    found, holding, since = [], set(), None
    for moment, cause, on in events:
        before = bool(holding)
        (holding.add if on else holding.discard)(cause)
        if holding and not before:
            since = moment
        elif before and not holding:
            found.append((since, moment))
    return [*found, (since, FOREVER)] if holding else found


# --- against the walk


@given(held(), st.integers(1, 500))
def test_a_held_clock_is_due_where_the_walk_uses_up_its_target(case, budget):
    form, begin, events = case
    clock = play(start(Metric.RESOLUTION, budget * 60, "c", begin, "v1"), events)
    expected = minute_walk.due(form, begin, budget * 60, walked_pauses(events), days=4)
    assume(expected is not None)
    assert due_at(clock, parse_calendar(form)) == expected


@given(held(), st.integers(0, 4000))
def test_the_elapsed_time_is_what_the_walk_counts(case, length):
    form, begin, events = case
    clock = play(start(Metric.RESOLUTION, HOUR, "c", begin, "v1"), events)
    now = begin + length * MINUTE
    assert elapsed(clock, parse_calendar(form), now) == minute_walk.seconds_open(
        form, begin, now, walked_pauses(events)
    )


@given(held(), st.integers(1, 500), st.integers(0, 4000))
def test_an_end_is_judged_by_the_walk_whenever_anybody_looks(case, budget, length):
    form, begin, events = case
    ended = begin + length * MINUTE
    events = [event for event in events if event[0] <= ended]
    calendar = parse_calendar(form)
    clock = meet(play(start(Metric.RESOLUTION, budget * 60, "c", begin, "v1"), events), calendar, ended)
    due = minute_walk.due(form, begin, budget * 60, walked_pauses(events), days=4)
    expected = Verdict.MISSED if due is not None and ended > due else Verdict.MET
    assert {verdict(clock, calendar, ended + days * timedelta(days=1)) for days in (0, 1, 400)} == {expected}


@given(held(), st.integers(1, 500), st.integers(0, 4000), st.integers(1, 1000), st.integers(1, 500))
def test_a_reopened_clock_is_due_when_the_walk_has_used_up_what_was_left(case, budget, worked, away, more):
    form, begin, events = case
    calendar = parse_calendar(form)
    ended = begin + worked * MINUTE
    events = [event for event in events if event[0] <= ended]
    clock = play(start(Metric.RESOLUTION, budget * 60, "c", begin, "v1"), events)
    again = ended + away * MINUTE
    clock = reopen(meet(clock, calendar, ended), calendar, again)
    holds = [(a, min(b, ended)) for a, b in walked_pauses(events)]
    due = minute_walk.due(form, begin, budget * 60, [*holds, (ended, again)], days=5)
    assume(due is not None)
    assert due_at(clock, calendar) == due
    late = verdict(meet(clock, calendar, again + more * MINUTE), calendar, again) is Verdict.MISSED
    assert late == (again + more * MINUTE > due)


# --- properties


REGULAR = held().filter(minute_walk.opens_weekly)


@given(REGULAR, st.integers(1, 50_000), st.integers(1, 50_000))
def test_a_larger_target_is_never_due_earlier_and_a_warning_never_after_the_due_time(case, one, other):
    form, begin, events = case
    calendar = parse_calendar(form)
    low, high = sorted((one, other))
    clock = play(start(Metric.RESOLUTION, low, "c", begin, "v1"), events)
    due, later = due_at(clock, calendar), due_at(retarget(clock, high, "v2", begin), calendar)
    assert later is None or (due is not None and due <= later)
    assert due is None or begin <= warn_at(clock, calendar, 0.5) <= warn_at(clock, calendar, 0.9) <= due


@given(REGULAR, st.integers(1, 50_000), st.integers(0, 4000), st.integers(0, 4000))
def test_another_hold_never_makes_a_clock_due_earlier(case, budget, gap, length):
    form, begin, events = case
    calendar = parse_calendar(form)
    clock = play(start(Metric.RESOLUTION, budget, "c", begin, "v1"), events)
    since = (events[-1][0] if events else begin) + gap * MINUTE
    more = resume(pause(clock, Pause.WAITING_CUSTOMER, since), Pause.WAITING_CUSTOMER, since + length * MINUTE)
    assume(not {event[1] for event in events if event[2]} & {Pause.WAITING_CUSTOMER})
    before, after = due_at(clock, calendar), due_at(more, calendar)
    assert before is after is None or before <= after


@given(REGULAR, st.integers(1, 50_000), st.lists(st.integers(0, 10_000), min_size=2, max_size=5))
def test_time_only_makes_it_worse_the_elapsed_time_grows_and_a_miss_stays_a_miss(case, budget, looks):
    form, begin, events = case
    calendar = parse_calendar(form)
    clock = play(start(Metric.RESOLUTION, budget, "c", begin, "v1"), events)
    moments = [begin + minute * MINUTE for minute in sorted(looks)]
    spent = [elapsed(clock, calendar, moment) for moment in moments]
    missed = [verdict(clock, calendar, moment) is Verdict.MISSED for moment in moments]
    assert spent == sorted(spent)
    assert missed == sorted(missed)
    due = due_at(clock, calendar)
    assert missed == [due is not None and moment > due for moment in moments]


@given(held(), st.booleans(), st.booleans())
def test_a_clock_comes_back_from_json_as_it_was(case, ended, again):
    form, begin, events = case
    calendar, later = parse_calendar(form), begin + timedelta(days=9)
    clock = retarget(play(start(Metric.RESOLUTION, 60, "c", begin, "v1"), events), 90, "v2", later)
    clock = meet(clock, calendar, later) if ended else clock
    clock = reopen(clock, calendar, later + MINUTE) if again else clock
    assert clock_from_json(json.loads(json.dumps(clock_to_json(clock)))) == clock
