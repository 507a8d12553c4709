"""The clocks of a ticket: in order, the latest of each promise, and not without end."""

from datetime import UTC, datetime, timedelta

from desk.calendars import ALWAYS
from desk.clocks import MOST, begun, each_latest, latest, running
from desk.sla import Metric, meet, start

EPOCH = datetime(2026, 6, 1, tzinfo=UTC)


def clock(metric, minute, ended=None):
    begins = start(metric, 3600, "c", EPOCH + timedelta(minutes=minute), "v1")
    return begins if ended is None else meet(begins, ALWAYS, EPOCH + timedelta(minutes=ended))


def test_they_stand_in_the_order_of_the_promises_and_those_of_one_promise_in_order_of_time():
    found = ()
    for each in (
        clock(Metric.RESOLUTION, 0), clock(Metric.NEXT_RESPONSE, 5, 6), clock(Metric.FIRST_RESPONSE, 0, 4),
        clock(Metric.NEXT_RESPONSE, 8),
    ):  # fmt: skip
        found = begun(found, each)
    minutes = [(each.metric.value, (each.started_at - EPOCH) // timedelta(minutes=1)) for each in found]
    assert minutes == [("first_response", 0), ("next_response", 5), ("next_response", 8), ("resolution", 0)]
    assert latest(found, Metric.NEXT_RESPONSE) == running(found, Metric.NEXT_RESPONSE) == found[2]
    assert list(each_latest(found)) == [found[0], found[2], found[3]]


def test_what_has_ended_runs_no_more_and_is_still_the_latest():
    found = begun((), clock(Metric.NEXT_RESPONSE, 5, 6))
    assert running(found, Metric.NEXT_RESPONSE) is None
    assert latest(found, Metric.NEXT_RESPONSE) is found[0]
    assert latest(found, Metric.RESOLUTION) is None


def test_of_those_that_ended_the_last_fifty_stay_and_of_other_promises_all():
    found = begun((), clock(Metric.FIRST_RESPONSE, 0, 1))
    for minute in range(MOST + 5):
        found = begun(found, clock(Metric.NEXT_RESPONSE, minute, minute + 1))
    found = begun(found, clock(Metric.NEXT_RESPONSE, 90))
    assert len(found) == 1 + MOST + 1
    assert found[0].metric is Metric.FIRST_RESPONSE
    assert found[1].started_at == EPOCH + timedelta(minutes=5)
