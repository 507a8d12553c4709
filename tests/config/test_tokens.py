"""The chat platforms' tokens: found by the workspace's name, told apart, and repeated by no sentence."""

import os

import pytest

from bot.configuration import load_folder
from config.problems import ConfigError
from config.secrets import read_secrets, unnamed_workspaces
from config.tokens import DiscordSecrets, SlackSecrets

BOT, APP, SIGNING = "xoxb-geheim-1", "xapp-geheim-2", "geheim-signing-3"
SLACK = {"SLACK__BOT_TOKEN": BOT, "SLACK__APP_TOKEN": APP}
GUILD = "112233445566778899"


@pytest.fixture
def environment(monkeypatch):
    """Sets variables, named without `DESKBELL_`, in an environment that has none of ours."""
    for name in list(os.environ):
        if name.startswith("DESKBELL_"):
            monkeypatch.delenv(name)

    def put(variables: dict[str, str]) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(f"DESKBELL_{name}", value)

    return put


def test_without_a_token_a_platform_is_left_alone(environment):
    environment({"SLACK__BOT_TOKEN": "", "DISCORD__TOKEN": ""})
    assert (read_secrets().slack("slack"), read_secrets().discord()) == (None, None)


def test_each_workspace_has_its_own_tokens(environment):
    """`slack` has no name in its variables; a dash in another's is an underscore there, and two stay two."""
    environment(SLACK | {"SLACK__GLOBEX_CHAT__BOT_TOKEN": "xoxb-other", "SLACK__GLOBEX_CHAT__APP_TOKEN": "xapp-other"})
    environment({"SLACK__A__B__BOT_TOKEN": "xoxb-third", "SLACK__A__B__APP_TOKEN": "xapp-third"})
    secrets = read_secrets()
    assert secrets.slack("slack") == SlackSecrets(BOT, APP, None, "https://slack.com/api/")
    assert secrets.slack("globex-chat") == SlackSecrets("xoxb-other", "xapp-other", None)
    assert secrets.slack("a--b") == SlackSecrets("xoxb-third", "xapp-third", None)
    assert secrets.slack("globex") is None


def test_tokens_may_be_files_and_a_line_end_is_no_part_of_them(environment, tmp_path):
    (tmp_path / "DESKBELL_SLACK__GLOBEX__BOT_TOKEN").write_text(f"{BOT}\n")
    (tmp_path / "DESKBELL_SLACK__GLOBEX__SIGNING_SECRET").write_text(f"{SIGNING}\n")
    (tmp_path / "DESKBELL_DISCORD__TOKEN").write_text("geheim.in.file\n")
    environment({"SECRETS_DIR": str(tmp_path), "INTAKE_BIND": "127.0.0.1:8081"})
    environment({"SLACK__BOT_TOKEN": f"{BOT}-here\n", "SLACK__APP_TOKEN": f"{APP}\n"})
    secrets = read_secrets()
    assert secrets.slack("slack") == SlackSecrets(f"{BOT}-here", APP, None)
    assert secrets.slack("globex") == SlackSecrets(BOT, None, SIGNING)
    assert secrets.discord() == DiscordSecrets("geheim.in.file")
    assert secrets.values() == (SIGNING, "geheim.in.file", APP, BOT, f"{BOT}-here")


@pytest.mark.parametrize("address", ["http://127.0.0.1:99/api", "http://127.0.0.1:99/api/"])
def test_an_address_is_the_same_with_and_without_a_slash_at_its_end(environment, address):
    environment(SLACK | {"SLACK__API_URL": address, "DISCORD__TOKEN": "geheim.of.discord", "DISCORD__API_URL": address})
    slack, discord = read_secrets().slack("slack"), read_secrets().discord()
    assert slack is not None
    assert discord is not None
    assert (slack.api_url, discord.api_url) == ("http://127.0.0.1:99/api/", "http://127.0.0.1:99/api")


def test_guilds_are_numbers_with_commas_between(environment):
    environment({"DISCORD__TOKEN": "geheim.of.discord", "DISCORD__GUILD_IDS": f"{GUILD}, 1122334455667788"})
    assert read_secrets().discord() == DiscordSecrets("geheim.of.discord", (int(GUILD), 1122334455667788))


def test_every_token_is_masked_and_none_shows_when_printed(environment):
    """Addresses and guilds are no secrets: masked, they would make every line about them unreadable."""
    environment(SLACK | {"SLACK__SIGNING_SECRET": SIGNING, "SLACK__API_URL": "https://slack.example/api"})
    globex = {f"SLACK__GLOBEX__{name.partition('__')[2]}": f"{value}-globex" for name, value in SLACK.items()}
    environment(globex | {"SLACK__GLOBEX__API_URL": "https://globex.example/api"})
    environment({"DISCORD__TOKEN": "geheim.of.discord", "DISCORD__GUILD_IDS": GUILD})
    secrets = read_secrets()
    assert set(secrets.values()) == {BOT, APP, f"{BOT}-globex", f"{APP}-globex", SIGNING, "geheim.of.discord"}
    assert "geheim" not in f"{secrets!r} {secrets.slack('slack')!r} {secrets.discord()!r}"


