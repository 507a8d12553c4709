"""From a message to a ticket: the shortcut asks for the form, filled in; the reaction sends it."""

import hashlib
from dataclasses import replace

from slack_sdk.errors import SlackApiError

from bot.arrivals import Arrival
from bot.door import Door
from bot.platforms.slack import refusals
from bot.platforms.slack.accounts import Accounts
from bot.platforms.slack.answers import ASK, back
from bot.platforms.slack.payloads import About
from bot.platforms.slack.quoting import Quoting
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock
from desk.cards import Button
from desk.refusal import DeskError

WORD = "open"
UNREADABLE = (
    "I cannot read that message. Invite me to its channel, then try again, or write what you need with the command."
)
NOT_NOW = "Slack did not show me that message just now. Try again in a minute."


class Tickets:
    def __init__(self, workspace: Workspace, door: Door, clock: Clock, accounts: Accounts) -> None:
        self._workspace, self._door, self._clock, self._accounts = workspace, door, clock, accounts
        self._quoting = Quoting(workspace, accounts)

    async def arrival(self, event: About, person: str) -> Arrival:
        """Raises DeskError where the message cannot be read."""
        place = self._workspace.place(event.spot.user, event.spot.channel)
        values = await self._values(event, place)
        await self._door.point(person, values["about"])
        line = Button("", WORD, (*values.items(), ASK)).line()
        stamp = hashlib.sha256(f"{place}|{event.message}".encode()).hexdigest()[:16]
        asked = Arrival(
            event.key, "say", self._workspace.name, person, self._door.channel(place, person), self._clock.now(),
            text=line, place=place, back=back(event.spot),
        )  # fmt: skip
        if event.shortcut:
            return asked
        return replace(asked, kind="submit", text="", form=f"{WORD}~{stamp}", values=values, again=True)

    async def _values(self, event: About, place: str) -> dict[str, str]:
        try:
            quoted = await self._quoting.quote(event.spot.channel, event.message, event.spot.thread)
            author = await self._author(quoted.author, place)
        except SlackApiError as error:
            passes = refusals.for_now(error)
            if passes and not event.shortcut:
                raise  # it is not acknowledged, and comes again
            raise DeskError(NOT_NOW if passes else UNREADABLE) from error
        about = f"{place}|{event.message}|{author}"
        return {"subject": quoted.subject, "details": quoted.details, "about": about}

    async def _author(self, user: str, place: str) -> str:
        """The id of the person who wrote it; empty where that is nobody who may ask for anything."""
        try:
            return await self._accounts.person(user, place) if user else ""
        except DeskError:
            return ""
