"""`deskbell link PERSON`: the first account of somebody who is known nowhere yet, by whoever runs this machine."""

import sys
from pathlib import Path

import httpx

from bot.web.operator import NAME

GOOD, REFUSED = 0, 2


def link(person: str, port: int, folder: Path) -> int:
    """Print a one-time code of the running bot's. 2 when there is no bot, no such person, or no right to ask."""
    try:
        key = (folder / NAME).read_text()
        asked = httpx.post(
            f"http://127.0.0.1:{port}/operator/code", json={"person": person},
            headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=10,
        )  # fmt: skip
        said = asked.json()
    except OSError as error:
        print(f"No bot runs on {folder}, or its key cannot be read: {error.strerror}.", file=sys.stderr)  # noqa: T201
        return REFUSED
    except (httpx.HTTPError, ValueError):
        print(f"No bot answers at 127.0.0.1:{port}. Say which with --port.", file=sys.stderr)  # noqa: T201
        return REFUSED
    if asked.status_code != 200:
        print(said.get("error", "It refused."), file=sys.stderr)  # noqa: T201 - this command's answer
        return REFUSED
    print(f"{person} says this to the bot on a chat platform, within ten minutes: /link {said['code']}")  # noqa: T201
    return GOOD
