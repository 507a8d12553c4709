"""Where the loader meets the rooms that it may not import: the kinds, the catalogue, the poller's bounds."""

from datetime import UTC, datetime
from pathlib import Path

import config
import remediation
from bot.bounds import capacity
from config.files.runbooks import folder_of
from config.loaded import Config
from config.loader import SCRIPTS, Rules, load
from config.problems import ConfigError
from config.secrets import Secrets, read_secrets, unnamed_gateways, unnamed_webhooks, unnamed_workspaces
from desk.runs import Runbook
from monitors import kinds
from monitors.look import condition
from monitors.targets import Targets
from remediation.catalogue import take, troubles

DEMO = Path(config.__file__).parent / "demo"
SHIPPED_SCRIPTS = Path(remediation.__file__).parent / "scripts"


def load_folder(folder: Path) -> Config:
    """The configuration in a folder, checked as a whole. ConfigError has every problem with its file and line."""
    rules = Rules(kinds(), capacity, condition, Targets.of, take, troubles, SHIPPED_SCRIPTS)
    return load(folder, rules, datetime.now(UTC))


def load_with_secrets(folder: Path) -> tuple[Config, Secrets]:
    """The folder, and what the environment adds to it; what only one of them names is refused too."""
    config, secrets = load_folder(folder), read_secrets()
    problems = [*unnamed_workspaces(config, secrets), *unnamed_gateways(config, secrets)]
    if problems := [*problems, *unnamed_webhooks(config, secrets)]:
        raise ConfigError(problems)
    return config, secrets


def script_folder(loaded: Config, runbook: Runbook) -> Path:
    """The folder that this runbook's script and files are in: the operator's own, else the shipped one."""
    return folder_of(runbook.script, (loaded.folder / SCRIPTS, SHIPPED_SCRIPTS))
