"""One workspace's Web API: a client that never repeats a call by itself, and the addresses of direct channels."""

import logging
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.uploads import Uploads
from config.tokens import SlackSecrets

LIMIT = 10  # seconds for a call
# The SDK says in its own way what we say in ours, and with addresses that open a socket.
SILENT = logging.getLogger("deskbell.slack_sdk")
SILENT.setLevel(logging.CRITICAL + 1)


class Workspace:
    """`web` posts nothing twice, where the SDK by itself repeats a call whose reply was lost. `open` it in the loop."""

    def __init__(self, name: str, secrets: SlackSecrets) -> None:
        self.name = name
        self.web = AsyncWebClient(
            secrets.bot_token, base_url=secrets.api_url, timeout=LIMIT, retry_handlers=[], logger=SILENT
        )
        self.uploads = Uploads(self.web)
        self._directs: dict[str, str] = {}

    @property
    def is_open(self) -> bool:
        return self.web.session is not None and not self.web.session.closed

    def open(self) -> None:
        """One pool of connections for all calls, where the SDK would make one for each."""
        if not self.is_open:
            self.web.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LIMIT))

    async def close(self) -> None:
        if self.web.session is not None:
            await self.web.session.close()

    async def tell(self, url: str, said: dict[str, Any]) -> str:
        """Say it by a response URL. Empty where that took it, else why not, as far as Slack says."""
        self.open()
        if self.web.session is None:
            return "closed"
        async with self.web.session.post(url, json=said) as response:
            if response.status == 200:
                return ""
            why = await response.text()
            return "invalid_blocks" if "invalid_blocks" in why else "refused"

    def place(self, user: str, channel: str) -> str:
        """`slack/C012`, or `slack/@U012` for the direct channel with this person and for what has none."""
        direct = not channel or channel.startswith("D")
        return f"{self.name}/@{user}" if direct else f"{self.name}/{channel}"

    async def channel(self, place: str) -> str | None:
        """The id of the conversation that a place is; None for what is no place of this workspace."""
        name, _, id_ = place.partition("/")
        if name != self.name or not id_:
            return None
        return await self.direct(id_[1:]) if id_.startswith("@") else id_

    async def direct(self, user: str) -> str:
        """The direct channel with somebody. Raises SlackApiError."""
        if user not in self._directs:
            opened = await self.web.conversations_open(users=user)
            self._directs[user] = opened["channel"]["id"]
        return self._directs[user]
