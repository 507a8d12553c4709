"""`deskbell check`: is this configuration one that the desk can run with?"""

import sys
from pathlib import Path

from bot.configuration import load_with_secrets
from config.files.auditing import TOKEN
from config.loaded import Config
from config.problems import ConfigError
from config.secrets import PREFIX, Secrets, heartbeat_variable, webhook_variable

GOOD, REFUSED = 0, 2


def check(folder: Path) -> int:
    """Say what is wrong (standard error, exit code 2) or that all is well and what there is (exit code 0).
    What is no mistake, and yet to be looked at, is said on standard error, too.
    """
    try:
        config, secrets = load_with_secrets(folder)
    except ConfigError as error:
        count = len(error.problems)
        print(error, file=sys.stderr)  # noqa: T201 - this command's answer
        print(f"{count} problem{'s' if count > 1 else ''} in {folder}.", file=sys.stderr)  # noqa: T201
        return REFUSED
    for warning in config.warnings:
        print(warning, file=sys.stderr)  # noqa: T201
    print("\n".join([words_of(config), *_missing_tokens(config, secrets)]))  # noqa: T201
    return GOOD


def words_of(config: Config) -> str:
    """What there is in a configuration, counted."""
    counts = {
        "client": len(config.clients),
        "person": len(config.people),
        "channel": sum(channel.kind != "dm" for channel in config.channels.values()),
        "monitor": len(config.monitors),
        "runbook": len(config.runbooks),
    }
    words = ", ".join(_words(count, noun) for noun, count in counts.items())
    warned = _words(len(config.warnings), "warning") if config.warnings else "No problems"
    return f"{config.folder}: {words}. {warned}."


def _words(count: int, noun: str) -> str:
    plural = "people" if noun == "person" else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def _missing_tokens(config: Config, secrets: Secrets) -> list[str]:
    """A heartbeat without a token is no mistake of the files, yet nobody could ping it."""
    names = [m.id for m in config.monitors.values() if m.kind == "heartbeat" and not secrets.heartbeat_token(m.id)]
    said = [f"Nobody can ping {name} yet: put its token into {heartbeat_variable(name)}." for name in names]
    if TOKEN in (config.desk.outside_heartbeat or "") and not secrets.outside_token():
        said.append(f"The outside heartbeat cannot be pinged yet: put its token into {PREFIX}OUTSIDE_HEARTBEAT.")
    hooks = [name for name in config.desk.webhooks if not secrets.webhook_keys(name)]
    said += [f"Nothing goes to webhook {name} yet: put its secret into {webhook_variable(name)}." for name in hooks]
    return said
