"""Uptime Kuma's webhook, preset `application/json`.

Its shape is told where it is sent from: https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js
"""

import re
from typing import Any

from desk.hooks.told import Says, Told, UnknownShapeError, an_object, first, instant, members, texts, words

DOWN, UP, PENDING, MAINTENANCE = "0", "1", "2", "3"
_NUMBERS = re.compile(r"[0-9]+")


def parts(body: Any) -> list[Any]:
    return [body]


def told(part: Any) -> Told | None:
    """A monitor that is down or up. None for one that is looked at again, or is being worked on."""
    message = an_object(part, "the message")
    beat, monitor = message.get("heartbeat"), members(message.get("monitor"))
    if beat is None:
        return _notice(message)
    beat = an_object(beat, "`heartbeat`")
    status = words(beat.get("status"))
    if status in {PENDING, MAINTENANCE}:
        return None
    id_ = first(beat.get("monitorID"), beat.get("monitor_id"), monitor.get("id"))
    if status not in {DOWN, UP} or not id_:
        raise UnknownShapeError("`heartbeat` says neither up nor down, or of no monitor")
    where = first(monitor.get("hostname"), monitor.get("url"))
    at, name = instant(beat.get("time")), first(monitor.get("name"), f"monitor {id_}")
    return Told(
        Says.FIRING if status == DOWN else Says.RESOLVED, {"monitor": id_}, name,
        first(beat.get("msg"), message.get("msg")), "" if where == "https://" else where, labels=_labels(monitor),
        started_at=at if status == DOWN else None, ended_at=at if status == UP else None,
    )  # fmt: skip


def _labels(monitor: dict[str, Any]) -> dict[str, str]:
    """Its tags, and what it is."""
    tags = monitor.get("tags")
    own = [members(tag) for tag in tags] if isinstance(tags, list) else []
    named = {words(tag.get("name")): first(tag.get("value"), "yes") for tag in own}
    known = {"name": monitor.get("name"), "type": monitor.get("type"), "host": monitor.get("hostname")}
    return {**named, **texts(known)}


def _notice(message: dict[str, Any]) -> Told:
    """What it says of no heartbeat: a certificate that runs out, or a test. Numbers in it make it no other thing."""
    said = words(message.get("msg")).strip()
    if not said:
        raise UnknownShapeError("there is neither a `heartbeat` nor a `msg`")
    why = "Uptime Kuma says so, and never that it is over"
    return Told(Says.FIRING, {"notice": _NUMBERS.sub("#", said)}, said, why)
