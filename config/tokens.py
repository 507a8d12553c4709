"""The chat platforms' tokens, from the settings of `config.secrets`: what they must look like, and what goes with what.

`settings` are those of one platform as they stand in the environment, in small letters: `bot_token`, and for a further
workspace `globex__bot_token`. No sentence repeats a value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr

from config.problems import ENVIRONMENT, Problem, nearest, no_such

SLACK, DISCORD = "slack", "discord"
SETTINGS = ("bot_token", "app_token", "signing_secret", "api_url")
DISCORD_SETTINGS = ("token", "guild_ids", "api_url")
OPEN = ("api_url", "guild_ids")  # no secrets
SLACK_API = "https://slack.com/api/"
NEARLY = re.compile(r"DESKBELL_(SLACK|DISCORD)(?!__|$)")
SECRET = re.compile(r"[!-~]{8,1000}")
GUILD = re.compile(r"[0-9]{15,20}")


@dataclass(frozen=True, slots=True)
class SlackSecrets:
    """One workspace's. With an `app_token` events come by Socket Mode, else by signed HTTP. `api_url` ends in `/`."""

    bot_token: str = field(repr=False)
    app_token: str | None = field(repr=False)
    signing_secret: str | None = field(repr=False)
    api_url: str = SLACK_API


@dataclass(frozen=True, slots=True)
class DiscordSecrets:
    """No `guild_ids`: whatever guilds the bot is in. `api_url` has no `/` at its end; None: Discord's own."""

    token: str = field(repr=False)
    guild_ids: tuple[int, ...] = ()
    api_url: str | None = None


def variable(platform: str, key: str) -> str:
    return f"DESKBELL_{platform}__{key}".upper()


def key_of(name: str) -> str:
    """What a workspace is called in its variables: nothing for `slack` itself."""
    return "" if name == SLACK else name.replace("-", "_")


