"""What never stands in YAML: secrets and the few settings of this one process, from the environment or a folder.

A variable `DESKBELL_NAME` may as well be a file of that name in the folder `DESKBELL_SECRETS_DIR`; the variable wins.
"""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NestedSecretsSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from config import tokens
from config.database import SecretAddress, passwords
from config.loaded import Config, Slack
from config.problems import ENVIRONMENT, ConfigError, Problem, no_such
from config.signing import keys_of
from config.tokens import DiscordSecrets, SlackSecrets
from desk.events import PLATFORM
from desk.ways import MAIL

PREFIX = "DESKBELL_"
FOLDER = "DESKBELL_SECRETS_DIR"
SHORTEST_TOKEN = 8


def _bind(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError("expected `host:port`, such as 0.0.0.0:8081")
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    """An empty one is none: nothing may ping that monitor."""
    if 0 < len(value.get_secret_value()) < SHORTEST_TOKEN:
        raise ValueError(
            f"a token has at least {SHORTEST_TOKEN} characters; a shorter one could not be masked in what is shown"
        )
    return value


def _in_a_header(value: SecretStr) -> SecretStr:
    if not tokens.SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("a token is at least 8 characters of plain ASCII without a space")
    return value


def _with_keys(value: SecretStr) -> SecretStr:
    keys_of(value.get_secret_value())
    return value


Token = Annotated[SecretStr, AfterValidator(_long_enough)]
HeaderToken = Annotated[SecretStr, AfterValidator(_in_a_header)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_with_keys)]


class Secrets(BaseSettings):
    """`port` and `data` (a folder) are None where the configuration or a default decides; `intake_bind` is `host:port`.

    `heartbeat` maps a heartbeat monitor's name, in small letters and with `_` for `-`, to its token, and so does `hook`
    a hook's, `push` a gateway's and `webhook` a webhook's secret; `monitor` does so with the password or token that
    another kind logs in with; `oncall` and `oncall_person` with the tokens of the calendars of schedules and people.
    `slack_` and `discord_` are the settings as they are written, for `slack` and `discord`.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_nested_max_split=1,
        secrets_prefix=PREFIX,
        secrets_nested_delimiter="__",
    )

    port: int | None = Field(default=None, ge=0, le=65535)  # 0: any free port
    data: Path | None = None
    database: SecretAddress | None = None
    intake_bind: Annotated[str, AfterValidator(_bind)] | None = None
    heartbeat: dict[str, Token] = Field(default_factory=dict)
    hook: dict[str, Token] = Field(default_factory=dict)
    monitor: dict[str, Token] = Field(default_factory=dict)
    oncall: dict[str, Token] = Field(default_factory=dict)
    oncall_person: dict[str, Token] = Field(default_factory=dict)
    outside_heartbeat: Token | None = None
    mail_password: Token | None = None
    push: dict[str, HeaderToken] = Field(default_factory=dict)
    webhook: dict[str, WebhookSecret] = Field(default_factory=dict)
    slack_: dict[str, SecretStr] = Field(default_factory=dict, validation_alias=f"{PREFIX}SLACK")
    discord_: dict[str, SecretStr] = Field(default_factory=dict, validation_alias=f"{PREFIX}DISCORD")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - a .env file in some folder is not for us
        file_secret_settings: Any,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, NestedSecretsSettingsSource(file_secret_settings)

    def heartbeat_token(self, name: str) -> str | None:
        """The token of one heartbeat monitor; None, and nothing may ping it, when there is none."""
        return _token(self.heartbeat, name)

    def hook_token(self, name: str) -> str | None:
        """The token of one hook; None, and nothing may be sent there, when there is none."""
        return _token(self.hook, name)

    def oncall_token(self, name: str) -> str | None:
        """The token of the calendar of a schedule, or of `person/ID`; None, and nobody may read it, without one."""
        kind, _, person = name.rpartition("/")
        return _token(self.oncall_person if kind == "person" else self.oncall, person)

    def monitor_secret(self, name: str) -> str | None:
        """What this monitor logs in with; None where it has nothing."""
        return _token(self.monitor, name)

    def push_token(self, name: str) -> str:
        """The token of one gateway; empty when it has none."""
        return _token(self.push, name) or ""

    def webhook_keys(self, name: str) -> tuple[bytes, ...]:
        """By what the events for this webhook are signed; none, and nothing is sent, without a secret."""
        return keys_of(_token(self.webhook, name) or "")

    def password(self) -> str:
        """That of the mail server's user; empty when there is none."""
        return self.mail_password.get_secret_value() if self.mail_password else ""

    def slack(self, name: str) -> SlackSecrets | None:
        """The tokens of this workspace of `platforms`; None when it has none and is not to be talked to."""
        return tokens.slack(_plain(self.slack_), name)

    def discord(self) -> DiscordSecrets | None:
        return tokens.discord(_plain(self.discord_))

    def outside_token(self) -> str:
        """What the outside heartbeat knows us by; empty without one."""
        return self.outside_heartbeat.get_secret_value() if self.outside_heartbeat else ""

    def database_url(self) -> str | None:
        return self.database.get_secret_value() if self.database else None

    def values(self) -> tuple[str, ...]:
        """Every secret there is, for whoever must mask them."""
        ours = (self.heartbeat, self.hook, self.monitor, self.oncall, self.oncall_person, self.push)
        kept = [token for each in ours for token in each.values()]
        kept += [token for each in (self.slack_, self.discord_) for token in tokens.secret(each)]
        kept += [self.outside_heartbeat] if self.outside_heartbeat else []
        plain = {token.get_secret_value().strip() for token in kept} | passwords(self.database_url() or "")
        plain |= {part for secret in self.webhook.values() for part in secret.get_secret_value().split()}
        plain.add(self.password())
        return tuple(sorted(plain - {""}))

    def mask(self, words: str) -> str:
        """What somebody outside said, without any secret of ours."""
        for secret in sorted(self.values(), key=len, reverse=True):
            words = words.replace(secret, "•••")
        return words

    def problems(self) -> list[Problem]:
        """What is wrong with the tokens of the chat platforms."""
        slack = tokens.slack_problems(_plain(self.slack_), self.intake_bind)
        return [*slack, *tokens.discord_problems(_plain(self.discord_))]


