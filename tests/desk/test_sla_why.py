"""The explanation of a due time: complete, readable, and made of the same values as the verdict."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.calendars import ALWAYS, parse_calendar
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
)
from desk.why import Kind, why
from tests.desk import minute_walk
from tests.desk.minute_walk import MINUTE

WEEK = {d: [["09:00", "17:00"]] for d in minute_walk.WEEKDAYS[:5]}
OFFICE = parse_calendar({"tz": "UTC", "weekly": WEEK})
CUSTOMER, VENDOR = Pause.WAITING_CUSTOMER, Pause.WAITING_VENDOR
HOUR = 3600


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def shown(explanation):
    """The rows as a person reads them: from, to, kind, minutes, note."""
    return [
        (f"{r.start:%m-%d %H:%M}", f"{r.end:%m-%d %H:%M}", r.kind.value, round(r.seconds / 60), r.note)
        for r in explanation.rows
    ]


@st.composite
def lives(draw):
    """`(calendar, clock, now)`: a clock that was held, changed, ended and reopened in any order."""
    form, moment = draw(minute_walk.cases().filter(minute_walk.opens_weekly))
    calendar = parse_calendar(form)
    clock = start(Metric.RESOLUTION, draw(st.integers(1, 90_000)), "c", moment, "v1")
    for _ in range(draw(st.integers(0, 6))):
        moment += draw(st.integers(0, 900)) * MINUTE
        cause = draw(st.sampled_from(Pause))
        clock = draw(
            st.sampled_from(
                [
                    pause(clock, cause, moment),
                    resume(clock, cause, moment),
                    retarget(clock, clock.target + 600, clock.policy + "+", moment),
                    meet(clock, calendar, moment),
                    reopen(clock, calendar, moment),
                ]
            )
        )
    return calendar, clock, moment + draw(st.integers(0, 3000)) * MINUTE


@given(lives())
def test_the_counted_rows_are_the_target_once_it_is_due_and_else_what_has_elapsed(life):
    calendar, clock, now = life
    found = why(clock, calendar, now)
    counted = sum(row.seconds for row in found.rows if row.kind is Kind.COUNTED)
    assert counted == found.total
    assert found.due_at == due_at(replace(clock, met_at=None), calendar)
    until = clock.met_at or max(found.due_at or clock.started_at, now)
    if found.due_at is not None and found.due_at <= until:
        assert counted == clock.target
    else:
        assert counted == elapsed(clock, calendar, now)


@given(lives())
def test_the_rows_follow_one_another_without_a_gap_and_cover_the_clocks_life(life):
    calendar, clock, now = life
    found = why(clock, calendar, now)
    stretches = [row for row in found.rows if row.kind not in {Kind.CHANGED, Kind.CLOCKS}]
    ends = [clock.started_at, *(row.end for row in stretches)]
    assert [row.start for row in stretches] == ends[:-1]
    assert ends[-1] == (clock.met_at or max(found.due_at or clock.started_at, now))


@given(lives())
def test_the_explanation_has_the_verdict_and_its_late_row_shows_a_miss(life):
    calendar, clock, now = life
    found = why(clock, calendar, now)
    assert found.verdict is verdict(clock, calendar, now)
    late = any(row.kind is Kind.OVER for row in found.rows)
    if late:
        assert found.verdict is Verdict.MISSED
    elif found.verdict is Verdict.MISSED:
        assert clock.missed, "missed before it was reopened or changed"


@given(lives(), st.integers(1, 5000))
def test_a_changed_interval_moves_due_time_verdict_and_explanation_together(life, longer):
    calendar, clock, now = life
    clock = replace(clock, met_at=None, missed=False)
    since = clock.started_at
    changed = resume(pause(replace(clock, pauses=()), CUSTOMER, since), CUSTOMER, since + longer * MINUTE)
    for one in (replace(clock, pauses=()), changed):
        found = why(one, calendar, now)
        assert found.due_at == due_at(one, calendar)
        assert (found.verdict is Verdict.MISSED) == (now > found.due_at)
        assert max(row.end for row in found.rows) == max(now, found.due_at)
        assert found.total == one.target


def test_a_wrong_interval_in_the_ledger_shows_in_due_time_verdict_and_rows():
    clock = resume(pause(start(Metric.RESOLUTION, HOUR, "c", at("06-05T10:00"), "v1"), CUSTOMER, at("06-05T10:30")),
                   CUSTOMER, at("06-05T12:00"))  # fmt: skip
    moved = replace(clock, pauses=(replace(clock.pauses[0], end=at("06-05T11:00")),))
    now = at("06-05T12:15")
    assert (why(clock, OFFICE, now).due_at, verdict(clock, OFFICE, now)) == (at("06-05T12:30"), Verdict.RUNNING)
    assert (why(moved, OFFICE, now).due_at, verdict(moved, OFFICE, now)) == (at("06-05T11:30"), Verdict.MISSED)
    assert why(moved, OFFICE, now).verdict is Verdict.MISSED
    assert [row.end for row in why(moved, OFFICE, now).rows] == [
        at("06-05T10:30"), at("06-05T11:00"), at("06-05T11:30"), now,
    ]  # fmt: skip


def test_counted_closed_and_holiday_stretches_read_as_people_would_say_them():
    calendar = parse_calendar({"tz": "UTC", "weekly": WEEK, "holidays": {"2026-05-25": "Whit Monday"}})
    clock = start(Metric.RESOLUTION, 10 * HOUR, "c", at("05-21T16:00"), "v1")
    assert shown(why(clock, calendar, at("05-21T16:30"))) == [
        ("05-21 16:00", "05-21 17:00", "counted", 60, ""),
        ("05-21 17:00", "05-22 09:00", "closed", 0, ""),
        ("05-22 09:00", "05-22 17:00", "counted", 480, ""),
        ("05-22 17:00", "05-26 09:00", "holiday", 0, "Mon 25 May: Whit Monday"),
        ("05-26 09:00", "05-26 10:00", "counted", 60, ""),
    ]


def test_holds_changes_and_reopening_have_rows_of_their_own():
    clock = start(Metric.RESOLUTION, HOUR, "c", at("06-05T10:00"), "v1")
    clock = pause(pause(clock, CUSTOMER, at("06-05T10:10")), VENDOR, at("06-05T10:20"))
    clock = resume(resume(clock, CUSTOMER, at("06-05T10:30")), VENDOR, at("06-05T10:40"))
    clock = retarget(clock, 90 * 60, "v2", at("06-05T10:45"))
    clock = reopen(meet(clock, OFFICE, at("06-05T10:50")), OFFICE, at("06-05T11:30"))
    clock = retarget(clock, 90 * 60, "v3", at("06-05T11:40"))
    assert shown(why(clock, OFFICE, at("06-05T13:00"))) == [
        ("06-05 10:00", "06-05 10:10", "counted", 10, ""),
        ("06-05 10:10", "06-05 10:20", "paused", 10, "waiting for the customer"),
        ("06-05 10:20", "06-05 10:30", "paused", 10, "waiting for the customer and waiting for the vendor"),
        ("06-05 10:30", "06-05 10:40", "paused", 10, "waiting for the vendor"),
        ("06-05 10:40", "06-05 10:50", "counted", 10, ""),
        ("06-05 10:45", "06-05 10:45", "changed", 0, "target 1 h → 1 h 30 min (policy v1 → v2)"),
        ("06-05 10:50", "06-05 11:30", "stopped", 40, "solved, then reopened"),
        ("06-05 11:30", "06-05 12:40", "counted", 70, ""),
        ("06-05 11:40", "06-05 11:40", "changed", 0, "policy v2 → v3"),
        ("06-05 12:40", "06-05 13:00", "over", 20, "after it was due"),
    ]


DIGEST = "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab"


@pytest.mark.parametrize(
    ("target", "policy", "hours", "why_", "note", "reason"),
    [
        (HOUR // 2, "v1", "office", "P3 → P1", "target 1 h → 30 min (P3 → P1)", "a priority"),
        (HOUR // 2, "v2", "office", "disk → mail", "target 1 h → 30 min (disk → mail)", "a category"),
        (2 * HOUR, "v2", "office", "", "target 1 h → 2 h (policy v1 → v2)", "another contract"),
        (HOUR, "v2", "always", "", "opening hours office → always (policy v1 → v2)", "another calendar"),
        (2 * HOUR, "v2", "always", "", "target 1 h → 2 h, opening hours office → always (policy v1 → v2)", "both"),
        (HOUR, DIGEST, "office", "", "policy v1 → 9c56cc51", "of a digest the beginning is enough"),
    ],
)
def test_a_change_says_what_was_changed_and_why(target, policy, hours, why_, note, reason):
    clock = start(Metric.RESOLUTION, HOUR, "office", at("06-05T10:00"), "v1")
    changed = retarget(clock, target, policy, at("06-05T10:10"), hours, why_)
    assert ("06-05 10:10", "06-05 10:10", "changed", 0, note) in shown(why(changed, OFFICE, at("06-05T10:20"))), reason
    assert (changed.calendar, clock_from_json(clock_to_json(changed))) == (hours, changed)


def test_a_change_that_was_stored_before_it_named_its_calendar_is_read():
    stored = clock_to_json(start(Metric.RESOLUTION, HOUR, "office", at("06-05T10:00"), "v2"))
    clock = clock_from_json(stored | {"changes": [["2026-06-05T10:10:00+00:00", 1800, "v1"]]})
    assert shown(why(clock, OFFICE, at("06-05T10:20")))[1][4] == "target 30 min → 1 h (policy v1 → v2)"


def test_a_hold_over_a_night_is_one_row_that_says_how_much_of_it_was_open():
    clock = start(Metric.RESOLUTION, 2 * HOUR, "c", at("06-04T16:00"), "v1")
    clock = resume(pause(clock, CUSTOMER, at("06-04T16:30")), CUSTOMER, at("06-05T09:30"))
    assert shown(why(clock, OFFICE, at("06-05T10:00")))[1] == (
        "06-04 16:30", "06-05 09:30", "paused", 60, "waiting for the customer",
    )  # fmt: skip


def test_the_verdict_is_that_of_now_even_while_a_hold_lasts_whose_end_is_known():
    clock = pause(start(Metric.RESOLUTION, HOUR, "c", at("06-05T10:00"), "v1"), VENDOR, at("06-05T10:30"))
    clock = resume(clock, VENDOR, at("06-05T11:00"))
    found = why(clock, OFFICE, at("06-05T10:45"))
    assert (found.due_at, found.verdict) == (at("06-05T11:30"), Verdict.PAUSED)


def test_a_held_clock_is_explained_up_to_now_without_a_due_time():
    clock = pause(start(Metric.RESOLUTION, HOUR, "c", at("06-05T10:00"), "v1"), VENDOR, at("06-05T10:30"))
    found = why(clock, OFFICE, at("06-05T11:00"))
    assert (found.due_at, found.total, found.verdict) == (None, 1800, Verdict.PAUSED)
    assert shown(found)[-1] == ("06-05 10:30", "06-05 11:00", "paused", 30, "waiting for the vendor")


@pytest.mark.parametrize(
    ("begin", "row"),
    [
        ("03-29T00:30", ("03-29 01:00", "03-29 01:00", "clocks", 0, "the clocks go forward by 1 h")),
        ("10-25T00:30", ("10-25 01:00", "10-25 01:00", "clocks", 0, "the clocks go back by 1 h")),
    ],
)
def test_setting_the_clocks_is_a_row(begin, row):
    everyday = parse_calendar(
        {"tz": "Europe/Berlin", "weekly": {d: [["00:00", "24:00"]] for d in minute_walk.WEEKDAYS}}
    )
    clock = start(Metric.RESOLUTION, 2 * HOUR, "c", at(begin), "v1")
    assert row in shown(why(clock, everyday, at(begin)))


def test_time_around_the_clock_is_one_row_even_over_the_turn_of_a_month():
    clock = start(Metric.RESOLUTION, 48 * HOUR, "c", at("05-31T00:00"), "v1")
    assert shown(why(clock, ALWAYS, at("05-31T00:00"))) == [("05-31 00:00", "06-02 00:00", "counted", 2880, "")]
