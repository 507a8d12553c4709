"""The clock of a promise, rule by rule."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from desk.calendars import ALWAYS, NoOpenTime, parse_calendar
from desk.intervals import FOREVER
from desk.sla import (
    Change,
    Clock,
    Metric,
    Pause,
    Verdict,
    causes,
    clock_from_json,
    clock_to_json,
    due_at,
    elapsed,
    meet,
    merge_away,
    pause,
    reopen,
    resume,
    retarget,
    running,
    settle,
    start,
    verdict,
    warn_at,
)
from tests.desk import minute_walk

OFFICE = parse_calendar({"tz": "UTC", "weekly": {d: [["09:00", "17:00"]] for d in minute_walk.WEEKDAYS[:5]}})
CUSTOMER, VENDOR = Pause.WAITING_CUSTOMER, Pause.WAITING_VENDOR
HOUR = 3600


def at(text):
    return datetime.fromisoformat(f"2026-06-{text}").replace(tzinfo=UTC)


def resolution(begin="05 10:00", target=HOUR):
    return start(Metric.RESOLUTION, target, "office", at(begin), "v1")


def test_a_target_used_up_at_closing_time_is_due_at_closing_time():
    assert due_at(resolution("05 09:00", 8 * HOUR), OFFICE) == at("05 17:00")


def test_causes_are_a_set_and_the_clock_runs_when_it_is_empty():
    clock = pause(resolution(), CUSTOMER, at("05 10:10"))
    clock = pause(clock, VENDOR, at("05 10:20"))
    clock = resume(clock, CUSTOMER, at("05 10:30"))
    assert causes(clock, at("05 10:25")) == {CUSTOMER, VENDOR}
    assert causes(clock, at("05 10:30")) == {VENDOR}
    assert due_at(clock, OFFICE) is None
    assert verdict(clock, OFFICE, at("05 16:00")) is Verdict.PAUSED
    clock = resume(clock, VENDOR, at("05 10:40"))
    assert due_at(clock, OFFICE) == at("05 11:30"), "the overlap counts once"
    assert verdict(clock, OFFICE, at("05 10:45")) is Verdict.RUNNING


def test_only_the_open_part_of_a_hold_moves_the_due_time():
    clock = resume(pause(resolution("05 15:00", 4 * HOUR), CUSTOMER, at("05 16:00")), CUSTOMER, at("08 10:00"))
    assert due_at(clock, OFFICE) == at("08 13:00")


def test_pausing_twice_and_resuming_what_does_not_hold_change_nothing():
    clock = pause(resolution(), CUSTOMER, at("05 10:10"))
    assert pause(clock, CUSTOMER, at("05 10:20")) is clock
    assert resume(clock, VENDOR, at("05 10:20")) == clock
    early = resume(clock, CUSTOMER, at("05 10:00"))
    assert due_at(early, OFFICE) == at("05 11:00"), "a hold that ends before it began held nothing"


@pytest.mark.parametrize("metric", [Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE])
def test_a_response_once_given_stays_given(metric):
    given_in_time = meet(start(metric, HOUR, "office", at("05 10:00"), "v1"), OFFICE, at("05 10:30"))
    assert reopen(given_in_time, OFFICE, at("05 12:00")) is given_in_time


def test_a_first_response_never_pauses_and_the_next_one_does():
    first = start(Metric.FIRST_RESPONSE, HOUR, "office", at("05 10:00"), "v1")
    assert pause(first, CUSTOMER, at("05 10:10")) is first
    later = start(Metric.NEXT_RESPONSE, HOUR, "office", at("05 10:00"), "v1")
    assert verdict(pause(later, CUSTOMER, at("05 10:10")), OFFICE, at("05 16:00")) is Verdict.PAUSED


@pytest.mark.parametrize(
    ("ended", "expected", "reason"),
    [
        ("05 10:59", Verdict.MET, "before it is due"),
        ("05 11:00", Verdict.MET, "at the due instant"),
        ("05 11:01", Verdict.MISSED, "after it"),
    ],
)
def test_the_verdict_comes_from_the_event_however_late_it_is_heard_of(ended, expected, reason):
    clock = meet(resolution(), OFFICE, at(ended))
    assert verdict(clock, OFFICE, at("30 12:00")) is expected, reason
    assert due_at(clock, OFFICE) is warn_at(clock, OFFICE, 0.5) is None, "an ended clock rings no more"
    assert clock.met_at == at(ended)


def test_a_running_clock_is_missed_after_its_due_instant_and_not_at_it():
    assert verdict(resolution(), OFFICE, at("05 11:00")) is Verdict.RUNNING
    assert verdict(resolution(), OFFICE, at("05 11:00") + timedelta.resolution) is Verdict.MISSED


def test_closed_hours_after_the_due_time_are_late_although_nothing_elapses():
    clock = resolution("05 16:00", HOUR)
    assert due_at(clock, OFFICE) == at("05 17:00")
    assert verdict(meet(clock, OFFICE, at("06 12:00")), OFFICE, at("06 12:00")) is Verdict.MISSED
    assert elapsed(clock, OFFICE, at("06 12:00")) == HOUR


def test_a_hold_that_comes_after_the_due_time_hides_no_miss():
    clock = pause(resolution(), CUSTOMER, at("05 12:00"))
    assert verdict(clock, OFFICE, at("05 13:00")) is Verdict.MISSED
    assert due_at(clock, OFFICE) == at("05 11:00")
    at_the_instant = pause(resolution(), CUSTOMER, at("05 11:00"))
    assert due_at(at_the_instant, OFFICE) == at("05 11:00"), "all was used up when the hold began"


def test_a_second_end_changes_nothing_and_an_end_ends_every_hold():
    clock = pause(resolution(), CUSTOMER, at("05 10:30"))
    ended = meet(clock, OFFICE, at("05 15:00"))
    assert verdict(ended, OFFICE, at("05 15:00")) is Verdict.MET, "ended while it was held, half of it left"
    assert meet(ended, OFFICE, at("05 16:00")) is ended
    assert pause(ended, VENDOR, at("05 16:00")) is ended
    assert not causes(ended, at("05 15:00"))


def test_a_reopened_clock_has_the_budget_that_was_left():
    clock = meet(resolution("05 10:00", 2 * HOUR), OFFICE, at("05 10:30"))
    again = reopen(clock, OFFICE, at("08 09:00"))
    assert due_at(again, OFFICE) == at("08 10:30")
    assert elapsed(again, OFFICE, at("08 09:15")) == 45 * 60
    assert running(again) == [(at("05 10:00"), at("05 10:30")), (at("08 09:00"), FOREVER)]
    assert reopen(again, OFFICE, at("08 10:00")) is again, "it runs already"


def test_a_miss_is_final_whatever_comes_after():
    clock = reopen(meet(resolution(), OFFICE, at("05 12:00")), OFFICE, at("05 13:00"))
    assert clock.missed
    clock = retarget(clock, 100 * HOUR, "v2", at("05 13:00"))
    assert verdict(meet(clock, OFFICE, at("05 14:00")), OFFICE, at("05 14:00")) is Verdict.MISSED


def test_what_has_ended_keeps_its_verdict_when_the_opening_hours_change():
    clock = meet(resolution("05 16:30", HOUR), OFFICE, at("08 09:15"))
    assert verdict(clock, ALWAYS, at("09 09:00")) is Verdict.MET, "met within the hours of then"


@pytest.mark.parametrize(
    ("merged_at", "expected", "reason"),
    [
        ("05 10:30", Verdict.MERGED, "it was still owed"),
        ("05 11:00", Verdict.MERGED, "at the due instant it is not late yet"),
        ("05 11:01", Verdict.MISSED, "what is broken stays broken"),
    ],
)
def test_what_is_merged_is_neither_kept_nor_broken_unless_it_was_before(merged_at, expected, reason):
    clock = merge_away(pause(resolution(), VENDOR, at("05 11:30")), OFFICE, at(merged_at))
    assert verdict(clock, OFFICE, at("30 12:00")) is expected, reason
    assert due_at(clock, OFFICE) is None, "it rings no more"
    assert clock_from_json(json.loads(json.dumps(clock_to_json(clock)))) == clock


def test_what_has_ended_before_is_not_merged():
    ended = meet(resolution(), OFFICE, at("05 10:30"))
    assert merge_away(ended, OFFICE, at("05 10:40")) is ended


def test_a_miss_that_is_settled_stays_one_and_what_is_in_time_stays_open():
    late, early = (settle(resolution(), OFFICE, at(moment)) for moment in ("05 11:01", "05 10:59"))
    assert verdict(retarget(late, 9 * HOUR, "v2", at("05 11:02")), OFFICE, at("05 11:03")) is Verdict.MISSED
    assert (early, late.met_at) == (resolution(), None)


def test_another_target_applies_from_the_start_of_the_clock():
    clock = retarget(resolution("05 10:00", HOUR), 4 * HOUR, "v2", at("05 10:30"))
    assert due_at(clock, OFFICE) == at("05 14:00")
    assert (clock.policy, clock.changes) == ("v2", (Change(at("05 10:30"), HOUR, "v1", "office"),))
    assert due_at(retarget(clock, 15 * 60, "v3", at("05 11:00")), OFFICE) == at("05 10:15"), "missed at once"


def test_the_same_promise_is_no_change_and_an_ended_clock_keeps_the_policy_it_ended_under():
    clock = resolution()
    assert retarget(clock, HOUR, "v1", at("05 10:30")) is clock
    ended = meet(clock, OFFICE, at("05 10:30"))
    assert retarget(ended, 4 * HOUR, "v2", at("05 11:00")) is ended


def test_warnings_come_when_their_share_of_the_target_is_used_up():
    clock = resolution("05 15:00", 4 * HOUR)
    assert [warn_at(clock, OFFICE, share) for share in (0.5, 0.75, 0.9)] == [
        at("05 17:00"),
        at("08 10:00"),
        at("08 10:36"),
    ]


def test_a_warning_that_was_used_up_before_a_hold_stays_known():
    clock = pause(resolution(), CUSTOMER, at("05 10:40"))
    assert warn_at(clock, OFFICE, 0.5) == at("05 10:30")
    assert warn_at(clock, OFFICE, 0.75) is None


def test_hours_that_never_suffice_raise_a_sentence_but_the_verdict_is_still_known():
    clock = resolution()
    never = parse_calendar({"tz": "UTC"})
    with pytest.raises(NoOpenTime, match="gave up after 20 years"):
        due_at(clock, never)
    assert verdict(clock, never, at("30 10:00")) is Verdict.RUNNING
    assert meet(clock, never, at("30 10:00")).missed is False


def test_a_clock_is_kept_in_utc_wherever_the_event_came_from():
    local = datetime.fromisoformat("2026-06-05T12:00:00+02:00")
    clock = start(Metric.RESOLUTION, HOUR, "office", local, "v1")
    assert clock == Clock(Metric.RESOLUTION, HOUR, "office", at("05 10:00"), "v1")
    assert clock.started_at.tzinfo is UTC
