"""What people write, change, take back and point at: each becomes an arrival, its answer goes back to them alone."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import discord
import structlog

from bot.arrivals import Answer, Arrival
from bot.door import Account, Door
from bot.platforms.discord import payloads
from bot.platforms.discord.answering import Answers
from bot.platforms.discord.interactions import Interactions
from bot.platforms.discord.linking import is_code, linked
from bot.platforms.discord.payloads import Spot
from bot.platforms.discord.pins import Pins
from bot.platforms.discord.places import Places
from bot.platforms.discord.rest import FAILS, Rest
from bot.ports import Clock
from desk.cards import Button
from desk.refusal import DeskError
from desk.words import clean
from handlers.context import Command
from handlers.subjects import subject_of

REMEMBERED = 5000  # messages whose author a deletion may ask for

log = structlog.get_logger(__name__)


class Inbound:
    """`readable`: whether Discord shows us what is written in guilds. `reaction` is the emoji that asks for help, `pin`
    the one that files into a timeline.
    """

    def __init__(
        self,
        rest: Rest,
        door: Door,
        answers: Answers,
        interactions: Interactions,
        commands: Mapping[str, Command],
        clock: Clock,
        *,
        reaction: str,
        pin: str,
        readable: Callable[[], bool],
    ) -> None:
        self._rest, self._door, self._answers, self._interactions = rest, door, answers, interactions
        self._commands, self._clock, self._reaction, self._readable = commands, clock, reaction, readable
        self._heard: OrderedDict[str, Arrival] = OrderedDict()
        self._places = Places(rest, door, clock)
        self._pins = Pins(rest, door, self._places, clock, pin)

    async def interaction(self, event: discord.Interaction) -> None:
        spot = await self._places.spot(event.channel, event.channel_id, event.guild_id, event.user.id)
        await self._interactions.heard(event, spot)

    async def message(self, message: discord.Message, spot: Spot | None = None) -> bool:
        """Whether it was for us and is new. `spot` is where it was, for one that was fetched."""
        if message.author.id == self._rest.me or message.type not in payloads.SPOKEN:
            return False
        fetched = spot is not None
        if fetched and str(message.id) in self._heard:
            return False
        guild = message.guild.id if message.guild else None
        said, mention = payloads.without(message.content, self._rest.me)
        in_channel = isinstance(message.channel, discord.abc.GuildChannel)
        if in_channel and not mention:
            return False  # people talking to each other
        spot = spot or await self._places.spot(message.channel, message.channel.id, guild, message.author.id)
        spot, key = await self._places.stands(spot, message)
        words = payloads.words(said, payloads.names_in(message))
        line = payloads.line(words, self._commands, mention=mention, direct=spot.direct, ours=key is not None)
        files = payloads.files_of(message.attachments, _link(message, spot))
        hidden = key is not None and not (said or files or mention or spot.direct or self._readable())
        if not line and not (files and (key or spot.direct)) and not hidden:
            return False
        if fetched and is_code(line):
            return False  # used up or lapsed by now: it is said once
        what = {"text": line, "files": files}
        known = fetched and await self._door.has(f"{self._rest.name}/message/{message.id}")
        since_edited = fetched and message.edited_at is not None and key is not None  # it may have been heard before
        if not known:
            await self._say(message, spot, key, what, hidden=hidden, quiet=since_edited, late=fetched)
        if since_edited:
            await self._changed(message, spot, key or "")
        return not known

    async def edited(self, event: discord.RawMessageUpdateEvent) -> None:
        """What is told again without being edited (a link's preview came) is no edit."""
        message = event.message
        if message.edited_at is None or message.author.bot or not (message.content or self._readable()):
            return
        if isinstance(message.channel, discord.abc.GuildChannel):
            return
        guild = message.guild.id if message.guild else None
        spot = await self._places.spot(message.channel, message.channel.id, guild, message.author.id)
        spot, key = await self._places.stands(spot, message)
        if key is not None:
            await self._changed(message, spot, key)

    async def _changed(self, message: discord.Message, spot: Spot, key: str) -> None:
        words, at = payloads.words(message.content, payloads.names_in(message)), message.edited_at or self._clock.now()
        stamp = f"{self._rest.name}/edit/{message.id}/{at.isoformat()}"
        await self._do(
            "edit", stamp, payloads.account_of(self._rest.name, message.author), spot, key, at=at,
            message=str(message.id), text=words, files=payloads.files_of(message.attachments, _link(message, spot)),
        )  # fmt: skip

    async def deleted(self, event: discord.RawMessageDeleteEvent) -> None:
        """Discord does not say whose it was, nor who took it back: it counts as the author's, where that is known."""
        said = self._heard.get(str(event.message_id))
        if said is None or said.thread_key is None:
            return
        arrival = Arrival(
            key=f"{self._rest.name}/delete/{event.message_id}", kind="delete", platform=self._rest.name,
            person=said.person, channel=said.channel, at=self._clock.now(), thread=said.thread,
            thread_key=said.thread_key, message=said.message, place=said.place, back=said.back,
        )  # fmt: skip
        await self._take(arrival)

    async def reaction(self, event: discord.RawReactionActionEvent) -> None:
        """The emoji under somebody's message opens a ticket about it, once for each message; the pin files it."""
        bot, emoji = event.member is not None and event.member.bot, str(event.emoji)
        if emoji not in {self._reaction, self._pins.emoji} or event.user_id == self._rest.me or bot:
            return
        spot = await self._places.spot(None, event.channel_id, event.guild_id, event.user_id)
        unnamed = Account(self._rest.name, "", str(event.user_id))
        account = payloads.account_of(self._rest.name, event.member) if event.member else unnamed
        number = str(event.message_id)
        if emoji == self._pins.emoji:
            await self._pinned(account, number, spot, event.guild_id)
        else:
            await self._wanted(number, spot, event.guild_id, [account], late=False)

    async def reacted(self, message: discord.Message, spot: Spot) -> bool:
        """The same from the history, which does not say when: whether it opened a ticket, for the first who may, or was
        filed.
        """
        number, guild = str(message.id), message.guild.id if message.guild else None
        there = {str(each.emoji) for each in message.reactions}
        filed = [
            await self._pinned(account, number, spot, guild, late=True)
            for account in (await self._who(number, spot, self._pins.emoji) if self._pins.emoji in there else ())
        ]
        if self._reaction not in there or await self._door.has(self._asks(spot, number)):
            return any(filed)
        await self._wanted(number, spot, guild, await self._who(number, spot, self._reaction), late=True)
        return any(filed) or await self._door.has(self._asks(spot, number))

    async def _who(self, number: str, spot: Spot, emoji: str) -> list[Account]:
        users = await self._rest.reacted(spot.channel, number, emoji)
        accounts = [payloads.account_in(self._rest.name, user) for user in users if int(user["id"]) != self._rest.me]
        return [each for each in accounts if not each.refused]

    async def _pinned(
        self, account: Account, number: str, spot: Spot, guild: int | None, *, late: bool = False
    ) -> bool:  # fmt: skip
        """Whether it is somebody's who may, and is new. What cannot be read is said, but not `late`."""
        key = self._pins.key(account, number, spot)
        if late and await self._door.has(key):
            return False
        try:
            arrival = await self._pins.arrival(account, number, spot, guild)
        except DeskError as error:
            if not late:
                await self._tell(self._nobody(key, account, spot, {"message": number}), Answer(403, error.sentence))
            return False
        if arrival is not None:
            await self._take(arrival)
        return arrival is not None

    def _asks(self, spot: Spot, message: str) -> str:
        return f"{self._rest.name}/reaction/{spot.channel}/{message}"

    async def _wanted(
        self, number: str, spot: Spot, guild: int | None, accounts: Iterable[Account], *, late: bool
    ) -> None:
        """A ticket about a message, for the first of them who may open it."""
        message = await self._rest.message(spot.channel, number)
        if int(message["author"]["id"]) == self._rest.me:
            return
        values, key = await self._interactions.about(message, spot, guild), self._asks(spot, number)
        for account in accounts:
            await self._do(
                "submit", key, account, spot, None, at=self._clock.now(), message=number, late=late,
                form=payloads.form_about(spot.place, number), values=values, again=True,
            )  # fmt: skip
            if late and await self._door.has(key):
                return

    async def _say(
        self, message: discord.Message, spot: Spot, key: str | None, what: Mapping[str, Any], *, hidden: bool,
        quiet: bool, late: bool,
    ) -> None:  # fmt: skip
        account = payloads.account_of(self._rest.name, message.author, webhook=message.webhook_id is not None)
        link = await linked(self._door, account, str(what["text"]))
        if link:
            stamp = f"{self._rest.name}/message/{message.id}"
            await self._tell(self._nobody(stamp, account, spot, {"message": str(message.id)}), link)
            return
        if not hidden:
            await self._do(
                "say", f"{self._rest.name}/message/{message.id}", account, spot, key, at=message.created_at,
                message=str(message.id), quiet=quiet, late=late, **what,
            )  # fmt: skip
            return
        stamp = f"{self._rest.name}/message/{message.id}"
        arrival = await self._arrival("say", stamp, account, spot, key, message=str(message.id))
        button = self._reply_button(key or "", arrival.channel) if arrival else None
        if arrival and button:
            await self._answers.unreadable(arrival, button)

    def _reply_button(self, key: str, channel: str) -> Button | None:
        """A form for words that we could not read. In a team's thread they are a note, as they would have been."""
        kind, number = subject_of(key) or ("", 0)
        word = "note" if self._answers.in_team(channel) else "reply"
        return Button("Write it here…", word, (("number", str(number)),), primary=True) if kind else None

    async def _do(
        self, kind: Any, stamp: str, account: Account, spot: Spot, key: str | None, *, quiet: bool = False,
        late: bool = False, **what: Any,
    ) -> None:  # fmt: skip
        """`quiet`: nobody is told that it was heard with other words before; `late`: nor who may not act here, for they
        may have been told when it was said.
        """
        try:
            arrival = await self._arrival(kind, stamp, account, spot, key, **what)
        except DeskError as error:
            if not (account.refused or late):  # two bots that answer each other would never end
                await self._tell(self._nobody(stamp, account, spot, what), Answer(403, error.sentence))
            return
        await self._take(arrival, quiet=quiet)

    async def _take(self, arrival: Arrival, *, quiet: bool = False) -> None:
        await self._door.keep(arrival)
        self._remember(arrival)
        answer = await self._door.take(arrival)
        if arrival.form.startswith("open~") and answer.status == 409:
            await self._show_ticket(arrival)
        elif not (quiet and answer.status == 409):
            await self._tell(arrival, answer)

    async def _show_ticket(self, arrival: Arrival) -> None:
        """Whoever reacts to a message that has its ticket is shown it, where they may see it; else nothing is said."""
        number = await self._door.opened_for_another(arrival.key, arrival.person)
        line = Button("", "show", (("number", str(number)),)).line()
        asked = replace(
            arrival, key=f"{arrival.key}/{arrival.back['user']}", kind="say", text=line, form="", values={},
            message=None, again=False,
        )  # fmt: skip
        answer = await self._door.take(asked) if number is not None else Answer()
        if answer.status < 400:
            await self._tell(asked, answer)

    async def _tell(self, arrival: Arrival, answer: Answer) -> None:
        try:
            await self._answers.plainly(arrival, answer)
        except FAILS as error:
            log.warning("an answer could not be given", arrival=arrival.key, error=str(error))

    async def _arrival(
        self, kind: Literal["say", "edit", "submit"], stamp: str, account: Account, spot: Spot, key: str | None,
        *, at: datetime | None = None, text: str = "", **what: Any,
    ) -> Arrival:  # fmt: skip
        person = await self._door.person(account, spot.place)
        if about := what.get("values", {}).get("about"):
            await self._door.point(person, about)
        return Arrival(
            key=stamp, kind=kind, platform=self._rest.name, person=person,
            channel=self._door.channel(spot.place, person), at=at or self._clock.now(), text=clean(text),
            thread=spot.thread, thread_key=key, place=spot.place, back=_back(account, spot, what.get("message")),
            **what,
        )  # fmt: skip

    def _nobody(self, stamp: str, account: Account, spot: Spot, what: Mapping[str, Any]) -> Arrival:
        """Nothing that is done: only where a refusal is to be told."""
        back = _back(account, spot, what.get("message"))
        return Arrival(stamp, "say", self._rest.name, "", "", self._clock.now(), place=spot.place, back=back)

    def _remember(self, arrival: Arrival) -> None:
        if arrival.message and arrival.kind == "say":
            self._heard[arrival.message] = arrival
            if len(self._heard) > REMEMBERED:
                self._heard.popitem(last=False)


def _link(message: discord.Message, spot: Spot) -> str:
    return payloads.link(message.guild.id if message.guild else None, spot.channel, str(message.id))


def _back(account: Account, spot: Spot, message: str | None) -> dict[str, str]:
    return {"user": account.user, "channel": spot.channel, **({"message": message} if message else {})}
