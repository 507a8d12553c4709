"""App Home: everybody's own page, drawn when it is opened and again after they did something."""

from collections import OrderedDict
from functools import partial

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.arrivals import Arrival
from bot.door import Door
from bot.platforms import wire
from bot.platforms.slack import refusals, render
from bot.platforms.slack.limits import VALUE
from bot.platforms.slack.spoken import HOME
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock
from desk.cards import Card

REMEMBERED = 1000  # people whose page was opened, the last ones

log = structlog.get_logger(__name__)


class Homes:
    def __init__(self, workspace: Workspace, door: Door, clock: Clock) -> None:
        self._workspace, self._door, self._clock = workspace, door, clock
        self._open: OrderedDict[str, str] = OrderedDict()

    async def show(self, user: str, person: str, key: str) -> None:
        """`key` is the event's: each look is a question of its own."""
        self._open[user] = person
        if len(self._open) > REMEMBERED:
            self._open.popitem(last=False)
        place = self._workspace.place(user, "")
        answer = await self._door.take(
            Arrival(
                f"{key}{HOME}", "say", self._workspace.name, person, self._door.channel(place, person),
                self._clock.now(), text=HOME, place=place,
            )
        )  # fmt: skip
        if answer.reply is None:
            return
        await self._door.keep_lines(answer.reply.buttons, VALUE)
        await self._publish(user, answer.reply)

    async def refuse(self, user: str, sentence: str) -> None:
        """A page for somebody who may not act: why, and what to do."""
        await self._publish(user, Card("refused", "Nothing to see yet", lines=((sentence,),)))

    async def _publish(self, user: str, card: Card) -> None:
        view = render.home((card,), partial(wire.on_answer, limit=VALUE), now=self._clock.now())
        try:
            await self._workspace.web.views_publish(user_id=user, view=view)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            word = refusals.said(error) if isinstance(error, SlackApiError) else type(error).__name__
            log.warning("a home page could not be drawn", platform=self._workspace.name, error=word)

    async def refresh(self, user: str, key: str) -> None:
        """After what somebody did under this key, if they look at their page at all."""
        if user in self._open:
            await self.show(user, self._open[user], key)
