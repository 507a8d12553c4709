"""When it rings: `judge` as a table, and as a machine held against a plain count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, integers, lists, sampled_from, tuples

from desk.alerts import (
    FLAP_LOOKS,
    Alert,
    AlertState,
    Monitor,
    Move,
    Phase,
    Reading,
    Severity,
    Status,
    Watch,
    acknowledge,
    is_plain,
    judge,
    let_go,
)
from desk.holds import Hold, HoldKind

APART = 24 * 3600  # seconds between two looks, so that no change counts for flapping
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ROUTER = Hold(HoldKind.PARENT, "router", "the router is down")
OK, FAILED, UNKNOWN = Status.OK, Status.FAILED, Status.UNKNOWN


def watched(failures: int = 3, successes: int = 2) -> Monitor:
    return Monitor("shop", "shop", "acme", "http", None, failures=failures, successes=successes)


def walk(statuses, monitor=None, hidden=()):
    """The moves that a row of readings makes, and the last watch. `hidden`: at which a parent is down."""
    watch, moves = Watch("shop"), []
    for i, status in enumerate(statuses):
        reading = Reading("shop", status, START + timedelta(seconds=i * APART), "no" if status is FAILED else "")
        judgement = judge(watch, reading, monitor or watched(), hold=ROUTER if i in hidden else None)
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
    assert watch.since == START + timedelta(seconds=APART)


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
    """Against a plain count over the known readings: down after N failures, up after M successes, in turns; what is
    hidden is down and rings with the first failure that nothing hides.
    """
    moves, _ = walk([s for s, _ in rows], watched(failures, successes), {i for i, (_, h) in enumerate(rows) if h})
    down = held = False
    in_a_row = 0
    for (status, hidden), move in zip(rows, moves, strict=True):
        if status is UNKNOWN:
            assert move is Move.NOTHING
            continue
        counts = status is (OK if down else FAILED)
        in_a_row = in_a_row + 1 if counts else 0
        enough = in_a_row >= (successes if down else failures)
        goes_down = not down and enough
        if goes_down or (held and status is FAILED):
            assert move is (Move.HOLD if hidden else Move.RAISE)
            held = hidden
        elif down and enough:
            assert move is Move.CLEAR
            held = False
        else:
            assert move is Move.NOTHING
        if goes_down or move is Move.CLEAR:
            down, in_a_row = goes_down, 0


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
    _, watch = walk([*before, *[OK] * 2])
    assert is_plain(watch, reading)
    assert (watch.seen, watch.sentence) == (OK, "")


def flapping(statuses, monitor):
    """How `judge` saw each of these looks, a minute apart."""
    watch, seen = Watch("shop"), []
    for i, status in enumerate(statuses):
        judged = judge(watch, Reading("shop", status, START + timedelta(minutes=i), "no"), monitor)
        watch = judged.watch
        seen.append(judged)
    return seen


def test_what_goes_up_and_down_is_held_open_until_it_is_steady_and_then_ends():
    """A monitor flaps: of ten outages of a minute each the first ring, and then one is held open and ends once."""
    seen = flapping([OK, *[FAILED, OK] * 10, *[OK] * FLAP_LOOKS], watched(1, 1))
    moves = [each.move for each in seen if each.move is not Move.NOTHING]
    assert moves == [Move.RAISE, Move.CLEAR, Move.RAISE, Move.CLEAR, Move.RAISE, Move.FLAP, Move.CLEAR]
    assert not seen[-1].watch.flapping
    assert seen[-1].watch.phase is Phase.UP


def test_what_is_down_for_good_after_it_flapped_stays_down_and_rings_no_second_time():
    seen = flapping([OK, *[FAILED, OK] * 5, *[FAILED] * FLAP_LOOKS * 2], watched(1, 1))
    assert [each.move for each in seen].count(Move.RAISE) == 3
    assert (seen[-1].watch.phase, seen[-1].watch.flapping) == (Phase.DOWN, False)


@pytest.mark.parametrize(
    ("statuses", "why"),
    [
        ([OK, FAILED, OK, OK] * 2, "two blips are four changes, of twenty looks"),
        ([OK] + [FAILED] * 5 + [OK] * 5 + [FAILED] * 5, "three long outages change seldom"),
        ([UNKNOWN, FAILED] * 10, "not being able to look is no change"),
        ([FAILED] * 20, "down is no flapping"),
    ],
)
def test_a_few_changes_are_no_flapping(statuses, why):
    assert not any(each.watch.flapping for each in flapping(statuses, watched(1, 1))), why


def test_while_it_may_flap_no_look_is_plain_so_that_its_end_is_seen():
    """A plain OK is not judged, and then nobody would notice that it is steady again."""
    last = flapping([OK, FAILED, OK], watched())[-1].watch
    assert not is_plain(last, Reading("shop", OK, START))
    quiet = flapping([OK, FAILED, OK, *[OK] * FLAP_LOOKS], watched())[-1].watch
    assert is_plain(quiet, Reading("shop", OK, START))


def test_acknowledging_twice_keeps_the_first_time_and_is_a_sign_of_its_holder(some_alert):
    later = START + timedelta(minutes=5)
    first = acknowledge(some_alert, "ben", START, START + timedelta(minutes=30))
    again = acknowledge(first, "ben", later, later + timedelta(minutes=30))
    assert (again.acked_at, again.lapses_at) == (START, later + timedelta(minutes=30))


def test_what_is_let_go_goes_through_its_path_from_the_first_step(some_alert):
    taken = acknowledge(some_alert, "ben", START, START + timedelta(minutes=30))
    free = let_go(taken, START + timedelta(minutes=30))
    assert (free.state, free.acked_by, free.step, free.called_at) == (
        AlertState.FIRING, None, 0, START + timedelta(minutes=30)
    )  # fmt: skip


@pytest.fixture
def some_alert():
    return Alert(1, "acme", "shop", "shop", "", Severity.HIGH, AlertState.FIRING, START, START, "no", 3, step=2)
