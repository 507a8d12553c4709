"""What the operator of this machine asks of the running bot, by the key in its data folder."""

import sys
from pathlib import Path
from typing import Any

import httpx

from bot.web.operator import NAME

GOOD, REFUSED = 0, 2


def link(person: str, port: int, folder: Path) -> int:
    """`deskbell link PERSON`: print a one-time code for the first account of somebody who is known nowhere yet. 2 when
    there is no bot, no such person, or no right to ask.
    """
    status, said = _ask("code", {"person": person}, port, folder, patience=10)
    if status != 200:
        print(said.get("error", "It refused."), file=sys.stderr)  # noqa: T201 - this command's answer
        return REFUSED
    print(f"{person} says this to the bot on a chat platform, within ten minutes: /link {said['code']}")  # noqa: T201
    return GOOD


def reload(port: int, folder: Path) -> int:
    """`deskbell reload`: print what came of it. 2 with every problem when the files are refused, or there is no bot."""
    status, said = _ask("reload", {}, port, folder, patience=120)
    lines = "\n".join(said.get("lines") or [said.get("error", "It refused.")])
    print(lines, file=sys.stdout if status == 200 else sys.stderr)
    return GOOD if status == 200 else REFUSED


def _ask(what: str, body: dict[str, str], port: int, folder: Path, patience: float) -> tuple[int, dict[str, Any]]:
    """Status and body of the answer; a body with an `error` when there is none."""
    try:
        key = (folder / NAME).read_text()
        asked = httpx.post(
            f"http://127.0.0.1:{port}/operator/{what}", json=body, headers={"Authorization": f"Bearer {key}"},
            trust_env=False, timeout=patience,
        )  # fmt: skip
        return asked.status_code, dict(asked.json())
    except OSError as error:
        return 0, {"error": f"No bot runs on {folder}, or its key cannot be read: {error.strerror}."}
    except (httpx.HTTPError, ValueError):
        return 0, {"error": f"No bot answers at 127.0.0.1:{port}. Say which with --port."}
