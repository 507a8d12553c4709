"""From a message to a timeline: the pin of somebody of the staff files it, as the form of `/pin` would be sent."""

import hashlib
from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.arrivals import Arrival
from bot.door import Door
from bot.platforms.slack import refusals
from bot.platforms.slack.accounts import Accounts
from bot.platforms.slack.answers import back
from bot.platforms.slack.payloads import Pinned
from bot.platforms.slack.quoting import Quoting
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock
from desk.refusal import DeskError

WORD = "pin"
UNREADABLE = "I cannot read that message. Invite me to its channel, then take the pin off and put it on again."


class Pins:
    def __init__(self, workspace: Workspace, door: Door, clock: Clock, accounts: Accounts) -> None:
        self._workspace, self._door, self._clock, self._accounts = workspace, door, clock, accounts
        self._quoting = Quoting(workspace, accounts)

    async def arrival(self, event: Pinned) -> Arrival | None:
        """None where it is nobody's of the staff. Raises DeskError where the message cannot be read."""
        spot, place = event.spot, self._workspace.place(event.spot.user, event.spot.channel)
        account = await self._accounts.known(spot.user)
        person = await self._door.staff(account, place) if account else None
        if person is None:
            return None
        try:
            written = await self._quoting.written(spot.channel, event.message)
        except SlackApiError as error:
            if refusals.for_now(error):
                raise  # it is not acknowledged, and comes again
            raise DeskError(UNREADABLE) from error
        except KeyError as error:  # it was deleted
            raise DeskError(UNREADABLE) from error
        author = await self._accounts.person_of(written.author) if written.author else ""
        about = f"{place}|{event.message}|{author}"
        await self._door.point(person, about, written.quote)
        in_thread = replace(spot, thread="" if written.thread == event.message else written.thread)
        stamp = hashlib.sha256(f"{place}|{event.message}".encode()).hexdigest()[:16]
        return Arrival(
            event.key, "submit", self._workspace.name, person, self._door.channel(place, person), self._clock.now(),
            thread=written.thread, thread_key=await self._door.thread(place, written.thread), form=f"{WORD}~{stamp}",
            values={"about": about}, place=place, back=back(in_thread), again=True,
        )  # fmt: skip
