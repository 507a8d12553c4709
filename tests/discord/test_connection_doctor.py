"""What we ask of Discord, and what the doctor says of it."""

import re
from dataclasses import replace
from pathlib import Path

import discord
import pytest

from bot.platforms.discord import examining, permissions
from bot.platforms.discord.access import combined
from tests.discord.harness import world

DOCS = Path(__file__).parents[2] / "docs/discord.md"


async def findings(w, **secrets):
    return {f.what: f for f in await w.new(**secrets).examine()}


async def test_a_desk_that_is_well_has_no_fault():
    async with world() as w:
        found = await findings(w)
        assert [f.what for f in found.values() if not f.well] == []
        assert {"discord: token", "discord: message content", "discord: servers"} < set(found)
        assert {"discord: channel acme-team", "discord: channel acme-help"} < set(found)


async def test_a_wrong_token_is_the_only_thing_said():
    async with world() as w:
        [(what, finding)] = (await findings(w, token="wrong")).items()
        assert (what, finding.well, "DESKBELL_DISCORD__TOKEN" in finding.sentence) == ("discord: token", False, True)


async def test_a_discord_that_does_not_answer_is_a_finding():
    async with world() as w:
        w.server.rest = "http://127.0.0.1:9/api/v10"
        [(_, finding)] = (await findings(w)).items()
        assert "cannot be reached" in finding.sentence


async def test_an_unknown_channel_is_named_with_the_nearest():
    async with world() as w:
        channels = dict(w.config.channels)
        channels["acme-team"] = replace(channels["acme-team"], name="acme team", places={"discord": "4711"})
        w.config = replace(w.config, channels=channels)
        finding = (await findings(w))["discord: channel acme-team"]
        assert not finding.well
        assert f"Nearest: #acme-team, which is {w.team.id}." in finding.sentence


MISSING = [("create_public_threads", "Create Public Threads"), ("send_messages", "Send Messages"),
           ("read_message_history", "Read Message History")]  # fmt: skip


@pytest.mark.parametrize(("lacking", "named"), MISSING)
async def test_a_missing_permission_is_named_with_what_is_off(lacking, named):
    async with world() as w:
        w.team.denied.add(lacking)
        finding = (await findings(w))["discord: channel acme-team"]
        assert not finding.well
        assert f"{named} is missing" in finding.sentence
        assert examining.OFF[lacking] in finding.sentence


async def test_private_threads_are_missed_only_where_a_clients_people_ask():
    async with world() as w:
        for channel in (w.team, w.help):
            channel.denied.add("create_private_threads")
        found = await findings(w)
        assert found["discord: channel acme-team"].well
        assert examining.OFF["create_private_threads"] in found["discord: channel acme-help"].sentence


async def test_a_channel_that_we_may_not_see_is_a_finding():
    async with world() as w:
        w.team.denied.add("view_channel")
        finding = (await findings(w))["discord: channel acme-team"]
        assert (finding.well, "View Channel" in finding.sentence) == (False, True)


async def test_a_server_that_has_not_let_us_in_is_named_with_the_invitation():
    async with world() as w:
        finding = (await findings(w, guild_ids=(4711,)))["discord: server 4711"]
        assert (finding.well, "https://discord.com/oauth2/authorize?" in finding.sentence) == (False, True)


def test_the_invitation_asks_for_what_is_declared_and_never_for_administrator():
    """Each permission exists, has a reason, and has a sentence for when it is missing."""
    asked = permissions.permissions()
    assert all(getattr(asked, name) for name in permissions.PERMISSIONS)
    assert asked.value.bit_count() == len(permissions.PERMISSIONS)
    assert set(permissions.PERMISSIONS) == set(examining.OFF)
    assert not asked.administrator
    assert f"permissions={asked.value}&" in permissions.invite_url(4711)
    assert "client_id=4711" in permissions.invite_url(4711)


def test_the_intents_are_those_that_are_declared():
    everything = permissions.intents(content=True)
    assert {name for name, on in everything if on} == set(permissions.INTENTS)
    less = {name for name, on in permissions.intents(content=False) if on}
    assert less == set(permissions.INTENTS) - {"message_content"}


def test_the_page_lists_every_permission_and_intent_with_its_reason():
    page = DOCS.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| ([^|]+?) \|$", page, re.MULTILINE))
    assert rows == permissions.PERMISSIONS | permissions.INTENTS
    assert str(permissions.permissions().value) in page


ME, GUILD, ROLE = 1, "10", "20"
VIEW, SEND = discord.Permissions(view_channel=True).value, discord.Permissions(send_messages=True).value
ACCESS = [  # roles, overwrites, what is left, why it stands here
    ({GUILD: VIEW, ROLE: SEND}, {}, VIEW | SEND, "roles add up"),
    ({GUILD: VIEW | SEND, "99": 8}, {}, VIEW | SEND, "somebody else's role is not ours"),
    ({GUILD: VIEW | SEND}, {GUILD: (0, SEND)}, VIEW, "denied to everybody"),
    ({GUILD: VIEW}, {GUILD: (0, VIEW), ROLE: (VIEW, 0)}, VIEW, "a role's wins over everybody's"),
    ({GUILD: VIEW}, {ROLE: (VIEW, 0), str(ME): (0, VIEW)}, 0, "our own wins over a role's"),
    ({GUILD: 8}, {GUILD: (0, VIEW)}, discord.Permissions.all().value, "an administrator is denied nothing"),
]


@pytest.mark.parametrize(("roles", "changes", "left"), [row[:3] for row in ACCESS], ids=[row[3] for row in ACCESS])
def test_what_we_may_do_follows_discords_order(roles, changes, left):
    listed = [{"id": id_, "permissions": str(bits)} for id_, bits in roles.items()]
    overwrites = [{"id": id_, "allow": str(allow), "deny": str(deny)} for id_, (allow, deny) in changes.items()]
    assert combined(GUILD, ME, {GUILD, ROLE}, listed, overwrites).value == left