def unnamed_workspaces(config: Config, secrets: Secrets) -> list[Problem]:
    """The workspaces of Slack that have variables, and no entry in the configuration's `platforms`."""
    names = [platform.name for platform in config.platforms.values() if isinstance(platform, Slack)]
    return tokens.unnamed(_plain(secrets.slack_), names)


def unnamed_gateways(config: Config, secrets: Secrets) -> list[Problem]:
    """A sentence for each gateway that has a token, and no entry in the configuration's `push`."""
    return _unnamed("gateway", "push", secrets.push, config.desk.push, push_variable)


def unnamed_webhooks(config: Config, secrets: Secrets) -> list[Problem]:
    """A sentence for each webhook that has a secret, and no entry in the configuration's `webhooks`."""
    return _unnamed("webhook", "webhooks", secrets.webhook, config.desk.webhooks, webhook_variable)


def _unnamed(
    noun: str, section: str, given: Collection[str], known: Collection[str], variable: Callable[[str], str]
) -> list[Problem]:
    names = {name.replace("-", "_"): name for name in known}
    return [
        Problem(ENVIRONMENT, 0, f"`{variable(key)}`: in `{section}` of deskbell.yaml"
                f" {no_such(noun, key.replace('_', '-'), list(names.values()))}")
        for key in sorted(set(given) - names.keys())
    ]  # fmt: skip


def missing_secrets(config: Config, secrets: Secrets) -> dict[str, str]:
    """What mail, gateways and webhooks need of the environment and lack: a sentence for each, by its platform."""
    found = {}
    mail = config.desk.mail
    if mail and mail.user and not secrets.password():
        found[MAIL] = f"`{PREFIX}MAIL_PASSWORD` is missing: `mail` in deskbell.yaml has a `user`."
    for name, gateway in config.desk.push.items():
        sent = repr((gateway.url, gateway.headers, gateway.body, gateway.form))
        if "{token}" in sent and not secrets.push_token(name):
            found[name] = f"`{push_variable(name)}` is missing: `push.{name}` in deskbell.yaml sends a `{{token}}`."
    for name in config.desk.webhooks:
        if not secrets.webhook_keys(name):
            why = f"`webhooks.{name}` in deskbell.yaml sends nothing without it."
            found[f"{PLATFORM}{name}"] = f"`{webhook_variable(name)}` is missing: {why}"
    return found


def push_variable(name: str) -> str:
    return f"{PREFIX}PUSH__{name.upper().replace('-', '_')}"


def webhook_variable(name: str) -> str:
    return f"{PREFIX}WEBHOOK__{name.upper().replace('-', '_')}"


def _token(of: dict[str, SecretStr], name: str) -> str | None:
    token = of.get(name.replace("-", "_"))
    return (token.get_secret_value() or None) if token else None


def _plain(settings: dict[str, SecretStr]) -> dict[str, str]:
    return {key: value.get_secret_value().strip() for key, value in settings.items()}


def heartbeat_variable(name: str) -> str:
    """The environment variable that holds the token of this monitor."""
    return f"{PREFIX}HEARTBEAT__{name.upper().replace('-', '_')}"


def read_secrets() -> Secrets:
    """From this process's environment and the secrets folder, now. Raises ConfigError; no sentence repeats a value."""
    folder = os.environ.get(FOLDER)
    if folder and not Path(folder).is_dir():
        raise ConfigError([Problem(ENVIRONMENT, 0, f"`{FOLDER}`: there is no folder {folder}.")])
    try:
        secrets = Secrets(_secrets_dir=folder or None)
    except ValidationError as error:
        raise ConfigError(_problem(mistake["loc"], mistake["msg"]) for mistake in error.errors()) from None
    except (SettingsError, OSError, UnicodeDecodeError):
        sentence = f"the variables `{PREFIX}...` or the files in the secrets folder cannot be read."
        raise ConfigError([Problem(ENVIRONMENT, 0, sentence)]) from None
    if problems := [*secrets.problems(), *tokens.misspelt(os.environ)]:
        raise ConfigError(problems)
    return secrets


def _problem(loc: tuple[str | int, ...], message: str) -> Problem:
    name = PREFIX + "__".join(str(step).upper() for step in loc).removeprefix(PREFIX)
    said = message.removeprefix("Value error, ")
    return Problem(ENVIRONMENT, 0, f"`{name}`: {said[:1].lower()}{said[1:]}.")
