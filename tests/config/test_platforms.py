"""The chat platforms in a good configuration: what is there unnamed, and the way from place to channel."""

from dataclasses import replace

import pytest

from bot.configuration import load_folder
from config.files.platforms import BUILT_IN, COMMAND
from config.loaded import Channel, Discord, Slack
from config.problems import ConfigError


def test_slack_and_discord_are_there_without_a_word_about_them(folder):
    """A token in the environment is enough."""
    text = (folder / "deskbell.yaml").read_text()
    start, end = text.index("platforms:"), text.index("articles:")
    (folder / "deskbell.yaml").write_text(text[:start] + text[end:])
    assert load_folder(folder).platforms == {
        "slack": Slack("slack", "/desk", (), "ticket", "pushpin", copy_files=False),
        "discord": Discord("discord", "🎫", "📌", copy_files=False),
    }


def test_what_is_written_of_a_platform_is_what_is_loaded(folder, spoil):
    spoil("deskbell.yaml", "{command: /desk}", "{command: /noc, reaction: sos, pin: memo, copy_files: yes}")
    platforms = load_folder(folder).platforms
    assert platforms["slack"] == Slack("slack", "/noc", (), "sos", "memo", copy_files=True)
    assert platforms["globex-chat"] == Slack("globex-chat", "/desk", ("/ticket",))


def test_discord_may_have_another_name_and_is_there_once(folder, spoil):
    spoil("deskbell.yaml", "discord: ", "guilds: ")
    spoil("deskbell.yaml", "  globex-chat:", "  guilds: {kind: discord, reaction: 1️⃣}\n  globex-chat:")
    platforms = load_folder(folder).platforms
    assert platforms["guilds"] == Discord("guilds", "1️⃣")
    assert [name for name, platform in platforms.items() if isinstance(platform, Discord)] == ["guilds"]


@pytest.mark.parametrize("id_", ["112233445566778899", '"112233445566778899"'])
def test_an_id_of_discords_is_text_with_and_without_quotes(folder, spoil, id_):
    spoil("deskbell.yaml", '"1122334455667788"', id_)
    assert load_folder(folder).channels["acme-team"].places["discord"] == "112233445566778899"


def test_one_id_in_two_workspaces_is_two_places(folder, spoil):
    """Ids are only unique inside their workspace."""
    spoil("deskbell.yaml", "client: globex}", "client: globex, places: {globex-chat: C0123ABCD}}")
    config = load_folder(folder)
    found = [config.channel_at(place) for place in ("slack/C0123ABCD", "globex-chat/C0123ABCD")]
    assert [channel and channel.id for channel in found] == ["acme-team", "globex-team"]


def test_every_place_leads_to_its_channel_and_no_other_does(folder):
    config = load_folder(folder)
    team = config.channels["acme-team"]
    assert team.place_ids() == ("slack/C0123ABCD", "discord/1122334455667788")
    assert [config.channel_at(place) for place in (*team.place_ids(), "acme-team")] == [team] * 3
    for nowhere in ("slack/C9", "slack/@U012", "slack/acme-team", "C0123ABCD", ""):
        assert config.channel_at(nowhere) is None


def test_channels_that_are_replaced_are_found_at_their_new_places(folder):
    """The way from a place follows the channels, also in a configuration made from another."""
    config = load_folder(folder)
    moved = Channel("acme-team", "acme-team", "team", "acme", {"slack": "C9"})
    new = replace(config, channels={**config.channels, "acme-team": moved})
    assert (new.channel_at("slack/C9"), new.channel_at("slack/C0123ABCD")) == (moved, None)


@pytest.mark.parametrize(("old", "new", "line", "key"), [
    ("{command: /desk}", "{command: /remind}", 18, "platforms.slack.command"),
    ("[/ticket]", "[/ticket, /open]", 19, "platforms.globex-chat.aliases"),
])  # fmt: skip
def test_a_command_of_slacks_own_is_refused_with_its_line(folder, spoil, old, new, line, key):
    """Slack would not take the manifest, or run its own command: nobody would reach us, and nothing would say why."""
    spoil("deskbell.yaml", old, new)
    with pytest.raises(ConfigError) as refused:
        load_folder(folder)
    [problem] = refused.value.problems
    assert (problem.line, f"`{key}`" in problem.sentence, "Slack's own" in problem.sentence) == (line, True, True)


def test_the_commands_that_the_files_may_name_are_none_of_slacks_own():
    """Nor those that we propose ourselves."""
    assert not {Slack("slack").command, "/ticket", "/support", "/helpdesk"} & BUILT_IN
    assert {"/remind", "/open", "/status", "/who", "/topic"} <= BUILT_IN
    assert all(COMMAND.fullmatch(name) for name in BUILT_IN)
