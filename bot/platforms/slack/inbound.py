"""The door in: what happened becomes an arrival, stored before it is acknowledged, and its answer goes back."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.arrivals import Answer, Arrival
from bot.door import Door
from bot.platforms import wire
from bot.platforms.slack import modal, payloads, spoken, tickets
from bot.platforms.slack.accounts import Accounts
from bot.platforms.slack.answers import Answers, back, searched
from bot.platforms.slack.home import Homes
from bot.platforms.slack.payloads import Spot, Us
from bot.platforms.slack.pins import Pins
from bot.platforms.slack.tickets import Tickets
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock
from desk.cards import Button
from desk.refusal import DeskError

HEARD = 2000  # keys of messages, so that catching up answers nobody twice
SETTLING = (0.05, 0.15, 0.4, 1.0)  # seconds between looks, all within the three that Slack waits
GRACE = 5.0  # seconds in which what was begun may end
Fetched = payloads.Said | payloads.About | payloads.Pinned  # what a history tells of
TOO_OLD = "This button is too old to be understood. Ask again, and press the new one."

log = structlog.get_logger(__name__)


class Unsettled(Exception):
    """It cannot be understood yet, and must come again."""


class Inbound:
    """`receive` returns when the payload may be acknowledged, with what the acknowledgement carries."""

    def __init__(
        self, us: Us, workspace: Workspace, door: Door, clock: Clock, accounts: Accounts, answers: Answers,
        commands: Collection[str],
    ) -> None:  # fmt: skip
        self._us, self._workspace, self._door, self._clock = us, workspace, door, clock
        self._accounts, self._answers, self._commands = accounts, answers, commands
        self._homes = Homes(workspace, door, clock)
        self._tickets = Tickets(workspace, door, clock, accounts)
        self._pins = Pins(workspace, door, clock, accounts)
        self._heard: OrderedDict[str, bool] = OrderedDict()  # whether it was fetched
        self._begun: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """What was stored and not handled is handled after the next start."""
        if self._begun:
            _, left = await asyncio.wait(self._begun, timeout=GRACE)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def receive(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Raises when it could not be stored: it is not acknowledged then, and Slack says it again."""
        came = self._clock.monotonic()
        event = payloads.happened(body, self._us)
        if event is None:
            return None
        try:
            return await self._do(event, came)
        except DeskError as error:
            spot = getattr(event, "spot", None)
            if isinstance(event, payloads.HomeOpened):
                self._later(self._homes.refuse(event.spot.user, error.sentence))
            elif spot and not isinstance(event, payloads.Asked):  # a letter that somebody types is answered by nothing
                self._later(self._answers.give(back(spot), Answer(403, error.sentence)))
            return None

    async def late(self, event: Fetched) -> bool:
        """Something from the history, of the time when we could not hear. False for what is known."""
        now: Fetched | payloads.Changed = event
        if event.key in self._heard:
            if not isinstance(event, payloads.Said) or not event.edited:
                return False
            key = f"{self._us.name}/edit/{event.spot.channel}/{event.message}/{event.edited}"
            now = payloads.Changed(key, event.spot, event.message, event.text)
        if now.key in self._heard or await self._door.has(now.key):
            return False
        try:
            arrival = await self._of_history(now)
        except DeskError:
            return False  # it is audited, and too late for a sentence
        if arrival is None:
            return False
        await self._door.keep(arrival)
        self._hear(arrival.key, fetched=True)
        answer = await self._door.take(arrival)
        if answer.status != 409:
            await self._answers.give(arrival.back, answer)
        return answer.status < 400

    async def _of_history(self, event: Fetched | payloads.Changed) -> Arrival | None:
        match event:
            case payloads.Said():
                return await self._message(event, redeems=False)
            case payloads.Changed():
                return await self._change(event)
            case payloads.About():
                return await self._tickets.arrival(event, await self._person(event.spot))
            case payloads.Pinned():
                return await self._pins.arrival(event)

    async def _do(self, event: payloads.Happened, came: float) -> dict[str, Any] | None:
        if self._heard.get(getattr(event, "key", "")):
            return None  # it was fetched, done and answered: Slack says an event again that nobody acknowledged
        match event:
            case payloads.Said():
                await self._kept(await self._message(event), event.spot, came)
            case payloads.Changed():
                await self._kept(await self._change(event), event.spot, came)
            case payloads.Commanded():
                if not await self._links(event.key, event.spot, event.line):
                    await self._kept(await self._arrival(event.key, event.spot, text=event.line), event.spot, came)
            case payloads.Pressed():
                await self._pressed(event, came)
            case payloads.Submitted():
                return await self._submitted(event, came)
            case payloads.Asked():
                return await self._options(event)
            case payloads.About():
                await self._about(event, came)
            case payloads.Pinned():
                self._renewed(event.spot)
                await self._kept(await self._pins.arrival(event), event.spot, came)
            case payloads.HomeOpened():
                person = await self._person(event.spot)
                self._later(self._homes.show(event.spot.user, person, event.key))
            case payloads.AccountChanged():
                await self._accounts.changed(event.user)
            case payloads.Lost():
                log.warning("lost", platform=self._us.name, what=event.what, channel=event.channel)
        return None

    async def _message(self, event: payloads.Said, *, redeems: bool = True) -> Arrival | None:
        """None for a line between people. `redeems`: it was said just now; a code in the history is one of before."""
        spot = event.spot
        ours = await self._head(spot)
        if not (ours or event.mention or spot.direct):
            return None
        text = spoken.line(
            await self._accounts.words(event.text), self._commands, mention=event.mention, direct=spot.direct,
            ours=ours is not None,
        )  # fmt: skip
        if (not text and not event.files) or await self._links(event.key, spot, text, redeems=redeems):
            return None
        arrival = await self._arrival(
            event.key, spot, text=text, message=event.message, files=event.files, thread_key=ours
        )
        return replace(arrival, at=_moment(event.message))  # judged by when it was said

    async def _change(self, event: payloads.Changed) -> Arrival | None:
        ours = await self._head(event.spot)
        if not (ours or event.spot.direct):
            return None
        text = await self._accounts.words(event.text)
        kind: Any = "delete" if event.gone else "edit"
        return await self._arrival(
            event.key, event.spot, kind=kind, text=text, message=event.message, thread_key=ours
        )  # fmt: skip

    async def _links(self, key: str, spot: Spot, line: str, *, redeems: bool = True) -> bool:
        """Whether it is the one line that somebody unknown may say, with the code that makes them known."""
        if not line.lower().startswith("/link "):
            return False
        if redeems and key not in self._heard:  # a code is good for one time
            self._hear(key)
            self._later(self._linked(spot, line))
        return True

    async def _linked(self, spot: Spot, line: str) -> None:
        try:
            said = await self._door.link(await self._accounts.account(spot.user), line)
        except DeskError as error:
            said = error.sentence
        await self._answers.give(back(spot), Answer(error=said or ""))

    async def _pressed(self, event: payloads.Pressed, came: float) -> None:
        button, spot = wire.read(event.value), event.spot
        if button is None:
            return
        if isinstance(button, wire.OnAnswer):
            line = button.line or await self._door.kept_line(button.tag)
            if not line:
                raise DeskError(TOO_OLD)
            ours = await self._thread_key(spot)
            await self._kept(await self._arrival(event.key, spot, text=line, thread_key=ours), spot, came)
            return
        place = self._workspace.place(spot.user, spot.channel)
        line = await self._door.line(place, event.message, button.key, button.tag)
        arrival = await self._arrival(
            event.key, spot, kind="press", text=line, message=event.message, post=button.key, version=button.version,
            thread_key=await self._thread_key(spot),
        )  # fmt: skip
        await self._kept(arrival, spot, came)

    async def _submitted(self, event: payloads.Submitted, came: float) -> dict[str, Any] | None:
        """The field errors are the acknowledgement; else the form closes, and is stored before that."""
        spot, values = _from(event.spot, event.body), modal.values(event.body)
        ours = await self._thread_key(spot)
        arrival = await self._arrival(event.key, spot, kind="submit", form=event.form, values=values, thread_key=ours)
        wrong = await self._door.check(arrival)
        if wrong is not None and wrong.form is not None:
            return modal.response(wrong.form, event.body, external=searched(wrong.form))
        await self._kept(arrival, spot, came)
        return None

    async def _options(self, event: payloads.Asked) -> dict[str, Any]:
        spot = _from(event.spot, event.body)
        place = self._workspace.place(spot.user, spot.channel)
        person = await self._accounts.person(spot.user, place)
        word = event.form.partition("~")[0]
        channel = self._door.channel(place, person)
        found = await self._door.choices(person, channel, word, event.field, event.typed, self._us.name)
        return modal.options(found)

    async def _about(self, event: payloads.About, came: float) -> None:
        """The shortcut opens a form, which is no effect yet; the reaction is one, and stored."""
        person = await self._person(event.spot)
        if event.shortcut:
            self._later(self._asked_about(event, person, came))
            return
        await self._kept(await self._tickets.arrival(event, person), event.spot, came)

    async def _asked_about(self, event: payloads.About, person: str, came: float) -> None:
        try:
            arrival = await self._tickets.arrival(event, person)
        except DeskError as error:
            await self._answers.give(back(event.spot), Answer(403, error.sentence))
            return
        await self._taken(arrival, event.spot, came)

    async def _kept(self, arrival: Arrival | None, spot: Spot, came: float) -> None:
        if arrival is not None:
            await self._door.keep(arrival)
            self._hear(arrival.key)
            self._later(self._taken(arrival, spot, came))

    async def _taken(self, arrival: Arrival, spot: Spot, came: float) -> None:
        answer = await self._door.take(arrival)
        if arrival.form.startswith(f"{tickets.WORD}~") and arrival.again and answer.status == 409:
            answer = await self._ticket_of(arrival, spot)
        await self._answers.give(arrival.back, answer, trigger=spot.trigger, since=came)
        await self._homes.refresh(spot.user, arrival.key)

    async def _ticket_of(self, arrival: Arrival, spot: Spot) -> Answer:
        """Whoever reacts to a message that has its ticket is shown it, where they may see it; else nothing is said."""
        number = await self._door.opened_for_another(arrival.key, arrival.person)
        if number is None:
            return Answer()
        line = Button("", "show", (("number", str(number)),)).line()
        shown = await self._door.take(
            replace(arrival, key=f"{arrival.key}/{spot.user}", kind="say", text=line, form="", values={}, again=False)
        )
        return shown if shown.status < 400 else Answer()

    async def _arrival(self, key: str, spot: Spot, *, kind: Any = "say", **what: Any) -> Arrival:
        person, place = await self._person(spot), self._workspace.place(spot.user, spot.channel)
        return Arrival(
            key=key, kind=kind, platform=self._us.name, person=person, channel=self._door.channel(place, person),
            at=self._clock.now(), thread=spot.thread or None, place=place, back=back(spot), **what,
        )  # fmt: skip

    async def _person(self, spot: Spot) -> str:
        self._renewed(spot)
        return await self._accounts.person(spot.user, self._workspace.place(spot.user, spot.channel))

    def _renewed(self, spot: Spot) -> None:
        if self._accounts.is_stale(spot.user):
            self._later(self._accounts.renew(spot.user))

    async def _thread_key(self, spot: Spot) -> str | None:
        if not spot.thread:
            return None
        return await self._door.thread(self._workspace.place(spot.user, spot.channel), spot.thread)

    async def _head(self, spot: Spot) -> str | None:
        """The key of the post at the head of its thread. A card that was just posted is known in a moment. Raises
        Unsettled where that takes longer: words below a message whose sending is still unclear are heard when it is
        settled.
        """
        place = self._workspace.place(spot.user, spot.channel)
        for wait in (*SETTLING, None):
            # In this order: a card that is settled between the two looks is found by the second.
            unsettled = bool(spot.thread) and await self._door.unsettled(place)
            key = await self._thread_key(spot)
            if key is not None or not unsettled:
                return key
            if wait is not None:
                await self._clock.sleep(wait)
        raise Unsettled(f"nobody knows yet whose thread {spot.thread} in {spot.channel} is")

    def _hear(self, key: str, *, fetched: bool = False) -> None:
        self._heard[key] = fetched
        if len(self._heard) > HEARD:
            self._heard.popitem(last=False)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._begun.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("what came after an acknowledgement failed", platform=self._us.name, exc_info=error)


def _from(spot: Spot, body: Mapping[str, Any]) -> Spot:
    """Where the form was asked for."""
    carried = modal.metadata(body)
    return replace(spot, channel=carried.get("channel", ""), thread=carried.get("thread", ""))


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)
