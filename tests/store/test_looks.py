"""Of which time there is data: the looks of the poll history, quickly and exactly."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.history import Result, encode
from bot.store.looks import looked, stretches
from bot.store.results import append_results
from bot.store.store import Store
from bot.store.tables import EPOCH
from desk.alerts import Reading, Status
from desk.intervals import length
from tests.store_fixture import MORNING

OK, FAILED, UNKNOWN = Status.OK, Status.FAILED, Status.UNKNOWN
REACH = 150.0


def chunk(*looks: tuple[int, Status]) -> bytes:
    return encode(Result(second, status, 0.02) for second, status in looks)


@pytest.mark.parametrize(
    ("looks", "seconds"),
    [
        ([(n, OK) for n in range(0, 3600, 60)], 3540 + REACH),  # every minute
        ([(n, FAILED) for n in range(0, 3600, 60)], 3540 + REACH),  # down is data too
        ([(n + n % 7 % 2, OK) for n in range(0, 3600, 60)], 3541 + REACH),  # not quite on the second
        ([(0, OK), (60, OK), (600, OK), (660, OK)], 2 * (60 + REACH)),  # a gap of nine minutes
        ([(0, OK), (60, UNKNOWN), (120, OK)], 60 + REACH),  # nothing was seen for a minute
        ([(0, UNKNOWN), (60, UNKNOWN)], 0),
        ([(30, OK)], REACH),
        ([], 0),
    ],
)
def test_a_look_vouches_for_the_time_until_the_next_one(looks, seconds):
    assert length(looked([(0, chunk(*looks))], REACH)) == seconds


steps = st.tuples(st.integers(1, 400), st.sampled_from([OK, OK, OK, OK, FAILED, UNKNOWN]))


@given(st.lists(steps, min_size=1, max_size=60))
def test_the_quick_way_and_the_plain_one_find_the_same(steps):
    """Each second counts where the last look before it saw something no longer than `REACH` ago."""
    second, looks = 0, []
    for step, status in steps:
        second += step
        looks.append((second, status))
    plain = 0
    for (at, status), (after, _) in zip(looks, [*looks[1:], (10**6, OK)], strict=True):
        plain += min(after - at, REACH) if status is not UNKNOWN else 0
    assert length((EPOCH + timedelta(seconds=a), EPOCH + timedelta(seconds=b + REACH))
                  for a, b in stretches(chunk(*looks), REACH)) == pytest.approx(plain)  # fmt: skip


def test_a_damaged_chunk_tells_nothing_and_its_neighbours_what_they_know():
    whole = chunk(*((n, OK) for n in range(0, 3600, 60)))
    assert length(looked([(0, whole), (1, b"\xff\xff"), (2, whole)], REACH)) == 2 * (3540 + REACH)


async def test_hours_follow_each_other_in_the_store(store: Store) -> None:
    """A look a minute over a day, and none of another monitor's."""
    readings = [Reading("shop", OK, MORNING + timedelta(minutes=n), latency=0.02) for n in range(24 * 60)]
    await store.write(lambda tx: append_results(tx, [*readings, Reading("other", OK, MORNING + timedelta(days=3))]))
    end = MORNING + timedelta(days=1)
    found = await store.read(lambda tx: tx.looked("shop", MORNING, end, REACH))
    assert found == [(MORNING, end - timedelta(minutes=1) + timedelta(seconds=REACH))]
    later = (end + timedelta(hours=3), end + timedelta(days=9))
    assert await store.read(lambda tx: tx.looked("shop", *later, REACH)) == []
