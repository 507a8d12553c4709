"""Two workspaces of Slack, Discord and the web chat in one desk: one state, told wherever people are.

Rows of docs/reliability.md: `channel archived; token revoked`, `channel renamed; person deactivated`, `requester
approves himself`.
"""

import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.configuration import DEMO, load_folder
from bot.door import Account
from bot.platforms.contract import Pace
from config.loaded import Config, Slack
from config.secrets import Secrets
from tests.discord.standin.people import People
from tests.discord.standin.server import Server
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Channel, Message, User
from tests.slack.standin.eyes import Sight
from tests.slack.standin.server import Slack as Workspace
from tests.slack.standin.server import slack
from tests.slack.standin.workspace import Workspace as State
from tests.slack.standin.world import Delivery
from tests.webapp import Web, web_bot

MIA, TEAM, NOC = "U1", "C1", "C2"  # in both workspaces
TAKE, TAKEN = "Take it", "Take over…"
QUICK = Pace()


@dataclass
class Everywhere:
    """Mia, who is staff and may approve, is known in all; acme's team and the admins have a channel in each."""

    web: Web
    slack: Workspace
    globex: Workspace
    people: People
    mia: User
    rooms: dict[str, Channel]

    def in_slack(self, words: str, room: str = TEAM, workspace: Workspace | None = None) -> list[Sight]:
        return [s for s in (workspace or self.slack).eyes.seen(MIA, room) if words in s.words]

    def in_discord(self, words: str, room: str = "acme-team") -> list[Message]:
        return [m for m in self.people.seen(self.mia, self.rooms[room]) if words in m.text()]

    async def card(self, words: str) -> None:
        """Until a card stands in all of them."""
        await self.slack.until(lambda: self.in_slack(words))
        await self.globex.until(lambda: self.in_slack(words, workspace=self.globex))
        await self.people.until(lambda: self.in_discord(words))


def _config(rooms: dict[str, Channel]) -> Config:
    demo = load_folder(DEMO)
    ids = {"acme-team": TEAM, "noc": NOC}
    placed = {
        name: replace(demo.channels[name], places={"slack": id_, "globex": id_, "discord": str(rooms[name].id)})
        for name, id_ in ids.items()
    }
    platforms = {**demo.platforms, "globex": Slack("globex")}
    return replace(demo, channels={**demo.channels, **placed}, platforms=platforms)


def _state(team: str) -> State:
    made = State(time.time, team=team)
    made.rates.on = False
    made.add_user("mia", id=MIA)
    made.add_channel("acme-team", [MIA], id=TEAM)
    made.add_channel("noc", [MIA], id=NOC)
    return made


def _tokens(there: Workspace, name: str = "") -> dict[str, str]:
    ws = there.ws
    keys = {"bot_token": ws.bot_token, "app_token": ws.app_token, "api_url": there.api_url}
    return {f"{name}__{key}" if name else key: value for key, value in keys.items()}


@asynccontextmanager
async def everywhere(data: Path) -> AsyncIterator[Everywhere]:
    discord = Discord(lambda: datetime.now(UTC), token="stand-in-token", posts=None)
    guild = discord.guild()
    mia = discord.person("Mia", guild)
    rooms = {name: discord.text_channel(guild, name) for name in ("acme-team", "noc")}
    async with slack(_state("T1")) as one, slack(_state("T2")) as two, Server(discord) as server:
        secrets = Secrets(
            DESKBELL_SLACK={**_tokens(one), **_tokens(two, "globex")},
            DESKBELL_DISCORD={"token": discord.token, "guild_ids": str(guild.id), "api_url": server.rest},
        )
        paces = dict.fromkeys(("slack", "globex", "discord"), QUICK)
        async with web_bot(data, _config(rooms), secrets=secrets, paces=paces) as web:
            assert web.bot.chat.faults == {}
            known = [Account("slack", "T1", MIA), Account("globex", "T2", MIA), Account("discord", "", str(mia.id))]
            for account in known:
                await web.bot.identity.link(account, f"/link {await web.bot.identity.code_for('mia')}")
            yield Everywhere(web, one, two, People(discord), mia, rooms)


@pytest.fixture
async def desk(database_file: Path) -> AsyncIterator[Everywhere]:
    async with everywhere(database_file.parent) as there:
        yield there


async def happen(desk: Everywhere, deliveries: Iterable[Delivery]) -> None:
    for delivery in deliveries:
        await desk.slack.deliver(delivery)


def takeable(sights: list[Sight], label: str) -> bool:
    return any(button.label == label for sight in sights for button in sight.buttons)


async def opened(desk: Everywhere, subject: str = "VPN drops") -> None:
    assert (await desk.web.submit("ann", "dm-ann", "open", {"subject": subject})).status_code == 200
    await desk.card(subject)


async def test_a_press_on_discord_shows_in_both_workspaces_and_in_the_web_chat(desk: Everywhere) -> None:
    """The message is edited, and none is posted anew."""
    await opened(desk)
    (shown,) = desk.in_discord("VPN drops")
    desk.people.press(desk.mia, shown, TAKE)
    for workspace in (desk.slack, desk.globex):
        await workspace.until(lambda w=workspace: takeable(desk.in_slack("VPN drops", workspace=w), TAKEN))
        assert len(desk.in_slack("VPN drops", workspace=workspace)) == 1
    await desk.web.until(lambda: _taken_on_the_web(desk))


