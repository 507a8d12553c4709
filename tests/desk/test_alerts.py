"""When it rings: `judge` as a table, and as a machine held against a plain count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, integers, lists, sampled_from, tuples

from desk.alerts import Monitor, Move, Phase, Reading, Status, Watch, acknowledge, is_plain, judge

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
OK, FAILED, UNKNOWN = Status.OK, Status.FAILED, Status.UNKNOWN


def watched(failures: int = 3, successes: int = 2) -> Monitor:
    return Monitor("shop", "shop", "acme", "http", None, failures=failures, successes=successes)


def walk(statuses, monitor=None, hidden=()):
    """The moves that a row of readings makes, and the last watch. `hidden`: at which a parent is down."""
    watch, moves = Watch("shop"), []
    for i, status in enumerate(statuses):
        reading = Reading("shop", status, START + timedelta(seconds=i), "no" if status is FAILED else "")
        judgement = judge(watch, reading, monitor or watched(), hidden_by="router" if i in hidden else "")
        watch = judgement.watch
        moves.append(judgement.move)
    return moves, watch


@pytest.mark.parametrize(
    ("statuses", "last"),
    [
        ([FAILED, FAILED], Move.NOTHING),  # two of three
        ([FAILED, FAILED, FAILED], Move.RAISE),
        ([FAILED, FAILED, OK, FAILED, FAILED], Move.NOTHING),  # a success starts the count again
        ([FAILED, FAILED, UNKNOWN, FAILED], Move.RAISE),  # not being able to look changes no count
        ([UNKNOWN] * 9, Move.NOTHING),  # and never rings by itself
        ([FAILED] * 3 + [OK], Move.NOTHING),  # one of two
        ([FAILED] * 3 + [OK, OK], Move.CLEAR),
        ([FAILED] * 3 + [OK, FAILED, OK], Move.NOTHING),  # a failure starts the way back again
        ([FAILED] * 3 + [OK, UNKNOWN, OK], Move.CLEAR),
        ([FAILED] * 5, Move.NOTHING),  # it has rung already
    ],
)
def test_the_last_reading_moves_as_the_table_says(statuses, last):
    assert walk(statuses)[0][-1] is last


def test_the_outage_began_with_the_first_failed_look_of_the_streak():
    _, watch = walk([OK, FAILED, FAILED, FAILED])
    assert watch.since == START + timedelta(seconds=1)


def test_what_hides_the_start_is_named_and_what_is_still_down_afterwards_rings():
    """Suppression hides the start of an alert, never for good."""
    moves, _ = walk([FAILED] * 5, hidden={2, 3})
    assert moves[2:] == [Move.HOLD, Move.HOLD, Move.RAISE]


def test_suppression_never_hides_the_end():
    moves, _ = walk([FAILED] * 3 + [OK, OK], hidden={3, 4})
    assert moves[-1] is Move.CLEAR


readings = lists(tuples(sampled_from(Status), booleans()), max_size=60)


@given(readings, integers(1, 5), integers(1, 5))
def test_it_rings_and_clears_in_turns_and_only_on_enough_looks_in_a_row(rows, failures, successes):
    """Against a plain count over the known readings: raise after N failures, clear after M successes, in turns."""
    moves, _ = walk([s for s, _ in rows], watched(failures, successes), {i for i, (_, h) in enumerate(rows) if h})
    down, in_a_row = False, 0
    for (status, hidden), move in zip(rows, moves, strict=True):
        if status is UNKNOWN:
            assert move is Move.NOTHING
            continue
        counts = status is (OK if down else FAILED)
        in_a_row = in_a_row + 1 if counts else 0
        enough = in_a_row >= (successes if down else failures)
        if not down and enough:
            assert move is (Move.HOLD if hidden else Move.RAISE)
        elif down and enough:
            assert move is Move.CLEAR
        else:
            assert move is Move.NOTHING
        if move in {Move.RAISE, Move.CLEAR}:
            down, in_a_row = move is Move.RAISE, 0


@given(readings)
def test_a_plain_reading_is_one_that_judging_would_not_change(rows):
    """What goes to the store in a batch may never be news."""
    _, watch = walk([s for s, _ in rows])
    reading = Reading("shop", OK, START + timedelta(hours=1))
    if is_plain(watch, reading):
        after = judge(watch, reading, watched())
        assert after.move is Move.NOTHING
        assert (after.watch.phase, after.watch.failures) == (Phase.UP, 0)


def test_the_first_ok_ever_is_news_and_the_second_is_plain():
    """So that the store knows since when it is up."""
    assert not is_plain(Watch("shop"), Reading("shop", OK, START))
    _, watch = walk([OK])
    assert is_plain(watch, Reading("shop", OK, START))
    assert not is_plain(watch, Reading("shop", OK, START, for_run=3))


@pytest.mark.parametrize("before", [[OK, UNKNOWN], [UNKNOWN, OK, UNKNOWN], [OK, FAILED]])
def test_the_first_ok_after_anything_else_is_news_so_that_what_was_seen_last_is_known(before):
    """Else `/status` would say of a monitor that could once not be looked at that it is not seen, for good."""
    reading = Reading("shop", OK, START + timedelta(minutes=1))
    _, watch = walk(before)
    assert not is_plain(watch, reading)
    _, watch = walk([*before, OK])
    assert is_plain(watch, reading)
    assert (watch.seen, watch.sentence) == (OK, "")


def test_acknowledging_twice_keeps_the_first_time(some_alert):
    first = acknowledge(some_alert, "ben", START)
    assert acknowledge(first, "ben", START + timedelta(minutes=5)) is first


@pytest.fixture
def some_alert():
    from desk.alerts import Alert, AlertState, Severity

    return Alert(1, "acme", "shop", "shop", "", Severity.HIGH, AlertState.FIRING, START, START, "no", 3)
