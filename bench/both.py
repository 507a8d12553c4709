"""The two stand-ins on loopback, for a bot that is in both: Ben works tickets there, in the channel of Acme's team."""

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.configuration import DEMO, load_folder
from config.loaded import Config
from tests.discord.standin.people import People
from tests.discord.standin.server import Server
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Channel, Guild, User
from tests.slack.standin.server import Slack, slack
from tests.slack.standin.workspace import Workspace

BEN, TEAM = "U1", "C1"  # in Slack


@dataclass(frozen=True, slots=True)
class Both:
    slack: Slack
    discord: Server
    people: People
    guild: Guild
    ben: User
    team: Channel

    def config(self) -> Config:
        """The demo's desk, with Acme's team in both, and nothing to watch."""
        demo = load_folder(DEMO)
        team = replace(demo.channels["acme-team"], places={"slack": TEAM, "discord": str(self.team.id)})
        return replace(demo, monitors={}, channels={**demo.channels, "acme-team": team})

    def for_slack(self) -> dict[str, str]:
        """Its settings as they stand in the environment."""
        ws = self.slack.ws
        return {"bot_token": ws.bot_token, "app_token": ws.app_token, "api_url": self.slack.api_url}

    def for_discord(self) -> dict[str, str]:
        token = self.discord.discord.token
        return {"token": token, "guild_ids": str(self.guild.id), "api_url": self.discord.rest}


@contextlib.asynccontextmanager
async def both() -> AsyncIterator[Both]:
    """Without limits of how fast one may call: what waits for those is measured elsewhere."""
    ws = Workspace(time.time)
    ws.rates.on = False
    ws.add_user("ben", id=BEN)
    ws.add_channel("acme-team", [BEN], id=TEAM)
    discord = Discord(lambda: datetime.now(UTC), token="stand-in-token", posts=None)  # noqa: S106 - made up
    guild = discord.guild()
    ben, team = discord.person("Ben", guild), discord.text_channel(guild, "acme-team")
    async with slack(ws) as workspace, Server(discord) as server:
        yield Both(workspace, server, People(discord), guild, ben, team)
