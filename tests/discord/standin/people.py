"""People on Discord: their hands, and their eyes.

Hands are plain functions: the bot has been told when they return. `until` and `answered` wait for what it does then.
A place is a channel, a thread, somebody (their direct channel with the bot), or a channel's id.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from tests.discord.standin import interactions, messages, shapes, threads
from tests.discord.standin.forms import CannotError, arguments, controls, filled, found_command
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Asked, Attachment, Channel, Message, User, everything

Place = Channel | User | int
Found = TypeVar("Found")


class NoAnswerError(Exception):
    """What the person reads: "The application did not respond"."""


class People:
    def __init__(self, discord: Discord) -> None:
        self.discord = discord

    def place(self, where: Place) -> Channel:
        if isinstance(where, User):
            return self.discord.dm(where)
        return self.discord.channels[where] if isinstance(where, int) else where

    # hands

    def say(
        self, who: User, where: Place, text: str, *, to: Message | None = None, files: dict[str, bytes] | None = None
    ) -> Message:
        """Write something, perhaps as a reply to a message, perhaps with files (content by name)."""
        place = self._here(who, where)
        body: dict[str, Any] = {"content": text}
        if to is not None:
            body["message_reference"] = {"message_id": str(to.id)}
        attached = [
            Attachment(0, name, "text/plain", content) for name, content in (files or {}).items()
        ]
        if place.locked:
            raise CannotError("the thread is locked")
        message = messages.make(self.discord, place, who.id, body, attached)
        threads.woken(self.discord, place, who.id)
        self.discord.tell_message("MESSAGE_CREATE", message)
        return message

    def app_says(self, app: User, where: Place, text: str = "", embeds: tuple[dict[str, Any], ...] = ()) -> Message:
        """Another bot, which says much of it in embeds."""
        message = messages.make(self.discord, self._here(app, where), app.id, {"content": text, "embeds": list(embeds)})
        self.discord.tell_message("MESSAGE_CREATE", message)
        return message

    def edit(self, who: User, message: Message, text: str) -> None:
        if message.author != who.id or self.discord.channels[message.channel].archived:
            raise CannotError("only one's own messages, and none in an archived thread")
        messages.change(self.discord, message, {"content": text}, [])

    def delete(self, who: User, message: Message) -> None:
        if who.id not in {message.author, self._owner(message)}:
            raise CannotError("somebody else's message")
        messages.delete(self.discord, message)

    def react(self, who: User, message: Message, emoji: str) -> None:
        """`emoji` is the character itself, or `name:id`."""
        if self._here(who, message.channel).archived:
            raise CannotError("the thread is archived")
        messages.react(self.discord, message, who.id, emoji)

    def unreact(self, who: User, message: Message, emoji: str) -> None:
        messages.unreact(self.discord, message, who.id, emoji)

    def start_thread(self, who: User, message: Message, name: str) -> Channel:
        self._here(who, message.channel)
        return threads.from_message(self.discord, message, who.id, {"name": name})

    def archive(self, thread: Channel, *, archived: bool = True, locked: bool | None = None) -> None:
        """A moderator, or time, archives a thread; or wakes it."""
        threads.archive(self.discord, thread, archived=archived, locked=locked)

    def leave_guild(self, who: User, guild: int) -> None:
        self.discord.guilds[guild].nicks.pop(who.id)
        self.discord.tell("GUILD_MEMBER_REMOVE", {"guild_id": str(guild), "user": shapes.user(who)})

    def slash(self, who: User, where: Place, name: str, /, **options: Any) -> Asked:
        """`name` is the command, with a subcommand after a space. Options are checked as Discord's client does."""
        place = self._here(who, where)
        word, *path = name.split()
        command = found_command(self.discord, place, word, 1)
        given, resolved = arguments(self.discord, place, command, path, options)
        return self._command(who, place, command, {"options": given, "resolved": resolved}, interactions.COMMAND)

    def suggest(self, who: User, where: Place, name: str, focused: str, typed: str, /, **options: Any) -> Asked:
        """Type into an option with autocomplete: `asked.offered()` is what is offered once it is answered."""
        place = self._here(who, where)
        word, *path = name.split()
        command = found_command(self.discord, place, word, 1)
        given, _ = arguments(self.discord, place, command, path, {**options, focused: typed}, focused=focused)
        return self._command(who, place, command, {"options": given}, interactions.AUTOCOMPLETE)

    def menu(self, who: User, message: Message, name: str) -> Asked:
        """Use a command of the message's context menu."""
        place = self._here(who, message.channel)
        command = found_command(self.discord, place, name, 3)
        seen = shapes.message(self.discord, message)
        data = {"target_id": str(message.id), "resolved": {"messages": {str(message.id): seen}}}
        return self._command(who, place, command, data, interactions.COMMAND)

    def press(self, who: User, message: Message, button: str) -> Asked:
        """`button` is its label or its custom_id."""
        custom_id = message.buttons().get(button, button)
        return self._component(who, message, custom_id, {})

    def select(self, who: User, message: Message, custom_id: str, *values: str) -> Asked:
        offered = message.selects().get(custom_id)
        if offered is not None and not set(values) <= set(offered):
            raise CannotError(f"{values} are not among {offered}")
        return self._component(who, message, custom_id, {"values": list(values)})

    def submit(self, who: User, asked: Asked, /, **values: Any) -> Asked:
        """Fill in the modal that `asked` opened; fields by custom_id, or by label with `_` for spaces. Lists select."""
        if asked.modal is None or asked.user != who.id:
            raise CannotError("no modal is open for them")
        fields = {each["custom_id"] for each in controls(asked.modal)}
        by_label = {label.replace(" ", "_"): custom_id for label, custom_id in asked.fields().items()}
        given = {key if key in fields else by_label.get(key, key): value for key, value in values.items()}
        if wrong := set(given) - fields:
            raise CannotError(f"the form has no {sorted(wrong)}: {asked.fields()}")
        data = {"custom_id": asked.modal["custom_id"], "components": filled(asked.modal, given)}
        source = None if asked.source is None else self.discord.messages[asked.source]
        asked.submitted = True
        place = self.discord.channels[asked.channel]
        return interactions.ask(self.discord, who.id, place, interactions.SUBMIT, data, name=asked.name, source=source)

    # eyes

    def seen(self, who: User, where: Place) -> list[Message]:
        """What somebody sees there, oldest first: nothing if they may not look, and what only they see as well."""
        place = self.place(where)
        if not self.discord.sees(who.id, place):
            return []
        return [each for each in self.discord.in_place(place) if each.only_for in {None, who.id}]

    def threads(self, who: User, where: Place) -> list[Channel]:
        """The threads of a channel that somebody may see."""
        parent = self.place(where).id
        return [
            each for each in self.discord.channels.values() if each.parent == parent and self.discord.sees(who.id, each)
        ]

    def answer(self, asked: Asked) -> Message | None:
        """The message that answers it, as it is now."""
        return None if asked.original is None else self.discord.messages[asked.original]

    def answers(self, asked: Asked) -> list[Message]:
        """The answer and every follow-up that is still there."""
        numbers = [each for each in (asked.original, *asked.followups) if each is not None]
        return [self.discord.messages[each] for each in numbers if not self.discord.messages[each].gone]

    async def until(self, find: Callable[[], Found], seconds: float = 10.0) -> Found:
        """Wait until `find` gives something true: it is asked again whenever anything happens."""
        happened = asyncio.Event()
        self.discord.watchers.append(happened.set)
        try:
            async with asyncio.timeout(seconds):
                while not (found := find()):
                    happened.clear()
                    await happened.wait()
                return found
        finally:
            self.discord.watchers.remove(happened.set)

    async def acknowledged(self, asked: Asked, seconds: float = 10.0) -> Asked:
        """The first response. Raises NoAnswerError if none comes; by Discord's own clock it has three seconds."""
        try:
            await self.until(lambda: asked.answered_by is not None, seconds)
        except TimeoutError:
            raise NoAnswerError(asked.name) from None
        return asked

    async def answered(self, asked: Asked, seconds: float = 10.0) -> Asked:
        """The first response, and if that says "is thinking…", what comes of it."""
        await self.acknowledged(asked)
        await self.until(lambda: not any(each.loading for each in self.answers(asked)), seconds)
        return asked

    def _here(self, who: User, where: Place) -> Channel:
        place = self.place(where)
        if not self.discord.sees(who.id, place):
            raise CannotError(f"{who.name} does not see {place.name or place.id}")
        return place

    def _owner(self, message: Message) -> int | None:
        guild = self.discord.channels[message.channel].guild
        return None if guild is None else self.discord.guilds[guild].owner

    def _command(self, who: User, place: Channel, command: dict[str, Any], more: dict[str, Any], kind: int) -> Asked:
        data = {"id": command["id"], "name": command["name"], "type": command["type"], **more}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return interactions.ask(self.discord, who.id, place, kind, data, name=command["name"])

    def _component(self, who: User, message: Message, custom_id: str, more: dict[str, Any]) -> Asked:
        place = self._here(who, message.channel)
        if message.only_for not in {None, who.id} or message.gone:
            raise CannotError(f"{who.name} does not see that message")
        there = [each for each in everything(message.components) if each.get("custom_id") == custom_id]
        if not there or there[0].get("disabled"):
            raise CannotError(f"{custom_id!r} cannot be pressed: {message.buttons()}")
        data = {"custom_id": custom_id, "component_type": there[0]["type"], "id": there[0]["id"], **more}
        kind = interactions.COMPONENT
        return interactions.ask(self.discord, who.id, place, kind, data, name=custom_id, source=message)
