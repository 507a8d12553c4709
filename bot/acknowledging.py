"""Links by which somebody acknowledges an alert from a push message or a mail, without signing in.

A link is for one person and one alert, works once, and lapses. To look at it changes nothing; what presses it is a
POST, which goes through the router as a line of that person's would.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.arrivals import Arrival
from bot.platforms.contract import Outgoing
from bot.ports import Clock, Ids
from bot.router import Router
from bot.sharing import allowed
from bot.store import ack_links
from bot.store.ack_links import AckLink
from bot.store.errors import StoreError
from bot.store.store import Lane, Store, StoreTx
from config.loaded import Config, dm
from desk.cards import Card, plain
from desk.detail import card as reduced
from desk.people import Person, may, visible_clients
from handlers.pictures.told import at_link

PATH = "/ack/"
LIFE = timedelta(days=1)
AGAIN_WITHIN = timedelta(minutes=1)  # a press that was answered is answered again: the answer may have been lost
WRONG, WINDOW = 60, 60.0  # so many wrong ones within so many seconds are looked up; then they are told to come later
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a link says. `sentence` is the answer to a press. `waits`: there is something to press."""

    state: str
    title: str
    lines: tuple[str, ...]
    tone: str
    waits: bool
    sentence: str = ""
    done: bool = False


class TooMany(Exception):
    """So many wrong links that this one is not told from them just now."""


class Acknowledging:
    def __init__(self, store: Store, config: Callable[[], Config], router: Router, clock: Clock, ids: Ids) -> None:
        self._store, self._config, self._router, self._clock, self._ids = store, config, router, clock, ids
        self._wrong: deque[float] = deque(maxlen=WRONG)

    async def link(self, outgoing: Outgoing) -> str:
        """The address for whoever reads this message; empty where nothing is to be acknowledged, or we have none.

        Each attempt at a message has its own. A message is not kept back for want of a link.
        """
        buttons = (*outgoing.buttons, *(outgoing.card.buttons if outgoing.card else ()))
        number = next((dict(b.args).get("number", "") for b in buttons if b.word == "ack"), "")
        base = self._config().desk.public_url
        if not number or not base:
            return ""
        token, (way, _, person) = self._ids.token(), outgoing.destination.partition("/")

        def make(tx: StoreTx) -> bool:
            alert = tx.alert(int(number))
            if alert is None:
                return False
            lapses = tx.now + LIFE
            ack_links.add(tx, AckLink(ack_links.digest(token), person, alert.number, alert.client, way, lapses))
            return True

        try:
            made = await self._store.write(make, lane=Lane.EVENT)
        except StoreError as error:
            log.warning("a message goes out without its link", message=outgoing.key, error=str(error))
            return ""
        return f"{base}{PATH}{token}" if made else ""

    async def look(self, token: str) -> Shown | None:
        """How things stand; nothing is changed. None for a link that is wrong, used or lapsed: nobody can tell which.

        Raises TooMany.
        """
        link, person = await self._find(token)
        if link is None or person is None or link.used_at is not None:
            return self._none()
        return await self._shown(link, person) or self._none()

    async def press(self, token: str) -> Shown | None:
        """Acknowledge, once, as whoever the link is for; `sentence` says what came of it. Raises TooMany."""
        link, person = await self._find(token)
        over = link is not None and link.used_at and self._clock.now() - link.used_at > AGAIN_WITHIN
        if link is None or person is None or over:
            return self._none()
        answer = await self._router.take(
            Arrival(
                f"ack/{link.link[:32]}", "say", link.way, person.id, dm(person.id), self._clock.now(),
                f"/ack number={link.number}", again=True,
            )
        )  # fmt: skip
        if answer.status == 200 and link.used_at is None:
            await self._store.write(lambda tx: ack_links.use(tx, link.link))
        shown = await self._shown(link, person)
        if shown is None:
            return self._none()
        done = answer.status == 200
        return replace(shown, sentence="You have it." if done else answer.error, waits=False, done=done)

    async def _find(self, token: str) -> tuple[AckLink | None, Person | None]:
        """The link, if there is one that has not lapsed, and whoever it is for, as they are by the way it came."""
        if not _TOKEN.fullmatch(token):
            return None, None
        link = await self._store.read(lambda tx: ack_links.find(tx, ack_links.digest(token)))
        if link is None or link.lapses_at <= self._clock.now():
            return None, None
        config = self._config()
        client, person = config.clients.get(link.client), config.people.get(link.person)
        serves = client is not None and allowed(client, link.way) and person and may(person, "alert.see", client.id)
        return link, person if serves else None

    async def _shown(self, link: AckLink, person: Person) -> Shown | None:
        config, now = self._config(), self._clock.now()
        clients = visible_clients(person, config.clients)
        alert = await self._store.read(lambda tx: tx.alert(link.number), clients=clients)
        if alert is None:
            return None
        card = reduced(at_link(alert, config), config.clients[link.client].detail)
        waits = alert.is_open and alert.acked_by is None and link.used_at is None
        return _drawn(card, person, now, waits=waits)

    def _none(self) -> Shown | None:
        """A right link is always looked at, so that nobody can keep it from working; what is bounded is guessing."""
        steady = self._clock.monotonic()
        crowded = len(self._wrong) == WRONG and steady - self._wrong[0] < WINDOW
        if crowded:
            raise TooMany
        self._wrong.append(steady)
        return None


def _drawn(card: Card, person: Person, now: datetime, *, waits: bool) -> Shown:
    lines = tuple(plain(line, person.zone, now) for line in card.lines)
    title = " · ".join(part for part in (str(card.number or ""), card.title) if part)
    return Shown(card.state, title, lines, card.tone, waits)