@pytest.mark.parametrize(
    ("variables", "part"),
    [
        ({"SLACK__BOTTOKEN": BOT}, "no such setting; did you mean `DESKBELL_SLACK__BOT_TOKEN`?"),
        ({"SLACK__ACME__BOTTOKEN": BOT}, "`DESKBELL_SLACK__ACME__BOTTOKEN`: there is no such setting"),
        ({"SLACK_BOT_TOKEN": BOT}, "`DESKBELL_SLACK_BOT_TOKEN`: there is no such setting; did you mean"),  # one `_`
        ({"DISCORD__TOKEN": "geheim.123", "DISCORD__GUILDS": GUILD}, "did you mean `DESKBELL_DISCORD__GUILD_IDS`?"),
        (SLACK | {"SLACK__BOT_TOKEN": APP}, "`DESKBELL_SLACK__BOT_TOKEN`: this token begins with `xoxb-`"),  # swapped
        (SLACK | {"SLACK__APP_TOKEN": BOT}, "`DESKBELL_SLACK__APP_TOKEN`: this token begins with `xapp-`"),
        (SLACK | {"SLACK__BOT_TOKEN": "xoxp-geheim"}, "this is a user's token (`xoxp-`), which acts as that person"),
        (SLACK | {"SLACK__BOT_TOKEN": f"{BOT} {APP}"}, "8 characters of plain ASCII without a space"),  # two in one
        ({"DISCORD__TOKEN": "Bot geheim"}, "`DESKBELL_DISCORD__TOKEN`: a token is at least 8"),  # with its HTTP scheme
        ({"DISCORD__TOKEN": "geheim"}, "at least 8 characters"),  # too short to be masked
        ({"SLACK__APP_TOKEN": APP}, "`DESKBELL_SLACK__BOT_TOKEN` is missing"),
        ({"SLACK__ACME__APP_TOKEN": APP}, "`DESKBELL_SLACK__ACME__BOT_TOKEN` is missing"),
        ({"SLACK__BOT_TOKEN": BOT}, "_APP_TOKEN` (Socket Mode) or `DESKBELL_SLACK__SIGNING_SECRET` (HTTP)"),
        ({"SLACK__BOT_TOKEN": BOT, "SLACK__SIGNING_SECRET": SIGNING}, "`DESKBELL_INTAKE_BIND` must say where"),
        ({"DISCORD__GUILD_IDS": GUILD}, "`DESKBELL_DISCORD__TOKEN` is missing"),
        ({"DISCORD__TOKEN": "geheim.123", "DISCORD__GUILD_IDS": "geheim"}, "ids of guilds, 15 to 20 digits each"),
        ({"DISCORD__TOKEN": "geheim.123", "DISCORD__GUILD_IDS": f"{GUILD},"}, "ids of guilds"),  # one is missing
        (SLACK | {"SLACK__API_URL": "http://slack.com/api/"}, "it must begin with `https://`"),  # all could read it
        (SLACK | {"SLACK__API_URL": "http://10.0.0.5/api/"}, "it must begin with `https://`"),  # near, and not here
        (SLACK | {"SLACK__API_URL": "http://127.0.0.1.geheim.example/"}, "it must begin with `https://`"),  # a name
        (SLACK | {"SLACK__API_URL": "https://ann:geheim@slack.com/api/"}, "an address has no user name, password"),
        (SLACK | {"SLACK__API_URL": "https://slack.com/api/?token=geheim"}, "query or fragment"),
        (SLACK | {"SLACK__API_URL": "https://slack.com:geheim/"}, "this is no web address"),  # a port that is none
        (SLACK | {"SLACK__API_URL": "slack.com/geheim"}, "this is no web address"),
        ({"SLACK": '["geheim"]'}, "`DESKBELL_SLACK`: "),  # all of them as JSON, and it is a list
    ],
)  # fmt: skip
def test_one_wrong_variable_is_one_sentence_without_its_value(environment, variables, part):
    environment(variables)
    with pytest.raises(ConfigError) as caught:
        read_secrets()
    (problem,) = caught.value.problems
    assert part in problem.sentence
    assert (problem.file, problem.sentence[-1] in ".?") == ("environment", True)
    assert "geheim" not in problem.sentence


def test_what_is_wrong_in_two_workspaces_is_told_at_once(environment):
    environment({"SLACK__BOT_TOKEN": BOT, "SLACK__ACME__APP_TOKEN": APP, "DISCORD__GUILD_IDS": GUILD})
    with pytest.raises(ConfigError) as caught:
        read_secrets()
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("workspace", "said"),
    [
        ("GLOBEX_CHAT__", []),  # named in the configuration
        ("", []),  # `slack` itself, which is there without being named
        ("GLOBEX_CHAD__", ["`DESKBELL_SLACK__GLOBEX_CHAD__…`", "`globex-chad`; did you mean `globex-chat`?"]),
        ("DISCORD__", ["there is no Slack workspace `discord`"]),  # a platform, and no workspace of Slack's
        ("SLACK__", ["`slack` itself have no name in them: `DESKBELL_SLACK__BOT_TOKEN`"]),
    ],
)  # fmt: skip
def test_a_workspace_that_the_configuration_does_not_name_is_told(environment, folder, workspace, said):
    """Its token would be used by nobody."""
    environment({f"SLACK__{workspace}BOT_TOKEN": BOT, f"SLACK__{workspace}APP_TOKEN": APP})
    problems = unnamed_workspaces(load_folder(folder), read_secrets())
    assert len(problems) == bool(said)
    assert all(part in problem.sentence for problem in problems for part in said)
    assert all("geheim" not in problem.sentence for problem in problems)
