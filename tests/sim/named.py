"""A platform's door out, its places called as the script of a night calls them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.platforms.contract import Found, Outbound, Outgoing
from desk.cards import Text


class Named:
    """`places` says where `#desk`, `@lina` and the others are on this platform."""

    def __init__(self, out: Outbound, places: Mapping[str, str]) -> None:
        self.name, self._out, self._places = out.name, out, places

    async def post(self, outgoing: Outgoing) -> str:
        return await self._out.post(self._placed(outgoing))

    async def edit(self, message_id: str, outgoing: Outgoing) -> None:
        await self._out.edit(message_id, self._placed(outgoing))

    async def find(self, destination: str, thread: str | None, send_key: str, since: datetime) -> list[Found]:
        return await self._out.find(self._places[destination], thread, send_key, since)

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None:
        await self._out.mark_copy(message_id, self._placed(outgoing))

    def rest(self, outgoing: Outgoing) -> Text:
        return self._out.rest(self._placed(outgoing))

    def _placed(self, outgoing: Outgoing) -> Outgoing:
        return replace(outgoing, destination=self._places[outgoing.destination])
