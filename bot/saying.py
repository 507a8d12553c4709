"""`deskbell say`: a line to the running bot, from a terminal."""

import json
from typing import Any

import httpx
from rich.console import Console


def say(text: str, person: str, channel: str, port: int) -> int:
    """0 with the reply printed, 1 when the bot refuses, 2 when there is no bot."""
    out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    body = {"as": person, "channel": channel, "text": text}
    try:
        answer = httpx.post(f"http://127.0.0.1:{port}/api/say", json=body, timeout=30, trust_env=False)
        data: dict[str, Any] = answer.json()
    except (httpx.HTTPError, json.JSONDecodeError):
        err.print(f"No Deskbell answers on port {port}. Start one with `deskbell demo`, or say --port.", markup=False)
        return 2
    if answer.status_code >= 400:
        err.print(data.get("error", answer.text), markup=False)
        return 1
    reply, form = data.get("reply"), data.get("form")
    if reply:
        out.print(reply["text"], markup=False)
        for button in reply.get("buttons", []):
            out.print(f"  [{button['label']}] {button['command']}", markup=False)
    if form:
        out.print(f"{form['title']} (say it with {_missing(form)})", markup=False)
    if not reply and not form:
        out.print("Said.", markup=False)
    return 0


def _missing(form: dict[str, Any]) -> str:
    names = [f["name"] for f in form["fields"] if f["required"] and not f["value"]]
    return ", ".join(f"{name}=…" for name in names) or "what is filled in already"
