"""What stories of alerts have in common: monitors with labels, routes, and looks that fail."""

from dataclasses import replace
from datetime import datetime

from desk.alerts import Alert, Severity, Status
from desk.cards import Card
from desk.grouping import Route
from desk.matchers import parse
from tests.conversation import Conversation

OK, FAILED, UNKNOWN = Status.OK, Status.FAILED, Status.UNKNOWN


def watch(desk: Conversation, *ids: str, client: str = "acme", severity: str = "high", **labels: str) -> None:
    """Monitors that ring with the first failure and are up with the first success."""
    shop = desk.config.monitors["shop"]
    more = {
        id_: replace(
            shop, id=id_, name=id_, client=client, failures=1, successes=1, runbook=None, target=None, about="",
            severity=Severity(severity), labels=labels,
        )
        for id_ in ids
    }
    desk.config = replace(desk.config, monitors={**desk.config.monitors, **more})


def route(desk: Conversation, *below: Route, **root) -> None:
    """The tree of routes; what a route below does not say it has from `root`."""
    above = replace(desk.config.alerting.route, **root)
    own = tuple(
        replace(above, id=r.id, place="", matchers=r.matchers, channel=r.channel or above.channel, goes_on=r.goes_on,
                group_wait=r.group_wait, path=r.path or above.path)
        for r in below
    )  # fmt: skip
    desk.config = replace(desk.config, alerting=replace(desk.config.alerting, route=replace(above, routes=own)))


def matching(*matchers: str, **more) -> Route:
    return Route(" ".join(matchers), tuple(parse(m) for m in matchers), **more)


async def down(desk: Conversation, *monitors: str, step: float = 0, words: str = "no answer") -> None:
    for monitor in monitors:
        await desk.look(monitor, FAILED, words, step=step)


async def up(desk: Conversation, *monitors: str, step: float = 0) -> None:
    for monitor in monitors:
        await desk.look(monitor, OK, step=step)


async def alerts(desk: Conversation, *, open_only: bool = False) -> list[Alert]:
    """Oldest first."""
    return (await desk.store.read(lambda tx: tx.alerts(open_only=open_only)))[::-1]


async def called(desk: Conversation, number: int, since: datetime) -> list[tuple[str, float]]:
    """Who was called for an alert since then, and how many seconds after it."""
    alert = await desk.store.read(lambda tx: tx.alert(number))
    return [(p.person, (p.at - since).total_seconds()) for p in alert.pages if p.at >= since] if alert else []


async def said(desk: Conversation, person: str, line: str, channel: str = "acme-team") -> str:
    """What somebody reads as the answer to a line; a refusal is its sentence."""
    answer = await desk.say(person, channel, line)
    return desk.words(answer.reply) if isinstance(answer.reply, Card) else answer.error or ""


async def thread(desk: Conversation, number: int, channel: str = "acme-team") -> str:
    return "\n".join(post.words for post in await desk.posts(channel) if post.under == f"alert/{number}")
