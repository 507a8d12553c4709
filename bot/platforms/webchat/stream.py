"""Live updates as server-sent events: each reader pulls from the store at its own pace, woken by the bell."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from bot.platforms.webchat.bell import Bell
from bot.platforms.webchat.messages import PAGE
from bot.platforms.webchat.room import Room
from bot.platforms.webchat.showing import pictures
from desk.people import Person
from desk.refusal import DeskError

HEARTBEAT = 15.0  # seconds: shorter than any proxy's patience
RETRY = 1000  # milliseconds until a browser comes back


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader goes on. `restarted`: it came from a number that was never given here, so from another store."""

    seq: int
    restarted: bool = False


def place_of(asked: int | None, newest: int) -> Place:
    """Where somebody who asks for it goes on; from now on, when they do not say or cannot know."""
    if asked is None or asked > newest:
        return Place(newest, restarted=asked is not None)
    return Place(asked)


async def events(room: Room, bell: Bell, person: Person, place: Place, beat: float = HEARTBEAT) -> AsyncIterator[bytes]:
    """Posts and edits after a place that this person may see, in order, until the bell is closed or they have left.

    The first event carries an id and nothing else, so that a page that has seen no message yet can continue too. A
    comment goes out after `beat` seconds of quiet.
    """
    ring, seq = bell.next(), place.seq
    yield f"retry: {RETRY}\nid: {seq}\n\n".encode()
    if place.restarted:
        yield b"event: restart\ndata: {}\n\n"
    while not bell.closed:
        try:
            person = room.person(person.id)  # with the rights of now
        except DeskError:
            return
        found = await room.since(person, seq)
        for message, shown in zip(found, await pictures(room, person, found), strict=True):
            seq = message.seq
            yield _event(shown, seq)
        if len(found) == PAGE:
            continue
        try:
            async with asyncio.timeout(beat):
                await ring.wait()
            ring = bell.next()
        except TimeoutError:
            yield b": still here\n\n"


def _event(message: dict[str, Any], seq: int) -> bytes:
    return f"event: message\nid: {seq}\ndata: {json.dumps(message)}\n\n".encode()


def last_seq(header: str | None) -> int | None:
    """The number a browser continues from; None for none, or for one that is not ours."""
    with contextlib.suppress(ValueError):
        number = int(header or "")
        return number if 0 <= number < 2**62 else None
    return None
