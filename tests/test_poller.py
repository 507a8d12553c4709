"""The poll loop, turn by turn on a clock of the test.

Failure-table row: a check hangs, raises, returns rubbish.
"""

import asyncio
from datetime import timedelta

import pytest

from bot.poller import BATCH_EVERY
from desk.alerts import Phase, Status, Watch
from monitors.probe import Seen
from tests.polling import START, Gate, Room


async def test_starts_are_spread_evenly_over_the_interval():
    """A thousand monitors must not be a thousand checks at once."""
    gates = [Gate() for _ in range(10)]
    room = Room(*gates)
    for second in range(10):
        await room.at(float(second))
        assert sum(gate.looks for gate in gates) == second + 1
    await room.close()


async def test_a_monitor_keeps_its_own_beat():
    """A look that started late or took long moves no later one."""
    gate = Gate()
    room = Room(gate)
    await room.at(0.0)
    assert await room.at(9.9) == pytest.approx(10.0)
    await room.at(10.4)
    await room.until(19.9)
    assert gate.looks == 2
    await room.at(20.0)
    assert gate.looks == 3
    await room.close()


async def test_no_monitor_is_looked_at_twice_at_once():
    """Turns that pass while a look is out are left out, not made up for."""
    gate = Gate(opened=False)
    room = Room(gate, interval=1.0, time_limit=60.0)
    await room.until(5.5)
    room.poller.request("m0", 17)
    await room.until(8.5)
    assert (gate.looks, gate.most) == (1, 1)
    gate.opened.set()
    await room.at(8.6)
    await room.until(9.5)
    assert (gate.looks, gate.most) == (3, 1)  # the first, the one asked for, and that of its beat
    await room.close()


async def test_the_next_look_waits_until_the_last_reading_was_judged():
    """Readings of one monitor are handed over in order, so that three failures in a row are three in a row."""
    judged = asyncio.Event()
    gate = Gate()
    gate.seen = Seen(Status.FAILED, "down")
    room = Room(gate, interval=1.0)
    room.poller._on_change = lambda _reading: judged.wait()
    await room.until(5.0)
    assert gate.looks == 1
    judged.set()
    await room.until(7.0)
    assert gate.looks > 1
    await room.close()


async def test_no_more_checks_are_in_flight_than_the_bound():
    gates = [Gate(opened=False) for _ in range(10)]
    room = Room(*gates, interval=0.5, time_limit=60.0, bound=3, slow_bound=2)
    await room.until(0.9)
    assert sum(gate.inside for gate in gates) == 3
    await room.until(10.0)
    assert sum(gate.inside for gate in gates) == 5  # two of them moved to the larger bound, and that is all
    assert room.poller.stats().slow == 2
    await room.close()


async def test_hanging_checks_do_not_starve_the_rest():
    """docs/reliability.md: a check hangs. After a second it moves out of the way; the others keep their beat."""
    hanging = [Gate(opened=False) for _ in range(4)]
    well = [Gate() for _ in range(4)]
    room = Room(*hanging, *well, interval=4.0, time_limit=60.0, bound=2, slow_bound=10)
    await room.until(20.0)
    assert all(gate.looks >= 4 for gate in well)
    assert all(gate.inside == 1 for gate in hanging)
    await room.close()


@pytest.mark.parametrize("limit", [0.5, 5.0])  # shorter and longer than the second after which a check is slow
async def test_a_check_that_is_not_back_in_time_is_ended_and_read_as_failed(limit):
    gate = Gate(opened=False)
    room = Room(gate, time_limit=limit)
    await room.until(limit - 0.1)
    assert gate.inside == 1
    await room.until(limit + 0.1)
    assert gate.inside == 0
    [reading] = room.changes
    assert (reading.status, reading.sentence) == (Status.FAILED, f"no answer within {limit:g} s")
    assert reading.started_at == START
    await room.until(10.1)
    assert gate.looks == 2
    await room.close()


async def test_a_check_that_ignores_its_end_is_told_again_and_again():
    """It keeps its place, since it is still there, but it is not silent, and nobody else waits for it."""
    stubborn, well = Gate(opened=False, stubborn=True), Gate()
    room = Room(stubborn, well, time_limit=2.0)
    await room.until(9.0)
    assert {reading.status for reading in room.changes} == {Status.UNKNOWN}
    assert room.changes[0].sentence == "the check does not end, although its 2 s are over"
    assert [reading.values["in_a_row"] for reading in room.changes] == [1, 2, 3]
    assert well.looks == 1
    stubborn.opened.set()
    await room.at(9.1)
    assert room.changes[-1].sentence == "no answer within 2 s"
    await room.close()


async def test_a_check_that_raises_is_unknown_and_counted_until_it_works():
    """docs/reliability.md: a check raises. Whoever is told can count, and may set it aside."""
    gate = Gate()
    gate.seen = ZeroDivisionError("by zero")
    room = Room(gate)
    for time in (0.0, 10.0, 20.0):
        await room.at(time)
    gate.seen = Seen(Status.OK)
    await room.at(30.0)
    gate.seen = ZeroDivisionError("by zero")
    await room.at(40.0)
    assert [reading.values for reading in room.changes] == [
        {"raised": "ZeroDivisionError", "in_a_row": n} for n in (1, 2, 3, 1)
    ]
    assert {reading.status for reading in room.changes} == {Status.UNKNOWN}
    await room.close()


