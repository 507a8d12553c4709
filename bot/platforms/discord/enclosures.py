"""Files that go with a message: a picture stands in the card, anything else below it; and the message without them.

A message and its files are one call, which was taken or was not. A picture in a card is not among the attachments that
Discord names afterwards (https://github.com/discord/discord-api-docs/issues/4809), so that an edit cannot keep it: each
edit brings its files anew, and whatever it does not list is gone
(https://docs.discord.com/developers/reference#editing-message-attachments).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import discord
import structlog

from bot.door import ENCLOSED_WITHIN, Door, Enclosed, unattached
from bot.platforms.discord import limits, refusals
from bot.platforms.discord.words import inert, label
from bot.platforms.graphemes import cut
from desk.cards import Card

Body = dict[str, Any]
Files = tuple[Enclosed, ...]
T = TypeVar("T")

_UNNAMED = re.compile(r"[^A-Za-z0-9._-]")  # what no name may hold by which a picture is found

log = structlog.get_logger(__name__)


async def made(door: Door, card: Card | None) -> Files:
    """None where they are not made in time: the words go out."""
    if card is None or not (card.picture or card.paper):
        return ()
    try:
        async with asyncio.timeout(ENCLOSED_WITHIN):
            return tuple(replace(each, name=_UNNAMED.sub("_", each.name)) for each in await door.enclosed(card))
    except TimeoutError:
        log.warning("the files of a card took too long", card=card.key)
        return ()


async def attached(put: Callable[[Body, Files], Awaitable[T]], body: Body, files: Files) -> T:
    """What `put` gives, which raises discord.HTTPException. It is asked again without the files where those may be what
    Discord refuses: such a no is definite, and nothing was said yet.
    """
    if not files:
        return await put(body, ())
    try:
        return await put(shown(body, files), files)
    except discord.HTTPException as error:
        if not refusals.of_files(error):
            raise
        log.warning("files are not shown", files=[each.name for each in files], error=str(error))
    return await put(without(body, files), ())


def shown(body: Body, files: Files) -> Body:
    """The body with its files named in it, numbered as they are uploaded, the first picture in the card."""
    listed = [_named(number, each) for number, each in enumerate(files)]
    image = next((each.name for each in files if each.media_type.startswith("image/")), None)
    embeds = list(body.get("embeds", ()))
    if image and embeds:
        embeds[0] = {**embeds[0], "image": {"url": f"attachment://{image}"}}
    return {**body, "embeds": embeds, "attachments": listed}


def _named(number: int, file: Enclosed) -> dict[str, Any]:
    alt = {"description": label(file.alt, limits.FILE_DESCRIPTION)} if file.alt else {}
    return {"id": number, "filename": file.name, **alt}


def without(body: Body, files: Files) -> Body:
    """The body with a sentence about each file that is not there. `render` left it the room."""
    said = "\n".join(f"-# {unattached(inert(each.name))}" for each in files)
    content = f"{body.get('content', '')}\n{cut(said, limits.FILES_SAID - 1)[0]}".strip()
    return {**body, "content": content}
