"""Who somebody is: what the store knows of an account, else what Slack says."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.door import Account, Door
from bot.platforms.slack import refusals, spoken
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock

DAY = 86_400.0  # seconds for which what Slack said of an account is believed

log = structlog.get_logger(__name__)
UNKNOWN = {"user_not_found", "user_not_visible"}


def described(user: Mapping[str, Any], platform: str, team: str) -> Account:
    """An account as `users.info` and `user_change` describe it. Source: https://docs.slack.dev/reference/objects/user-object

    Guests are outsiders, and so is whoever is here by a shared channel. `team` is the workspace that the bot is in.
    """
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name") or ""
    homes = {user.get("team_id", team), *(user.get("enterprise_user") or {}).get("teams", ())}
    guest = any(user.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger"))
    refused = "deactivated" if user.get("deleted") else ""
    if user.get("is_bot") or user.get("is_workflow_bot") or user["id"] == "USLACKBOT":
        refused = "a bot"
    outsider = guest or team not in homes
    return Account(platform, team, user["id"], str(name), user.get("tz") or "", outsider=outsider, refused=refused)


class Accounts:
    def __init__(self, workspace: Workspace, door: Door, team: str, clock: Clock) -> None:
        self._workspace, self._door, self._team = workspace, door, team
        self._clock = clock
        self._asked: dict[str, float] = {}  # seconds of the monotonic clock

    def is_stale(self, user: str) -> bool:
        """Whether it was not asked for since the start, since a silence, or for a day. Somebody may have become a guest
        since, or left, and Slack said so when nobody heard.
        """
        asked = self._asked.get(user)
        return asked is None or self._clock.monotonic() - asked > DAY

    def forget(self) -> None:
        """After a silence all is asked anew."""
        self._asked.clear()

    async def renew(self, user: str) -> None:
        self._asked[user] = self._clock.monotonic()
        try:
            await self._door.changed(await self._ask(user))
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            self._asked.pop(user, None)
            log.info("an account could not be asked for", user=user, error=type(error).__name__)

    async def account(self, user: str) -> Account:
        """Raises SlackApiError when Slack does not say."""
        return await self.known(user) or await self._ask(user)

    async def known(self, user: str) -> Account | None:
        return await self._door.known(self._workspace.name, self._team, user)

    async def person(self, user: str, place: str) -> str:
        """The id of the person. Raises DeskError for whoever may not act here."""
        return await self._door.person(await self.account(user), place)

    async def person_of(self, user: str) -> str:
        """The id of the person whose account it is, who lets nobody in by having written; empty for one never met."""
        return await self._door.named(self._workspace.name, self._team, user) or ""

    async def words(self, text: str) -> str:
        """The words of a message as a person saw them, with the names of those whom it mentions."""
        mentioned = sorted(spoken.mentioned(text))[:20]
        found = await asyncio.gather(*(self.name(user) for user in mentioned))
        return spoken.words(text, dict(zip(mentioned, found, strict=True)))

    async def name(self, user: str) -> str:
        """What somebody is called; the id where nobody says."""
        try:
            return (await self.account(user)).name or user
        except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError):
            return user

    async def changed(self, user: Mapping[str, Any]) -> None:
        """Somebody was deactivated, or is a guest now: the store must not go on believing what it knew."""
        await self._door.changed(described(user, self._workspace.name, self._team))

    async def _ask(self, user: str) -> Account:
        try:
            answer = await self._workspace.web.users_info(user=user)
        except SlackApiError as error:
            if refusals.said(error) in UNKNOWN:
                return Account(self._workspace.name, self._team, user, outsider=True, refused="unknown to Slack")
            raise
        return described(answer["user"], self._workspace.name, self._team)
