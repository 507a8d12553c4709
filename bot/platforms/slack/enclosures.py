"""What goes with a message as files: pictures stand in it, papers are shared by their link, what is missing is named.

Slack shares a file of the bot's with a conversation when the bot says its link in a message's `text`
(https://github.com/slackapi/python-slack-sdk/issues/1194), and shows a picture of the bot's in an image block
(https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object). So a message and its files are one
call, which was taken or was not.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError

from bot.door import ENCLOSED_WITHIN, Enclosed, unattached
from bot.platforms.graphemes import cut
from bot.platforms.slack import refusals
from bot.platforms.slack.limits import IMAGE_ALT, TEXT, units
from bot.platforms.slack.refusals import FilesRefused
from bot.platforms.slack.render import Message
from bot.platforms.slack.uploads import Kept, Uploads
from bot.platforms.slack.words import Block, inert, note, tidy
from bot.ports import Clock
from desk.cards import Card

WAITS = (0.5, 1.5)  # seconds until Slack may have looked through a new picture, which it refuses before

T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Files:
    """`said` are sentences about files that are not in this message."""

    pictures: tuple[Kept, ...] = ()
    papers: tuple[Kept, ...] = ()
    said: tuple[str, ...] = ()

    def missing(self) -> "Files":
        """The same without any file."""
        return Files(said=(*self.said, *(unattached(kept.name) for kept in (*self.pictures, *self.papers))))

    def elsewhere(self) -> "Files":
        """The same with its papers in the direct channel."""
        return replace(self, papers=(), said=(*self.said, *(sent(kept.name) for kept in self.papers)))


def sent(name: str) -> str:
    return f"{name} is in your direct messages with the desk."


def shown(drawn: Message, files: Files) -> Message:
    """The message with its files, between its words and its buttons. `render` left them the room."""
    row = tuple(block for block in drawn.blocks if block["type"] == "actions")
    words = tuple(block for block in drawn.blocks if block["type"] != "actions")
    beside = [*map(_picture, files.pictures), *map(_paper, files.papers), *map(note, files.said)]
    said = [drawn.text, *map(inert, files.said), *(f"<{kept.link}|{inert(kept.name)}>" for kept in files.papers)]
    for kept in files.pictures:
        room = max(0, TEXT - units("\n".join(said)) - 1)
        said.append(inert(cut(tidy(kept.alt), room, measure=lambda words: units(inert(words)))[0]))
    return Message("\n".join(filter(None, said)), (*words, *beside, *row), drawn.rest)


def _picture(kept: Kept) -> Block:
    alt = cut(tidy(kept.alt), IMAGE_ALT, measure=units)[0] or kept.name
    return {"type": "image", "slack_file": {"id": kept.id}, "alt_text": alt}


def _paper(kept: Kept) -> Block:
    link = {"type": "link", "url": kept.link, "text": kept.name}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]}


class Enclosing:
    def __init__(
        self, uploads: Uploads, enclosed: Callable[[Card | None], Awaitable[tuple[Enclosed, ...]]], clock: Clock
    ) -> None:
        self._uploads, self._enclosed, self._clock = uploads, enclosed, clock

    async def of(self, card: Card | None) -> Files:
        """Whatever keeps a file from lying there, its words go out."""
        if card is None or not (card.picture or card.paper):
            return Files()
        left: list[Enclosed] = []
        pictures, papers = list[Kept](), list[Kept]()
        try:
            async with asyncio.timeout(ENCLOSED_WITHIN):
                left += await self._enclosed(card)
                for file in list(left):
                    kept = await self._uploads.keep(file)
                    if kept is not None and (file.alt or kept.link):
                        (pictures if file.alt else papers).append(kept)
                        left.remove(file)
        except Exception:  # too slow, or whatever an upload raises: files are no reason to lose words
            log.exception("the files of a card are left out", card=card.key)
        return Files(tuple(pictures), tuple(papers), tuple(unattached(file.name) for file in left))

    async def said(self, files: Files, say: Callable[[Files], Awaitable[T]]) -> T:
        """What `say` gives, which raises SlackApiError or FilesRefused. It is asked again where a file is refused, at
        last without any: such a no is definite, and nothing was said yet.
        """
        if not (files.pictures or files.papers):
            return await say(files)
        for wait in (0.0, *WAITS):
            await self._clock.sleep(wait)
            try:
                return await say(files)
            except (SlackApiError, FilesRefused) as error:
                if not refusals.of_files(error):
                    raise
        log.warning("files are not shown", files=[kept.name for kept in (*files.pictures, *files.papers)])
        self._uploads.forget(*(kept.id for kept in (*files.pictures, *files.papers)))
        return await say(files.missing())
