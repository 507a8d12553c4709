"""The stand-in's mind: a Slack workspace in memory, without sockets, without sleeping, on a clock that is given to it.

`call` is the Web API, `respond` a response_url, `people.People` what persons do; `calls` is the witness of every call.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.slack.standin import numbers as n
from tests.slack.standin.rates import Rates
from tests.slack.standin.refusal import SlackNo
from tests.slack.standin.trouble import NO_TROUBLE, Trouble, Troubles
from tests.slack.standin.world import Call, Channel, Json, Message, ResponseUrl, Trigger, Upload, User, View
from tests.standin.faults import Tells

SCOPES = frozenset({
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:read", "files:write",
    "groups:history", "groups:read", "im:history", "im:read", "im:write", "reactions:read", "reactions:write",
    "users:read", "users:read.email",
})  # fmt: skip
EVENTS = frozenset({
    "message.channels", "message.groups", "message.im", "app_mention", "app_home_opened", "reaction_added",
    "reaction_removed", "channel_archive", "channel_rename", "channel_deleted", "member_joined_channel",
    "member_left_channel", "user_change", "tokens_revoked",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back to the caller. `status` 0: nothing, `tells` says whether by a reset or by silence."""

    status: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)
    tells: Tells = Tells.OK


@dataclass
class Workspace:
    """`now` gives seconds since 1970, in UTC. Ids come from a counter, so that a run can be repeated exactly.

    `token_error` is how Slack answers our tokens: empty, `invalid_auth`, `token_revoked` or `account_inactive`.
    `history_lag` is how many seconds a message takes to appear in a history, `file_lag` until a picture can be shown.
    """

    now: Callable[[], float]
    team: str = "T001"
    domain: str = "acme"
    app: str = "A001"
    bot_id: str = "B001"
    bot_name: str = "deskbell"
    bot_token: str = "xoxb-stand-in"
    app_token: str = "xapp-stand-in"
    signing_secret: str = "8f742231b10e8888abcd99yyyzzz85a5"
    token_error: str = ""
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    history_lag: float = 0.0
    file_lag: float = 0.0
    largest_file: int = 2**30
    rates: Rates = field(default_factory=Rates)
    troubles: Troubles = field(default_factory=Troubles)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    base: str = "http://stand-in"
    count: int = 0
    _last_ts: int = 0

    def __post_init__(self) -> None:
        self.bot = self.add_user(self.bot_name, id="U0BOT", is_bot=True).id

    # Setting up

    def add_user(self, name: str, *, id: str = "", team: str = "", **more: Any) -> User:  # noqa: A002 - Slack's word
        user = User(id or self.next_id("U"), name, team or self.team, is_stranger=bool(team), **more)
        self.users[user.id] = user
        return user

    def add_channel(
        self, name: str, members: Iterable[str] = (), *,
        id: str = "",  # noqa: A002 - Slack's word
        kind: str = "public", bot: bool = True, **more: Any,
    ) -> Channel:  # fmt: skip
        """`bot`: whether the bot is in it."""
        inside = {*members, *([self.bot] if bot else [])}
        channel = Channel(id or self.next_id("C" if kind == "public" else "G"), name, kind, inside, **more)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: str) -> Channel:
        """The direct channel of this person and the bot, made when it is first asked for."""
        found = [c for c in self.channels.values() if c.kind == "im" and user in c.members]
        if found:
            return found[0]
        channel = Channel(self.next_id("D"), "", "im", {user, self.bot})
        self.channels[channel.id] = channel
        return channel

    def next_id(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count:08d}"

    def next_ts(self) -> str:
        """Later than every one before, whatever the clock does."""
        self._last_ts = max(int(self.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def trigger(self, user: str) -> Trigger:
        trigger = Trigger(f"{self.next_id('')}.738474920.{self.count:032x}", user, self.now())
        self.triggers[trigger.id] = trigger
        return trigger

    def response_url(
        self, user: str, channel: str, original: Message | None = None, thread_ts: str | None = None
    ) -> ResponseUrl:
        back = ResponseUrl(f"{self.team}/{self.next_id('')}", user, channel, self.now(), original, thread_ts)
        self.response_urls[back.token] = back
        return back

    def admit(self, ticket: str) -> bool:
        """The address of a socket is good for one connection."""
        good = ticket in self.tickets
        self.tickets.discard(ticket)
        return good

    # What is there

    def message(self, channel: str, ts: str) -> Message | None:
        found = self.messages.get((channel, ts))
        return None if found is None or found.deleted else found

    def replies(self, channel: str, ts: str) -> list[Message]:
        return [
            m for m in self.messages.values()
            if m.channel == channel and m.thread_ts == ts and m.is_reply and not m.deleted and not m.only
        ]  # fmt: skip

    def view(self, user: str) -> View | None:
        """The modal that this person has before them: the topmost one that is open."""
        mine = [view for view in self.views.values() if view.user == user and not view.closed]
        return mine[-1] if mine else None

    # The doors

    def call(self, method: str, arguments: Json, token: str, trouble: Trouble = NO_TROUBLE) -> Reply:
        """One call of the Web API. The trouble's times are the caller's to wait for: this takes it now, if at all."""
        from tests.slack.standin.methods import run  # here, since the methods are about this class

        return self._served(method, arguments, trouble, lambda: run(self, method, arguments, token))

    def respond(self, token: str, body: Json, trouble: Trouble = NO_TROUBLE) -> Reply:
        """A POST to a response_url."""
        from tests.slack.standin.responses import use  # here, as above

        back = self.response_urls.get(token)
        arguments = {**body, "channel": back.channel if back else "", "token_of_url": token}
        return self._served("response_url", arguments, trouble, lambda: use(self, token, body))

    def upload(self, address: str, data: bytes, trouble: Trouble = NO_TROUBLE) -> Reply:
        """A POST of a file's bytes to its address."""
        from tests.slack.standin.uploads import take  # here, as above

        return self._served("upload", {"address": address}, trouble, lambda: take(self, address, data))

    def _served(self, method: str, arguments: Json, trouble: Trouble, take: Callable[[], Json]) -> Reply:
        taken, made = False, Reply(200, {})
        if trouble.plan.takes_after is not None:
            made = _answered(take)
            taken = bool(made.body.get("ok"))
        told = made if trouble.plan.tells is Tells.OK else _troubled(trouble)
        if method == "auth.test" and told.status == 200:
            told.headers.update({"x-oauth-scopes": ",".join(sorted(self.scopes))})
        self.calls.append(
            Call(self.now(), method, arguments, told.status, taken, str(told.body.get("error", "")), made.body)
        )
        return told


def _answered(take: Callable[[], Json]) -> Reply:
    try:
        return Reply(200, {"ok": True, **take()})
    except SlackNo as no:
        headers = {"Retry-After": str(no.retry_after)} if no.retry_after is not None else {}
        return Reply(no.status, {"ok": False, "error": no.error, **no.more}, headers)


def _troubled(trouble: Trouble) -> Reply:
    tells = trouble.plan.tells
    if tells in {Tells.RESET, Tells.NOTHING}:
        return Reply(0, {}, tells=tells)
    if tells is Tells.ERROR:
        return Reply(trouble.status, {"ok": False, "error": trouble.error or "internal_error"}, tells=tells)
    if tells is Tells.RATE:
        wait = str(math.ceil(trouble.plan.retry_after))
        return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": wait}, tells)
    return Reply(200, {"ok": False, "error": trouble.error}, tells=tells)


def alive(back: ResponseUrl | None, now: float) -> ResponseUrl:
    """Raises what Slack says of a response_url that cannot be used any more: 404."""
    if back is None or now - back.made > n.RESPONSE_SECONDS:
        raise SlackNo("expired_url", status=404)
    if back.uses >= n.RESPONSE_USES:
        raise SlackNo("used_url", status=404)
    return back
