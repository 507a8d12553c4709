"""Live updates as server-sent events: each reader pulls from the store at its own pace, woken by the bell."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from bot.platforms.webchat.bell import Bell
from bot.platforms.webchat.messages import PAGE, Message
from bot.platforms.webchat.render import message_json
from bot.platforms.webchat.room import Room
from desk.people import Person

HEARTBEAT = 15.0  # seconds: shorter than any proxy's patience
RETRY = 1000  # milliseconds until a browser comes back


async def events(room: Room, bell: Bell, person: Person, seq: int, beat: float = HEARTBEAT) -> AsyncIterator[bytes]:
    """Posts and edits after `seq` that this person may see, in order, until the bell is closed.

    A comment goes out every `beat` seconds of quiet. The first event carries an id and nothing else, so that a page that has seen no message yet can continue too.
    """
    ring = bell.next()
    yield f"retry: {RETRY}\nid: {seq}\n\n".encode()
    while not bell.closed:
        found = await room.since(person, seq)
        for message in found:
            seq = message.seq
            yield _event(room, person, message)
        if len(found) == PAGE:
            continue
        try:
            async with asyncio.timeout(beat):
                await ring.wait()
            ring = bell.next()
        except TimeoutError:
            yield b": still here\n\n"


def _event(room: Room, person: Person, message: Message) -> bytes:
    data = json.dumps(message_json(message, room.names(), person.zone, room.now()))
    return f"event: message\nid: {message.seq}\ndata: {data}\n\n".encode()


def last_seq(header: str | None) -> int | None:
    """The number a browser continues from; None for none, or for one that is not ours."""
    with contextlib.suppress(ValueError):
        number = int(header or "")
        return number if 0 <= number < 2**62 else None
    return None
