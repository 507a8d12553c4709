"""Zabbix, by a webhook media type that sends its parameters as one JSON object, named as Zabbix's own media types do.

Sources: https://www.zabbix.com/documentation/current/en/manual/config/notifications/media/webhook and
https://www.zabbix.com/documentation/current/en/manual/appendix/macros/supported_by_location
"""

import json
import re
from typing import Any

from desk.hooks.told import Says, Told, UnknownShapeError, an_object, first, instant, members, words

PROBLEM, RECOVERED = "1", "0"
_UNFILLED = re.compile(r"\{[A-Z0-9._$:#]+\}|\*UNKNOWN\*")  # a macro that Zabbix had nothing for


def parts(body: Any) -> list[Any]:
    return [body]


def told(part: Any) -> Told | None:
    """A problem, its update or its end: all have the problem's own `event_id`."""
    given = {name: words(value) for name, value in an_object(part, "the message").items()}
    said = {name: "" if _UNFILLED.fullmatch(value.strip()) else value for name, value in given.items()}
    id_, value = said.get("event_id", ""), said.get("event_value", "")
    if not id_ or value not in {PROBLEM, RECOVERED}:
        raise UnknownShapeError("`event_id` or `event_value` (1 or 0) is missing")
    host = first(said.get("host_name"), said.get("host_host"), said.get("host"))
    return Told(
        _says(said), {"event": id_}, first(said.get("event_name"), said.get("trigger_name"), said.get("subject")),
        first(said.get("event_opdata"), said.get("operation_data"), said.get("trigger_description")), host,
        first(said.get("event_nseverity"), said.get("event_severity")), _labels(said, host),
        instant(said.get("event_timestamp")),
        instant(said.get("event_recovery_timestamp")) if value == RECOVERED else None, _link(said),
    )  # fmt: skip


def _says(said: dict[str, str]) -> Says:
    if said["event_value"] == RECOVERED:
        return Says.RESOLVED
    updated = said.get("event_update_status") == "1"
    acknowledges = updated and "acknowledged" in said.get("event_update_action", "").replace("unacknowledged", "")
    return Says.ACKNOWLEDGED if acknowledges else Says.FIRING


def _labels(said: dict[str, str], host: str) -> dict[str, str]:
    """Its tags, which come as JSON or as `name:value, name:value`."""
    written = first(said.get("event_tags_json"), said.get("event_tags"))
    own = {"host": host, "trigger": said.get("trigger_id", "")}
    return {**_tags(written), **{name: value for name, value in own.items() if value}}


def _tags(written: str) -> dict[str, str]:
    try:
        read = json.loads(written or "[]")
    except (ValueError, RecursionError):
        pairs = (pair.strip().partition(":") for pair in written.split(","))
        return {name: value or "yes" for name, _, value in pairs if name}
    tags = [members(tag) for tag in read] if isinstance(read, list) else []
    return {words(tag.get("tag")): first(tag.get("value"), "yes") for tag in tags}


def _link(said: dict[str, str]) -> str:
    base, trigger = said.get("zabbix_url", "").rstrip("/"), said.get("trigger_id", "")
    if not base or not trigger.isdigit():
        return ""
    return f"{base}/tr_events.php?triggerid={trigger}&eventid={said['event_id']}"
