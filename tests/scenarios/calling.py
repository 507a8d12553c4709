"""What stories of calls have in common: Mia has ways, the shop is down, and what she was told by them."""

from dataclasses import replace
from datetime import UTC, datetime

from config.loaded import Config, Gateway, Mail
from desk.alerts import Severity, Status
from desk.hours import Calendar
from desk.ways import Quiet, Way, Ways
from tests.conversation import Conversation

OK, FAILED = Status.OK, Status.FAILED
MIA = Ways(
    usual=(Way("chat"), Way("push", 30), Way("mail", 60)),
    by_severity={Severity.CRITICAL: (Way("push"), Way("chat"), Way("mail", 60))},
    addresses={"push": "mia-x7f3", "mail": "mia@desk.example"},
)
NIGHTS = Quiet(Calendar("Europe/Berlin", dict.fromkeys(range(7), ((22 * 3600, 31 * 3600),))))
NIGHT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


def reached(config: Config, severity: Severity = Severity.CRITICAL, **people: Ways) -> Config:
    """The desk has a mail server and a gateway, and these people are told so."""
    servers = replace(
        config.desk, mail=Mail("smtp.example", 587, "starttls", "desk@desk.example"),
        push={"push": Gateway("push", "https://ntfy.example", ntfy=True)},
    )  # fmt: skip
    monitors = {**config.monitors, "shop": replace(config.monitors["shop"], severity=severity)}
    return replace(config, desk=servers, monitors=monitors, ways={**config.ways, **people})


def set_up(desk: Conversation, severity: Severity = Severity.CRITICAL, **people: Ways) -> Conversation:
    desk.config = reached(desk.config, severity, **people)
    return desk


async def ring(desk: Conversation) -> None:
    """Alert 1: Mia is on call."""
    for _ in range(2):
        await desk.look("shop", FAILED, "status 500, expected 200", step=0)


async def clear(desk: Conversation) -> None:
    for _ in range(2):
        await desk.look("shop", OK, step=0)


async def told(desk: Conversation, place: str) -> list[str]:
    """The first line of each message there."""
    return [post.words.split("\n")[0] for post in await desk.posts(place)]


async def ways_of(desk: Conversation, person: str = "mia") -> dict[str, int]:
    return {way: len(await desk.posts(f"{way}/{person}")) for way in ("push", "mail")}
