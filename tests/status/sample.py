"""Boards that a page may have to show: a usual one, one of which nothing is known, one with words meant to hurt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from desk.status import Board, Component, Incident, Page, Seen, Stage, Update, midnights, standing
from desk.uptime import Outage

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SHOP, MAIL, WIFI = (
    Component("shop", "Web shop", ("shop", "basket")),
    Component("mail", "E-mail", ("mail",)),
    Component("wifi", "Guest network at the head office and in both shops", ("wifi",)),
)
PAGE = Page("acme", "Acme Web Shops", "acme", "Europe/Berlin", (SHOP, MAIL, WIFI))
FIRST = midnights(PAGE.zone, NOW)[0]
HOSTILE = "<script>alert(1)</script>\"'&</svg>]]>\u202e{{ 7*7 }}\x00"


def ago(days: float, hours: float = 0) -> datetime:
    return NOW - timedelta(days=days, hours=hours)


def down(monitor: str, since: datetime, hours: float | None) -> Outage:
    return Outage(None, monitor, since, None if hours is None else since + timedelta(hours=hours))


def known(days: float = 90) -> list[tuple[datetime, datetime]]:
    return [(max(ago(days), FIRST), NOW + timedelta(minutes=1))]


def said(alert: int, at: datetime, stage: Stage, words: str, *components: str) -> Update:
    return Update("acme", "acme", alert, at, "ben", stage, words, components)


OPEN = Incident(
    42, ago(0, 1.2), None, ("Web shop",),
    (
        said(42, ago(0, 0.3), Stage.IDENTIFIED, "The payment service refuses us.\nIts makers know of it.", "shop"),
        said(42, ago(0, 1), Stage.INVESTIGATING, "Paying by card fails for some people. We look at it.", "shop"),
    ),
)  # fmt: skip
PAST = Incident(
    31, ago(5, 3), ago(5, 1), ("E-mail",),
    (said(31, ago(5, 1), Stage.RESOLVED, "Mail flows again; what was delayed has arrived.", "mail"),),
)  # fmt: skip


def usual() -> Board:
    """One is partly down now, one was down and maintained, one is known for forty days only."""
    basket = Seen([down("basket", ago(0, 1.2), None), down("basket", ago(30), 14)], known(), [])
    shop = Seen([down("shop", ago(12), 0.5)], known(), [])
    mail = Seen([down("mail", ago(5, 3), 2)], known(), [(ago(20), ago(19, 20))])
    standings = (
        standing(SHOP, [shop, basket], PAGE.zone, NOW), standing(MAIL, [mail], PAGE.zone, NOW),
        standing(WIFI, [Seen([], known(40), [])], PAGE.zone, NOW),
    )  # fmt: skip
    span = (NOW + timedelta(days=3), NOW + timedelta(days=3, hours=2))
    return Board(PAGE, NOW, standings, (OPEN, PAST), ((span, ("E-mail",)),))


def well() -> Board:
    standings = tuple(standing(each, [Seen([], known(), [])], PAGE.zone, NOW) for each in PAGE.components)
    return Board(PAGE, NOW, standings)


def unknown() -> Board:
    standings = tuple(standing(each, [Seen([], [], [])], PAGE.zone, NOW) for each in PAGE.components)
    return Board(PAGE, NOW, standings)


def hostile() -> Board:
    component = Component("shop", HOSTILE, ("shop",))
    page = replace(PAGE, title=HOSTILE, components=(component,))
    incident = replace(OPEN, titles=(HOSTILE,), updates=(said(42, NOW, Stage.WATCHING, HOSTILE, "shop"),))
    span = (NOW, NOW + timedelta(hours=2))
    board = standing(component, [Seen([down("shop", ago(1), 3)], known(), [])], page.zone, NOW)
    return Board(page, NOW, (board,), (incident,), ((span, (HOSTILE,)),))