async def test_what_was_set_aside_is_not_looked_at_until_it_is_resumed_or_asked_for():
    gate = Gate()
    room = Room(gate)
    await room.at(0.0)
    room.poller.set_aside("m0")
    await room.until(35.0)
    assert gate.looks == 1
    room.poller.request("m0", 17)
    await room.at(36.0)
    assert gate.looks == 2
    room.poller.resume("m0")
    await room.until(45.0)
    assert gate.looks == 3
    await room.close()


async def test_plain_readings_are_handed_over_once_a_second_and_others_at_once():
    """A plain OK changes nothing that anybody must be told: it goes to the store with the others of its second."""
    gates = [Gate() for _ in range(5)]
    gates[3].seen = Seen(Status.FAILED, "status 500, expected 200")
    room = Room(*gates, interval=0.5)
    await room.at(0.0)
    await room.at(0.4)
    assert [reading.monitor for reading in room.changes] == ["m3"]
    assert room.batches == []
    await room.at(BATCH_EVERY)
    assert [reading.monitor for reading in room.batches[0][:4]] == ["m0", "m1", "m2", "m4"]
    await room.close()


@pytest.mark.parametrize(
    ("watch", "plain"),
    [
        (None, False),  # never judged: the first OK is news
        (Watch("m0", since=START, seen=Status.OK), True),
        (Watch("m0", since=START, seen=Status.UNKNOWN), False),  # it can be seen again
        (Watch("m0", since=START, failures=1), False),  # it ends a streak
        (Watch("m0", Phase.DOWN, since=START, seen=Status.OK), False),  # it counts towards recovery
    ],
)
async def test_what_was_judged_last_decides_what_is_plain(watch, plain):
    room = Room(Gate(), known=False)
    if watch:
        room.poller.watch(watch)
    await room.at(0.0)
    await room.at(BATCH_EVERY)
    assert (len(room.changes), len(room.batches)) == ((0, 1) if plain else (1, 0))
    await room.close()


async def test_a_look_that_a_run_asks_for_starts_now_and_carries_the_run():
    gate = Gate()
    room = Room(gate)
    await room.at(0.0)
    assert room.poller.request("m0", 17)
    assert not room.poller.request("gone", 17)
    await room.at(3.0)
    [reading] = room.changes
    assert (reading.for_run, reading.started_at) == (17, START + timedelta(seconds=3))
    await room.until(9.9)
    assert gate.looks == 2  # and its own beat goes on
    await room.at(10.0)
    assert gate.looks == 3
    await room.close()


async def test_a_look_that_a_run_asks_for_starts_right_after_the_one_in_flight():
    """The one in flight began before the run ended: it proves nothing, and only the next one carries the run."""
    gate = Gate(opened=False)
    room = Room(gate)
    await room.at(0.0)
    room.poller.request("m0", 17)
    room.poller.request("m0", 18)
    gate.opened.set()
    for time in (1.0, 1.1, 1.2, 1.3):
        await room.at(time)
    assert [reading.for_run for reading in room.changes] == [17, 18]
    assert all(reading.started_at >= START + timedelta(seconds=1) for reading in room.changes)
    await room.close()


async def test_looks_asked_for_are_never_out_together_nor_beside_the_regular_one():
    """Two runs ask while nothing is out, and then the monitor's own turn comes: one after the other."""
    gate = Gate()
    room = Room(gate, time_limit=60.0)
    await room.at(0.0)
    gate.opened.clear()
    room.poller.request("m0", 17)
    room.poller.request("m0", 18)
    await room.until(9.9)
    await room.at(10.0)
    assert gate.inside == 1
    gate.opened.set()
    for time in (10.1, 10.2, 10.3):
        await room.at(time)
    assert [reading.for_run for reading in room.changes] == [17, 18]
    assert gate.most == 1
    await room.close()


async def test_a_receiver_that_fails_stops_nothing():
    gate = Gate()
    gate.seen = Seen(Status.FAILED, "down")
    room = Room(gate)

    def broken(_reading):
        raise OSError("disk full")

    room.poller._on_change = broken
    await room.until(15.0)
    assert gate.looks == 2
    assert room.poller.stats().not_delivered == 2
    await room.close()


async def test_closing_gives_up_what_is_out_and_hands_over_what_is_at_hand():
    well, hanging = Gate(), Gate(opened=False)
    room = Room(well, hanging, interval=1.0, time_limit=60.0)
    await room.at(0.6)
    await room.at(0.7)
    await room.close()
    assert hanging.inside == 0
    assert [reading.monitor for batch in room.batches for reading in batch] == ["m0"]
    assert room.changes == []


async def test_statistics_say_how_late_it_starts_and_when_it_last_looked():
    room = Room(Gate())
    assert room.poller.stats().late_p99 is None
    await room.at(0.0)
    await room.at(10.25)
    stats = room.poller.stats()
    assert (stats.started, stats.late_p99) == (2, pytest.approx(0.25))
    assert stats.last_poll_at == START + timedelta(seconds=10.25)
    await room.close()
