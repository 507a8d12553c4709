"""Alertmanager's webhook, version 4. Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config"""

from typing import Any

from desk.hooks.told import Says, Told, UnknownShapeError, a_list, an_object, first, instant, texts, words

WHERE = ("instance", "host", "hostname", "node", "pod", "service", "job")  # labels that say where it is


def parts(body: Any) -> list[Any]:
    """The alerts, and the message itself, which says what was left out of it."""
    message = an_object(body, "the message")
    return [*a_list(message.get("alerts"), "`alerts`"), message]


def told(part: Any) -> Told | None:
    alert = an_object(part, "an alert")
    if "alerts" in alert:
        return truncated(alert)
    labels, notes = texts(alert.get("labels")), texts(alert.get("annotations"))
    says = status(alert)
    fingerprint = words(alert.get("fingerprint"))
    if not fingerprint and not labels:
        raise UnknownShapeError("an alert has neither a `fingerprint` nor `labels`")
    title = first(labels.get("alertname"), notes.get("summary"), notes.get("title"))
    seen = first(notes.get("summary"), notes.get("description"), notes.get("message"), title)
    return Told(
        says, {"fingerprint": fingerprint} if fingerprint else labels, title, seen,
        first(*(labels.get(name) for name in WHERE)), labels.get("severity", ""), labels,
        instant(alert.get("startsAt")), instant(alert.get("endsAt")) if says is Says.RESOLVED else None,
        words(alert.get("generatorURL")),
    )  # fmt: skip


def status(alert: dict[str, Any]) -> Says:
    said = words(alert.get("status"))
    if said not in {Says.FIRING, Says.RESOLVED}:
        raise UnknownShapeError("the `status` of an alert is neither firing nor resolved")
    return Says(said)


def truncated(message: dict[str, Any]) -> Told:
    """Alerts that were cut off by `max_alerts` are not here, and somebody must know."""
    left_out, receiver = message.get("truncatedAlerts"), words(message.get("receiver"))
    count = left_out if isinstance(left_out, int) else 0
    return Told(
        Says.FIRING if count > 0 else Says.RESOLVED, {"truncated": words(message.get("groupKey"))},
        f"{count} alerts of {receiver or 'a group'} were not sent",
        "max_alerts cut them off: raise it, or group by more labels", link=words(message.get("externalURL")),
    )  # fmt: skip
