"""Contract: a run's outcome follows from how its process ended and from what the same check saw afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desk.runs import (
    Ended,
    Ending,
    Outcome,
    Run,
    Runbook,
    RunState,
    cooling_down,
    gave_up,
    may_run_by_itself,
    ran,
    verified,
)

NOW = datetime(2025, 11, 12, 10, 2, tzinfo=UTC)
RUN = Run(
    number=43,
    client="acme",
    runbook="restart-shop",
    digest="a1",
    recipe="b2",
    target="shop-1",
    arguments=(),
    state=RunState.RUNNING,
    asked_by="ann",
    asked_at=NOW,
    monitor="checkout",
)
CLEAN = Ended(Ending.EXIT, code=0)
BOOK = Runbook("restart-shop", "Restart the shop", "restart.sh", "a1", by_itself=True, auto_budget=3, cool_down=120)


@pytest.mark.parametrize(
    ("ended", "monitor", "state", "outcome"),
    [
        # a clean exit proves nothing yet: the check decides
        (CLEAN, "checkout", RunState.VERIFYING, None),
        # nothing could prove more than the clean exit
        (CLEAN, None, RunState.ENDED, Outcome.DONE),
        # the script itself says that it failed
        (Ended(Ending.EXIT, code=3), "checkout", RunState.ENDED, Outcome.FAILED),
        # a killed script failed, whatever it did before
        (Ended(Ending.KILLED, reason="Ran longer than 60 s."), "checkout", RunState.ENDED, Outcome.FAILED),
        # we lost sight of it: a person decides
        (Ended(Ending.UNKNOWN), "checkout", RunState.ENDED, Outcome.UNKNOWN),
    ],
)
def test_how_the_process_ended_decides_what_comes_next(ended, monitor, state, outcome):
    after = ran(replace(RUN, monitor=monitor), ended, NOW)

    assert (after.state, after.outcome, after.ended, after.ended_at) == (state, outcome, ended, NOW)


def test_only_as_many_successes_in_a_row_as_recovery_needs_verify_a_fix():
    run = ran(RUN, CLEAN, NOW)
    for ok, successes in ((True, 1), (False, 0), (True, 1)):
        run = verified(run, ok, "status", needed=2)
        assert (run.successes, run.state) == (successes, RunState.VERIFYING)

    assert verified(run, ok=True, seen="status 200", needed=2).outcome is Outcome.FIXED


def test_a_look_that_saw_nothing_neither_proves_nor_disproves_the_fix():
    once = verified(ran(RUN, CLEAN, NOW), ok=True, seen="status 200", needed=2)

    blind = verified(once, ok=None, seen="no way out", needed=2)

    assert (blind.successes, blind.state, blind.seen_unknown) == (1, RunState.VERIFYING, True)


@pytest.mark.parametrize(
    ("looks", "outcome"),
    [
        ([(False, "status 500")], Outcome.STILL_DOWN),  # seen, and it is still down
        ([(None, "no way out")], Outcome.UNKNOWN),  # the last look could not see
        ([], Outcome.UNKNOWN),  # nobody ever looked
        ([(None, "no way out"), (False, "status 500")], Outcome.STILL_DOWN),  # sight came back
        ([(False, "status 500"), (True, "a plain OK")], Outcome.UNKNOWN),  # up, and too late to be proven
        ([(True, "a plain OK"), (False, "status 500")], Outcome.STILL_DOWN),  # up for a moment
    ],
)
def test_when_the_time_to_verify_is_over_the_last_look_decides(looks, outcome):
    run = ran(RUN, CLEAN, NOW)
    for ok, seen in looks:
        run = verified(run, ok, seen, needed=2)

    assert gave_up(run).outcome is outcome
    assert gave_up(run).seen == (looks[-1][1] if looks else "")


@pytest.mark.parametrize(
    ("book", "auto_ran", "today", "words"),
    [
        (BOOK, False, 2, ""),  # within the budget
        (replace(BOOK, by_itself=False), False, 0, "does not run by itself"),  # nobody allowed it
        (BOOK, True, 0, "ran once for this alert"),  # fix, alert, fix would be a loop
        (BOOK, False, 3, "budget of 3"),  # the target broke too often today
    ],
)
def test_a_runbook_runs_by_itself_only_once_per_alert_and_within_its_budget(book, auto_ran, today, words):
    refused = may_run_by_itself(book, auto_ran, today)

    assert words in refused if words else refused == ""


def test_a_target_may_be_run_again_when_it_has_cooled_down_and_not_a_second_earlier():
    assert cooling_down(BOOK, None, NOW) is None
    assert cooling_down(BOOK, NOW - timedelta(seconds=119), NOW) == timedelta(seconds=1)
    assert cooling_down(BOOK, NOW - timedelta(seconds=120), NOW) is None


def test_an_ending_is_said_in_two_words_at_most():
    assert [Ended(Ending.EXIT, code=3).words(), Ended(Ending.KILLED).words(), Ended(Ending.UNKNOWN).words()] == [
        "exit 3",
        "killed",
        "unknown",
    ]
