"""What we ask of a workspace: the manifest, the documentation and the code agree; what is missing is named."""

import json
import re
from pathlib import Path

import pytest

from bot.platforms.contract import PlatformRefused, UnknownPlaces
from bot.platforms.slack.manifest import manifest
from bot.platforms.slack.payloads import ABOUT, OPEN
from bot.platforms.slack.scopes import SCOPES
from config.loaded import Slack
from tests.slack.harness import Book, config, made, workspace
from tests.standin.faults import Fault

PAGE = Path(__file__).parents[2] / "docs" / "slack.md"
SETTINGS = Slack("slack", "/help-desk", ("/ticket", "/hilfe"))


def test_the_page_lists_each_scope_with_its_reason_and_what_is_off_without_it():
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+:[a-z.]+|commands)` \| (.+) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(scope.name, scope.reason, scope.off) for scope in SCOPES]


def test_the_manifest_asks_for_the_scopes_and_events_and_for_no_more():
    """Least privilege: no posting where the bot is not, no administration, nobody's own token."""
    drawn = manifest(SETTINGS)
    asked = drawn["oauth_config"]["scopes"]
    assert asked == {"bot": [scope.name for scope in SCOPES]}
    assert not [name for name in asked["bot"] if name == "chat:write.public" or name.startswith("admin")]
    events = drawn["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) >= {"app_mention", "message.channels", "message.groups", "message.im", "reaction_added"}
    assert set(events) >= {"app_home_opened", "user_change", "tokens_revoked"}
    assert events == sorted(set(events))


def test_the_manifest_has_the_commands_and_shortcuts_that_the_code_understands():
    features = manifest(SETTINGS)["features"]
    assert [c["command"] for c in features["slash_commands"]] == ["/help-desk", "/ticket", "/hilfe"]
    assert {s["callback_id"]: s["type"] for s in features["shortcuts"]} == {OPEN: "global", ABOUT: "message"}
    assert features["app_home"]["home_tab_enabled"] is True
    assert features["app_home"]["messages_tab_read_only_enabled"] is False, "or nobody could write to the bot"


@pytest.mark.parametrize("url", [None, "https://desk.example/slack/events"])
def test_the_manifest_is_for_one_way_of_hearing(url):
    """Every address is there with HTTP, and none with Socket Mode."""
    drawn = manifest(SETTINGS, url)
    assert drawn["settings"]["socket_mode_enabled"] is (url is None)
    named = re.findall(r"https://[^\"]+", json.dumps(drawn))
    assert named == [url] * (3 + 3 if url else 0)


def test_the_manifest_keeps_to_slacks_lengths():
    """https://docs.slack.dev/reference/app-manifest"""
    drawn = manifest(SETTINGS, name="Deskbell of the United Companies of Everywhere")
    shortcuts = drawn["features"]["shortcuts"]
    assert len(drawn["display_information"]["name"]) <= 35
    assert len(drawn["features"]["bot_user"]["display_name"]) <= 80
    assert len(drawn["display_information"]["description"]) <= 140
    assert all(len(s["name"]) <= 24 and len(s["description"]) <= 150 for s in shortcuts)


async def findings(there, **places):
    platform = made(there, Book(), known=config(places.items()))
    try:
        return {f.what: f for f in await platform.examine() if not f.well} | {"all": await platform.examine()}
    finally:
        await platform.close()


async def test_the_doctor_finds_a_good_workspace_well():
    async with workspace() as (there, _ann, _ben, room):
        found = (await findings(there, **{"acme-team": room}))["all"]
        assert [(f.what, f.well) for f in found] == [
            ("slack: token", True), ("slack: scopes", True), ("slack: app token", True), ("slack: channels", True),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("invalid_auth", "Slack does not know the token"),
        ("token_revoked", "was revoked"),
        ("account_inactive", "deactivated"),
    ],
)
async def test_a_bad_token_is_one_sentence_with_the_remedy(error, says):
    """The same for the start, which refuses, and for the doctor."""
    async with workspace() as (there, *_):
        there.ws.token_error = error
        platform = made(there, Book())
        with pytest.raises(PlatformRefused) as refused:
            await platform.start()
        sentence = refused.value.sentence
        assert (says in sentence, "`DESKBELL_SLACK__BOT_TOKEN`" in sentence) == (True, True)
        assert not isinstance(refused.value, UnknownPlaces)
        assert there.ws.bot_token not in sentence
        assert (await findings(there))["slack: token"].sentence == sentence


async def test_a_bad_app_token_is_one_sentence_with_the_remedy():
    async with workspace() as (there, *_):
        there.ws.troubles.add(Fault.REFUSE, "apps.connections.open", error="invalid_auth", times=4)
        platform = made(there, Book())
        with pytest.raises(PlatformRefused, match="`DESKBELL_SLACK__APP_TOKEN`"):
            await platform.start()
        assert "`DESKBELL_SLACK__APP_TOKEN`" in (await findings(there))["slack: app token"].sentence


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
async def test_a_missing_scope_is_named_with_what_is_off_and_the_rest_goes_on(scope):
    async with workspace() as (there, _ann, _ben, room):
        there.ws.scopes.discard(scope.name)
        found = (await findings(there, **{"acme-team": room}))["slack: scopes"]
        assert (f"`{scope.name}`" in found.sentence, scope.off in found.sentence) == (True, True)
        platform = made(there, Book(), known=config([("acme-team", room)]))
        await platform.start()
        await platform.close()


@pytest.mark.parametrize("by", ["id", "name"])
async def test_an_unknown_channel_is_refused_at_the_start_with_the_nearest(by):
    async with workspace() as (there, _ann, _ben, room):
        there.ws.add_channel("lobby")
        wrong = f"{room[:-1]}9" if by == "id" else "C0ELSEWHERE"
        platform = made(there, Book(), known=config([("acme-team", wrong)]))
        with pytest.raises(UnknownPlaces) as refused:
            await platform.start()
        assert f"`acme-team`: there is no channel {wrong}" in refused.value.sentence
        assert f"The nearest is {room} (#acme-team)" in refused.value.sentence
        assert "`/invite @deskbell`" in refused.value.sentence, "it may be a private one that the bot is not in"
        assert there.sockets.made == 0


@pytest.mark.parametrize(("trouble", "remedy"), [("archived", "Restore it"), ("outside", "`/invite @deskbell`")])
async def test_a_channel_that_cannot_be_used_is_told_and_keeps_nothing_else_from_starting(trouble, remedy):
    async with workspace() as (there, _ann, _ben, room):
        if trouble == "archived":
            there.ws.channels[room].archived = True
        else:
            there.people.remove_bot(room)
        found = (await findings(there, **{"acme-team": room}))["slack: channels"]
        assert (remedy in found.sentence, "#acme-team" in found.sentence) == (True, True)
        platform = made(there, Book(), known=config([("acme-team", room)]))
        await platform.start()
        await platform.close()


async def test_nobody_at_the_address_is_said_as_that():
    async with workspace() as (there, *_):
        platform = made(there, Book())
        there.ws.troubles.add(Fault.RESET, "auth.test", times=2)
        with pytest.raises(PlatformRefused, match="nobody answers"):
            await platform.start()