async def _taken_on_the_web(desk: Everywhere) -> bool:
    card = await desk.web.card("ben", "acme-team", "ticket/1")
    return card is not None and TAKEN in [button["label"] for button in card["buttons"]]


async def test_a_press_in_one_workspace_shows_on_discord_and_in_the_other(desk: Everywhere) -> None:
    await opened(desk)
    (shown,) = desk.in_discord("VPN drops")
    (sight,) = desk.in_slack("VPN drops", workspace=desk.globex)
    await desk.globex.press(MIA, sight, TAKE)
    await desk.people.until(lambda: TAKEN in shown.buttons())
    await desk.slack.until(lambda: takeable(desk.in_slack("VPN drops"), TAKEN))


async def test_a_line_in_one_triage_thread_is_read_in_all_of_them_and_by_no_requester(desk: Everywhere) -> None:
    await opened(desk)
    (sight,) = desk.in_slack("VPN drops")
    await desk.slack.say(MIA, TEAM, "looks like the firewall", thread_ts=sight.ts)
    (there,) = desk.in_slack("VPN drops", workspace=desk.globex)
    await desk.globex.until(lambda: desk.globex.eyes.seen(MIA, TEAM, there.ts))
    assert "looks like the firewall" in desk.globex.eyes.seen(MIA, TEAM, there.ts)[-1].words
    said = [m["text"] for m in await desk.web.messages("ann", "dm-ann")]
    assert not [words for words in said if "firewall" in words]


async def test_whoever_asked_for_a_run_cannot_approve_it_from_another_platform(desk: Everywhere) -> None:
    """Mia may approve, and is the same person wherever she is."""
    await desk.slack.slash(MIA, TEAM, "/desk", "run restart-shop shop-1")
    await desk.people.until(lambda: desk.in_discord("Approve") or _with_button(desk, "Approve"))
    (asked,) = _with_button(desk, "Approve")
    told = await desk.people.answered(desk.people.press(desk.mia, asked, "Approve"))
    assert "yourself" in desk.people.answer(told).text()
    assert await desk.web.count("SELECT COUNT(*) FROM approvals WHERE state = 'asked'") == 1


def _with_button(desk: Everywhere, label: str) -> list[Message]:
    return [m for m in desk.people.seen(desk.mia, desk.rooms["acme-team"]) if label in m.buttons()]


async def test_a_revoked_token_stops_its_workspace_alone_and_is_told_on_the_others(desk: Everywhere) -> None:
    """What is for it waits; nothing of it fails."""
    desk.globex.ws.token_error = "token_revoked"
    assert (await desk.web.submit("ann", "dm-ann", "open", {"subject": "Printer burns"})).status_code == 200
    await desk.slack.until(lambda: desk.in_slack("Printer burns"))
    await desk.people.until(lambda: desk.in_discord("Printer burns"))
    await desk.slack.until(lambda: desk.in_slack("globex", NOC))
    await desk.people.until(lambda: desk.in_discord("globex", "noc"))
    assert list(desk.web.bot.outbox.paused) == ["globex"]
    ready = await desk.web.http.get("/readyz")
    assert "globex" in ready.text
    assert await desk.web.count("SELECT COUNT(*) FROM posts WHERE state = 'failed'") == 0


async def test_a_channel_that_is_renamed_is_the_same_and_one_that_is_archived_is_told_elsewhere(
    desk: Everywhere,
) -> None:
    """Ids, not names. What an archived one does not take is read in full in the admins' channel."""
    await happen(desk, desk.slack.people.rename(TEAM, "acme-triage"))
    await opened(desk, "Still here")
    await happen(desk, desk.slack.people.archive(MIA, TEAM))
    assert (await desk.web.submit("ann", "dm-ann", "open", {"subject": "Nobody hears"})).status_code == 200
    await desk.slack.until(lambda: desk.in_slack("Nobody hears", NOC))
    await desk.people.until(lambda: desk.in_discord("Nobody hears"))


async def test_somebody_deactivated_acts_no_more_and_their_other_accounts_do(desk: Everywhere) -> None:
    await opened(desk)
    (sight,) = desk.in_slack("VPN drops")
    await happen(desk, desk.slack.people.deactivate(MIA))
    await desk.web.until(lambda: _refused(desk))
    await desk.slack.press(MIA, sight, TAKE)
    await desk.web.until(lambda: desk.web.count("SELECT COUNT(*) FROM audit WHERE action = 'account.refused'"))
    (shown,) = desk.in_discord("VPN drops")
    assert TAKE in shown.buttons()
    desk.people.press(desk.mia, shown, TAKE)
    await desk.people.until(lambda: TAKEN in shown.buttons())


async def _refused(desk: Everywhere) -> bool:
    return bool(await desk.web.count("SELECT COUNT(*) FROM accounts WHERE refused <> ''"))
