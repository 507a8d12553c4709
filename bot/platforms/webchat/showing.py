"""Messages as their reader's pictures: names, times in the reader's zone, and for staff the way to the requester."""

from collections.abc import Sequence
from typing import Any

from bot.platforms.webchat.messages import Message, Rows
from bot.platforms.webchat.render import Thread, message_json
from bot.platforms.webchat.room import Room
from config.loaded import DM, dm
from desk.people import Person
from handlers.subjects import subject_of


async def pictures(room: Room, person: Person, found: Sequence[Message]) -> list[dict[str, Any]]:
    if not found:
        return []
    names, now, theirs = room.names(), room.now(), await _theirs(room, person, found)
    return [message_json(m, names, person.zone, now, theirs.get(m.id)) for m in found]


async def _theirs(room: Room, person: Person, found: Sequence[Message]) -> dict[int, Thread]:
    """For each ticket's card before one of its staff: the thread in which its requester is written to."""
    cards = {m.id: m.body.key for m in found if _is_card(m) and not m.channel.startswith(DM)}
    if not cards or not person.all_roles():
        return {}
    keys = sorted(set(cards.values()))
    marks = ", ".join("?" * len(keys))
    sql = f"SELECT key, destination, message_id, client_id FROM posts WHERE key IN ({marks})"  # noqa: S608 - only marks

    names = room.names()

    def load(tx: Rows) -> dict[str, Thread]:
        return {
            key: Thread(destination, number, names.get(destination.removeprefix(DM), destination))
            for key, destination, number, client in tx.rows(sql, keys)
            if number and destination.startswith(DM) and destination != dm(person.id) and person.is_staff(client)
        }

    threads = await room.read(person, load)
    return {number: threads[key] for number, key in cards.items() if key in threads}


def _is_card(message: Message) -> bool:
    subject = subject_of(message.body.key)
    return subject is not None and message.body.key == f"ticket/{subject[1]}"
