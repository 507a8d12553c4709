"""Uptime from outages: time without data is neither up nor down."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.uptime import Outage, uptime, within

START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=10)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return START + hours * HOUR


def outage(begin: float, end: float | None) -> Outage:
    return Outage(1, "shop", at(begin), None if end is None else at(end))


@pytest.mark.parametrize(
    ("outages", "looked", "up", "down", "unknown"),
    [
        ([], [(0, 240)], 240, 0, 0),
        ([(10, 12)], [(0, 240)], 238, 2, 0),
        ([(10, 12), (11, 13)], [(0, 240)], 237, 3, 0),  # at once: counts once
        ([(-5, 2), (239, 300)], [(-9, 300)], 237, 3, 0),  # over both ends of the period
        ([(230, None)], [(0, 240)], 230, 10, 0),  # still down
        ([], [], 0, 0, 240),  # nobody looked
        ([(10, 20)], [(0, 15)], 10, 5, 225),  # we went blind in the middle of it
        ([(10, 20)], [(30, 40)], 10, 0, 230),
    ],
)
def test_time_is_up_down_or_unknown_and_adds_up(outages, looked, up, down, unknown):
    found = uptime(
        "shop", "checkout page", [outage(*each) for each in outages], [(at(a), at(b)) for a, b in looked], (START, END),
        0.999,
    )  # fmt: skip
    assert (found.up, found.down, found.unknown) == (up * 3600, down * 3600, unknown * 3600)
    assert found.outages == len(outages)
    assert found.share == (pytest.approx(up / (up + down)) if up + down else None)


def test_what_lies_outside_is_cut_off():
    assert within([outage(-5, 1), outage(2, 3), outage(239, None)], START, END) == [
        (at(0), at(1)), (at(2), at(3)), (at(239), at(240))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("looked", "since"),
    [
        ([(0, 240)], None),  # from the beginning
        ([(-9, 20), (30, 240)], None),  # with a gap later
        ([(100, 100.5)], 100),  # it began in the middle
        ([], None),  # never
    ],
)
def test_when_its_data_begin_is_told_where_that_is_later_than_the_period(looked, since):
    found = uptime("shop", "checkout page", [], [(at(a), at(b)) for a, b in looked], (START, END), None)
    assert found.since == (None if since is None else at(since))