def workspaces(settings: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The settings of each workspace, by what it is called in its variables. What is empty is not there."""
    found: dict[str, dict[str, str]] = {}
    for written, value in settings.items():
        workspace, _, setting = written.rpartition("__")
        if value:
            found.setdefault(workspace, {})[setting] = value
    return found


def slack(settings: Mapping[str, str], name: str) -> SlackSecrets | None:
    own = workspaces(settings).get(key_of(name), {})
    if "bot_token" not in own:
        return None
    api_url = own.get("api_url", SLACK_API).rstrip("/") + "/"
    return SlackSecrets(own["bot_token"], own.get("app_token"), own.get("signing_secret"), api_url)


def discord(settings: Mapping[str, str]) -> DiscordSecrets | None:
    if not settings.get("token"):
        return None
    guilds = tuple(int(guild) for guild in _guilds(settings.get("guild_ids", "")))
    return DiscordSecrets(settings["token"], guilds, settings.get("api_url", "").rstrip("/") or None)


def secret(settings: Mapping[str, SecretStr]) -> list[SecretStr]:
    """Those that must be masked wherever something is shown."""
    return [value for key, value in settings.items() if key.rpartition("__")[2] not in OPEN]


def _guilds(written: str) -> list[str]:
    return [guild.strip() for guild in written.split(",")] if written else []


def slack_problems(settings: Mapping[str, str], intake_bind: str | None) -> Iterator[Problem]:
    for workspace, own in workspaces(settings).items():
        around = f"{workspace}__" if workspace else ""
        for setting, value in own.items():
            if sentence := _slack_trouble(setting, value):
                yield _problem(f"`{variable(SLACK, around + setting)}`: {sentence}")
        if own.keys() <= {*SETTINGS}:  # else one that is missing may be there, misspelt
            yield from _incomplete(around, own, intake_bind)


def _incomplete(around: str, own: Mapping[str, str], intake_bind: str | None) -> Iterator[Problem]:
    bot, app, signing = (f"`{variable(SLACK, around + setting)}`" for setting in SETTINGS[:3])
    if "bot_token" not in own:
        yield _problem(f"{bot} is missing, and others of its workspace are there.")
    elif "app_token" not in own and "signing_secret" not in own:
        yield _problem(f"{app} (Socket Mode) or {signing} (HTTP) is missing: one is needed.")
    elif "app_token" not in own and not intake_bind:
        yield _problem(f"{signing} without {app} means HTTP: `DESKBELL_INTAKE_BIND` must say where Slack reaches us.")


def _slack_trouble(setting: str, value: str) -> str | None:
    if setting not in SETTINGS:
        return _no_setting(variable(SLACK, setting))
    if setting == "api_url":
        return _address_trouble(value)
    if setting == "bot_token" and value.startswith("xoxp-"):
        return "this is a user's token (`xoxp-`), which acts as that person; the desk takes the bot's (`xoxb-`)."
    sort = {"bot_token": "xoxb-", "app_token": "xapp-"}.get(setting, "")
    if not value.startswith(sort):
        return f"this token begins with `{sort}`, and what is here does not."
    return _secret_trouble(value)


def discord_problems(settings: Mapping[str, str]) -> Iterator[Problem]:
    given = {setting: value for setting, value in settings.items() if value}
    for setting, value in given.items():
        if sentence := _discord_trouble(setting, value):
            yield _problem(f"`{variable(DISCORD, setting)}`: {sentence}")
    if given and given.keys() <= {*DISCORD_SETTINGS} and "token" not in given:
        yield _problem(f"`{variable(DISCORD, 'token')}` is missing, and other settings of Discord are there.")


def _discord_trouble(setting: str, value: str) -> str | None:
    if setting == "token":
        return _secret_trouble(value)
    if setting == "api_url":
        return _address_trouble(value)
    if setting == "guild_ids":
        right = all(GUILD.fullmatch(guild) for guild in _guilds(value))
        return None if right else "expected the ids of guilds, 15 to 20 digits each, with commas between them."
    return _no_setting(variable(DISCORD, setting))


def misspelt(variables: Iterable[str]) -> Iterator[Problem]:
    """A variable with a single `_` after the platform would be read by nobody."""
    for name in variables:
        if NEARLY.match(name.upper()):
            yield _problem(f"`{name}`: {_no_setting(name.upper())}")


def _no_setting(name: str) -> str:
    known = [variable(SLACK, key) for key in SETTINGS] + [variable(DISCORD, key) for key in DISCORD_SETTINGS]
    return f"there is no such setting{nearest(name, known)}"


def _secret_trouble(value: str) -> str | None:
    return None if SECRET.fullmatch(value) else "a token is at least 8 characters of plain ASCII without a space."


def _address_trouble(value: str) -> str | None:
    """HTTPS, or plain HTTP to this machine: a token must not travel for all to read."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "this is no web address."
    if parts.scheme not in ("http", "https") or not host:
        return "this is no web address."
    if parts.username is not None or parts.query or parts.fragment:
        return "an address has no user name, password, query or fragment here."
    if parts.scheme == "http" and not is_this_machine(host):
        return "it must begin with `https://`; plain `http://` is for this machine alone, such as `http://127.0.0.1:8080`."
    return None


def is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def unnamed(settings: Mapping[str, str], names: list[str]) -> list[Problem]:
    """A sentence for each workspace that has variables and is none of these names of the configuration."""
    strange = sorted(workspaces(settings).keys() - {key_of(name) for name in names})
    return [_problem(f"`{variable(SLACK, workspace)}__…`: {_stranger(workspace, names)}") for workspace in strange]


def _stranger(workspace: str, names: list[str]) -> str:
    if workspace == SLACK:
        return f"the variables of `{SLACK}` itself have no name in them: `{variable(SLACK, SETTINGS[0])}`."
    return f"in `platforms` of deskbell.yaml {no_such('Slack workspace', workspace.replace('_', '-'), names)}"


def _problem(sentence: str) -> Problem:
    return Problem(ENVIRONMENT, 0, sentence)
