"""PagerDuty's Events API v2: whatever can talk to it can talk to us.

Source: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ and .../overview/
"""

from typing import Any

from desk.hooks.told import Says, Told, UnknownShapeError, a_list, an_object, first, instant, members, texts, words

ACTIONS = {"trigger": Says.FIRING, "acknowledge": Says.ACKNOWLEDGED, "resolve": Says.RESOLVED}
SEVERITIES = ("critical", "error", "warning", "info")
NEEDED = ("summary", "source", "severity")  # of a trigger's payload
LONGEST_KEY, LONGEST_SUMMARY = 255, 1024
DETAILS = 10  # of them that are told
NAMED = ("source", "component", "group", "class")


def mistakes(body: Any) -> list[str]:
    """What is wrong with an event, in the words in which its senders expect it; nothing for one that is right.

    A summary that is too long is cut, and a severity of another word is none: neither is a reason to lose an alert.
    """
    event = members(body)
    action, key = words(event.get("event_action")), event.get("dedup_key")
    found = [f"'{name}' is missing or blank" for name in ("event_action",) if not words(event.get(name)).strip()]
    if action and action not in ACTIONS:
        found.append("'event_action' is not one of 'trigger', 'acknowledge', 'resolve'")
    if len(words(key)) > LONGEST_KEY:
        found.append(f"'dedup_key' is longer than {LONGEST_KEY} characters")
    if action in {"acknowledge", "resolve"} and not words(key).strip():
        found.append("'dedup_key' is missing or blank")
    if action == "trigger":
        payload = members(event.get("payload"))
        found += [f"'payload.{name}' is missing or blank" for name in NEEDED if not words(payload.get(name)).strip()]
    return found


def parts(body: Any) -> list[Any]:
    return [body]


def told(part: Any) -> Told | None:
    event = an_object(part, "the event")
    says = ACTIONS.get(words(event.get("event_action")))
    key = words(event.get("dedup_key")).strip()
    if says is None or not key:
        raise UnknownShapeError("; ".join(mistakes(event)) or "'dedup_key' is missing or blank")
    payload = members(event.get("payload"))
    if says is Says.FIRING and not words(payload.get("summary")).strip():
        raise UnknownShapeError("; ".join(mistakes(event)))
    links = a_list(event.get("links") or [], "`links`")
    return Told(
        says, {"dedup_key": key}, words(payload.get("summary")), _details(payload), words(payload.get("source")),
        words(payload.get("severity")), {name: words(payload.get(name)) for name in NAMED if payload.get(name)},
        instant(payload.get("timestamp")) if says is Says.FIRING else None,
        link=first(event.get("client_url"), *(members(link).get("href") for link in links[:1])),
    )  # fmt: skip


def _details(payload: dict[str, Any]) -> str:
    own = payload.get("custom_details")
    named = [f"{name}: {said}" for name, said in list(texts(own).items())[:DETAILS]]
    return ", ".join(named) if isinstance(own, dict) else first(own)
