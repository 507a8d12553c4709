"""Discord's mind: what there is, who may see and do what, and the time. No sockets, no clock of its own.

`Discord(now)` is set up by `guild`, `person`, `text_channel`; what the bot does arrives by `api.perform`, what people
do by `people.People`, and what the bot is told leaves by `gateway`.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.discord.standin import shapes
from tests.discord.standin.faults import Faults
from tests.discord.standin.gateway import Gateway
from tests.discord.standin.rates import Rates
from tests.discord.standin.refusals import no
from tests.discord.standin.things import DM, EPOCH, GRANTED, PRIVATE, TEXT, Asked, Channel, Guild, Message, User

EPOCH_DISCORD = 1_420_070_400_000  # milliseconds since 1970
PRIVILEGED = frozenset({"members", "presences", "message_content"})
_MENTION = re.compile(r"<@!?(\d+)>")


class Discord:
    """`now` tells the time in UTC. `privileged` are the intents switched on for the application in the portal.

    `nonces` is for how long a nonce is remembered ("the past few minutes"). `log` is the witness: every call in order.
    Ids of what is set up count from a fixed number, ids of what happens come from the clock.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        token: str = "standin",  # noqa: S107 - made up
        privileged: Iterable[str] = ("members", "message_content"),
        posts: int | None = 5,
        nonces: timedelta = timedelta(minutes=3),
    ) -> None:
        self.now, self.token, self.privileged, self.nonces = now, token, set(privileged), nonces
        self.files_at, self.gateway_at = "http://127.0.0.1:1", "ws://127.0.0.1:1"  # the server says where they are
        self.refuses_files = ""  # with which of its refusals it does whatever comes with a file, anywhere
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.asked: dict[int, Asked] = {}
        self.commands: dict[int | None, list[dict[str, Any]]] = {None: []}  # by guild; None: everywhere
        self.log: list[dict[str, Any]] = []
        self.watchers: list[Callable[[], None]] = []
        self._fixed, self._last = count(100_000_000_000_000_001), 0
        self.application = next(self._fixed)
        self.bot = self._user("Deskbell", bot=True)
        self.rates, self.faults, self.gateway = Rates(now, posts), Faults(), Gateway(self)

    # setting up

    def guild(self, name: str = "Acme") -> Guild:
        there = Guild(next(self._fixed), name, owner=0)
        there.owner = self._user(f"Owner of {name}").id
        role = next(self._fixed)
        there.role_names, there.roles = {role: "Bot"}, {self.bot.id: {role}}
        there.nicks = {self.bot.id: None, there.owner: None}
        self.guilds[there.id] = there
        self.commands[there.id] = []
        return there

    def person(self, name: str, *guilds: Guild, takes_dms: bool = True, bot: bool = False) -> User:
        who = self._user(name, bot=bot)
        who.takes_dms = takes_dms
        for guild in guilds:
            guild.nicks[who.id] = None
        return who

    def text_channel(
        self, guild: Guild, name: str, *, denied: Iterable[str] = (), readers: Iterable[User] | None = None
    ) -> Channel:
        """`denied`: permissions the bot lacks here (`things.BITS`). `readers` alone see it (None: everyone)."""
        seen = None if readers is None else {each.id for each in readers}
        place = Channel(next(self._fixed), TEXT, name, guild=guild.id, denied=set(denied), readers=seen, touched=EPOCH)
        self.channels[place.id] = place
        return place

    def role(self, guild: Guild, name: str, *people: User) -> int:
        """A role that these people have; its id."""
        number = next(self._fixed)
        guild.role_names[number] = name
        for who in people:
            guild.roles.setdefault(who.id, set()).add(number)
        return number

    def dm(self, who: User | int) -> Channel:
        """The direct channel of the bot and a person, made when first asked for."""
        number = who if isinstance(who, int) else who.id
        for place in self.channels.values():
            if place.type == DM and place.person == number:
                return place
        place = Channel(self.snowflake(), DM, "", person=number)
        self.channels[place.id] = place
        return place

    def revoke(self, token: str = "another") -> None:  # noqa: S107 - made up
        """The token is reset: the old one is refused, and its connections end with 4004."""
        self.token = token
        self.gateway.close(4004)

    def _user(self, name: str, *, bot: bool = False) -> User:
        who = User(next(self._fixed), name, bot=bot)
        self.users[who.id] = who
        return who

    # ids and time

    def snowflake(self) -> int:
        """The present millisecond with a counter below it: ids grow with time and never repeat."""
        milliseconds = int(self.now().timestamp() * 1000) - EPOCH_DISCORD
        self._last = max(milliseconds << 22, self._last + 1)
        return self._last

    @staticmethod
    def moment(snowflake: int) -> datetime:
        return datetime.fromtimestamp(((snowflake >> 22) + EPOCH_DISCORD) / 1000, UTC)

    # finding

    def place(self, number: int) -> Channel:
        """A channel the bot may see. Raises 10003 or 50001."""
        if number not in self.channels:
            raise no("unknown channel")
        if not self.bot_sees(self.channels[number]):
            raise no("missing access")
        return self.channels[number]

    def said(self, place: Channel, number: int) -> Message:
        """A message in a channel as a route finds it: ephemeral ones it does not."""
        found = self.messages.get(number)
        if found is None or found.gone or found.channel != place.id or found.only_for is not None:
            raise no("unknown message")
        return found

    def in_place(self, place: Channel) -> list[Message]:
        """Everything there that is not deleted, oldest first."""
        return [each for _, each in sorted(self.messages.items()) if each.channel == place.id and not each.gone]

    # seeing and doing

    def parent(self, place: Channel) -> Channel:
        return self.channels[place.parent] if place.parent is not None else place

    def can(self, place: Channel, what: str) -> bool:
        """Whether the bot has a permission in a channel; a thread has its parent's."""
        if place.guild is None:
            return True
        return what in GRANTED and what not in self.parent(place).denied

    def must(self, place: Channel, *what: str) -> None:
        if not all(self.can(place, each) for each in what):
            raise no("missing permissions")

    def bot_sees(self, place: Channel) -> bool:
        if place.guild is None:
            return True
        hidden = place.type == PRIVATE and self.bot.id not in place.members and not self.can(place, "manage_threads")
        return self.can(place, "view_channel") and not hidden

    def sees(self, who: int, place: Channel) -> bool:
        """Whether a person may see a channel or thread."""
        if place.type == DM:
            return place.person == who
        if place.guild is None or who not in self.guilds[place.guild].nicks:
            return False
        readers = self.parent(place).readers
        inside = place.type != PRIVATE or who in place.members
        return inside and (readers is None or who in readers)

    def mentioned(self, it: Message) -> list[int]:
        """People whose mention stands in a message, whether or not it pings them."""
        found = dict.fromkeys(int(each) for each in _MENTION.findall(it.text()))
        return [each for each in found if each in self.users]

    # telling

    def tell(self, event: str, data: dict[str, Any], place: Channel | None = None) -> None:
        """Tell the bot, unless it may not see where this happened."""
        if place is None or self.bot_sees(place):
            self.gateway.dispatch(event, data)

    def tell_message(self, event: str, it: Message, *, nonce: bool = False) -> None:
        if it.only_for is None:
            self.tell(event, shapes.in_event(self, it, nonce=nonce), self.channels[it.channel])

    def changed(self) -> None:
        for watcher in list(self.watchers):
            watcher()
