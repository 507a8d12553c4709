"""Discord's REST API without HTTP: a call comes in, a reply goes out, and the log remembers both."""

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.discord.standin.calls import Call, Reply
from tests.discord.standin.refusals import Refused, no
from tests.discord.standin.routes import ROUTES

if TYPE_CHECKING:
    from tests.discord.standin.state import Discord

_PATTERNS = [(route, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route)))) for route in ROUTES]


def route_of(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The route's name and the ids in the path; an empty name for what is no route."""
    for route, pattern in _PATTERNS:
        if match := pattern.fullmatch(f"{method} {path}"):
            return route, match.groupdict()
    return "", {}


def perform(discord: "Discord", call: Call) -> Reply:
    """Take a call: what it changes is changed, and logged, when this returns."""
    route, ids = route_of(call.method, call.path)
    call = replace(call, ids=ids)
    headers: dict[str, str] = {}
    try:
        headers = _let_in(discord, route, call)
        told = ROUTES[route](discord, call)
        reply = Reply(204 if told is None else 200, told, headers)
    except Refused as refusal:
        reply = Reply(refusal.status, refusal.body, headers | refusal.headers)
    discord.log.append({
        "at": discord.now(), "route": route, "path": call.path, "query": call.query, "body": call.body,
        "status": reply.status, "code": (reply.body or {}).get("code") if reply.status >= 400 else None,
        "answer": reply.body,
    })  # fmt: skip
    discord.changed()
    return reply


def _let_in(discord: "Discord", route: str, call: Call) -> dict[str, str]:
    """The token, the limits of rate and the text itself; the answer's headers."""
    if not route:
        raise no("not found")
    if not call.path.startswith(("/interactions/", "/webhooks/")) and call.token != discord.token:
        raise no("unauthorized")
    try:
        json.dumps(call.body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise no("no json") from None
    if call.files and discord.refuses_files:
        raise no(discord.refuses_files)
    return discord.rates.pass_through(route, call.id("channel") if "channel" in call.ids else None)
