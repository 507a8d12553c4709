"""Discord's REST calls that we make, each once: what is sent, and where. Nothing is decided here.

Source of the routes and bodies: https://docs.discord.com/developers/reference
"""

import asyncio
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Ratelimit, Route

from bot.door import Enclosed

OFFICIAL, GATEWAY = "https://discord.com/api/v10", "wss://gateway.discord.gg/"
LONGEST_WAIT = 5.0  # seconds that the library may sit out by itself: well inside the outbox's ten
PAGE = 100
PRIVATE_THREAD = 12  # as Discord numbers the kinds of channels
WEEK = 10_080  # minutes until a thread without words is archived
FAILS = (discord.DiscordException, aiohttp.ClientError, OSError)  # what a call may raise
NOBODY: Mapping[str, list[str]] = {"parse": []}  # AllowedMentions.none(), as it is written in a body
EPHEMERAL = 64
MESSAGE, THINKING, SILENT, CHOICES, MODAL = 4, 5, 6, 8, 9  # the kinds of first response to an interaction


def aim(api_url: str | None, gateway: str = GATEWAY) -> None:
    """Where every call of this process goes, and where it connects. The one place that touches the library's own
    addresses: after a lost session it goes to its constant, whatever Discord told it to use.
    """
    Route.BASE = api_url or OFFICIAL
    DiscordWebSocket.DEFAULT_GATEWAY = type(DiscordWebSocket.DEFAULT_GATEWAY)(gateway)


class Bucket(Ratelimit):
    """A wait that is too long is raised, but only where there is one: the library raises it for every call inside a
    long window, such as the five minutes of fifty threads, whatever is left of it.
    """

    async def acquire(self) -> None:
        patience, here = self._max_ratelimit_timeout, self.remaining > 0 or self.is_expired()
        self._max_ratelimit_timeout = None if here else patience
        try:
            await super().acquire()
        finally:
            self._max_ratelimit_timeout = patience


class Http(HTTPClient):
    """The library's, which keeps Discord's rate limits; a wait over LONGEST_WAIT is raised as RateLimited, so that
    others may go first. The library's own setting cannot be under half a minute.
    """

    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop())
        self.max_ratelimit_timeout = LONGEST_WAIT

    def get_ratelimit(self, key: str) -> Ratelimit:
        if key not in self._buckets:
            self._buckets[key] = Bucket(self.max_ratelimit_timeout)
            self._try_clear_expired_ratelimits()
        return self._buckets[key]


class Once:
    """A file to the library, which begins each anew when it tries again after an error: this one lets it try once."""

    def reset(self, *, seek: int) -> None:
        if seek:
            raise ConnectionError("what became of it is not known, and it is not to be done twice")


