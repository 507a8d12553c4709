"""Files of ours in the workspace. Nobody sees one before a message shows it, so that one too many harms nobody.

Sources: https://docs.slack.dev/messaging/working-with-files,
https://docs.slack.dev/reference/methods/files.getUploadURLExternal
"""

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.door import Enclosed
from bot.platforms.graphemes import cut
from bot.platforms.slack import refusals
from bot.platforms.slack.limits import FILE_ALT, units

KNOWN = 256  # files that are not put there again
TRIES = 2
LIMIT = 2.5  # seconds for one try, of the ten that a post may take

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the workspace; `link` is its page there, `alt` says what a picture shows."""

    id: str
    link: str
    name: str
    alt: str = ""


class Uploads:
    def __init__(self, web: AsyncWebClient) -> None:
        self._web = web
        self._known: OrderedDict[str, Kept] = OrderedDict()

    async def keep(self, file: Enclosed) -> Kept | None:
        """None where Slack does not take it. The same file lies there once; a lost reply is asked for again."""
        mark = _mark(file)
        if mark in self._known:
            self._known.move_to_end(mark)
            return self._known[mark]
        why = ""
        for _ in range(TRIES):
            try:
                async with asyncio.timeout(LIMIT):
                    kept = await self._put(file)
            except SlackApiError as error:
                why = refusals.needed(error) or refusals.said(error)
                if not refusals.for_now(error):
                    break
            except (SlackRequestError, aiohttp.ClientError, TimeoutError) as error:
                why = type(error).__name__
            else:
                self._remember(mark, kept)
                return kept
        log.warning("a file was not taken", file=file.name, error=why)
        return None

    def forget(self, *ids: str) -> None:
        """These are shown nowhere: whoever wants them again puts them there anew."""
        for mark in [mark for mark, kept in self._known.items() if kept.id in ids]:
            del self._known[mark]

    async def _put(self, file: Enclosed) -> Kept:
        """By Slack's three steps. Without a channel it is the bot's alone."""
        put = await self._web.files_upload_v2(
            filename=file.name, title=file.name, content=file.data,
            alt_txt=cut(file.alt, FILE_ALT, measure=units)[0] or None,
        )  # fmt: skip
        lies = put["file"]
        return Kept(lies["id"], lies.get("permalink", ""), file.name, file.alt)

    def _remember(self, mark: str, kept: Kept) -> None:
        self._known[mark] = kept
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)


def _mark(file: Enclosed) -> str:
    return hashlib.sha256(b"\0".join([file.name.encode(), file.alt.encode(), file.data])).hexdigest()
