"""`deskbell slack manifest`: what an administrator pastes at Slack to make the app."""

import json
import sys
from pathlib import Path

from bot.configuration import DEMO, load_folder
from bot.platforms.slack.manifest import manifest as drawn
from config.loaded import Slack
from config.problems import ConfigError, nearest

GOOD, REFUSED = 0, 2


def manifest(folder: Path | None, workspace: str, url: str | None) -> int:
    """Print the manifest as JSON. 2 when the configuration is refused or names no such workspace."""
    try:
        platforms = load_folder(folder or DEMO).platforms
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - this command's answer
        return REFUSED
    if url is not None and not url.startswith("https://"):
        print("Slack calls an address that begins with https:// and no other.", file=sys.stderr)  # noqa: T201
        return REFUSED
    settings = platforms.get(workspace)
    if not isinstance(settings, Slack):
        names = [name for name, each in platforms.items() if isinstance(each, Slack)]
        print(f"There is no Slack workspace {workspace}{nearest(workspace, names)}", file=sys.stderr)  # noqa: T201
        return REFUSED
    print(json.dumps(drawn(settings, url), indent=2, ensure_ascii=False))  # noqa: T201
    return GOOD
