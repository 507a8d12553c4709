"""Five faults of a platform, planted to see the suite go red."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.platforms.contract import Found, Outbound, Outgoing
from desk.cards import Text
from tests.platforms.harness import Harness, Told


@dataclass
class Door:
    """A door out that does as the one behind it."""

    behind: Outbound

    @property
    def name(self) -> str:
        return self.behind.name

    async def post(self, outgoing: Outgoing) -> str:
        return await self.behind.post(outgoing)

    async def edit(self, message_id: str, outgoing: Outgoing) -> None:
        await self.behind.edit(message_id, outgoing)

    async def find(self, destination: str, thread: str | None, send_key: str, since: datetime) -> list[Found]:
        return await self.behind.find(destination, thread, send_key, since)

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None:
        await self.behind.mark_copy(message_id, outgoing)

    def rest(self, outgoing: Outgoing) -> Text:
        return self.behind.rest(outgoing)


class DropsTheThread(Door):
    async def post(self, outgoing: Outgoing) -> str:
        return await self.behind.post(replace(outgoing, thread=None))


class IgnoresAnEdit(Door):
    async def edit(self, *_: object) -> None:
        return None


class DoublesAPost(Door):
    async def post(self, outgoing: Outgoing) -> str:
        number = await self.behind.post(outgoing)
        await self.behind.post(replace(outgoing, send_key=outgoing.send_key + "-2"))
        return number


@dataclass
class LosesFieldErrors:
    """A harness whose forms come back with no word about what is wrong."""

    behind: Harness

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)

    async def submit(self, *args: Any, **more: Any) -> Told:
        told = await self.behind.submit(*args, **more)
        if told.form is None:
            return told
        return replace(told, form={**told.form, "fields": [{**f, "error": ""} for f in told.form["fields"]]})


@dataclass
class LeaksAPrivateReply:
    """A harness whose platform shows everybody what one person was told."""

    behind: Harness

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)

    async def say(self, person: str, channel: str, text: str, **more: Any) -> Told:
        told = await self.behind.say(person, channel, text, **more)
        if told.reply is not None:
            await self.outbound.post(
                Outgoing(f"leak-{text}", self.place(channel), None, 1, "leak", None, None, (told.reply["title"],), ())
            )
        return told


def same(harness: Harness) -> Harness:
    return harness


# What is planted in the door out, what in the harness, and the check that must go red.
FAULTS: dict[str, tuple[Callable[[Outbound], Outbound], Callable[[Harness], Any], str]] = {
    "drops the thread": (DropsTheThread, same, "a_reply_stands_in_its_thread_and_nowhere_else"),
    "ignores an edit": (IgnoresAnEdit, same, "an_edit_changes_the_message_that_is_there"),
    "doubles a post": (DoublesAPost, same, "a_post_is_there_once"),
    "loses field errors": (Door, LosesFieldErrors, "a_form_with_a_wrong_field_comes_back_and_names_it"),
    "leaks a private reply": (Door, LeaksAPrivateReply, "a_private_reply_is_seen_by_nobody_else"),
}