class Rest:
    """Each method raises what the library raises. Ids are Discord's, as digits. `name` is the platform's. `files` are
    those that a body lists as new under `attachments`, in the order of their numbers.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.me, self.application = 0, 0
        self.flags = discord.ApplicationFlags()
        self._client: HTTPClient | None = None
        self._direct: dict[str, str] = {}

    @property
    def ready(self) -> bool:
        return self._client is not None

    @property
    def _http(self) -> HTTPClient:
        if self._client is None:
            raise discord.ClientException("not logged in")
        return self._client

    async def login(self, token: str) -> None:
        """Raises discord.LoginFailure when the token is none of Discord's."""
        http = Http()
        try:
            me = await http.static_login(token)
            _, gateway, _ = await http.get_bot_gateway()
            aim(Route.BASE, gateway)
            self.adopt(http, int(me["id"]), dict(await http.application_info()))
        except BaseException:
            await http.close()
            raise

    def adopt(self, http: HTTPClient, me: int, application: Mapping[str, Any]) -> None:
        """Use a client that is logged in."""
        self._client, self.me, self.application = http, me, int(application["id"])
        self.flags = discord.ApplicationFlags._from_value(int(application.get("flags", 0)))  # noqa: SLF001 - the library has no other way to read the number that Discord sends

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def direct(self, user: str) -> str:
        """The id of our direct channel with somebody: the same each time it is asked for."""
        if user not in self._direct:
            await self.opened(user)
        return self._direct[user]

    async def opened(self, user: str) -> dict[str, Any]:
        """The same as Discord has it now."""
        made = await self._asked(Route("POST", "/users/@me/channels"), json={"recipient_id": user})
        self._direct[user] = str(made["id"])
        return made

    async def send(self, channel: str, body: Mapping[str, Any], files: Sequence[Enclosed] = ()) -> dict[str, Any]:
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel)
        return await self._asked(route, **_content({"allowed_mentions": NOBODY, **body}, files))

    async def edit(self, channel: str, message: str, body: Mapping[str, Any], files: Sequence[Enclosed] = ()) -> None:
        """No file of before stays that the body does not list."""
        where = {"channel_id": channel, "message_id": message}
        route = Route("PATCH", "/channels/{channel_id}/messages/{message_id}", **where)
        whole = {"allowed_mentions": NOBODY, "attachments": [], **body}
        await self._http.request(route, **_content(whole, files))

    async def message(self, channel: str, message: str) -> dict[str, Any]:
        where = {"channel_id": channel, "message_id": message}
        return await self._asked(Route("GET", "/channels/{channel_id}/messages/{message_id}", **where))

    async def reacted(self, channel: str, message: str, emoji: str) -> list[dict[str, Any]]:
        """The users who put this emoji there, at most a page, in no order that tells when."""
        where = {"channel_id": channel, "message_id": message, "emoji": emoji}
        route = Route("GET", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}", **where)
        found: list[dict[str, Any]] = await self._http.request(route, params={"limit": str(PAGE)})
        return found

    async def after(self, channel: str, message: str, limit: int = PAGE) -> list[dict[str, Any]]:
        """At most a page of the messages after this one, oldest first."""
        return await self._messages(channel, {"after": message, "limit": str(limit)})

    async def before(self, channel: str, message: str, limit: int) -> list[dict[str, Any]]:
        return await self._messages(channel, {"before": message, "limit": str(limit)})

    async def _messages(self, channel: str, params: Mapping[str, str]) -> list[dict[str, Any]]:
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel)
        page: list[dict[str, Any]] = await self._http.request(route, params=params)
        return sorted(page, key=lambda message: int(message["id"]))

    async def start_thread(self, channel: str, message: str, name: str) -> None:
        """A thread on a message; its id is the message's own, so that there can be only one."""
        where = {"channel_id": channel, "message_id": message}
        route = Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", **where)
        await self._http.request(route, json={"name": name, "auto_archive_duration": WEEK})

    async def start_private_thread(self, channel: str, name: str) -> str:
        """Its id. Each call makes another one. Nobody is let in but by us."""
        route = Route("POST", "/channels/{channel_id}/threads", channel_id=channel)
        body = {"name": name, "type": PRIVATE_THREAD, "invitable": False, "auto_archive_duration": WEEK}
        return str((await self._asked(route, json=body, files=(Once(),)))["id"])

    async def let_in(self, thread: str, user: str) -> None:
        where = {"channel_id": thread, "user_id": user}
        await self._http.request(Route("PUT", "/channels/{channel_id}/thread-members/{user_id}", **where))

    async def active_threads(self, guild: str) -> list[dict[str, Any]]:
        """Of a private one only those that we are in."""
        answer = await self._asked(Route("GET", "/guilds/{guild_id}/threads/active", guild_id=guild))
        return list(answer["threads"])

    async def archived_private_threads(self, channel: str) -> list[dict[str, Any]]:
        """Those that we are in, at most a page: the newest."""
        route = Route("GET", "/channels/{channel_id}/users/@me/threads/archived/private", channel_id=channel)
        answer: dict[str, Any] = await self._http.request(route, params={"limit": str(PAGE)})
        return list(answer["threads"])

    async def reopen_thread(self, thread: str) -> None:
        await self._http.request(Route("PATCH", "/channels/{channel_id}", channel_id=thread), json={"archived": False})

    async def channel(self, channel: str) -> dict[str, Any]:
        return await self._asked(Route("GET", "/channels/{channel_id}", channel_id=channel))

    async def guilds(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._http.request(Route("GET", "/users/@me/guilds"))
        return found

    async def channels(self, guild: str) -> list[dict[str, Any]]:
        route = Route("GET", "/guilds/{guild_id}/channels", guild_id=guild)
        found: list[dict[str, Any]] = await self._http.request(route)
        return found

    async def roles(self, guild: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._http.request(Route("GET", "/guilds/{guild_id}/roles", guild_id=guild))
        return found

    async def member(self, guild: str) -> dict[str, Any]:
        """We ourselves, as a member of a guild."""
        route = Route("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=str(self.me))
        return await self._asked(route)

    async def put_commands(self, guild: int | None, payloads: list[dict[str, Any]]) -> None:
        """All commands of a guild, or those that hold everywhere, in one call: what is not among them is gone."""
        ours = f"/applications/{self.application}"
        path = f"{ours}/commands" if guild is None else f"{ours}/guilds/{guild}/commands"
        await self._http.request(Route("PUT", path), json=payloads)

    async def respond(
        self, interaction: str, token: str, kind: int, data: Mapping[str, Any] | None = None,
        files: Sequence[Enclosed] = (),
    ) -> None:  # fmt: skip
        """The first response to an interaction: within three seconds, and once."""
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        route = Route("POST", path, webhook_id=interaction, webhook_token=token)
        body = {"type": kind, **({"data": data} if data is not None else {})}
        await self._http.request(route, **_content(body, files))

    async def finish(self, token: str, body: Mapping[str, Any], files: Sequence[Enclosed] = ()) -> None:
        """What stands where a first response said that it would take a moment."""
        path = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
        route = Route("PATCH", path, webhook_id=self.application, webhook_token=token)
        await self._http.request(route, **_content({"allowed_mentions": NOBODY, **body}, files))

    async def follow(self, token: str, body: Mapping[str, Any], files: Sequence[Enclosed] = ()) -> None:
        """One more answer that only the asker sees, within fifteen minutes."""
        path = "/webhooks/{webhook_id}/{webhook_token}"
        route = Route("POST", path, webhook_id=self.application, webhook_token=token)
        await self._http.request(route, **_content({"allowed_mentions": NOBODY, "flags": EPHEMERAL, **body}, files))

    async def _asked(self, route: Route, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await self._http.request(route, **more)
        return answer


def _content(body: Mapping[str, Any], files: Sequence[Enclosed]) -> dict[str, Any]:
    """What the library is given: JSON, or a form of JSON and files, which it begins anew when it tries again."""
    if not files:
        return {"json": body}
    opened = [discord.File(io.BytesIO(each.data), each.name) for each in files]
    form: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(body)}]
    for number, (each, file) in enumerate(zip(files, opened, strict=True)):
        part = {"name": f"files[{number}]", "value": file.fp, "filename": each.name, "content_type": each.media_type}
        form.append(part)
    return {"form": form, "files": opened}


def moment(at: datetime) -> str:
    """The id that a message of this moment would have: ids are times."""
    return str(discord.utils.time_snowflake(at))


def time_of(message: str) -> datetime:
    return discord.utils.snowflake_time(int(message))
