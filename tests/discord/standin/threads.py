"""Threads: begun from a message or by themselves, joined, archived, locked, and woken by the next post."""

from typing import TYPE_CHECKING, Any

from tests.discord.standin import shapes
from tests.discord.standin.fitting_forms import check_thread
from tests.discord.standin.refusals import no
from tests.discord.standin.things import HAS_THREAD, PRIVATE, PUBLIC, TEXT, Channel, Message

if TYPE_CHECKING:
    from tests.discord.standin.state import Discord

_STARTER = 21


def from_message(discord: "Discord", message: Message, who: int, body: dict[str, Any]) -> Channel:
    """A public thread under a message. It bears the message's id."""
    place = discord.channels[message.channel]
    if place.type != TEXT:
        raise no("wrong channel")
    check_thread(body)
    if message.id in discord.channels:
        raise no("has a thread")
    message.flags |= HAS_THREAD
    thread = _begin(discord, place, Channel(message.id, PUBLIC, body["name"]), who, body)
    starter = Message(discord.snowflake(), thread.id, who, discord.now(), type=_STARTER)
    starter.reference = {
        "message_id": str(message.id),
        "channel_id": str(place.id),
        "guild_id": str(place.guild),
        "type": 0,
    }
    discord.messages[starter.id] = starter
    thread.last = starter.id
    discord.tell_message("MESSAGE_CREATE", starter)
    discord.tell_message("MESSAGE_UPDATE", message)
    return thread


def by_itself(discord: "Discord", place: Channel, who: int, body: dict[str, Any]) -> Channel:
    if place.type != TEXT:
        raise no("wrong channel")
    check_thread(body)
    kind = body.get("type") or PRIVATE
    thread = Channel(discord.snowflake(), kind, body["name"], invitable=body.get("invitable", True))
    return _begin(discord, place, thread, who, body)


def _begin(discord: "Discord", place: Channel, thread: Channel, who: int, body: dict[str, Any]) -> Channel:
    thread.guild, thread.parent, thread.owner, thread.touched = place.guild, place.id, who, discord.now()
    thread.archive_after = body.get("auto_archive_duration") or 1440
    thread.members = {who: discord.now()}
    discord.channels[thread.id] = thread
    discord.tell("THREAD_CREATE", {**shapes.channel(discord, thread), "newly_created": True}, thread)
    return thread


def active(thread: Channel) -> None:
    """Only an active thread can be changed. Raises 50083."""
    if thread.archived:
        raise no("archived")


def writable(discord: "Discord", thread: Channel) -> None:
    """Raises for a locked thread, unless the bot manages threads. An archived one wakes, see `woken`."""
    if thread.locked and not discord.can(thread, "manage_threads"):
        raise no("archived" if thread.archived else "locked")


def woken(discord: "Discord", thread: Channel, who: int) -> None:
    """Somebody posted: an archived thread is active again, and whoever posts is a member."""
    if not thread.is_thread:
        return
    if thread.archived:
        archive(discord, thread, archived=False)
    join(discord, thread, who)


def archive(discord: "Discord", thread: Channel, *, archived: bool = True, locked: bool | None = None) -> None:
    thread.archived, thread.touched = archived, discord.now()
    thread.locked = thread.locked if locked is None else locked
    discord.tell("THREAD_UPDATE", shapes.channel(discord, thread), thread)


def edit(discord: "Discord", thread: Channel, body: dict[str, Any]) -> Channel:
    """By the bot. An archived thread takes nothing but its waking."""
    manages, owns = discord.can(thread, "manage_threads"), thread.owner == discord.bot.id
    if thread.archived and body.get("archived") is not False:
        raise no("archived")
    waking = thread.archived and set(body) <= {"archived"} and not thread.locked and discord.bot.id in thread.members
    if not (manages or waking or (owns and not thread.locked and "locked" not in body)):
        raise no("missing permissions")
    if "name" in body:
        check_thread(body)
        thread.name = body["name"]
    thread.archive_after = body.get("auto_archive_duration") or thread.archive_after
    thread.invitable = body.get("invitable", thread.invitable)
    archive(discord, thread, archived=body.get("archived", thread.archived), locked=body.get("locked"))
    return thread


def join(discord: "Discord", thread: Channel, who: int) -> None:
    if who in thread.members:
        return
    thread.members[who] = discord.now()
    if who == discord.bot.id:
        discord.tell("THREAD_CREATE", shapes.channel(discord, thread), thread)
    _tell_members(discord, thread, added=[shapes.thread_member(thread, who)])


def leave(discord: "Discord", thread: Channel, who: int) -> None:
    if thread.members.pop(who, None) is not None:
        _tell_members(discord, thread, removed=[str(who)])


def _tell_members(discord: "Discord", thread: Channel, **change: list[Any]) -> None:
    data = {"id": str(thread.id), "guild_id": str(thread.guild), "member_count": len(thread.members)}
    added = {"added_members": change["added"]} if "added" in change else {}
    removed = {"removed_member_ids": change["removed"]} if "removed" in change else {}
    discord.tell("THREAD_MEMBERS_UPDATE", {**data, **added, **removed}, thread)


def listed(discord: "Discord", found: list[Channel], **more: Any) -> dict[str, Any]:
    """The envelope of every list of threads."""
    mine = [shapes.thread_member(each, discord.bot.id) for each in found if discord.bot.id in each.members]
    return {"threads": [shapes.channel(discord, each) for each in found], "members": mine, **more}


def archived(discord: "Discord", place: Channel, kind: int, query: dict[str, str]) -> dict[str, Any]:
    """The newest archived first. All private ones only for who manages threads."""
    discord.must(place, "read_message_history")
    if kind == PRIVATE:
        discord.must(place, "manage_threads")
    every = [
        each for each in discord.channels.values() if (each.parent, each.type, each.archived) == (place.id, kind, True)
    ]
    every.sort(key=lambda each: (each.touched, each.id), reverse=True)
    if "before" in query:
        every = [each for each in every if each.touched.isoformat() < query["before"]]
    limit = int(query.get("limit", 50))
    return listed(discord, every[:limit], has_more=len(every) > limit)
