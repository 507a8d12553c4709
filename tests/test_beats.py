"""When a monitor is looked at again: on its beat, sooner while it is undecided, and over a reload without a break."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.alerts import Phase, Status, Watch
from monitors.probe import Seen
from tests.polling import START, Gate, Room

DOWN = Seen(Status.FAILED, "down")


def looks(room: Room) -> list[float]:
    """When each look began whose reading was judged, in seconds: around a failure that is each one."""
    return [(reading.started_at - START) / timedelta(seconds=1) for reading in room.changes]


def retrying(gate: Gate, **settings) -> Room:
    room = Room(gate, interval=60.0, settings={"retry_interval": 15.0, **settings})
    room.poller._on_change = room.judged
    return room


async def test_a_first_failure_is_looked_at_again_soon_until_it_is_decided():
    """Three in a row ring after half a minute; then the beat goes on where it would have been."""
    gate = Gate()
    gate.seen = DOWN
    room = retrying(gate, failures=3)
    await room.until(125.0)
    assert looks(room) == [0.0, 15.0, 30.0, 60.0, 120.0]
    assert room.watches["m0"].phase is Phase.DOWN
    await room.close()


async def test_a_failure_that_was_nothing_costs_one_look():
    gate = Gate()
    gate.seen = DOWN
    room = retrying(gate, failures=3)
    await room.until(10.0)
    gate.seen = Seen(Status.OK)
    await room.until(125.0)
    assert looks(room) == [0.0, 15.0, 60.0, 120.0]
    await room.close()


async def test_a_first_success_is_looked_at_again_soon_too():
    """It is undecided whether it is over."""
    gate = Gate()
    room = retrying(gate, successes=3)
    room.watches["m0"] = Watch("m0", Phase.DOWN, since=START)
    room.poller.watch(room.watches["m0"])
    await room.until(59.0)
    assert looks(room) == [0.0, 15.0, 30.0]
    assert room.watches["m0"].phase is Phase.UP
    await room.close()


async def test_without_a_retry_interval_it_waits_for_its_turn():
    gate = Gate()
    gate.seen = DOWN
    room = Room(gate, interval=60.0)
    room.poller._on_change = room.judged
    await room.until(125.0)
    assert looks(room) == [0.0, 60.0, 120.0]
    await room.close()


async def test_a_reload_in_which_nothing_changed_moves_no_beat_and_ends_no_look():
    """Nor does one in which other things are said of a monitor: its name, its limit, who is called."""
    hanging, well = Gate(opened=False), Gate()
    room = Room(hanging, well, interval=10.0, time_limit=60.0)
    for second in range(40):
        await room.at(float(second))
        room.adopt(*(replace(each, name=f"name {second}", failures=second + 1) for each in room.monitors))
    assert (hanging.inside, hanging.looks) == (1, 1)
    assert well.looks == 4
    hanging.opened.set()
    await room.until(41.0)
    assert hanging.looks == 2
    await room.close()


async def test_what_looks_at_something_else_begins_anew_and_what_was_in_flight_counts_no_more():
    """Its old look ends at once, is told to nobody, and its first new one is not kept waiting."""
    old, new = Gate(opened=False), Gate()
    new.seen = DOWN
    room = Room(old, time_limit=60.0)
    await room.at(0.0)
    room.watches = {}
    room.adopt(replace(room.monitors[0], settings=new))
    await room.at(0.5)
    assert (old.inside, new.looks, looks(room)) == (0, 1, [0.5])
    await room.until(9.9)
    assert (old.looks, new.looks) == (1, 1)
    await room.at(10.0)
    assert new.looks == 2
    await room.close()


async def test_what_left_is_looked_at_no_more_also_when_its_check_ignores_its_end():
    stubborn, well = Gate(opened=False, stubborn=True), Gate()
    room = Room(stubborn, well, time_limit=2.0)
    await room.at(0.0)
    room.adopt(room.monitors[1])
    await room.until(30.0)
    assert (stubborn.looks, looks(room)) == (1, [])
    assert not room.poller.request("m0", 17)
    stubborn.opened.set()
    await room.at(31.0)
    assert (looks(room), room.poller.stats().monitors, room.poller.stats().in_flight) == ([], 1, 0)
    await room.close()


async def test_new_ones_are_spread_over_their_interval_but_not_for_longer_than_somebody_waits():
    """A second apart, or closer where they are many: whoever added two wants to see both."""
    room = Room(Gate())
    await room.at(0.0)
    gates = [Gate() for _ in range(5)]
    room.adopt(room.monitors[0], *(replace(room.monitors[0], id=f"n{n}", settings=g) for n, g in enumerate(gates)))
    for second, started in [(0.1, 1), (1.1, 2), (2.1, 3), (3.1, 4), (4.1, 5)]:
        await room.at(second)
        assert sum(gate.looks for gate in gates) == started
    crowd = [Gate() for _ in range(100)]
    room.adopt(*(replace(room.monitors[0], id=f"c{n}", settings=g) for n, g in enumerate(crowd)))
    for second, started in [(4.1, 1), (9.1, 51), (14.0, 100)]:
        await room.until(second)
        assert sum(gate.looks for gate in crowd) == started
    await room.close()


async def test_another_interval_holds_from_now_on():
    """An hour until the next look is not waited out once it was made ten seconds."""
    gate = Gate()
    room = Room(gate, interval=3600.0)
    await room.at(0.0)
    await room.at(5.0)
    room.adopt(replace(room.monitors[0], interval=10.0))
    await room.until(26.0)
    assert gate.looks == 4
    await room.close()


async def test_a_look_that_a_run_waits_for_is_asked_of_whoever_takes_the_place():
    """One that waits and the one that is in flight: both are looked for by the check as it is now."""
    old, new = Gate(opened=False), Gate()
    room = Room(old, time_limit=60.0)
    room.poller.request("m0", 17)
    await room.at(0.0)
    room.poller.request("m0", 18)
    room.adopt(replace(room.monitors[0], settings=new))
    for time in (0.1, 0.2, 0.3):
        await room.at(time)
    assert [reading.for_run for reading in room.changes] == [17, 18]
    assert (old.inside, new.most) == (0, 1)
    await room.close()


async def test_a_broken_check_that_was_set_aside_is_tried_when_it_was_mended():
    gate, mended = Gate(), Gate()
    room = Room(gate)
    await room.at(0.0)
    room.poller.set_aside("m0")
    room.adopt(*room.monitors)
    await room.until(25.0)
    assert gate.looks == 1
    room.adopt(replace(room.monitors[0], settings=mended))
    await room.until(26.0)
    assert mended.looks == 1
    await room.close()


async def test_five_hundred_over_a_hundred_reloads_lose_no_beat_and_look_at_nothing_twice():
    """A reload each 0.7 s, in each of which ten monitors come and ten go: the others do not notice, and nothing of
    those that went is kept.
    """
    gates, interval = [Gate() for _ in range(500)], 10.0
    room = Room(*gates, interval=interval)
    kept, guests = room.monitors, []
    for reload in range(100):
        await room.until(0.7 * reload)
        guests = [replace(kept[0], id=f"guest-{reload}-{n}", settings=Gate()) for n in range(10)]
        room.adopt(*kept, *guests)
    await room.until(70.0)
    assert {gate.looks for gate in gates[1:]} == {7}, "each keeps its beat"
    assert {gate.most for gate in gates} == {1}
    assert room.poller.stats().late_p99 == pytest.approx(0.0, abs=0.011)
    assert (len(room.poller._slots), len(room.poller._beats), len(room.poller._asked)) == (510, 510, 0)
    await room.until(79.2)
    assert [each.settings.looks for each in guests] == [1] * 10
    await room.close()
