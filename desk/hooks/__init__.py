"""What other systems tell us by webhooks: one file for each vendor, and one for whoever else sends JSON.

A vendor has `parts`, the things that one message tells of, and `told`, what is told of one of them (None for nothing).
Either raises UnknownShapeError for what is not the vendor's; then an alert says so. Nothing is lost.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from desk.hooks import alertmanager, generic, grafana, pagerduty, uptime_kuma, zabbix
from desk.hooks.hook import Hook
from desk.hooks.told import Says, Told, UnknownShapeError, members
from desk.signals import RANK

START = 300  # characters of what was not understood


@dataclass(frozen=True, slots=True)
class Vendor:
    parts: Callable[[Any], list[Any]]
    told: Callable[[Any], Told | None]


VENDORS = {
    "alertmanager": Vendor(alertmanager.parts, alertmanager.told),
    "grafana": Vendor(grafana.parts, grafana.told),
    "pagerduty": Vendor(pagerduty.parts, pagerduty.told),
    "uptime-kuma": Vendor(uptime_kuma.parts, uptime_kuma.told),
    "zabbix": Vendor(zabbix.parts, zabbix.told),
}
GENERIC = "generic"
KINDS = (*VENDORS, GENERIC)


def text_of(body: bytes) -> str:
    """A body as text that every database takes."""
    return body.decode("utf-8-sig", "replace").replace("\0", "\ufffd")


def parsed(text: str) -> Any:
    """The JSON of a text, with whole characters only. ValueError for what is none, and for what is nested too deep."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
        if "\\ud" in text.lower():
            whole = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            value = json.loads(whole)
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def read(hook: Hook, text: str) -> tuple[Told, ...]:
    """All that a message tells, the worst of it first; what is told of one thing keeps its order. Raises nothing."""
    vendor = VENDORS.get(hook.kind) or _generic(hook)
    try:
        body = parsed(text)
        parts = vendor.parts(body)
    except UnknownShapeError as error:
        return (_unknown(hook, str(error), text, _shape(body)),)
    except ValueError:
        return (_unknown(hook, "it is no JSON", text, ""),)
    return _worst_first(hook, [told for part in parts if (told := _one(hook, vendor, part))])


def _generic(hook: Hook) -> Vendor:
    if hook.mapping is None:
        raise ValueError(f"{hook.id} has no mapping")
    return Vendor(partial(generic.parts, mapping=hook.mapping), partial(generic.told, mapping=hook.mapping))


def _one(hook: Hook, vendor: Vendor, part: Any) -> Told | None:
    try:
        return vendor.told(part)
    except UnknownShapeError as error:
        return _unknown(hook, str(error), _start(part), _shape(part))
    except RecursionError:
        return _unknown(hook, "it is nested too deep", "", "")


def _worst_first(hook: Hook, found: list[Told]) -> tuple[Told, ...]:
    worst: dict[tuple[tuple[str, str], ...], int] = {}
    keys = [tuple(told.identity.items()) for told in found]
    for key, told in zip(keys, found, strict=True):
        rank = RANK[hook.severity_of(told.severity)]
        worst[key] = min(rank, worst.get(key, rank))
    order = sorted(range(len(found)), key=lambda place: worst[keys[place]])
    return tuple(found[place] for place in order)


def _unknown(hook: Hook, why: str, start: str, shape: str) -> Told:
    """An alert of what was not understood: one for each shape, however often it comes."""
    said = f"{why}. It begins: {' '.join(start[: 2 * START].split())[:START] or '(nothing)'}"
    title = f"{hook.id} sent what {hook.kind} does not send"
    return Told(Says.FIRING, {"unknown": shape}, title, said, unknown=True)


def _start(part: Any) -> str:
    try:
        return json.dumps(part, ensure_ascii=False)
    except RecursionError:
        return ""


def _shape(body: Any) -> str:
    """The same for messages that differ only in what they say."""
    return hashlib.sha256("\0".join(sorted(_places(body))).encode()).hexdigest()[:16]


def _places(body: Any) -> Iterator[str]:
    """Names and types, two levels deep."""
    yield type(body).__name__
    for name, member in members(body).items():
        yield f"{name}:{type(member).__name__}"
        yield from (f"{name}.{inner}" for inner in members(member))
