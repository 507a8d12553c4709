"""What a status page counts: days, outages, maintenance, time without data, and which incidents it tells of."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk.status import (
    DAYS,
    Component,
    Day,
    Light,
    Page,
    Seen,
    Stage,
    Update,
    incidents,
    midnights,
    standing,
)
from desk.uptime import Outage

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
HOUR = 3600.0
SHOP = Component("shop", "Web shop", ("a", "b"))
PAGE = Page("acme", "Acme", "acme", "Europe/Berlin", (SHOP,))
ALWAYS = [(NOW - timedelta(days=100), NOW + timedelta(minutes=5))]


def at(day: int, hour: float = 0) -> datetime:
    """An hour of a day of October 2026, in UTC."""
    return datetime(2026, 10, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour)


def outage(start: datetime, end: datetime | None) -> Outage:
    return Outage(None, "a", start, end)


def seen(*outages: Outage, known=ALWAYS, planned=()) -> Seen:
    return Seen(outages, known, planned)


def made(*each: Seen, zone: str = "UTC"):
    return standing(SHOP, each, zone, NOW)


def day(of, when: date) -> Day:
    return next(each for each in of.days if each.date == when)


def test_there_are_ninety_days_the_last_is_today_so_far_and_each_has_the_length_that_its_zone_gives_it():
    """The clocks go back in the night to 25 October: that day has 25 hours."""
    marks = midnights("Europe/Berlin", NOW)
    assert len(marks) == DAYS + 1
    of = made(seen(), zone="Europe/Berlin")
    assert [each.date for each in of.days][-1] == date(2026, 11, 2)
    assert day(of, date(2026, 10, 25)).length == 25 * HOUR
    assert day(of, date(2026, 10, 24)).length == 24 * HOUR
    assert day(of, date(2026, 11, 2)).length == 10 * HOUR


COUNTED = [
    # what there was on 10 October, known, down, planned, how it is drawn
    (seen(), 24, 0, 0, Light.UP, "nothing happened"),
    (seen(outage(at(10, 1), at(10, 3))), 24, 2, 0, Light.PARTLY, "two hours"),
    (seen(outage(at(10, 1), at(10, 14))), 24, 13, 0, Light.DOWN, "more than half of it"),
    (seen(outage(at(9, 23), at(10, 1))), 24, 1, 0, Light.PARTLY, "it began the day before"),
    (seen(known=[]), 0, 0, 0, Light.UNKNOWN, "no data is neither up nor down"),
    (
        seen(outage(at(10, 1), at(10, 3)), known=[(at(10, 2), at(11))]),
        22,
        1,
        0,
        Light.PARTLY,
        "down without data counts not",
    ),
    (seen(outage(at(10, 1), at(10, 3)), known=[(at(10, 4), at(11))]), 20, 0, 0, Light.UP, "nor does all of it"),
    (seen(planned=[(at(10, 1), at(10, 3))]), 24, 0, 2, Light.MAINTENANCE, "planned, and up"),
    (seen(outage(at(10, 1), at(10, 3)), planned=[(at(10), at(10, 4))]), 24, 0, 4, Light.MAINTENANCE, "down as planned"),
    (
        seen(outage(at(10, 1), at(10, 6)), planned=[(at(10), at(10, 4))]),
        24,
        2,
        4,
        Light.PARTLY,
        "for longer than planned",
    ),
]


@pytest.mark.parametrize(("what", "known", "down", "planned", "light", "why"), COUNTED, ids=[row[5] for row in COUNTED])
def test_what_is_counted_of_a_day(what, known, down, planned, light, why):
    found = day(made(what), date(2026, 10, 10))
    assert (found.known, found.down, found.planned) == (known * HOUR, down * HOUR, planned * HOUR), why
    assert found.light is light


def test_a_component_is_down_while_any_of_its_monitors_is_and_overlaps_count_once():
    of = made(seen(outage(at(10, 1), at(10, 3))), seen(outage(at(10, 2), at(10, 5))))
    assert day(of, date(2026, 10, 10)).down == 4 * HOUR
    assert of.down == 4 * HOUR
    assert of.share == pytest.approx(1 - 4 * HOUR / of.known)


def test_without_any_data_there_is_no_percentage():
    of = made(seen(known=[]))
    assert (of.share, of.known) == (None, 0)


OPEN = outage(NOW - timedelta(hours=1), None)
QUIET = [(NOW - timedelta(hours=2), NOW + timedelta(hours=2))]
LIGHTS = [
    ((seen(), seen()), Light.UP, "all are seen and up"),
    ((seen(OPEN), seen()), Light.PARTLY, "one of two"),
    ((seen(OPEN), seen(OPEN)), Light.DOWN, "both"),
    ((seen(), seen(known=[])), Light.UNKNOWN, "of one nothing is known"),
    (
        (seen(), seen(known=[(NOW - timedelta(days=1), NOW - timedelta(hours=1))])),
        Light.UNKNOWN,
        "it is looked at no more",
    ),
    ((seen(OPEN, planned=QUIET), seen()), Light.MAINTENANCE, "what is down was planned"),
    ((seen(planned=QUIET), seen(OPEN)), Light.PARTLY, "what is down was not planned"),
    ((seen(outage(at(10), at(11))), seen()), Light.UP, "an outage that is over"),
]


@pytest.mark.parametrize(("what", "light", "why"), LIGHTS, ids=[row[2] for row in LIGHTS])
def test_how_it_is_now(what, light, why):
    assert made(*what).light is light, why


def said(alert: int, ago: timedelta, stage: Stage, words: str = "x") -> Update:
    return Update("acme", "acme", alert, NOW - ago, "ben", stage, words, ("shop",))


DAY = timedelta(days=1)


def test_an_incident_is_its_updates_newest_first_with_the_titles_of_its_components_and_no_word_of_the_alert():
    told = [said(1, 2 * DAY, Stage.INVESTIGATING, "a"), said(1, DAY, Stage.WATCHING, "b")]
    (found,) = incidents(told, {1: (NOW - 3 * DAY, NOW - DAY)}, PAGE, NOW)
    assert [update.words for update in found.updates] == ["b", "a"]
    assert (found.stage, found.titles) == (Stage.WATCHING, ("Web shop",))
    assert (found.started_at, found.ended_at) == (NOW - 3 * DAY, NOW - DAY)


def test_what_is_resolved_is_told_for_two_weeks_and_what_is_not_for_longer():
    told = [said(1, 15 * DAY, Stage.RESOLVED), said(2, 13 * DAY, Stage.RESOLVED), said(3, 15 * DAY, Stage.WATCHING)]
    assert [each.alert for each in incidents(told, {}, PAGE, NOW)] == [2, 3]


def test_what_is_withdrawn_is_told_to_nobody_and_what_is_said_after_it_is():
    told = [said(1, 2 * DAY, Stage.INVESTIGATING, "a wrong word"), said(1, DAY, Stage.WITHDRAWN)]
    assert incidents(told, {}, PAGE, NOW) == ()
    (found,) = incidents([*told, said(1, timedelta(0), Stage.INVESTIGATING, "a right one")], {}, PAGE, NOW)
    assert [update.words for update in found.updates] == ["a right one"]
